from flask import Flask


def set_up(app: Flask) -> None:
    """Nothing to see here yet."""

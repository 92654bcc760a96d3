"""What anyone may read: the front page, how it works, and the numbers with their rows."""

from flask import Flask


def set_up(app: Flask) -> None:
    from .views import bp

    app.register_blueprint(bp)

"""The shop: what brands sell, the shelves it stands on, and who has which share of a sale."""

from flask import Flask


def set_up(app: Flask) -> None:
    from .cli import products
    from .views import bp

    app.register_blueprint(bp)
    app.cli.add_command(products)

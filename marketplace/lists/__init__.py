"""Lists: creators a brand keeps together under a name of its own."""

from flask import Flask

from .views import bp


def set_up(app: Flask) -> None:
    app.register_blueprint(bp)

from flask import Flask


def set_up(app: Flask) -> None:
    from .cli import creators
    from .views import bp

    app.register_blueprint(bp)
    app.cli.add_command(creators)

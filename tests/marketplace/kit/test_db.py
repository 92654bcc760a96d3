"""Who the app is to its database."""

from dataclasses import replace

from flask import Flask

from marketplace.config import Config
from marketplace.kit.db import make_engine, owns_tables


def test_the_apps_login_owns_nothing(app: Flask) -> None:
    assert not owns_tables(app.extensions["engine"])


def test_a_login_that_could_become_the_owner_is_found_out(app: Flask, config: Config) -> None:
    """Every connection takes the app's role, and whoever signed in could put it down again."""
    engine = make_engine(replace(config, database_url=config.owner_database_url))
    try:
        assert owns_tables(engine)
    finally:
        engine.dispose()

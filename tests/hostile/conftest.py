"""One site for all the hostile tests of a module; none of them leaves a trace."""

import gc
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from marketplace.kit.limits import limiter
from tests.hostile.site import Site


@pytest.fixture(scope="module")
def site(_app: Flask, _eraser: tuple[psycopg.Connection, str]) -> Iterator[Site]:
    connection, deletes = _eraser
    connection.execute(deletes)
    engine = _app.extensions["engine"]
    with pytest.MonkeyPatch.context() as patch:
        # What is asked here is what an answer says, not how often one may ask.
        patch.setattr(limiter, "enabled", False)
        patch.setattr("marketplace.payments.views._PATIENCE_SECONDS", 0)
        patch.setitem(_app.extensions, "engine", engine)
        one = Site(_app, engine)
        yield one
        one.close()
        gc.collect()


@pytest.fixture(autouse=True)
def _nothing_is_wrong(site: Site) -> Iterator[None]:
    """After each test: everything that was answered badly, at once."""
    site.wrong.clear()
    yield
    assert not site.wrong, "\n".join(site.wrong)

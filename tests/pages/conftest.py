"""Every page somebody can click their way to, found once a run."""

import pytest
from flask import Flask

from tests.place import Place
from tests.walk import Walk, walk_all


@pytest.fixture(scope="session")
def walks(place: Place, _app: Flask) -> dict[str, Walk]:
    place.forget_tries()
    return walk_all(place, _app.url_map)

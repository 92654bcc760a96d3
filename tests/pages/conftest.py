"""Every page somebody can click their way to, found once a run."""

import pytest
from flask import Flask

from tests.place import Place
from tests.walk import Walk, walkers


@pytest.fixture(scope="session")
def walks(place: Place, _app: Flask) -> dict[str, Walk]:
    return {who: walker.walk for who, walker in walkers(place, _app.url_map).items()}

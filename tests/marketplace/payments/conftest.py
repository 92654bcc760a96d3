"""A gateway that only notes, and what payments told of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.db import db as session
from marketplace.kit.db import unit_of_work
from tests.marketplace.payments.asked import Stripe


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Stripe:
    return Stripe(monkeypatch)


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def inside(app: Flask) -> Iterator[Session]:
    with app.app_context(), unit_of_work():
        yield session()

"""Every route says who may come in, none vanishes unnoticed, and each keeps its word."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.routing import Blueprint
from models import Person
from tests.world import World, rules, values_of

pytestmark = pytest.mark.wide

LIST = Path(__file__).with_name("routes.txt")


def test_a_route_without_allow_can_not_be_written() -> None:
    bp = Blueprint("x", __name__)
    with pytest.raises(TypeError, match="allow"):
        bp.get("/")(lambda: "")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="allow"):
        bp.route("/")


def test_every_endpoint_is_guarded(app: Flask) -> None:
    open_ones = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "allow")
    ]
    assert open_ones == []


def test_no_route_vanishes_unnoticed(app: Flask) -> None:
    """After a change that is meant: KEEP_ROUTES=1 pytest tests/architecture/test_routes.py"""
    lines = [
        f"{' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'})):9} {rule.rule}"
        f"  {app.view_functions[rule.endpoint].allow.__name__}\n"  # type: ignore[attr-defined]
        for rule in rules(app)
    ]
    if os.environ.get("KEEP_ROUTES"):
        LIST.write_text("".join(lines))
    assert "".join(lines) == LIST.read_text()


def test_everyone_gets_in_where_they_may_and_nowhere_else(
    app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.payments.views._PATIENCE_SECONDS", 0)
    world = World(db)
    db.commit()
    wrong = []
    for who, person in world.people.items():
        client = app.test_client()
        if person is not None:
            client.sign_in(person)  # type: ignore[attr-defined]
        for rule in rules(app):
            if "GET" not in (rule.methods or ()):
                continue
            allow: Callable[..., bool] = app.view_functions[rule.endpoint].allow  # type: ignore[attr-defined]
            values = values_of(rule, world)
            with app.test_request_context():
                url = app.url_for(rule.endpoint, **values)
            asked = db.get(Person, person.id) if person else None
            may = allow(asked, **values)
            status = client.get(url).status_code
            fits = status != 500 if may else status in (302, 303, 404)
            if not fits or (may and status in (401, 403)):
                wrong.append(f"{who} at {rule.rule}: {status}, allowed {may}")
    assert wrong == []

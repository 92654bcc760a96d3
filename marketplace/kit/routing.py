"""Routes carry things, not ids, and every route names who may come in."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, cast

import flask
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, Map, ValidationError

from models import Model, Person

from .db import db

View = Callable[..., ResponseReturnValue]

# Who may come in: given the person (or None) and the things the URL carries.
Allow = Callable[..., bool]


class Ref(NamedTuple):
    """A thing a URL names, before it is looked up."""

    model: type[Model]
    key: str
    value: str


_SHAPES = {
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "slug": r"[a-z0-9-]+",
    "code": r"[A-Z0-9-]{6,15}",
    "number": r"[0-9]{1,9}",
}
# What stands for a thing in its URL, where that isn't its id.
_KEYS = {"brand": "slug", "creator": "slug", "campaign": "slug", "order": "code"}
_KEYS |= {"dispute": "number", "proof": "number"}
# Whoever sells it must not learn the code by which the shopper comes to an order.
_SECOND_NAMES = {"sale": ("order", "id")}


def refers_to(model: type[Model], key: str) -> type[BaseConverter]:
    """A URL converter: `<deal:deal>` in a rule, `deal=deal` in url_for."""

    class Converter(BaseConverter):
        regex = _SHAPES[key]

        def __init__(self, url_map: Map) -> None:
            super().__init__(url_map)

        def to_python(self, value: str) -> Ref:
            if not re.fullmatch(_SHAPES[key], value):
                raise ValidationError
            return Ref(model, key, value)

        def to_url(self, value: Any) -> str:
            return str(getattr(value, key))

    Converter.key = key  # type: ignore[attr-defined]
    return Converter


def add_converters(app: flask.Flask) -> None:
    models = {mapper.class_.__name__.lower(): mapper.class_ for mapper in Model.registry.mappers}
    for name, model in models.items():
        app.url_map.converters[name] = refers_to(model, _KEYS.get(name, "id"))
    for name, (of, key) in _SECOND_NAMES.items():
        app.url_map.converters[name] = refers_to(models[of], key)


class Blueprint(flask.Blueprint):
    """A blueprint on which a route without `allow` can't be written."""

    def get(  # type: ignore[override]
        self, rule: str, *, allow: Allow, **options: Any
    ) -> Callable[[View], View]:
        return self._guarded(rule, ["GET"], allow, options)

    def post(  # type: ignore[override]
        self, rule: str, *, allow: Allow, **options: Any
    ) -> Callable[[View], View]:
        return self._guarded(rule, ["POST"], allow, options)

    def form(self, rule: str, *, allow: Allow, **options: Any) -> Callable[[View], View]:
        """A page with a form on it: shown by GET, taken by POST at the same address."""
        return self._guarded(rule, ["GET", "POST"], allow, options)

    def route(self, *_: Any, **__: Any) -> Any:
        raise TypeError("use get, post or form, and say who may come in: allow=…")

    def _guarded(
        self, rule: str, methods: list[str], allow: Allow, options: dict[str, Any]
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            @wraps(view)
            def guarded(**values: Any) -> ResponseReturnValue:
                things = {name: _fetch(value) for name, value in values.items()}
                person = current_user if current_user.is_authenticated else None
                if not allow(person and me(), **things):
                    if person is None:
                        return flask.current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
                    raise NotFound
                return view(**things)

            guarded.allow = allow  # type: ignore[attr-defined]
            self.add_url_rule(
                rule, options.pop("endpoint", None), guarded, methods=methods, **options
            )
            return view

        return register


def me() -> Person:
    """The person who is signed in. Only for routes whose `allow` says someone is."""
    return cast("Person", current_user._get_current_object())


def _fetch(value: Any) -> Any:
    if not isinstance(value, Ref):
        return value
    column = getattr(value.model, value.key)
    wanted = int(value.value) if value.key == "number" else value.value
    thing = db().scalar(select(value.model).where(column == wanted))
    if thing is None:
        raise NotFound
    return thing

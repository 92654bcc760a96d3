"""A form is a marshmallow schema, what was typed, and what was wrong with it."""

from collections.abc import Iterator
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as ma
from werkzeug.datastructures import MultiDict

Sent = MultiDict[str, str]


class Form:
    """One visit to a form. `values` keep what was typed, `errors` say what to type instead."""

    def __init__(self, schema: Schema, **initial: Any) -> None:
        self.schema = schema
        self.values: dict[str, Any] = initial
        self.errors: dict[str, str] = {}
        self.data: dict[str, Any] = {}

    def accepted(self) -> bool:
        """Whether the form was posted and everything in it is right; `data` then holds it."""
        if request.method != "POST":
            return False
        self.values = self._typed(request.form)
        try:
            given = {k: v for k, v in self.values.items() if v not in ("", [], None)}
            self.data = self.schema.load(given, unknown=EXCLUDE)
        except ValidationError as error:
            self.errors = self._in_order(dict(flatten(error.messages)))
        return not self.errors

    @classmethod
    def in_address(cls, schema: Schema) -> "Form":
        """A form sent in the address, as filters are: what can't be read is said and left out."""
        form = cls(schema)
        form.values = form._typed(request.args)
        given = {k: v for k, v in form.values.items() if v not in ("", [], None)}
        try:
            form.data = schema.load(given, unknown=EXCLUDE)
        except ValidationError as error:
            messages = error.messages_dict
            form.errors = form._in_order(dict(flatten(messages)))
            readable = {k: v for k, v in given.items() if k not in messages}
            form.data = schema.load(readable, unknown=EXCLUDE)
        return form

    @property
    def asked(self) -> dict[str, Any]:
        """What was typed into fields that exist and can be read, for another address like this."""
        return {
            name: value
            for name, value in self.values.items()
            if name in self.schema.fields and value and name not in self.errors
        }

    def _in_order(self, errors: dict[str, str]) -> dict[str, str]:
        """As the fields stand on the page; what belongs to none of them comes last."""
        place = {name: number for number, name in enumerate(self.schema.fields)}
        return dict(sorted(errors.items(), key=lambda one: place.get(one[0], len(place))))

    def refuse(self, name: str, message: str) -> None:
        """Say at one field what only the service could know was wrong."""
        self.errors[name] = message

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    def _typed_under(self, sent: Sent, prefix: str, field: ma.Dict) -> dict[str, str]:
        """What belongs to a mapping; a key nobody asked about is passed over, as any field is."""
        typed = {
            name.removeprefix(prefix): value.strip()
            for name, value in sent.items()
            if name.startswith(prefix) and value.strip()
        }
        known = getattr(field.key_field, "options", typed)
        return {key: value for key, value in typed.items() if key in known}

    def _typed(self, sent: Sent) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for name in sent:
            field = self.schema.fields.get(name)
            if isinstance(field, ma.List):
                typed[name] = [v.strip() for v in sent.getlist(name) if v.strip()]
            elif isinstance(field, ma.Dict):
                continue
            else:
                typed[name] = sent[name].strip()
        # `weights.hiking=8` belongs to the mapping `weights`.
        for name, field in self.schema.fields.items():
            if isinstance(field, ma.Dict):
                typed[name] = self._typed_under(sent, f"{name}.", field)
            elif isinstance(field, ma.List) and name not in typed:
                typed[name] = []
        typed |= {name: file for name, file in request.files.items() if file.filename}
        return typed


def flatten(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested marshmallow messages as ("weights.hiking", first message) pairs."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            if (name in ("key", "value", "_schema") and path) or isinstance(name, int):
                yield from flatten(inner, path)
            elif name == "_schema":
                yield from flatten(inner, "form")
            else:
                yield from flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(messages, list):
        if messages:
            yield path, str(messages[0])
    else:
        yield path, str(messages)

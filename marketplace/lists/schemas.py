"""What may be typed about a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema

from marketplace.kit import fields
from models import Creator, SavedList


class NameIn(Schema):
    name = fields.text(_l("Enter a name for the list"), most=80, name=_l("The name"))


class NoteIn(Schema):
    note = fields.text(most=500, name=_l("The note"))


def add_in(creators: Mapping[str, Creator], lists: Sequence[SavedList]) -> Schema:
    """Whom to add, and where: to a list there is, or to a new one."""

    class AddIn(Schema):
        creator = fields.choices(creators, _l("Tick at least one creator"))
        if lists:
            saved = fields.choice({str(one.id): one for one in lists})
        name = fields.text(most=80, name=_l("The name"))

        @validates_schema
        def _one_of_both(self, data: dict[str, Any], **_kwargs: Any) -> None:
            if not data.get("saved") and not data["name"]:
                message = _("Choose a list, or enter a name for a new one")
                raise ValidationError({"saved" if lists else "name": [message]})

    return AddIn()

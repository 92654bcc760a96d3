"""What admins may send."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema

from marketplace.accounts.schemas import MOST, weakness
from marketplace.kit import fields
from models import Money

CLOCK_DAYS = (1, 2, 5, 7, 14, 30)


class ReasonIn(Schema):
    """Why an account is closed or opened; it stays in the log."""

    why = fields.text(_l("Say why, for whoever reads the log"), most=500, name=_l("Why"))


def write_off_in(most: Money) -> Schema:
    """What is given up of a debt of `most`, and why."""

    class WriteOffIn(Schema):
        amount = fields.money(
            most.currency, _l("Enter how much is given up"), most=max(1, most.minor)
        )
        why = fields.text(_l("Say why, for whoever reads the log"), most=500, name=_l("Why"))

    return WriteOffIn()


def give_back_in(most: Money) -> Schema:
    """What goes back to a payer of `most`, and why."""

    class GiveBackIn(Schema):
        amount = fields.money(
            most.currency, _l("Enter how much goes back"), most=max(1, most.minor)
        )
        why = fields.text(_l("Say why, for both sides to read"), most=500, name=_l("Why"))

    return GiveBackIn()


class ClockIn(Schema):
    days = fields.choice({str(days): days for days in CLOCK_DAYS}, _l("Choose how many days"))


class AdminIn(Schema):
    """A new admin, as the command line takes it."""

    email = fields.email(_l("Enter an email address"))
    name = fields.text(_l("Enter a name"), most=80, name=_l("The name"))
    password = fields.text(_l("Enter a password"), most=MOST, name=_l("The password"))

    @validates_schema
    def is_hard_to_guess(self, data: dict[str, Any], **_options: Any) -> None:
        if weak := weakness(data["password"], data["name"], data["email"]):
            raise ValidationError(weak, "password")

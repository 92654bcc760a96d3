"""What may come in about accounts."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema
from marshmallow import fields as ma

from marketplace.kit import fields
from models import Theme

from .passwords import MOST, weakness

# Places people know their time by; the rest of the list is aliases and offsets.
_CONTINENTS = (
    *("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/"),
    *("Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"),
)
TIMEZONES = {
    zone: zone for zone in sorted(available_timezones()) if zone.startswith(_CONTINENTS)
} | {"UTC": "UTC"}


def _hard_to_guess(password: str) -> None:
    weak = weakness(password)
    if weak:
        raise ValidationError(weak)


def _new_password() -> ma.String:
    field = fields.text(_l("Enter a password"), most=MOST, name=_l("Password"))
    field.validators.append(_hard_to_guess)
    return field


def _unlike(password: str, *about: str) -> None:
    weak = weakness(password, *about)
    if weak:
        raise ValidationError(weak, "password")


class JoinIn(Schema):
    name = fields.text(_l("Enter your name"), most=80, name=_l("Your name"))
    email = fields.email(_l("Enter your email address"))
    password = _new_password()

    @validates_schema
    def is_not_about_them(self, data: dict[str, Any], **_: Any) -> None:
        _unlike(data["password"], data["name"], data["email"], data.get("brand_name", ""))


class CreatorJoinIn(JoinIn):
    name = fields.text(
        _l("Enter the name people know you by"), most=80, name=_l("The name people know you by")
    )


class BrandJoinIn(JoinIn):
    brand_name = fields.text(_l("Enter the name of the brand"), most=80, name=_l("Brand name"))


class SignInIn(Schema):
    email = fields.email(_l("Enter your email address"))
    password = fields.text(_l("Enter your password"), most=MOST, name=_l("Password"))


class ForgotIn(Schema):
    email = fields.email(_l("Enter your email address"))


class ResetIn(Schema):
    password = _new_password()


class ChangePasswordIn(Schema):
    present = fields.text(_l("Enter the password you have now"), most=MOST, name=_l("Password"))
    password = _new_password()


class SettingsIn(Schema):
    name = fields.text(_l("Enter your name"), most=80, name=_l("Your name"))
    theme = fields.choice(Theme, _l("Choose how pages look"))
    timezone = fields.choice(TIMEZONES, _l("Choose your time zone"))
    wants_mail = fields.flag()

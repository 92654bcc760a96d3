"""What may come in about accounts, and which passwords are good enough."""

import unicodedata
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema
from marshmallow import fields as ma

from marketplace.kit import fields
from models import Theme

LEAST, MOST = 10, 200

# The most common ones that are long enough to pass by length alone.
_LIST = """
1234567890 12345678910 0123456789 1234567891 123456789a 0987654321 1111111111 9876543210
password12 password123 password1234 passw0rd123 mypassword mypassword1 password1! p@ssword123
qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 asdfghjkl1
iloveyou12 iloveyou123 iloveyou1234 letmein123 letmein1234 welcome123 welcome1234 changeme123
administrator admin12345 admin123456 superman123 football123 baseball123 princess123 sunshine123
monkey12345 dragon12345 abcdefghij abcd123456 abc1234567 abc123456789 a123456789 aa12345678
alongside1 alongside123 correcthorsebatterystaple trustno1trustno1 secret12345 whatever123
"""
_COMMON = frozenset(_LIST.split())


def weakness(password: str, *about: str) -> str | None:
    """What to type instead, or None for a good one. `about`: their name, their address."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < LEAST:
        return _("Enter a password of %(least)s characters or more", least=LEAST)
    if len(password) > MOST:
        return _("Enter a password of %(most)s characters or fewer", most=MOST)
    if plain in _COMMON or len(set(plain)) < 4:
        return _("Enter a password that is harder to guess, such as four unrelated words")
    if plain in {word.casefold() for known in about for word in _forms(known)}:
        return _("Enter a password that is not your name or your address")
    return None


def _forms(known: str) -> tuple[str, ...]:
    return known, known.replace(" ", ""), known.partition("@")[0]


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


class _JoinIn(Schema):
    name = fields.text(_l("Enter your name"), most=80, name=_l("Your name"))
    email = fields.email(_l("Enter your email address"))
    password = _new_password()

    @validates_schema
    def is_not_about_them(self, data: dict[str, Any], **_options: Any) -> None:
        _unlike(data["password"], data["name"], data["email"], data.get("brand_name", ""))


class CreatorJoinIn(_JoinIn):
    name = fields.text(
        _l("Enter the name people know you by"), most=80, name=_l("The name people know you by")
    )


class BrandJoinIn(_JoinIn):
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

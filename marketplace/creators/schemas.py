"""What may come in about a creator."""

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, post_load, validates, validates_schema

from marketplace.kit import fields
from marketplace.kit.clock import today
from models import DeliverableType, Platform
from models.taxonomy import AGES, COUNTRIES, GENDERS, INTERESTS, LANGUAGES, SENSITIVE

MOST_TOPICS = 5
MOST_LANGUAGES = 8
#: How many countries fit on the form for those who type their audience in.
TYPED_COUNTRIES = 5
_HANDLE = re.compile(r"@?([A-Za-z0-9_.\-]{2,60})")
_OLDEST = timedelta(days=730)


class ProfileIn(Schema):
    name = fields.text(_l("Enter the name people know you by"), most=80, name=_l("Name"))
    about = fields.text(most=2_000, name=_l("About you"))
    country = fields.choice(COUNTRIES, _l("Choose the country you live in"))
    city = fields.text(most=80, name=_l("City"))
    languages = fields.choices(LANGUAGES)
    another = fields.choice(LANGUAGES)
    topics = fields.choices(INTERESTS, _l("Choose one to five topics"))
    also_about = fields.choices(SENSITIVE)
    is_available = fields.flag()

    @validates("topics")
    def _few_topics(self, topics: list[str], **_more: Any) -> None:
        if len(topics) > MOST_TOPICS:
            raise ValidationError(
                _("Choose %(most)s topics or fewer: those you publish about most", most=MOST_TOPICS)
            )

    @validates_schema(skip_on_field_errors=False)
    def _some_languages(self, data: dict[str, Any], **_more: Any) -> None:
        count = len(data.get("languages", [])) + bool(data.get("another"))
        if not count:
            raise ValidationError(_("Choose a language you publish in"), "languages")
        if count > MOST_LANGUAGES:
            raise ValidationError(
                _("Choose %(most)s languages or fewer", most=MOST_LANGUAGES), "languages"
            )

    @post_load
    def _one_list(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        another = data.pop("another", None)
        if another:
            data["languages"] = list(dict.fromkeys([*data["languages"], another]))
        return data


class NewAccountIn(Schema):
    platform = fields.choice({one.value: one for one in Platform}, _l("Choose the platform"))
    handle = fields.text(_l("Enter the name of your account, like @ida.pa.stigen"), most=61)
    followers = fields.whole(_l("Enter how many followers the account has"), most=2_000_000_000)
    posts_counted = fields.whole(_l("Enter how many posts you counted, or 0"), most=1_000)
    engagements = fields.whole(
        _l("Enter the likes, comments, saves and shares of those posts together, or 0"),
        most=2_000_000_000,
    )

    @validates("handle")
    def _is_a_handle(self, handle: str, **_more: Any) -> None:
        if not _HANDLE.fullmatch(handle):
            raise ValidationError(
                _("Use letters, numbers, dots, hyphens and underscores, like @ida.pa.stigen")
            )

    @validates_schema(skip_on_field_errors=True)
    def _counted_on_something(self, data: dict[str, Any], **_more: Any) -> None:
        if data["engagements"] and not data["posts_counted"]:
            raise ValidationError(
                _("Enter how many posts these reactions are from"), "posts_counted"
            )


class AccountIn(NewAccountIn):
    """An account stays on its platform; only what changes can be edited."""

    class Meta:
        exclude = ("platform",)


def prices_in(currency: str) -> Schema:
    """One price a kind of work; a kind without one isn't offered at a price."""
    return Schema.from_dict({kind.value: fields.money(currency) for kind in DeliverableType})()


class _OnADay(Schema):
    taken_on = fields.day(_l("Enter the day you exported it"))

    @validates("taken_on")
    def _recent(self, day: date, **_more: Any) -> None:
        if day > today():
            raise ValidationError(_("Enter a day that has been"))
        if day < today() - _OLDEST:
            raise ValidationError(_("Enter a day in the last two years. Older numbers say little"))


class ImportIn(_OnADay):
    file = fields.upload(_l("Choose the file"), most_bytes=5_000_000)


class RosterIn(Schema):
    """A list of creators: whose accounts they are where it doesn't say, and whether to write."""

    file = fields.upload(_l("Choose the file"), most_bytes=10_000_000)
    platform = fields.choice({one.value: one for one in Platform}, _l("Choose the platform"))
    invites = fields.flag()


class KeepIn(Schema):
    preview = fields.text(_l("Choose the file again"), most=400_000)


class TypedIn(Schema):
    """Shares a creator types in, in percent; what is left out is unknown."""

    ages = fields.mapping(fields.percent(most=100), keys=AGES)
    genders = fields.mapping(fields.percent(most=100), keys=GENDERS)
    countries = fields.mapping(fields.text(), keys=[str(n) for n in range(TYPED_COUNTRIES)])
    shares = fields.mapping(fields.percent(most=100), keys=[str(n) for n in range(TYPED_COUNTRIES)])

    @validates_schema(skip_on_field_errors=True)
    def _adds_up(self, data: dict[str, Any], **_more: Any) -> None:
        wrong: dict[str, list[str]] = {}
        first = {"ages": AGES[0], "genders": GENDERS[0], "shares": "0"}
        for name, key in first.items():
            whole = sum(data[name].values())
            if whole > 10_000:
                wrong[f"{name}.{key}"] = [
                    _(
                        "These add up to %(percent)s percent. Lower them to 100 or less",
                        percent=f"{whole / 100:g}",
                    )
                ]
        if not any(data[name] for name in first):
            wrong[f"ages.{AGES[0]}"] = [_("Enter at least one share you know")]
        wrong |= _countries_wrong(data["countries"], data["shares"])
        if wrong:
            raise ValidationError(wrong)


def _countries_wrong(countries: dict[str, str], shares: dict[str, int]) -> dict[str, list[str]]:
    wrong = {}
    for row in sorted(countries.keys() | shares.keys()):
        code = countries.get(row)
        if row not in countries:
            wrong[f"countries.{row}"] = [_("Choose the country of this share")]
        elif code not in COUNTRIES:
            wrong[f"countries.{row}"] = [_("Choose one of the countries")]
        elif row not in shares:
            wrong[f"shares.{row}"] = [_("Enter how many percent live there")]
        elif list(countries.values()).count(code) > 1:
            wrong[f"countries.{row}"] = [_("Choose each country once")]
    return wrong

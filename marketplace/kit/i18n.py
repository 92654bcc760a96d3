"""One formatter for money, dates and numbers, in the language and time zone of who reads."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from gettext import NullTranslations

import babel.dates
import babel.numbers
from flask import Flask, g, has_request_context
from flask_babel import Babel, get_locale, get_timezone, get_translations, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from models import Money, exponent

from . import labels
from .clock import now

LOCALES = ("en",)


def _locale() -> str:
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.locale)
    return "en"


def _timezone() -> str:
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.timezone)
    return "Europe/Stockholm"


def _language() -> str:
    """Who reads it; the formatters keep what they made, as pages say the same things often."""
    return str(get_locale() or "en")


def money(amount: Money | None, *, whole: bool = False) -> str:
    """€1,250.00; `whole` drops the decimals where there are only zeros in them."""
    if amount is None:
        return ""
    return _money(amount.minor, amount.currency, whole, _language())


@lru_cache(4096)
def _money(minor: int, currency: str, whole: bool, language: str) -> str:
    decimals = exponent(currency)
    if whole and minor % 10**decimals == 0:
        decimals = 0
    pattern = "¤#,##0" + ("." + "0" * decimals if decimals else "")
    amount = Money(minor, currency).decimal
    spoken = babel.numbers.format_currency(
        amount, currency.upper(), pattern, locale=language, currency_digits=False
    )
    return spoken.replace("-", "−")


def currency_sign(currency: str) -> str:
    """€, $ or the code, for in front of a field."""
    return babel.numbers.get_currency_symbol(currency.upper(), locale="en")


def number(value: float) -> str:
    return _number(value, "", _language())


def percent(share: float, *, digits: int = 0) -> str:
    """A share of one as a percentage: 0.625 → 63%."""
    return _number(share, "#,##0" + ("." + "0" * digits if digits else "") + "%", _language())


def bps(rate: int) -> str:
    """A rate in basis points as a percentage: 1250 → 12.5%."""
    return _number(rate / 10_000, "#,##0.##%", _language())


@lru_cache(4096)
def _number(value: float, pattern: str, language: str) -> str:
    return babel.numbers.format_decimal(value, pattern or None, locale=language)


def day(value: date | datetime, *, short: bool = False) -> str:
    """23 November, with the year where it isn't this one."""
    value = _date(value)
    month = "MMM" if short else "MMMM"
    pattern = f"d {month}" if value.year == now().year else f"d {month} y"
    return _day(value, pattern, _language())


def month_name(value: date) -> str:
    """November 2026."""
    return _day(value, "MMMM y", _language())


def weekday(value: date | datetime) -> str:
    """Monday 23 November."""
    return _day(_date(value), "EEEE d MMMM", _language())


@lru_cache(4096)
def _day(value: date, pattern: str, language: str) -> str:
    return babel.dates.format_date(value, pattern, locale=language)


def _date(value: date | datetime) -> date:
    return value.astimezone(get_timezone()).date() if isinstance(value, datetime) else value


def moment(value: datetime) -> Markup:
    """A <time> element: Today, 09:14 or 12 November, 16:02."""
    local = value.astimezone(get_timezone())
    today = now().astimezone(get_timezone()).date()
    clock = local.strftime("%H:%M")
    if local.date() == today:
        spoken = _("Today, %(clock)s", clock=clock)
    elif local.date() == today - timedelta(days=1):
        spoken = _("Yesterday, %(clock)s", clock=clock)
    else:
        spoken = _("%(day)s, %(clock)s", day=day(local), clock=clock)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat("T", "minutes"), spoken)


def deadline(value: datetime) -> Markup:
    """A <time> element with the weekday: Thursday 26 November, 18:00.

    Whole days end at midnight in UTC. East of it that is a little later, and nobody needs to know.
    """
    local = value.astimezone(get_timezone())
    spoken = f"{weekday(local)}, {local:%H:%M}"
    if value.astimezone(UTC).time() == time() and local.time() < time(12):
        spoken = _("the end of %(day)s", day=weekday(local - timedelta(days=1)))
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat("T", "minutes"), escape(spoken)
    )


def left(value: datetime) -> str:
    """How long until then, in words: 3 days left, 5 hours left, a few minutes left."""
    seconds = (value - now()).total_seconds()
    if seconds <= 0:
        return _("Time is up")
    if seconds < 3600:
        return _("Less than an hour left")
    if seconds < 48 * 3600:
        hours = round(seconds / 3600)
        return ngettext("%(num)s hour left", "%(num)s hours left", hours)
    return ngettext("%(num)s day left", "%(num)s days left", int(seconds // 86_400))


def share_left(value: datetime, since: datetime | None) -> int:
    """How much of a clock is still to run, 0–100, for its ring."""
    if since is None or value <= since:
        return 0
    gone = (value - now()) / (value - since)
    return max(0, min(100, round(100 * gone)))


def initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def hue(name: str) -> int:
    """One of twelve, always the same for the same name."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % 12


FILTERS = (
    money,
    number,
    percent,
    bps,
    day,
    weekday,
    moment,
    deadline,
    left,
    initials,
    hue,
    month_name,
)


def _texts() -> NullTranslations:
    """The catalogue of whoever reads, looked up once a page and not once a text."""
    locale = get_locale()
    if g.get("texts_for") is not locale:
        g.texts_for, g.texts = locale, get_translations()
    texts: NullTranslations = g.texts
    return texts


def set_up(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "../translations"
    Babel(app, locale_selector=_locale, timezone_selector=_timezone)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _texts().gettext(text),
        lambda one, many, count: _texts().ngettext(one, many, count),
        newstyle=True,
    )
    for one in FILTERS:
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.globals["share_left"] = share_left
    app.jinja_env.globals["labels"] = labels
    app.jinja_env.globals["now"] = now

"""The kinds of things people type, each with words that say what to type instead."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from marshmallow import fields as ma
from marshmallow.validate import Length
from werkzeug.datastructures import FileStorage

from models import Money

# No signs that make one address look like two to a mail server.
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[^@\s,;:<>()\[\]\\\"]+\.[^@\s.,;:<>()]{2,}")
# Control characters other than tab and line breaks have no business in what people write.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _required(message: Any) -> dict[str, Any]:
    """`message` makes a field required and is what its absence says."""
    if message is None:
        return {"required": False, "load_default": None}
    return {"required": True, "error_messages": {"required": message, "null": message}}


def plain(text: str) -> str:
    """What was typed, without signs that nobody sees and no database keeps."""
    return _CONTROL.sub("", text).replace("\r\n", "\n").strip()


class _Text(ma.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(_("Enter text"))
        text = plain(value)
        if self.required and not text:
            raise self.make_error("required")
        return text


def text(missing: Any = None, *, most: int = 200, name: Any = "") -> ma.String:
    """Words of at most `most` characters. Without `missing` it may be left out (and is "")."""
    label = name or _lazy_this()
    options = _required(missing)
    if missing is None:
        options["load_default"] = ""
    too_long = _TooLong(most, label)
    return _Text(validate=[too_long], **options)


class _TooLong(Length):
    def __init__(self, most: int, label: Any) -> None:
        super().__init__(max=most)
        self.label = label

    def _format_error(self, value: Any, message: str) -> str:
        return _("%(label)s must be %(most)s characters or fewer", label=self.label, most=self.max)


def _lazy_this() -> Any:
    from flask_babel import lazy_gettext

    return lazy_gettext("This")


class _Email(_Text):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = super()._deserialize(value, attr, data, **kwargs).lower()
        if len(address) > 254 or not _EMAIL.fullmatch(address):
            raise ValidationError(_("Enter an email address, like name@example.org"))
        return address


def email(missing: Any) -> ma.String:
    return _Email(**_required(missing))


class _Link(_Text):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        link = super()._deserialize(value, attr, data, **kwargs)
        if link and not re.fullmatch(r"https?://[^\s/$.?#][^\s]{1,1990}", link):
            raise ValidationError(_("Enter a link that starts with https://"))
        return link


def link(missing: Any = None) -> ma.String:
    options = _required(missing)
    if missing is None:
        options["load_default"] = ""
    return _Link(**options)


class _MoneyField(ma.Field[Money]):
    def __init__(self, currency: str, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.currency, self.least, self.most = currency, least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        from .i18n import money as spoken

        try:
            amount = Money.parse(str(value), self.currency)
        except ValueError:
            raise ValidationError(_("Enter an amount, like 250 or 249.50")) from None
        if amount.minor < self.least:
            least = spoken(Money(self.least, self.currency))
            raise ValidationError(_("Enter %(least)s or more", least=least))
        if amount.minor > self.most:
            most = spoken(Money(self.most, self.currency))
            raise ValidationError(_("Enter %(most)s or less", most=most))
        return amount


def money(
    currency: str, missing: Any = None, *, least: int = 1, most: int = 100_000_000
) -> ma.Field[Money]:
    """An amount typed in major units. `least` and `most` are minor units."""
    return _MoneyField(currency, least, most, **_required(missing))


class _Whole(ma.Field[int]):
    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        digits = re.sub(r"[\s,\u00a0]", "", str(value))
        if not re.fullmatch(r"-?\d{1,15}", digits) or not self.least <= int(digits) <= self.most:
            raise ValidationError(
                _(
                    "Enter a whole number from %(least)s to %(most)s",
                    least=self.least,
                    most=self.most,
                )
            )
        return int(digits)


def whole(missing: Any = None, *, least: int = 0, most: int = 1_000_000_000) -> ma.Field[int]:
    return _Whole(least, most, **_required(missing))


class _Percent(ma.Field[int]):
    def __init__(self, least: float, most: float, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        typed = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?", str(value).strip())
        bps = int(typed[1]) * 100 + int((typed[2] or "0").ljust(2, "0")) if typed else -1
        if not self.least * 100 <= bps <= self.most * 100:
            raise ValidationError(
                _(
                    "Enter a percentage from %(least)s to %(most)s",
                    least=f"{self.least:g}",
                    most=f"{self.most:g}",
                )
            )
        return bps


def percent(missing: Any = None, *, least: float = 0, most: float = 90) -> ma.Field[int]:
    """A percentage, loaded as whole basis points."""
    return _Percent(least, most, **_required(missing))


class _Day(ma.Field[date]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(_("Enter a date, like 2027-03-31")) from None


def day(missing: Any = None) -> ma.Field[date]:
    return _Day(**_required(missing))


class _Choice(ma.Field[Any]):
    def __init__(self, options: Mapping[str, Any], **rest: Any) -> None:
        super().__init__(**rest)
        self.options = options

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.options:
            raise ValidationError(_("Choose one of the options"))
        return self.options[value]


def choice(options: Mapping[str, Any] | Iterable[Any], missing: Any = None) -> ma.Field[Any]:
    """One of `options`: a mapping of what is posted to what is loaded, or an enum."""
    return _Choice(_as_mapping(options), **_required(missing))


def choices(options: Mapping[str, Any] | Iterable[Any], missing: Any = None) -> ma.List[Any]:
    """Any of `options`. With `missing`, at least one."""
    settings = _required(missing)
    if missing is None:
        settings["load_default"] = list
    return ma.List(_Choice(_as_mapping(options)), **settings)


def _as_mapping(options: Mapping[str, Any] | Iterable[Any]) -> Mapping[str, Any]:
    return options if isinstance(options, Mapping) else {str(option): option for option in options}


def mapping(values: ma.Field[Any], *, keys: Iterable[str] | None = None) -> ma.Dict:
    """`name.key=value` fields together, such as a weight for each interest."""
    key = ma.String() if keys is None else _Choice({k: k for k in keys}, required=True)
    return ma.Dict(keys=key, values=values, load_default=dict)


class _Upload(ma.Field[FileStorage]):
    def __init__(self, most_bytes: int, **options: Any) -> None:
        super().__init__(**options)
        self.most_bytes = most_bytes

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, FileStorage):
            raise self.make_error("required")
        with contextlib.closing(value):
            content = value.stream.read(self.most_bytes + 1)
        if not content:
            raise ValidationError(_("The file is empty. Choose another"))
        if len(content) > self.most_bytes:
            megabytes = f"{self.most_bytes / 1_000_000:g}"
            raise ValidationError(_("The file must be %(mb)s MB or smaller", mb=megabytes))
        return Upload(name=value.filename or "", content=content)


class Upload:
    """A file as it was given to us: its name (not to be trusted) and its bytes."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = re.sub(r"[^\w.\- ]", "_", name)[-120:]
        self.content = content


def upload(missing: Any = None, *, most_bytes: int = 5_000_000) -> ma.Field[Any]:
    return _Upload(most_bytes, **_required(missing))


def flag() -> ma.Boolean:
    """A tick box: absent means no."""
    return ma.Boolean(load_default=False, truthy={"1", "on", "yes", "true"})

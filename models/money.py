"""Money is a whole number of minor units and a currency; never a float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Composite, composite

# Stripe's table, which is not ISO 4217's: https://docs.stripe.com/currencies
ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Smallest amounts Stripe takes in a charge, in minor units of the settlement currency.
MINIMUM_CHARGE = {"eur": 50, "usd": 50, "gbp": 30, "sek": 300, "nok": 300, "dkk": 250, "chf": 50}
MINIMUM_CHARGE |= {"czk": 1500, "pln": 200, "huf": 17500, "jpy": 50, "cad": 50, "aud": 50}
# Twelve digits is the most a card charge may have.
LARGEST_MINOR = 999_999_999_999


_SIGN = r"(?:[€$£¥]|kr|[A-Za-z]{3})?"
_TYPED = re.compile(rf"{_SIGN}\s*(?P<number>-?[0-9][0-9.,\s\u00a0']*)\s*{_SIGN}")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


def exponent(currency: str) -> int:
    """How many decimals Stripe's API counts in this currency: 0, 2 or 3."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units (may be negative) of a lower-case ISO `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money counts whole minor units")
        if len(self.currency) != 3 or not self.currency.islower():
            raise ValueError(f"a currency is three lower-case letters, not {self.currency!r}")

    @classmethod
    def parse(cls, typed: str, currency: str) -> "Money":
        """What a person typed ("1,250.50", "€ 12", "12,50") as money; ValueError says no.

        A comma is a decimal comma when it is the last separator and not followed by three digits.
        """
        found = _TYPED.fullmatch(typed.strip())
        if not found:
            raise ValueError(typed)
        text = re.sub(r"[\s\u00a0']", "", found["number"])
        head, comma, tail = text.rpartition(",")
        if comma and "." not in tail and len(tail) != 3:
            text = f"{re.sub('[.,]', '', head)}.{tail}"
        try:
            units = Decimal(text.replace(",", "")).scaleb(exponent(currency))
        except InvalidOperation:
            raise ValueError(typed) from None
        # "1.250" is a thousand to some and a little more than one to others: nobody guesses.
        is_unclear = len(text.partition(".")[2]) == 3 != exponent(currency)
        if is_unclear or units != units.to_integral_value() or abs(units) > LARGEST_MINOR:
            raise ValueError(typed)
        return cls(int(units), currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def share(self, bps: int) -> "Money":
        """`bps` hundredths of a percent of this amount, rounded half up."""
        return Money((self.minor * bps + 5_000) // 10_000, self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Divide in proportion to whole `weights` by largest remainder; the parts add up exactly.

        Ties of remainders go to the earlier part. Weights are ≥ 0 with a positive sum.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must be whole, not negative, and not all zero")
        parts, remainders = [], []
        for place, weight in enumerate(weights):
            part, remainder = divmod(self.minor * weight, whole)
            parts.append(part)
            remainders.append((-remainder, place))
        for _, place in sorted(remainders)[: self.minor - sum(parts)]:
            parts[place] += 1
        return [Money(part, self.currency) for part in parts]

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} is not {other.currency}")
        return other.minor


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum of amounts in one currency; nothing is zero of it."""
    return sum(amounts, start=Money(0, currency))


def amount(column: str) -> Composite[Money]:
    """`price: Mapped[Money] = amount("price_minor")`: money beside the row's own `currency`.

    A nullable column reads as None.
    """
    return composite(
        Money, column, "currency", return_none_on=lambda minor, _currency: minor is None
    )

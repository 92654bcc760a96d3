"""Money is a whole number of minor units and a currency; never a float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Composite, composite

from .currency import exponent, grain

# Twelve digits is the most a card charge may have.
LARGEST_MINOR = 999_999_999_999


_SIGN = r"(?:[€$£¥]|kr|[A-Za-z]{3})?"
_TYPED = re.compile(rf"{_SIGN}\s*(?P<number>-?[0-9][0-9.,\s\u00a0']*)\s*{_SIGN}")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


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
        if is_unclear or abs(units) > LARGEST_MINOR or units % grain(currency):
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

    def plain(self) -> dict[str, Any]:
        """As events and notices keep it."""
        return {"minor": self.minor, "currency": self.currency}

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def share(self, bps: int) -> "Money":
        """`bps` hundredths of a percent of this amount, rounded half up to what can be paid."""
        step = grain(self.currency)
        return Money((self.minor * bps + 5_000 * step) // (10_000 * step) * step, self.currency)

    def on_top(self, bps: int, fixed: int) -> "Money":
        """What to charge besides, so that `bps` and `fixed` (minor units) of both leave this.

        (amount × rate + fixed) ÷ (1 − rate), rounded up to what can be paid.
        """
        step = grain(self.currency)
        whole = self.minor * bps + fixed * 10_000
        return Money(-(-whole // ((10_000 - bps) * step)) * step, self.currency)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Divide in proportion to whole `weights` by largest remainder; the parts add up exactly.

        Ties of remainders go to the earlier part. Weights are ≥ 0 with a positive sum.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must be whole, not negative, and not all zero")
        step = grain(self.currency)
        units, odd = divmod(self.minor, step)
        parts, remainders = [], []
        for place, weight in enumerate(weights):
            part, remainder = divmod(units * weight, whole)
            parts.append(part)
            remainders.append((-remainder, place))
        first = [place for _, place in sorted(remainders)]
        for place in first[: units - sum(parts)]:
            parts[place] += 1
        # No amount that can be paid has any; of one that has, the first remainder takes it.
        left = [odd if place == first[0] else 0 for place in range(len(parts))]
        return [
            Money(part * step + more, self.currency) for part, more in zip(parts, left, strict=True)
        ]

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

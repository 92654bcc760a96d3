"""Who earns what of a sale, to the cent. Pure arithmetic; the parts always add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from models import Money, Order, total
from models.currency import grain


@dataclass(frozen=True, slots=True)
class Shares:
    brand: Money
    creator: Money
    platform: Money

    @property
    def whole(self) -> Money:
        return self.brand + self.creator + self.platform

    def by_person(self, order: Order) -> list[tuple[UUID, Money]]:
        """Whose part is which, as postings want it."""
        return [(order.brand.person_id, self.brand), (order.creator.person_id, self.creator)]

    def __sub__(self, other: "Shares") -> "Shares":
        return Shares(
            self.brand - other.brand, self.creator - other.creator, self.platform - other.platform
        )


def divide(lines: Iterable[tuple[Money, int]], fee_bps: int) -> Shares:
    """Share out a sale: (amount, commission in basis points) a line, and our fee on the whole.

    The brand has what is left, so rounding is never anybody else's.
    """
    lines = list(lines)
    currency = lines[0][0].currency
    whole = total([amount for amount, _ in lines], currency)
    platform = min(whole.share(fee_bps), whole)
    commission = total([amount.share(bps) for amount, bps in lines], currency)
    creator = min(commission, whole - platform)
    return Shares(whole - platform - creator, creator, platform)


def of_order(order: Order) -> Shares:
    """The shares as they were when it was bought."""
    return Shares(order.brand_share, order.creator_share, order.platform_share)


def given_back(shares: Shares, refunded: Money) -> Shares:
    """What each has given back when `refunded` of the sale went back in all.

    It depends on the sum of the refunds alone, so many small ones never drift; and it only grows:
    what is left over after rounding down goes, cent by cent, to whoever is furthest behind
    (Webster's method, which for three stays within a cent of the exact share).
    """
    step = grain(refunded.currency)
    weights = [part.minor for part in (shares.brand, shares.creator, shares.platform)]
    whole, back = sum(weights), refunded.minor // step
    parts = [back * weight // whole for weight in weights]
    while sum(parts) < back:
        behind = [
            (Fraction(weight, 2 * part + 1), -place)
            for place, (weight, part) in enumerate(zip(weights, parts, strict=True))
        ]
        parts[-max(behind)[1]] += 1
    return Shares(*(Money(part * step, refunded.currency) for part in parts))


def gone(order: Order, refunded: Money) -> Shares:
    """What each has given back when `refunded` of an order went back in all.

    What the brand gave alone is its own. All else is shared in proportion, until the brand has
    nothing left of the sale; the others bear what goes beyond that.
    """
    shares, alone = of_order(order), order.brand_back
    part = given_back(shares, refunded - alone)
    room: Money = shares.brand - alone
    if room < part.brand:
        others = Shares(Money(0, order.currency), shares.creator, shares.platform)
        beyond = given_back(others, refunded - alone - room)
        part = Shares(room, beyond.creator, beyond.platform)
    return Shares(part.brand + alone, part.creator, part.platform)


def kept(order: Order) -> Shares:
    """What is left of each share after all that was given back so far."""
    return of_order(order) - gone(order, order.refunded)

"""What a campaign asks for, as the formula takes it, and what a creator lacks for it."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matching import Brief, Target
from models import Campaign, Money
from models.taxonomy import groups_of

from .reading import Account, Bound, Listed

# Weights are typed as 1–10. Five leaves a dimension with its default weight.
USUAL_WEIGHT = 5
TOP_WEIGHT = 10
DIMENSIONS = ("age_gender", "country", "language", "interest")


class Lack(StrEnum):
    """Why a creator isn't compared at all."""

    AWAY = "away"
    ACCOUNT = "account"
    PLATFORM = "platform"
    COUNTRY = "country"
    LANGUAGE = "language"
    SIZE = "size"
    AVOIDED = "avoided"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Ask:
    """One campaign's wishes (`brief`) and conditions. Two asks with one `key` are alike."""

    brief: Brief
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    platforms: tuple[str, ...]
    # (type of work, how many)
    work: tuple[tuple[str, int], ...]
    currency: str
    key: str = field(repr=False)
    # Subjects to keep away from, and the most followers an account may have.
    avoid: tuple[str, ...] = ()
    most_followers: int | None = None
    # Whose it is, and the groups of interests it sells in: for exclusivity.
    brand_id: uuid.UUID | None = None
    groups: frozenset[str] = frozenset()

    @classmethod
    def of(cls, campaign: Campaign) -> "Ask":
        required = campaign.required
        pays = campaign.price_max_minor is not None
        work = tuple((one["type"], one["count"]) for one in campaign.deliverables)
        whole = [campaign.sought, required, work, campaign.currency, pays, str(campaign.brand_id)]
        return cls(
            brief=brief_of(campaign),
            countries=tuple(required.get("countries", ())),
            languages=tuple(required.get("languages", ())),
            platforms=tuple(required.get("platforms", ())),
            work=work,
            currency=campaign.currency,
            key=json.dumps(whole, sort_keys=True),
            avoid=tuple(required.get("avoid", ())),
            most_followers=required.get("most_followers"),
            brand_id=campaign.brand_id,
            groups=groups_of(campaign.sought.get("interest", ())),
        )

    def lacks(self, creator: Listed) -> list[Lack]:
        """Every condition this creator does not meet; none of them: they are in the pool."""
        found = []
        if not creator.is_available:
            found.append(Lack.AWAY)
        if not creator.accounts:
            found.append(Lack.ACCOUNT)
        elif self.platforms and not any(one.platform in self.platforms for one in creator.accounts):
            found.append(Lack.PLATFORM)
        if self.countries and creator.country not in self.countries:
            found.append(Lack.COUNTRY)
        if self.languages and not set(self.languages) & set(creator.languages):
            found.append(Lack.LANGUAGE)
        speaks = self.account(creator)
        if speaks and self.most_followers and speaks.followers > self.most_followers:
            found.append(Lack.SIZE)
        if set(self.avoid) & set(creator.also_about):
            found.append(Lack.AVOIDED)
        if any(self.conflicts(one) for one in creator.bound):
            found.append(Lack.BOUND)
        return found

    def conflicts(self, bound: Bound) -> bool:
        """Whether what binds a creator keeps them from this brand's kind of work."""
        return bound.brand_id != self.brand_id and bool(bound.groups & self.groups)

    def account(self, creator: Listed) -> Account | None:
        """The account that speaks for a creator: where the campaign wants, freshest audience."""
        fitting = [one for one in creator.accounts if one.platform in self.platforms]
        return max(fitting or creator.accounts, key=lambda one: one.documented, default=None)

    def price(self, creator: Listed) -> Money | None:
        """What all of the work costs at this creator's prices; None when one isn't named."""
        minor = 0
        for kind, count in self.work:
            rate = creator.rates.get(kind)
            if rate is None or rate.currency != self.currency:
                return None
            minor += count * rate.minor
        return Money(minor, self.currency) if minor else None

    @property
    def market_key(self) -> tuple[Any, ...]:
        """What of an ask changes who a creator is to the formula."""
        return (self.platforms, self.work, self.currency)


def brief_of(campaign: Campaign) -> Brief:
    sought: Mapping[str, Any] = campaign.sought
    weights = sought.get("weights", {})
    targets = [
        Target(name, wanted, weight=weights.get(name, USUAL_WEIGHT) / USUAL_WEIGHT)
        for name in DIMENSIONS
        if (wanted := _wanted(sought.get(name)))
    ]
    topics = _wanted(sought.get("interest"))
    if campaign.price_max_minor is not None:
        return Brief(targets, topics)
    # Paid by commission alone, a price says nothing. Without it engagement would count, and
    # nobody's reach is known to us; its weight goes to the part of it that is: who is real.
    return Brief(targets, topics, mode="fit", component_weights={"eng": 0, "auth": 0.08})


def _wanted(chosen: Sequence[str] | Mapping[str, int] | None) -> dict[str, float]:
    if not chosen:
        return {}
    if isinstance(chosen, Mapping):
        return {code: weight / TOP_WEIGHT for code, weight in chosen.items() if weight > 0}
    return dict.fromkeys(chosen, 1.0)

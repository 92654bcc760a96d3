"""What goes into the engine and what comes out of it, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from matching.population import Scale
from matching.profiles import Brief, Profile

#: Platforms in the order of their bits; what `chosen_by` and `Entry.chosen` count in.
PLATFORMS = ("instagram", "tiktok", "youtube")
#: Deliverable types, each with a price column of its own.
WORK = ("reel", "story", "post", "short", "video", "live", "photos", "audio")
ALL_PLATFORMS = (1 << len(PLATFORMS)) - 1


def bits_of(platforms: Collection[str]) -> int:
    """The platforms allowed, as a number from 1 to 7; none named means all."""
    return sum(1 << PLATFORMS.index(one) for one in set(platforms)) or ALL_PLATFORMS


def chosen_by(speaks: Mapping[int, bool] | Collection[int]) -> int:
    """`Entry.chosen` from the sets of platforms (`bits_of`) this account speaks for."""
    return sum(1 << (bits - 1) for bits in set(speaks))


@dataclass(frozen=True, slots=True)
class Entry:
    """One account of a creator, with all the engine knows of it.

    id         the account's.
    profile    as `matching.rank` takes it, but for `price_minor`, which is not read: the
               work asked for decides on the price. Topics count alike whatever their weight.
    chosen     one bit for each set of platforms (`bits_of`) of which, were just these
               allowed, this account speaks for its creator: bit `bits - 1`. 127 for the
               only account of somebody. 0 takes it out of every scan: suspended, away,
               deleted. So a scan meets each creator once.
    country    where the creator lives; languages they publish in are the profile's.
    prices     deliverable type -> minor units, in `currency`; what isn't named is unknown.
    followers  for a brand's cap on size alone; no score can see it.
    marks      what some brands avoid ("alcohol", …), at most six kinds in a market.
    """

    id: uuid.UUID
    profile: Profile
    chosen: int = (1 << ALL_PLATFORMS) - 1
    country: str = ""
    prices: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
    followers: int = 0
    marks: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Hard filters; what is left empty filters nothing.

    countries, languages  the creator lives in one, publishes in one.
    platforms             accounts on these alone speak for their creators.
    price_min, price_max  of all the work of the query, in its currency, both included.
                          With either, whoever leaves a price open is out.
    most_followers        the cap on size. Exact at round numbers (100, 110, … 200, 225, …),
                          else it lets through up to the next one.
    avoid                 nobody with one of these marks.
    without               ids of accounts to leave out: conflicts, those already dealt with.
    """

    countries: Collection[str] = ()
    languages: Collection[str] = ()
    platforms: Collection[str] = ()
    price_min: int | None = None
    price_max: int | None = None
    most_followers: int | None = None
    avoid: Collection[str] = ()
    without: Collection[uuid.UUID] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a brand looks for.

    work                deliverable type -> how many. The price of a creator is the sum at
                        their own prices, and unknown when one of them isn't named or the
                        currency is another.
    value, engagement   the scales of the formula, platform -> Scale. `value` is of prices
                        of this work; `Snapshot.value_scales` gives it. Left out, the
                        population's of the snapshot.
    """

    brief: Brief
    conditions: Conditions = Conditions()
    work: Mapping[str, int] = field(default_factory=dict)
    currency: str = ""
    value: Mapping[str | None, Scale] | None = None
    engagement: Mapping[str | None, Scale] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The best candidates, best first by the engine's own approximate score.

    ids, scores  of at most k accounts; scores in (0, 100], within about 2 % of the formula, or
                 above it where an account has more codes than its row tells apart. Whoever may
                 be among the best 100 (k / 4, if that is less) for such a reason comes on top
                 of the k.
    rows         where they are in the snapshot.
    pool         how many meet the conditions, each creator once.
    medians      component key -> its median over the pool, from an even sample.
    sampled      how many the medians were taken from.
    unread       rows left out because a writer died while changing a neighbour of theirs;
                 the writer mends that when it comes back.
    sure         whether everyone who may come on top did: False beyond 16 k of them.
    """

    ids: Sequence[uuid.UUID]
    scores: Sequence[float]
    rows: Sequence[int]
    pool: int
    medians: Mapping[str, float]
    sampled: int = 0
    unread: int = 0
    sure: bool = True

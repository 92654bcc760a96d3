"""The engine proposes, the database has the last word: for markets of any size.

A scan of the snapshot names the best candidates. One statement reads them as they are now, the
conditions are held against what it found, and the formula ranks them in full. So a condition
holds however old the snapshot is, and the order is the formula's own.
"""

import uuid
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from matching import Among, Brief, Match, Profile, Ranking, Target, rank
from matching.engine import Conditions, Found, Query
from matching.exposure import LEADERS, LIFT
from models import Audience, Creator, Deal, PlatformAccount
from models.exclusive import bindings
from models.taxonomy import groups_of

from .asks import Ask
from .narrow import Narrow
from .pool import profile_of
from .ranked import MOST, Best, Peers, Ranked, Single, Wish
from .reading import Listed, read
from .snapshots import Opened
from .sql import ENOUGH, alike, main_topic

#: The engine's scores are this near to the formula's; twice that lies between any two.
NEAR = 0.025
#: Where something the engine doesn't hold narrows a list, it is looked for among so many.
WIDE = 4_000


class Columnar:
    """Made for one question: what it found stays as it was for all that is asked of it."""

    name = "columnar"

    def __init__(self, opened: Opened) -> None:
        self._snapshot, self._usual, self._known = opened.snapshot, opened.usual, opened.known
        self._found: dict[str, tuple[list[uuid.UUID], Found]] = {}
        self._best: dict[str, Best] = {}

    def warm(self) -> None:
        targets = [Target("country", {"SE": 1.0}), Target("age_gender", {"25-34:female": 1.0})]
        self._snapshot.scan(Query(Brief(targets, {"hiking": 1.0}), work={"reel": 1}), 1)

    def listing(self, db: Session, ask: Ask, wish: Wish | None = None) -> Best:
        wish = wish or Wish()
        without, whole = self._whole(db, ask)
        best = self._narrowed(db, ask, wish, without) if wish.narrow.given else whole
        kept = _enough(best, wish)
        found = self._read(db, ask, best.ids[:kept], whole)
        if kept < len(best.ids) and len(_left(found, wish)) < wish.first:
            kept, found = len(best.ids), self._read(db, ask, best.ids, whole)
        found = replace(found, more=len(best.ids) - kept)
        return found if best is whole else _placed(found, whole)

    def single(self, db: Session, ask: Ask, creator: Listed) -> Ranked:
        population = self._usual.population(ask)
        account = None if ask.lacks(creator) else ask.account(creator)
        reached, profile = None, None
        if account is not None:
            profile = profile_of(creator, account, ask, today())
            [match] = rank(ask.brief, [profile], population).matches
            reached = match.score
        return Single(
            ask=ask,
            day=today(),
            population=population,
            slug=creator.slug,
            reached=reached,
            find=lambda: self._among(db, ask, profile, reached or 0.0),
            peers=peers_in(db),
        )

    def listed(self, db: Session, creators: Sequence[Creator]) -> Mapping[str, Listed]:
        found = read(db, Creator.id.in_([one.id for one in creators]))
        return {one.slug: one for one in found}

    def _whole(self, db: Session, ask: Ask) -> tuple[list[uuid.UUID], Found]:
        """Who is kept out by a deal, and the best of all others who meet an ask's conditions."""
        if ask.key not in self._found:
            without = bound_to_others(db, ask)
            whole = self._snapshot.scan(self._query(ask, Narrow(), without), MOST)
            self._found[ask.key] = (without, whole)
        return self._found[ask.key]

    def _query(self, ask: Ask, narrow: Narrow, without: Sequence[uuid.UUID]) -> Query:
        population = self._usual.population(ask)
        return Query(
            brief=ask.brief,
            conditions=conditions_of(ask, narrow, without),
            work=dict(ask.work),
            currency=ask.currency,
            value=population.value,
            engagement=population.engagement,
        )

    def _narrowed(self, db: Session, ask: Ask, wish: Wish, without: Sequence[uuid.UUID]) -> Found:
        narrow = wish.narrow
        if narrow.country and ask.countries and narrow.country not in ask.countries:
            return Found((), (), (), 0, {})
        if narrow.is_new and wish.dealt:
            without = [*without, *db.scalars(_accounts_of(wish.dealt))]
        sieve = _sieve(narrow)
        found = self._snapshot.scan(self._query(ask, narrow, without), WIDE if sieve else MOST)
        if not sieve or not found.ids:
            return found
        query = select(PlatformAccount.id).join(PlatformAccount.creator)
        passed = set(db.scalars(query.where(PlatformAccount.id.in_(found.ids), *sieve)))
        pairs = [
            (one, score)
            for one, score in zip(found.ids, found.scores, strict=True)
            if one in passed
        ][:MOST]
        return replace(found, ids=[one for one, _ in pairs], scores=[score for _, score in pairs])

    def _read(self, db: Session, ask: Ask, ids: Sequence[uuid.UUID], whole: Found) -> Best:
        """These candidates as they are now: who still meets every condition, ranked."""
        population, day = self._usual.population(ask), today()
        creators = self._known.of(db, ids) if ids else []
        fine = {one.slug: one for one in creators if not ask.lacks(one)}
        key = (ask.key, day, tuple(ids), whole.pool, tuple(whole.medians.items()))
        known: Best | None = self._known.memory.get(key)
        if known is not None and known.creators == fine:
            return replace(known, peers=peers_in(db))
        profiles = [
            profile_of(one, account, ask, day)
            for one in fine.values()
            if (account := ask.account(one))
        ]
        among = Among(max(whole.pool, len(profiles)), whole.medians) if whole.pool else None
        by_slug = {profile.id: profile for profile in profiles}

        def why(matches: Sequence[Match]) -> list[Match]:
            some = [by_slug[match.id] for match in matches]
            ranking = rank(ask.brief, some, population, among=among)
            places = {match.id: match.place for match in matches}
            return [replace(one, place=places[one.id]) for one in ranking.matches]

        found = Best(
            ask=ask,
            day=day,
            population=population,
            peers=peers_in(db),
            found=rank(ask.brief, profiles, population, among=among, explain=False),
            creators=fine,
            why=why,
        )
        self._known.remember(key, found)
        return found

    def _among(self, db: Session, ask: Ask, profile: Profile | None, reached: float) -> Ranking:
        """Where one creator stands: exactly among the best, else as near as the engine knows."""
        without, whole = self._whole(db, ask)
        population = self._usual.population(ask)
        among = Among(whole.pool, whole.medians) if whole.pool else None
        if profile is None:
            return rank(ask.brief, [], population, among=among)
        if whole.scores and reached >= whole.scores[-1] * (1 - NEAR):
            if ask.key not in self._best:
                self._best[ask.key] = self._read(db, ask, whole.ids, whole)
            best = self._best[ask.key]
            if found := best.match(str(profile.id)):
                return replace(best.ranking, matches=(found,))
        ranking = rank(ask.brief, [profile], population, among=among)
        query = self._query(ask, Narrow(), without)
        place = min(self._snapshot.place(query, reached) + 1, max(whole.pool, 1))
        return replace(ranking, matches=tuple(replace(one, place=place) for one in ranking.matches))


def peers_in(db: Session) -> Peers:
    """Looked for in the database, which is asked for a few and not for the best."""

    def find(creator: Listed, most: int) -> Sequence[Listed]:
        measured = (
            select(Audience.id)
            .join(PlatformAccount, PlatformAccount.id == Audience.account_id)
            .where(PlatformAccount.creator_id == Creator.id, Audience.superseded_at.is_(None))
            .exists()
        )
        some = select(Creator.id).where(measured, Creator.id != creator.id).limit(2 * most)
        topic = main_topic(creator)
        same = some if topic is None else some.where(Creator.topics.contains([topic]))
        found = alike(read(db, Creator.id.in_(same)), creator)
        return (found if len(found) >= ENOUGH else read(db, Creator.id.in_(some)))[:most]

    return find


def conditions_of(ask: Ask, narrow: Narrow, without: Sequence[uuid.UUID]) -> Conditions:
    """What the engine filters by: all an ask demands, and what of a page's filters it holds."""
    caps = [most for most in (ask.most_followers, narrow.followers) if most]
    return Conditions(
        countries=(narrow.country,) if narrow.country else ask.countries,
        languages=(narrow.language,) if narrow.language else ask.languages,
        platforms=ask.platforms,
        price_min=narrow.least.minor if narrow.least else None,
        price_max=narrow.most.minor if narrow.most else None,
        most_followers=min(caps) if caps else None,
        avoid=ask.avoid,
        without=without,
    )


def bound_to_others(db: Session, ask: Ask) -> list[uuid.UUID]:
    """Accounts of creators whom a deal keeps from this brand's kind of work."""
    if not ask.groups:
        return []
    binding = bindings(today()).where(Deal.brand_id != ask.brand_id)
    who = {
        row.creator_id for row in db.execute(binding) if groups_of(row.interests or ()) & ask.groups
    }
    return list(db.scalars(_accounts_of(list(who)))) if who else []


def _accounts_of(creators: Sequence[Any]) -> Select[Any]:
    return select(PlatformAccount.id).where(PlatformAccount.creator_id.in_(creators))


def _sieve(narrow: Narrow) -> list[ColumnElement[bool]]:
    """What narrows a list that only the database knows."""
    found = []
    if narrow.platform:
        found.append(PlatformAccount.platform == narrow.platform)
    if narrow.city:
        found.append(Creator.city.istartswith(narrow.city, autoescape=True))
    if narrow.topics:
        found.append(Creator.topics.has_any(cast(list(narrow.topics), ARRAY(Text))))
    return found


def _enough(best: Found, wish: Wish) -> int:
    """How many candidates may be among the best so many, or take turns with those.

    The engine's scores are near ones, so it is some more.
    """
    if wish.first >= len(best.scores):
        return len(best.scores)
    least = min(best.scores[wish.first - 1], best.scores[min(LEADERS, wish.first) - 1] - LIFT)
    floor = least * (1 - NEAR) / (1 + NEAR)
    return bisect_left([-score for score in best.scores], -floor)


def _left(found: Best, wish: Wish) -> list[Match]:
    dealt = set(wish.dealt)
    return [
        match
        for slug, match in found.by_slug.items()
        if not wish.narrow.hides(
            found.ask, found.creators[slug], match, is_dealt=found.creators[slug].id in dealt
        )
    ]


def _placed(found: Best, whole: Found) -> Best:
    """A narrowed list keeps the places of the whole one, as near as the engine knows."""
    scores = [-score for score in whole.scores]
    matches = tuple(
        replace(one, place=max(one.place, bisect_left(scores, -one.score) + 1))
        for one in found.ranking.matches
    )
    return replace(found, found=replace(found.ranking, matches=matches))

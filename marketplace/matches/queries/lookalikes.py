"""Creators whose audience is like somebody's: by likeness alone, never by size or price."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from matching import TOO_FEW, Brief, Match, alike
from models import Campaign, Creator

from .asks import Ask
from .backend import backend
from .pool import cells_of, profile_of
from .ranked import Ranked, Wish
from .reading import Account, Listed

_ANYBODY = Ask(
    brief=Brief(), countries=(), languages=(), platforms=(), work=(), currency="eur", key="anybody"
)


@dataclass(frozen=True, slots=True)
class Alike:
    """One creator; `match` says how alike their audience is, in a component a dimension."""

    creator: Listed
    account: Account
    among: Ranked

    @property
    def match(self) -> Match:
        match = self.among.match(self.creator.slug)
        assert match is not None
        return match


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """The likest first, of `pool` creators who were compared; nobody where too little is known."""

    found: list[Alike]
    pool: int
    is_known: bool


def lookalikes(
    db: Session, creator: Creator, *, within: Campaign | None = None
) -> Lookalikes | None:
    """Among all who take work, or those who meet a campaign's conditions. None: suspended."""
    engine, asked = backend(db), Ask.of(within) if within else _ANYBODY
    own = engine.listed(db, [creator]).get(creator.slug)
    if own is None:
        return None
    around, account = engine.single(db, asked, own), asked.account(own)
    brief = Brief()
    if account is not None:
        brief = alike(profile_of(own, account, asked, around.day), around.population)
    if not brief.targets:
        return Lookalikes([], 0, is_known=False)
    best = engine.listing(
        db, replace(asked, brief=brief, key=f"like {own.id}, {asked.key}"), Wish()
    )
    dimensions = {target.dimension for target in brief.targets}
    found = [
        Alike(who, speaks, best)
        for slug in best.by_slug
        if slug != own.slug
        and (who := best.creators[slug])
        and (speaks := asked.account(who))
        and _is_measured(speaks, best.day, dimensions)
    ]
    pool = best.ranking.pool - (0 if asked.lacks(own) else 1)
    return Lookalikes(found, pool, is_known=True)


def _is_measured(account: Account, day: date, dimensions: set[str]) -> bool:
    """Of whom nothing was measured, the usual is all there is: that is likeness to nobody."""
    cells = cells_of(account, day)
    return any(name in cells and cells[name].n >= TOO_FEW for name in dimensions)

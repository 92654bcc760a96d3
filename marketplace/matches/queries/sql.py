"""The whole market read and ranked: for small installations, and the oracle of the other way."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from matching import rank
from models import Creator

from .asks import Ask
from .market import Market, market
from .pool import profile_of
from .ranked import Best, Peers, Ranked, Wish
from .reading import Listed

# Where fewer are of the same topic, anybody measured is a peer.
ENOUGH = 5


class Sql:
    """Everything is read once and kept until it changes; each ask is ranked once."""

    name = "sql"

    def warm(self) -> None:
        """Everything is read when it is first asked for."""

    def listing(self, db: Session, ask: Ask, wish: Wish | None = None) -> Best:
        return ranked(market(db), ask)

    def single(self, db: Session, ask: Ask, creator: Listed) -> Ranked:
        return ranked(market(db), ask)

    def listed(self, db: Session, creators: Sequence[Creator]) -> Mapping[str, Listed]:
        return market(db).creators


def ranked(around: Market, ask: Ask) -> Best:
    known: Best | None = around.memory.get(ask.key)
    if known is not None:
        return known
    population = around.usual.population(ask)
    pool = [
        profile_of(creator, account, ask, around.day)
        for creator in around.creators.values()
        if not ask.lacks(creator) and (account := ask.account(creator))
    ]
    found = Best(
        ask=ask,
        day=around.day,
        population=population,
        peers=peers_in(around),
        found=rank(ask.brief, pool, population),
        creators=around.creators,
    )
    around.remember(ask.key, found)
    return found


def peers_in(around: Market) -> Peers:
    return lambda creator, most: alike(around.creators.values(), creator)[:most]


def alike(others: Iterable[Listed], creator: Listed) -> list[Listed]:
    measured = [
        one
        for one in others
        if one.id != creator.id and any(account.taken_on for account in one.accounts)
    ]
    same = [one for one in measured if main_topic(one) == main_topic(creator)]
    return same if len(same) >= ENOUGH else measured


def main_topic(creator: Listed) -> str | None:
    """As the formula takes it: all weigh the same, so the first by name."""
    return min(creator.topics, default=None)

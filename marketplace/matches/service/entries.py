"""A creator as rows of the engine: one for each account, which knows when it speaks for them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from marketplace.matches.queries.pool import unpriced
from marketplace.matches.queries.reading import Account, Listed
from matching.engine import Entry
from matching.engine.entry import ALL_PLATFORMS, bits_of, chosen_by


def entries_of(creators: Iterable[Listed], currency: str) -> Iterator[Entry]:
    return chain.from_iterable(_entries(one, currency) for one in creators)


def _entries(creator: Listed, currency: str) -> list[Entry]:
    """Prices in another currency than ours compare with nothing, so the engine holds none."""
    prices = {kind: rate.minor for kind, rate in creator.rates.items() if rate.currency == currency}
    return [
        Entry(
            id=account.id,
            profile=unpriced(creator, account),
            chosen=_chosen(creator.accounts, account) if creator.is_available else 0,
            country=creator.country,
            prices=prices,
            currency=currency if prices else "",
            followers=account.followers,
            marks=creator.also_about,
        )
        for account in creator.accounts
    ]


def _chosen(accounts: Sequence[Account], one: Account) -> int:
    """For which platforms this account would speak, as `Ask.account` has it."""
    speaks = set()
    for bits in range(1, ALL_PLATFORMS + 1):
        fitting = [each for each in accounts if bits_of([each.platform]) & bits]
        if fitting and max(fitting, key=lambda each: each.documented) is one:
            speaks.add(bits)
    return chosen_by(speaks)

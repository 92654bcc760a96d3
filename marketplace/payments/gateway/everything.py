"""Reading everything of a kind, for whoever compares it with our own books."""

from collections.abc import Iterator
from typing import Any

from .client import ask, client

# What may be read whole: our own account's objects, newest first.
KINDS = (
    "balance_transactions",
    "charges",
    "refunds",
    "transfers",
    "payouts",
    "disputes",
    "accounts",
)


def everything(kind: str) -> Iterator[dict[str, Any]]:
    """Every object of one of these kinds, a hundred a request."""
    if kind not in KINDS:
        raise ValueError(kind)
    page: Any = ask(lambda: getattr(client().v1, kind).list({"limit": 100}))
    while True:
        for one in page.data:
            yield one.to_dict()
        if not page.has_more:
            return
        page = ask(page.next_page)

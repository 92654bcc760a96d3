"""Stripe's own list of events against those we keep: none lost, none made up, none changed."""

from collections.abc import Iterator

from marketplace.books.results import Result, Thing, result
from marketplace.payments.events import WATCHED

from .sides import Json, Ours, Theirs, by

NAMES = (
    "Every event at Stripe that we act on is kept",
    "Every event we keep is at Stripe",
    "Events are the same on both sides",
)


def compare(ours: Ours, theirs: Theirs) -> list[Result]:
    """What Stripe listed, by account, against what we keep of the same days."""
    there = {one["id"]: one for listed in theirs.events.values() for one in listed}
    here = by(ours.events, "stripe_id")
    kept = [row for row in ours.events if _is_listed(row, ours, theirs)]
    both = [(row, there[id]) for id, row in here.items() if id in there]
    watched = list(_watched(ours, theirs))
    faults = (
        [_said(one["id"], one["type"]) for one in watched if one["id"] not in here],
        [_said(row["stripe_id"], row["type"]) for row in kept if row["stripe_id"] not in there],
        [_said(row["stripe_id"], _apart(row, one)) for row, one in both if _apart(row, one)],
    )
    seen = len(watched), len(kept), len(both)
    return [
        result(name, count, "events", len(wrong), wrong)
        for name, count, wrong in zip(NAMES, seen, faults, strict=True)
    ]


def _watched(ours: Ours, theirs: Theirs) -> Iterator[Json]:
    """Those Stripe lists that we act on; what the sweep hasn't come to may still be on its way."""
    for account, listed in theirs.events.items():
        until = ours.swept.get(account, 0)
        yield from (one for one in listed if one["type"] in WATCHED and one["created"] < until)


def _is_listed(row: Json, ours: Ours, theirs: Theirs) -> bool:
    """Whether it is of an account and of days that Stripe was asked for."""
    return row["account"] in theirs.events and ours.since < row["created"] < ours.until


def _apart(row: Json, one: Json) -> str:
    """What isn't said alike."""
    there = {"type": one["type"], "object_id": str(one["data"]["object"].get("id") or "")}
    there["account"] = one.get("account") or ""
    words = (
        f"{row[key]} here, {said} at Stripe" for key, said in there.items() if row[key] != said
    )
    return ", ".join(words)


def _said(id: str, what: str) -> Thing:
    return Thing(f"event {id} {what}", "/admin/events")

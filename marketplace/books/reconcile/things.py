"""What each of us says of one thing: its amount, its state, and where it goes."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from marketplace.books.results import Result, Thing, amount, result, thing

from .sides import Json, Ours, Theirs, by, is_young

# Our state of a refund → those Stripe may have it in.
_REFUNDS = {
    "pending": {"pending", "requires_action"},
    "succeeded": {"succeeded"},
    "failed": {"failed", "canceled"},
    "replaced": {"failed", "canceled"},
    "by_hand": {"failed", "canceled"},
    "cancelled": {"failed", "canceled"},
}
_CHARGEBACKS = {
    "inquiry": {"warning_needs_response", "warning_under_review"},
    "open": {"needs_response", "under_review", "appeal_needs_response", "appeal_under_review"},
    "won": {"won"},
    "lost": {"lost"},
    "closed": {"warning_closed", "prevented"},
}


class Both(NamedTuple):
    ours: Ours
    theirs: Theirs


Finder = Callable[[Both], tuple[int, Iterator[Thing]]]


def _found(row: Json, noun: str, said: str = "") -> Thing:
    known = thing(f"{noun}:{row['id']}@{row['about']}")
    return Thing(f"{noun} {row.get('stripe_id') or row['id']} {said}".strip(), known.path)


def _missing(noun: str, key: str, states: set[str] | None = None) -> Finder:
    """Ours that Stripe doesn't have."""

    def find(both: Both) -> tuple[int, Iterator[Thing]]:
        rows = [row for row in _ours(both, noun) if row[key]]
        rows = [row for row in rows if states is None or row["status"] in states]
        there = by(_theirs(both, noun), "id")
        return len(rows), (_found(row, noun, row[key]) for row in rows if row[key] not in there)

    return find


def _stranger(noun: str, key: str, only: str = "id") -> Finder:
    """Stripe's that we don't know, old enough to be known; perhaps only those with something."""

    def find(both: Both) -> tuple[int, Iterator[Thing]]:
        here = by(_ours(both, noun), key)
        rows = [one for one in _theirs(both, noun) if one[only]]
        return len(rows), (
            Thing(f"{noun} {one['id']}")
            for one in rows
            if one["id"] not in here and not is_young(one)
        )

    return find


def _differs(noun: str, key: str, apart: Callable[[Json, Json], str]) -> Finder:
    """Known to both, and not the same; what is young at Stripe is left for the next run."""

    def find(both: Both) -> tuple[int, Iterator[Thing]]:
        here, there = by(_ours(both, noun), key), by(_theirs(both, noun), "id")
        shared = [(row, there[id]) for id, row in here.items() if id in there]
        shared = [(row, one) for row, one in shared if not is_young(one)]
        said = ((row, apart(row, one)) for row, one in shared)
        return len(shared), (_found(row, noun, words) for row, words in said if words)

    return find


def _ours(both: Both, noun: str) -> list[Json]:
    rows: list[Json] = getattr(both.ours, "checkouts" if noun == "charge" else _PLACE[noun])
    # A payee's own payouts are in their account at Stripe, not in ours.
    return [row for row in rows if noun != "payout" or row["account_id"] is None]


def _theirs(both: Both, noun: str) -> list[Json]:
    rows: list[Json] = getattr(both.theirs, "disputes" if noun == "chargeback" else _PLACE[noun])
    return rows


_PLACE = {
    "charge": "charges",
    "refund": "refunds",
    "transfer": "transfers",
    "account": "accounts",
    "payout": "payouts",
    "chargeback": "chargebacks",
}


def _two(here: object, there: object) -> str:
    return "" if here == there else f"{here} here, {there} at Stripe"


def _minor(row: Json, here: int, there: int) -> str:
    return _two(amount(here, row["currency"]), amount(there, row["currency"]))


def _amount(row: Json, one: Json) -> str:
    here, there = (row["amount_minor"], row["currency"]), (one["amount"], one["currency"])
    return _two(amount(*here), amount(*there))


def _paid(row: Json, one: Json) -> str:
    if not one["paid"] or one["status"] != "succeeded":
        return f"{one['status']} at Stripe"
    return _minor(row, row["amount_minor"], one["amount_captured"])


def _ours_alone(row: Json, one: Json) -> str:
    """All of it is on our balance: nobody else takes a part, or is paid directly."""
    names = ("application_fee_amount", "transfer_data", "on_behalf_of")
    return ", ".join(f"{name} at Stripe" for name in names if one.get(name))


def _own(key: str) -> Callable[[Json, Json], str]:
    """Our own id, written beside what we asked for, is this row's."""

    def apart(row: Json, one: Json) -> str:
        return _two(str(row["id"]), (one.get("metadata") or {}).get(key))

    return apart


def _made_for(row: Json, one: Json) -> str:
    """Of an account made by the other interface nothing may be written; never another's id."""
    return _own("payout_account_id")(row, one) if one.get("metadata") else ""


def _state(words: dict[str, set[str]]) -> Callable[[Json, Json], str]:
    def apart(row: Json, one: Json) -> str:
        fits = one["status"] in words.get(row["status"], {one["status"]})
        return "" if fits else _two(row["status"], one["status"])

    return apart


def _id(reference: object) -> str:
    return str(reference["id"]) if isinstance(reference, dict) else str(reference or "")


def _ready(row: Json, one: Json) -> str:
    there = (one.get("capabilities") or {}).get("transfers") == "active"
    said = _two(f"transfers {row['transfers_active']}", f"transfers {there}")
    said = said or _two(row["country"], one.get("country") or row["country"])
    return said or _two(f"payouts {row['payouts_enabled']}", f"payouts {one['payouts_enabled']}")


def _come_back(row: Json, one: Json) -> str:
    reversals = (one.get("reversals") or {}).get("data") or []
    if any(is_young(reversal) for reversal in reversals):
        return ""
    return _minor(row, row["reversed_minor"], one["amount_reversed"])


def _given_back(both: Both) -> tuple[int, Iterator[Thing]]:
    """A charge says how much of it went back; so do our refunds."""
    there = by(both.theirs.charges, "id")
    back: dict[str, int] = {}
    for row in both.ours.refunds:
        if row["stripe_id"] and row["status"] in ("pending", "succeeded"):
            back[row["charge_id"]] = back.get(row["charge_id"], 0) + row["amount_minor"]
    moving = {_id(one["charge"]) for one in both.theirs.refunds if is_young(one)}
    known = set(there) - moving
    rows = [row for row in both.ours.checkouts if row["charge_id"] in known]
    said = (
        (
            row,
            _minor(row, back.get(row["charge_id"], 0), there[row["charge_id"]]["amount_refunded"]),
        )
        for row in rows
    )
    return len(rows), (_found(row, "charge", words) for row, words in said if words)


def _disputed(both: Both) -> tuple[int, Iterator[Thing]]:
    known = {row["charge_id"] for row in both.ours.chargebacks}
    there = [one for one in both.theirs.charges if one["disputed"]]
    return len(there), (
        Thing(f"charge {one['id']}")
        for one in there
        if one["id"] not in known
        and not any(_id(d["charge"]) == one["id"] and is_young(d) for d in both.theirs.disputes)
    )


def _reversals(both: Both) -> tuple[int, Iterator[Thing]]:
    """Each reversal that Stripe lists with its transfer is one of ours, and the other way round."""
    ours = by(both.ours.reversals, "stripe_id")
    theirs: dict[str, Json] = {}
    is_whole = set()
    for transfer in both.theirs.transfers:
        listed = transfer.get("reversals") or {}
        theirs |= {one["id"]: one for one in listed.get("data") or []}
        if not listed.get("has_more"):
            is_whole.add(transfer["id"])
    sent = {row["id"]: row["stripe_id"] for row in both.ours.transfers}
    strange = [one for id, one in theirs.items() if id not in ours and not is_young(one)]
    apart = [
        (row, _minor(row, row["amount_minor"], theirs[id]["amount"]))
        for id, row in ours.items()
        if id in theirs
    ]
    gone = [
        (row, "not at Stripe")
        for id, row in ours.items()
        if id not in theirs and sent.get(row["transfer_id"]) in is_whole
    ]
    return len(theirs), chain(
        (Thing(f"reversal {one['id']}") for one in strange),
        (_found(row, "reversal", words) for row, words in [*apart, *gone] if words),
    )


CHECKS: dict[str, tuple[str, Finder]] = {
    "Every charge we took in is at Stripe": ("charges", _missing("charge", "charge_id")),
    "Every paid charge at Stripe was taken in": (
        "charges",
        _stranger("charge", "charge_id", only="paid"),
    ),
    "Charges have the amount we took in": ("charges", _differs("charge", "charge_id", _amount)),
    "Charges we took in were paid": ("charges", _differs("charge", "charge_id", _paid)),
    "Charges are ours alone": ("charges", _differs("charge", "charge_id", _ours_alone)),
    "Charges belong to the payments we asked for": (
        "charges",
        _differs(
            "charge",
            "charge_id",
            lambda row, one: _two(row["payment_intent_id"], _id(one["payment_intent"])),
        ),
    ),
    "Charges gave back what our refunds say": ("charges", _given_back),
    "Every disputed charge is known to us": ("charges", _disputed),
    "Every refund we sent is at Stripe": ("refunds", _missing("refund", "stripe_id")),
    "Every refund at Stripe is one of ours": ("refunds", _stranger("refund", "stripe_id")),
    "Refunds have the amount we asked for": ("refunds", _differs("refund", "stripe_id", _amount)),
    "Refunds are in the same state": ("refunds", _differs("refund", "stripe_id", _state(_REFUNDS))),
    "Refunds are of the charge they are for": (
        "refunds",
        _differs(
            "refund",
            "stripe_id",
            lambda row, one: (
                _two(row["charge_id"], _id(one["charge"]))
                or _two(row["payment_intent_id"], _id(one["payment_intent"]))
            ),
        ),
    ),
    "Refunds carry our own number": ("refunds", _differs("refund", "stripe_id", _own("refund_id"))),
    "Every transfer we sent is at Stripe": ("transfers", _missing("transfer", "stripe_id")),
    "Every transfer at Stripe is one of ours": ("transfers", _stranger("transfer", "stripe_id")),
    "Transfers have the amount we asked for": (
        "transfers",
        _differs("transfer", "stripe_id", _amount),
    ),
    "Transfers went to the payee's own account": (
        "transfers",
        _differs(
            "transfer",
            "stripe_id",
            lambda row, one: _two(row["destination"], _id(one["destination"])),
        ),
    ),
    "Transfers are of the charge they are for": (
        "transfers",
        _differs(
            "transfer",
            "stripe_id",
            lambda row, one: _two(row["charge_id"], _id(one["source_transaction"])),
        ),
    ),
    "Transfers carry our own number": (
        "transfers",
        _differs("transfer", "stripe_id", _own("transfer_id")),
    ),
    "What came back of transfers is known to us": (
        "transfers",
        _differs(
            "transfer",
            "stripe_id",
            _come_back,
        ),
    ),
    "Reversals are the same on both sides": ("reversals", _reversals),
    "Every payout account is at Stripe": ("accounts", _missing("account", "stripe_id")),
    "Every account at Stripe is one of ours": ("accounts", _stranger("account", "stripe_id")),
    "Payout accounts are in the same state": (
        "accounts",
        _differs("account", "stripe_id", _ready),
    ),
    "Payout accounts belong to those we made them for": (
        "accounts",
        _differs("account", "stripe_id", _made_for),
    ),
    "Every payout we booked is at Stripe": ("payouts", _missing("payout", "stripe_id")),
    "Payouts to our bank have the amount we know": (
        "payouts",
        _differs("payout", "stripe_id", _amount),
    ),
    "Every payout to our bank is known to us": ("payouts", _stranger("payout", "stripe_id")),
    "Payouts to our bank are in the same state": (
        "payouts",
        _differs("payout", "stripe_id", lambda row, one: _two(row["status"], one["status"])),
    ),
    "Every dispute at Stripe is known to us": ("disputes", _stranger("chargeback", "stripe_id")),
    "Every dispute we know is at Stripe": ("disputes", _missing("chargeback", "stripe_id")),
    "Disputes are of the charge they are about": (
        "disputes",
        _differs(
            "chargeback", "stripe_id", lambda row, one: _two(row["charge_id"], _id(one["charge"]))
        ),
    ),
    "Disputes have the amount we know": (
        "disputes",
        _differs("chargeback", "stripe_id", _amount),
    ),
    "Disputes are in the same state": (
        "disputes",
        _differs("chargeback", "stripe_id", _state(_CHARGEBACKS)),
    ),
}


def compare(ours: Ours, theirs: Theirs) -> list[Result]:
    results = []
    for name, (what, find) in CHECKS.items():
        seen, found = find(Both(ours, theirs))
        things = list(found)
        results.append(result(name, seen, what, len(things), things))
    return results

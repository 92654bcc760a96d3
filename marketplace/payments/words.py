"""Journals, and what became of a payment, in words: receipts for each who may see one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.kit.clock import now
from marketplace.kit.i18n import day, money
from models import Money, PayoutStatus, TransferStatus

from . import ledger
from .queries import Way
from .receipts import Receipt, is_payment

JOURNALS: dict[str, Any] = {
    "deal_paid": _l("Deal funded"),
    "order_paid": _l("Order paid"),
    "stripe_fee": _l("Stripe’s fee named later"),
    "deal_approved": _l("Work approved"),
    "milestone_approved": _l("Milestone approved"),
    "deal_given_back": _l("Deal cancelled, money given back"),
    "deal_stray_payment": _l("Payment after the end, given back"),
    "order_stray_payment": _l("Payment after the end, given back"),
    "deal_ruled": _l("Dispute ruled"),
    "money_sent": _l("Money sent"),
    "refund_sent": _l("Refund done"),
    "refund_failed": _l("Refund came back"),
    "sale_shared": _l("Sale shared out"),
    "return_taken": _l("Return"),
    "sale_matured": _l("Time for returns over"),
    "tip_paid": _l("Paid straight to a creator"),
    "bank_took": _l("A payer’s bank took money back"),
    "bank_returned": _l("A payer’s bank returned money"),
    "chargeback_lost": _l("Lost at a payer’s bank"),
    "taken_back": _l("Refund after it was paid out"),
    "transfer_reversed": _l("Taken back from a payee"),
    "debt_netted": _l("Kept for what was owed"),
    "debt_written_off": _l("Debt written off"),
    "refund_by_hand": _l("Refund paid by hand"),
    "money_unclaimed": _l("Never claimed, given back"),
    "payout_left": _l("On its way to our bank"),
    "payout_paid": _l("Arrived in our bank"),
    "payout_returned": _l("Sent back by our bank"),
}


# Where a transfer stands, for whom it is; and how its pill looks.
TRANSFERS: dict[str, Any] = {
    "waiting": _l("On its way"),
    "blocked": _l("Waits for your account"),
    "sent": _l("Sent"),
    "netted": _l("Kept for what you owed"),
    "cancelled": _l("Went back"),
}
PILLS = {"waiting": "held", "blocked": "held", "sent": "released"}


def way(one: Way) -> str:
    """Where a transfer is between us and its payee's bank, and when the bank has it."""
    if one.payout is None and one.transfer.status != TransferStatus.SENT:
        return str(TRANSFERS[one.transfer.status.value])
    if one.payout is None:
        free_at = one.transfer.free_at
        if free_at is None or free_at <= now():
            return _("At Stripe; your bank gets it with Stripe’s next payout")
        return _("At Stripe, which pays it out from %(day)s on", day=day(free_at))
    if one.payout.status == PayoutStatus.PAID:
        return _("In your bank since %(day)s", day=day(one.payout.arrives_at))
    return _("Your bank should have it by %(day)s", day=day(one.payout.arrives_at))


PAYOUTS: dict[str, Any] = {
    "pending": _l("About to leave Stripe"),
    "in_transit": _l("On its way to your bank"),
    "paid": _l("In your bank"),
    "failed": _l("Sent back by your bank"),
    "canceled": _l("Cancelled"),
}


def journal(kind: str) -> str:
    return str(JOURNALS.get(kind, kind.replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a receipt, and what the people in it are called."""

    names: Mapping[uuid.UUID, str]
    # What whoever paid is called.
    payer: str
    person_id: uuid.UUID | None = None
    is_payer: bool = False
    is_admin: bool = False
    # What some journals were for, by their cause.
    causes: Mapping[str, str] = field(default_factory=dict)

    def may_see(self, one: ledger.Journal) -> bool:
        """What concerns them: the thing's own money, theirs, and what goes back to a payer."""
        if self.is_admin or is_payment(one):
            return True
        whole = (ledger.ESCROW, ledger.ORDER)
        return self._is_own(one) or any(line.account in whole for line in one.lines)

    def may_see_stripe_id(self, one: ledger.Journal) -> bool:
        return self.is_admin or self._is_own(one) or (self.is_payer and is_payment(one))

    def _is_own(self, one: ledger.Journal) -> bool:
        mine = self.person_id is not None and any(x.owner == self.person_id for x in one.lines)
        return mine or (self.is_payer and any(x.account == ledger.REFUND for x in one.lines))

    def name(self, owner: uuid.UUID | None) -> str:
        return self.names.get(owner, _("Somebody")) if owner else _("Somebody")


@dataclass(frozen=True, slots=True)
class Step:
    """One journal on a receipt."""

    id: int
    at: datetime
    what: str
    cause: str
    stripe_id: str
    # (whose, how much more of it is theirs now)
    parts: list[tuple[str, Money]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A receipt made ready: how the payment was divided, and each journal that did it."""

    # (what, signed amount); each row but the last is added up in the last.
    rows: list[tuple[str, Money]]
    net: Money
    note: str
    steps: list[Step]
    # Whether the last row is the sum of the others: somebody's part of it.
    has_sum: bool
    # What has left for them so far, and what is still to come.
    sent: Money
    waits: Money


def sheet(receipt: Receipt, reader: Reader, *, last: uuid.UUID | None) -> Sheet:
    """Gross → every fee → net. `last` is the person whose part stands at the bottom."""
    rows = [(_("Paid by %(name)s", name=reader.payer), receipt.gross)]
    sums: dict[str, Money] = {}
    net = Money(0, receipt.currency)
    for part in receipt.parts:
        if last is not None and part.owner == last and part.account in _THEIRS:
            net += part.amount
        else:
            label = part_name(part.account, part.owner, reader)
            if part.account in _THEIRS:
                label = _("To %(name)s", name=label)
            # Taken off on the way to a sum; without one, simply where it went.
            taken = part.amount.times(1 if last is None else -1)
            sums[label] = sums.get(label, Money(0, receipt.currency)) + taken
    rows += [(label, amount) for label, amount in sums.items() if amount]
    if last is not None:
        rows.append((_("%(name)s receives", name=reader.name(last)), net))
    sent = receipt.sent_to(last)
    steps = [_step(one, reader) for one in receipt.journals if reader.may_see(one)]
    has_sum = last is not None
    return Sheet(rows, net, _fee_note(receipt), steps, has_sum, sent, net - sent)


_THEIRS = (ledger.PAYABLE, ledger.HELD)
_SURCHARGES = (ledger.SURCHARGE, ledger.SURCHARGE_KEPT)
_WAITING = (ledger.HELD, ledger.DEFERRED_FEE)


def _fee_note(receipt: Receipt) -> str:
    if not receipt.stripe_fee:
        return ""
    if any(part.account in _SURCHARGES for part in receipt.parts):
        return _(
            "Stripe kept %(fee)s of the payment as its own fee. The surcharge is there for it.",
            fee=money(receipt.stripe_fee),
        )
    return _(
        "Stripe kept %(fee)s of the payment as its own fee. We bear it; it is not taken from here.",
        fee=money(receipt.stripe_fee),
    )


def _step(one: ledger.Journal, reader: Reader) -> Step:
    shown = [line for line in one.lines if reader.is_admin or not _is_ours(line)]
    parts = [
        (
            _step_name(line.account, line.owner, reader),
            Money(-line.amount.minor, line.amount.currency),
        )
        for line in sorted(shown, key=lambda line: line.amount.minor, reverse=True)
    ]
    stripe_id = one.stripe_id if reader.may_see_stripe_id(one) else ""
    named = reader.causes.get(one.cause)
    what = f"{journal(one.kind)}: {named}" if named else journal(one.kind)
    return Step(one.id, one.effective_at, what, one.cause, stripe_id, parts)


def _is_ours(line: ledger.Line) -> bool:
    """What we have at Stripe, and what Stripe keeps of that, is between us and Stripe."""
    is_kept = line.account == ledger.STRIPE_FEES and line.amount.minor > 0
    return is_kept or line.account in _OURS


_OURS = ("A:stripe", "A:uncleared", "A:bank", "A:in_transit", "E:dispute_fees")


def _step_name(account: str, owner: uuid.UUID | None, reader: Reader) -> str:
    """In a journal from held to payable the same name would stand twice, once with a minus."""
    name = part_name(account, owner, reader)
    return _("%(name)s, held", name=name) if account in _WAITING else name


def part_name(account: str, owner: uuid.UUID | None, reader: Reader) -> str:
    """Whose money an account holds, as one row of a receipt calls it."""
    if account in (ledger.PAYABLE, ledger.HELD):
        return reader.name(owner)
    if account == "A:owed":
        return _("%(name)s owes it", name=reader.name(owner))
    if account == ledger.REFUND:
        return _("Back to %(name)s", name=reader.payer)
    return str(_PARTS.get(account, account))


_PARTS: dict[str, Any] = {
    "L:escrow": _l("Held"),
    "L:order": _l("Held"),
    "L:deferred_fee": _l("Our fee"),
    "L:surcharge": _l("Surcharge, held"),
    "I:surcharge": _l("Surcharge"),
    "I:platform_fee": _l("Our fee"),
    "L:tax": _l("Tax"),
    "E:stripe_fees": _l("Stripe’s fee"),
    "A:disputed": _l("Taken by the payer’s bank"),
    "E:chargeback_loss": _l("Borne by us"),
    "E:goodwill": _l("Borne by us"),
    "E:dispute_fees": _l("The bank’s fee for a dispute"),
    "A:stripe": _l("At Stripe"),
    "A:uncleared": _l("At Stripe, fee not yet named"),
    "A:bank": _l("In our bank"),
    "A:in_transit": _l("On its way to our bank"),
}

"""The books and the log in words."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from marketplace.books import results
from marketplace.books import words as book_words
from marketplace.kit import i18n
from marketplace.payments import words as money_words
from models import Event, PersonKind

ACCOUNTS: dict[str, Any] = {
    "A:stripe": _l("At Stripe"),
    "A:uncleared": _l("Paid, not yet in Stripe’s books"),
    "A:bank": _l("In our bank"),
    "A:in_transit": _l("On its way to our bank"),
    "A:disputed": _l("Taken by card disputes, undecided"),
    "A:owed": _l("Owed back to us"),
    "L:escrow": _l("Held for deals"),
    "L:payable": _l("Approved, not yet sent"),
    "L:held": _l("Sales that may be returned"),
    "L:order": _l("Orders being settled"),
    "L:refund": _l("Refunds under way"),
    "L:surcharge": _l("Surcharges not yet earned"),
    "I:surcharge": _l("Surcharges"),
    "L:deferred_fee": _l("Our fees not yet earned"),
    "L:tax": _l("Tax to hand on"),
    "I:platform_fee": _l("Our fees"),
    "E:stripe_fees": _l("Stripe’s fees"),
    "E:dispute_fees": _l("Fees for card disputes"),
    "E:chargeback_loss": _l("Card disputes lost"),
    "E:goodwill": _l("Goodwill"),
}
GROUPS: tuple[tuple[str, Any], ...] = (
    ("A", _l("We have")),
    ("L", _l("We owe others")),
    ("IE", _l("Our own")),
)
# What the log is about; also what it may be filtered by.
THINGS: dict[str, Any] = {
    "people": _l("People"),
    "campaigns": _l("Campaigns"),
    "invitations": _l("Invitations"),
    "applications": _l("Applications"),
    "deals": _l("Deals"),
    "disputes": _l("Disputes"),
    "orders": _l("Orders"),
    "returns": _l("Returns"),
    "checkouts": _l("Payments"),
    "transfers": _l("Transfers"),
    "refunds": _l("Refunds"),
    "payout_accounts": _l("Payout accounts"),
    "chargebacks": _l("Disputes at banks"),
    "reversals": _l("Reversals"),
    "payouts": _l("Payouts to banks"),
    "stripe_events": _l("Stripe events"),
}
THING: dict[str, Any] = {
    "people": _l("Person"),
    "campaigns": _l("Campaign"),
    "invitations": _l("Invitation"),
    "applications": _l("Application"),
    "deals": _l("Deal"),
    "disputes": _l("Dispute"),
    "orders": _l("Order"),
    "returns": _l("Return"),
    "checkouts": _l("Payment"),
    "transfers": _l("Transfer"),
    "refunds": _l("Refund"),
    "payout_accounts": _l("Payout account"),
    "chargebacks": _l("Dispute at a bank"),
    "reversals": _l("Reversal"),
    "payouts": _l("Payout to a bank"),
    "stripe_events": _l("Stripe event"),
}
KINDS: dict[PersonKind, Any] = {
    PersonKind.BRAND: _l("Brand"),
    PersonKind.CREATOR: _l("Creator"),
    PersonKind.ADMIN: _l("Admin"),
}
PERSON_VERBS: dict[str, Any] = {
    "suspend": _l("Account closed"),
    "unsuspend": _l("Account opened again"),
    "make_admin": _l("Made an admin"),
    "write_off": _l("Debt written off"),
}
JOBS: dict[str, Any] = {
    "todo": _l("Waiting"),
    "doing": _l("Running"),
    "succeeded": _l("Done"),
    "failed": _l("Failed"),
}
EVENTS: dict[str, Any] = {
    "stored": _l("Waiting"),
    "failed": _l("Did not go through"),
    "done": _l("Taken in"),
    "ignored": _l("Not for us"),
    "twin": _l("Told twice"),
}
FOUND: dict[str, Any] = {
    "webhook": _l("Told by Stripe"),
    "sweep": _l("Found by looking"),
}
# What an event led to.
FACTS: dict[str, Any] = {
    "Paid": _l("A payment came in"),
    "Expired": _l("A payment page ended without a payment"),
    "Sent": _l("Money was sent"),
    "Blocked": _l("Money waits for the payee’s account"),
    "Refunded": _l("A refund went through"),
    "AccountReady": _l("An account can receive money now"),
    "Processing": _l("A payment waits for a bank’s word"),
    "RefundFailed": _l("A refund came back"),
    "Inquired": _l("A payer’s bank asks about a payment"),
    "Disputed": _l("A payer’s bank took a payment back"),
    "DisputeWon": _l("A payer’s bank decided for us"),
    "DisputeLost": _l("A payer’s bank decided against us"),
    "FraudWarned": _l("A payer’s bank warns of fraud"),
    "PayoutFailed": _l("A bank sent a payout back"),
}


def account(code: str) -> str:
    return str(ACCOUNTS.get(code, code))


def journal(kind: str) -> str:
    return money_words.journal(kind)


def fact(kind: str) -> str:
    return str(FACTS.get(kind, kind))


def thing(kind: str) -> str:
    return str(THING.get(kind, kind))


def path_of(event: Event) -> str:
    """The page about what an event happened to, where its address is its id."""
    if event.subject_type == "deals":
        return f"/deals/{event.subject_id}"
    if event.subject_type == "people":
        return f"/admin/people/{event.subject_id}"
    return ""


def verb(event: Event) -> str:
    """What was done: a word of ours for people, else the verb as its flow has it."""
    if event.subject_type == "people":
        return str(PERSON_VERBS.get(event.verb, event.verb))
    return event.verb.replace("_", " ")


# What a check calls a thing → what people call it.
_FOUND: dict[str, Any] = {
    "deal": _l("Deal"),
    "order": _l("Order"),
    "return": _l("Return"),
    "dispute": _l("Dispute"),
    "person": _l("Person"),
    "journal": _l("Journal"),
    "account": _l("Account"),
    "checkout": _l("Payment"),
    "charge": _l("Charge"),
    "transfer": _l("Transfer"),
    "refund": _l("Refund"),
    "reversal": _l("Reversal"),
    "payout": _l("Payout"),
    "chargeback": _l("Dispute at a bank"),
    "event": _l("Event"),
    "job": _l("Job"),
    "currency": _l("Currency"),
    "proof": _l("Proof"),
    "trigger": _l("Guard"),
    "constraint": _l("Guard"),
    "privilege": _l("Permission on"),
    "functions": _l("Functions of"),
}
_SHORT = re.compile(r"\b([0-9a-f]{8})-[0-9a-f-]{27}\b")


def found(text: str) -> str:
    """What a check says, as people write it: amounts in their currency, things by their names."""
    noun, colon, rest = text.partition(":" if ":" in text.split(" ", 1)[0] else " ")
    if colon and noun in _FOUND:
        text = f"{_FOUND[noun]} {rest}"
    said = book_words.counts(_SHORT.sub(r"\1", text))
    return results.written(said, i18n.money, i18n.number)

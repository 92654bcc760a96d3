"""Where a payee's account stands, in words: what Stripe asks, why it waits, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Money, Payout, PayoutAccount, PayoutStatus

# How a requirement of Stripe's begins or ends → what it is called by people. The first that fits.
_ASKED: tuple[tuple[str, Any], ...] = (
    ("verification.additional_document", _l("A second document that shows who you are")),
    ("verification.proof_of_liveness", _l("A picture of yourself")),
    ("verification.document", _l("A picture of your identity document")),
    ("company.verification", _l("A document about your company")),
    ("external_account", _l("The bank account you are paid to")),
    ("tos_acceptance", _l("That you agree to Stripe’s terms")),
    ("business_profile.url", _l("Your website or profile")),
    ("business_profile.mcc", _l("What kind of business you run")),
    ("business_profile", _l("What your business does")),
    ("business_type", _l("Whether you are a person or a company")),
    (".dob", _l("Your date of birth")),
    (".address", _l("Your address")),
    (".phone", _l("Your phone number")),
    (".email", _l("Your email address")),
    (".first_name", _l("Your name")),
    (".last_name", _l("Your name")),
    (".ssn_last_4", _l("The last digits of your social security number")),
    (".id_number", _l("Your personal or company number")),
    (".tax_id", _l("Your tax number")),
    ("company.name", _l("The name of your company")),
    ("owners", _l("Who owns your company")),
    ("directors", _l("Who directs your company")),
    ("representative", _l("Who acts for your company")),
)
# Why a bank sent a payout back → what to do.
_SENT_BACK: dict[str, Any] = {
    "account_closed": _l("The bank account is closed. Enter another one at Stripe."),
    "account_frozen": _l("The bank account is frozen. Ask your bank, or enter another one."),
    "bank_account_restricted": _l("The bank account takes no payments. Enter another one."),
    "could_not_process": _l("The bank couldn’t take it. Check the details, or ask your bank."),
    "debit_not_authorized": _l("The bank allows no payments by Stripe. Ask your bank."),
    "incorrect_account_holder_name": _l("The name doesn’t fit the account. Correct it at Stripe."),
    "invalid_account_number": _l("The account number is wrong. Correct it at Stripe."),
    "invalid_currency": _l("The account takes another currency. Enter another account."),
    "no_account": _l("There is no such account. Check the number at Stripe."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands: a heading, what it means, and whether there is something to do."""

    title: str
    text: str
    asks: list[str]
    is_ready: bool = False
    may_go_on: bool = False


def asked_for(names: list[str]) -> list[str]:
    """Requirements as people call them, each once, in Stripe's order."""
    return list(dict.fromkeys(_spoken(name) for name in names))


def _spoken(name: str) -> str:
    for part, words in _ASKED:
        if part in name:
            return str(words)
    return name.replace("_", " ").replace(".", ", ")


class CameBack(NamedTuple):
    """A payout that a payee's bank sent back, and what to do about it."""

    amount: Money
    why: str


def came_back(paid_out: Sequence[Payout]) -> CameBack | None:
    """The last of somebody's payouts, oldest first, if their bank sent it back."""
    last = paid_out[-1] if paid_out else None
    if last is None or last.status != PayoutStatus.FAILED:
        return None
    return CameBack(last.amount, sent_back(last.failure_code))


def sent_back(code: str) -> str:
    """Why a bank sent a payout back, and what to do about it."""
    return str(_SENT_BACK.get(code, _SENT_BACK["could_not_process"]))


def standing(account: PayoutAccount | None) -> Standing:
    """What an account's owner should know and do now."""
    if account is None or not account.details_submitted:
        return Standing(
            _("Say where you are paid"),
            _(
                "Stripe asks who you are and which bank account is yours. We never see either."
                " It takes about five minutes; money meant for you waits safely until then."
            ),
            [],
            may_go_on=True,
        )
    if account.disabled_reason.startswith("rejected"):
        return Standing(
            _("Stripe has refused this account"),
            _(
                "Stripe says it can’t pay to it. Money meant for you stays held. Ask Stripe why"
                " in the mail they sent you, or write to us."
            ),
            [],
        )
    asks = asked_for([*account.past_due, *account.currently_due])
    return _of_given(account, asks)


def _of_given(account: PayoutAccount, asks: list[str]) -> Standing:
    """Details were given: Stripe is satisfied, asks for more, or looks at them."""
    if account.transfers_active and account.payouts_enabled and not asks:
        return Standing(
            _("You can be paid"),
            _("Money released to you goes to your account at Stripe, and from there to your bank."),
            [],
            is_ready=True,
        )
    if asks:
        waits = (
            _("You can be paid for now. Stripe will stop that unless it gets what it asks for.")
            if account.transfers_active
            else _("Until this is done your money waits with us; nothing is lost.")
        )
        return Standing(
            _("Stripe needs something more"),
            waits,
            asks,
            is_ready=account.transfers_active,
            may_go_on=True,
        )
    if account.transfers_active:
        return Standing(
            _("Money reaches Stripe, but not your bank yet"),
            _("Stripe looks at your bank account. What is sent to you waits there."),
            [],
            is_ready=True,
            may_go_on=True,
        )
    return Standing(
        _("Stripe is looking at what you gave"),
        _("It usually takes minutes, sometimes two days. Your money waits with us until then."),
        asked_for(account.pending_verification),
    )

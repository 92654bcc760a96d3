"""What a notice says: for each kind, the subject of its mail and one sentence.

`who`, `title`, `amount`, `waits` and `until` are filled from the notice's data when it is read.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from marketplace.kit import i18n
from models import Money


class Words(NamedTuple):
    subject: str
    sentence: str


WORDS: dict[str, tuple[Any, Any]] = {
    "welcome": (
        _l("Welcome to Alongside, %(who)s"),
        _l("Your account is ready. The first step takes about five minutes."),
    ),
    "password_changed": (
        _l("Your password was changed"),
        _l("If that wasn’t you, choose a new one at once: sign in, “Reset your password”."),
    ),
    # Before a deal
    "deal_fits": (
        _l("A new deal fits you: “%(title)s”"),
        _l("%(who)s looks for people like those who listen to you. Apply by %(until)s."),
    ),
    "deals_fit": (
        _l("Open deals fit you, “%(title)s” best"),
        _l("It is by %(who)s, and open until %(until)s. All of them are on your list."),
    ),
    "invitation_sent": (
        _l("%(who)s invites you to “%(title)s”"),
        _l("Look at what they want and what they pay, and answer by %(until)s."),
    ),
    "invitation_declined": (
        _l("%(who)s declined your invitation"),
        _l("It was for “%(title)s”. Others who fit are on your list of matches."),
    ),
    "application_sent": (
        _l("%(who)s applied to “%(title)s”"),
        _l("They ask for %(amount)s. Answer with an offer, or decline."),
    ),
    "application_declined": (
        _l("%(who)s chose others for “%(title)s”"),
        _l("This application is closed. Your fit for other campaigns is not touched by it."),
    ),
    "offer_made": (
        _l("%(who)s offers you %(amount)s"),
        _l("It is for “%(title)s”. Accept, answer with other terms, or decline by %(until)s."),
    ),
    "offer_countered": (
        _l("%(who)s answered with other terms: %(amount)s"),
        _l("It is about “%(title)s”. Accept, answer, or end it by %(until)s."),
    ),
    "offer_accepted": (
        _l("%(who)s accepted your terms"),
        _l("“%(title)s” is agreed. The money is paid in before the work starts."),
    ),
    "offer_declined": (
        _l("%(who)s declined your offer"),
        _l("“%(title)s” ended here. Nothing was charged."),
    ),
    "offer_withdrawn": (
        _l("%(who)s withdrew the offer"),
        _l("“%(title)s” ended here. Nothing was charged."),
    ),
    "offer_expired": (
        _l("The offer for “%(title)s” ran out"),
        _l("Nobody answered in time, so it ended. Nothing was charged."),
    ),
    # The deal
    "deal_funded": (
        _l("%(amount)s is held for “%(title)s”"),
        _l("The money is in. The work can start, and is due by %(until)s."),
    ),
    "deal_lapsed": (
        _l("“%(title)s” ended: it was not paid in time"),
        _l("No work is owed, and nothing was charged."),
    ),
    "deal_cancelled": (
        _l("%(who)s cancelled “%(title)s”"),
        _l("What happens to the money is on the deal’s page, by the rules of its stage."),
    ),
    "work_delivered": (
        _l("%(who)s delivered “%(title)s”"),
        _l("Look at the work and approve it. Nothing said by %(until)s approves it, too."),
    ),
    "change_asked": (
        _l("%(who)s asks for a change to “%(title)s”"),
        _l("What they ask for is on the deal’s page. Deliver again by %(until)s."),
    ),
    "work_approved": (
        _l("%(who)s approved “%(title)s”"),
        _l("Your %(amount)s is on its way to your account."),
    ),
    "work_approved_by_silence": (
        _l("“%(title)s” was approved by the clock"),
        _l("Nobody answered in time, so by our rules the work counts as approved."),
    ),
    "money_sent": (
        _l("%(amount)s was sent to your account"),
        _l("It is your pay for “%(title)s”."),
    ),
    "money_waits_for_account": (
        _l("%(amount)s waits for you"),
        _l("Set up where we should send it, and it goes out at once."),
    ),
    "money_refunded": (
        _l("%(amount)s was refunded to you"),
        _l("It is for “%(title)s”, and goes back the way it was paid."),
    ),
    "message_sent": (
        _l("%(who)s wrote to you"),
        _l("It is about “%(title)s”."),
    ),
    # What banks do
    "payment_disputed": (
        _l("The bank disputes the payment for “%(title)s”"),
        _l("It has taken %(amount)s back for now. Nothing moves until it has decided."),
    ),
    "payment_disputed_for_admin": (
        _l("A bank took %(amount)s back: “%(title)s”"),
        _l("All of it is frozen. Answer with evidence on Stripe’s pages by %(until)s."),
    ),
    "payment_dispute_won": (
        _l("The bank gave the money for “%(title)s” back"),
        _l("%(amount)s is here again, and everything goes on where it stood."),
    ),
    "payment_dispute_won_for_admin": (
        _l("Won at the bank: “%(title)s”"),
        _l("%(amount)s is back, and nothing is frozen by it any more."),
    ),
    "payment_dispute_lost": (
        _l("The bank keeps the money for “%(title)s”"),
        _l("It gave %(amount)s to who had paid. What that means for you is on the page."),
    ),
    "payment_dispute_lost_for_admin": (
        _l("Lost at the bank: “%(title)s”"),
        _l("%(amount)s is gone. What others owe of it is in the books."),
    ),
    "payment_questioned": (
        _l("A bank asks about the payment for “%(title)s”"),
        _l("No money has moved. Answer on Stripe’s pages by %(until)s."),
    ),
    "payment_fraud_warning": (
        _l("A bank believes a payment to be fraud: “%(title)s”"),
        _l("It is %(amount)s. Look at it now: giving it back costs less than a dispute."),
    ),
    "payment_failed": (
        _l("The bank refused the payment for “%(title)s”"),
        _l("Nothing was charged. Pay again, perhaps by card."),
    ),
    "payment_processing": (
        _l("The payment for “%(title)s” is on its way"),
        _l("Your bank takes some days to send it. You are told when it is here."),
    ),
    "money_owed_back": (
        _l("%(amount)s for “%(title)s” went back to who paid"),
        _l("It was paid to you before. We ask for it back, or keep it from your next pay."),
    ),
    "refund_failed": (
        _l("A refund of %(amount)s came back"),
        _l("Stripe couldn’t make it. Try again, or pay it another way."),
    ),
    "payout_failed": (
        _l("Your bank sent %(amount)s back"),
        _l("The money is safe at Stripe. Check your bank details there."),
    ),
    "own_payout_failed": (
        _l("Our bank sent %(amount)s back"),
        _l("It lies on our Stripe balance again. Check the bank details at Stripe."),
    ),
    "hold_ends_soon": (
        _l("“%(title)s” must end by %(until)s"),
        _l(
            "%(amount)s is still held, and may not be held any longer than that."
            " Deliver, approve or settle it before."
        ),
    ),
    "hold_and_unsent_end_soon": (
        _l("“%(title)s” must end by %(until)s"),
        _l(
            "%(amount)s is still held, and %(waits)s is approved and waits until the creator’s"
            " account can receive it. Neither may be held any longer than that."
        ),
    ),
    "unsent_ends_soon": (
        _l("Money for “%(title)s” must be sent by %(until)s"),
        _l(
            "%(amount)s is approved and waits until the creator’s account can receive it."
            " What nobody can be sent by then goes back to the brand."
        ),
    ),
    "hold_ended": (
        _l("The time to hold money for “%(title)s” is over"),
        _l("By the rules for held money, %(amount)s goes back to the brand."),
    ),
    "hold_overdue": (
        _l("Money is held too long: “%(title)s”"),
        _l("%(amount)s should have left by %(until)s, to one side or the other. Settle it today."),
    ),
    # Disputes
    "dispute_opened": (
        _l("%(who)s opened a dispute about “%(title)s”"),
        _l("The money stays where it is. Give your side and your evidence by %(until)s."),
    ),
    "dispute_answered": (
        _l("%(who)s answered the dispute about “%(title)s”"),
        _l("Both sides have spoken. A ruling comes next."),
    ),
    "dispute_ruled": (
        _l("The dispute about “%(title)s” is decided"),
        _l("The split and its reasons are on its page. The money follows now."),
    ),
    "dispute_for_admin": (
        _l("%(who)s opened a dispute about “%(title)s”"),
        _l("The other side has its say first. You are told when it is your turn."),
    ),
    "dispute_to_rule": (
        _l("A dispute waits for your ruling: “%(title)s”"),
        _l("Read both sides and rule by %(until)s."),
    ),
    "dispute_overdue": (
        _l("A ruling is overdue: “%(title)s”"),
        _l("Both sides wait, and so does the money. Rule today."),
    ),
    "dispute_settled": (
        _l("The money of “%(title)s” has been split"),
        _l("Every amount of it is on the dispute’s page."),
    ),
    # The shop
    "order_to_send": (
        _l("An order to send: %(title)s"),
        _l("It is paid. Send it by %(until)s, or the shopper gets all of it back."),
    ),
    "sale_made": (
        _l("You sold %(title)s and earn %(amount)s"),
        _l("It is held until the shopper can no longer return it."),
    ),
    "order_cancelled": (
        _l("The order for %(title)s was cancelled"),
        _l("The shopper changed their mind before it was sent, and gets all of it back."),
    ),
    "order_unsent": (
        _l("The order for %(title)s was not sent in time"),
        _l("By our rules the shopper gets all of it back."),
    ),
    "return_asked": (
        _l("%(title)s is coming back"),
        _l("Say so when it has arrived. If you say nothing, it counts as arrived on %(until)s."),
    ),
    "sale_returned": (
        _l("%(title)s was returned"),
        _l("What you earned on it goes back with it, in proportion."),
    ),
    "share_ready": (
        _l("%(amount)s is yours for %(title)s"),
        _l("The days to return it are over, so everybody’s share leaves now."),
    ),
    "commission_cut": (
        _l("%(who)s lowers the commission on %(title)s"),
        _l("On your shelf the higher one counts until %(until)s."),
    ),
    # The books
    "books_wrong": (
        _l("A check of the books failed: %(title)s"),
        _l("What it found, and what else failed in this run, is on the page of the run."),
    ),
    "deadline_near": (
        _l("“%(title)s” waits for you"),
        _l("It is your turn, and there is time until %(until)s."),
    ),
}
_UNKNOWN = (_l("News for you"), _l("Open it to see what happened."))


class _Known(dict[str, str]):
    """What a notice doesn't hold is an ellipsis: a gap in one sentence stops no page."""

    def __missing__(self, key: str) -> str:
        return "…"


def words(kind: str, data: Mapping[str, Any]) -> Words:
    """The subject and the sentence of one notice, in the language of whoever reads."""
    subject, sentence = WORDS.get(kind, _UNKNOWN)
    known = _Known({name: _spoken(name, value) for name, value in data.items()})
    return Words(str(subject) % known, str(sentence) % known)


def _spoken(name: str, value: Any) -> str:
    if isinstance(value, Mapping) and {"minor", "currency"} <= set(value):
        return i18n.money(Money(int(value["minor"]), str(value["currency"])))
    if name == "until":
        return _day(str(value))
    return str(value)


def _day(text: str) -> str:
    """A date or moment as ISO has it, spoken; anything else as it stands."""
    try:
        return i18n.day(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))
    except ValueError:
        return text

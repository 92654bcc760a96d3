"""The test cards and what each one does: Stripe's own numbers, so what holds here holds there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    number: str
    does: str
    token: str = ""  # what Stripe calls it where a number may not be sent: pm_card_visa
    code: str | None = None  # set: the card is declined, with this code
    decline_code: str | None = None
    message: str = ""
    asks_3d_secure: bool = False
    available_at_once: bool = False
    is_blocked: bool = False  # refused before any bank was asked
    dispute_reason: str | None = None
    disputes: int = 1
    is_inquiry: bool = False  # the bank only asks; no money moves
    warns_early: bool = False
    refund: str = ""  # "later": pending, then succeeded; "fails": succeeded, then failed

    @property
    def shown(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))

    @property
    def brand(self) -> str:
        return {"3": "amex", "5": "mastercard"}.get(self.number[0], "visa")

    @property
    def kind(self) -> str:
        return "card"


DECLINED = "Your card was declined."


def _declined(
    number: str, decline_code: str, does: str, token: str = "", message: str = DECLINED
) -> Card:
    return Card(number, does, token, "card_declined", decline_code, message)


def _wrong(number: str, code: str, does: str, token: str, message: str) -> Card:
    return Card(number, does, token, code, code, message)


PAYING = (
    Card("4242424242424242", "Pays", "pm_card_visa"),
    Card("5555555555554444", "Pays (Mastercard)", "pm_card_mastercard"),
    Card(
        "4000000000000077",
        "Pays, and the money is available at once",
        "pm_card_bypassPending",
        available_at_once=True,
    ),
    Card(
        "4000003720000278",
        "Pays from abroad, and the money is available at once",
        "pm_card_bypassPendingInternational",
        available_at_once=True,
    ),
)
ASKING = (
    Card(
        "4000002500003155",
        "Asks for 3-D Secure, then pays",
        "pm_card_authenticationRequiredOnSetup",
        asks_3d_secure=True,
    ),
    Card(
        "4000002760003184",
        "Asks for 3-D Secure every time, then pays",
        "pm_card_authenticationRequired",
        asks_3d_secure=True,
    ),
    Card(
        "4000000000003220",
        "Asks for 3-D Secure 2, then pays",
        "pm_card_threeDSecure2Required",
        asks_3d_secure=True,
    ),
    Card(
        "4000008400001629",
        "Asks for 3-D Secure, then is declined",
        "pm_card_threeDSecureRequiredChargeDeclined",
        "card_declined",
        "generic_decline",
        DECLINED,
        asks_3d_secure=True,
    ),
)
DISPUTED = (
    Card(
        "4000000000000259",
        "Pays, then the payment is disputed as fraudulent",
        "pm_card_createDispute",
        dispute_reason="fraudulent",
    ),
    Card(
        "4000000000002685",
        "Pays, then disputed as not received",
        "pm_card_createDisputeProductNotReceived",
        dispute_reason="product_not_received",
    ),
    Card(
        "4000000000001976",
        "Pays, then the bank asks a question (no money moves)",
        "pm_card_createDisputeInquiry",
        dispute_reason="fraudulent",
        is_inquiry=True,
    ),
    Card(
        "4000000000005423",
        "Pays, then the bank warns of fraud",
        "pm_card_createIssuerFraudRecord",
        warns_early=True,
    ),
    Card(
        "4000004040000079",
        "Pays, then disputed twice, half each time",
        "pm_card_createMultipleDisputes",
        dispute_reason="fraudulent",
        disputes=2,
    ),
)
REFUNDED_ODDLY = (
    Card(
        "4000000000007726",
        "Pays; a refund is pending first",
        "pm_card_pendingRefund",
        refund="later",
    ),
    Card(
        "4000000000005126",
        "Pays; a refund succeeds and fails later",
        "pm_card_refundFail",
        refund="fails",
    ),
)
DECLINING = (
    _declined("4000000000000002", "generic_decline", "Declined", "pm_card_chargeDeclined"),
    _declined(
        "4000000000009995",
        "insufficient_funds",
        "Declined: too little money",
        "pm_card_chargeDeclinedInsufficientFunds",
        "Your card has insufficient funds.",
    ),
    _declined(
        "4000000000009987",
        "lost_card",
        "Declined: lost card",
        "pm_card_visa_chargeDeclinedLostCard",
    ),
    _declined(
        "4000000000009979",
        "stolen_card",
        "Declined: stolen card",
        "pm_card_visa_chargeDeclinedStolenCard",
    ),
    _declined(
        "4000000000006975",
        "card_velocity_exceeded",
        "Declined: used too often",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit.",
    ),
    _declined(
        "4000000000000341",
        "generic_decline",
        "Can be saved, and is declined when charged",
        "pm_card_chargeCustomerFail",
    ),
    Card(
        "4100000000000019",
        "Always blocked as too risky",
        "pm_card_radarBlock",
        "card_declined",
        "fraudulent",
        DECLINED,
        is_blocked=True,
    ),
    _wrong(
        "4000000000000069",
        "expired_card",
        "Declined: expired",
        "pm_card_chargeDeclinedExpiredCard",
        "Your card has expired.",
    ),
    _wrong(
        "4000000000000127",
        "incorrect_cvc",
        "Declined: wrong security code",
        "pm_card_chargeDeclinedIncorrectCvc",
        "Your card's security code is incorrect.",
    ),
    _wrong(
        "4000000000000119",
        "processing_error",
        "Declined: processing error",
        "pm_card_chargeDeclinedProcessingError",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
)
CARDS = (*PAYING, *ASKING, *DISPUTED, *REFUNDED_ODDLY, *DECLINING)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}


def find(number: str) -> Card:
    """Any other number is treated as a real card, which a sandbox must refuse."""
    return BY_NUMBER.get(number) or _declined(
        number,
        "test_mode_live_card",
        "",
        "",
        "Your card was declined. Your request was in test mode, but used a non test card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
    )


def is_card_number(number: str) -> bool:
    """One of Stripe's own test numbers has a wrong last digit."""
    return number in BY_NUMBER or passes_luhn(number)


def passes_luhn(number: str) -> bool:
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0

"""The test cards and what each one does: Stripe's own numbers, so what holds here holds there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    number: str
    does: str
    code: str | None = None  # set: the card is declined, with this code
    decline_code: str | None = None
    message: str = ""
    asks_3d_secure: bool = False
    available_at_once: bool = False
    dispute_reason: str | None = None

    @property
    def shown(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))

    @property
    def brand(self) -> str:
        return {"3": "amex", "5": "mastercard"}.get(self.number[0], "visa")


def _declined(
    number: str, decline_code: str, does: str, message: str = "Your card was declined."
) -> Card:
    return Card(number, does, "card_declined", decline_code, message)


CARDS = (
    Card("4242424242424242", "Pays"),
    Card("5555555555554444", "Pays (Mastercard)"),
    Card("4000000000000077", "Pays, and the money is available at once", available_at_once=True),
    Card("4000002500003155", "Asks for 3-D Secure, then pays", asks_3d_secure=True),
    Card("4000002760003184", "Asks for 3-D Secure every time, then pays", asks_3d_secure=True),
    Card(
        "4000000000000259",
        "Pays, then the payment is disputed as fraudulent",
        dispute_reason="fraudulent",
    ),
    Card(
        "4000000000002685",
        "Pays, then disputed as not received",
        dispute_reason="product_not_received",
    ),
    _declined("4000000000000002", "generic_decline", "Declined"),
    _declined(
        "4000000000009995",
        "insufficient_funds",
        "Declined: too little money",
        "Your card has insufficient funds.",
    ),
    _declined("4000000000009987", "lost_card", "Declined: lost card"),
    _declined("4000000000009979", "stolen_card", "Declined: stolen card"),
    _declined(
        "4000000000006975",
        "card_velocity_exceeded",
        "Declined: used too often",
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit.",
    ),
    Card(
        "4000000000000069",
        "Declined: expired",
        "expired_card",
        "expired_card",
        "Your card has expired.",
    ),
    Card(
        "4000000000000127",
        "Declined: wrong security code",
        "incorrect_cvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    Card(
        "4000000000000119",
        "Declined: processing error",
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}


def find(number: str) -> Card:
    """Any other number is treated as a real card, which a sandbox must refuse."""
    return BY_NUMBER.get(number) or _declined(
        number,
        "test_mode_live_card",
        "",
        "Your card was declined. Your request was in test mode, but used a non test card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
    )


def passes_luhn(number: str) -> bool:
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0

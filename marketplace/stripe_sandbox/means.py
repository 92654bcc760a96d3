"""What an object was paid with: it remembers only the number."""

from marketplace.stripe_sandbox import banks, cards
from marketplace.stripe_sandbox.banks import Bank
from marketplace.stripe_sandbox.cards import Card
from marketplace.stripe_sandbox.store import Json


def means_of(body: Json) -> Card | Bank:
    """Of a payment method or a charge."""
    number = body.get("_number", cards.PAYING[0].number)
    return banks.BY_NUMBER.get(number) or cards.find(number)

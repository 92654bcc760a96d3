"""What may come in from the shop's forms."""

from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from marketplace.kit import fields
from marketplace.shop.rules import MOST_AT_ONCE
from marketplace.shop.words import KINDS, OFFERED_REASONS
from models import Money, Order, Product

from .shopify import LARGEST_BYTES


class ImportIn(Schema):
    file = fields.upload(_l("Choose the file you exported"), most_bytes=LARGEST_BYTES)
    commission = fields.percent(_l("Enter the commission"), most=90)


class SignedImportIn(Schema):
    """The preview, signed, as the confirming button sends it back."""

    plan = fields.text(_l("Choose the file again"), most=1_500_000)


class ProductIn(Schema):
    title = fields.text(_l("Enter a title"), name=_l("Title"))
    description = fields.text(most=10_000, name=_l("Description"))
    kind = fields.choice({kind: kind for kind in KINDS})
    commission = fields.percent(_l("Enter the commission"), most=90)
    picture = fields.upload()


def product_in(product: Product, currency: str) -> Schema:
    """A product that is there: a price and a stock for each variant."""
    keys = [str(variant.id) for variant in product.sold_variants]
    more = {
        "price": fields.mapping(fields.money(currency, _l("Enter a price")), keys=keys),
        "stock": fields.mapping(fields.whole(_l("Enter the stock"), most=1_000_000), keys=keys),
    }
    return type("EditedProductIn", (ProductIn,), more)()


def new_product_in(currency: str) -> Schema:
    """A product of one kind, typed in by hand."""
    more = {
        "price": fields.money(currency, _l("Enter a price")),
        "stock": fields.whole(most=1_000_000),
    }
    return type("NewProductIn", (ProductIn,), more)()


class ItemIn(Schema):
    section = fields.text(most=60, name=_l("Section"))
    quote = fields.text(most=400, name=_l("Your words"))
    is_featured = fields.flag()


class SearchIn(Schema):
    q = fields.text(most=80)
    kind = fields.choice({kind: kind for kind in KINDS})


class PurchaseIn(Schema):
    # By the place of the option on the page; which values there are, the product says.
    option = fields.mapping(fields.text(most=80))
    quantity = fields.whole(_l("Choose how many"), least=1, most=MOST_AT_ONCE)


class SendIn(Schema):
    tracking = fields.text(most=200, name=_l("Tracking"))


def return_in(order: Order) -> Schema:
    keys = [str(line.id) for line in order.lines]
    made = Schema.from_dict(
        {
            "quantity": fields.mapping(fields.whole(_l("Choose how many"), most=99), keys=keys),
            "reason": fields.choice(OFFERED_REASONS, _l("Choose why you return it")),
        }
    )
    return made()


class FindIn(Schema):
    code = fields.text(_l("Enter the order code, like 4F7-K2Q-9TD"), most=20)
    email = fields.email(_l("Enter the email address you paid with"))


def give_back_in(most: Money) -> Schema:
    """What a brand gives back of the `most` it has left, and why."""

    class GiveBackIn(Schema):
        amount = fields.money(
            most.currency, _l("Enter how much goes back"), most=max(1, most.minor)
        )
        why = fields.text(_l("Say why, for the shopper to read"), most=500, name=_l("Why"))

    return GiveBackIn()

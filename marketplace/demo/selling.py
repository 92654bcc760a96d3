"""The acts of an order, each through the service that its page would call."""

from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.shop import service as shop
from models import Order, Product, Return, ShelfItem, Variant

from . import words
from .sales import Sale
from .shelves import SHELVES
from .stage import Stage

_REASONS = ("size", "other", "mind", "damaged")


class Selling:
    """One order's story. Calling it with a verb plays the verb."""

    def __init__(self, stage: Stage, random: Random, sale: Sale) -> None:
        self.stage, self.random, self.sale = stage, random, sale
        shelf = SHELVES[sale.who]
        self.product = shelf[sale.item % len(shelf)][0]
        self.order_id: UUID | None = None
        self.shopper = self._shopper()

    def _shopper(self) -> dict[str, str]:
        first = self.random.choice(words.FIRST_NAMES.split())
        last = self.random.choice(words.LAST_NAMES.split()).replace("_", " ")
        street, code, town, country = self.random.choice(words.ADDRESSES)
        email = f"{first}.{last}@post.example".lower().replace(" ", "").replace("å", "a")
        name = {"name": f"{first} {last}", "email": email}
        return name | {"line1": street, "postal_code": code, "city": town, "country": country}

    def __call__(self, verb: str) -> None:
        if verb == "pay":
            assert self.order_id is not None
            self.stage.pay("order", self.order_id, self.shopper)
            return
        with self.stage.unit() as db:
            getattr(self, verb)(db)

    def _order(self, db: Session) -> Order:
        return db.get_one(Order, self.order_id)

    def _return(self, db: Session) -> Return:
        return db.scalars(select(Return).where(Return.order_id == self.order_id)).unique().one()

    def order(self, db: Session, *, at_least: int = 1) -> None:
        item = self._item(db)
        variants = [
            variant
            for variant in item.product.sold_variants
            if variant.stock is None or variant.stock >= at_least
        ]
        cheap = item.product.from_price.minor < 3_000
        quantity = max(at_least, self.random.choice((1, 1, 2)) if cheap else 1)
        variant: Variant = self.random.choice([v for v in variants if (v.stock or 99) >= quantity])
        checkout = shop.start_order(
            db, item, variant, quantity, fee_bps=self.stage.config.sale_fee_bps
        )
        self.order_id = checkout.subject_id

    def order_two(self, db: Session) -> None:
        self.order(db, at_least=2)

    def _item(self, db: Session) -> ShelfItem:
        creator = self.stage.creator(db, self.sale.who)
        query = (
            select(ShelfItem)
            .join(Product, ShelfItem.product_id == Product.id)
            .where(ShelfItem.creator_id == creator.id, Product.title == self.product)
        )
        return db.scalars(query).unique().one()

    def send(self, db: Session) -> None:
        order = self._order(db)
        tracking = f"SE{self.random.randrange(10**8, 10**9)}"
        shop.send(db, order, tracking=tracking, by=order.brand.person)

    def arrive(self, db: Session) -> None:
        order = self._order(db)
        shop.deliver(db, order, by=order.brand.person)

    def return_all(self, db: Session) -> None:
        self._send_back(db, {str(line.id): line.quantity for line in self._order(db).lines})

    def return_one(self, db: Session) -> None:
        self._send_back(db, {str(line.id): 1 for line in self._order(db).lines})

    def _send_back(self, db: Session, quantity: dict[str, int]) -> None:
        reason = self.random.choice(_REASONS)
        shop.ask_return(db, self._order(db), quantity=quantity, reason=reason)

    def receive(self, db: Session) -> None:
        made = self._return(db)
        shop.receive(db, made, by=made.order.brand.person)

    def keep(self, db: Session) -> None:
        shop.withdraw(db, self._return(db))

    def call_off(self, db: Session) -> None:
        shop.cancel(db, self._order(db))

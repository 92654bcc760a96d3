"""A creator's shelf: what stands on it, in which order, and their own words about it."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.shop.rules import MOST_ITEMS
from models import Creator, Person, Product, Refused, ShelfItem


def add(db: Session, product: Product, *, by: Person) -> ShelfItem:
    """Put a product on the shelf, at the end. It stays one item, however often it is added."""
    assert by.creator is not None
    creator = by.creator
    db.execute(select(Creator.id).where(Creator.id == creator.id).with_for_update())
    items = _items(db, creator)
    for item in items:
        if item.product_id == product.id:
            return item
    if not (product.is_sold and product.brand.person.is_active):
        raise Refused(_("The brand does not sell this product any more. Choose another."))
    if len(items) >= MOST_ITEMS:
        raise Refused(
            _(
                "A shelf holds %(most)s products. Remove one before you add another.",
                most=MOST_ITEMS,
            )
        )
    item = ShelfItem(
        creator=creator,
        product=product,
        position=max((item.position for item in items), default=0) + 1,
        commission_bps=product.commission_bps,
    )
    db.add(item)
    db.flush()
    return item


def describe(
    db: Session, item: ShelfItem, *, section: str, quote: str, is_featured: bool, by: Person
) -> None:
    """Say where on the shelf it stands and why. One product at most is featured."""
    if is_featured and not item.is_featured:
        for other in _items(db, item.creator):
            other.is_featured = False
    item.section, item.quote, item.is_featured = section, quote, is_featured


def move(db: Session, item: ShelfItem, *, up: bool, by: Person) -> None:
    """Swap with the neighbour in the same section; at the end of it nothing happens."""
    items = [other for other in _items(db, item.creator) if other.section == item.section]
    place = items.index(item)
    other_place = place - 1 if up else place + 1
    if 0 <= other_place < len(items):
        other = items[other_place]
        item.position, other.position = other.position, item.position


def remove(db: Session, item: ShelfItem, *, by: Person) -> None:
    """Take it off the shelf. What was ordered from it stays as it was bought."""
    db.delete(item)


def _items(db: Session, creator: Creator) -> list[ShelfItem]:
    query = (
        select(ShelfItem)
        .where(ShelfItem.creator_id == creator.id)
        .order_by(ShelfItem.position, ShelfItem.created_at)
    )
    return list(db.scalars(query.with_for_update(of=ShelfItem)).unique())

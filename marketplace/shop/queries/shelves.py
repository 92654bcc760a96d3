"""Shelves: one creator's, and all there are."""

from itertools import groupby
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload, selectinload

from models import Creator, Person, Product, ShelfItem

from .products import sold

Sections = list[tuple[str, list[ShelfItem]]]
Shelves = dict[UUID, tuple[int, list[ShelfItem]]]


def items(db: Session, *, of: Creator, only_sold: bool = True) -> list[ShelfItem]:
    """What stands on a shelf, in its order; what is not sold now only for its owner."""
    query = (
        select(ShelfItem)
        .where(ShelfItem.creator_id == of.id)
        # The creator is at hand; asking for them again would ask for all they have.
        .options(lazyload(ShelfItem.creator))
        .order_by(ShelfItem.position, ShelfItem.created_at)
    )
    if only_sold:
        query = query.join(Product, Product.id == ShelfItem.product_id).where(sold())
    return list(db.scalars(query).unique())


def item_of(db: Session, of: Creator, product: Product) -> ShelfItem | None:
    """Where one product stands on a shelf that shoppers may see; nothing if it isn't sold there."""
    query = (
        select(ShelfItem)
        .join(Product, Product.id == ShelfItem.product_id)
        .where(ShelfItem.creator_id == of.id, ShelfItem.product_id == product.id, sold())
        .options(lazyload(ShelfItem.creator))
    )
    return db.scalars(query).unique().one_or_none() if is_open(db, of) else None


def is_open(db: Session, creator: Creator) -> bool:
    """Whether shoppers may see this shelf at all."""
    closed = select(Person.id).where(
        Person.id == creator.person_id, Person.suspended_at.is_not(None)
    )
    return db.scalar(closed) is None


def by_section(shelf: list[ShelfItem]) -> Sections:
    """In the order in which sections first come up; what has no section comes first."""
    order: dict[str, int] = {"": -1}
    for item in shelf:
        order.setdefault(item.section, len(order))
    ordered = sorted(shelf, key=lambda item: order[item.section])
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda item: item.section)]


def creators() -> Select[Creator]:
    """Everyone whose shelf has something to buy on it, newest shelf first."""
    latest = (
        select(ShelfItem.creator_id, func.max(ShelfItem.created_at).label("at"))
        .join(Product, Product.id == ShelfItem.product_id)
        .where(sold())
        .group_by(ShelfItem.creator_id)
        .subquery()
    )
    return (
        select(Creator)
        .join(Person, Person.id == Creator.person_id)
        .join(latest, latest.c.creator_id == Creator.id)
        .where(Person.suspended_at.is_(None))
        .order_by(latest.c.at.desc(), Creator.id)
    )


def first_items_of(db: Session, creators: list[Creator], *, most: int = 4) -> Shelves:
    """How many things each of these shelves has to buy, and the first of them."""
    own = ShelfItem.creator_id
    order = (ShelfItem.is_featured.desc(), ShelfItem.position, ShelfItem.created_at)
    ranked = (
        select(
            ShelfItem.id,
            func.row_number().over(partition_by=own, order_by=order).label("place"),
            func.count().over(partition_by=own).label("total"),
        )
        .join(Product, Product.id == ShelfItem.product_id)
        .where(own.in_([one.id for one in creators]), sold())
        .subquery()
    )
    found = db.execute(
        select(ShelfItem, ranked.c.total)
        .join(ranked, ranked.c.id == ShelfItem.id)
        .where(ranked.c.place <= most)
        # Many shelves show the same products: each is asked for once.
        .options(lazyload(ShelfItem.creator), selectinload(ShelfItem.product))
        .order_by(ranked.c.place)
    )
    shelves: Shelves = {creator.id: (0, []) for creator in creators}
    for item, total in found.unique():
        shelves[item.creator_id] = (total, [*shelves[item.creator_id][1], item])
    return shelves

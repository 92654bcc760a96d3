"""Shelves: one creator's, and all there are."""

from itertools import groupby
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload, selectinload

from models import Creator, Person, Product, ProductStatus, ShelfItem, Variant

Sections = list[tuple[str, list[ShelfItem]]]
Shelves = dict[UUID, tuple[int, list[ShelfItem]]]


def items(db: Session, *, of: Creator, only_sold: bool = True) -> list[ShelfItem]:
    """What stands on a shelf, in its order; what a brand has hidden only for its owner."""
    query = (
        select(ShelfItem)
        .where(ShelfItem.creator_id == of.id)
        # The creator is at hand; asking for them again would ask for all they have.
        .options(lazyload(ShelfItem.creator))
        .order_by(ShelfItem.position, ShelfItem.created_at)
    )
    found = db.scalars(query).unique()
    return [item for item in found if item.product.is_sold or not only_sold]


def by_section(shelf: list[ShelfItem]) -> Sections:
    """In the order in which sections first come up; what has no section comes first."""
    order: dict[str, int] = {"": -1}
    for item in shelf:
        order.setdefault(item.section, len(order))
    ordered = sorted(shelf, key=lambda item: order[item.section])
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda item: item.section)]


def creators() -> Select[Creator]:
    """Everyone whose shelf has something to buy on it, newest shelf first."""
    sold = select(Variant.id).where(Variant.product_id == Product.id, Variant.is_active)
    latest = (
        select(ShelfItem.created_at)
        .join(Product, Product.id == ShelfItem.product_id)
        .where(
            ShelfItem.creator_id == Creator.id,
            Product.status == ProductStatus.ACTIVE,
            sold.exists(),
        )
        .order_by(ShelfItem.created_at.desc())
        .limit(1)
        .correlate(Creator)
        .scalar_subquery()
    )
    return (
        select(Creator)
        .join(Person, Person.id == Creator.person_id)
        .where(Person.suspended_at.is_(None), latest.is_not(None))
        .order_by(latest.desc(), Creator.id)
    )


def first_items_of(db: Session, creators: list[Creator], *, most: int = 4) -> Shelves:
    """How many things each of these shelves has to buy, and the first of them."""
    sold = select(Variant.id).where(Variant.product_id == Product.id, Variant.is_active)
    own = ShelfItem.creator_id
    order = (ShelfItem.is_featured.desc(), ShelfItem.position, ShelfItem.created_at)
    ranked = (
        select(
            ShelfItem.id,
            func.row_number().over(partition_by=own, order_by=order).label("place"),
            func.count().over(partition_by=own).label("total"),
        )
        .join(Product, Product.id == ShelfItem.product_id)
        .where(own.in_([one.id for one in creators]), Product.status == ProductStatus.ACTIVE)
        .where(sold.exists())
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

"""Products, as their brand and as creators see them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models import Brand, Creator, Person, Product, ProductStatus, ShelfItem, Variant


def sold() -> ColumnElement[bool]:
    """What shoppers may see: a product a brand shows, if that brand's account is open."""
    variants = select(Variant.id).where(Variant.product_id == Product.id, Variant.is_active)
    closed = (
        select(Brand.id)
        .join(Person, Person.id == Brand.person_id)
        .where(Brand.id == Product.brand_id, Person.suspended_at.is_not(None))
    )
    return and_(Product.status == ProductStatus.ACTIVE, variants.exists(), ~closed.exists())


def is_sold(db: Session, product: Product) -> bool:
    return db.scalar(select(Product.id).where(Product.id == product.id, sold())) is not None


def of_brand(*, for_: Brand) -> Select[Product]:
    return (
        select(Product)
        .where(Product.brand_id == for_.id)
        .order_by(Product.created_at.desc(), Product.title)
    )


def shelves_with(db: Session, products: Sequence[Product]) -> dict[object, int]:
    """On how many shelves each of these stands."""
    query = (
        select(ShelfItem.product_id, func.count())
        .where(ShelfItem.product_id.in_([product.id for product in products]))
        .group_by(ShelfItem.product_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def to_add(*, for_: Creator, q: str = "", kind: str | None = None) -> Select[Product]:
    """What a creator may put on their shelf: everything sold that isn't there yet."""
    mine = select(ShelfItem.id).where(
        ShelfItem.creator_id == for_.id, ShelfItem.product_id == Product.id
    )
    query = (
        select(Product)
        .join(Brand, Brand.id == Product.brand_id)
        .where(sold(), ~mine.exists())
        .order_by(Product.commission_bps.desc(), Product.title, Product.id)
    )
    for word in q.split():
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(Product.title.ilike(like), Brand.name.ilike(like), Product.kind.ilike(like))
        )
    return query.where(Product.kind == kind) if kind else query

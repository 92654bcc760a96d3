"""Products: brought in from a file, edited one by one, shown or hidden."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from marketplace.kit.files import keep_picture
from marketplace.kit.slugs import slug_of
from marketplace.notices.service import tell
from marketplace.shop.rules import PROMISE_DAYS
from marketplace.shop.schemas.shopify import ProductRow, VariantRow
from models import Brand, Money, Person, Product, ProductStatus, ShelfItem, Variant


@dataclass(frozen=True, slots=True)
class Imported:
    new: int
    updated: int


def import_products(
    db: Session,
    brand: Brand,
    rows: Sequence[ProductRow],
    *,
    currency: str,
    commission_bps: int,
    by: Person | None,
) -> Imported:
    """Add what is new and update what is known, by handle and variant.

    A variant that a product's rows no longer name isn't sold any more.
    """
    # Two imports of one brand at once would both find a product missing.
    db.execute(select(Brand.id).where(Brand.id == brand.id).with_for_update())
    handles = [row.handle for row in rows]
    found = db.scalars(
        select(Product).where(Product.brand_id == brand.id, Product.handle.in_(handles))
    ).unique()
    known = {product.handle: product for product in found}
    for row in rows:
        product = known.get(row.handle)
        if product is None:
            product = Product(brand_id=brand.id, handle=row.handle, commission_bps=commission_bps)
        product.title, product.description = row.title, row.description
        product.kind = row.kind or product.kind or ""
        product.status = ProductStatus.ACTIVE if row.is_active else ProductStatus.HIDDEN
        _take_variants(product, row.variants, currency)
        db.add(product)
    _set_commission(db, list(known.values()), commission_bps)
    db.flush()
    return Imported(new=len(rows) - len(known), updated=len(known))


def _take_variants(product: Product, rows: Sequence[VariantRow], currency: str) -> None:
    known: dict[str, Variant] = {variant.title: variant for variant in product.variants}
    named = {row.title for row in rows}
    for title, there in known.items():
        there.is_active = title in named
    for position, row in enumerate(rows):
        variant = known.get(row.title)
        if variant is None:
            variant = Variant(title=row.title)
            product.variants.append(variant)
        variant.position, variant.options, variant.sku = position, row.options, row.sku
        variant.currency, variant.price_minor = currency, row.price_minor
        variant.stock, variant.is_active = row.stock, True


def _set_commission(db: Session, products: Sequence[Product], bps: int) -> None:
    """A raise counts at once. A cut waits on every shelf, and its creators are told."""
    cut = [product for product in products if bps < product.commission_bps]
    items = db.scalars(
        select(ShelfItem).where(ShelfItem.product_id.in_([product.id for product in cut]))
    ).unique()
    for item in items:
        item.commission_bps = item.rate_bps
        item.commission_locked_until = in_days(PROMISE_DAYS)
        tell(
            db,
            item.creator.person,
            "commission_cut",
            path="/shelf",
            who=item.product.brand.name,
            title=item.product.title,
            until=item.commission_locked_until.isoformat(),
        )
    for product in products:
        product.commission_bps = bps


def add_product(
    db: Session,
    brand: Brand,
    *,
    title: str,
    description: str,
    kind: str,
    commission_bps: int,
    price: Money,
    stock: int | None = None,
    by: Person,
) -> Product:
    """A product typed in by hand, of one kind. A stock that isn't given isn't counted."""
    # Two of one title at once would both find its handle free.
    db.execute(select(Brand.id).where(Brand.id == brand.id).with_for_update())
    product = Product(
        brand=brand,
        handle=_free_handle(db, brand, title),
        title=title,
        description=description,
        kind=kind,
        commission_bps=commission_bps,
    )
    product.variants.append(
        Variant(currency=price.currency, price_minor=price.minor, stock=stock),
    )
    db.add(product)
    db.flush()
    return product


def _free_handle(db: Session, brand: Brand, title: str) -> str:
    wanted = slug_of(title, most=100) or "product"
    taken = set(
        db.scalars(
            select(Product.handle).where(
                Product.brand_id == brand.id, Product.handle.startswith(wanted)
            )
        )
    )
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def edit(
    db: Session,
    product: Product,
    *,
    title: str,
    description: str,
    kind: str,
    commission_bps: int,
    price: Mapping[str, Money],
    stock: Mapping[str, int],
    by: Person,
) -> None:
    """Change a product. A stock that isn't given isn't counted."""
    product.title, product.description, product.kind = title, description, kind
    locked = db.scalars(
        select(Variant)
        .where(Variant.product_id == product.id)
        .order_by(Variant.id)
        .with_for_update(of=Variant)
    ).unique()
    for variant in locked:
        if not variant.is_active:
            continue
        key = str(variant.id)
        if key in price:
            variant.price_minor = price[key].minor
        variant.stock = stock.get(key)
    _set_commission(db, [product], commission_bps)


def keep_product_picture(
    db: Session, product: Product, content: bytes, name: str, *, by: Person
) -> uuid.UUID:
    """Keep a picture of a product. Raises kit.files.Unreadable."""
    file = keep_picture(db, content, name, of=by, public=True)
    product.picture_id = file.id
    return file.id


def hide(db: Session, product: Product, *, by: Person) -> None:
    product.status = ProductStatus.HIDDEN


def show(db: Session, product: Product, *, by: Person) -> None:
    product.status = ProductStatus.ACTIVE

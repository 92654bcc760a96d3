"""Products a brand sells, and the shelves creators put them on."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .clock import now
from .money import Money, amount

if TYPE_CHECKING:
    from .brand import Brand
    from .creator import Creator


class ProductStatus(StrEnum):
    ACTIVE = "active"
    HIDDEN = "hidden"


class Product(Model):
    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("brand_id", "handle"),
        CheckConstraint("handle ~ '^[a-z0-9-]{1,120}$'", name="handle_is_plain"),
        CheckConstraint("commission_bps BETWEEN 0 AND 9000", name="commission_in_range"),
    )

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brands.id"), index=True)
    handle: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    status: Mapped[ProductStatus] = mapped_column(default=ProductStatus.ACTIVE)
    commission_bps: Mapped[int]
    picture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))

    brand: Mapped["Brand"] = relationship(lazy="joined")
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position", lazy="selectin"
    )

    @property
    def sold_variants(self) -> list["Variant"]:
        """What of it is still made; it may be sold out for now."""
        return [variant for variant in self.variants if variant.is_active]

    @property
    def from_price(self) -> Money:
        """The lowest price of its variants."""
        variants = self.sold_variants or self.variants
        return min((variant.price for variant in variants), key=lambda price: price.minor)

    @property
    def is_sold(self) -> bool:
        """Whether shoppers may see it."""
        return self.status == ProductStatus.ACTIVE and bool(self.sold_variants)

    @property
    def picture_url(self) -> str | None:
        return f"/pictures/{self.picture_id}" if self.picture_id else None


class Variant(Model):
    """What can be bought: a product in one colour, size or grind."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("product_id", "title"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
    )

    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    # {"Colour": "Chestnut", "Size": "39"}
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sku: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    price_minor: Mapped[int] = minor()
    price: Mapped[Money] = amount("price_minor")
    # None: not counted, always to be had.
    stock: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(default=True)

    product: Mapped[Product] = relationship(back_populates="variants", lazy="select")

    @property
    def is_available(self) -> bool:
        return self.is_active and self.stock != 0


class ShelfItem(Model):
    """A product on a creator's shelf, with their own words about it."""

    __tablename__ = "shelf_items"
    __table_args__ = (UniqueConstraint("creator_id", "product_id"),)

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"), index=True)
    section: Mapped[str] = mapped_column(default="")
    quote: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    is_featured: Mapped[bool] = mapped_column(default=False)
    # The rate when it was put up: a cut waits 30 days, a raise counts at once.
    commission_bps: Mapped[int]
    commission_locked_until: Mapped[datetime | None]

    creator: Mapped["Creator"] = relationship(lazy="joined")
    product: Mapped[Product] = relationship(lazy="joined")

    @property
    def rate_bps(self) -> int:
        """The commission that counts now: the brand's, or the higher one it was promised."""
        promised = self.commission_locked_until is not None and now() < self.commission_locked_until
        if promised or self.product.commission_bps >= self.commission_bps:
            return max(self.commission_bps, self.product.commission_bps)
        return self.product.commission_bps

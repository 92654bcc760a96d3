"""What anyone may see of a brand: its open campaigns, its products, how it behaves."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from models import Brand, Campaign, CampaignStatus, Deal, DealStatus, Product, ProductStatus

# Fewer answers than this say nothing about a brand.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a brand has dealt with creators, each figure with what it was counted over."""

    # Deals that were accepted, of which so many ended with the creator paid in full.
    accepted: int
    released: int
    disputed: int
    # Deliveries answered, and the median time from delivery to approval.
    answered: int
    median_answer: timedelta | None

    @property
    def says_something(self) -> bool:
        return self.answered >= ENOUGH


def conduct(db: Session, brand: Brand) -> Conduct:
    waited = Deal.approved_at - Deal.delivered_at
    row = db.execute(
        select(
            func.count().filter(Deal.accepted_at.is_not(None)),
            func.count().filter(Deal.status == DealStatus.RELEASED),
            func.count().filter(
                Deal.status.in_([DealStatus.DISPUTED, DealStatus.SETTLING, DealStatus.SETTLED])
            ),
            func.count(waited),
            func.percentile_disc(0.5).within_group(waited),
        ).where(Deal.brand_id == brand.id)
    ).one()
    return Conduct(*row)


def open_campaigns(db: Session, brand: Brand, *, most: int = 12) -> list[Campaign]:
    """Those a creator could apply to today, the nearest deadline first."""
    if not brand.person.is_active:
        return []
    return list(
        db.scalars(
            select(Campaign)
            .where(
                Campaign.brand_id == brand.id,
                Campaign.status == CampaignStatus.OPEN,
                Campaign.apply_by >= today(),
            )
            .order_by(Campaign.apply_by, Campaign.title)
            .limit(most)
        )
    )


def products_on_sale(db: Session, brand: Brand, *, most: int = 12) -> list[Product]:
    if not brand.person.is_active:
        return []
    found = db.scalars(
        select(Product)
        .where(Product.brand_id == brand.id, Product.status == ProductStatus.ACTIVE)
        .where(Product.variants.any(is_active=True))
        .order_by(Product.title)
        .limit(most)
    )
    return list(found.unique())

"""What narrows a creator's list of deals. It changes nobody's place, only what is shown."""

from dataclasses import dataclass
from datetime import date

from models import Campaign, DeliverableType, Money, Platform


@dataclass(frozen=True, slots=True)
class DealFilter:
    pays: Money | None = None
    platform: Platform | None = None
    work: DeliverableType | None = None
    by: date | None = None

    def keeps(self, campaign: Campaign) -> bool:
        """A campaign that names no platform takes work on any of them."""
        return (
            (self.pays is None or self._is_paid(campaign))
            and (self.platform is None or self._is_on(campaign))
            and (
                self.work is None or any(one["type"] == self.work for one in campaign.deliverables)
            )
            and (self.by is None or (campaign.apply_by or date.max) <= self.by)
        )

    def _is_paid(self, campaign: Campaign) -> bool:
        """Up to so much at least; a commission alone promises nothing."""
        most, least = campaign.price_max, self.pays
        if most is None or least is None:
            return False
        return most.currency == least.currency and most.minor >= least.minor

    def _is_on(self, campaign: Campaign) -> bool:
        asked = campaign.required.get("platforms")
        return not asked or self.platform in asked

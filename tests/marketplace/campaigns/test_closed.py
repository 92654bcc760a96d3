"""A brand whose account was closed looks for nobody any more."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.campaigns import service
from marketplace.kit.clock import now
from models import Money, Refused
from tests import builders


def test_a_campaign_of_a_closed_brand_takes_no_applications(client: Any, db: Session) -> None:
    campaign = builders.campaign(db, builders.brand(db))
    ida = builders.creator(db)
    builders.account(db, ida)
    db.commit()
    client.sign_in(ida.person)
    page = f"/campaigns/{campaign.slug}"
    places = ("/campaigns/open", "/deals-that-fit", f"/brands/{campaign.brand.slug}")
    assert all(page in client.get(place).text for place in places)
    assert "What you would make" in client.get(page).text
    campaign.brand.person.suspended_at = now()
    db.commit()
    assert not any(page in client.get(place).text for place in places)
    assert "What you would make" not in client.get(page).text
    asked = Money(40_000, "eur")
    with pytest.raises(Refused):
        service.apply(db, campaign, ida, price=asked, pitch="Three walks.", by=ida.person)

"""Nothing is sold for somebody whose account was closed: they could neither send nor answer."""

import pytest
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from models import Refused
from tests.marketplace.shop.conftest import Shop, order


@pytest.mark.parametrize("who", ["brand", "creator"])
def test_nothing_is_ordered_from_a_closed_account(db: Session, shop: Shop, who: str) -> None:
    getattr(shop, who).person.suspended_at = now()
    with pytest.raises(Refused):
        order(db, shop)
    db.refresh(shop.variant)
    assert shop.variant.stock == 5

"""Nothing is sold for somebody whose account was closed: they could neither send nor answer."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.shop import service
from models import Refused
from tests import builders
from tests.marketplace.shop.conftest import Shop, order


@pytest.mark.parametrize("who", ["brand", "creator"])
def test_nothing_is_ordered_from_a_closed_account(db: Session, shop: Shop, who: str) -> None:
    getattr(shop, who).person.suspended_at = now()
    with pytest.raises(Refused):
        order(db, shop)
    db.refresh(shop.variant)
    assert shop.variant.stock == 5


@pytest.mark.parametrize("who", ["brand", "creator"])
def test_nothing_of_a_closed_account_is_shown_to_shoppers(
    client: Any, db: Session, shop: Shop, who: str
) -> None:
    shelf = f"/shelves/{shop.creator.slug}"
    of_it = f"{shelf}/{shop.product.id}"
    assert shelf in client.get("/shelves").text
    assert client.get(of_it).status_code == 200
    getattr(shop, who).person.suspended_at = now()
    db.commit()
    assert shelf not in client.get("/shelves").text
    assert shelf not in client.get("/").text
    assert client.get(of_it).status_code == 404
    assert client.post(of_it, data={"quantity": "1"}).status_code == 404
    assert shop.product.title not in client.get(shelf).text
    assert client.get(shelf).status_code == (404 if who == "creator" else 200)
    of_brand = client.get(f"/brands/{shop.brand.slug}").text
    assert (shop.product.title in of_brand) == (who == "creator")


def test_what_a_closed_brand_sold_goes_on_no_shelf(client: Any, db: Session, shop: Shop) -> None:
    newcomer = builders.creator(db, name="Noor Haddad")
    shop.brand.person.suspended_at = now()
    db.commit()
    client.sign_in(newcomer.person)
    assert shop.product.title not in client.get("/shelf/add").text
    assert client.get(f"/shelf/add/{shop.product.id}").status_code == 404
    with pytest.raises(Refused):
        service.add(db, shop.product, by=newcomer.person)


def test_its_creator_is_told_that_it_is_not_sold_now(client: Any, db: Session, shop: Shop) -> None:
    db.commit()
    client.sign_in(shop.creator.person)
    assert "Not sold now" not in client.get("/shelf").text
    shop.brand.person.suspended_at = now()
    db.commit()
    assert "Not sold now" in client.get("/shelf").text

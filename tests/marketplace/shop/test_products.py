"""Products: importing, editing, and what a commission promises."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.shop import service
from marketplace.shop.schemas import shopify
from models import Brand, Notice, Product, ProductStatus, Refused
from models.clock import now
from tests import builders

from .conftest import Shop
from .test_shopify import NEW, OLD


def bring_in(db: Session, brand: Brand, text: str, bps: int = 1_200) -> service.products.Imported:
    rows = shopify.read(text.encode(), "eur").products
    return service.import_products(
        db, brand, rows, currency="eur", commission_bps=bps, by=brand.person
    )


def test_importing_again_updates_by_handle_and_variant(db: Session) -> None:
    brand = builders.brand(db)
    assert bring_in(db, brand, OLD).new == 2
    before = {product.handle: product.id for product in db.query(Product)}
    done = bring_in(db, brand, OLD.replace("149.00", "159.00").replace("Stig hiking", "Stig"))
    assert (done.new, done.updated) == (0, 2)
    after = db.query(Product).filter_by(handle="stig").one()
    assert after.id == before["stig"]
    assert after.title == "Stig boots"
    assert [one.price_minor for one in after.variants] == [15_900, 15_900, 15_500]


def test_a_variant_that_left_the_file_is_not_sold_any_more(db: Session) -> None:
    brand = builders.brand(db)
    bring_in(db, brand, OLD)
    lines = OLD.splitlines(keepends=True)
    bring_in(db, brand, "".join(lines[:2] + lines[3:]))
    boots = db.query(Product).filter_by(handle="stig").one()
    assert [one.title for one in boots.sold_variants] == ["Chestnut / 38", "Moss / 39"]


def test_two_brands_may_use_the_same_handle(db: Session) -> None:
    bring_in(db, builders.brand(db), NEW)
    assert bring_in(db, builders.brand(db), NEW).new == 2
    hidden = db.query(Product).filter_by(handle="draft-thing").first()
    assert hidden is not None
    assert hidden.status == ProductStatus.HIDDEN


def test_a_raise_counts_at_once(db: Session, shop: Shop) -> None:
    bring_in(db, shop.brand, NEW)
    service.edit(
        db, shop.product, **_same(shop.product), commission_bps=1_500, by=shop.brand.person
    )
    assert shop.item.rate_bps == 1_500


def test_a_cut_waits_thirty_days_and_the_creator_is_told(db: Session, shop: Shop) -> None:
    service.edit(db, shop.product, **_same(shop.product), commission_bps=800, by=shop.brand.person)
    assert shop.item.rate_bps == 1_200
    assert db.query(Notice).filter_by(kind="commission_cut").one().person is shop.creator.person
    shop.item.commission_locked_until = now() - timedelta(seconds=1)
    assert shop.item.rate_bps == 800


def test_a_second_cut_still_keeps_the_promised_rate(db: Session, shop: Shop) -> None:
    for bps in (1_000, 600):
        service.edit(
            db, shop.product, **_same(shop.product), commission_bps=bps, by=shop.brand.person
        )
    assert shop.item.rate_bps == 1_200


def test_a_shelf_keeps_one_of_each_and_one_featured(db: Session, shop: Shop) -> None:
    by = shop.creator.person
    assert service.add(db, shop.product, by=by) is shop.item
    other = service.add(db, builders.product(db, shop.brand), by=by)
    for item in (shop.item, other):
        service.describe(db, item, section="", quote="", is_featured=True, by=by)
    assert (shop.item.is_featured, other.is_featured) == (False, True)


def test_a_product_moves_within_its_section(db: Session, shop: Shop) -> None:
    by = shop.creator.person
    other = service.add(db, builders.product(db, shop.brand), by=by)
    service.move(db, other, up=True, by=by)
    assert other.position < shop.item.position
    service.move(db, other, up=True, by=by)
    assert other.position < shop.item.position


def test_a_hidden_product_cannot_be_put_on_a_shelf(db: Session, shop: Shop) -> None:
    hidden = builders.product(db, shop.brand, status=ProductStatus.HIDDEN)
    with pytest.raises(Refused, match="does not sell"):
        service.add(db, hidden, by=shop.creator.person)


def test_the_shell_imports_a_file(app: Flask, db: Session, tmp_path: Path) -> None:
    brand = builders.brand(db, slug="fjallhem")
    db.commit()
    (tmp_path / "products.csv").write_text(OLD)
    run = app.test_cli_runner()
    args = ["products", "import", "--brand", brand.slug, str(tmp_path / "products.csv")]
    done = run.invoke(args=args)
    assert "2 new, 0 updated, 4 variants." in done.output
    assert "0 new, 2 updated" in run.invoke(args=args).output


def test_the_shell_changes_nothing_when_a_row_is_wrong(
    app: Flask, db: Session, tmp_path: Path
) -> None:
    brand = builders.brand(db)
    db.commit()
    (tmp_path / "p.csv").write_text("Title,Price\nGood,9\nBad,x\n")
    done = app.test_cli_runner().invoke(
        args=["products", "import", "--brand", brand.slug, str(tmp_path / "p.csv")]
    )
    assert done.exit_code == 1
    assert "p.csv:3: Enter a price like 249.50" in done.output
    assert db.query(Product).count() == 0


def _same(product: Product) -> dict[str, object]:
    return {
        "title": product.title,
        "description": "",
        "kind": product.kind,
        "price": {},
        "stock": {str(one.id): 5 for one in product.variants},
    }

"""A brand's own products: brought in from a file, typed in, edited, hidden."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from models import Product, ProductStatus
from tests import builders

from .conftest import Shop
from .test_shopify import OLD


def upload(text: str | bytes, name: str = "products.csv") -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    return {"file": (io.BytesIO(content), name), "commission": "12"}


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_a_brand_without_products_is_told_what_comes_here(client: Any, db: Session) -> None:
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert "Nothing for creators to show yet" in client.get("/products").text
    assert "No orders yet" in client.get("/orders").text


def test_importing_shows_a_preview_and_saves_after_the_button(client: Any, db: Session) -> None:
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert client.get("/products/import").status_code == 200
    preview = client.post("/products/import", data=upload(OLD))
    assert preview.status_code == 200
    assert "The file has 2 products" in preview.text
    assert "3 pictures are links to other sites and are left out" in preview.text
    assert db.query(Product).count() == 0
    done = client.post(
        "/products/import/confirm",
        data={"plan": hidden(preview.text, "plan")},
        follow_redirects=True,
    )
    assert "2 products are in your shop" in done.text
    assert "Stig hiking boots" in done.text


def test_a_preview_of_another_brand_or_a_changed_one_is_not_taken(client: Any, db: Session) -> None:
    brand, other = builders.brand(db), builders.brand(db)
    db.commit()
    preview = client.sign_in(brand.person).post("/products/import", data=upload(OLD))
    plan = hidden(preview.text, "plan")
    client.sign_in(other.person)
    for sent in (plan, plan[:-3] + "abc", "", "x" * 1_600_000):
        answer = client.post("/products/import/confirm", data={"plan": sent}, follow_redirects=True)
        assert "That preview is too old" in answer.text
    assert db.query(Product).count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        ("Title,Price\nBad,x\n", "Enter a price like 249.50"),
        ("age,share\n18-24,1\n", "Choose a product export from Shopify"),
        (b"a" * 10_000_000, "The file must be 5 MB or smaller"),
        ("Title,Price\nKängor,1".encode("latin-1"), "Save the file as “CSV UTF-8”"),
    ],
)
def test_a_wrong_file_says_what_to_do(
    client: Any, db: Session, content: str | bytes, words: str
) -> None:
    brand = builders.brand(db)
    db.commit()
    answer = client.sign_in(brand.person).post("/products/import", data=upload(content))
    # The test client leaves the body of a large post open.
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 422
    assert words in answer.text
    assert db.query(Product).count() == 0


def test_a_brand_edits_hides_and_shows_a_product(client: Any, db: Session, shop: Shop) -> None:
    db.commit()
    client.sign_in(shop.brand.person)
    address, variant = f"/products/{shop.product.id}", shop.variant.id
    assert 'value="149.00"' in client.get(f"{address}/edit").text
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "PNG")
    data = {
        "title": "Stig boots",
        "description": "Waxed.",
        "kind": "boots",
        "commission": "15",
        f"price.{variant}": "159",
        f"stock.{variant}": "",
        "picture": (io.BytesIO(picture.getvalue()), "boots.png"),
    }
    assert client.post(f"{address}/edit", data=data).status_code == 303
    db.expire_all()
    assert shop.product.commission_bps == 1_500
    assert (shop.variant.price_minor, shop.variant.stock) == (15_900, None)
    seen = client.get(str(shop.product.picture_url))
    assert seen.content_type == "image/webp"
    client.post(f"{address}/hide")
    db.expire_all()
    assert shop.product.status == ProductStatus.HIDDEN
    shelf = f"/shelves/{shop.creator.slug}"
    assert client.get(f"{shelf}/{shop.product.id}").status_code == 404
    assert "Nothing on this shelf now" in client.get(shelf).text
    client.post(f"{address}/show")
    assert client.get(f"{shelf}/{shop.product.id}").status_code == 200


def test_a_brand_types_a_product_in(client: Any, db: Session) -> None:
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert "Add a product by hand" in client.get("/products").text
    assert client.get("/products/new").status_code == 200
    data = {"title": "Björk mug", "kind": "mug", "price": "24.50", "stock": "8"}
    data |= {"commission": "12.5", "description": "Fired in Umeå."}
    for _ in range(2):
        done = client.post("/products/new", data=data, follow_redirects=True).text
        assert "Creators can now show Björk mug" in done
    first, second = db.query(Product).order_by(Product.handle)
    assert (first.handle, second.handle) == ("bjork-mug", "bjork-mug-2")
    assert (first.commission_bps, first.kind, first.is_sold) == (1_250, "mug", True)
    [variant] = first.variants
    assert (variant.price_minor, variant.stock, variant.currency) == (2_450, 8, "eur")
    uncounted = {"title": "猫", "price": "1", "commission": "0"}
    assert client.post("/products/new", data=uncounted).status_code == 303
    assert db.query(Product).filter_by(handle="product").one().variants[0].stock is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "Enter a title"),
        ({"price": ""}, "Enter a price"),
        ({"price": "0"}, "Enter €0.01 or more"),
        ({"price": "cheap"}, "Enter an amount, like 250 or 249.50"),
        ({"stock": "-1"}, "Enter a whole number from 0 to 1000000"),
        ({"commission": "91"}, "from 0 to 90"),
        ({"kind": "spaceship"}, "Choose one of"),
    ],
)
def test_a_product_that_is_typed_in_wrongly_says_what_to_type(
    client: Any, db: Session, change: dict[str, str], words: str
) -> None:
    brand = builders.brand(db)
    db.commit()
    data = {"title": "Björk mug", "kind": "mug", "price": "24.50", "commission": "12"} | change
    answer = client.sign_in(brand.person).post("/products/new", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.query(Product).count() == 0


def test_a_picture_that_is_none_adds_no_product(client: Any, db: Session) -> None:
    brand = builders.brand(db)
    db.commit()
    data: dict[str, Any] = {"title": "Björk mug", "price": "24.50", "commission": "12"}
    data["picture"] = (io.BytesIO(b"no picture"), "x.png")
    answer = client.sign_in(brand.person).post("/products/new", data=data)
    assert answer.status_code == 422
    assert 'value="Björk mug"' in answer.text
    db.expire_all()
    assert db.query(Product).count() == 0


def test_a_wrong_price_keeps_what_was_typed(client: Any, db: Session, shop: Shop) -> None:
    db.commit()
    client.sign_in(shop.brand.person)
    data = {"title": "", "commission": "95", f"price.{shop.variant.id}": "free"}
    data["picture"] = (io.BytesIO(b"no picture"), "x.png")  # type: ignore[assignment]
    answer = client.post(f"/products/{shop.product.id}/edit", data=data)
    assert answer.status_code == 422
    for words in ("Enter a title", "from 0 to 90", "Enter an amount", 'value="free"'):
        assert words in answer.text


def test_somebody_elses_product_is_not_there(client: Any, db: Session, shop: Shop) -> None:
    other = builders.brand(db)
    db.commit()
    client.sign_in(other.person)
    assert client.get(f"/products/{shop.product.id}/edit").status_code == 404
    assert client.post(f"/products/{shop.product.id}/hide").status_code == 404

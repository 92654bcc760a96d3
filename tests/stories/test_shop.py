"""A shopper buys from a shelf; everyone gets their share once nothing can come back."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.place import Place
from tests.stories.steps import (
    DECLINED,
    GOOD,
    address,
    advance,
    join_as_brand,
    join_as_creator,
    onboard,
)

pytestmark = [pytest.mark.browser, pytest.mark.story]

OLD = (
    "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price\n"
    "myrstig,Myrstig waders,<p>Full <b>grain</b></p>,Fjäll,Boots,TRUE,Size,39,S-39,4,100.00\n"
    "myrstig,,,,,,,40,S-40,2,100.00\n"
)
NEW = (
    "Title,URL handle,Description,Vendor,Type,Status,SKU,Option1 name,Option1 value,"
    "Price,Inventory quantity\n"
    "Tarn flask,tarn-flask,Keeps warm,Fjäll,Flask,Active,F-1,,,42.00,10\n"
)


def stock_the_shop(visit: Callable[..., Visitor], folder: Path) -> tuple[Visitor, Visitor, str]:
    """A brand imports both dialects, a creator puts the boots up; gives the product's path."""
    brand = join_as_brand(visit(), address("anna"), "Fjäll")
    creator = join_as_creator(visit(), address("ida"), "Ida Berg")
    onboard(brand)
    onboard(creator)
    # A name nobody else sells under, so that a search finds this brand's alone.
    waders = f"Waders {time.time_ns()}"
    for name, text in (("old.csv", OLD.replace("Myrstig waders", waders)), ("new.csv", NEW)):
        (folder / name).write_text(text)
        brand.go("/products/import")
        brand.page.locator('input[type="file"]').set_input_files(folder / name)
        brand.fill(commission="12").click("Look at the file").click("Import", exact=True)
    brand.go("/products").see(waders, "Tarn flask")
    creator.go("/shelf/add").fill(q=waders).page.keyboard.press("Enter")
    creator.page.wait_for_url(re.compile("q="))
    creator.page.get_by_role("link", name=waders).last.click()
    creator.page.wait_for_url(re.compile("/shelf/add/"))
    creator.click("Add to your shelf")
    creator.go("/shelf").click("See it as shoppers do")
    creator.see("Ida earns a commission", waders)
    creator.page.get_by_role("link", name=waders).first.click()
    creator.page.wait_for_url(re.compile("/shelves/.+/.+"))
    return brand, creator, creator.path


def buy(shopper: Visitor, product: str) -> str:
    """Choose a size and pay; gives the order's path."""
    shopper.go(product).see("€100.00", "Who earns what", "€12.00", "€5.00", "€83.00")
    shopper.page.get_by_text("39", exact=True).first.click()
    with shopper.page.expect_navigation():
        shopper.page.get_by_role("button", name=re.compile("^Buy")).click()
    shopper.pay(DECLINED)
    assert "declined" in shopper.page.inner_text("body")
    shopper.pay(GOOD)
    shopper.page.wait_for_url(re.compile("/orders/"))
    shopper.wait_for("Who earns what")
    return shopper.path.split("?")[0]


@pytest.mark.clock
def test_a_sale_is_shared_when_the_return_window_is_over(
    place: Place, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    brand, creator, product = stock_the_shop(visit, tmp_path)
    shopper = visit()
    order = buy(shopper, product)
    brand.go("/orders").wait_for("Storgatan 14")
    with brand.page.expect_navigation():
        brand.page.get_by_role("button", name=re.compile("as sent$")).first.click()
    with brand.page.expect_navigation():
        brand.page.get_by_role("button", name=re.compile("as delivered$")).first.click()
    shopper.go(order).see("Return something")
    creator.go("/money").see("€12.00")
    advance(creator, 14, 1)
    creator.go("/money").wait_for("Sent")
    brand.go("/money").wait_for("€83.00")
    place.proves_its_books()


@pytest.mark.clock
def test_a_return_inside_the_window_gives_everything_back_in_proportion(
    place: Place, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    brand, creator, product = stock_the_shop(visit, tmp_path)
    shopper = visit(js=False)
    order = buy(shopper, product)
    brand.go("/orders").wait_for("Storgatan 14")
    for words in ("as sent$", "as delivered$"):
        brand.go("/orders")
        with brand.page.expect_navigation():
            brand.page.get_by_role("button", name=re.compile(words)).first.click()
    shopper.go(order).click("Return something")
    shopper.page.locator('select[name^="quantity."]').first.select_option("1")
    shopper.page.get_by_label("It does not fit").check()
    shopper.click("Return it")
    brand.go("/orders")
    with brand.page.expect_navigation():
        brand.page.get_by_role("button", name=re.compile("has arrived$")).first.click()
    shopper.go(order).wait_for("€100.00")
    advance(creator, 14, 1)
    creator.go("/money")
    assert "€12.00" not in creator.text
    place.proves_its_books()

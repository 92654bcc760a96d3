"""What people do in more than one story."""

import json
import re
import time
from datetime import date, timedelta
from pathlib import Path

from marketplace.demo import PEOPLE
from tests.browser import Visitor

PASSWORD = "four quiet words here"
DECLINED, GOOD = "4000 0000 0000 0002", "4242 4242 4242 4242"


def address(name: str) -> str:
    """An address nobody has had in a place that may run for long."""
    return f"{name}-{time.time_ns()}@example.org"


def export(folder: Path) -> Path:
    """What Instagram's API answers about an audience."""

    def breakdown(keys: list[str], counts: dict[tuple[str, ...], int]) -> dict[str, object]:
        results = [{"dimension_values": list(k), "value": n} for k, n in counts.items()]
        return {
            "name": "follower_demographics",
            "period": "lifetime",
            "title": "Follower demographics",
            "total_value": {"breakdowns": [{"dimension_keys": keys, "results": results}]},
            "id": "17841400000000000/insights/follower_demographics/lifetime",
        }

    people = {("25-34", "F"): 420, ("35-44", "F"): 380, ("25-34", "M"): 210, ("45-54", "F"): 90}
    places = {("SE",): 980, ("NO",): 90, ("FI",): 60}
    data = [breakdown(["age", "gender"], people), breakdown(["country"], places)]
    file = folder / "follower_demographics.json"
    file.write_text(json.dumps({"data": data}))
    return file


def join_as_brand(visitor: Visitor, email: str, name: str = "Vindfare") -> Visitor:
    visitor.go("/").click("Post a campaign")
    visitor.fill(brand_name=name, name="Elsa Lund", email=email, password=PASSWORD)
    return visitor.click("Join", exact=True)


def join_as_creator(visitor: Visitor, email: str, name: str = "Tove Alm") -> Visitor:
    visitor.go("/").click("Join as a creator")
    visitor.fill(name=name, email=email, password=PASSWORD)
    return visitor.click("Join", exact=True)


def post_a_campaign(brand: Visitor, title: str) -> str:
    """Go through the five steps; gives the campaign's path."""
    # Far enough away for the other stories that move the clock of this place.
    soon, later = date.today() + timedelta(days=45), date.today() + timedelta(days=55)
    brand.go("/campaigns/new")
    brand.fill(title=title, about="Show how they hold up in wet snow.", product_text="Boots")
    brand.click("Save and continue")
    brand.tick("Women 25–34", "Women 35–44", "Sweden", "Swedish")
    brand.click("Save and continue")
    brand.page.locator('[name="count.reel"], [name="deliverables.reel"]').first.fill("2")
    brand.click("Save and continue")
    brand.fill(budget="2000", price_min="300", price_max="600")
    brand.fill(apply_by=soon.isoformat(), deliver_by=later.isoformat())
    brand.click("Save and continue")
    brand.see(title)
    brand.click("Publish")
    brand.see(title, "Open")
    found = re.search(r"/campaigns/[a-z0-9-]+", brand.path)
    assert found
    return found[0]


def import_an_audience(creator: Visitor, folder: Path) -> None:
    creator.go("/profile/accounts").click("Add an account").tick("Instagram")
    creator.fill(
        handle=f"@tove.{time.time_ns()}", followers="1530", posts_counted="12", engagements="1200"
    )
    creator.click("Add the account")
    creator.go("/profile/audience").click("Import a file")
    creator.page.locator('input[type="file"]').set_input_files(export(folder))
    creator.click("Read the file").see("1,100").click("Keep these numbers")
    creator.see("Sweden", "Instagram export")


def onboard(creator: Visitor) -> None:
    creator.go("/payouts").click("Set up payouts")
    creator.page.wait_for_url(re.compile("/setup/"))
    creator.page.get_by_role("button", name=re.compile("Complete")).click()
    creator.page.wait_for_url(re.compile("/payouts"))
    creator.wait_for("You can be paid")


def agree(brand: Visitor, creator: Visitor, campaign: str, price: str) -> str:
    """A brand offers straight from the campaign, the creator accepts; gives the deal's path."""
    brand.go(offer_page(creator, campaign)).fill(price=price).click("Send the offer")
    deal = brand.path
    creator.go(deal).click(f"Accept €{price}.00")
    return deal


def offer_page(creator: Visitor, campaign: str) -> str:
    slug = creator.go("/profile").page.locator("a[href^='/creators/']").first.get_attribute("href")
    assert slug
    return f"{campaign}/offer/{slug.rsplit('/', 1)[-1]}"


def fund(brand: Visitor, deal: str, price: str) -> None:
    brand.go(deal).click(f"Pay €{price}.00").pay(GOOD)
    brand.page.wait_for_url(re.compile(re.escape(deal)))
    brand.wait_for("is working")


def deliver(creator: Visitor, deal: str) -> None:
    creator.go(deal).click("Deliver the work")
    creator.fill(links="https://example.org/work").click("Deliver", exact=True)


def admin(visitor: Visitor) -> Visitor:
    email, password = next((mail, key) for who, mail, key in PEOPLE if "Admin" in who)
    return visitor.sign_in(email, password)


def advance(visitor: Visitor, *days: int) -> None:
    """Move the demo clock."""
    for count in days:
        visitor.go("/demo/clock")
        visitor.click(f"{count} day" if count == 1 else f"{count} days")

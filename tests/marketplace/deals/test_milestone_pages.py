"""An offer in milestones without JavaScript: rows are added, nothing typed is lost."""

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import service
from marketplace.kit.clock import now, today
from models import Deal, DealStatus, Transfer
from tests import builders
from tests.client import LookingClient
from tests.marketplace.deals.test_milestones import agreed, offered
from tests.marketplace.payments.paid import checkout


def test_rows_are_added_and_the_offer_is_made_of_them(client: FlaskClient, db: Session) -> None:
    assert isinstance(client, LookingClient)
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    brand, to = campaign.brand.person, creator.person
    db.commit()
    client.sign_in(brand)
    path = f"/campaigns/{campaign.slug}/offer/{creator.slug}"
    last = (today() + timedelta(days=30)).isoformat()
    typed = {"price": "480", "deliver_by": last, "message": "In two steps?"}
    page = client.post(path, data=typed | {"do": "add"})
    assert page.status_code == 200
    assert "title_2" in page.text
    assert "title_3" not in page.text
    assert "In two steps?" in page.text
    typed |= {"rows": "2", "title_1": "Script", "amount_1": "80", "title_2": "Film"}
    typed |= {"day_1": (today() + timedelta(days=9)).isoformat(), "amount_2": "300"}
    page = client.post(path, data=typed)
    assert page.status_code == 422
    assert "Add €100.00" in page.text
    page = client.post(path, data=typed | {"amount_2": "400"}, follow_redirects=True)
    assert page.status_code == 200
    assert "1. Script" in page.text
    deal = db.scalars(select(Deal)).one()
    client.sign_in(to)
    assert "2. Film" in client.get(f"/deals/{deal.id}").text
    form = client.get(f"/deals/{deal.id}/counter").text
    assert 'value="Script"' in form
    service.accept(db, deal, by=deal.creator.person)
    db.commit()
    assert "To be paid for" in client.get(f"/deals/{deal.id}").text


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (DealStatus.DISPUTED, "Waits for the ruling"),
        (DealStatus.SETTLING, "Divided by the ruling"),
        (DealStatus.REFUNDING, "On its way back"),
        (DealStatus.CANCELLED, "Never paid for"),
    ],
)
def test_milestones_that_will_never_come_have_no_day_but_say_what_became_of_them(
    client: FlaskClient, db: Session, status: DealStatus, says: str
) -> None:
    assert isinstance(client, LookingClient)
    deal = agreed(db)
    db.commit()
    client.sign_in(deal.creator.person)
    path = f"/deals/{deal.id}"
    assert client.get(path).text.count("Due on ") == 3
    deal.status = status
    deal.funded_at = now()
    db.commit()
    page = client.get(path).text
    assert (page.count("Due on "), page.count(f">{says}</td>")) == (0, 3)


def test_an_offer_that_was_declined_says_so_of_each_milestone(
    client: FlaskClient, db: Session
) -> None:
    assert isinstance(client, LookingClient)
    deal = offered(db)
    service.decline(db, deal, by=deal.creator.person)
    db.commit()
    client.sign_in(deal.creator.person)
    assert client.get(f"/deals/{deal.id}").text.count(">Never agreed on</td>") == 3


def test_each_transfer_says_which_milestone_it_is_for(client: FlaskClient, db: Session) -> None:
    assert isinstance(client, LookingClient)
    deal = agreed(db)
    paid = checkout(db, "deal", deal, 48_000)
    for part in (0, 1, 3):
        row = Transfer(purpose="deal", subject_id=deal.id, part=part, checkout_id=paid.id)
        row.payee_id, row.currency, row.amount_minor = deal.creator.person_id, "eur", 9_000
        builders.add(db, row)
    db.commit()
    client.sign_in(deal.creator.person)
    named = ("Script · ", "Final cut · ", "")
    for path in ("/money", "/payouts"):
        page = client.get(path).text
        assert all(f">{piece}{deal.title}</a>" in page for piece in named)
    rows = csv.DictReader(io.StringIO(client.get("/money/transfers.csv").text))
    assert {row["for"] for row in rows} == {piece + deal.title for piece in named}

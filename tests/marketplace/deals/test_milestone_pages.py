"""An offer in milestones without JavaScript: rows are added, nothing typed is lost."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import service
from marketplace.kit.clock import today
from models import Deal
from tests import builders
from tests.client import LookingClient


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

"""One person, one account at Stripe, however often they press the button."""

import threading
import uuid

import pytest
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import calls, gateway, service
from models import Checkout, PayoutAccount, Person
from tests import builders


def test_two_clicks_at_once_ask_for_one_account(app: Flask, db: Session) -> None:
    who = builders.creator(db).person_id
    db.commit()
    together, wrong = threading.Barrier(4), []

    def click() -> None:
        try:
            with app.app_context(), unit_of_work() as mine:
                person = mine.get_one(Person, who)
                together.wait(10)
                service.set_up_payouts(mine, person, "SE")
        except SQLAlchemyError as error:
            wrong.append(error)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert wrong == []
    with app.app_context(), unit_of_work() as after:
        assert after.query(PayoutAccount).count() == 1


def test_a_page_that_is_being_opened_is_closed_later(app: Flask, db: Session) -> None:
    checkout = Checkout(purpose="deal", subject_id=uuid.uuid4(), currency="eur", amount_minor=1_000)
    checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
    db.add(checkout)
    db.commit()
    with app.app_context(), pytest.raises(gateway.Unavailable):
        calls.close_checkout(checkout.id, lambda _db, _fact: None)

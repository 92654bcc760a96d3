"""The clock goes on: one thing that is stuck holds up nothing else, and somebody is told."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.worker.tasks import TASKS, Stuck
from models import Deal, DealStatus
from tests import builders


def test_one_stuck_deal_does_not_hold_up_the_others(app: Flask, db: Session) -> None:
    # Funded, it says, and nobody ever paid: its money can't be given back.
    long_ago = now() - timedelta(days=2)
    broken = builders.deal(db, status=DealStatus.FUNDED, due_at=long_ago)
    fine = builders.deal(db, due_at=now() - timedelta(minutes=1))
    db.commit()
    with app.app_context(), pytest.raises(Stuck, match=str(broken.id)):
        TASKS["sweep"][0]()
    with app.app_context(), unit_of_work() as after:
        assert after.get_one(Deal, fine.id).status == DealStatus.EXPIRED
        assert after.get_one(Deal, broken.id).status == DealStatus.FUNDED

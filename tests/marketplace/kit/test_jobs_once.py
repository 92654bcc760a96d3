"""A job asked for twice, in a transaction that goes on."""

from sqlalchemy import text

from marketplace.kit.jobs import enqueue
from tests import builders


def test_asking_for_a_job_that_waits_already_undoes_nothing(db):
    enqueue(db, "sweep", once="sweep")
    db.commit()
    brand = builders.brand(db)
    enqueue(db, "sweep", once="sweep")
    db.commit()
    db.refresh(brand)
    assert db.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1

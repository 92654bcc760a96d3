"""Jobs whose worker was killed go on; none of them is in the way of the others."""

import asyncio
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import service as payments
from marketplace.worker import run
from models import Checkout
from models.clock import now

_WRITE = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock, args)"
    " VALUES ('money', :name, CAST(:status AS procrastinate_job_status), :lock, '{}')"
    " RETURNING id"
)


def write(db: Session, name: str, status: str, lock: str | None = None) -> int:
    return int(db.execute(_WRITE, {"name": name, "status": status, "lock": lock}).scalar_one())


def statuses(app: Flask) -> dict[int, str]:
    with app.app_context(), unit_of_work() as db:
        rows: Any = db.execute(text("SELECT id, status::text FROM procrastinate_jobs"))
        return {row.id: row.status for row in rows}


async def rescue(app: Flask) -> None:
    jobs = run.make_worker(app)
    async with jobs.open_async():
        await run.rescue_stalled(jobs.job_manager)


def test_a_killed_job_that_waits_again_already_does_not_hold_up_the_others(
    app: Flask, db: Session
) -> None:
    killed = write(db, "sweep_now", "doing", "sweep")
    other = write(db, "send_transfer", "doing")
    waiting = write(db, "sweep_now", "todo", "sweep")
    db.commit()
    asyncio.run(rescue(app))
    assert statuses(app) == {waiting: "todo", other: "todo"}
    assert killed not in statuses(app)


@pytest.mark.parametrize(("status", "asked"), [("doing", 0), ("succeeded", 1)])
def test_what_is_being_asked_now_is_not_asked_again(
    app: Flask, db: Session, status: str, asked: int
) -> None:
    checkout = Checkout(purpose="deal", subject_id=uuid.uuid4(), currency="eur", amount_minor=1_000)
    checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
    checkout.created_at = now().replace(year=2020)
    db.add(checkout)
    db.flush()
    write(db, "open_checkout", status, f"open_checkout:{checkout.id}")
    db.commit()
    assert payments.tick(db) == asked

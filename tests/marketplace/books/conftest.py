"""A small place where something of everything has happened, and hands to spoil it.

It is made once a module. What a test plants, in the database as its owner and at Stripe, is undone
after the test.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace.deals.service import Piece, pieces
from marketplace.kit.clock import today
from marketplace.kit.db import unit_of_work
from marketplace.payments import events
from marketplace.shop import service as shop
from marketplace.stripe_sandbox.store import PLATFORM
from models import DealStatus, Money
from tests import builders
from tests.marketplace.deals.test_money import do, fund, onboard
from tests.marketplace.shop.conftest import Shop
from tests.marketplace.shop.test_money import Till
from tests.stripe_world import StripeWorld, run_jobs

# How long ago all of it was, in seconds: nothing of it is still on its way.
OLD = 7_200


@dataclass
class World:
    """What is there, and a session that may do anything and keeps nothing."""

    app: Flask
    stripe: StripeWorld
    released: UUID
    held: UUID
    refunded: UUID
    settled: UUID
    open: UUID
    db: Session

    def plant(self, *statements: str) -> None:
        connection = self.db.connection()
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))

    def at_stripe(self, kind: str, spoil: Callable[[dict[str, Any]], object]) -> None:
        """Change the newest object of a kind in the sandbox."""
        store = self.stripe.app.extensions["sandbox"].store
        with store.transaction():
            body = store.find(kind, owner=PLATFORM)[-1]
            spoil(body)
            store.save(body)


def long_ago() -> int:
    return int(time.time()) - OLD


def _age(stripe: StripeWorld) -> None:
    """As if it had been a while ago."""
    store = stripe.app.extensions["sandbox"].store
    with store.transaction():
        for row in store.db.execute("SELECT id FROM objects").fetchall():
            body = store.get(row["id"])
            # What version 2 made says its time in words.
            if isinstance(body.get("created", 0), int):
                store.save(body | {"created": min(body.get("created", 0), long_ago())})
        # By this one it lists.
        store.db.execute("UPDATE objects SET created = min(created, ?)", (long_ago(),))


def _deal(app: Flask, stripe: StripeWorld) -> Any:
    with app.app_context(), unit_of_work() as db:
        made = builders.deal(db, status=DealStatus.ACCEPTED, surcharge_minor=757)
        made.tell("offer", by=made.brand.person)
        made.tell("accept", by=made.creator.person, before=DealStatus.OFFERED)
    fund(app, stripe, made)
    return made


def _half_way(app: Flask, stripe: StripeWorld) -> None:
    """A deal in two milestones, the first of them paid."""
    with app.app_context(), unit_of_work() as db:
        made = builders.deal(db, status=DealStatus.ACCEPTED)
        parts = [Piece("Script", Money(8_000, "eur"), today() + timedelta(days=5))]
        parts.append(Piece("Film", Money(40_000, "eur"), made.deliver_by))
        db.add_all(pieces.milestones(made, parts))
    onboard(app, stripe, made.creator.person)
    fund(app, stripe, made)
    do(app, made, "deliver", "creator", links=["https://example.org/script"])
    do(app, made, "approve", "brand")


@pytest.fixture(scope="module")
def _world(
    _app: Flask, _eraser: tuple[psycopg.Connection, str], _stripe: StripeWorld
) -> dict[str, UUID]:
    connection, deletes = _eraser
    connection.execute(deletes)
    _stripe.forget()
    released, held, refunded = (_deal(_app, _stripe) for _ in range(3))
    onboard(_app, _stripe, released.creator.person)
    do(_app, released, "deliver", "creator", links=["https://example.org/reel"])
    do(_app, released, "approve", "brand")
    do(_app, refunded, "cancel", "creator")
    _half_way(_app, _stripe)
    with _app.app_context(), unit_of_work() as db:
        brand, creator = builders.brand(db), builders.creator(db)
        product = builders.product(db, brand)
        db.refresh(product, ["variants"])
        item = shop.add(db, product, by=creator.person)
        goods = Shop(brand, creator, product, product.variants[0], item)
    with _app.app_context():
        till = Till(_app, _stripe, goods)
    till.onboard(brand.person_id, creator.person_id)
    settled, still_open = till.buy(), till.buy(2)
    till.deliver(settled)
    till.time_is_up(settled)
    till.deliver(still_open)
    till.receive(till.ask_return(still_open, 1))
    _age(_stripe)
    # What Stripe told of it is kept, and was looked through for what was lost.
    with _app.app_context():
        events.sweep()
    run_jobs(_app)
    return {
        "released": released.id,
        "held": held.id,
        "refunded": refunded.id,
        "settled": settled,
        "open": still_open,
    }


@pytest.fixture(scope="module")
def owner_engine(database: str) -> Iterator[Any]:
    url = os.environ["TEST_POSTGRES"].replace("/alongside?", f"/{database}?")
    engine = create_engine(url, connect_args={"options": "-c session_replication_role=replica"})
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def _kept(_stripe: StripeWorld, _world: dict[str, UUID]) -> dict[str, list[tuple[Any, ...]]]:
    """What the sandbox holds before anything is spoilt."""
    store = _stripe.app.extensions["sandbox"].store
    with store.lock:
        return {
            table: [tuple(row) for row in store.db.execute(f"SELECT * FROM {table}")]
            for table in ("objects", "entries")
        }


@pytest.fixture
def world(
    _app: Flask,
    _stripe: StripeWorld,
    _world: dict[str, UUID],
    _kept: dict[str, list[tuple[Any, ...]]],
    owner_engine: Any,
) -> Iterator[World]:
    with _app.app_context(), Session(owner_engine) as db:
        yield World(_app, _stripe, **_world, db=db)
        db.rollback()
    store = _stripe.app.extensions["sandbox"].store
    if [tuple(row) for row in store.db.execute("SELECT * FROM objects")] == _kept["objects"]:
        return
    with store.transaction():
        for table, rows in _kept.items():
            store.db.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(rows[0]))
            store.db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

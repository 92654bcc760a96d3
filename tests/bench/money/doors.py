"""What comes in by the doors: webhooks, shoppers, and jobs."""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from statistics import median

import psycopg
import requests
import stripe
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from marketplace.payments import events, gateway, postings
from marketplace.shop import service as shop
from tests import builders
from tests.bank.designs import checkout, event
from tests.bank.run import Bank
from tests.place import ROOT, two_free_ports

CLIENTS, SECONDS = 16, 6.0
_numbers = count(1_000_000)


def rate(act: Callable[[], None], *, clients: int = CLIENTS, seconds: float = SECONDS) -> float:
    """How often a second so many clients can do it together."""
    done = count()
    until = time.monotonic() + seconds

    def again_and_again(_: int) -> None:
        while time.monotonic() < until:
            act()
            next(done)

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(again_and_again, range(clients)))
    return next(done) / (time.monotonic() - began)


def signed(number: int) -> tuple[bytes, str]:
    body = json.dumps(event(number) | {"object": "event", "livemode": False, "created": 1})
    at = int(time.time())
    return body.encode(), stripe.WebhookSignature.generate_signature_header(body, "whsec_bank", at)


def webhooks(bank: Bank, app: Flask, address: str) -> list[dict[str, object]]:
    """Verify, keep once, post: in one process as a whole, and at the door over HTTP."""
    bare = rate(lambda: _empty_transaction(app), seconds=SECONDS / 2)
    whole = rate(lambda: _take_and_post(app))
    session = threading.local()

    def knock() -> None:
        if not hasattr(session, "http"):
            session.http = requests.Session()
        body, signature = signed(next(_numbers))
        answer = session.http.post(
            f"{address}/webhooks/stripe",
            data=body,
            headers={"Stripe-Signature": signature, "Content-Type": "application/json"},
            timeout=30,
        )
        if answer.status_code != 200:
            raise SystemExit(f"a webhook was answered with {answer.status_code}: {answer.text}")

    hello = rate(lambda: _hello(session, address), seconds=SECONDS / 2)
    knocks = rate(knock)
    return [
        _at_least(
            "webhook: verify, keep once, post",
            whole,
            150,
            baseline=bare,
            baseline_is="transactions that write nothing",
            unit="unique events/s",
        ),
        _at_least(
            "webhook: verify, keep once and write its job, over HTTP",
            knocks,
            150,
            baseline=hello,
            baseline_is="the health page of the same server",
            unit="unique events/s",
        ),
    ]


def _take_and_post(app: Flask) -> None:
    number = next(_numbers)
    body, signature = signed(number)
    with app.app_context(), unit_of_work() as db:
        told = gateway.read_event(body, signature, ("whsec_bank",))
        assert told is not None
        if events.store(db, told):
            postings.paid(db, checkout(number))


def _empty_transaction(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        pass


def _hello(session: threading.local, address: str) -> None:
    if not hasattr(session, "http"):
        session.http = requests.Session()
    assert session.http.get(f"{address}/healthz", timeout=30).status_code == 200


def shelf(app: Flask) -> list[str]:
    """Products of one brand on a creator's shelf, with all the stock one can wish for."""
    with app.app_context(), unit_of_work() as db:
        brand, creator = builders.brand(db), builders.creator(db)
        return [_product(db, brand, creator) for _ in range(32)]


def _product(db: Session, brand: object, creator: object) -> str:
    made = builders.product(db, brand)  # type: ignore[arg-type]
    db.refresh(made, ["variants"])
    made.variants[0].stock = 1_000_000
    shop.add(db, made, by=creator.person)  # type: ignore[attr-defined]
    return f"/shelves/{creator.slug}/{made.id}"  # type: ignore[attr-defined]


def checkouts(app: Flask, address: str) -> list[dict[str, object]]:
    """Shoppers who press Buy: an order, its intent, its job and its events, in one commit."""
    pages, session, turn = shelf(app), threading.local(), count()
    form = requests.get(address + pages[0], timeout=30).text
    choice = _first_choice(form)

    def buy() -> None:
        if not hasattr(session, "http"):
            session.http = requests.Session()
        number = next(turn)
        answer = session.http.post(
            address + pages[number % len(pages)],
            data={"quantity": "1", **choice},
            headers={"Sec-Fetch-Site": "same-origin", "X-Shopper": _address(number)},
            allow_redirects=False,
            timeout=30,
        )
        if answer.status_code != 303:
            raise SystemExit(f"a purchase was answered with {answer.status_code}: {answer.text}")

    hello = rate(lambda: _hello(session, address), seconds=SECONDS / 2)
    bought = rate(buy)
    return [
        _at_least(
            "checkout start, 16 clients",
            bought,
            100,
            baseline=hello,
            baseline_is="the health page of the same server",
            unit="checkouts/s",
        )
    ]


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _first_choice(page: str) -> dict[str, str]:
    import re

    found = re.search(r'name="(option[^"]*)"[^>]*value="([^"]*)"', page)
    return {found[1]: found[2]} if found else {}


def jobs(bank: Bank, app: Flask) -> list[dict[str, object]]:
    """From the commit that wrote a job until a worker begins it, by PostgreSQL's own clock."""
    log = (bank.folder / "worker.log").open("w")
    command = [sys.executable, "-m", "flask", "--app", "tests.bench.money.web", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=bank.env, stdout=log, stderr=log)
    try:
        with psycopg.connect(bank.owner, autocommit=True) as owner:
            owner.execute("DELETE FROM procrastinate_jobs")
            _write_jobs(app, 1)
            _wait_until_done(owner)
            quiet = [_started(owner, app) for _ in range(40)]
    finally:
        worker.terminate()
        worker.wait(30)
        log.close()
    middle, p95 = median(quiet), sorted(quiet)[int(len(quiet) * 0.95)]
    return [
        {
            "what": "job start after the commit",
            "value": round(middle, 1),
            "p95": round(p95, 1),
            "unit": "ms",
            "baseline": 1000.0,
            "baseline_is": "asking once a second, as the worker does where no word reaches it",
            "ratio": round(1000 / middle, 1),
            "goal": "<= 100",
            "met": middle <= 100,
        }
    ]


def _write_jobs(app: Flask, many: int) -> None:
    with app.app_context(), unit_of_work() as db:
        for _ in range(many):
            enqueue(db, "open_checkout", queue="money", id=str(uuid.uuid4()))


def _wait_until_done(owner: psycopg.Connection) -> None:
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    until = time.monotonic() + 60
    while owner.execute(asked).fetchone() != (0,):
        if time.monotonic() > until:
            raise SystemExit("the worker does nothing")
        time.sleep(0.05)


def _started(owner: psycopg.Connection, app: Flask) -> float:
    _write_jobs(app, 1)
    _wait_until_done(owner)
    row = owner.execute(
        "SELECT extract(epoch FROM s.at - d.at) * 1000 FROM procrastinate_events d"
        " JOIN procrastinate_events s ON s.job_id = d.job_id AND s.type = 'started'"
        " WHERE d.type = 'deferred' ORDER BY d.job_id DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    return float(row[0])


@contextmanager
def served(bank: Bank) -> Iterator[str]:
    """The web as people meet it: two processes of sixteen threads."""
    port = two_free_ports()
    env = {**bank.env, "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "gunicorn", "tests.bench.money.web:app"]
    command += ["--config", "python:marketplace.run.gunicorn_conf"]
    log = (bank.folder / "web.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(address + "/healthz", timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _at_least(
    what: str, value: float, goal: int, *, baseline: float, baseline_is: str, unit: str
) -> dict[str, object]:
    return {
        "what": what,
        "value": round(value, 1),
        "unit": unit,
        "baseline": round(baseline, 1),
        "baseline_is": baseline_is,
        "ratio": round(value / baseline, 2),
        "goal": f">= {goal}",
        "met": value >= goal,
    }

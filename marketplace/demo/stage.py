"""Where the demo world is played: a clock that can stand in the past, the worker's jobs run in
line, and hands for Stripe's own pages.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import inf
from uuid import UUID

import requests
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.config import Config
from marketplace.kit.db import unit_of_work
from marketplace.payments import service as payments
from marketplace.worker.tasks import TASKS
from models import Brand, Campaign, ClockShift, Creator, Person, PersonKind
from models.clock import real_now

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 9995"
# Mails of longer ago have been read and thrown away.
_MAILS_KEPT = 8.0
# So many seconds the sandbox may stand behind us before it is moved as well.
_LAG = 6 * 3_600


class Unplayable(Exception):
    """The demo world can't be made here; the message says why."""


class Stage:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.config: Config = app.extensions["config"]
        self.sandbox = str(self.config.stripe_api_base)
        self.end = real_now()
        self.days_ago = inf
        self._sandbox_set = 0
        self._used: Counter[str] = Counter()
        self._hands = requests.Session()
        # Loopback is never behind a proxy.
        self._hands.trust_env = False

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One unit of work, with nothing remembered from the one before."""
        with self.app.app_context(), unit_of_work() as db:
            yield db

    # -- time ---------------------------------------------------------------------------------

    def go_to(self, days_ago: float) -> None:
        """Stand so many days before the end: the sandbox first, then we. Never back."""
        days_ago = self.days_ago = min(days_ago, self.days_ago)
        moment = self.end - timedelta(days=days_ago)
        epoch = int(moment.timestamp())
        if epoch - self._sandbox_set > _LAG:
            self._set_sandbox(epoch)
        seconds = int((moment - real_now()).total_seconds())
        with self.unit() as db:
            row = insert(ClockShift).values(seconds=seconds, is_only=True, created_at=real_now())
            db.execute(
                row.on_conflict_do_update(index_elements=["is_only"], set_={"seconds": seconds})
            )

    def pause(self, minutes: float) -> None:
        """Let a few minutes pass, unless the story ends first."""
        self.go_to(max(0.001, self.days_ago - minutes / 1_440))

    def come_back(self) -> None:
        """Both clocks show the real time again."""
        self.days_ago = 0.0
        self._set_sandbox(int(time.time()))
        self._forget_shift()

    def _forget_shift(self) -> None:
        with self.unit() as db:
            db.execute(delete(ClockShift))

    @contextmanager
    def in_the_past(self) -> Iterator[None]:
        """However it ends, our own clock is right afterwards."""
        try:
            yield
        finally:
            self._forget_shift()

    def _set_sandbox(self, epoch: int) -> None:
        """It never goes back once anything has happened, and it runs while we work."""
        answer = self._hands.post(f"{self.sandbox}/_sandbox/clock", json={"set": epoch}, timeout=20)
        if answer.status_code != 400:
            answer.raise_for_status()
        elif self.sandbox_time() > epoch + _LAG:
            raise Unplayable(
                "The Stripe sandbox has a past of its own. Stop it, delete its folder (var/stripe),"
                " start it again, then load the demo world."
            )
        self._sandbox_set = epoch

    def sandbox_time(self) -> int:
        try:
            answer = self._hands.get(f"{self.sandbox}/_sandbox/clock", timeout=20)
        except requests.ConnectionError as error:
            raise Unplayable(
                f"The Stripe sandbox does not answer at {self.sandbox}. Start Alongside: make run"
            ) from error
        return int(answer.json()["now"])

    # -- the worker's part --------------------------------------------------------------------

    def sweep(self) -> None:
        """What the clock does, and what follows from it."""
        self._run("sweep", {})
        self.jobs()

    def jobs(self) -> None:
        """Run every job that waits, until none is left."""
        while taken := self._take():
            for name, args in taken:
                if name != "send_mail" or self.days_ago < _MAILS_KEPT:
                    self._run(name, args)

    def _take(self) -> list[tuple[str, dict[str, str]]]:
        with self.unit() as db:
            rows = db.execute(
                text(
                    "DELETE FROM procrastinate_jobs WHERE status = 'todo'"
                    " RETURNING id, task_name, args"
                )
            ).all()
        return [(row.task_name, row.args) for row in sorted(rows)]

    def _run(self, name: str, args: dict[str, str]) -> None:
        with self.app.app_context():
            TASKS[name][0](**args)

    def hear_the_rest(self, patience: float = 20.0) -> None:
        """Wait for the sandbox's last events, as long as somebody takes them in."""
        until, before = time.monotonic() + patience, -1
        while time.monotonic() < until:
            state = self._hands.get(f"{self.sandbox}/_sandbox/state", timeout=20).json()
            left = int(state["deliveries"]["waiting"])
            self.jobs()
            if left == 0 or (left == before and left > 0 and not self._is_web_up()):
                break
            before = left
            time.sleep(0.2)
        self.jobs()

    def _is_web_up(self) -> bool:
        try:
            return self._hands.get(f"{self.config.public_url}/healthz", timeout=3).ok
        except requests.RequestException:
            return False

    # -- Stripe's pages -----------------------------------------------------------------------

    def pay(self, purpose: str, subject_id: UUID, typed: dict[str, str], card: str = GOOD) -> None:
        """Type a card on the hosted page and come back."""
        self.jobs()
        with self.unit() as db:
            checkout = payments.live_checkout(db, purpose, subject_id)
            assert checkout is not None
            assert checkout.url is not None
            url = checkout.url
        full = typed | {"number": card, "expiry": "12 / 41", "cvc": "123"}
        answer = self._hands.post(url, full, allow_redirects=False, timeout=20)
        if answer.status_code != (303 if card == GOOD else 402):
            raise Unplayable(f"The payment page answered {answer.status_code} to a card")
        if card == GOOD:
            with self.unit() as db:
                payments.refresh_checkout(db, checkout)

    def onboard(self, email: str, country: str) -> None:
        """Go through the hosted onboarding to its end; nothing if that was done before."""
        with self.unit() as db:
            person = self.person(db, email)
            account = payments.account_of(db, person.id)
            if account is not None and account.transfers_active:
                return
            account = payments.set_up_payouts(db, person, country)
        self.jobs()
        with self.unit() as db:
            account = payments.account_of(db, person.id)
            assert account is not None
            assert account.link_url is not None
            url = account.link_url
        answer = self._hands.post(url, {"outcome": "complete"}, allow_redirects=False, timeout=20)
        if answer.status_code != 303:
            raise Unplayable(f"The onboarding page answered {answer.status_code}")
        with self.unit() as db:
            payments.refresh_account(db, account)

    # -- who is who ---------------------------------------------------------------------------

    def person(self, db: Session, email: str) -> Person:
        return db.scalars(select(Person).where(Person.email == email)).unique().one()

    def creator(self, db: Session, email: str) -> Creator:
        creator = self.person(db, email).creator
        assert creator is not None
        return creator

    def unlike(self, about: str, texts: tuple[str, ...]) -> str:
        """One of the texts, and another each time the same thing is written about."""
        self._used[about] += 1
        return texts[(self._used[about] + len(about)) % len(texts)]

    def admin(self, db: Session) -> Person:
        return db.scalars(select(Person).where(Person.kind == PersonKind.ADMIN)).unique().one()

    def brand(self, db: Session, name: str) -> Brand:
        return db.scalars(select(Brand).where(Brand.name == name)).one()

    def campaign(self, db: Session, title: str) -> Campaign:
        return db.scalars(select(Campaign).where(Campaign.title == title)).one()

"""Every job there is, by name. Each may run twice: its effect carries the id of its cause."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, text

from marketplace.books import service as books
from marketplace.campaigns import service as campaigns
from marketplace.creators import service as creators
from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.kit import mail
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.matches import service as matches
from marketplace.payments import calls, events
from marketplace.payments import service as payments
from marketplace.shop import service as shop
from models import CheckKind, RateCounter

from .routes import route


class Stuck(Exception):
    """Something is due and can't happen; the message names it."""


def open_checkout(id: str) -> None:
    calls.open_checkout(uuid.UUID(id))


def close_checkout(id: str) -> None:
    calls.close_checkout(uuid.UUID(id), route)


def refresh_checkout(id: str) -> None:
    calls.refresh_checkout(uuid.UUID(id), route)


def send_transfer(id: str) -> None:
    calls.send_transfer(uuid.UUID(id), route)


def send_reversal(id: str) -> None:
    calls.send_reversal(uuid.UUID(id))


def tell_refunded(id: str) -> None:
    calls.tell_refunded(uuid.UUID(id), route)


def send_refund(id: str) -> None:
    calls.send_refund(uuid.UUID(id), route)


def onboard(id: str) -> None:
    calls.onboard(uuid.UUID(id))


def refresh_account(id: str) -> None:
    calls.refresh_account(uuid.UUID(id), route)


def absorb_event(id: str) -> None:
    events.work(uuid.UUID(id), route)


def find_lost_events() -> None:
    """Compare Stripe's list of what happened with ours; a webhook may never have arrived."""
    events.sweep()


def send_mail(to: str, subject: str, text: str, stop: str | None = None) -> None:
    mail.deliver(to, subject, text, stop)


def tell_of_campaign(id: str) -> None:
    """A campaign is open: tell those it fits."""
    with unit_of_work() as db:
        matches.tell_of_campaign(db, uuid.UUID(id))


def tell_creator(id: str) -> None:
    """What is known of a creator's audience has changed: tell them what fits now."""
    with unit_of_work() as db:
        matches.tell_creator(db, uuid.UUID(id))


def sweep() -> None:
    """The clock: whatever is due in any feature happens now. Fails, once all is done, if some of
    it could not be: an admin sees the failed job.
    """
    stuck: list[str] = []
    features = (campaigns, deals, shop, disputes, payments, matches, creators)
    for tick in (feature.tick for feature in features):
        with unit_of_work() as db:
            tick(db)
            stuck += db.info.pop("stuck", [])
    if stuck:
        raise Stuck(", ".join(stuck))


def nightly() -> None:
    """Ask for what is due once a night, if it has not been made."""
    with unit_of_work() as db:
        books.tick(db)


def check_books(kind: str) -> None:
    books.run(CheckKind(kind), tells=True)


def prove_holdings() -> None:
    books.prove(current_app.extensions["config"].currency)


def read_roster(id: str) -> None:
    with _noting_trouble(id), unit_of_work() as db:
        creators.read_roster(db, uuid.UUID(id))


def save_roster(id: str) -> None:
    with _noting_trouble(id), unit_of_work() as db:
        creators.save_roster(db, uuid.UUID(id))


@contextmanager
def _noting_trouble(id: str) -> Iterator[None]:
    """Whoever waits for a list reads on its page why a try broke off."""
    try:
        yield
    except Exception as error:
        with unit_of_work() as db:
            creators.note_trouble(db, uuid.UUID(id), error)
        raise


def invite_people(emails: list[str]) -> None:
    with unit_of_work() as db:
        creators.invite_people(db, emails)


def tidy() -> None:
    """Forget what nobody needs any more: counters that ran out, jobs done weeks ago, what events
    said that were worked long ago, who was shown to whom more than a year ago.
    """
    with unit_of_work() as db:
        matches.forget(db)
        # Whoever follows the outbox is never days behind.
        db.execute(
            text(
                "DELETE FROM match_outbox WHERE written_at < clock_timestamp() - interval '2 days'"
            )
        )
        db.execute(delete(RateCounter).where(RateCounter.expires_at < now() - timedelta(days=1)))
        db.execute(
            text(
                "DELETE FROM procrastinate_jobs WHERE status = 'succeeded' AND id <"
                " (SELECT coalesce(max(id), 0) - 20000 FROM procrastinate_jobs)"
            )
        )
    events.drop_bodies()


# name → (function, queue, tries)
TASKS: dict[str, tuple[Callable[..., Any], str, int]] = {
    task.__name__: (task, queue, tries)
    for queue, tries, tasks in (
        (
            payments.QUEUE,
            25,
            (
                open_checkout,
                close_checkout,
                refresh_checkout,
                send_transfer,
                send_refund,
                send_reversal,
                tell_refunded,
                onboard,
                refresh_account,
                absorb_event,
            ),
        ),
        ("mail", 8, (send_mail,)),
        ("default", 3, (sweep, tidy, find_lost_events, nightly, check_books, prove_holdings)),
        ("default", 5, (tell_of_campaign, tell_creator)),
        ("default", 3, (read_roster, save_roster, invite_people)),
    )
    for task in tasks
}

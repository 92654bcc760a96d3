"""What both sides and the clock do with deals in the state machine, whole or in pieces."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.deals.service import pieces
from marketplace.disputes import service as disputes
from marketplace.kit.clock import in_days
from marketplace.kit.db import unit_of_work
from models import Creator, Deal, DealStatus, Dispute, DisputeReason, Person, Refused
from tests import builders
from tests.money import oracle as told
from tests.money import scenes
from tests.money.oracle import Thing, half_up
from tests.money.oracle_back import Oracle
from tests.money.paper_stripe import eur

# Less than this can't be charged, so nobody can agree on a piece of less.
LEAST = 50


class Deals:
    """Mixed into a machine that has an oracle and two creators."""

    app: Flask
    oracle: Oracle
    creators: list[tuple[Any, Any]]
    admin: Any
    # The deals whose brand has asked for a change of the piece that is worked on.
    changed: set[Any]
    expect: Callable[..., bool]

    def agree(self, which: int, price: int, bps: int, at: list[int], on_top: int) -> Any:
        """Cut at so many hundredths of the price, and with so much on top of it."""
        amounts = _cut(price, at)
        values = {"price_minor": price, "fee_bps": bps, "fee_minor": half_up(price, bps)}
        with self.app.app_context(), unit_of_work() as db:
            creator = db.get_one(Creator, self.creators[which][0])
            kept = values | {"surcharge_minor": on_top, "status": DealStatus.ACCEPTED}
            deal = builders.deal(db, to=creator, **kept)
            if len(amounts) > 1:
                db.add_all(pieces.milestones(deal, _as_agreed(deal, amounts)))
            id = deal.id
        thing = Thing("deal", price, "accepted", payees=[self.creators[which][1]], weights=[0, 0])
        thing.bps, thing.surcharge, thing.pieces = bps, on_top, amounts
        self.oracle.things[id] = thing
        return id

    def fund(self, id: Any) -> None:
        thing = self.oracle.things[id]
        if thing.state != "accepted":
            return  # a second payment can't come in: the database keeps one live page a thing
        found: list[Any] = []

        def act(db: Session) -> None:
            made = scenes.paid_checkout(db, "deal", id, thing.price, thing.surcharge)
            found.append(made.id)
            deals.fund(db, made)

        self.expect(True, act)
        self.oracle.fund(id, found[0])

    def deal_does(self, id: Any, verb: str, part: int) -> None:
        if verb == "fund":
            self.fund(id)
            return
        thing = self.oracle.things[id]
        whole = thing.rest * part // 100
        may = self.oracle.may(told.DEAL, verb, thing)
        if verb == "ask_change":
            may = may and id not in self.changed
        if not self.expect(may, lambda db: self._deal_verb(db, id, verb, whole), verb, thing):
            return
        if verb == "approve":
            self.oracle.approve(id)
            self.changed.discard(id)  # the rounds of changes are for each piece
        elif verb == "rule":
            self.oracle.rule(id, whole)
        elif verb == "cancel":
            self.oracle.cancel(id)
        else:
            thing.state = told.DEAL[verb][thing.state]
        if verb == "ask_change":
            self.changed.add(id)

    def _deal_verb(self, db: Session, id: Any, verb: str, whole: int) -> None:
        deal = db.get_one(Deal, id)
        brand, creator = deal.brand.person, deal.creator.person
        if verb == "deliver":
            deals.deliver(db, deal, links=["https://example.org/reel"], by=creator)
        elif verb == "ask_change":
            deals.ask_change(db, deal, what="Shorter.", by=brand)
        elif verb == "approve":
            deals.approve(db, deal, by=brand)
        elif verb == "cancel":
            deals.cancel(db, deal, by=creator)
        elif verb == "dispute":
            says = {"reason": DisputeReason.OTHER, "statement": "Not so.", "asks": eur(0)}
            disputes.open_dispute(db, deal, by=brand, **says)
        else:
            self._rule(db, deal, whole)

    def _rule(self, db: Session, deal: Deal, whole: int) -> None:
        """Both ask for everything; an admin divides it."""
        found = db.query(Dispute).filter(Dispute.deal_id == deal.id, Dispute.status != "ruled")
        dispute = found.one_or_none()
        if dispute is None:
            raise Refused("not_now", verb="rule", state=str(deal.status))
        disputes.answer(db, dispute, answer="It is.", asks=deal.rest, by=deal.creator.person)
        disputes.rule(
            db,
            dispute,
            to_creator=eur(whole),
            to_brand=deal.rest - eur(whole),
            rules=["delivered"],
            why="As agreed.",
            by=db.get_one(Person, self.admin),
        )

    def time_is_up(self, id: Any) -> None:
        """The days for which it may be held are over; the clock looks."""

        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            before = deal.hold_until
            deal.hold_until, deal.hold_warned_at = in_days(-1), None
            db.flush()
            deals.tick(db)
            assert not db.info.pop("stuck", [])
            deal.hold_until, deal.hold_warned_at = before, None

        self.expect(True, act)
        self.oracle.time_is_up(id)


def _cut(price: int, cuts: list[int]) -> list[int]:
    ends = [0]
    for cut in sorted(cuts):
        end = price * cut // 100
        if end - ends[-1] >= LEAST and price - end >= LEAST:
            ends.append(end)
    return [end - begin for begin, end in pairwise([*ends, price])]


def _as_agreed(deal: Deal, amounts: list[int]) -> list[pieces.Piece]:
    last = len(amounts) - 1
    return [
        pieces.Piece(f"Piece {at + 1}", eur(minor), deal.deliver_by - timedelta(days=last - at))
        for at, minor in enumerate(amounts)
    ]

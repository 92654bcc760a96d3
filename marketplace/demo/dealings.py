"""The acts of a deal, each through the service that its page would call."""

from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.campaigns import service as campaigns
from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.kit.clock import today
from models import Application, Creator, Deal, Dispute, Invitation, Money, Person

from . import words
from .briefs import BY_KEY
from .deals import Role
from .people import IDA, NOT_ONBOARDED
from .quarrels import QUARRELS
from .roster import Sketch
from .stage import DECLINED, Stage


class Dealing:
    """One creator's story with one campaign. Calling it with a verb plays the verb."""

    def __init__(self, stage: Stage, random: Random, role: Role, who: Sketch, euros: int) -> None:
        self.stage, self.random, self.role, self.who = stage, random, role, who
        self.price = Money(euros * 100, stage.config.currency)
        self.brief = BY_KEY[role.brief]
        self.deal_id: UUID | None = None
        self.application_id: UUID | None = None
        self.invitation_id: UUID | None = None
        self.dispute_id: UUID | None = None
        self.deliveries = 0

    def __call__(self, verb: str) -> None:
        if verb in ("fund", "fail"):
            self._pay(fails=verb == "fail")
        elif verb != "wait":
            with self.stage.unit() as db:
                getattr(self, verb)(db)
            if verb == "accept":
                self._onboard()
            if verb in ("approve", "rule"):
                # Money is sent soon, but not in the same second.
                self.stage.pause(self.random.uniform(0.5, 6))

    # -- who ----------------------------------------------------------------------------------

    def _creator(self, db: Session) -> Creator:
        return self.stage.creator(db, self.who.email)

    def _sides(self, db: Session) -> dict[str, Person]:
        deal = self._deal(db)
        return {"brand": deal.brand.person, "creator": deal.creator.person}

    def _deal(self, db: Session) -> Deal:
        return db.get_one(Deal, self.deal_id)

    def _answering(self, db: Session) -> Person:
        """Whoever did not make the offer on the table."""
        sides, made = self._sides(db), self._deal(db).offer.person_id
        return next(person for person in sides.values() if person.id != made)

    def _onboard(self) -> None:
        if self.who.email not in NOT_ONBOARDED and not self.role.is_unready:
            self.stage.onboard(self.who.email, self.who.country)

    # -- before a deal ------------------------------------------------------------------------

    def invite(self, db: Session) -> None:
        campaign = self.stage.campaign(db, self.brief.title)
        message = self.random.choice(words.INVITATIONS)
        invitation = campaigns.invite(
            db, campaign, self._creator(db), message=message, by=campaign.brand.person
        )
        self.invitation_id = invitation.id

    def apply(self, db: Session) -> None:
        campaign, creator = self.stage.campaign(db, self.brief.title), self._creator(db)
        if self.who.email == IDA.email and self.role.brief == "forest":
            pitch = words.IDA_PITCH
        else:
            pitch = self.stage.unlike(self.role.brief, words.PITCHES)
        application = campaigns.apply(
            db,
            campaign,
            creator,
            price=self.price,
            pitch=pitch,
            by=creator.person,
        )
        self.application_id = application.id

    def refuse(self, db: Session) -> None:
        invitation = db.get_one(Invitation, self.invitation_id)
        by = self._creator(db).person
        campaigns.refuse(db, invitation, note=self._pick(words.REFUSALS), by=by)

    def turn_down(self, db: Session) -> None:
        application = db.get_one(Application, self.application_id)
        by = application.campaign.brand.person
        campaigns.decline(db, application, note=self._pick(words.NOT_CHOSEN), by=by)

    def take_back(self, db: Session) -> None:
        application = db.get_one(Application, self.application_id)
        campaigns.withdraw(db, application, by=self._creator(db).person)

    # -- an offer -----------------------------------------------------------------------------

    def offer(self, db: Session) -> None:
        campaign = self.stage.campaign(db, self.brief.title)
        asked = self.application_id and db.get_one(Application, self.application_id)
        made = deals.offer(
            db,
            campaign,
            self._creator(db),
            price=self.price,
            deliver_by=today() + timedelta(days=self.role.days),
            milestones=self._milestones(),
            message=self._pick(words.OFFERS[:3]),
            fee_bps=self.stage.config.deal_fee_bps,
            by=campaign.brand.person,
            application=asked or None,
        )
        self.deal_id = made.id

    def _milestones(self) -> list[deals.Piece]:
        return [
            deals.Piece(
                title, Money(euros * 100, self.price.currency), today() + timedelta(days=days)
            )
            for title, euros, days in self.role.milestones
        ]

    def counter(self, db: Session) -> None:
        deal, by = self._deal(db), self._answering(db)
        self.price = Money(round(self.price.minor * 1.12 / 500) * 500, self.price.currency)
        later = deal.deliver_by + timedelta(days=4)
        message = self._pick(words.COUNTERS)
        deals.counter(db, deal, price=self.price, deliver_by=later, message=message, by=by)

    def accept(self, db: Session) -> None:
        deals.accept(db, self._deal(db), by=self._answering(db))

    def decline(self, db: Session) -> None:
        deals.decline(db, self._deal(db), by=self._answering(db), note=self._pick(words.REFUSALS))

    def withdraw(self, db: Session) -> None:
        deals.withdraw(db, self._deal(db), by=self._sides(db)["brand"])

    # -- money and work -----------------------------------------------------------------------

    def _pay(self, *, fails: bool) -> None:
        with self.stage.unit() as db:
            brand = self._sides(db)["brand"]
            deals.start_funding(db, self._deal(db), by=brand)
        typed = {"name": brand.name, "email": brand.email}
        assert self.deal_id is not None
        if fails:
            self.stage.pay("deal", self.deal_id, typed, DECLINED)
        else:
            self.stage.pay("deal", self.deal_id, typed)

    def talk(self, db: Session) -> None:
        """A word or two before the work begins; some say nothing."""
        start = self.random.choice((0, 2, 4))
        for side, body in words.TALK[start : start + self.random.choice((0, 1, 2))]:
            deals.say(db, self._deal(db), body=body, by=self._sides(db)[side])

    def deliver(self, db: Session) -> None:
        self.deliveries += 1
        place = f"https://reels.example/{self.who.accounts[0].handle}/{self.role.brief}"
        pieces = 1 if self.role.milestones else min(4, sum(self.brief.work.values()))
        deals.deliver(
            db,
            self._deal(db),
            links=[f"{place}-{self.deliveries}-{number + 1}" for number in range(pieces)],
            note=self._pick(words.NOTES),
            by=self._sides(db)["creator"],
        )

    def change(self, db: Session) -> None:
        by = self._sides(db)["brand"]
        deals.ask_change(db, self._deal(db), what=self._pick(words.CHANGES[:3]), by=by)

    def approve(self, db: Session) -> None:
        deals.approve(db, self._deal(db), by=self._sides(db)["brand"])

    def cancel_by_brand(self, db: Session) -> None:
        by = self._sides(db)["brand"]
        deals.cancel(db, self._deal(db), by=by, note=words.CANCELLED[1])

    def cancel_by_creator(self, db: Session) -> None:
        by = self._sides(db)["creator"]
        deals.cancel(db, self._deal(db), by=by, note=words.CANCELLED[0])

    # -- quarrels -----------------------------------------------------------------------------

    def dispute(self, db: Session) -> None:
        quarrel = QUARRELS[self.role.quarrel]
        made = disputes.open_dispute(
            db,
            self._deal(db),
            reason=quarrel.reason,
            statement=quarrel.statement,
            asks=self.price.share(quarrel.asks),
            by=self._sides(db)[quarrel.by],
            note=quarrel.shown,
            link=quarrel.link,
        )
        self.dispute_id = made.id

    def answer(self, db: Session) -> None:
        quarrel = QUARRELS[self.role.quarrel]
        side = "creator" if quarrel.by == "brand" else "brand"
        disputes.answer(
            db,
            db.get_one(Dispute, self.dispute_id),
            answer=quarrel.answer,
            asks=self.price.share(quarrel.answer_asks),
            by=self._sides(db)[side],
        )

    def rule(self, db: Session) -> None:
        quarrel = QUARRELS[self.role.quarrel]
        to_creator = self.price.share(quarrel.ruled)
        disputes.rule(
            db,
            db.get_one(Dispute, self.dispute_id),
            to_creator=to_creator,
            to_brand=self.price - to_creator,
            rules=list(quarrel.rules),
            why=quarrel.why,
            by=self.stage.admin(db),
        )

    def _pick(self, texts: tuple[str, ...]) -> str:
        return self.random.choice(texts)

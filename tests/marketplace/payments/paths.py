"""Walking a deal's money through every path, with the books held against Stripe's at each step."""

from typing import Any

from flask import Flask

from marketplace.books import verify
from marketplace.deals import service as deals
from marketplace.kit.db import unit_of_work
from marketplace.payments import absorb, gateway, ledger
from marketplace.payments import service as payments
from marketplace.payments.gateway.client import client
from marketplace.worker.routes import route
from models import Checkout, Deal, DealStatus, Person
from tests import builders
from tests.stripe_world import GOOD, StripeWorld, run_jobs, stripe_total


class Walk:
    """One deal, walked by verbs; after each the three sums of Stripe's money must agree."""

    def __init__(self, app: Flask, stripe: StripeWorld) -> None:
        self.app, self.stripe = app, stripe
        self.begin()
        with app.app_context(), unit_of_work() as db:
            self.admin_id = builders.admin(db).id
            deal = builders.deal(db, status=DealStatus.ACCEPTED)
            self.id, self.brand_id = deal.id, deal.brand.person_id
            self.creator_id = deal.creator.person_id

    def begin(self) -> None:
        """What is at Stripe now is from before."""
        self.before = stripe_total(self.app)
        with self.app.app_context():
            newest = client().v1.balance_transactions.list({"limit": 1}).data
        self.since = newest[0].id if newest else ""

    def others_pay(self, minor: int) -> None:
        """Money of others lies on our balance already, as on any real one."""
        params: Any = {
            "amount": minor,
            "currency": "eur",
            "payment_method": "pm_card_bypassPending",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
        with self.app.app_context():
            client().v1.payment_intents.create(params)
        self.begin()

    def _lines(self) -> int:
        """What Stripe's own lines since the beginning come to."""
        after: Any = {"ending_before": self.since} if self.since else {}
        with self.app.app_context():
            page = client().v1.balance_transactions.list(after | {"limit": 100})
            return sum(one.net for one in page.auto_paging_iter())

    def agree(self) -> None:
        """Our account, Stripe's balance, and the sum of Stripe's lines are one figure."""
        run_jobs(self.app)
        theirs = (stripe_total(self.app) - self.before).minor
        assert self.balance(ledger.STRIPE) == theirs == self._lines()

    def balance(self, kind: str, owner: Any = None) -> int:
        with self.app.app_context(), unit_of_work() as db:
            return ledger.balance(db, kind, owner, "eur").minor

    def fund(self, card: str = GOOD) -> None:
        with self.app.app_context(), unit_of_work() as db:
            row = db.get_one(Deal, self.id)
            deals.start_funding(db, row, by=row.brand.person)
        run_jobs(self.app)
        assert self.stripe.pay(self.checkout(), card) == 303
        self.look()

    def look(self) -> None:
        with self.app.app_context(), unit_of_work() as db:
            payments.refresh_checkout(db, db.get_one(Checkout, self.checkout().id))
        self.agree()

    def checkout(self) -> Checkout:
        with self.app.app_context(), unit_of_work() as db:
            found = payments.live_checkout(db, "deal", self.id)
            assert found
            return found

    def onboard(self, outcome: str = "complete") -> str:
        with self.app.app_context(), unit_of_work() as db:
            payments.set_up_payouts(db, db.get_one(Person, self.creator_id), "DE")
        run_jobs(self.app)
        with self.app.app_context(), unit_of_work() as db:
            account = payments.account_of(db, self.creator_id)
            assert account
            self.stripe.onboard(account, outcome)
            payments.refresh_account(db, account)
        self.agree()
        return account.stripe_id or ""

    def do(self, verb: str, side: str = "brand", **values: object) -> None:
        with self.app.app_context(), unit_of_work() as db:
            row = db.get_one(Deal, self.id)
            by = row.brand.person if side == "brand" else row.creator.person
            getattr(deals, verb)(db, row, by=by, **values)
        self.agree()

    def deliver(self) -> None:
        self.do("deliver", "creator", links=["https://example.org/reel"])

    def release(self) -> str:
        """To the creator's account; gives that account."""
        account = self.onboard()
        self.fund()
        self.deliver()
        self.do("approve")
        assert self.state() == DealStatus.RELEASED
        return account

    def another(self, price: int) -> None:
        """The same creator's next deal is the one walked from now on."""
        with self.app.app_context(), unit_of_work() as db:
            creator = db.get_one(Deal, self.id).creator
            terms = {"price_minor": price, "fee_minor": price // 10}
            self.id = builders.deal(db, to=creator, status=DealStatus.ACCEPTED, **terms).id

    def state(self) -> DealStatus:
        with self.app.app_context(), unit_of_work() as db:
            return db.get_one(Deal, self.id).status

    def deal(self) -> Deal:
        with self.app.app_context(), unit_of_work() as db:
            return db.get_one(Deal, self.id)

    def hear(self, kind: str, thing: str, account: str = "") -> bool:
        """An event about a thing at Stripe comes in, twice."""
        with self.app.app_context():
            worked = absorb.work(kind, {"id": thing}, account, route)
            assert absorb.work(kind, {"id": thing}, account, route) == worked
        self.agree()
        return worked

    def disputes(self) -> list[str]:
        with self.app.app_context():
            return gateway.disputes_of(self.checkout().charge_id or "")

    def dispute(self, **given: object) -> str:
        """The brand's bank takes the payment back."""
        known = self.disputes()
        self.stripe.happen(self.checkout().charge_id or "", "dispute", **given)
        (made,) = set(self.disputes()) - set(known)
        self.hear("charge.dispute.created", made)
        return made

    def decide(self, dispute: str, what: str) -> None:
        self.stripe.happen(dispute, what)
        self.hear("charge.dispute.closed", dispute)

    def proved(self) -> None:
        """Every check of the books passes, too."""
        with self.app.app_context(), unit_of_work() as db:
            found = [one for one in verify.verify(db) if not one.passed]
            # The money of others is in no books of ours.
            apart = "Stripe's balance" if self.before.minor else None
            assert [one for one in found if not (apart and apart in one.name)] == []

    def told(self, person: Any) -> list[str]:
        with self.app.app_context(), unit_of_work() as db:
            from models import Notice

            theirs = db.query(Notice).filter_by(person_id=person)
            return [one.kind for one in theirs.order_by(Notice.created_at)]

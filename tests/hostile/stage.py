"""The world, with every verb's thing in a state in which the verb means something."""

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace.kit.clock import in_days, now
from marketplace.kit.security import hash_password, token_hash
from marketplace.payments import postings
from marketplace.shop.rules.shares import of_order
from models import (
    CampaignStatus,
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Delivery,
    Dispute,
    Money,
    Order,
    OrderStatus,
    PasswordReset,
)
from tests import builders
from tests.hostile.forms import PASSWORD
from tests.world import World, order, values_of

#: In which state a deal is when the verb means something.
_DEALS = {
    "deals.fund": DealStatus.ACCEPTED,
    "deals.cancel": DealStatus.ACCEPTED,
    "deals.deliver": DealStatus.FUNDED,
    "disputes.open_dispute": DealStatus.FUNDED,
    "deals.ask_change": DealStatus.DELIVERED,
    "deals.approve": DealStatus.DELIVERED,
}
_CAMPAIGNS = {
    "campaigns.publish": CampaignStatus.DRAFT,
    "campaigns.edit": CampaignStatus.DRAFT,
    "campaigns.reopen": CampaignStatus.CLOSED,
}
_ORDERS = {
    "shop.return_order": OrderStatus.DELIVERED,
    "shop.deliver_order": OrderStatus.SENT,
}
STEPS = ("product", "audience", "work", "price", "publish")


class Stage(World):
    """One of everything, and more of what has states."""

    token = "a-token-that-was-mailed"

    def __init__(self, db: Session) -> None:
        super().__init__(db)
        self.db = db
        brand, creator = self.things["brand"], self.things["creator"]
        other = self.people["another creator"]
        assert other is not None
        builders.audience(db, builders.account(db, other.creator))  # type: ignore[arg-type]
        somewhere = builders.campaign(db, brand)  # type: ignore[arg-type]
        self.application = builders.application(db, somewhere, other.creator)
        known = hash_password(PASSWORD)
        for person in filter(None, self.people.values()):
            person.password_hash = known
        self.fresh = builders.creator(db)
        builders.account(db, self.fresh)
        states = {DealStatus.OFFERED, *_DEALS.values()}
        self.deals = {state: builders.deal(db, brand, creator, state) for state in states}  # type: ignore[arg-type]
        delivered = self.deals[DealStatus.DELIVERED]
        builders.add(db, Delivery(deal=delivered, number=1, links=["https://example.org/1"]))
        self.campaigns = {
            state: builders.campaign(db, brand, status=state)  # type: ignore[arg-type]
            for state in set(_CAMPAIGNS.values())
        }
        self.heard = self._answered()
        self.orders = {state: self._order(state) for state in set(_ORDERS.values())}
        self._pay_for_everything()
        reset = PasswordReset(person=other, token_hash=token_hash(self.token))
        reset.expires_at = in_days(1)
        builders.add(db, reset)

    def _answered(self) -> Dispute:
        """A dispute in which both sides have spoken."""
        brand, creator = self.things["brand"], self.things["creator"]
        self.split = builders.deal(self.db, brand, creator, DealStatus.DISPUTED)  # type: ignore[arg-type]
        made = Dispute(deal=self.split, opened_by_id=self.split.brand.person_id, reason="late")
        made.status, made.statement, made.asks_minor, made.currency = "answered", "Late.", 1, "eur"
        made.answer, made.answer_asks_minor = "It was not.", 2
        made.answered_at, made.due_at = now(), in_days(1)
        return builders.add(self.db, made)

    def _order(self, state: OrderStatus) -> Order:
        made = order(self.db, self.things["brand"], self.things["creator"], self.things["product"])
        made.status, made.due_at = state, in_days(9)
        made.sent_at = made.delivered_at = made.paid_at
        return made

    def _pay_for_everything(self) -> None:
        """Money in the ledger, as the payments of all these would have left it."""
        # The world's own checkout is of this deal, and waits.
        self.db.delete(self.things["checkout"])
        self.db.flush()
        waiting = self.deals[DealStatus.ACCEPTED]
        self.things["checkout"] = self._checkout("deal", waiting, CheckoutStatus.WAITING)
        for deal in (self.things["deal"], self.split, *self.deals.values()):
            assert isinstance(deal, Deal)
            if deal.funded_at is not None:
                self._checkout("deal", deal, CheckoutStatus.PAID)
        for sold in (self.things["order"], *self.orders.values()):
            assert isinstance(sold, Order)
            self._checkout("order", sold, CheckoutStatus.PAID)
            self._share(sold)

    def _checkout(self, purpose: str, of: Deal | Order, state: CheckoutStatus) -> Checkout:
        amount: Money = of.price if isinstance(of, Deal) else of.total
        made = Checkout(purpose=purpose, subject_id=of.id, currency="eur", status=state)
        made.amount_minor, made.description = amount.minor, "Boots"
        made.success_path = made.cancel_path = "/"
        if state == CheckoutStatus.PAID:
            made.charge_id = made.payment_intent_id = made.session_id = f"x_{of.id}"
            made.fee_minor = 0
        builders.add(self.db, made)
        if state == CheckoutStatus.PAID:
            postings.paid(self.db, made)
        return made

    def _share(self, sold: Order) -> None:
        shares = of_order(sold)
        postings.accrued(self.db, sold.id, shares.by_person(sold), platform=shares.platform)

    def doors(self, rule: Rule) -> list[dict[str, Any]]:
        """What to put into this rule; several where one rule has several pages."""
        values = values_of(rule, self)
        endpoint = rule.endpoint
        if "deal" in values:
            values["deal"] = self.deals[_DEALS.get(endpoint, DealStatus.OFFERED)]
        if "campaign" in values and endpoint in _CAMPAIGNS:
            values["campaign"] = self.campaigns[_CAMPAIGNS[endpoint]]
        if "order" in values and endpoint in _ORDERS:
            values["order"] = self.orders[_ORDERS[endpoint]]
        if endpoint in ("deals.offer_to", "campaigns.invite"):
            values["creator"] = self.fresh
        if endpoint.startswith("deals.") and "application" in values:
            values["application"] = self.application
        if endpoint == "disputes.rule":
            values["dispute"] = self.heard
        if "token" in values:
            values["token"] = self.token
        if "step" in values:
            return [values | {"step": step} for step in STEPS]
        return [values]

"""What Stripe does with what was asked of it, as far as our books can tell."""

from collections import defaultdict
from typing import Any

from flask import Flask

from marketplace.deals import service as deals
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import postings
from marketplace.shop import service as shop
from models import Refund, RefundStatus, Transfer, TransferStatus


class StripeHands:
    """Mixed into a machine that keeps `states` and what each kind of account `holds`."""

    app: Flask
    states: dict[Any, str]
    holds: defaultdict[str, int]

    def stripe_sends(self) -> None:
        """The oldest transfer leaves."""
        with self.app.app_context(), unit_of_work() as db:
            row = db.query(Transfer).filter_by(status=TransferStatus.WAITING).first()
            if row is None:
                return
            minor, purpose, id = row.amount_minor, row.purpose, row.subject_id
            row.move("send", by=None, also={"stripe_id": f"tr_{row.id.hex}", "sent_at": now()})
            postings.sent(db, row)
            (deals if purpose == "deal" else shop).on_transfer_sent(db, row)
        self.holds["A:stripe"] -= minor
        self.holds["L:payable"] -= minor
        self._after_stripe(id)

    def stripe_refunds(self) -> None:
        with self.app.app_context(), unit_of_work() as db:
            row = db.query(Refund).filter_by(status=RefundStatus.WAITING).first()
            if row is None:
                return
            minor, id = row.amount_minor, row.subject_id
            row.stripe_id, row.succeeded_at = f"re_{row.id.hex}", now()
            row.move("succeed", by=None)
            postings.refunded(db, row)
            (deals if row.purpose == "deal" else shop).on_refund_succeeded(db, row)
        self.holds["A:stripe"] -= minor
        self.holds["L:refund"] -= minor
        self._after_stripe(id)

    def _after_stripe(self, id: Any) -> None:
        """A thing is over once all that was asked of Stripe for it is done."""
        if id not in self.states:
            return
        with self.app.app_context(), unit_of_work() as db:
            transfers = db.query(Transfer).filter_by(subject_id=id, status="waiting").count()
            refunds = db.query(Refund).filter_by(subject_id=id, status="waiting").count()
        ends = {
            "approved": "released",
            "refunding": "refunded",
            "settling": "settled",
            "matured": "settled",
        }
        if not transfers and not refunds:
            self.states[id] = ends.get(self.states[id], self.states[id])

"""Disputes: the bank takes the money at once, with a fee, and returns it if the evidence wins."""

from marketplace.stripe_sandbox.call import Call, public
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.money import DISPUTE_FEE
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.registry import lists, operation, retrieves
from marketplace.stripe_sandbox.store import Json

DAYS_TO_ANSWER = 9
DAY = 86_400
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}

retrieves("get /v1/disputes/{dispute}", "dispute")
lists("get /v1/disputes", "dispute", "charge", "payment_intent")


def _new_dispute(call: Call, charge: Json, reason: str) -> Json:
    return call.new(
        "dispute",
        "du",
        amount=charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={},
        is_charge_refundable=False,
        evidence_details={
            "due_by": call.now() + DAYS_TO_ANSWER * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
        payment_method_details={
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network_reason_code": "83",
            },
            "type": "card",
        },
    )


def open_dispute(call: Call, charge: Json, reason: str) -> None:
    dispute = _new_dispute(call, charge, reason)
    txn = balance.book(
        call,
        "adjustment",
        dispute["id"],
        charge["currency"],
        -charge["amount"],
        fee=DISPUTE_FEE,
        fee_for="Dispute fee",
        description=f"Chargeback withdrawal for {charge['id']}",
    )
    dispute["balance_transactions"] = [public(txn)]
    charge["disputed"] = True
    call.store.save(charge)
    call.store.save(dispute)
    call.emit("charge.dispute.created", dispute)
    call.emit("charge.dispute.funds_withdrawn", dispute)


@operation("post /v1/disputes/{dispute}")
def update(call: Call, name: str) -> Json:
    call.only("evidence metadata submit")
    dispute = _undecided(call, name)
    evidence = call.params.get("evidence", {})
    dispute["evidence"] |= evidence
    dispute["metadata"] = call.metadata(before=dispute["metadata"])
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    if evidence and call.params.get("submit", True):
        dispute["evidence_details"]["submission_count"] += 1
        dispute["status"] = "under_review"
    call.store.save(dispute)
    call.emit("charge.dispute.updated", dispute)
    verdict = VERDICTS.get(dispute["evidence"].get("uncategorized_text", ""))
    if dispute["status"] == "under_review" and verdict:
        _decide(call, dispute, verdict)
    return dispute


@operation("post /v1/disputes/{dispute}/close")
def close(call: Call, name: str) -> Json:
    dispute = _undecided(call, name)
    _decide(call, dispute, "lost")
    return dispute


def _undecided(call: Call, name: str) -> Json:
    dispute = call.find("dispute", name)
    if dispute["status"] in ("won", "lost"):
        raise refused("This dispute is already closed.", None, "dispute")
    return dispute


def _decide(call: Call, dispute: Json, verdict: str) -> None:
    dispute["status"] = verdict
    if verdict == "won":
        txn = balance.book(
            call,
            "adjustment",
            dispute["id"],
            dispute["currency"],
            dispute["amount"],
            category="dispute_reversal",
            description=f"Chargeback reversal for {dispute['charge']}",
        )
        dispute["balance_transactions"].append(public(txn))
    call.store.save(dispute)
    if verdict == "won":
        call.emit("charge.dispute.funds_reinstated", dispute)
    call.emit("charge.dispute.closed", dispute)

"""Disputes: the bank takes the money at once, with a fee, and returns it if the evidence wins."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.money import DISPUTE_FEE
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    when_due,
)
from marketplace.stripe_sandbox.store import Json

DAYS_TO_ANSWER = 9
LONGEST_EVIDENCE = 150_000
DAYS_AN_INQUIRY_LASTS = 120
DAY = 86_400
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
ESCALATING = "escalate_inquiry_evidence"
REASON_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
CLOSED = ("won", "lost", "warning_closed")
EVIDENCE = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure"
    " cancellation_rebuttal customer_communication customer_email_address customer_name"
    " customer_purchase_ip customer_signature duplicate_charge_documentation"
    " duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy"
    " refund_policy_disclosure refund_refusal_explanation service_date service_documentation"
    " shipping_address shipping_carrier shipping_date shipping_documentation"
    " shipping_tracking_number uncategorized_file uncategorized_text"
)

retrieves("get /v1/disputes/{dispute}", "dispute")
lists("get /v1/disputes", "dispute", "charge", "payment_intent")
retrieves("get /v1/radar/early_fraud_warnings/{early_fraud_warning}", "radar.early_fraud_warning")
lists("get /v1/radar/early_fraud_warnings", "radar.early_fraud_warning", "charge", "payment_intent")


def troubles_after(call: Call, charge: Json) -> None:
    """What some test cards bring with them."""
    means = means_of(charge)
    if means.warns_early:
        warn_early(call, charge)
    if means.dispute_reason is None:
        return
    part = charge["amount"] // means.disputes
    for n in range(means.disputes):
        amount = part if n else charge["amount"] - part * (means.disputes - 1)
        open_dispute(call, charge, means.dispute_reason, amount=amount, is_inquiry=means.is_inquiry)


def warn_early(call: Call, charge: Json) -> Json:
    warning = call.new(
        "radar.early_fraud_warning",
        "issfr",
        actionable=True,
        charge=charge["id"],
        fraud_type="unauthorized_use_of_card",
        payment_intent=charge["payment_intent"],
    )
    call.emit("radar.early_fraud_warning.created", warning)
    return warning


def open_dispute(
    call: Call,
    charge: Json,
    reason: str,
    *,
    amount: int | None = None,
    is_inquiry: bool = False,
) -> Json:
    dispute = _new_dispute(call, charge, reason, amount or charge["amount"], is_inquiry)
    charge["disputed"] = True
    call.store.save(charge)
    if not is_inquiry:
        _withdraw(call, dispute)
    call.store.save(dispute)
    call.emit("charge.dispute.created", dispute)
    if not is_inquiry:
        call.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _new_dispute(call: Call, charge: Json, reason: str, amount: int, is_inquiry: bool) -> Json:
    due_by = call.now() + (DAYS_AN_INQUIRY_LASTS if is_inquiry else DAYS_TO_ANSWER) * DAY
    fields: Json = {}
    if card := charge["payment_method_details"].get("card"):
        fields["payment_method_details"] = {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if is_inquiry else "chargeback",
                "network_reason_code": REASON_CODES.get(reason, "83"),
            },
            "type": "card",
        }
    return call.new(
        "dispute",
        "du",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=dict.fromkeys(EVIDENCE.split()) | {"enhanced_evidence": {}},
        is_charge_refundable=is_inquiry,
        evidence_details={
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
        _transactions=[],
        _due=due_by,
        **fields,
    )


def _withdraw(call: Call, dispute: Json) -> None:
    words = f"Chargeback withdrawal for {dispute['charge']}"
    _book(call, dispute, -dispute["amount"], words, fee=DISPUTE_FEE)


def _book(
    call: Call, dispute: Json, amount: int, words: str, *, fee: int = 0, category: str = "dispute"
) -> None:
    txn = balance.book(
        call,
        "adjustment",
        dispute["id"],
        dispute["currency"],
        amount,
        fee=fee,
        fee_for="Dispute fee",
        description=words,
        category=category,
    )
    dispute["_transactions"].append(txn["id"])


@operation("post /v1/disputes/{dispute}")
def update(call: Call, name: str) -> Json:
    call.only("evidence metadata submit")
    evidence = call.params.get("evidence") or {}
    dispute = _undecided(call, name) if evidence else call.find("dispute", name)
    if sum(len(text) for text in evidence.values() if isinstance(text, str)) > LONGEST_EVIDENCE:
        words = f"Evidence can be at most {LONGEST_EVIDENCE:,} characters long in all."
        raise refused(words, None, "evidence")
    dispute["evidence"] |= {field: value or None for field, value in evidence.items()}
    dispute["metadata"] = call.metadata(before=dispute["metadata"])
    given = [dispute["evidence"][field] for field in EVIDENCE.split()]
    dispute["evidence_details"]["has_evidence"] = any(given)
    is_open = dispute["status"] not in CLOSED
    submits = is_open and bool(any(given)) and call.params.get("submit", bool(evidence))
    if submits:
        _submit(call, dispute)
    call.store.save(dispute)
    call.emit("charge.dispute.updated", dispute)
    if submits:
        _judge(call, dispute)
    return dispute


def _submit(call: Call, dispute: Json) -> None:
    details = dispute["evidence_details"]
    if not details["submission_count"] and not dispute["status"].startswith("warning"):
        fee = call.store.setting("countered_fee")
        if fee:
            _book(call, dispute, 0, f"Dispute countered fee for {dispute['charge']}", fee=fee)
    details["submission_count"] += 1
    is_inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_under_review" if is_inquiry else "under_review"


def _judge(call: Call, dispute: Json) -> None:
    """Only the texts Stripe documents decide; anything else stays under review."""
    text = dispute["evidence"]["uncategorized_text"] or ""
    is_inquiry = dispute["status"].startswith("warning")
    if is_inquiry and text == ESCALATING:
        escalate(call, dispute)
    elif text in VERDICTS:
        decide(call, dispute, "warning_closed" if is_inquiry else VERDICTS[text])


def escalate(call: Call, dispute: Json) -> None:
    """An inquiry that becomes a chargeback: now the money goes."""
    due_by = call.now() + DAYS_TO_ANSWER * DAY
    dispute |= {"status": "needs_response", "is_charge_refundable": False, "_due": due_by}
    dispute["evidence_details"] |= {"due_by": due_by, "submission_count": 0}
    _withdraw(call, dispute)
    call.store.save(dispute)
    call.emit("charge.dispute.updated", dispute)
    call.emit("charge.dispute.funds_withdrawn", dispute)


@operation("post /v1/disputes/{dispute}/close")
def close(call: Call, name: str) -> Json:
    dispute = _undecided(call, name)
    is_inquiry = dispute["status"].startswith("warning")
    decide(call, dispute, "warning_closed" if is_inquiry else "lost")
    return dispute


@when_due("dispute")
def run_out(call: Call, dispute: Json) -> None:
    """Nobody answered in time."""
    dispute["evidence_details"]["past_due"] = True
    if dispute["status"] == "needs_response":
        decide(call, dispute, "lost")
    elif dispute["status"].startswith("warning"):
        decide(call, dispute, "warning_closed")
    else:
        call.store.save(dispute | {"_due": None})


def _undecided(call: Call, name: str) -> Json:
    dispute = call.find("dispute", name)
    if dispute["status"] in CLOSED:
        raise refused("This dispute is already closed.", None, "dispute")
    return dispute


def decide(call: Call, dispute: Json, verdict: str) -> None:
    dispute |= {"status": verdict, "_due": None}
    if verdict == "won":
        words = f"Chargeback reversal for {dispute['charge']}"
        _book(call, dispute, dispute["amount"], words, category="dispute_reversal")
        fee = call.store.setting("countered_fee")
        if fee and dispute["evidence_details"]["submission_count"]:
            words = f"Dispute countered fee returned for {dispute['charge']}"
            _book(call, dispute, 0, words, fee=-fee, category="dispute_reversal")
    call.store.save(dispute)
    if verdict == "won":
        call.emit("charge.dispute.funds_reinstated", dispute)
    call.emit("charge.dispute.closed", dispute)

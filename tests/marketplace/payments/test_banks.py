"""A payment by bank is filled in today and refused days later: then the page is over."""

from types import SimpleNamespace

import pytest

from marketplace.payments.gateway import checkouts


@pytest.mark.parametrize(
    ("status", "payment_status", "intent", "failed"),
    [
        ("open", "unpaid", "requires_payment_method", False),
        ("complete", "unpaid", "processing", False),
        ("complete", "unpaid", "requires_payment_method", True),
        ("complete", "unpaid", "canceled", True),
        ("complete", "paid", "succeeded", False),
    ],
)
def test_a_page_is_over_once_the_bank_has_refused(
    status: str, payment_status: str, intent: str, failed: bool
) -> None:
    session = SimpleNamespace(status=status, payment_status=payment_status)
    session.payment_intent = SimpleNamespace(status=intent)
    assert checkouts._has_failed(session) is failed

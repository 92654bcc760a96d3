"""How long others' money may be held on a platform's Stripe balance, by the platform's country.

From "Holding funds" and "Manual payouts" in Stripe's Connect documentation
(https://docs.stripe.com/connect/manual-payouts, https://docs.stripe.com/connect/account-balances):
Thailand ten days, the United States two years, everywhere else ninety days.
"""

from datetime import datetime, timedelta

DAYS = {"TH": 10, "US": 730}
ELSEWHERE = 90
# Given back so long before Stripe's own limit, so that a slow bank breaks no rule.
MARGIN_DAYS = 3
# Told to both sides and to admins so long before that.
WARN_DAYS = (14, 3)


def days(country: str) -> int:
    """How many days we hold money at most."""
    return DAYS.get(country, ELSEWHERE) - MARGIN_DAYS


def deadline(since: datetime, country: str) -> datetime:
    """When money that came in at `since` has to be on its way, whoever's it is."""
    return since + timedelta(days=days(country))


def warns_at(until: datetime, told: datetime | None, at: datetime) -> bool:
    """Whether a warning is due now; `told` is when the last one was."""
    return any(
        at >= until - timedelta(days=ahead)
        and (told is None or told < until - timedelta(days=ahead))
        for ahead in WARN_DAYS
    )

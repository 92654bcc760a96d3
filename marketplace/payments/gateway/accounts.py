"""Connected accounts: made behind one function, read, and led through Stripe's pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .client import ask, client, time_of


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as it stands."""

    id: str
    details_submitted: bool
    transfers_active: bool
    payouts_enabled: bool
    currently_due: list[str]
    disabled_reason: str


def create_account(key: str, *, email: str, country: str) -> Account:
    """A connected account for being paid: express dashboard, we bear fees and losses."""
    params: Any = {
        "country": country,
        "email": email,
        "controller": {
            "stripe_dashboard": {"type": "express"},
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"payout_account_id": key},
    }
    return _account(ask(lambda: client().v1.accounts.create(params, {"idempotency_key": key})))


def account(account_id: str) -> Account:
    return _account(ask(lambda: client().v1.accounts.retrieve(account_id)))


def find_account(key: str, since: datetime) -> Account | None:
    """The account made for our intent, if the call that made it went unanswered."""
    params: Any = {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
    page = ask(lambda: client().v1.accounts.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("payout_account_id") == key:
            return _account(one)
    return None


def _account(one: Any) -> Account:
    plain = one.to_dict()
    requirements = plain.get("requirements") or {}
    return Account(
        id=one.id,
        details_submitted=bool(plain.get("details_submitted")),
        transfers_active=(plain.get("capabilities") or {}).get("transfers") == "active",
        payouts_enabled=bool(plain.get("payouts_enabled")),
        currently_due=list(requirements.get("currently_due") or []),
        disabled_reason=requirements.get("disabled_reason") or "",
    )


def onboarding_link(account_id: str, *, refresh_url: str, return_url: str) -> tuple[str, datetime]:
    """A single-use link to Stripe's onboarding pages, and until when it opens."""
    params: Any = {
        "account": account_id,
        "type": "account_onboarding",
        "refresh_url": refresh_url,
        "return_url": return_url,
    }
    link = ask(lambda: client().v1.account_links.create(params))
    return link.url, time_of(link.expires_at)

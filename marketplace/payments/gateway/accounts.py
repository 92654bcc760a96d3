"""Connected accounts: made behind one function, read, and led through Stripe's pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app

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
    past_due: list[str] = field(default_factory=list)
    # Given, and being looked at.
    pending_verification: list[str] = field(default_factory=list)
    # When Stripe switches something off unless it has what it asks for.
    due_by: datetime | None = None


def create_account(key: str, *, email: str, country: str) -> Account:
    """A connected account for being paid: express dashboard, we bear fees and losses.

    The setting STRIPE_ACCOUNTS says by which of Stripe's two interfaces it is made; what is made
    is the same, and is read the same way.
    """
    if current_app.extensions["config"].stripe_accounts == "v2":
        made: Any = ask(
            lambda: client().v2.core.accounts.create(
                _as_v2(key, email, country), {"idempotency_key": key}
            )
        )
        return account(made.id)
    params = _as_v1(key, email, country)
    return _account(ask(lambda: client().v1.accounts.create(params, {"idempotency_key": key})))


def _as_v1(key: str, email: str, country: str) -> Any:
    return {
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


def _as_v2(key: str, email: str, country: str) -> Any:
    """The same in the words of Accounts v2: a recipient, who is sent money and charges nobody."""
    balance = {"stripe_transfers": {"requested": True}}
    return {
        "contact_email": email,
        "dashboard": "express",
        "identity": {"country": country},
        "configuration": {"recipient": {"capabilities": {"stripe_balance": balance}}},
        "defaults": {
            "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
        },
        "metadata": {"payout_account_id": key},
    }


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
    deadline = requirements.get("current_deadline")
    return Account(
        id=one.id,
        details_submitted=bool(plain.get("details_submitted")),
        transfers_active=(plain.get("capabilities") or {}).get("transfers") == "active",
        payouts_enabled=bool(plain.get("payouts_enabled")),
        currently_due=list(requirements.get("currently_due") or []),
        disabled_reason=requirements.get("disabled_reason") or "",
        past_due=list(requirements.get("past_due") or []),
        pending_verification=list(requirements.get("pending_verification") or []),
        due_by=time_of(deadline) if deadline else None,
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

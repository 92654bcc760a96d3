"""Connected accounts, the links that take a person through onboarding, and what comes of it."""

from collections.abc import Callable

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import missing, not_built, refused
from marketplace.stripe_sandbox.operations.registry import BOOKED, operation, page_of
from marketplace.stripe_sandbox.store import PLATFORM, Json, mint

MINUTES_A_LINK_LIVES = 5
CURRENCIES = {
    "GB": "gbp",
    "US": "usd",
    "SE": "sek",
    "NO": "nok",
    "DK": "dkk",
    "CH": "chf",
    "PL": "pln",
    "CZ": "czk",
    "CA": "cad",
    "AU": "aud",
    "JP": "jpy",
}
HOME_COUNTRY = "IE"
FIRST_NEEDS = [
    "business_type",
    "external_account",
    "individual.dob.day",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
]
DOCUMENT = "individual.verification.document"
GOOD_BANK = "000123456789"


def platform_account(call: Call) -> Json:
    """The account the secret key belongs to."""
    by_hand = {"payouts": {"schedule": {"interval": "manual"}}}
    account = _blank(call, {"country": HOME_COUNTRY, "settings": by_hand})
    account |= {
        "id": PLATFORM,
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
    }
    account["external_accounts"] = _bank_accounts([bank_account(account)])
    account["controller"] = {"type": "account"}
    account["type"] = "standard"
    return account


@operation("post /v1/accounts")
def create(call: Call) -> Json:
    call.only(
        "business_profile business_type capabilities company controller country default_currency"
        " email external_account individual metadata settings tos_acceptance type"
    )
    _refuse_unbuilt(call.params)
    account = new_account(call, call.params)
    call.store.add(account, PLATFORM)
    for listener in OPENED:
        listener(call, account)
    return account


def new_account(call: Call, given: Json) -> Json:
    account = _blank(call, given)
    account |= {"id": mint("acct", 16).replace("acct_", "acct_1"), "metadata": call.metadata()}
    account["capabilities"] = {
        name: "inactive"
        for name, wish in given.get("capabilities", {}).items()
        if wish.get("requested")
    }
    needs = list(FIRST_NEEDS)
    account["requirements"] |= {
        "currently_due": needs,
        "eventually_due": needs,
        "past_due": needs,
        "disabled_reason": "requirements.past_due",
    }
    return account


def _refuse_unbuilt(params: Json) -> None:
    controller = params.get("controller")
    if controller and "type" in params:
        raise refused(
            "You may not provide the `type` parameter and `controller` parameters simultaneously.",
            None,
            "type",
        )
    if not controller and "type" not in params:
        raise not_built(
            "accounts without controller properties; send "
            "controller[stripe_dashboard][type]=express"
        )
    if (controller or {}).get("losses", {}).get("payments") == "stripe":
        raise refused(
            "An express dashboard with losses borne by Stripe can't be used with separate "
            "charges and transfers.",
            None,
            "controller[losses][payments]",
        )


def _blank(call: Call, given: Json) -> Json:
    country = given.get("country", HOME_COUNTRY)
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise refused(
            f"Country '{country}' is unknown. Use a two-letter ISO code.",
            "country_unsupported",
            "country",
        )
    account: Json = {"object": "account"} | dict.fromkeys(call.contract.nullable["account"])
    account |= {
        "business_type": given.get("business_type"),
        "capabilities": {},
        "charges_enabled": False,
        "country": country.upper(),
        "created": call.now(),
        "details_submitted": False,
        "email": given.get("email"),
        "business_profile": {
            "mcc": None,
            "name": None,
            "product_description": None,
            "support_email": None,
            "url": None,
        }
        | given.get("business_profile", {}),
        "controller": _controller(given.get("controller", {})),
        "default_currency": given.get("default_currency") or CURRENCIES.get(country.upper(), "eur"),
        "external_accounts": _bank_accounts([]),
        "future_requirements": _requirements(),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": _requirements(),
        "settings": _settings(given.get("settings", {})),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": _type(given),
    }
    return account


def _controller(wished: Json) -> Json:
    return {
        "fees": wished.get("fees", {"payer": "application"}),
        "is_controller": True,
        "losses": wished.get("losses", {"payments": "application"}),
        "requirement_collection": wished.get("requirement_collection", "stripe"),
        "stripe_dashboard": wished.get("stripe_dashboard", {"type": "full"}),
        "type": "application",
    }


def _type(given: Json) -> str:
    dashboard = given.get("controller", {}).get("stripe_dashboard", {}).get("type")
    return given.get("type") or ("express" if dashboard == "express" else "none")


def _settings(given: Json) -> Json:
    schedule = {"delay_days": 2, "interval": "daily"} | given.get("payouts", {}).get("schedule", {})
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": {"statement_descriptor": None},
        "payouts": {
            "debit_negative_balances": False,
            "schedule": schedule,
            "statement_descriptor": None,
        },
    }


def _requirements() -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": [],
        "disabled_reason": None,
        "errors": [],
        "eventually_due": [],
        "past_due": [],
        "pending_verification": [],
    }


def _bank_accounts(data: list[Json]) -> Json:
    url = "/v1/accounts/external_accounts"
    return {"object": "list", "data": data, "has_more": False, "url": url}


@operation("get /v1/account")
def retrieve_own(call: Call) -> Json:
    return found(call, call.account)


@operation("get /v1/accounts/{account}")
def retrieve(call: Call, name: str) -> Json:
    return found(call, name)


@operation("get /v1/accounts")
def listing(call: Call) -> Json:
    call.only("created limit starting_after ending_before")
    return page_of(call, "account", {})


def found(call: Call, name: str) -> Json:
    account = call.store.get(name)
    if account is None or account["object"] != "account":
        raise missing("account", name, "account")
    return account


@operation("post /v1/account_links")
def create_link(call: Call) -> Json:
    params = call.params
    account = call.store.get(params["account"])
    if account is None or account["object"] != "account" or account["id"] == PLATFORM:
        raise missing("account", params["account"], "account", 400)
    if params["type"] != "account_onboarding":
        raise refused(
            "Account links of type account_update are not for accounts with a Stripe-hosted "
            "dashboard.",
            None,
            "type",
        )
    for url in ("refresh_url", "return_url"):
        if not params.get(url):
            raise refused(f"Missing required param: {url}.", "parameter_missing", url)
        if not params[url].startswith(("http://", "https://")):
            raise refused("Not a valid URL", "url_invalid", url)
    url, expires_at = open_link(call, account, params["refresh_url"], params["return_url"])
    return {"object": "account_link", "created": call.now(), "expires_at": expires_at, "url": url}


def open_link(call: Call, account: Json, refresh_url: str, return_url: str) -> tuple[str, int]:
    """A page that leads through onboarding, once, and until when."""
    expires_at = call.now() + MINUTES_A_LINK_LIVES * 60
    token = mint("link", 16)
    call.store.add(
        {
            "id": token,
            "object": "account_link",
            "created": call.now(),
            "expires_at": expires_at,
            "_used": False,
            "_account": account["id"],
            "_return_url": return_url,
            "_refresh_url": refresh_url,
        },
        PLATFORM,
    )
    return f"{call.base_url}/setup/{account['id']}/{token}", expires_at


def finish_onboarding(call: Call, account: Json, outcome: str, bank: str = GOOD_BANK) -> None:
    """What Stripe decides once the person has filled in everything, something, or a lie."""
    needs = [DOCUMENT] if outcome == "missing" else []
    reason = {"complete": None, "missing": "requirements.past_due", "rejected": "rejected.other"}[
        outcome
    ]
    status = {"complete": "active", "missing": "pending", "rejected": "inactive"}[outcome]
    before = dict(account["capabilities"])
    account |= {
        "business_type": account["business_type"] or "individual",
        "details_submitted": True,
        "charges_enabled": outcome == "complete" and "card_payments" in before,
        "payouts_enabled": outcome == "complete",
        "capabilities": dict.fromkeys(before, status),
        "tos_acceptance": {"date": call.now(), "ip": "127.0.0.1", "user_agent": None},
    }
    account["requirements"] |= {
        "currently_due": needs,
        "eventually_due": needs,
        "past_due": needs,
        "disabled_reason": reason,
    }
    held = account["external_accounts"]["data"]
    if not held or held[0]["status"] == "errored":
        account["external_accounts"] = _bank_accounts([bank_account(account, bank)])
    _tell(call, account, before)


def restrict(call: Call, account: Json, reason: str | None, status: str) -> None:
    """Stripe changes its mind later: more is asked for, or the account is closed, or free again."""
    before = dict(account["capabilities"])
    needs = [DOCUMENT] if reason and reason.startswith("requirements") else []
    account |= {
        "capabilities": dict.fromkeys(before, status),
        "charges_enabled": account["charges_enabled"] and status == "active",
        "payouts_enabled": status == "active",
    }
    account["requirements"] |= {
        "currently_due": needs,
        "eventually_due": needs,
        "past_due": needs,
        "disabled_reason": reason,
    }
    _tell(call, account, before)


def _tell(call: Call, account: Json, before: Json) -> None:
    call.store.save(account)
    for name, status in account["capabilities"].items():
        if before[name] != status:
            body = capability(call, account, name, status)
            call.emit("capability.updated", body, account=account["id"])
    call.emit("account.updated", account, account=account["id"])
    for listener in TOLD:
        listener(call, account, before)
    may_be_paid(call, account)


# Who wants to know that an account was made, with what was given about it.
OPENED: list[Callable[[Call, Json], None]] = []


def when_opened(function: Callable[[Call, Json], None]) -> Callable[[Call, Json], None]:
    OPENED.append(function)
    return function


# Who wants to know that Stripe has changed its mind about an account.
TOLD: list[Callable[[Call, Json, Json], None]] = []


def when_told(
    function: Callable[[Call, Json, Json], None],
) -> Callable[[Call, Json, Json], None]:
    TOLD.append(function)
    return function


def may_be_paid(call: Call, account: Json) -> None:
    """Money that is there already may leave now."""
    for listener in BOOKED:
        listener(call.acting_for(account["id"]), call.now())


def bank_account(account: Json, number: str = GOOD_BANK) -> Json:
    return {
        "id": mint("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": None,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": None,
        "last4": number[-4:],
        "metadata": {},
        "routing_number": None,
        "status": "new",
        "_number": number,
    }


def capability(call: Call, account: Json, name: str, status: str) -> Json:
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": _requirements(),
        "requested": True,
        "requested_at": call.now(),
        "requirements": account["requirements"] | {"disabled_reason": _reason(account)},
        "status": status,
    }


def _reason(account: Json) -> str | None:
    """A capability has fewer reasons than its account."""
    reason: str | None = account["requirements"]["disabled_reason"]
    if reason and reason.startswith("requirements"):
        return "requirements.fields_needed"
    return reason

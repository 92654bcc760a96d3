"""Accounts by version 2 of the API: other words for the same connected accounts.

An account is kept as version 1 has it, and what only version 2 knows beside it; either version
reads and leads on what the other has made, as at Stripe.
"""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, not_built, refused
from marketplace.stripe_sandbox.operations import accounts, bank_accounts
from marketplace.stripe_sandbox.operations.registry import operation
from marketplace.stripe_sandbox.operations.thin_events import emit, moment, page_of
from marketplace.stripe_sandbox.store import PLATFORM, Json

KIND = "v2.core.account"
ROOT = "/v2/core/accounts"
BUILT = (
    "configuration contact_email contact_phone dashboard defaults display_name identity include"
    " metadata"
)
# A configuration's capability, and what version 1 calls it.
CAPABILITIES = {
    ("recipient", "stripe_balance.stripe_transfers"): "transfers",
    ("merchant", "card_payments"): "card_payments",
}
STATUS = {"active": "active", "pending": "pending", "inactive": "restricted"}


@operation("post /v2/core/accounts")
def create(call: Call) -> Json:
    call.only(BUILT)
    params = call.params
    identity, defaults = params.get("identity") or {}, params.get("defaults") or {}
    configurations = _configurations(params)
    controller = _controller(params.get("dashboard"), defaults.get("responsibilities") or {})
    given = {
        "country": identity.get("country") or accounts.HOME_COUNTRY,
        "email": params.get("contact_email"),
        "controller": controller,
        "capabilities": _requested(configurations),
        "default_currency": defaults.get("currency"),
    }
    account = accounts.new_account(call, given)
    account["business_type"] = identity.get("entity_type")
    account["_v2"] = {
        "configuration": configurations,
        "contact_phone": params.get("contact_phone"),
        "dashboard": params.get("dashboard") or "none",
        "defaults": defaults,
        "display_name": params.get("display_name"),
        "identity": identity,
    }
    call.store.add(account, PLATFORM)
    _emit(call, "created", account)
    return view(call, account)


def _configurations(params: Json) -> Json:
    given: Json = params.get("configuration") or {}
    if "customer" in given:
        raise not_built("accounts that are customers; make a customer instead")
    for name, each in given.items():
        for group, capability in _wished(each.get("capabilities") or {}):
            if (name, capability) not in CAPABILITIES:
                raise not_built(f"configuration.{name}.capabilities.{group}")
    return given


def _wished(capabilities: Json) -> list[tuple[str, str]]:
    """Each capability that is asked for, by its path."""
    found = []
    for group, given in capabilities.items():
        if "requested" in given:
            found += [(group, group)] if given["requested"] else []
            continue
        found += [(group, f"{group}.{name}") for name, one in given.items() if one.get("requested")]
    return found


def _requested(configurations: Json) -> Json:
    return {
        CAPABILITIES[name, capability]: {"requested": True}
        for name, each in configurations.items()
        for _, capability in _wished(each.get("capabilities") or {})
    }


def _controller(dashboard: str | None, responsibilities: Json) -> Json:
    fees = responsibilities.get("fees_collector", "stripe")
    losses = responsibilities.get("losses_collector", "stripe")
    if dashboard == "express" and "stripe" in (fees, losses):
        code = "account_controller_express_dash_without_application_losses_or_fees"
        words = "An express dashboard needs fees_collector and losses_collector to be application."
        raise refused(words, code)
    return {
        "fees": {"payer": "account" if fees == "stripe" else "application"},
        "losses": {"payments": losses},
        "requirement_collection": "application" if dashboard == "none" else "stripe",
        "stripe_dashboard": {"type": dashboard or "none"},
    }


@operation("get /v2/core/accounts/{id}")
def retrieve(call: Call, name: str) -> Json:
    return view(call, _found(call, name))


@operation("get /v2/core/accounts")
def listing(call: Call) -> Json:
    call.only("applied_configurations closed limit page")
    page = page_of(call, "account", PLATFORM, {})
    wanted = set(call.params.get("applied_configurations", []))
    shown = [view(call, each) for each in page["data"] if not call.params.get("closed")]
    fitting = [each for each in shown if wanted <= set(each["applied_configurations"])]
    return page | {"data": fitting}


@operation("post /v2/core/accounts/{id}")
def update(call: Call, name: str) -> Json:
    call.only(BUILT)
    account, params = _found(call, name), call.params
    known = _kept(account)
    for part in ("configuration", "defaults", "identity"):
        if part in params:
            known[part] = _joined(known[part], params[part] or {})
    for part in ("contact_phone", "dashboard", "display_name"):
        if part in params:
            known[part] = params[part] or None
    for capability in _requested(_configurations(params)):
        account["capabilities"].setdefault(capability, "inactive")
    account |= {
        "_v2": known,
        "email": params.get("contact_email", account["email"]),
        "metadata": call.metadata(before=account["metadata"]),
    }
    call.store.save(account)
    for part, called in (
        ("identity", "[identity]"),
        ("defaults", "[defaults]"),
        ("configuration", "[configuration.recipient]"),
    ):
        if part in params:
            _emit(call, "updated", account, called)
    _emit(call, "updated", account)
    call.emit("account.updated", account, account=name)
    return view(call, account)


def _joined(before: Json, changes: Json) -> Json:
    out = dict(before)
    for name, value in changes.items():
        is_deep = isinstance(value, dict) and isinstance(out.get(name), dict)
        out[name] = _joined(out[name], value) if is_deep else value
    return out


@operation("post /v2/core/accounts/{id}/close")
def close(call: Call, name: str) -> Json:
    call.only("applied_configurations")
    account = _found(call, name)
    shown = view(call, account) | {"closed": True}
    bank_accounts.delete(call, name)
    _emit(call, "closed", account)
    return shown


def _found(call: Call, name: str) -> Json:
    account = call.store.get(name)
    if account is None or account["object"] != "account" or name == PLATFORM:
        raise StripeError(
            404, "invalid_request_error", f"Account {name} not found.", code="not_found"
        )
    return account


def _kept(account: Json) -> Json:
    """What version 2 knows of an account; of one that version 1 made, what follows from it."""
    if known := account.get("_v2"):
        return dict(known)
    configurations: Json = {}
    for (name, _), capability in CAPABILITIES.items():
        if capability in account["capabilities"]:
            configurations[name] = {}
    return {
        "configuration": configurations,
        "contact_phone": None,
        "dashboard": account["controller"].get("stripe_dashboard", {}).get("type", "none"),
        "defaults": {"currency": account["default_currency"]},
        "display_name": account["business_profile"]["name"],
        "identity": {"country": account["country"]},
    }


# What is shown: the large parts only to who asks for them.


def view(call: Call, account: Json) -> Json:
    known, wished = _kept(account), call.params.get("include") or []
    parts: Json = {
        "configuration.customer": None,
        "configuration.merchant": _configuration(account, known, "merchant"),
        "configuration.recipient": _configuration(account, known, "recipient"),
        "defaults": _defaults(account, known),
        "future_requirements": {"entries": [], "minimum_transition_date": None, "summary": None},
        "identity": _identity(account, known),
        "requirements": _requirements(account),
    }
    shown: Json = {name: part if name in wished else None for name, part in parts.items()}
    inner = {
        name: shown.pop(f"configuration.{name}") for name in ("customer", "merchant", "recipient")
    }
    asked = any(name.startswith("configuration.") for name in wished)
    return shown | {
        "id": account["id"],
        "object": KIND,
        "applied_configurations": sorted(known["configuration"]),
        "closed": False,
        "configuration": inner if asked else None,
        "contact_email": account["email"],
        "contact_phone": known["contact_phone"],
        "created": moment(account["created"]),
        "dashboard": known["dashboard"],
        "display_name": known["display_name"],
        "livemode": False,
        "metadata": account["metadata"],
    }


def _configuration(account: Json, known: Json, name: str) -> Json | None:
    if name not in known["configuration"]:
        return None
    held = account["capabilities"]
    if name == "merchant":
        cards = _capability(account, held["card_payments"]) if "card_payments" in held else None
        return {"applied": True, "capabilities": {"card_payments": cards}}
    balance = None
    if "transfers" in held:
        ready = "active" if account["payouts_enabled"] else held["transfers"]
        balance = {
            "payouts": _capability(account, ready),
            "stripe_transfers": _capability(account, held["transfers"]),
        }
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def _capability(account: Json, status: str) -> Json:
    return {
        "status": STATUS[status],
        "status_details": [] if status == "active" else [_why(account)],
    }


def _why(account: Json) -> Json:
    if (account["requirements"]["disabled_reason"] or "").startswith("rejected"):
        return {"code": "restricted_other", "resolution": "contact_stripe"}
    return {"code": "requirements_past_due", "resolution": "provide_info"}


def _defaults(account: Json, known: Json) -> Json:
    controller, given = account["controller"], known["defaults"]
    fees = controller.get("fees", {}).get("payer", "application")
    return {
        "currency": account["default_currency"],
        "locales": given.get("locales"),
        "profile": given.get("profile"),
        "responsibilities": {
            "fees_collector": "stripe" if fees == "account" else "application",
            "losses_collector": controller.get("losses", {}).get("payments", "application"),
            "requirements_collector": controller.get("requirement_collection", "stripe"),
        },
    }


def _identity(account: Json, known: Json) -> Json:
    given: Json = known["identity"]
    individual = given.get("individual")
    if individual is not None:
        now = moment(account["created"])
        whose = {"account": account["id"], "created": now, "updated": now}
        individual = (
            whose
            | {"id": f"person_{account['id'][5:]}", "object": "v2.core.account_person"}
            | individual
        )
    return {
        "attestations": given.get("attestations"),
        "business_details": given.get("business_details"),
        "country": account["country"],
        "entity_type": given.get("entity_type") or account["business_type"],
        "individual": individual,
    }


def _requirements(account: Json) -> Json:
    needs = account["requirements"]["currently_due"]
    late = "past_due" if account["requirements"]["past_due"] else "currently_due"
    summary = {"minimum_deadline": {"status": late, "time": None}} if needs else None
    return {"entries": [_requirement(each, late) for each in needs], "summary": summary}


def _requirement(need: str, late: str) -> Json:
    blocked = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": {"status": late},
    }
    return {
        "awaiting_action_from": "user",
        "description": need,
        "errors": [],
        "impact": {"restricts_capabilities": [blocked]},
        "minimum_deadline": {"status": late},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


# What happens to them


def _emit(call: Call, what: str, account: Json, part: str = "", data: Json | None = None) -> None:
    about = {"id": account["id"], "object": KIND}
    emit(call, f"v2.core.account{part}.{what}", about, f"{ROOT}/{account['id']}", data)


@accounts.when_told
def tell(call: Call, account: Json, before: Json) -> None:
    """Version 1's news of an account, in thin events."""
    _emit(call, "updated", account, "[requirements]")
    for (name, capability), old in CAPABILITIES.items():
        if old in before and before[old] != account["capabilities"][old]:
            part = f"[configuration.{name}]"
            data = {"updated_capability": capability}
            _emit(call, "capability_status_updated", account, part, data)


@operation("post /v2/core/account_links")
def create_link(call: Call) -> Json:
    case = call.params["use_case"]
    if case["type"] != "account_onboarding":
        words = "account_update is not for accounts with a Stripe-hosted dashboard."
        raise refused(words, None, "use_case.type")
    given = case.get("account_onboarding")
    if not given:
        at = "use_case.account_onboarding"
        raise refused(f"Missing required param: {at}.", "parameter_missing", at)
    account = _found(call, call.params["account"])
    for name in ("refresh_url", "return_url"):
        if name in given and not given[name].startswith(("http://", "https://")):
            raise refused("Not a valid URL", "url_invalid", f"use_case.account_onboarding.{name}")
    back = given.get("return_url") or given["refresh_url"]
    url, expires_at = accounts.open_link(call, account, given["refresh_url"], back)
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": moment(call.now()),
        "expires_at": moment(expires_at),
        "livemode": False,
        "url": url,
        "use_case": case,
    }

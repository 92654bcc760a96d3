"""What a platform says about a connected account itself, instead of Stripe's own pages asking."""

from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import missing, refused
from marketplace.stripe_sandbox.operations import accounts, bank_accounts
from marketplace.stripe_sandbox.operations.registry import operation, page_of
from marketplace.stripe_sandbox.store import PLATFORM, Json

BUILT = (
    "business_profile business_type capabilities company default_currency email external_account"
    " individual metadata settings tos_acceptance"
)
PERSON = "person"
PEOPLE = "address dob email first_name last_name metadata nationality phone relationship"


@operation("post /v1/accounts/{account}")
def update(call: Call, name: str) -> Json:
    call.only(BUILT)
    account = accounts.found(call, name)
    fill(call, account)
    account["metadata"] = call.metadata(before=account["metadata"])
    for capability, wish in call.params.get("capabilities", {}).items():
        request(account, capability, wish.get("requested", False))
    call.store.save(account)
    call.emit("account.updated", account, account=name)
    look_again(call, account)
    return account


@accounts.when_opened
def opened(call: Call, account: Json) -> None:
    """What is given at once may be all that Stripe asks for."""
    given = call.params.keys() & {"company", "external_account", "individual", "tos_acceptance"}
    if given and call.path == "/v1/accounts":
        fill(call, account)
        call.store.save(account)
        look_again(call, account)


def fill(call: Call, account: Json) -> None:
    """Everything that was given joins what is known."""
    params = call.params
    is_ours = account["controller"].get("requirement_collection") == "application"
    if params.get("tos_acceptance", {}).get("date") and not is_ours:
        raise refused(
            "You cannot accept the Terms of Service on behalf of accounts for which Stripe "
            "collects requirements.",
            None,
            "tos_acceptance",
        )
    for field in ("business_type", "default_currency", "email"):
        if field in params:
            account[field] = params[field] or None
    for field in ("business_profile", "tos_acceptance"):
        account[field] |= {n: v or None for n, v in (params.get(field) or {}).items()}
    if "company" in params:
        account["company"] = (account.get("company") or {}) | _public(params["company"])
    if "individual" in params:
        account["individual"] = _person(call, account, params["individual"])
    if "settings" in params:
        _set(account["settings"], params["settings"])
    if given := params.get("external_account"):
        bank = bank_accounts.read(call, account, given) | {"default_for_currency": True}
        account["external_accounts"]["data"] = [bank]


def _public(given: Json) -> Json:
    """Numbers are taken and never shown."""
    kept = {n: v for n, v in given.items() if not n.endswith(("_id", "_number", "verification"))}
    told = {f"{n}_provided": True for n in ("tax_id", "vat_id") if n in given}
    return kept | told


def _set(settings: Json, given: Json) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(settings.get(name), dict):
            _set(settings[name], value)
        else:
            settings[name] = value


def look_again(call: Call, account: Json) -> None:
    """Stripe decides as soon as nothing is asked for any more."""
    left = [need for need in account["requirements"]["currently_due"] if not _met(account, need)]
    if account["details_submitted"] or left == account["requirements"]["currently_due"]:
        accounts.may_be_paid(call, account)
        return
    if left:
        names = ("currently_due", "eventually_due", "past_due")
        account["requirements"] |= dict.fromkeys(names, left)
        call.store.save(account)
        return
    accounts.finish_onboarding(call, account, "complete")


def _met(account: Json, need: str) -> bool:
    if need == "external_account":
        return bool(account["external_accounts"]["data"])
    value: Any = account
    for part in need.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value not in (None, "")


def request(account: Json, capability: str, wished: bool) -> None:
    held = account["capabilities"]
    if not wished:
        held.pop(capability, None)
    elif capability not in held:
        held[capability] = "active" if account["payouts_enabled"] else "inactive"
        account["charges_enabled"] |= capability == "card_payments" and account["payouts_enabled"]


@operation("post /v1/accounts/{account}/capabilities/{capability}")
def update_capability(call: Call, name: str, wanted: str) -> Json:
    call.only("requested")
    account = accounts.found(call, name)
    before = account["capabilities"].get(wanted)
    request(account, wanted, call.params.get("requested", True))
    call.store.save(account)
    status = account["capabilities"].get(wanted, "unrequested")
    shown = accounts.capability(call, account, wanted, status)
    if status == "unrequested":
        shown |= {"requested": False, "requested_at": None}
    if status != before:
        call.emit("capability.updated", shown, account=name)
        call.emit("account.updated", account, account=name)
    return shown


# The people of an account


def _person(call: Call, account: Json, given: Json) -> Json:
    known = account.get("individual")
    if known is None:
        known = _blank(call, account)
    return _filled(known, given)


def _blank(call: Call, account: Json) -> Json:
    return call.new(
        PERSON,
        PERSON,
        owner=account["id"],
        account=account["id"],
        future_requirements=_nothing_asked(),
        id_number_provided=False,
        id_number_secondary_provided=False,
        metadata={},
        relationship=_relationship({}),
        requirements=_nothing_asked(),
        ssn_last_4_provided=False,
    )


def _filled(person: Json, given: Json) -> Json:
    changes = {name: given[name] or None for name in PEOPLE.split() if name in given}
    if "relationship" in changes:
        changes["relationship"] = person["relationship"] | changes["relationship"]
    changes.pop("metadata", None)
    told = {"id_number_provided": True} if given.get("id_number") else {}
    more = {"ssn_last_4_provided": True} if given.get("ssn_last_4") else {}
    return person | changes | told | more


def _relationship(given: Json) -> Json:
    names = ("authorizer", "director", "executive", "legal_guardian", "owner", "representative")
    rest = {"percent_ownership": None, "title": None}
    return dict.fromkeys(names, False) | rest | given


def _nothing_asked() -> Json:
    lists = ("currently_due", "errors", "eventually_due", "past_due", "pending_verification")
    return {name: [] for name in (*lists, "alternatives")}


@operation("post /v1/accounts/{account}/persons")
def add_person(call: Call, name: str) -> Json:
    call.only(f"{PEOPLE} id_number ssn_last_4")
    account = accounts.found(call, name)
    person = _filled(_blank(call, account), call.params) | {"metadata": call.metadata()}
    call.store.save(person)
    call.emit("person.created", person, account=name)
    return person


@operation("get /v1/accounts/{account}/persons")
def list_people(call: Call, name: str) -> Json:
    call.only("limit relationship starting_after ending_before")
    accounts.found(call, name)
    fields = {"relationship": call.params["relationship"]} if "relationship" in call.params else {}
    return page_of(call, PERSON, fields, owner=name)


@operation("get /v1/accounts/{account}/persons/{person}")
def retrieve_person(call: Call, name: str, person_name: str) -> Json:
    accounts.found(call, name)
    person = call.store.get(person_name)
    if person is None or person["object"] != PERSON or person["_owner"] != name:
        raise missing(PERSON, person_name, PERSON)
    return person


@operation("post /v1/accounts/{account}/persons/{person}")
def update_person(call: Call, name: str, person_name: str) -> Json:
    call.only(f"{PEOPLE} id_number ssn_last_4")
    person = _filled(retrieve_person(call, name, person_name), call.params)
    person["metadata"] = call.metadata(before=person["metadata"])
    call.store.save(person)
    call.emit("person.updated", person, account=name)
    return person


@operation("delete /v1/accounts/{account}/persons/{person}")
def delete_person(call: Call, name: str, person_name: str) -> Json:
    person = retrieve_person(call, name, person_name)
    call.emit("person.deleted", person, account=name)
    call.store.rename(person | {"object": "_deleted_person"})
    return {"id": person_name, "object": PERSON, "deleted": True}


# How an account is paid out, in Stripe's newer words


@operation("get /v1/balance_settings")
def balance_settings(call: Call) -> Json:
    return _balance_settings(accounts.found(call, call.account))


def _balance_settings(account: Json) -> Json:
    payouts = account["settings"]["payouts"]
    known = ("interval", "monthly_payout_days", "weekly_payout_days")
    schedule = {name: value for name, value in payouts["schedule"].items() if name in known}
    delay = payouts["schedule"].get("delay_days", 2)
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": payouts["debit_negative_balances"],
            "payouts": {
                "minimum_balance_by_currency": None,
                "schedule": schedule,
                "statement_descriptor": payouts["statement_descriptor"],
                "status": "enabled" if account["payouts_enabled"] else "disabled",
            },
            "settlement_timing": {"delay_days": delay},
        },
    }


@operation("post /v1/balance_settings")
def update_balance_settings(call: Call) -> Json:
    call.only("payments")
    account = accounts.found(call, call.account)
    given, payouts = call.params.get("payments") or {}, account["settings"]["payouts"]
    wished = given.get("payouts") or {}
    _set(payouts["schedule"], wished.get("schedule") or {})
    if "debit_negative_balances" in given:
        payouts["debit_negative_balances"] = given["debit_negative_balances"]
    if "statement_descriptor" in wished:
        payouts["statement_descriptor"] = wished["statement_descriptor"] or None
    call.store.save(account)
    if call.account != PLATFORM:
        accounts.may_be_paid(call, account)
    call.emit("balance_settings.updated", _balance_settings(account))
    return _balance_settings(account)

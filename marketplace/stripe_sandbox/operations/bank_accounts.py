"""What belongs to a connected account: bank accounts, capabilities, the way into its dashboard."""

from typing import Any

from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import missing, not_built, refused
from marketplace.stripe_sandbox.operations import accounts
from marketplace.stripe_sandbox.operations.registry import operation, slice_of
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import PLATFORM, Json, mint


@operation("post /v1/accounts/{account}/external_accounts")
def add(call: Call, name: str) -> Json:
    call.only("external_account default_for_currency metadata")
    account = accounts.found(call, name)
    bank = read(call, account, call.params["external_account"])
    others: list[Json] = account["external_accounts"]["data"]
    same = [each for each in others if each["currency"] == bank["currency"]]
    if call.params.get("default_for_currency") or not same:
        for each in same:
            each["default_for_currency"] = False
        bank["default_for_currency"] = True
    # The default comes first, which is the one a payout takes.
    account["external_accounts"]["data"] = sorted(
        [*others, bank], key=lambda each: not each["default_for_currency"]
    )
    call.store.save(account)
    call.emit("account.external_account.created", bank, account=name)
    call.emit("account.updated", account, account=name)
    accounts.may_be_paid(call, account)
    return bank


def read(call: Call, account: Json, given: Any) -> Json:
    if isinstance(given, str):
        if given != "btok_us_verified" and not given.startswith("btok_"):
            raise missing("token", given, "external_account", 400)
        given = {"object": "bank_account", "account_number": "000123456789"}
    if given.get("object", "bank_account") != "bank_account":
        raise not_built("payouts to debit cards")
    number = str(given.get("account_number", "")).replace(" ", "")
    if len(number) < 4:
        raise refused(
            "Missing required param: external_account[account_number].",
            "parameter_missing",
            "external_account[account_number]",
        )
    code = currency(given.get("currency") or account["default_currency"])
    return accounts.bank_account(account, number) | {
        "account_holder_name": given.get("account_holder_name"),
        "account_holder_type": given.get("account_holder_type") or None,
        "country": given.get("country") or account["country"],
        "currency": code,
        "default_for_currency": False,
        "metadata": call.metadata(),
        "routing_number": given.get("routing_number"),
    }


@operation("get /v1/accounts/{account}/external_accounts")
def listing(call: Call, name: str) -> Json:
    call.only("object limit starting_after ending_before")
    held = accounts.found(call, name)["external_accounts"]["data"]
    wanted = call.params.get("object", "bank_account") == "bank_account"
    return slice_of(call, [public(each) for each in held if wanted])


@operation("get /v1/accounts/{account}/external_accounts/{id}")
def retrieve(call: Call, name: str, bank_name: str) -> Json:
    return _held(accounts.found(call, name), bank_name)


@operation("post /v1/accounts/{account}/external_accounts/{id}")
def update(call: Call, name: str, bank_name: str) -> Json:
    call.only("account_holder_name account_holder_type default_for_currency metadata")
    account = accounts.found(call, name)
    bank = _held(account, bank_name)
    for field in ("account_holder_name", "account_holder_type"):
        if field in call.params:
            bank[field] = call.params[field] or None
    bank["metadata"] = call.metadata(before=bank["metadata"])
    held = account["external_accounts"]["data"]
    if call.params.get("default_for_currency"):
        for each in held:
            each["default_for_currency"] &= each["currency"] != bank["currency"]
        bank["default_for_currency"] = True
    rest = [each for each in held if each["id"] != bank_name]
    account["external_accounts"]["data"] = sorted(
        [*rest, bank], key=lambda each: not each["default_for_currency"]
    )
    call.store.save(account)
    call.emit("account.external_account.updated", bank, account=name)
    return bank


@operation("delete /v1/accounts/{account}/external_accounts/{id}")
def remove(call: Call, name: str, bank_name: str) -> Json:
    account = accounts.found(call, name)
    bank = _held(account, bank_name)
    held = account["external_accounts"]["data"]
    if bank["default_for_currency"] and len(held) > 1:
        words = "You cannot delete the default external account for your default currency."
        raise refused(words)
    account["external_accounts"]["data"] = [each for each in held if each["id"] != bank_name]
    call.store.save(account)
    call.emit("account.external_account.deleted", bank, account=name)
    call.emit("account.updated", account, account=name)
    return {"id": bank_name, "object": "bank_account", "deleted": True}


def _held(account: Json, name: str) -> Json:
    for bank in account["external_accounts"]["data"]:
        if bank["id"] == name:
            return dict(bank)
    raise missing("external account", name)


@operation("post /v1/accounts/{account}/login_links")
def login_link(call: Call, name: str) -> Json:
    account = accounts.found(call, name)
    if account["type"] != "express":
        raise refused("Cannot create a login link for an account that has no Express Dashboard.")
    if not account["details_submitted"]:
        raise refused(
            "Cannot create a login link for an account that has not completed onboarding."
        )
    url = f"{call.base_url}/express/{name}/{mint('lael', 16)}"
    return {"object": "login_link", "created": call.now(), "url": url}


@operation("get /v1/accounts/{account}/capabilities")
def list_capabilities(call: Call, name: str) -> Json:
    account = accounts.found(call, name)
    data = [
        accounts.capability(call, account, each, status)
        for each, status in account["capabilities"].items()
    ]
    url = f"/v1/accounts/{name}/capabilities"
    return {"object": "list", "data": data, "has_more": False, "url": url}


@operation("get /v1/accounts/{account}/capabilities/{capability}")
def capability(call: Call, name: str, wanted: str) -> Json:
    account = accounts.found(call, name)
    known = call.contract.requests["post /v1/accounts"]["fields"]["capabilities"]["fields"]
    if wanted not in known:
        raise missing("capability", wanted)
    status = account["capabilities"].get(wanted, "unrequested")
    shown = accounts.capability(call, account, wanted, status)
    return shown if status != "unrequested" else shown | {"requested": False, "requested_at": None}


@operation("post /v1/accounts/{account}/reject")
def reject(call: Call, name: str) -> Json:
    account = accounts.found(call, name)
    accounts.restrict(call, account, f"rejected.{call.params['reason']}", "inactive")
    return account


@operation("delete /v1/accounts/{account}")
def delete(call: Call, name: str) -> Json:
    account = accounts.found(call, name)
    if name == PLATFORM:
        raise refused("You can't delete your own account.")
    with_money = call.store.db.execute(
        "SELECT 1 FROM entries WHERE account = ? GROUP BY currency HAVING sum(net) <> 0", (name,)
    ).fetchone()
    if with_money:
        raise refused("Accounts that have a balance can't be deleted.", "account_invalid")
    call.emit("account.application.deauthorized", _application(), account=name)
    call.store.rename(account | {"object": "_deleted_account"})
    return {"id": name, "object": "account", "deleted": True}


def _application() -> Json:
    return {"id": "ca_sandbox", "object": "application", "name": "Sandbox"}

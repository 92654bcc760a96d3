"""Ways to pay: a card or a bank account, one of the test ones, kept for a customer or used once."""

from datetime import UTC, datetime

from marketplace.stripe_sandbox import banks, cards
from marketplace.stripe_sandbox.banks import Bank
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.cards import Card
from marketplace.stripe_sandbox.errors import StripeError, card_error, missing, not_built, refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.operations.registry import narrowed, operation, page_of, retrieves
from marketplace.stripe_sandbox.store import Json

KIND = "payment_method"
NOBODY: Json = {"address": None, "email": None, "name": None, "phone": None}

retrieves("get /v1/payment_methods/{payment_method}", KIND)


def make(call: Call, means: Card | Bank, payer: Json) -> Json:
    """A payment method for these means, used once until it is attached to someone."""
    later = datetime.fromtimestamp(call.now(), UTC).year + 1
    expiry = (payer.get("exp_month") or 8, payer.get("exp_year") or later)
    shown = _card(means, *expiry) if isinstance(means, Card) else _bank(means)
    details = {name: payer.get(name) for name in NOBODY}
    fields: Json = {means.kind: shown}
    return call.new(
        KIND,
        "pm",
        billing_details=details | {"tax_id": None},
        allow_redisplay="unspecified",
        metadata={},
        type=means.kind,
        _number=means.number,
        **fields,
    )


def _card(card: Card, month: int, year: int) -> Json:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": f"fp{card.number[-8:]}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _bank(bank: Bank) -> Json:
    shown: Json = {"fingerprint": f"fp{bank.number[-8:]}", "last4": bank.number[-4:]}
    if bank.kind == "sepa_debit":
        shown |= {
            "bank_code": bank.number[4:9],
            "branch_code": None,
            "country": bank.number[:2],
            "generated_from": {"charge": None, "setup_attempt": None},
        }
    else:
        shown |= {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": None,
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": banks.ROUTING_NUMBER,
            "status_details": {},
        }
    return shown


def named(call: Call, name: str, param: str = "payment_method") -> Json:
    """A payment method by its id, or by the name of a test one."""
    if means := cards.BY_TOKEN.get(name) or banks.TOKENS.get(name):
        return make(call, means, {})
    found = call.store.get(name)
    if found is None or found["object"] != KIND or found["_owner"] != call.account:
        raise missing("PaymentMethod", name, param, 400)
    return found


@operation("post /v1/payment_methods")
def create(call: Call) -> Json:
    call.only("type card billing_details sepa_debit us_bank_account metadata")
    params = call.params
    kind = params.get("type")
    if kind is None:
        raise refused("Missing required param: type.", "parameter_missing", "type")
    payer = NOBODY | params.get("billing_details", {})
    method = make(call, _given(params, kind, payer), payer)
    method["metadata"] = call.metadata()
    call.store.save(method)
    return method


def _given(params: Json, kind: str, payer: Json) -> Card | Bank:
    given = params.get(kind)
    if given is None:
        raise refused(f"Missing required param: {kind}.", "parameter_missing", kind)
    if kind == "card":
        return _given_card(given, payer)
    names = {"sepa_debit": "iban", "us_bank_account": "account_number"}
    if kind not in names:
        raise not_built(f"payment methods of the type {kind}")
    number = str(given.get(names[kind], "")).replace(" ", "")
    bank = banks.BY_NUMBER.get(number)
    if bank is None or bank.kind != kind:
        at = f"{kind}[{names[kind]}]"
        raise refused("Give one of the test accounts the sandbox knows.", "account_invalid", at)
    return bank


def _given_card(given: Json, payer: Json) -> Card:
    if token := given.get("token"):
        card = cards.BY_TOKEN.get(str(token).replace("tok_", "pm_card_", 1))
        if card is None:
            raise missing("token", token, "card[token]", 400)
        return card
    number = str(given.get("number", "")).replace(" ", "")
    if not cards.is_card_number(number):
        raise card_error("Your card number is incorrect.", "incorrect_number", param="number")
    payer |= {"exp_month": given.get("exp_month"), "exp_year": given.get("exp_year")}
    return cards.find(number)


@operation("post /v1/payment_methods/{payment_method}")
def update(call: Call, name: str) -> Json:
    call.only("allow_redisplay billing_details card metadata us_bank_account")
    method = call.find(KIND, name)
    given: Json = call.params.get("billing_details") or {}
    method["billing_details"] |= {field: value or None for field, value in given.items()}
    card = call.params.get("card") or {}
    if card and method["type"] != "card":
        raise refused("Only a card has an expiry date.", None, "card")
    for field in ("exp_month", "exp_year"):
        if field in card:
            method["card"][field] = card[field]
    if "allow_redisplay" in call.params:
        method["allow_redisplay"] = call.params["allow_redisplay"]
    method["metadata"] = call.metadata(before=method["metadata"])
    call.store.save(method)
    call.emit("payment_method.updated", method)
    return method


@operation("get /v1/customers/{customer}/payment_methods/{payment_method}")
def retrieve_of_customer(call: Call, name: str, method_name: str) -> Json:
    call.find("customer", name)
    method = call.find(KIND, method_name)
    if method["customer"] != name:
        raise missing(KIND, method_name)
    return method


@operation("post /v1/payment_methods/{payment_method}/attach")
def attach(call: Call, name: str) -> Json:
    method = named(call, name)
    customer = call.find("customer", call.params["customer"], param="customer", status=400)
    return attach_to(call, method, customer["id"])


def spent() -> StripeError:
    return refused(
        "This PaymentMethod was previously used without being attached to a Customer or was "
        "detached from a Customer, and may not be used again.",
        "payment_method_unexpected_state",
        "payment_method",
    )


def attach_to(call: Call, method: Json, customer: str) -> Json:
    if method.get("_is_spent"):
        raise spent()
    if method["customer"] not in (None, customer):
        raise refused(
            "The payment method you provided has already been attached to a customer.",
            "payment_method_unexpected_state",
        )
    means = means_of(method)
    if means.code and means.number != "4000000000000341":
        raise StripeError(
            402, "card_error", means.message, code=means.code, decline_code=means.decline_code
        )
    method["customer"] = customer
    call.store.save(method)
    call.emit("payment_method.attached", method)
    return method


@operation("post /v1/payment_methods/{payment_method}/detach")
def detach(call: Call, name: str) -> Json:
    method = call.find(KIND, name)
    if method["customer"] is None:
        raise refused(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            "payment_method_unexpected_state",
        )
    before, method["customer"] = method["customer"], None
    method["_is_spent"] = True
    call.store.save(method)
    call.emit("payment_method.detached", method, previous={"customer": before})
    return method


@operation("get /v1/payment_methods")
def listing(call: Call) -> Json:
    call.only("allow_redisplay customer type limit starting_after ending_before")
    return page_of(call, KIND, _fields(call))


@operation("get /v1/customers/{customer}/payment_methods")
def of_customer(call: Call, name: str) -> Json:
    call.only("allow_redisplay type limit starting_after ending_before")
    call.find("customer", name)
    return page_of(call, KIND, _fields(call) | {"customer": name})


def _fields(call: Call) -> Json:
    return narrowed(call, customer="customer", type="type", allow_redisplay="allow_redisplay")

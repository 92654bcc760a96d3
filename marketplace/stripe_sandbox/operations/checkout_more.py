"""What a Checkout Session may do besides taking one payment: keep a card, be recovered, be more."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, not_built, refused
from marketplace.stripe_sandbox.operations import customers, payment_methods, setup_intents
from marketplace.stripe_sandbox.store import Json, mint

DAYS_TO_RECOVER = 30
DAY = 86_400
MOST = 99
# Stored as given, when they ask for nothing the page would have to do.
PLAIN = "allow_promotion_codes saved_payment_method_options"
OFF = ("automatic_tax", "invoice_creation", "tax_id_collection")


def fields(params: Json) -> Json:
    """What these parameters put into a session."""
    for name in OFF:
        if (params.get(name) or {}).get("enabled"):
            raise not_built(f"Checkout with {name}")
    made = {name: params[name] for name in PLAIN.split() if name in params}
    if after := params.get("after_expiration"):
        made["after_expiration"] = {"recovery": _recovery(after.get("recovery") or {})}
    if creation := params.get("customer_creation"):
        if params["mode"] != "payment":
            words = "`customer_creation` can only be used in `payment` mode."
            raise refused(words, None, "customer_creation")
        made["customer_creation"] = creation
    return made


def _recovery(given: Json) -> Json:
    nothing = {"allow_promotion_codes": False, "enabled": False, "expires_at": None, "url": None}
    return nothing | given


def recoverable(call: Call, session: Json) -> Json:
    """An expired page that may be opened once more, and where."""
    after = session["after_expiration"]
    if not after or not after["recovery"] or not after["recovery"]["enabled"]:
        return {}
    until = call.now() + DAYS_TO_RECOVER * DAY
    url = f"{call.base_url}/c/recover/{session['id']}"
    return {"after_expiration": {"recovery": after["recovery"] | {"expires_at": until, "url": url}}}


def recovered(call: Call, session: Json) -> Json | None:
    """The same page again, under a new name."""
    recovery = (session["after_expiration"] or {}).get("recovery") or {}
    if not recovery.get("url") or recovery["expires_at"] <= call.now():
        return None
    name, now = mint("cs_test"), call.now()
    again = session | {
        "id": name,
        "after_expiration": {"recovery": recovery | {"expires_at": None, "url": None}},
        "created": now,
        "expires_at": now + DAY,
        "payment_intent": None,
        "recovered_from": session["id"],
        "status": "open",
        "url": f"{call.base_url}/c/pay/{name}",
        "_due": now + DAY,
    }
    call.store.add(again, session["_owner"])
    return again


# Quantities the payer may change


def adjustable(given: Json | None, at: str) -> Json | None:
    if not given or not given.get("enabled"):
        return None
    least, most = given.get("minimum", 0), given.get("maximum", MOST)
    if not 0 <= least <= most <= 999_999:
        raise refused("Invalid integer", "parameter_invalid_integer", f"{at}[maximum]")
    return {"enabled": True, "maximum": most, "minimum": least}


def adjust(session: Json, typed: dict[str, str]) -> None:
    """The quantities as typed; what can't be is left as it was."""
    for n, item in enumerate(session["_line_items"]):
        wished, bounds = typed.get(f"quantity-{n}", ""), item["adjustable_quantity"]
        if not bounds or not (wished.isascii() and wished.isdigit() and len(wished) < 7):
            continue
        if bounds["minimum"] <= int(wished) <= bounds["maximum"] and int(wished) > 0:
            amount = item["price"]["unit_amount"] * int(wished)
            item |= {"quantity": int(wished), "amount_subtotal": amount, "amount_total": amount}
    total = sum(item["amount_total"] for item in session["_line_items"])
    session |= {"amount_subtotal": total, "amount_total": total}


# Cards


def intent_to_save(call: Call, params: Json) -> str:
    given = params.get("setup_intent_data") or {}
    data = given | {"customer": params.get("customer"), "metadata": given.get("metadata", {})}
    return str(setup_intents.new_intent(call, data)["id"])


def save(call: Call, session: Json, method: Json) -> StripeError | None:
    intent = call.find(setup_intents.KIND, session["setup_intent"])
    try:
        setup_intents.confirm_with(call, intent, method)
    except StripeError as error:
        return error
    return None


def keep_payer(call: Call, session: Json, payer: Json) -> None:
    """Whoever is to be remembered, and the card they agreed to have kept."""
    intent = call.store.get(session["payment_intent"] or "")
    if session["customer_creation"] == "always" and not session["customer"]:
        customer = customers.new_customer(call, email=payer["email"], name=payer["name"])
        call.emit("customer.created", customer)
        session["customer"] = customer["id"]
        if intent:
            intent["customer"] = customer["id"]
            call.store.save(intent)
    if not intent or not session["customer"] or not intent["setup_future_usage"]:
        return
    method = call.store.get(intent["payment_method"] or "")
    if method and not method["customer"]:
        payment_methods.attach_to(call, method, session["customer"])

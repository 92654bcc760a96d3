"""Stripe's search: a few clauses on fields, all of them or any of them."""

import re
from collections.abc import Callable
from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.registry import operation
from marketplace.stripe_sandbox.store import Json

FIELDS = {
    "charges": "amount billing_details.address.postal_code created currency customer disputed"
    " payment_method_details.card.last4 payment_method_details.card.brand"
    " payment_method_details.card.exp_month payment_method_details.card.exp_year"
    " payment_method_details.card.fingerprint refunded status",
    "customers": "created email name phone",
    "invoices": "created currency customer number receipt_number status subscription total",
    "payment_intents": "amount created currency customer status",
    "prices": "active currency lookup_key product type",
    "products": "active description name shippable url",
    "subscriptions": "canceled_at created status",
}
CLAUSE = re.compile(
    r"""\s*(?P<not>-)?(?P<field>[a-z_.0-9]+)(\[(?P<q>["'])(?P<key>.*?)(?P=q)\])?\s*"""
    r"""(?P<how>:|~|>=|<=|>|<|=)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']+)\s*"""
)
JOINT = re.compile(r"(AND|OR)\b|(?=\S)", re.IGNORECASE)
ORDERED: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    ":": lambda a, b: a == b,
}
Test = Callable[[Json], bool]


def _searches(name: str, kind: str) -> None:
    @operation(f"get /v1/{name}/search")
    def search(call: Call) -> Json:
        fits = _read(name, call.params["query"])
        found = [body for body in call.store.find(kind, call.account)[::-1] if fits(body)]
        limit, page = call.params.get("limit", 10), call.params.get("page", "0")
        if not 1 <= limit <= 100:
            raise refused(
                "This value must be between 1 and 100.", "parameter_invalid_integer", "limit"
            )
        if not (page.isascii() and page.isdigit() and len(page) < 10):
            raise refused("Invalid page: take next_page of the answer before.", None, "page")
        end = int(page) + limit
        return {
            "object": "search_result",
            "data": found[int(page) : end],
            "has_more": end < len(found),
            "next_page": str(end) if end < len(found) else None,
            "url": call.path,
        }


for _name, _kind in (
    ("charges", "charge"),
    ("customers", "customer"),
    ("invoices", "invoice"),
    ("payment_intents", "payment_intent"),
    ("prices", "price"),
    ("products", "product"),
    ("subscriptions", "subscription"),
):
    _searches(_name, _kind)


def _read(name: str, query: str) -> Test:
    tests: list[Test] = []
    joints: set[str] = set()
    at = 0
    while at < len(query.rstrip()):
        if tests:
            joint = JOINT.match(query, at)
            joints.add((joint[1] or "AND").upper() if joint else "AND")
            at = joint.end() if joint else at
        clause = CLAUSE.match(query, at)
        if clause is None:
            raise refused(f"We were unable to parse your search query: {query[at : at + 80]}")
        tests.append(_test(name, clause))
        at = clause.end()
    if not tests or len(joints) > 1:
        raise refused(
            "We were unable to parse your search query: give clauses joined by AND, or all by OR.",
            None,
            "query",
        )
    return lambda body: (any if joints == {"OR"} else all)(test(body) for test in tests)


def _test(name: str, clause: re.Match[str]) -> Test:
    field, key, how = clause["field"], clause["key"], clause["how"]
    if field not in FIELDS[name].split() and not (field == "metadata" and key is not None):
        raise refused(
            f"Field `{field}` is an unsupported search field for resource `{name}`. "
            f"See https://stripe.com/docs/search#query-fields-for-{name.replace('_', '-')} for a "
            "list of supported fields.",
            None,
            "query",
        )
    wanted = clause["value"]
    is_text = wanted[0] in "\"'"
    wanted = re.sub(r"\\(.)", r"\1", wanted[1:-1]) if is_text else wanted
    path = ["metadata", key] if key is not None else field.split(".")

    def test(body: Json) -> bool:
        value = _value(body, path)
        if not is_text and wanted == "null":
            return (value is None) != bool(clause["not"])
        return _fits(value, how, wanted) != bool(clause["not"])

    return test


def _value(body: Json, path: list[str]) -> Any:
    value: Any = body.get("_subscription") if path == ["subscription"] else body
    for name in path if path != ["subscription"] else ():
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _fits(value: Any, how: str, wanted: str) -> bool:
    if value is None:
        return False
    if how == "~":
        return wanted.lower() in str(value).lower()
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    if isinstance(value, int):
        try:
            return ORDERED[how](value, float(wanted))
        except ValueError:
            return False
    return how in (":", "=") and str(value).lower() == wanted.lower()

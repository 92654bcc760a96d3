"""Reading a request as Stripe does: brackets to a tree, each value checked against the contract."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from marketplace.stripe_sandbox.contract import Schema
from marketplace.stripe_sandbox.errors import StripeError, refused

KEY = re.compile(r"[^\[\]]+(\[[^\[\]]*\])*")
WHOLE = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
LARGEST_INTEGER = 2**63 - 1
DEEPEST = 12


def parse_brackets(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """a[b][0]=c becomes {"a": {"b": ["c"]}}."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        if not KEY.fullmatch(key):
            raise refused(f"Received unknown parameter: {key}", "parameter_unknown", key)
        parts = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key)
        if len(parts) > DEEPEST:
            raise refused(f"Parameter nested too deeply: {key[:80]}", None, parts[0])
        branch = tree
        for part in parts[:-1]:
            branch = branch.setdefault(_slot(part, branch), {})
            if not isinstance(branch, dict):
                raise refused(
                    f"Parameter given both as a value and as a group: {key}", None, parts[0]
                )
        slot = _slot(parts[-1], branch)
        if isinstance(branch.get(slot), dict):
            raise refused(f"Parameter given both as a value and as a group: {key}", None, parts[0])
        branch[slot] = value
    return {name: _lists(value) for name, value in tree.items()}


def _slot(part: str, branch: dict[str, Any]) -> str:
    return part or str(len(branch))  # a[]=x&a[]=y counts up


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(re.fullmatch("[0-9]{1,6}", name) for name in node):
        return [_lists(node[name]) for name in sorted(node, key=int)]
    return {name: _lists(value) for name, value in node.items()}


def as_text(value: Any) -> Any:
    """JSON as a form would have carried it."""
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_text(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def check(schema: Schema, value: Any, name: str = "") -> Any:
    """The value in its own type, or the error Stripe would give."""
    kind = schema["type"]
    if kind == "any":
        return value
    if kind in GROUPS:
        return GROUPS[kind](schema, value, name)
    if not isinstance(value, str):
        raise refused(f"Invalid {kind}: {name} is a group of values", None, name)
    return _check_scalar(kind, value, name)


def _check_scalar(kind: str, value: str, name: str) -> Any:
    if kind == "integer":
        if WHOLE.fullmatch(value) and len(value) < 20 and abs(int(value)) <= LARGEST_INTEGER:
            return int(value)
        raise refused(f"Invalid integer: {value}", "parameter_invalid_integer", name)
    if kind == "boolean":
        if value in ("true", "false"):
            return value == "true"
        raise refused(f"Invalid boolean: {value}", None, name)
    if kind == "number" and not (DECIMAL.fullmatch(value) and len(value) < 40):
        raise refused(f"Invalid decimal: {value}", None, name)
    return value


def _inside(name: str, field: str) -> str:
    return f"{name}[{field}]" if name else field


def _check_object(schema: Schema, value: Any, name: str) -> dict[str, Any]:
    if value == "":
        value = {}
    if not isinstance(value, dict):
        raise refused("Invalid object", None, name)
    fields: dict[str, Schema] = schema["fields"]
    for field in value:
        if field not in fields:
            at = _inside(name, field)
            raise refused(f"Received unknown parameter: {at}", "parameter_unknown", at)
    for field in schema["required"]:
        if field not in value:
            at = _inside(name, field)
            raise refused(f"Missing required param: {at}.", "parameter_missing", at)
    return {
        field: check(fields[field], given, _inside(name, field)) for field, given in value.items()
    }


def _check_any_of(schema: Schema, value: Any, name: str) -> Any:
    """The first that fits; or the mistake against the one most alike."""
    mistakes: list[tuple[tuple[bool, bool], StripeError]] = []
    # Enums first: "" is often one of them, and it must not be read as an empty object.
    for option in sorted(schema["options"], key=lambda option: option["type"] != "enum"):
        try:
            return check(option, value, name)
        except StripeError as error:
            mistakes.append((_likeness(option, value), error))
    raise max(mistakes, key=lambda each: each[0])[1]


def _likeness(option: Schema, value: Any) -> tuple[bool, bool]:
    is_enum = option["type"] == "enum"
    is_empty = is_enum and not any(option["values"])
    same_form = (option["type"] in ("object", "list", "map")) == isinstance(value, dict | list)
    return same_form and not is_empty, not is_enum


def _check_list(schema: Schema, value: Any, name: str) -> list[Any]:
    if value == "":
        return []
    if not isinstance(value, list):
        raise refused("Invalid array", None, name)
    return [check(schema["items"], item, f"{name}[{n}]") for n, item in enumerate(value)]


def _check_map(schema: Schema, value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, list):  # keys that happen to be 0, 1, 2 …
        value = {str(n): item for n, item in enumerate(value)}
    if not isinstance(value, dict):
        raise refused("Invalid hash", None, name)
    return {key: check(schema["items"], item, _inside(name, key)) for key, item in value.items()}


def _check_enum(schema: Schema, value: Any, name: str) -> Any:
    values: list[Any] = schema["values"]
    for allowed in values:
        if value == allowed or (allowed is True and value == "true"):
            return allowed
    shown = ", ".join(str(allowed) for allowed in values if allowed != "")
    raise refused(
        f"Invalid {name}: must be one of {shown}" if shown else f"Invalid {name}", None, name
    )


GROUPS: dict[str, Callable[[Schema, Any, str], Any]] = {
    "object": _check_object,
    "any_of": _check_any_of,
    "list": _check_list,
    "map": _check_map,
    "enum": _check_enum,
}

"""What Stripe accepts, read from the installed SDK's own generated source.

The SDK says for each method its verb, path and typed parameters, at exactly the API version it
pins. Reading the source as a syntax tree needs no imports and no evaluation; only the operations
served here are read in full.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import stripe
from stripe import VERSION

from marketplace.stripe_sandbox.shapes import ONLY_NULL, RESOURCES, is_absent

Schema = dict[str, Any]
SDK = Path(stripe.__file__).parent
REQUEST_OPTIONS = frozenset({"RequestOptions", "TypedDict"})
SCALARS: dict[str, Schema] = {
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "float": {"type": "number"},
    "Decimal": {"type": "number"},
    "str": {"type": "string"},
    "Any": {"type": "any"},
    "object": {"type": "any"},
    "AmountParam": {"type": "any"},  # an amount with its currency, defined in another file
}
CALL = re.compile(r'self\._request\(\s*"(get|post|delete)",\s*"(/v[12]/[^"]+)"')
PARAMS = re.compile(r'params: (?:Optional\[)?"(\w+)"')


@dataclass(frozen=True)
class Contract:
    known: frozenset[str]
    requests: dict[str, Schema]
    nullable: dict[str, list[str]]


@cache
def load(served: frozenset[str]) -> Contract:
    """The contract for these operations, each written "post /v1/refunds"."""
    known: set[str] = set()
    requests: dict[str, Schema] = {}
    for operation, params, source in _operations():
        known.add(operation)
        if operation in served:
            requests[operation] = _params_schema(params, source)
    if absent := served - known:
        raise LookupError(
            f"The installed stripe {VERSION} does not know: {', '.join(sorted(absent))}"
        )
    return Contract(frozenset(known), requests, {kind: _nullable(kind) for kind in RESOURCES})


def _operations() -> Iterator[tuple[str, str | None, str]]:
    for file in sorted(SDK.rglob("*_service.py")):
        source = file.read_text()
        for method in source.split("\n    def ")[1:]:
            if found := CALL.search(method):
                params = PARAMS.search(method[: found.start()])
                yield f"{found[1]} {found[2]}", params[1] if params else None, source


def _params_schema(params: str | None, service_source: str) -> Schema:
    if params is None:
        return {"type": "object", "fields": {}, "required": []}
    found = re.search(rf"from (stripe\.params[\w.]*) import (?:\(\s*)?{params}\b", service_source)
    if found is None:
        raise LookupError(f"The installed stripe {VERSION} hides where {params} is defined")
    return _Module(SDK.joinpath(*found[1].split(".")[1:]).with_suffix(".py")).schema(params)


def _nullable(kind: str) -> list[str]:
    """The fields of a resource that Stripe answers with null when there is nothing to say."""
    if kind in ONLY_NULL:
        return ONLY_NULL[kind]
    file, name = RESOURCES[kind].split(":")
    for node in ast.parse((SDK / file).read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return [
                item.target.id
                for item in node.body
                if isinstance(item, ast.AnnAssign)
                and isinstance(item.target, ast.Name)
                and ast.unparse(item.annotation).startswith("Optional[")
                and not is_absent(kind, item.target.id)
            ]
    raise LookupError(f"The installed stripe {VERSION} has no {RESOURCES[kind]}")


class _Module:
    """One file of typed parameters, turned into plain schemas."""

    def __init__(self, file: Path) -> None:
        self.classes: dict[str, ast.ClassDef] = {}
        self.made: dict[
            str, dict[str, ast.expr]
        ] = {}  # X = TypedDict("X", {...}), for names like "from"
        self.open: set[str] = set()
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                target, fields = node.targets[0], node.value.args[-1]
                if isinstance(target, ast.Name) and isinstance(fields, ast.Dict):
                    self.made[target.id] = {
                        str(key.value): value
                        for key, value in zip(fields.keys, fields.values, strict=True)
                        if isinstance(key, ast.Constant)
                    }

    def schema(self, name: str) -> Schema:
        if name in self.open:
            return {"type": "any"}
        self.open.add(name)
        fields: dict[str, Schema] = {}
        required: list[str] = []
        for field, annotation in self._fields(name):
            fields[field] = self._type(annotation)
            if not ast.unparse(annotation).strip("'\"").startswith("NotRequired["):
                required.append(field)
        self.open.discard(name)
        return {"type": "object", "fields": fields, "required": required}

    def _fields(self, name: str) -> Iterator[tuple[str, ast.expr]]:
        if name in self.made:
            yield from self.made[name].items()
            return
        node = self.classes[name]
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id not in REQUEST_OPTIONS:
                yield from self._fields(base.id)
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                yield item.target.id, item.annotation

    def _type(self, node: ast.expr) -> Schema:
        match node:
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.Constant(value=str(text)):
                return self._type(ast.parse(text.strip(), mode="eval").body)
            case ast.Name(id=name):
                return SCALARS.get(name) or self.schema(name)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return _union([self._type(left), self._type(right)])
            case ast.Subscript(value=ast.Name(id=outer), slice=inner):
                return self._generic(outer, inner.elts if isinstance(inner, ast.Tuple) else [inner])
        raise LookupError(f"A parameter type this reader has not met: {ast.unparse(node)}")

    def _generic(self, outer: str, inner: list[ast.expr]) -> Schema:
        match outer:
            case "NotRequired" | "Required":
                return self._type(inner[0])
            case "Optional":
                return _union([self._type(inner[0]), {"type": "null"}])
            case "Union":
                return _union([self._type(item) for item in inner])
            case "Literal":
                return {"type": "enum", "values": [ast.literal_eval(item) for item in inner]}
            case "List" | "Sequence":
                return {"type": "list", "items": self._type(inner[0])}
            case "Dict" | "Mapping" | "UntypedStripeObject":
                return {"type": "map", "items": self._type(inner[-1])}
        raise LookupError(f"A parameter type this reader has not met: {outer}")


def _union(options: list[Schema]) -> Schema:
    flat: list[Schema] = []
    for option in options:
        flat += option["options"] if option["type"] == "any_of" else [option]
    flat = [option for option in flat if option["type"] != "null"]
    # The SDK leaves its enums open ("Literal[...] | str"); Stripe's server does not.
    if any(option["type"] == "enum" and any(option["values"]) for option in flat):
        flat = [option for option in flat if option["type"] != "string"]
    unique = [option for n, option in enumerate(flat) if option not in flat[:n]]
    return unique[0] if len(unique) == 1 else {"type": "any_of", "options": unique}

"""Dataclasses as plain JSON values and back, strict on the way back.

The shape is read off the annotations, so that a field added to a profile or a brief is in every
receipt from then on. Mappings whose keys are no texts become lists of pairs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from math import inf, isfinite
from types import NoneType, UnionType
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
#: Nothing that is asked of a person to check is larger.
MOST_CHARACTERS = 20_000_000


class Malformed(ValueError):
    """A file that is not what it should be; the message says where and why."""


def plain(value: Any) -> Any:
    """As values that `json.dumps` writes, each float so that it reads back exactly."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: plain(one) for key, one in value.items()}
        return [[plain(key), plain(one)] for key, one in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def read_json(text: str) -> Any:
    """JSON without what JSON forbids or leaves open: NaN, a name twice, endless nesting."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed("the file is too large to be a receipt")
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("the file is nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"the file is no JSON: {error}") from None


def _no_number(name: str) -> NoReturn:
    raise Malformed(f"the file is no JSON: {name} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"{twice} is given twice")
    return found


def built(kind: type[T], value: Any, at: str) -> T:
    """The dataclass `kind` from plain values; what is missing, unknown or of another kind is
    Malformed, and so is what the dataclass itself refuses.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{at or 'the file'} must be an object")
    shape: Any = kind
    hints = _hints(shape)
    inside = f"{at}." if at else ""
    for name in sorted(hints.keys() - value.keys()):
        raise Malformed(f"{inside}{name} is missing")
    for name in sorted(value.keys() - hints.keys()):
        raise Malformed(f"{inside}{name} is not known")
    given = {name: _value(hint, value[name], f"{inside}{name}") for name, hint in hints.items()}
    try:
        return kind(**given)
    except ValueError as error:
        raise Malformed(f"{at or 'the file'}: {error}") from None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {one.name: known[one.name] for one in fields(kind)}


def _value(hint: Any, value: Any, at: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return built(hint, value, at)  # type: ignore[arg-type]
    if origin in (Union, UnionType):
        return _one_of(inner, value, at)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(inner, value, at)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _sequence(origin, inner, value, at)
    return _single(hint, value, at)


def _single(hint: Any, value: Any, at: str) -> Any:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise Malformed(f"{at} must be one of {', '.join(map(str, get_args(hint)))}")
    elif hint is float:
        return _number(value, at)
    elif hint is int and (type(value) is not int or abs(value) >= 2**63):
        raise Malformed(f"{at} must be a whole number")
    elif hint is str and not isinstance(value, str):
        raise Malformed(f"{at} must be a text")
    return value


def _number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{at} must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise Malformed(f"{at} must be a number that has an end")
    return number


def _one_of(hints: Sequence[Any], value: Any, at: str) -> Any:
    if value is None and NoneType in hints:
        return None
    wrong = None
    for hint in hints:
        if hint is not NoneType:
            try:
                return _value(hint, value, at)
            except Malformed as error:
                wrong = error
    raise wrong or Malformed(f"{at} must be left out")


def _mapping(inner: Sequence[Any], value: Any, at: str) -> dict[Any, Any]:
    key, kind = inner
    if isinstance(value, dict):
        return {
            _value(key, name, f"a name in {at}"): _value(kind, one, f"{at}.{name}")
            for name, one in value.items()
        }
    if key is str:
        raise Malformed(f"{at} must be an object")
    if not isinstance(value, list) or any(not isinstance(p, list) or len(p) != 2 for p in value):
        raise Malformed(f"{at} must be a list of pairs")
    found = {}
    for place, (name, one) in enumerate(value):
        known = _value(key, name, f"{at}[{place}][0]")
        if known in found:
            raise Malformed(f"{at}[{place}] is given twice")
        found[known] = _value(kind, one, f"{at}[{place}][1]")
    return found


def _sequence(origin: type, inner: Sequence[Any], value: Any, at: str) -> Any:
    if not isinstance(value, list):
        raise Malformed(f"{at} must be a list")
    if origin is not tuple or inner[-1] is Ellipsis:
        found = [_value(inner[0], one, f"{at}[{place}]") for place, one in enumerate(value)]
        return tuple(found) if origin is tuple else found
    if len(value) != len(inner):
        raise Malformed(f"{at} must have {len(inner)} parts")
    pairs = enumerate(zip(inner, value, strict=True))
    return tuple(_value(kind, one, f"{at}[{place}]") for place, (kind, one) in pairs)

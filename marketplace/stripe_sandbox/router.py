"""From a verb and a path to an operation; real but unbuilt is told apart from unknown."""

import re
from functools import cache

from marketplace.stripe_sandbox.contract import Contract
from marketplace.stripe_sandbox.errors import not_built, unrecognized

HINTS = {"test_helpers": " (POST /_sandbox/clock moves its own clock)"}


class Router:
    def __init__(self, contract: Contract) -> None:
        self.routes = [
            (request, _pattern(request)) for request in sorted(contract.known, key=_literal_first)
        ]
        self.built = contract.requests

    def match(self, verb: str, path: str) -> tuple[str, tuple[str, ...]]:
        for request, pattern in self.routes:
            if found := pattern.fullmatch(f"{verb} {path}"):
                if request not in self.built:
                    hint = HINTS.get(path.split("/")[2], "")
                    raise not_built(f"{request}{hint}")
                return request, found.groups()
        raise unrecognized(verb, path)


def _literal_first(request: str) -> tuple[int, str]:
    return request.count("{"), request


@cache
def _pattern(request: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", request)
    return re.compile("([^/]+)".join(re.escape(part) for part in parts))

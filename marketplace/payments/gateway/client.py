"""The one client, and what can go wrong with it: Stripe's errors become four of ours."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import stripe
from flask import current_app
from stripe import RequestsClient, StripeClient

stripe.enable_telemetry = False
T = TypeVar("T")


class Problem(Exception):
    """What Stripe or the way to it said. `code` is Stripe's own, where there is one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Declined(Problem):
    """The card was declined; another may do."""


class Rejected(Problem):
    """Stripe refused the request as it is; the same request will be refused again."""


class Unknown(Problem):
    """No answer, or a broken one: it may have happened. Look, or ask again with the same key."""


class Unavailable(Problem):
    """Stripe did not take the request: too many, or signed wrongly. Nothing happened."""


def client() -> StripeClient:
    config = current_app.extensions["config"]
    return _client_with(config.stripe_secret_key, config.stripe_api_base)


@cache
def _client_with(key: str, base: str | None) -> StripeClient:
    bases: Any = {name: base for name in ("api", "connect", "files", "meter_events") if base}
    return StripeClient(
        key,
        base_addresses=bases,
        max_network_retries=2,
        http_client=RequestsClient(timeout=(3.05, 20)),
    )


def ask(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.CardError as error:
        raise Declined(error.user_message or str(error), error.code or "") from error
    except (stripe.RateLimitError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unavailable(str(error), error.code or "") from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise Rejected(error.user_message or str(error), error.code or "") from error
    except stripe.StripeError as error:
        raise Unknown(str(error), error.code or "") from error


def time_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""Stripe's error objects, with the words and codes Stripe itself uses."""

from typing import Any


class StripeError(Exception):
    def __init__(self, status: int, kind: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"type": kind, "message": message}
        self.body |= {name: value for name, value in extra.items() if value is not None}
        if code := self.body.get("code"):
            self.body["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        self.is_kept = False

    def about(self, **objects: Any) -> "StripeError":
        """Stripe shows what the refusal is about: the intent, the payment method."""
        self.body |= objects
        return self

    def kept(self) -> "StripeError":
        """A refusal that is itself a fact: what led to it stays on record."""
        self.is_kept = True
        return self


def refused(
    message: str, code: str | None = None, param: str | None = None, status: int = 400
) -> StripeError:
    return StripeError(status, "invalid_request_error", message, code=code, param=param)


# Where Stripe's words for what is missing differ from the name of its kind.
CALLED = {
    "balance_transaction": "balance transaction",
    "payment_method": "PaymentMethod",
    "setup_intent": "setupintent",
    "transfer_reversal": "transfer reversal",
    "webhook_endpoint": "webhook endpoint",
}


def missing(kind: str, name: str, param: str = "id", status: int = 404) -> StripeError:
    words = f"No such {CALLED.get(kind, kind)}: '{name}'"
    if "_live_" in name[:8]:
        words += (
            "; a similar object exists in live mode, but a test mode key was used to make "
            "this request."
        )
    return refused(words, "resource_missing", param, status)


def not_built(what: str) -> StripeError:
    """Stripe can do it, this sandbox can't: say so rather than pretend."""
    return StripeError(501, "api_error", f"The sandbox has not built {what}. Stripe itself has it.")


def unrecognized(verb: str, path: str) -> StripeError:
    return refused(f"Unrecognized request URL ({verb.upper()}: {path}).", status=404)


def card_error(
    message: str, code: str, decline_code: str | None = None, **extra: Any
) -> StripeError:
    return StripeError(402, "card_error", message, code=code, decline_code=decline_code, **extra)

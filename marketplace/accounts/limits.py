"""How often one may try, by name. Each is counted over all web processes."""

from flask import Response, request
from flask_limiter.util import get_remote_address
from flask_login import current_user

from marketplace.kit.limits import limiter


def _address() -> str:
    """Whatever was typed as an email address, however it was written."""
    return request.form.get("email", "").strip().lower()[:254]


def _person() -> str:
    return str(current_user.id) if current_user.is_authenticated else get_remote_address()


def _failed(response: Response) -> bool:
    return response.status_code == 422


# Who signs in rightly spends nothing: a shared office is not locked out by its own number.
sign_in_from_one_place = limiter.limit(
    "10 per 5 minutes", key_func=get_remote_address, methods=["POST"], deduct_when=_failed
)
sign_in_to_one_account = limiter.limit(
    "10 per 5 minutes", key_func=_address, methods=["POST"], deduct_when=_failed
)
# Wrong forms count as well, or somebody could ask about thousands of addresses.
sign_up_from_one_place = limiter.shared_limit(
    "20 per hour", scope="sign_up", key_func=get_remote_address, methods=["POST"]
)
reset_of_one_account = limiter.limit("5 per day", key_func=_address, methods=["POST"])
reset_from_one_place = limiter.limit("20 per hour", key_func=get_remote_address, methods=["POST"])
# A browser left open must not be a place to guess the password in peace.
password_of_one_account = limiter.limit(
    "10 per 5 minutes", key_func=_person, methods=["POST"], deduct_when=_failed
)

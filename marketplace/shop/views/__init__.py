"""The shop's pages, by noun."""

from typing import Any

from flask import current_app, request, url_for

from marketplace.config import Config
from marketplace.kit.routing import Blueprint, me
from marketplace.shop import rules
from models import Brand, Creator

bp = Blueprint("shop", __name__)


@bp.context_processor
def published() -> dict[str, Any]:
    """The shop's clocks and limits, for every page that names one."""
    return {"rules": rules}


def config() -> Config:
    found: Config = current_app.extensions["config"]
    return found


def my_brand() -> Brand:
    """The brand that is signed in; `allow=access.brand` has seen to it."""
    brand = me().brand
    assert brand is not None
    return brand


def my_creator() -> Creator:
    creator = me().creator
    assert creator is not None
    return creator


def page_url(number: int) -> str:
    """Another page of the list that is being looked at."""
    asked: dict[str, Any] = request.args.to_dict() | {"page": number}
    return url_for(str(request.endpoint), **asked)


# Each of these puts its routes on `bp`.
from . import orders, products, receipts, sales, shelves  # noqa: E402, F401

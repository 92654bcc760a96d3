"""What can be done in the shop, by noun: products, shelves, orders, returns."""

from sqlalchemy.orm import Session

from . import chargebacks, clocks
from .orders import (
    deliver,
    expire,
    expire_order,
    on_transfer_blocked,
    on_transfer_sent,
    pay,
    send,
    start_order,
)
from .products import add_product, edit, hide, import_products, keep_product_picture, show
from .returns import ask_return, cancel, on_refund_succeeded, receive, withdraw
from .shelves import add, describe, move, remove


def tick(db: Session) -> int:
    """Do everything whose time has come."""
    return clocks.tick(db)


__all__ = [
    "add",
    "add_product",
    "ask_return",
    "cancel",
    "chargebacks",
    "deliver",
    "describe",
    "edit",
    "expire",
    "expire_order",
    "hide",
    "import_products",
    "keep_product_picture",
    "move",
    "on_refund_succeeded",
    "on_transfer_blocked",
    "on_transfer_sent",
    "pay",
    "receive",
    "remove",
    "send",
    "show",
    "start_order",
    "tick",
    "withdraw",
]

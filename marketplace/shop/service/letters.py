"""Mails to shoppers: they have no account, so the link in the mail is their way back."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.kit import mail
from marketplace.kit.i18n import day, money
from models import Money, Order, Return


def paid(db: Session, order: Order) -> None:
    _write(
        db,
        order,
        _("Thank you for your order %(number)s", number=order.number),
        _(
            "You paid %(total)s. %(brand)s sends it by %(day)s, or you get all of it back.",
            total=money(order.total),
            brand=order.brand.name,
            day=day(_due(order)),
        ),
    )


def sent(db: Session, order: Order) -> None:
    text = _("%(brand)s has sent your order.", brand=order.brand.name)
    if order.tracking:
        text += "\n" + _("Tracking: %(tracking)s", tracking=order.tracking)
    _write(db, order, _("Your order %(number)s is on its way", number=order.number), text)


def delivered(db: Session, order: Order) -> None:
    _write(
        db,
        order,
        _("Your order %(number)s has arrived", number=order.number),
        _("You can return it until %(day)s. It costs you nothing.", day=day(_due(order))),
    )


def cancelled(db: Session, order: Order, reason: str) -> None:
    if reason == "unsent":
        text = _("%(brand)s did not send it in time.", brand=order.brand.name)
    else:
        text = _("You cancelled it before it was sent.")
    text += " " + _("All of it, %(total)s, is on its way back.", total=money(order.total))
    _write(db, order, _("Your order %(number)s is refunded", number=order.number), text)


def paid_too_late(db: Session, order: Order) -> None:
    """The payment came when the order had ended: nothing is sent, and all of it goes back."""
    _write(
        db,
        order,
        _("Your payment for order %(number)s goes back", number=order.number),
        _(
            "It came when the order had already ended. All of it, %(total)s, is on its way back."
            " Nothing will be sent; you may order again.",
            total=money(order.total),
        ),
    )


def return_asked(db: Session, made: Return) -> None:
    address = made.order.brand.returns_address
    text = _(
        "You get %(amount)s when %(brand)s says it has arrived. If they say nothing, you get it"
        " by itself on %(day)s.",
        amount=money(made.amount),
        brand=made.order.brand.name,
        day=day(made.due_at or made.created_at),
    )
    if address:
        text = _("Send it to:") + f"\n{address}\n\n{text}"
    subject = _("Your return from order %(number)s", number=made.order.number)
    _write(db, made.order, subject, text)


def return_withdrawn(db: Session, made: Return) -> None:
    """So that nobody else who has the code can take a return back unseen."""
    _write(
        db,
        made.order,
        _("Your return from order %(number)s is withdrawn", number=made.order.number),
        _("You keep what you bought. If this wasn’t you, ask for the return again."),
    )


def return_received(db: Session, made: Return) -> None:
    _write(
        db,
        made.order,
        _("Your refund from order %(number)s", number=made.order.number),
        _("%(amount)s is on its way back to your card.", amount=money(made.amount)),
    )


def given_back_late(db: Session, order: Order, amount: Money, why: str) -> None:
    """After the days to return it: who runs the place gives money back all the same."""
    _write(
        db,
        order,
        _("Your refund from order %(number)s", number=order.number),
        _("%(amount)s is on its way back to your card.", amount=money(amount)) + f"\n{why}",
    )


def given_back_by_brand(db: Session, order: Order, amount: Money, why: str) -> None:
    """After the days to return it: the brand gives of its own."""
    _write(
        db,
        order,
        _("Your refund from order %(number)s", number=order.number),
        _(
            "%(brand)s gives you %(amount)s back. It is on its way to your card.",
            brand=order.brand.name,
            amount=money(amount),
        )
        + f"\n{why}",
    )


def _due(order: Order) -> datetime:
    return order.due_at or order.created_at


def _write(db: Session, order: Order, subject: str, text: str) -> None:
    """Nobody is written to whose address we don't have."""
    if not order.email:
        return
    more = _("Your order, and how to return it:")
    code = _("Your order code, for nobody but you: %(code)s", code=order.code)
    ending = f"{more} {mail.link(f'/orders/{order.code}')}\n{code}"
    mail.send(db, order.email, subject, f"{text}\n\n{ending}\n")

"""The receipt of an order, for the shopper behind their code and for those who earn from it."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.routing import me
from marketplace.payments import receipts, words
from models import Order

from . import bp


@bp.get("/orders/<order:order>/receipt", allow=access.anyone)
def receipt(order: Order) -> ResponseReturnValue:
    """The shopper's: what was paid, what went back, and who earns from the rest."""
    reader = _reader(order, payer=_("you"), is_payer=True)
    back = (_("Your order"), url_for(".show_order", order=order))
    return _page(order, reader, back, last=None)


@bp.get("/sales/<sale:order>/receipt", allow=access.reader_of_receipt)
def sale_receipt(order: Order) -> ResponseReturnValue:
    """The brand's, the creator's, or an admin's."""
    reader = _reader(order, payer=_("the shopper"), person_id=me().id, is_admin=access.admin(me()))
    is_creator = me().id == order.creator.person_id
    back = (_("The sale"), url_for(".show_sale", order=order))
    if is_creator:
        back = (_("Money"), "/money")
    last = order.creator.person_id if is_creator else order.brand.person_id
    return _page(order, reader, back, last=last)


def _reader(order: Order, **who: Any) -> words.Reader:
    people = {
        order.brand.person_id: order.brand.name,
        order.creator.person_id: order.creator.name,
    }
    return words.Reader(names=people, **who)


def _page(
    order: Order, reader: words.Reader, back: tuple[str, str], *, last: UUID | None
) -> ResponseReturnValue:
    found = receipts.receipt(db(), ("order", order.id), order.currency)
    name, seller = _("Order %(number)s", number=order.number), order.brand.name
    return render_template(
        "payments/receipt.html",
        of=name,
        between=_("%(brand)s, %(name)s’s shelf", brand=seller, name=order.creator.name),
        back=back,
        sheet=words.sheet(found, reader, last=last),
        bought=order.lines,
    )

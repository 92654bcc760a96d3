"""Giving money back after it was paid out: who bears what is shown before it is done."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin.schemas import give_back_in
from marketplace.deals.service import chargebacks as of_deals
from marketplace.deals.service import late as late_deals
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from marketplace.payments.service.banks import Burden
from marketplace.shop.service import chargebacks as of_orders
from marketplace.shop.service import late as late_orders
from models import Deal, Money, Order, Refund

from .door import bp


class _Paid(NamedTuple):
    """A deal or an order, as this page needs it."""

    title: str
    payer: str
    most: Money
    burden: Callable[[Money], Burden]
    refund: Callable[..., Refund]
    page: str


@bp.form("/admin/money/back/<any(deal, order):kind>/<uuid:thing>", allow=access.admin)
def give_back(kind: str, thing: UUID) -> ResponseReturnValue:
    """Once to see who bears what, and once more, with `sure`, to do it."""
    paid = _deal(thing) if kind == "deal" else _order(thing)
    form = Form(give_back_in(paid.most))
    borne = None
    if paid.most and form.accepted():
        if "sure" in request.form:
            paid.refund(**form.data, by=me())
            done = _("It is on its way back, and both sides read why.")
            return go(".about", kind=kind, thing=thing, saying=done)
        borne = paid.burden(form.data["amount"])
    return render_template("admin/back.html", form=form, paid=paid, borne=borne), form.status


def _find(model: Any, thing: UUID) -> Any:
    return db().get(model, thing) or abort(404)


def _deal(id: UUID) -> _Paid:
    deal: Deal = _find(Deal, id)
    return _Paid(
        title=deal.title,
        payer=deal.brand.name,
        most=late_deals.most(db(), deal),
        burden=lambda amount: of_deals.burden(db(), deal, amount),
        refund=lambda amount, **why: late_deals.refund(db(), deal, amount, **why),
        page=url_for("deals.show", deal=deal),
    )


def _order(id: UUID) -> _Paid:
    order: Order = _find(Order, id)
    return _Paid(
        title=_("Order %(number)s", number=order.number),
        payer=_("the shopper"),
        most=late_orders.most(order),
        burden=lambda amount: of_orders.burden(order, amount),
        refund=lambda amount, **why: late_orders.refund(db(), order, amount, **why),
        page=url_for("shop.show_sale", order=order),
    )

"""Orders as their brand has them: what to send, and where each stands."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import FEW, go, paged
from marketplace.kit.routing import me
from marketplace.shop import service, words
from marketplace.shop.queries import orders as queries
from marketplace.shop.schemas import SendIn, give_back_in
from marketplace.shop.service import late
from marketplace.shop.words.order import given_back_late, purse_of_sale, sums_of_sale, title_of_sale
from models import Order, Refused, Return

from . import bp, my_brand, page_url


@bp.get("/orders", allow=access.brand)
def orders() -> ResponseReturnValue:
    brand = my_brand()
    return render_template(
        "shop/orders.html",
        page=paged(db(), queries.of_brand(for_=brand), size=FEW),
        page_url=page_url,
        to_send=queries.to_send(db(), for_=brand),
        returns=queries.open_returns(db(), for_=brand),
        states=words.ORDER,
        reasons=words.REASONS,
        sums=sums_of_sale,
    )


@bp.get("/sales/<sale:order>", allow=access.reader_of_sale)
def show_sale(order: Order) -> ResponseReturnValue:
    return render_template(
        "shop/sale.html",
        order=queries.whole(db(), order),
        is_seller=access.seller_of_order(me(), order),
        title=title_of_sale(order),
        return_states=words.RETURN,
        reasons=words.REASONS,
        sums=sums_of_sale,
        purse=purse_of_sale(order),
        given_back=given_back_late(queries.late_refunds(db(), order), order),
        may_give_back=bool(late.most_alone(order)) and not order.frozen_at,
    )


@bp.form("/sales/<sale:order>/back", allow=access.seller_of_order)
def give_back(order: Order) -> ResponseReturnValue:
    """Once to see what happens, and once more, with `sure`, to do it."""
    most = late.most_alone(order)
    form = Form(give_back_in(most))
    borne = None
    if most and not order.frozen_at and form.accepted():
        if "sure" in request.form:
            seen = request.form["sure"]
            late.refund_alone(db(), order, **form.data, by=me(), seen=seen)
            done = _("It is on its way back, and the shopper reads why.")
            return go(".show_sale", order=order, saying=done)
        borne = late.burden_alone(order, form.data["amount"])
    page = render_template("shop/back.html", order=order, form=form, most=most, borne=borne)
    return page, form.status


@bp.post("/sales/<sale:order>/send", allow=access.seller_of_order)
def send_order(order: Order) -> ResponseReturnValue:
    form = Form(SendIn())
    if not form.accepted():
        raise Refused(_("The tracking must be 200 characters or fewer."))
    service.send(db(), order, tracking=form.data["tracking"], by=me())
    return go(".orders", saying=_("Order %(number)s is on its way", number=order.number))


@bp.post("/sales/<sale:order>/deliver", allow=access.seller_of_order)
def deliver_order(order: Order) -> ResponseReturnValue:
    service.deliver(db(), order, by=me())
    return go(".orders", saying=_("Order %(number)s is delivered", number=order.number))


@bp.post("/returns/<return:made>/receive", allow=access.seller_of_return)
def receive_return(made: Return) -> ResponseReturnValue:
    service.receive(db(), made, by=me())
    return go(".orders", saying=_("The shopper gets the money back"))

"""An order as its shopper has it: a page behind a code that nobody else is told."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.clock import in_days
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.limits import limiter
from marketplace.kit.pages import go
from marketplace.shop import rules, service, words
from marketplace.shop.queries import orders as queries
from marketplace.shop.rules.shares import kept
from marketplace.shop.schemas import FindIn, return_in
from marketplace.shop.words.order import page_of
from models import Order, OrderLine, OrderStatus, Refused, Return

from . import bp


@bp.form("/orders/find", allow=access.anyone)
@limiter.limit("20 per hour", methods=["POST"])
def find_order() -> ResponseReturnValue:
    form = Form(FindIn())
    if form.accepted():
        order = queries.find(db(), **form.data)
        if order is not None:
            return go(".show_order", order=order)
        form.refuse("code", _("There is no order with this code and email address. Check both"))
    return render_template("shop/find.html", form=form), form.status


@bp.get("/orders/<order:order>", allow=access.anyone)
def show_order(order: Order) -> ResponseReturnValue:
    order = queries.whole(db(), order)
    thanks = "thanks" in request.args
    return render_template(
        "shop/order.html",
        order=order,
        page=page_of(order, thanks=thanks),
        checkout=queries.checkout(db(), order),
        kept=kept(order),
        thanks=thanks,
        can_return=_can_return(order),
        return_states=words.RETURN,
        reasons=words.REASONS,
    )


def _can_return(order: Order) -> bool:
    left = any(line.quantity > line.returned for line in order.lines)
    return left and order.status in (OrderStatus.SENT, OrderStatus.DELIVERED)


@bp.form("/orders/<order:order>/return", allow=access.anyone)
def return_order(order: Order) -> ResponseReturnValue:
    order = queries.whole(db(), order)
    if not _can_return(order):
        raise Refused(_("The days to return this order are over, or all of it is returned."))
    form = Form(return_in(order), **_all_of(order))
    if form.accepted():
        try:
            service.ask_return(db(), order, **form.data)
        except Refused as refusal:
            form.refuse(f"quantity.{order.lines[0].id}", refusal.why)
        else:
            return go(".show_order", order=order, saying=_("Your return is noted"))
    reasons = [(key, words.REASONS[key]) for key in words.OFFERED_REASONS]
    until = in_days(rules.CONFIRM_DAYS)
    page = render_template(
        "shop/return.html", form=form, order=order, reasons=reasons, counts=_counts, until=until
    )
    return page, form.status


def _all_of(order: Order) -> dict[str, str]:
    return {f"quantity.{line.id}": str(line.quantity - line.returned) for line in order.lines}


def _counts(line: OrderLine) -> list[tuple[str, str]]:
    return [(str(count), str(count)) for count in range(line.quantity - line.returned + 1)]


@bp.post("/orders/<order:order>/cancel", allow=access.anyone)
def cancel_order(order: Order) -> ResponseReturnValue:
    service.cancel(db(), order)
    return go(".show_order", order=order, saying=_("Cancelled. The money is on its way back"))


@bp.post("/orders/<order:order>/returns/<return:made>/withdraw", allow=access.anyone)
def withdraw_return(order: Order, made: Return) -> ResponseReturnValue:
    if made.order_id != order.id:
        abort(404)
    service.withdraw(db(), made)
    return go(".show_order", order=order, saying=_("You keep it. The return is withdrawn"))

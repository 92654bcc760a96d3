"""Orders: the shopper's page behind its code, and the brand's list of what to send."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.i18n import money
from marketplace.kit.limits import limiter
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import me
from marketplace.shop import service, words
from marketplace.shop.queries import orders as queries
from marketplace.shop.rules.shares import kept
from marketplace.shop.schemas import FindIn, SendIn, return_in
from marketplace.shop.words.order import page_of
from models import Money, Order, OrderLine, OrderStatus, Refused, Return

from . import bp, my_brand, page_url


@bp.get("/orders", allow=access.brand)
def orders() -> ResponseReturnValue:
    brand = my_brand()
    return render_template(
        "shop/orders.html",
        page=paged(db(), queries.of_brand(for_=brand)),
        page_url=page_url,
        to_send=queries.to_send(db(), for_=brand),
        returns=queries.open_returns(db(), for_=brand),
        states=words.ORDER,
        reasons=words.REASONS,
        sums=_sums,
    )


def _minus(amount: Money) -> str:
    return money(Money(-amount.minor, amount.currency))


def _sums(order: Order) -> list[tuple[str, str]]:
    """How the brand's share comes about; the rows add up to the last."""
    left = kept(order)
    rows = [(_("The shopper paid"), money(order.total))]
    if order.refunded:
        rows.append((_("Given back"), _minus(order.refunded)))
    rows.append((_("%(name)s’s commission", name=order.creator.name), _minus(left.creator)))
    rows.append((_("Our fee"), _minus(left.platform)))
    rows.append((_("Your share"), money(left.brand)))
    return rows


@bp.post("/orders/<order:order>/send", allow=access.seller_of_order)
def send_order(order: Order) -> ResponseReturnValue:
    form = Form(SendIn())
    if not form.accepted():
        raise Refused(_("The tracking must be 200 characters or fewer."))
    service.send(db(), order, tracking=form.data["tracking"], by=me())
    return go(".orders", saying=_("Order %(code)s is on its way", code=order.code))


@bp.post("/orders/<order:order>/deliver", allow=access.seller_of_order)
def deliver_order(order: Order) -> ResponseReturnValue:
    service.deliver(db(), order, by=me())
    return go(".orders", saying=_("Order %(code)s is delivered", code=order.code))


@bp.post("/returns/<return:made>/receive", allow=access.seller_of_return)
def receive_return(made: Return) -> ResponseReturnValue:
    service.receive(db(), made, by=me())
    return go(".orders", saying=_("The shopper gets the money back"))


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
    page = render_template(
        "shop/return.html", form=form, order=order, reasons=reasons, counts=_counts
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

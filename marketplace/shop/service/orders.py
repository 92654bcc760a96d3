"""An order from the first click until everyone has their share."""

import uuid
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days, in_hours, now
from marketplace.notices.service import tell
from marketplace.payments import postings
from marketplace.payments import service as payments
from marketplace.shop.rules import DELIVERY_DAYS, PAYMENT_HOURS, RETURN_DAYS, SEND_DAYS
from marketplace.shop.rules.shares import divide, kept, of_order
from models import (
    Checkout,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Person,
    Refused,
    Return,
    ReturnStatus,
    ShelfItem,
    Transfer,
    Variant,
    step,
)
from models.currency import least_charge

from . import letters


def start_order(
    db: Session, item: ShelfItem, variant: Variant, quantity: int, *, fee_bps: int
) -> Checkout:
    """Take it from the stock, write the order, and open its payment page."""
    if not (variant.product.brand.person.is_active and item.creator.person.is_active):
        raise Refused(_("This is not sold any more. Choose another product."))
    _take_from_stock(db, variant, quantity)
    # The price as it is now that the row is ours.
    amount = variant.price.times(quantity)
    if amount.minor < least_charge(amount.currency):
        raise Refused(_("The sum is too small to be paid by card. Choose a larger quantity."))
    order = _write(item, variant, quantity, amount, fee_bps)
    db.add(order)
    order.tell("order", by=None)
    return payments.start_checkout(
        db,
        purpose="order",
        subject_id=order.id,
        amount=amount,
        description=", ".join(filter(None, (item.product.title, variant.title))),
        success_path=f"/orders/{order.code}?thanks=1",
        cancel_path=f"/shelves/{item.creator.slug}/{item.product_id}",
        wants_address=True,
        ends_at=order.due_at,
    )


def _write(item: ShelfItem, variant: Variant, quantity: int, amount: Money, fee_bps: int) -> Order:
    product = variant.product
    shares = divide([(amount, item.rate_bps)], fee_bps)
    order = Order(
        brand=product.brand,
        creator=item.creator,
        currency=amount.currency,
        total_minor=amount.minor,
        brand_minor=shares.brand.minor,
        creator_minor=shares.creator.minor,
        platform_minor=shares.platform.minor,
        due_at=in_hours(PAYMENT_HOURS),
    )
    order.lines = [
        OrderLine(
            variant=variant,
            title=product.title,
            variant_title=variant.title,
            quantity=quantity,
            currency=amount.currency,
            price_minor=variant.price_minor,
            commission_bps=item.rate_bps,
        )
    ]
    return order


def _take_from_stock(db: Session, variant: Variant, quantity: int) -> None:
    """Of two who want the last one, the row's lock lets one through."""
    taken = db.execute(
        update(Variant)
        .where(
            Variant.id == variant.id,
            Variant.is_active,
            or_(Variant.stock.is_(None), Variant.stock >= quantity),
        )
        .values(stock=Variant.stock - quantity)
        .execution_options(synchronize_session=False)
        .returning(Variant.id)
    ).all()
    db.refresh(variant)
    if taken:
        return
    if variant.stock and variant.is_active:
        raise Refused(_("Only %(left)s left. Choose a smaller quantity.", left=variant.stock))
    raise Refused(_("This has just been sold out. Choose another size or kind."))


def put_back(db: Session, order: Order) -> None:
    """What was never sent can be sold again."""
    for line in sorted(order.lines, key=lambda line: line.variant_id):
        db.execute(
            update(Variant)
            .where(Variant.id == line.variant_id)
            .values(stock=Variant.stock + (line.quantity - line.returned))
            .execution_options(synchronize_session=False)
        )


def pay(db: Session, checkout: Checkout) -> None:
    """The money came in: share it out, all of it held, and tell everyone.

    If the order has ended meanwhile, what it kept may be sold: the money goes straight back.
    """
    order = db.get_one(Order, checkout.subject_id)
    order.lock()
    if order.status == OrderStatus.EXPIRED:
        _give_back_stray(db, order, checkout)
        return
    before = order.status
    order.status = OrderStatus(step(order.FLOW, "pay", before))
    # The database wants a time beside this state, so both are written at once.
    order.paid_at, order.due_at = now(), in_days(SEND_DAYS)
    customer = checkout.customer
    order.email = _email(checkout)
    order.shipping = {"name": customer.get("name") or "", **(customer.get("address") or {})}
    order.tell("pay", by=None, before=before)
    shares = of_order(order)
    postings.accrued(db, order.id, shares.by_person(order), platform=shares.platform)
    tell_about(db, order.brand.person, "order_to_send", order)
    tell_about(db, order.creator.person, "sale_made", order)
    letters.paid(db, order)


def _email(checkout: Checkout) -> str:
    return str(checkout.customer.get("email") or "").strip().lower()


def _give_back_stray(db: Session, order: Order, checkout: Checkout) -> None:
    """A payment that came after its order had ended."""
    order.email = _email(checkout)
    order.tell("stray_payment", by=None)
    postings.given_back(db, order.id, checkout_id=checkout.id, amount=checkout.amount)
    payments.give_back(
        db, purpose="order", subject_id=order.id, amount=checkout.amount, checkout=checkout
    )
    letters.paid_too_late(db, order)


def expire(db: Session, checkout: Checkout) -> None:
    """The payment page closed unpaid: what was kept back can be sold again."""
    expire_order(db, db.get_one(Order, checkout.subject_id))


def expire_order(db: Session, order: Order) -> None:
    order.move("expire", by=None)
    order.due_at = None
    put_back(db, order)


def send(db: Session, order: Order, *, tracking: str, by: Person) -> None:
    """The brand has handed it to the carrier."""
    order.move("send", by=by, tracking=tracking)
    order.tracking, order.sent_at, order.due_at = tracking, now(), in_days(DELIVERY_DAYS)
    letters.sent(db, order)


def deliver(db: Session, order: Order, *, by: Person | None) -> None:
    """It arrived, or a week has passed since it was sent: the days to return it begin."""
    order.move("deliver", by=by)
    order.delivered_at, order.due_at = now(), in_days(RETURN_DAYS)
    letters.delivered(db, order)


def _open_return_of(order: Order) -> Select[uuid.UUID]:
    asked = Return.status == ReturnStatus.ASKED
    return select(Return.id).where(Return.order_id == order.id, asked).limit(1)


def mature(db: Session, order: Order) -> None:
    """The days to return it are over: the shares are owed, and leave for their owners.

    A return that was asked for while the clock was looking keeps them held.
    """
    order.lock()
    payments.still_free(order)
    if db.scalar(_open_return_of(order)):
        return
    order.move("mature", by=None)
    order.matured_at, order.due_at = now(), None
    left = kept(order)
    postings.matured(db, order.id, left.by_person(order), platform=left.platform)
    checkout = payments.paid_checkout(db, "order", order.id)
    for person, amount in (
        (order.brand.person, left.brand),
        (order.creator.person, left.creator),
    ):
        if not amount:
            continue
        payments.send(
            db,
            purpose="order",
            subject_id=order.id,
            payee_id=person.id,
            amount=amount,
            checkout=checkout,
        )
        share = amount.plain()
        tell(db, person, "share_ready", path="/money", title=order.lines[0].title, amount=share)
    _settle_if_sent(db, order)


def on_transfer_sent(db: Session, transfer: Transfer) -> None:
    """One of the shares has left; the last of them settles the order."""
    order = db.get_one(Order, transfer.subject_id)
    order.lock()
    _settle_if_sent(db, order)


def on_transfer_blocked(db: Session, transfer: Transfer) -> None:
    """A share waits until its owner has said where to send it."""
    order = db.get_one(Order, transfer.subject_id)
    share = {"minor": transfer.amount_minor, "currency": transfer.currency}
    tell(
        db,
        transfer.payee,
        "money_waits_for_account",
        path="/payouts",
        title=order.lines[0].title,
        amount=share,
    )


def _settle_if_sent(db: Session, order: Order) -> None:
    db.flush()
    waiting = db.scalar(
        select(Transfer.id)
        .where(
            Transfer.purpose == "order",
            Transfer.subject_id == order.id,
            Transfer.status.not_in(Transfer.ENDS),
        )
        .limit(1)
    )
    if waiting is None and order.may("settle"):
        order.move("settle", by=None)


def tell_about(
    db: Session, person: Person, kind: str, order: Order, *, until: datetime | None = None
) -> None:
    """A notice to the brand or the creator, each to their own page."""
    is_brand = person.id == order.brand.person_id
    share = order.brand_share if is_brand else order.creator_share
    until = until or order.due_at
    tell(
        db,
        person,
        kind,
        path=f"/sales/{order.id}" if is_brand else "/shelf",
        who=order.creator.name if is_brand else order.brand.name,
        title=order.lines[0].title,
        amount=share.plain(),
        until=until.isoformat() if until else "",
    )

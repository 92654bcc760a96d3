"""What has to come back to us, and refunds that a person must see to."""

from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin.queries import owed as queries
from marketplace.admin.schemas import ReasonIn, write_off_in
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from marketplace.payments import service as payments
from models import Money, Person, Refund, Refused

from .door import bp, config


@bp.get("/admin/money/owed", allow=access.admin)
def owed() -> ResponseReturnValue:
    return render_template(
        "admin/owed.html",
        debts=queries.debts(db(), config().currency),
        refunds=queries.failed_refunds(db()),
        at_banks=queries.at_banks(db()),
    )


@bp.get("/admin/money/owed/<person:someone>", allow=access.admin)
def debt(someone: Person) -> ResponseReturnValue:
    return _debt(someone, Form(write_off_in(_owed_by(someone))))


@bp.post("/admin/money/owed/<person:someone>", allow=access.admin)
def write_off(someone: Person) -> ResponseReturnValue:
    if not _owed_by(someone):
        raise Refused("not_now")  # paid back, or given up, since the page was opened
    form = Form(write_off_in(_owed_by(someone)))
    if not form.accepted():
        return _debt(someone, form)
    amount, why = form.data["amount"], form.data["why"]
    payments.write_off(db(), someone, amount, why=why, by=me())
    return go(".owed", saying=_("It is written off, and stands in the log with your reason."))


def _owed_by(someone: Person) -> Money:
    return payments.owed(db(), someone.id, config().currency)


def _debt(someone: Person, form: Form) -> ResponseReturnValue:
    page = render_template("admin/debt.html", them=someone, amount=_owed_by(someone), form=form)
    return page, form.status


@bp.get("/admin/money/refunds/<uuid:number>", allow=access.admin)
def refund(number: UUID) -> ResponseReturnValue:
    return _refund(_find(number), Form(ReasonIn()))


@bp.post("/admin/money/refunds/<uuid:number>/again", allow=access.admin)
def refund_again(number: UUID) -> ResponseReturnValue:
    payments.refund_again(db(), _find(number), by=me())
    return go(".owed", saying=_("Stripe is asked for it once more."))


@bp.post("/admin/money/refunds/<uuid:number>/by-hand", allow=access.admin)
def refund_by_hand(number: UUID) -> ResponseReturnValue:
    form = Form(ReasonIn())
    if not form.accepted():
        return _refund(_find(number), form)
    payments.pay_by_hand(db(), _find(number), why=form.data["why"], by=me())
    return go(".owed", saying=_("It is booked as paid from our bank."))


def _find(number: UUID) -> Refund:
    found = db().get(Refund, number)
    if found is None:
        abort(404)
    return found


def _refund(row: Refund, form: Form) -> ResponseReturnValue:
    return render_template("admin/refund.html", refund=row, form=form), form.status

"""What needs an admin, and lists of everything: disputes, people, deals, orders, the log."""

from types import SimpleNamespace

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin import service, words
from marketplace.admin.queries import place as queries
from marketplace.admin.schemas import ReasonIn
from marketplace.deals import words as deal_words
from marketplace.disputes import service as dispute_service
from marketplace.disputes import words as dispute_words
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import me
from marketplace.payments import ledger
from marketplace.shop import words as shop_words
from models import CheckKind, DealStatus, OrderStatus, Person

from .door import asked, bp, config


@bp.get("/admin", allow=access.admin)
def index() -> ResponseReturnValue:
    currency = config().currency
    return render_template(
        "admin/index.html",
        disputes=queries.waiting_disputes(db()),
        counts=queries.counts(db()),
        check=queries.last_check(db(), CheckKind.VERIFY),
        held=ledger.total_of(db(), ledger.ESCROW, currency),
        may_rule=dispute_service.may_rule,
        words=dispute_words,
    )


@bp.get("/admin/disputes", allow=access.admin)
def disputes() -> ResponseReturnValue:
    return render_template(
        "admin/disputes.html",
        waiting=queries.waiting_disputes(db()),
        ruled=paged(db(), queries.ruled_disputes()),
        may_rule=dispute_service.may_rule,
        words=dispute_words,
    )


@bp.get("/admin/people", allow=access.admin)
def people() -> ResponseReturnValue:
    search, kind = asked("search"), asked("kind")
    page = paged(db(), queries.people(search, kind))
    form = _filters(search=search, kind=kind)
    return render_template("admin/people.html", page=page, form=form, words=words)


@bp.get("/admin/people/<person:someone>", allow=access.admin)
def person(someone: Person) -> ResponseReturnValue:
    return _person(someone, Form(ReasonIn()))


@bp.post("/admin/people/<person:someone>/suspend", allow=access.admin)
def suspend(someone: Person) -> ResponseReturnValue:
    form = Form(ReasonIn())
    if not form.accepted():
        return _person(someone, form)
    service.suspend(db(), someone, **form.data, by=me())
    return go(".person", someone=someone, saying=_("The account is closed, and signed out."))


@bp.post("/admin/people/<person:someone>/unsuspend", allow=access.admin)
def unsuspend(someone: Person) -> ResponseReturnValue:
    form = Form(ReasonIn())
    if not form.accepted():
        return _person(someone, form)
    service.unsuspend(db(), someone, **form.data, by=me())
    return go(".person", someone=someone, saying=_("The account is open again."))


def _person(someone: Person, form: Form) -> ResponseReturnValue:
    log = paged(db(), queries.log("people", someone.id))
    page = render_template(
        "admin/person.html",
        # `person` is whoever looks, in every template.
        them=someone,
        form=form,
        standing=queries.standing(db(), someone),
        log=log.rows,
        names=queries.names(db(), [event.actor_id for event in log.rows]),
        words=words,
        is_me=someone.id == me().id,
    )
    return page, form.status


@bp.get("/admin/deals", allow=access.admin)
def deals() -> ResponseReturnValue:
    search, status = asked("search"), asked("status")
    page = paged(db(), queries.deals(search, status))
    form = _filters(search=search, status=status)
    return render_template(
        "admin/deals.html", page=page, form=form, words=deal_words, statuses=list(DealStatus)
    )


@bp.get("/admin/orders", allow=access.admin)
def orders() -> ResponseReturnValue:
    search, status = asked("search"), asked("status")
    page = paged(db(), queries.orders(search, status))
    form = _filters(search=search, status=status)
    return render_template(
        "admin/orders.html", page=page, form=form, words=shop_words, statuses=list(OrderStatus)
    )


@bp.get("/admin/log", allow=access.admin)
def log() -> ResponseReturnValue:
    kind = asked("kind")
    page = paged(db(), queries.log(kind if kind in words.THINGS else ""))
    names = queries.names(db(), [event.actor_id for event in page.rows])
    form = _filters(kind=kind)
    return render_template("admin/log.html", page=page, names=names, form=form, words=words)


def _filters(**values: str) -> SimpleNamespace:
    """What a list is filtered by, as the form components read it."""
    return SimpleNamespace(values=values, errors={})

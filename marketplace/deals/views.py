"""The pages of a deal: the offer, the work, the money, and the words in between."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import Blueprint, me
from marketplace.matches import queries as matches
from marketplace.payments import receipts
from marketplace.payments import service as payments
from marketplace.payments import words as money_words
from models import Application, Campaign, Creator, Deal, Refused
from models.currency import least_charge

from . import queries, rules, service, words
from .schemas import ChangeIn, DeliveryIn, MessageIn, ReasonIn, offer_in
from .words import milestones, purse, todo

bp = Blueprint("deals", __name__)


@bp.get("/deals", allow=access.earner)
def index() -> ResponseReturnValue:
    deals = queries.open_deals(db(), for_=me())
    disputes = queries.disputes_of(db(), deals)
    steps = {deal.id: words.next_step(deal, me(), disputes.get(deal.id)) for deal in deals}
    return render_template(
        "deals/index.html",
        deals=deals,
        steps=steps,
        mine_ids=[deal.id for deal in deals if steps[deal.id].is_mine],
        todos=todo.in_order(todo.todos(deals, me(), disputes)),
        ended=paged(db(), queries.ended_deals(me())),
        words=words,
        person_=me(),
        page_url=lambda number: url_for(".index", page=number),
    )


def _show(deal: Deal, **forms: Any) -> str:
    deal = queries.whole(db(), deal)
    dispute = queries.dispute_of(db(), deal)
    ruled = dispute.to_creator if dispute else None
    split = purse.parts(deal, ruled) if ruled is not None else None
    story = queries.story(db(), deal)
    return render_template(
        "deals/show.html",
        deal=deal,
        step=words.next_step(deal, me(), dispute),
        words=words,
        is_brand=words.is_brand(deal, me()),
        may_cancel=service.may_cancel(deal, me()),
        checkout=payments.live_checkout(db(), "deal", deal.id),
        dispute=dispute,
        money_stops=purse.stops(deal, split),
        sums=purse.sums(deal, split) + purse.given_back_late(story, deal),
        happened=purse.happened(story, deal),
        said=purse.said(deal, me()),
        offers=deal.offers,
        terms=deal.terms or deal.offer.terms,
        steps=milestones.steps(deal, queries.gone_back(db(), deal)),
        message_form=forms.get("message", Form(MessageIn())),
    )


@bp.get("/deals/<deal:deal>", allow=access.party_or_admin)
def show(deal: Deal) -> ResponseReturnValue:
    checkout = payments.live_checkout(db(), "deal", deal.id)
    if "paid" in request.args and checkout is not None and deal.may("fund"):
        # Coming back from Stripe proves nothing: have the worker look.
        payments.refresh_checkout(db(), checkout)
        return _show(deal), 200, {"Refresh": f"2; url={url_for('.show', deal=deal, paid=1)}"}
    return _show(deal)


@bp.get("/deals/<deal:deal>/receipt", allow=access.party_or_admin)
def receipt(deal: Deal) -> ResponseReturnValue:
    """What was paid, every fee, what was received, and each journal that made it so."""
    found = receipts.receipt(db(), ("deal", deal.id), deal.currency)
    reader = money_words.Reader(
        names={deal.creator.person_id: deal.creator.name, deal.brand.person_id: deal.brand.name},
        payer=deal.brand.name,
        person_id=me().id,
        is_payer=words.is_brand(deal, me()),
        is_admin=access.admin(me()),
        causes={f"milestone:{one.id}:shared": one.title for one in deal.milestones},
    )
    return render_template(
        "payments/receipt.html",
        of=deal.title,
        between=_("%(brand)s with %(creator)s", brand=deal.brand.name, creator=deal.creator.name),
        back=(_("The deal"), url_for(".show", deal=deal)),
        sheet=money_words.sheet(found, reader, last=deal.creator.person_id),
        bought=[],
    )


def _offer_form(pieces: Sequence[service.Piece] = (), **initial: Any) -> Form:
    currency = current_app.extensions["config"].currency
    for number, piece in enumerate(pieces, 1):
        initial |= {
            f"title_{number}": piece.title,
            f"amount_{number}": str(piece.amount.decimal),
            f"day_{number}": piece.deliver_by.isoformat(),
        }
    return Form(offer_in(currency, least_charge(currency)), **initial)


def _sends(form: Form) -> bool:
    """Whether the offer is to go out; who only wants another row gets it, and nothing is lost."""
    accepted = form.accepted()
    if request.form.get("do") != "add":
        return accepted
    form.errors = {}
    return False


def _rows(form: Form) -> int:
    """How many milestones the form shows: those with something in them, and what was asked for."""
    asked = request.form.get("rows", "0")
    shown = int(asked) if asked.isdecimal() and len(asked) == 1 else 0
    if request.form.get("do") == "add":
        shown = max(shown + 1, rules.FEWEST_MILESTONES)
    typed = [int(name[-1]) for name, value in form.values.items() if value and name in _ROWS]
    wrong = [int(name[-1]) for name in form.errors if name in _ROWS]
    return min(max(shown, *typed, *wrong, 0, 0), rules.MOST_MILESTONES)


_ROWS = frozenset(
    f"{kind}_{number}"
    for kind in ("title", "amount", "day")
    for number in range(1, rules.MOST_MILESTONES + 1)
)


@bp.form("/campaigns/<campaign:campaign>/offer/<creator:creator>", allow=access.owner_of_campaign)
def offer_to(campaign: Campaign, creator: Creator) -> ResponseReturnValue:
    """Offer work to a creator, straight from the matches."""
    under_way = queries.deal_between(db(), campaign.id, creator.id)
    if under_way is not None:
        return go(".show", deal=under_way)
    return _offer(campaign, creator, None)


@bp.form("/applications/<application:application>/offer", allow=access.chooser_of_application)
def offer(application: Application) -> ResponseReturnValue:
    """Answer an application with an offer."""
    return _offer(application.campaign, application.creator, application)


def _offer(
    campaign: Campaign, creator: Creator, application: Application | None
) -> ResponseReturnValue:
    fit = matches.one(db(), campaign, creator)
    usual = fit.price if fit else None
    most = campaign.price_max
    within = usual if usual and most and usual <= most else campaign.price_min
    asked = application.price if application else within
    form = _offer_form(
        price=str(asked.decimal) if asked else "",
        deliver_by=campaign.deliver_by.isoformat() if campaign.deliver_by else "",
    )
    if _sends(form):
        deal = service.offer(
            db(),
            campaign,
            creator,
            **form.data,
            fee_bps=current_app.extensions["config"].deal_fee_bps,
            by=me(),
            application=application,
        )
        return go(
            ".show", deal=deal, saying=_("Your offer is on its way to %(who)s.", who=creator.name)
        )
    return (
        render_template(
            "deals/offer.html",
            form=form,
            stripe_fee_by=current_app.extensions["config"].stripe_fee_borne_by,
            campaign=campaign,
            creator=creator,
            application=application,
            usual=usual,
            rows=_rows(form),
            most_rows=rules.MOST_MILESTONES,
        ),
        form.status,
    )


def _only_if(deal: Deal, verb: str) -> None:
    """No form for what its state would refuse: what is typed into it would be lost."""
    if not deal.may(verb):
        raise Refused("not_now")


@bp.form("/deals/<deal:deal>/counter", allow=access.party_to)
def counter(deal: Deal) -> ResponseReturnValue:
    _only_if(deal, "counter")
    form = _offer_form(
        service.pieces.of_terms(deal.offer.terms),
        price=str(deal.price.decimal),
        deliver_by=deal.deliver_by.isoformat(),
    )
    if _sends(form):
        service.counter(db(), deal, **form.data, by=me())
        return go(".show", deal=deal, saying=_("Your counter-offer is on its way."))
    page = render_template(
        "deals/counter.html",
        form=form,
        deal=deal,
        rows=_rows(form),
        most_rows=rules.MOST_MILESTONES,
    )
    return page, form.status


@bp.post("/deals/<deal:deal>/accept", allow=access.party_to)
def accept(deal: Deal) -> ResponseReturnValue:
    # The offer the page showed; another may have come since.
    service.accept(db(), deal, read=request.form.get("offer"), by=me())
    return go(".show", deal=deal, saying=_("You agreed. The terms are frozen."))


@bp.post("/deals/<deal:deal>/decline", allow=access.party_to)
def decline(deal: Deal) -> ResponseReturnValue:
    service.decline(db(), deal, by=me())
    return go(".show", deal=deal, saying=_("You declined."))


@bp.post("/deals/<deal:deal>/withdraw", allow=access.party_to)
def withdraw(deal: Deal) -> ResponseReturnValue:
    service.withdraw(db(), deal, by=me())
    return go(".show", deal=deal, saying=_("You took your offer back."))


@bp.post("/deals/<deal:deal>/fund", allow=access.brand_of_deal)
def fund(deal: Deal) -> ResponseReturnValue:
    checkout = service.start_funding(db(), deal, by=me())
    return redirect(url_for("payments.pay", checkout=checkout), 303)


@bp.form("/deals/<deal:deal>/cancel", allow=access.party_to)
def cancel(deal: Deal) -> ResponseReturnValue:
    form = Form(ReasonIn())
    if form.accepted():
        service.cancel(db(), deal, **form.data, by=me())
        return go(".show", deal=deal, saying=_("The deal is cancelled."))
    allowed = service.may_cancel(deal, me())
    return render_template("deals/cancel.html", form=form, deal=deal, allowed=allowed), form.status


@bp.form("/deals/<deal:deal>/deliver", allow=access.creator_of_deal)
def deliver(deal: Deal) -> ResponseReturnValue:
    _only_if(deal, "deliver")
    form = Form(DeliveryIn())
    if form.accepted():
        service.deliver(db(), deal, **form.data, by=me())
        return go(".show", deal=deal, saying=_("Delivered. The brand has been told."))
    return render_template("deals/deliver.html", form=form, deal=deal, rules=rules), form.status


@bp.form("/deals/<deal:deal>/change", allow=access.brand_of_deal)
def ask_change(deal: Deal) -> ResponseReturnValue:
    _only_if(deal, "ask_change")
    form = Form(ChangeIn())
    if form.accepted():
        service.ask_change(db(), deal, **form.data, by=me())
        return go(".show", deal=deal, saying=_("Your wish is on its way."))
    return render_template("deals/change.html", form=form, deal=deal), form.status


@bp.post("/deals/<deal:deal>/approve", allow=access.brand_of_deal)
def approve(deal: Deal) -> ResponseReturnValue:
    # The delivery the page showed; another may have come since.
    service.approve(db(), deal, read=request.form.get("delivery"), by=me())
    return go(".show", deal=deal, saying=_("Approved. The money is on its way."))


@bp.post("/deals/<deal:deal>/messages", allow=access.party_to)
def say(deal: Deal) -> ResponseReturnValue:
    form = Form(MessageIn())
    if form.accepted():
        service.say(db(), deal, **form.data, by=me())
        return redirect(url_for(".show", deal=deal, _anchor="messages"), 303)
    return _show(deal, message=form), form.status

"""The pages of a dispute: opening it, both sides and their evidence, the ruling, the rules."""

from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.deals import rules as deal_rules
from marketplace.kit.db import db
from marketplace.kit.files import Unreadable
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import Blueprint, me
from models import Deal, Dispute, DisputeStatus, Evidence, Refused

from . import queries, rules, service, words
from .schemas import EvidenceIn, answer_in, dispute_in, ruling_in

bp = Blueprint("disputes", __name__)


@bp.form("/deals/<deal:deal>/dispute", allow=access.party_or_admin)
def open_dispute(deal: Deal) -> ResponseReturnValue:
    """Open a dispute about a deal, or see the one there is."""
    dispute = queries.of_deal(db(), deal)
    if dispute is not None:
        return go(".show", dispute=dispute)
    if me().is_admin:
        abort(404)
    if not deal.may("dispute"):
        raise Refused(_("A dispute can be opened while money is held for the deal."))
    form = Form(dispute_in(deal.rest))
    if form.accepted():
        try:
            dispute = service.open_dispute(db(), deal, **form.data, by=me())
        except Unreadable as error:
            form.refuse("picture", str(error))
        else:
            return go(
                ".show", dispute=dispute, saying=_("The money is frozen. Nobody can move it.")
            )
    page = render_template("disputes/start.html", form=form, deal=deal, words=words, rules=rules)
    return page, form.status


def _desk(dispute: Dispute, form: Form | None = None, **more: Any) -> str:
    if form is None:
        schema = ruling_in if me().is_admin else answer_in
        form = Form(schema(dispute.deal.rest))
    return render_template(
        "disputes/show.html",
        dispute=dispute,
        deal=dispute.deal,
        form=form,
        events=queries.story(db(), dispute),
        similar=queries.similar(db(), dispute),
        asked=None if me().is_admin else service.asked_of(dispute, me()),
        may_rule=service.may_rule(dispute),
        words=words,
        rules=rules.RULES,
        viewer=me(),
        **{"preview": None, **more},
    )


@bp.get("/disputes/<dispute:dispute>", allow=access.reader_of_dispute)
def show(dispute: Dispute) -> ResponseReturnValue:
    return _desk(dispute)


@bp.form("/disputes/<dispute:dispute>/answer", allow=access.party_to_dispute)
def answer(dispute: Dispute) -> ResponseReturnValue:
    may = dispute.status == DisputeStatus.OPEN and me().id != dispute.opened_by_id
    if request.method == "GET" and not may:
        return go(".show", dispute=dispute)
    service.expect_answer(dispute, me())
    form = Form(answer_in(dispute.deal.rest))
    if form.accepted():
        service.answer(db(), dispute, **form.data, by=me())
        return go(".show", dispute=dispute, saying=_("Your side is with the dispute now."))
    return _desk(dispute, form), form.status


@bp.post("/disputes/<dispute:dispute>/agree", allow=access.party_to_dispute)
def agree(dispute: Dispute) -> ResponseReturnValue:
    service.agree(db(), dispute, by=me())
    return go(".show", dispute=dispute, saying=_("You agreed. The money follows."))


@bp.form("/disputes/<dispute:dispute>/evidence", allow=access.party_to_dispute)
def add_evidence(dispute: Dispute) -> ResponseReturnValue:
    if dispute.status == DisputeStatus.RULED:
        raise Refused(_("This dispute is decided. Evidence can’t be added any more."))
    form = Form(EvidenceIn())
    if form.accepted():
        try:
            service.add_evidence(db(), dispute, **form.data, by=me())
        except Unreadable as error:
            form.refuse("picture", str(error))
        else:
            return go(".show", dispute=dispute, saying=_("Your evidence is sealed and shown."))
    return render_template("disputes/evidence.html", form=form, dispute=dispute), form.status


@bp.form("/disputes/<dispute:dispute>/ruling", allow=access.admin)
def rule(dispute: Dispute) -> ResponseReturnValue:
    if request.method == "GET" and not service.may_rule(dispute):
        return go(".show", dispute=dispute)
    service.expect_ruling(dispute)
    form = Form(ruling_in(dispute.deal.rest))
    is_right = form.accepted()
    if request.form.get("do") == "check":
        return _check(dispute, form)
    if not is_right:
        return _desk(dispute, form), form.status
    service.rule(db(), dispute, **form.data, by=me())
    return go(".show", dispute=dispute, saying=_("Your ruling is published. The money follows."))


def _check(dispute: Dispute, form: Form) -> ResponseReturnValue:
    """What the two parts come to, whatever else of the ruling is still to be written."""
    split = Form(ruling_in(dispute.deal.rest, is_whole=False))
    preview = words.parts(dispute.deal, split.data["to_creator"]) if split.accepted() else None
    form.errors = split.errors
    return _desk(dispute, form, preview=preview), form.status


@bp.get("/evidence/<evidence:evidence>", allow=access.reader_of_evidence)
def picture(evidence: Evidence) -> ResponseReturnValue:
    """A picture somebody shows; only who may read the dispute sees it."""
    if evidence.file is None:
        abort(404)
    response = Response(evidence.file.content, mimetype=evidence.file.content_type)
    response.headers["Content-Disposition"] = f"inline; filename=evidence-{evidence.number}.webp"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.get("/rules", allow=access.anyone, endpoint="rules")
def published_rules() -> ResponseReturnValue:
    return render_template("disputes/rules.html", rules=rules, clocks=deal_rules)


@bp.get("/rulings", allow=access.anyone)
def rulings() -> ResponseReturnValue:
    page = paged(db(), queries.rulings())
    return render_template("disputes/rulings.html", page=page, words=words, rules=rules.RULES)

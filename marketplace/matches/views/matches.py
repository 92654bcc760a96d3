"""Who fits a campaign, and why: the pages of its brand."""

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, ValidationError
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form, flatten
from marketplace.kit.pages import asked_page
from marketplace.kit.routing import me
from marketplace.matches import queries, words
from marketplace.matches.queries import Ask, Fit
from marketplace.matches.schemas import filters_in
from matching import FORMULA_VERSION
from models import Campaign, Creator

from .blueprint import bp
from .cards import card

FILTERS = ("platform", "most", "is_new")


@bp.get("/campaigns/<campaign:campaign>/matches", allow=access.owner_of_campaign)
def for_campaign(campaign: Campaign) -> ResponseReturnValue:
    form = _filters(campaign)
    page, fitting = queries.for_campaign(db(), campaign, number=asked_page(), **form.data)
    answer = render_template(
        "matches/for_campaign.html",
        campaign=campaign,
        form=form,
        page=page,
        fitting=fitting,
        cards=[card(fit, is_own=False) for fit in page.rows],
        sought=words.sought(Ask.of(campaign)),
        words=words,
        page_url=lambda number: _here(number, campaign=campaign),
    )
    return answer, form.status


@bp.get("/campaigns/<campaign:campaign>/matches/<creator:creator>", allow=access.reader_of_match)
def show(campaign: Campaign, creator: Creator) -> ResponseReturnValue:
    fit = _fit(campaign, creator)
    is_own = creator.person_id == me().id
    return render_template(
        "matches/show.html",
        campaign=campaign,
        card=card(fit, is_own=is_own),
        fit=fit,
        is_own=is_own,
        words=words,
        version=FORMULA_VERSION,
    )


@bp.get(
    "/campaigns/<campaign:campaign>/matches/<creator:creator>/receipt.json",
    allow=access.reader_of_match,
)
def receipt(campaign: Campaign, creator: Creator) -> ResponseReturnValue:
    fit = _fit(campaign, creator)
    if fit.match is None:
        raise NotFound
    answer = jsonify(queries.receipt(db(), fit))
    name = f"{campaign.slug}-{creator.slug}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _fit(campaign: Campaign, creator: Creator) -> Fit:
    fit = queries.one(db(), campaign, creator)
    if fit is None:
        raise NotFound
    return fit


def _filters(campaign: Campaign) -> Form:
    """What narrows the list; what can't be read is said, and narrows nothing."""
    form = Form(filters_in(campaign.currency))
    form.values = {name: value.strip() for name, value in request.args.items()}
    given = {name: value for name, value in form.values.items() if value}
    try:
        form.data = form.schema.load(given, unknown=EXCLUDE)
    except ValidationError as error:
        form.errors = dict(flatten(error.messages))
    return form


def _here(number: int, **things: Any) -> str:
    """This page of matches with its filters, at another place of the list."""
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    return url_for(request.endpoint or "", page=number, **kept, **things)

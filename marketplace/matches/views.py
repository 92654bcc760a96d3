"""Who fits a campaign, what fits a creator, and why: the pages."""

from dataclasses import dataclass
from typing import Any, cast

from flask import get_template_attribute, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup
from marshmallow import EXCLUDE, ValidationError
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form, flatten
from marketplace.kit.pages import FEW, asked_page, cut
from marketplace.kit.routing import Blueprint, me
from matching import FORMULA_VERSION
from models import Campaign, Creator

from . import queries, words
from .queries import Ask, Fit
from .schemas import filters_in

bp = Blueprint("matches", __name__)
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


@bp.get("/deals-that-fit", allow=access.creator)
def for_creator() -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    fits = queries.for_creator(db(), creator)
    fitting = [fit for fit in fits if fit.match]
    page = cut(fitting, asked_page(), size=FEW)
    return render_template(
        "matches/for_creator.html",
        creator=creator,
        page=page,
        cards=[card(fit, is_own=True) for fit in page.rows],
        others=[fit for fit in fits if fit.match is None],
        is_listed=bool(creator.accounts) and creator.is_available,
        advice=queries.what_would_raise(fits),
        words=words,
        page_url=_here,
    )


@dataclass(frozen=True, slots=True)
class Card:
    """One campaign for a creator, or one creator for a campaign."""

    campaign: Campaign
    line: str
    sentence: str
    rows: list[dict[str, Any]]
    fit: int | None
    dealing: str
    found: Fit

    @property
    def terms(self) -> Markup:
        """The table of what the score is made of."""
        key = ("terms", self.found.creator.slug, str(get_locale()))
        said = self.found.among.said
        if key not in said:
            draw = get_template_attribute("matches/_table.html", "terms")
            said[key] = draw(self.found.match, words)
        return cast("Markup", said[key])


def card(fit: Fit, *, is_own: bool) -> Card:
    """`is_own` draws it for the creator, else for the brand."""
    match = fit.match
    line, sentence, rows = _said(fit, is_own)
    return Card(
        campaign=fit.campaign,
        line=words.campaign_line(fit.campaign) if is_own else line,
        sentence=sentence,
        rows=rows,
        fit=round(match.score) if match else None,
        dealing=words.dealing(fit.dealing, is_own=is_own) if fit.dealing else "",
        found=fit,
    )


def _said(fit: Fit, is_own: bool) -> tuple[str, str, list[dict[str, Any]]]:
    """Said once for each market, ask and language: formatting is most of what a page costs."""
    key = (is_own, fit.creator.slug, str(get_locale()))
    if fit.match is None or key not in fit.among.said:
        rows = words.bars(fit.match) if fit.match else []
        sentence = words.sentence(fit, is_own=is_own)
        fit.among.said[key] = (words.creator_line(fit), sentence, rows)
    return cast("tuple[str, str, list[dict[str, Any]]]", fit.among.said[key])


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

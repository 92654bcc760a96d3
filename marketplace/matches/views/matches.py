"""Who fits a campaign, and why: the pages of its brand."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.creators.words import known_by
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import asked_page
from marketplace.kit.routing import me
from marketplace.matches import queries, service, words
from marketplace.matches.queries import Ask, Fit, Narrow
from marketplace.matches.schemas import filters_in
from matching import FORMULA_VERSION
from models import Campaign, Creator

from .blueprint import bp
from .cards import card


@bp.get("/campaigns/<campaign:campaign>/matches", allow=access.owner_of_campaign)
def for_campaign(campaign: Campaign) -> ResponseReturnValue:
    """The whole page; or, for a script that asked as somebody typed, only what they changed."""
    form = Form.in_address(filters_in(campaign.currency))
    narrow = Narrow(**form.data)
    page, fitting = queries.for_campaign(db(), campaign, number=asked_page(), narrow=narrow)
    service.show(db(), campaign, page.rows)
    is_part = "HX-Request" in request.headers
    answer = make_response(
        render_template(
            "matches/_found.html" if is_part else "matches/for_campaign.html",
            is_part=is_part,
            campaign=campaign,
            form=form,
            narrow=narrow,
            page=page,
            fitting=fitting,
            cards=[card(fit, is_own=False) for fit in page.rows],
            sought=words.sought(Ask.of(campaign)),
            words=words,
            small_within=queries.SMALL_WITHIN,
            most_listed=queries.MOST,
            chips=[
                (text, here(campaign, form, name)) for name, text in words.filters.chips(narrow)
            ],
            page_url=lambda number: here(campaign, form, page=number),
            receipt_url=here(campaign, form, to=".list_receipt", page=page.number),
        ),
        form.status,
    )
    answer.headers["HX-Push-Url"] = here(campaign, form)
    answer.vary.add("HX-Request")
    return answer


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
        known_by=known_by,
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
    is_own = creator.person_id == me().id
    text = queries.receipt(db(), fit, is_own=is_own)
    return _file(text, f"{campaign.slug}-{creator.slug}.json")


@bp.get("/campaigns/<campaign:campaign>/matches.json", allow=access.owner_of_campaign)
def list_receipt(campaign: Campaign) -> ResponseReturnValue:
    """The receipt of one page of the list, with the filters in the address."""
    narrow = Narrow(**Form.in_address(filters_in(campaign.currency)).data)
    text = queries.list_receipt(db(), campaign, number=asked_page(), narrow=narrow)
    if text is None:
        raise NotFound
    return _file(text, f"{campaign.slug}-{today().isoformat()}-{asked_page()}.json")


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)


def _fit(campaign: Campaign, creator: Creator) -> Fit:
    fit = queries.one(db(), campaign, creator)
    if fit is None:
        raise NotFound
    return fit


def here(
    campaign: Campaign, form: Form, *without: str, to: str = ".for_campaign", **also: Any
) -> str:
    """This list with its filters, without some of them, or at another place."""
    kept = {name: value for name, value in form.asked.items() if name not in without}
    return url_for(to, campaign=campaign, **kept, **also)

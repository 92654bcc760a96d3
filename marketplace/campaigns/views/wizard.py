"""The brief, a step a page. Each step is kept on its own, and works without a script."""

from collections.abc import Sequence

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.campaigns import queries, service
from marketplace.campaigns.schemas import initial, schema_of, with_more
from marketplace.campaigns.words import ASKED_IN, STEPS
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from models import Campaign, Product

from .blueprint import bp

_NAMES = tuple(STEPS)


@bp.form("/campaigns/new", allow=access.brand)
def new() -> ResponseReturnValue:
    """The first step, before there is a draft to keep it in."""
    brand = me().brand
    assert brand is not None
    currency = current_app.extensions["config"].currency
    products = queries.products_of(db(), brand)
    form = Form(schema_of("product", currency, products, whole=_whole()))
    if _posted(form):
        campaign = service.start(db(), brand, currency=currency, **form.data, by=me())
        return _onward(campaign, "product")
    return _page("product", form, None, products)


@bp.form("/campaigns/<campaign:campaign>/edit/<step>", allow=access.owner_of_campaign)
def edit(campaign: Campaign, step: str) -> ResponseReturnValue:
    if step not in STEPS:
        abort(404)
    if not campaign.may("publish"):
        saying = _("It is published. You can still raise the budget and put off the dates")
        return go(".show", campaign=campaign, saying=saying)
    if step == "publish":
        return _summary(campaign)
    products = queries.products_of(db(), campaign.brand) if step == "product" else []
    schema = schema_of(step, campaign.currency, products, whole=_whole())
    form = Form(schema, **initial(step, campaign))
    if _posted(form):
        service.save_step(db(), campaign, step, **form.data, by=me())
        return _onward(campaign, step)
    return _page(step, form, campaign, products)


@bp.post("/campaigns/<campaign:campaign>/publish", allow=access.owner_of_campaign)
def publish(campaign: Campaign) -> ResponseReturnValue:
    service.publish(db(), campaign, by=me())
    return go(".show", campaign=campaign, saying=_("Published. Creators can apply now"))


def _whole() -> bool:
    """A draft may be incomplete, and so may one that is only tried: going on asks for all."""
    return request.form.get("do") not in ("draft", "look")


def _posted(form: Form) -> bool:
    """Whether the step is to be kept. "Add" only shows the form again, longer, and "look" shows
    it again beside what it would find.
    """
    is_right = form.accepted()
    if request.form.get("do") == "add":
        form.values, form.errors = with_more(form.values), {}
        return False
    return is_right and request.form.get("do") != "look"


def _onward(campaign: Campaign, step: str) -> ResponseReturnValue:
    if request.form.get("do") == "draft":
        return go(".edit", campaign=campaign, step=step, saying=_("Draft saved"))
    return go(".edit", campaign=campaign, step=_NAMES[_NAMES.index(step) + 1])


def _page(
    step: str, form: Form, campaign: Campaign | None, products: Sequence[Product]
) -> ResponseReturnValue:
    brief = _typed(step, form, campaign)
    if "HX-Request" in request.headers:
        # Half a figure is no mistake yet: what stands beside stays as it was.
        return ("", 204) if form.errors else render_template("campaigns/_looked.html", brief=brief)
    page = render_template(
        f"campaigns/step_{step}.html",
        form=form,
        step=step,
        campaign=campaign,
        products=products,
        brief=brief,
        **_around(campaign),
    )
    return page, form.status


def _typed(step: str, form: Form, campaign: Campaign | None) -> Campaign | None:
    """The brief as it is typed, where somebody only wants to see what it finds."""
    if request.form.get("do") != "look" or form.errors:
        return campaign
    currency = current_app.extensions["config"].currency
    return service.as_if(campaign, step, currency=currency, **form.data)


def _summary(campaign: Campaign) -> ResponseReturnValue:
    return render_template(
        "campaigns/step_publish.html",
        step="publish",
        campaign=campaign,
        brief=campaign,
        **_around(campaign),
    )


def _around(campaign: Campaign | None) -> dict[str, object]:
    """What stands around every step: how far the brief is."""
    missing = campaign.missing if campaign else []
    return {
        "missing": [(ASKED_IN.get(name, "price"), name) for name in missing],
        "saved": queries.last_saved(db(), campaign) if campaign else None,
    }

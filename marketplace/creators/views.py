"""A creator's pages: what they say of themselves, who listens to them, and what brands see."""

from datetime import date
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from marshmallow import Schema
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.kit import i18n, labels
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import Blueprint, me
from models import Creator, DeliverableType, PlatformAccount
from models.taxonomy import AGES, COMMON_LANGUAGES, GENDERS

from . import formats, queries, service
from .formats import example
from .formats.seal import Seal
from .schemas import (
    TYPED_COUNTRIES,
    AccountIn,
    ImportIn,
    KeepIn,
    NewAccountIn,
    ProfileIn,
    TypedIn,
    prices_in,
)
from .words import counts_until, headline_of, portrait, source

bp = Blueprint("creators", __name__)


def _creator() -> Creator:
    creator = me().creator
    assert creator is not None
    return creator


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    pages = {
        "profile": _("About you"),
        "accounts": _("Accounts"),
        "prices": _("Prices"),
        "audience": _("Audience"),
    }
    return [(url_for(f"creators.{name}"), text, name == current) for name, text in pages.items()]


@bp.form("/profile", allow=access.creator)
def profile() -> ResponseReturnValue:
    creator = _creator()
    who = ("name", "about", "country", "city", "is_available")
    names = (*who, "languages", "topics", "also_about")
    form = Form(ProfileIn(), **{name: getattr(creator, name) for name in names})
    if form.accepted():
        service.save_profile(db(), by=me(), **form.data)
        return go(".profile", saying=_("Saved. This is what brands read"))
    page = render_template(
        "creators/profile.html",
        form=form,
        creator=creator,
        language_choices=_languages(creator),
        tabs=_tabs("profile"),
    )
    return page, form.status


def _languages(creator: Creator) -> list[tuple[str, str]]:
    """Their own languages and the common ones; any other is added by name."""
    codes = dict.fromkeys((*creator.languages, *COMMON_LANGUAGES))
    return [(code, labels.language(code)) for code in codes]


@bp.get("/profile/accounts", allow=access.creator)
def accounts() -> ResponseReturnValue:
    creator = _creator()
    return render_template(
        "creators/accounts.html",
        creator=creator,
        known=queries.current_audiences(db(), creator),
        tabs=_tabs("accounts"),
        source=source,
    )


@bp.form("/profile/accounts/new", allow=access.creator)
def add_account() -> ResponseReturnValue:
    form = Form(NewAccountIn())
    if form.accepted():
        try:
            account = service.add_account(db(), _creator(), **form.data)
        except service.HandleTaken as taken:
            form.refuse("handle", str(taken))
        else:
            saying = _("Added. Now say who listens there")
            return go(".import_audience", platformaccount=account, saying=saying)
    return render_template("creators/account.html", form=form, account=None), form.status


@bp.form("/profile/accounts/<platformaccount:platformaccount>", allow=access.owner_of_account)
def edit_account(platformaccount: PlatformAccount) -> ResponseReturnValue:
    names = ("handle", "followers", "posts_counted", "engagements")
    shown = {name: str(getattr(platformaccount, name)) for name in names}
    form = Form(AccountIn(), **shown)
    if form.accepted():
        try:
            service.change_account(db(), platformaccount, **form.data)
        except service.HandleTaken as taken:
            form.refuse("handle", str(taken))
        else:
            return go(".accounts", saying=_("Saved"))
    page = render_template("creators/account.html", form=form, account=platformaccount)
    return page, form.status


@bp.form(
    "/profile/accounts/<platformaccount:platformaccount>/remove", allow=access.owner_of_account
)
def remove_account(platformaccount: PlatformAccount) -> ResponseReturnValue:
    if request.method == "POST":
        service.remove_account(db(), platformaccount)
        return go(".accounts", saying=_("Removed, with what was known of its audience"))
    return render_template("creators/remove.html", account=platformaccount)


@bp.form("/profile/prices", allow=access.creator)
def prices() -> ResponseReturnValue:
    currency = current_app.extensions["config"].currency
    rates = {rate.type.value: str(rate.price.decimal) for rate in _creator().rates}
    form = Form(prices_in(currency), **rates)
    if form.accepted():
        asked = {kind: form.data.get(kind.value) for kind in DeliverableType}
        service.set_prices(db(), _creator(), asked)
        return go(".prices", saying=_("Saved. Brands see these beside your name"))
    page = render_template(
        "creators/prices.html",
        form=form,
        currency_sign=i18n.currency_sign(currency),
        tabs=_tabs("prices"),
    )
    return page, form.status


@bp.get("/profile/audience", allow=access.creator)
def audience() -> ResponseReturnValue:
    return _audience_page(None)


@bp.get("/profile/audience/<platformaccount:platformaccount>", allow=access.owner_of_account)
def audience_of(platformaccount: PlatformAccount) -> ResponseReturnValue:
    return _audience_page(platformaccount)


def _audience_page(account: PlatformAccount | None) -> ResponseReturnValue:
    known = queries.current_audiences(db(), _creator())
    account = account or queries.main_account(_creator(), known)
    now_known = known.get(account.id) if account else None
    shared = {"account": account, "tabs": _tabs("audience"), "other_accounts": _ours(account)}
    if now_known is None:
        return render_template("creators/no_audience.html", **shared)
    return render_template(
        "creators/audience.html",
        portrait=portrait(now_known),
        source=source(now_known),
        until=counts_until(now_known),
        headline=headline_of(now_known),
        **shared,
    )


def _ours(current: PlatformAccount | None) -> list[tuple[str, str, bool]]:
    """A tab for each account; none when there is just one."""
    ours = _creator().accounts
    return [
        (
            url_for("creators.audience_of", platformaccount=one),
            f"{labels.platform(one.platform)}, @{one.handle}",
            one is current,
        )
        for one in (ours if len(ours) > 1 else [])
    ]


@bp.form(
    "/profile/accounts/<platformaccount:platformaccount>/import", allow=access.owner_of_account
)
def import_audience(platformaccount: PlatformAccount) -> ResponseReturnValue:
    form = Form(ImportIn(), taken_on=today().isoformat())
    if form.accepted():
        file = form.data["file"]
        try:
            parsed = formats.read(file.content)
        except formats.Unreadable as unreadable:
            form.refuse("file", str(unreadable))
        else:
            if why := formats.of_another(parsed, platformaccount):
                form.refuse("file", why)
                return _import_page(platformaccount, form)
            return _preview(platformaccount, parsed, file.name, form.data["taken_on"])
    return _import_page(platformaccount, form)


def _import_page(account: PlatformAccount, form: Form) -> ResponseReturnValue:
    return render_template("creators/import.html", form=form, account=account), form.status


def _preview(
    account: PlatformAccount, parsed: formats.Parsed, name: str, chosen: date
) -> ResponseReturnValue:
    taken_on = min(parsed.taken_on or chosen, today())
    return render_template(
        "creators/preview.html",
        account=account,
        parsed=parsed,
        taken_on=taken_on,
        seal=Seal(current_app.secret_key, account).put(parsed, name, taken_on),
    )


@bp.post(
    "/profile/accounts/<platformaccount:platformaccount>/import/keep",
    allow=access.owner_of_account,
)
def keep_import(platformaccount: PlatformAccount) -> ResponseReturnValue:
    form = Form(KeepIn(), taken_on=today().isoformat())
    seal = Seal(current_app.secret_key, platformaccount)
    shown = seal.open(form.data["preview"]) if form.accepted() else None
    if shown is None:
        form.values = {"taken_on": today().isoformat()}
        form.errors = {"file": _("The preview is more than an hour old. Choose the file again")}
        return _import_page(platformaccount, form)
    service.keep_audience(db(), platformaccount, **shown._asdict())
    saying = _("Kept. Campaigns that fit you are ranked by it from now on")
    return go(".audience_of", platformaccount=platformaccount, saying=saying)


@bp.form("/profile/accounts/<platformaccount:platformaccount>/typed", allow=access.owner_of_account)
def type_audience(platformaccount: PlatformAccount) -> ResponseReturnValue:
    form = Form(TypedIn())
    taken = form.accepted()
    # The rows of countries are drawn field by field, so each needs what was typed in it.
    for name in ("countries", "shares"):
        form.values |= {f"{name}.{n}": text for n, text in form.values.get(name, {}).items()}
    if taken:
        service.declare_audience(db(), platformaccount, **_typed_shares(form.data))
        saying = _("Kept. Import a file when you can: it counts for more")
        return go(".audience_of", platformaccount=platformaccount, saying=saying)
    page = render_template(
        "creators/typed.html",
        form=form,
        account=platformaccount,
        age_choices=[(code, labels.age(code)) for code in AGES],
        gender_choices=[(code, labels.gender(code)) for code in GENDERS],
        rows=range(TYPED_COUNTRIES),
        people=service.TYPED_PEOPLE,
    )
    return page, form.status


def _typed_shares(data: dict[str, Any]) -> dict[str, dict[str, int]]:
    places = {data["countries"][row]: share for row, share in data["shares"].items()}
    return {"ages": data["ages"], "genders": data["genders"], "countries": places}


@bp.get("/profile/audience/example.csv", allow=access.anyone)
def example_csv() -> ResponseReturnValue:
    """A file to fill in, with a line of every kind."""
    headers = {"Content-Disposition": 'attachment; filename="audience-example.csv"'}
    return Response(example.CSV, mimetype="text/csv", headers=headers)


@bp.get("/creators/<creator:creator>", allow=access.anyone)
def show(creator: Creator) -> ResponseReturnValue:
    standing = queries.standing(db(), creator)
    if not standing.is_listed:
        raise NotFound
    audiences = queries.current_audiences(db(), creator)
    account = queries.main_account(creator, audiences)
    known = audiences.get(account.id) if account else None
    return render_template(
        "creators/show.html",
        creator=creator,
        portrait=portrait(known) if known else None,
        source=source(known) if known else "",
        headline=headline_of(known) if known else "",
        rate_rows=_rate_rows(creator),
        account_rows=_account_rows(creator),
        on_time=queries.on_time(db(), creator),
        past_work=queries.past_work(db(), creator),
        has_shelf=standing.has_shelf,
        **_invite(creator),
    )


def _invite(creator: Creator) -> dict[str, Any]:
    """What a brand that looks at a creator can ask them to; nobody else sees the box."""
    brand = me().brand if current_user.is_authenticated else None
    campaigns = queries.open_campaigns(db(), brand) if brand else []
    return {
        "brand": brand,
        "campaigns": [(campaign.slug, campaign.title) for campaign in campaigns],
        "form": Form(Schema(), campaign=request.args.get("campaign", "")),
    }


def _rate_rows(creator: Creator) -> list[tuple[str, str]]:
    rates = sorted(creator.rates, key=lambda rate: (rate.price_minor, rate.type))
    return [(labels.deliverable(rate.type), i18n.money(rate.price)) for rate in rates]


def _account_rows(creator: Creator) -> list[tuple[str, str]]:
    return [
        (
            f"{labels.platform(one.platform)}, @{one.handle}",
            ngettext(
                "%(n)s follower", "%(n)s followers", one.followers, n=i18n.number(one.followers)
            ),
        )
        for one in creator.accounts
    ]

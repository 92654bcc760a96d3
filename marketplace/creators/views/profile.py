"""A creator's own pages: who they are, where they publish, and what they ask."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.creators import queries, service
from marketplace.creators.schemas import AccountIn, NewAccountIn, ProfileIn, prices_in
from marketplace.creators.words import source, trust
from marketplace.kit import i18n, labels
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from models import Creator, DeliverableType, PlatformAccount
from models.taxonomy import COMMON_LANGUAGES

from .blueprint import bp, tabs_of, the_creator


@bp.form("/profile", allow=access.creator)
def profile() -> ResponseReturnValue:
    creator = the_creator()
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
        tabs=tabs_of("profile"),
    )
    return page, form.status


def _languages(creator: Creator) -> list[tuple[str, str]]:
    """Their own languages and the common ones; any other is added by name."""
    codes = dict.fromkeys((*creator.languages, *COMMON_LANGUAGES))
    return [(code, labels.language(code)) for code in codes]


@bp.get("/profile/accounts", allow=access.creator)
def accounts() -> ResponseReturnValue:
    creator = the_creator()
    return render_template(
        "creators/accounts.html",
        creator=creator,
        known=queries.current_audiences(db(), creator),
        tabs=tabs_of("accounts"),
        source=source,
        trust=trust,
    )


@bp.form("/profile/accounts/new", allow=access.creator)
def add_account() -> ResponseReturnValue:
    form = Form(NewAccountIn())
    if form.accepted():
        try:
            account = service.add_account(db(), the_creator(), **form.data)
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
    rates = {rate.type.value: str(rate.price.decimal) for rate in the_creator().rates}
    form = Form(prices_in(currency), **rates)
    if form.accepted():
        asked = {kind: form.data.get(kind.value) for kind in DeliverableType}
        service.set_prices(db(), the_creator(), asked)
        return go(".prices", saying=_("Saved. Brands see these beside your name"))
    page = render_template(
        "creators/prices.html",
        form=form,
        currency_sign=i18n.currency_sign(currency),
        tabs=tabs_of("prices"),
    )
    return page, form.status

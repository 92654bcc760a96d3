"""The pages of a brand's lists."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace import access
from marketplace.campaigns.queries import named
from marketplace.kit import labels
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import Blueprint, me
from marketplace.kit.sheets import csv_file
from marketplace.matches import words as fit_words
from marketplace.matches.schemas import within_in
from models import Brand, SavedCreator, SavedList

from . import queries, service
from .schemas import NameIn, NoteIn, add_in

bp = Blueprint("lists", __name__)
# As many as one page of anything can tick.
_MOST_AT_ONCE = 50


def _brand() -> Brand:
    brand = me().brand
    assert brand is not None
    return brand


@bp.form("/lists", allow=access.brand)
def index() -> ResponseReturnValue:
    form = Form(NameIn())
    if form.accepted():
        made = service.start(db(), _brand(), **form.data, by=me())
        return go(".show", savedlist=made)
    lines = queries.lines(db(), _brand())
    return render_template("lists/index.html", lines=lines, form=form), form.status


@bp.get("/lists/<savedlist:savedlist>", allow=access.owner_of_list)
def show(savedlist: SavedList) -> ResponseReturnValue:
    """Who is on it, and how well each fits the campaign that was chosen."""
    return _page(savedlist, Form(NameIn(), name=savedlist.name))


@bp.get("/lists/<savedlist:savedlist>/creators.csv", allow=access.owner_of_list)
def show_csv(savedlist: SavedList) -> Response:
    campaigns = queries.campaigns_of(db(), savedlist.brand)
    campaign = Form.in_address(within_in(campaigns)).data["campaign"]
    rows = [_row(kept) for kept in queries.kept(db(), savedlist, campaign)]
    header = [
        *(_("Name"), _("Topics"), _("City"), _("Country"), _("Accounts"), _("Note"), _("Added")),
        *((_("Fit for %(title)s", title=campaign.title), _("Price")) if campaign else ()),
    ]
    cut = len(header)
    return csv_file(f"list-{today().isoformat()}", header, [row[:cut] for row in rows])


def _row(kept: queries.Kept) -> list[object]:
    entry, creator, fit = kept.entry, kept.entry.creator, kept.fit
    accounts = [f"{labels.platform(one.platform)} {one.handle}" for one in creator.accounts]
    return [
        creator.name,
        ", ".join(map(labels.interest, creator.topics)),
        creator.city,
        labels.country(creator.country),
        "; ".join(accounts),
        entry.note,
        entry.created_at,
        f"{kept.score:.1f}" if kept.score >= 0 else "",
        fit.price if fit else None,
    ]


@bp.form("/lists/<savedlist:savedlist>/rename", allow=access.owner_of_list)
def rename(savedlist: SavedList) -> ResponseReturnValue:
    form = Form(NameIn(), name=savedlist.name)
    if form.accepted():
        if service.rename(db(), savedlist, **form.data, by=me()):
            return go(".show", savedlist=savedlist, saying=_("Renamed"))
        form.refuse("name", _("Enter another name: one of your lists is called so already"))
    return _page(savedlist, form)


@bp.post("/lists/<savedlist:savedlist>/delete", allow=access.owner_of_list)
def delete(savedlist: SavedList) -> ResponseReturnValue:
    service.delete(db(), savedlist, by=me())
    return go(".index", saying=_("“%(name)s” is deleted", name=savedlist.name))


@bp.form("/lists/add", allow=access.brand)
def add() -> ResponseReturnValue:
    """Whoever was ticked, to be put on a list there is or on a new one."""
    asked = request.values.getlist("creator")[:_MOST_AT_ONCE]
    creators = named(db(), asked)
    lines = queries.lines(db(), _brand())
    lists = [line.saved for line in lines]
    form = Form(add_in(creators, lists), creator=list(creators))
    if form.accepted():
        name, saved = form.data["name"], form.data.get("saved")
        if name:
            saved = service.start(db(), _brand(), name=name, by=me())
        assert isinstance(saved, SavedList)
        chosen = form.data["creator"]
        new = service.add(db(), saved, chosen, by=me())
        return go(".show", savedlist=saved, saying=_added(saved, new, len(chosen) - new))
    page = render_template("lists/add.html", form=form, creators=creators, lines=lines)
    return page, form.status


def _added(saved: SavedList, new: int, known: int) -> str:
    said = ngettext(
        "%(num)s creator added to “%(name)s”",
        "%(num)s creators added to “%(name)s”",
        new,
        name=saved.name,
    )
    if not known:
        return said
    return said + ngettext("; %(num)s was on it", "; %(num)s were on it", known)


@bp.post("/saved/<savedcreator:savedcreator>/note", allow=access.owner_of_saved)
def note(savedcreator: SavedCreator) -> ResponseReturnValue:
    form = Form(NoteIn())
    if form.accepted():
        service.annotate(db(), savedcreator, **form.data, by=me())
        name = savedcreator.creator.name
        return _back(savedcreator.list, _("Note on %(name)s saved", name=name))
    return _page(savedcreator.list, Form(NameIn(), name=savedcreator.list.name), form, savedcreator)


@bp.post("/saved/<savedcreator:savedcreator>/remove", allow=access.owner_of_saved)
def remove(savedcreator: SavedCreator) -> ResponseReturnValue:
    service.remove(db(), savedcreator, by=me())
    name = savedcreator.creator.name
    return _back(savedcreator.list, _("%(name)s is no longer on this list", name=name))


def _back(saved: SavedList, saying: str) -> ResponseReturnValue:
    """To the list, as it was looked at."""
    campaign = request.form.get("campaign") or None
    return go(".show", savedlist=saved, saying=saying, campaign=campaign)


def _page(
    saved: SavedList,
    naming: Form,
    noting: Form | None = None,
    noted: SavedCreator | None = None,
) -> ResponseReturnValue:
    campaigns = queries.campaigns_of(db(), saved.brand)
    choosing = Form.in_address(within_in(campaigns))
    campaign = choosing.data["campaign"]
    form = noting if noting and noting.errors else naming
    page = render_template(
        "lists/show.html",
        saved=saved,
        kept=queries.kept(db(), saved, campaign),
        campaigns=campaigns,
        campaign=campaign,
        choosing=choosing,
        form=form,
        naming=naming,
        noting=noting or Form(NoteIn()),
        noted=noted,
        words=fit_words,
    )
    return page, form.status

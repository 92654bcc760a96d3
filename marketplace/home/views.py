"""Today, and money: the two pages people open first."""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from marketplace import access
from marketplace.campaigns import queries as campaigns
from marketplace.kit.db import db
from marketplace.kit.pages import paged
from marketplace.kit.routing import Blueprint, me
from marketplace.matches import queries as matches
from marketplace.matches import words as fit_words
from marketplace.payments import service as payments

from . import queries, words

bp = Blueprint("home", __name__)


def _currency() -> str:
    return str(current_app.extensions["config"].currency)


@bp.get("/healthz", allow=access.anyone)
def healthz() -> ResponseReturnValue:
    """Whether this process can answer, and reach its database."""
    db().execute(text("SELECT 1"))
    return {"ok": True}


@bp.get("/today", allow=access.signed_in)
def today() -> ResponseReturnValue:
    if me().brand:
        return _brand()
    if me().creator:
        return _creator()
    return redirect(url_for("admin.index"), 303)


def _brand() -> str:
    brand = me().brand
    assert brand is not None
    lines = campaigns.open_list(db(), for_=brand)
    return render_template(
        "home/brand.html",
        todos=words.needs_brand(db(), for_=brand, lines=lines),
        spent=queries.spent(db(), for_=brand, currency=_currency()),
        lines=lines,
    )


def _creator() -> str:
    creator = me().creator
    assert creator is not None
    months = queries.months(db(), for_=me(), currency=_currency())
    held = queries.held_for(db(), for_=me(), currency=_currency())
    fits = matches.for_creator(db(), creator)
    return render_template(
        "home/creator.html",
        creator=creator,
        todos=words.needs_person(db(), for_=me()),
        fits=matches.new_ones(fits)[:3],
        fit_words=fit_words,
        advice=matches.what_would_raise(fits)[:4],
        months=months,
        chart=words.earnings(months),
        held=held,
        coming=queries.coming(db(), for_=me(), held=held, most=4),
        on_time=queries.on_time(db(), for_=creator),
    )


@bp.get("/money", allow=access.earner)
def money() -> ResponseReturnValue:
    brand = me().brand
    months = queries.months(db(), for_=me(), currency=_currency(), count=12)
    held = queries.held_for(db(), for_=me(), currency=_currency())
    transfers = paged(db(), queries.transfers(me()))
    return render_template(
        "home/money.html",
        spent=queries.spent(db(), for_=brand, currency=_currency()) if brand else None,
        months=[month for month in months if month.together],
        held=held,
        coming=queries.coming(db(), for_=me(), held=held, most=12),
        transfers=transfers,
        what_for=queries.what_for(db(), transfers.rows),
        account=payments.account_of(db(), me().id),
        page_url=lambda number: url_for(".money", page=number),
    )

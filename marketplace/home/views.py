"""Today, and money: the two pages people open first, and the statements behind the second."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import text

from marketplace import access
from marketplace.campaigns import queries as campaigns
from marketplace.kit.db import db
from marketplace.kit.pages import paged
from marketplace.kit.routing import Blueprint, me
from marketplace.kit.sheets import csv_file
from marketplace.matches import queries as matches
from marketplace.matches import words as fit_words
from marketplace.payments import service as payments
from marketplace.payments import words as money_words
from models import Transfer

from . import queries, words
from .queries import statements

bp = Blueprint("home", __name__)


@bp.app_template_global()
def titles_of(transfers: Iterable[Transfer]) -> dict[UUID, str]:
    """For pages of payments, which know a deal or an order only by its id; by the transfer's."""
    return queries.what_for(db(), transfers)


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
        transfer_states=money_words.TRANSFERS,
        transfer_pills=money_words.PILLS,
        account=payments.account_of(db(), me().id),
        page_url=lambda number: url_for(".money", page=number),
    )


@bp.get("/money/statements", allow=access.earner)
def statement_list() -> ResponseReturnValue:
    months = statements.months(db(), for_=me(), currency=_currency())
    return render_template("home/statements.html", months=months)


@bp.get("/money/statements/<month>", allow=access.earner)
def statement(month: str) -> ResponseReturnValue:
    first = _first_of(month)
    return render_template(
        "home/statement.html",
        first=first,
        month=month,
        sections=statements.month(db(), first, for_=me(), currency=_currency()),
        words=words,
    )


@bp.get("/money/statements/<month>.csv", allow=access.earner)
def statement_csv(month: str) -> ResponseReturnValue:
    """One row a change, with an opening and a closing row around those of each account."""
    first = _first_of(month)
    found = statements.month(db(), first, for_=me(), currency=_currency())
    rows = [row for section in found for row in words.statement_rows(section)]
    return csv_file(f"statement-{month}", words.STATEMENT_COLUMNS, rows)


@bp.get("/money/transfers.csv", allow=access.earner)
def transfers_csv() -> ResponseReturnValue:
    transfers = queries.all_transfers(db(), for_=me())
    what_for = queries.what_for(db(), transfers)
    rows = [words.transfer_row(one, what_for[one.id]) for one in transfers]
    return csv_file(_("transfers"), words.TRANSFER_COLUMNS, rows)


def _first_of(month: str) -> date:
    """The first day of a month as its address has it, 2026-11; anything else is nowhere."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month):
        abort(404)
    return date.fromisoformat(f"{month}-01")

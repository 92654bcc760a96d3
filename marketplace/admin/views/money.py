"""The books, and proof that they are right."""

from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin import words
from marketplace.admin.queries import books as queries
from marketplace.admin.queries import place
from marketplace.books import service as checking
from marketplace.kit.db import db
from marketplace.kit.pages import go
from marketplace.payments import ledger
from models import CheckKind

from .door import bp, config

# The largest id PostgreSQL counts to.
_ID = "int(max=9223372036854775806)"


def _before() -> int | None:
    """Journals older than this one are asked for."""
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


@bp.get("/admin/money", allow=access.admin)
def money() -> ResponseReturnValue:
    journals = ledger.journals(db(), before=_before(), most=queries.JOURNALS)
    return render_template(
        "admin/money.html",
        books=queries.books(db(), config().currency),
        check=place.last_check(db(), CheckKind.VERIFY),
        compared=place.last_check(db(), CheckKind.RECONCILE),
        journals=journals,
        names=queries.owners_of(db(), journals),
        most=queries.JOURNALS,
        words=words,
    )


@bp.post("/admin/money/check", allow=access.admin)
def check_again() -> ResponseReturnValue:
    check = checking.verify(db())
    good = _("Every check passes.")
    return go(".money", saying=good if check.passed else _("A check failed. Look at it below."))


@bp.get("/admin/money/checks", allow=access.admin)
def checks() -> ResponseReturnValue:
    """The last runs of one kind, and what each found."""
    asked_for = request.args.get("kind", "")
    kind = CheckKind(asked_for) if asked_for in set(CheckKind) else CheckKind.VERIFY
    return render_template(
        "admin/checks.html",
        checks=queries.checks(db(), kind),
        kind=kind,
        kinds=CheckKind,
        words=words,
    )


@bp.post("/admin/money/reconcile", allow=access.admin)
def reconcile() -> ResponseReturnValue:
    """Stripe is asked page by page, which may take a while: the worker does it."""
    checking.ask_for(db(), CheckKind.RECONCILE)
    return go(".checks", kind="reconcile", saying=_("It runs now. What it finds shows here."))


@bp.get(f"/admin/money/accounts/<{_ID}:number>", allow=access.admin)
def account(number: int) -> ResponseReturnValue:
    found = queries.account(db(), number)
    if found is None:
        abort(404)
    journals = ledger.journals(db(), account_id=number, before=_before(), most=queries.JOURNALS)
    names = queries.owners_of(db(), journals) | queries.owners(db(), [found.owner])
    return render_template(
        "admin/account.html",
        account=found,
        journals=journals,
        names=names,
        most=queries.JOURNALS,
        words=words,
    )


@bp.get("/admin/money/accounts/<kind>", allow=access.admin)
def accounts(kind: str) -> ResponseReturnValue:
    """All accounts of a kind; where there is only one, the account itself."""
    if kind not in words.ACCOUNTS:
        abort(404)
    found = queries.accounts(db(), kind, config().currency)
    if len(found) == 1:
        return go(".account", number=found[0].id)
    names = queries.owners(db(), [one.owner for one in found])
    return render_template(
        "admin/accounts.html", kind=kind, accounts=found, names=names, words=words
    )


@bp.get(f"/admin/money/journals/<{_ID}:number>", allow=access.admin)
def journal(number: int) -> ResponseReturnValue:
    found = queries.journal(db(), number)
    if found is None:
        abort(404)
    names = queries.owners_of(db(), [found])
    return render_template("admin/journal.html", journal=found, names=names, words=words)


@bp.get("/admin/money/about/<any(deal, order):kind>/<uuid:thing>", allow=access.admin)
def about(kind: str, thing: UUID) -> ResponseReturnValue:
    """Every journal about one deal or order."""
    journals = ledger.journals(db(), about=(kind, thing), most=100)
    if not journals:
        abort(404)
    names = queries.owners_of(db(), journals)
    return render_template(
        "admin/about.html", journals=journals, names=names, words=words, thing=thing
    )

"""Who listens to a creator: shown, imported, typed in."""

import itertools
from datetime import date
from typing import Any

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.creators import formats, queries, service
from marketplace.creators.formats import example
from marketplace.creators.formats.seal import Seal
from marketplace.creators.schemas import TYPED_COUNTRIES, ImportIn, KeepIn, TypedIn
from marketplace.creators.words import (
    changes,
    counts_until,
    gained_and_lost,
    headline_of,
    known_by,
    portrait,
    source,
    trust,
)
from marketplace.kit import labels
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from models import PlatformAccount
from models.taxonomy import AGES, GENDERS

from .blueprint import bp, tabs_of, the_creator


@bp.get("/profile/audience", allow=access.creator)
def audience() -> ResponseReturnValue:
    return _audience_page(None)


@bp.get("/profile/audience/<platformaccount:platformaccount>", allow=access.owner_of_account)
def audience_of(platformaccount: PlatformAccount) -> ResponseReturnValue:
    return _audience_page(platformaccount)


def _audience_page(account: PlatformAccount | None) -> ResponseReturnValue:
    known = queries.current_audiences(db(), the_creator())
    account = account or queries.main_account(the_creator(), known)
    now_known = known.get(account.id) if account else None
    shared = {"account": account, "tabs": tabs_of("audience"), "other_accounts": _ours(account)}
    if now_known is None:
        return render_template("creators/no_audience.html", **shared)
    return render_template(
        "creators/audience.html",
        portrait=portrait(now_known),
        source=source(now_known),
        until=counts_until(now_known),
        headline=headline_of(now_known),
        trust=trust(now_known),
        history=_history(account) if account else [],
        **shared,
    )


def _history(account: PlatformAccount) -> list[dict[str, Any]]:
    """Each import with what it changed against the one before."""
    known = queries.history(db(), account)
    rows: list[dict[str, Any]] = []
    for audience, before in itertools.zip_longest(known, known[1:]):
        older = before.dimensions if before else {}
        gained, lost = gained_and_lost(older, audience.dimensions)
        rows.append(
            {
                "audience": audience,
                "source": source(audience),
                "changes": changes(older, audience.dimensions),
                "gained": gained if before else [],
                "lost": lost,
                "is_first": before is None,
            }
        )
    return rows


@bp.get(
    "/profile/audience/<platformaccount:platformaccount>/export.json",
    allow=access.owner_of_account,
)
def export_audience(platformaccount: PlatformAccount) -> ResponseReturnValue:
    """One's own audience, to take elsewhere or to import again."""
    known = queries.current_audiences(db(), platformaccount.creator).get(platformaccount.id)
    if known is None:
        raise NotFound
    name = f"audience-{platformaccount.platform}-{platformaccount.handle}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(formats.written(known), mimetype="application/json", headers=headers)


def _ours(current: PlatformAccount | None) -> list[tuple[str, str, bool]]:
    """A tab for each account; none when there is just one."""
    ours = the_creator().accounts
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
    known = queries.current_audiences(db(), account.creator).get(account.id)
    before = known.dimensions if known else {}
    gained, lost = gained_and_lost(before, parsed.dimensions)
    return render_template(
        "creators/preview.html",
        account=account,
        parsed=parsed,
        taken_on=taken_on,
        how=known_by(parsed.provenance, taken_on),
        is_first=known is None,
        changes=changes(before, parsed.dimensions),
        gained=gained,
        lost=lost,
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


_EXAMPLE = ", ".join(f'"{name}"' for name in example.NAMES)


@bp.get(f"/import/examples/<any({_EXAMPLE}):name>", allow=access.anyone)
def example_file(name: str) -> ResponseReturnValue:
    """A file as we read it, to look at or to fill in."""
    headers = {"Content-Disposition": f'attachment; filename="example-{name}"'}
    kind = "application/json" if name.endswith(".json") else "text/csv"
    return Response(example.content(name), mimetype=kind, headers=headers)

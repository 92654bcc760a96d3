"""The front page, how it works, and the numbers."""

import csv
import io
from typing import Any

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.config import Config
from marketplace.deals import rules
from marketplace.deals.words import purse
from marketplace.disputes import rules as disputes
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.i18n import bps
from marketplace.kit.routing import Blueprint
from marketplace.matches import words as matches
from marketplace.shop import rules as shop
from models import Deal

from . import queries, words

bp = Blueprint("front", __name__)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config


@bp.get("/", allow=access.anyone)
def index() -> ResponseReturnValue:
    config = _config()
    deal = queries.held_deal(db())
    return render_template(
        "front/index.html",
        figures=words.figures(queries.numbers(db(), currency=config.currency)),
        fit=_fit(),
        deal=_deal(deal) if deal else None,
        shelf=queries.shelf(db()),
        fee_bps=config.deal_fee_bps,
        approve_days=rules.APPROVE_DAYS,
    )


def _fit() -> dict[str, Any] | None:
    """One match as a picture. Whom a real campaign ranks is between them; a demo names them."""
    found = queries.best_fit(db())
    if found is None or found.match is None:
        return None
    named = _config().is_demo
    rows = [{k: v for k, v in row.items() if k != "note"} for row in matches.bars(found.match)]
    return {
        "name": found.creator.name if named else _("A creator"),
        "line": matches.creator_line(found) if named else "",
        "score": round(found.match.score),
        "rows": rows,
        "title": found.campaign.title if named else "",
        "sentence": matches.sentence(found) if named else "",
    }


def _deal(deal: Deal) -> dict[str, Any]:
    """One deal as a picture; what real people agreed on is theirs, so only a demo names them."""
    if _config().is_demo:
        title = deal.title
        line = _("%(who)s with %(brand)s", who=deal.creator.name, brand=deal.brand.name)
        return {"title": title, "line": line, "stops": purse.stops(deal)}
    stops = [
        {"label": _("Paid"), "amount": deal.price},
        {"label": _("Held"), "amount": deal.price, "here": True},
        {"label": _("Received"), "amount": deal.creator_receives},
    ]
    return {"title": _("A deal under way"), "line": "", "stops": stops}


@bp.get("/how", allow=access.anyone)
def how() -> ResponseReturnValue:
    config = _config()
    return render_template(
        "front/how.html",
        deal_fee=bps(config.deal_fee_bps),
        sale_fee=bps(config.sale_fee_bps),
        stripe_fee_by=config.stripe_fee_borne_by,
        rules=rules,
        shop=shop,
        disputes=disputes,
    )


@bp.get("/numbers", allow=access.anyone)
def numbers() -> ResponseReturnValue:
    counted = queries.numbers(db(), currency=_config().currency)
    return render_template(
        "front/numbers.html",
        figures=words.figures(counted),
        columns=queries.COLUMNS,
        days=queries.DAYS,
        on_time_days=queries.ON_TIME.days,
        small=queries.SMALL,
        enough=words.ENOUGH,
    )


@bp.get("/numbers.csv", allow=access.anyone)
def numbers_csv() -> ResponseReturnValue:
    """The rows behind the numbers, without names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(queries.COLUMNS)
    writer.writerows(queries.rows(db()))
    name = f"alongside-deals-{today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)

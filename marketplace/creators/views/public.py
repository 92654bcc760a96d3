"""A creator's page as everybody sees it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user
from marshmallow import Schema
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.creators import queries
from marketplace.creators.words import headline_of, portrait, source, trust
from marketplace.kit import i18n, labels
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.routing import me
from models import Creator

from .blueprint import bp


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
        trust=trust(known) if known else None,
        headline=headline_of(known) if known else "",
        rate_rows=_rate_rows(creator),
        account_rows=_account_rows(creator),
        on_time=queries.on_time(db(), creator),
        past_work=queries.past_work(db(), creator),
        has_shelf=standing.has_shelf,
        is_reachable=standing.is_reachable,
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

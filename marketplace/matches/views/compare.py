"""A few creators side by side for one campaign, by an address that can be passed on."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.campaigns.queries import named
from marketplace.creators.words import source
from marketplace.kit.db import db
from marketplace.matches import queries, words
from models import Campaign

from .blueprint import bp
from .cards import card

MOST_COMPARED = 4


@bp.get("/campaigns/<campaign:campaign>/compare", allow=access.owner_of_campaign)
def compare(campaign: Campaign) -> ResponseReturnValue:
    asked = list(dict.fromkeys(request.args.getlist("creator")))[:50]
    creators = list(named(db(), asked).values())
    fits = queries.some(db(), campaign, creators[:MOST_COMPARED])
    slugs = [fit.creator.slug for fit in fits]
    return render_template(
        "matches/compare.html",
        campaign=campaign,
        fits=fits,
        cards=[card(fit, is_own=False) for fit in fits],
        rows=words.beside.rows([fit.match for fit in fits]),
        sources={
            account: source(audience)
            for account, audience in queries.audiences_of(
                db(), [fit.account for fit in fits if fit.account]
            ).items()
        },
        left_out=len(creators) - MOST_COMPARED,
        most=MOST_COMPARED,
        without=[
            url_for(".compare", campaign=campaign, creator=[one for one in slugs if one != slug])
            for slug in slugs
        ],
        words=words,
    )

"""Proof of holdings: public, one page a day, and each party's own file to check it with."""

from flask import Response, abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.pages import paged
from marketplace.kit.routing import Blueprint, me
from models import Deal, Order, Proof

from . import queries, service, words

bp = Blueprint("books", __name__)


@bp.get("/proof", allow=access.anyone)
def proofs() -> ResponseReturnValue:
    """Every day's root and total."""
    return render_template(
        "books/proofs.html",
        newest=queries.newest(db()),
        days=paged(db(), queries.proofs()),
        words=words,
        page_url=lambda number: url_for(".proofs", page=number),
    )


@bp.get("/proof/<proof:proof>", allow=access.anyone)
def proof(proof: Proof) -> ResponseReturnValue:
    return render_template("books/proof.html", proof=proof, words=words)


@bp.get("/proof/<proof:proof>.json", allow=access.anyone)
def published(proof: Proof) -> ResponseReturnValue:
    """What was published of a day, for whoever keeps it."""
    return jsonify(proof.published)


@bp.get("/deals/<deal:deal>/proof", allow=access.party_to)
def of_deal(deal: Deal) -> ResponseReturnValue:
    """The days on which money was held for this deal."""
    return render_template(
        "books/mine.html",
        deal=deal,
        order=None,
        included=queries.parts(db(), queries.party_of_deal(deal)),
        party=queries.party_of_deal(deal),
        file_url=lambda proof: url_for(".file_of_deal", proof=proof, deal=deal),
    )


@bp.get("/proof/<proof:proof>/deals/<deal:deal>.json", allow=access.party_to)
def file_of_deal(proof: Proof, deal: Deal) -> ResponseReturnValue:
    return _file(proof, queries.party_of_deal(deal))


@bp.get("/orders/<order:order>/proof", allow=access.anyone)
def of_order(order: Order) -> ResponseReturnValue:
    """The days on which money of this order was on its way back, behind the shopper's code."""
    return render_template(
        "books/mine.html",
        deal=None,
        order=order,
        included=queries.parts(db(), queries.party_of_order(order)),
        party=queries.party_of_order(order),
        file_url=lambda proof: url_for(".file_of_order", proof=proof, order=order),
    )


@bp.get("/proof/<proof:proof>/orders/<order:order>.json", allow=access.anyone)
def file_of_order(proof: Proof, order: Order) -> ResponseReturnValue:
    return _file(proof, queries.party_of_order(order))


@bp.get("/money/proof", allow=access.earner)
def of_mine() -> ResponseReturnValue:
    """The days on which the person who looks was owed something."""
    return render_template(
        "books/mine.html",
        deal=None,
        order=None,
        included=queries.parts(db(), queries.party_of(me())),
        party=queries.party_of(me()),
        file_url=lambda proof: url_for(".file_of_mine", proof=proof),
    )


@bp.get("/proof/<proof:proof>/mine.json", allow=access.earner)
def file_of_mine(proof: Proof) -> ResponseReturnValue:
    return _file(proof, queries.party_of(me()))


def _file(proof: Proof, party: str) -> ResponseReturnValue:
    part = queries.part(db(), proof, party)
    if part is None:
        abort(404)
    name = f"alongside-proof-{proof.number}-{party.partition(':')[0]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    whole = service.inclusion(db(), proof, part)
    return Response(whole, mimetype="application/json", headers=headers)

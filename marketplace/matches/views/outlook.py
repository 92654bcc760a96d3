"""Before posting: what a brief would find, beside its form and on the page of a draft."""

from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _

from marketplace.kit.charts import Stair, even, stair
from marketplace.kit.db import db
from marketplace.kit.i18n import money
from marketplace.matches.queries.outlook import ROWS, Outlook, Reached, outlook
from marketplace.matches.words import outlook as words
from models import Campaign, Money

from .blueprint import bp


class Row(NamedTuple):
    budget: Money
    creators: int
    span: str
    each: str
    is_named: bool


class Curve(NamedTuple):
    """What more money brings: the drawing, its two ends, and the same in a table."""

    drawn: Stair
    ends: list[str]
    rows: list[Row]


class Shown(NamedTuple):
    """What is found, and what is said of it. `at` is what the budget brings."""

    found: Outlook
    at: Reached | None
    fitting: str
    span: str
    why_not: str
    dropped: list[str]
    curve: Curve | None


@bp.app_template_global()
def outlook_of(campaign: Campaign | None) -> Shown:
    """For pages of campaigns, which stand below matches. Without one: who is here at all."""
    currency = current_app.extensions["config"].currency
    brief = campaign or Campaign(currency=currency, sought={}, required={}, deliverables=[])
    found = outlook(db(), brief)
    at = found.reached(found.budget.minor) if found.budget else None
    return Shown(
        found=found,
        at=at,
        fitting=words.fitting(found),
        span=words.span(at) if at else "",
        why_not=words.nothing_drawn(found, brief.price_max),
        dropped=[words.dropped(one) for one in found.dropped],
        curve=_curve(found, found.budget) if found.steps and found.budget else None,
    )


def _curve(found: Outlook, budget: Money) -> Curve:
    to = found.steps[-1].budget
    marks = {*even(to, ROWS), budget.minor}
    points = [(one.budget, one.low, one.engagements, one.high) for one in found.steps]
    return Curve(
        drawn=stair(points, to=to, marked=budget.minor),
        ends=[money(Money(one, budget.currency), whole=True) for one in (0, to)],
        rows=[_row(one, budget) for one in found.steps if one.budget in marks],
    )


def _row(one: Reached, budget: Money) -> Row:
    return Row(
        budget=Money(one.budget, budget.currency),
        creators=one.creators,
        span=words.span(one) if one.creators else _("Nobody yet"),
        each=words.each(one, budget.currency),
        is_named=one.budget == budget.minor,
    )

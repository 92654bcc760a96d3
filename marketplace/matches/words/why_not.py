"""Why a creator isn't where a brand looked for them: every reason, and what can be done."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kit.i18n import number
from marketplace.matches.queries import Fit, Narrow
from models import CampaignStatus

from . import filters


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` is the finding, `reasons` each a sentence; `action` is (label, endpoint, values)."""

    said: str
    reasons: list[str]
    action: tuple[str, str, dict[str, Any]] | None = None


def answer(name: str, fit: Fit | None, narrow: Narrow) -> Answer:
    if fit is None:
        reason = _("Their account is suspended, so no campaign lists them until that ends")
        return Answer(_("%(name)s is in no list now", name=name), [reason])
    if fit.match is None:
        return _lacking(name, fit)
    hidden = narrow.hides(fit.ask, fit.creator, fit.match, is_dealt=fit.dealing is not None)
    if hidden:
        return _hidden(name, fit, narrow, hidden)
    return _placed(name, fit)


def _lacking(name: str, fit: Fit) -> Answer:
    from . import lacking

    reasons = lacking(fit, is_own=False)
    said = ngettext(
        "%(name)s misses %(num)s condition of this campaign",
        "%(name)s misses %(num)s conditions of this campaign",
        len(reasons),
        name=name,
    )
    campaign = fit.campaign
    if campaign.status == CampaignStatus.DRAFT:
        to_edit = {"campaign": campaign, "step": "audience"}
        return Answer(said, reasons, (_("Change the conditions"), "campaigns.edit", to_edit))
    return Answer(
        said, reasons, (_("See the conditions"), "campaigns.show", {"campaign": campaign})
    )


def _hidden(name: str, fit: Fit, narrow: Narrow, hidden: list[str]) -> Answer:
    said = ngettext(
        "%(name)s fits, and a filter of yours hides them",
        "%(name)s fits, and %(num)s filters of yours hide them",
        len(hidden),
        name=name,
    )
    reasons = [filters.said(one, narrow.given[one]) for one in hidden]
    values = {"campaign": fit.campaign, "without": hidden}
    return Answer(
        said, reasons, (_("Take it away") if len(hidden) == 1 else _("Take them away"), "", values)
    )


def _placed(name: str, fit: Fit) -> Answer:
    """They are on the list; what keeps them from standing further up."""
    from . import LABELS, points

    match = fit.match
    assert match is not None
    said = _(
        "%(name)s is on the list, at place %(place)s of %(pool)s",
        name=name,
        place=number(match.place),
        pool=number(fit.pool),
    )
    behind = sorted((one for one in match.components if round(one.points) < 0), key=_points)
    reasons = [f"{LABELS[one.key]}: {points(one)}" for one in behind]
    if not reasons:
        reasons = [_("Nothing holds them back: every part is at or above the middle")]
    see = {"campaign": fit.campaign, "creator": fit.creator}
    return Answer(said, reasons, (_("See every part"), "matches.show", see))


def _points(component: Any) -> float:
    return float(component.points)

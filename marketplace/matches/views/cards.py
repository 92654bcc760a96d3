"""One creator for a campaign, or one campaign for a creator, as pages draw them."""

from dataclasses import dataclass
from typing import Any, cast

from flask import get_template_attribute
from flask_babel import get_locale
from markupsafe import Markup

from marketplace.matches import words
from marketplace.matches.queries import Fit
from models import Campaign


@dataclass(frozen=True, slots=True)
class Card:
    """One campaign for a creator, or one creator for a campaign."""

    campaign: Campaign
    line: str
    sentence: str
    rows: list[dict[str, Any]]
    fit: int | None
    dealing: str
    found: Fit

    @property
    def terms(self) -> Markup:
        """The table of what the score is made of."""
        key = ("terms", self.found.creator.slug, str(get_locale()))
        said = self.found.among.said
        if key not in said:
            draw = get_template_attribute("matches/_table.html", "terms")
            said[key] = draw(self.found.match, words)
        return cast("Markup", said[key])


def card(fit: Fit, *, is_own: bool) -> Card:
    """`is_own` draws it for the creator, else for the brand."""
    match = fit.match
    line, sentence, rows = _said(fit, is_own)
    return Card(
        campaign=fit.campaign,
        line=words.campaign_line(fit.campaign) if is_own else line,
        sentence=sentence,
        rows=rows,
        fit=round(match.score) if match else None,
        dealing=words.dealing(fit.dealing, is_own=is_own) if fit.dealing else "",
        found=fit,
    )


def _said(fit: Fit, is_own: bool) -> tuple[str, str, list[dict[str, Any]]]:
    """Said once for each market, ask and language: formatting is most of what a page costs."""
    key = (is_own, fit.creator.slug, str(get_locale()))
    if fit.match is None or key not in fit.among.said:
        rows = words.bars(fit.match) if fit.match else []
        sentence = words.sentence(fit, is_own=is_own)
        fit.among.said[key] = (words.creator_line(fit), sentence, rows)
    return cast("tuple[str, str, list[dict[str, Any]]]", fit.among.said[key])

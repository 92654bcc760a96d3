"""Matches as pages draw them: words, bars and numbers, ready for `match_card`."""

from dataclasses import dataclass
from typing import Any

from models import Campaign

from . import queries, words


@dataclass(frozen=True, slots=True)
class Card:
    """One campaign for a creator, or one creator for a campaign."""

    campaign: Campaign
    line: str
    sentence: str
    rows: list[dict[str, Any]]
    fit: int | None
    dealing: str
    found: queries.Fit


def card(fit: queries.Fit, *, is_own: bool) -> Card:
    """`is_own` draws it for the creator, else for the brand."""
    match = fit.match
    return Card(
        campaign=fit.campaign,
        line=words.campaign_line(fit.campaign) if is_own else words.creator_line(fit),
        sentence=words.sentence(fit, is_own=is_own),
        rows=words.bars(match) if match else [],
        fit=round(match.score) if match else None,
        dealing=words.dealing(fit.dealing, is_own=is_own) if fit.dealing else "",
        found=fit,
    )

"""Receipts: everything a ranking was made of, so that anyone can work it out again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.pages import FEW
from matching import Profile
from matching.receipt import Arrangement, made, written
from models import Campaign

from .asks import Ask
from .exposure import own
from .fits import Fit, listing
from .narrow import Narrow
from .pool import profile_of
from .ranked import Ranked
from .reading import Listed


def receipt(db: Session, fit: Fit, *, is_own: bool) -> str:
    """Of one creator in their place. Theirs says also how often they were shown this month."""
    assert fit.match is not None
    about = _about(fit.campaign, fit.ask) | {"creator": fit.creator.slug}
    if is_own:
        about["seen_this_month"] = own(db, fit.creator.id).as_values
    return _written(fit.among, fit.ask, [(fit.match.place, fit.creator)], about)


def list_receipt(db: Session, campaign: Campaign, *, number: int, narrow: Narrow) -> str | None:
    """Of one page of a campaign's list, as it is shown today; None of a page without anybody."""
    shown = listing(db, campaign, number=number, narrow=narrow)
    if not shown.rows:
        return None
    first = (number - 1) * FEW + 1
    about = _about(campaign, shown.ask) | {
        "page": number,
        "positions": [first, first + len(shown.rows) - 1],
        "on_the_list": shown.total,
        "filters": {name: str(value) for name, value in narrow.given.items()},
        "places": "among those the filters leave" if narrow.given else "in the pool",
        "order": "by fit, near-equals in turn" if shown.order else "small first",
    }
    arrangement = shown.order.arrangement(first, shown.places) if shown.order else None
    rows = [(shown.places[who.slug], who) for (who, _match), _slot in shown.rows]
    return _written(shown.found, shown.ask, rows, about, arrangement)


def _about(campaign: Campaign, ask: Ask) -> dict[str, Any]:
    return {
        "made_at": now().isoformat(timespec="seconds"),
        "campaign": campaign.slug,
        "currency": ask.currency,
        "conditions": {
            "countries": list(ask.countries),
            "languages": list(ask.languages),
            "platforms": list(ask.platforms),
            "avoid": list(ask.avoid),
            "most_followers": ask.most_followers,
        },
    }


def _written(
    found: Ranked,
    ask: Ask,
    rows: Sequence[tuple[int, Listed]],
    about: Mapping[str, Any],
    arrangement: Arrangement | None = None,
) -> str:
    ranking, first = found.ranking, found.match(rows[0][1].slug)
    assert first is not None
    # Every match names the same columns in the same order.
    pairs = zip(ranking.weights, first.components, strict=True)
    return written(
        made(
            ask.brief,
            found.population,
            [(place, _profile(found, who)) for place, who in rows],
            pool=ranking.pool,
            medians={column: component.pool_median for column, component in pairs},
            about=about,
            arrangement=arrangement,
        )
    )


def _profile(found: Ranked, who: Listed) -> Profile:
    account = found.ask.account(who)
    assert account is not None
    return profile_of(who, account, found.ask, found.day)

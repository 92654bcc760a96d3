"""A receipt: everything a score was made of, so that anyone can work it out again."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from matching import Population, Profile

from .asks import Ask
from .fits import Fit
from .market import market
from .pool import seen


def receipt(db: Session, fit: Fit) -> dict[str, Any]:
    """As plain values. Only for somebody who was compared."""
    assert fit.match is not None
    known = seen(market(db), fit.ask)
    profile, ranking = known.profiles[fit.creator.slug], fit.among.ranking
    return {
        "formula": ranking.version,
        "made_at": now().isoformat(timespec="seconds"),
        "campaign": fit.campaign.slug,
        "creator": fit.creator.slug,
        "score": fit.match.score,
        "place": fit.match.place,
        "pool": ranking.pool,
        "weights": dict(ranking.weights),
        "terms": [component.as_dict() for component in fit.match.components],
        "asked": _asked(fit.ask),
        "inputs": _inputs(fit, profile),
        "usual": _usual(fit.ask, profile, known.population),
        "never_used": ["followers"],
    }


def _asked(ask: Ask) -> dict[str, Any]:
    return {
        "mode": ask.brief.mode,
        "targets": [
            {"dimension": one.dimension, "wanted": dict(one.wanted), "weight": one.weight}
            for one in ask.brief.targets
        ],
        "topics": dict(ask.brief.topics),
        "conditions": {
            "countries": ask.countries,
            "languages": ask.languages,
            "platforms": ask.platforms,
        },
    }


def _inputs(fit: Fit, profile: Profile) -> dict[str, Any]:
    taken_on = fit.account.taken_on if fit.account else None
    return {
        "platform": profile.platform,
        "audience_taken_on": taken_on.isoformat() if taken_on else None,
        "audience": {
            name: {"n": cells.n, "shares": dict(cells.shares)}
            for name, cells in profile.audience.items()
        },
        "topics": dict(profile.topics),
        "engagements_per_post": profile.engagements_per_post,
        "real_of_sampled_accounts": profile.credibility,
        "genuine_of_sampled_comments": profile.authenticity,
        "deals": profile.deals,
        "completed": profile.completed,
        "price_minor": profile.price_minor,
        "currency": fit.ask.currency,
    }


def _usual(ask: Ask, profile: Profile, population: Population) -> dict[str, Any]:
    """What small samples are drawn towards, and what value is measured against."""
    scale = population.value_scale(profile.platform)
    priors = {
        one.dimension: population.prior(profile.main_topic, one.dimension)
        for one in ask.brief.targets
    }
    return {
        "topic": profile.main_topic,
        "audience": {
            one.dimension: {code: priors[one.dimension].get(code, 0.0) for code in one.wanted}
            for one in ask.brief.targets
        },
        "value": {"p95": scale.top, "median_of_p95": scale.usual},
    }

"""What is read to match: the market, what a campaign asks of it, who fits, and what would help."""

from .advice import Advice, what_would_raise
from .asks import Ask, Lack
from .fits import Dealing, Fit, for_campaign, for_creator, new_ones, one, ranking_of
from .narrow import SMALL_WITHIN, Narrow
from .receipts import receipt

__all__ = [
    "SMALL_WITHIN",
    "Advice",
    "Ask",
    "Dealing",
    "Fit",
    "Lack",
    "Narrow",
    "for_campaign",
    "for_creator",
    "new_ones",
    "one",
    "ranking_of",
    "receipt",
    "what_would_raise",
]

"""What is read to match: the market, what a campaign asks of it, who fits, and what would help."""

from .advice import Advice, what_would_raise
from .asks import Ask, Lack
from .fits import Dealing, Fit, for_campaign, for_creator, new_ones, one, ranking_of
from .receipts import receipt

__all__ = [
    "Advice",
    "Ask",
    "Dealing",
    "Fit",
    "Lack",
    "for_campaign",
    "for_creator",
    "new_ones",
    "one",
    "ranking_of",
    "receipt",
    "what_would_raise",
]

"""What is read to match: the market, what a campaign asks of it, who fits, and what would help."""

from .advice import Advice, what_would_raise
from .asks import Ask, Lack
from .find import MOST_COUNTED, called, found
from .fits import Dealing, Fit, for_campaign, for_creator, new_ones, one, ranking_of, some
from .lookalikes import lookalikes
from .narrow import SMALL_WITHIN, Narrow
from .provenance import audiences_of
from .ranked import MOST
from .receipts import list_receipt, receipt

__all__ = [
    "MOST",
    "MOST_COUNTED",
    "SMALL_WITHIN",
    "Advice",
    "Ask",
    "Dealing",
    "Fit",
    "Lack",
    "Narrow",
    "audiences_of",
    "called",
    "for_campaign",
    "for_creator",
    "found",
    "list_receipt",
    "lookalikes",
    "new_ones",
    "one",
    "ranking_of",
    "receipt",
    "some",
    "what_would_raise",
]

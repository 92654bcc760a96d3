"""The market's yardstick for engagements per price, read off a snapshot."""

from __future__ import annotations

import numpy as np

from matching.population import Scale, scales_of

from . import coding, slow
from .entry import PLATFORMS
from .layout import CHOSEN, FLAGS, PER_POST, PLATFORM_MASK, Blocks
from .plan import Asked


def value_scales(asked: Asked, rows: Blocks) -> dict[str | None, Scale]:
    price = slow.prices(asked, rows)
    made = rows.bytes[PER_POST]
    known = (price > 0) & (made > 0) & (rows.bytes[CHOSEN] >> asked.chosen_bit & 1 > 0)
    values = np.exp2(coding.PER_POST.log2(made[known])) / price[known]
    platform = rows.bytes[FLAGS][known] & PLATFORM_MASK
    # Platforms the engine has no name for count for everyone's scale alone.
    each = {name: values[platform == key] for key, name in enumerate((*PLATFORMS, ""))}
    found = scales_of(each)
    found.pop("", None)
    return found

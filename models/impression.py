"""Being seen: whom a brand was shown on a day, and what that comes to in a month."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model


class SlotKind(StrEnum):
    """Why somebody stood where they stood."""

    SCORE = "score"
    LIFTED = "lifted"
    DRAWN = "drawn"
    # The brand chose an order of its own.
    SORTED = "sorted"


class SizeBand(StrEnum):
    """Audiences by size, for counting afterwards who was seen. No ranking knows them."""

    UNDER_10K = "under_10k"
    TO_50K = "to_50k"
    TO_250K = "to_250k"
    ABOVE = "above"


#: The fewest followers a band has, the largest first.
BANDS_FROM = {
    SizeBand.ABOVE: 250_000,
    SizeBand.TO_250K: 50_000,
    SizeBand.TO_50K: 10_000,
    SizeBand.UNDER_10K: 0,
}


class Showing(Model):
    """One campaign's ranking on one day on which its brand looked at it.

    `fitting` are those who fitted when it was first looked at; emptied once they were counted.
    """

    __tablename__ = "showings"
    __table_args__ = (
        UniqueConstraint("campaign_id", "day"),
        CheckConstraint("jsonb_typeof(drawn_from) = 'object'", name="drawn_from_is_an_object"),
        CheckConstraint("pool >= 0", name="pool_not_negative"),
        Index("ix_showings_uncounted", "day", postgresql_where="counted_at IS NULL"),
    )

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id"))
    day: Mapped[date]
    formula: Mapped[str]
    pool: Mapped[int]
    fitting: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    counted_at: Mapped[datetime | None]
    # Whom the first draw could have picked, or an even part of them, as the night found them:
    # {"mode": "value", "creators": [{"id": uuid, "small": bool, "components": {key: value}}]}
    drawn_from: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Impression(Model):
    """One creator whom a brand was shown for a campaign on a day: the first time alone counts."""

    __tablename__ = "impressions"
    __table_args__ = (
        UniqueConstraint("campaign_id", "day", "creator_id"),
        CheckConstraint("position > 0 AND place > 0", name="positions_from_one"),
        CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity_is_a_chance"),
        CheckConstraint("kind = 'drawn' OR propensity = 1", name="only_draws_are_chance"),
        CheckConstraint("score > 0 AND score <= 100", name="score_in_range"),
        Index("ix_impressions_day", "day"),
        Index("ix_impressions_creator_id_day", "creator_id", "day"),
    )

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id"))
    day: Mapped[date]
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"))
    position: Mapped[int]
    # By score alone, among all who were compared.
    place: Mapped[int]
    score: Mapped[float]
    kind: Mapped[SlotKind]
    propensity: Mapped[float]


class Exposure(Model):
    """What one creator had of being seen in one month, in showings in the first place.

    `times` counts impressions, `shown` weighs them by position, `due` is the share of whoever
    fits; `owed` is the credit left after the last day counted, also of the months before.
    """

    __tablename__ = "exposures"
    __table_args__ = (
        UniqueConstraint("creator_id", "month"),
        CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),
        CheckConstraint("times >= 0 AND shown >= 0 AND due >= 0", name="counts_not_negative"),
        CheckConstraint("owed >= 0", name="owed_not_negative"),
    )

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"))
    month: Mapped[date]
    times: Mapped[int] = mapped_column(default=0)
    shown: Mapped[float] = mapped_column(default=0.0)
    due: Mapped[float] = mapped_column(default=0.0)
    owed: Mapped[float] = mapped_column(default=0.0)


class ExposureBand(Model):
    """What one size band had of a month: kept for ever, and names nobody.

    `eligible` and `fitting` count creators once a campaign and day on which its brand looked.
    """

    __tablename__ = "exposure_bands"
    __table_args__ = (
        UniqueConstraint("month", "band"),
        CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),
    )

    month: Mapped[date]
    band: Mapped[SizeBand]
    eligible: Mapped[int] = mapped_column(BigInteger)
    fitting: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int] = mapped_column(BigInteger)
    shown: Mapped[float]
    due: Mapped[float]

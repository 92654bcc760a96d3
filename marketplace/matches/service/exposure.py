"""Whom a brand was shown, as it happens, and each night what that comes to."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days, now, today
from marketplace.matches.queries import Fit
from marketplace.matches.queries.exposure import bands_of, eligible
from marketplace.matches.queries.learning import drawn_from
from marketplace.matches.queries.order import owed_to
from matching import FORMULA_VERSION, exposure
from matching.receipt import published
from models import (
    Campaign,
    CampaignStatus,
    Exposure,
    ExposureBand,
    Impression,
    Showing,
    SizeBand,
    SlotKind,
)

# How long single impressions are kept; what a month came to is kept for ever.
KEPT_DAYS = 400
# As many rows a statement.
_LOT = 2_000
_SUMS = ("times", "shown", "due")

# One statement a page, whatever is on it. In the order of ids, so that two pages opened at once
# wait for each other and never in a ring.
_SHOWN = text(
    """
    WITH showing AS (
      INSERT INTO showings (id, created_at, campaign_id, day, formula, pool, fitting)
      VALUES (gen_random_uuid(), :now, :campaign_id, :day, :formula, :pool, :fitting)
      ON CONFLICT DO NOTHING)
    INSERT INTO impressions (id, created_at, campaign_id, day,
      creator_id, position, place, score, kind, propensity)
    SELECT gen_random_uuid(), :now, :campaign_id, :day, one.* FROM unnest(
      CAST(:creators AS uuid[]), CAST(:positions AS int[]), CAST(:places AS int[]),
      CAST(:scores AS float8[]), CAST(:kinds AS text[]), CAST(:chances AS float8[])
    ) AS one (creator_id, position, place, score, kind, propensity)
    ORDER BY one.creator_id
    ON CONFLICT DO NOTHING
    """
)


def show(db: Session, campaign: Campaign, fits: Sequence[Fit]) -> None:
    """Note that its brand saw these. Seen again on the same day, nobody counts again; and being
    seen is worth something only while the campaign takes creators on.
    """
    seen = [(fit, fit.match, fit.slot) for fit in fits if fit.match and fit.slot]
    if not seen or campaign.status != CampaignStatus.OPEN:
        return
    db.execute(
        _SHOWN,
        {
            "now": now(),
            "campaign_id": campaign.id,
            "day": today(),
            "formula": FORMULA_VERSION,
            "pool": fits[0].pool,
            "fitting": fits[0].among.fitting,
            "creators": [fit.creator.id for fit, _match, _slot in seen],
            "positions": [slot.position for _fit, _match, slot in seen],
            "places": [match.place for _fit, match, _slot in seen],
            "scores": [published(match.score) for _fit, match, _slot in seen],
            "kinds": [slot.kind for _fit, _match, slot in seen],
            "chances": [slot.propensity for _fit, _match, slot in seen],
        },
    )


@dataclass(slots=True)
class _Day:
    """What the showings of one day come to, by creator."""

    due: dict[uuid.UUID, float] = field(default_factory=lambda: defaultdict(float))
    shown: dict[uuid.UUID, float] = field(default_factory=lambda: defaultdict(float))
    times: Counter[uuid.UUID] = field(default_factory=Counter)
    # In how many showings somebody fitted.
    fitting: Counter[uuid.UUID] = field(default_factory=Counter)

    def add(self, showing: Showing, impressions: Iterable[Impression]) -> None:
        fitting, among = set(showing.fitting), []
        for one in impressions:
            self.times[one.creator_id] += 1
            self.shown[one.creator_id] += exposure.worth(one.position)
            # Where the brand chose the order, nobody was passed over by ours.
            if one.creator_id in fitting and one.kind != SlotKind.SORTED:
                among.append(one.position)
        share = exposure.due(among, len(fitting))
        for creator_id in fitting:
            self.due[creator_id] += share
            self.fitting[creator_id] += 1

    @property
    def creators(self) -> list[uuid.UUID]:
        return sorted(self.due.keys() | self.times.keys())


def tick(db: Session) -> int:
    """Count the days that are over, the oldest first. Returns how many showings were counted."""
    waits = select(Showing.id).where(Showing.counted_at.is_(None), Showing.day < today())
    if db.scalar(waits.limit(1)) is None:
        return 0
    # One at a time: what is owed after a day depends on the day before.
    db.execute(text("SELECT pg_advisory_xact_lock(hashtext('exposure'))"))
    counted = 0
    uncounted = select(Showing).where(Showing.counted_at.is_(None), Showing.day < today())
    for day in db.scalars(uncounted.with_only_columns(Showing.day).distinct().order_by("day")):
        showings = db.scalars(uncounted.where(Showing.day == day)).all()
        _count(db, day, showings)
        counted += len(showings)
    return counted


def _count(db: Session, day: date, showings: Sequence[Showing]) -> None:
    rows: dict[uuid.UUID, list[Impression]] = {}
    ids = [showing.campaign_id for showing in showings]
    seen = select(Impression).where(Impression.day == day, Impression.campaign_id.in_(ids))
    for one in db.scalars(seen):
        rows.setdefault(one.campaign_id, []).append(one)
    counted = _Day()
    for showing in showings:
        impressions = rows.get(showing.campaign_id, [])
        counted.add(showing, impressions)
        showing.drawn_from = drawn_from(db, showing, impressions)
    db.flush()
    month = day.replace(day=1)
    _keep_creators(db, month, counted)
    _keep_bands(db, month, counted, eligible(db, ids))
    db.execute(
        update(Showing)
        .where(Showing.id.in_([showing.id for showing in showings]))
        .values(counted_at=now(), fitting=[])
    )


def _keep_creators(db: Session, month: date, day: _Day) -> None:
    for creators in _lots(day.creators):
        owed = owed_to(db, creators)
        made = insert(Exposure).values(
            [
                {
                    "id": uuid.uuid4(),
                    "created_at": now(),
                    "creator_id": one,
                    "month": month,
                    "times": day.times[one],
                    "shown": day.shown[one],
                    "due": day.due[one],
                    "owed": exposure.credit(owed.get(one, 0.0), day.due[one], day.shown[one]),
                }
                for one in creators
            ]
        )
        added = {name: getattr(Exposure, name) + made.excluded[name] for name in _SUMS}
        db.execute(
            made.on_conflict_do_update(
                index_elements=["creator_id", "month"],
                set_={**added, "owed": made.excluded.owed},
            )
        )


def _keep_bands(db: Session, month: date, day: _Day, in_pool: Mapping[SizeBand, int]) -> None:
    members: dict[SizeBand, list[uuid.UUID]] = {band: [] for band in SizeBand}
    for one, band in bands_of(db, day.creators).items():
        members[band].append(one)
    sums = {name: getattr(day, name) for name in ("fitting", *_SUMS)}
    made = insert(ExposureBand).values(
        [
            {
                "id": uuid.uuid4(),
                "created_at": now(),
                "month": month,
                "band": band,
                "eligible": in_pool.get(band, 0),
                **{name: sum(each[one] for one in ids) for name, each in sums.items()},
            }
            for band, ids in members.items()
        ]
    )
    added = {
        name: getattr(ExposureBand, name) + made.excluded[name] for name in ("eligible", *sums)
    }
    db.execute(made.on_conflict_do_update(index_elements=["month", "band"], set_=added))


def _lots(ids: Sequence[uuid.UUID]) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[first : first + _LOT] for first in range(0, len(ids), _LOT))


def forget(db: Session) -> None:
    """Drop single impressions after their time; one that was not counted yet stays."""
    before = in_days(-KEPT_DAYS).date()
    db.execute(delete(Showing).where(Showing.day < before, Showing.counted_at.is_not(None)))
    waits = select(func.min(Showing.day)).where(Showing.counted_at.is_(None)).scalar_subquery()
    db.execute(
        delete(Impression).where(
            Impression.day < before, Impression.day < func.coalesce(waits, before)
        )
    )

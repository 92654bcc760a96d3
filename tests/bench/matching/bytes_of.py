"""How many bytes of the columns a query needs, and about how many the engine read for it."""

from __future__ import annotations

from matching.engine import Query, Snapshot
from matching.engine.layout import BLOCK, SLOTS
from matching.engine.plan import AUDIENCE, MONEY, TOPIC, Asked
from matching.engine.search import search
from matching.engine.summary import FIELDS


def columns_of(asked: Asked) -> tuple[set[str], set[str]]:
    """(of the score, of the filters)."""
    score, filters = set(), {"chosen"}
    for what, place in asked.steps.tolist():
        if what == AUDIENCE:
            groups = asked.groups[asked.terms[place, 1] : asked.terms[place, 2]]
            cells = range(groups[0, 0], groups[-1, 1])
            score |= {f"dense {asked.dense[cell]}" for cell in cells}
            if groups[-1, 3] > groups[0, 2]:
                score |= {
                    "slots",
                    "topics",
                    "main country",
                    *(f"prior {one}" for one in asked.slots[:, 1]),
                }
        elif what == TOPIC:
            score.add("topics")
        elif what == MONEY:
            score |= {"flags", "rate"}
            if asked.by_value and len(asked.work):
                score |= {"made", "currency", *(f"price {kind}" for kind in asked.work)}
        else:
            score.add(f"part {place}")
    if not asked.any_country:
        filters.add("country")
    if asked.languages:
        filters.add("languages")
    if asked.avoid:
        filters.add("flags")
    if asked.most_size < 252:
        filters.add("size")
    if asked.by_price:
        filters |= {"currency", *(f"price {kind}" for kind in asked.work)}
    return score, filters


def width(name: str) -> int:
    if name == "slots":
        return 2 * SLOTS + 8
    if name in ("topics", "languages"):
        return 8 if name == "topics" else 4
    return 2 if name.startswith("price") else 1


def needed(snapshot: Snapshot, query: Query) -> tuple[int, int]:
    """For all rows; and an estimate of what was read: values worked out, at their mean width.

    Filters count as read whole, though many blocks decide them by their summaries.
    """
    planned, rows = snapshot.plan(query), snapshot.rows
    score, filters = columns_of(planned.asked)
    whole = rows * sum(width(name) for name in score | filters)
    found = search(snapshot.stored, planned, snapshot.rows_left_out(query), 400)
    part = found.read / (rows * len(planned.keys))
    summaries = sum(kind(0).nbytes * wide for kind, wide in FIELDS.values())
    touched = part * rows * sum(map(width, score)) + rows * sum(map(width, filters))
    return whole, int(touched + summaries * rows / BLOCK)

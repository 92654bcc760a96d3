"""A simulated month of being seen: `.venv/bin/python -m tests.bench.exposure`, one JSON line each.

Near-equals whose scores lie within five points, looked at once a day for each campaign, twelve
at a time; with the arrangement, and by score alone.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random

from matching import exposure
from matching.exposure import Slot, arranged, fitting


class Market:
    """Campaigns looked at day by day, with credit worked out each night."""

    def __init__(self, creators: int, campaigns: int, seed: int) -> None:
        random = Random(seed)
        self.names = range(creators)
        # A few points apart, as the best of a pool are.
        self.rankings = [
            sorted(((50 + random.random() * 5, name) for name in self.names), reverse=True)
            for _ in range(campaigns)
        ]
        self.credit = dict.fromkeys(self.names, 0.0)
        self.seen = Counter[int]()
        self.fit = Counter[int]()
        self.due = Counter[int]()
        self.lost: list[float] = []

    def month(self, days: int = 30, page: int = 12, fair: bool = True) -> None:
        for day in range(days):
            due, shown = Counter[int](), Counter[int]()
            for number, ranking in enumerate(self.rankings):
                scores = [score for score, _ in ranking]
                owed = [self.credit[name] if fair else 0.0 for _, name in ranking]
                slots = arranged(scores, owed, f"{number} {day}", upto=page)
                if not fair:
                    slots = [Slot(p, p, "score", 0.0, 1.0) for p in range(1, page + 1)]
                self.lost.append(exposure.loss(scores, slots))
                fits = fitting(scores)
                share = exposure.due([s.position for s in slots if s.place <= fits], fits)
                for _, name in ranking[:fits]:
                    due[name] += share
                    self.fit[name] += 1
                for slot in slots:
                    if slot.place <= fits:
                        shown[ranking[slot.place - 1][1]] += exposure.worth(slot.position)
            for name in self.names:
                self.credit[name] = exposure.credit(self.credit[name], due[name], shown[name])
                self.seen[name] += shown[name]
                self.due[name] += due[name]


def measured(creators: int, campaigns: int, *, fair: bool, seeds: int = 12) -> dict[str, object]:
    markets = [Market(creators, campaigns, seed) for seed in range(seeds)]
    for market in markets:
        market.month(fair=fair)
    fit = [(market, name) for market in markets for name in market.names if market.due[name]]
    had = sorted(market.seen[name] / market.due[name] for market, name in fit)
    lost = [loss for market in markets for loss in market.lost]
    return {
        "bench": "exposure",
        "order": "in turn" if fair else "by score alone",
        "creators": creators,
        "campaigns": campaigns,
        "seeds": seeds,
        "fitting": len(fit),
        "never_seen": sum(not share for share in had),
        "least_tenth_of_due": round(had[len(had) // 10], 3),
        "median_of_due": round(had[len(had) // 2], 3),
        "points_given_away": round(sum(lost) / len(lost), 3),
        "points_most": round(max(lost), 3),
    }


if __name__ == "__main__":
    for size, number in ((80, 3), (80, 1), (300, 10)):
        for fair in (True, False):
            print(json.dumps(measured(size, number, fair=fair, seeds=12 if size < 100 else 3)))

"""Who gets the parts that name nobody: small creators whose topics and country fit."""

from collections import Counter
from math import log10
from random import Random

from .briefs import BY_KEY, BriefTold
from .people import LEADS
from .roster import Sketch

# Nobody larger is cast, and hardly anybody more than twice.
_LARGEST = 60_000
_MOST_PARTS = 2


class Casting:
    def __init__(self, random: Random, sketches: list[Sketch]) -> None:
        self.random = random
        self.by_email = {one.email: one for one in sketches}
        known = {lead.email for lead in LEADS}
        self._others = [
            one for one in sketches if one.email not in known and one.followers <= _LARGEST
        ]
        self._parts: Counter[str] = Counter()
        self._seen: set[tuple[str, str]] = set()

    def named(self, email: str, brief: str) -> Sketch:
        self._seen.add((email, brief))
        return self.by_email[email]

    def someone(self, brief: str) -> Sketch:
        """The best who hasn't had a part in this campaign, a little by chance."""
        told = BY_KEY[brief]
        free = [
            one
            for one in self._others
            if self._parts[one.email] < _MOST_PARTS and (one.email, brief) not in self._seen
        ]
        found = max(free, key=lambda one: self._fit(told, one) + self.random.random() * 2)
        self._parts[found.email] += 1
        self._seen.add((found.email, brief))
        return found

    def _fit(self, brief: BriefTold, one: Sketch) -> float:
        topics = sum(brief.interests.get(topic, 0) for topic in one.topics) / 4
        speaks = not brief.languages or bool(set(brief.languages) & set(one.languages))
        at_home = 2.0 if one.country in brief.countries else 0.0
        small = 2.2 * max(0.0, log10(one.followers) - 3.8)
        return topics + at_home + (1.0 if speaks else -5.0) - small - self._parts[one.email]

    def price(self, brief: str, one: Sketch) -> int:
        """Within what the campaign pays, more for more listeners, in steps of five euros."""
        told = BY_KEY[brief]
        least, most = told.prices or (100, 200)
        size = min(1.0, max(0.0, (log10(one.followers) - 3) / 2))
        asked = (least + (most - least) * size) * self.random.uniform(0.92, 1.08)
        return min(most, max(least, round(asked / 5) * 5))

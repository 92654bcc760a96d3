"""What happens when: a queue of acts in time, and the clock between them."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from zoneinfo import ZoneInfo

from .stage import Stage

Act = Callable[[], None]
# Hours between which people do things.
_WAKE, _SLEEP = 7, 23
# The clock's own work is done so often; silence is counted in days.
_SWEEP_EVERY = 1.0
# What follows sooner than this belongs to what was done before: no night comes between.
_AT_ONCE = 0.03


def steps(path: str) -> list[tuple[float, str]]:
    """`offer +0.7 accept` → [(0, offer), (0.7, accept)]: the wait before each verb."""
    found, wait = [], 0.0
    for word in path.split():
        if word.startswith("+"):
            wait += float(word)
        else:
            found.append((wait, word))
            wait = 0.0
    return found


def length(path: str) -> float:
    return sum(wait for wait, _ in steps(path))


class Play:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._queue: list[tuple[float, int, Act]] = []
        self._number = count()
        self.zone = ZoneInfo("Europe/Stockholm")
        here = stage.end.astimezone(self.zone)
        self._end_hour = here.hour + here.minute / 60

    def at(self, days_ago: float, act: Act) -> None:
        heapq.heappush(self._queue, (-days_ago, next(self._number), act))

    def along(self, began: float, path: str, acts: Callable[[str], None], pace: float = 1) -> None:
        """Play a path from its first verb; a faster pace shortens every wait."""
        self._next(began, began, iter(steps(path)), acts, pace)

    def _next(
        self,
        days_ago: float,
        happened: float,
        left: Iterator[tuple[float, str]],
        acts: Callable[[str], None],
        pace: float,
    ) -> None:
        """`days_ago` is when the last verb was to be, `happened` when it really was."""
        for wait, verb in left:
            moment, at_once = days_ago - wait * pace, 0 < wait < _AT_ONCE
            happens = happened - wait * pace if at_once else self.awake(moment)

            def act(verb: str = verb, moment: float = moment, happens: float = happens) -> None:
                acts(verb)
                self._next(moment, happens, left, acts, pace)

            self.at(happens, act)
            return

    def awake(self, days_ago: float) -> float:
        """What would happen at night happens early the next morning; today is left as it is."""
        hour = (self._end_hour - days_ago * 24) % 24
        if days_ago < 1 or _WAKE <= hour < _SLEEP:
            return days_ago
        until_morning = (_WAKE - hour) % 24
        return days_ago - (until_morning + (24 - until_morning) % 1.7) / 24

    def run(self, began: float) -> None:
        """Everything in its order, with the clock's work once a day, and then the present."""
        for day in _days(began):
            self.at(day, self.stage.sweep)
        while self._queue:
            moment, _number, act = heapq.heappop(self._queue)
            self.stage.go_to(max(0.001, -moment))
            act()
            self.stage.jobs()


def _days(began: float) -> Iterable[float]:
    day = began - 0.5
    while day > 0:
        yield day
        day -= _SWEEP_EVERY

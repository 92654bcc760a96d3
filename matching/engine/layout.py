"""Which byte is where: the columns of a row, and the parts of the file.

A row is 126 bytes, in columns: those of one byte together (`BYTES` of them), then prices and
slots in two bytes, languages in four, topics and what found no slot in eight, the id in
sixteen. 256 rows are a block, the unit of skipping, of checksums and of locks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.profiles import AGE, AGE_GENDER, CITY, COUNTRY, GENDER, INTEREST, LANGUAGE

from .entry import PLATFORMS, WORK

LAYOUT = 3
BLOCK = 256

#: So many codes of audiences, the market's commonest, have a byte of their own in each row.
DENSE = 36
#: Of all others an account keeps its largest: a hashed code above, how large its share is below.
SLOTS, CODE_BITS, LEVEL_BITS = 11, 10, 6
LEVEL_MASK = (1 << LEVEL_BITS) - 1
#: Those that find no slot are marked in so many cells by the low bits of their codes. They are at
#: most as large as the last slot, and are taken to be that: too much is put right when the best
#: are ranked, too little would lose somebody.
CELLS = 64

#: Dimensions with a sample size of their own, hence a byte that says how much is prior.
SAMPLED = (AGE_GENDER, COUNTRY, LANGUAGE, INTEREST, CITY)
SAMPLE_OF: Mapping[str, int] = {
    **{dimension: place for place, dimension in enumerate(SAMPLED)},
    AGE: 0,
    GENDER: 0,
}

# Columns of one byte.
PRIOR = DENSE
AUTH = PRIOR + len(SAMPLED)
PERF, REL = AUTH + 1, AUTH + 2
PER_POST, RATE = REL + 1, REL + 2
CHOSEN = RATE + 1
FLAGS, SIZE, CURRENCY, COUNTRY_OF = CHOSEN + 1, CHOSEN + 2, CHOSEN + 3, CHOSEN + 4
#: Where most of the audience lives: what is usual of cities and languages goes by it.
MAIN_COUNTRY = COUNTRY_OF + 1
BYTES = MAIN_COUNTRY + 1

# Columns of two bytes.
PRICE, SLOT = 0, len(WORK)
LAST_SLOT = SLOT + SLOTS - 1
WORDS = SLOT + SLOTS

ROW_BYTES = BYTES + 2 * WORDS + 4 + 8 + 8 + 16

#: `FLAGS`: the platform in the low bits, marks above.
PLATFORM_MASK = 3
NO_PLATFORM = len(PLATFORMS)
MARK_SHIFT = 2
MARKS = 6

#: `topics` holds the number of the main one, and above it a bit for each there is.
TOPIC_BITS = 6
#: So many have a number of their own. All others share the one after.
TOPICS = 57
#: What stands where there is none.
NO_TOPIC = 63
MAIN_TOPICS = 64

#: The last place of each table is for whatever came when it was full.
LANGUAGES = 31
ONE_BYTE = 255

Array = NDArray[Any]


class Columns(NamedTuple):
    """Rows as columns: of a whole snapshot, or of some rows on their way into one.

    bytes (BYTES, rows), words (WORDS, rows), languages, topics and beyond (rows,), ids (2, rows).
    """

    bytes: NDArray[np.uint8]
    words: NDArray[np.uint16]
    languages: NDArray[np.uint32]
    topics: NDArray[np.uint64]
    beyond: NDArray[np.uint64]
    ids: NDArray[np.uint64]

    @classmethod
    def empty(cls, rows: int) -> Columns:
        return cls(
            np.zeros((BYTES, rows), np.uint8),
            np.zeros((WORDS, rows), np.uint16),
            np.zeros(rows, np.uint32),
            np.zeros(rows, np.uint64),
            np.zeros(rows, np.uint64),
            np.zeros((2, rows), np.uint64),
        )

    @property
    def size(self) -> int:
        return int(self.languages.shape[0])

    def take(self, rows: Any) -> Columns:
        """These rows, in this order; a slice shares the memory."""
        return Columns(
            self.bytes[:, rows],
            self.words[:, rows],
            self.languages[rows],
            self.topics[rows],
            self.beyond[rows],
            self.ids[:, rows],
        )

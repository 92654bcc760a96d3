"""Which byte is where: the columns of a row, and the parts of the file.

64 rows are a block, the unit of work, of skipping, of checksums and of locks. What is in a block
lies together, on two or three pages; in it a row is 122 bytes, in columns:
those of one byte together (`BYTES` of them), then prices and slots in two bytes, languages in
four, topics and what found no slot in eight, the id in sixteen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.profiles import AGE, AGE_GENDER, CITY, COUNTRY, GENDER, INTEREST, LANGUAGE

from .entry import PLATFORMS, WORK

LAYOUT = 6
#: Bytes in a line of the cache.
LINE = 64
#: Rows of a block: a column of one byte is a line.
BLOCK = LINE

#: So many codes of audiences, the market's commonest, have a byte of their own in each row.
DENSE = 36
#: Of all others an account keeps its largest: a code's number above, how large its share is below.
SLOTS, CODE_BITS, LEVEL_BITS = 9, 10, 6
LEVEL_MASK = (1 << LEVEL_BITS) - 1
#: So many of the others, the commonest, have a number of their own; what is rarer shares the rest.
NUMBERED = 3 << CODE_BITS - 2
#: So many of those have a place of their own in what is known of a block. The others share the
#: places after, by their last bits.
COMMON, SHARED = 96, 32
#: Those that find no slot are marked, by a bit for a few of the common ones or one for each place
#: that is shared. They are at most as large as the last slot, and are taken to be that: too much
#: is put right when the best are ranked, too little would lose somebody.
MARKED = 32

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
BLOCK_BYTES = ROW_BYTES * BLOCK

#: Where a block's columns of two, four, eight and sixteen bytes begin.
WORDS_AT = BYTES * BLOCK
LANGUAGES_AT = WORDS_AT + 2 * WORDS * BLOCK
TOPICS_AT = LANGUAGES_AT + 4 * BLOCK
BEYOND_AT = TOPICS_AT + 8 * BLOCK
IDS_AT = BEYOND_AT + 8 * BLOCK

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
    """Rows as columns: of a block, or of some rows on their way into one.

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


class Blocks(NamedTuple):
    """All blocks of a file (blocks, BLOCK_BYTES), as columns whose rows are (blocks, BLOCK)."""

    bytes: NDArray[np.uint8]
    words: NDArray[np.uint16]
    languages: NDArray[np.uint32]
    topics: NDArray[np.uint64]
    beyond: NDArray[np.uint64]
    ids: NDArray[np.uint64]

    @classmethod
    def of(cls, raw: NDArray[np.uint8]) -> Blocks:
        def part(first: int, last: int, kind: Any, *width: int) -> Array:
            inside = raw[:, first:last].view(kind).reshape(len(raw), *width, BLOCK)
            return np.moveaxis(inside, 1, 0) if width else inside

        return cls(
            part(0, WORDS_AT, np.uint8, BYTES),
            part(WORDS_AT, LANGUAGES_AT, np.uint16, WORDS),
            part(LANGUAGES_AT, TOPICS_AT, np.uint32),
            part(TOPICS_AT, BEYOND_AT, np.uint64),
            part(BEYOND_AT, IDS_AT, np.uint64),
            part(IDS_AT, BLOCK_BYTES, np.uint64, 2),
        )

    def take(self, rows: Any) -> Columns:
        """A copy of these rows, in this order."""
        block, at = np.divmod(np.asarray(rows, np.int64), BLOCK)
        parts: list[Any] = [np.ascontiguousarray(part[..., block, at]) for part in self]
        return Columns(*parts)

    def fill(self, columns: Columns, rows: Any) -> None:
        """These rows in this order, from the first on."""
        blocks, over = divmod(columns.size, BLOCK)
        for into, made in zip(self, columns, strict=True):
            # A column at a time, so that ten millions need no second copy of everything.
            for to, part in zip(_each(into, 3), _each(made, 2), strict=True):
                one = part[rows]
                to[:blocks] = one[: blocks * BLOCK].reshape(blocks, BLOCK)
                if over:
                    to[blocks, :over] = one[blocks * BLOCK :]


def _each(part: Any, dimensions: int) -> Any:
    return part if part.ndim == dimensions else part[None]

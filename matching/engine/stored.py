"""The file: its header, its regions, and how it outlives whoever dies while writing it.

    header    what never changes, under a checksum; then rows, the outbox number applied,
              which of the two descriptions holds, and the journal
    described twice: tables and population as compressed JSON. A new one is written beside
              the one that holds, and then takes its place
    locks     a number a block: odd while its rows are being changed
    sums      a checksum a block
    summaries what is in a block, see `summary`
    blocks    see `layout`

A change goes into the journal first and then into its block, so that a writer that comes
back finishes what it was doing. A file whose sums don't hold is not opened; the one before
it, kept beside it as `….last`, is.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .layout import BLOCK, BLOCK_BYTES, LAYOUT, ROW_BYTES, Blocks
from .summary import FIELDS, Summary

PAGE = 4096
MAGIC = b"ALONGSDE"
_FIXED = struct.Struct("<8sIIQQQQ")
_FIXED_SUM, _ROWS, _APPLIED, _HOLDS = 128, 256, 264, 272
_JOURNAL = 1024
_ROOM_FOR_GROWTH = 1 << 16

Array = NDArray[Any]


class Damaged(Exception):
    """A file that is not a whole snapshot of this layout."""


def _read_only(array: Any) -> Any:
    view = array.view()
    view.flags.writeable = False
    return view


def blocks_of(rows: int) -> int:
    return -(-rows // BLOCK)


def summaries_of(blocks: int) -> int:
    """How many summaries there is room for: bounds are worked out for so many blocks at once."""
    return -(-blocks // BLOCK) * BLOCK


def _pages(size: int) -> int:
    return -(-size // PAGE) * PAGE


def described(plain: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 6)


class Stored:
    """A mapped file as arrays. `writable` only in the one process that changes it."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self.writable = writable
        with path.open("r+b" if writable else "rb") as file:
            self.inode = os.fstat(file.fileno()).st_ino
            size = os.fstat(file.fileno()).st_size
            if size < PAGE:
                raise Damaged(f"{path} is too short")
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self.map = mmap.mmap(file.fileno(), 0, access=access)
        self._read_header(size)
        self._arrays()

    def _read_header(self, size: int) -> None:
        fixed = self.map[: _FIXED.size]
        magic, layout, block, self.generation, capacity, room, whole = _FIXED.unpack(fixed)
        (kept,) = struct.unpack_from("<I", self.map, _FIXED_SUM)
        if magic != MAGIC or kept != zlib.crc32(fixed):
            raise Damaged(f"{self.path} does not begin as a snapshot")
        if (layout, block) != (LAYOUT, BLOCK):
            raise Damaged(f"{self.path} has layout {layout}, not {LAYOUT}")
        if whole != size:
            raise Damaged(f"{self.path} has {size} bytes, not {whole}")
        self.capacity, self.room = int(capacity), int(room)

    def _arrays(self) -> None:
        at = regions(self.capacity, self.room)
        blocks = self.capacity // BLOCK

        def part(name: str, kind: Any, *shape: int) -> Array:
            count = int(np.prod(shape))
            return np.frombuffer(self.map, kind, count, at[name]).reshape(shape)

        self.numbers = np.frombuffer(self.map, np.uint64, 3, _ROWS)
        self.locks = part("locks", np.uint32, blocks)
        self.sums = part("sums", np.uint64, blocks)
        room = summaries_of(blocks)
        self.summary = Summary(
            *(part(name, kind, width, room) for name, (kind, width) in FIELDS.items())
        )
        self.raw = part("blocks", np.uint8, blocks, BLOCK_BYTES)
        self.blocks = Blocks.of(self.raw)

    @property
    def rows(self) -> int:
        return int(self.numbers[0])

    def ids_of(self, rows: Any) -> Array:
        """(2, rows): the high and the low half of each."""
        block, at = np.divmod(np.asarray(rows, np.int64), BLOCK)
        return self.blocks.ids[:, block, at]

    @property
    def applied(self) -> int:
        return int(self.numbers[1])

    @property
    def holds(self) -> int:
        """Which description holds; it grows by one with each new one."""
        return int(self.numbers[2])

    def set_rows(self, rows: int) -> None:
        self.numbers[0] = rows

    def set_applied(self, seq: int) -> None:
        self.numbers[1] = seq

    def description(self) -> Mapping[str, Any]:
        at = PAGE + self.holds % 2 * self.room
        size, kept = struct.unpack_from("<QI", self.map, at)
        packed = self.map[at + 12 : at + 12 + size] if size <= self.room else b""
        if zlib.crc32(packed) != kept:
            raise Damaged(f"{self.path} has a description that is not whole")
        return json.loads(zlib.decompress(packed))

    def describe(self, plain: Mapping[str, Any]) -> bool:
        """Let this description hold from now on; False if there is no room for it."""
        packed = described(plain)
        if len(packed) + 12 > self.room:
            return False
        at = PAGE + (self.holds + 1) % 2 * self.room
        self.map[at + 12 : at + 12 + len(packed)] = packed
        struct.pack_into("<QI", self.map, at, len(packed), zlib.crc32(packed))
        self.numbers[2] += 1
        return True

    def remember(self, row: int, one: bytes) -> None:
        """Into the journal: what this row is about to become."""
        body = struct.pack("<QI", row, len(one)) + one
        self.map[_JOURNAL + 4 : _JOURNAL + 4 + len(body)] = body
        struct.pack_into("<I", self.map, _JOURNAL, zlib.crc32(body))

    def remembered(self) -> tuple[int, bytes] | None:
        """What the journal holds, if it is whole."""
        (kept,) = struct.unpack_from("<I", self.map, _JOURNAL)
        row, size = struct.unpack_from("<QI", self.map, _JOURNAL + 4)
        if size != ROW_BYTES:
            return None
        body = self.map[_JOURNAL + 4 : _JOURNAL + 16 + size]
        return (row, body[12:]) if zlib.crc32(body) == kept else None

    def read_only(self) -> Stored:
        """The same for scans, which are compiled for arrays nobody writes to."""
        view = copy(self)
        view.raw = _read_only(self.raw)
        view.blocks = Blocks.of(view.raw)
        view.summary = Summary(*(_read_only(part) for part in self.summary))
        return view

    def replaced(self) -> bool:
        """Whether another file has taken its place."""
        try:
            return self.path.stat().st_ino != self.inode
        except FileNotFoundError:
            return False

    @property
    def nbytes(self) -> int:
        """On the disk; what was never written is a hole in the file."""
        return self.path.stat().st_blocks * 512

    def flush(self) -> None:
        self.map.flush()


def regions(capacity: int, room: int) -> dict[str, int]:
    """name -> where it begins, each on a page of its own; "end" is the size of the file."""
    blocks = capacity // BLOCK
    sizes = {
        "locks": 4 * blocks,
        "sums": 8 * blocks,
        **{
            name: np.dtype(kind).itemsize * width * summaries_of(blocks)
            for name, (kind, width) in FIELDS.items()
        },
        "blocks": BLOCK_BYTES * blocks,
    }
    at, found = PAGE + 2 * room, {}
    for name, size in sizes.items():
        found[name] = at
        at += _pages(size)
    return found | {"end": at}


def create(path: Path, capacity: int, generation: int, plain: Mapping[str, Any]) -> Stored:
    """A new file without rows. What is never written takes no room on disk or in memory."""
    capacity = blocks_of(capacity) * BLOCK
    room = _pages(2 * len(described(plain)) + _ROOM_FOR_GROWTH)
    size = regions(capacity, room)["end"]
    fixed = _FIXED.pack(MAGIC, LAYOUT, BLOCK, generation, capacity, room, size)
    with path.open("wb") as file:
        file.truncate(size)
        file.write(fixed)
        file.seek(_FIXED_SUM)
        file.write(struct.pack("<I", zlib.crc32(fixed)))
    made = Stored(path, writable=True)
    made.describe(plain)
    return made


def last_of(path: Path) -> Path:
    return path.with_name(path.name + ".last")


def publish(new: Path, path: Path) -> None:
    """Let the new file take the path's place at once, and keep the old one as the last good."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists():
        beside = path.with_name(path.name + ".keep")
        beside.unlink(missing_ok=True)
        beside.hardlink_to(path)
        beside.replace(last_of(path))
    new.replace(path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

"""The files in var/log: one a program, kept short, and their last lines when something is wrong."""

from pathlib import Path
from typing import BinaryIO

LONGEST = 5_000_000


def opened(path: Path) -> BinaryIO:
    """Append to a log, setting the old one aside when it has grown long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab")


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def tail(path: Path, lines: int = 25, since: int = 0) -> str:
    """The last lines, indented for a terminal; `since` leaves out what an earlier start wrote."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        end = log.seek(0, 2)
        log.seek(max(since, end - 20_000))
        text = log.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

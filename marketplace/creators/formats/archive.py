"""A zip of several exports, as YouTube Studio and TikTok give them: each read for itself."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from flask_babel import gettext as _

from models import Provenance

from .parsed import Parsed, Unreadable
from .text import as_text

_MOST_FILES = 40
#: Bytes of one file inside, and of all together. An honest export has some kilobytes.
_LARGEST, _LARGEST_TOGETHER = 5_000_000, 10_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


def is_archive(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read(content: bytes, read_text: Callable[[str], Parsed]) -> Parsed:
    """All that the files inside say together. The first to speak of a dimension counts."""
    texts = _texts(content)
    read_: list[tuple[str, Parsed]] = []
    left_out: list[str] = []
    for name, inside in texts:
        try:
            read_.append((name, read_text(as_text(inside))))
        except Unreadable as why:
            left_out.append(f"{name}: {why}")
    if not read_:
        first = left_out[0] if left_out else _("there is no .csv or .json file in it")
        raise Unreadable(_("Nothing in the zip could be used. First: %(first)s", first=first))
    return _together(read_, left_out)


def _texts(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if any(entry.filename == "[Content_Types].xml" for entry in entries):
                raise Unreadable(_("This is a spreadsheet. Save it as CSV, then choose that file"))
            wanted = [entry for entry in entries if _is_wanted(entry.filename)]
            if len(entries) > _MOST_FILES or len(wanted) > _MOST_FILES:
                raise Unreadable(
                    _(
                        "The zip has %(count)s files in it. Ours may have %(most)s",
                        count=len(entries),
                        most=_MOST_FILES,
                    )
                )
            return _unpacked(archive, wanted)
    except Unreadable:
        raise
    except _BROKEN as error:
        raise Unreadable(
            _("The zip can’t be opened: it is cut off, locked or damaged. Download it again")
        ) from error


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = name.startswith("__MACOSX") or path.name.startswith(".")
    return not hidden and path.suffix.casefold() in (".csv", ".json", ".tsv", ".txt")


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[tuple[str, bytes]]:
    """What the entries hold. What they say of their size isn't believed: reading stops at ours."""
    unpacked: list[tuple[str, bytes]] = []
    together = 0
    for entry in entries:
        with archive.open(entry) as file:
            inside = file.read(_LARGEST + 1)
        together += len(inside)
        if len(inside) > _LARGEST or together > _LARGEST_TOGETHER:
            raise Unreadable(
                _("The zip unpacks to more than an export has. Choose the files in it one by one")
            )
        unpacked.append((PurePosixPath(entry.filename).name[:80], inside))
    return unpacked


def _together(read_: list[tuple[str, Parsed]], left_out: list[str]) -> Parsed:
    dimensions: dict[str, dict[str, Any]] = {}
    problems, notes = list[str](), list[str]()
    first = read_[0][1]
    for name, parsed in read_:
        problems += [f"{name}: {problem}" for problem in parsed.problems]
        notes += [note for note in parsed.notes if note not in notes]
        for dimension, kept in parsed.dimensions.items():
            if dimensions.setdefault(dimension, kept) is not kept:
                problems.append(_("%(name)s: another file in the zip says this already", name=name))
    days = [parsed.taken_on for _name, parsed in read_ if parsed.taken_on]
    platforms = {parsed.platform for _name, parsed in read_ if parsed.platform}
    if len(platforms) > 1:
        raise Unreadable(_("The zip has files of several platforms in it. Choose one at a time"))
    known = next((parsed for _name, parsed in read_ if parsed.platform), first)
    return Parsed(
        known.format,
        dimensions,
        [*problems, *left_out],
        notes,
        taken_on=max(days, default=None),
        platform=known.platform,
        handle=next((parsed.handle for _name, parsed in read_ if parsed.handle), ""),
        figures={k: v for _name, parsed in reversed(read_) for k, v in parsed.figures.items()},
        provenance=Provenance.SELF_DECLARED
        if any(parsed.provenance == Provenance.SELF_DECLARED for _name, parsed in read_)
        else Provenance.FILE,
    )

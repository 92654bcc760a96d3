"""Which format a file is in, and its bytes as text."""

from typing import Any

from . import archive, instagram, own, studio, table, tiktok, vendor, youtube
from .loading import loaded, objects
from .parsed import Parsed
from .text import as_text


def read(content: bytes) -> Parsed:
    """Read an audience file. Raises Unreadable with words for whoever chose it."""
    if archive.is_archive(content):
        return archive.read(content, read_text)
    return read_text(as_text(content))


def read_text(text: str) -> Parsed:
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(loaded(text))
    return table.read(text) if table.is_ours(text) else studio.read(text)


def _read_json(answers: list[Any]) -> Parsed:
    """By the keys that only one format has; Instagram's is the plainest, so it comes last."""
    found = [one for _path, _name, one in objects(answers)]
    for reader in (own, youtube, tiktok, vendor):
        if any(reader.is_ours(one) for one in found):
            return reader.read(answers)
    return instagram.read(answers)

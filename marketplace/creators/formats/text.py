"""The bytes of a file as text, whichever way they are written."""

from flask_babel import gettext as _

from .parsed import Unreadable

_SPREADSHEETS = (b"\xd0\xcf\x11\xe0",)
_BOMS = (b"\xff\xfe", b"\xfe\xff")


def as_text(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Latin-1. Raises Unreadable when it isn't text."""
    if not content.strip():
        raise Unreadable(_("The file is empty. Choose another"))
    if content.startswith(_SPREADSHEETS):
        raise Unreadable(_("This is a spreadsheet. Save it as CSV, then choose that file"))
    text = _decoded(content)
    if "\x00" in text or sum(not (c.isprintable() or c.isspace()) for c in text[:2000]) > 20:
        raise Unreadable(_("This isn’t a text file. Choose a .json or .csv file"))
    if not text.strip():
        raise Unreadable(_("The file is empty. Choose another"))
    return text


def _decoded(content: bytes) -> str:
    # Every other byte of Western text in UTF-16 is zero; nothing else looks like that.
    zeros = content[:400].count(0)
    if content.startswith(_BOMS) or zeros > len(content[:400]) / 3:
        little = content.startswith(b"\xff\xfe") or content[1:2] == b"\x00"
        try:
            return content.decode("utf-16-le" if little else "utf-16-be").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise Unreadable(_("The file is cut off. Export it again")) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows' own set has letters where Latin-1 has signs that nobody sees.
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError:
            return content.decode("latin-1")

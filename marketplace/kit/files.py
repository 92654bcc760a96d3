"""Pictures people upload: decoded, shrunk and encoded again, so that only pixels are kept."""

import hashlib
import io
import struct
import warnings
import zlib

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from models import File, Person

LARGEST_BYTES = 5_000_000
_LARGEST_PIXELS = 40_000_000
_LONGEST_SIDE = 1_600
# All that Pillow raises on bytes that are no picture, or only the beginning of one.
_BROKEN = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError),
    *(struct.error, zlib.error),
)


class Unreadable(Exception):
    """The upload can't be used; the message says why and what to do."""


def keep_picture(db: Session, content: bytes, name: str, *, of: Person, public: bool) -> File:
    """Store a picture as WebP. Raises Unreadable with words for the person."""
    if not content:
        raise Unreadable(_("The file is empty. Choose a picture"))
    if len(content) > LARGEST_BYTES:
        raise Unreadable(_("The picture must be 5 MB or smaller"))
    encoded = _again(content)
    file = File(
        person_id=of.id,
        is_public=public,
        name=name[-120:] or "picture",
        content_type="image/webp",
        sha256=hashlib.sha256(encoded).hexdigest(),
        content=encoded,
    )
    db.add(file)
    db.flush()
    return file


def _again(content: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP", "GIF"])
            if picture.width * picture.height > _LARGEST_PIXELS:
                raise Unreadable(_("The picture has too many pixels. Make it smaller first"))
            picture.load()
        except Unreadable:
            raise
        except (Image.DecompressionBombError, Warning) as error:
            raise Unreadable(_("The picture has too many pixels. Make it smaller first")) from error
        except _BROKEN as error:
            raise Unreadable(_("Choose a picture file: PNG, JPEG, WebP or GIF")) from error
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = io.BytesIO()
    picture.convert("RGBA" if "A" in picture.getbands() else "RGB").save(out, "WEBP", quality=82)
    return out.getvalue()

"""What nobody in their right mind types, and somebody always does."""

import io
import struct
import zipfile
import zlib

from PIL import Image

LONG = "å" * 20_000
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></textarea></form>"
SQL = "'; DROP TABLE people; -- \\ \" %s %(name)s :name"
FORMULA = '=cmd|"/c calc"!A1'
SIGNS = "\u202eright to left\u2066 🧗🏽‍♀️ e\u0301\u0301\u0301 \ufeff\u200b"
CONTROL = "a\x00b\x07c\x1b[31md\x7f\r\n\u2028\x85"

NUMBERS = (
    *("-1", "0", "1", "1e309", "NaN", "-Infinity", "9" * 20, "9223372036854775808", "2147483648"),
    *("٣", "²", "½", "0x10", "1_000", "1,5", "-0", "+1", "1.005", ".5", "1 000 000", "100000000"),
)
DATES = (
    *("0000-00-00", "0001-01-01", "9999-12-31", "2027-02-29", "2028-02-29", "20270301"),
    *("2027-W09-1", "31/12/2027", "2027-03-01T00:00:00Z", "1969-12-31"),
)
WORDS = (
    LONG,
    MARKUP,
    SQL,
    FORMULA,
    SIGNS,
    CONTROL,
    " ",
    "on",
    "null",
    "../../etc/passwd",
    "a@b",
    "http://[",
)
TEXTS = (*WORDS, *NUMBERS, *DATES)

#: As they stand in a form's body: not UTF-8, a lone surrogate, too long a form, half a sign.
RAW = (b"%FF%FE%00", b"%ED%A0%80", b"%C0%AF", b"%F0%9F%98", b"%", b"%zz", b"\xff\xfe", b"%00")

#: Names that are almost, or not at all, those of a field.
NAMES = ("", "\x00", "{name}.", "{name}.x", "{name}[]", "{name}\x00", ".{name}", "form", "csrf")


def _png(width: int, height: int) -> bytes:
    """A picture that says it is very large, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _picture(kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, kind)
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


SHOPIFY = (
    "Handle,Title,Body (HTML),Type,Option1 Name,Option1 Value,Variant Price,"
    "Variant Inventory Qty\nboots,Boots,<p>Good</p>,boots,Size,39,149.00,5\n"
)
AUDIENCE = "dimension,key,value\ncountry,SE,72\n"

FILES: dict[str, bytes] = {
    "empty": b"",
    "spaces": b" \r\n\t ",
    "nul": b"\x00" * 2_000,
    "ten megabytes": b"x" * 10_000_000,
    "utf-16": SHOPIFY.encode("utf-16"),
    "latin-1": SHOPIFY.replace("Good", "Läst").encode("latin-1"),
    "half a utf-8": SHOPIFY.encode() + b"\xc3",
    "formulas": SHOPIFY.replace("Boots", FORMULA.replace('"', "")).encode(),
    "formulas in an audience": AUDIENCE.replace("SE", "=cmd()").encode(),
    "one endless line": b"Title,Price," + b"a" * 200_000,
    "an open quote": SHOPIFY.encode() + b'"' + b"x\n" * 100_000,
    "only a header": SHOPIFY.partition("\n")[0].encode(),
    "columns twice": b"Title,Title,Price,Price\na,b,1,2\n",
    "prices of all kinds": "\n".join(["Title,Price", *(f"a,{n}" for n in NUMBERS)]).encode(),
    "shares of all kinds": (AUDIENCE + "".join(f"age,18-24,{n}\n" for n in NUMBERS)).encode(),
    "a short row": b"Title,Price\nBoots\n,\n,,,,,,\nBoots,1\n",
    "json number": b"1",
    "json null": b"null",
    "json text": b'"text"',
    "json list": b"[1, [2], {}]",
    "json of another shape": b'{"data": [{"name": "follower_demographics", "total_value": 7}]}',
    "json of a near shape": b'{"data": [{"name": "follower_demographics", "period": "lifetime",'
    b' "total_value": {"breakdowns": [{"dimension_keys": ["age"], "results":'
    b' [{"dimension_values": ["18-24", "x"], "value": "many"},'
    b' {"dimension_values": null, "value": -1}, 7, null]}]}}]}',
    "json numbers": b'{"data": [1e999, NaN, -Infinity, 123456789012345678901234567890]}',
    "json ten thousand deep": b"[" * 10_000 + b"]" * 10_000,
    "json objects ten thousand deep": b'{"data":' * 10_000 + b"1" + b"}" * 10_000,
    "json cut off": b'{"data": [{"name": "follower_demo',
    "json with a lone surrogate": b'{"data": "\\ud800", "\\udfff": 1}',
    "json with long number": b'{"data": ' + b"9" * 10_000 + b"}",
    "zip": _zip(),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><script>alert(1)</script></html>",
    "picture": _picture(),
    "picture cut off": _picture()[:-20],
    "picture's first bytes": b"\x89PNG\r\n\x1a\n",
    "picture of a huge size": _png(50_000, 50_000),
    "picture without pixels": _png(0, 0),
    "picture with too few pixels": _png(2_000, 2_000),
    "picture with a palette": _picture("GIF", "P"),
    "picture in CMYK": _picture("JPEG", "CMYK"),
    "picture in 16 bits": _picture("PNG", "I;16"),
    "picture as TIFF": _picture("TIFF"),
    "jpeg cut off": _picture("JPEG")[:-60],
    "webp cut off": _picture("WEBP")[:20],
}  # fmt: skip

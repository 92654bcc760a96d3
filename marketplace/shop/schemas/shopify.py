"""Reads a product export of Shopify, in its old and its new dialect. Touches no database."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask_babel import gettext as _

from marketplace.kit.slugs import slug_of
from marketplace.shop.words import kind_of
from models import Money

LARGEST_BYTES = 5_000_000
MOST_ROWS = 5_000
_LONGEST = {"title": 200, "description": 10_000, "option": 80, "sku": 80}
# Spreadsheets run what starts so; no product is called that.
_FORMULA = ("=", "@")

# What a column is called in the old dialect and in the new one, letters and digits only.
_COLUMNS = {
    "handle": ("handle", "urlhandle"),
    "title": ("title",),
    "description": ("bodyhtml", "body", "description"),
    "type": ("type", "producttype"),
    "category": ("productcategory", "standardproducttype"),
    "published": ("published", "publishedononlinestore"),
    "status": ("status",),
    "sku": ("variantsku", "sku"),
    "price": ("variantprice", "price"),
    "tracker": ("variantinventorytracker", "inventorytracker"),
    "stock": ("variantinventoryqty", "inventoryquantity", "inventoryqty"),
    "oversell": ("variantinventorypolicy", "continuesellingwhenoutofstock"),
    "picture": ("imagesrc", "productimageurl"),
}


class Unreadable(Exception):
    """The file can't be read at all; the message says why and what to do."""


@dataclass
class VariantRow:
    title: str
    options: dict[str, str]
    sku: str
    price_minor: int
    stock: int | None


@dataclass
class ProductRow:
    handle: str
    title: str
    description: str
    kind: str
    is_active: bool
    variants: list[VariantRow] = field(default_factory=list)


@dataclass
class Problem:
    row: int
    text: str


@dataclass
class Sheet:
    """What a file says: its products, what must be put right first, and what is left out."""

    products: list[ProductRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pictures: int = 0

    @property
    def variants(self) -> int:
        return sum(len(product.variants) for product in self.products)


def pack(products: list[ProductRow]) -> list[dict[str, Any]]:
    """The products as JSON can carry them."""
    return [asdict(product) for product in products]


def unpack(packed: list[dict[str, Any]]) -> list[ProductRow]:
    return [
        ProductRow(**{**row, "variants": [VariantRow(**variant) for variant in row["variants"]]})
        for row in packed
    ]


def read(content: bytes, currency: str) -> Sheet:
    """Read a whole file. Raises Unreadable; what is wrong in single rows is in `problems`."""
    sheet = Sheet()
    by_handle: dict[str, _Reading] = {}
    for number, row in _rows(content):
        if row.get("picture"):
            sheet.pictures += 1
        try:
            _take(row, by_handle, currency)
        except ValueError as error:
            sheet.problems.append(Problem(number, str(error)))
    sheet.products = [reading.product for reading in by_handle.values()]
    if not by_handle and not sheet.problems:
        raise Unreadable(_("The file has no products. Choose a product export with rows in it"))
    return sheet


@dataclass
class _Reading:
    """A product whose rows are still coming; later rows leave the options' names blank."""

    product: ProductRow
    names: list[str]


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number in a spreadsheet, by our names of the columns."""
    lines = _lines(_text(content))
    try:
        header = next(lines)[1]
        columns = _columns(header)
        count = 0
        for number, cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise Unreadable(_("The file has more than %(most)s rows. Split it", most="5,000"))
            named = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
            yield number, named
    except StopIteration:
        raise Unreadable(_("The file is empty. Choose another")) from None
    except csv.Error:
        raise Unreadable(_("Choose a CSV file, as Shopify exports it")) from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return iter(enumerate(reader, start=1))


def _text(content: bytes) -> str:
    if not content.strip():
        raise Unreadable(_("The file is empty. Choose another"))
    if len(content) > LARGEST_BYTES:
        raise Unreadable(_("The file must be 5 MB or smaller"))
    if content.startswith(b"PK"):
        raise Unreadable(_("This is a spreadsheet or a zip file. Save it as CSV first"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_("Save the file as “CSV UTF-8”, then choose it again")) from None
    if "\x00" in text:
        raise Unreadable(_("Choose a CSV file, as Shopify exports it"))
    return text


def _columns(header: list[str]) -> dict[str, int]:
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in header]
    columns = {
        ours: plain.index(theirs)
        for ours, names in _COLUMNS.items()
        for theirs in reversed(names)
        if theirs in plain
    }
    for number in (1, 2, 3):
        for part in ("name", "value"):
            if f"option{number}{part}" in plain:
                columns[f"option{number}{part}"] = plain.index(f"option{number}{part}")
    missing = [name for name in ("title", "price") if name not in columns]
    if missing:
        raise Unreadable(
            _(
                "The file has no column “%(names)s”. Choose a product export from Shopify",
                names="”, “".join(name.capitalize() for name in missing),
            )
        )
    return columns


def _take(row: dict[str, str], by_handle: dict[str, _Reading], currency: str) -> None:
    """Add one row to the product it belongs to. ValueError says what to put right."""
    title = row.get("title", "")
    handle = slug_of(row.get("handle", "") or title, most=120)
    if not handle:
        raise ValueError(_("Enter a title"))
    reading = by_handle.get(handle)
    is_new = reading is None
    if reading is None:
        reading = by_handle[handle] = _begin(row, handle, title)
    # Rows with neither a price nor an option only carry one more picture.
    if is_new or row.get("price") or any(row.get(f"option{n}value") for n in (1, 2, 3)):
        _add_variant(reading, row, currency)


def _begin(row: dict[str, str], handle: str, title: str) -> _Reading:
    _plain("title", title, _("the title"))
    if not title:
        raise ValueError(_("Enter a title"))
    description = text_of(row.get("description", ""))
    if len(description) > _LONGEST["description"]:
        raise ValueError(_("The description must be 10,000 characters or fewer"))
    names = [row.get(f"option{number}name", "") for number in (1, 2, 3)]
    for name in names:
        _plain("option", name, _("the name of an option"))
    shown = row.get("published", "").lower() not in ("false", "no", "0")
    shown = shown and row.get("status", "").lower() not in ("draft", "archived", "unlisted")
    kind = kind_of(row.get("type", ""), title, row.get("category", ""))
    return _Reading(ProductRow(handle, title, description, kind, shown), names)


def _add_variant(reading: _Reading, row: dict[str, str], currency: str) -> None:
    options = {}
    for number, name in enumerate(reading.names, start=1):
        value = row.get(f"option{number}value", "")
        _plain("option", value, _("the value of an option"))
        if name and value and (name, value) != ("Title", "Default Title"):
            options[name] = value
    _plain("sku", row.get("sku", ""), _("the SKU"))
    variant = VariantRow(
        title=" / ".join(options.values()),
        options=options,
        sku=row.get("sku", ""),
        price_minor=_price(row.get("price", ""), currency),
        stock=_stock(row),
    )
    if any(other.title == variant.title for other in reading.product.variants):
        what = f"{reading.product.title} {variant.title}".strip()
        raise ValueError(_("%(what)s is in the file twice. Remove one of the rows", what=what))
    reading.product.variants.append(variant)


def _plain(column: str, text: str, what: str) -> None:
    if text.startswith(_FORMULA):
        raise ValueError(
            _("Remove the “%(sign)s” at the start of %(what)s", sign=text[0], what=what)
        )
    if len(text) > _LONGEST[column]:
        most = _LONGEST[column]
        raise ValueError(
            _("Make %(what)s shorter: %(most)s characters at most", what=what, most=most)
        )


def _price(typed: str, currency: str) -> int:
    if not typed:
        raise ValueError(_("Enter a price"))
    try:
        price = Money.parse(typed, currency)
    except ValueError:
        raise ValueError(
            _("Enter a price like 249.50, not “%(typed)s”", typed=typed[:40])
        ) from None
    if not 1 <= price.minor <= 100_000_000:
        raise ValueError(_("Enter a price above zero, not “%(typed)s”", typed=typed[:40]))
    return price.minor


def _stock(row: dict[str, str]) -> int | None:
    """How many there are; None where the shop doesn't count, or sells on when there are none."""
    typed = row.get("stock", "")
    if not typed or row.get("oversell", "").lower() in ("continue", "true"):
        return None
    if "tracker" in row and not row["tracker"]:
        return None
    if not re.fullmatch(r"-?\d{1,9}", typed):
        raise ValueError(_("Enter the stock as a whole number, not “%(typed)s”", typed=typed[:40]))
    return max(0, int(typed))


class _Words(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        if tag in ("p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4", "ul", "ol"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def text_of(html: str) -> str:
    """The words of some HTML, a line a paragraph; no tag survives."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    text = "".join(parser.parts)
    lines = (re.sub(r"[\s\x00-\x1f\x7f]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)

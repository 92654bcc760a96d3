"""Reading product exports."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.schemas import shopify

FILES = Path(__file__).parent / "files"

OLD = (FILES / "shopify-old.csv").read_text(encoding="utf-8")
NEW = (FILES / "shopify-new.csv").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def read(text: str) -> shopify.Sheet:
    return shopify.read(text.encode(), "eur")


def test_the_old_dialect_is_read_with_its_variants() -> None:
    sheet = read(OLD)
    assert not sheet.problems
    boots, mug = sheet.products
    assert [v.title for v in boots.variants] == ["Chestnut / 38", "Chestnut / 39", "Moss / 39"]
    assert [v.stock for v in boots.variants] == [4, 0, None]
    assert boots.variants[2].options == {"Colour": "Moss", "Size": "39"}
    assert boots.variants[2].price_minor == 15_500
    assert boots.kind == "boots"
    assert mug.variants[0].title == ""
    assert mug.variants[0].price_minor == 1_600
    assert not mug.is_active
    assert sheet.pictures == 3


def test_the_new_dialect_is_read_with_its_variants() -> None:
    sheet = read(NEW)
    assert not sheet.problems
    socks, draft = sheet.products
    assert socks.handle == "merino-socks"
    assert [v.stock for v in socks.variants] == [12, None]
    assert not draft.is_active


def test_a_description_becomes_plain_words() -> None:
    assert read(OLD).products[0].description == "Full grain & waxed.\nResoleable."


def test_both_dialects_survive_the_trip_through_the_preview() -> None:
    for text in (OLD, NEW):
        products = read(text).products
        assert shopify.unpack(shopify.pack(products)) == products


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"  \n\n", "The file is empty"),
        ("Title,Price\nKängor,1".encode("latin-1"), "CSV UTF-8"),
        ("Title,Price\nBoots,1".encode("utf-16"), "CSV UTF-8"),
        (b"PK\x03\x04 an xlsx", "spreadsheet"),
        (b"age,share\n18-24,0.4\n", "no column “Title”, “Price”"),
        (b"Title,Handle\nBoots,boots\n", "no column “Price”"),
        (b"Title,Price\n", "no products"),
        (b"Title,Price\n" + b"a" * 5_000_001, "5 MB"),
        (b"Title,Price\n" + b"a,1\n" * 5_001, "5,000 rows"),
        (b"Title,Price\nBo\x00ots,1\n", "Choose a CSV file"),
        (b'Title,Price\n"' + b"a" * 140_000 + b'",1\n', "Choose a CSV file"),
    ],
)
def test_a_file_that_is_no_export_says_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(shopify.Unreadable, match=words.replace("(", r"\(")):
        shopify.read(content, "eur")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Boots,,3", "Enter a price"),
        ("Boots,abc,3", "Enter a price like 249.50, not “abc”"),
        ("Boots,=1+1,3", "Enter a price like 249.50"),
        ("Boots,-5,3", "above zero"),
        ("Boots,0,3", "above zero"),
        ("Boots,12.345.1,3", "Enter a price like"),
        ("Boots,12,many", "Enter the stock as a whole number"),
        (",12,3", "Enter a title"),
        ('"=HYPERLINK(""x"")",12,3', "Remove the “=”"),
        (f"{'a' * 201},12,3", "Make the title shorter"),
    ],
)
def test_a_wrong_row_says_where_and_what_to_type(row: str, words: str) -> None:
    sheet = read(f"Title,Price,Inventory quantity\nGood,9.00,1\n{row}\n")
    assert [problem.row for problem in sheet.problems] == [3]
    assert words in sheet.problems[0].text


def test_the_same_variant_twice_is_a_problem() -> None:
    assert "twice" in read("Title,Price\nBoots,9\nBoots,9\n").problems[0].text


def test_a_semicolon_file_is_read_as_well() -> None:
    assert read("Title;Price\nBoots;9,50\n").products[0].variants[0].price_minor == 950


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(shopify.Unreadable):
        shopify.read(b"Title,Price\n" + content, "eur")

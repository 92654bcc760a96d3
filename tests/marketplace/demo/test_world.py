"""What the demo world is made from: files like those that people really have."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import log10
from random import Random
from statistics import mean, stdev

import pytest
from flask import Flask

from marketplace.accounts.schemas import weakness
from marketplace.creators import formats
from marketplace.creators.formats import roster as rosters
from marketplace.demo import PASSWORD, PEOPLE, audiences, products
from marketplace.demo.people import LEADS
from marketplace.demo.roster import HOW_MANY, SIZES, Sketch, as_csv, creators
from marketplace.demo.shelves import SHELVES
from marketplace.shop.schemas import shopify
from marketplace.shop.words import KINDS


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def sketches() -> list[Sketch]:
    return creators()


def heard(one: Sketch) -> audiences.Listeners:
    return audiences.Listeners(Random(one.email), one, one.accounts[0])


def test_four_people_can_sign_in_with_a_password_we_would_take() -> None:
    assert len(PEOPLE) == 4
    for who, email, password in PEOPLE:
        assert weakness(password, who, email) is None
    assert {who.partition(",")[0] for who, *_ in PEOPLE} == {"Brand", "Creator", "Admin"}
    assert {password for *_, password in PEOPLE} == {PASSWORD}


def test_the_sizes_of_audiences_look_like_life(sketches: list[Sketch]) -> None:
    sizes = [log10(one.followers) for one in sketches]
    assert len(sizes) == HOW_MANY
    assert mean(sizes) == pytest.approx(SIZES.mean, abs=0.02)
    assert stdev(sizes) == pytest.approx(SIZES.stdev, abs=0.02)


def test_the_world_is_the_same_each_time(sketches: list[Sketch]) -> None:
    assert [dataclasses.asdict(one) for one in creators()] == [
        dataclasses.asdict(one) for one in sketches
    ]
    for brand in products.CATALOGUE:
        assert products.export(brand) == products.export(brand)
    day = date(2026, 3, 1)
    ida = sketches[0]
    assert audiences.instagram(heard(ida), day) == audiences.instagram(heard(ida), day)


def test_nobody_is_there_twice(sketches: list[Sketch]) -> None:
    for kind in ("name", "email"):
        assert len({getattr(one, kind) for one in sketches}) == HOW_MANY
    handles = [(a.platform, a.handle) for one in sketches for a in one.accounts]
    assert len(set(handles)) == len(handles)


def test_the_list_of_creators_is_read_without_a_problem(sketches: list[Sketch]) -> None:
    rows = rosters.read(as_csv(sketches))
    assert len(rows) == sum(len(one.accounts) for one in sketches)
    assert [row.counts["followers"] for row in rows[: len(LEADS)]] == [
        lead.followers for lead in LEADS
    ]


def test_what_instagram_says_is_read_without_a_problem(sketches: list[Sketch]) -> None:
    for one in sketches:
        read = formats.read(audiences.instagram(heard(one), date(2026, 3, 1)))
        assert read.problems == []
        assert read.taken_on == date(2026, 3, 1)
        assert {"age_gender", "country", "city"} == set(read.dimensions)


def test_the_tables_people_fill_in_are_read_without_a_problem(sketches: list[Sketch]) -> None:
    for one in sketches:
        read = formats.read(audiences.table(heard(one)))
        assert read.problems == []
        assert read.notes == []
        assert {"age_gender", "country", "language", "interest"} == set(read.dimensions)


def test_shares_somebody_types_never_make_more_than_all(sketches: list[Sketch]) -> None:
    for one in sketches:
        typed = audiences.typed(heard(one))
        assert all(0 < sum(shares.values()) <= 10_000 for shares in typed.values())


def test_forty_products_are_read_from_both_dialects_without_a_problem() -> None:
    sheets = {brand: shopify.read(products.export(brand), "eur") for brand in products.CATALOGUE}
    assert [problem for sheet in sheets.values() for problem in sheet.problems] == []
    assert sum(len(sheet.products) for sheet in sheets.values()) == 40
    headers = Counter(products.export(brand).partition(b",")[0] for brand in products.CATALOGUE)
    assert headers == {b"Handle": 2, b"Title": 1}
    assert all(product.kind in KINDS for sheet in sheets.values() for product in sheet.products)


def test_every_shelf_holds_products_that_are_sold() -> None:
    sold = {goods.title for _, some in products.CATALOGUE.values() for goods in some}
    assert set(SHELVES) == {lead.email for lead in LEADS}
    for items in SHELVES.values():
        assert {title for title, _, _ in items} <= sold
        assert all(0 < len(quote) <= 400 for _, quote, _ in items)

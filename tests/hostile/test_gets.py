"""Whatever stands in an address: a page, or a page that says there is none."""

from urllib.parse import quote

import pytest

from tests.hostile import poison
from tests.hostile.routes import routes
from tests.hostile.site import Site

#: Every name the app reads from a query.
NAMES = (
    *("page", "q", "kind", "search", "status", "before", "next", "campaign", "interest"),
    *("country", "platform", "most", "is_new", "thanks", "paid", "asked", "size", "option.0"),
    *("least", "followers", "city", "language", "topics", "fit", "small_first", "creator"),
    *("pays", "work", "by"),
)
_SHORT = [text for text in poison.TEXTS if text != poison.LONG]
ROUNDS = 3


@pytest.mark.parametrize("address", routes("GET"))
def test_whatever_is_asked_for_is_answered(site: Site, address: str) -> None:
    for door in site.doors(address, "GET")[:1]:
        for first in range(ROUNDS):
            asked = {
                name: _SHORT[(first + number * ROUNDS) % len(_SHORT)]
                for number, name in enumerate(NAMES)
            }
            site.ask(door, "GET", what=f"round {first}", query_string=asked)
        nul = dict.fromkeys(NAMES, poison.CONTROL)
        site.ask(door, "GET", what="control characters", query_string=nul)
        site.ask(door, "GET", what="raw", query_string="page=%FF&q=%ED%A0%80&kind=%00&&=&page[]=1")


LISTS = ("/admin/people", "/shelves", "/deals-that-fit")


@pytest.mark.parametrize("address", LISTS)
def test_no_page_is_out_of_reach(site: Site, address: str) -> None:
    door = site.doors(address, "GET")[-1]
    for text in poison.NUMBERS:
        site.ask(door, "GET", what=f"page={text!r}", query_string={"page": text})


def test_no_journal_is_out_of_reach(site: Site) -> None:
    door = site.doors("/admin/money", "GET")[0]
    for text in poison.NUMBERS:
        site.ask(door, "GET", what=f"before={text!r}", query_string={"before": text})


_PARTS = (
    *("0", "-1", "²", "٣", "9" * 30, "NaN", "null", "None", "..", "%00", "%FF", "%2e%2e%2f"),
    *("'", '"', "<b>", "=cmd()", "ZZZZZZZZ", "0" * 8 + "-0000-0000-0000-" + "0" * 12, "a" * 8_000),
)


_NAMED = [one for one in routes("GET") if "<" in one]


@pytest.mark.parametrize(("number", "address"), list(enumerate(_NAMED)), ids=_NAMED)
def test_an_address_of_nothing_is_answered(site: Site, number: int, address: str) -> None:
    """Each address gets a few of the odd parts; all addresses together get each of them often."""
    head, tail = address.partition("<")[0], address.rpartition(">")[2]
    for door in site.doors(address, "GET")[-1:]:
        for part in (_PARTS * 2)[number % len(_PARTS) :][:5]:
            path = head + quote(part, safe="%") + tail
            site.ask(door, "GET", path=path)
        site.ask(door, "POST", path=path)

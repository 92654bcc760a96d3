"""Exports of platforms and vendors, as they come: what is taken, and what is said of the rest."""

import io
import json
import zipfile
from typing import Any

import pytest

from marketplace.creators import formats
from marketplace.creators.formats import Unreadable, interests, of_another
from models import Platform, PlatformAccount, Provenance

from . import real

pytestmark = pytest.mark.usefixtures("app")


def read(content: Any) -> formats.Parsed:
    if isinstance(content, bytes):
        return formats.read(content)
    text = content if isinstance(content, str) else json.dumps(content)
    return formats.read(text.encode())


def why(content: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    return str(caught.value)


def test_instagrams_answers_may_be_pasted_one_after_the_other() -> None:
    parsed = read(real.INSTAGRAM)
    assert (parsed.format, parsed.platform) == ("instagram", Platform.INSTAGRAM)
    assert parsed.dimensions["age_gender"]["n"] == 524
    assert parsed.dimensions["country"] == {"n": 500, "cells": {"SE": 0.8, "NO": 0.16, "FI": 0.04}}
    assert parsed.problems == []


def test_a_list_that_ends_at_its_45th_is_of_more_people_than_its_sum() -> None:
    """225 people live in the 45 largest cities; the ages of 524 are known."""
    cities = read(real.INSTAGRAM).dimensions["city"]
    assert cities["n"] == 524
    assert sum(cities["cells"].values()) == pytest.approx(225 / 524, abs=1e-4)
    assert any("45 largest" in note for note in read(real.INSTAGRAM).notes)


def test_what_instagram_left_empty_is_said_to_be_unknown() -> None:
    parsed = read([real.AGES, real.instagram(["country"], {})])
    assert set(parsed.dimensions) == {"age_gender"}
    assert "country. That is unknown, not zero" in parsed.notes[0]


@pytest.mark.parametrize("name", ["engaged_audience_demographics", "reached_audience_demographics"])
def test_who_was_reached_or_reacted_is_taken_when_nobody_says_who_follows(name: str) -> None:
    other = real.instagram(["age"], {"25-34": 50}, name)
    parsed = read(other)
    assert parsed.format in ("instagram_engaged", "instagram_reached")
    assert "not about everybody who follows" in parsed.notes[0]
    both = read([other, real.COUNTRIES])
    assert (both.format, set(both.dimensions)) == ("instagram", {"country"})
    assert name in both.problems[0]


def test_an_older_instagram_export_says_the_same() -> None:
    parsed = read(real.INSTAGRAM_OLDER)
    assert parsed.dimensions["age_gender"]["cells"] == {"25-34:female": 0.6, "25-34:male": 0.4}
    assert parsed.dimensions["country"] == {"n": 100, "cells": {"SE": 0.75, "NO": 0.25}}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": {"message": "Session has expired", "code": 190}}, "access had run out"),
        (
            {"error": {"message": "(#10) Not enough permission", "code": 10}},
            "may not read insights",
        ),
        ({"error": {"message": "Too many calls", "code": 4}}, "asked too often"),
        ({"error": {"code": 403, "status": "PERMISSION_DENIED"}}, "may not read insights"),
        (
            {"code": 40105, "message": "Token is incorrect", "request_id": "1"},
            "“Token is incorrect”",
        ),
        ({"error": {"code": "odd", "message": 7}}, "error odd"),
    ],
)
def test_a_platforms_refusal_is_told_in_words(answer: Any, words: str) -> None:
    assert words in why(answer)


def test_one_refusal_among_answers_leaves_the_others() -> None:
    parsed = read([real.COUNTRIES, {"error": {"code": 4, "message": "Slow down"}}])
    assert set(parsed.dimensions) == {"country"}
    assert "asked too often" in parsed.problems[0]


def test_youtubes_columns_may_come_in_any_order() -> None:
    parsed = read(real.YOUTUBE)
    assert parsed.dimensions["age_gender"]["cells"]["25-34:female"] == 0.4
    assert parsed.dimensions["age_gender"]["cells"]["65+:other"] == 0.17
    assert parsed.dimensions["country"]["cells"] == {"SE": 0.75, "NO": 0.25}
    assert parsed.platform == Platform.YOUTUBE


def test_views_are_never_taken_for_people() -> None:
    parsed = read(real.YOUTUBE)
    assert parsed.dimensions["country"]["n"] == 100
    assert any("they aren’t people" in note for note in parsed.notes)
    few = real.YOUTUBE_COUNTRIES | {"rows": [[30, "SE"], [10, "NO"]]}
    assert read(few).dimensions["country"] == {"n": 40, "cells": {"SE": 0.75, "NO": 0.25}}


def test_a_table_of_something_else_says_which_columns_we_use() -> None:
    other = {"columnHeaders": [{"name": "day"}, {"name": "views"}], "rows": [["2026-01-01", 4]]}
    assert "the columns are day, views" in why(other)
    empty = real.YOUTUBE_AGES | {"rows": []}
    assert "once enough people have watched" in why(empty)
    assert "unknown, not zero" in read([empty, real.YOUTUBE_COUNTRIES]).notes[-1]


def test_a_short_row_is_named_and_the_others_are_taken() -> None:
    table = real.YOUTUBE_AGES | {"rows": [["age18-24", "female", 60], ["age25-34"]]}
    parsed = read(table)
    assert parsed.dimensions["age_gender"]["cells"] == {"18-24:female": 0.6}
    assert "row 2" in parsed.problems[0]


def test_a_zip_from_youtube_studio_is_read_whole() -> None:
    parsed = read(real.STUDIO)
    assert set(parsed.dimensions) == {"age", "gender", "country"}
    assert parsed.dimensions["age"]["cells"]["25-34"] == 0.6025
    assert parsed.platform == Platform.YOUTUBE
    assert any(problem.startswith("Totals.csv") for problem in parsed.problems)


def test_the_row_of_the_sum_is_nobody_but_says_how_many_there_are() -> None:
    """700 + 150 + 50 of 1,000 views: the places in no row are unknown, not left out."""
    parsed = read(real.STUDIO_PLACES)
    assert parsed.dimensions["country"] == {"n": 100, "cells": {"SE": 0.7, "NO": 0.15, "DE": 0.05}}
    assert parsed.problems == []
    ours = read("Country;Followers\nTotal;100\nSE;90\nNO;10\n")
    assert ours.dimensions["country"] == {"n": 100, "cells": {"SE": 0.9, "NO": 0.1}}


def test_an_export_in_another_language_is_told_by_what_stands_in_it() -> None:
    parsed = read(real.STUDIO_GERMAN)
    assert parsed.dimensions["age"]["cells"] == {"25-34": 0.686, "18-24": 0.314}
    swedish = read("Tittarens kön;Visningar (%)\nKvinna;61,2\nMan;38,8\nTotalt;100\n")
    assert swedish.dimensions["gender"]["cells"] == {"female": 0.612, "male": 0.388}


def test_tiktoks_own_table_of_shares_is_read() -> None:
    parsed = read("Gender,Distribution\nMale,0.46\nFemale,0.54\n")
    assert parsed.dimensions["gender"]["cells"] == {"female": 0.54, "male": 0.46}
    assert parsed.platform == Platform.TIKTOK


@pytest.mark.parametrize("factor", [1, 100, 10_000])
def test_tiktoks_units_are_told_from_the_sum(factor: int) -> None:
    genders = [{"gender": "Female", "percentage": 0.7 * factor}]
    genders += [{"gender": "Male", "percentage": 0.3 * factor}]
    places = [{"country": "SE", "percentage": 0.005 * factor}]
    parsed = read({"data": {"audience_genders": genders, "audience_countries": places}})
    assert parsed.dimensions["gender"]["cells"] == {"female": 0.7, "male": 0.3}
    share = parsed.dimensions["country"]["cells"]["SE"]
    assert share == (1 if factor == 10_000 else 0.005)


def test_tiktoks_band_that_is_wider_than_ours_is_divided_and_said() -> None:
    parsed = read(real.TIKTOK)
    assert parsed.dimensions["age"]["cells"]["55-64"] == 0.05
    assert parsed.dimensions["age"]["cells"]["65+"] == 0.05
    assert any("“55+” is wider" in note for note in parsed.notes)
    assert any("city. That is unknown, not zero" in note for note in parsed.notes)
    assert parsed.figures == {"followers": 12_345}
    assert str(parsed.taken_on) == "2026-11-02"


def test_tiktok_of_a_creator_names_its_account() -> None:
    parsed = read(real.TIKTOK_CREATOR)
    assert parsed.handle == "ida"
    assert parsed.dimensions["country"]["cells"] == {"SE": 0.725}
    assert parsed.dimensions["language"]["cells"] == {"sv": 0.8}
    assert any("100 reactions a video" in note for note in parsed.notes)


def test_a_vendors_report_is_read_nested_or_at_the_top() -> None:
    nested = read(real.VENDOR)
    top = read(json.loads(real.VENDOR)["profile"]["audience"])
    assert nested.dimensions == top.dimensions
    assert (nested.handle, nested.figures) == (
        "ida",
        {"real": 83, "sampled": 100, "followers": 8_240},
    )
    assert nested.dimensions["age_gender"]["cells"]["45-54:female"] == 0.1
    assert nested.dimensions["gender"]["cells"] == {"female": 0.7, "male": 0.3}
    assert nested.dimensions["city"]["cells"] == {"Umeå": 0.11}


def test_interests_are_parts_of_all_that_are_named_and_the_others_are_listed() -> None:
    parsed = read(real.VENDOR)
    cells = parsed.dimensions["interest"]["cells"]
    assert cells == {"parenting": 0.4, "coffee": 0.166667, "tea": 0.166667}
    assert any("Wedding" in problem for problem in parsed.problems)


def test_a_weight_above_one_is_named_by_its_key() -> None:
    report = {
        "genders": [{"code": "MALE", "weight": 0.4}],
        "ages": [{"code": "25-34", "weight": 61}],
    }
    assert "ages[0].weight: 61 is above 1" in read(report).problems[0]


def test_every_interest_in_the_table_is_one_of_ours() -> None:
    from models.taxonomy import INTERESTS

    for name, codes in interests._THEIRS.items():
        assert set(codes) <= set(INTERESTS), name
        assert interests.plain(name) == name


@pytest.mark.parametrize(
    ("platform", "handle", "words"),
    [("tiktok", "ida", "from Instagram"), ("instagram", "eva", "about @Ida, not @eva")],
)
def test_a_file_of_another_account_is_refused(platform: str, handle: str, words: str) -> None:
    parsed = read([real.COUNTRIES, {"username": "Ida"}])
    account = PlatformAccount(platform=Platform(platform), handle=handle)
    assert words in of_another(parsed, account)
    assert not of_another(parsed, PlatformAccount(platform=Platform.INSTAGRAM, handle="ida"))


def test_a_zip_that_unpacks_to_too_much_is_refused() -> None:
    bomb = real.zipped(a_csv=b"0" * 6_000_000)
    assert len(bomb) < 20_000
    assert "unpacks to more" in why(bomb)
    assert "unpacks to more" in why(
        real.zipped(**{f"f{n}_csv": b"dimension,code,value\n" + b"0" * 4_000_000 for n in range(3)})
    )
    assert "files in it" in why(real.zipped(**{f"f{n}_csv": b"x" for n in range(60)}))


def test_a_zip_within_a_zip_or_without_a_table_or_damaged_says_so() -> None:
    assert "no .csv or .json" in why(real.zipped(**{"inner.zip": real.STUDIO}))
    assert "can’t be opened" in why(real.STUDIO[:-40])
    assert "can’t be opened" in why(b"PK\x03\x04zip")
    assert "spreadsheet" in why(real.zipped(**{"[Content_Types].xml": "<x/>"}))


def test_a_locked_zip_says_so() -> None:
    content = bytearray(real.STUDIO)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := bytes(content).find(sign, at + 1)) >= 0:
            content[at + place] |= 1
    assert "locked" in why(bytes(content))


def test_the_first_file_in_a_zip_that_says_something_counts() -> None:
    twice = real.zipped(a_csv=real.STUDIO_GENDERS, b_csv="Viewer gender,Views (%)\nFemale,1\n")
    parsed = read(twice)
    assert parsed.dimensions["gender"]["cells"]["female"] == 0.612
    assert "another file in the zip" in parsed.problems[-1]
    mixed = real.zipped(a_csv=real.STUDIO_GENDERS, **{"b.json": real.TIKTOK})
    assert "several platforms" in why(mixed)


OWN = {
    "kind": "alongside.audience",
    "version": 1,
    "platform": "instagram",
    "handle": "ida",
    "taken_on": "2026-11-01",
    "provenance": "self_declared",
    "format": "typed",
    "dimensions": {"country": {"n": 30, "cells": {"SE": 0.7}}},
}


def test_what_was_typed_in_stays_typed_in_however_it_is_carried() -> None:
    parsed = read(OWN)
    assert (parsed.provenance, parsed.format) == (Provenance.SELF_DECLARED, "typed")
    assert read(OWN | {"provenance": "api"}).provenance == Provenance.FILE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 9}, "version is 9"),
        ({"taken_on": "yesterday"}, "taken_on is “yesterday”"),
        ({"dimensions": {"shoes": {"n": 1, "cells": {"x": 1}}}}, "dimensions.shoes"),
        ({"dimensions": {"country": {"n": 0, "cells": {"SE": 1}}}}, "dimensions.country.n"),
        ({"dimensions": {"country": {"n": 9, "cells": {"SE": 2}}}}, "dimensions.country.cells.SE"),
        ({"dimensions": {"country": {"n": 9, "cells": {"SE": 0.9, "NO": 0.9}}}}, "180 percent"),
        ({"dimensions": {"country": {"n": 9}}}, "dimensions.country.cells"),
    ],
)
def test_our_own_file_is_taken_strictly(change: dict[str, Any], words: str) -> None:
    assert words in why(OWN | change)


def test_a_zip_says_nothing_of_its_own_size() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 9_000_000)
    content = out.getvalue()
    lying = content.replace((9_000_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert "zip" in why(lying)

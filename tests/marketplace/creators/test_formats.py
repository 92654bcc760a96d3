"""What each format may say, how strictly it is taken, and that nothing breaks the readers."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.creators import formats
from marketplace.creators.formats import Unreadable, codes
from matching import Cells


def metric(keys: list[str], *results: tuple[Any, Any]) -> dict[str, Any]:
    rows = [{"dimension_values": values, "value": count} for values, count in results]
    breakdown = {"dimension_keys": keys, "results": rows}
    return {"name": "follower_demographics", "total_value": {"breakdowns": [breakdown]}}


def instagram(*metrics: Any) -> formats.Parsed:
    return formats.read(json.dumps({"data": list(metrics)}).encode())


def csv(*lines: str, header: str = "dimension,code,value") -> formats.Parsed:
    return formats.read("\n".join([header, *lines]).encode())


def refused(*lines: str, header: str = "dimension,code,value") -> str:
    with pytest.raises(Unreadable) as caught:
        csv(*lines, header=header)
    return str(caught.value)


def test_counts_become_shares_of_all_that_were_counted() -> None:
    read = instagram(metric(["country"], (["SE"], 750), (["NO"], 250)))
    assert read.dimensions == {"country": {"n": 1000, "cells": {"SE": 0.75, "NO": 0.25}}}


def test_age_and_gender_may_come_in_either_order() -> None:
    one = instagram(metric(["age", "gender"], (["25-34", "F"], 3), (["65+", "U"], 1)))
    other = instagram(metric(["gender", "age"], (["F", "25-34"], 3), (["U", "65+"], 1)))
    assert one.dimensions == other.dimensions
    assert one.dimensions["age_gender"]["cells"] == {"25-34:female": 0.75, "65+:other": 0.25}


def test_several_answers_may_stand_in_one_file() -> None:
    answers = [
        {"data": [metric(["age"], (["18-24"], 10))], "paging": {"next": "…"}},
        {"data": [metric(["city"], (["Umeå, Västerbotten"], 10))]},
    ]
    read = formats.read(json.dumps(answers).encode())
    assert set(read.dimensions) == {"age", "city"}


def test_an_empty_set_is_unknown_and_not_zero() -> None:
    read = instagram(metric(["age"]), metric(["country"], (["SE"], 120)))
    assert set(read.dimensions) == {"country"}
    with pytest.raises(Unreadable, match="Instagram gave no numbers"):
        instagram(metric(["age"]))


def test_people_under_an_unknown_name_stay_part_of_the_whole() -> None:
    read = instagram(metric(["age"], (["25-34"], 60), (["25-40"], 40)))
    assert read.dimensions["age"] == {"n": 100, "cells": {"25-34": 0.6}}
    assert "25-40" in read.problems[0]


@pytest.mark.parametrize("count", [-3, 1.5, "12", None, True, 10**30, [1], 1e300])
def test_a_count_that_is_none_is_left_out(count: object) -> None:
    read = instagram(metric(["country"], (["SE"], 100), (["NO"], count)))
    assert read.dimensions["country"] == {"n": 100, "cells": {"SE": 1.0}}
    assert "“NO”" in read.problems[0]


def test_the_day_in_the_file_is_the_day_it_was_taken() -> None:
    read = instagram(metric(["age"], (["25-34"], 9)) | {"end_time": "2026-11-12T08:00:00+0000"})
    assert read.taken_on is not None
    assert read.taken_on.isoformat() == "2026-11-12"


def test_percent_shares_and_counts_say_the_same() -> None:
    for lines in (
        ("country,SE,75%,1000", "country,NO,25%,1000"),
        ("country,SE,75,1000", "country,NO,25,1000"),
        ("country,SE,0.75,1000", "country,NO,0.25,1000"),
        ("country,SE,750,1000", "country,NO,250,1000"),
    ):
        read = csv(*lines, header="dimension,code,value,sample")
        assert read.dimensions == {"country": {"n": 1000, "cells": {"SE": 0.75, "NO": 0.25}}}
        assert read.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_usual_way_to_write_a_table_is_read(encoding: str, delimiter: str, ending: str) -> None:
    rows = [["Dimension ", "NAME", "Count"], ["City", "Umeå", "60"], ["city", "Luleå", "60"]]
    text = ending.join(delimiter.join(row) for row in rows)
    read = formats.read(text.encode(encoding))
    assert read.dimensions == {"city": {"n": 120, "cells": {"Luleå": 0.5, "Umeå": 0.5}}}


def test_a_column_may_name_its_dimension() -> None:
    read = formats.read(b"Country;Followers\nSverige;90\nNorge;10\n")
    assert read.dimensions == {"country": {"n": 100, "cells": {"SE": 0.9, "NO": 0.1}}}
    read = formats.read("age,gender,percent\n25–34,Women,60\n65+,m,40\n".encode())
    assert read.dimensions["age_gender"]["cells"] == {"25-34:female": 0.6, "65+:male": 0.4}


def test_without_a_sample_a_share_counts_as_the_fewest_platforms_report() -> None:
    read = csv("country,SE,75%", "country,NO,25%")
    assert read.dimensions["country"]["n"] == 100
    assert "doesn’t say how many people" in read.notes[0]


def test_rounded_parts_may_add_up_to_a_little_more_than_the_whole() -> None:
    read = csv("age,18-24,34%", "age,25-34,34%", "age,35-44,34%")
    cells = read.dimensions["age"]["cells"]
    assert sum(cells.values()) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["country,SE,-3"], "Line 2: -3 is below 0"),
        (["country,SE,many"], "“many” isn’t a number"),
        (["country,SE,nan"], "“nan” isn’t a number"),
        (["country,SE,inf"], "isn’t a number"),
        (["country,SE,1e400"], "isn’t a number"),
        (["country,SE,"], "The number is missing"),
        (["country,SE,120%"], "above the whole"),
        (["country,,50%"], "The name is missing"),
        (["country,Atlantis,50%"], "“Atlantis” isn’t a country"),
        (["country,=1+1,50%"], "looks like a formula"),
        (["shoes,42,50%"], "isn’t something we know of audiences"),
        (["age,25-40,50%"], "isn’t one of our age bands"),
        (["language,xx,50%"], "isn’t a language"),
        (["interest,sleeping,50%"], "isn’t on our list of interests"),
        (["gender,tall,50%"], "isn’t female, male or other"),
        (["age_gender,25-34,50%"], "an age band and a gender"),
        (["country,SE,80%", "country,NO,70%"], "adds up to 150 percent"),
        (["country,SE,0.8", "country,NO,0.7"], "adds up to 150 percent"),
        (["country,SE,1.4", "country,NO,0.7"], "shares or percentages"),
        (["country,SE,100.5", "country,NO,70"], "aren’t whole"),
    ],
)
def test_a_table_with_nothing_usable_is_refused_with_its_first_problem(
    lines: list[str], words: str
) -> None:
    assert words in refused(*lines)


def test_a_share_above_one_is_named_by_its_line() -> None:
    read = csv("country,SE,0.6", "country,NO,1.2", header="dimension,code,share")
    assert read.problems[0].startswith("Line 3: 1.2 is above 1")


def test_a_name_given_twice_counts_once() -> None:
    read = csv("country,SE,60", "country,Sweden,10", "country,NO,40")
    assert read.dimensions["country"]["cells"] == {"SE": 0.6, "NO": 0.4}
    assert "twice" in read.problems[0]


def test_two_sample_sizes_or_one_too_small_leave_a_dimension_out() -> None:
    header = "dimension,code,value,sample"
    assert "several sample sizes" in refused("age,18-24,50,9", "age,25-34,50,8", header=header)
    assert "more than its sample" in refused("age,18-24,500,90", header=header)


def test_problems_are_listed_up_to_a_point_and_then_counted() -> None:
    read = csv("country,SE,100", *(f"country,Nowhere{n},1" for n in range(100)))
    assert len(read.problems) == 41
    assert read.problems[-1] == "And 60 more like these"


def test_a_table_of_many_thousand_rows_is_no_audience() -> None:
    assert "5000 rows" in refused(*(f"city,Town {n},1" for n in range(6000)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25-34", "25-34"),
        ("25–34", "25-34"),
        ("25 to 34", "25-34"),
        ("18_to_24", "18-24"),
        ("age18-24", "18-24"),
        ("65+", "65+"),
        ("age65-", "65+"),
        ("65_and_above", "65+"),
        ("66+", None),
        ("165+", None),
    ],
)
def test_age_bands_are_known_by_their_platforms_spelling(text: str, code: str | None) -> None:
    assert codes.age_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("se", "SE"), ("Sweden", "SE"), ("Tyskland", "DE"), ("USA", "US"), ("uk", "GB"), ("EU", None)],
)
def test_countries_are_known_by_name_and_code(text: str, code: str | None) -> None:
    assert codes.country_code(text) == code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "name",
                    "total_value",
                    "breakdowns",
                    "dimension_keys",
                    "results",
                    "dimension_values",
                    "value",
                    "end_time",
                ]
            ),
            inner | st.sampled_from(["follower_demographics", ["age"], ["country"], ["SE"]]),
            max_size=5,
        )
    ),
    max_leaves=24,
)
ROW = st.tuples(
    st.sampled_from(["age", "country", "age_gender", "city", "", "x"]) | st.text(max_size=6),
    st.sampled_from(["SE", "25-34", "25-34:female", "=1", "Umeå"]) | st.text(max_size=6),
    st.sampled_from(["1", "0.5", "30%", "-1", "1e9", "9" * 30]) | st.text(max_size=6),
    st.sampled_from(["", "100", "x", "0"]),
)


def check(content: bytes) -> None:
    """Either it is read into shares the formula takes, or it is refused in words."""
    try:
        read = formats.read(content)
    except Unreadable:
        return
    assert read.dimensions
    for name, measured in read.dimensions.items():
        assert name in codes.DIMENSIONS
        assert measured["n"] >= 1
        Cells(measured["cells"], measured["n"])
    json.dumps(read.dimensions, allow_nan=False)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_readers(content: bytes) -> None:
    check(content)


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_no_json_breaks_the_readers(value: Any) -> None:
    check(json.dumps(value).encode())
    check(json.dumps({"data": [{"name": "follower_demographics", "total_value": value}]}).encode())


@given(st.lists(ROW, max_size=8), st.sampled_from([",", ";", "\t"]))
@settings(max_examples=200, deadline=None)
def test_no_table_breaks_the_readers(rows: list[tuple[str, ...]], delimiter: str) -> None:
    header = ("dimension", "code", "value", "sample")
    check("\n".join(delimiter.join(row) for row in [header, *rows]).encode("utf-8", "ignore"))

"""Lists of many creators: read however they are kept, brought along whole or not at all."""

import random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.creators import service
from marketplace.creators.formats import Unreadable, roster
from models import Creator, Notice, Person, Platform, PlatformAccount
from tests import builders
from tests.bench.roster import a_list

pytestmark = pytest.mark.usefixtures("app")

PUBLIC = (
    "S.no,Influencer insta name,instagram name,category_1,category_2,Followers,"
    'Audience country(mostly),"Authentic engagement\r\n","Engagement avg\r\n"\r\n'
    "1,ida.pa.stigen,Ida,Camping & hiking,,48.5M,Spain,383.1K,637K\r\n"
    "2,omar,Omar,Coffee,Wedding,12k,Brazil,200,400\r\n"
)


def one(text: str, platform: Platform = Platform.INSTAGRAM) -> roster.RosterRow:
    rows = roster.read(text.encode(), platform)
    assert len(rows) == 1
    return rows[0]


def test_a_public_list_is_read_as_it_comes() -> None:
    found = roster.read_list(PUBLIC.encode())
    ida, omar = found.rows
    assert (ida.handle, ida.name, ida.topics) == ("ida.pa.stigen", "Ida", ["camping", "hiking"])
    assert ida.counts["followers"] == 48_500_000
    assert (ida.counts["engagements"], ida.counts["posts"]) == (637_000, 1)
    assert (omar.counts["genuine_comments"], omar.counts["sampled_comments"]) == (50, 100)
    assert (ida.country, ida.email) == ("", "")
    assert any("Wedding (1)" in note for note in found.notes)
    assert any("Where most of an audience lives" in note for note in found.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_way_to_keep_a_list_is_read(encoding: str, delimiter: str) -> None:
    header = ["# Följare", "Användarnamn ", "LAND", "E-post", "Sprak", "Kategori"]
    row = ["1\u00a0234", "@Asa", "Sverige", "ASA@example.org", "svenska", "books"]
    text = "\r\n\r\n".join(delimiter.join(cells) for cells in (header, row))
    read = roster.read(text.encode(encoding))[0]
    assert (read.handle, read.counts["followers"]) == ("asa", 1_234)
    assert (read.country, read.email, read.languages) == ("SE", "asa@example.org", ["sv"])
    assert read.topics == ["books"]


def test_a_ruler_a_title_and_blank_lines_are_no_rows() -> None:
    text = "Creators we like\n\nUsername\tCategory\t#Followers\t#Followees\t#Posts\n"
    text += "======\t=====\t====\t====\t====\nida\tpet\t8240\t12\t900\n\n"
    read = one(text)
    assert (read.handle, read.topics, read.counts["followers"]) == ("ida", ["pets"], 8_240)
    # How much somebody ever posted is not how many posts were counted.
    assert (read.counts["engagements"], read.counts["posts"]) == (0, 0)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("se", "SE"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("Deutschland", "DE"),
        ("the Netherlands", "NL"),
        ("Great Britain", "GB"),
        ("Россия", ""),
        ("n/a", ""),
    ],
)
def test_a_country_may_be_spelt_in_many_ways(written: str, code: str) -> None:
    found = roster.read_list(f"handle,country\nida,{written}\n".encode())
    if written == "Россия":
        assert "isn’t a country" in found.wrong[0].why
    else:
        assert found.rows[0].country == code


@pytest.mark.parametrize(
    ("header", "cells", "engagements"),
    [
        ("engagement rate", ["3.2%", "1%"], 32),
        ("ER %", ["3.2", "1"], 32),
        ("engagement rate", ["0.032", "0.01"], 32),
        ("engagement", ["3.2%", "1%"], 32),
        ("engagement", ["32", "10"], 32),
        ("avg engagement", ["31.6", "10"], 32),
    ],
)
def test_engagement_is_a_rate_or_a_count_by_the_whole_column(
    header: str, cells: list[str], engagements: int
) -> None:
    text = f"handle;followers;{header}\nida;1000;{cells[0]}\nomar;1000;{cells[1]}\n"
    counts = roster.read(text.encode())[0].counts
    assert (counts["engagements"], counts["posts"]) == (engagements, 1)


def test_a_link_says_who_and_where() -> None:
    read = one("name,profile url\nIda,https://www.tiktok.com/@Ida.x?lang=sv\n")
    assert (read.platform, read.handle) == (Platform.TIKTOK, "ida.x")
    assert one("handle,followers\nida,1\n", Platform.YOUTUBE).platform == Platform.YOUTUBE
    assert one("handle,platform\nida,Tik Tok\n").platform == Platform.TIKTOK


def test_a_cell_may_have_lines_and_signs_in_it() -> None:
    read = one('handle,about\nida,"First line\nand ""second"", with a comma"\n')
    assert read.about == 'First line\nand "second", with a comma'


def test_each_row_to_mend_says_its_column_what_stood_there_and_what_should() -> None:
    found = roster.read_list(
        b"handle,Followers,email,country,platform\n"
        b"a b,many,nobody,Atlantis,myspace\nida,12k,,,\nIDA,13k,,,\n"
    )
    why = found.wrong[0].why
    for words in ("“a b”", "Followers: “many” isn", "“nobody”", "“Atlantis”", "“myspace”"):
        assert words in why
    assert found.wrong[1].why == "the account is on line 3 already"
    assert [row.line for row in found.wrong] == [2, 4]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"handle,followers\n", b"\x00\x01", b"x" * 99])
def test_what_is_no_list_says_so(content: bytes) -> None:
    with pytest.raises(Unreadable):
        roster.read_list(content)


def test_whoever_has_no_address_has_no_sign_in_and_gets_no_mail(db: Session) -> None:
    brought = service.bring(db, roster.read(PUBLIC.encode()))
    assert brought == (2, 2, 0)
    people = db.scalars(select(Person).order_by(Person.email)).all()
    assert [one.email for one in people] == [
        "instagram.ida.pa.stigen@unclaimed.invalid",
        "instagram.omar@unclaimed.invalid",
    ]
    assert not any(one.wants_mail for one in people)
    assert {one.password_hash for one in people} == {"!"}
    assert mails(db) == 0
    assert db.scalar(select(func.count()).select_from(Notice)) == 2


def test_a_later_list_with_an_address_lets_them_take_their_page_over(db: Session) -> None:
    service.bring(db, roster.read(b"handle,followers\nida,100\n"))
    brought = service.bring(db, roster.read(b"handle,email\nida,ida@example.org\n"))
    assert brought == (0, 0, 1)
    person = db.scalars(select(Person)).one()
    assert (person.email, person.wants_mail) == ("ida@example.org", True)
    assert mails(db) == 1
    # What the later list left out stayed as it was.
    assert db.scalars(select(PlatformAccount.followers)).one() == 100
    service.bring(db, roster.read(b"handle,email\nida,other@example.org\n"))
    assert db.scalars(select(Person.email)).one() == "ida@example.org"


def test_a_page_nobody_can_be_reached_by_says_so(db: Session, client: FlaskClient) -> None:
    service.bring(db, roster.read(b"handle,name,email\nida,Ida,\nomar,Omar,omar@example.org\n"))
    db.commit()
    assert "Nobody has claimed this page yet" in client.get("/creators/ida").text
    assert "Nobody has claimed this page yet" not in client.get("/creators/omar").text
    brand = builders.brand(db)
    builders.campaign(db, brand)
    db.commit()
    client.sign_in(brand.person)  # type: ignore[attr-defined]
    assert "no address of theirs" in client.get("/creators/ida").text


def mails(db: Session) -> int:
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_mail'"
    return db.scalar(text(jobs)) or 0


def test_namesakes_and_odd_names_get_pages_of_their_own(db: Session) -> None:
    builders.creator(db, slug="ida-berg")
    rows = "\n".join(f"ida{n},Ida Berg" for n in range(12))
    service.bring(db, roster.read(f"handle,name\n{rows}\nx1,漢字\nx2,new\n".encode()))
    slugs = set(db.scalars(select(Creator.slug)))
    assert len(slugs) == 15
    assert {"ida-berg", "ida-berg-2", "ida-berg-9", "creator", "creator-new"} <= slugs


@pytest.mark.parametrize("seed", range(30))
def test_a_list_that_was_damaged_is_read_or_refused_in_words(seed: int) -> None:
    """Every row is taken once or named with its line; nothing raises anything else."""
    chance = random.Random(seed)
    content = bytearray(PUBLIC.encode() * 3)
    for _ in range(chance.randint(1, 30)):
        place = chance.randrange(len(content))
        content[place : place + chance.randint(0, 6)] = chance.choice(
            [b"", b'"', b"\n", b",", b"\xff", b"=", b"9" * 30, "å".encode(), b"\x00", b"%"]
        )
    try:
        found = roster.read_list(bytes(content))
    except Unreadable:
        return
    lines = [row.line for row in (*found.rows, *found.wrong)]
    assert len(lines) == len(set(lines))
    assert len({(row.platform, row.handle) for row in found.rows}) == len(found.rows)
    for row in found.rows:
        assert all(value >= 0 for value in row.counts.values())
    for wrong in found.wrong:
        assert wrong.why


def test_the_list_that_is_measured_is_brought_but_for_the_rows_to_mend(db: Session) -> None:
    found = roster.read_list(a_list(1_001, seed=1).encode())
    assert [row.line for row in found.wrong] == [2, 502, 1_002]
    brought = service.bring(db, found.rows, invite=False)
    assert brought == (998, 998, 0)
    assert {row.platform for row in found.rows} == set(Platform)
    assert service.bring(db, found.rows, invite=False) == (0, 0, 998)

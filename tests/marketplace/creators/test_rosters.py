"""Lists of many creators: read however they are kept, brought along whole or not at all."""

import io
import random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.creators import service
from marketplace.creators.formats import Unreadable, roster
from marketplace.worker import tasks
from models import Creator, Notice, Person, Platform, PlatformAccount, Refused, Roster
from tests import builders

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
    from sqlalchemy import text

    return db.scalar(text(jobs)) or 0


def test_namesakes_and_odd_names_get_pages_of_their_own(db: Session) -> None:
    builders.creator(db, slug="ida-berg")
    rows = "\n".join(f"ida{n},Ida Berg" for n in range(12))
    service.bring(db, roster.read(f"handle,name\n{rows}\nx1,漢字\nx2,new\n".encode()))
    slugs = set(db.scalars(select(Creator.slug)))
    assert len(slugs) == 15
    assert {"ida-berg", "ida-berg-2", "ida-berg-9", "creator", "creator-new"} <= slugs


def upload(content: bytes, **more: str) -> dict[str, object]:
    return {"file": (io.BytesIO(content), "roster.csv"), "platform": "instagram"} | more


@pytest.fixture
def admin(db: Session, client: FlaskClient) -> Person:
    person = builders.admin(db)
    db.commit()
    client.sign_in(person)  # type: ignore[attr-defined]
    return person


def work(db: Session) -> Roster:
    """What the worker does with the newest list."""
    db.rollback()
    found = db.scalars(select(Roster)).one()
    (tasks.read_roster if found.status == "reading" else tasks.save_roster)(str(found.id))
    db.rollback()
    db.expire_all()
    return found


def test_a_list_is_read_looked_over_and_brought(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    content = PUBLIC.encode() + b"3,a b,,,,many,,,\r\n"
    page = client.post("/admin/creators/import", data=upload(content), follow_redirects=True)
    assert page.headers["Refresh"] == "2"
    assert "Reading the list" in page.text
    path = page.request.path
    assert "Being read" in client.get("/admin/creators/import").text
    found = work(db)
    assert (found.counts["good"], found.counts["wrong"], found.counts["new"]) == (2, 1, 2)
    page = client.get(path)
    assert "Import the 2 good rows" in page.text
    assert "“a b”" in page.text
    assert db.scalar(select(func.count()).select_from(Creator)) == 0
    page = client.post(f"{path}/keep", follow_redirects=True)
    assert "<progress" in page.text
    saved = work(db)
    assert (saved.status, saved.content) == ("saved", None)
    assert db.scalar(select(func.count()).select_from(Creator)) == 2
    page = client.get(path)
    assert "2 new creators are here" in page.text
    assert "Refresh" not in page.headers
    assert client.post(f"{path}/keep").status_code == 409


def test_the_rows_to_mend_come_as_a_list_that_can_be_chosen_again(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    content = b"handle,followers,note\n@a b,12k,=1+1\nida,many,\n"
    path = client.post("/admin/creators/import", data=upload(content)).headers["Location"]
    work(db)
    page = client.get(path)
    assert "No row can be used" in page.text
    mend = client.get(f"{path}/wrong.csv")
    assert mend.mimetype == "text/csv"
    assert "'=1+1" in mend.text
    mended = mend.text.replace("a b", "ab").replace("many", "90")
    assert [row.handle for row in roster.read(mended.encode())] == ["ab", "ida"]


def test_a_list_that_was_thrown_away_is_not_saved(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    path = client.post("/admin/creators/import", data=upload(PUBLIC.encode())).headers["Location"]
    found = work(db)
    client.post(f"{path}/keep")
    client.post(f"{path}/drop")
    tasks.save_roster(str(found.id))
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Creator)) == 0
    assert "thrown away" in client.get(path).text


def test_a_list_nobody_can_read_says_why_on_its_page(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    path = client.post("/admin/creators/import", data=upload(b"a,b\n1,2\n")).headers["Location"]
    assert work(db).status == "unreadable"
    assert "column of account names" in client.get(path).text


def test_an_address_of_somebody_else_is_a_row_to_mend(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    builders.brand(db).person.email = "omar@example.org"
    db.commit()
    content = b"handle,email\nida,ida@example.org\nomar,omar@example.org\n"
    path = client.post("/admin/creators/import", data=upload(content)).headers["Location"]
    assert work(db).counts["wrong"] == 1
    client.post(f"{path}/keep")
    work(db)
    assert db.scalars(select(PlatformAccount.handle)).all() == ["ida"]


def test_those_with_an_address_are_written_to_only_when_asked(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    content = b"handle,email\nida,ida@example.org\nomar,\n"
    data = upload(content, invites="yes")
    path = client.post("/admin/creators/import", data=data).headers["Location"]
    work(db)
    assert "1 new creator has an address" in client.get(path).text
    client.post(f"{path}/keep")
    work(db)
    from sqlalchemy import text

    assert mails(db) == 1
    rows = "\n".join(f"a{n},a{n}@example.org" for n in range(150))
    service.bring(db, roster.read(f"handle,email\n{rows}\n".encode()))
    waiting = "SELECT args FROM procrastinate_jobs WHERE task_name = 'invite_people'"
    asked = [one["emails"] for one in db.scalars(text(waiting))]
    assert sorted(len(emails) for emails in asked) == [50, 100]
    tasks.invite_people(asked[0])
    assert mails(db) == 1 + len(asked[0])


def test_a_failure_while_saving_keeps_nobody(
    db: Session, client: FlaskClient, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n".join(f"ida{n},Ida" for n in range(40))
    content = f"handle,name\n{rows}\n".encode()
    path = client.post("/admin/creators/import", data=upload(content)).headers["Location"]
    work(db)
    client.post(f"{path}/keep")
    monkeypatch.setattr(service.bringing, "_CHUNK", 10)
    real_add = service.bringing._add
    calls: list[int] = []

    def dies(*given: object) -> list[str]:
        calls.append(1)
        if len(calls) == 3:
            raise Refused("the machine was switched off")
        return real_add(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(service.bringing, "_add", dies)
    with pytest.raises(Refused):
        work(db)
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Creator)) == 0
    assert db.scalars(select(Roster.status)).one() == "saving"
    monkeypatch.setattr(service.bringing, "_add", real_add)
    work(db)
    assert db.scalar(select(func.count()).select_from(Creator)) == 40


def test_only_admins_bring_creators(client: FlaskClient, db: Session) -> None:
    creator = builders.creator(db)
    db.commit()
    assert client.get("/admin/creators/import").status_code == 303
    client.sign_in(creator.person)  # type: ignore[attr-defined]
    assert client.get("/admin/creators/import").status_code == 404


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

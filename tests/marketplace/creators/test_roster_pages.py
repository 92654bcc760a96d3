"""Lists that an admin chooses on the page: looked over, taken by the worker, and forgotten."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from marketplace.creators import service
from marketplace.creators.formats import roster
from marketplace.kit.clock import now
from marketplace.kit.jobs import enqueue
from marketplace.worker import tasks
from models import Creator, Person, Platform, PlatformAccount, Refused, Roster, RosterStatus
from models.roster import KEPT_DAYS
from tests import builders
from tests.marketplace.creators.test_rosters import PUBLIC, mails

ROOT = Path(__file__).parent.parent.parent.parent
pytestmark = pytest.mark.usefixtures("app")


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


def test_work_that_breaks_off_says_why_and_can_be_tried_again(
    db: Session, client: FlaskClient, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = client.post("/admin/creators/import", data=upload(PUBLIC.encode())).headers["Location"]
    work(db)
    client.post(f"{path}/keep")
    assert client.post(f"{path}/again").status_code == 409
    real_add = service.bringing._add

    def somebody_was_faster(*given: Any) -> list[str]:
        real_add(*given)
        return real_add(given[0], given[1], {})

    monkeypatch.setattr(service.bringing, "_add", somebody_was_faster)
    with pytest.raises(psycopg.errors.UniqueViolation):
        work(db)
    page = client.get(path)
    assert "A try broke off: Somebody began to use an address" in page.text
    assert "Refresh" in page.headers
    give_up(db)
    page = client.get(path)
    assert "This list could not be taken" in page.text
    assert "Somebody began to use an address or an account of this list meanwhile." in page.text
    assert "<progress" not in page.text
    assert "Refresh" not in page.headers
    assert "Broke off" in client.get("/admin/creators/import").text
    monkeypatch.setattr(service.bringing, "_add", real_add)
    page = client.post(f"{path}/again", follow_redirects=True)
    assert "<progress" in page.text
    assert "broke off" not in page.text
    saved = work(db)
    assert (saved.status, saved.trouble) == ("saved", "")
    assert client.post(f"{path}/again").status_code == 409
    assert db.scalar(select(func.count()).select_from(Creator)) == 2


def test_a_list_whose_reading_broke_off_can_be_read_again_or_thrown_away(
    db: Session, client: FlaskClient, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = client.post("/admin/creators/import", data=upload(PUBLIC.encode())).headers["Location"]
    with monkeypatch.context() as broken:
        broken.setattr(service.rosters, "looked_up", None)
        with pytest.raises(TypeError):
            work(db)
    give_up(db)
    page = client.get(path).text
    assert "This list could not be read to its end" in page
    assert "Something went wrong on our side" in page
    client.post(f"{path}/again")
    assert work(db).status == "read"
    client.post(f"{path}/drop")
    assert "thrown away" in client.get(path).text


def test_a_job_that_is_gone_leaves_nobody_waiting(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    path = client.post("/admin/creators/import", data=upload(PUBLIC.encode())).headers["Location"]
    db.execute(text("DELETE FROM procrastinate_jobs"))
    db.commit()
    assert "The work stopped before it was done." in client.get(path).text


def give_up(db: Session) -> None:
    """What the queue does with a job after its last try."""
    db.rollback()
    db.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'todo'"))
    db.commit()


def test_what_nobody_takes_is_forgotten_when_the_page_says(
    db: Session, client: FlaskClient, admin: Person
) -> None:
    """A list to look over, one whose work broke off, the rows to mend of one that was taken."""
    lists = [
        Roster(person_id=admin.id, file_name=name, platform=Platform.INSTAGRAM, **more)
        for name, more in {
            "looked over": {"status": "read", "content": b"x", "wrong": [{"line": 1}]},
            "broke off": {"status": "saving", "content": b"x", "trouble": "Slow"},
            "goes on": {"status": "reading", "content": b"x"},
            "taken": {"status": "saved", "wrong": [{"line": 1}]},
        }.items()
    ]
    db.add_all(lists)
    db.flush()
    enqueue(db, "read_roster", id=str(lists[2].id))
    assert service.tick(db) == 0
    made = lists[0].created_at
    for days, forgotten in ((KEPT_DAYS - 1, 0), (KEPT_DAYS + 1, 3), (KEPT_DAYS + 1, 0)):
        db.execute(update(Roster).values(created_at=made - timedelta(days=days)))
        db.expire_all()
        assert service.tick(db) == forgotten
    known = db.execute(select(Roster.file_name, Roster.status, Roster.content, Roster.wrong))
    assert {name: tuple(rest) for name, *rest in known} == {
        "looked over": ("dropped", None, []),
        "broke off": ("dropped", None, []),
        "goes on": ("reading", b"x", []),
        "taken": ("saved", None, []),
    }
    db.commit()
    assert f"after {KEPT_DAYS} days" in client.get("/admin/creators/import").text
    assert f"{KEPT_DAYS} days" in (ROOT / "docs/importing.md").read_text()


def test_the_worker_looks_for_lists_to_forget(db: Session, admin: Person) -> None:
    old = now() - timedelta(days=KEPT_DAYS + 1)
    found = Roster(person_id=admin.id, file_name="", platform=Platform.INSTAGRAM, content=b"x")
    found.status, found.created_at = RosterStatus.READ, old
    db.add(found)
    db.commit()
    tasks.sweep()
    db.expire_all()
    assert (found.status, found.content) == ("dropped", None)


def test_only_admins_bring_creators(client: FlaskClient, db: Session) -> None:
    creator = builders.creator(db)
    db.commit()
    assert client.get("/admin/creators/import").status_code == 303
    client.sign_in(creator.person)  # type: ignore[attr-defined]
    assert client.get("/admin/creators/import").status_code == 404

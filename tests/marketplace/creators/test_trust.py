"""Where an audience is known from, how old it is, what changed, and taking it along."""

import io
import json
import random
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.creators import formats, service
from marketplace.creators.words import changes, gained_and_lost, trust
from matching import Cells
from models import Audience, PlatformAccount, Provenance
from models.clock import now

from . import real


def kept(db: Session, account: PlatformAccount, **values: Any) -> Audience:
    given = {
        "provenance": Provenance.FILE,
        "format": "csv",
        "taken_on": now().date(),
        "dimensions": {"country": {"n": 1000, "cells": {"SE": 0.7, "NO": 0.1}}},
    }
    return service.keep_audience(db, account, **(given | values))


def test_numbers_older_than_half_a_year_say_so_wherever_they_are_shown(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    kept(db, account, taken_on=now().date() - timedelta(days=200))
    db.commit()
    pages = ("/profile/audience", f"/creators/{account.creator.slug}", "/profile/accounts")
    for path in pages:
        assert "Older than 180 days" in client.get(path).text, path
    kept(db, account, taken_on=now().date() - timedelta(days=170))
    db.commit()
    for path in pages:
        assert "Older than 180 days" not in client.get(path).text, path


def test_old_numbers_weigh_less_and_typed_ones_least(db: Session, account: PlatformAccount) -> None:
    fresh = trust(kept(db, account))
    old = trust(kept(db, account, taken_on=now().date() - timedelta(days=181)))
    typed = trust(kept(db, account, provenance=Provenance.SELF_DECLARED))
    assert fresh.worth > old.worth * 1.9
    assert (fresh.is_stale, old.is_stale) == (False, True)
    assert typed.worth < fresh.worth
    assert "Typed in" in typed.label


def test_what_was_typed_in_is_labelled_where_brands_look(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    service.declare_audience(db, account, ages={"25-34": 4_000}, genders={}, countries={})
    db.commit()
    assert "Typed in, not counted" in client.get(f"/creators/{account.creator.slug}").text


def test_every_import_stays_listed_with_what_it_changed(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    kept(db, account, file_name="first.json")
    later = {"country": {"n": 1000, "cells": {"SE": 0.6, "NO": 0.105}}}
    later["city"] = {"n": 10, "cells": {"Umeå": 0.3}}
    kept(db, account, file_name="second.json", dimensions=later)
    db.commit()
    page = client.get("/profile/audience").text
    assert "Imported 2 times" in page
    assert page.index("second.json") < page.index("first.json")
    assert "Sweden: 70% → <strong>60%</strong>" in page
    assert "Norway" not in page.split("Imported 2 times")[1]
    assert "Newly known: Cities" in page
    assert "The first numbers we had" in page


def test_a_preview_says_what_it_would_change(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    kept(db, account)
    db.commit()
    file = (io.BytesIO(b"Country;Followers\nSE;500\nNO;500\n"), "x.csv")
    day = now().date().isoformat()
    path = f"/profile/accounts/{account.id}/import"
    page = client.post(path, data={"file": file, "taken_on": day}).text
    assert "Sweden: 70% → <strong>50%</strong>" in page
    assert "From a file" in page


def test_a_small_sample_changes_by_chance() -> None:
    few = {"country": {"n": 20, "cells": {"SE": 0.5}}}
    other = {"country": {"n": 20, "cells": {"SE": 0.6}}}
    assert [change.is_beyond_chance for change in changes(few, other)] == [False]
    many = {name: one | {"n": 5_000} for name, one in other.items()}
    assert changes({"country": few["country"] | {"n": 5_000}}, many)[0].is_beyond_chance


def test_ages_are_compared_whether_they_came_alone_or_with_genders() -> None:
    joint = {"age_gender": {"n": 9, "cells": {"25-34:female": 0.5, "25-34:male": 0.25}}}
    alone = {"age": {"n": 9, "cells": {"25-34": 0.5}}}
    assert [(one.before, one.after) for one in changes(joint, alone)] == [("75%", "50%")]
    assert gained_and_lost(joint, alone) == ([], ["Gender"])


@pytest.mark.parametrize("name", real.ALL)
def test_what_is_taken_along_comes_back_unchanged(
    db: Session, client: FlaskClient, account: PlatformAccount, name: str
) -> None:
    parsed = formats.read(real.ALL[name])
    account.platform, account.handle = parsed.platform or account.platform, "ida"
    day = now().date() - timedelta(days=3)
    first = kept(
        db,
        account,
        format=parsed.format,
        dimensions=parsed.dimensions,
        figures=parsed.figures,
        taken_on=day,
    )
    db.commit()
    answer = client.get(f"/profile/audience/{account.id}/export.json")
    assert answer.mimetype == "application/json"
    again = formats.read(answer.data)
    assert again.dimensions == first.dimensions
    assert (again.format, again.figures, again.taken_on) == (first.format, first.figures, day)
    assert (again.problems, again.notes) == ([], [])
    path = f"/profile/accounts/{account.id}/import"
    file = (io.BytesIO(answer.data), "mine.json")
    page = client.post(path, data={"file": file, "taken_on": now().date().isoformat()}).text
    seal = page.split('name="preview" value="')[1].split('"', maxsplit=1)[0]
    assert client.post(f"{path}/keep", data={"preview": seal}).status_code == 303
    db.rollback()
    second = db.scalars(select(Audience).where(Audience.superseded_at.is_(None))).one()
    same = ("dimensions", "figures", "format", "provenance", "taken_on")
    assert {one: getattr(second, one) for one in same} == {one: getattr(first, one) for one in same}


def test_nothing_known_is_nothing_to_take_along(
    client: FlaskClient, account: PlatformAccount
) -> None:
    assert client.get(f"/profile/audience/{account.id}/export.json").status_code == 404


def test_a_vendors_credibility_becomes_the_accounts(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    account.handle = "ida"
    db.commit()
    path = f"/profile/accounts/{account.id}/import"
    file = (io.BytesIO(real.VENDOR.encode()), "report.json")
    page = client.post(path, data={"file": file, "taken_on": now().date().isoformat()}).text
    assert "83% of its followers are real people" in page
    seal = page.split('name="preview" value="')[1].split('"', maxsplit=1)[0]
    client.post(f"{path}/keep", data={"preview": seal})
    db.rollback()
    db.refresh(account)
    assert (account.real_followers, account.sampled_followers) == (83, 100)
    assert account.followers == 8_240


def mutated(content: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    bits = (b"", b'"', b"\n", b",", b"}", b"]", b"-1", b"1e9", b"null", b"0.5", b"\xff", b"[", b";")
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(damaged))
        damaged[place : place + chance.randint(0, 9)] = chance.choice(bits)
    return bytes(damaged)


@pytest.mark.parametrize("name", real.ALL)
@pytest.mark.usefixtures("app")
def test_whatever_is_read_of_a_damaged_file_adds_up(name: str) -> None:
    """Nothing but words for the person is raised, and no share is of more than everybody."""
    for seed in range(120):
        try:
            parsed = formats.read(mutated(real.ALL[name], seed))
        except formats.Unreadable as why:
            words = str(why)
            assert words
            continue
        for dimension, measured in parsed.dimensions.items():
            assert measured["n"] >= 1
            Cells(measured["cells"], measured["n"])
            assert min(measured["cells"].values()) >= 0, dimension
        json.dumps((parsed.dimensions, parsed.figures), allow_nan=False)
        assert parsed.figures.get("real", 0) <= parsed.figures.get("sampled", 0)


@pytest.mark.parametrize("seed", range(8))
def test_no_damaged_file_breaks_the_page_or_is_kept(
    db: Session, client: FlaskClient, account: PlatformAccount, seed: int
) -> None:
    for name, content in real.ALL.items():
        file = (io.BytesIO(mutated(content, seed)), f"{name}.json")
        data = {"file": file, "taken_on": now().date().isoformat()}
        page = client.post(f"/profile/accounts/{account.id}/import", data=data)
        assert page.status_code in (200, 422), name
        assert "Nothing is kept yet" in page.text or 'id="problem"' in page.text
    assert db.scalar(select(func.count()).select_from(Audience)) == 0


@pytest.mark.parametrize("name", real.ALL)
def test_a_preview_accounts_for_everybody(
    db: Session, client: FlaskClient, account: PlatformAccount, name: str
) -> None:
    parsed = formats.read(real.ALL[name])
    account.platform, account.handle = parsed.platform or account.platform, "ida"
    db.commit()
    file = (io.BytesIO(real.ALL[name]), "x.json")
    data = {"file": file, "taken_on": now().date().isoformat()}
    page = client.post(f"/profile/accounts/{account.id}/import", data=data)
    assert page.status_code == 200
    for measured in parsed.dimensions.values():
        unknown = max(1 - sum(measured["cells"].values()), 0)
        assert f'data-label="Unknown or elsewhere">{100 * unknown:.1f}%' in page.text
    for problem in parsed.problems:
        assert problem.split("“")[0].split("'")[0][:30] in page.text

"""Lists of creators and audience files from the shell: all of it, or nothing."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Audience, Creator, PasswordReset, Person, PlatformAccount
from tests import builders

HEADER = "name,email,country,city,languages,topics,platform,handle,followers,engagements,posts"
IDA = "Ida Bergström,ida@example.org,Sweden,Umeå,sv;en,hiking;dogs,instagram,@Ida,8240,4800,12"
IDA_TOO = "Ida Bergström,ida@example.org,SE,Umeå,sv,hiking,tiktok,ida,900,0,0"
OMAR = "Omar,omar@example.org,NO,,no,tea,youtube,omar.tea,100,50,5"


@pytest.fixture
def run(app: Flask, tmp_path: Path):  # type: ignore[no-untyped-def]
    def _run(content: str | bytes, *options: str) -> Result:
        file = tmp_path / "file.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        runner = app.test_cli_runner()
        return runner.invoke(args=["creators", "import", str(file), *options])

    return _run


def count(db: Session, model: type) -> int:
    db.rollback()
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_brings_people_with_their_accounts(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    result = run(f"{HEADER}\n{IDA}\n{IDA_TOO}\n{OMAR}")
    assert result.exit_code == 0, result.output
    assert result.output == "2 new creators, 3 new accounts, 0 accounts updated\n"
    ida = db.scalars(select(Creator).where(Creator.slug == "ida-bergstrom")).one()
    assert (ida.country, ida.topics, ida.languages) == ("SE", ["hiking", "dogs"], ["sv", "en"])
    assert [(one.platform, one.followers) for one in ida.accounts] == [
        ("instagram", 8240),
        ("tiktok", 900),
    ]
    assert count(db, PasswordReset) == 2


def test_bringing_the_same_list_again_only_updates_counts(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    run(f"{HEADER}\n{IDA}")
    result = run("\n".join([HEADER, IDA.replace("8240", "8300")]))
    assert result.output == "0 new creators, 0 new accounts, 1 accounts updated\n"
    assert db.scalars(select(PlatformAccount.followers)).all() == [8300]


def test_one_wrong_line_keeps_everyone_out(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    wrong = ",nobody,Atlantis,,xx,sleeping,myspace,a b,-1,5,0"
    result = run(f"{HEADER}\n{IDA}\n{wrong}\n{OMAR}")
    assert result.exit_code == 1
    for words in (
        "needs a handle",
        "“Atlantis”",
        "“myspace”",
        "-1 is below 0",
        "of how many posts",
    ):
        assert words in result.stderr
    assert all(line.startswith("Line 3: ") for line in result.stderr.strip().splitlines())
    assert count(db, Person) == 0


def test_an_account_stands_in_a_list_once(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    result = run(f"{HEADER}\n{IDA}\n{IDA}")
    assert "Line 3: the account is on line 2 already" in result.stderr
    assert count(db, Person) == 0


def test_an_address_of_somebody_else_keeps_everyone_out(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    builders.brand(db).person.email = "omar@example.org"
    db.commit()
    result = run(f"{HEADER}\n{IDA}\n{OMAR}")
    assert result.exit_code == 1
    assert "Line 3: omar@example.org" in result.stderr
    assert count(db, Creator) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n", f"{HEADER}\n".encode()])
def test_a_file_that_is_no_list_says_so(db: Session, run, content: bytes) -> None:  # type: ignore[no-untyped-def]
    result = run(content)
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert count(db, Person) == 0


def test_an_audience_file_is_kept_for_the_account_named(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    account = builders.account(db, builders.creator(db, slug="ida"), handle="ida")
    db.commit()
    table = "dimension,code,value,sample\ncountry,SE,72%,8240\ncountry,Mars,1%,8240\n"
    for options in (("--account", str(account.id)), ("--creator", "ida", "--platform=instagram")):
        result = run(table, *options, "--taken-on", "2026-01-02")
        assert result.exit_code == 0, result.output
        assert result.stdout == "@ida: country of 8240 people; 1 lines left out\n"
        assert "Line 3: “Mars”" in result.stderr
    assert count(db, Audience) == 2


def test_an_audience_file_needs_one_account(db: Session, run) -> None:  # type: ignore[no-untyped-def]
    result = run("dimension,code,value\n", "--creator", "nobody")
    assert result.exit_code == 2
    assert "0 accounts fit" in result.stderr

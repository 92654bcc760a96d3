"""Making the first admin from the shell."""

import pytest
from sqlalchemy import select

from marketplace.admin.cli import admin
from models import Person


@pytest.fixture
def create(app):
    def run(*args, password="four unrelated odd words"):
        runner = app.test_cli_runner()
        return runner.invoke(admin, ["create", *args, "--password-stdin"], input=f"{password}\n")

    return run


def test_an_admin_is_made_and_can_sign_in(app, create, db):
    result = create("Sara@Example.org", "Sara Holm")
    assert result.exit_code == 0, result.output
    made = db.scalars(select(Person)).unique().one()
    assert (made.email, made.kind) == ("sara@example.org", "admin")
    from marketplace.accounts import service

    assert service.check_password(db, "sara@example.org", "four unrelated odd words") is made


@pytest.mark.parametrize(
    ("args", "password", "said"),
    [
        (("sara", "Sara"), "four unrelated odd words", "Enter an email address"),
        (("sara@example.org", " "), "four unrelated odd words", "Enter a name"),
        (("sara@example.org", "Sara"), "short", "characters or more"),
        (("sara@example.org", "Sara"), "", "Enter a password"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(create, db, args, password, said):
    result = create(*args, password=password)
    assert result.exit_code == 1
    assert said in result.output
    assert not db.scalars(select(Person)).unique().all()


def test_an_address_is_taken_once(create, db):
    assert create("sara@example.org", "Sara").exit_code == 0
    again = create("sara@example.org", "Sara")
    assert again.exit_code == 1
    assert "already" in again.output

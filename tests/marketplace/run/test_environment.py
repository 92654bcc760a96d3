import os
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.run import CannotRun
from marketplace.run.environment import Plan, check, filled, for_a_command
from marketplace.run.postgres import Embedded, Urls

pytestmark = pytest.mark.wide

URLS = Urls("postgresql+psycopg://postgres@/alongside?host=/s", "postgresql+psycopg://w@/a?host=/s")
REAL = {
    "APP_ENV": "production",
    "DATABASE_URL": "postgresql://app:secret@db/alongside",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuv",
    "PUBLIC_URL": "https://alongside.example",
    "SMTP_URL": "smtp://mail.example:587",
}


@pytest.mark.parametrize("port", ["eighty", "-1", "80", "65535", "8000.5", "⁸"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CannotRun, match="PORT must be a number from 1024 to 65534"):
        Plan.of({"PORT": port})


def test_every_port_follows_from_one(tmp_path: Path) -> None:
    env = {"PORT": "8010", "VAR_DIR": str(tmp_path)}
    plan = Plan.of(env)
    full = filled(env, plan, URLS)
    assert plan.address == full["PUBLIC_URL"] == "http://127.0.0.1:8010"
    assert full["STRIPE_API_BASE"] == "http://127.0.0.1:8011"
    assert full["DATABASE_URL"] == URLS.app
    assert full["DATABASE_OWNER_URL"] == URLS.owner
    check(full)


def test_secrets_are_made_once_and_are_nobody_elses_business(tmp_path: Path) -> None:
    plan = Plan.of({"VAR_DIR": str(tmp_path)})
    first, second = filled({}, plan, URLS), filled({}, plan, URLS)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 32
    assert first["STRIPE_WEBHOOK_SECRET"] != first["STRIPE_CONNECT_WEBHOOK_SECRET"]
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_secrets_that_cannot_be_read_are_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text)
    with pytest.raises(CannotRun, match=r"secrets\.json cannot be read"):
        filled({}, Plan.of({"VAR_DIR": str(tmp_path)}), URLS)


def test_what_a_person_set_is_kept(tmp_path: Path) -> None:
    env = {"VAR_DIR": str(tmp_path), "SECRET_KEY": "mine", "CURRENCY": "sek", "SMTP_URL": ""}
    full = filled(env, Plan.of(env), URLS)
    assert full["SECRET_KEY"] == "mine"
    assert full["CURRENCY"] == "sek"
    assert "SMTP_URL" not in full


def test_with_a_real_stripe_key_there_is_no_sandbox(tmp_path: Path) -> None:
    env = {"VAR_DIR": str(tmp_path), "STRIPE_SECRET_KEY": "sk_test_51x"}
    plan = Plan.of(env)
    assert not plan.is_sandboxed
    assert "STRIPE_API_BASE" not in filled(env, plan, URLS)


def test_with_a_database_of_its_own_none_is_embedded() -> None:
    assert not Plan.of({"DATABASE_URL": "postgresql://elsewhere/alongside"}).is_embedded


def test_production_makes_nothing_up(tmp_path: Path) -> None:
    env = REAL | {"VAR_DIR": str(tmp_path)}
    plan = Plan.of(env)
    assert not plan.is_sandboxed
    assert not plan.is_embedded
    check(filled(env, plan, None))
    assert not (tmp_path / "secrets.json").exists()


@pytest.mark.parametrize("name", sorted(set(REAL) - {"APP_ENV"}))
def test_production_refuses_to_start_without(name: str, tmp_path: Path) -> None:
    env = {key: value for key, value in REAL.items() if key != name} | {"VAR_DIR": str(tmp_path)}
    plan = Plan.of(env)
    assert not plan.is_sandboxed
    assert not plan.is_embedded
    with pytest.raises(CannotRun, match=f"{name} is missing"):
        check(filled(env, plan, None))


def test_a_command_in_a_shell_finds_the_database_and_the_port_of_the_run(
    tmp_path: Path, copy_made: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = copy_made(tmp_path / "postgres")
    (tmp_path / "run.json").write_text('{"address": "http://127.0.0.1:8010", "children": []}')
    ends: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", ends.append)
    monkeypatch.setattr("os.environ", {"VAR_DIR": str(tmp_path)})
    for_a_command()
    assert os.environ["PUBLIC_URL"] == "http://127.0.0.1:8010"
    assert os.environ["DATABASE_URL"] == Embedded(directory).urls().app
    check(os.environ)
    assert Embedded(directory).answers()
    ends[0]()
    assert not Embedded(directory).is_running()


def test_a_command_before_the_first_start_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.environ", {"VAR_DIR": str(tmp_path)})
    with pytest.raises(SystemExit, match="make run"):
        for_a_command()


def test_a_command_leaves_settings_alone_that_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env = {"VAR_DIR": str(tmp_path), "DATABASE_URL": "postgresql://elsewhere/alongside"}
    monkeypatch.setattr("os.environ", env.copy())
    for_a_command()
    assert os.environ == env

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from marketplace.run import CannotRun, postgres
from marketplace.run.postgres import Embedded
from marketplace.run.serveruser import ServerUser, let_in

pytestmark = pytest.mark.wide


@pytest.fixture
def data_dir(copy_made: Callable[[Path], Path], tmp_path: Path) -> Path:
    return copy_made(tmp_path / "postgres")


@pytest.fixture
def server(data_dir: Path) -> Iterator[Embedded]:
    server = Embedded(data_dir, tied=True)
    yield server
    server.stop()


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        return db.execute(question).fetchall()  # type: ignore[call-overload, no-any-return]


def postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((data_dir / "postmaster.pid").read_text().split()[0]))


def test_the_app_signs_in_as_a_role_that_owns_nothing(server: Embedded) -> None:
    urls = server.start()
    assert ask(urls.app, "SELECT current_user") == [("alongside_web",)]
    assert ask(urls.owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [
        (True,)
    ]
    roles = (
        "SELECT rolname, rolcanlogin, rolsuper, rolcreaterole FROM pg_roles "
        "WHERE rolname LIKE 'alongside%' ORDER BY 1"
    )
    assert ask(urls.app, roles) == [
        ("alongside_app", False, False, False),
        ("alongside_owner", False, False, False),
        ("alongside_web", True, False, False),
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(urls.app, "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(urls.app, "SET ROLE alongside_owner")


def test_the_database_sorts_alike_on_every_machine(server: Embedded) -> None:
    url = server.start().app
    found = ask(
        url,
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale "
        "FROM pg_database WHERE datname = current_database()",
    )
    assert found == [("UTF8", "b", "C.UTF-8")]


def test_what_was_written_is_there_after_a_second_start(server: Embedded) -> None:
    with psycopg.connect(server.start().owner.replace("+psycopg", "")) as db:
        db.execute("CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert not server.is_running()
    assert ask(server.start().owner, "SELECT n FROM kept") == [(7,)]


def test_a_server_killed_outright_is_started_again_at_once(server: Embedded) -> None:
    for round_ in range(3):
        url = server.start().owner
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
            db.execute(f"CREATE TABLE round{round_} (n int)".encode())
        postmaster(server.data_dir).kill()
        url = server.start().owner
        found = ask(url, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'round%'")
        assert found == [(round_ + 1,)]


def test_a_stale_pid_that_now_belongs_to_another_program_is_no_obstacle(
    server: Embedded,
) -> None:
    owner = server.data_dir.stat()
    become = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **become)  # type: ignore[call-overload]
    try:
        where = server.data_dir
        stale = f"{stranger.pid}\n{where}\n1700000000\n5432\n{where}\n\n  1 2\nready\n"
        (server.data_dir / "postmaster.pid").write_text(stale)
        (server.data_dir / ".s.PGSQL.5432.lock").write_text(stale)
        assert ask(server.start().app, "SELECT 1") == [(1,)]
        assert stranger.poll() is None, "the stranger must not be touched"
    finally:
        stranger.kill()
        stranger.wait()


def test_an_empty_pid_file_is_no_obstacle(server: Embedded) -> None:
    (server.data_dir / "postmaster.pid").write_text("")
    assert ask(server.start().app, "SELECT 1") == [(1,)]


def test_an_orphan_is_adopted_and_stopped_by_its_last_user(data_dir: Path) -> None:
    start = "import sys, os, signal; from pathlib import Path\n"
    start += "from marketplace.run.postgres import Embedded\n"
    start += "Embedded(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", start, data_dir], check=False)
    orphan = postmaster(data_dir)
    assert orphan.is_running()

    server, other = Embedded(data_dir), Embedded(data_dir)
    server.start()
    other.start()
    assert postmaster(data_dir) == orphan
    server.stop()
    assert other.answers(), "another still uses it"
    other.stop()
    assert not other.is_running()


def test_a_tied_server_goes_when_its_starter_is_killed(data_dir: Path) -> None:
    if not sys.platform.startswith("linux"):
        return
    start = "import sys, os, signal; from pathlib import Path\n"
    start += "from marketplace.run.postgres import Embedded\n"
    start += "Embedded(Path(sys.argv[1]), tied=True).start(); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", start, data_dir], check=False)
    server = Embedded(data_dir)
    deadline = time.monotonic() + 10
    while server.is_running() and time.monotonic() < deadline:
        pass
    assert not server.is_running()


def test_a_server_that_cannot_start_says_why(server: Embedded) -> None:
    with (server.data_dir / "postgresql.conf").open("a") as settings:
        settings.write("\nshared_buffers = 'plenty'\n")
    with pytest.raises(CannotRun, match="shared_buffers"):
        server.start()


def test_a_full_disk_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=120_000_000)
    monkeypatch.setattr(postgres.shutil, "disk_usage", lambda _: usage)
    server = Embedded(tmp_path / "postgres")
    with pytest.raises(CannotRun, match=r"disk is full.* 300 MB .* there are 120 MB"):
        server.start()
    assert not server.data_dir.exists()


def test_a_directory_with_other_files_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "postgres"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(CannotRun, match="not a PostgreSQL database"):
        Embedded(other).start()
    assert (other / "letter.txt").read_text() == "dear"


def test_a_database_of_another_release_is_left_alone(server: Embedded) -> None:
    (server.data_dir / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotRun, match="made by PostgreSQL 16"):
        server.start()


def test_a_path_too_long_for_a_socket_gets_a_short_one(data_dir: Path) -> None:
    long = data_dir.parent / ("d" * 100) / "postgres"
    long.parent.mkdir()
    data_dir.rename(long)
    server = Embedded(long, tied=True)
    try:
        assert ask(server.start().app, "SELECT 1") == [(1,)]
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    finally:
        server.stop()
        shutil.rmtree(server.socket_dir)


def test_starting_over_leaves_an_empty_database(server: Embedded) -> None:
    with psycopg.connect(server.start().owner.replace("+psycopg", "")) as db:
        db.execute("CREATE TABLE half (n int)")
    server.start_over()
    assert ask(server.urls().app, "SELECT 1 FROM pg_tables WHERE tablename = 'half'") == []


def test_fast_turns_syncing_off_for_good(server: Embedded) -> None:
    server.start()
    server.fast()
    server.stop()
    assert ask(server.start().app, "SHOW fsync") == [("off",)]


def test_a_project_in_a_closed_directory_is_opened_no_further_than_needed(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    somebody_else = ServerUser(999, 999, {"user": 999})
    let_in(somebody_else, [closed / "postgres"], said.append)
    assert closed.stat().st_mode & 0o777 == 0o701
    assert any(str(closed) in line for line in said)


def test_a_signal_for_the_starter_does_not_reach_the_server(server: Embedded) -> None:
    server.start()
    assert os.getpgid(postmaster(server.data_dir).pid) != os.getpgid(0)

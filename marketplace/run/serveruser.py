"""PostgreSQL refuses to run as root. When we are root, this finds it somebody else to be."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplace.run import CannotRun

NAME = "pgserver"
CREATORS = (
    ("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME),
    ("adduser", "-S", "-D", "-H", NAME),
)


@dataclass(frozen=True)
class ServerUser:
    uid: int
    gid: int
    options: dict[str, Any] = field(default_factory=dict)  # for subprocess: how to become them

    @property
    def is_me(self) -> bool:
        return not self.options


def server_user() -> ServerUser:
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    entry = _entry() or _create()
    become = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return ServerUser(entry.pw_uid, entry.pw_gid, become)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    for command in CREATORS:
        if shutil.which(command[0]):
            subprocess.run(command, capture_output=True, check=False)
            entry = _entry()  # asked whatever the exit code: another start may have made it first
            if entry:
                return entry
    raise CannotRun(
        "PostgreSQL does not run as root, and the user “pgserver” could not be made for it.\n"
        "Run this as an ordinary user, or make that user first: useradd --system pgserver"
    )


def let_in(user: ServerUser, paths: list[Path], say: Callable[[str], None]) -> None:
    """Let the server's user pass through the directories above its files, and only pass."""
    if user.is_me:
        return
    above = {parent for path in paths for parent in path.resolve().parents}
    closed = sorted(p for p in above if not p.stat().st_mode & stat.S_IXOTH)
    for directory in closed:
        directory.chmod(directory.stat().st_mode | stat.S_IXOTH)
        say(f"Let the database's user pass through {directory} (PostgreSQL does not run as root)")


def make_readable(user: ServerUser, program: Path, tree: Path) -> None:
    """Mend an installation made under a strict umask, which only root can read."""
    if user.is_me:
        return
    if _runs(program, user):
        return
    for path in [tree, *tree.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))


def _runs(program: Path, user: ServerUser) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"], check=False, capture_output=True, cwd="/", **user.options
        )
    except PermissionError:
        return False
    return done.returncode == 0

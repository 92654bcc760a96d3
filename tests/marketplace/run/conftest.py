import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.run.postgres import Embedded


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made once; the tests take copies, since making one takes a second."""
    directory = tmp_path_factory.mktemp("made") / "postgres"
    server = Embedded(directory)
    server.start()
    server.stop()
    return directory


@pytest.fixture
def copy_made(made: Path) -> Callable[[Path], Path]:
    def copied(to: Path) -> Path:
        shutil.copytree(made, to, ignore=shutil.ignore_patterns(".s.*"))
        owner = made.stat()
        if os.geteuid() == 0:
            for path in [to, *to.rglob("*")]:
                os.chown(path, owner.st_uid, owner.st_gid)
        return to

    return copied

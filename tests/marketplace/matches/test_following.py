"""The indexer as it runs in a worker, seen from another process."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.config import Config
from marketplace.matches.queries import snapshots
from marketplace.matches.service import indexer
from matching.engine import Snapshot
from tests import builders

pytestmark = pytest.mark.wide

# Another process, as the web is one: it says each generation and pool it sees, once.
READER = """
import json, sys, time
from pathlib import Path
from matching import Brief, Target
from matching.engine import Query
from marketplace.matches.queries import snapshots

query = Query(Brief([Target("country", {"SE": 1.0})]))
seen, until = None, time.monotonic() + 60
while time.monotonic() < until:
    opened = snapshots.current(Path(sys.argv[1]))
    if opened is not None:
        now = [opened.snapshot.generation, opened.snapshot.scan(query).pool]
        if now != seen:
            seen = now
            print(json.dumps(now), flush=True)
    time.sleep(0.01)
"""


@pytest.fixture
def folder(app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(indexer, "PATIENCE", 0.2)
    monkeypatch.setattr(indexer, "COLUMNAR_FROM", 1)
    yield config.matching_dir
    snapshots.forget(config.matching_dir)
    shutil.rmtree(config.matching_dir, ignore_errors=True)


@pytest.fixture
def _running(app: Flask, db: Session, folder: Path) -> Iterator[None]:
    builders.audience(db, builders.account(db, builders.creator(db)))
    db.commit()
    stop = threading.Event()
    about = (app.app_context, app.extensions["engine"], stop)
    threads = [threading.Thread(target=indexer.run, args=about) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.usefixtures("_running")
def test_another_process_sees_a_change_and_a_new_snapshot_soon(db: Session, folder: Path) -> None:
    """Two indexers run, and one of them works: a snapshot is built once."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    try:
        assert json.loads(reader.stdout.readline()) == [1, 1]
        made = builders.creator(db)
        builders.account(db, made)
        db.commit()
        assert json.loads(reader.stdout.readline()) == [1, 2]
        made.is_available = False
        db.commit()
        assert json.loads(reader.stdout.readline()) == [1, 1]
        indexer.rebuild()
        assert json.loads(reader.stdout.readline())[0] == 2
        made.is_available = True
        db.commit()
        assert json.loads(reader.stdout.readline()) == [2, 2]
    finally:
        reader.terminate()
        reader.wait(10)
        reader.stdout.close()


def test_compiling_is_over_before_anybody_waits_for_it(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scans before there is a snapshot, and what a change takes once it is opened for them."""
    path, compiled = folder / snapshots.NAME, list[object]()
    monkeypatch.setattr(Snapshot, "compile", lambda: compiled.append(path.exists()))
    monkeypatch.setattr(Snapshot, "warm", lambda opened: compiled.append(opened.rows))
    with app.app_context():
        indexer.rebuild()
        opened = indexer._opened()
    assert opened is not None
    assert compiled == [False, opened.snapshot.rows]

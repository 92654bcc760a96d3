"""The matches page over a market of any size, end to end: `-m tests.bench.matches_page N=1000000`.

Fills a database of its own with N creators, builds the snapshot through the command, starts the
web and the worker, measures the page and how soon a change is seen. A JSON line each.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg
import requests
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.accounts.service import sign_up
from marketplace.config import Config
from marketplace.kit.db import unit_of_work
from marketplace.run.environment import Plan, filled
from marketplace.run.postgres import Embedded
from matching import Brief
from matching import Target as Wanted
from matching.engine import Query, Snapshot
from models import PersonKind
from tests import builders
from tests.bench.load import Target, load
from tests.place import ROOT, two_free_ports

FILL = Path(__file__).with_name("matches_fill.sql")
LOT = 50_000
BRAND = ("bench@example.org", "a brand that measures")
PEOPLE = ["25-34:female", "35-44:female"]
ASKED = [
    {"sought": {"country": ["SE"], "age_gender": PEOPLE, "interest": {"hiking": 8}}},
    {"sought": {"country": ["DE", "FR"], "language": ["de"], "interest": {"coffee": 5}}},
    {
        "sought": {"country": ["NO"], "age_gender": PEOPLE},
        "required": {"countries": ["NO"], "most_followers": 50_000},
    },
    {"sought": {"interest": {"books": 9, "tea": 2}}, "required": {"platforms": ["tiktok"]}},
]


def main() -> None:
    asked = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    number = int(asked.get("N", "100000"))
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        Path(folder).chmod(0o755)
        port = str(two_free_ports())
        env = os.environ | {"PORT": port, "VAR_DIR": folder, "MATCH_ENGINE": "columnar"}
        plan = Plan.of(env)
        server = Embedded(plan.database_dir)
        try:
            urls = server.start()
            server.fast()
            settings = os.environ | filled(env, plan, urls)
            settings |= {"DATABASE_OWNER_URL": urls.owner}
            run("alembic", "-c", "migrations/alembic.ini", "upgrade", "head", env=settings)
            owner = urls.owner.replace("+psycopg", "")
            with psycopg.connect(owner, autocommit=True) as connection:
                measure(connection, settings, Path(folder), number)
        finally:
            server.stop()


def measure(connection: psycopg.Connection, env: dict[str, str], var: Path, number: int) -> None:
    began = time.monotonic()
    fill(connection, number)
    say("fill", number, seconds=time.monotonic() - began)
    slugs = campaigns(env)
    began = time.monotonic()
    run("flask", "--app", "app", "matches", "rebuild", env=env)
    bytes_used = (var / "matching" / "creators.snap").stat().st_blocks * 512
    say("build", number, seconds=time.monotonic() - began, bytes_a_row=bytes_used / number)
    address = f"http://127.0.0.1:{env['PORT']}"
    web = ("gunicorn", "app:app", "--config", "python:marketplace.run.gunicorn_conf")
    with going(env, *web), going(env, "flask", "--app", "app", "worker"):
        cookie = signed_in(address)
        pages(address, cookie, slugs, number)
        freshness(connection, var, number)


def run(*words: str, env: dict[str, str]) -> None:
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


@contextmanager
def going(env: dict[str, str], *words: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def campaigns(env: dict[str, str]) -> list[str]:
    """One brand's open campaigns, each another question."""
    app = create_app(Config.from_env(env))
    with app.app_context(), unit_of_work() as db:
        return _campaigns(db)


def _campaigns(db: Session) -> list[str]:
    name, address, word = "Bench", *BRAND
    person = sign_up(db, kind=PersonKind.BRAND, name=name, email=address, password=word)
    assert person.brand is not None
    return [builders.campaign(db, person.brand, **values).slug for values in ASKED]


def say(part: str, number: int, **figures: float | str) -> None:
    plain = {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}
    line = {"bench": "matches_page", "part": part, "n": number, **plain}
    print(json.dumps(line), flush=True)


def fill(connection: psycopg.Connection, number: int) -> None:
    """As bulk loads go: without triggers, then statistics. The build below reads all of it."""
    connection.execute("SET session_replication_role = replica")
    for first in range(0, number, LOT):
        last = min(first + LOT, number)
        text = FILL.read_text().partition("WITH made")
        made = text[2].replace("FIRST", str(first)).replace("LAST", str(last))
        connection.execute((text[1] + made).encode())
    connection.execute("SET session_replication_role = origin")
    connection.execute("ANALYZE")


def pages(address: str, cookie: str, slugs: list[str], number: int) -> None:
    """Each campaign's list: the first time, and again and again by one reader and by two at once.

    A process keeps the creators it has read until they change, so the first costs more.
    """
    lists = [Target(address, f"/campaigns/{slug}/matches", cookie) for slug in slugs]
    first = [load(target, 0.001, clients=1).each[0] for target in lists]
    say("first", number, clients=1, p50_ms=1000 * median(first), most_ms=1000 * max(first))
    for clients in (1, 2):
        each: list[float] = []
        for target in lists:
            load(target, 1.0, clients=2)
            each += load(target, 4.0, clients=clients).each
        each.sort()
        half, most = (1000 * each[int(len(each) * part)] for part in (0.5, 0.95))
        load_now = os.getloadavg()[0]
        say("page", number, clients=clients, p50_ms=half, p95_ms=most, load=load_now)


def signed_in(address: str) -> str:
    session, until = requests.Session(), time.monotonic() + 120
    session.headers["Origin"] = address
    data = dict(zip(("email", "password"), BRAND, strict=True))
    while True:
        try:
            session.post(f"{address}/sign-in", data=data, timeout=60)
            return f"session={session.cookies['session']}"
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def freshness(connection: psycopg.Connection, var: Path, number: int) -> None:
    """From a commit to the row in the snapshot, as another process sees it."""
    snapshot = Snapshot.open(var / "matching" / "creators.snap")
    query = Query(Brief([Wanted("country", {"SE": 1.0})]))
    waits: list[float] = []
    for turn in range(20):
        pool = snapshot.scan(query, 1).pool
        connection.execute(
            "UPDATE creators SET is_available = NOT is_available WHERE id ="
            " (SELECT creator_id FROM platform_accounts ORDER BY id OFFSET %s LIMIT 1)",
            [turn],
        )
        began = time.monotonic()
        while snapshot.scan(query, 1).pool == pool and time.monotonic() < began + 20:
            time.sleep(0.005)
        waits.append(time.monotonic() - began)
    waits.sort()
    say("seen", number, p50_s=waits[10], most_s=waits[-1])


if __name__ == "__main__":
    main()

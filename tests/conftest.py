"""A real PostgreSQL for every run, a clean one for every test, and no network but loopback."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.config import Config
from marketplace.kit.db import unit_of_work
from marketplace.run.postgres import Embedded
from tests.browser import Visitor, chromium, opened
from tests.client import LookingClient
from tests.place import Place, running
from tests.stripe_world import StripeWorld

ROOT = Path(__file__).parent.parent
_EMPTY = """
SELECT string_agg(format('DELETE FROM %I.%I', schemaname, tablename), ';')
FROM pg_tables WHERE schemaname IN ('public', 'ledger')
AND tablename NOT IN ('alembic_version', 'kind')
"""


def _let_property_tests_take_their_time() -> None:
    """How long anything takes is never asserted: a busy machine is no fault of the code."""
    # Imported before pytest is set up, its plugin could not be.
    from hypothesis import HealthCheck, settings

    settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the run, and migrate the database all others are copied from."""
    _let_property_tests_take_their_time()
    if hasattr(config, "workerinput") or os.environ.get("TEST_POSTGRES"):
        return
    folder = Path(tempfile.mkdtemp(prefix="alongside-test-"))
    # A folder of this run's own: another run that starts meanwhile would lock us out of a shared
    # one, and PostgreSQL, which for root runs as another user, with us.
    folder.chmod(0o755)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
    server = Embedded(folder / "postgres")
    config.stash[_SERVER] = (server, folder)
    urls = server.start()
    server.fast()
    env = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    subprocess.run(
        [sys.executable, "-m", "alembic", "-c", "migrations/alembic.ini", "upgrade", "head"],
        cwd=ROOT,
        env=env,
        check=True,
    )
    os.environ["TEST_POSTGRES"] = urls.owner


def pytest_unconfigure(config: pytest.Config) -> None:
    server, folder = config.stash.get(_SERVER, (None, None))
    if server is not None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop("TEST_POSTGRES", None)


_SERVER = pytest.StashKey[tuple[Embedded, Path]]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


def libpq(url: str, database: str | None = None) -> str:
    """An SQLAlchemy URL as psycopg takes it, perhaps for another database."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    return plain.replace("/alongside?", f"/{database}?") if database else plain


@pytest.fixture(scope="session")
def database(worker_id: str) -> str:
    """The name of this worker's own database."""
    owner = os.environ["TEST_POSTGRES"]
    name = f"test_{worker_id}_{os.getpid()}"
    with psycopg.connect(libpq(owner, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE alongside')
    return name


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def owner_url(database: str) -> str:
    """A superuser's URL, for looking where the app may not."""
    return libpq(os.environ["TEST_POSTGRES"], database)


# A test that asks for one of these talks to the sandbox over a socket, or goes to every page.
_WIDE = frozenset({"_stripe", "site"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Campaigns end and offers lapse where a story moves the clock: the others come first."""
    items.sort(key=lambda item: item.get_closest_marker("clock") is not None)
    for item in items:
        if _WIDE & set(getattr(item, "fixturenames", ())):
            item.add_marker("wide")


@pytest.fixture(scope="session")
def stripe_port() -> int:
    """A port nobody listens on yet: the sandbox's, once a test asks for it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def _stripe(stripe_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StripeWorld]:
    world = StripeWorld(tmp_path_factory.mktemp("stripe"), stripe_port)
    yield world
    world.stop()


@pytest.fixture
def stripe(_stripe: StripeWorld, app: Flask) -> StripeWorld:
    """An empty sandbox, over a real socket."""
    _stripe.forget()
    return _stripe


@pytest.fixture(scope="session")
def config(database: str, stripe_port: int, tmp_path_factory: pytest.TempPathFactory) -> Config:
    owner = os.environ["TEST_POSTGRES"].replace("/alongside?", f"/{database}?")
    return Config(
        is_production=False,
        port=8000,
        public_url="http://localhost",
        var_dir=tmp_path_factory.mktemp("var"),
        database_url=owner.replace("postgres@", "alongside_web@"),
        owner_database_url=owner,
        secret_key="a secret for tests, long enough to be one",
        stripe_secret_key="sk_test_sandbox",
        stripe_api_base=f"http://127.0.0.1:{stripe_port}",
        stripe_webhook_secrets=("whsec_platform",),
        stripe_connect_secrets=("whsec_connect",),
        smtp_url=None,
        mail_from="Alongside <hello@alongside.example>",
        currency="eur",
        testing=True,
    )


@pytest.fixture(scope="session")
def _app(config: Config) -> Flask:
    app = create_app(config)
    app.test_client_class = LookingClient
    return app


@pytest.fixture(scope="session")
def _eraser(owner_url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        deletes = connection.execute(_EMPTY).fetchone()
        assert deletes
        yield connection, deletes[0]


@pytest.fixture
def app(_app: Flask, _eraser: tuple[psycopg.Connection, str]) -> Flask:
    """The app over an empty database."""
    connection, deletes = _eraser
    connection.execute(deletes)
    return _app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def db(app: Flask) -> Iterator[Session]:
    """A session inside an app context. What the test adds is committed by `db.commit()`."""
    with app.app_context(), unit_of_work() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One whole place for all stories and pages of a run."""
    with running(tmp_path_factory.mktemp("place")) as one:
        yield one


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("no Chromium is on PATH")
    with opened() as one:
        yield one


@pytest.fixture
def visit(place: Place, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit()` opens a window; after the test none may have complained."""
    visitors: list[Visitor] = []
    place.forget_tries()

    def open_window(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, place.address, **options))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
    assert [said for visitor in visitors for said in visitor.complaints] == []

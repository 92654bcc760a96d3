"""How many times a page asks the database; never how long it takes."""

import pytest
from sqlalchemy import event

from tests.marketplace.front.test_pages import world  # noqa: F401


@pytest.fixture
def queries(app):
    asked = []
    engine = app.extensions["engine"]

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/", "/numbers", "/how", "/notices", "/settings", "/sign-in"])
def test_a_page_asks_at_most_twelve_times(app, db, world, queries, path):  # noqa: F811
    signed = path in ("/notices", "/settings")
    with app.app_context():
        client = app.test_client()
        if signed:
            client.sign_in(world.person)
        client.get("/")
        queries.clear()
        assert client.get(path).status_code == 200
    assert len(queries) <= 12, "\n".join(queries)

"""The app over a world that stays as it is: whatever a request does is undone after it."""

import re
from collections.abc import Iterator
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.kit.db import db as session_of
from models import Person
from tests.hostile.forms import Input, Page, read
from tests.hostile.stage import Stage
from tests.world import rules

ANSWERS = frozenset({200, 302, 303, 400, 403, 404, 405, 409, 410, 413, 415, 422, 429})
_RUDE = re.compile(r"\b(invalid|please|oops|error:)", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")
#: The summary; or a list of wrong rows, or an empty page with a first step.
_EXPLAINS = re.compile(r'id="problem".*?<li>|<table|class="[^"]*empty', re.DOTALL)
#: Fields of buttons whose page does not show them without a preview.
UNSEEN = {
    "shop.confirm_import": ("plan",),
    "creators.keep_import": ("preview",),
    "shop.send_order": ("tracking",),
    "admin.unsuspend": ("why",),
}


class Door:
    """One address and one person who may use it."""

    def __init__(self, endpoint: str, path: str, who: str, has_page: bool) -> None:
        self.endpoint, self.path, self.who, self.has_page = endpoint, path, who, has_page

    def __repr__(self) -> str:
        return f"{self.who} at {self.path}"


class Site:
    """Requests to the app, each over the same world."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app = app
        self.connection = engine.connect()
        self.connection.begin()
        self._nested = self.connection.begin_nested()
        app.extensions["engine"] = self.connection
        with app.app_context():
            db = session_of()
            self.stage = Stage(db)
            self._doors = [(rule, list(self._open(rule))) for rule in rules(app)]
            db.commit()
        self.clients = {who: self._client(person) for who, person in self.stage.people.items()}
        self.wrong: list[str] = []
        self._counting = self._count_everything()
        self._nested.commit()
        self._nested = self.connection.begin_nested()
        self.before = self.rows()

    def close(self) -> None:
        self.connection.rollback()
        self.connection.close()

    def _client(self, person: Person | None) -> Any:
        client = self.app.test_client()
        return client.sign_in(person) if person else client  # type: ignore[attr-defined]

    def _count_everything(self) -> str:
        names = self.connection.execute(
            text(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname IN ('public', 'ledger')"
                " AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')"
            )
        )
        # xmin changes whenever a row is written, so that a change in place is seen as well.
        return " UNION ALL ".join(
            f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for (name,) in names
        )

    def rows(self) -> dict[str, tuple[int, int]]:
        found = self.connection.execute(text(self._counting))
        return {name: (count, newest) for name, count, newest in found}

    def doors(self, address: str, method: str) -> list[Door]:
        """Everyone who may use this rule with this method."""
        return [
            door
            for rule, doors in self._doors
            if rule.rule == address and method in (rule.methods or ())
            for door in doors
        ]

    def _open(self, rule: Rule) -> Iterator[Door]:
        """Everyone who may use this rule; where many may, two of them are enough."""
        allow = self.app.view_functions[rule.endpoint].allow  # type: ignore[attr-defined]
        for values in self.stage.doors(rule):
            with self.app.test_request_context():
                path = self.app.url_for(rule.endpoint, **values)
            people = self.stage.people.items()
            may = [who for who, person in people if allow(person, **values)]
            if len(may) > 2:
                may = ["nobody", "its brand"] if "nobody" in may else may[:2]
            for who in may:
                yield Door(rule.endpoint, path, who, "GET" in (rule.methods or ()))

    def page(self, door: Door) -> Page:
        """The page that has the door's form on it; for a button, the page one step up."""
        up = door.path.rpartition("/")[0]
        answer = self.ask(door, "GET", path=door.path if door.has_page else up)
        if answer is not None and answer.status_code in (302, 303):
            answer = self.ask(door, "GET", path=up)
        page = read(answer.text if answer is not None and answer.mimetype == "text/html" else "")
        unseen = {name: Input("text") for name in UNSEEN.get(door.endpoint, ())}
        return Page([*page.forms, (door.path, unseen)])

    def ask(
        self, door: Door, method: str = "POST", *, what: str = "", path: str = "", **sent: Any
    ) -> TestResponse | None:
        """Send it, judge the answer, and undo what it did. None when it broke."""
        label = f"{method} by {door.who} at {(path or door.path)[:120]}: {what}"
        try:
            answer = self.clients[door.who].open(path or door.path, method=method, **sent)
            self.judge(answer, label)
            if answer.status_code < 400:
                # What the database checks at the end of a transaction, it checks now.
                self.connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except Exception as broken:  # noqa: BLE001 every one is a finding
            self.wrong.append(f"{label}: {type(broken).__name__}: {str(broken)[:300]}")
            answer = None
        finally:
            self.undo()
        return answer

    def run(self, *arguments: str) -> Result:
        """A command in the shell: words for what is wrong, and then nothing was done."""
        label = " ".join(arguments)[:200]
        ran = self.app.test_cli_runner().invoke(args=list(arguments))
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            self.wrong.append(f"{label}: {type(ran.exception).__name__}: {ran.exception}")
        elif ran.exit_code and not ran.output.strip():
            self.wrong.append(f"{label}: ends with {ran.exit_code} and says nothing")
        if ran.exit_code and self.rows() != self.before:
            self.wrong.append(f"{label}: ends with {ran.exit_code}, but changed something")
        self.undo()
        return ran

    def undo(self) -> None:
        self._nested.rollback()
        self._nested = self.connection.begin_nested()

    def judge(self, answer: TestResponse, label: str) -> None:
        """A known answer, in words that help; and a refusal changes nothing."""
        if answer.status_code not in ANSWERS:
            self.wrong.append(f"{label}: answers {answer.status_code}")
        if answer.status_code < 400:
            return
        if (after := self.rows()) != self.before:
            changed = [name for name in after if after[name] != self.before[name]]
            self.wrong.append(f"{label}: {answer.status_code}, but changed {changed}")
        if answer.mimetype != "text/html" or answer.request.method == "HEAD":
            return
        # The title's own "Error: " is for who hears the page before seeing it.
        said = _TAGS.sub(" ", answer.text.partition("</title>")[2])
        if rude := _RUDE.search(said):
            self.wrong.append(f"{label}: says “{rude[0]}”")
        if answer.status_code == 422 and not _EXPLAINS.search(answer.text):
            self.wrong.append(f"{label}: 422 without saying what to put right")

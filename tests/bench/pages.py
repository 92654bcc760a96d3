"""Which pages are measured, where they are in the demo world, and what each asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Engine, event

from tests.place import Place
from tests.walk import walkers

# name → (who looks, endpoint)
PAGES = {
    "front": ("nobody", "front.index"),
    "how": ("nobody", "front.how"),
    "numbers": ("nobody", "front.numbers"),
    "shelves": ("nobody", "shop.shelves"),
    "shelf": ("nobody", "shop.show_shelf"),
    "product": ("nobody", "shop.product"),
    "order": ("nobody", "shop.show_order"),
    "open campaigns": ("nobody", "campaigns.browse"),
    "campaign": ("nobody", "campaigns.show"),
    "creator": ("brand", "creators.show"),
    "rules": ("nobody", "disputes.rules"),
    "today, brand": ("brand", "home.today"),
    "campaigns": ("brand", "campaigns.index"),
    "applications": ("brand", "campaigns.applications"),
    "matches": ("brand", "matches.for_campaign"),
    "match": ("brand", "matches.show"),
    "deals, brand": ("brand", "deals.index"),
    "deal, brand": ("brand", "deals.show"),
    "products": ("brand", "shop.products"),
    "orders": ("brand", "shop.orders"),
    "sale": ("brand", "shop.show_sale"),
    "money, brand": ("brand", "home.money"),
    "today, creator": ("creator", "home.today"),
    "find deals": ("creator", "matches.for_creator"),
    "deals, creator": ("creator", "deals.index"),
    "deal, creator": ("creator", "deals.show"),
    "own shelf": ("creator", "shop.shelf"),
    "audience": ("creator", "creators.audience_of"),
    "money, creator": ("creator", "home.money"),
    "notices": ("creator", "notices.index"),
    "admin": ("admin", "admin.index"),
    "admin money": ("admin", "admin.money"),
    "admin people": ("admin", "admin.people"),
    "admin deals": ("admin", "admin.deals"),
    "admin orders": ("admin", "admin.orders"),
    "dispute": ("admin", "disputes.show"),
}


@dataclass(frozen=True)
class Found:
    """Where a kind of page is, and the cookie of who looks at it."""

    name: str
    path: str
    cookie: str


def find(place: Place, app: Flask) -> list[Found]:
    """The pages by their links, as a person would come to them."""
    everybody = walkers(place, app.url_map)
    found = []
    for name, (who, endpoint) in PAGES.items():
        page = everybody[who].walk.first(endpoint)
        if page is None:
            raise SystemExit(f"Nobody came to the page “{name}” ({endpoint}) by clicking.")
        cookie = everybody[who].session.cookies.get("session")
        found.append(Found(name, page.path, f"session={cookie}" if cookie else ""))
    return found


def queries(app: Flask, page: Found) -> int:
    """How many statements the page sends to the database, once what it keeps is warm."""
    client = app.test_client(use_cookies=False)
    headers = {"Cookie": page.cookie} if page.cookie else {}
    for _ in range(2):
        with counted(app.extensions["engine"]) as statements:
            answer = client.get(page.path, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{page.path} answers {answer.status_code}")
    return len(statements)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)

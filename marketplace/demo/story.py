"""The whole story: half a year in its order, and the books checked at its end."""

from collections.abc import Callable
from functools import partial
from random import Random

from flask import Flask
from sqlalchemy import select

from marketplace.books import service as books
from models import Person

from . import world
from .briefs import BRIEFS
from .casting import Casting
from .dealings import Dealing
from .deals import ASKED, PATHS, ROLES, Role
from .people import NOT_ONBOARDED
from .play import Play, length
from .roster import SEED, Sketch, creators
from .sales import PATHS as SALE_PATHS
from .sales import SALES
from .saved import saved
from .selling import Selling
from .shelves import SHELVES
from .stage import Stage, Unplayable

BEGAN = 172.0
# When the second and third list of creators came along, and how many were known by then.
_LISTS = ((BEGAN - 0.2, 0, 120), (140.0, 120, 165), (75.0, 165, 200))
_LISTENED = 16.0
_SAVED = 9.0
_READ = 3.2
# Every so many days a brand looks at who fits each of its open campaigns.
_LOOKS_EVERY = 3.3


def load(app: Flask) -> str:
    """Make the demo world in an empty database. Raises Unplayable where there is none."""
    stage = Stage(app)
    if not stage.config.is_demo:
        raise Unplayable("The demo world is only for a demo on the Stripe sandbox.")
    with stage.unit() as db:
        if db.scalar(select(Person.id).limit(1)):
            raise Unplayable("The demo world is loaded already, or people are here.")
    stage.sandbox_time()
    story = _Story(stage)
    with stage.in_the_past():
        story.play()
        stage.come_back()
    stage.sweep()
    stage.hear_the_rest()
    # These refunds have only just been asked for: the worker sends them as soon as it runs.
    for acts, verb in story.last_moments:
        acts(verb)
    said = _checked(stage)
    with stage.app.app_context():
        books.prove(stage.config.currency)
    return said


class _Story:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.queue = stage, Play(stage)
        self.last_moments: list[tuple[Callable[[str], None], str]] = []
        self.random = Random(SEED)
        self.sketches = creators()
        # Parts go to those who were there from the beginning.
        self.casting = Casting(Random(SEED), self.sketches[: _LISTS[0][2]])

    def play(self) -> None:
        self._begin()
        self._campaigns()
        self._shelves()
        for role in ROLES:
            self._deal(role)
        for brief, path, last in ASKED:
            role = Role(brief, path, last)
            self._along(role, path, self.casting.someone(brief))
        for sale in SALES:
            acts = Selling(self.stage, self.random, sale)
            if sale.path == "refunding":
                self.last_moments.append((acts, "receive"))
            self.queue.along(sale.began, SALE_PATHS[sale.path], acts)
        self.queue.at(_SAVED, partial(saved, self.stage))
        self.queue.at(_READ, partial(world.read_everything, self.stage))
        self.queue.run(BEGAN)

    def _begin(self) -> None:
        self.queue.at(BEGAN, partial(world.people, self.stage))
        self.queue.at(BEGAN - 0.1, partial(world.goods, self.stage))
        for moment, first, last in _LISTS:
            self._list(moment, self.sketches[first:last])

    def _list(self, moment: float, some: list[Sketch]) -> None:
        def bring() -> None:
            world.roster(self.stage, self.random, some)
            world.listeners(self.stage, some, late=False)

        def listen() -> None:
            world.listeners(self.stage, some, late=True)

        self.queue.at(moment, bring)
        self.queue.at(_LISTENED, listen)

    def _campaigns(self) -> None:
        for told in BRIEFS:
            self.queue.at(told.began, partial(world.campaign, self.stage, told))
            if told.closed is not None:
                self.queue.at(told.closed, partial(world.close, self.stage, told))
            moment = told.began - _LOOKS_EVERY / 2
            while not told.is_draft and moment > (told.closed or 0):
                self.queue.at(moment, partial(world.look, self.stage, told))
                moment -= _LOOKS_EVERY

    def _shelves(self) -> None:
        for place, email in enumerate(SHELVES):
            self.queue.at(BEGAN - 0.5 - place * 0.3, partial(self._open_shelf, email))

    def _open_shelf(self, email: str) -> None:
        world.shelf(self.stage, email)
        if email not in NOT_ONBOARDED:
            with self.stage.unit() as db:
                country = self.stage.creator(db, email).country
            self.stage.onboard(email, country)

    def _deal(self, role: Role) -> None:
        if role.who:
            who = self.casting.named(role.who, role.brief)
        else:
            who = self.casting.someone(role.brief)
        self._along(role, PATHS[role.path], who)

    def _along(self, role: Role, path: str, who: Sketch) -> None:
        euros = role.price or self.casting.price(role.brief, who)
        acts = Dealing(self.stage, self.random, role, who, euros)
        if role.path == "giving back":
            self.last_moments.append((acts, "cancel_by_brand"))
        self.queue.along(role.last + length(path), path, acts)


def _checked(stage: Stage) -> str:
    with stage.unit() as db:
        results = books.verify(db).results
    wrong = [f"{one['name']}: {one['found']}" for one in results if not one["passed"]]
    if wrong:
        raise Unplayable("The books of the demo world don’t add up. " + "; ".join(wrong))
    return f"The demo world is there, and its books pass all {len(results)} checks."

"""Every check passes on a place that is right, and each finds by name what is planted for it."""

import pytest
from sqlalchemy import text

from marketplace.books import verify
from marketplace.books.results import Result, plain
from marketplace.books.verify import outside
from marketplace.kit.clock import now
from marketplace.payments import gateway, ledger
from models import Money

from .conftest import World
from .plants import IDLE, MORE, PLANTS


def test_a_place_that_is_right_passes_every_check(world: World) -> None:
    results = verify.verify(world.db)
    assert [one for one in results if not one.passed] == []
    assert [one.name for one in results] == list(verify.NAMES)
    # Nothing passes because there was nothing to look at, but for what never waits or fails.
    idle = {one.name for one in results if one.found.startswith("{0} ")}
    assert idle <= IDLE


def test_each_check_has_something_planted_for_it() -> None:
    assert set(PLANTS) == set(verify.NAMES)
    assert len(PLANTS) >= 25


@pytest.mark.parametrize("name", PLANTS, ids=lambda name: name.replace(" ", "-"))
def test_what_is_planted_is_found_by_name(world: World, name: str) -> None:
    world.plant(*PLANTS[name])
    found = verify.check(world.db, name)
    assert not found.passed
    assert found.things
    assert len(found.things) <= 5


@pytest.mark.parametrize("name", MORE, ids=lambda name: name.replace(" ", "-"))
def test_what_else_could_be_done_by_hand_is_found(world: World, name: str) -> None:
    world.plant(*MORE[name])
    found = verify.check(world.db, name)
    assert not found.passed
    assert found.things


def test_the_functions_of_the_ledger_are_those_of_the_migrations(world: World) -> None:
    """Whoever changes them in a migration writes the new sum into books/verify/guards.py."""
    world.plant(
        "CREATE OR REPLACE FUNCTION ledger.deny() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN OLD; END $$"
    )
    found = verify.check(world.db, "The ledger's guards stand")
    assert [one.what for one in found.things] == ["functions:ledger"]


def test_what_is_found_leads_to_a_page(world: World) -> None:
    world.plant(*PLANTS["Each paid deal was paid its price, and its surcharge"])
    found = {one.name: one for one in verify.verify(world.db)}
    things = found["Each paid deal was paid its price, and its surcharge"].things
    (paid,) = {one.path.rpartition("/")[0] for one in things}
    assert paid == "/deals"


def test_the_time_it_may_take_is_its_own(world: World) -> None:
    verify.verify(world.db)
    assert world.db.scalar(text("SHOW statement_timeout")) == "5min"


def moved(minor: int, id: str = "txn_1") -> gateway.Booked:
    euros = Money(minor, "eur")
    return gateway.Booked(id, "charge", f"ch_{id}", euros, Money(0, "eur"), euros, now())


def against(world: World, apart: int, *young: gateway.Booked) -> Result:
    """With Stripe's balance so far from ours, and so much moved there just now."""
    ours = ledger.balance(world.db, ledger.STRIPE, None, "eur").minor
    return outside.check(
        world.db, "x", lambda _currency: Money(ours + apart, "eur"), lambda _since: young
    )


def test_a_difference_to_stripe_is_said_in_full(world: World) -> None:
    said = against(world, 100)
    assert not said.passed
    assert plain(said.things[0].what) == "-1.00 EUR apart"


def test_what_stripe_moved_this_moment_is_no_difference(world: World) -> None:
    assert against(world, 100, moved(100)).passed
    # The balance was read before the newest of them.
    assert against(world, 100, moved(7, "txn_2"), moved(100)).passed
    assert not against(world, 100, moved(99)).passed

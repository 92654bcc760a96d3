"""The tree of sums, against the script that anybody can check it with."""

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.books import tree

SCRIPT = Path(__file__).parents[3] / "static" / "verify_proof.py"
_spec = spec_from_file_location("verify_proof", SCRIPT)
assert _spec
assert _spec.loader
script = module_from_spec(_spec)
_spec.loader.exec_module(script)

MOMENT, CURRENCY, SECRET = "2026-11-23T02:00:00Z", "eur", bytes(range(32))
AMOUNTS = st.dictionaries(
    st.integers(1, 10**6).map("deal:{}".format), st.integers(1, 10**12), min_size=1, max_size=9
)


def plan(amounts: dict[str, int], seed: int = 1) -> tree.Plan:
    bound = tree.context(MOMENT, CURRENCY)
    return tree.plant(amounts, secret=SECRET, bound=bound, random=Random(seed))


def proof(of: tree.Plan, party: str) -> dict[str, Any]:
    places = of.places[party]
    return {
        "version": tree.VERSION,
        "taken_at": MOMENT,
        "currency": CURRENCY,
        "root": of.root.hash.hex(),
        "total": of.root.sum,
        "party": party,
        "amount": sum(amount for _at, amount in places),
        "nonce": tree.nonce(SECRET, party).hex(),
        "pieces": [
            {
                "position": at,
                "amount": amount,
                "path": [{"hash": n.hash.hex(), "sum": n.sum} for n in tree.path(of.levels, at)],
            }
            for at, amount in places
        ],
    }


def written(whole: dict[str, Any]) -> str:
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"


@given(amounts=AMOUNTS, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_proof_verifies_and_the_total_is_what_all_are_owed(
    amounts: dict[str, int], seed: int
) -> None:
    made = plan(amounts, seed)
    assert made.root.sum == sum(amounts.values()) == sum(leaf.sum for leaf in made.levels[0])
    for party, amount in amounts.items():
        assert script.check(written(proof(made, party)), made.root.hash.hex())["amount"] == amount


def _leaves(thing: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every text and number in a proof."""
    if isinstance(thing, dict):
        return [way for key, one in thing.items() for way in _leaves(one, (*at, key))]
    if isinstance(thing, list):
        return [way for key, one in enumerate(thing) for way in _leaves(one, (*at, key))]
    return [at]


@given(amounts=AMOUNTS, data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_value_that_is_changed_fails(amounts: dict[str, int], data: st.DataObject) -> None:
    whole = proof(plan(amounts), next(iter(amounts)))
    way = data.draw(st.sampled_from(_leaves(whole)))
    holder = whole
    for key in way[:-1]:
        holder = holder[key]
    before = holder[way[-1]]
    if isinstance(before, str):
        place = data.draw(st.integers(0, len(before) - 1))
        sign = data.draw(
            st.sampled_from("0123456789abcdefxyz").filter(lambda c: c != before[place])
        )
        holder[way[-1]] = before[:place] + sign + before[place + 1 :]
    else:
        holder[way[-1]] = before + data.draw(st.integers(-(2**64), 2**64).filter(bool))
    with pytest.raises(script.Wrong):
        script.check(written(whole))


@given(amounts=AMOUNTS, data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_byte_that_is_changed_fails(amounts: dict[str, int], data: st.DataObject) -> None:
    good = written(proof(plan(amounts), next(iter(amounts)))).encode()
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 127).filter(lambda one: one != good[place]))
    bad = good[:place] + bytes([byte]) + good[place + 1 :]
    with pytest.raises(script.Wrong):
        script.check(bad.decode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole["pieces"].pop(),
        lambda whole: whole["pieces"].append(whole["pieces"][0]),
        lambda whole: whole["pieces"].reverse(),
        lambda whole: whole["pieces"][0]["path"].pop(),
        lambda whole: whole["pieces"][0]["path"].reverse(),
        lambda whole: whole["pieces"][0].update(position=True),
        lambda whole: whole["pieces"][0].update(amount=float(whole["pieces"][0]["amount"])),
        lambda whole: whole["pieces"][0]["path"][0].update(sum=-1),
        lambda whole: whole["pieces"][0]["path"][0].update(sum=2**63),
        lambda whole: whole.update(pieces=[]),
        lambda whole: whole.update(note="trust me"),
        lambda whole: whole.pop("nonce"),
        lambda whole: whole.update(party=7),
    ],
)
def test_what_is_not_a_whole_proof_is_refused(spoil: Any) -> None:
    whole = proof(plan({"deal:1": 48_000, "deal:2": 7}), "deal:1")
    spoil(whole)
    with pytest.raises(script.Wrong):
        script.check(written(whole))


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", "[" * 100_000, "NaN", "null"])
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(script.Wrong):
        script.check(text)


def test_a_proof_of_another_day_or_root_is_refused() -> None:
    whole = proof(plan({"deal:1": 48_000}), "deal:1")
    with pytest.raises(script.Wrong, match="published"):
        script.check(written(whole), "0" * 64)


@pytest.mark.parametrize("amount", [-1, 2**63, True, 1.0, "1", None])
def test_the_prover_refuses_what_can_not_be_owed(amount: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        plan({"deal:1": 5, "deal:2": amount})


def test_sums_that_would_wrap_around_are_refused() -> None:
    with pytest.raises(ValueError, match="owed"):
        plan({"deal:1": 2**63 - 1, "deal:2": 2**63 - 1})


def test_a_leaf_is_never_taken_for_an_inner_node() -> None:
    left, right = tree.Node(b"a" * 32, 1), tree.Node(b"b" * 32, 2)
    both = tree.inner(left, right)
    assert both.sum == 3
    bound, blinded = (bytes(left) + bytes(right))[:32], (bytes(left) + bytes(right))[32:64]
    assert tree.leaf(bound, blinded, 3).hash != both.hash


def test_children_can_not_trade_sums_below_the_same_total() -> None:
    one = tree.inner(tree.Node(b"a" * 32, 1), tree.Node(b"b" * 32, 9))
    other = tree.inner(tree.Node(b"a" * 32, 9), tree.Node(b"b" * 32, 1))
    assert one.sum == other.sum
    assert one.hash != other.hash


def test_neighbours_give_away_nobodys_whole_amount() -> None:
    made = plan({f"deal:{number}": 1_000_000 + number for number in range(50)})
    assert not {leaf.sum for leaf in made.levels[0]} & set(range(1_000_000, 1_000_050))
    assert len({leaf.hash for leaf in made.levels[0]}) == len(made.levels[0])


def test_nobody_owed_is_a_tree_too_and_leaves_come_in_powers_of_two() -> None:
    assert plan({}).root.sum == 0
    with pytest.raises(ValueError, match="powers of two"):
        tree.build(plan({}).levels[0][:3])


def test_the_script_by_itself_agrees(tmp_path: Path) -> None:
    made = plan({"deal:1": 48_000, "creator:2": 9})
    file = tmp_path / "proof.json"

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        # -I: nothing but the script and the standard library.
        command = [sys.executable, "-I", str(SCRIPT), *args]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    file.write_text(written(proof(made, "deal:1")))
    good = run(str(file), made.root.hash.hex())
    assert good.returncode == 0, good.stderr
    assert "PROVED: deal:1 is owed 48000" in good.stdout
    assert run(str(file), "0" * 64).returncode == 1
    file.write_text(written(proof(made, "deal:1")).replace("48000", "48001"))
    bad = run(str(file))
    assert bad.returncode == 1
    assert "NOT PROVED" in bad.stderr
    assert run().returncode == 1


def test_the_script_is_short_and_needs_nothing() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) < 100
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= set(sys.stdlib_module_names)

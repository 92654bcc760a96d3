"""`make mutation`: every mutant of every target, each against the tests that run its lines.

`python -m tests.mutation models/money.py` takes one target. What survives for a reason stands in
`survivors.txt` with the reason; what survives without one is a gap in the tests.

mutmut and cosmic-ray were looked at: the first copies the whole tree and knows one in-process
pytest run a mutant, the second starts a process for each; both would want this project's database
and the sandbox started again every time, so what is long here, `hunt.py`, would be needed anyway.
"""

import sys
import time
from pathlib import Path

import pytest

from tests.mutation.hunt import Hunt

_PAY, _DEALS = "tests/marketplace/payments", "tests/marketplace/deals"
_SHOP = "tests/marketplace/shop"
# what is broken → where the tests are that should notice first
TARGETS = {
    "migrations/sql": "",
    "models/money.py": "tests/models/test_money tests/models/test_currency",
    "models/flow.py": "tests/models/test_flow tests/marketplace/deals/test_verbs",
    "models/holding.py": "tests/models/test_holding",
    "models/currency.py": "tests/models/test_currency",
    "marketplace/shop/rules/shares.py": f"{_SHOP}/test_shares {_SHOP}",
    "marketplace/payments/ledger.py": f"{_PAY}/test_ledger",
    "marketplace/payments/postings/forth.py": f"{_PAY}/test_postings {_PAY}",
    "marketplace/payments/postings/back.py": f"{_PAY}/test_postings {_PAY}",
    "marketplace/payments/calls/intents.py": f"{_PAY}/test_calls {_PAY}",
    "marketplace/payments/calls/transfers.py": f"{_PAY}/test_calls {_PAY}",
    "marketplace/payments/calls/refunds.py": f"{_PAY}/test_calls {_PAY}",
    "marketplace/payments/calls/reversals.py": f"{_PAY}/test_calls {_PAY}",
    "marketplace/payments/calls/checkouts.py": f"{_PAY}/test_checkout_calls {_PAY}",
    "marketplace/payments/service/debts.py": f"{_PAY}/test_debts {_PAY}",
    "marketplace/payments/service/refunds.py": f"{_PAY}/test_debts {_PAY}",
    "marketplace/payments/service/__init__.py": f"{_PAY}/test_asking {_PAY}/test_debts {_PAY}",
    "marketplace/payments/service/banks.py": f"{_PAY}/test_subjects {_PAY}",
    "marketplace/payments/absorb.py": f"tests/marketplace/webhooks/test_absorb {_PAY}",
    "marketplace/deals/service/money.py": f"{_DEALS}/test_dividing {_DEALS}",
    "marketplace/deals/service/holds.py": f"{_DEALS}/test_holding {_DEALS}",
    "marketplace/deals/service/late.py": f"{_DEALS}/test_taken_back {_DEALS}",
    "marketplace/deals/service/chargebacks.py": f"{_DEALS}/test_taken_back {_DEALS}",
    "marketplace/shop/service/returns.py": f"{_SHOP}/test_returns {_SHOP}",
}
# Where any of the money is used. What is slow by intent (races, crashes, the machine) is left out.
TESTS = """tests/models tests/money/test_edges.py tests/money/test_attacks.py
tests/money/test_guards.py tests/marketplace/payments tests/marketplace/deals tests/marketplace/shop
tests/marketplace/disputes tests/marketplace/admin tests/marketplace/books
tests/marketplace/webhooks tests/marketplace/worker"""
GOAL = 95
EXPLAINED = Path(__file__).with_name("survivors.txt")


def explained() -> set[tuple[str, str]]:
    """(file, change) of each survivor that has a reason."""
    found = set()
    for line in EXPLAINED.read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            file, change = line.split(": ", 1)
            found.add((file, change.strip()))
    return found


class Tally:
    """What was killed so far, and what lives without a reason."""

    def __init__(self) -> None:
        self.reasons = explained()
        self.all = self.alive = self.gaps = self.here = 0
        self.began = time.monotonic()

    def lives(self, target: str, line: int, said: str) -> None:
        known = (target, said) in self.reasons
        self.gaps += not known
        self.here += 1
        print(f"  {'explained' if known else 'A GAP'}, line {line}:")
        print(f"{target}: {said}", flush=True)

    def done(self, target: str, count: int) -> None:
        self.all, self.alive = self.all + count, self.alive + self.here
        took = time.monotonic() - self.began
        print(f"{target}: {count - self.here} of {count} killed, {took:.0f} s", flush=True)
        self.here, self.began = 0, time.monotonic()

    def said(self) -> str:
        killed = self.all - self.alive
        share = 100 * killed / max(self.all, 1)
        return (
            f"{killed} of {self.all} killed ({share:.1f} %), {self.gaps} survivors without a reason"
        )

    def is_good(self) -> bool:
        return self.all > 0 and 100 * self.alive <= (100 - GOAL) * self.all and not self.gaps


def main() -> int:
    tally = Tally()
    near = {one: TARGETS[one].split() for one in sys.argv[1:] or TARGETS}
    hunt = Hunt(near, tally.lives, tally.done)
    options = ["-s", "-p", "no:terminal", "-p", "no:randomly", "-p", "no:cacheprovider"]
    options += ["-o", "addopts=--import-mode=importlib", "-m", "not story and not browser"]
    ended = pytest.main([*options, *TESTS.split()], plugins=[hunt])
    print(tally.said())
    return int(ended != 0 or not tally.is_good())


if __name__ == "__main__":
    sys.exit(main())

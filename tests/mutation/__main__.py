"""`make mutation`: every mutant of every target, each against the tests that should notice it.

`python -m tests.mutation models/money.py` takes one target. What survives for a reason stands in
`survivors.txt` with the reason; what survives without one is a gap in the tests.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from marketplace.run.postgres import Embedded
from tests.mutation.mutants import Mutant, mutants
from tests.place import ROOT

_MONEY = "tests/marketplace/payments tests/marketplace/deals/test_money.py"
_MONEY += " tests/marketplace/shop/test_money.py tests/marketplace/admin/test_owed.py"
# what is broken → the tests that should notice, the likeliest first
TARGETS = {
    "models/money.py": "tests/models/test_money.py tests/money/test_edges.py"
    " tests/marketplace/shop/test_shares.py tests/marketplace/disputes/test_service.py",
    "models/flow.py": "tests/marketplace/deals/test_verbs.py tests/architecture/test_flows.py"
    " tests/marketplace/shop/test_orders.py tests/models/test_truths.py",
    "marketplace/shop/rules/shares.py": "tests/marketplace/shop/test_shares.py"
    " tests/money/test_edges.py tests/marketplace/shop/test_money.py tests/models",
    "marketplace/payments/ledger.py": "tests/marketplace/payments/test_ledger.py"
    f" {_MONEY} tests/marketplace/admin tests/marketplace/books",
    "marketplace/payments/postings/forth.py": _MONEY,
    "marketplace/payments/postings/back.py": _MONEY,
    "marketplace/deals/service/money.py": f"tests/marketplace/deals {_MONEY}",
    "marketplace/shop/service/returns.py": "tests/marketplace/shop",
}
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


def survives(postgres: str, target: str, number: int) -> bool:
    """Whether no test notices. A run without an end is noticed too."""
    env = {**os.environ, "TEST_POSTGRES": postgres, "MUTANT": f"{target}:{number}"}
    tests = [one for one in TARGETS[target].split() if (ROOT / one).exists()]
    command = [sys.executable, "-m", "pytest", "-p", "tests.mutation.plugin", "-x", "-q"]
    command += ["-p", "no:randomly", "--no-header", "-m", "not story and not browser", *tests]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def test(postgres: str, target: str) -> tuple[int, list[Mutant]]:
    """How many there are, and which survived."""
    all_of_them = list(mutants((ROOT / target).read_text()))
    with ThreadPoolExecutor(int(os.environ.get("JOBS") or 2)) as pool:
        found = pool.map(lambda n: survives(postgres, target, n), range(len(all_of_them)))
        alive = [one for one, lives in zip(all_of_them, found, strict=True) if lives]
    return len(all_of_them), alive


def main() -> int:
    reasons, everything, killed, gaps = explained(), 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="alongside-mutation-") as folder:
        server = Embedded(Path(folder) / "postgres", tied=True)
        urls = server.start()
        server.fast()
        env = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
        command = [sys.executable, "-m", "alembic", "-c", "migrations/alembic.ini"]
        subprocess.run([*command, "upgrade", "head"], cwd=ROOT, env=env, check=True)
        try:
            for target in sys.argv[1:] or TARGETS:
                began = time.monotonic()
                count, alive = test(urls.owner, target)
                everything, killed = everything + count, killed + count - len(alive)
                print(f"{target}: {count - len(alive)} of {count} killed", end="")
                print(f", {time.monotonic() - began:.0f} s", flush=True)
                for one in alive:
                    known = (target, one.said) in reasons
                    gaps += not known
                    print(f"  {'explained' if known else 'A GAP'}: {target}:{one.line}")
                    print(f"    {target}: {one.said}", flush=True)
        finally:
            server.stop()
    share = 100 * killed / everything
    print(f"{killed} of {everything} killed ({share:.1f} %), {gaps} survivors without a reason")
    return int(share < GOAL or gaps > 0)


if __name__ == "__main__":
    sys.exit(main())

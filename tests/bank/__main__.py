"""`make bank-test`: our ledger must hold, and both careless designs must be caught."""

import os
import random
import sys
from dataclasses import replace

from tests.bank.run import Plan, Run, bank


def plans(seed: str, *, short: bool) -> list[Plan]:
    full = Plan(seed)
    careless = replace(full, seconds=12, worker_kills=3, postgres_kills=0, duplicates=0)
    if short:
        full = replace(
            full, seconds=25, worker_kills=8, postgres_kills=2, duplicates=500, at_most=120
        )
        careless = replace(careless, seconds=6, worker_kills=2)
    return [full, replace(careless, design="balance"), replace(careless, design="dedupe")]


def main() -> int:
    seed = os.environ.get("SEED") or str(random.randrange(10**6))
    short = "--short" in sys.argv
    print(f"SEED={seed}: the same lots are drawn again with: make bank-test SEED={seed}")
    failed = False
    with bank() as one:
        for plan in plans(seed, short=short):
            verdict = Run(one, plan)()
            print(verdict, flush=True)
            if plan.design == "ours":
                failed |= bool(verdict.wrong)
                if not verdict.reached or not verdict.looks:
                    print("  too little happened to prove anything: give it longer")
                    failed = True
            elif not verdict.wrong:
                print("  this design is broken, and nobody noticed: the auditor is blind")
                failed = True
    print("FAILED" if failed else "The books held.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

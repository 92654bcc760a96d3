"""All of them, or those named: `python -m tests.bench.money posting books`."""

import json
import sys

from flask import Flask

from tests.bank.run import Bank, bank
from tests.bench.money.books import books
from tests.bench.money.doors import checkouts, jobs, served, webhooks
from tests.bench.money.posting import posting


def _at_the_doors(one: Bank, app: Flask) -> list[dict[str, object]]:
    with served(one) as address:
        return [*webhooks(one, app, address), *checkouts(app, address)]


PARTS = {
    "posting": lambda one, _app: posting(one),
    "doors": _at_the_doors,
    "jobs": jobs,
    "books": books,
}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        # Each on a database of its own, so that none finds the others' rows.
        with bank() as one:
            for line in PARTS[name](one, one.app()):
                print(json.dumps({"bench": "money"} | line), flush=True)


if __name__ == "__main__":
    main()

"""Start the place, find its pages, and measure each beside a bare one: a JSON line a page."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import requests

from marketplace import create_app
from marketplace.config import Config
from tests.bench.load import Target, Took, load
from tests.bench.pages import Found, find, queries
from tests.place import ROOT, Place, running, two_free_ports

ROUNDS, SECONDS, WARM_UP = 3, 1.0, 0.4


@contextmanager
def bare_page() -> Iterator[Target]:
    """A hello under the settings our pages are served with."""
    port = two_free_ports()
    command = [sys.executable, "-m", "gunicorn", "tests.bench.bare:app"]
    command += ["--config", "python:marketplace.run.gunicorn_conf"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PORT": str(port)})
    target = Target(f"http://127.0.0.1:{port}", "/")
    try:
        for _ in range(100):
            try:
                requests.get(target.address, timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield target
    finally:
        process.terminate()
        process.wait(20)


def measure(page: Target, bare: Target) -> tuple[list[Took], list[float]]:
    """Rounds of the page and of the bare one by turns, so that both meet the same weather."""
    took, ratios = [], []
    load(page, WARM_UP)
    for _ in range(ROUNDS):
        ours, theirs = load(page, SECONDS), load(bare, SECONDS / 2)
        took.append(ours)
        ratios.append(ours.per_second / theirs.per_second)
    return took, ratios


def line(page: Found, took: list[Took], ratios: list[float], asked: int) -> str:
    return json.dumps(
        {
            "bench": "pages",
            "page": page.name,
            "p50_ms": round(median(one.ms(0.5) for one in took), 1),
            "p95_ms": round(median(one.ms(0.95) for one in took), 1),
            "requests_per_s": round(median(one.per_second for one in took), 1),
            "ratio_to_bare": round(median(ratios), 3),
            "queries": asked,
        }
    )


def run(place: Place, only: list[str]) -> None:
    logging.disable(logging.INFO)  # what this process asks itself is nobody's request
    app = create_app(Config.from_env(place.settings()))
    pages = [page for page in find(place, app) if not only or page.name in only]
    with bare_page() as bare:
        load(bare, WARM_UP)
        for page in pages:
            took, ratios = measure(Target(place.address, page.path, page.cookie), bare)
            print(line(page, took, ratios, queries(app, page)), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        print("Starting a place of its own, with the demo world …", file=sys.stderr)
        with running(Path(folder)) as place:
            run(place, sys.argv[1:])


if __name__ == "__main__":
    main()

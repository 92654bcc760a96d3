"""Die before every line of the money's code, come back, and compare with who never died.

`make crash-lines` takes every line of every flow, on as many databases at once as JOBS says;
`--sample 6` takes so many of each, and `--seed` says which. A line counts once in each flow, and
again in every other. The process dies as by SIGKILL: nothing is caught, closed or rolled back.
"""

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import time
import zlib
from collections import Counter
from typing import Any

from tests.bank.run import bank
from tests.money.flows import FLOWS
from tests.money.lab import Died, Lab, Line, sandbox
from tests.place import ROOT


def one_part(given: argparse.Namespace) -> int:
    """Every line of each flow whose number falls to this part; one JSON line a flow."""
    part, of = given.part
    logging.disable(logging.CRITICAL)
    with bank() as one, sandbox(one.folder) as address:
        one.server.fast()
        lab = Lab(one, address)
        for flow in given.flows:
            began = time.monotonic()
            try:
                lines, expected = lab.lines(flow)
            except Exception as error:  # noqa: BLE001 whatever it is, the other flows are tried
                print(json.dumps(_broken(flow, error)), flush=True)
                continue
            ready = time.monotonic()
            died, wrong = 0, []
            for line in _chosen(lines, given.sample, f"{given.seed}:{flow}"):
                if zlib.crc32(f"{line}".encode()) % of != part:
                    continue
                died += 1
                wrong += _differences(lab, line, expected)
            said: dict[str, Any] = {"flow": flow, "lines": len(lines), "died": died}
            said |= {"wrong": wrong, "ready": ready - began, "took": time.monotonic() - ready}
            print(json.dumps(said), flush=True)
    return 0


def _broken(flow: str, error: Exception) -> dict[str, Any]:
    told = f"{flow} fails by itself: {type(error).__name__} {error}"
    return {"flow": flow, "lines": 0, "died": 0, "wrong": [told], "ready": 0, "took": 0}


def _chosen(lines: list[Line], sample: int, seed: str) -> list[Line]:
    if not sample:
        return lines
    return random.Random(seed).sample(sorted(lines), min(sample, len(lines)))


def _differences(lab: Lab, line: Line, expected: dict[str, Any]) -> list[str]:
    """Nothing, or in words what came of it and what should have."""
    try:
        found = lab.crash(line)
    except Died as error:
        return [str(error)]
    differ = [
        f"  {name}: {found[name]}\n  not {expected.get(name)}"
        for name in found
        if found[name] != expected.get(name)
    ]
    where = f"{lab.flow}, dead before {line[0]}:{line[1]}"
    return ["\n".join([where, *differ])] if differ else []


def all_parts(given: argparse.Namespace) -> int:
    """The parts side by side, and what came of them together."""
    print(f"SEED={given.seed}", flush=True)
    began, died, wrong = time.monotonic(), 0, 0
    command = [sys.executable, "-m", "tests.money.crash", "--seed", given.seed]
    command += ["--sample", str(given.sample), "--jobs", str(given.jobs)]
    parts = [
        subprocess.Popen(
            [*command, "--part", str(part), *given.flows], cwd=ROOT, stdout=subprocess.PIPE
        )
        for part in range(given.jobs)
    ]
    lines: dict[str, set[int]] = {flow: set() for flow in given.flows}
    deaths = Counter[str]()
    for told in zip(*(part.stdout or () for part in parts), strict=False):
        said = [json.loads(one) for one in told]
        flow = said[0]["flow"]
        lines[flow] = {one["lines"] for one in said}
        deaths[flow] = sum(one["died"] for one in said)
        took = max(one["took"] for one in said)
        print(f"{flow}: died before {deaths[flow]} of {max(lines[flow])} lines, {took:.0f} s")
        for one in said:
            wrong += len(one["wrong"])
            for words in one["wrong"]:
                print(f"WRONG: {words}")
        sys.stdout.flush()
    ended = [part.wait() for part in parts]
    died = sum(deaths.values())
    missed = [flow for flow in given.flows if not _is_whole(lines[flow], deaths[flow], given)]
    for flow in missed:
        print(f"MISSED: {flow} was not tried whole ({deaths[flow]} deaths, lines {lines[flow]})")
    print(f"{died} deaths in {len(deaths)} flows, {wrong} wrong outcomes,", end=" ")
    print(f"{time.monotonic() - began:.0f} s")
    return int(wrong > 0 or bool(missed) or any(ended))


def _is_whole(lines: set[int], deaths: int, given: argparse.Namespace) -> bool:
    """All parts saw the same lines, and each line was died before."""
    if len(lines) != 1:
        return False
    (count,) = lines
    return deaths == (min(given.sample, count) if given.sample else count)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make crash-lines")
    asked.add_argument("--sample", type=int, default=0, help="so many lines of each flow, not all")
    asked.add_argument("--seed", default=os.environ.get("SEED") or str(random.randrange(10**6)))
    asked.add_argument("--jobs", type=int, default=int(os.environ.get("JOBS") or 2))
    asked.add_argument("--part", type=int, help=argparse.SUPPRESS)
    asked.add_argument("flows", nargs="*", default=list(FLOWS))
    given = asked.parse_args()
    if given.part is None:
        return all_parts(given)
    given.part = (given.part, given.jobs)
    return one_part(given)


if __name__ == "__main__":
    sys.exit(main())

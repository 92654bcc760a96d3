"""Some deaths in some money flows; `make crash-lines` dies before every line of them all."""

import os
import random
import subprocess
import sys

import pytest

from tests.money.flows import FLOWS
from tests.place import ROOT


@pytest.mark.story
def test_whoever_dies_between_two_lines_is_made_good() -> None:
    seed = os.environ.get("SEED") or str(random.randrange(10**6))
    some = random.Random(seed).sample(sorted(FLOWS), 12)
    done = subprocess.run(
        [sys.executable, "-m", "tests.money.crash", "--sample", "4", "--seed", seed, *some],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]

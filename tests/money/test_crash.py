"""Some deaths of each money flow; `make crash-lines` dies before every line of them all."""

import os
import subprocess
import sys

import pytest

from tests.place import ROOT


@pytest.mark.story
def test_whoever_dies_between_two_lines_is_made_good() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.money.crash", "--sample", "4"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]

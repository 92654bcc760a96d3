"""The bank test as everybody runs it: a minute of it, with whatever seed the day gives."""

import os
import subprocess
import sys

import pytest

from tests.place import ROOT


@pytest.mark.story
def test_the_books_hold_while_workers_and_the_database_are_killed() -> None:
    """And both careless designs are caught, or the auditor would be blind."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bank", "--short"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

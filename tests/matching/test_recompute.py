"""`python -m matching.recompute`, as whoever holds a receipt runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from matching.receipt import digest
from matching.recompute import main
from tests.matching.test_receipts import RECEIPT, edited

ROOT = Path(__file__).parent.parent.parent


def test_a_receipt_of_another_formula_is_not_worked_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor held against the form of today: in 2026-12 nothing said what was near."""
    old = deepcopy(RECEIPT) | {"formula": "2026-12"}
    del old["population"]["near"]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old | {"digest": digest(old)}), encoding="utf-8")
    assert main([str(path)]) == 1
    assert capsys.readouterr().err == (
        f"{path} was made by formula 2026-12, and this program has {RECEIPT['formula']}:"
        " take the release of Alongside that made it\n"
    )


def test_the_command_says_right_or_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(RECEIPT), encoding="utf-8")
    right = run(path)
    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout == (
        "Right to the last digit: scores, places and order of 3 of 16 creators, formula"
        f" {RECEIPT['formula']}.\n"
    )
    changed = edited(RECEIPT, ("rows", 2, "score"), 1)
    changed["digest"] = digest(changed)
    path.write_text(json.dumps(changed), encoding="utf-8")
    wrong = run(path)
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("rows[2].score is given as ")


def run(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "matching.recompute", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_whoever_recomputes_needs_nothing_but_numpy() -> None:
    code = (
        "import sys, matching.recompute;"
        "print({'numba','flask','sqlalchemy','models','marketplace'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"

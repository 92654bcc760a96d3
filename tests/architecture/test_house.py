"""The rules of the house, each with what breaks if nobody watches it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CODE = [
    path
    for folder in ("models", "matching", "marketplace", "migrations", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
OURS = [path for path in CODE if "tests" not in path.parts and "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FEATURES = (
    *("accounts", "notices", "payments", "brands", "creators", "campaigns", "matches", "lists"),
    *("deals", "shop", "disputes", "home", "front", "books", "admin"),
)
# The files a feature may have; each may become a package split by noun.
PARTS = {"__init__", "views", "schemas", "queries", "service", "api", "words", "rules", "cli"}
# Payments stands below the features and has its own parts.
PAYMENTS = {
    "absorb",
    "calls",
    "events",
    "facts",
    "gateway",
    "ledger",
    "postings",
    "receipts",
    "statements",
    "standing",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in OURS
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def test_only_the_unit_of_work_commits() -> None:
    found = [
        name(path)
        for path in OURS
        if re.search(r"\b(db|session|connection)\.commit\(", path.read_text())
        and "stripe_sandbox" not in path.parts
        and "run" not in path.parts
    ]
    assert found == ["marketplace/kit/db.py"]


def test_money_meets_no_float() -> None:
    found = [
        f"{name(path)}: {line.strip()}"
        for path in OURS
        if (path.name in ("money.py", "shares.py") or "payments" in path.parts)
        and "stripe_sandbox" not in path.parts
        for line in path.read_text().splitlines()
        if re.search(r"\bfloat\(", line)
    ]
    assert found == []


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_the_files_every_feature_has(feature: str) -> None:
    folder = ROOT / "marketplace" / feature
    have = {
        one.stem
        for one in folder.iterdir()
        if one.suffix == ".py" or (one / "__init__.py").exists()
    }
    extra = {
        "payments": PAYMENTS,
        "books": {"verify", "reconcile", "results", "tree"},
        "creators": {"formats"},
    }.get(feature, set())
    assert have - PARTS - extra == set()


def test_the_time_is_asked_of_one_clock() -> None:
    found = [
        f"{name(path)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", line)
        and name(path) != "models/clock.py"
        and not {"stripe_sandbox", "run"} & set(path.parts)
    ]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_on_a_page_can_be_translated(path: Path) -> None:
    text = path.read_text()
    text = re.sub(r"{%-?\s*trans.*?endtrans\s*-?%}", " ", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|<(style|script).*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r"&\w+;", " ", text)
    # Macros that give a bare attribute leave it behind.
    text = re.sub(r'[\w-]+="\s*"|aria-invalid="true"|\b(checked|selected|disabled)\b', " ", text)
    bare = re.findall(r"[^\W\d_]{2,}", text)
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_attributes_people_hear_can_be_translated(path: Path) -> None:
    bare = re.findall(r'(?:aria-label|placeholder|title|alt)="([A-Za-z][^"{]*)"', path.read_text())
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_our_own_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", text)
    assert "|safe" not in text.replace(" ", "")


def test_every_job_that_is_written_can_be_run() -> None:
    from marketplace.worker.tasks import TASKS

    asked = {
        found
        for path in OURS
        for found in re.findall(r'enqueue\(\s*[\w()]+,\s*"(\w+)"', path.read_text())
    }
    assert asked <= set(TASKS) | {"sweep_now"}


def test_every_notice_has_words() -> None:
    from marketplace.notices.words import WORDS

    told = {
        found
        for path in OURS
        for found in re.findall(r'\b_?tell\w*\(\s*[\w()]+,\s*[\w.()]+,\s*"(\w+)"', path.read_text())
    }
    assert told - set(WORDS) == set()


def test_nothing_names_a_registry() -> None:
    hosts = re.compile(r"(files[.]python|py)(hosted|pi)[.]org|npm(js)?[.](org|com)|deb[.]debian")
    found = [
        name(path)
        for path in [*CODE, *ROOT.glob("*.lock"), *ROOT.glob("*.toml"), ROOT / "Makefile"]
        if hosts.search(path.read_text())
    ]
    assert found == []


def test_decisions_are_numbered_and_say_why() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(one.name[:4]) for one in decisions] == list(range(1, len(decisions) + 1))
    for one in decisions:
        text = one.read_text()
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences"))
        assert len(text.splitlines()) <= 60

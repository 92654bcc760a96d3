"""What the documents name is there: files, commands, settings, tests, postings and checks."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from marketplace.books.verify import NAMES

ROOT = Path(__file__).parent.parent.parent
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text()
SETTING = re.compile(r"`([A-Z][A-Z_]+)`")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: str) -> str:
    return (ROOT / path).read_text()


def anchors(markdown: str) -> set[str]:
    """The anchors a forge gives to headings."""
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


def settings_read() -> set[str]:
    """Every environment variable the settings and the web server are made from."""
    code = text_of("marketplace/config.py") + text_of("marketplace/run/gunicorn_conf.py")
    return set(re.findall(r'env(?:iron)?\.get\(\s*"(\w+)"', code))


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_a_link_leads_somewhere(path: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = unquote(target).partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in anchors(there.read_text())):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_a_make_command_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = re.findall(r"(?:^ {4}|`)make ([a-z-]+)", path.read_text(), re.MULTILINE)
    assert set(named) - targets == set()


def test_help_names_the_commands_the_readme_names() -> None:
    named = set(re.findall(r"^ {4}make ([a-z-]+)", text_of("README.md"), re.MULTILINE))
    assert {"run", "test"} <= named
    assert all(f"make {one} " in MAKEFILE for one in named)


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_a_flask_command_exists(path: Path, app: Flask) -> None:
    lost = []
    for group, verb in re.findall(r"flask --app app ([a-z]+)(?: ([a-z]+))?", path.read_text()):
        command = app.cli.commands.get(group)
        inner = getattr(command, "commands", None)
        if command is None or (inner is not None and verb and verb not in inner):
            lost.append(f"{group} {verb}".strip())
    assert lost == []


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    running = text_of("docs/running.md")
    table = running.partition("## Settings")[2].partition("\n## ")[0]
    rows = {
        one for line in table.splitlines() if line.startswith("|") for one in SETTING.findall(line)
    }
    assert rows | {"STRIPE_API_BASE"} == settings_read()


@pytest.mark.parametrize("path", ["README.md", "docs/running.md", "docs/money.md"])
def test_a_setting_that_is_named_is_read(path: str) -> None:
    named = {one for one in SETTING.findall(text_of(path)) if "_" in one}
    assert named - settings_read() == set()


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_a_file_that_is_named_exists(path: Path) -> None:
    """Names with a folder, as in `marketplace/config.py`; from the root or from the package."""
    tops = "app|docs|kit|marketplace|matching|migrations|models|payments|static|templates|tests"
    found = re.findall(rf"`((?:{tops})/[\w./-]*\w\.\w+)`", path.read_text())
    lost = [
        one
        for one in found
        if not (ROOT / one).exists() and not (ROOT / "marketplace" / one).exists()
    ]
    assert lost == []


def test_every_rule_of_the_architecture_names_a_guard_that_exists() -> None:
    rules = text_of("ARCHITECTURE.md").partition("## The rules")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in rules.splitlines()[3:] if line.startswith("|")]
    assert len(rows) >= 12
    for row in rows:
        guards = re.findall(r"`(?:tests/\S+/)?(test_\w+\.py)`", row[-1])
        assert all(list((ROOT / "tests").rglob(one)) for one in guards)
        assert re.search(r"test|contract|ruff", row[-1])


def test_the_layers_are_those_of_the_contract() -> None:
    contract = text_of("pyproject.toml").partition('"Features in order"')[2]
    layers = re.findall(r'^  "([a-z_ |]+)",$', contract.partition("exhaustive")[0], re.MULTILINE)
    drawn = text_of("ARCHITECTURE.md").partition("## One way down")[2].partition("```\n")[2]
    assert drawn.partition("─")[0].split("\n")[:-1] == layers


def test_every_decision_is_listed_with_its_own_heading() -> None:
    listed = re.findall(
        r"^\| \[(\d+)\]\(docs/decisions/(\S+)\) \| (.+) \|$",
        text_of("ARCHITECTURE.md"),
        re.MULTILINE,
    )
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file for _, file, _ in listed] == [one.name for one in decisions]
    for number, file, title in listed:
        text = text_of(f"docs/decisions/{file}")
        assert text.startswith(f"# {number}. {title}\n")
        assert "## Alternatives" in text


def test_every_posting_and_every_account_is_in_the_page_about_money() -> None:
    page = text_of("docs/money.md")
    folder = ROOT / "marketplace" / "payments" / "postings"
    code = "".join(one.read_text() for one in folder.glob("*.py"))
    postings = re.findall(r"^def ([a-z]\w+)\(", code, re.MULTILINE)
    kinds = re.findall(r"\('([AELI]:\w+)', \w+\)", text_of("migrations/sql/ledger.sql"))
    assert len(kinds) > 10
    assert [one for one in postings if f"| `{one}` |" not in page] == []
    assert [one for one in kinds if f"`{one}`" not in page] == []


def test_the_page_about_money_counts_the_checks_rightly() -> None:
    page = text_of("docs/money.md")
    assert f"{len(NAMES)} checks" in page

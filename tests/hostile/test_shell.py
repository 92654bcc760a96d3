"""Whatever a command is given: words and an exit code, never a traceback, never half an import."""

from pathlib import Path

import pytest

from tests.hostile import poison
from tests.hostile.site import Site
from tests.hostile.stage import Stage

#: The commands that read a file, without it.
COMMANDS = {
    "products of a brand": lambda it: ("products", "import", "--brand", it.things["brand"].slug),  # type: ignore[attr-defined]
    "an audience": lambda it: (
        "creators",
        "import",
        "--account",
        str(it.things["platformaccount"].id),
    ),  # type: ignore[attr-defined]
    "a list of creators": lambda _it: ("creators", "import"),
}
ROSTER = b"name,email,country,city,languages,topics,platform,handle,followers,engagements,posts\n"
ROWS = {
    "a roster of long words": ROSTER + b",".join([b"x" * 5_000] * 11),
    "a roster of control characters": ROSTER + b",".join([b"a\x00b"] * 11),
    "a roster of formulas": ROSTER + b",".join([b"=cmd()"] * 11),
    "a roster of numbers": ROSTER + b",".join([b"-1"] * 11),
    "a roster of huge numbers": ROSTER
    + b"A,a@example.org,SE,U,sv,hiking,instagram,aaa,99999999999999999999,1,1",
    "a roster with a short row": ROSTER + b"A,a@example.org",
    "a roster with a wrong second row": ROSTER
    + b"A,a@example.org,SE,U,sv,hiking,instagram,aaa,1,1,1\nB,b,XX,,,,,,,,",
    "a roster of one address twice": ROSTER
    + b"A,a@example.org,SE,U,sv,hiking,instagram,aaa,1,1,1\n" * 2,
}
FILES = poison.FILES | ROWS


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_whatever_file_a_command_reads_it_answers(site: Site, command: str, tmp_path: Path) -> None:
    arguments = COMMANDS[command](site.stage)
    for number, content in enumerate(FILES.values()):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(content)
        site.run(*arguments, str(file))


@pytest.mark.parametrize(
    "arguments",
    [
        ("products", "import"),
        ("products", "import", "--brand", "nobody", "{file}"),
        ("products", "import", "--brand", "{brand}", "--commission", "nan", "{file}"),
        ("products", "import", "--brand", "{brand}", "--commission", "1e309", "{file}"),
        ("products", "import", "--brand", "{brand}", "--commission", "-1", "{file}"),
        ("products", "import", "--brand", "{brand}", "{folder}"),
        ("products", "import", "--brand", "{brand}", "{folder}/nothing.csv"),
        ("creators", "import", "--account", "not-an-id", "{file}"),
        ("creators", "import", "--account", "00000000-0000-0000-0000-000000000000", "{file}"),
        ("creators", "import", "--creator", "nobody", "{file}"),
        ("creators", "import", "--creator", "{creator}", "--platform", "myspace", "{file}"),
        ("creators", "import", "--creator", "{creator}", "--taken-on", "9999-12-31", "{file}"),
        ("creators", "import", "--creator", "{creator}", "--taken-on", "0000-00-00", "{file}"),
        ("campaigns", "match"),
        ("campaigns", "match", "nobody"),
        ("campaigns", "match", "a\u202e'; DROP"),
        ("campaigns", "match", "{campaign}", "--top", "0"),
        ("campaigns", "match", "{campaign}", "--top", "many"),
        ("campaigns", "match", "{draft}"),
    ],
    ids=" ".join,
)
def test_what_a_command_can_not_do_it_says(
    site: Site, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(poison.SHOPIFY)
    known = _names(site.stage) | {"file": str(file), "folder": str(tmp_path)}
    ran = site.run(*(argument.format(**known) for argument in arguments))
    assert ran.exit_code in (0, 1, 2)
    if "{draft}" not in arguments:
        assert ran.exit_code, ran.output


def _names(stage: Stage) -> dict[str, str]:
    slugs = {name: stage.things[name].slug for name in ("brand", "creator", "campaign")}  # type: ignore[attr-defined]
    return slugs | {"draft": next(iter(stage.campaigns.values())).slug}

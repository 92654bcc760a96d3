"""Keeps translations/messages.pot true to the code: `python -m tests.translations [--write]`.

It is what translators start from, so a text that is missing in it stays English for good.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
POT = ROOT / "translations" / "messages.pot"
METHODS = [("marketplace/**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}
# gettext's own names are known already; these are what it is imported as.
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every text the code and the templates hold, in the order of their files."""
    catalog = Catalog(project="Alongside", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        ROOT, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("L10n:",), strip_comment_tags=True
    )
    for file, _line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
        catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalog


def keys(catalog: Catalog) -> set[tuple[str, ...]]:
    found = set()
    for message in catalog:
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        if ids != ("",):
            found.add((message.context or "", *ids))
    return found


def write(catalog: Catalog) -> None:
    POT.parent.mkdir(exist_ok=True)
    with POT.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, omit_header=True)


def main() -> int:
    catalog = extracted()
    if "--write" in sys.argv:
        write(catalog)
        return 0
    known: set[tuple[str, ...]] = set()
    if POT.exists():
        with POT.open("rb") as file:
            known = keys(read_po(file))
    missing, stale = keys(catalog) - known, known - keys(catalog)
    for what, texts in (("is missing", missing), ("is no longer used", stale)):
        for text in sorted(texts)[:5]:
            print(f"“{text[1]}” {what} in {POT.relative_to(ROOT)}")
    if missing or stale:
        print(f"{len(missing)} to add, {len(stale)} to remove. Run: make words")
        return 1
    print(f"Translations: {len(known)} texts, all of them in {POT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

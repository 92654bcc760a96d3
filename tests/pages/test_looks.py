"""Every page in a browser: light and dark, on a phone and wide, by axe and by our own eye."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser import PHONE, WIDE, Visitor
from tests.place import Place
from tests.walk import DEEP, WHO, Seen, Walk, key_of

pytestmark = [pytest.mark.browser, pytest.mark.story]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": RULES, "resultTypes": ["violations"]}
LOOKS = [(scheme, size) for scheme in ("light", "dark") for size in (WIDE, PHONE)]

# What we look for ourselves; each answers with words when something is wrong.
OUR_EYE = """() => {
  const wrong = [], shown = e => e.checkVisibility({visibilityProperty: true});
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter(
      e => shown(e) && e.getBoundingClientRect().right > innerWidth + 1);
    wrong.push(`wider than the window: ${wide.slice(0, 3).map(e => e.outerHTML.slice(0, 90))}`);
  }
  const primary = [...document.querySelectorAll(".button.primary")].filter(shown);
  if (primary.length > 1)
    wrong.push(`${primary.length} primary buttons: ${primary.map(e => e.textContent.trim())}`);
  let last = 0;
  for (const heading of [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(shown)) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) wrong.push(`h${level} “${heading.textContent.trim()}” after h${last}`);
    last = level;
  }
  return wrong;
}"""


def chosen(walk: Walk, already: set[str]) -> Iterator[Seen]:
    """One page of each kind nobody before has shown, and of the important ones one a state."""
    mine: set[tuple[str, str]] = set()
    for page in walk.pages:
        kind = (page.endpoint, state_of(page) if page.endpoint in DEEP else "")
        if kind not in mine and (page.endpoint in DEEP or page.endpoint not in already):
            mine.add(kind)
            yield page


def state_of(page: Seen) -> str:
    """What the first pill on it says."""
    found = re.search(r'class="pill[^>]*>(.*?)</span>', page.html, re.DOTALL)
    return found[1].strip() if found else ""


def looked_at(page: Page) -> list[str]:
    wrong: list[str] = page.evaluate(OUR_EYE)
    found = page.evaluate("options => axe.run(options)", AXE)["violations"]
    for one in found:
        nodes = [" ".join(map(str, node["target"])) for node in one["nodes"][:3]]
        wrong.append(f"{one['id']}: {one['help']}: {nodes}")
    return wrong


@pytest.mark.parametrize("who", WHO)
def test_every_page_can_be_read_by_everybody(
    place: Place, browser: Browser, walks: dict[str, Walk], who: str
) -> None:
    already = {page.endpoint for page in walks["nobody"].pages} if who != "nobody" else set()
    visitor = Visitor(browser, place.address, bypass_csp=True, reduced_motion="reduce")
    if who != "nobody":
        visitor.sign_in(*key_of(who))
    wrong: dict[str, list[str]] = defaultdict(list)
    for seen in chosen(walks[who], already):
        visitor.go(seen.path).page.evaluate(AXE_SCRIPT)
        for scheme, size in LOOKS:
            visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            for found in looked_at(visitor.page):
                wrong[f"{seen.endpoint} {seen.path}: {found}"].append(f"{scheme} {size['width']}")
    visitor.context.close()
    assert not wrong, "\n".join(f"{found} ({', '.join(at)})" for found, at in wrong.items())


@pytest.mark.parametrize("who", WHO)
def test_the_browser_refuses_nothing_on_any_page(
    place: Place, browser: Browser, walks: dict[str, Walk], who: str
) -> None:
    """Under our own content security policy, and without one word on the console."""
    visitor = Visitor(browser, place.address)
    if who != "nobody":
        visitor.sign_in(*key_of(who))
    for seen in chosen(walks[who], set()):
        visitor.go(seen.path)
    visitor.context.close()
    assert visitor.complaints == []

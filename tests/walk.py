"""Walks a running place as somebody would: from the front page, following every link."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, RequestRedirect

from tests.place import Place

WHO = ("nobody", "brand", "creator", "admin")
ENOUGH = 12  # pages of one kind for one person
DEEP = {
    "deals.show",
    "shop.show_order",
    "shop.show_sale",
    "disputes.show",
    "campaigns.show",
}  # every state
MOST = 60
_ASSETS = {"link": "href", "img": "src", "script": "src", "use": "href"}


@dataclass
class Seen:
    """One page as one person found it."""

    who: str
    endpoint: str
    path: str
    status: int
    html: str
    came_from: str


@dataclass
class Walk:
    """What one person found, and what was wrong on the way."""

    who: str
    pages: list[Seen] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def first(self, endpoint: str) -> Seen | None:
        return next((page for page in self.pages if page.endpoint == endpoint), None)


class _Links(HTMLParser):
    """What a page leads to: links, forms as (method, action), pictures and styles, and its ids."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str]] = []
        self.assets: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self.ids.add(have.get("id", ""))
        if tag == "a":
            self.links.append(have.get("href", ""))
        elif tag == "form":
            self.forms.append((have.get("method", "get").upper(), have.get("action", "")))
        elif tag in _ASSETS and _ASSETS[tag] in have:
            self.assets.append(have[_ASSETS[tag]])


def signed_in(place: Place, who: str) -> requests.Session:
    """A session of the demo's brand, creator or admin; or of nobody."""
    session = requests.Session()
    session.trust_env = False
    if who != "nobody":
        email, password = key_of(who)
        answer = session.post(
            f"{place.address}/sign-in",
            data={"email": email, "password": password},
            headers={"Origin": place.address},
            allow_redirects=False,
            timeout=20,
        )
        assert answer.status_code == 303, f"{email} could not sign in: {answer.status_code}"
    return session


def key_of(who: str) -> tuple[str, str]:
    """The address and password of the first person of a kind in the demo world."""
    from marketplace.demo import PEOPLE

    return next((mail, key) for one, mail, key in PEOPLE if one.lower().startswith(who))


class Walker:
    def __init__(self, place: Place, urls: Map, who: str) -> None:
        self.place, self.who = place, who
        self.urls: MapAdapter = urls.bind(urlsplit(place.address).netloc)
        self.session = signed_in(place, who)
        self.walk = Walk(who)
        self._count: Counter[str] = Counter()
        self._known: set[str] = set()
        self._due: deque[tuple[str, str]] = deque()
        self._anchors: list[tuple[str, str, str]] = []
        self._ids: dict[str, set[str]] = {}

    def go(self, *starts: str) -> Walk:
        for start in starts:
            self._meet(start, "")
        while self._due:
            self._visit(*self._due.popleft())
        for path, anchor, came_from in self._anchors:
            if path in self._ids and anchor not in self._ids[path]:
                self.walk.wrong.append(f"{came_from}: {path}#{anchor} leads nowhere")
        return self.walk

    def _meet(self, link: str, came_from: str) -> None:
        """Take note of a link; go there later unless we know enough of its kind."""
        whole, anchor = urldefrag(urljoin(self.place.address + came_from, link))
        if not link or not whole.startswith(self.place.address):
            if not link.startswith(("http", "mailto:")):
                self.walk.wrong.append(f"{came_from}: a link to “{link}”")
            return
        path = whole.removeprefix(self.place.address) or "/"
        if anchor:
            self._anchors.append((path, anchor, came_from))
        endpoint = self.endpoint("GET", path)
        if endpoint is None:
            self.walk.wrong.append(f"{came_from}: a link to {path}, where nothing is")
        elif path not in self._known and self._count[endpoint] < self._most(endpoint):
            self._known.add(path)
            self._count[endpoint] += 1
            self._due.append((path, came_from))

    @staticmethod
    def _most(endpoint: str) -> int:
        return MOST if endpoint in DEEP else ENOUGH

    def endpoint(self, method: str, path: str) -> str | None:
        try:
            return str(self.urls.match(urlsplit(path).path, method)[0])
        except (NotFound, MethodNotAllowed, RequestRedirect):
            return None

    def _visit(self, path: str, came_from: str) -> None:
        answer = self.session.get(self.place.address + path, allow_redirects=False, timeout=30)
        if answer.status_code >= 400 and not self._used_up(answer.status_code, came_from):
            self.walk.wrong.append(f"{came_from}: {path} answers {answer.status_code}")
        if (location := answer.headers.get("Location")) is not None:
            if not urljoin(self.place.address, location).startswith(self.place.sandbox):
                self._meet(location, path)
            return
        if not answer.headers["Content-Type"].startswith("text/html"):
            return
        endpoint = self.endpoint("GET", path) or ""
        page = Seen(self.who, endpoint, path, answer.status_code, answer.text, came_from)
        self.walk.pages.append(page)
        self._look_around(page)

    def _used_up(self, status: int, came_from: str) -> bool:
        """A mail stays when the secret it holds has been used, and says so (410)."""
        return status == 410 and self.endpoint("GET", came_from) == "notices.mail"

    def _look_around(self, page: Seen) -> None:
        found = _Links()
        found.feed(page.html)
        self._ids[page.path] = found.ids
        if (
            self.who == "nobody" or page.endpoint != "notices.mail"
        ):  # mails are for whoever got them
            for link in found.links:
                self._meet(link, page.path)
        for method, action in found.forms:
            path = urlsplit(urljoin(page.path, action)).path
            if self.endpoint(method, path) is None:
                self.walk.wrong.append(f"{page.path}: a form to {method} {path}, where nothing is")
        for asset in found.assets:
            self._meet(asset, page.path)


def walkers(place: Place, urls: Map) -> dict[str, Walker]:
    """Everybody, each having walked from the front page; a shopper came by their mails too."""
    place.forget_tries()
    everybody = {who: Walker(place, urls, who) for who in WHO}
    for who, walker in everybody.items():
        walker.go("/", *(place.order_pages() if who == "nobody" else ()))
    return everybody

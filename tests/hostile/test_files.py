"""Whatever file is chosen, the page says what to do about it, and keeps nothing of it."""

import io

import pytest

from tests.hostile import poison
from tests.hostile.forms import filled
from tests.hostile.site import Site

# The buffers of large bodies are left to be collected.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

#: Each page that takes a file, and the field it is in.
UPLOADS = {
    "/products/import": "file",
    "/products/new": "picture",
    "/products/<product:product>/edit": "picture",
    "/profile/accounts/<platformaccount:platformaccount>/import": "file",
    "/admin/creators/import": "file",
    "/deals/<deal:deal>/dispute": "picture",
    "/disputes/<dispute:dispute>/evidence": "picture",
}
_NAMES = ("x.csv", "", "../../etc/passwd", "a\x00b.png", "é" * 300 + ".json", '"; filename="y')


@pytest.mark.parametrize("address", UPLOADS)
def test_whatever_file_is_chosen_is_answered(site: Site, address: str) -> None:
    door = site.doors(address, "POST")[0]
    field = UPLOADS[address]
    good = filled(site.page(door).to(door.path))
    for number, (kind, content) in enumerate(poison.FILES.items()):
        name = _NAMES[number % len(_NAMES)]
        file = (io.BytesIO(content), name)
        answer = site.ask(door, what=f"{kind} as {name[:20]!r}", data={**good, field: file})
        if answer is not None and answer.status_code == 200 and field == "file":
            assert "<table" in answer.text or "<dl" in answer.text, f"{kind} was taken in silence"


@pytest.mark.parametrize("address", UPLOADS)
def test_more_than_one_file_is_answered(site: Site, address: str) -> None:
    door = site.doors(address, "POST")[0]
    files = [(io.BytesIO(content), "x.csv") for content in list(poison.FILES.values())[3:9]]
    site.ask(door, what="six files", data={UPLOADS[address]: files})

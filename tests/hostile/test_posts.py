"""Whatever is posted, wherever: never a 500, never half a change, always words that help."""

import gc
import io
import os
from typing import Any

import pytest

from tests.hostile import poison
from tests.hostile.forms import filled, read
from tests.hostile.routes import routes
from tests.hostile.site import Door, Site

FORM = "application/x-www-form-urlencoded"
# How many bad texts each field of each form is given: `make sure` has a minute, `make test` more.
ROUNDS = 6 if "THOROUGH" in os.environ else 1


@pytest.mark.parametrize("address", routes("POST"))
def test_whatever_is_posted_is_answered(site: Site, address: str) -> None:
    for number, door in enumerate(site.doors(address, "POST")):
        fields = site.page(door).to(door.path)
        site.ask(door, what="nothing")
        if not fields:
            continue
        site.ask(door, what="every field empty", data=dict.fromkeys(fields, ""))
        site.ask(door, what="20 kB in every field", data=dict.fromkeys(fields, poison.LONG))
        good = filled(fields)
        site.ask(door, what="what fits", data=good)
        # Whoever comes next starts elsewhere in the list.
        for first in range(number, len(poison.TEXTS), len(poison.TEXTS) // ROUNDS):
            _round(site, door, list(fields), first)


def _round(site: Site, door: Door, names: list[str], first: int) -> None:
    """Another bad text in every field, so that in all rounds each field has had many."""
    texts = {
        name: poison.TEXTS[(first + number) % len(poison.TEXTS)]
        for number, name in enumerate(names)
    }
    answer = site.ask(door, what=shortened(texts), data=texts)
    if door.has_page and answer is not None and answer.status_code == 422:
        _keeps(site, door, texts, answer.text)


def shortened(texts: dict[str, str]) -> str:
    return ", ".join(f"{name}={text[:30]!r}" for name, text in texts.items())


def _keeps(site: Site, door: Door, typed: dict[str, str], html: str) -> None:
    """Fields that hold text show what was typed; nobody types it twice."""
    for name, given in read(html).to(door.path).items():
        kept = given.kind in ("text", "email", "url", "number", "date", "search", "textarea")
        if kept and name in typed and _same(given.value) != _same(typed[name]):
            site.wrong.append(f"{door}: {name}={typed[name][:20]!r} became {given.value[:20]!r}")


def _same(text: str) -> str:
    return "".join(text.replace("\x00", "").split())


@pytest.mark.parametrize("address", routes("POST"))
def test_fields_of_the_wrong_kind_are_answered(site: Site, address: str) -> None:
    for door in site.doors(address, "POST")[:1]:
        fields = site.page(door).to(door.path)
        if not fields:
            continue
        good, names = filled(fields), list(fields)
        for half in (poison.RAW[::2], poison.RAW[1::2]):
            pairs = zip(names, half * len(names), strict=False)
            body = b"&".join(name.encode() + b"=" + raw for name, raw in pairs)
            site.ask(door, what=f"raw {body[:200]!r}", data=body, content_type=FORM)
        lists = {name: [text, "-1", text] for name, text in good.items()}
        site.ask(door, what="every field three times", data=lists)
        odd = {odd.format(name=name): "1" for odd in poison.NAMES for name in names}
        site.ask(door, what="names nobody has", data=good | odd)
        files: Any = {name: (io.BytesIO(b"x"), "file.txt") for name in names}
        site.ask(door, what="files for texts", data=files)


# Who stops in the middle of a file leaves its buffer to be collected later.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("address", ["/sign-in", "/brand", "/products/import", "/sign-out"])
def test_a_body_of_any_shape_is_answered(site: Site, address: str) -> None:
    door = site.doors(address, "POST")[0]
    for kind, body in _BODIES.items():
        site.ask(door, what=kind, data=body, content_type=_TYPES.get(kind, FORM))
    many = {f"name.{number}": "1" for number in range(1_500)}
    site.ask(door, what="1,500 fields", data=many)
    site.ask(door, what="too large", data=many, headers={"Content-Length": "13000000"})
    gc.collect()


_EDGE = "multipart/form-data; boundary=edge"
_PART = b'--edge\r\nContent-Disposition: form-data; name="name"'
_BODIES = {
    "json": b'{"name": ["x"]}',
    "no type": b"name=x",
    "a form cut off": _PART + b"\r\n\r\nhalf",
    "a file cut off": _PART + b'; filename="x"\r\n\r\nhalf',
    "a head cut off": _PART,
    "no boundary": _PART + b"\r\n\r\nx\r\n--edge--",
    "an odd charset": b"name=%E4",
    "a file name that climbs": _PART + b'; filename="../../\x00x\r\n\r\nx\r\n--edge--\r\n',
    "over a thousand parts": (_PART + b"\r\n\r\nx\r\n") * 1_200 + b"--edge--\r\n",
    "three million letters": b"name=" + b"x" * 3_000_000,
}
_TYPES = {
    "json": "application/json",
    "no type": "",
    "a form cut off": _EDGE,
    "a file cut off": _EDGE,
    "a head cut off": _EDGE,
    "no boundary": "multipart/form-data",
    "an odd charset": f"{FORM}; charset=utf-7",
    "a file name that climbs": _EDGE,
    "over a thousand parts": _EDGE,
}

"""What somebody sends on purpose is answered as calmly as what somebody sends by mistake."""

import contextlib
import io
import json
import logging
import struct
import zlib

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from marketplace.creators import formats
from marketplace.kit.files import Unreadable, keep_picture
from marketplace.kit.logs import JsonLines
from marketplace.kit.security import hash_password
from tests import builders


def claims_to_be(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""
    small = io.BytesIO()
    Image.new("RGB", (1, 1)).save(small, "PNG")
    size = struct.pack(">II", width, height) + small.getvalue()[24:29]
    checked = struct.pack(">I", zlib.crc32(b"IHDR" + size))
    return small.getvalue()[:16] + size + checked + small.getvalue()[33:]


@pytest.mark.parametrize("side", [7_000, 12_000, 60_000])
def test_a_picture_that_claims_to_be_huge_is_refused_with_words(db: Session, side: int) -> None:
    with pytest.raises(Unreadable):
        keep_picture(db, claims_to_be(side, side), "bomb", of=builders.person(db), public=False)


@pytest.mark.parametrize("cut", [10, 20, 30, 40, 50, 60])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_broken_picture_is_refused_with_words(db: Session, kind: str, cut: int) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(whole, kind)
    content = whole.getvalue()[: len(whole.getvalue()) * cut // 100]
    with contextlib.suppress(Unreadable):
        keep_picture(db, content, "broken", of=builders.person(db), public=False)


@pytest.mark.parametrize("page", ["²", "٣", "-1", "1e9", "99999999", "\x00"])
def test_a_page_that_is_no_number_is_the_first(client: FlaskClient, page: str) -> None:
    assert client.get("/campaigns/open", query_string={"page": page}).status_code == 200


def test_a_log_names_a_job_without_what_it_was_given() -> None:
    record = logging.LogRecord("procrastinate.worker", logging.ERROR, "", 1, "", None, None)
    record.msg = "Job send_mail[7](to='a@b.example', text='/reset/s3cret') ended with status: Error"
    record.job = {"id": 7, "task_name": "send_mail", "task_kwargs": {"text": "/reset/s3cret"}}
    record.action = "job_error"
    line = JsonLines().format(record)
    assert "s3cret" not in line
    assert "send_mail" in line


@pytest.mark.parametrize("typed", ["a,b@c.example", "a@b.example,c@d.example", 'x"y@c.example'])
def test_one_address_is_never_two(typed: str, client: FlaskClient) -> None:
    data = {"name": "Ida", "email": typed, "password": "four unrelated words"}
    assert client.post("/join/creator", data=data).status_code == 422


@pytest.mark.parametrize("target", ["/\r\nX: y", "/\t/evil.example", "//evil.example", "/\\evil"])
def test_after_signing_in_nobody_is_led_astray(
    client: FlaskClient, db: Session, target: str
) -> None:
    password = "four unrelated words"
    person = builders.person(db)
    person.password_hash = hash_password(password)
    db.commit()
    data = {"email": person.email, "password": password, "next": target}
    answer = client.post("/sign-in", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/today")


@pytest.mark.parametrize("path", ["/admin/people", "/admin/deals", "/admin/orders"])
@pytest.mark.parametrize("search", ["\x00", "a\x00b", "%", "\\", "'"])
def test_an_admin_may_search_for_anything(
    client: FlaskClient, db: Session, path: str, search: str
) -> None:
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)  # type: ignore[attr-defined]
    assert client.get(path, query_string={"search": search}).status_code == 200


def test_half_a_letter_in_an_imported_file_is_refused_with_words() -> None:
    city = {"dimension_values": ["\ud800"], "value": 500}
    cities = {"dimension_keys": ["city"], "results": [city]}
    metric = {"name": "follower_demographics", "total_value": {"breakdowns": [cities]}}
    with pytest.raises(formats.Unreadable):
        formats.read(json.dumps({"data": [metric]}).encode())

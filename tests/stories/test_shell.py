"""What can be done from a shell, on a place that runs."""

import json
from pathlib import Path

import pytest

from tests.place import Place

pytestmark = pytest.mark.story


def test_the_books_are_verified_from_the_shell(place: Place) -> None:
    done = place.flask("ledger", "verify")
    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0, done.stdout
    assert len(lines) >= 20
    assert all(line.startswith("ok") for line in lines)


def test_a_campaigns_matches_come_as_json(place: Place) -> None:
    import re

    import requests

    page = requests.get(f"{place.address}/campaigns/open", timeout=10).text
    slug = re.findall(r'href="/campaigns/([a-z0-9-]+)"', page)
    slug = [one for one in slug if one != "open"]
    done = place.flask("campaigns", "match", slug[0], "--top", "20", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    matches = found["matches"] if isinstance(found, dict) else found
    assert 0 < len(matches) <= 20
    scores = [one["score"] for one in matches]
    assert scores == sorted(scores, reverse=True)


def test_creators_are_imported_from_a_file(place: Place, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "name,email,country,city,languages,topics,platform,handle,followers,engagements,posts\n"
        "Siri Holm,siri.holm@example.org,SE,Luleå,sv,hiking,instagram,@siri.holm,4100,900,12\n"
    )
    done = place.flask("creators", "import", str(roster))
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "broken.csv"
    broken.write_text("name,email\nNobody,not an address\n")
    done = place.flask("creators", "import", str(broken))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_products_are_imported_from_a_file(place: Place, tmp_path: Path) -> None:
    sheet = tmp_path / "products.csv"
    sheet.write_text("Title,URL handle,Price,Type\nTin mug,tin-mug-shell,12.00,Mug\n")
    done = place.flask("products", "import", "--brand", "fjallhem", str(sheet))
    assert done.returncode == 0, done.stdout + done.stderr
    sheet.write_text("Colour\nred\n")
    done = place.flask("products", "import", "--brand", "fjallhem", str(sheet))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr

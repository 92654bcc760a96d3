"""Any text at all, in any of a form's fields, beside others that are right."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile import poison
from tests.hostile.forms import Input, filled
from tests.hostile.routes import routes
from tests.hostile.site import Door, Site
from tests.hostile.test_posts import shortened

# A longer look: EXAMPLES=500 pytest tests/hostile/test_any_text.py
EXAMPLES = int(os.environ.get("EXAMPLES", "20" if "THOROUGH" in os.environ else "4"))
TEXTS = st.sampled_from(poison.TEXTS) | st.text(max_size=60)


@pytest.mark.parametrize("address", routes("GET POST"))
def test_any_text_is_answered(site: Site, address: str) -> None:
    doors = [(door, site.page(door).to(door.path)) for door in site.doors(address, "POST")]
    # Of a rule with several pages, each; of several people on one page, the last with a form.
    with_form = {door.path: (door, fields) for door, fields in doors if fields}
    for door, fields in with_form.values():
        _try_many(site, door, fields)


def _try_many(site: Site, door: Door, fields: dict[str, Input]) -> None:
    good = filled(fields)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.dictionaries(st.sampled_from(sorted(fields)), TEXTS, min_size=1, max_size=3))
    def attempt(typed: dict[str, str]) -> None:
        found = len(site.wrong)
        site.ask(door, what=shortened(typed), data=good | typed)
        assert len(site.wrong) == found, site.wrong.pop()

    attempt()

"""Any text at all, in any of a form's fields, beside others that are right."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile import poison
from tests.hostile.forms import filled
from tests.hostile.routes import routes
from tests.hostile.site import Door, Site
from tests.hostile.test_posts import shortened

EXAMPLES = 30
TEXTS = st.sampled_from(poison.TEXTS) | st.text(max_size=60)


@pytest.mark.parametrize("address", routes("GET POST"))
def test_any_text_is_answered(site: Site, address: str) -> None:
    for door in site.doors(address, "POST")[-1:]:
        _try_many(site, door)


def _try_many(site: Site, door: Door) -> None:
    fields = site.page(door).to(door.path)
    good = filled(fields)
    if not fields:
        return

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.dictionaries(st.sampled_from(sorted(fields)), TEXTS, min_size=1, max_size=3))
    def attempt(typed: dict[str, str]) -> None:
        found = len(site.wrong)
        site.ask(door, what=shortened(typed), data=good | typed)
        assert len(site.wrong) == found, site.wrong.pop()

    attempt()

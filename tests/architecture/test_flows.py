"""Every flow, every verb, every state; and the page that draws them."""

from enum import StrEnum
from pathlib import Path

import pytest

from models import Model, Refused, step
from models.flow import Flowing
from tests.architecture.states import draw

ROOT = Path(__file__).parent.parent.parent
FLOWS = sorted(
    (mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Flowing)),
    key=lambda one: one.__name__,
)


def states(model: type[Flowing]) -> list[StrEnum]:
    return list(model.__table__.c.status.type.enum_class)  # type: ignore[attr-defined]


CELLS = [
    pytest.param(model, verb, state, id=f"{model.__name__}-{verb}-{state}")
    for model in FLOWS
    for verb in model.FLOW
    for state in states(model)
]


@pytest.mark.parametrize(("model", "verb", "state"), CELLS)
def test_a_verb_leads_on_or_is_refused(model: type[Flowing], verb: str, state: StrEnum) -> None:
    if state in model.FLOW[verb]:
        assert step(model.FLOW, verb, state) in states(model)
    else:
        with pytest.raises(Refused):
            step(model.FLOW, verb, state)


@pytest.mark.parametrize("model", FLOWS, ids=lambda model: model.__name__)
def test_every_state_can_be_left_unless_it_is_an_end(model: type[Flowing]) -> None:
    left = {state for steps in model.FLOW.values() for state in steps}
    stuck = set(states(model)) - left - set(model.ENDS)
    assert stuck == set()


@pytest.mark.parametrize("model", FLOWS, ids=lambda model: model.__name__)
def test_every_state_is_the_first_or_can_be_reached(model: type[Flowing]) -> None:
    first = model.__table__.c.status.default.arg  # type: ignore[attr-defined]
    reached = {after for steps in model.FLOW.values() for after in steps.values()}
    assert set(states(model)) - reached - {first} == set()


def test_the_page_of_states_is_up_to_date() -> None:
    assert (ROOT / "docs" / "states.md").read_text() == draw()

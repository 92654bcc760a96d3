"""Draws docs/states.md from the flows: python -m tests.architecture.states > docs/states.md"""

from models import Model
from models.flow import Flowing


def draw() -> str:
    """Every flow as a table: from a state, by a verb, to a state."""
    lines = ["# States", "", "Drawn from the flow tables in `models/`; don't edit by hand.", ""]
    models = [m.class_ for m in Model.registry.mappers if issubclass(m.class_, Flowing)]
    for model in sorted(models, key=lambda one: one.__name__):
        first = model.__table__.c.status.default.arg
        ends = ", ".join(sorted(f"**{state}**" for state in model.ENDS))
        lines += [f"## {model.__name__}", "", f"Begins as **{first}**. Ends as {ends}.", ""]
        lines += ["| from | by | to |", "|---|---|---|"]
        for verb, steps in model.FLOW.items():
            lines += [f"| {before} | {verb} | {after} |" for before, after in steps.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(draw(), end="")

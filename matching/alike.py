"""A brief for audiences like somebody's own."""

from __future__ import annotations

from .explain import TOO_FEW
from .population import Population
from .profiles import AGE_GENDER, COUNTRY, GROUP_OF, INTEREST, LANGUAGE, Brief, Profile, Target
from .score import WEIGHTS

#: What two audiences are compared in; each weighs the same.
DIMENSIONS = (AGE_GENDER, COUNTRY, LANGUAGE, INTEREST)


def alike(profile: Profile, population: Population) -> Brief:
    """Ranked for this, a score is how alike two audiences are and nothing else.

    Each dimension in which enough people of this profile were measured is wanted as it is: the
    score is the geometric mean of the squared Bhattacharyya coefficients. Without any such
    dimension the brief has no targets, and nobody can be ranked for it.
    """
    targets = []
    for dimension in DIMENSIONS:
        seen = population.observed(profile, dimension)
        if seen is not None and seen.n >= TOO_FEW:
            shares = population.posterior(profile, dimension)
            # What an export leaves out is elsewhere; a wanted distribution is a whole one.
            whole = sum(shares.values())
            wanted = {code: share / whole for code, share in shares.items() if share > 0}
            targets.append(Target(dimension, wanted, kind="distribution"))
    weights = dict.fromkeys(WEIGHTS["value"], 0.0)
    weights |= {GROUP_OF[target.dimension]: 1.0 for target in targets}
    return Brief(targets, component_weights=weights)

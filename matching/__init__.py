"""The judgement: which creators fit a brief, by their audience and never by their size.

Pure: the standard library and NumPy. Build `Profile`s and a `Brief`, then call `rank`;
`docs/matching.md` has the formula and an example.
"""

from .alike import alike
from .explain import TOO_FEW, Component, Expected, Match, expected, interval
from .pool import Pool
from .population import Population
from .profiles import AGES, GENDERS, TRUST, Brief, Cells, Profile, Target, aged_n, people
from .rank import Among, Ranking, rank
from .score import FORMULA_VERSION, WEIGHTS

__all__ = [
    "AGES",
    "FORMULA_VERSION",
    "GENDERS",
    "TOO_FEW",
    "TRUST",
    "WEIGHTS",
    "Among",
    "Brief",
    "Cells",
    "Component",
    "Expected",
    "Match",
    "Pool",
    "Population",
    "Profile",
    "Ranking",
    "Target",
    "aged_n",
    "alike",
    "expected",
    "interval",
    "people",
    "rank",
]

"""A brief for audiences like somebody's own."""

from __future__ import annotations

import numpy as np

from matching.population import Population
from matching.profiles import AGE_GENDER, COUNTRY, GROUP_OF, INTEREST, LANGUAGE, Brief, Target
from matching.score import WEIGHTS

from . import coding
from .layout import (
    LEVEL_BITS,
    LEVEL_MASK,
    MAIN_COUNTRY,
    NO_TOPIC,
    PRIOR,
    SAMPLED,
    SLOT,
    SLOTS,
    Columns,
)
from .tables import Tables, country_priors, priors

_DIMENSIONS = (AGE_GENDER, COUNTRY, LANGUAGE, INTEREST)


def likeness(one: Columns, tables: Tables, population: Population) -> Brief:
    """Distribution targets equal to the account's own posterior, and nothing else.

    Slots count where their codes are those the market's priors know.
    """
    slots = {
        word >> LEVEL_BITS: float(coding.LEVELS[word & LEVEL_MASK])
        for word in one.words[SLOT : SLOT + SLOTS, 0].tolist()
        if word & LEVEL_MASK
    }
    targets = []
    for place, dimension in enumerate(SAMPLED):
        if dimension not in _DIMENSIONS:
            continue
        shares = {
            code: (int(one.bytes[column, 0]) / coding.TOP) ** 2
            for (of, code), column in tables.column_of.items()
            if of == dimension
        }
        loose = [code for code in population.prior(None, dimension) if code not in shares]
        prior = coding.PRIOR_PART[one.bytes[PRIOR + place, 0]]
        codes = [(dimension, code) for code in loose]
        usual = priors(population, tables, codes)[:, int(one.topics[0]) & NO_TOPIC]
        there = country_priors(population, tables, codes)[:, one.bytes[MAIN_COUNTRY, 0]]
        for code, here in zip(loose, np.where(there < 0, usual, there), strict=True):
            shares[code] = slots.get(tables.number(dimension, code), 0.0) + prior * here
        if whole := sum(shares.values()):
            wanted = {code: float(share / whole) for code, share in shares.items() if share}
            targets.append(Target(dimension, wanted, kind="distribution"))
    groups = {GROUP_OF[target.dimension]: 1.0 for target in targets}
    weights: dict[str, float] = {**dict.fromkeys(WEIGHTS["value"], 0.0), **groups}
    return Brief(targets, component_weights=weights)

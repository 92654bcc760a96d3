"""The worlds a ranking is tried in: each is the usual market, made harder in one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What differs from one simulated market to another.

    trust      how persuasion goes with size: the power of followers / 10,000 it grows by.
    truth      "multiplies": sales go by the product of the shares. "substitutes": by their
               mean, so that one dimension makes up for another.
    measured   median number of people an audience was measured on.
    declared   part of the creators who only tell of their audience; `forged` of these make up
               the audience that brands ask for most.
    edited     part of the uploaded files that were forged in the same way.
    pods       part of the creators whose comments and likes are swapped, and how many.
    fakes      part of the creators who bought followers.
    by_size    how far prices go by followers alone (1) rather than by what a post brings (0).
    related    how alike neighbouring topics are to a buyer, at most.
    mixed      how far age goes with country inside one audience: 0 is independent.
    asks       what every campaign asks for, besides what it asks for by chance.
    """

    name: str
    trust: float = 0.0
    truth: Literal["multiplies", "substitutes"] = "multiplies"
    measured: float = 300.0
    declared: float = 0.15
    forged: float = 0.15
    edited: float = 0.0
    pods: float = 0.07
    pod_size: float = 2.0
    fakes: float = 0.2
    by_size: float = 0.7
    price_noise: float = 0.45
    related: float = 0.5
    mixed: float = 0.0
    asks: Literal["usual", "city", "language", "distribution"] = "usual"


WORLDS = (
    World(name="independent"),
    World(name="trust_falls", trust=-0.25),
    World(name="trust_rises", trust=0.25),
    World(name="substitutes", truth="substitutes"),
    World(name="tiny_samples", measured=25.0),
    World(name="forged", declared=0.4, forged=0.5, edited=0.02),
    World(name="pods", pods=0.25, pod_size=4.0),
    World(name="fake_followers", fakes=0.5),
    World(name="priced_by_size", by_size=1.0, price_noise=0.15),
    World(name="city", asks="city"),
    World(name="language", asks="language"),
    World(name="distribution", asks="distribution"),
    World(name="unrelated_topics", related=0.0),
    World(name="mixed_audiences", mixed=1.0),
)

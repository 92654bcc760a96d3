"""Who listens, written the way platforms and creators write it down."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

from models.taxonomy import AGES, INTEREST_GROUPS

from .names import COUNTRIES, NEIGHBOURS
from .roster import AccountSketch, Sketch, speaks

# The middle of each age band, in years.
_MIDDLES = dict(zip(AGES, (16, 21, 30, 40, 50, 60, 70), strict=True))
_GENDERS = {"female": "F", "male": "M", "other": "U"}
Shares = dict[str, float]
Counts = dict[tuple[str, ...], float]


class Listeners:
    """One account's audience as shares, before anybody counted it."""

    def __init__(self, random: Random, who: Sketch, account: AccountSketch) -> None:
        self.random, self.who, self.account = random, who, account
        self.country = self._countries()
        self.age_gender = self._people()

    def _people(self) -> Shares:
        """Ages fall off on both sides of the creator's own; genders differ a little with age."""
        found = {}
        width = self.random.uniform(5.5, 9.0)
        for age, middle in _MIDDLES.items():
            weight = 2.718 ** (-(((middle - self.who.age) / width) ** 2) / 2)
            women = min(0.95, max(0.05, self.who.women + self.random.gauss(0, 0.04)))
            other = self.random.uniform(0.005, 0.03)
            parts = (women * (1 - other), (1 - women) * (1 - other), other)
            for gender, part in zip(_GENDERS, parts, strict=True):
                found[f"{age}:{gender}"] = weight * part
        return _whole(found)

    def _countries(self) -> Shares:
        """Those who publish in English are heard farther away; a few listen from anywhere."""
        home = self.random.betavariate(14, 3)
        if "en" in self.who.languages and self.who.country not in ("GB", "IE"):
            home *= self.random.uniform(0.8, 0.97)
        near = {
            code: 0.55**place * self.random.uniform(0.7, 1.3)
            for place, code in enumerate(NEIGHBOURS[self.who.country].split())
        }
        abroad = (1 - home) * self.random.uniform(0.8, 0.95)
        return {self.who.country: home} | {
            code: share * abroad for code, share in _whole(near).items()
        }

    @property
    def city(self) -> Shares:
        row = COUNTRIES.get(self.who.country)
        towns = [town for town in (row.towns.split() if row else ()) if town != self.who.city]
        found = {self.who.city: self.random.uniform(0.12, 0.25)}
        for place, town in enumerate(towns):
            found[town] = 0.16 / (place + 1.5) * self.random.uniform(0.7, 1.3)
        return found

    @property
    def language(self) -> Shares:
        found: Shares = {}
        for country, share in self.country.items():
            code = speaks(country)
            found[code] = found.get(code, 0) + share
        return _whole(found)

    @property
    def interest(self) -> Shares:
        """What they publish about, and what lies near it; people have several interests."""
        found = {topic: self.random.uniform(0.18, 0.34) for topic in self.who.topics}
        near = [
            code
            for group in INTEREST_GROUPS.values()
            if set(group) & set(self.who.topics)
            for code in group
            if code not in found
        ]
        for code in self.random.sample(near, k=min(3, len(near))):
            found[code] = self.random.uniform(0.04, 0.11)
        return _whole(found) if sum(found.values()) > 1 else found


def _whole(shares: Mapping[str, float]) -> Shares:
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()}


def instagram(listeners: Listeners, day: date) -> bytes:
    """Three answers of `follower_demographics`, as they come from the Graph API."""
    random, followers = listeners.random, listeners.account.followers
    known = max(100, round(followers * random.uniform(0.78, 0.94)))
    people: Counts = {
        (age, _GENDERS[gender]): share
        for code, share in listeners.age_gender.items()
        for age, _, gender in [code.partition(":")]
    }
    places: Counts = {(code,): share for code, share in listeners.country.items()}
    towns: Counts = {
        (f"{name}, {listeners.who.country}",): share for name, share in listeners.city.items()
    }
    answers = [
        _answer(["age", "gender"], people, known, day),
        _answer(["country"], places, followers, day),
        _answer(["city"], towns, followers, day),
    ]
    return json.dumps({"data": answers}, ensure_ascii=False, indent=1).encode()


def _answer(keys: list[str], shares: Counts, people: int, day: date) -> dict[str, Any]:
    counted = {values: round(share * people) for values, share in shares.items()}
    largest = sorted(counted.items(), key=lambda one: -one[1])[:45]
    results = [{"dimension_values": list(v), "value": n} for v, n in largest if n]
    return {
        "name": "follower_demographics",
        "period": "lifetime",
        "title": "Follower demographics",
        "description": "The demographic characteristics of followers.",
        "end_time": f"{day.isoformat()}T07:00:00+0000",
        "total_value": {"breakdowns": [{"dimension_keys": keys, "results": results}]},
        "id": "17841400000000000/insights/follower_demographics/lifetime",
    }


def table(listeners: Listeners) -> bytes:
    """The CSV that people fill in where their platform gives no file."""
    random, followers = listeners.random, listeners.account.followers
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("dimension", "code", "value", "sample"))
    found = {
        "age_gender": (listeners.age_gender, 0.25),
        "country": (listeners.country, 0.9),
        "language": (listeners.language, 0.3),
        "interest": (listeners.interest, 0.12),
    }
    for dimension, (shares, part) in found.items():
        sample = max(60, round(followers * part * random.uniform(0.7, 1.2)))
        for code, share in shares.items():
            if share >= 0.002:
                writer.writerow((dimension, code, f"{share * 100:.1f}%", sample))
    return text.getvalue().encode()


def typed(listeners: Listeners) -> dict[str, dict[str, int]]:
    """Round shares in basis points, as somebody would type what they believe."""
    ages: Shares = {}
    genders: Shares = {}
    for code, share in listeners.age_gender.items():
        age, _, gender = code.partition(":")
        ages[age] = ages.get(age, 0) + share
        genders[gender] = genders.get(gender, 0) + share
    return {
        "ages": _believed(ages),
        "genders": _believed(genders),
        "countries": _believed(listeners.country),
    }


def _believed(shares: Shares) -> dict[str, int]:
    largest = sorted(shares.items(), key=lambda one: -one[1])[:5]
    return {code: int(share * 20) * 500 for code, share in largest if share >= 0.05}

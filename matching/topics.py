"""Topics: which there are, which stand for one another to a buyer, and which a text is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations
from math import log, log1p, sqrt

from .described import DESCRIBED

GROUPS: Mapping[str, tuple[str, ...]] = {
    "outdoors": ("hiking", "camping", "outdoors", "climbing", "winter", "surfing", "gardening"),
    "sport": ("running", "cycling", "fitness", "yoga", "football"),
    "food": ("cooking", "baking", "coffee", "tea", "wine", "vegetarian"),
    "style": ("fashion", "vintage", "skincare", "makeup", "hair", "jewellery"),
    "home": ("home", "design", "plants", "repair", "crafts", "knitting", "sustainability"),
    "family": ("family", "parenting", "pets", "dogs"),
    "culture": ("books", "film", "music", "art", "photography", "gaming"),
    "travel": ("travel", "trains", "cities"),
    "ideas": ("tech", "science", "finance", "cars", "learning", "health"),
}
#: How near topics of one group are to one another, and those named below.
IN_GROUP, CLOSE = 0.15, 0.2
_CLOSE = """
    hiking-camping hiking-outdoors camping-outdoors climbing-outdoors winter-outdoors
    gardening-plants running-fitness yoga-fitness fitness-health yoga-health cycling-outdoors
    cooking-baking cooking-vegetarian coffee-tea vegetarian-sustainability
    skincare-makeup makeup-hair fashion-vintage fashion-jewellery vintage-sustainability
    home-design design-art crafts-knitting crafts-repair repair-sustainability plants-home
    family-parenting pets-dogs art-photography books-learning science-learning
    travel-cities travel-trains travel-photography tech-science tech-gaming
"""


def _near() -> dict[str, dict[str, float]]:
    near: dict[str, dict[str, float]] = {}
    for group in GROUPS.values():
        for one in group:
            near[one] = {other: IN_GROUP for other in group if other != one}
    for pair in _CLOSE.split():
        one, other = pair.split("-")
        near[one][other] = near[other][one] = CLOSE
    return near


#: topic -> other topics and how far they stand for it, in (0, 1); the same both ways.
Near = Mapping[str, Mapping[str, float]]
#: Until a market says otherwise.
NEAR: Near = _near()
#: A market knows a topic when audiences of creators with that topic are interested in it by so
#: much more than everyone's are.
KNOWN_BY = 0.02
#: What audiences of two topics share counts for this part of it, up to the most, and not at all
#: where they share less than the least.
STANDS_FOR, MOST_NEAR, LEAST_SHARED = 0.7, 0.4, 0.1
#: The table stands for so many creators of each topic.
NEAR_WEIGHT = 5.0


def near_by(
    audiences: Mapping[str, tuple[Mapping[str, float], float]], everyone: Mapping[str, float]
) -> Near:
    """What is near in a market, by audiences of creators with each topic: what they are
    interested in, and of how many creators they are.

    How much more than everyone's those of one topic are interested in the other, and the other
    way round, over how much more each is in its own. The fewer creators say so, the more the
    published table does; of topics the market doesn't know, it alone.
    """

    def more(topic: str, interest: str) -> float:
        return max(0.0, audiences[topic][0].get(interest, 0.0) - everyone.get(interest, 0.0))

    own = {topic: more(topic, topic) for topic in audiences}
    known = [topic for topic in own if own[topic] >= KNOWN_BY]
    found = {topic: dict(NEAR.get(topic, {})) for topic in {**NEAR, **dict.fromkeys(known)}}
    for one, other in permutations(known, 2):
        usual = found[one].pop(other, 0.0)
        shared = sqrt(more(one, other) * more(other, one) / (own[one] * own[other]))
        here = min(MOST_NEAR, STANDS_FOR * shared) if shared > LEAST_SHARED else 0.0
        many = min(audiences[one][1], audiences[other][1])
        if near := (many * here + NEAR_WEIGHT * usual) / (many + NEAR_WEIGHT):
            found[one][other] = near
    return found


def widened(topics: Mapping[str, float], near: Near) -> dict[str, float]:
    """A vector of topics with what is near to each added; topics of one's own stay as they are."""
    found = dict(topics)
    for topic, weight in topics.items():
        for other, part in near.get(topic, {}).items():
            found[other] = found.get(other, 0.0) + weight * part
    return found


#: A word counts as much as so many of its parts, and parts have so many letters.
WORD, PARTS = 3.0, (4, 5)
#: What is below this part of the best suggestion is left out.
LEAST = 0.35
#: A text that has less in common than this with every description is about none of them.
NOTHING = 0.07
_WORDS = re.compile(r"[^\W\d_]{2,}")


def suggest(text: str, top: int = 5) -> dict[str, float]:
    """Topics a brief's text is about, best first, each as a part of the best one's weight.

    It counts words and parts of words that the text shares with `described.DESCRIBED`; it
    understands nothing. Empty where nothing is shared. See `docs/matching.md` for how often
    it is right: suggest with it, never decide.
    """
    index, rarity = _index()
    found: dict[str, float] = {}
    length = 0.0
    for feature, count in _features(text).items():
        here = count * rarity.get(feature, 0.0)
        length += here * here
        for topic, weight in index.get(feature, ()):
            found[topic] = found.get(topic, 0.0) + here * weight
    if not found or max(found.values()) < NOTHING * sqrt(length):
        return {}
    best = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:top]
    return {
        topic: round(weight / best[0][1], 3)
        for topic, weight in best
        if weight >= LEAST * best[0][1]
    }


@cache
def _index() -> tuple[dict[str, list[tuple[str, float]]], dict[str, float]]:
    """feature -> topics with its part in their description's length 1; and how rare each is."""
    described = {topic: _features(f"{text} {topic}") for topic, text in DESCRIBED.items()}
    common = Counter(feature for features in described.values() for feature in features)
    rarity = {feature: log((1 + len(described)) / count) for feature, count in common.items()}
    index: dict[str, list[tuple[str, float]]] = {}
    for topic, features in described.items():
        weights = {feature: count * rarity[feature] for feature, count in features.items()}
        length = sqrt(sum(weight * weight for weight in weights.values()))
        for feature, weight in weights.items():
            index.setdefault(feature, []).append((topic, weight / length))
    return index, rarity


def _features(text: str) -> dict[str, float]:
    """Words and parts of words, each time one comes again counting for less."""
    words = Counter(_WORDS.findall(text.lower()))
    found: dict[str, float] = {}
    for word, count in words.items():
        found[f" {word} "] = WORD * count
        for part in _parts(word):
            found[part] = found.get(part, 0.0) + count
    return {feature: log1p(count) for feature, count in found.items()}


def _parts(word: str) -> Iterator[str]:
    if len(word) < PARTS[0]:
        return
    marked = f"<{word}>"
    for size in PARTS:
        for at in range(len(marked) - size + 1):
            yield marked[at : at + size]

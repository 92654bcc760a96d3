"""Topics: which there are, and which of them stand for one another to a buyer."""

from __future__ import annotations

from collections.abc import Mapping

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
IN_GROUP, CLOSE = 0.2, 0.5
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
NEAR: Mapping[str, Mapping[str, float]] = _near()


def widened(topics: Mapping[str, float]) -> dict[str, float]:
    """A vector of topics with what is near to each added; topics of one's own stay as they are."""
    found = dict(topics)
    for topic, weight in topics.items():
        for other, part in NEAR.get(topic, {}).items():
            found[other] = found.get(other, 0.0) + weight * part
    return found

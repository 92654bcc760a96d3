"""The names of codes, in the language of whoever reads. In templates: `labels.country("SE")`."""

from collections.abc import Callable, Iterable
from typing import Any

from babel import Locale
from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l

from models import DeliverableType, Platform
from models.taxonomy import COUNTRIES, INTEREST_GROUPS, LANGUAGES

GENDERS: dict[str, Any] = {
    "female": _l("Women"),
    "male": _l("Men"),
    "other": _l("Other or unknown"),
}
INTEREST_GROUP_NAMES: dict[str, Any] = {
    "outdoors": _l("Outdoors"),
    "sport": _l("Sport"),
    "food": _l("Food and drink"),
    "style": _l("Style and care"),
    "home": _l("Home and making"),
    "family": _l("Family and animals"),
    "culture": _l("Culture"),
    "travel": _l("Travel"),
    "ideas": _l("Ideas and things"),
}
INTEREST_NAMES: dict[str, Any] = {
    "hiking": _l("Hiking"),
    "camping": _l("Camping"),
    "outdoors": _l("Life outdoors"),
    "climbing": _l("Climbing"),
    "winter": _l("Winter sports"),
    "surfing": _l("Surfing"),
    "gardening": _l("Gardening"),
    "running": _l("Running"),
    "cycling": _l("Cycling"),
    "fitness": _l("Fitness"),
    "yoga": _l("Yoga"),
    "football": _l("Football"),
    "cooking": _l("Cooking"),
    "baking": _l("Baking"),
    "coffee": _l("Coffee"),
    "tea": _l("Tea"),
    "wine": _l("Wine"),
    "vegetarian": _l("Vegetarian food"),
    "fashion": _l("Fashion"),
    "vintage": _l("Vintage"),
    "skincare": _l("Skincare"),
    "makeup": _l("Make-up"),
    "hair": _l("Hair"),
    "jewellery": _l("Jewellery"),
    "home": _l("Home"),
    "design": _l("Design"),
    "plants": _l("House plants"),
    "repair": _l("Mending and care"),
    "crafts": _l("Crafts"),
    "knitting": _l("Knitting"),
    "sustainability": _l("Sustainability"),
    "family": _l("Family life"),
    "parenting": _l("Parenting"),
    "pets": _l("Pets"),
    "dogs": _l("Dogs"),
    "books": _l("Books"),
    "film": _l("Film"),
    "music": _l("Music"),
    "art": _l("Art"),
    "photography": _l("Photography"),
    "gaming": _l("Games"),
    "travel": _l("Travel"),
    "trains": _l("Trains"),
    "cities": _l("Cities"),
    "tech": _l("Technology"),
    "science": _l("Science"),
    "finance": _l("Money matters"),
    "cars": _l("Cars"),
    "learning": _l("Learning"),
    "health": _l("Health"),
}
SENSITIVE_NAMES: dict[str, Any] = {
    "alcohol": _l("Alcohol"),
    "tobacco": _l("Tobacco and vaping"),
    "gambling": _l("Gambling"),
    "adult": _l("Adult content"),
    "weapons": _l("Weapons"),
    "politics": _l("Politics"),
}
PLATFORM_NAMES: dict[str, str] = {
    Platform.INSTAGRAM: "Instagram",
    Platform.TIKTOK: "TikTok",
    Platform.YOUTUBE: "YouTube",
}
DELIVERABLE_NAMES: dict[str, Any] = {
    DeliverableType.REEL: _l("Reel"),
    DeliverableType.STORY: _l("Story"),
    DeliverableType.POST: _l("Post"),
    DeliverableType.SHORT: _l("Short video"),
    DeliverableType.VIDEO: _l("Long video"),
    DeliverableType.LIVE: _l("Live show"),
    DeliverableType.PHOTOS: _l("Set of photos"),
    DeliverableType.AUDIO: _l("Spoken spot"),
}
_COUNTED: dict[str, Callable[[int], str]] = {
    DeliverableType.REEL: lambda n: ngettext("%(num)s reel", "%(num)s reels", n),
    DeliverableType.STORY: lambda n: ngettext("%(num)s story", "%(num)s stories", n),
    DeliverableType.POST: lambda n: ngettext("%(num)s post", "%(num)s posts", n),
    DeliverableType.SHORT: lambda n: ngettext("%(num)s short video", "%(num)s short videos", n),
    DeliverableType.VIDEO: lambda n: ngettext("%(num)s long video", "%(num)s long videos", n),
    DeliverableType.LIVE: lambda n: ngettext("%(num)s live show", "%(num)s live shows", n),
    DeliverableType.PHOTOS: lambda n: ngettext(
        "%(num)s set of photos", "%(num)s sets of photos", n
    ),
    DeliverableType.AUDIO: lambda n: ngettext("%(num)s spoken spot", "%(num)s spoken spots", n),
}

Options = list[tuple[str, str]]


def _locale() -> Locale:
    return get_locale() or Locale("en")


def country(code: str) -> str:
    return _locale().territories.get(code, code)


def language(code: str) -> str:
    name = _locale().languages.get(code, code)
    return name[:1].upper() + name[1:]


def age(code: str) -> str:
    return code.replace("-", "–")


def gender(code: str) -> str:
    return str(GENDERS.get(code, code))


def age_gender(code: str) -> str:
    """A cell of the joint table in words: "Women 25–34"."""
    years, _, sex = code.partition(":")
    return f"{gender(sex)} {age(years)}"


def interest(code: str) -> str:
    return str(INTEREST_NAMES.get(code, code))


def sensitive(code: str) -> str:
    return str(SENSITIVE_NAMES.get(code, code))


def platform(code: str) -> str:
    return PLATFORM_NAMES.get(code, code)


def deliverable(code: str) -> str:
    return str(DELIVERABLE_NAMES.get(code, code))


def deliverables(code: str, count: int) -> str:
    """A count of one kind of work in words: "3 reels"."""
    counted = _COUNTED.get(code)
    return counted(count) if counted else f"{count} {code}"


def _sorted(codes: Iterable[str], name: Callable[[str], str]) -> Options:
    return sorted(((code, name(code)) for code in codes), key=lambda pair: pair[1].casefold())


def country_options() -> Options:
    """Every country, for a select: (code, name), by name."""
    return _sorted(COUNTRIES, country)


def language_options() -> Options:
    return _sorted(LANGUAGES, language)


def interest_options() -> Options:
    return _sorted(INTEREST_NAMES, interest)


def interest_groups() -> list[tuple[str, Options]]:
    """Interests under the names of their groups."""
    return [
        (str(INTEREST_GROUP_NAMES[group]), [(code, interest(code)) for code in codes])
        for group, codes in INTEREST_GROUPS.items()
    ]


def sensitive_options() -> Options:
    return [(code, str(name)) for code, name in SENSITIVE_NAMES.items()]


def platform_options() -> Options:
    return [(code.value, platform(code)) for code in Platform]


def deliverable_options() -> Options:
    return [(code.value, deliverable(code)) for code in DeliverableType]

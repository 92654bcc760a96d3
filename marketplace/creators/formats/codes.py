"""From what people and platforms write to the codes we keep: 25–34, Women, Sweden, svenska."""

import re
from functools import cache

from babel import Locale
from flask_babel import gettext as _

from marketplace.kit import labels
from models.taxonomy import AGES, COMMON_LANGUAGES, COUNTRIES, GENDERS, INTERESTS, LANGUAGES

DIMENSIONS = ("age_gender", "age", "gender", "country", "city", "language", "interest")
_DIMENSION_NAMES = {
    "age": ("age", "ages", "agerange", "agegroup", "ageband", "viewerage"),
    "gender": ("gender", "genders", "sex", "viewergender"),
    "age_gender": ("agegender", "genderage", "agesgenders", "ageandgender", "genderandage"),
    "country": (
        *("country", "countries", "location", "locations", "geography", "territory"),
        *("territories", "topterritories", "topcountries", "countryregion", "countrycode"),
    ),
    "city": ("city", "cities", "town", "towns", "cityname", "topcities"),
    "language": ("language", "languages", "locale", "locales"),
    "interest": ("interest", "interests", "topic", "topics"),
}
_GENDER_NAMES = {
    "female": (
        *("f", "female", "females", "woman", "women", "girls", "kvinna", "kvinnor", "kvinne"),
        *("kvinner", "kvinde", "kvinder", "nainen", "naiset", "weiblich", "frauen", "femme"),
        *("femmes", "féminin", "mujer", "mujeres", "femenino", "donna", "donne", "femminile"),
        *("mulher", "mulheres", "feminino", "vrouw", "vrouwen", "kobieta", "kobiety"),
    ),
    "male": (
        *("m", "male", "males", "man", "men", "boys", "män", "menn", "mann", "mænd", "mies"),
        *("miehet", "männlich", "männer", "homme", "hommes", "masculin", "hombre", "hombres"),
        *("masculino", "uomo", "uomini", "maschile", "homem", "homens", "mannen"),
        *("mężczyzna", "mężczyźni"),
    ),
    # Platforms say U for whoever gave none; we keep one word for all who are neither.
    "other": (
        *("u", "x", "o", "other", "others", "unknown", "userspecified", "unspecified", "genderx"),
        *("nonbinary", "okänt", "annat", "ukjent", "andre", "andet", "muu", "benutzerdefiniert"),
        *("divers", "autre", "otro", "altro", "outro", "anders", "inne"),
    ),
}
# What territories are often called, beside their names in Unicode's tables.
_ALSO = {
    "usa": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "czech republic": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
    "korea": "KR",
    "russian federation": "RU",
    "turkey": "TR",
    "hong kong": "HK",
    "macedonia": "MK",
    "viet nam": "VN",
}
_YEARS = (
    r"\s*\b(years? old|years?|yrs?|y\.?o\.?|år|jahre?|jaar|ans|años|anni|anos|vuotta|lat|let|лет)"
    r"\b\.?(?=$|\s)"
)
_FORMULA = ("=", "+", "-", "@", "\t")


def dimension_of(text: str) -> str | None:
    """Which dimension a name in a file stands for."""
    plain = re.sub(r"[^a-z]", "", text.casefold())
    return next((code for code, names in _DIMENSION_NAMES.items() if plain in names), None)


def code_of(dimension: str, text: str) -> tuple[str | None, str]:
    """The code for what a file wrote, or None and the words that say what it should be."""
    text = " ".join(text.split())
    shown = text[:40]
    if not text:
        return None, _("The name is missing")
    if text.startswith(_FORMULA):
        return None, _("“%(text)s” looks like a formula, so we left it out", text=shown)
    code = _READERS[dimension](text)
    return code, "" if code else _WORDS[dimension](shown)


def spread(dimension: str, text: str) -> list[str]:
    """Our codes under a band that is exactly two of ours, as in 45-64 or 55+; else none."""
    if dimension == "age":
        return _bands(text)
    if dimension == "age_gender":
        parts = [part for part in re.split(r"[:/|,.;\s]+", text) if part]
        genders = [gender for part in parts if (gender := gender_code(part))]
        bands = _bands(" ".join(part for part in parts if not gender_code(part)))
        return [f"{band}:{genders[0]}" for band in bands] if len(genders) == 1 else []
    return []


def _bands(text: str) -> list[str]:
    plain = _plain_age(text)
    if found := re.fullmatch(r"(\d{2})-(\d{2})", plain):
        low, high = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{2})\s*(\+|-?plus|-?and-?.*|-?or-?.*)", plain):
        low, high = int(found[1]), 0
    else:
        return []
    lows = [int(re.split(r"[-+]", band)[0]) for band in AGES]
    highs = [*(low - 1 for low in lows[1:]), 0]
    if low not in lows or high not in highs:
        return []
    bands = list(AGES[lows.index(low) : highs.index(high) + 1])
    return bands if len(bands) == 2 else []


def _plain_age(text: str) -> str:
    """`age18-24`, `18–24 years`, `Under 18`, in the words of several languages, without them."""
    plain = text.casefold().replace("_", "-").strip(" -:")
    plain = re.sub(r"^(age|ages|aged|alter|âge|ålder|edad|età|idade)\b|^age(?=\d)", "", plain)
    plain = re.sub(_YEARS, "", plain.strip(" -:"))
    plain = re.sub(r"\s*(?:–|—|−|-to-|\bto\b|\bbis\b|\btill\b|-)\s*", "-", plain)
    if re.fullmatch(r"(<|under|below|unter|moins de|menos de|under-)\s*-?18|0-17", plain):
        return "13-17"
    return plain


def age_code(text: str) -> str | None:
    plain = _plain_age(text).strip("-")
    if re.fullmatch(r"(≥|>=|>)?\s*65\s*(\+|-?and-?.*|-?or-?.*|-?plus)?", plain):
        return "65+"
    return plain if plain in AGES else None


def gender_code(text: str) -> str | None:
    plain = re.sub(r"[\W\d_]", "", text.casefold())
    return next((code for code in GENDERS if plain in _GENDER_NAMES.get(code, ())), None)


def age_gender_code(text: str) -> str | None:
    """`25-34:female`, `F.25-34`, `Women 25–34`: one age and one gender in either order."""
    parts = [part for part in re.split(r"[:/|,.;\s]+", text) if part]
    genders = [part for part in parts if gender_code(part)]
    age = age_code(" ".join(part for part in parts if not gender_code(part)))
    return f"{age}:{gender_code(genders[0])}" if age and len(genders) == 1 else None


def country_code(text: str) -> str | None:
    if text.upper() in COUNTRIES:
        return text.upper()
    return _ALSO.get(text.casefold()) or _territories().get(text.casefold())


def language_code(text: str) -> str | None:
    tag = re.fullmatch(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]{2,8})*", text)
    if tag and tag[1].lower() in LANGUAGES:
        return tag[1].lower()
    return _languages().get(text.casefold())


def interest_code(text: str) -> str | None:
    plain = text.casefold()
    return next((c for c in INTERESTS if plain in (c, labels.interest(c).casefold())), None)


def city_code(text: str) -> str | None:
    """Cities have no codes that all platforms share, so their names are kept as written."""
    return text[:80] if re.search(r"[^\W\d]", text) and text.isprintable() else None


@cache
def _territories() -> dict[str, str]:
    """Countries by their names in the common languages; English has the last word."""
    return {
        Locale(language).territories[code].casefold(): code
        for language in (*COMMON_LANGUAGES, "en")
        for code in COUNTRIES
        if code in Locale(language).territories
    }


@cache
def _languages() -> dict[str, str]:
    return {
        Locale(language).languages[code].casefold(): code
        for language in (*COMMON_LANGUAGES, "en")
        for code in LANGUAGES
        if code in Locale(language).languages
    }


_READERS = {
    "age": age_code,
    "gender": gender_code,
    "age_gender": age_gender_code,
    "country": country_code,
    "city": city_code,
    "language": language_code,
    "interest": interest_code,
}
_WORDS = {
    "age": lambda text: _(
        "“%(text)s” isn’t one of our age bands: %(bands)s", text=text, bands=", ".join(AGES)
    ),
    "gender": lambda text: _("“%(text)s” isn’t female, male or other", text=text),
    "age_gender": lambda text: _(
        "“%(text)s” isn’t an age band and a gender, like 25-34:female", text=text
    ),
    "country": lambda text: _(
        "“%(text)s” isn’t a country. Use its name or two letters, like SE", text=text
    ),
    "city": lambda text: _("“%(text)s” isn’t the name of a city", text=text),
    "language": lambda text: _(
        "“%(text)s” isn’t a language. Use its name or two letters, like sv", text=text
    ),
    "interest": lambda text: _("“%(text)s” isn’t on our list of interests", text=text),
}

"""The codes audiences are described in: ages, genders, interests, countries and languages.

Only codes stand here; their names, in the reader's language, are in `marketplace.kit.labels`.
"""

from collections.abc import Iterable


def groups_of(interests: Iterable[str]) -> frozenset[str]:
    """The groups these interests are in: who sells in the same one competes."""
    return frozenset(_GROUP[code] for code in interests if code in _GROUP)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "other")
# One cell of the joint table: "25-34:female".
AGE_GENDERS = tuple(f"{age}:{gender}" for age in AGES for gender in GENDERS)

INTEREST_GROUPS: dict[str, tuple[str, ...]] = {
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
INTERESTS = tuple(code for group in INTEREST_GROUPS.values() for code in group)

_GROUP = {code: group for group, codes in INTEREST_GROUPS.items() for code in codes}

# What some brands keep away from. Creators say it of themselves; the engine has room for six.
SENSITIVE = _codes("alcohol tobacco gambling adult weapons politics")

# ISO 3166-1 alpha-2.
COUNTRIES = _codes(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ"
    " BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM"
    " DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS"
    " GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN"
    " KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ"
    " MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
    " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV"
    " SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI"
    " VN VU WF WS YE YT ZA ZM ZW"
)
# ISO 639-1.
LANGUAGES = _codes(
    "aa ab af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da"
    " de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu"
    " hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la"
    " lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc"
    " oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st"
    " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za"
    " zh zu"
)
# Offered first, before somebody asks for another.
COMMON_COUNTRIES = ("SE", "NO", "FI", "DK", "DE", "GB", "FR", "IT")
COMMON_LANGUAGES = ("sv", "no", "fi", "da", "en", "de", "fr", "it")

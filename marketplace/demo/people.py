"""Those of the demo world who have a story: three brands, an admin, and fifteen creators."""

from dataclasses import dataclass

from marketplace.demo import PEOPLE

FJALLHEM, KAFFEKOMPIS, LINNE = "fjallhem", "kaffekompis", "linne-ljus"
ADMIN = ("Sara Holm", PEOPLE[3][1])


@dataclass(frozen=True, slots=True)
class BrandTold:
    slug: str
    name: str
    person: str
    email: str
    about: str
    website: str
    country: str
    returns_address: str


BRANDS = (
    BrandTold(
        FJALLHEM,
        "Fjällhem",
        "Anna Lindqvist",
        PEOPLE[0][1],
        "We make boots, wool and shelter for people who walk to think. Everything is sewn within"
        " a day’s train of Östersund, and everything comes back to us to be mended.",
        "https://fjallhem.example",
        "SE",
        "Fjällhem, Verkstadsgatan 8, 831 34 Östersund, Sweden",
    ),
    BrandTold(
        KAFFEKOMPIS,
        "Kaffekompis",
        "Jonas Ek",
        PEOPLE[2][1],
        "Four of us roast on Mondays and Thursdays in an old tram depot in Göteborg. We buy from"
        " eleven farms and print what we paid each of them on the bag.",
        "https://kaffekompis.example",
        "SE",
        "Kaffekompis, Spårvägsgatan 3, 414 63 Göteborg, Sweden",
    ),
    BrandTold(
        LINNE,
        "Linne & Ljus",
        "Maja Rosén",
        "maja@linneljus.example",
        "Washed linen, candles that burn clean, and soap cooked in small pots. We are two sisters"
        " in Borås, and our looms are older than both of us.",
        "https://linneljus.example",
        "SE",
        "Linne & Ljus, Fabriksgatan 21, 503 38 Borås, Sweden",
    ),
)


@dataclass(frozen=True, slots=True)
class Lead:
    """A creator with a shelf. `age` is how old most of their listeners are."""

    name: str
    email: str
    handle: str
    platform: str
    followers: int
    country: str
    city: str
    languages: str
    topics: str
    age: int
    women: float
    about: str


IDA = Lead(
    "Ida Bergström",
    PEOPLE[1][1],
    "ida.pa.stigen",
    "instagram",
    8_240,
    "SE",
    "Umeå",
    "sv;en",
    "hiking;camping;family",
    34,
    0.79,
    "I walk the woods around Umeå with two children and a thermos, and film what it is really"
    " like: wet socks, blueberries, and the moment everyone goes quiet.",
)

LEADS = (
    IDA,
    Lead(
        "Aino Mäkelä",
        "aino@kotona.example",
        "aino.kotona",
        "instagram",
        5_410,
        "FI",
        "Tampere",
        "fi;en",
        "knitting;crafts;home",
        36,
        0.84,
        "Knitting by the window in Tampere. I unravel more than I finish, and show that too.",
    ),
    Lead(
        "Mikkel Sørensen",
        "mikkel@brygger.example",
        "mikkel.brygger",
        "instagram",
        11_900,
        "DK",
        "Aarhus",
        "da;en",
        "coffee;baking",
        30,
        0.41,
        "Former barista, now a father who gets up at five anyway. One cup a day, explained.",
    ),
    Lead(
        "Sofie Lunde",
        "sofie@ute.example",
        "sofie.ute",
        "instagram",
        14_300,
        "NO",
        "Bergen",
        "no;en",
        "hiking;winter;dogs",
        29,
        0.58,
        "It rains 240 days a year here. The dog and I go out on all of them.",
    ),
    Lead(
        "Jonas Weber",
        "jonas@waldwege.example",
        "waldwege.jonas",
        "instagram",
        22_800,
        "DE",
        "Freiburg",
        "de;en",
        "hiking;photography;cycling",
        38,
        0.37,
        "Forester by trade. I photograph paths, and the people who keep them open.",
    ),
    Lead(
        "Elsa Nyholm",
        "elsa@bord.example",
        "elsas.bord",
        "instagram",
        3_760,
        "SE",
        "Malmö",
        "sv",
        "home;design;baking",
        41,
        0.81,
        "I lay tables for a living and eat standing up at home. Working on it.",
    ),
    Lead(
        "Clara Moreau",
        "clara@aumatin.example",
        "clara.au.matin",
        "instagram",
        9_120,
        "FR",
        "Lyon",
        "fr;en",
        "coffee;books;vegetarian",
        28,
        0.72,
        "A page and a cup before the city wakes. Lyon, third floor, no lift.",
    ),
    Lead(
        "Tom Hargreaves",
        "tom@walkshome.example",
        "tom.walks.home",
        "youtube",
        18_600,
        "GB",
        "Leeds",
        "en",
        "hiking;trains;travel",
        45,
        0.33,
        "I take the train out and walk home. Longest so far: eleven days.",
    ),
    Lead(
        "Giulia Ferri",
        "giulia@inmontagna.example",
        "giulia.in.montagna",
        "instagram",
        31_500,
        "IT",
        "Torino",
        "it;en",
        "climbing;hiking;photography",
        27,
        0.52,
        "Rock on Saturdays, maps on Sundays, a desk in between.",
    ),
    Lead(
        "Noor van Dijk",
        "noor@brouwt.example",
        "noor.brouwt",
        "tiktok",
        27_400,
        "NL",
        "Utrecht",
        "nl;en",
        "coffee;tea;cities",
        24,
        0.63,
        "Every café within cycling distance, reviewed by someone who can’t cycle in a straight"
        " line.",
    ),
    Lead(
        "Hanna Lepistö",
        "hanna@saunan.example",
        "hanna.saunan.jalkeen",
        "instagram",
        6_880,
        "FI",
        "Oulu",
        "fi",
        "skincare;winter;home",
        34,
        0.77,
        "What happens after the sauna: quiet, water, and very good soap.",
    ),
    Lead(
        "Emil Dahl",
        "emil@lagar.example",
        "emil.lagar",
        "tiktok",
        41_200,
        "SE",
        "Göteborg",
        "sv;en",
        "repair;cooking;sustainability",
        26,
        0.44,
        "Things that broke, and what I did about it. Sometimes that is dinner.",
    ),
    Lead(
        "Freja Holm",
        "freja@hundene.example",
        "freja.og.hundene",
        "instagram",
        2_910,
        "DK",
        "Odense",
        "da",
        "dogs;family;outdoors",
        39,
        0.74,
        "Two foster dogs, one old sofa, a lot of weather.",
    ),
    Lead(
        "Lukas Brandl",
        "lukas@amberg.example",
        "lukas.am.berg",
        "instagram",
        52_300,
        "AT",
        "Innsbruck",
        "de;en",
        "climbing;winter;camping",
        31,
        0.29,
        "Mountain rescue volunteer. I turn round more often than I get to the top.",
    ),
    Lead(
        "Maeve O’Connor",
        "maeve@readslate.example",
        "maeve.reads.late",
        "instagram",
        4_470,
        "IE",
        "Galway",
        "en",
        "books;tea;home",
        32,
        0.79,
        "Reading after midnight, one lamp, one pot. The tide table is the only clock I trust.",
    ),
)
# They sell and work, but have not told Stripe yet where their money should go.
NOT_ONBOARDED = ("freja@hundene.example", "maeve@readslate.example")

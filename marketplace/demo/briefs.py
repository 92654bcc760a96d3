"""The campaigns of the demo world. Days are counted back from now: 26 is 26 days ago."""

from dataclasses import dataclass, field

from .people import FJALLHEM, KAFFEKOMPIS, LINNE


@dataclass(frozen=True, slots=True)
class BriefTold:
    """`until` is the last day to apply; a negative one is still to come. `closed` None: open."""

    key: str
    brand: str
    title: str
    about: str
    product: str
    age_gender: tuple[str, ...]
    countries: tuple[str, ...]
    interests: dict[str, int]
    work: dict[str, int]
    prices: tuple[int, int] | None
    budget: int
    began: float
    until: int
    closed: float | None = None
    is_draft: bool = False
    commission: int | None = None
    weights: dict[str, int] = field(default_factory=dict)
    required_countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    note: str = ""


_YOUNG_WOMEN = ("25-34:female", "35-44:female")
_WALKERS = ("25-34:female", "25-34:male", "35-44:female", "35-44:male")
_NORDIC = ("SE", "NO", "FI", "DK")

BRIEFS = (
    BriefTold(
        key="trail",
        brand=FJALLHEM,
        title="Stig boots on your own trail",
        about="Wear a pair for three weeks on paths you walk anyway, and show what they look like"
        " afterwards. Mud is welcome. We would rather see one honest blister than ten sunsets.",
        product="Stig hiking boots",
        age_gender=_WALKERS,
        countries=_NORDIC,
        interests={"hiking": 9, "outdoors": 6},
        work={"reel": 2, "story": 3},
        prices=(120, 420),
        budget=3_200,
        began=171,
        until=130,
        closed=124,
        note="One of the reels after at least a week of wear.",
    ),
    BriefTold(
        key="mornings",
        brand=KAFFEKOMPIS,
        title="Slow mornings",
        about="Show the first half hour of your day, with a cup in it somewhere. No speeches: the"
        " kettle, the light, whoever else is awake.",
        product="Måndag filter coffee",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "DK", "DE", "FR"),
        interests={"coffee": 9, "home": 5, "books": 4},
        work={"reel": 1, "photos": 4},
        prices=(110, 380),
        budget=2_600,
        began=163,
        until=112,
        closed=108,
    ),
    BriefTold(
        key="table",
        brand=LINNE,
        title="A table for four",
        about="Lay a table with what you have, add our plates and a candle, and let us see it"
        " after the meal as well: crumbs, wax, elbows.",
        product="Everyday plate",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "DK", "FI"),
        interests={"home": 9, "design": 6, "cooking": 4},
        work={"post": 1, "photos": 5},
        prices=(100, 350),
        budget=2_200,
        began=150,
        until=100,
        closed=96,
    ),
    BriefTold(
        key="nights",
        brand=FJALLHEM,
        title="Nights in the Hage tent",
        about="One night out, wherever you may camp. We want the sound of rain on the cloth, and"
        " how long it takes to put up when nobody helps.",
        product="Hage tent for two",
        age_gender=_WALKERS,
        countries=("SE", "NO", "FI", "DE"),
        interests={"camping": 9, "hiking": 6, "winter": 4},
        work={"reel": 1, "video": 1},
        prices=(180, 620),
        budget=4_400,
        began=126,
        until=80,
        closed=76,
        note="At least half a minute of sound without talking.",
    ),
    BriefTold(
        key="fire",
        brand=KAFFEKOMPIS,
        title="Coffee outdoors",
        about="Boil a pot over a fire, a stove or a candle if you must, and say what it tasted of."
        " Smoke counts as a flavour.",
        product="Kokkaffe for the fire",
        age_gender=_WALKERS,
        countries=_NORDIC,
        interests={"coffee": 7, "outdoors": 8, "camping": 5},
        work={"reel": 1, "story": 3},
        prices=(90, 330),
        budget=2_000,
        began=110,
        until=64,
        closed=60,
    ),
    BriefTold(
        key="candle",
        brand=LINNE,
        title="Candlelight, no filter",
        about="An evening by one candle, filmed as dark as it is. Read, mend, talk; the candle"
        " doesn’t need to be looked at.",
        product="Gryning candle",
        age_gender=("25-34:female", "35-44:female", "45-54:female"),
        countries=("SE", "NO", "FI", "DE"),
        interests={"home": 8, "knitting": 5, "books": 5},
        work={"reel": 1, "photos": 3},
        prices=(90, 320),
        budget=2_000,
        began=96,
        until=48,
        closed=44,
    ),
    BriefTold(
        key="wool",
        brand=FJALLHEM,
        title="Wool that goes to work",
        about="A beanie, a blanket or socks on an ordinary weekday: the bus, the desk, the walk"
        " home. We think wool is city clothing and would like to be proved right.",
        product="Filt wool blanket",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "NO", "DK", "GB"),
        interests={"sustainability": 8, "fashion": 5, "knitting": 6},
        work={"reel": 2},
        prices=(120, 420),
        budget=3_000,
        began=82,
        until=38,
        closed=34,
    ),
    BriefTold(
        key="office",
        brand=KAFFEKOMPIS,
        title="The better office brew",
        about="Take a kilo of our house roast to where you work, change nothing else, and film the"
        " faces on the second day.",
        product="Depå house roast, 1 kg",
        age_gender=("25-34:female", "25-34:male", "35-44:male", "35-44:female"),
        countries=("SE", "NO", "DK", "DE", "GB"),
        interests={"coffee": 9, "cities": 4},
        work={"reel": 1, "story": 2},
        prices=(100, 360),
        budget=2_400,
        began=58,
        until=14,
        closed=12,
    ),
    BriefTold(
        key="forest",
        brand=FJALLHEM,
        title="Forest paths in Stig boots",
        about="Three reels from the woods nearest to you, on three different days. Children, dogs"
        " and bad weather make it better. Say what you would change about the boots, too: we read"
        " it before the next last is made.",
        product="Stig hiking boots",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "NO", "FI"),
        interests={"hiking": 8, "family": 5, "outdoors": 4},
        work={"reel": 3},
        prices=(150, 520),
        budget=4_000,
        began=26,
        until=-12,
        weights={"country": 8, "age_gender": 6},
        languages=("sv", "no", "fi"),
        required_countries=("SE", "NO", "FI", "DK", "DE"),
        note="On your own trail, no studio.",
    ),
    BriefTold(
        key="cup",
        brand=KAFFEKOMPIS,
        title="One cup, one story",
        about="Drink from a leaning mug and tell us about somebody who taught you something. Two"
        " minutes, one take, no music.",
        product="Kopp mug, 25 cl",
        age_gender=(*_YOUNG_WOMEN, "18-24:female"),
        countries=("SE", "DK", "DE", "NL", "GB"),
        interests={"coffee": 8, "books": 6, "cities": 4},
        work={"reel": 1, "story": 2},
        prices=(100, 340),
        budget=2_600,
        began=23,
        until=-14,
    ),
    BriefTold(
        key="soap",
        brand=LINNE,
        title="Soap on the road",
        about="Travel with one bar in a tin instead of five bottles, for a weekend at least. Tell"
        " us when you missed the bottles.",
        product="Travel soap in a tin",
        age_gender=("25-34:female", "25-34:male", "35-44:female"),
        countries=("SE", "FI", "DE", "GB"),
        interests={"travel": 8, "skincare": 6, "sustainability": 6},
        work={"reel": 1, "photos": 3},
        prices=(90, 300),
        budget=1_900,
        began=31,
        until=-9,
    ),
    BriefTold(
        key="weekend",
        brand=FJALLHEM,
        title="A weekend with the Vide backpack",
        about="Pack it on Friday, film what was in it on Sunday. By train, please: we pay the"
        " ticket on top.",
        product="Vide backpack, 28 l",
        age_gender=_WALKERS,
        countries=("SE", "NO", "DK", "DE", "GB"),
        interests={"travel": 7, "trains": 8, "hiking": 6},
        work={"video": 1, "story": 3},
        prices=(160, 560),
        budget=3_600,
        began=13,
        until=-21,
        note="Show the whole packing list once.",
    ),
    BriefTold(
        key="linen",
        brand=LINNE,
        title="Linen that stays",
        about="Put the throw on your shelf if you would buy it yourself. There is no fee: you earn"
        " a fifth of every one that is sold through you.",
        product="Linen throw",
        age_gender=("35-44:female", "45-54:female"),
        countries=("SE", "DK", "NO", "FI"),
        interests={"home": 9, "design": 6},
        work={"post": 1},
        prices=None,
        budget=800,
        began=9,
        until=-25,
        commission=20,
    ),
    BriefTold(
        key="thermos",
        brand=KAFFEKOMPIS,
        title="Coffee at the turning point",
        about="Every walk has a place where you turn round. Drink the coffee there, in all weather,"
        " and tell us whether it was worth carrying.",
        product="Travel cup with lid",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "NO", "FI"),
        interests={"hiking": 8, "coffee": 5, "outdoors": 6},
        work={"reel": 1, "story": 2},
        prices=(100, 340),
        budget=2_200,
        began=6,
        until=-18,
        required_countries=("SE", "NO", "FI"),
    ),
    BriefTold(
        key="jetty",
        brand=LINNE,
        title="From the sauna to the jetty",
        about="A bar of birch soap, cold water, and whoever you share them with. Children count"
        " double.",
        product="Birch soap bar",
        age_gender=("25-34:female", "35-44:female", "45-54:female"),
        countries=("SE", "FI"),
        interests={"family": 7, "winter": 6, "outdoors": 5},
        work={"reel": 1, "photos": 2},
        prices=(90, 280),
        budget=1_600,
        began=4,
        until=-16,
    ),
    BriefTold(
        key="lantern",
        brand=FJALLHEM,
        title="Light that doesn’t wake the others",
        about="Somebody is always up first. Show what they do, by the light of one lantern.",
        product="Lykta lantern",
        age_gender=_YOUNG_WOMEN,
        countries=("SE", "NO"),
        interests={"camping": 8, "family": 7},
        work={"reel": 1},
        prices=(80, 450),
        budget=1_500,
        began=2,
        until=-30,
        is_draft=True,
    ),
    # Published yesterday: whom it fits have been told, and have not looked yet.
    BriefTold(
        key="first-night",
        brand=FJALLHEM,
        title="The first night out with a child",
        about="One night in the woods, with everything that goes wrong the first time. Film the"
        " packing, the dark and the breakfast. Nobody has to look rested.",
        product="Hage tent for two",
        age_gender=_WALKERS,
        countries=("SE", "NO"),
        interests={"family": 8, "hiking": 7, "camping": 8},
        work={"reel": 2},
        prices=(150, 520),
        budget=2_400,
        began=1.1,
        until=-19,
    ),
)
BY_KEY = {brief.key: brief for brief in BRIEFS}

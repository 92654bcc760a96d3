"""Two hundred creators, the same at every run, as the list a brand or an agency would keep."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from marketplace.kit.slugs import slug_of

from .names import CIRCLES, COUNTRIES, LANGUAGE, TOPICS
from .people import LEADS, Lead

SEED = 20_260_611
HOW_MANY = 200
# Sizes of accounts that are looked for, as Instagram's and TikTok's own listings show them.
SIZES = NormalDist(4.2, 0.75)
COLUMNS = (
    *("name", "email", "about", "country", "city", "languages", "topics"),
    *("platform", "handle", "followers", "engagements", "posts"),
)
_PLATFORMS = ("instagram", "tiktok", "youtube")


@dataclass(frozen=True, slots=True)
class AccountSketch:
    platform: str
    handle: str
    followers: int
    engagements: int
    posts: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """One creator before they exist. `age` and `women` say who listens to them."""

    name: str
    email: str
    about: str
    country: str
    city: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    age: int
    women: float
    accounts: tuple[AccountSketch, ...]

    @property
    def followers(self) -> int:
        return self.accounts[0].followers


def creators() -> list[Sketch]:
    """Those with a story first."""
    random = Random(SEED)
    sizes = [round(10 ** SIZES.inv_cdf((n + 0.5) / HOW_MANY)) for n in range(HOW_MANY)]
    for lead in LEADS:
        sizes.remove(min(sizes, key=lambda size: abs(size - lead.followers)))
    random.shuffle(sizes)
    countries = random.choices(
        list(COUNTRIES), weights=[row.share for row in COUNTRIES.values()], k=len(sizes)
    )
    taken = {lead.name for lead in LEADS} | {lead.handle for lead in LEADS}
    told = [_told(random, lead) for lead in LEADS]
    return told + [
        _anyone(random, country, size, taken)
        for country, size in zip(countries, sizes, strict=True)
    ]


def _told(random: Random, lead: Lead) -> Sketch:
    return Sketch(
        name=lead.name,
        email=lead.email,
        about=lead.about,
        country=lead.country,
        city=lead.city,
        languages=tuple(lead.languages.split(";")),
        topics=tuple(lead.topics.split(";")),
        age=lead.age,
        women=lead.women,
        accounts=(_account(random, lead.platform, lead.handle, lead.followers),),
    )


def _anyone(random: Random, country: str, size: int, taken: set[str]) -> Sketch:
    _share, language, firsts, lasts, towns = COUNTRIES[country]
    circle = random.choice(CIRCLES).split()
    topics = tuple(random.sample(circle, k=min(len(circle), random.randint(2, 4))))
    first, last = _free_name(random, firsts.split(), lasts.split(), taken)
    handle = _free_handle(random, first, last, topics[0], taken)
    languages = [language]
    if language != "en" and random.random() < 0.45:
        languages.append("en")
    platform = random.choices(_PLATFORMS, weights=(6, 3, 1))[0]
    accounts = [_account(random, platform, handle, size)]
    if random.random() < 0.2:
        other = random.choice([one for one in _PLATFORMS if one != platform])
        smaller = round(size * random.uniform(0.1, 0.7))
        accounts.append(_account(random, other, handle, smaller))
    return Sketch(
        name=f"{first} {last}",
        email=f"{handle}@mail.example",
        about=" ".join(TOPICS[topic][1] for topic in topics[:2]),
        country=country,
        city=random.choice(towns.split()),
        languages=tuple(languages),
        topics=topics,
        age=round(min(58, max(19, random.gauss(32, 7)))),
        women=round(min(0.93, max(0.08, random.gauss(0.58, 0.18))), 2),
        accounts=tuple(accounts),
    )


def _free_name(
    random: Random, firsts: Sequence[str], lasts: Sequence[str], taken: set[str]
) -> tuple[str, str]:
    while True:
        first, last = random.choice(firsts), random.choice(lasts)
        if f"{first} {last}" not in taken:
            taken.add(f"{first} {last}")
            return first, last


def _free_handle(random: Random, first: str, last: str, topic: str, taken: set[str]) -> str:
    plain, surname, word = slug_of(first), slug_of(last), TOPICS[topic][0]
    forms = [f"{plain}.{word}", f"{word}.by.{plain}", f"{plain}{surname}", f"{plain}_{word}"]
    random.shuffle(forms)
    handle = next((one for one in forms if one not in taken), f"{plain}.{surname}.{word}")
    taken.add(handle)
    return handle


def _account(random: Random, platform: str, handle: str, followers: int) -> AccountSketch:
    """Smaller accounts are answered more, and TikTok's most; no two alike."""
    usual = {"instagram": 0.052, "tiktok": 0.085, "youtube": 0.038}[platform]
    rate = usual * (followers / 10_000) ** -0.16 * random.lognormvariate(0, 0.35)
    posts = random.choice((12, 12, 15, 20, 24))
    return AccountSketch(platform, handle, followers, round(followers * rate * posts), posts)


def as_csv(sketches: Sequence[Sketch]) -> bytes:
    """The list as a file, one account a line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in sketches:
        about = [one.name, one.email, one.about, one.country, one.city]
        about += [";".join(one.languages), ";".join(one.topics)]
        for account in one.accounts:
            counts = [account.followers, account.engagements, account.posts]
            writer.writerow([*about, account.platform, account.handle, *counts])
    return text.getvalue().encode()


def usual_prices(one: Sketch, random: Random) -> dict[str, int]:
    """What a creator usually asks for each kind of work, in whole euros.

    It grows with followers as engagement does, as on most rate cards: by size alone nobody is
    the better buy.
    """
    reel = 22 * (max(one.followers, 600) / 1_000) ** 0.84 * random.lognormvariate(0, 0.18)
    parts = {"reel": 1.0, "story": 0.35, "post": 0.7, "photos": 0.8, "short": 0.9, "video": 1.9}
    return {kind: max(15, round(reel * part / 5) * 5) for kind, part in parts.items()}


def speaks(country: str) -> str:
    return LANGUAGE.get(country, "en")

"""A simulated market: creators as they truly are, and as a marketplace comes to know them.

Sizes follow what is public: log10 of followers has mean 4.26 and deviation 0.76, and of what
answers a post 53 to 87 % is real for the middle nine in ten large accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matching.profiles import AGES, GENDERS, TRUST, Cells, Profile, aged_n
from matching.topics import GROUPS

from .worlds import World

Floats = NDArray[np.float64]
Random = np.random.Generator

TOPICS = tuple(topic for group in GROUPS.values() for topic in group)
PEOPLE = tuple(f"{age}:{gender}" for age in AGES for gender in GENDERS)
#: Country -> how large its market is, what most speak there, and how many more know English.
LANDS: dict[str, tuple[float, str, float]] = {
    "US": (20, "en", 1.0), "GB": (9, "en", 1.0), "IN": (7, "hi", 0.3), "BR": (6, "pt", 0.1),
    "DE": (7, "de", 0.4), "FR": (6, "fr", 0.2), "ES": (5, "es", 0.2), "MX": (4, "es", 0.1),
    "IT": (5, "it", 0.2), "SE": (4, "sv", 0.5), "NO": (2, "no", 0.5), "DK": (2, "da", 0.5),
    "FI": (2, "fi", 0.4), "NL": (3, "nl", 0.5), "PL": (3, "pl", 0.2), "AT": (1.5, "de", 0.3),
    "CH": (1.5, "de", 0.3), "CA": (3, "en", 1.0), "AU": (3, "en", 1.0), "JP": (4, "ja", 0.1),
}  # fmt: skip
COUNTRIES = tuple(LANDS)
LANGUAGES = tuple(dict.fromkeys(language for _, language, _ in LANDS.values()))
TOWNS = 4
CITIES = tuple(f"{land} town {number}" for land in COUNTRIES for number in range(1, TOWNS + 1))
PLATFORMS = ("instagram", "tiktok", "youtube")
CODES = {
    "age_gender": PEOPLE,
    "country": COUNTRIES,
    "city": CITIES,
    "language": LANGUAGES,
    "interest": TOPICS,
}
#: Reports leave out what is smaller.
SMALLEST = 0.002


@dataclass(frozen=True)
class Market:
    """Arrays with a row a creator. `shares` is the truth of each dimension, `seen` what was
    measured of it, on `n` people (0: not at all) `days` ago and by `source`; who made it up
    `lies`.
    """

    world: World
    random: Random
    alike: Floats
    followers: Floats
    platform: NDArray[np.intp]
    home: NDArray[np.intp]
    topics: Floats
    declared: NDArray[np.bool_]
    shares: dict[str, Floats]
    seen: dict[str, Floats]
    n: dict[str, Floats]
    lies: NDArray[np.bool_]
    days: Floats
    source: NDArray[np.str_]
    engaged: Floats
    engagements: Floats
    persuasion: Floats
    keeps: Floats
    price: Floats
    named: NDArray[np.bool_]
    credibility: NDArray[np.intp]
    authenticity: NDArray[np.intp]
    sold: Floats
    expected: Floats
    deals: NDArray[np.intp]
    completed: NDArray[np.intp]

    @property
    def size(self) -> int:
        return len(self.followers)

    def profiles(self) -> list[Profile]:
        """The creators as `matching.rank` takes them: what a marketplace knows, and no more."""
        audiences = self._audiences()
        rate = self.engagements / self.followers
        return [
            Profile(
                id=row,
                platform=PLATFORMS[self.platform[row]],
                audience=audiences[row],
                topics={TOPICS[one]: 1.0 for one in np.flatnonzero(self.declared[row])},
                engagement_rate=float(rate[row]),
                engagements_per_post=float(self.engagements[row]),
                credibility=_part(self.credibility[row]),
                authenticity=_part(self.authenticity[row]),
                conversions=float(self.sold[row]),
                expected_conversions=float(self.expected[row]),
                completed=int(self.completed[row]),
                deals=int(self.deals[row]),
                price_minor=max(1, round(self.price[row] * 100)) if self.named[row] else None,
            )
            for row in range(self.size)
        ]

    def _audiences(self) -> list[dict[str, Cells]]:
        found: list[dict[str, Cells]] = [{} for _ in range(self.size)]
        for dimension, codes in CODES.items():
            rows, places = np.nonzero(self.seen[dimension] >= SMALLEST)
            cells: list[dict[str, float]] = [{} for _ in range(self.size)]
            shares = self.seen[dimension][rows, places].tolist()
            for row, place, share in zip(rows.tolist(), places.tolist(), shares, strict=True):
                cells[row][codes[place]] = share
            for row in np.flatnonzero(self.n[dimension] > 0).tolist():
                n = aged_n(float(self.n[dimension][row]), float(self.days[row]))
                found[row][dimension] = Cells(cells[row], n, TRUST[str(self.source[row])])
        return found


def market(world: World, seed: int, size: int = 8_000) -> Market:
    """The creators of a world; the same seed makes the same ones."""
    random = np.random.default_rng([crc32(world.name.encode()), seed])
    followers = 10 ** np.clip(random.normal(4.26, 0.76, size), 2.7, 7.5)
    platform = random.choice(3, size, p=(0.5, 0.35, 0.15))
    alike = _alike(world, random)
    topics, declared = _topics(random, size)
    home = random.choice(len(COUNTRIES), size, p=_market_sizes())
    shares = _audiences(random, topics, home, alike)
    source, lies = _sources(world, random, size)
    days = random.exponential(90, size)
    seen, n = _measured(world, random, shares, (source, lies, days))
    fake = _fake(world, random, size)
    rate = np.array([0.035, 0.05, 0.025])[platform] * (followers / 1e4) ** -0.12
    engaged = followers * (1 - fake) * np.minimum(0.6, rate * random.lognormal(0, 0.5, size))
    in_pod = random.random(size) < world.pods
    swapped = np.where(in_pod, world.pod_size * random.uniform(0.5, 1.5, size), 0)
    swapped = swapped + random.beta(2, 8, size)
    bots = 0.4 * followers * fake * np.minimum(0.6, rate)
    engagements = (engaged * (1 + swapped) + bots) * random.lognormal(0, 0.12, size)
    persuasion = random.gamma(4, 1 / 4, size) * (followers / 1e4) ** world.trust
    persuasion /= persuasion.mean()
    keeps = random.beta(18, 1.5, size)
    price = _prices(world, random, followers, engaged)
    deals = np.where(random.random(size) < 0.4, 0, random.poisson(random.gamma(2, 2.5, size)))
    expected = deals * random.lognormal(1.2, 0.7, size)
    return Market(
        world, random, alike, followers, platform, home, topics, declared, shares, seen, n, lies,
        days, source, engaged, engagements, persuasion, keeps, price,
        named=random.random(size) < 0.9,
        credibility=_checked(random, 1 - fake, 0.7),
        authenticity=_checked(random, 1 / (1 + swapped), 0.8),
        sold=random.poisson(expected * persuasion).astype(float),
        expected=expected,
        deals=deals,
        completed=random.binomial(deals, keeps),
    )  # fmt: skip


def _part(pair: NDArray[np.intp]) -> tuple[float, float] | None:
    return (float(pair[0]), float(pair[1])) if pair[1] else None


def _market_sizes() -> Floats:
    sizes = np.array([land[0] for land in LANDS.values()])
    return sizes / sizes.sum()


def _alike(world: World, random: Random) -> Floats:
    """How much buyers of one topic's goods are moved by another topic: known to nobody."""
    size = len(TOPICS)
    group = np.repeat(np.arange(len(GROUPS)), [len(group) for group in GROUPS.values()])
    inside = group[:, None] == group
    strength = np.where(inside, random.random((size, size)), 0)
    strength += np.where(~inside & (random.random((size, size)) < 0.06), random.random() * 0.6, 0)
    strength = world.related * np.maximum(strength, strength.T)
    np.fill_diagonal(strength, 1)
    return strength


def _topics(random: Random, size: int) -> tuple[Floats, NDArray[np.bool_]]:
    popular = 1 / (np.arange(len(TOPICS)) + 6.0)
    popular = random.permutation(popular / popular.sum())
    main = random.choice(len(TOPICS), size, p=popular)
    weights = random.dirichlet(popular * 3, size)
    weights[weights < 0.12] = 0
    weights *= 0.5
    weights[np.arange(size), main] += random.uniform(0.4, 1.0, size)
    weights /= weights.sum(axis=1, keepdims=True)
    declared = (weights > 0.12) & (random.random(weights.shape) > 0.08)
    declared |= random.random(weights.shape) < 0.3 / len(TOPICS)
    declared[random.random(size) < 0.03] = False
    return weights, declared


def _audiences(
    random: Random, topics: Floats, home: NDArray[np.intp], alike: Floats
) -> dict[str, Floats]:
    size = len(home)
    ages = np.exp(-0.5 * ((np.arange(7) - random.normal(2.2, 0.8, (len(TOPICS), 1))) / 1.15) ** 2)
    women = np.clip(random.beta(2, 2, len(TOPICS)), 0.1, 0.9)
    genders = np.column_stack([women, 1 - women, np.full(len(TOPICS), 0.03)])
    usual = (ages[:, :, None] * genders[:, None, :]).reshape(len(TOPICS), -1)
    usual /= usual.sum(axis=1, keepdims=True)
    lands = len(COUNTRIES)
    main = np.array([land[1] for land in LANDS.values()])
    abroad = _market_sizes() * (1 + 4 * (main[home][:, None] == main))
    local: Floats = random.beta(4, 2.2, size)[:, None] * (np.arange(lands) == home[:, None])
    country = local + (1 - local.sum(axis=1, keepdims=True)) * _near(random, abroad, 6)
    towns = random.dirichlet((2.0, 1.2, 0.8, 0.5, 4.0), lands)[home]
    towns = _near(random, towns, 12)[:, :TOWNS]
    city = np.zeros((size, lands, TOWNS))
    city[:] = country[:, :, None] * np.array([0.2, 0.1, 0.07, 0.05])
    rows = np.arange(size)
    city[rows, home] = country[rows, home][:, None] * towns
    return {
        "age_gender": _near(random, topics @ usual, 14),
        "country": country,
        "city": city.reshape(size, -1),
        "language": _languages(random, country, home),
        "interest": _near(random, topics @ (alike + 0.01), 10),
    }


def _languages(random: Random, country: Floats, home: NDArray[np.intp]) -> Floats:
    """People speak what their country speaks; who is reached in English speaks it more often."""
    spoken = np.full((len(COUNTRIES), len(LANGUAGES)), 0.004)
    english = LANGUAGES.index("en")
    for place, (_, language, knows) in enumerate(LANDS.values()):
        spoken[place, english] += knows * 0.3
        spoken[place, LANGUAGES.index(language)] += 1
    in_english = random.random(len(home)) < 0.35
    shares = country @ (spoken / spoken.sum(axis=1, keepdims=True))
    shares[in_english, english] *= 2.5
    return _near(random, shares, 25)


def _near(random: Random, usual: Floats, closeness: float) -> Floats:
    """A Dirichlet draw around each row."""
    usual = usual / usual.sum(axis=1, keepdims=True)
    drawn = random.standard_gamma(usual * closeness) + 1e-12
    return drawn / drawn.sum(axis=1, keepdims=True)


def _sources(world: World, random: Random, size: int) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Where each audience is said to come from, and who made it up."""
    declared = random.random(size) < world.declared
    source = np.where(declared, "self_declared", np.where(random.random(size) < 0.5, "api", "file"))
    lies = random.random(size) < np.where(declared, world.forged, world.edited)
    return source, lies & (source != "api")


def _measured(
    world: World,
    random: Random,
    shares: dict[str, Floats],
    of: tuple[NDArray[np.str_], NDArray[np.bool_], Floats],
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """What was seen of each audience: a sample of what it was then, or what somebody says."""
    source, lies, days = of
    size = len(days)
    told = source == "self_declared"
    nobody = random.random(size) < 0.1
    people = np.maximum(5, random.lognormal(np.log(world.measured), 0.9, size))
    seen, n = {}, {}
    for dimension, truth in shares.items():
        then = _drifted(random, truth, days)
        rest = np.maximum(0, 1 - then.sum(axis=1, keepdims=True))
        counted = random.multinomial(people.astype(int), _whole(np.hstack([then, rest])))[:, :-1]
        found = counted / people.astype(int)[:, None]
        guessed = _near(random, np.hstack([then, rest]) + 1e-9, 50)[:, :-1]
        found[told] = guessed[told]
        found[lies] = 0.25 * found[lies] + 0.75 * _wished(random, truth)[lies]
        seen[dimension] = found / np.maximum(1, found.sum(axis=1, keepdims=True))
        left_out = nobody | (random.random(size) < 0.1)
        claimed = 10 ** random.uniform(2.5, 4.5, size)
        n[dimension] = np.where(left_out, 0, np.where(told, claimed, np.floor(people)))
    return seen, n


def _drifted(random: Random, truth: Floats, days: Floats) -> Floats:
    """What an audience was so many days ago."""
    part = np.minimum(0.8, days / 900)[:, None]
    return (1 - part) * truth + part * truth[random.permutation(len(truth))]


def _wished(random: Random, truth: Floats) -> Floats:
    """What somebody claims who wants to be found: two or three of the commonest cells."""
    odds = truth.mean(axis=0) ** 1.2
    drawn = random.standard_gamma(0.06, truth.shape) * odds
    return drawn / drawn.sum(axis=1, keepdims=True)


def _whole(shares: Floats) -> Floats:
    return shares / (shares.sum(axis=1, keepdims=True) * (1 + 1e-12))


def _fake(world: World, random: Random, size: int) -> Floats:
    bought = random.random(size) < world.fakes
    return np.where(bought, random.beta(3, 4, size), random.beta(1.5, 14, size))


def _checked(random: Random, real: Floats, part: float) -> NDArray[np.intp]:
    """(real, looked at) of a check that takes one in ten of the real ones for false, and back."""
    looked = random.poisson(60, len(real)) * (random.random(len(real)) < part)
    return np.column_stack([random.binomial(looked, 0.95 * real + 0.1 * (1 - real)), looked])


def _prices(world: World, random: Random, followers: Floats, engaged: Floats) -> Floats:
    by_size, by_work = 0.012 * followers, 0.3 * engaged
    price = by_size**world.by_size * by_work ** (1 - world.by_size)
    return np.maximum(10, price * random.lognormal(0, world.price_noise, len(followers)))

"""Creators of every kind, at random, for those who rank them."""

import random
from datetime import timedelta

from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from models import Creator, DeliverableType, Platform
from tests import builders

COUNTRIES, LANGUAGES = ("SE", "NO", "DE", "US"), ("sv", "no", "de", "en")
#: Whoever hears of the one likes the other too.
TOGETHER = {"coffee": "books", "books": "coffee"}
TOPICS = ("hiking", "coffee", "vintage", "tech", "books", "dogs")


def somebody(db: Session, chance: random.Random, number: int) -> Creator:
    made = builders.creator(
        db,
        slug=f"c{number:03}",
        country=chance.choice(COUNTRIES),
        languages=chance.sample(LANGUAGES, chance.randint(1, 3)),
        topics=chance.sample(TOPICS, chance.randint(0, 3)),
        is_available=chance.random() < 0.9,
        also_about=chance.sample(["alcohol", "politics", "gambling"], chance.choice([0, 0, 1])),
    )
    for platform in chance.sample(list(Platform), chance.choice([0, 1, 1, 2, 3])):
        account = builders.account(
            db,
            made,
            platform=platform,
            followers=chance.choice([900, 8_000, 20_000, 20_001, 400_000]),
            engagements=chance.randint(0, 90_000),
            posts_counted=chance.choice([0, 6, 12]),
            sampled_comments=100,
            genuine_comments=chance.randint(40, 100),
        )
        if chance.random() < 0.8:
            day = today() - timedelta(days=chance.randint(0, 200))
            known = audience(chance, made.topics)
            builders.audience(db, account, dimensions=known, taken_on=day)
    for kind in chance.sample(["reel", "story", "post"], chance.randint(0, 3)):
        price = chance.randint(4_000, 90_000)
        builders.rate(db, made, type=DeliverableType(kind), price_minor=price)
    return made


def audience(chance: random.Random, topics: list[str]) -> dict[str, object]:
    liked = [*topics, *(TOGETHER[topic] for topic in topics if topic in TOGETHER)]

    def cells(codes: tuple[str, ...]) -> dict[str, object]:
        parts = [chance.random() ** 3 + 2 * (code in liked) for code in codes]
        shares = {code: part / sum(parts) for code, part in zip(codes, parts, strict=True)}
        return {"n": chance.choice([20, 150, 8_000]), "cells": shares}

    return {
        "age_gender": cells(("18-24:female", "25-34:female", "25-34:male", "45-54:male")),
        "country": cells(COUNTRIES),
        "language": cells(LANGUAGES),
        "interest": cells(TOPICS),
    }

"""What a team would otherwise reach for, each asked the same briefs under the same conditions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import psycopg
from numpy.typing import NDArray

from marketplace.run.postgres import DATABASE, SUPERUSER, Embedded
from matching import Population, Profile
from matching.engine import Query
from matching.engine.entry import PLATFORMS, WORK, bits_of
from matching.population import MIDDLE, Scale
from matching.score import FLOOR, TOPIC_FLOOR, columns, wanted_topics
from tests.bench.matching.told import believed, kinds, posterior, shrunk, usual
from tests.bench.matching.world import CODES, COUNTRIES, LANGUAGES, MARKS, TOPICS, World

Array = NDArray[Any]
K = 400
VECTOR = ("age_gender", "country", "interest")
SMALL, F1 = np.float32(FLOOR), np.float32(1)


def posteriors(world: World, name: str, population: Population) -> Array:
    """(codes, rows) in float32."""
    few = 1 << 16
    parts = [
        posterior(world.take(slice(first, first + few)), name, population).T
        for first in range(0, len(world), few)
    ]
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


class NumPy:
    """The whole formula and the filters over columns of float32, as one would write it well.

    Filters first; where few are left, everything else is done for those alone.
    """

    def __init__(self, world: World, population: Population) -> None:
        self.population = population
        dense = ("age_gender", "country", "language", "interest")
        self.posterior = {name: posteriors(world, name, population) for name in dense}
        part, (place, _) = believed(world, "city", population), kinds(world, "city")
        self.city_codes = np.ascontiguousarray(world.codes["city"].T)
        shares = world.shares["city"] * part[:, None]
        self.city_shares = np.ascontiguousarray(shares.T.astype(np.float32))
        self.city_prior, self.city_kind = (1 - part).astype(np.float32), place.astype(np.uint8)
        self.city_usual = usual(world, "city", population).astype(np.float32)
        genuine = (shrunk(world.credibility) * shrunk(world.authenticity)).astype(np.float32)
        parts = {
            "auth": genuine,
            "perf": (world.sales[:, 0] + 4) / (world.sales[:, 1] + 4) / 2.5,
            "rel": (world.deals[:, 0] + 9) / (world.deals[:, 1] + 10),
        }
        self.parts = {
            key: np.log(np.clip(p, FLOOR, 1)).astype(np.float32) for key, p in parts.items()
        }
        self.made = (world.per_post * genuine).astype(np.float32)
        self.prices = np.ascontiguousarray(world.prices.T.astype(np.float32))
        self.local, self.platform = world.is_local, world.platform
        self.topic_bits = (
            (
                np.where(
                    world.topics >= 0,
                    np.uint64(1) << np.maximum(world.topics, 0).astype(np.uint64),
                    np.uint64(0),
                )
            )
            .sum(axis=1)
            .astype(np.uint64)
        )
        self.topic_root = (np.maximum((world.topics >= 0).sum(axis=1), 1) ** -0.5).astype(
            np.float32
        )
        self.chosen, self.country, self.marks = world.chosen, world.country, world.marks
        self.followers = world.followers.astype(np.int32)
        bits = np.where(
            world.languages >= 0, 1 << np.maximum(world.languages, 0).astype(np.int64), 0
        )
        self.languages = np.bitwise_or.reduce(bits, axis=1).astype(np.uint32)

    def fine(self, query: Query) -> Array:
        asked = query.conditions
        fine = (self.chosen & (1 << (bits_of(asked.platforms) - 1))) != 0
        if asked.countries:
            table = np.zeros(256, bool)
            table[[COUNTRIES.index(one) for one in asked.countries]] = True
            fine &= table[self.country]
        if asked.languages:
            mask = np.uint32(sum(1 << LANGUAGES.index(one) for one in asked.languages))
            fine &= (self.languages & mask) != 0
        if asked.most_followers is not None:
            fine &= self.followers <= asked.most_followers
        for one in asked.avoid:
            fine &= self.marks != MARKS.index(one) + 1
        if asked.price_min is not None or asked.price_max is not None:
            price = self.price(query, slice(None))
            low, high = asked.price_min or 1, asked.price_max or np.inf
            fine &= (price >= low) & (price <= high)
        return fine

    def price(self, query: Query, rows: Any) -> Array:
        known = self.local[rows].copy()
        total = np.zeros(len(known), np.float32)
        for kind, count in query.work.items():
            one = self.prices[WORK.index(kind)][rows]
            known &= one > 0
            total += np.float32(count) * one
        return np.where(known, total, np.float32(0))

    def find(self, query: Query) -> Array:
        fine = self.fine(query)
        rows = np.flatnonzero(fine)
        few = len(rows) < 0.3 * len(fine)
        where: Any = rows if few else slice(None)
        total = np.zeros(len(rows) if few else len(fine), np.float32)
        for column in columns(query.brief, [Profile(id=0, platform="tiktok")], self.population):
            total += np.float32(column.weight) * self.logs(query, column.key, where)
        if not few:
            total[~fine] = -np.inf
        k = min(K, len(rows))
        if k == 0:
            return rows
        best = np.argpartition(-total, k - 1)[:k]
        best = best[np.argsort(-total[best], kind="stable")]
        return rows[best] if few else best

    def logs(self, query: Query, key: str, rows: Any) -> Array:
        if key in self.parts:
            return self.parts[key][rows]
        if key == "topic":
            made = self.topic(query, rows)
        elif key in ("value", "eng"):
            made = self.money(query, rows, by_value=key == "value")
        else:
            made = self.audience(query, key, rows)
        return np.log(np.clip(made, SMALL, F1))

    def audience(self, query: Query, key: str, rows: Any) -> Array:
        (target,) = (one for one in query.brief.targets if one.dimension == key)
        whole = max(target.wanted.values()) if target.kind == "set" else sum(target.wanted.values())
        share: Any = np.float32(0)
        for code, wanted in target.wanted.items():
            place, weight = CODES[key].index(code), np.float32(wanted / whole)
            part = self.city(place, rows) if key == "city" else self.posterior[key][place][rows]
            share = share + (weight * part if target.kind == "set" else np.sqrt(weight * part))
        return share if target.kind == "set" else share * share

    def city(self, place: int, rows: Any) -> Array:
        made = self.city_prior[rows] * self.city_usual[:, place][self.city_kind[rows]]
        for codes, shares in zip(self.city_codes, self.city_shares, strict=True):
            made += np.where(codes[rows] == place, shares[rows], np.float32(0))
        return made

    def topic(self, query: Query, rows: Any) -> Array:
        wanted = wanted_topics(query.brief, self.population)
        bits, product = self.topic_bits[rows], np.float32(0)
        for topic, weight in wanted.items():
            bit = np.uint64(1 << TOPICS.index(topic))
            product = product + np.float32(weight) * ((bits & bit) != 0)
        unknown = sum(w * self.population.mean_topics.get(t, 0.0) for t, w in wanted.items())
        product = np.where(bits != 0, product * self.topic_root[rows], np.float32(unknown))
        least = np.float32(TOPIC_FLOOR)
        return least + (F1 - least) * np.minimum(product, F1)

    def money(self, query: Query, rows: Any, *, by_value: bool) -> Array:
        platform = self.platform[rows]
        _, usual = _scales(self.population.engagement)
        made = usual[platform]
        if by_value:
            price, per_post = self.price(query, rows), self.made[rows]
            top, usual = _scales(query.value or {})
            value = np.minimum(per_post / (np.maximum(price, F1) * top[platform]), F1)
            value = np.where(np.isnan(per_post), usual[platform], value)
            made = np.where(price > 0, value, made)
        return made


def _scales(scales: Any) -> tuple[Array, Array]:
    everyone = scales.get(None) or Scale(0.0, MIDDLE)
    each = [scales.get(platform) or everyone for platform in PLATFORMS]
    tops = np.array([scale.top or np.inf for scale in each], np.float32)
    return tops, np.array([scale.usual for scale in each], np.float32)


# ── vectors: one inner product of square roots, which is a sum and not the formula's product ──


def vectors(world: World, population: Population) -> Array:
    made = [np.sqrt(posteriors(world, name, population)).T for name in VECTOR]
    return np.ascontiguousarray(np.concatenate(made, axis=1))


def vector(query: Query) -> Array:
    parts = []
    for name in VECTOR:
        part = np.zeros(len(CODES[name]), np.float32)
        for target in query.brief.targets:
            if target.dimension == name:
                for code, wanted in target.wanted.items():
                    part[CODES[name].index(code)] = np.sqrt(wanted / sum(target.wanted.values()))
        parts.append(part)
    return np.concatenate(parts)[None]


class Faiss:
    def __init__(self, made: Array, *, hnsw: bool) -> None:
        faiss.omp_set_num_threads(1)
        size = made.shape[1]
        if hnsw:
            self.index = faiss.IndexHNSWFlat(size, 32, faiss.METRIC_INNER_PRODUCT)
            self.index.hnsw.efConstruction = 64
        else:
            self.index = faiss.IndexFlatIP(size)
        self.hnsw = hnsw
        self.index.add(made)

    def find(self, query: Query, fine: Array) -> Array:
        bits = np.packbits(fine, bitorder="little")
        chosen = faiss.IDSelectorBitmap(bits)
        if self.hnsw:
            how: Any = faiss.SearchParametersHNSW(sel=chosen, efSearch=512)
        else:
            how = faiss.SearchParameters(sel=chosen)
        _, rows = self.index.search(vector(query), K, params=how)
        return rows[0][rows[0] >= 0]


class PgVector:
    """Rows with a vector and the columns of the filters; exact, or with an HNSW index."""

    def __init__(self, connection: psycopg.Connection, table: str, *, hnsw: bool) -> None:
        self.connection, self.table = connection, table
        connection.execute(f"SET hnsw.ef_search = {K}")
        connection.execute("SET hnsw.iterative_scan = relaxed_order")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        self.hnsw = hnsw

    def find(self, query: Query) -> Array:
        if not self.hnsw:
            self.connection.execute("SET enable_indexscan = off")
        else:
            self.connection.execute("SET enable_indexscan = on")
        near = "[" + ",".join(f"{number:.5g}" for number in vector(query)[0]) + "]"
        where = condition(query)
        found = self.connection.execute(
            f"SELECT id FROM {self.table} WHERE {where} ORDER BY v <#> '{near}' LIMIT {K}"
        )
        return np.array([row[0] for row in found], np.int64)


def condition(query: Query) -> str:
    asked = query.conditions
    parts = [f"chosen & {1 << (bits_of(asked.platforms) - 1)} > 0"]
    if asked.countries:
        codes = ",".join(str(COUNTRIES.index(one)) for one in asked.countries)
        parts.append(f"country IN ({codes})")
    if asked.languages:
        parts.append(f"languages & {sum(1 << LANGUAGES.index(one) for one in asked.languages)} > 0")
    if asked.most_followers is not None:
        parts.append(f"followers <= {asked.most_followers}")
    parts += [f"marks <> {MARKS.index(one) + 1}" for one in asked.avoid]
    if asked.price_min is not None or asked.price_max is not None:
        parts += ["is_local", *(f"p{WORK.index(kind)} > 0" for kind in query.work)]
        price = "+".join(f"{count}*p{WORK.index(kind)}" for kind, count in query.work.items())
        parts.append(f"{price} BETWEEN {asked.price_min or 0} AND {asked.price_max or 2**40}")
    return " AND ".join(parts)


@contextmanager
def pgvector(world: World, made: Array) -> Iterator[tuple[psycopg.Connection, str]]:
    """A server of its own with the table filled, the index not yet made."""
    with tempfile.TemporaryDirectory(prefix="alongside-pgvector-") as folder:
        server = Embedded(Path(folder) / "postgres", tied=True)
        server.start()
        try:
            url = f"host={server.socket_dir} port=5432 user={SUPERUSER} dbname={DATABASE}"
            with psycopg.connect(url, autocommit=True) as connection:
                _fill(connection, world, made)
                yield connection, "creators_bench"
        finally:
            server.stop()


def _fill(connection: psycopg.Connection, world: World, made: Array) -> None:
    width = made.shape[1]
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    prices = ",".join(f"p{at} bigint" for at in range(len(WORK)))
    connection.execute(
        f"CREATE TABLE creators_bench (id int, v vector({width}), chosen int, country int,"
        f" languages int, followers int, marks int, is_local bool, {prices})"
    )
    bits = np.where(world.languages >= 0, 1 << np.maximum(world.languages, 0).astype(np.int64), 0)
    languages = np.bitwise_or.reduce(bits, axis=1)
    with connection.cursor().copy("COPY creators_bench FROM STDIN") as copy:
        for row in range(len(world)):
            near = "[" + ",".join(f"{number:.4g}" for number in made[row]) + "]"
            copy.write_row(
                (
                    row,
                    near,
                    int(world.chosen[row]),
                    int(world.country[row]),
                    int(languages[row]),
                    int(world.followers[row]),
                    int(world.marks[row]),
                    bool(world.is_local[row]),
                    *world.prices[row].tolist(),
                )
            )
    connection.execute("ANALYZE creators_bench")

"""The bench compares with a truth of its own: it must be what `matching.rank` says."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from matching.engine import Snapshot
from matching.engine.encode import Encoder, facts_of
from tests.bench.matching import truth
from tests.bench.matching.briefs import queries
from tests.bench.matching.told import entries, facts, market
from tests.bench.matching.world import chunk
from tests.matching.engine.market import truth as ranked

pytestmark = pytest.mark.wide


def test_facts_made_in_one_go_are_those_made_one_by_one() -> None:
    population, tables = market(rows=1_500)
    world = chunk(3, 300)
    whole, each = facts(world, tables, population), facts_of(entries(world), tables, population)
    for one in fields(whole):
        made, wanted = getattr(whole, one.name), getattr(each, one.name)
        if one.name.startswith("slot"):
            # Two codes that share a number are added up in one of them only.
            assert np.isclose(np.sort(made), np.sort(wanted), atol=1e-5).mean() > 0.99
        else:
            np.testing.assert_allclose(
                made.astype(float), wanted.astype(float), atol=1e-5, err_msg=one.name
            )


def test_the_truth_of_the_bench_is_the_formula(tmp_path_factory: pytest.TempPathFactory) -> None:
    population, tables = market(rows=1_500)
    world = chunk(4, 400)
    some = entries(world)
    path = tmp_path_factory.mktemp("world") / "creators.snap"
    columns = Encoder(tables, population).columns(facts(world, tables, population))
    Snapshot.write_columns(path, columns, tables, population)
    snapshot = Snapshot.open(path)
    for _, plain in queries(6):
        query = replace(plain, value=snapshot.value_scales(plain.work, plain.currency))
        best, fine = truth.top(world, query, population, k=50)
        ranking = ranked(some, query, population)
        assert ranking.pool == fine.sum() == snapshot.scan(query).pool
        reached = truth.scores(world, query, population)[best]
        wanted = [match.score for match in ranking.matches[:50]]
        np.testing.assert_allclose(reached, wanted, rtol=1e-6)

"""What a scan is given, without owners: see `machine.bare`."""

from __future__ import annotations

from numba import njit

from .machine import bare
from .plan import Asked
from .summary import Summary


@njit(nogil=True, forceinline=True)
def bare_summary(s: Summary) -> Summary:
    return Summary(
        bare(s.top),
        bare(s.slot_top),
        bare(s.prior_least),
        bare(s.ratio_top),
        bare(s.ends),
        bare(s.any8),
        bare(s.all8),
        bare(s.unknown),
        bare(s.fewest_topics),
        bare(s.price_low),
        bare(s.price_high),
        bare(s.counts),
        bare(s.any_language),
        bare(s.all_languages),
        bare(s.any_topic),
        bare(s.main_topics),
    )


@njit(nogil=True, forceinline=True)
def bare_plan(a: Asked) -> Asked:
    return Asked(
        bare(a.steps),
        bare(a.step_weight),
        bare(a.step_cost),
        bare(a.step_lines),
        bare(a.lines),
        bare(a.terms),
        bare(a.groups),
        bare(a.group_weight),
        bare(a.dense),
        bare(a.dense_weight),
        bare(a.slots),
        bare(a.slot_weight),
        bare(a.slot_prior),
        bare(a.slot_there),
        bare(a.slot_most),
        bare(a.topic_bits),
        bare(a.topic_cosine),
        a.topic_unknown,
        bare(a.value_top),
        bare(a.value_usual),
        bare(a.rate_top),
        bare(a.rate_usual),
        a.by_value,
        bare(a.work),
        bare(a.work_count),
        a.currency,
        a.chosen_bit,
        bare(a.countries),
        a.any_country,
        bare(a.country_list),
        a.languages,
        a.most_size,
        a.avoid,
        a.price_min,
        a.price_max,
        a.by_price,
        bare(a.filter_lines),
    )

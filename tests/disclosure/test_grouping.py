"""Which grouping would show more: what it counts is what the estimates count, and it tells when nothing helps."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.disclosure.levels import decided_levels
from cwb_impact.disclosure.people import UNKNOWN, Answer, People, Place, people_of
from cwb_impact.explain.grouping import Advice, Tables, advice
from cwb_impact.spec.bundle import StudyBundle

WAVE = "2025Q3"


def people(sizes: Mapping[str, int], dimension: str, asked: Mapping[str, Sequence[str]], coops: int = 0) -> People:
    """sizes : category -> people. asked : indicator -> the categories that were asked; answers go 0, 1, 0, 1, ..."""
    names = np.repeat(np.array(list(sizes), dtype=object), list(sizes.values()))
    answers = {}
    for name, categories in asked.items():
        valid = np.isin(names, categories)
        answers[name] = Answer(valid, valid, np.where(valid, np.arange(len(names)) % 2, 0).astype(np.float64), None)
    holding = np.arange(len(names)) % coops if coops else None
    person = pd.Series([f"P{at}" for at in range(len(names))])
    return People(person, np.ones(len(names)), holding, {dimension: names}, answers)


def advice_about(study: StudyBundle, population: str, dimension: str, one: People) -> tuple[Advice, ...]:
    """As after the rules for each row; the figure of everybody is hidden where all of its rows are."""
    found: Mapping[Place, People] = {(population, WAVE, ""): one}
    tables = Tables(population, dimension, found, study)
    levels = pd.concat([tables.rows(group) for group in tables.categories], ignore_index=True)
    whole = tables.rows(tuple(code for group in tables.categories for code in group))
    return advice(
        pd.concat([levels, whole.assign(dimension="total", category="total")], ignore_index=True), found, study
    )


def test_two_small_categories_are_joined(tiny: Path) -> None:
    study = cwb.open_study(tiny)
    sizes = {"very_good": 40, "good": 30, "poor": 6, "very_poor": 6}
    (told,) = advice_about(
        study, "residents", "general_health", people(sizes, "general_health", {"good_health": [*sizes]})
    )
    assert (told.now.joined, told.now.shown, told.now.rows) == ((), 2, 4)
    best = told.better[0]
    assert set(best.joined[0]) == {"poor", "very_poor"}
    assert (best.shown, best.rows, best.percent) == (3, 3, 100.0)
    assert told.why == "too_few_respondents"
    assert told.of_total == 0


def test_bands_are_joined_with_their_neighbours_only(tiny: Path) -> None:
    """The two ends are too small. Joined with one another they would show; bands that do not follow on are no band."""
    study = cwb.open_study(tiny)
    bands = ["under_1000", "from_1000_to_1500", "from_1500_to_2000", "from_2000_to_2500"]
    sizes = dict(zip(bands, (6, 40, 40, 6), strict=True))
    (told,) = advice_about(
        study, "residents", "household_income_band", people(sizes, "household_income_band", {"good_health": bands})
    )
    assert told.now.shown == 2
    assert told.better == ()
    assert told.fuller is None or all(set(group) != {bands[0], bands[3]} for group in told.fuller.joined)


def test_nothing_helps_where_everybody_sits_in_two_coops(tiny: Path) -> None:
    study = cwb.open_study(tiny)
    assert study.holding_rule("coop_workers") is not None
    sizes = {"female": 30, "male": 30, "other": 12}
    (told,) = advice_about(study, "coop_workers", "sex", people(sizes, "sex", {"good_health": [*sizes]}, coops=2))
    assert told.now.shown == 0
    assert (told.better, told.fuller) == ((), None)
    assert told.why == "too_few_holdings"
    assert told.of_total == 3


def test_fewer_rows_can_show_more_answers(tiny: Path) -> None:
    """One question was asked of few in a category: it takes a large one with it."""
    study = cwb.open_study(tiny)
    sizes = {"female": 40, "male": 50, "other": 12}
    asked = {"satisfied_with_life": [*sizes], "life_satisfaction": [*sizes], "good_health": [*sizes]}
    one = people(sizes, "sex", asked)
    few = one.answers["good_health"].valid & (np.cumsum(one.categories["sex"] == "other") <= 4)
    answers = {
        **one.answers,
        "good_health": Answer(few, few, (one.answers["good_health"].y * few).astype(np.float64), None),
    }
    everybody = np.ones(len(few), dtype=bool)
    answers["life_satisfaction"] = Answer(everybody, everybody, (np.arange(len(few)) % 10).astype(np.float64), None)
    (told,) = advice_about(study, "residents", "sex", People(one.person, one.weight, None, one.categories, answers))
    assert (told.now.shown, told.now.rows) == (7, 9)
    assert told.better == ()
    assert told.fuller is not None
    assert "other" in told.fuller.joined[0]
    assert (told.fuller.shown, told.fuller.rows, told.fuller.percent) == (6, 6, 100.0)


def test_a_dimension_that_hides_nothing_gets_no_advice(tiny: Path) -> None:
    sizes = {"female": 40, "male": 50}
    assert advice_about(cwb.open_study(tiny), "residents", "sex", people(sizes, "sex", {"good_health": [*sizes]})) == ()


def test_rows_are_counted_as_the_estimates_count_them(tiny: Path) -> None:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(tiny)))
    study = estimates.waves.study
    tables = Tables("coop_workers", "sex", people_of(estimates), study)
    made = pd.concat([tables.rows(group) for group in tables.categories], ignore_index=True)
    levels = decided_levels(estimates.frame, study)
    wanted = levels[(levels["population"] == "coop_workers") & (levels["dimension"] == "sex") & (levels["n"] > 0)]
    keys = ["indicator", "wave", "category"]
    counts = ["n", "n_holdings", "n_outside_largest", "n_low_side", "n_high_side", "all_equal", "few_percent", "value"]
    ours, theirs = (rows.set_index(keys).sort_index()[counts].astype("float64") for rows in (made, wanted))
    assert len(made) == len(wanted) > 0
    pd.testing.assert_frame_equal(ours, theirs)


def test_whoever_did_not_tell_belongs_to_no_group(tiny: Path) -> None:
    study = cwb.open_study(tiny)
    one = people({"female": 30, "male": 30, UNKNOWN: 25}, "sex", {"good_health": ["female", "male", UNKNOWN]})
    tables = Tables("residents", "sex", {("residents", WAVE, ""): one}, study)
    assert tables.categories == (("female",), ("male",))
    assert int(tables.rows(("female", "male"))["n"].iloc[0]) == 60


@pytest.mark.parametrize("joined", [("female", "male"), ("male", "female")])
def test_a_group_does_not_depend_on_the_order_of_its_categories(tiny: Path, joined: tuple[str, ...]) -> None:
    one = people({"female": 30, "male": 25}, "sex", {"good_health": ["female", "male"]})
    rows = Tables("residents", "sex", {("residents", WAVE, ""): one}, cwb.open_study(tiny)).rows(joined)
    assert int(rows["n"].iloc[0]) == 55
    assert float(rows["value"].iloc[0]) == pytest.approx(100 * 27 / 55)

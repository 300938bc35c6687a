"""The synthetic people: their answers hang together over time, and what they would all say is written down."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.harmonise.wave import harmonise_wave
from cwb_impact.indicators.conditions import evaluate
from cwb_impact.read.raw_file import read_wave
from cwb_impact.simulate.answers import latent, true_answers
from cwb_impact.simulate.margins import sizes_of
from cwb_impact.simulate.people import Population, population_of
from cwb_impact.simulate.streams import Streams
from cwb_impact.simulate.truth import true_value
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.simulation import SimulatedPopulation, SimulatedVariable, Simulation

STUDY = Path(__file__).parents[2] / "surveys" / "nieuw_west"
FIRST, SECOND = "2025Q3", "2026Q3"


@pytest.fixture(scope="module")
def bundle() -> StudyBundle:
    opened = open_bundle(STUDY, Problems())
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def plans() -> dict[str, SimulatedPopulation]:
    simulation = read_spec(Simulation, STUDY / "simulation.yml", "simulation.yml", Problems())
    assert simulation is not None
    return {str(name): plan for name, plan in simulation.populations.items()}


class Drawn:
    """One population of the shipped study, drawn again from its seed."""

    def __init__(self, name: str, plan: SimulatedPopulation, bundle: StudyBundle) -> None:
        self.streams = Streams(bundle.study.seed or 0, name)
        self.population: Population = population_of(plan, sizes_of(name, plan, bundle, Problems()), self.streams)
        self.answers = {
            wave: true_answers(plan, self.population, bundle.dictionary, wave, self.streams)
            for wave in self.population.present
        }

    @property
    def stayers(self) -> np.ndarray:
        return np.intersect1d(self.population.present[FIRST], self.population.present[SECOND])


@pytest.fixture(scope="module")
def drawn(bundle: StudyBundle, plans: dict[str, SimulatedPopulation]) -> dict[str, Drawn]:
    return {name: Drawn(name, plan, bundle) for name, plan in plans.items()}


def correlation(one: pd.Series, two: pd.Series) -> float:
    return float(np.corrcoef(one.to_numpy(float), two.to_numpy(float))[0, 1])


def test_latent_values_have_the_correlation_that_was_asked(drawn: dict[str, Drawn]) -> None:
    """0.6 within the strata; with 36,800 people its standard error is (1 - 0.36) / sqrt(36800) = 0.003."""
    residents = drawn["residents"]
    one, two = (latent(residents.population, residents.streams, wave, "test", 0.6, 0.0) for wave in (FIRST, SECOND))
    stay = residents.stayers
    assert len(stay) > 36_000
    assert np.corrcoef(one[stay], two[stay])[0, 1] == pytest.approx(0.6, abs=0.012)
    assert np.std(one) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", ["life_satisfaction", "who5_1", "who5_4"])
def test_answers_of_a_person_correlate_about_0_6_between_waves(drawn: dict[str, Drawn], name: str) -> None:
    """Rounding to whole numbers and the ends of a scale take a little off 0.6: for the 0..5 items about 0.04."""
    residents = drawn["residents"]
    values = [residents.answers[wave].loc[residents.stayers, name] for wave in (FIRST, SECOND)]
    assert 0.53 < correlation(*values) < 0.61


def test_items_of_the_who5_go_together(drawn: dict[str, Drawn]) -> None:
    """Two items with loadings 0.75 have a latent correlation of 0.75^2 = 0.56, a little less after rounding."""
    answers = drawn["residents"].answers[FIRST]
    assert 0.48 < correlation(answers["who5_1"], answers["who5_3"]) < 0.58


def test_fixed_facts_stay_and_everybody_is_a_year_older(drawn: dict[str, Drawn]) -> None:
    residents = drawn["residents"]
    one, two = (residents.answers[wave].loc[residents.stayers] for wave in (FIRST, SECOND))
    assert one["sex"].equals(two["sex"])
    assert (two["age"] - one["age"]).eq(1).all()
    workers = drawn["coop_workers"]
    one, two = (workers.answers[wave].loc[workers.stayers] for wave in (FIRST, SECOND))
    assert one["status_before_joining"].equals(two["status_before_joining"])


def test_coops_differ_more_than_chance(drawn: dict[str, Drawn]) -> None:
    """Means of strata have the standard deviation asked for: 200 strata of 300 people, b = 0.4, error b / sqrt(400)."""
    strata = tuple(f"s{index}" for index in range(200))
    many = Population(strata, np.repeat(np.arange(200), 300), np.arange(60_000), {FIRST: np.arange(60_000)})
    z = latent(many, Streams(1, "coop_workers"), FIRST, "test", 0.6, 0.4)
    means = pd.Series(z).groupby(many.stratum).mean()
    sampling = math.sqrt((1 - 0.4**2) / 300)
    assert means.std() == pytest.approx(math.hypot(0.4, sampling), abs=3 * 0.4 / math.sqrt(400))


def test_a_variable_more_changes_no_other(bundle: StudyBundle, plans: dict[str, SimulatedPopulation]) -> None:
    plan = plans["coop_workers"]
    extra = {"age": SimulatedVariable(chances={"18..67": 1.0}), **plan.variables}
    wider = plan.model_copy(update={"variables": extra})
    narrow, wide = (Drawn("coop_workers", each, bundle).answers[SECOND] for each in (plan, wider))
    assert "age" in wide
    pd.testing.assert_frame_equal(narrow, wide[narrow.columns])


def test_people_leave_and_join_as_the_plan_says(drawn: dict[str, Drawn], plans: dict[str, SimulatedPopulation]) -> None:
    margin = pd.read_csv(STUDY / "margins" / "workers_stayed.csv").set_index("coop")["people"]
    size = pd.read_csv(STUDY / "margins" / "workers_by_coop.csv").set_index(["wave", "coop"])["people"]
    workers = drawn["coop_workers"].population
    for index, coop in enumerate(workers.strata):
        here = {
            wave: workers.present[wave][workers.stratum[workers.present[wave]] == index] for wave in workers.present
        }
        for wave in (FIRST, SECOND):
            assert len(here[wave]) == size.get((wave, coop), 0)
        if coop in margin:
            left = round(plans["coop_workers"].leave * size[FIRST, coop])
            assert len(np.intersect1d(here[FIRST], here[SECOND])) == margin[coop] == size[FIRST, coop] - left
    assert len(np.unique(workers.number)) == workers.size


@pytest.mark.parametrize(
    ("population", "wave"),
    [*((name, wave) for name in ("coop_workers", "residents") for wave in (FIRST, SECOND)), ("entrepreneurs", SECOND)],
)
def test_the_maps_lead_back_to_the_true_answers(
    bundle: StudyBundle, drawn: dict[str, Drawn], population: str, wave: str
) -> None:
    """Backwards by simulate, forwards by the harmoniser: every valid value is what the person truly answered."""
    problems = Problems()
    spec = bundle.maps[population, wave]
    raw = read_wave(spec, bundle.data_folder, problems)
    assert raw is not None
    frame = harmonise_wave(raw, spec, bundle.dictionary, problems).frame
    assert [str(problem) for problem in problems.errors] == []
    number = pd.Series(np.arange(drawn[population].population.size), index=drawn[population].population.number)
    true = drawn[population].answers[wave].loc[number[frame["person"].astype(int)]].reset_index(drop=True)
    for name in spec.variables:
        valid = frame[f"{name}__why"] == "valid"
        # of the two or three self-employed people with a business before, nobody may have answered
        assert valid.any() or name.startswith("previous_")
        assert (frame.loc[valid, name] == true.loc[valid, name]).all(), name
        routed = frame[f"{name}__why"] == "not_applicable"
        assert true.loc[routed, name].isna().all(), name


def test_response_is_what_the_rates_say(bundle: StudyBundle, plans: dict[str, SimulatedPopulation]) -> None:
    """Four standard errors of a binomial share: 4 * sqrt(0.25 / 1600) = 0.05."""
    spec = bundle.maps["residents", FIRST]
    rows = pd.read_csv(STUDY / "raw" / spec.source.file, sep=";", decimal=",", encoding="windows-1252", dtype="str")
    assert len(rows) == sum(plans["residents"].sample[FIRST].values())
    assert rows["uitkomst"].eq("110").mean() == pytest.approx(0.45, abs=0.05)
    weight = rows["gewicht"].str.replace(",", ".").astype(float)
    assert weight.notna().equals(rows["uitkomst"].eq("110"))
    assert weight.sum() == pytest.approx(sum(plans["residents"].people[FIRST].values()), abs=len(rows) * 0.00005)


def test_about_a_third_of_the_second_sample_answered_in_the_first(bundle: StudyBundle) -> None:
    first = pd.read_csv(STUDY / "raw" / "residents_2025q3.synthetic.csv", sep=";", encoding="windows-1252", dtype="str")
    second = pd.read_csv(STUDY / "raw" / "residents_2026q3.synthetic.csv", sep=";", encoding="utf-8-sig", dtype="str")
    one = set(first.loc[first["uitkomst"] == "110", "respondentnummer"])
    two = set(second.loc[second["eindcode"] == "1.1", "resp_nr"])
    assert 0.25 < len(one & two) / len(two) < 0.4


def test_workers_can_be_published_under_the_policy(bundle: StudyBundle) -> None:
    rule = bundle.policy.holdings["coop_workers"]
    for wave in (FIRST, SECOND):
        spec = bundle.maps["coop_workers", wave]
        raw = read_wave(spec, bundle.data_folder, Problems())
        assert raw is not None
        frame = harmonise_wave(raw, spec, bundle.dictionary, Problems()).frame
        everybody = [name for name in spec.variables if not bundle.dictionary.variables[name].asked_if]
        assert len(everybody) > 17
        for name in everybody:
            coops = frame.loc[frame[f"{name}__why"] == "valid", "coop"].value_counts()
            assert coops.iloc[1:].sum() >= rule.minimum_outside_largest, name
            assert len(coops) >= rule.minimum_holdings


def test_the_truth_of_each_indicator_is_stored(bundle: StudyBundle) -> None:
    truth = pd.read_csv(STUDY / "raw" / "truth.synthetic.csv")
    assert list(truth.columns) == ["indicator", "population", "wave", "value"]
    expected = {
        (indicator.id, population, wave)
        for indicator in bundle.indicators
        for population, wave in bundle.maps
        if population in indicator.populations
    }
    assert set(zip(truth["indicator"], truth["population"], truth["wave"], strict=True)) == expected
    assert len(truth) == len(expected)
    nobody = truth[truth["value"].isna()]
    # in 2025 none of the self-employed co-op workers was self-employed before
    assert nobody[["indicator", "wave"]].to_numpy().tolist() == [["net_wage_ratio_self_employed", FIRST]]
    for row in truth.dropna().itertuples():
        indicator = bundle.dictionary.indicators[row.indicator]
        low, high = indicator.scale_range or ((0, 100) if indicator.unit == "percent" else (0, math.inf))
        assert low < row.value <= high, row.indicator


def test_the_simulation_asks_whom_the_dictionary_asks(
    bundle: StudyBundle, plans: dict[str, SimulatedPopulation]
) -> None:
    routed = 0
    for plan in plans.values():
        for name, variable in plan.variables.items():
            assert variable.asked_if == bundle.dictionary.variables[name].asked_if, name
            routed += variable.asked_if is not None
    assert routed > 30


@pytest.mark.parametrize("population", ["coop_workers", "residents", "entrepreneurs"])
def test_maps_leave_out_exactly_whom_the_dictionary_leaves_out(bundle: StudyBundle, population: str) -> None:
    """Judged on the harmonised answers: an answer only where asked_if holds, not_applicable only where it does not."""
    for spec in (spec for (name, _), spec in bundle.maps.items() if name == population):
        raw = read_wave(spec, bundle.data_folder, Problems())
        assert raw is not None
        frame = harmonise_wave(raw, spec, bundle.dictionary, Problems()).frame
        for name in spec.variables:
            asked_if = bundle.dictionary.variables[name].asked_if
            if asked_if is None:
                assert not (frame[f"{name}__why"] == "not_applicable").any(), name
                continue
            asked = evaluate(asked_if, frame, {})
            why = frame[f"{name}__why"]
            assert not (why == "not_applicable")[asked.true].any(), name
            assert (why == "not_applicable")[asked.false].all(), name
            assert not (why == "valid")[~asked.true].any(), name


def test_a_band_is_that_of_the_amount(drawn: dict[str, Drawn], bundle: StudyBundle) -> None:
    bands = bundle.dictionary.variables["household_income_band"].bands or {}
    people = drawn["residents"].answers[SECOND]
    for code, (low, high) in bands.items():
        amounts = people.loc[people["household_income_band"] == code, "household_net_income"]
        assert len(amounts) > 0
        assert amounts.min() >= (low or 0) and (high is None or amounts.max() < high)


def test_pay_is_an_hourly_wage_times_hours(drawn: dict[str, Drawn]) -> None:
    """Net pay in whole euros is 0.80 to 0.90 of the gross hourly wage times the hours; a wage is to the cent."""
    workers = drawn["coop_workers"].answers[SECOND].dropna(subset="net_pay_month")
    assert len(workers) > 30
    part = workers["net_pay_month"] / (workers["gross_hourly_pay"] * workers["hours_worked_month"])
    assert part.between(0.79, 0.91).all()
    assert (workers["net_pay_month"] % 1 == 0).all()
    cents = workers["gross_hourly_pay"] * 100
    assert np.allclose(cents, cents.round()) and (cents % 100 != 0).any()


def test_households_hang_together(drawn: dict[str, Drawn]) -> None:
    people = drawn["residents"].answers[FIRST]
    alone = people["household_adults"] == 1
    assert not (people.loc[alone, "lives_with_partner"] == "yes").any()
    assert (people.loc[people["age"] < 18, "children_14_to_17"] >= 1).all()
    easy = people["making_ends_meet"].isin(["easily", "very_easily"])
    assert people.loc[easy, "household_net_income"].median() > people.loc[~easy, "household_net_income"].median() + 300


def test_the_truth_is_counted_over_everybody_in_the_universe(bundle: StudyBundle) -> None:
    """By hand. Of six people, 14 and 75 are outside the ages and one lives in an institution; of the three left, one
    works and one is away from a job: 66.7%. WHO-5 sums 0, 25 and 13 give 0, 100 and 52; only the first is at most 50.
    """
    people = pd.DataFrame(
        {
            "age": [14.0, 15.0, 40.0, 74.0, 75.0, 30.0],
            "private_household": pd.Series(["yes", "yes", "yes", "yes", "yes", "no"], dtype=object),
            "paid_hours_last_week": [8.0, 1.0, 0.0, 0.0, 40.0, 36.0],
            "absent_from_job": pd.Series([None, None, "yes", "no", None, None], dtype=object),
        }
    )
    on = date(2025, 9, 30)
    working = bundle.dictionary.indicators["net_labour_participation"]
    assert true_value(working, people, bundle.dictionary, on) == pytest.approx(200 / 3)
    items = pd.DataFrame({f"who5_{item}": [0.0, 5.0, 3.0 if item > 2 else 2.0] for item in range(1, 6)})
    score = bundle.dictionary.indicators["wellbeing_who5"]
    low = bundle.dictionary.indicators["low_wellbeing"]
    assert true_value(score, items, bundle.dictionary, on) == pytest.approx(4 * (0 + 25 + 13) / 3)
    assert true_value(low, items, bundle.dictionary, on) == pytest.approx(100 / 3)
    living = pd.DataFrame({"home_pc4": pd.Series(["1067", "1013"], dtype=object)})
    area = bundle.dictionary.indicators["workers_living_in_area"]
    assert true_value(area, living, bundle.dictionary, on) == 50

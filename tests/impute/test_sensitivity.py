"""Multiple imputation beside the headline: what changes, what never does, and what it repairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from statsmodels.imputation.mice import MICEData

import cwb_impact as cwb
from cwb_impact.errors import CwbError
from cwb_impact.impute import chained
from cwb_impact.impute.chained import Drawn
from cwb_impact.impute.rubin import pool
from cwb_impact.impute.sensitivity import COLUMNS, imputed, sensitivity_of_study
from cwb_impact.spec.study_file import SensitivitySpec
from cwb_impact.types import Waves
from impute import impute_study

MARK = ["life_satisfaction"]


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Waves:
    return impute_study.make(tmp_path_factory.mktemp("study"))


def drawn(waves: Waves, *variables: str, predictors: tuple[str, ...] = ("score",), copies: int = 3) -> list[Drawn]:
    known = waves.study.dictionary.variables
    return chained.chained(
        waves.of("residents", "2025Q3"),
        waves.designs["residents", "2025Q3"],
        {name: known[name] for name in variables},
        {name: known[name] for name in predictors},
        copies,
        np.random.SeedSequence(1),
        "residents 2025Q3",
    )


def test_each_result_stands_beside_its_headline(waves: Waves) -> None:
    made = imputed(waves, ["life_satisfaction", "satisfied_with_life"], MARK, ["score"], copies=5)
    table = cwb.estimate(waves).frame
    assert list(made.columns) == list(COLUMNS)
    pd.testing.assert_series_equal(made["headline_value"], table["value"], check_names=False)
    frame = waves.frame
    gone = frame["life_satisfaction__why"] == "no_answer"
    total = made[made["dimension"] == "total"].iloc[0]
    assert (total["n"], total["n_imputed"]) == ((~gone).sum(), gone.sum())
    for category, group in made[(made["dimension"] == "sex") & (made["indicator"] == MARK[0])].groupby("category"):
        assert group["n_imputed"].item() == (gone & (frame["sex"] == category)).sum()
    # those with low scores, and so low marks, answer less
    assert total["difference"] < -0.2
    assert 0 < total["fmi"] < 1
    anybody = made[made["n"] > 0]  # nobody chose `other`
    assert set(made.loc[made["n"] == 0, "category"]) == {"other"}
    assert (anybody["imputed_df"] < anybody["headline_df"] + anybody["n_imputed"]).all()
    assert made["method"].str.startswith("sensitivity analysis, not the headline").all()
    assert made["method"].str.contains("missing at random given life_satisfaction, score").all()


def test_figures_are_those_of_the_engine_on_each_copy(waves: Waves) -> None:
    """Weighted means of the completed answers and their errors, pooled by hand."""
    made = imputed(waves, MARK, MARK, ["score"], copies=4, seed=5).iloc[0]
    design = waves.designs["residents", "2025Q3"]
    known = waves.study.dictionary.variables
    seed = np.random.SeedSequence([5, crc32(b"residents 2025Q3")])
    parts = {name: known[name] for name in ("life_satisfaction", "score", "sex")}
    (one,) = chained.chained(waves.frame, design, {MARK[0]: parts.pop(MARK[0])}, parts, 4, seed, "residents 2025Q3")
    values, variances = [], []
    for answers in one.values:
        y = waves.frame["life_satisfaction"].to_numpy(dtype=float).copy()
        y[one.at] = answers
        mean = np.average(y, weights=design.weight)
        u = design.weight * (y - mean) / design.weight.sum()
        parts_of = [u[design.stratum == h] for h in (0, 1)]
        values.append([mean])
        variances.append([sum(len(p) * p.var(ddof=1) for p in parts_of)])
    by_hand = pool(np.array(values), np.array(variances), np.array([len(y) - 2]))
    assert made["imputed_value"] == pytest.approx(by_hand.value[0], rel=1e-12)
    assert made["imputed_se"] == pytest.approx(by_hand.total[0] ** 0.5, rel=1e-10)
    assert made["imputed_df"] == pytest.approx(by_hand.df[0], rel=1e-10)


def test_with_nothing_missing_it_is_the_headline(tmp_path: Path) -> None:
    waves = impute_study.make(tmp_path, cijfer=lambda raw: (np.arange(len(raw)) % 11).astype(str))
    made = imputed(waves, ["life_satisfaction", "satisfied_with_life"], MARK, ["score"], copies=2)
    for name in ("value", "se", "ci_low", "ci_high", "df"):
        np.testing.assert_array_equal(made[f"imputed_{name}"], made[f"headline_{name}"])
    assert (made.loc[made["n"] > 0, ["difference", "fmi", "n_imputed"]] == 0).all(axis=None)
    assert set(made.loc[made["n"] == 0, "category"]) == {"other"}, "nobody chose it"


def test_only_answers_that_somebody_did_not_give_are_drawn(waves: Waves) -> None:
    """Nobody gets a job who has none, nor a view on what does not apply; every answer is one that somebody gave."""
    frame = waves.frame
    for one in drawn(waves, "job", "view", "life_satisfaction"):
        why = frame[f"{one.variable}__why"].astype(str)
        assert set(why) >= {"valid"} and set(why[one.at]) <= set(chained.ITEM_NONRESPONSE)
        np.testing.assert_array_equal(one.at, np.flatnonzero(why.isin(chained.ITEM_NONRESPONSE)))
        given = set(frame.loc[why == "valid", one.variable])
        assert {answer for copy in one.values for answer in copy} <= given
    assert (frame["job__why"] == "not_applicable").sum() > 20
    assert (frame["view__why"] == "not_applicable").sum() > 20


def test_same_seed_same_numbers_and_the_global_generator_is_left_alone(waves: Waves) -> None:
    np.random.seed(3)
    before = np.random.get_state()[1].copy()
    first, again, other = (imputed(waves, MARK, MARK, ["score"], copies=3, seed=seed) for seed in (9, 9, 10))
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    pd.testing.assert_frame_equal(first, again)
    assert (first["imputed_value"] != other["imputed_value"]).all()
    assert set(first["seed"]) == {9}


def test_a_wave_does_not_depend_on_which_others_there_are(tmp_path: Path) -> None:
    one = imputed(impute_study.make(tmp_path / "one"), MARK, MARK, ["score"], copies=2)
    two = imputed(impute_study.make(tmp_path / "two", waves=("2025Q3", "2026Q3")), MARK, MARK, ["score"], copies=2)
    pd.testing.assert_frame_equal(one, two[two["wave"] == "2025Q3"].reset_index(drop=True))
    assert (two["wave"] == "2026Q3").any()


def test_matching_takes_one_of_the_nearest_and_never_one_twice() -> None:
    """With one strong regressor and hardly any noise the donors are the nearest neighbours, at the ends too."""
    x = np.sort(np.random.default_rng(1).normal(size=60))
    columns, wanted = np.column_stack([np.ones(60), x]), np.array([x[0] - 3, x[30] + 1e-4, x[-1] + 3])
    runs = np.random.default_rng(2)
    drawn = [chained.matched(x, columns, np.column_stack([np.ones(3), wanted]), runs) for _ in range(400)]
    for place, target in enumerate(wanted):
        counts = pd.Series([float(one[place]) for one in drawn]).value_counts()
        assert set(counts.index) == set(x[np.argsort(np.abs(x - target))[: chained.DONORS]])
        assert counts.min() > 50


def test_people_who_are_alike_are_all_donors() -> None:
    """With two groups and nothing else, answers of the own group, and of anybody in it."""
    group = np.repeat([0.0, 1.0], 50)
    y = np.arange(100.0) + 1000 * group
    wanted = np.column_stack([np.ones(400), np.repeat([0.0, 1.0], 200)])
    made = chained.matched(y, np.column_stack([np.ones(100), group]), wanted, np.random.default_rng(5))
    assert set(made[:200]) == set(y[:50]) and set(made[200:]) == set(y[50:])


def test_draws_vary_as_the_posterior_does_and_those_of_statsmodels_less() -> None:
    """Mean of imputed answers from one regressor, over draws: s^2 (x' (X'X)^-1 x + 1/r) for a linear model."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=600)
    y, absent = x + rng.normal(size=600), rng.random(600) < 1 / (1 + np.exp(-0.5 * x))
    columns = np.column_stack([np.ones(600), x])
    seen, middle = columns[~absent], columns[absent].mean(axis=0)
    of_mean = middle @ np.linalg.inv(seen.T @ seen) @ middle + 1 / absent.sum()
    data = pd.DataFrame({"y": np.where(absent, np.nan, y), "x": x})
    ours = [chained.matched(y[~absent], seen, columns[absent], rng).mean() for _ in range(400)]
    theirs = []
    for _ in range(400):
        chain = MICEData(data, k_pmm=chained.DONORS, rng=rng)
        chain.update_all(1)
        theirs.append(chain.data["y"].to_numpy()[absent].mean())
    print(np.var(ours) / of_mean, np.var(theirs) / of_mean)
    assert np.var(ours) > 0.75 * of_mean
    assert np.var(theirs) < 0.6 * of_mean


@pytest.mark.slow
def test_it_repairs_what_is_missing_at_random_and_its_interval_covers(waves: Waves) -> None:
    """200 samples of 300 whose marks (mean 6) are missing more often where the score is low."""
    rng = np.random.default_rng(340)
    runs = []
    for _ in range(200):
        sample = impute_study.redrawn(waves, rng)
        runs.append(imputed(sample, MARK, MARK, ["score"], copies=10, seed=int(rng.integers(1e9))).iloc[0])
    found = pd.DataFrame(runs)
    bias = {name: found[f"{name}_value"].mean() - 6 for name in ("headline", "imputed")}
    covered = {
        name: ((found[f"{name}_ci_low"] <= 6) & (found[f"{name}_ci_high"] >= 6)).mean()
        for name in ("headline", "imputed")
    }
    spread = found["imputed_value"].std()
    print(bias, covered, found["imputed_se"].mean() / spread, found["fmi"].mean())
    assert bias["headline"] > 0.2 and covered["headline"] < 0.2
    assert abs(bias["imputed"]) < 0.1 * bias["headline"]
    assert 0.91 <= covered["imputed"] <= 0.99
    assert 0.85 < found["imputed_se"].mean() / spread < 1.15


def test_a_study_that_names_none_has_an_empty_table_and_several_stand_under_one_another(waves: Waves) -> None:
    estimates = cwb.estimate(waves)
    assert list(sensitivity_of_study(estimates)) == list(COLUMNS)
    one = {"indicators": ["life_satisfaction"], "impute": ["life_satisfaction"], "with": ["score"], "copies": 2}
    two = {"indicators": ["satisfied_with_life"], "impute": ["life_satisfaction"], "with": ["view"], "copies": 2}
    named = [SensitivitySpec.model_validate(each) for each in (one, two)]
    study = replace(waves.study, study=waves.study.study.model_copy(update={"sensitivity": named}))
    made = sensitivity_of_study(replace(estimates, waves=replace(waves, study=study)))
    assert list(made["indicator"].unique()) == ["life_satisfaction", "satisfied_with_life"]
    pd.testing.assert_frame_equal(made.iloc[: len(made) // 2], imputed(waves, MARK, MARK, ["score"], copies=2))


FAULTS = [
    ("E340", {"indicators": ["nothing"]}),
    ("E340", {"variables": ["life_satisfaction", "nothing"]}),
    ("E340", {"populations": ["coop_workers"]}),
    ("E341", {"variables": ["life_satisfaction", "view"]}),
    ("E341", {"variables": ["life_satisfaction", "tongue"]}),
    ("E341", {"predictors": ["tongue"]}),
    ("E344", {"copies": 1}),
    ("E345", {"variables": ["job"]}),
]


@pytest.mark.parametrize(("code", "change"), FAULTS)
def test_what_cannot_be_done_is_refused(waves: Waves, code: str, change: dict[str, object]) -> None:
    asked: dict[str, object] = {"indicators": MARK, "variables": MARK, "predictors": ["score"], "copies": 2}
    with pytest.raises(CwbError) as told:
        imputed(waves, **(asked | change))
    assert {problem.code for problem in told.value.problems} == {code}


def test_codes_in_order_are_imputed_when_the_study_says_so(waves: Waves) -> None:
    made = imputed(waves, MARK, ["life_satisfaction", "view"], ["score"], copies=2, ordered=["view"])
    assert (made["n_imputed"] > 0).any()


def test_too_few_answers_and_nothing_that_predicts_are_refused(tmp_path: Path) -> None:
    few = impute_study.make(tmp_path / "few", n=30, cijfer=lambda raw: ["5"] * 5 + [""] * (len(raw) - 5))
    with pytest.raises(CwbError, match="E343"):
        imputed(few, MARK, MARK, ["score"], copies=2)
    alike = {"score": 1, "gewicht": 1.0, "gebied": "oost", "geslacht": "m"}
    with pytest.raises(CwbError, match="E342"):
        imputed(impute_study.make(tmp_path / "alike", **alike), MARK, MARK, ["score"], copies=2)


def test_an_imputed_band_has_its_ends_also_where_it_is_open() -> None:
    """The shipped income bands have an open top; a median of bands needs the ends of every band."""
    shipped = cwb.harmonise(cwb.open_study("surveys/nieuw_west", release="2026Q1"))
    income = ["median_equivalised_income_in_bands"]
    made = imputed(shipped, income, ["household_income_band"], ["age"], copies=2, populations=["residents"])
    total = made[made["dimension"] == "total"].iloc[0]
    assert total["n_imputed"] > 0
    assert abs(total["difference"]) < 0.2 * total["headline_value"]

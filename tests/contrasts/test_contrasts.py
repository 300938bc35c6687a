"""Contrasts by name against R's svycontrast (tests/oracle/contrasts.R), and what must hold of any of them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import cwb_impact as cwb
from contrasts.api_study import DESIGNS, make
from cwb_impact.compare.contrasts import Contrast
from cwb_impact.estimate.covariance import Centring
from cwb_impact.types import Floats

ORACLE = pd.read_csv("tests/oracle/contrasts.csv").set_index(["study", "contrast", "function"])
# The same derivatives and covariances, added in another order; 1e-8 is what is promised, 1e-10 is seen.
RTOL = 1e-8

Keys = Mapping[str, str]


def school(category: str, wave: str, indicator: str = "score") -> Keys:
    dimension = "total" if category == "total" else "level"
    return {"indicator": indicator, "wave": wave, "dimension": dimension, "category": category}


def person(sex: str, wave: str, indicator: str) -> Keys:
    return {"indicator": indicator, "wave": wave, "dimension": "sex", "category": sex}


def product(v: Floats) -> tuple[float, Floats]:
    return float(v[0] * v[1]), v[::-1]


E, H, M = (school(level, "2000") for level in ("elementary", "high", "middle"))
E99, H99 = (school(level, "1999") for level in ("elementary", "high"))
SCHOOLS: dict[tuple[str, str], tuple[Sequence[Keys], str | Sequence[float] | Callable[[Floats], tuple[float, Floats]]]]
SCHOOLS = {
    ("E_H_2000", "difference"): ([E, H], "difference"),
    ("E_H_2000", "ratio"): ([E, H], "ratio"),
    ("E_H_2000", "relative_change"): ([E, H], "relative_change"),
    ("E_99_00", "difference"): ([E99, E], "difference"),
    ("E_99_00", "relative_change"): ([E99, E], "relative_change"),
    ("E_99_00_H_99_00", "difference_in_differences"): ([E99, E, H99, H], "difference_in_differences"),
    ("E_M_H_2000", "linear"): ([E, M, H], [-1, 0.5, 0.5]),
    ("E_M_2000", "product"): ([E, M], product),
    ("met_E_H_2000", "difference"): (
        [school("elementary", "2000", "met_target"), school("high", "2000", "met_target")],
        "difference",
    ),
    ("met_E_H_2000", "odds_ratio"): (
        [school("elementary", "2000", "met_target"), school("high", "2000", "met_target")],
        "odds_ratio",
    ),
    ("all_99_00", "difference"): ([school("total", "1999"), school("total", "2000")], "difference"),
    ("all_99_00", "ratio"): ([school("total", "1999"), school("total", "2000")], "ratio"),
    ("all_H_2000", "difference"): ([school("total", "2000"), H], "difference"),
}


@pytest.fixture(scope="module", params=list(DESIGNS))
def schools(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, cwb.EstimateTable]:
    study = make(tmp_path_factory.mktemp(request.param), request.param)
    return request.param, cwb.estimate(cwb.harmonise(cwb.open_study(study)))


@pytest.fixture(scope="module")
def gss() -> cwb.EstimateTable:
    return cwb.estimate(cwb.harmonise(cwb.open_study(Path("tests/acceptance/gss_panel"))))


def equal_to_r(made: Contrast, study: str, contrast: str, function: str) -> None:
    of_r = ORACLE.loc[(study, contrast, function)]
    np.testing.assert_allclose([made.value, made.se], of_r[["value", "se"]].astype(float), rtol=RTOL)


@pytest.mark.parametrize("what", list(SCHOOLS))
def test_contrasts_of_schools_equal_svycontrast(schools: tuple[str, cwb.EstimateTable], what: tuple[str, str]) -> None:
    """Between types, between years of the same schools, and both, through strata, clusters and finite populations.

    With replicate weights that are coordinated the years share their replicates. R has no file of every school twice
    there, and so a type is not set beside all.
    """
    name, estimates = schools
    of, function = SCHOOLS[what]
    made = cwb.contrast(estimates, of, function)
    assert made.function == what[1] and made.convention == "own_wave" and made.se > 0
    if (name, what[0]) != ("jk1", "all_H_2000"):
        equal_to_r(made, name, *what)


def test_every_contrast_of_schools_in_the_oracle_is_compared() -> None:
    assert set(ORACLE.loc["strat_fpc"].index) == set(SCHOOLS)


def test_a_change_of_the_table_is_the_contrast_of_its_rows(schools: tuple[str, cwb.EstimateTable]) -> None:
    """`compare` and `contrast` go different ways to one number; for all schools it is that of 5b_change_api too."""
    _, estimates = schools
    for centring in ("own_wave", "stacked"):
        changes = cwb.compare(estimates, centring).frame
        assert len(changes) == 8
        for row in changes.to_dict("records"):
            keys = {key: row[key] for key in ("indicator", "dimension", "category")}
            of = [{**keys, "wave": wave} for wave in ("1999", "2000")]
            made = cwb.contrast(estimates, of, centring=centring)
            # targets are the same in both years: their change is 0 but for rounding beside percents
            np.testing.assert_allclose([made.value, made.se], [row["value"], row["se"]], rtol=RTOL, atol=1e-6)
            # so is the interval that they have, with the degrees of freedom of their centring
            half = t.ppf(0.975, row["df"]) * row["se"]
            np.testing.assert_allclose(row["ci_high"] - row["value"], half, rtol=RTOL, atol=1e-6)
            assert row["df"] >= made.df


INDICATORS = ["good_health_4pt", "very_happy", "hours_worked_mean"]


GAPS = [(name, function) for name in INDICATORS for function in ("difference", "ratio", "odds_ratio")][:-1]


@pytest.mark.parametrize(("indicator", "function"), GAPS)
@pytest.mark.parametrize("centring", ["own_wave", "stacked"])
def test_women_beside_men_equal_svycontrast(
    gss: cwb.EstimateTable, indicator: str, function: str, centring: Centring
) -> None:
    of = [person(sex, "2018", indicator) for sex in ("male", "female")]
    made = cwb.contrast(gss, of, function, centring)
    equal_to_r(made, "gss", f"{indicator}:male_female_2018", function)


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("pair", [("2016", "2018"), ("2016", "2020")], ids="_".join)
def test_changes_of_women_and_men_in_stacked_waves_equal_svycontrast(
    gss: cwb.EstimateTable, indicator: str, pair: tuple[str, str]
) -> None:
    """2016 and 2018 share nobody, 2016 and 2020 share 809 people."""
    women, men = ([person(sex, wave, indicator) for wave in pair] for sex in ("female", "male"))
    what = f"{indicator}:{'_'.join(pair)}"
    made = cwb.contrast(gss, [*men, *women], "difference_in_differences", "stacked")
    equal_to_r(made, "gss", what, "difference_in_differences")
    equal_to_r(cwb.contrast(gss, women, "difference", "stacked"), "gss", what, "difference")


@pytest.mark.parametrize("indicator", INDICATORS)
def test_three_stacked_waves_equal_svycontrast(gss: cwb.EstimateTable, indicator: str) -> None:
    women = [person("female", wave, indicator) for wave in ("2016", "2018", "2020")]
    made = cwb.contrast(gss, women, [1, -2, 1], "stacked")
    equal_to_r(made, "gss", f"{indicator}:2016_2018_2020", "linear")


def test_two_questions_of_one_wave_equal_svycontrast(gss: cwb.EstimateTable) -> None:
    of = [{"indicator": name, "wave": "2018"} for name in ("good_health_4pt", "very_happy")]
    equal_to_r(cwb.contrast(gss, of), "gss", "good_health_4pt_very_happy:2018", "difference")


def test_intervals(gss: cwb.EstimateTable) -> None:
    """t with the fewest degrees of freedom of the parts; of ratios and odds ratios that of the logarithm."""
    of = [person(sex, "2018", "very_happy") for sex in ("male", "female")]
    difference, ratio = (cwb.contrast(gss, of, function) for function in ("difference", "ratio"))
    df = int(gss.frame.iloc[list(difference.of)]["df"].min())
    half = t.ppf(0.975, df) * difference.se
    assert difference.df == df and difference.interval == "t" and ratio.interval == "t_of_log"
    assert (difference.ci_low, difference.ci_high) == pytest.approx((difference.value - half, difference.value + half))
    half = t.ppf(0.975, df) * ratio.se / ratio.value
    logs = np.log([ratio.ci_low, ratio.ci_high])
    np.testing.assert_allclose(logs, np.log(ratio.value) + np.array([-half, half]), rtol=1e-9)


def test_a_row_may_stand_in_a_contrast_twice(gss: cwb.EstimateTable) -> None:
    """The same reference twice is the reference with twice the coefficient."""
    men, women = (person(sex, "2018", "very_happy") for sex in ("male", "female"))
    twice, once = cwb.contrast(gss, [men, men, women], [-0.5, -0.5, 1]), cwb.contrast(gss, [men, women], [-1, 1])
    assert (twice.value, twice.se) == pytest.approx((once.value, once.se))
    nothing = cwb.contrast(gss, [women, women])
    assert nothing.value == 0 and nothing.se == 0


def test_what_is_always_so_has_no_error(tmp_path: Path) -> None:
    """All schools are E, H and M; in the stratified design their numbers are known and so are their parts."""
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(make(tmp_path, "strat_fpc"))))
    part = np.array([4421, 755, 1018]) / 6194
    for wave in ("1999", "2000"):
        for indicator in ("score", "met_target"):
            of = [school(category, wave, indicator) for category in ("total", "elementary", "high", "middle")]
            made = cwb.contrast(estimates, of, [-1, *part])
            # weights of the file have 12 digits
            assert abs(made.value) < 1e-6 and made.se == 0


@pytest.mark.parametrize(
    ("of", "function"),
    [
        ([{"indicator": "very_happy", "wave": "2018"}], "difference"),
        ([{"indicator": "very_happy"}, {"indicator": "very_happy", "wave": "2018"}], "difference"),
        ([{"indicator": "very_happy", "wave": "1990"}, {"indicator": "very_happy", "wave": "2018"}], "difference"),
        ([{"indicator": "very_happy", "year": "2018"}, {"indicator": "very_happy", "wave": "2018"}], "difference"),
        ([{"indicator": "very_happy", "wave": "2018"}] * 2, "gap"),
        ([{"indicator": "very_happy", "wave": "2018"}] * 2, [1, 2, 3]),
        ([{"indicator": "hours_worked_mean", "wave": wave} for wave in ("2016", "2018")], "odds_ratio"),
        ([{"indicator": "esop_member", "wave": "2016"}, {"indicator": "esop_member", "wave": "2018"}], "difference"),
    ],
    ids=["one row", "three waves", "no wave", "no key", "no function", "three coefficients", "hours", "not asked"],
)
def test_what_cannot_be_contrasted_is_told(gss: cwb.EstimateTable, of: list[Keys], function: str) -> None:
    with pytest.raises(cwb.CwbError) as raised:
        cwb.contrast(gss, of, function)
    assert [problem.code for problem in raised.value.problems] == ["E323"]

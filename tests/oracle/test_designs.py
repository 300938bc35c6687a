"""Samples of one to three stages, finite populations, domains, lonely PSUs against R survey (tests/oracle/designs.R).

Each design is made from columns by `weight.sample.sample_design`, as a study's own is, and its errors by the kernel.
"""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest

from cwb_impact.design import Design, DesignAnswers, Floats, Integers, StageAnswers
from cwb_impact.errors import Problems
from cwb_impact.estimate.domains import (
    OUTSIDE,
    domain_degrees,
    estimate_domains,
    linear_domains,
)
from cwb_impact.estimate.intervals import t_interval
from cwb_impact.estimate.statistics import Estimated, ratio
from cwb_impact.estimate.variance import LonelyPsuError, centred, finite_factor, overlap_factor, unit_strata
from cwb_impact.spec.study_file import SampleDesign
from cwb_impact.types import Booleans
from cwb_impact.weight.sample import sample_design
from cwb_impact.weight.units import numbered

ORACLE = pd.read_csv("tests/oracle/designs.csv")
# The same sums in another order of adding: 1e-8 is what is promised, 1e-13 is seen. An error that is 0 in exact
# arithmetic (numbers of schools by the variable of the strata) is what rounding leaves of the estimate.
RTOL, ATOL = 1e-8, 1e-10
TYPES = ["E", "H", "M"]
FILES = {
    "strat": "apistrat",
    "clus1": "apiclus1",
    "srs": "apisrs",
    "clus2": "apiclus2",
    "stages": "apistages",
    "second": "apiclus2",
}
LONELY = ("lonely", "certain", "second")


@cache
def schools(name: str) -> pd.DataFrame:
    """The sample, in the order of the script."""
    first = name.split("_")[0]
    data = pd.read_csv(f"tests/oracle/data/{FILES.get(first, 'apistrat')}.csv")
    if first == "second":
        data = data[data["enroll"].notna()].reset_index(drop=True)
        alone = data["fpc2"] == 1
        data.loc[alone, "pw"] *= 3
        data.loc[alone, "fpc2"] = 3
    if first in ("lonely", "certain"):
        lonely = data["stype"] == "M"
        data = pd.concat([data[~lonely], data[lonely].head(1)], ignore_index=True)
    if first == "certain":
        data.loc[data["stype"] == "M", ["fpc", "pw"]] = 1
    return data


@cache
def design_of(name: str) -> tuple[Design, int]:
    """The design of a name in the script, and how many units have errors."""
    option = name.split("_")[-1] if name.split("_")[0] in LONELY else "fail"
    design, units, problems = sampled(name, option)
    problems.raise_if_errors()
    return design, units


def sampled(name: str, lonely_psu: str) -> tuple[Design, int, Problems]:
    data, first = schools(name), name.split("_")[0]
    finite, later = "fpc" in name, "fpc" in name and first in ("clus2", "second", "stages")
    text = {column: data[column].astype("str") for column in data}
    stratum = {"strat": "stype", "lonely": "stype", "certain": "stype", "stages": "large"}.get(first)
    psu = {"clus1": "dnum", "clus2": "dnum", "second": "dnum", "stages": "cnum"}.get(first)
    stages: tuple[StageAnswers, ...] = ()
    if later and first == "stages":
        districts = StageAnswers(text["dnum"], None, floats(data["fpc2"]))
        stages = (districts, StageAnswers(text["snum"], text["level"], floats(data["fpc3"])))
    elif later:
        stages = (StageAnswers(text["snum"], None, floats(data["fpc2"])),)
    answers = DesignAnswers(
        floats(data["pw"]),
        text[stratum] if stratum else None,
        text[psu] if psu else None,
        None,
        floats(data["fpc1" if later else "fpc"]) if finite else None,
        stages,
        None,
        None,
    )
    index, places = numbered({"2000": (text["snum"], answers, True)}, coordinated=False)
    asked = SampleDesign.model_validate({"kind": "sample", "unit": "person", "lonely_psu": lonely_psu})
    problems = Problems()
    design, _ = sample_design(asked, answers, places["2000"], None, data, [], "map", problems)
    return design, len(index), problems


def floats(column: pd.Series) -> Floats:
    return column.to_numpy(dtype=np.float64)


def errors(name: str, sums: Floats) -> tuple[Floats, Floats]:
    """The errors of estimates and the factor of their finite population: covariances are e' (e g)."""
    design, units = design_of(name)
    stratum = unit_strata(design, units)
    return centred(sums, stratum, len(design.strata), design.lonely_psu), finite_factor(design, stratum)


def covariances(name: str, sums: Floats) -> Floats:
    e, g = errors(name, sums)
    return np.asarray(e.T @ (e * g[:, None]))


def values(name: str, variable: str) -> Floats:
    return floats(schools(name)[variable])


def everybody(y: Floats) -> Integers:
    return np.where(np.isnan(y), OUTSIDE, 0)


def by_type(name: str, y: Floats) -> Integers:
    return np.where(np.isnan(y), OUTSIDE, pd.Categorical(schools(name)["stype"], categories=TYPES).codes)


def made(name: str, quantity: str, variable: str, parts: bool) -> tuple[Floats, Floats, Floats]:
    """Values, sums and simple variances: of everybody, or of the three types of schools."""
    design, units = design_of(name)
    if quantity in ("share", "count"):
        each = [floats(schools(name)["stype"] == stype) for stype in TYPES]
        of = [linear_domains(y, design, everybody(y), 1, units, quantity == "count") for y in each]
        value, simple = (np.concatenate([getattr(part, field) for part in of]) for field in ("value", "simple"))
        return value, np.column_stack([part.sums[:, 0] for part in of]), simple
    y = values(name, variable.split("/")[0])
    if quantity == "ratio":
        x = values(name, variable.split("/")[1])
        domain, k = (by_type(name, x), 3) if parts else (everybody(x), 1)

        def compute(w: Floats, inside: Booleans) -> Estimated:
            part = ratio(y[inside], w[inside], x[inside])
            influence = np.zeros(len(y))
            influence[inside] = part.influence
            return Estimated(part.value, influence)

        found = estimate_domains(compute, design, domain, k, units)
    else:
        domain, k = (by_type(name, y), 3) if parts else (everybody(y), 1)
        found = linear_domains(y, design, domain, k, units, totals=quantity == "total")
    return found.value, found.sums, found.simple


LEVELS = ORACLE[ORACLE["quantity"].isin(["mean", "total", "ratio", "share", "count"])]
# survey 4.1 takes the lonely sum of a total as it is, 4.5 and this package from the mean of all PSUs; see below
AS_IN_41 = LEVELS["design"].isin(["lonely_adjust", "lonely_fpc_adjust"]) & (LEVELS["quantity"] == "total")


def told(row: dict[str, object]) -> str:
    return "-".join(str(row[key]) for key in ("design", "quantity", "variable", "domain"))


@pytest.mark.parametrize("row", LEVELS[~AS_IN_41].to_dict("records"), ids=told)
def test_estimates_and_errors_equal_r_survey(row: dict[str, object]) -> None:
    name, quantity, variable, domain = (str(row[key]) for key in ("design", "quantity", "variable", "domain"))
    parts = domain != "all"
    value, sums, _ = made(name, quantity, variable, parts)
    at = TYPES.index(domain) if parts else 0
    np.testing.assert_allclose(value[at], row["value"], rtol=RTOL)
    np.testing.assert_allclose(covariances(name, sums)[at, at] ** 0.5, row["se"], rtol=RTOL, atol=ATOL)
    if not np.isnan(float(str(row["df"]))):
        design, units = design_of(name)
        y = values(name, variable)
        codes, k = (by_type(name, y), 3) if parts else (everybody(y), 1)
        assert domain_degrees(design, codes, k, units)[at] == row["df"]


@pytest.mark.parametrize("row", ORACLE[ORACLE["quantity"].str.startswith("cov_")].to_dict("records"), ids=told)
def test_covariances_equal_r_survey(row: dict[str, object]) -> None:
    """Of domains, of shares of one question and of two questions, by the PSUs that they share."""
    name, (_, quantity, *variable) = str(row["design"]), str(row["quantity"]).split("_", 2)
    pair = [str(row["variable"]), str(row["domain"])]
    if pair[0] in TYPES:
        matrix = covariances(name, made(name, quantity, "".join(variable), parts=True)[1])
        ours, scale = matrix[TYPES.index(pair[0]), TYPES.index(pair[1])], matrix.diagonal().max()
    else:
        (first, g), (second, _) = (errors(name, made(name, quantity, of, parts=False)[1]) for of in pair)
        ours, scale = float((first[:, 0] * second[:, 0] * g).sum()), 0.0
    # strata that are domains share no PSU: their covariance is 0 but for rounding, beside their variances
    np.testing.assert_allclose(ours, row["value"], rtol=RTOL, atol=max(ATOL * scale, ATOL))


LIMITS = ORACLE[ORACLE["quantity"].isin(["t_low", "t_high"])]


@pytest.mark.parametrize("name", LIMITS["design"].unique())
def test_t_interval_with_the_degrees_of_freedom_of_the_design(name: str) -> None:
    (value, sums, _), (design, units) = made(name, "mean", "api00", parts=False), design_of(name)
    (df,) = domain_degrees(design, np.zeros(len(design.psu), dtype=np.int64), 1, units)
    ends = t_interval(value[0], float(covariances(name, sums)[0, 0] ** 0.5), int(df))
    np.testing.assert_allclose(ends, LIMITS.loc[LIMITS["design"] == name, "value"], rtol=RTOL)


CHANGES = ORACLE[ORACLE["quantity"] == "change"].set_index("design")


@pytest.mark.parametrize("name", CHANGES.index)
def test_change_in_one_design_equals_r_survey(name: str) -> None:
    """The same schools in 1999 and 2000: the difference of two estimates."""
    (first, g), (second, _) = (errors(name, made(name, "mean", of, False)[1]) for of in ("api99", "api00"))
    difference = (second - first)[:, 0]
    np.testing.assert_allclose(float((difference**2 * g).sum() ** 0.5), CHANGES.loc[name, "se"], rtol=RTOL)


@pytest.mark.parametrize("name", CHANGES.index)
def test_change_of_two_waves_equals_r_survey_when_everybody_is_in_both(name: str) -> None:
    """As two waves: Tam's factor is then 1 - n/N at every stage, and the covariance that of one design."""
    design, units = design_of(name)
    stratum = unit_strata(design, units)
    (first, g), (second, _) = (errors(name, made(name, "mean", of, False)[1]) for of in ("api99", "api00"))
    between = first[:, 0] * second[:, 0] * overlap_factor(design, design, stratum, stratum, {})
    own = sum(float((e[:, 0] ** 2 * g).sum()) for e in (first, second))
    np.testing.assert_allclose((own - 2 * float(between.sum())) ** 0.5, CHANGES.loc[name, "se"], rtol=RTOL)


def design_effect(name: str, label: str, domain: str) -> float:
    rows = ORACLE[(ORACLE["design"] == name) & (ORACLE["domain"] == domain)]
    (value,) = rows.loc[(rows["quantity"] == label) & (rows["variable"] == "mean api00"), "value"]
    return float(value)


@pytest.mark.parametrize(("name", "domain"), list(product(["strat", "clus1", "srs", "clus2", "stages"], ["all", "H"])))
def test_design_effect_is_that_of_the_drawing(name: str, domain: str) -> None:
    """Variance over that of a simple random sample, both with replacement: R's deff="replace" without fpc.

    R has two design effects: TRUE sets the variance beside a sample without replacement, whose variance is smaller by
    1 - n / sum of weights, "replace" beside one with replacement. Where the design has a finite population R keeps it
    above the line in both. Ours leaves it out above and below, so that it is one number with and without fpc.
    """
    at, parts = (0, False) if domain == "all" else (TYPES.index(domain), True)
    _, sums, simple = made(name, "mean", "api00", parts)
    ours = covariances(name, sums)[at, at] / simple[at]
    np.testing.assert_allclose(ours, design_effect(name, "deff_replace", domain), rtol=RTOL)
    # the other of R's, from ours
    inside = schools(name)["stype"].isin([domain] if parts else TYPES)
    part = inside.sum() / schools(name).loc[inside, "pw"].sum()
    np.testing.assert_allclose(ours / (1 - part), design_effect(name, "deff_without", domain), rtol=RTOL)


def test_lonely_adjust_of_a_total_is_that_of_survey_4_5() -> None:
    """survey 4.1 (Debian) adds the square of the lonely sum itself: 105,911. 4.5 takes it from the mean of all PSUs.

    102,849 is the number of survey 4.5 (R 4.2.2), which cannot be run again where 4.1 is installed; the row
    total_centred has all digits of the same formula, written in R without the package. For a mean both are one, since
    its influence values add up to 0, and are tested above.
    """
    _, sums, _ = made("lonely_adjust", "total", "enroll", parts=False)
    se = float(covariances("lonely_adjust", sums)[0, 0] ** 0.5)
    assert round(se) == 102_849
    rows = ORACLE[(ORACLE["design"] == "lonely_adjust") & (ORACLE["variable"] == "enroll")].set_index("quantity")
    np.testing.assert_allclose(se, rows.loc["total_centred", "se"], rtol=RTOL)
    assert round(float(rows.loc["total", "se"])) == 105_911


@pytest.mark.parametrize("name", ["lonely", "lonely_fpc", "second_fpc"])
def test_a_lonely_unit_of_any_stage_is_told_before_anything_is_estimated(name: str) -> None:
    design, units, problems = sampled(name, "fail")
    assert [problem.code for problem in problems.errors] == ["E192"]
    with pytest.raises(LonelyPsuError):
        y = values(name, "api00")
        found = linear_domains(y, design, everybody(y), 1, units)
        centred(found.sums, unit_strata(design, units), len(design.strata), design.lonely_psu)


def test_every_row_of_the_oracle_is_compared() -> None:
    others = {"change", "deff_without", "deff_replace", "t_low", "t_high", "total_centred"}
    assert set(ORACLE["quantity"]) - set(LEVELS["quantity"]) - others == {
        name for name in ORACLE["quantity"] if name.startswith("cov_")
    }

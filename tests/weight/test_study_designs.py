"""Designs and weights as a study states them, through the public path."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.errors import Problem
from weight.residents_study import make

N = 120


def people(seed: int = 1, **columns: object) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    sex = np.where(draw.random(N) < 0.6, "v", "m")
    mark = np.clip(np.round(7 + (sex == "v") + draw.normal(0, 2, N)), 0, 10).astype(int)
    rows = pd.DataFrame({"nr": [f"P{i:03d}" for i in range(N)], "cijfer": mark, "geslacht": sex})
    return rows.assign(**columns)


def total_of(study: Path, indicator: str = "life_satisfaction") -> pd.Series:
    frame = cwb.estimate(cwb.harmonise(cwb.open_study(study))).frame
    return frame.query(f"indicator == '{indicator}' and dimension == 'total'").iloc[0]


def error_of_sums(sums: np.ndarray, fraction: float = 0.0) -> float:
    """Standard error of a total of PSU sums drawn in one stratum."""
    m = len(sums)
    return float(np.sqrt((1 - fraction) * m / (m - 1) * ((sums - sums.mean()) ** 2).sum()))


def test_persons_of_one_household_are_drawn_together(tmp_path: Path) -> None:
    household = np.repeat(np.arange(N // 3), 3)
    rows = people(huishouden=[f"H{number}" for number in household])
    row = total_of(make(tmp_path, {"w1": rows}, "household: huishouden"))
    off = (rows["cijfer"] - rows["cijfer"].mean()) / N
    assert row["se"] == pytest.approx(error_of_sums(off.groupby(household).sum().to_numpy()), rel=1e-12)
    assert row["df"] == N // 3 - 1 and row["n"] == N


def test_two_stages_with_finite_populations(tmp_path: Path) -> None:
    """20 of 80 areas, in each 6 persons of 30: V = V1 (1 - f1) + f1 sum over areas of V2 (1 - f2)."""
    area = np.repeat(np.arange(20), 6)
    rows = people(area=area, areas=80, persons=30)
    columns = "psu: area, population_size: areas, stages: [{unit: nr, population_size: persons}]"
    row = total_of(make(tmp_path, {"w1": rows}, columns))
    off = ((rows["cijfer"] - rows["cijfer"].mean()) / N).to_numpy()
    first = error_of_sums(np.bincount(area, weights=off), 20 / 80) ** 2
    second = sum(error_of_sums(off[area == number], 6 / 30) ** 2 for number in range(20))
    assert row["se"] == pytest.approx((first + 20 / 80 * second) ** 0.5, rel=1e-12)


def test_replicate_weights_of_the_file_are_the_variance(tmp_path: Path) -> None:
    """JK1 by hand: 12 groups, replicate r without group r."""
    group = np.arange(N) % 12
    weights = {f"rep{r + 1}": np.where(group == r, 0.0, 12 / 11) for r in range(12)}
    rows = people(gewicht=1.0, **weights)
    row = total_of(make(tmp_path, {"w1": rows}, "weight: gewicht, replicates: {columns: rep1..rep12, kind: JK1}"))
    again = np.array([rows["cijfer"][group != r].mean() for r in range(12)])
    assert row["se"] == pytest.approx(np.sqrt(11 / 12 * ((again - again.mean()) ** 2).sum()), rel=1e-12)
    assert row["df"] == 11 and row["n"] == N


def test_coordinated_replicates_give_a_change_its_covariance(tmp_path: Path) -> None:
    """The same answers in both waves: with coordinated replicates the change is known, without they add up."""
    group = np.arange(N) % 12
    weights = {f"rep{r + 1}": np.where(group == r, 0.0, 12 / 11) for r in range(12)}
    waves = {"w1": people(gewicht=1.0, **weights), "w2": people(gewicht=1.0, **weights)}
    errors = []
    for coordinated in ("true", "false"):
        columns = f"weight: gewicht, replicates: {{columns: rep1..rep12, kind: JK1, coordinated: {coordinated}}}"
        study = make(tmp_path / coordinated, waves, columns)
        estimates = cwb.estimate(cwb.harmonise(cwb.open_study(study)))
        errors.append(cwb.compare(estimates).frame.iloc[0]["se"])
        alone = estimates.frame.iloc[0]["se"]
    assert errors[0] == pytest.approx(0, abs=1e-9) and errors[1] == pytest.approx(2**0.5 * alone)


SEX = "wave,sex,people,source,date\nw1,male,5200,Register,2025-01-01\nw1,female,4800,Register,2025-01-01\n"
MARK = "wave,{name},people,source,date\n"


@pytest.mark.parametrize("method", ["raking", "linear", "logit, bounds: [0.2, 5]"])
def test_calibration_meets_its_margin_and_takes_its_error_away(tmp_path: Path, method: str) -> None:
    rows = people(gewicht=np.random.default_rng(5).uniform(20, 140, N))
    asked = f", calibrate: {{margins: [margins/sex.csv], method: {method}}}"
    study = make(tmp_path, {"w1": rows}, "weight: gewicht", asked, {"margins/sex.csv": SEX})
    waves = cwb.harmonise(cwb.open_study(study))
    design = waves.designs["residents", "w1"]
    men = (rows["geslacht"] == "m").to_numpy()
    assert design.weight[men].sum() == pytest.approx(5200) and design.weight[~men].sum() == pytest.approx(4800)
    assert design.weighting.endswith("calibrated_" + method.split(",")[0])
    # within each sex the error is that of a post-stratum; between them nothing is left to chance
    row = cwb.estimate(waves).frame.query("indicator == 'life_satisfaction' and dimension == 'total'").iloc[0]
    y, w = rows["cijfer"].to_numpy(float), design.weight
    base = rows["gewicht"].to_numpy()
    mean = {sex: np.average(y[part], weights=base[part]) for sex, part in ((True, men), (False, ~men))}
    off = w * (y - np.where(men, mean[True], mean[False])) / w.sum()
    assert row["se"] == pytest.approx(error_of_sums(off), rel=1e-9)
    margin = waves.margins.set_index("category")
    assert margin.loc["male", "after"] == pytest.approx(5200) and margin.loc["male", "before"] != 5200


def test_response_is_corrected_for_by_what_is_known_of_everybody(tmp_path: Path) -> None:
    """In the first district half answered, in the second all: the weights there are 2 and 1."""
    district = np.repeat(["oost", "west"], N // 2)
    outcome = np.where((district == "oost") & (np.arange(N) % 2 == 0), 2, 1)
    rows = people(wijk=district, uitkomst=outcome)
    rows.loc[outcome == 1, "nr"] = [f"Q{i}" for i in range((outcome == 1).sum())]
    # a group that answered entirely has no propensity, so one of the second district refuses
    rows.loc[N - 1, "uitkomst"] = 2
    asked = ", nonresponse: {classes: null}"
    study = make(tmp_path, {"w1": rows}, "auxiliary: [wijk]", asked)
    weight = cwb.harmonise(cwb.open_study(study)).designs["residents", "w1"].weight
    answered = rows["uitkomst"].to_numpy() == 1
    expected = np.where(district[answered] == "oost", 2.0, 60 / 59)
    np.testing.assert_allclose(weight, expected, rtol=1e-6)


def test_trimming_reaches_its_design_effect(tmp_path: Path) -> None:
    rows = people(gewicht=np.where(np.arange(N) < 6, 30.0, 1.0))
    study = make(tmp_path, {"w1": rows}, "weight: gewicht", ", trim_to_deff: 1.5")
    waves = cwb.harmonise(cwb.open_study(study))
    weight = waves.designs["residents", "w1"].weight
    assert N * (weight**2).sum() / weight.sum() ** 2 == pytest.approx(1.5)
    assert weight.sum() == pytest.approx(rows["gewicht"].sum())
    assert waves.weights.iloc[0]["deff"] == pytest.approx(1.5)


def found_in(study: Path) -> list[Problem]:
    """What check says, but for W201: nobody here answered `other`."""
    return [problem for problem in cwb.check(study) if problem.code != "W201"]


def codes(study: Path) -> list[str]:
    return [problem.code for problem in found_in(study)]


BAD_MARGINS = {
    "does not add up": (
        SEX + "w2,male,1,Register,2025-01-01\n",
        "wave,sex,people,source,date\nw1,male,9000,R,2025-01-01\nw1,female,9000,R,2025-01-01\n",
    ),
    "names a category that nobody has": (SEX + "w1,other,300,Register,2025-01-01\n",),
    "has no people of this wave": (SEX.replace("w1", "w9"),),
    "leaves a category out": ("wave,sex,people,source,date\nw1,male,5200,Register,2025-01-01\n",),
    "names a number, whose values are nobody's business": (SEX.replace("sex", "life_satisfaction"),),
    "names a variable that no map has": (SEX.replace("sex", "quarter").replace("female", "osdorp"),),
}


@pytest.mark.parametrize("fault", BAD_MARGINS)
def test_a_margin_that_cannot_be_met_stops_the_run(tmp_path: Path, fault: str) -> None:
    margins = {f"margins/m{index}.csv": text for index, text in enumerate(BAD_MARGINS[fault])}
    asked = f", calibrate: {{margins: [{', '.join(margins)}]}}"
    found = codes(make(tmp_path, {"w1": people(gewicht=50.0)}, "weight: gewicht", asked, margins))
    assert "E195" in found and ("number" not in fault or found == ["E195"]), found


@pytest.mark.parametrize("value", ["", "0", "-1", "veel", "nan", "inf"])
def test_a_weight_that_is_none_stops_the_run_and_is_counted(tmp_path: Path, value: str) -> None:
    rows = people(gewicht="1.5")
    rows.loc[:14, "gewicht"] = value
    problems = [problem for problem in cwb.check(make(tmp_path, {"w1": rows}, "weight: gewicht")) if problem.is_error]
    assert [problem.code for problem in problems] == ["E190"] and problems[0].n == 15


def test_a_stratum_with_one_psu_is_an_error_or_what_the_design_says(tmp_path: Path) -> None:
    rows = people(laag=["a"] * (N - 1) + ["b"])
    assert codes(make(tmp_path / "fail", {"w1": rows}, "stratum: laag")) == ["E192"]
    for option in ("adjust", "average", "certainty", "remove"):
        row = total_of(make(tmp_path / option, {"w1": rows}, "stratum: laag", f", lonely_psu: {option}"))
        assert row["se"] > 0


def test_population_sizes_that_do_not_fit(tmp_path: Path) -> None:
    differing = people(laag="a", groot=np.where(np.arange(N) < 5, 500, 600))
    assert codes(make(tmp_path / "a", {"w1": differing}, "stratum: laag, population_size: groot")) == ["E191"]
    too_few = people(groot=N - 1)
    assert codes(make(tmp_path / "b", {"w1": too_few}, "population_size: groot")) == ["E191"]


def test_nobody_in_a_category_and_a_constant_answer_are_rows_and_not_gaps(tmp_path: Path) -> None:
    first, second = people(), people(2)
    second = second.assign(geslacht="v", cijfer=8)
    study = make(tmp_path, {"w1": first, "w2": second}, "")
    frame = cwb.estimate(cwb.harmonise(cwb.open_study(study))).frame.query("wave == 'w2'").set_index("category")
    men = frame.loc["male"].set_index("indicator").loc["life_satisfaction"]
    assert (men["n"], men["reason"]) == (0, "no_respondents") and np.isnan(men["value"])
    women = frame.loc["female"].set_index("indicator").loc["life_satisfaction"]
    assert women["all_equal"] and (women["value"], women["se"], women["deff"]) == (8.0, 0.0, 1.0)


def test_an_answer_that_everybody_skipped_gives_a_row_without_figure(tmp_path: Path) -> None:
    rows = people().assign(cijfer="")
    row = total_of(make(tmp_path, {"w1": rows}, ""))
    assert (row["n"], row["reason"], row["status"]) == (0, "no_respondents", "computed") and np.isnan(row["se"])


POVERTY = """\
id: poor_in_marks
code: X01
version: 1.0.0
theme: wellbeing
name: {nl: Arm aan cijfers, en: Poor in marks}
plain: {nl: Een proef., en: A test.}
populations: [residents]
universe_label: {nl: Iedereen, en: Everyone}
statistic: poverty_rate
of: life_satisfaction
unit: percent
direction: down_is_better
decimals: 1
reference_period: {nl: Nu, en: Now}
missing: exclude_and_count
source: {instrument: {nl: Proef, en: Test}, reference: test, licence: none, item_text_shipped: false, verified: true}
references: [{text: test}]
examples:
  - name: One of three
    rows: [{life_satisfaction: 1}, {life_satisfaction: 5}, {life_satisfaction: 6}]
    gives: 33.3333
    n: 3
    steps: 1 is below 3, which is 60% of 5.
"""


def test_a_poverty_rate_is_refused_with_jackknife_replicates(tmp_path: Path) -> None:
    group = np.arange(N) % 12
    weights = {f"rep{r + 1}": np.where(group == r, 0.0, 12 / 11) for r in range(12)}
    rows, own = people(gewicht=1.0, **weights), {"dictionary/indicators/poor_in_marks.yml": POVERTY}
    for kind, refused in (("JK1", True), ("bootstrap", False)):
        columns = f"weight: gewicht, replicates: {{columns: rep1..rep12, kind: {kind}}}"
        study = make(tmp_path / kind, {"w1": rows}, columns, indicators="poor_in_marks", dictionary=own)
        waves = cwb.harmonise(cwb.open_study(study))
        if refused:
            with pytest.raises(cwb.CwbError) as error:
                cwb.estimate(waves)
            assert [problem.code for problem in error.value.problems] == ["E321"]
        else:
            found = cwb.estimate(waves).frame
            assert found.loc[found["n"] > 0, "se"].notna().all()


@pytest.mark.parametrize("asked", [", trim_to_deff: 1.5", ", calibrate: {margins: [margins/sex.csv]}"])
def test_replicates_do_not_follow_weights_that_the_study_changes(tmp_path: Path, asked: str) -> None:
    weights = {f"rep{r + 1}": np.where(np.arange(N) % 12 == r, 0.0, 12 / 11) for r in range(12)}
    columns = "weight: gewicht, replicates: {columns: rep1..rep12, kind: JK1}"
    waves = {"w1": people(gewicht=1.0, **weights)}
    assert "E199" in codes(make(tmp_path, waves, columns, asked, {"margins/sex.csv": SEX}))


@pytest.mark.parametrize("shared", [6, 3])
def test_a_change_in_two_stages_knows_the_persons_in_both_waves(tmp_path: Path, shared: int) -> None:
    """All 20 areas of 20, in each 6 persons of 12: only the second stage is left to chance.

    With the same 6 persons and answers nothing changes. With 3 of 6 Tam's factor 1 - 6 * 6 * 12 / (3 * 12 * 12) is 0:
    so many are in both by chance alone, and the errors add up.
    """
    area = np.repeat(np.arange(20), 6)
    first = people(area=area, areas=20, persons=12)
    second = first.assign(cijfer=first["cijfer"] if shared == 6 else people(9)["cijfer"])
    second.loc[np.arange(N) % 6 >= shared, "nr"] = [f"Q{i}" for i in range((np.arange(N) % 6 >= shared).sum())]
    columns = "psu: area, population_size: areas, stages: [{unit: nr, population_size: persons}]"
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(make(tmp_path, {"w1": first, "w2": second}, columns))))
    change = cwb.compare(estimates).frame.iloc[0]
    levels = estimates.frame.query("indicator == 'life_satisfaction' and dimension == 'total'")["se"]
    assert (levels > 0.05).all()
    assert change["se"] == pytest.approx(0.0 if shared == 6 else np.hypot(*levels), abs=1e-7)


def test_more_replicates_than_fit_are_refused_before_the_file_is_read(tmp_path: Path) -> None:
    study = make(
        tmp_path, {"w1": people(gewicht=1.0)}, "weight: gewicht, replicates: {columns: rep1..rep9999, kind: JK1}"
    )
    path = study / "waves/w1.yml"
    path.write_text(path.read_text().replace(f"rows: {N}", "rows: 60000"))
    assert "E199" in codes(study)


def test_clusters_of_one_name_without_anybody_in_both_waves_look_drawn_again(tmp_path: Path) -> None:
    area = np.repeat([f"A{i}" for i in range(20)], 6)
    first, second = people(buurt=area), people(2, buurt=area)
    second["nr"] = second["nr"].str.replace("P", "Q")
    assert codes(make(tmp_path / "panel", {"w1": first, "w2": second}, "psu: buurt")) == ["W197"]
    assert codes(make(tmp_path / "wave", {"w1": first, "w2": second}, "psu: buurt", scope="wave")) == []


def test_strata_drawn_again_are_told(tmp_path: Path) -> None:
    half = np.arange(N) < N // 2
    first, second = people(laag=np.where(half, "a", "b")), people(laag=np.where(half, "a", "c"))
    problems = found_in(make(tmp_path, {"w1": first, "w2": second}, "stratum: laag"))
    assert [problem.code for problem in problems] == ["W198"] and "b, c" in problems[0].what


def test_a_census_says_whom_it_is_about(tmp_path: Path) -> None:
    """8 of 10 answered: for these people the error is sqrt(1 - 8/10) of what it is for the process."""
    waves = cwb.harmonise(cwb.open_study("surveys/nieuw_west"))
    people_, process = cwb.estimate(waves).frame, cwb.estimate(waves, "superpopulation").frame
    ours = (people_["population"] == "coop_workers") & (people_["dimension"] == "total") & (people_["se"] > 0)
    assert set(people_["inference"]) == {"finite_population"} and set(process["inference"]) == {"superpopulation"}
    assert (people_.loc[ours, "se"] < 0.75 * process.loc[ours, "se"]).all()
    np.testing.assert_array_equal(people_["value"], process["value"])
    residents = (people_["population"] == "residents") & people_["se"].notna()
    np.testing.assert_array_equal(people_.loc[residents, "se"], process.loc[residents, "se"])


def test_a_wave_that_is_meant_to_be_empty_has_rows_without_figure(tmp_path: Path) -> None:
    study = make(tmp_path, {"w1": people(), "w2": people().iloc[:0]}, "")
    path = study / "waves/w2.yml"
    path.write_text(path.read_text().replace("rows: 0}", "rows: 0, allow_empty: true}"))
    frame = cwb.estimate(cwb.harmonise(cwb.open_study(study))).frame.query("wave == 'w2'")
    assert len(frame) and (frame["reason"] == "no_respondents").all() and frame["value"].isna().all()


def test_a_share_that_the_margins_fix_has_a_design_effect_that_can_be_told(tmp_path: Path) -> None:
    asked = ", calibrate: {margins: [margins/sex.csv]}"
    study = make(tmp_path, {"w1": people(gewicht=80.0)}, "weight: gewicht", asked, {"margins/sex.csv": SEX})
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(study)))
    assert (estimates.frame["ess"].dropna() <= 10 * N).all()
    cwb.protect(estimates, cwb.compare(estimates))


def test_response_that_cannot_be_modelled_names_columns_and_no_answers(tmp_path: Path) -> None:
    rows = people(adres=[f"CANARY {i}" for i in range(N)], uitkomst=np.where(np.arange(N) % 3, 1, 2))
    study = make(tmp_path, {"w1": rows}, "auxiliary: [adres]", ", nonresponse: {classes: 5}")
    problems = [problem for problem in found_in(study) if problem.is_error]
    assert [problem.code for problem in problems] == ["E197"] and "CANARY" not in str(problems[0])

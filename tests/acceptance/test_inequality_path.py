"""Poverty and inequality from a raw file to a table: synthetic EU-SILC, households as PSU, beside laeken's numbers.

The file has one wave; a second one is made of half of its households with other incomes, so that there is a change of
a poverty rate between waves that share people.
"""

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.estimate.inequality import gini, poverty_rate
from weight.residents_study import make

DATA = pd.read_csv("tests/oracle/data/eusilc.csv")
ORACLE = pd.read_csv("tests/oracle/eusilc.csv").query("case == 'eusilc'")
RTOL = 1e-8  # the same sums in another order

REGIONS = sorted(DATA["db040"].unique())
VARIABLES = f"""\
  income: {{from: inkomen, relation: exact, keep: 0..10000000, missing: {{sysmis: no_answer}}}}
  region:
    from: streek
    relation: exact
    recode: {{{", ".join(f"{name}: {name.lower().replace(' ', '_')}" for name in REGIONS)}}}
"""
WORDS = f"""\
variables:
  income: {{label: {{nl: Inkomen, en: Income}}, type: number, range: [0, 10000000]}}
  region:
    label: {{nl: Streek, en: Region}}
    type: category
    codes: {{{", ".join(f"{name.lower().replace(' ', '_')}: {{nl: '{name}', en: '{name}'}}" for name in REGIONS)}}}
"""
INDICATOR = """\
id: {id}
code: X{number:02d}
version: 1.0.0
theme: income
name: {{nl: {id}, en: {id}}}
plain: {{nl: Een proef., en: A test.}}
populations: [residents]
universe_label: {{nl: Iedereen, en: Everyone}}
statistic: {statistic}
of: income
{more}
direction: down_is_better
decimals: 1
reference_period: {{nl: Nu, en: Now}}
missing: exclude_and_count
source: {{instrument: {{nl: Proef, en: Test}}, reference: test, licence: GPL, item_text_shipped: false, verified: true}}
references: [{{text: laeken}}]
examples: [{{name: One, rows: [{{income: {example}}}], gives: {gives}, n: 1, steps: one person}}]
"""
# one person's example shows that each runs on its own too; where it does not exist nobody is left to compute from
CHOSEN = {
    "income_gini": ("gini", "unit: percent", "0.0"),
    "income_poverty": ("poverty_rate", "unit: percent", "0.0"),
    "income_mean": ("mean", "unit: points", "5.0"),
    "income_median": ("median", "unit: points", "5.0"),
    "income_p20": ("quantile", "at: [0.2]\nunit: points", "5.0"),
    "income_p80_p20": ("quantile_ratio", "at: [0.8, 0.2]\nunit: ratio", "1.0"),
    "income_total": ("total", "unit: points", "5.0"),
    "income_of_women": ("gap", "group: {sex: [female]}\nunit: points", "5.0"),
}


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> cwb.EstimateTable:
    raw = pd.DataFrame(
        {
            "nr": [f"P{number}" for number in range(len(DATA))],
            "huishouden": DATA["db030"],
            "streek": DATA["db040"],
            "geslacht": DATA["rb090"].map({"male": "m", "female": "v"}),
            "inkomen": DATA["eqIncome"],
            "gewicht": DATA["rb050"],
            "cijfer": 7,
        }
    )
    again = raw[raw["huishouden"] % 2 == 0].copy()
    drawn = np.random.default_rng(8).normal(1.02, 0.15, len(DATA) * 2)
    again["inkomen"] = again["inkomen"] * np.clip(drawn[again["huishouden"]], 0.3, 3)
    own = {
        f"dictionary/indicators/{name}.yml": INDICATOR.format(
            id=name, number=number, statistic=statistic, more=more, example=5, gives=gives
        )
        for number, (name, (statistic, more, gives)) in enumerate(CHOSEN.items(), start=1)
        if statistic != "gap"
    }
    gap = INDICATOR.format(
        id="income_of_women", number=20, statistic="gap", more=CHOSEN["income_of_women"][1], example=5, gives=0
    )
    rows = "rows: [{income: 5, sex: male}, {income: 3, sex: female}], gives: 2, n: 2, steps: 5 - 3"
    own["dictionary/indicators/income_of_women.yml"] = (
        gap[: gap.index("examples:")] + f"examples: [{{name: Two, {rows}}}]\n"
    )
    study = make(
        tmp_path_factory.mktemp("eusilc"),
        {"w1": raw, "w2": again},
        "weight: gewicht, household: huishouden",
        indicators=", ".join(CHOSEN),
        dictionary={**own, "dictionary/variables/eusilc.yml": WORDS},
        variables=VARIABLES,
        dimensions="sex, region",
    )
    return cwb.estimate(cwb.harmonise(cwb.open_study(study)))


def row_of(estimates: cwb.EstimateTable, indicator: str, category: str = "total") -> pd.Series:
    frame = estimates.frame
    chosen = (frame["indicator"] == indicator) & (frame["category"] == category) & (frame["wave"] == "w1")
    return frame[chosen].iloc[0]


def oracle(quantity: str, category: str, p: float | None = None) -> float:
    rows = ORACLE[(ORACLE["quantity"] == quantity) & (ORACLE["category"] == category)]
    return float((rows if p is None else rows[np.isclose(rows["p"], p)])["value"].iloc[0])


@pytest.mark.parametrize("region", ["total", *REGIONS])
def test_gini_and_poverty_of_every_region_are_laekens(estimates: cwb.EstimateTable, region: str) -> None:
    """laeken keeps the national threshold in each region, and so do we."""
    category = region.lower().replace(" ", "_")
    told = "all" if region == "total" else region
    for indicator, expected in (("income_gini", oracle("gini", told)), ("income_poverty", oracle("arpr", told, 0.6))):
        assert row_of(estimates, indicator, category)["value"] == pytest.approx(100 * expected, rel=RTOL)


def test_errors_are_those_of_households(estimates: cwb.EstimateTable) -> None:
    """PSU sums by hand, over the households of the whole country also for one region."""
    y, w = DATA["eqIncome"].to_numpy(), DATA["rb050"].to_numpy()
    inside = (DATA["db040"] == "Tyrol").to_numpy()
    for name, influence in (
        ("income_gini", gini(y[inside], w[inside]).influence),
        ("income_poverty", poverty_rate(y, w, inside).influence),
    ):
        full = np.zeros(len(y))
        full[inside if len(influence) == inside.sum() else slice(None)] = influence
        sums = pd.Series(full).groupby(DATA["db030"]).sum().to_numpy()
        m = len(sums)
        error = 100 * np.sqrt(m / (m - 1) * ((sums - sums.mean()) ** 2).sum())
        row = row_of(estimates, name, "tyrol")
        assert row["se"] == pytest.approx(error, rel=RTOL)
        assert row["df"] == DATA.loc[inside, "db030"].nunique() - 1 and row["n"] == inside.sum()


def test_every_statistic_has_a_value_an_error_and_an_interval(estimates: cwb.EstimateTable) -> None:
    frame = estimates.frame[estimates.frame["reason"] != "no_respondents"]  # "other": nobody here
    # the gap between women and men does not exist among women
    absent = (frame["statistic"] == "gap") & (frame["dimension"] == "sex")
    assert (frame.loc[absent, "reason"] == "not_defined").all() and frame.loc[absent, "value"].isna().all()
    frame = frame[~absent]
    told = frame[["value", "se", "ci_low", "ci_high", "df", "ess", "deff"]]
    assert told.notna().all(axis=None) and (frame["ci_low"] < frame["value"]).all()
    assert (frame["value"] < frame["ci_high"]).all() and set(frame["statistic"]) == {s for s, _, _ in CHOSEN.values()}
    methods = frame.drop_duplicates("statistic").set_index("statistic")["interval"].to_dict()
    assert methods["poverty_rate"] == "beta" and methods["median"] == methods["quantile"] == "woodruff_logit"
    assert methods["gini"] == methods["gap"] == "t"
    people = DATA["rb050"].to_numpy()
    assert row_of(estimates, "income_total")["value"] == pytest.approx((people * DATA["eqIncome"]).sum(), rel=RTOL)


def test_a_change_of_poverty_and_gini_knows_the_people_in_both_waves(estimates: cwb.EstimateTable) -> None:
    changes = cwb.compare(estimates).frame.query("dimension == 'total'").set_index("indicator")
    frame = estimates.frame.query("dimension == 'total'").set_index(["indicator", "wave"])
    for name in ("income_gini", "income_poverty"):
        change = changes.loc[name]
        apart = np.hypot(frame.loc[(name, "w1"), "se"], frame.loc[(name, "w2"), "se"])
        assert change["n_both"] == DATA.loc[DATA["db030"] % 2 == 0, "db030"].nunique()
        assert 0.3 * apart < change["se"] < 0.95 * apart


def test_every_statistic_is_published_by_its_own_rules(estimates: cwb.EstimateTable) -> None:
    levels = cwb.protect(estimates, cwb.compare(estimates)).tables["indicators"]
    status = levels.query("dimension == 'total' and wave == 'w1'").set_index("statistic")
    assert set(status.index) == {statistic for statistic, _, _ in CHOSEN.values()}
    assert status["status"].isin(["published", "low_reliability"]).all() and status["value"].notna().all()
    exact = estimates.frame.query("dimension == 'total' and wave == 'w1'").set_index("statistic")
    assert (exact["remainder_percent"].dropna() > 1000).all()
    assert set(exact.index[exact["remainder_percent"].notna()]) == {"gini", "total"}

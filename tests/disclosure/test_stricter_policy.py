"""What a study may write under `policy:`: any rule stricter, none looser, and rows that it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import tiny_study
from cwb_impact.disclosure.primary import SHOWN, Decision, decide
from cwb_impact.disclosure.publish import rounded_levels
from cwb_impact.errors import Problems
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec, shared_dictionary_folder
from cwb_impact.spec.policy import Policy, Withheld
from cwb_impact.spec.stricter_policy import part_of, way_of
from cwb_impact.types import LEVEL_COLUMNS

INDICATORS = load_dictionary(Problems()).indicators


def _policy() -> Policy:
    loaded = read_spec(Policy, shared_dictionary_folder() / "policy.yml", "policy.yml", Problems())
    assert loaded is not None
    return loaded


POLICY = _policy()


def opened(folder: Path, policy: str) -> tuple[StudyBundle | None, Problems, int]:
    """A small study with this under `policy:`; and on which line it begins."""
    study = tiny_study.make(folder)
    path = study / "study.yml"
    before = path.read_text()
    path.write_text(f"{before}policy:\n{policy}\n")
    problems = Problems()
    return open_bundle(study, problems), problems, before.count("\n") + 1


STRICTER = """\
  minimum_respondents: 15
  holdings:
    coop_workers: {minimum_holdings: 4}
    residents: {variable: general_health, minimum_holdings: 3, minimum_outside_largest: 10}
  never_published_dimensions: [sex]
  share: {top_code_sensitive_above: 80}
  median: {minimum_respondents: 20}
  round_n_to: 10
  hide_se_of_census: true
  registers: {people: {public_headcounts: []}}
  text: {nl: Eigen woorden., en: Own words.}"""


def test_every_rule_can_be_made_stricter_in_its_own_place(tmp_path: Path) -> None:
    bundle, problems, _ = opened(tmp_path, STRICTER)
    assert bundle is not None and list(problems.errors) == []
    made = bundle.policy
    assert (made.minimum_respondents, made.round_n_to, made.share.top_code_sensitive_above) == (15, 10, 80)
    assert (made.holdings["coop_workers"].minimum_holdings, made.holdings["coop_workers"].variable) == (4, "coop")
    assert made.holdings["residents"].minimum_outside_largest == 10
    assert made.never_published_dimensions == ["coop", "sex"]
    assert made.registers.people.public_headcounts == [] and made.text.en == "Own words."
    assert (made.share.minimum_each_side, made.money, made.version) == (3, POLICY.money, POLICY.version)


LOOSER = [
    ("  minimum_respondents: 9", 1, "minimum_respondents 9 is looser than the policy's 10"),
    ("  share:\n    minimum_each_side: 2", 2, "share.minimum_each_side 2 is looser than the policy's 3"),
    (
        "  share:\n    top_code_sensitive_above: 95",
        2,
        "share.top_code_sensitive_above 95 is looser than the policy's 90",
    ),
    ("  round_n_to: 7", 1, "round_n_to 7 is no multiple of the policy's 5"),
    ("  round_ratio_to: 0.01", 1, "round_ratio_to 0.01 is no multiple of the policy's 0.05"),
    ("  hide_se_of_census: false", 1, "hide_se_of_census false is looser than the policy's true"),
    ("  money:\n    weights_are_public: false", 2, "money.weights_are_public false is looser than the policy's true"),
    ("  holdings:\n    coop_workers:\n      variable: sex", 3, "holdings.coop_workers.variable sex is another than"),
    (
        "  registers:\n    people:\n      public_headcounts: [coops_founded]",
        3,
        "public_headcounts [coops_founded] is more",
    ),
]


@pytest.mark.parametrize(("policy", "line", "told"), LOOSER)
def test_a_looser_rule_is_refused_with_both_values_and_its_line(
    tmp_path: Path, policy: str, line: int, told: str
) -> None:
    bundle, problems, start = opened(tmp_path, policy)
    found = [problem for problem in problems.errors if problem.code == "E401"]
    assert len(found) == 1 and told in found[0].what and found[0].line == start + line
    assert bundle is not None and bundle.policy.model_dump() == POLICY.model_dump()


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("  minimum_respondent: 12", "E002"),
        ("  minimum_respondents: many", "E002"),
        ("  version: 9.0.0", "E002"),
        ("  holdings: {residents: {variable: general_health}}", "E404"),
        ("  never_published_dimensions: [sexe]", "E403"),
        ("  holdings: {residents: {variable: neighbour, minimum_holdings: 3, minimum_outside_largest: 1}}", "E403"),
        ("  withhold: [{indicator: good_helth, population: residents}]", "E403"),
        ("  withhold: [{indicator: good_health, population: entrepreneurs}]", "E403"),
        ("  withhold: [{indicator: good_health, population: residents, wave: 2031Q3}]", "E403"),
        ("  withhold: [{population: residents, wave: 2031Q3}]", "E403"),
        ("  withhold: [{indicator: good_health, population: residents, dimension: sex}]", "E403"),
        ("  withhold: [{indicator: good_health, population: coop_workers, dimension: sex, category: man}]", "E403"),
        ("  withhold: [{indicator: good_health, population: coop_workers, category: male}]", "E002"),
    ],
)
def test_what_protects_nobody_is_refused(tmp_path: Path, policy: str, code: str) -> None:
    _, problems, start = opened(tmp_path, policy)
    assert [problem.code for problem in problems.errors] == [code]
    assert problems.errors[0].line > start


def rules(model: type[BaseModel], place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every field of the policy that holds a value, and which way is stricter."""
    for name, field in model.model_fields.items():
        inner = part_of(field)
        if inner is None:
            yield (*place, name), way_of(field)
        else:
            yield from rules(inner, (*place, name))


def test_every_rule_says_which_way_is_stricter() -> None:
    assert [".".join(place) for place, way in rules(Policy) if not way] == ["version"]
    assert len(list(rules(Policy))) > 40


# --- a stricter policy never publishes more


def _value(at: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        at = getattr(at, name)
    return at


MOVED = [
    (place, way) for place, way in rules(Policy) if way in ("higher", "lower", "multiple") and "holdings" not in place
]


@st.composite
def stricter_policies(draw: st.DrawFn) -> Policy:
    """The shipped policy with some rules made stricter, at random."""
    made = POLICY
    for place, way in draw(st.lists(st.sampled_from(MOVED), min_size=1, max_size=6, unique=True)):
        default = _value(POLICY, place)
        if way == "multiple":
            value: Any = default * draw(st.integers(1, 4))
        elif isinstance(default, bool):
            continue
        elif way == "higher":
            value = default + draw(st.integers(0, 30))
        else:
            value = max(default - draw(st.integers(0, 30)), 50 if "top_code_sensitive_above" in place else 1)
        made = _with(made, place, value)
    workers = POLICY.holdings["coop_workers"]
    more = draw(st.integers(0, 5))
    workers = workers.model_copy(update={"minimum_outside_largest": workers.minimum_outside_largest + more})
    return made.model_copy(update={"holdings": {**made.holdings, "coop_workers": workers}})


def _with(model: Any, place: tuple[str, ...], value: Any) -> Any:
    name, *inside = place
    new = _with(getattr(model, name), tuple(inside), value) if inside else value
    return model.model_copy(update={name: new})


KINDS = ["share", "poverty_rate", "count", "mean", "total", "ratio", "gap", "relative_gap", "median", "quantile",
         "quantile_ratio", "gini", "s80_s20", "poverty_gap"]  # fmt: skip
UNITS = {"share": "percent", "poverty_rate": "percent", "count": "people", "relative_gap": "percent", "gini": "percent",
         "poverty_gap": "percent", "s80_s20": "ratio", "quantile_ratio": "ratio"}  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(1, 260))
    high = draw(st.integers(0, n))
    statistic = draw(st.sampled_from(KINDS))
    value = 100 * high / n if statistic in ("share", "poverty_rate") else draw(st.floats(0, 3000))
    half = draw(st.floats(0, 20))
    return {
        "status": "computed", "reason": "", "statistic": statistic, "value": value, "se": half / 2,
        "population": draw(st.sampled_from(["residents", "coop_workers"])), "dimension": "total", "category": "total",
        "ci_low": value - half, "ci_high": value + half, "n": n, "people": float(draw(st.integers(1, 50))) * n,
        "n_holdings": draw(st.integers(1, 8)), "n_outside_largest": draw(st.integers(0, n)), "n_low_side": n - high,
        "n_high_side": high, "all_equal": draw(st.booleans()) and draw(st.booleans()), "short_interval": False,
        "few_percent": draw(st.floats(0, 40)), "remainder_percent": draw(st.floats(0, 60)),
        "ess": float(n), "deff": 1.0, "money": draw(st.booleans()), "sensitive": draw(st.booleans()),
        "at": draw(st.sampled_from([0.1, 0.3, 0.5, 0.8])),
    }  # fmt: skip


def limits(row: dict[str, Any], policy: Policy) -> tuple[float, float]:
    """Between what a reader knows the value to lie: everything where nothing is shown."""
    unit = UNITS.get(row["statistic"], "euro" if row["money"] else "hours")
    at = {"quantile": [row["at"]], "quantile_ratio": [0.9, row["at"]]}.get(row["statistic"])
    update = {"statistic": row["statistic"], "unit": unit, "sensitive": row["sensitive"], "at": at, "decimals": 1}
    indicator = INDICATORS["median_equivalised_income"].model_copy(update=update)
    made: Decision = decide(pd.Series(row), indicator, policy)
    if made.status not in SHOWN:
        return -np.inf, np.inf
    if made.band:
        limit = float(made.band[1:])
        return (0.0, limit) if made.band[0] == "<" else (limit, 100.0)
    blank: dict[str, Any] = dict.fromkeys(LEVEL_COLUMNS, "")
    frame = pd.DataFrame([{**blank, **row, "status": made.status, "band": ""}])
    published = float(rounded_levels(frame, indicator, policy, True)["value"].iloc[0])
    return published, published


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows(), stricter_policies())
def test_a_stricter_policy_never_publishes_more(row: dict[str, Any], stricter: Policy) -> None:
    """What is hidden stays hidden; a band never becomes a value, nor narrower."""
    default, strict = limits(row, POLICY), limits(row, stricter)
    if default[0] < default[1]:
        assert strict[0] <= default[0] and strict[1] >= default[1]


def test_withheld_rows_leave_out_just_what_is_named() -> None:
    row = pd.Series(
        {
            "indicator": "good_health", "population": "residents", "wave": "2025Q3", "dimension": "sex",
            "category": "male", "status": "computed", "reason": "", "statistic": "share", "value": 40.0, "se": 5.0,
            "ci_low": 30.0, "ci_high": 50.0, "n": 100, "n_holdings": 1, "n_outside_largest": 0, "n_low_side": 60,
            "n_high_side": 40, "all_equal": False, "short_interval": False,
        }
    )  # fmt: skip

    def reason(**named: str) -> str:
        asked = Withheld.model_validate({"indicator": "good_health", "population": "residents", **named})
        return decide(row, INDICATORS["good_health"], POLICY.model_copy(update={"withhold": [asked]})).reason

    assert reason() == reason(wave="2025Q3") == reason(dimension="sex", category="male") == "withheld_by_study"
    everything = Withheld(population="residents", wave="2025Q3")  # a whole wave, after somebody withdrew
    assert decide(row, INDICATORS["good_health"], POLICY.model_copy(update={"withhold": [everything]})).reason == (
        "withheld_by_study"
    )
    assert reason(dimension="sex") == "withheld_by_study"
    assert {reason(wave="2026Q3"), reason(dimension="total"), reason(dimension="sex", category="female")} == {""}
    assert reason(population="coop_workers") == reason(indicator="life_satisfaction") == ""

"""Sums, means and gaps of money, and what else one contributor could be most of: the p% rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytauargus
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.disclosure.primary import decide
from cwb_impact.errors import Problems
from cwb_impact.estimate.counts import few_percent, remainder_percent
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.policy import Policy

INCOME = load_dictionary(Problems()).indicators["median_equivalised_income"]


def of(statistic: str, unit: str) -> Indicator:
    return INCOME.model_copy(update={"statistic": statistic, "unit": unit, "minimum_n": 10})


def row(**changes: object) -> pd.Series:
    plain: dict[str, object] = {
        "status": "computed", "reason": "", "population": "residents", "dimension": "total", "statistic": "mean",
        "value": 1800.0, "se": 1.0, "ci_low": 1700.0, "ci_high": 1900.0, "n": 100, "people": 400.0, "n_holdings": 1,
        "n_outside_largest": 0, "n_low_side": 60, "n_high_side": 40, "all_equal": False, "short_interval": False,
        "remainder_percent": 500.0,
    }  # fmt: skip
    return pd.Series({**plain, **changes})


WORKERS = {"population": "coop_workers", "n_holdings": 3, "n_outside_largest": 19}
LARGE = "one_contributor_dominates"

CASES = [
    ("mean", "euro", {}, ""),
    ("mean", "euro", {"remainder_percent": 10.0}, ""),
    ("mean", "euro", {"remainder_percent": 9.9}, LARGE),
    # what nobody counted is not known to be safe
    ("mean", "euro", {"remainder_percent": float("nan")}, LARGE),
    ("mean", "euro", {**WORKERS, "remainder_percent": 9.9}, LARGE),
    ("mean", "euro", WORKERS, ""),
    ("mean", "euro", {"all_equal": True}, "all_the_same"),
    ("mean", "euro", {"value": 0.3}, "all_the_same"),
    ("mean", "hours", {"remainder_percent": float("nan"), "value": 30.0}, ""),
    ("total", "euro", {"remainder_percent": 9.9}, LARGE),
    ("total", "people", {"remainder_percent": 9.9}, LARGE),
    ("ratio", "percent", {"remainder_percent": 9.9}, LARGE),
    ("gini", "percent", {"remainder_percent": 9.9}, LARGE),
    ("s80_s20", "ratio", {"n": 49}, "too_few_for_a_distribution"),
    ("s80_s20", "ratio", {"n": 50}, ""),
    ("gap", "euro", {"remainder_percent": 9.9}, LARGE),
    ("gap", "points_0_10", {"remainder_percent": float("nan")}, ""),
    ("gap", "euro", {"n_low_side": 9, "n_high_side": 91}, "too_few_in_a_group"),
    ("relative_gap", "percent", {"n_low_side": 91, "n_high_side": 9}, "too_few_in_a_group"),
    ("relative_gap", "percent", {"remainder_percent": 9.9}, LARGE),
]  # fmt: skip


@pytest.mark.parametrize(("statistic", "unit", "changes", "reason"), CASES)
def test_rule_of_money(policy: Policy, statistic: str, unit: str, changes: dict[str, object], reason: str) -> None:
    decided = decide(row(statistic=statistic, **changes), of(statistic, unit), policy)
    assert (decided.status == "suppressed_primary", decided.reason) == (reason != "", reason)


EVERYBODY = np.zeros(5, dtype=np.int64)
AMOUNTS, WEIGHTS = np.array([500.0, 200.0, 30.0, 20.0, 10.0]), np.array([1.0, 3.0, 2.0, 1.0, 4.0])


@pytest.mark.parametrize(
    ("weights", "holding", "public", "expected"),
    [
        # 760 - 500 - 200 = 60, of 500
        (np.ones(5), None, True, 12.0),
        # sums w x 500, 600, 60, 20, 40: 1220 - 600 - 500 = 120, of 600
        (WEIGHTS, None, True, 20.0),
        # 1220 - 500 - 200 = 520, of 500
        (WEIGHTS, None, False, 104.0),
        # holdings 0 and 1: 500 + 60 + 40 and 600 + 20: nothing is left
        (WEIGHTS, np.array([0, 1, 0, 1, 0]), True, 0.0),
        # holding 2 has 40: of the largest, 620
        (WEIGHTS, np.array([0, 1, 0, 1, 2]), True, 100 * 40 / 620),
        # whoever has no known holding may be of the largest: 620 + 40
        (WEIGHTS, np.array([0, 1, 0, 1, -1]), True, 0.0),
    ],
)
def test_the_remainder_is_that_worked_by_hand(
    weights: np.ndarray, holding: np.ndarray | None, public: bool, expected: float
) -> None:
    made = remainder_percent(AMOUNTS, weights, EVERYBODY, 1, holding, public)
    np.testing.assert_allclose(made, [expected], rtol=1e-9)


def test_sums_that_cancel_and_sums_of_nothing_are_not_safe() -> None:
    """Leak prevented: 1,000,000 and -990,000 beside ten of 1,000 have a sum that nobody seems to dominate."""
    amounts = np.array([1e6, -9.9e5, *[1e3] * 10, *[0.0] * 3, *[-5.0] * 4])
    domain = np.array([0] * 12 + [1] * 3 + [2] * 4)
    assert remainder_percent(amounts, np.ones(19), domain, 4, None).tolist() == [0.0, 0.0, 200.0, 0.0]


amount = st.integers(0, 50)


@given(
    st.lists(st.tuples(amount, st.integers(1, 6), st.integers(0, 2), st.integers(-1, 3)), min_size=1, max_size=25),
    st.booleans(),
    st.sampled_from([0.5, 4.0, 1024.0]),
)
def test_the_second_largest_cannot_come_closer_than_the_remainder(
    people: list[tuple[int, int, int, int]], held: bool, factor: float
) -> None:
    """The attack itself: take your own part off the sum; and weights multiplied by anything change nothing."""
    x, w, domain, holding = (np.array(column) for column in zip(*people, strict=True))
    by = holding if held else None
    made = remainder_percent(x.astype(float), w.astype(float), domain, 3, by)
    for code in range(3):
        inside = domain == code
        names = holding[inside] if held else np.arange(inside.sum())
        parts = pd.Series((w * x)[inside]).groupby(names).sum()
        unknown = float(parts.pop(-1)) if -1 in parts.index else 0.0
        ordered = [*sorted(parts.tolist(), reverse=True), 0.0, 0.0]
        largest, second, total = ordered[0] + unknown, ordered[1], sum(ordered) + unknown
        off = 100 * ((total - second) - largest) / largest if largest > 0 else 0.0
        assert made[code] == pytest.approx(off, abs=1e-6)
    np.testing.assert_allclose(remainder_percent(x.astype(float), factor * w, domain, 3, by), made, rtol=1e-9)


@given(st.lists(st.tuples(amount, st.integers(1, 6)), min_size=1, max_size=20))
def test_known_weights_hide_at_least_as_much_as_unknown_ones(people: list[tuple[int, int]]) -> None:
    """Weights that count people: every respondent stands for one or more."""
    x, w = (np.array(column, dtype=np.float64) for column in zip(*people, strict=True))
    everybody = np.zeros(len(x), dtype=np.int64)
    known, unknown = (remainder_percent(x, w, everybody, 1, None, public)[0] for public in (True, False))
    assert known <= unknown + 1e-6


def test_few_percent_is_the_part_of_those_who_weigh_most() -> None:
    weight = np.array([5.0, 1.0, 1.0, 3.0, 7.0, 1.0])
    domain = np.array([0, 0, 0, 0, 1, -1])
    assert few_percent(weight, domain, 3, 2).tolist() == [80.0, 100.0, 0.0]


def _unsafe(data: pd.DataFrame, rule: str, **more: object) -> set[str]:
    """Cells that pytauargus calls unsafe before it hides any others."""
    made = pytauargus.protect(data, ["cell"], "amount", rule, suppress="OPT(1)", **more).tables
    table = next(iter(made.values())) if isinstance(made, dict) else made[0]
    return {cell["cell"] for cell in table.rows if cell["status"] == "U"} - {"Total"}


@pytest.mark.parametrize("kind", ["persons", "weights_unknown", "holdings"])
def test_the_same_cells_are_unsafe_as_in_tau_argus(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tau-Argus knows the form for unknown weights only; with equal weights both forms are one."""
    monkeypatch.chdir(tmp_path)  # it writes logs where it runs
    rng = np.random.default_rng(1)
    sizes = rng.integers(4, 9, 30)
    cell = np.repeat(np.arange(30), sizes)
    data = pd.DataFrame(
        {
            "cell": [f"c{code:02d}" for code in cell],
            "holding": [f"h{place % 5}" for size in sizes for place in range(size)],
            "amount": np.round(rng.lognormal(3, 1.6, len(cell))).astype(int) + 1,
            "w": rng.integers(1, 4, len(cell)).astype(float),
        }
    )
    held = kind == "holdings"
    if held:
        data = data.sort_values(["holding", "cell"], kind="stable").reset_index(drop=True)
    place = data["cell"].str[1:].astype(int).to_numpy()
    weight = data["w"].to_numpy() if kind == "weights_unknown" else np.ones(len(data))
    holding = data["holding"].str[1:].astype(int).to_numpy() if held else None
    made = remainder_percent(
        data["amount"].to_numpy(dtype=float), weight, place, 30, holding, kind != "weights_unknown"
    )
    ours = {f"c{code:02d}" for code in np.flatnonzero(made < 30)}
    more: dict[str, object] = {"workdir": str(tmp_path)}
    more |= {"weighted": True, "weight_var": "w"} if kind == "weights_unknown" else {}
    more |= {"holding_var": "holding"} if held else {}
    rule = "P(0,1)|P(0,1)|P(30,1)" if held else "P(30,1)"
    assert ours == _unsafe(data, rule, **more) != set()

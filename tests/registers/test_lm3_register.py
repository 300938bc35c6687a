"""LM3 by hand: three rounds, what is not known, and money that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.coops import read_coops
from cwb_impact.registers.figures import figure_of
from cwb_impact.registers.lm3 import lm3_rows
from cwb_impact.types import RegisterRows
from registers.filled import COOPS, LM3, at_wave, codes, dictionary, headings, told, workbook


def _lm3(
    folder: Path, revenue: dict[str, Any], *rows: Sequence[Any], without_coops: bool = False
) -> tuple[RegisterRows | None, Problems]:
    problems = Problems()
    listed = [[name, *[None] * 8, euros] for name, euros in revenue.items()]
    coops = workbook(folder / "coops.xlsx", [headings("coops", COOPS), *listed])
    lm3 = workbook(folder / "lm3.xlsx", [headings("lm3", LM3), *rows])
    at = at_wave(folder, coops=[coops], lm3=[lm3])
    known = read_coops(at, problems)
    return lm3_rows(at, None if without_coops else known, problems), problems


def _paid(coop: str, to: str, euros: Any, area: str = "Ja", answered: Any = "Ja", percent: Any = None) -> list[Any]:
    return [coop, to, "Werker", euros, area, answered, percent]


def _columns(rows: RegisterRows) -> list[list[float]]:
    names = ("lm3_r1_euros", "lm3_r2_euros", "lm3_r3_euros", "lm3_coverage_percent")
    return [rows.frame[name].tolist() for name in names]


def test_the_textbook_case(tmp_path: Path) -> None:
    """100 came in, 60 was paid in the area, half of that was spent there again: (100 + 60 + 30) / 100 = 1.90."""
    found, problems = _lm3(
        tmp_path, {"Groen": 100}, _paid("Groen", "P1", 60, percent=50), _paid("Groen", "P2", 25, "Nee", None)
    )
    assert found is not None and not len(problems)
    assert _columns(found) == [[100], [60], [30], [100]]
    row, _ = figure_of(dictionary().indicators["lm3"], found, dictionary())
    assert row["value"] == pytest.approx(1.90)
    assert (found.protects, found.population, found.register) == ("money", "coops", "lm3")
    assert list(found.files) == ["coops.xlsx", "lm3.xlsx"]


def test_who_did_not_answer_adds_nothing_to_round_3(tmp_path: Path) -> None:
    """45 of 60 euros answered: coverage 75; round 3 is 40% of 30 plus 0% of 15 = 12."""
    rows = [
        _paid("groen", "P1", 30, percent=40),
        _paid("Groen ", "P2", 15, percent=0),
        _paid("GROEN", "P3", 15, answered="Nee"),
        _paid("Groen", "P4", 7, "Weet niet", None),
    ]
    found, problems = _lm3(tmp_path, {"Groen": 100}, *rows)
    assert found is not None and not len(problems)
    assert _columns(found) == [[100], [60], [12], [75]]
    assert dict(found.counts) == {
        "rows": 4, "coops_without_survey": 0, "place_unknown": 1, "place_unknown_euros": 7.0
    }  # fmt: skip


def test_nothing_in_the_area_has_nobody_to_ask(tmp_path: Path) -> None:
    found, _ = _lm3(tmp_path, {"Groen": 100}, _paid("Groen", "P1", 60, "Nee", None))
    assert found is not None and _columns(found) == [[100], [0], [0], [100]]


def test_co_ops_without_a_survey_or_without_round_1(tmp_path: Path) -> None:
    rows = [_paid("Groen", "P1", 60, percent=50), _paid("Blauw", "P1", 60, percent=50)]
    found, _ = _lm3(tmp_path, {"Groen": 100, "Blauw": None, "Rood": 80}, *rows)
    assert found is not None
    assert found.frame["lm3_r1_euros__why"].tolist() == ["valid", "no_answer", "valid"]
    for name in ("lm3_r2_euros", "lm3_r3_euros", "lm3_coverage_percent"):
        assert found.frame[f"{name}__why"].tolist() == ["valid", "valid", "not_asked"]
        assert np.isnan(found.frame[name].tolist()[2])
    assert found.counts["coops_without_survey"] == 1
    assert found.frame["holding"].tolist() == ["Groen", "Blauw", "Rood"]
    row, _ = figure_of(dictionary().indicators["lm3"], found, dictionary())
    assert (row["value"], row["n"], row["n_unknown"]) == (pytest.approx(1.9), 1, 2)


def test_more_in_the_area_than_came_in_is_refused(tmp_path: Path) -> None:
    """Otherwise LM3 could pass 3, the most that can be."""
    rows = [_paid("Groen", "P1", 60, percent=50), _paid("Groen", "P2", "40,01", percent=50)]
    found, problems = _lm3(tmp_path, {"Blauw": 5, "Groen": 100}, *rows)
    assert found is None
    what = "less than the co-op paid to recipients in the area: round 2 is a part of round 1"
    assert told(problems, "E634") == [f"revenue_euros: 1 cell of 2 rows: {what}: lijst!J3"]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (_paid("Groen", "P2", 10, answered="Ja"), "E633", "lijst!G3"),
        (_paid("Groen", "P2", 10, answered="Nee", percent=20), "E633", "lijst!G3"),
        (_paid("Groen", "P2", 10, answered=None), "E633", "lijst!F3"),
        (_paid("Groen", "P2", -10, percent=20), "E634", "lijst!D3"),
        (_paid("Groen", " p1", 10, percent=20), "E631", "lijst!B3"),
        (_paid("Gron", "P2", 10, percent=20), "E635", "lijst!A3"),
    ],
)
def test_answers_that_contradict(tmp_path: Path, row: list[Any], code: str, cell: str) -> None:
    found, problems = _lm3(tmp_path, {"Groen": 100}, _paid("Groen", "P1", 60, percent=50), row)
    assert found is None and codes(problems) == [code]
    assert told(problems, code)[0].endswith(f": {cell}") and "1 cell of 2 rows" in told(problems, code)[0]


def test_without_the_list_of_co_ops_there_is_no_round_1(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, {"Groen": 100}, _paid("Groen", "P1", 60, percent=50), without_coops=True)
    assert found is None and codes(problems) == ["E635"]


RECIPIENTS = st.lists(
    st.tuples(
        st.integers(0, 100_000), st.sampled_from(["Ja", "Nee", "Weet niet"]), st.none() | st.integers(0, 100)
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECIPIENTS, st.randoms())
def test_never_below_1_or_above_3_and_the_order_of_rows_does_not_matter(
    tmp_path: Path, recipients: list[tuple[int, str, int | None]], order: Any
) -> None:
    rows = [
        _paid("Groen", f"P{n}", cents / 100, area, "Nee" if percent is None else "Ja", percent)
        for n, (cents, area, percent) in enumerate(recipients)
    ]
    in_area = sum(cents for cents, area, _ in recipients if area == "Ja") / 100
    first, _ = _lm3(tmp_path, {"Groen": in_area + 1}, *rows)
    order.shuffle(rows)
    second, _ = _lm3(tmp_path, {"Groen": in_area + 1}, *rows)
    assert first is not None and second is not None and _columns(first) == _columns(second)
    (r1,), (r2,), (r3,), (coverage,) = _columns(first)
    assert 1 <= (r1 + r2 + r3) / r1 <= 3
    assert r3 <= r2 <= r1 and 0 <= coverage <= 100
    assert r2 == pytest.approx(in_area)

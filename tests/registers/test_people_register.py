"""Who is there on the reference date, who was there 365 days before, and what cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.figures import figure_of
from cwb_impact.registers.people import people_rows
from cwb_impact.types import RegisterRows
from registers.filled import CANARY, ON, PEOPLE, at_wave, codes, dictionary, headings, person, told, workbook

A_YEAR_BEFORE = dt.date(2025, 9, 30)
"""365 days before 30 September 2026: no 29 February in between."""
LONG_AGO = dt.date(2020, 1, 1)


def _lists(folder: Path, rows: Sequence[Sequence[Any]]) -> tuple[tuple[RegisterRows, RegisterRows] | None, Problems]:
    file = workbook(folder / "people.xlsx", [headings("people", PEOPLE), *rows])
    problems = Problems()
    found = people_rows(at_wave(folder, people=[file]), problems)
    return found, problems


def _good(folder: Path, *rows: Sequence[Any]) -> tuple[RegisterRows, RegisterRows]:
    found, problems = _lists(folder, rows)
    assert found is not None, list(problems)
    return found


def _figure(indicator: str, rows: RegisterRows) -> tuple[float, int, int]:
    row, _ = figure_of(dictionary().indicators[indicator], rows, dictionary())
    return row["value"], row["n"], row["n_unknown"]


def test_the_first_and_the_last_day_are_days_of_work(tmp_path: Path) -> None:
    day = dt.timedelta(days=1)
    now, past = _good(
        tmp_path,
        person("Groen", "P1", ON),
        person("Groen", "P2", ON + day),
        person("Groen", "P3", LONG_AGO, ON),
        person("Groen", "P4", LONG_AGO, ON - day),
        person("Groen", "P5", A_YEAR_BEFORE),
        person("Groen", "P6", A_YEAR_BEFORE + day),
        person("Groen", "P7", LONG_AGO, A_YEAR_BEFORE),
        person("Groen", "P8", LONG_AGO, A_YEAR_BEFORE - day),
    )
    assert now.frame["place"].tolist() == [f"people.xlsx lijst!{row}" for row in (2, 4, 6, 7)]
    assert dict(now.counts) == {"rows": 8, "left_before": 3, "joined_after": 1}
    assert past.frame["place"].tolist() == [f"people.xlsx lijst!{row}" for row in (4, 5, 6, 8)]
    assert past.frame["still_working_after_12_months"].tolist() == ["yes", "no", "yes", "no"]
    assert dict(past.counts) == {"rows": 8, "left_before": 1, "joined_after": 3}


def test_retention_worked_out_by_hand(tmp_path: Path) -> None:
    """Of five paid people of a year ago two stayed and one came back; one volunteer, one unknown, one passer-by."""
    rows = [
        person("Groen", "P1", LONG_AGO),
        person("Groen", "P2", LONG_AGO),
        person("Groen", "P3", LONG_AGO, dt.date(2026, 1, 31)),
        person("groen ", " p3", dt.date(2026, 6, 1)),
        person("Groen", "P4", LONG_AGO, dt.date(2026, 2, 1)),
        person("Groen", "P5", LONG_AGO, dt.date(2026, 2, 1)),
        person("Blauw", "P5", dt.date(2026, 2, 2)),
        person("Groen", "P6", LONG_AGO, paid="Nee"),
        person("Groen", "P7", LONG_AGO, paid=None),
        person("Groen", "P8", dt.date(2025, 12, 1), dt.date(2026, 3, 1)),
    ]
    _, past = _good(tmp_path, *rows)
    assert _figure("retention_after_12_months", past) == (60.0, 5, 1)
    assert set(past.frame["holding"]) == {"Groen"}


def test_people_at_work_and_their_co_ops(tmp_path: Path) -> None:
    rows = [
        person("Groen", "P1", LONG_AGO, hours=36),
        person(" GROEN", "P2", LONG_AGO, hours="18"),
        person("Blauw", "P1", LONG_AGO, hours="weet niet"),
        person("Blauw", "P2", LONG_AGO, paid="no", hours=0),
    ]
    now, _ = _good(tmp_path, *rows)
    assert now.frame["holding"].tolist() == ["Groen", "Groen", "Blauw", "Blauw"]
    assert _figure("people_working_in_coops", now)[0] == 3
    np.testing.assert_equal(now.frame["usual_hours_in_coop"].to_numpy(), [36, 18, np.nan, 0])
    assert now.frame["usual_hours_in_coop__why"].tolist() == ["valid", "valid", "dont_know", "valid"]
    assert (now.population, now.protects, now.origin, now.data) == ("coops", "people", "register", "synthetic")
    assert list(now.files) == ["people.xlsx"] and len(now.files["people.xlsx"]) == 64


def test_no_number_of_a_person_is_kept(tmp_path: Path) -> None:
    for rows in _good(tmp_path, person("Groen", CANARY, LONG_AGO)):
        assert CANARY not in rows.frame.to_csv()
        assert {name.removesuffix("__why") for name in rows.frame} <= {*dictionary().variables, "holding", "place"}


def test_one_person_twice_at_the_same_time(tmp_path: Path) -> None:
    rows = [
        person("Groen", "P1", LONG_AGO, dt.date(2024, 1, 1)),
        person("Blauw", "P1", LONG_AGO),
        person("groen", "p1", dt.date(2024, 1, 1)),
        person("Groen", "P1", dt.date(2025, 1, 1)),
    ]
    found, problems = _lists(tmp_path, rows)
    assert found is None and codes(problems) == ["E631"]
    what = "the same person in the same co-op at the same time as in a row above"
    assert told(problems, "E631") == [f"person: 2 cells of 4 rows: {what}: lijst!B4, lijst!B5"]


def test_days_that_cannot_be(tmp_path: Path) -> None:
    rows = [
        person("Groen", "P1", LONG_AGO),
        person("Groen", "P2", dt.date(2025, 3, 1), dt.date(2025, 2, 1)),
        person("Groen", "P3", dt.date(1902, 3, 1)),
        person("Groen", "P4", LONG_AGO, dt.date(2206, 3, 1)),
    ]
    found, problems = _lists(tmp_path, rows)
    assert found is None
    assert [line.rsplit(" ", 1)[1] for line in told(problems, "E632")] == ["lijst!G4", "lijst!H5", "lijst!H3"]


def test_a_list_of_another_year(tmp_path: Path) -> None:
    found, problems = _lists(tmp_path, [person("Groen", "P1", dt.date(2027, 1, 1))])
    assert found is None
    assert "1 cell of 1 rows: nobody worked there on 2026-09-30" in told(problems, "E636")[0]


def test_a_list_from_which_nobody_ever_left(tmp_path: Path) -> None:
    found, problems = _lists(tmp_path, [person("Groen", f"P{n}", LONG_AGO) for n in range(3)])
    assert found is not None and codes(problems) == ["W627"]


def test_citizen_numbers_are_told_and_never_shown(tmp_path: Path) -> None:
    """111222333 is the example of the test itself: 9+8+7 + 2(6+5+4) + 3(3+2) - 3 = 66 = 6 × 11."""
    numbers = ["111222333", "123456782", 111222333.0, "P4"]
    _, problems = _lists(tmp_path, [person("Groen" + str(n), one, LONG_AGO) for n, one in enumerate(numbers)])
    assert "3 cells of 4 rows" in told(problems, "W626")[0]
    assert "111222333" not in "".join(map(str, problems))
    _, problems = _lists(tmp_path, [person("Groen", str(n), LONG_AGO) for n in range(100000001, 100000030)])
    assert "W626" not in codes(problems)


STAY = st.tuples(st.sampled_from(["Groen", "Blauw"]), st.integers(-900, 100), st.none() | st.integers(0, 900))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STAY, min_size=1, max_size=12))
def test_the_lists_agree_with_a_day_by_day_calendar(tmp_path: Path, stays: list[tuple[str, int, int | None]]) -> None:
    """An independent count: every day that each person works is written out."""
    rows, days = [], []
    for number, (coop, first, length) in enumerate(stays):
        joined = ON + dt.timedelta(days=first)
        left = joined + dt.timedelta(days=length) if length is not None else None
        rows.append(person(coop, f"P{number}", joined, left))
        days.append({first + day for day in range((length if length is not None else 2000) + 1)})
    here = [0 in mine for mine in days]
    found, problems = _lists(tmp_path, rows)
    if not any(here):
        assert codes(problems) == ["E636"]
        return
    assert found is not None
    was = [-365 in mine for mine in days]
    assert [len(one.frame) for one in found] == [sum(here), sum(was)]
    stayed = ["yes" if now else "no" for now, before in zip(here, was, strict=True) if before]
    assert found[1].frame["still_working_after_12_months"].tolist() == stayed

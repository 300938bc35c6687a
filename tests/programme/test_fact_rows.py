"""Money, sessions, masterclasses and data as lists of facts: what nobody stated is dont_know, never 0."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_programme
from cwb_impact.errors import Problems
from cwb_impact.programme.fact_rows import fact_rows, lies_in, programme_rows, whole_quarters
from cwb_impact.programme.load import Programme
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.register import Period
from cwb_impact.spec.reported import FuzzyDate
from programme.shipped import load
from tiny_study import edit

YEAR = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
TOLD = FuzzyDate(text="oktober 2025", precision="month", earliest=date(2025, 10, 1), latest=date(2025, 10, 31))


def lists(programme: Programme, on: date, period: Period) -> dict[str, pd.DataFrame]:
    return {rows.register: rows.frame for rows in fact_rows(programme, "w1", on, period)}


@pytest.fixture(scope="module")
def shipped(programme: Programme) -> dict[str, pd.DataFrame]:
    return lists(programme, date(2025, 10, 31), YEAR)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_programme.make(tmp_path, facts=True)


def reasons(frame: pd.DataFrame, variable: str) -> list[str]:
    return frame[f"{variable}__why"].tolist()


# ---- the report of Nieuw-West


def test_the_fund_has_no_amount_on_any_day(shipped: dict[str, pd.DataFrame]) -> None:
    capital = shipped["capital"]
    assert reasons(capital, "capital_committed_euros") == reasons(capital, "capital_paid_euros") == ["dont_know"]
    assert capital[["capital_committed_euros", "capital_paid_euros"]].isna().all(axis=None)
    assert reasons(capital, "capital_for_area") == ["dont_know"]  # a fund for the whole city
    assert capital["capital_instrument"].tolist() == ["replacement"] and capital["place"].tolist() == ["L319"]


def test_a_fund_that_starts_later_is_not_there_yet(programme: Programme) -> None:
    # it starts at the end of 2025: from October at the earliest
    assert len(lists(programme, date(2025, 9, 30), YEAR)["capital"]) == 0
    assert len(lists(programme, date(2025, 10, 1), YEAR)["capital"]) == 1


def test_the_grant_is_awarded_in_the_period_that_the_report_tells(
    programme: Programme, shipped: dict[str, pd.DataFrame]
) -> None:
    grant = shipped["grants"].iloc[0]
    assert (grant["grant_decision"], grant["grant_euros"], grant["place"]) == ("awarded", 320_000.0, "L318")
    # whether it was awarded in another period, the report does not say
    before = Period(first=date(2023, 1, 1), last=date(2023, 12, 31))
    earlier = lists(programme, date(2023, 12, 31), before)["grants"]
    assert reasons(earlier, "grant_decision") == ["dont_know"]


def test_three_sessions_are_certain_and_series_are_not_counted(shipped: dict[str, pd.DataFrame]) -> None:
    sessions = shipped["sessions"]
    # line 344: the launch in March, the iftar on 20 March, and the day of 20 June
    assert (sessions["session_held"] == "yes").sum() == 3
    assert sessions["session_held__why"].value_counts().to_dict() == {"dont_know": 6, "valid": 3}
    counted = sessions[sessions["session_participants__why"] == "valid"]
    assert counted[["session_participants", "session_participants_approximate"]].values.tolist() == [[80.0, "yes"]]


def test_sessions_outside_the_period_are_not_there(programme: Programme) -> None:
    spring = Period(first=date(2025, 4, 1), last=date(2025, 6, 30))
    sessions = lists(programme, date(2025, 6, 30), spring)["sessions"]
    # 20 June lies inside; March does not; the training of mid-2025 may have begun in June or in July
    assert sessions.loc[sessions["session_held"] == "yes", "place"].tolist() == ["L344"]
    assert "L148 L344" not in set(sessions["place"]) and "L349" in set(sessions["place"])


def test_no_masterclass_in_the_report_does_not_mean_none(shipped: dict[str, pd.DataFrame]) -> None:
    row = shipped["masterclasses"].iloc[0]
    assert row["masterclasses_in_period__why"] == "dont_know" and pd.isna(row["masterclasses_in_period"])
    assert row["quarters_in_period"] == 4 and "L350" in row["place"].split()


def test_every_element_of_the_inventory_is_a_row(programme: Programme, shipped: dict[str, pd.DataFrame]) -> None:
    assert programme.data_inventory is not None
    inventory = shipped["data_inventory"]
    told = [element.recorded for element in programme.data_inventory.elements.values()]
    assert len(inventory) == len(told)
    assert (inventory["data_element_recorded__why"] == "dont_know").sum() == told.count("unknown")
    assert set(inventory["data_element_needed"]) == {"yes"}


def test_every_list_holds_variables_and_codes_of_the_dictionary(programme: Programme) -> None:
    variables = load_dictionary(Problems()).variables
    every = programme_rows(programme, "w1", date(2025, 10, 31), YEAR)
    assert [rows.register for rows in every] == [
        *("initiatives", "forecasts", "targets", "pipeline"),
        *("capital", "grants", "sessions", "masterclasses", "data_inventory"),
    ]
    for rows in every:
        names = [name for name in rows.frame if f"{name}__why" in rows.frame]
        assert set(rows.frame) == {*names, *(f"{name}__why" for name in names), "holding", "place"}
        for name in names:
            known = rows.frame.loc[rows.frame[f"{name}__why"] == "valid", name]
            assert known.notna().all() and rows.frame[name].notna().sum() == len(known)
            if variables[name].type == "number":
                assert rows.frame[name].dtype == "float64"
            else:
                assert set(known) <= set(variables[name].codes or {}), name


# ---- the small programme, worked by hand


def test_rows_of_the_small_programme(tiny: Path) -> None:
    half = Period(first=date(2030, 1, 1), last=date(2030, 6, 30))
    found = lists(load(tiny), date(2030, 6, 30), half)
    fund = found["capital"].iloc[0]
    # 5000 committed; `more than 1000` paid is no number
    assert (fund["capital_committed_euros"], fund["capital_paid_euros__why"]) == (5000.0, "dont_know")
    assert (fund["capital_for_area"], fund["capital_instrument"]) == ("yes", "promised")
    assert found["grants"].loc[0, "grant_euros"] == 9000.0
    assert found["sessions"]["session_held"].tolist() == ["yes", "yes", "no"]
    assert reasons(found["sessions"], "session_participants") == ["valid", "valid", "not_applicable"]
    assert found["sessions"]["session_participants_approximate"].tolist()[:2] == ["yes", "no"]
    assert found["masterclasses"][["masterclasses_in_period", "quarters_in_period"]].values.tolist() == [[1.0, 2.0]]
    recorded = found["data_inventory"]
    assert recorded["data_element_recorded"].tolist()[0] == "recorded"
    assert reasons(recorded, "data_element_recorded") == ["valid", "dont_know"]
    assert recorded["place"].tolist() == ["L5", ""]


def test_a_date_that_may_lie_outside_is_dont_know(tiny: Path) -> None:
    quarter = Period(first=date(2030, 1, 1), last=date(2030, 3, 31))
    found = lists(load(tiny), date(2030, 3, 31), quarter)
    # the lesson was in the first half of 2030, and the fund started in it: before or after 31 March
    assert reasons(found["sessions"], "session_held") == ["valid", "dont_know", "valid"]
    assert reasons(found["capital"], "capital_committed_euros") == ["dont_know"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: masterclass", "several: true\n    kind: masterclass"), ("kind: masterclass", "kind: workshop")],
)
def test_masterclasses_are_known_only_one_by_one(tiny: Path, old: str, new: str) -> None:
    edit(tiny / "programme/sessions.yml", old, new)
    year = Period(first=date(2030, 1, 1), last=date(2030, 12, 31))
    assert reasons(lists(load(tiny), date(2030, 3, 31), year)["masterclasses"], "masterclasses_in_period") == [
        "dont_know"
    ]


def test_without_the_files_there_are_no_lists(tmp_path: Path) -> None:
    assert lists(load(tiny_programme.make(tmp_path)), date(2030, 3, 31), YEAR) == {}


# ---- dates and periods


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(days, st.integers(0, 500), days, st.integers(0, 500))
def test_a_date_lies_in_a_period_when_each_day_that_it_can_mean_does(
    first: date, length: int, start: date, stretch: int
) -> None:
    period = Period(first=first, last=first + timedelta(days=length))
    precision = "period" if stretch else "day"
    moment = FuzzyDate(text="some", precision=precision, earliest=start, latest=start + timedelta(days=stretch))
    each = {period.first <= start + timedelta(days=step) <= period.last for step in range(stretch + 1)}
    expected = "unknown" if len(each) == 2 else "inside" if True in each else "outside"
    assert lies_in(moment, period, TOLD) == expected


def test_a_fact_without_a_date_lies_in_the_period_of_the_report() -> None:
    assert lies_in(None, YEAR, TOLD) == "inside"
    assert lies_in(None, Period(first=date(2024, 1, 1), last=date(2024, 12, 31)), TOLD) == "unknown"


@pytest.mark.parametrize(
    ("first", "last", "quarters"),
    [
        ("2025-01-01", "2025-12-31", 4),
        ("2025-01-02", "2025-12-31", 3),
        ("2025-01-01", "2025-12-30", 3),
        ("2025-07-01", "2025-09-30", 1),
        ("2025-07-02", "2025-09-30", 0),
        ("2024-10-01", "2026-03-31", 6),
    ],
)
def test_quarters_count_when_they_are_whole(first: str, last: str, quarters: int) -> None:
    assert whole_quarters(Period(first=date.fromisoformat(first), last=date.fromisoformat(last))) == quarters


@given(days, st.integers(0, 1200))
def test_whole_quarters_by_walking_through_the_days(first: date, length: int) -> None:
    """An independent count: of how many quarters is every day in the period?"""
    last = first + timedelta(days=length)
    seen: dict[tuple[int, int], int] = {}
    for step in range(length + 1):
        day = first + timedelta(days=step)
        seen[day.year, (day.month - 1) // 3] = seen.get((day.year, (day.month - 1) // 3), 0) + 1
    quarters = {pd.Period(year=year, quarter=quarter + 1, freq="Q"): days for (year, quarter), days in seen.items()}
    full = sum((quarter.end_time - quarter.start_time).days + 1 == days for quarter, days in quarters.items())
    assert whole_quarters(Period(first=first, last=last)) == full


def test_a_period_without_a_whole_quarter_gives_no_rate(tiny: Path) -> None:
    month = Period(first=date(2030, 2, 1), last=date(2030, 2, 28))
    assert reasons(lists(load(tiny), date(2030, 3, 31), month)["masterclasses"], "quarters_in_period") == ["dont_know"]

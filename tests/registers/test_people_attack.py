"""Who was there a year ago and still is, at the edge days, against the rule written out once more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.people import people_rows
from registers.filled import ON, at_wave, headings, text, workbook

COLUMNS = ["coop", "person", "paid_work", "position", "member", "hours", "joined", "left"]
BEFORE = ON - dt.timedelta(days=365)
EDGES = [BEFORE + dt.timedelta(days=day) for day in (-400, -1, 0, 1, 100)] + [
    ON + dt.timedelta(days=day) for day in (-1, 0, 1, 30)
]
Stay = tuple[dt.date, dt.date | None]


def stays(days: list[dt.date], again: bool, stayed: bool) -> list[Stay]:
    """Once, or once more after a break; the last of them perhaps until today."""
    first, second, third, fourth = sorted(days)
    found: list[Stay] = [(first, second), (third, fourth)] if again else [(first, second)]
    return [*found[:-1], (found[-1][0], None)] if stayed else found


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.builds(
            stays, st.lists(st.sampled_from(EDGES), min_size=4, max_size=4, unique=True), st.booleans(), st.booleans()
        ),
    ),
    min_size=1,
    max_size=6,
)


def there(stay: Stay, day: dt.date) -> bool:
    return stay[0] <= day and (stay[1] is None or day <= stay[1])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE)
def test_a_year_is_365_days_and_both_ends_count(tmp_path: Path, people: list[tuple[str, list[Stay]]]) -> None:
    rows = [
        [coop, f"P{number}", "Ja", "employee", "Ja", 20, *stay]
        for number, (coop, found) in enumerate(people)
        for stay in found
    ]
    file = workbook(tmp_path / "people.xlsx", [headings("people", COLUMNS), *rows])
    problems = Problems()
    found = people_rows(at_wave(tmp_path, people=[file]), problems)
    here = [any(there(stay, ON) for stay in of) for _, of in people]
    if not any(here):
        assert found is None and [problem.code for problem in problems.errors] == ["E636"]
        return
    assert found is not None
    past = [
        (coop, "yes" if now else "no")
        for (coop, of), now in zip(people, here, strict=True)
        if any(there(stay, BEFORE) for stay in of)
    ]
    assert len(found[0].frame) == sum(here)
    assert list(zip(found[1].frame["holding"], found[1].frame["still_working_after_12_months"], strict=True)) == past


@pytest.mark.parametrize("letters", [140_000, 300_000])
def test_a_field_without_end_is_named_as_that(tmp_path: Path, letters: int) -> None:
    rows = [headings("people", COLUMNS), ["A", "x" * letters, "Ja", "employee", "Ja", "20", "2025-01-31", ""]]
    file = text(tmp_path / "people.csv", rows)
    problems = Problems()
    assert people_rows(at_wave(tmp_path, people=[file]), problems) is None
    (only,) = problems.errors
    assert only.code == "E102" and "line 2 may not be closed: a field is longer" in only.what
    assert "xxx" not in str(only)

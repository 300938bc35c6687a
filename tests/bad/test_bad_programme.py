"""Wrong programme files: each fault is reported at its line, and nothing wrong can be read as a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_programme
from cwb_impact.errors import Problem, Problems
from cwb_impact.programme.load import load_programme
from tiny_study import edit

CASES = [
    # name, file, what stands there, what is written instead, code, part of the message
    ("unknown_key", "initiatives", "    name: De Bakkerij\n", "    name: De Bakkerij\n    note: {nl: x, en: x}\n",
     "E002", "note is not known. Did you mean notes"),
    ("missing_key", "targets", "    status: partly\n", "", "E002", "status is missing"),
    ("unquoted_yes", "initiatives", "stated_as_worker_coop: {value: true,", "stated_as_worker_coop: {value: yes,",
     "E001", "unquoted yes"),
    ("same_initiative_twice", "initiatives", "  sewing:", "  bakery:", "E002", "stands twice"),
    ("range_turned_around", "initiatives", "minimum: 12, maximum: 15", "minimum: 15, maximum: 12",
     "E002", "minimum must be below maximum"),
    ("range_without_width", "initiatives", "minimum: 12, maximum: 15", "minimum: 12, maximum: 12",
     "E002", "minimum must be below maximum"),
    ("range_with_one_value", "initiatives", "minimum: 12, maximum: 15", "value: 12", "E002", "range needs maximum and"),
    ("unknown_as_zero", "targets", "{qualifier: unknown, unit: people}", "{qualifier: unknown, value: 0, unit: people}",
     "E002", "unknown needs no number"),
    ("number_below_zero", "initiatives", "value: 5", "value: -5", "E002", "greater than or equal to 0"),
    ("day_of_two_days", "initiatives", "latest: 2030-02-04", "latest: 2030-02-05", "E002", "is not one day"),
    ("quarter_of_four_months", "initiatives", "latest: 2030-06-30}\n        expected: true",
     "latest: 2030-07-31}\n        expected: true", "E002", "is not one quarter"),
    ("season_from_july", "initiatives", "earliest: 2031-06-01, latest: 2031-08-31",
     "earliest: 2031-07-01, latest: 2031-09-30", "E002", "is not one season"),
    ("half_year_from_february", "initiatives", "earliest: 2030-01-01, latest: 2030-06-30",
     "earliest: 2030-02-01, latest: 2030-07-31", "E002", "is not one half year"),
    ("date_in_no_quote", "initiatives", "text: Q2 2030", "text: Q3 2030", "E002", "stand in none of its quotes"),
    ("happened_in_the_future", "initiatives", "expected: true", "expected: false", "E002", "so it is expected"),
    ("headcount_without_evidence", "initiatives", "      evidence: [{line: 5, quote: Er werken ca. 5 mensen.}]\n", "",
     "E002", "a known number needs evidence"),
    ("group_without_heading", "initiatives", "en: bicycles}\n    group: soon", "en: bicycles}\n    group: concept",
     "E131", "concept is no heading"),
    ("unknown_action", "targets", "action: '1.2'", "action: '1.3'", "E131", "1.3 is no action"),
    ("unknown_initiative", "targets", "possibly: [sewing]", "possibly: [sewin]", "E131", "Did you mean sewing"),
    ("unknown_first_reading", "targets", "    type: process\n", "    type: process\n    reading_of: three_coop\n",
     "E131", "Did you mean three_coops"),
    ("unknown_forecaster", "targets", "forecast_of: bakery", "forecast_of: baker", "E131", "Did you mean bakery"),
    ("unknown_unit", "initiatives", "value: 5, unit: people", "value: 5, unit: persons", "E131", "is no unit"),
    ("line_beyond_the_report", "actions", "[{line: 4, quote: Een gedeelde agenda.}]",
     "[{line: 9, quote: Een gedeelde agenda.}]", "E002", "beyond the end"),
    ("count_that_does_not_add_up", "targets", "counted: [bakery]", "counted: [bakery, bicycles]",
     "E002", "make 2 to 3"),
    ("met_on_a_number_that_may_be_too_low", "targets", "    status: partly\n", "    status: met\n",
     "E002", "actual does not show it"),
    ("met_on_an_unknown_number", "targets",
     "actual: {qualifier: range, minimum: 1, maximum: 2, unit: coops}\n    status: partly",
     "actual: {qualifier: unknown, unit: coops}\n    status: met", "E002", ""),
    ("potential_that_no_forecast_reaches", "targets", "forecast_of: bakery", "forecast_of: bicycles",
     "E002", "no forecast of bicycles reaches"),
    ("potential_without_a_forecast", "targets", "    forecast_of: bakery\n", "",
     "E002", "a potential names forecast_of"),
    ("delivered_with_a_number", "targets", "    target: null\n",
     "    target: {qualifier: exact, value: 1, unit: coops}\n", "E002", "delivered goes without numbers"),
    ("other_units", "targets", "actual: {qualifier: unknown, unit: people}",
     "actual: {qualifier: unknown, unit: coops}", "E002", "different units"),
]  # fmt: skip


def faults(study: Path) -> list[Problem]:
    problems = Problems()
    load_programme(study / "programme", problems, "study/programme")
    return problems.errors


def test_the_unbroken_programme_has_no_faults(tmp_path: Path) -> None:
    assert faults(tiny_programme.make(tmp_path)) == []


@pytest.mark.parametrize(("name", "file", "old", "new", "code", "message"), CASES, ids=[case[0] for case in CASES])
def test_fault_is_reported_with_code_file_and_line(
    tmp_path: Path, name: str, file: str, old: str, new: str, code: str, message: str
) -> None:
    study = tiny_programme.make(tmp_path)
    line = edit(study / f"programme/{file}.yml", old, new) + max(old.count("\n"), new.count("\n"))
    found = faults(study)
    assert [problem.code for problem in found] == [code], [str(problem) for problem in found]
    assert message in str(found[0])
    assert found[0].file == f"study/programme/{file}.yml"
    # a fault of a whole record (a count, a missing key) is reported at the first line of the record
    assert 0 < found[0].line <= line


@pytest.mark.parametrize("file", ["source", "actions", "initiatives", "targets"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    study = tiny_programme.make(tmp_path)
    (study / f"programme/{file}.yml").unlink()
    assert [(problem.code, problem.file) for problem in faults(study)] == [("E102", f"study/programme/{file}.yml")]

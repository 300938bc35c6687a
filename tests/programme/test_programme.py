"""The programme as data: figures keep their reservation, phrases stand on their lines, nothing is added up."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import tiny_programme
from cwb_impact.errors import CwbError, Problems
from cwb_impact.programme import quotes
from cwb_impact.programme.fact_rows import programme_rows
from cwb_impact.programme.load import Programme
from cwb_impact.programme.quotes import check_quotes
from cwb_impact.programme.tables import programme_tables
from cwb_impact.spec.register import Period
from cwb_impact.spec.reported import Evidence, FuzzyDate, Quantity, parts
from programme.shipped import load
from tiny_study import edit

# ---- quantities and dates


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({"qualifier": "exact", "value": 8}, 8, 8),
        ({"qualifier": "about", "value": 20}, 20, 20),
        ({"qualifier": "range", "minimum": 7, "maximum": 10}, 7, 10),
        ({"qualifier": "more_than", "value": 50}, 50, None),
        ({"qualifier": "unknown"}, None, None),
    ],
)
def test_a_quantity_knows_its_limits(given: dict[str, object], low: int | None, high: int | None) -> None:
    quantity = Quantity.model_validate(given | {"unit": "people"})
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    ("precision", "earliest", "latest"),
    [
        ("day", "2025-09-08", "2025-09-08"),
        ("month", "2024-02-01", "2024-02-29"),
        ("quarter", "2026-01-01", "2026-03-31"),
        ("half_year", "2025-07-01", "2025-12-31"),
        ("season", "2025-12-01", "2026-02-28"),
        ("year", "2026-01-01", "2026-12-31"),
        ("period", "2026-01-01", "2027-12-31"),
    ],
)
def test_a_date_spans_exactly_its_precision(precision: str, earliest: str, latest: str) -> None:
    words = {"text": "some day", "precision": precision, "earliest": earliest, "latest": latest}
    span = FuzzyDate.model_validate(words)
    assert span.earliest <= span.latest
    if precision != "period":
        for step in (-1, 1):
            moved = date.fromisoformat(latest) + timedelta(days=step)
            with pytest.raises(ValidationError, match="is not one"):
                FuzzyDate.model_validate(words | {"latest": moved.isoformat()})


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(["month", "quarter", "half_year", "year"]))
def test_every_day_lies_in_one_calendar_span_only(day: date, precision: str) -> None:
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[precision]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
    words = {"text": "some day", "precision": precision, "latest": (after - timedelta(days=1)).isoformat()}
    span = FuzzyDate.model_validate(words | {"earliest": first.isoformat()})
    assert span.earliest <= day <= span.latest
    with pytest.raises(ValidationError):
        FuzzyDate.model_validate(words | {"earliest": (first + timedelta(days=1)).isoformat()})


# ---- the shipped programme of Nieuw-West


def test_all_actions_and_initiatives_of_the_report_are_there(programme: Programme) -> None:
    per_line = {"1A": 5, "1B": 3, "2": 2, "3": 4, "4": 5, "5": 1}  # the rows of the report's six tables of actions
    expected = [f"{line}.{number}" for line, count in per_line.items() for number in range(1, count + 1)]
    assert list(programme.actions.actions) == expected
    groups = [initiative.group for initiative in programme.initiatives.initiatives.values()]
    # four and three under the first two headings, five in the concept phase (the three Wijkcoöperaties are one)
    assert groups == ["founded_and_operational"] * 4 + ["soon"] * 3 + ["concept"] * 5


def test_the_founded_co_ops_are_those_with_a_founding_that_had_passed(programme: Programme) -> None:
    """The count of targets.yml follows from the events of initiatives.yml under its own rule."""
    moment = programme.source.as_of.date.latest
    founded = [
        name
        for name, initiative in programme.initiatives.initiatives.items()
        for event in initiative.events
        if event.kind == "founded" and not event.expected and (event.date is None or event.date.latest <= moment)
    ]
    assert sorted(programme.targets.targets["coops_founded"].counted) == sorted(founded)


def test_the_strict_count_holds_only_stated_worker_co_ops(programme: Programme) -> None:
    strict, wide = (programme.targets.targets[key] for key in ("worker_coops_founded", "coops_founded"))
    claims = {name: entry.stated_as_worker_coop for name, entry in programme.initiatives.initiatives.items()}
    assert strict.counted == [name for name, claim in claims.items() if claim is not None and claim.value]
    assert {*strict.counted, *strict.possibly} == {*wide.counted, *wide.possibly}


def test_the_reports_own_count_is_the_group_under_its_heading(programme: Programme) -> None:
    initiatives = programme.initiatives.initiatives
    headings = [key for key, group in programme.initiatives.groups.items() if group.operational]
    first_group = [name for name, entry in initiatives.items() if entry.group in headings]
    assert headings == ["founded_and_operational"]
    assert programme.targets.targets["coops_operational"].counted == first_group


def test_readings_of_one_promise_stay_apart(tables: dict[str, pd.DataFrame]) -> None:
    targets = tables["targets"].set_index("id")
    first = "worker_coops_founded"
    readings = targets[(targets.index == first) | (targets["reading_of"] == first)]
    assert readings[["actual_min", "actual_max"]].drop_duplicates().shape[0] == 4
    assert readings["rule_nl"].is_unique and readings["rule_en"].is_unique
    # four lies between the limits of the strict reading, so that one is neither met nor missed
    assert readings.loc[first, "status"] == "unknown"


def test_unknown_is_an_empty_cell_and_never_zero(tables: dict[str, pd.DataFrame]) -> None:
    written = pd.read_csv(io.StringIO(tables["targets"].to_csv(index=False)), dtype=str, keep_default_na=False)
    capital = written.set_index("id").loc["investment_capacity"]
    assert (capital["actual_qualifier"], capital["actual_min"], capital["actual_max"]) == ("unknown", "", "")
    assert (capital["status"], capital["target_min"]) == ("replaced", "1000000")
    for name, qualifier, numbers in (
        ("targets", "actual_qualifier", ["actual_min", "actual_max"]),
        ("initiatives", "people_qualifier", ["people_min", "people_max"]),
    ):
        unknown = tables[name][tables[name][qualifier] == "unknown"]
        assert len(unknown) and unknown[numbers].isna().all(axis=None)


def test_a_target_without_a_number_is_not_called_unknown(tables: dict[str, pd.DataFrame]) -> None:
    method = tables["targets"].set_index("id").loc["joint_working_method"]
    assert (method["target_qualifier"], method["actual_qualifier"]) == ("not_numeric", "not_numeric")


def test_the_large_co_op_is_a_potential_and_its_forecast_is_not_its_actual(programme: Programme) -> None:
    large = programme.targets.targets["one_large_worker_coop"]
    assert large.forecast_of is not None and large.actual is not None
    forecast = programme.initiatives.initiatives[large.forecast_of].forecasts[0]
    assert large.type == "potential" and large.reached_with(large.actual) is False
    assert large.reached_with(forecast.quantity) is True and forecast.condition is not None


def test_forecasts_stand_one_by_one(programme: Programme, tables: dict[str, pd.DataFrame]) -> None:
    stated = [
        (name, forecast.quantity.low, forecast.quantity.high)
        for name, initiative in programme.initiatives.initiatives.items()
        for forecast in initiative.forecasts
    ]
    frame = tables["forecasts"]
    assert list(zip(frame["initiative"], frame["minimum"], frame["maximum"], strict=True)) == stated
    undated = frame[frame["initiative"] == "roots_and_recipes"]
    assert set(undated["due_text"]) == {"unknown"} and undated["due_latest"].isna().all()


def test_every_row_names_its_lines_and_says_that_it_is_public(tables: dict[str, pd.DataFrame]) -> None:
    for name, frame in tables.items():
        assert list(frame.columns[-2:]) == ["line", "data"]
        # what rests on this project's own look has no line
        told = frame[frame["basis"] == "report"] if name == "data_inventory" else frame
        assert told["line"].str.fullmatch(r"\d+( \d+)*").all(), name
        assert frame["line"][~frame.index.isin(told.index)].eq("").all()
        assert set(frame["data"]) == {"public"}


def test_both_languages_are_always_there(tables: dict[str, pd.DataFrame]) -> None:
    for frame in tables.values():
        for dutch in (column for column in frame.columns if column.endswith("_nl")):
            assert (frame[dutch].isna() == frame[f"{dutch[:-3]}_en"].isna()).all(), dutch


# ---- tables of the small programme, worked by hand


def test_rows_of_the_small_programme(tmp_path: Path) -> None:
    frames = programme_tables(load(tiny_programme.make(tmp_path)))
    bakery, bicycles, _ = frames["initiatives"].to_dict("records")
    assert bakery["events"] == "founded 2030-02-04"
    assert bicycles["events"] == "founded expected 2030-04-01/2030-06-30"
    assert (bakery["worker_coop_stated"], bicycles["worker_coop_stated"]) == ("yes", "unknown")
    assert (bakery["people_as_of"], bakery["people_unit_en"]) == ("2030-03-01/2030-03-31", "people")
    assert bakery["line"] == "5 6"
    three = frames["targets"].iloc[0]
    assert (three["due_text"], three["due_earliest"], three["due_latest"]) == ("eind 2030", "2030-10-01", "2030-12-31")
    assert (three["actual_min"], three["actual_max"], three["unit_nl"], three["line"]) == (1, 2, "coöperaties", "3 5")
    forecast = frames["forecasts"].iloc[0]
    assert (forecast["minimum"], forecast["maximum"]) == (12, 15)
    assert forecast["condition_en"] == "if a larger oven is bought"
    assert list(frames["actions"]["action_line"]) == ["1", "1"]


# ---- phrases against the text of a report


def check(study: Path, report: Path) -> list[str]:
    problems = Problems()
    check_quotes(load(study), report, problems)
    return [str(problem) for problem in problems]


def test_every_phrase_of_the_small_programme_stands_on_its_line(tmp_path: Path) -> None:
    study = tiny_programme.make(tmp_path)
    problems = Problems()
    small = load(study)
    looked_up = check_quotes(small, tmp_path / "report.txt", problems)
    assert not len(problems)
    texts = [(study / f"programme/{name}.yml").read_text() for name in ("source", "actions", "initiatives", "targets")]
    assert looked_up == sum(text.count("quote:") for text in texts)


def test_a_changed_phrase_is_found_at_its_place(tmp_path: Path) -> None:
    study = tiny_programme.make(tmp_path)
    line = edit(study / "programme/initiatives.yml", "Er werken ca. 5 mensen.", "Er werken ca. 50 mensen.")
    (found,) = check(study, tmp_path / "report.txt")
    assert found.startswith(f"programme/initiatives.yml:{line}: E610 initiatives.bakery.people_now.evidence.0: ")


def test_a_phrase_on_another_line_is_told_where_it_stands(tmp_path: Path) -> None:
    study = tiny_programme.make(tmp_path)
    edit(study / "programme/actions.yml", "line: 4, quote: Een gedeelde", "line: 6, quote: Een gedeelde")
    (found,) = check(study, tmp_path / "report.txt")
    assert "E610" in found and "It stands on line 4" in found


def test_another_report_is_noticed_by_hash_and_length(tmp_path: Path) -> None:
    study, report = tiny_programme.make(tmp_path), tmp_path / "report.txt"
    report.write_text(report.read_text() + "Een regel meer.\n")
    found = check(study, report)
    assert len(found) == 2 and all("E104" in problem for problem in found) and "9 lines, not 8" in found[0] + found[1]


def test_a_report_that_is_no_text_is_refused(tmp_path: Path) -> None:
    study, report = tiny_programme.make(tmp_path), tmp_path / "report.txt"
    report.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CwbError, match="E102"):
        check(study, report)


def test_the_command_says_how_many_phrases_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tiny_programme.make(tmp_path)
    assert quotes.main([str(study), str(tmp_path / "report.txt")]) == 0
    assert "phrases stand on their lines" in capsys.readouterr().out
    edit(study / "programme/actions.yml", "De agenda is er nog niet.", "De agenda is er al.")
    assert quotes.main([str(study), str(tmp_path / "report.txt")]) == 1
    assert "E610" in capsys.readouterr().err


def test_evidence_is_found_wherever_it_stands(programme: Programme) -> None:
    for file in programme.files:
        text = Path(file.doc.path).read_text(encoding="utf-8")
        assert sum(1 for _ in parts(Evidence, file)) == text.count("quote:")


def test_an_invented_report_says_so_in_every_table_and_list(tmp_path: Path) -> None:
    study = tiny_programme.make(tmp_path, facts=True)
    edit(study / "programme/source.yml", "title:", "data: synthetic\ntitle:")
    programme = load(study)
    assert {set(frame["data"]).pop() for frame in programme_tables(programme).values() if len(frame)} == {"SYNTHETIC"}
    year = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
    assert {rows.data for rows in programme_rows(programme, "2025", date(2025, 10, 31), year)} == {"synthetic"}

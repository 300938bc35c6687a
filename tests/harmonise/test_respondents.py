"""Which rows are respondents, and who they are. Ids never stand in a message."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from one_variable import column, number, wave_map

from cwb_impact.errors import Problems
from cwb_impact.harmonise.respondents import Respondents, respondents_of
from cwb_impact.harmonise.wave import HarmonisedWave, harmonise_wave
from cwb_impact.spec.bundle import check_map_words
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.variable import Variable
from cwb_impact.types import ColumnInfo, FileInfo, RawWave

OUTCOMES = {"1": "complete", "2": "partial", "3": "refusal", "4": "not_eligible"}


def raw_of(cells: dict[str, list]) -> RawWave:
    frame = pd.DataFrame({name: column(held) for name, held in cells.items()})
    return RawWave(Path("raw.sav"), "", FileInfo(tuple(map(ColumnInfo, cells)), len(frame)), frame)


def respondents(cells: dict[str, list], source: dict | None = None, **spec: Any) -> tuple[Respondents, Problems]:
    problems = Problems()
    return respondents_of(raw_of(cells), wave_map({}, source, **spec), problems), problems


def ids(**rule: Any) -> dict[str, Any]:
    return {"columns": ["id"], "scope": "wave", **rule}


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems]


def test_rows_that_leave_out_names_are_gone_and_counted_once() -> None:
    cells = {"id": [1, 2, 3, 4], "status": [1, 9, 9, 1], "preview": ["", "yes", "", "yes"]}
    found, problems = respondents(cells, leave_out={"status": 9, "preview": ["yes", "test"]})
    assert found.person.tolist() == ["1"]
    assert found.left_out == {"status = 9": 2, "preview = yes, test": 1}
    assert codes(problems) == ["W201"]


def test_only_complete_interviews_are_respondents_by_default() -> None:
    found, problems = respondents(
        {"id": [1, 2, 3, 4, 5], "d": [1, 2, 3, 4, 1]}, disposition={"from": "d", "codes": OUTCOMES}
    )
    assert found.person.tolist() == ["1", "5"] and found.outcome is None and not len(problems)
    assert found.eligible is not None and len(found.eligible) == 4  # all but the one who is not eligible
    assert found.left_out == {"partial": 1, "refusal": 1, "not_eligible": 1}


def test_partial_interviews_are_kept_with_their_outcome_when_the_map_says_so() -> None:
    disposition = {"from": "d", "codes": OUTCOMES, "harmonise": ["complete", "partial"]}
    cells = {"id": [1, 2, 3], "d": [3, 2, 1], "q": [1, 2, 3]}
    found, _ = respondents(cells, disposition=disposition)
    assert found.person.tolist() == ["2", "3"] and found.outcome.tolist() == ["partial", "complete"]


def test_an_outcome_that_the_map_does_not_know_stops_the_run() -> None:
    _, problems = respondents({"id": [1, 2], "d": [1, 7]}, disposition={"from": "d", "codes": OUTCOMES})
    assert codes(problems) == ["E120"]


def test_left_out_rows_have_no_outcome() -> None:
    cells = {"id": [1, 2], "d": [1, 77], "test": [0, 1]}
    found, problems = respondents(cells, disposition={"from": "d", "codes": OUTCOMES}, leave_out={"test": 1})
    assert (
        found.person.tolist() == ["1"] and found.eligible is not None and len(found.eligible) == 1 and not len(problems)
    )


def test_an_id_that_stands_twice_stops_the_run_without_the_id_in_the_message() -> None:
    _, problems = respondents({"id": ["CANARY-1", "x", "CANARY-1"]})
    assert codes(problems) == ["E170"] and "CANARY" not in str(*problems) and "row 1" in str(*problems)


@pytest.mark.parametrize(("rule", "kept"), [("first", [10, 20]), ("last", [20, 30])])
def test_first_and_last_are_those_of_the_file(rule: str, kept: list) -> None:
    found, problems = respondents({"id": [1, 2, 1], "q": [10, 20, 30]}, id=ids(duplicates=rule))
    assert found.cases["q"].tolist() == kept and found.left_out == {f"id {rule} kept": 1} and not len(problems)


@pytest.mark.parametrize(
    "when",
    [
        [9, 10, 8],
        ["9", "10", "8"],
        ["2024-01-09", "2024-01-10", "2023-12-31"],
        ["2024-01-09T10:00:00", "2024-01-09T10:00:01", "2024-01-09"],
    ],
)
def test_ordered_by_goes_by_number_or_by_iso_date(when: list) -> None:
    cells = {"id": [1, 1, 1], "when": when, "q": [10, 20, 30]}
    last, told = respondents(cells, id=ids(duplicates="last", ordered_by="when"))
    first, _ = respondents(cells, id=ids(duplicates="first", ordered_by="when"))
    assert (first.cases["q"].tolist(), last.cases["q"].tolist()) == ([30], [20]) and not len(told)


@pytest.mark.parametrize("when", [["31-01-2024", "01-02-2024"], [None, 3], ["2024-01-01", ""]])
def test_an_order_that_cannot_be_told_stops_the_run(when: list) -> None:
    _, problems = respondents({"id": [1, 1], "when": when}, id=ids(duplicates="last", ordered_by="when"))
    assert codes(problems) == ["E170"]


def test_an_order_matters_only_where_an_id_stands_twice() -> None:
    cells = {"id": [1, 1, 2], "when": [1, 2, None]}
    found, problems = respondents(cells, id=ids(duplicates="last", ordered_by="when"))
    assert found.person.tolist() == ["1", "2"] and not len(problems)


@pytest.mark.parametrize("rule", ["stop", "first", "last"])
def test_blank_ids_stop_the_run(rule: str) -> None:
    _, problems = respondents({"id": [1, None, 2, None]}, id=ids(duplicates=rule))
    assert codes(problems) == ["E170"] and "row 2" in str(*problems)


def test_a_part_of_an_id_that_is_blank_makes_the_id_blank() -> None:
    _, problems = respondents(
        {"house": [1, 2], "member": [1, None]}, id={"columns": ["house", "member"], "scope": "wave"}
    )
    assert codes(problems) == ["E170"]


def test_parts_of_an_id_are_kept_apart() -> None:
    cells = {"house": ["1", "11"], "member": ["11", "1"]}
    found, problems = respondents(cells, id={"columns": ["house", "member"], "scope": "wave"})
    assert found.person.nunique() == 2 and not len(problems)


def test_a_number_and_its_text_are_one_id() -> None:
    assert codes(respondents({"id": [1.0, "1"]})[1]) == ["E170"]


def test_leading_zeros_make_another_id() -> None:
    assert not len(respondents({"id": ["1", "001"]})[1])


@pytest.mark.parametrize(("allowed", "expected"), [(False, ["E103"]), (True, [])])
def test_a_wave_without_respondents_is_an_error_unless_it_is_meant(allowed: bool, expected: list) -> None:
    assert codes(respondents({"id": []}, {"allow_empty": allowed})[1]) == expected


def harmonised(cells: dict[str, list], **spec: Any) -> tuple[HarmonisedWave, Problems]:
    shared = load_dictionary(Problems(), None)
    variables = {"x": Variable.model_validate(number(0, 10)), "y": Variable.model_validate(number(0, 10))}
    dictionary = Dictionary(variables, missing_reasons=shared.missing_reasons)
    problems = Problems()
    entries = {"x": {"from": "q", "relation": "exact", "keep": "0..10"}}
    found = harmonise_wave(raw_of(cells), wave_map(entries, **spec), dictionary, problems)
    return found, problems


def test_what_a_wave_did_not_collect_is_all_or_none() -> None:
    found, _ = harmonised({"id": [1, 2], "q": [1, 2]}, not_collected={"y": {"reason": "not_in_questionnaire"}})
    assert found.frame["y"].isna().all() and (found.frame["y__why"] == "not_collected").all()


def test_a_map_cannot_call_single_answers_not_collected() -> None:
    shared = load_dictionary(Problems(), None)
    dictionary = Dictionary({"x": Variable.model_validate(number(0, 10))}, missing_reasons=shared.missing_reasons)
    entry = {"from": "q", "relation": "exact", "keep": "0..10", "missing": {"96": "not_collected", "97": "not_asked"}}
    problems = Problems()
    check_map_words(wave_map({"x": entry}), dictionary, problems)
    assert codes(problems) == ["E110"] and "not_collected" in str(*problems)


def test_originals_and_weights_stand_beside_the_same_people() -> None:
    cells = {"id": [1, 2, 3, 4], "test": [1, 0, 0, 0], "q": [9, 8, 7, 6], "w": [9, 2, 3, 4], "s": ["a", "b", "c", "d"]}
    found, problems = harmonised(cells, leave_out={"test": 1}, design={"weight": "w", "stratum": "s"})
    assert not problems.errors
    beside = pd.DataFrame(
        {"x": found.frame["x"], "q": found.originals["q"], "w": found.design.weight, "s": found.design.stratum}
    )
    assert beside.to_numpy().tolist() == [[8, 8, 2, "b"], [7, 7, 3, "c"], [6, 6, 4, "d"]]


def test_a_message_names_the_row_of_the_file() -> None:
    cells = {"id": [1, 2, 3, 4], "test": [1, 1, 0, 0], "q": [9, 8, 7, 66]}
    _, problems = harmonised(cells, leave_out={"test": 1})
    assert codes(problems) == ["E180"] and "first in row 4" in str(*problems)


def test_partial_interviews_stand_in_the_column_disposition() -> None:
    disposition = {"from": "d", "codes": OUTCOMES, "harmonise": ["complete", "partial"]}
    found, _ = harmonised({"id": [1, 2], "d": [1, 2], "q": [1, 2]}, disposition=disposition)
    assert found.frame["disposition"].tolist() == ["complete", "partial"]
    assert "disposition" not in harmonised({"id": [1], "q": [1]})[0].frame


@pytest.mark.parametrize("weight", [0, -1, None, float("inf"), "x", "1.234"])
def test_a_weight_that_cannot_be_one_stops_the_run(weight: object) -> None:
    cells = {"id": [1, 2], "q": [1, 2], "w": [1.5 if isinstance(weight, float | int) else "2", weight]}
    _, problems = harmonised(cells, design={"weight": "w"}, source={"file": "q.csv", "format": "csv"})
    assert codes(problems) == ["E190"]


def test_weights_beyond_any_code_are_kept_exactly() -> None:
    found, problems = harmonised({"id": [1, 2], "q": [1, 2], "w": [0.1 + 0.2, 1e17]}, design={"weight": "w"})
    assert found.design.weight is not None and found.design.weight.tolist() == [0.1 + 0.2, 1e17] and not len(problems)

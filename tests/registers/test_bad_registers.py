"""Everything that can be wrong in a filled-in register: the code, the cell and the count, and never what is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cwb_impact.errors import Problems
from cwb_impact.registers.read_list import Listed, read_list
from cwb_impact.spec.register import RegisterFile
from registers.filled import CANARY, COOPS, LM3, PEOPLE, at_wave, codes, headings, person, text, told, workbook

COLUMNS = {"people": PEOPLE, "coops": COOPS, "lm3": LM3}


def _read(folder: Path, name: str, *files: RegisterFile) -> tuple[Listed | None, Problems]:
    problems = Problems()
    return read_list(name, at_wave(folder, **{name: files}), problems), problems


def _people(folder: Path, *rows: Sequence[Any], columns: Sequence[str] = PEOPLE) -> tuple[Listed | None, Problems]:
    return _read(folder, "people", workbook(folder / "people.xlsx", [headings("people", columns), *rows]))


def _lm3(
    folder: Path, cells: Sequence[str], column: str = "received_euros", **stated: Any
) -> tuple[Listed | None, Problems]:
    """An LM3 file of text in which one column has these cells."""
    good = {"coop": "Groen", "kind": "Werker", "received_euros": "10", "in_area": "Ja", "answered": "Nee"}
    rows = [
        [{**good, "recipient": f"P{number}", column: cell}.get(name, "") for name in LM3]
        for number, cell in enumerate(cells)
    ]
    file = text(folder / "lm3.csv", [headings("lm3", LM3), *rows])
    return _read(folder, "lm3", file.model_copy(update=stated))


def test_unreadable_cells_are_told_by_cell_with_a_count(tmp_path: Path) -> None:
    rows = [person("Groen", f"P{n}", dt.date(2024, 3, 1), hours=CANARY if n > 2 else 8) for n in range(10)]
    found, problems = _people(tmp_path, *rows)
    assert found is None
    assert told(problems, "E628") == [
        "hours: 7 cells of 10 rows: no number: lijst!F5, lijst!F6, lijst!F7, lijst!F8, lijst!F9 and 2 more"
    ]
    assert CANARY not in "".join(map(str, problems))


def test_all_kinds_of_faults_of_all_files_in_one_run(tmp_path: Path) -> None:
    heads = headings("people", PEOPLE)
    one = workbook(
        tmp_path / "een.xlsx",
        [
            heads,
            person("Groen", "P1", CANARY, paid=CANARY),
            person("Groen", None, dt.date(2024, 3, 1), hours=101),
            person("Groen", "P3", dt.date(2024, 3, 1), left="31-2-2025", hours=-1),
        ],
    )
    two = text(tmp_path / "twee.csv", [heads, ["Blauw", "P1", "Ja", CANARY, "Nee", "8", "2024-01-01", ""]])
    found, problems = _read(
        tmp_path, "people", one, two, RegisterFile(file="drie.csv"), RegisterFile(file="../vier.csv")
    )
    assert found is None
    shown = [f"{problem.file} {problem.code} {problem.subject}: {problem.what}" for problem in problems]
    assert shown == [
        "../vier.csv E010 people: leaves the data folder, or is no plain path in it",
        "drie.csv E102 people: no such file in the data folder",
        "een.xlsx E628 joined: 1 cell of 3 rows: no date: lijst!G2",
        "een.xlsx E628 left: 1 cell of 3 rows: no day of the calendar: lijst!H4",
        "een.xlsx E628 paid_work: 1 cell of 3 rows: none of the choices: lijst!C2",
        "een.xlsx E629 hours: 2 cells of 3 rows: outside 0 to 100: lijst!F3, lijst!F4",
        "een.xlsx E630 person: 1 cell of 3 rows: must be filled in: lijst!B3",
        "twee.csv E628 position: 1 cell of 1 rows: none of the choices: twee.csv:2 column Soort werk",
    ]
    assert CANARY not in "".join(map(str, problems))


def test_dutch_and_english_amounts(tmp_path: Path) -> None:
    for cells, amounts in (
        (["1.234,50", "1.000", "€ 12,-"], [1234.5, 1000, 12]),
        (["1,234.50", "1,000", "12"], [1234.5, 1000, 12]),
        (["1 234,50", "2 000", "12"], [1234.5, 2000, 12]),
    ):
        found, problems = _lm3(tmp_path, cells)
        assert found is not None and not len(problems)
        assert [float(str(value)) for value in found.values("received_euros")] == amounts


def test_amounts_that_both_countries_read_need_a_word_in_the_study(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, ["1.234", "12", "2.500"])
    assert found is None and codes(problems) == ["E626"]
    assert told(problems, "E626") == [
        "received_euros: 2 cells of 3 rows: point and comma can be read in two ways: "
        "lm3.csv:2 column Bedrag gekregen, lm3.csv:4 column Bedrag gekregen"
    ]
    assert "numbers: nl or en" in str(next(iter(problems)))
    found, problems = _lm3(tmp_path, ["1.234", "12", "2.500"], numbers="en")
    assert found is not None and float(str(found.values("received_euros")[0])) == 1.234
    found, problems = _lm3(tmp_path, ["1.234", "12", "2.500"], numbers="nl")
    assert found is not None and float(str(found.values("received_euros")[0])) == 1234


def test_another_column_of_the_file_may_decide(tmp_path: Path) -> None:
    heads = headings("coops", COOPS)
    row = ["Groen", "12345678", "", "", "", "12", "", "1.234", "", "10.000,50"]
    found, problems = _read(tmp_path, "coops", text(tmp_path / "coops.csv", [heads, row]))
    assert found is not None and not len(problems)
    assert float(str(found.values("purchases_euros")[0])) == 1234


def test_one_column_in_both_spellings_is_refused(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, ["1,50", "1.50", "2,50"])
    assert found is None
    assert told(problems, "E626") == [
        "received_euros: 1 cell of 3 rows: written as en, and 2 other cells of the column as nl: "
        "lm3.csv:3 column Bedrag gekregen"
    ]


def test_what_the_study_states_holds_for_every_cell(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, ["1,50", "1.50"], numbers="nl")
    assert found is None
    assert told(problems, "E628") == ["received_euros: 1 cell of 2 rows: no number: lm3.csv:3 column Bedrag gekregen"]


def test_days_and_months_that_can_be_changed_about(tmp_path: Path) -> None:
    rows = [person("Groen", f"P{n}", day) for n, day in enumerate(["03-04-2025", "05-06-2025"])]
    found, problems = _people(tmp_path, *rows)
    assert found is None and codes(problems) == ["E627"]
    assert "2 cells of 2 rows" in told(problems, "E627")[0] and "lijst!G2, lijst!G3" in told(problems, "E627")[0]
    found, problems = _people(tmp_path, *rows, person("Groen", "P9", "13-04-2025"))
    assert found is not None and found.values("joined")[0] == dt.date(2025, 4, 3)
    found, problems = _people(tmp_path, *rows, person("Groen", "P9", "04/13/2025"))
    assert found is not None and found.values("joined")[0] == dt.date(2025, 3, 4)
    found, problems = _people(tmp_path, *rows, person("Groen", "P8", "13-4-2025"), person("Groen", "P9", "4-13-2025"))
    assert found is None and "written as mdy" in told(problems, "E627")[0]


def test_a_number_that_excel_made_a_date_is_told(tmp_path: Path) -> None:
    found, problems = _people(tmp_path, person("Groen", "P1", dt.date(2024, 3, 1), hours=dt.datetime(2024, 2, 1)))
    assert found is None
    assert told(problems, "E628") == ["hours: 1 cell of 1 rows: no number: lijst!F2"]


@pytest.mark.parametrize("day", [45992, "45992", "1-3-24"])
def test_days_that_lost_their_form(tmp_path: Path, day: object) -> None:
    found, problems = _people(tmp_path, person("Groen", "P1", day))
    assert found is None and "lijst!G2" in told(problems, "E628")[0]


def test_decimals_where_only_whole_numbers_can_be(tmp_path: Path) -> None:
    row = ["Groen", None, dt.date(2026, 5, 1), 12.5, 9, 14, None, None, None, None]
    found, problems = _read(tmp_path, "coops", workbook(tmp_path / "coops.xlsx", [headings("coops", COOPS), row]))
    assert found is None
    assert told(problems, "E629") == ["members_entitled: 1 cell of 1 rows: no whole number: lijst!D2"]


WHY = ("dont_know", "dont_know", "not_applicable", "refused")


def test_both_ends_of_a_range_are_in_it(tmp_path: Path) -> None:
    found, problems = _people(
        tmp_path, *[person("Groen", f"P{n}", dt.date(2024, 3, 1), hours=hours) for n, hours in enumerate((0, 100))]
    )
    assert found is not None and not len(problems)


def test_words_for_not_knowing_become_the_reason(tmp_path: Path) -> None:
    words = {
        "Weet niet": "dont_know",
        "onbekend": "dont_know",
        "n.v.t.": "not_applicable",
        "Wil niet zeggen": "refused",
    }
    rows = [person("Groen", f"P{n}", dt.date(2024, 3, 1), hours=word) for n, word in enumerate(words)]
    found, problems = _people(tmp_path, *rows, person("Groen", "P9", dt.date(2024, 3, 1), hours=None))
    assert found is not None and not len(problems)
    assert found.why("hours") == [*words.values(), "no_answer"]
    assert found.values("hours") == [None] * 5


def test_a_totals_row_without_the_word(tmp_path: Path) -> None:
    heads = headings("coops", COOPS)
    rows = [
        [name, None, None, None, None, None, None, a, None, b] for name, a, b in (("Groen", 10, 3), ("Blauw", 20, 4))
    ]
    total = [None] * 7 + [30, None, 7]
    named = ["Samen", *total[1:]]
    for last in (total, named):
        _, problems = _read(tmp_path, "coops", workbook(tmp_path / "coops.xlsx", [heads, *rows, last]))
        assert told(problems, "E625") == ["coop: 1 cell of 3 rows: the sum of the rows above: lijst!A4"]
        assert codes(problems) == ["E625"]


def test_one_amount_that_is_the_sum_of_others_by_chance_is_no_total(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, ["100", "50", "150"])
    assert found is not None and not len(problems)


def test_a_lost_zero_is_put_back_and_told(tmp_path: Path) -> None:
    row = ["Groen", 1234567, *[None] * 8]
    found, problems = _read(tmp_path, "coops", workbook(tmp_path / "coops.xlsx", [headings("coops", COOPS), row]))
    assert found is not None and found.values("kvk") == ["01234567"]
    assert told(problems, "W624") == ["kvk: 1 cell of 1 rows: lost their first zero, which is put back: lijst!B2"]


def test_percentages(tmp_path: Path) -> None:
    found, problems = _lm3(tmp_path, ["0,4", "0,25"], "spent_in_area_percent")
    assert found is not None
    assert "2 cells of 2 rows: all percentages are 1 or less" in told(problems, "W625")[0]
    found, problems = _lm3(tmp_path, ["40%", "101"], "spent_in_area_percent")
    assert found is None and "1 cell of 2 rows: outside 0 to 100: lm3.csv:3" in told(problems, "E629")[0]


def test_a_percentage_of_a_spreadsheet_is_what_it_shows(tmp_path: Path) -> None:
    rows = [headings("lm3", LM3), ["Groen", "P1", "Werker", 100, "Ja", "Ja", 0.4]]
    file = workbook(tmp_path / "lm3.xlsx", rows)
    book = load_workbook(tmp_path / "lm3.xlsx")
    book.active["G2"].number_format = "0%"
    book.save(tmp_path / "lm3.xlsx")
    found, problems = _read(tmp_path, "lm3", file)
    assert found is not None and not len(problems)
    assert float(str(found.values("spent_in_area_percent")[0])) == 40


def test_an_empty_list_is_no_list(tmp_path: Path) -> None:
    found, problems = _people(tmp_path)
    assert found is None and told(problems, "E636") == ["people: has no rows"]


def test_names_of_files_that_hold_people_never_show_them(tmp_path: Path) -> None:
    """No object that a log could show holds a cell in its text."""
    found, _ = _people(tmp_path, person(CANARY, CANARY, dt.date(2024, 3, 1)))
    assert found is not None
    assert CANARY not in repr(found) + repr(found.parts[0]) + repr(found.parts[0].sheet)


def test_one_sheet_twice_under_two_names(tmp_path: Path) -> None:
    rows = [headings("people", PEOPLE), person("Groen", "P1", dt.date(2024, 3, 1))]
    one = workbook(tmp_path / "een.xlsx", rows)
    (tmp_path / "twee.xlsx").write_bytes((tmp_path / "een.xlsx").read_bytes())
    found, problems = _read(tmp_path, "people", one, RegisterFile(file="twee.xlsx"))
    assert found is None
    assert told(problems, "E631") == ["people: is the same sheet as one given before it"]


def test_one_name_in_two_spellings_is_told_by_cell(tmp_path: Path) -> None:
    names = ["Coöperatie Groen-West", "COOPERATIE GROEN WEST", "coöperatie  groen-west", "Blauw"]
    found, problems = _people(tmp_path, *[person(name, "P1", dt.date(2024, 3, 1)) for name in names])
    assert found is not None
    assert [line.split(": ")[-1] for line in told(problems, "W629")] == ["lijst!A3"]
    assert "1 cell of 4 rows" in told(problems, "W629")[0]

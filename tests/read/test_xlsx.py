"""Workbooks: which sheet, what a cell becomes, and what a person must know about the sheet."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reading import codes, content, info, read

from cwb_impact.read.formats import UnreadableError
from cwb_impact.types import ColumnInfo, FileInfo

Sheet = openpyxl.worksheet.worksheet.Worksheet


def book(folder: Path, *rows: list[object], change: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    """A workbook whose sheet Blad1 holds these rows."""
    made = openpyxl.Workbook()
    made.active.title = "Blad1"
    for row in rows:
        made.active.append(row)
    if change is not None:
        change(made)
    path = folder / "x.xlsx"
    made.save(path)
    return path


def on_sheet(change: Callable[[Sheet], None]) -> Callable[[openpyxl.Workbook], None]:
    return lambda made: change(made.active)


def test_a_column_of_numbers_is_numbers(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a"], [1], [1.5], [None], [2]))["a"].tolist()[:2] == [1.0, 1.5]


def test_an_empty_cell_among_numbers_is_missing(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a", "b"], [1, 1], [None, 1]))["a"].isna().tolist() == [False, True]


def test_a_number_among_texts_has_the_decimal_mark_of_the_map(tmp_path: Path) -> None:
    path = book(tmp_path, ["a"], [1.5], [2], ["3,5"], ["weet niet"])
    assert content(path, decimal=",")["a"].tolist() == ["1,5", "2", "3,5", "weet niet"]


def test_leading_zeros_and_words_stay(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a"], ["007"], ["NA"], [" x "]))["a"].tolist() == ["007", "NA", "x"]


def test_true_and_false_are_words(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a"], [True], [False]))["a"].tolist() == ["TRUE", "FALSE"]


def test_a_code_that_became_a_date_is_no_code(tmp_path: Path) -> None:
    """`1-2` typed in Excel is stored as 1 February."""
    path = book(
        tmp_path, ["a"], ["3-4x"], [dt.datetime(2024, 2, 1)], [dt.datetime(2024, 2, 1, 9, 30)], [dt.time(9, 30)]
    )
    assert content(path)["a"].tolist() == ["3-4x", "2024-02-01", "2024-02-01T09:30:00", "09:30:00"]


def test_the_place_of_a_cell_is_told_as_excel_does() -> None:
    names = [f"q{index}" for index in range(800)]
    info = FileInfo(tuple(ColumnInfo(name) for name in names), sheet="Blad1")
    assert info.place("q2", 15) == "Blad1!C17"
    for index, name in enumerate(names):
        assert info.place(name, 0) == f"Blad1!{get_column_letter(index + 1)}2"


def test_a_day_counted_from_1904_is_the_same_day(tmp_path: Path) -> None:
    path = book(
        tmp_path, ["a"], [dt.datetime(2024, 2, 1)], change=lambda made: setattr(made, "epoch", CALENDAR_MAC_1904)
    )
    assert content(path)["a"].tolist() == ["2024-02-01"]
    assert any("1904" in remark for remark in info(path).remarks)


def test_rows_of_nothing_at_the_end_are_no_rows(tmp_path: Path) -> None:
    def colour(sheet: Sheet) -> None:
        sheet.cell(50, 1).number_format = "0.00"

    assert len(content(book(tmp_path, ["a"], [1], [2], change=on_sheet(colour)))) == 2


def test_a_row_of_nothing_in_the_middle_keeps_its_place(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a"], [1], [], [3]))["a"].isna().tolist() == [False, True, False]


def test_a_size_that_the_sheet_claims_wrongly_is_not_believed(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path, ["a", "b"], [1, 2]), 'ref="A1:B2"', 'ref="A1"')
    assert content(path)["b"].tolist() == [2.0]


def test_header_names_are_cleaned_and_may_be_double(tmp_path: Path) -> None:
    assert info(book(tmp_path, [" a\u00a0", "a", 2024], [1, 2, 3])).names == ("a", "a", "2024")


def test_a_first_row_without_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="first row"):
        info(book(tmp_path, [], ["a"], [1]))


def test_the_only_visible_sheet_is_read_and_hidden_ones_are_told(tmp_path: Path) -> None:
    def hide(made: openpyxl.Workbook) -> None:
        made.create_sheet("Namen").sheet_state = "hidden"

    path = book(tmp_path, ["a"], [1], change=hide)
    assert content(path)["a"].tolist() == [1.0]
    assert "1 other sheets are not read: Namen (hidden)" in info(path).remarks


def test_of_two_visible_sheets_the_map_must_name_one(tmp_path: Path) -> None:
    path = book(tmp_path, ["a"], [1], change=lambda made: made.create_sheet("Blad2"))
    with pytest.raises(UnreadableError, match="2 visible sheets: Blad1, Blad2"):
        info(path)


def test_the_named_sheet_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, ["a"], [1], change=lambda made: made.create_sheet("Blad2").append(["b"]))
    assert info(path, sheet="Blad2").names == ("b",)


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no sheet Blad9; it has Blad1"):
        info(book(tmp_path, ["a"]), sheet="Blad9")


def test_a_formula_with_a_saved_value_is_its_value(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path, ["a"], ["=1+1"]), "<v />", "<v>2</v>")
    assert content(path)["a"].tolist() == [2.0]


def test_a_formula_without_a_saved_value_is_refused_with_its_cell(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="1 formulas have no saved value: Blad1!B3"):
        content(book(tmp_path, ["a", "b"], [1, 2], [1, "=A2+1"]))


def test_a_formula_in_a_column_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a", "b"], [1, "=A2+1"]), ["a"])["a"].tolist() == [1.0]


def test_merged_answers_are_refused_with_their_cells(tmp_path: Path) -> None:
    path = book(tmp_path, ["a", "b"], [1, 2], [1, None], change=on_sheet(lambda sheet: sheet.merge_cells("B2:B3")))
    with pytest.raises(UnreadableError, match="Blad1!B2:B3"):
        content(path)


def test_merged_cells_elsewhere_do_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path, ["a", "b"], [1, 2], [1, None], change=on_sheet(lambda sheet: sheet.merge_cells("B2:B3")))
    assert content(path, ["a"])["a"].tolist() == [1.0, 1.0]


def _hide_row(sheet: Sheet) -> None:
    sheet.row_dimensions[2].hidden = True


def _hide_column(sheet: Sheet) -> None:
    sheet.column_dimensions["B"].hidden = True


def _comment(sheet: Sheet) -> None:
    sheet["B2"].comment = Comment("CANARY", "CANARY")


def _error(sheet: Sheet) -> None:
    sheet["A2"].value = "#N/A"
    sheet["A2"].data_type = "e"


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        (_hide_row, "sheet Blad1 has 1 hidden rows, which are read like the others: 2"),
        (_hide_column, "sheet Blad1 has 1 hidden columns, which are read like the others: B"),
        (_comment, "sheet Blad1 has 1 cells with a comment: B2"),
        (_error, "sheet Blad1 has 1 cells with an Excel error such as #N/A: A2"),
        (lambda sheet: sheet.merge_cells("A1:B1"), "sheet Blad1 has 1 merged ranges: A1:B1"),
    ],
)
def test_what_a_person_should_know_is_a_remark_with_its_place(
    tmp_path: Path, change: Callable[[Sheet], None], remark: str
) -> None:
    assert info(book(tmp_path, ["a", "b"], [1, 2], change=on_sheet(change))).remarks == (remark,)


def test_an_error_of_excel_is_a_code_that_no_map_has(tmp_path: Path) -> None:
    assert content(book(tmp_path, ["a"], [1], change=on_sheet(_error)))["a"].tolist() == ["#N/A"]


def test_hidden_rows_are_read(tmp_path: Path) -> None:
    assert len(content(book(tmp_path, ["a"], [1], [2], change=on_sheet(_hide_row)))) == 2


def test_a_second_header_row_is_told(tmp_path: Path) -> None:
    book(tmp_path, ["nr", "cijfer"], ["nummer", "Welk cijfer?"], [1, 7], [2, 8], [3, 6])
    _, problems = read(tmp_path, "x.xlsx", ["nr", "cijfer"], 4)
    assert any("second header" in problem.what for problem in problems)


def test_a_row_of_totals_is_told(tmp_path: Path) -> None:
    book(tmp_path, ["nr", "cijfer"], [1, 7], [2, 8], ["Totaal", 15])
    _, problems = read(tmp_path, "x.xlsx", ["nr", "cijfer"], 3)
    assert [problem.what for problem in problems] == [
        "the last row, number 3, holds a word such as total: no respondent?"
    ]


def test_a_plain_workbook_gives_no_remark(tmp_path: Path) -> None:
    book(tmp_path, ["nr", "cijfer"], [1, 7], [2, 8], [3, 6])
    raw, problems = read(tmp_path, "x.xlsx", ["nr", "cijfer"], 3)
    assert raw is not None and problems == []


def test_an_entity_in_the_xml_is_refused(tmp_path: Path) -> None:
    def bomb(text: str) -> str:
        return re.sub(r"^(<\?xml[^>]*>)?", '<!DOCTYPE x [<!ENTITY a "aaaa">]>', text, count=1)

    path = rewritten(book(tmp_path, ["a"], [1]), bomb)
    with pytest.raises(UnreadableError, match="workbook cannot be read"):
        content(path)


def test_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path, ["a"], [1]), "</sheetData>", "")
    with pytest.raises(UnreadableError, match="workbook cannot be read"):
        content(path)


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, ["a"], [1])
    path.write_bytes(path.read_bytes()[:-300])
    _, problems = read(tmp_path, "x.xlsx", ["a"])
    assert codes(problems) == ["E102"] and "no complete workbook" in problems[0].what


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableError, match="workbook cannot be read"):
        info(tmp_path / "x.xlsx")


def rewritten(path: Path, old: str | Callable[[str], str], new: str = "") -> Path:
    """The workbook with the XML of its first sheet changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    changed = sheet.replace(old, new) if isinstance(old, str) else old(sheet)
    assert changed != sheet
    parts["xl/worksheets/sheet1.xml"] = changed.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path

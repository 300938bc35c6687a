"""Where the list stands in a file: sheets, headings, delimiters, encodings, and rows that are no rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from cwb_impact.errors import Problems
from cwb_impact.registers.sheet import Sheet, read_sheet
from cwb_impact.registers.template import make_template
from cwb_impact.spec.register import EXAMPLE, RegisterFile
from registers.filled import CANARY, PEOPLE, codes, dictionary, headings, person, register, text, told, workbook

HEADS = headings("people", PEOPLE)
ROW = person("Groen", "P1", "2024-03-01")


def _read(folder: Path, file: RegisterFile, name: str = "people") -> tuple[Sheet | None, Problems]:
    problems = Problems()
    return read_sheet(folder / file.file, file, register(name), problems), problems


def test_a_workbook_and_its_cells(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [HEADS, ROW, [None] * 8, person("Groen", "P2", "2024-04-01")])
    sheet, problems = _read(tmp_path, file)
    assert sheet is not None and not len(problems)
    assert sheet.cells["person"] == ("P1", "P2")
    assert sheet.numbers == (2, 4)
    assert sheet.place("paid_work", 1) == "lijst!C4"
    assert sheet.line(1) == "people.xlsx lijst!4"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_headings_in_either_language_in_any_order_and_case(tmp_path: Path, lang: str) -> None:
    order = list(reversed(PEOPLE))
    heads = [f" {head.upper()} :" for head in headings("people", order, lang)]
    file = workbook(tmp_path / "people.xlsx", [heads, list(reversed(ROW))])
    sheet, problems = _read(tmp_path, file)
    assert sheet is not None and not len(problems)
    assert {name: cells[0] for name, cells in sheet.cells.items()} == dict(zip(PEOPLE, ROW, strict=True))


def test_headings_as_exports_call_them(tmp_path: Path) -> None:
    heads = ["Co-op", "Persoonsnummer", "Betaald werk", "Positie", "Lid", "Uren", "In dienst", "Uit dienst"]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", [heads, ROW]))
    assert sheet is not None and not len(problems)
    assert sheet.headings.found == {name: at for at, name in enumerate(PEOPLE)}


def test_title_rows_above_the_headings_are_told(tmp_path: Path) -> None:
    rows = [["Ledenlijst van de coöperatie"], [], ["Peildatum", "30-9-2026"], HEADS, ROW]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert sheet is not None
    assert sheet.place("coop", 0) == "lijst!A5"
    assert told(problems, "W623") == ["lijst: the headings stand in row 4"]


def test_unknown_columns_are_named_and_never_loaded(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [[*HEADS, "Achternaam"], [*ROW, CANARY]])
    sheet, problems = _read(tmp_path, file)
    assert sheet is not None
    assert told(problems, "W621") == ["people: columns that are not part of this register are never loaded: Achternaam"]
    assert CANARY not in repr(sheet.cells) + "".join(map(str, problems))


def test_the_best_of_two_different_headings_wins(tmp_path: Path) -> None:
    heads = ["Uren", *HEADS]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", [heads, [99, *ROW]]))
    assert sheet is not None
    assert sheet.cells["hours"] == (20,)
    assert codes(problems) == ["W621"]


def test_the_same_heading_twice_is_an_error(tmp_path: Path) -> None:
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", [[*HEADS, HEADS[5]], [*ROW, 3]]))
    assert sheet is None
    assert told(problems, "E622") == ["hours: the heading of Paid hours a week stands there twice"]


def test_all_missing_columns_are_told_in_one_run(tmp_path: Path) -> None:
    heads = headings("people", ["coop", "person", "paid_work"])
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", [heads, ROW[:3]]))
    assert sheet is None
    assert [line.split(":")[0] for line in told(problems, "E622")] == ["hours", "joined", "left", "member", "position"]


def test_the_sheet_with_the_headings_is_found(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "uitleg"
    book.active.append(["Vul het tweede blad in"])
    second = book.create_sheet("mensen")
    second.append(HEADS)
    second.append(ROW)
    book.save(tmp_path / "people.xlsx")
    sheet, _ = _read(tmp_path, RegisterFile(file="people.xlsx"))
    assert sheet is not None and sheet.place("coop", 0) == "mensen!A2"


def test_two_sheets_with_the_headings_need_a_choice(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [HEADS, ROW], "nieuw")
    book = load_workbook(tmp_path / "people.xlsx")
    book.create_sheet("oud").append(HEADS)
    book.save(tmp_path / "people.xlsx")
    sheet, problems = _read(tmp_path, file)
    assert sheet is None and "nieuw, oud" in told(problems, "E102")[0]
    sheet, _ = _read(tmp_path, RegisterFile(file="people.xlsx", sheet="nieuw"))
    assert sheet is not None and len(sheet) == 1
    sheet, problems = _read(tmp_path, RegisterFile(file="people.xlsx", sheet="oudst"))
    assert sheet is None and "it has no sheet oudst" in told(problems, "E102")[0]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_in_the_delimiters_and_encodings_of_spreadsheets(tmp_path: Path, delimiter: str, encoding: str) -> None:
    row = ["Coöperatie é", "P1", "Ja", "Werknemer met loon, geen lid", "Nee", "7,5", "01-03-2024", ""]
    file = text(tmp_path / "people.csv", [HEADS, row], delimiter, encoding)
    sheet, problems = _read(tmp_path, file)
    assert sheet is not None and not len(problems), list(problems)
    assert sheet.cells["coop"] == ("Coöperatie é",)
    assert sheet.cells["left"] == (None,)
    assert sheet.place("hours", 0) == "people.csv:2 column Betaalde uren per week"
    assert sheet.line(0) == "people.csv:2"


def test_lines_are_counted_through_a_line_end_inside_a_cell(tmp_path: Path) -> None:
    cells = ['"Groen\nen Blauw"', "P1", "Ja", "x", "Nee", "1", "2024-01-01", ""]
    (tmp_path / "people.csv").write_text("\n".join(";".join(row) for row in (HEADS, cells, ROW_TEXT)), "utf-8")
    sheet, _ = _read(tmp_path, RegisterFile(file="people.csv"))
    assert sheet is not None and sheet.numbers == (2, 4)


ROW_TEXT = ["Groen", "P1", "Ja", "x", "Nee", "1", "2024-01-01", ""]


def test_a_row_with_an_extra_field_is_refused_by_line(tmp_path: Path) -> None:
    rows = [HEADS, ROW_TEXT, [*ROW_TEXT, CANARY], ROW_TEXT[:4]]
    sheet, problems = _read(tmp_path, text(tmp_path / "people.csv", rows))
    assert sheet is None
    assert told(problems, "E637") == [
        "people.csv: 2 rows have another number of fields than the headings: people.csv:3, people.csv:4"
    ]


def test_an_open_quotation_mark_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(";".join(HEADS) + '\n"Groen;P1;Ja\n', "utf-8")
    sheet, problems = _read(tmp_path, RegisterFile(file="people.csv"))
    assert sheet is None and "line 2" in told(problems, "E102")[0]


def test_the_example_row_is_skipped_and_told(tmp_path: Path) -> None:
    rows = [HEADS, person(f" {EXAMPLE.lower()} ", "P01", "2024-03-01"), ROW]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert sheet is not None and sheet.cells["coop"] == ("Groen",)
    assert told(problems, "W622") == ["lijst: 1 example rows of the template are not counted: lijst!A2"]


@pytest.mark.parametrize("word", ["Totaal", "TOTAL:", "Subtotaal", "Eindtotaal", "sub-totaal", "Grand total"])
def test_totals_rows_are_refused_by_cell(tmp_path: Path, word: str) -> None:
    rows = [HEADS, ROW, [None, word, None, None, None, 20, None, None]]
    _, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert told(problems, "E625") == ["lijst: 1 rows are totals of others: lijst!B3"]


def test_totals_in_a_column_that_is_not_loaded_are_seen_too(tmp_path: Path) -> None:
    rows = [["Nr", *HEADS], ["1", *ROW], ["Totaal aantal mensen", None, "", None, None, None, 20, None, None]]
    _, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert told(problems, "E625") == ["lijst: 1 rows are totals of others: lijst!A3"]


def test_a_co_op_whose_name_starts_with_the_word_is_no_total(tmp_path: Path) -> None:
    rows = [HEADS, person("Totaal Groen U.A.", "P1", "2024-03-01")]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert sheet is not None and len(sheet) == 1 and not len(problems)


def test_merged_cells_are_refused_with_their_range(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [["Titel"], HEADS, ROW, person(None, "P2", "2024-04-01")])
    book = load_workbook(tmp_path / "people.xlsx")
    book.active.merge_cells("A1:H1")
    book.active.merge_cells("A3:A4")
    book.save(tmp_path / "people.xlsx")
    sheet, problems = _read(tmp_path, file)
    assert sheet is None
    assert told(problems, "E623") == ["lijst: 1 merged ranges hold one value for more cells: lijst!A3:A4"]


def test_formulas_without_a_value_are_refused_by_cell(tmp_path: Path) -> None:
    rows = [[*HEADS, "Naam"], [*person("Groen", "P1", "2024-03-01", hours="=4*5"), "=1+1"]]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert sheet is None
    assert told(problems, "E624") == ["lijst: 1 formulas have no saved value: lijst!F2"]


def test_excel_errors_are_refused_by_cell(tmp_path: Path) -> None:
    rows = [HEADS, person("Groen", "P1", "2024-03-01", hours="#N/A")]
    sheet, problems = _read(tmp_path, workbook(tmp_path / "people.xlsx", rows))
    assert sheet is None
    assert told(problems, "E624") == ["lijst: 1 cells hold an Excel error such as #N/A: lijst!F2"]


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [HEADS, ROW])
    book = load_workbook(tmp_path / "people.xlsx")
    book.active.row_dimensions[2].hidden = True
    book.save(tmp_path / "people.xlsx")
    sheet, problems = _read(tmp_path, file)
    assert sheet is not None and len(sheet) == 1
    assert "hidden rows" in told(problems, "W623")[0]


def test_a_comment_on_a_cell_is_told_and_one_on_a_heading_is_not(tmp_path: Path) -> None:
    file = workbook(tmp_path / "people.xlsx", [HEADS, ROW])
    book = load_workbook(tmp_path / "people.xlsx")
    book.active["A1"].comment = Comment("uitleg", "template")
    book.active["F2"].comment = Comment(CANARY, "iemand")
    book.save(tmp_path / "people.xlsx")
    _, problems = _read(tmp_path, file)
    assert told(problems, "W623") == ["lijst: sheet lijst has 1 cells with a comment: F2"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("people.xlsx", b"", "empty (0 bytes)"),
        ("people.xlsx", b"a;b\n1;2\n", "no .xlsx file"),
        ("people.xlsx", b"PK\x03\x04" + b"0" * 50, "no complete workbook"),
        ("people.csv", b"PK\x03\x04" + b"0" * 50, "a zip archive"),
        ("people.csv", b"<html><table></table></html>", "an HTML page"),
        ("people.csv", b"\xff\xfe\x00", "not UTF-8 or Windows-1252"),
        ("people.csv", b"a;b\n1;2\n", "no row at its top has the headings"),
        ("people.xls", b"\xd0\xcf\x11\xe0", "no .xlsx or .csv"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    sheet, problems = _read(tmp_path, RegisterFile(file=name))
    assert sheet is None
    assert why in told(problems, "E102")[0]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("to", ["xlsx", "csv"])
def test_every_template_is_read_back_as_an_empty_list(tmp_path: Path, lang: str, to: str) -> None:
    for name in dictionary().registers:
        path = make_template(name, lang, to, tmp_path)
        sheet, problems = _read(tmp_path, RegisterFile(file=path.name), name)
        assert sheet is not None and len(sheet) == 0, list(problems)
        assert set(sheet.headings.found) == set(register(name).columns)
        assert codes(problems) == ["W622"]

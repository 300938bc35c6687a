"""Rows 1 to 9 of docs/bad_input.md: files that are cut, disguised, in another encoding or touched by a spreadsheet."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl.comments import Comment
from rows.files import Write, answers_in_book, archive, book, cut, on_sheet, sav, without_saved_values
from rows.one_wave import CANARY, CANARY_NUMBER, PEOPLE, put, study, table, with_source
from rows.outcome import accepted, answers, cli, refused, told, warned, written

CHOICE = "choice: {from: q, relation: exact, recode: {1: a, 2: b}}"
TEXT = "remark: {from: q, relation: exact, keep: text, missing: {sysmis: no_answer}}"
AMOUNT = "amount: {from: q, relation: exact, keep: -1000000..1000000}"


def dta(path: Path) -> None:
    pd.DataFrame({"nr": range(PEOPLE), "q": [1.0, 2.0] * 6}).to_stata(path, write_index=False, version=118)


# Row 1: incomplete files


@pytest.mark.parametrize(
    ("format", "raw"),
    [
        ("sav", cut(sav(q=[1.0, 2.0]), 0.95)),
        ("sav", cut(sav(q=[1.0, 2.0]), 0.4)),
        ("sav", cut(sav(q=[1.0, 2.0], compress=True), 0.9)),
        ("dta", cut(dta, 0.8, "whole.dta")),
    ],
    ids=["rows_cut", "header_cut", "zsav", "dta"],
)
def test_row_01_a_file_cut_off_in_its_upload_is_refused_with_its_size(tmp_path: Path, format: str, raw: Write) -> None:
    problem = refused(study(tmp_path, raw, CHOICE, format=format), "E102", line=3)
    assert "incomplete" in problem.what and "bytes" in problem.what and "Export it again" in problem.fix


def test_row_01_the_size_that_the_header_claims_is_told(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, cut(sav(q=[float(CANARY_NUMBER)]), 0.95), CHOICE, format="sav"), "E102")
    size = (tmp_path / "rows/raw/w.sav").stat().st_size
    claimed = [int(number) for number in re.findall(r"(\d+) by its own header", problem.what)]
    # 176 bytes of header and 8 for each of the 12 rows and 2 columns are the least that the whole file can have
    assert f"{size} bytes" in problem.what and len(claimed) == 1
    assert size < claimed[0] and claimed[0] >= 176 + 8 * PEOPLE * 2


@pytest.mark.parametrize("format", ["sav", "dta", "xlsx", "csv"])
def test_row_01_a_file_of_0_bytes_is_refused(tmp_path: Path, format: str) -> None:
    assert "0 bytes" in refused(study(tmp_path, b"", CHOICE, format=format), "E102", line=3).what


def test_row_01_a_csv_cut_in_its_last_line_is_refused_with_that_line(tmp_path: Path) -> None:
    text = table(q=[1, 2], r=[CANARY]).rstrip("\n")
    raw = text[: text.rindex(",2")]
    problem = refused(study(tmp_path, raw, CHOICE), "E102", line=3)
    assert f"line {PEOPLE + 1}" in problem.what


@pytest.mark.parametrize("format", ["csv", "sav"])
def test_row_01_a_file_with_only_a_header_holds_no_respondent(tmp_path: Path, format: str) -> None:
    def only_header(path: Path) -> None:
        frame = pd.DataFrame({"nr": pd.Series(dtype=float), "q": pd.Series(dtype=float)})
        pyreadstat.write_sav(frame, str(path)) if format == "sav" else path.write_text("nr,q\n")

    refused(study(tmp_path, only_header, CHOICE, format=format, rows=0), "E103", line=3)


def test_row_01_an_empty_wave_can_be_meant(tmp_path: Path) -> None:
    assert len(accepted(study(tmp_path, "nr,q\n", CHOICE, rows=0, allow_empty=True))[0].frame) == 0


# Row 2: files that are not what their name says

CSV = table(q=[CANARY]).encode()
HTML = b"\n<html><body><table><tr><td>nr</td></tr></table></body></html>"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("raw", "format", "real"),
    [
        (sav(q=[1.0]), "dta", "SPSS"),
        (sav(q=[1.0]), "csv", "SPSS"),
        (sav(q=[1.0], compress=True), "xlsx", "SPSS"),
        (dta, "sav", "Stata"),
        (HTML, "xlsx", "HTML"),
        (HTML, "csv", "HTML"),
        (OLD_EXCEL, "xlsx", "old Excel"),
        (answers_in_book([1, 2]), "sav", "zip archive"),
        (answers_in_book([1, 2]), "csv", "zip archive"),
        (b"%PDF-1.7\n", "sav", "PDF"),
    ],
    ids=[
        "sav_as_dta", "sav_as_csv", "zsav_as_xlsx", "dta_as_sav", "html_as_xlsx", "html_as_csv", "xls_as_xlsx",
        "xlsx_as_sav", "xlsx_as_csv", "pdf_as_sav",
    ],
)  # fmt: skip
def test_row_02_a_disguised_file_is_refused_by_its_first_bytes(
    tmp_path: Path, raw: bytes | Write, format: str, real: str
) -> None:
    assert real in refused(study(tmp_path, raw, CHOICE, format=format), "E102", line=3).what


@pytest.mark.parametrize("format", ["sav", "dta", "xlsx"])
def test_row_02_a_csv_under_another_name_is_refused(tmp_path: Path, format: str) -> None:
    assert f".{format}" in refused(study(tmp_path, CSV, CHOICE, format=format), "E102", line=3).what


def test_row_02_a_zip_archive_renamed_xlsx_is_no_workbook(tmp_path: Path) -> None:
    refused(study(tmp_path, archive({"w.csv": 100}), CHOICE, format="xlsx"), "E102", line=3)


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"", "w.csv"), (cut(sav(q=[1.0]), 0.4), "w.sav"), (HTML, "w.xlsx"), (OLD_EXCEL, "w.xls"), (b"$FL2", "w.sav")],
    ids=["empty", "cut", "html", "xls", "four_bytes"],
)
def test_row_02_inspect_refuses_what_cannot_be_read(tmp_path: Path, raw: bytes | Write, name: str) -> None:
    put(tmp_path / name, raw)
    said = cli("inspect", tmp_path / name)
    assert said.returncode == 1 and "E102" in said.stderr and "Traceback" not in said.stderr


# Row 3: encodings

LABELS = {"q": {1.0: "Filterführung", 2.0: "sonst"}}


def in_windows_1252(path: Path) -> None:
    """An SPSS file that says UTF-8 and holds a label in windows-1252."""
    sav({"q": {1.0: "Filterf#hrung", 2.0: "sonst"}}, q=[1.0, 2.0])(path)
    data = path.read_bytes()
    assert data.count(b"Filterf#hrung") == 1
    path.write_bytes(data.replace(b"Filterf#hrung", b"Filterf\xfchrung"))


def test_row_03_a_csv_in_another_encoding_is_refused_with_place_and_what_would_fit(tmp_path: Path) -> None:
    raw = table(q=[1, 2], r=[CANARY, f"café {CANARY}"]).encode("windows-1252")
    problem = refused(study(tmp_path, raw, CHOICE), "E105", line=3)
    assert "on line 3, in column r" in problem.what and "windows-1252" in problem.fix


def test_row_03_the_first_label_that_does_not_fit_is_told(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, in_windows_1252, CHOICE, format="sav"), "E105", line=3)
    assert "code 1 in column q" in problem.what and "windows-1252" in problem.fix


def test_row_03_the_stated_encoding_is_used_for_labels(tmp_path: Path) -> None:
    entry = "choice: {from: q, relation: exact, recode: {1: {to: a, label: Filterführung}, 2: {to: b, label: sonst}}}"
    made = study(tmp_path, in_windows_1252, entry, format="sav", encoding="windows-1252")
    assert set(answers(made, "choice")) == {"a", "b"}


def test_row_03_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    refused(study(tmp_path, table(q=[1, 2]), CHOICE, encoding="windows-9999"), "E105", line=3)


def test_row_03_labels_that_were_read_in_the_wrong_encoding_before_are_a_warning(tmp_path: Path) -> None:
    broken = {"q": {1.0: "FilterfÃ¼hrung", 2.0: "sonst"}}
    problem = warned(study(tmp_path, sav(broken, q=[1.0, 2.0]), CHOICE, format="sav"), "W105", line=3)
    assert "FilterfÃ¼hrung" in problem.what and "code 1 of q" in problem.what


def test_row_03_answers_that_were_are_told_by_their_column_only(tmp_path: Path) -> None:
    problem = warned(study(tmp_path, table(q=[f"CafÃ© {CANARY}", "thuis"]), TEXT), "W105")
    assert "in q" in problem.what


# Row 4: Turkish, Arabic, and letters written in two ways


@pytest.mark.parametrize(
    ("encoding", "first", "second"),
    [("windows-1254", "işçi", "İşsiz ığ"), ("windows-1256", "عامل", "طالب"), ("utf-8", "çalışıyor", "یەک")],
)
def test_row_04_answers_in_other_scripts_are_codes(tmp_path: Path, encoding: str, first: str, second: str) -> None:
    raw = table(q=[first, second]).encode(encoding)
    entry = f"choice: {{from: q, relation: exact, recode: {{{first}: a, {second}: b}}}}"
    assert answers(study(tmp_path, raw, entry, encoding=encoding), "choice")[:2] == ["a", "b"]


@pytest.mark.parametrize(
    ("in_file", "in_map"),
    [
        ("İşsiz", "işsiz"),
        ("IŞIK", "ışık"),
        (unicodedata.normalize("NFD", "één"), "één"),
        ("\u202bعامل\u202c", "عامل"),
        ("\u200fعامل\u200b", "عامل"),
        ("zelf\u00a0standig", "zelf standig"),
    ],
    ids=["dotted_i", "dotless_i", "nfd", "embedding", "direction_mark", "nbsp"],
)
def test_row_04_labels_that_only_look_otherwise_to_a_machine_are_the_same(
    tmp_path: Path, in_file: str, in_map: str
) -> None:
    entry = f"word: {{from: q, relation: close, recode: {{1: {{to: a, label: {in_map}}}}}}}"
    made = study(tmp_path, sav({"q": {1.0: in_file}}, q=[1.0]), entry, format="sav")
    assert told(made, "E140") == told(made, "W141") == []


def test_row_04_another_turkish_word_is_another_label(tmp_path: Path) -> None:
    entry = "word: {from: q, relation: close, recode: {1: {to: a, label: işsiz}}}"
    refused(study(tmp_path, sav({"q": {1.0: "işçi"}}, q=[1.0]), entry, format="sav"), "E140", line=6)


@pytest.mark.parametrize("digits", ["٣", "۴", "3"])
def test_row_04_digits_of_other_scripts_are_numbers(tmp_path: Path, digits: str) -> None:
    made = study(tmp_path, table(q=[digits]), "score: {from: q, relation: exact, keep: 0..10}")
    assert set(answers(made, "score")) == {float(unicodedata.digit(digits))}


def test_row_04_ids_that_differ_in_a_turkish_letter_are_two_people(tmp_path: Path) -> None:
    raw = table(id=[f"{letter}{number}" for number in range(3) for letter in "Iıİi"], q=[1, 2])
    made = study(tmp_path, raw, CHOICE, ids="{columns: [id], scope: wave}")
    assert accepted(made)[0].frame["person"].nunique() == PEOPLE


# Row 5: byte-order marks


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_row_05_a_byte_order_mark_is_read_and_is_no_part_of_a_name(tmp_path: Path, encoding: str) -> None:
    made = study(tmp_path, table(q=[1, 2]).encode(encoding), CHOICE)
    assert set(accepted(made)[0].originals["residents", "w1"].columns) == {"nr", "q"}


def test_row_05_a_mark_before_a_quoted_header_is_no_part_of_it(tmp_path: Path) -> None:
    raw = ("\ufeff" + table(q=[1, 2]).replace("nr,q", '"nr","q"')).encode()
    assert set(answers(study(tmp_path, raw, CHOICE), "choice")) == {"a", "b"}


def test_row_05_utf_16_without_its_mark_is_refused_with_what_to_state(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]).encode("utf-16-le"), CHOICE)
    assert "utf-16" in refused(made, "E102", line=3).fix


def test_row_05_utf_16_without_its_mark_is_read_when_the_map_says_so(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]).encode("utf-16-le"), CHOICE, encoding="utf-16-le")
    assert set(answers(made, "choice")) == {"a", "b"}


# Row 6: how numbers are written


@pytest.mark.parametrize(
    ("cell", "stated", "number"),
    [
        ("1.234,56", {"decimal": ",", "thousands": "."}, 1234.56),
        ("1,234.56", {"decimal": ".", "thousands": ","}, 1234.56),
        ("€ 1.234", {"decimal": ",", "thousands": ".", "currency": "€"}, 1234.0),
        ("1\u00a0234", {"decimal": ",", "thousands": "space"}, 1234.0),
        ("1\u202f234,5", {"decimal": ",", "thousands": "space"}, 1234.5),
        ("-12,5", {"decimal": ","}, -12.5),
        ("1.234", {"decimal": "."}, 1.234),
    ],
)
def test_row_06_numbers_are_read_as_the_map_says(
    tmp_path: Path, cell: str, stated: dict[str, object], number: float
) -> None:
    made = study(tmp_path, table(";", q=[cell]), AMOUNT, delimiter=";", **stated)
    assert set(answers(made, "amount")) == {number}


def test_row_06_a_number_that_can_be_two_is_an_error_with_a_count(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(";", q=["1.234", "12"]), AMOUNT, delimiter=";"), "E180", line=6)
    assert "decimal or a thousand" in problem.what and (problem.n, problem.of) == (6, PEOPLE)
    assert "decimal and thousands" in problem.fix


@pytest.mark.parametrize("cell", ["1.234,56", "€ 1234", "1\u00a0234", f"{CANARY_NUMBER},5"])
def test_row_06_marks_that_the_map_does_not_state_are_never_guessed(tmp_path: Path, cell: str) -> None:
    refused(study(tmp_path, table(";", q=[cell, "12"]), AMOUNT, delimiter=";"), "E180", line=6)


def test_row_06_a_thousand_in_the_wrong_place_is_no_number(tmp_path: Path) -> None:
    made = study(tmp_path, table(";", q=["12.34,5"]), AMOUNT, delimiter=";", decimal=",", thousands=".")
    assert "no number" in refused(made, "E180").what


def test_row_06_a_header_that_is_one_name_points_to_the_delimiter(tmp_path: Path) -> None:
    assert "delimiter" in refused(study(tmp_path, table(";", q=[1, 2]), CHOICE), "E101", line=4).fix


# Row 7: what a spreadsheet makes of codes and ids


def test_row_07_excel_turned_a_code_into_a_date(tmp_path: Path) -> None:
    raw = answers_in_book(["3-4", dt.datetime(2024, 2, 1), "5-6"])
    entry = "letter: {from: q, relation: exact, recode: {1-2: a, 3-4: b, 5-6: c}}"
    problem = refused(study(tmp_path, raw, entry, format="xlsx"), "E180", line=6)
    assert "Blad1!B3" in problem.what and "2024" not in problem.what and problem.n == 4


def test_row_07_a_date_is_never_taken_for_the_code_that_it_was(tmp_path: Path) -> None:
    raw = answers_in_book([dt.datetime(2024, 2, 1), "3-4"])
    entry = "choice: {from: q, relation: exact, recode: {1-2: a, 3-4: b}}"
    made = study(tmp_path, raw, entry, format="xlsx")
    found = [*told(made, "E120"), *told(made, "E180")]
    assert [problem.n for problem in found] == [6] and "2024" not in str(found[0])


@pytest.mark.parametrize("word", ["MARCH1", "SEPT2", "3/4", "1E5", "TRUE"])
def test_row_07_words_that_look_like_dates_or_numbers_stay_words(tmp_path: Path, word: str) -> None:
    made = study(tmp_path, table(q=[word]), f"word: {{from: q, relation: exact, recode: {{'{word}': a}}}}")
    assert set(answers(made, "word")) == {"a"}


def test_row_07_ids_that_a_spreadsheet_cut_short_are_found(tmp_path: Path) -> None:
    made = study(tmp_path, table(id=["1.23E+15"], q=[1, 2]), CHOICE, ids="{columns: [id], scope: wave}")
    problem = refused(made, "E170", line=4)
    assert problem.n == PEOPLE
    assert "1.23E+15" in told(made, "W106")[0].what, "the form of the fault, as the same words for every file"


def test_row_07_long_ids_in_a_workbook_keep_all_their_digits(tmp_path: Path) -> None:
    rows = [[9007199254740990 + row, 1] for row in range(PEOPLE)]
    made = study(tmp_path, book(["nr", "q"], *rows), CHOICE, format="xlsx")
    found = told(made, "E170")
    # beyond 2**53 neighbours are one number in a workbook: told as double, never two people made one in silence
    assert found and found[0].n


def test_row_07_leading_zeros_of_ids_stay(tmp_path: Path) -> None:
    raw = table(id=["1", "01", "001", *range(2, 11)], q=[1, 2])
    made = study(tmp_path, raw, CHOICE, ids="{columns: [id], scope: wave}")
    assert accepted(made)[0].frame["person"].nunique() == PEOPLE


def test_row_07_a_code_that_lost_its_zeros_is_another_code(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=["001", "1"]), "word: {from: q, relation: exact, recode: {'001': a}}")
    problem = refused(made, "E120", line=6)
    assert "code 1 in q" in problem.what and problem.n == 6


# Row 8: what else a workbook can hold


def test_row_08_a_formula_without_a_saved_value_is_refused_with_its_cell(tmp_path: Path) -> None:
    raw = without_saved_values(answers_in_book([1, "=1+1"]))
    problem = refused(study(tmp_path, raw, CHOICE, format="xlsx"), "E102", line=3)
    assert "Blad1!B3" in problem.what and "save it" in problem.fix


def test_row_08_merged_answers_are_refused_with_their_cells(tmp_path: Path) -> None:
    raw = answers_in_book([1, 2], change=on_sheet(lambda sheet: sheet.merge_cells("B3:B4")))
    assert "Blad1!B3:B4" in refused(study(tmp_path, raw, CHOICE, format="xlsx"), "E102", line=3).what


def test_row_08_formulas_in_columns_that_nobody_uses_do_no_harm(tmp_path: Path) -> None:
    rows = [[row, 1, "=1+1"] for row in range(PEOPLE)]
    made = study(tmp_path, without_saved_values(book(["nr", "q", "r"], *rows)), CHOICE, format="xlsx")
    assert set(answers(made, "choice")) == {"a"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (on_sheet(lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True)), "hidden rows"),
        (on_sheet(lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True)), "hidden columns"),
        (on_sheet(lambda sheet: setattr(sheet["B3"], "comment", Comment(CANARY, "x"))), "comment"),
        (lambda made: setattr(made.create_sheet("Geheim"), "sheet_state", "hidden"), "Geheim (hidden)"),
    ],
    ids=["rows", "columns", "comments", "sheets"],
)  # fmt: skip
def test_row_08_what_is_hidden_or_noted_in_a_workbook_is_told(tmp_path: Path, change: object, said: str) -> None:
    made = study(tmp_path, answers_in_book([1, 2], change=change), CHOICE, format="xlsx")
    accepted(made)
    assert any(said in problem.what for problem in told(made, "W106"))


def test_row_08_of_two_sheets_one_must_be_named(tmp_path: Path) -> None:
    raw = answers_in_book([1, 2], change=lambda made: made.create_sheet("Toelichting"))
    made = study(tmp_path, raw, CHOICE, format="xlsx")
    assert "sheet" in refused(made, "E102", line=3).fix
    with_source(made / "waves/w.yml", sheet="Blad1")
    assert set(answers(made, "choice")) == {"a", "b"}


def test_row_08_a_second_header_row_is_found(tmp_path: Path) -> None:
    rows = [[row, 1] for row in range(PEOPLE)]
    made = study(tmp_path, book(["nr", "q"], ["Nummer", "Vraag"], *rows), CHOICE, format="xlsx", rows=PEOPLE + 1)
    refused(made, "E120", line=6)
    assert any("second header" in problem.what for problem in told(made, "W106"))


def test_row_08_a_total_row_is_found(tmp_path: Path) -> None:
    rows = [[f"W{row}", 1] for row in range(PEOPLE)]
    made = study(tmp_path, book(["nr", "q"], *rows, ["Totaal", 12]), CHOICE, format="xlsx", rows=PEOPLE + 1)
    refused(made, "E120", line=6)
    assert any("total" in problem.what for problem in told(made, "W106"))


# Row 9: text that a spreadsheet takes for a formula

FORMULAS = ["=1+1", "+31 6", "-x", "@SUM(A1)", "'quoted", "plain"]


def test_row_09_formulas_in_answers_are_defused_in_csv_and_kept_elsewhere(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=FORMULAS), TEXT)
    _, folder = accepted(made, "csv", "parquet")
    assert written(folder)["remark"].tolist()[:6] == FORMULAS
    cells = pd.read_csv(folder / "harmonised.csv", dtype="str", keep_default_na=False)["remark"].tolist()
    assert cells[:6] == [*(f"'{text}" for text in FORMULAS[:5]), "plain"]


def test_row_09_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    _, folder = accepted(study(tmp_path, table(q=["-5", "7.5"]), AMOUNT), "csv")
    cells = pd.read_csv(folder / "harmonised.csv", dtype="str")["amount"].tolist()
    assert cells[:2] == ["-5.0", "7.5"]


def test_row_09_a_header_that_looks_like_a_formula_is_only_a_name(tmp_path: Path) -> None:
    made = study(tmp_path, table(**{"=HYPERLINK(1)": [1, 2]}), CHOICE.replace("from: q", "from: =HYPERLINK(1)"))
    _, folder = accepted(made, "csv")
    starts = [cell for line in (folder / "harmonised.csv").read_text().splitlines() for cell in line.split(",")]
    assert not [cell for cell in starts if cell.startswith(("=", "+", "@"))]


def test_row_09_a_tab_or_line_end_before_a_formula_is_gone_before_it_is_written(tmp_path: Path) -> None:
    raw = table(q=['"\t=1+1"', '"\r=2+2"'])
    made = study(tmp_path, raw, TEXT)
    put(made / "raw/w.csv", raw)
    _, folder = accepted(made, "csv")
    cells = pd.read_csv(folder / "harmonised.csv", dtype="str", keep_default_na=False)["remark"].tolist()
    assert set(cells) == {"'=1+1", "'=2+2"}

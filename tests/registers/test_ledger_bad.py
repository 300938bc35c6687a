"""Bad ledgers: each fault by cell and with a count, all in one run, and never what a cell holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cwb_impact.errors import Problem, Problems
from cwb_impact.spec.register import RegisterFile
from registers.ledgers import HEAD, line, read, write

CANARY = "CANARY7391"


def faults(folder: Path, *files: RegisterFile) -> list[Problem]:
    """What is wrong; nothing comes out, and nothing that a cell holds is told."""
    problems = Problems()
    assert read(folder, *files, problems=problems) is None
    assert problems.errors and not any(CANARY in str(problem) for problem in problems)
    return problems.errors


def told(folder: Path, lines: Sequence[Sequence[Any]]) -> list[Problem]:
    """Of a ledger that can be read: what is told."""
    problems = Problems()
    assert read(folder, write(folder / "a.csv", lines), problems=problems) is not None
    assert not any(CANARY in str(problem) for problem in problems)
    return list(problems)


def only(found: Sequence[Problem]) -> tuple[str, str, str]:
    assert len(found) == 1, list(map(str, found))
    return found[0].code, found[0].subject, found[0].what


def test_dutch_and_english_numbers_in_one_column(tmp_path: Path) -> None:
    lines = [line(amount="1.234,50"), line(amount="99,95"), line(supplier=CANARY, amount="1,234.50")]
    assert only(faults(tmp_path, write(tmp_path / "a.csv", lines))) == (
        "E626", "amount",
        "1 cell: written as en, and 2 other cells of the column as nl: a.csv:4 column Bedrag excl. btw",
    )  # fmt: skip


def test_numbers_that_can_be_read_in_two_ways(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(amount="1.234"), line(amount="50")])
    assert only(faults(tmp_path, file)) == (
        "E626", "amount", "1 cell: point and comma can be read in two ways: a.csv:2 column Bedrag excl. btw",
    )  # fmt: skip
    for numbers, euros in (("nl", 1284.0), ("en", 51.23)):
        found = read(tmp_path, RegisterFile(file="a.csv", numbers=numbers))
        assert found is not None and found[0].frame["payment_euros"].tolist() == [euros]


def test_days_that_can_be_read_in_two_ways(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(date="01-02-2025"), line(date="03/03/2025")])
    assert only(faults(tmp_path, file))[:2] == ("E627", "date")
    assert read(tmp_path, RegisterFile(file="a.csv", dates="mdy")) is not None
    both = write(tmp_path / "b.csv", [line(date="13-02-2025"), line(date="14-02-2025"), line(date="02-15-2025")])
    assert only(faults(tmp_path, both)) == (
        "E627", "date", "1 cell: written as mdy, and 2 other cells of the column as dmy: b.csv:4 column Factuurdatum",
    )  # fmt: skip


def test_cells_that_cannot_be_read_are_all_told_together(tmp_path: Path) -> None:
    lines = [
        line(amount=CANARY), line(amount=""), line(date=CANARY), line(date=""), line(route=CANARY), line(choice=CANARY),
        line(date="31/12/25"), line(amount="5%"), line(amount="-"), line(amount="12,50"),
    ]  # fmt: skip
    found = {(p.code, p.subject): p.what for p in faults(tmp_path, write(tmp_path / "a.csv", lines))}
    assert found[("E630", "amount")] == "1 cell: no amount: a.csv:3 column Bedrag excl. btw"
    assert found[("E630", "date")] == "1 cell: no day: a.csv:5 column Factuurdatum"
    assert found[("E628", "route")] == "1 cell: none of the choices: a.csv:6 column Route"
    assert found[("E628", "influenceable")] == "1 cell: none of the choices: a.csv:7 column Keuze mogelijk"
    # what the choices are is known, so amounts and days wait for them
    for row in (4, 5):
        lines[row] = line()
    found = {(p.code, p.subject): p.what for p in faults(tmp_path, write(tmp_path / "a.csv", lines))}
    assert found[("E628", "amount")].startswith("3 cells: ") and found[("E628", "amount")].endswith(
        "a.csv:2 column Bedrag excl. btw, a.csv:9 column Bedrag excl. btw, a.csv:10 column Bedrag excl. btw"
    )
    assert found[("E628", "date")].startswith("2 cells: ") and "a.csv:4 " in found[("E628", "date")]


@pytest.mark.parametrize("word", ["Totaal", "TOTAL", "Subtotaal", "Eindtotaal:", "Totaal 2025", "Grand total"])
@pytest.mark.parametrize("column", ["supplier", "anchor", "invoice"])
def test_totals(tmp_path: Path, word: str, column: str) -> None:
    code, subject, what = only(faults(tmp_path, write(tmp_path / "a.csv", [line(), line(**{column: word})])))
    assert (code, subject) == ("E625", "supplier") and what.endswith(": a.csv:3 column Leverancier")


def test_a_total_without_a_word_and_a_supplier_that_is_called_total(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(), line(supplier="", amount="100,00", date="")])
    assert only(faults(tmp_path, file))[0] == "E630"
    found = read(
        tmp_path, write(tmp_path / "b.csv", [line(supplier="Total Nederland NV"), line(supplier="Totaalzorg")])
    )
    assert found is not None and len(found[0].frame) == 2


def test_a_ledger_of_another_year(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(date="31-12-2024"), line(date="01-01-2026")])
    assert only(faults(tmp_path, file)) == (
        "E636", "spend", "none of its 2 lines is of 2025-01-01 to 2025-12-31",
    )  # fmt: skip


def test_headings(tmp_path: Path) -> None:
    double = tuple("Bedrag excl. btw" if name == "KvK" else name for name in HEAD)
    assert only(faults(tmp_path, write(tmp_path / "a.csv", [line()], head=double)))[:2] == ("E622", "amount")
    missing = tuple("Bedrag" if name == "Bedrag excl. btw" else name for name in HEAD)
    code, subject, what = only(faults(tmp_path, write(tmp_path / "b.csv", [line()], head=missing)))
    assert (code, subject) == ("E622", "amount") and "Bedrag zonder btw / Amount without VAT" in what
    assert only(faults(tmp_path, write(tmp_path / "c.csv", [line()], head=list("abcdefghi"))))[0] == "E102"


def test_a_second_heading_for_a_column_is_not_read(tmp_path: Path) -> None:
    head = tuple("Boekdatum" if name == "KvK" else name for name in HEAD)
    problems = Problems()
    found = read(tmp_path, write(tmp_path / "a.csv", [line(kvk="31-12-2019")], head=head), problems=problems)
    assert found is not None and found[0].counts["outside_period"] == 0
    assert only(list(problems))[0] == "W621" and "Boekdatum" in problems.warnings[0].what


def test_torn_lines(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [line(), line()])
    with (tmp_path / "a.csv").open("a") as file:
        file.write(f'a;b\r\n{";" * 12}x\r\n"{CANARY}"x;;;;;;;;\r\n')
    code, _, what = only(faults(tmp_path, RegisterFile(file="a.csv")))
    assert code == "E637" and what.startswith("3 rows") and what.endswith("a.csv:4, a.csv:5, a.csv:6")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"PK\x03\x04"),
        ("a.csv", b"Leverancier;Bedrag excl. btw\0"),
        ("a.xlsx", b"Leverancier;Bedrag excl. btw"),
        ("a.xlsx", b"PK\x03\x04 and no more"),
        ("a.parquet", b"PAR1 and no more"),
        ("a.txt", b"Leverancier"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert only(faults(tmp_path, RegisterFile(file=name)))[0] == "E102"


def test_paths(tmp_path: Path) -> None:
    assert only(faults(tmp_path, RegisterFile(file="../a.csv")))[0] == "E010"
    assert only(faults(tmp_path, RegisterFile(file="none.csv")))[0] == "E102"


def test_all_files_are_looked_at_in_one_run(tmp_path: Path) -> None:
    files = [write(tmp_path / name, [line(amount="x")]) for name in ("a.csv", "b.csv")]
    assert [problem.file for problem in faults(tmp_path, *files, RegisterFile(file="none.csv"))] == [
        "a.csv", "b.csv", "none.csv",
    ]  # fmt: skip


def test_merged_cells_and_formulas_of_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "blad"
    sheet.append(["Leverancier", "Bedrag excl. btw", "Factuurdatum"])
    sheet.append([CANARY, 12.5, dt.date(2025, 1, 1)])
    sheet.append([CANARY, "=B2*2", dt.date(2025, 1, 1)])
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    found = faults(tmp_path, RegisterFile(file="a.xlsx"))
    assert [(problem.code, problem.what[-10:].split(": ")[-1]) for problem in found] == [
        ("E623", "blad!A2:A3"[-10:]), ("E624", "blad!B3"),
    ]  # fmt: skip


def test_postcodes_and_numbers_that_cannot_be(tmp_path: Path) -> None:
    lines = [
        line(postcode="B-1000"), line(postcode="1069ab"), line(kvk="12"), line(kvk="1234567"), line(kvk="00000000"),
        line(postcode=CANARY),
    ]  # fmt: skip
    found = {problem.code: problem.what for problem in told(tmp_path, lines)}
    assert found["W641"].startswith("2 cells: ") and found["W641"].endswith(
        "a.csv:2 column Postcode, a.csv:7 column Postcode"
    )
    assert found["W642"].startswith("2 cells: ") and found["W642"].endswith("a.csv:4 column KvK, a.csv:6 column KvK")
    assert found["W624"].startswith("1 cell: ") and found["W624"].endswith("a.csv:5 column KvK")


def test_doubles_notes_and_spellings_are_told_by_cell(tmp_path: Path) -> None:
    lines = [
        line(invoice="7"), line(invoice="7"), line(supplier="BAKKER B.V."), line(supplier="bakker"),
        line(supplier="Terug", amount="-5,00"),
    ]  # fmt: skip
    found = {problem.code: problem.what for problem in told(tmp_path, lines)}
    assert found["W643"] == "1 lines are there twice and count once: a.csv:3 column Factuurnummer"
    assert found["W644"].endswith("a.csv:6 column Bedrag excl. btw") and found["W644"].startswith("1 credit notes")
    assert found["W645"] == "1 other spellings of a supplier are taken as that supplier: a.csv:4 column Leverancier"
    assert found["W647"].startswith("1 suppliers")


def test_more_cells_than_a_message_names(tmp_path: Path) -> None:
    found = faults(tmp_path, write(tmp_path / "a.csv", [line(amount=CANARY)] * 12))
    assert only(found)[2].startswith("12 cells: ") and found[0].what.endswith(" and 7 more")

"""Ledgers of every format, worked out by hand; and DuckDB reads a cell as `registers.cells` does."""

from __future__ import annotations

import datetime as dt
import gc
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cwb_impact.errors import Problems
from cwb_impact.registers.cells import read_day, read_kvk, read_number, read_postcode
from cwb_impact.registers.ledger.cells_sql import MACROS
from cwb_impact.registers.template import make_template
from cwb_impact.spec.register import RegisterFile
from cwb_impact.types import RegisterRows
from registers.ledgers import HEAD, line, read, write

LINES = [
    line(supplier="Bakker", amount="1.000,10", invoice="1"),
    line(supplier="Bakker", amount="-200,05", invoice="2"),
    line(supplier="Kantoor; en zo", postcode="1011AB", amount="50,00", invoice="3"),
    line(supplier="Kantoor; en zo", postcode="1011 ab", amount="0,95", invoice="4", choice="nee"),
    line(supplier="Zonder plaats", postcode="", amount="70,00", invoice="5", choice=""),
    line(supplier="Buurtkar", postcode="1068XX", amount="30,00", invoice="6"),
    line(supplier="Buurtkar", postcode="1068XX", amount="12,00", invoice="7", route="subcontract"),
    line(supplier="Vorig jaar", amount="9.000,00", invoice="8", date="31-12-2024"),
]
# supplier, choice and place follow from LINES by hand
PAYMENTS = [
    (0.95, "no", "no"),
    (30.0, "yes", "yes"),
    (50.0, "yes", "no"),
    (70.0, "no_answer", "dont_know"),
    (800.05, "yes", "yes"),
]


def payments(found: tuple[RegisterRows, RegisterRows] | None) -> list[tuple[float, str, str]]:
    assert found is not None
    frame = found[0].frame
    choice = frame["payment_influenceable"].where(
        frame["payment_influenceable__why"] == "valid", frame["payment_influenceable__why"]
    )
    place = frame["supplier_in_area"].where(frame["supplier_in_area__why"] == "valid", frame["supplier_in_area__why"])
    return sorted(zip(frame["payment_euros"].round(2), choice, place, strict=True))


def test_totals_of_suppliers_and_of_co_ops(tmp_path: Path) -> None:
    found = read(tmp_path, write(tmp_path / "a.csv", LINES))
    assert payments(found) == PAYMENTS
    assert found is not None
    lists, co_ops = found
    assert co_ops.frame[["coop_payment_euros", "coop_payment_route", "holding"]].to_numpy().tolist() == [
        [30.0, "direct", "Buurtkar"],
        [12.0, "subcontract", "Buurtkar"],
    ]
    assert lists.frame["holding"].nunique() == 4 and not set(lists.frame["place"]) - {""}
    wanted = {"rows": 8, "outside_period": 1, "invoices": 6, "credit_notes": 1, "subcontract_lines": 1, "suppliers": 4,
              "euros": 951.0, "place_unknown_euros": 70.0, "choice_unknown_euros": 70.0}  # fmt: skip
    assert {name: lists.counts[name] for name in wanted} == wanted
    assert (lists.register, co_ops.register, lists.population, lists.protects) == (
        "payments", "coop_payments", "anchors", "money",
    )  # fmt: skip
    assert set(lists.files) == {"a.csv"} and "Bakker" not in lists.frame.to_csv()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_every_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    lines = [line(supplier="Café Zoë", amount="€ 1.000,10"), line(supplier="Cafe\u00a0Zoe", amount="-1,00")]
    found = read(tmp_path, write(tmp_path / "a.csv", lines, encoding=encoding))
    assert payments(found) == [(999.1, "yes", "yes")]


def test_title_rows_quoted_line_ends_and_blank_lines_keep_their_place(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(supplier='Twee\r\nregels "BV"'), line(supplier="Fout", amount="x")])
    text = (tmp_path / "a.csv").read_bytes()
    head, rest = text.split(b"\r\n", 1)
    (tmp_path / "a.csv").write_bytes(
        b"Grootboek;;\r\n\r\n" + head.replace(b"Route", b'"Route\r\n"') + b"\r\n\r\n" + rest
    )
    problems = Problems()
    assert read(tmp_path, file, problems=problems) is None
    # two rows above, two lines of headings, a blank line, two lines of the first supplier: the fault is on line 8
    assert [problem.what for problem in problems.errors] == [
        "1 cell: cannot be read, or has another notation than the column: a.csv:8 column Bedrag excl. btw"
    ]


def test_two_kinds_of_line_ends(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [line(supplier="Een\nTwee", amount="1,00"), line(amount="2,00")])
    (tmp_path / "a.csv").write_bytes((tmp_path / "a.csv").read_bytes().replace(b"Een", b"E", 1) + b"\n")
    text = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "b.csv").write_bytes(text.replace(b"\r\n", b"\n", 1))
    for name in (file.file, "b.csv"):
        assert payments(read(tmp_path, RegisterFile(file=name))) == [(1.0, "yes", "yes"), (2.0, "yes", "yes")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_english_numbers_and_every_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = [("Supplier", "Net amount", "Date", "Postcode"), ("A", '"1,234.50"', "12/31/2025", "1069AB")]
    (tmp_path / "a.csv").write_text("\n".join(delimiter.join(row) for row in rows) + "\n")
    assert payments(read(tmp_path, RegisterFile(file="a.csv"))) == [(1234.5, "no_answer", "yes")]


def test_a_workbook_gives_the_same_and_names_its_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "grootboek"
    sheet.append(["Uitgaven"])
    sheet.append(HEAD)
    for cells in LINES:
        row = list(cells)
        row[4] = int(row[4])
        row[5] = float(row[5].replace(".", "").replace(",", "."))
        row[6] = dt.datetime.strptime(row[6], "%d-%m-%Y")
        sheet.append(row)
    book.create_sheet("uitleg").append(["Leverancier"])
    book.save(tmp_path / "a.xlsx")
    problems = Problems()
    assert payments(read(tmp_path, RegisterFile(file="a.xlsx"), problems=problems)) == PAYMENTS
    assert "grootboek!G10" in next(problem.what for problem in problems if problem.code == "W640")


@pytest.mark.parametrize("as_text", [True, False])
def test_parquet_gives_the_same(tmp_path: Path, as_text: bool) -> None:
    frame = pd.DataFrame(LINES, columns=HEAD)
    if not as_text:
        plain = frame["Bedrag excl. btw"].str.replace(".", "").str.replace(",", ".")
        frame["Bedrag excl. btw"] = plain.astype("float64")
        frame["Factuurdatum"] = pd.to_datetime(frame["Factuurdatum"], dayfirst=True)
        frame["Factuurnummer"] = frame["Factuurnummer"].astype("int64")
    frame.to_parquet(tmp_path / "a.parquet")
    problems = Problems()
    assert payments(read(tmp_path, RegisterFile(file="a.parquet"), problems=problems)) == PAYMENTS
    assert "a.parquet row 8 column Factuurdatum" in next(p.what for p in problems if p.code == "W640")


def test_sums_are_exact_to_the_cent(tmp_path: Path) -> None:
    # 0.1 + 0.2 in binary is not 0.3; thirty thousand of them differ by more than a cent in single precision
    lines = [line(amount=amount) for amount in ("0,10", "0,20") * 15_000] + [line(amount="-4.499,99")]
    assert payments(read(tmp_path, write(tmp_path / "a.csv", lines))) == [(0.01, "yes", "yes")]


def test_the_example_row_of_the_template_does_not_count(tmp_path: Path) -> None:
    problems = Problems()
    lines = [line(anchor="VOORBEELD / EXAMPLE", amount="1.250,00"), line(amount="5,00")]
    assert payments(read(tmp_path, write(tmp_path / "a.csv", lines), problems=problems)) == [(5.0, "yes", "yes")]
    assert [problem.code for problem in problems] == ["W622"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_filled_in_template(tmp_path: Path, lang: str) -> None:
    path = make_template("spend", lang, "xlsx", tmp_path)
    book = load_workbook(path)
    day = dt.date(2025, 5, 1)
    row = ("Gemeente", "Bakker", "1069 AB", None, "F1", 12.5, day, None, None, {"nl": "Ja", "en": "Yes"}[lang])
    for place, cell in enumerate(row, start=1):
        book.worksheets[0].cell(3, place, cell)
    book.save(path)
    problems = Problems()
    assert payments(read(tmp_path, RegisterFile(file=path.name), problems=problems)) == [(12.5, "yes", "yes")]
    assert [problem.code for problem in problems] == ["W622"]


@pytest.mark.slow
def test_little_memory_is_enough(tmp_path: Path) -> None:
    # every line has its own invoice number and nearly every one its own supplier: nothing shrinks by being the same
    lines = [
        line(supplier=f"Leverancier {number} van een lange naam B.V.", invoice=f"F-{number}", postcode="1069AB")
        for number in range(150_000)
    ]
    found = read(tmp_path, write(tmp_path / "a.csv", [*lines, *lines[:1000]]), memory_limit="80MB")
    assert found is not None
    assert found[0].counts["double"] == 1000 and found[0].counts["suppliers"] == 150_000
    assert found[0].frame["payment_euros"].sum() == 15_000_000


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    read(tmp_path, write(tmp_path / "a.csv", LINES, encoding="windows-1252"))
    read(tmp_path, write(tmp_path / "b.csv", [line(amount="x")]))
    gc.collect()
    assert not list((tmp_path / "temporary").iterdir())


CELLS = st.text("0123456789.,-−–()€ eurEUR/T:=\u00a0", max_size=14)
NUMBERS = [
    "1.234,50", "1,234.50", "€ 1.234,50-", "(1.234,50)", "- 5", "1.234", "1 234,50", "1.234,-", "0.125", "-", "--5",
    "-5-", "12 34", "abc", "1.234.567,891", "12eur3", "(5", "−7,5", "5%", "1e3", ",5", "01.234,5", "-1234,565",
]  # fmt: skip
DAYS = [
    "31-12-2025", "1/2/2025", "1.2.2025", "1-2/2025", "2025-12-31", "2025-1-2", "20251231", "2025-12-31T00:00:00",
    "2025-12-31 00:00", "31/12/25", "45992", "31-02-2025", "12-31-2025", "2025/03/04", "0000-01-01", "20250231",
]  # fmt: skip
PLACES = [
    "1069 AB",
    "1069ab",
    "1069",
    "0169AB",
    "1069  AB",
    "NL-1069AB",
    "1069 A",
    "1234567",
    "12.34.56.78",
    "12345678",
]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(MACROS)
    return con


def agree(con: duckdb.DuckDBPyConnection, cell: str) -> None:
    def cents(value: object) -> object:
        return value.quantize(Decimal("0.01"), ROUND_HALF_UP) if isinstance(value, Decimal) else value

    asked = "number_nl($1), number_en($1), day_iso($1), day_dmy($1), day_mdy($1), postcode_of($1), kvk_of($1)"
    by_sql = con.execute(f"SELECT {asked}", [cell]).fetchall()[0]
    numbers = [cents(read_number(cell, form).value) for form in ("nl", "en")]
    days = [read_day(cell, form).value for form in ("iso", "dmy", "mdy")]
    kvk = read_kvk(cell).value
    assert list(by_sql) == [*numbers, *days, read_postcode(cell).value, None if kvk == "00000000" else kvk], cell


@pytest.mark.parametrize("cell", [*NUMBERS, *DAYS, *PLACES])
def test_a_cell_is_read_as_in_other_registers(database: duckdb.DuckDBPyConnection, cell: str) -> None:
    agree(database, cell)


@given(cell=CELLS)
def test_any_cell_is_read_as_in_other_registers(database: duckdb.DuckDBPyConnection, cell: str) -> None:
    agree(database, cell)


@given(cents=st.integers(-(10**13), 10**13), day=st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)))
def test_written_and_read_again(database: duckdb.DuckDBPyConnection, cents: int, day: dt.date) -> None:
    english = f"{Decimal(cents) / 100:,.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    found = database.execute(
        "SELECT number_en($1), number_nl($2), day_dmy($3), day_mdy($4), day_iso($5)",
        [english, dutch, f"{day:%d-%m-}{day.year:04}", f"{day:%m/%d/}{day.year:04}", day.isoformat()],
    ).fetchall()[0]
    assert found == (Decimal(cents) / 100, Decimal(cents) / 100, day, day, day)

"""Synthetic registers as a co-op or a municipality would send them: Dutch headings and labels, .xlsx or .csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cwb_impact.simulate.raw_files import SYNTHETIC
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.register import Register
from cwb_impact.workbook import same_bytes

ABOUT = "over dit bestand"
ABOUT_LINES = (
    SYNTHETIC,
    "Alles in dit bestand is verzonnen met `cwb-impact simulate`. Alleen de namen van de coöperaties bestaan.",
    "All of this file is invented by `cwb-impact simulate`. Only the names of the co-ops exist.",
    "KvK-nummers (vier nullen vooraan), postcodes en bedragen zijn verzonnen.",
    "Chamber of commerce numbers (four zeros in front), postcodes and amounts are invented.",
)

Cell = str | float | int | date | None


def register_file(
    suffix: str, register: Register, frame: pd.DataFrame, dictionary: Dictionary, headings: Mapping[str, str]
) -> bytes:
    """The file of a list; frame : codes, numbers, days and texts under the ids of the columns."""
    names = [name for name in register.columns if name in frame]
    top = [headings.get(name, register.columns[name].label.nl) for name in names]
    rows = [
        [_cell(cell, name, register, dictionary) for name, cell in zip(names, row, strict=True)]
        for row in frame[names].itertuples(index=False, name=None)
    ]
    return _csv(top, rows) if suffix == ".csv" else _xlsx(register, names, top, rows)


def _cell(cell: Any, name: str, register: Register, dictionary: Dictionary) -> Cell:
    column = register.columns[name]
    if cell is None or cell != cell:
        return None
    if column.type == "choice":
        codes = column.choices or dictionary.variables[column.variable or ""].codes or {}
        return codes[cell].nl
    if column.type in ("whole", "number", "percent", "euros"):
        return int(cell) if float(cell).is_integer() and column.type != "euros" else float(cell)
    return cell if isinstance(cell, date) else str(cell)


def _xlsx(register: Register, names: list[str], top: list[str], rows: list[list[Any]]) -> bytes:
    book = Workbook()
    book.properties.creator = "cwb_impact"
    book.properties.title = SYNTHETIC
    sheet = book.worksheets[0]
    sheet.title = register.id
    sheet.append(top)
    for row in rows:
        sheet.append(row)
    shapes = {"date": "dd-mm-yyyy", "euros": "#,##0.00"}
    for number, name in enumerate(names, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 20
        if shape := shapes.get(register.columns[name].type):
            for at in range(2, len(rows) + 2):
                sheet.cell(at, number).number_format = shape
    sheet.freeze_panes = "A2"
    about = book.create_sheet(ABOUT)
    about.column_dimensions["A"].width = 100
    for line in ABOUT_LINES:
        about.append([line])
    return same_bytes(book)


def _csv(top: list[str], rows: list[list[Cell]]) -> bytes:
    """As a Dutch program exports it: semicolons, 1.234,50 and 31-12-2025. Its name says that it is synthetic."""
    said = io.StringIO(newline="")
    writer = csv.writer(said, delimiter=";")
    writer.writerow(top)
    writer.writerows([_dutch(cell) for cell in row] for row in rows)
    return said.getvalue().encode("utf-8-sig")


def _dutch(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, float):
        return f"{cell:,.2f}".translate(str.maketrans(",.", ".,"))
    return str(cell)

"""Raw files that are broken, hostile or odd, made on the spot."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

from rows.one_wave import PEOPLE

Sheet = openpyxl.worksheet.worksheet.Worksheet
Write = Callable[[Path], object]


def sav(
    labels: dict[str, dict[float, str]] | None = None,
    missing: dict[str, list[object]] | None = None,
    questions: dict[str, str] | None = None,
    compress: bool = False,
    **columns: Sequence[object],
) -> Write:
    """An SPSS file with an id `nr` before the columns; short columns are repeated."""

    def write(path: Path) -> None:
        frame = pd.DataFrame(
            {
                "nr": [float(row + 1) for row in range(PEOPLE)],
                **{name: [values[row % len(values)] for row in range(PEOPLE)] for name, values in columns.items()},
            }
        )
        pyreadstat.write_sav(
            frame,
            str(path),
            variable_value_labels=labels or {},
            missing_ranges=missing or {},
            column_labels=questions or {},
            compress=compress,
        )

    return write


def cut(write: Write, keep: float, name: str = "whole.sav") -> Write:
    """The first part of a file, as after an upload that stopped. keep : the share that arrived."""

    def write_part(path: Path) -> None:
        whole = path.with_name(name)
        write(whole)
        data = whole.read_bytes()
        whole.unlink()
        path.write_bytes(data[: int(len(data) * keep)])

    return write_part


def book(*rows: Sequence[object], change: Callable[[openpyxl.Workbook], None] | None = None) -> Write:
    """A workbook whose sheet Blad1 holds these rows."""

    def write(path: Path) -> None:
        made = openpyxl.Workbook()
        made.active.title = "Blad1"
        for row in rows:
            made.active.append(list(row))
        if change is not None:
            change(made)
        made.save(path)

    return write


def answers_in_book(
    column: Sequence[object], name: str = "q", change: Callable[[openpyxl.Workbook], None] | None = None
) -> Write:
    """A workbook with an id and one question."""
    rows = [[row + 1, column[row % len(column)]] for row in range(PEOPLE)]
    return book(["nr", name], *rows, change=change)


def on_sheet(change: Callable[[Sheet], None]) -> Callable[[openpyxl.Workbook], None]:
    return lambda made: change(made.active)


def archive(parts: dict[str, int]) -> Write:
    """A zip archive whose parts unpack to this many zero bytes."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for name, size in parts.items():
                with made.open(name, "w") as part:
                    for start in range(0, size, 1 << 24):
                        part.write(bytes(min(1 << 24, size - start)))

    return write


def zsav_bomb(path: Path) -> None:
    """A .zsav of some hundred bytes whose blocks say that they unpack to a gigabyte."""
    sav(q=[1.0], compress=True)(path)
    data = bytearray(path.read_bytes())
    start = data.rfind(struct.pack("<qq", -100, 0))
    struct.pack_into("<i", data, start + 24 + 16, 2**30)
    path.write_bytes(data)


def without_saved_values(write: Write) -> Write:
    """The workbook as a program writes it that never computed its formulas."""

    def write_bare(path: Path) -> None:
        write(path)
        with zipfile.ZipFile(path) as made:
            parts = {name: made.read(name) for name in made.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        parts["xl/worksheets/sheet1.xml"] = re.sub(r"(</f>)<v ?/?>(</v>)?", r"\1", sheet).encode()
        with zipfile.ZipFile(path, "w") as made:
            for name, data in parts.items():
                made.writestr(name, data)

    return write_bare

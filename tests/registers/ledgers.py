"""Invented ledgers for tests. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cwb_impact.errors import Problems
from cwb_impact.registers.ledger import spend_rows
from cwb_impact.registers.read_list import Listed, read_list
from cwb_impact.spec.register import Period, RegisterFile, WaveRegisters
from cwb_impact.types import RegisterRows
from registers.filled import at_wave

YEAR = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
WAVE = WaveRegisters(reference_date=date(2025, 12, 31), period=YEAR)
HEAD = ("Organisatie", "Leverancier", "Postcode", "KvK", "Factuurnummer", "Bedrag excl. btw", "Factuurdatum", "Route",
        "Keuze mogelijk")  # fmt: skip
AREA = frozenset({"1069", "1068", "1064HN"})
COOPS: Mapping[str, str | None] = {"Voorbeeldcoöperatie Groen": "00000109", "Buurtkar": None}


def line(**cells: Any) -> tuple[Any, ...]:
    """One line of a ledger; what is not said is usual."""
    usual = {
        "anchor": "Gemeente", "supplier": "Bakker", "postcode": "1069 AB", "kvk": "", "invoice": "",
        "amount": "100,00", "date": "31-03-2025", "route": "", "choice": "ja",
    }  # fmt: skip
    assert cells.keys() <= usual.keys()
    return tuple({**usual, **cells}.values())


def write(
    path: Path, lines: Iterable[Sequence[Any]], head: Sequence[str] = HEAD, encoding: str = "utf-8"
) -> RegisterFile:
    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ';"\n\r') else text

    rows = [";".join(map(cell, row)) for row in (head, *lines)]
    path.write_bytes("\r\n".join([*rows, ""]).encode(encoding))
    return RegisterFile(file=path.name)


def suppliers(path: Path, lines: Iterable[Sequence[str]]) -> Listed:
    rows = ["Leverancier;KvK;Postcode;Eigenaren uit het gebied", *(";".join(row) for row in lines)]
    path.write_text("\n".join(rows))
    problems = Problems()
    found = read_list("suppliers", at_wave(path.parent, WAVE, suppliers=[RegisterFile(file=path.name)]), problems)
    problems.raise_if_errors()
    assert found is not None
    return found


def read(
    folder: Path,
    *files: RegisterFile,
    seats: Listed | None = None,
    problems: Problems | None = None,
    coops: Mapping[str, str | None] = COOPS,
    area: frozenset[str] = AREA,
    memory_limit: str = "512MB",
) -> tuple[RegisterRows, RegisterRows] | None:
    return spend_rows(
        at_wave(folder, WAVE, spend=files), seats, coops=coops, area_postcodes=area,
        problems=Problems() if problems is None else problems, memory_limit=memory_limit,
    )  # fmt: skip

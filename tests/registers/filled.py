"""Filled-in registers for tests: rows below the Dutch headings of the template, as a workbook or as text. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cwb_impact.errors import Problems
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.register import Period, Register, RegisterFile, WaveRegisters

ON = date(2026, 9, 30)
WAVE = WaveRegisters(reference_date=ON, period=Period(first=date(2026, 1, 1), last=date(2026, 12, 31)))
CANARY = "CANARY 7391"
"""Stands in bad cells: no message may ever show it."""


@cache
def dictionary() -> Dictionary:
    problems = Problems()
    found = load_dictionary(problems)
    problems.raise_if_errors()
    return found


def register(name: str) -> Register:
    return dictionary().registers[name]


def at_wave(folder: Path, spec: WaveRegisters = WAVE, /, **files: Sequence[RegisterFile]) -> AtWave:
    """A wave with these files of each register."""
    filled = spec.model_copy(update={"files": {name: list(given) for name, given in files.items()}})
    return AtWave(str(spec.reference_date.year), filled, folder, dictionary(), "synthetic")


def headings(name: str, columns: Sequence[str], lang: str = "nl") -> list[str]:
    return [register(name).columns[column].label[lang] for column in columns]


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "lijst") -> RegisterFile:
    """Write rows as they are; the first is most often the headings."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return RegisterFile(file=path.name)


def text(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8") -> RegisterFile:
    """Write rows as they are, quoted where a delimiter stands inside."""
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return RegisterFile(file=path.name)


def told(problems: Problems, code: str) -> list[str]:
    """The texts of one code."""
    return [f"{problem.subject}: {problem.what}" for problem in problems if problem.code == code]


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems]


PEOPLE = ("coop", "person", "paid_work", "position", "member", "hours", "joined", "left")
COOPS = (
    "coop", "kvk", "assembly_date", "members_entitled", "members_at_assembly", "paid_persons", "pay_ratio_band",
    "purchases_euros", "purchases_in_area_euros", "revenue_euros",
)  # fmt: skip
LM3 = ("coop", "recipient", "kind", "received_euros", "in_area", "answered", "spent_in_area_percent")


def person(coop: str, number: str, joined: Any, left: Any = None, paid: Any = "Ja", hours: Any = 20) -> list[Any]:
    return [coop, number, paid, "Werknemer met loon, geen lid", "Nee", hours, joined, left]

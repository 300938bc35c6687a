"""The cells of a column as values of its type. Everything that cannot be read is told by cell, with a count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeVar

from cwb_impact.errors import Problems
from cwb_impact.harmonise.missing_words import reason_of
from cwb_impact.read.sheet_facts import shown
from cwb_impact.registers.cells import (
    Cell,
    DateForm,
    NumberForm,
    Read,
    Value,
    Votes,
    date_votes,
    number_votes,
    plain,
    read_choice,
    read_day,
    read_kvk,
    read_number,
    read_percent,
    read_postcode,
    words_of,
)
from cwb_impact.registers.sheet import Sheet
from cwb_impact.spec.register import Register, RegisterColumn
from cwb_impact.spec.variable import Variable

NUMBERS = ("number", "whole", "percent", "euros")
VALID, EMPTY = "valid", "no_answer"
Reader = Callable[[Cell], Read]
_FIX = "Correct the cells; leave a cell empty where nothing is known, if its column allows that"


class Placed(Protocol):
    """Rows that know where their cells stand."""

    @property
    def file(self) -> str: ...
    def __len__(self) -> int: ...
    def place(self, column: str, index: int) -> str: ...


@dataclass(frozen=True, repr=False)
class TypedColumn:
    """values : None where there is none. why : `valid`, or the missing reason."""

    values: tuple[Value | None, ...]
    why: tuple[str, ...]

    def without(self, rows: Collection[int]) -> TypedColumn:
        """The same, with these rows not applicable."""
        values = tuple(None if row in rows else value for row, value in enumerate(self.values))
        why = tuple("not_applicable" if row in rows else reason for row, reason in enumerate(self.why))
        return TypedColumn(values, why)


@dataclass
class _Found:
    """What the cells of one column gave; faults : (code, kind) -> rows."""

    values: list[Value | None] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    padded: list[int] = field(default_factory=list)


def typed_columns(
    register: Register, sheet: Sheet, variables: Mapping[str, Variable], problems: Problems
) -> dict[str, TypedColumn]:
    """Every column of a file with its type.

    An empty cell has the reason `no_answer`; whether it may be empty is not decided here. Words such as `Weet niet`
    become the missing reason where the column answers a variable.

    Problems: E626 numbers that Dutch and English read differently; E627 dates likewise; E628 a cell that cannot be
    read; E629 out of range, or no whole number; W624 chamber-of-commerce numbers without their zero; W625 percentages
    that look like parts of 1.
    """
    numbers = _decided(register, sheet, problems, dates=False)
    dates = _decided(register, sheet, problems, dates=True)
    made = {}
    for name, cells in sheet.cells.items():
        column = register.columns[name]
        variable = variables.get(column.variable or "")
        reader = _reader(column, variable, numbers.get(name), dates.get(name))
        if reader is None:  # told already: its form is not known
            continue
        found = _read(cells, reader, column, variable)
        for (code, kind), rows in found.faults.items():
            tell(problems, sheet, code, name, rows, kind, _FIX)
        if found.padded:
            what = "lost their first zero, which is put back"
            tell(problems, sheet, "W624", name, found.padded, what, "Format the column as text")
        if column.type == "percent":
            _tell_parts(sheet, name, found.values, problems)
        made[name] = TypedColumn(tuple(found.values), tuple(found.why))
    return made


def tell(
    problems: Problems, rows: Placed, code: str, column: str, found: Sequence[int], what: str, fix: str = ""
) -> None:
    """One problem for a kind of fault in a column: how many cells, and the first of them."""
    places = shown([rows.place(column, index) for index in found])
    cells = "cell" if len(found) == 1 else "cells"
    problems.add(code, rows.file, 0, column, f"{len(found)} {cells} of {len(rows)} rows: {what}: {places}", fix)


Form = TypeVar("Form", bound=str)


def _decided(register: Register, sheet: Sheet, problems: Problems, dates: bool) -> dict[str, str]:
    """How each column writes its numbers (or dates): as the study states, as its own cells need, or as those of the
    other columns of the file do."""
    types, count, key, code = (
        (("date",), date_votes, "dates", "E627") if dates else (NUMBERS, number_votes, "numbers", "E626")
    )
    columns = [name for name in sheet.cells if register.columns[name].type in types]
    stated = sheet.stated.dates if dates else sheet.stated.numbers
    if stated is not None:
        return dict.fromkeys(columns, stated)
    default = "dmy" if dates else "nl"
    votes = {name: count(sheet.cells[name]) for name in columns}
    file_wide = {form for vote in votes.values() for form in vote.forms}
    decided = {}
    for name, vote in votes.items():
        forms = vote.forms or (sorted(file_wide) if len(file_wide) == 1 else [])
        if len(forms) > 1:
            _tell_both(sheet, name, vote, code, key, problems)
        elif not forms and vote.ambiguous:
            choice = "dmy, mdy or iso" if dates else "nl or en"
            what = f"{'day and month' if dates else 'point and comma'} can be read in two ways"
            tell(problems, sheet, code, name, vote.ambiguous, what, f"State {key}: {choice} with the file in study.yml")
        else:
            decided[name] = forms[0] if forms else default
    return decided


def _tell_both(sheet: Sheet, name: str, vote: Votes, code: str, key: str, problems: Problems) -> None:
    most, least = vote.forms[0], vote.forms[-1]
    what = f"written as {least}, and {len(vote.only[most])} other cells of the column as {most}"
    tell(problems, sheet, code, name, vote.only[least], what, f"Write them all alike ({key})")


def _reader(column: RegisterColumn, variable: Variable | None, numbers: str | None, dates: str | None) -> Reader | None:
    """How a cell of the column is read; None when the form of its numbers or dates could not be decided."""
    match column.type:
        case "text":
            return lambda cell: Read(plain(cell))
        case "postcode":
            return read_postcode
        case "kvk":
            return read_kvk
        case "choice":
            choices = column.choices if variable is None else variable.codes
            words = words_of(choices or {})
            return lambda cell: read_choice(cell, words)
        case "date":
            return None if dates is None else _with_date_form(dates)
        case "percent":
            return None if numbers is None else _with_number_form(read_percent, numbers)
        case _:
            return None if numbers is None else _with_number_form(read_number, numbers)


def _with_number_form(read: Callable[[Cell, NumberForm], Read], form: str) -> Reader:
    chosen: NumberForm = "nl" if form == "nl" else "en"
    return lambda cell: read(cell, chosen)


def _with_date_form(form: str) -> Reader:
    chosen: DateForm = "mdy" if form == "mdy" else "iso" if form == "iso" else "dmy"
    return lambda cell: read_day(cell, chosen)


def _read(cells: Sequence[Cell], reader: Reader, column: RegisterColumn, variable: Variable | None) -> _Found:
    found = _Found()
    for index, cell in enumerate(cells):
        value, why = None, EMPTY
        if cell is not None:
            read = reader(cell)
            value, why, fault = read.value, VALID, ("E628", read.fault)
            if value is not None:
                fault = ("E629", _outside(value, column, variable))
                if read.note:
                    found.padded.append(index)
            elif variable is not None and (reason := reason_of(plain(cell))) is not None:
                # an empty cell is no answer; whoever writes `onbekend` says that it is not known
                why, fault = "dont_know" if reason == EMPTY else reason, ("", "")
            if fault[1]:
                found.faults.setdefault(fault, []).append(index)
        found.values.append(value)
        found.why.append(why)
    return found


def _outside(value: Value, column: RegisterColumn, variable: Variable | None) -> str:
    """What is wrong with a number or day that could be read; empty when nothing is."""
    if isinstance(value, dt.date):
        days = variable.days if variable is not None else None
        return "outside the possible days" if days is not None and not days[0] <= value <= days[1] else ""
    if not isinstance(value, Decimal):
        return ""
    limits = variable.range if variable is not None else column.range
    if limits is not None and not limits[0] <= value <= limits[1]:
        return f"outside {limits[0]:,.0f} to {limits[1]:,.0f}"
    whole = column.type == "whole" or (variable is not None and variable.whole)
    return "no whole number" if whole and value != value.to_integral_value() else ""


def _tell_parts(sheet: Sheet, name: str, values: Sequence[Value | None], problems: Problems) -> None:
    parts = [index for index, value in enumerate(values) if isinstance(value, Decimal) and value != 0]
    if len(parts) > 1 and all(abs(Decimal(str(values[index]))) <= 1 for index in parts):
        what = "all percentages are 1 or less: are they parts of 1?"
        tell(problems, sheet, "W625", name, parts, what, "Write 40 for 40 percent")

"""The files of one register as one list: every cell typed and checked, nothing harmonised yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cwb_impact.errors import Problems
from cwb_impact.harmonise.labels import normalised
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.cells import Value
from cwb_impact.registers.checks import again, letters_of, sums_of_those_above
from cwb_impact.registers.sheet import Sheet, read_sheet
from cwb_impact.registers.typed import EMPTY, TypedColumn, tell, typed_columns
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.register import Register

NOT_THERE = "not_asked"
"""The reason of a column that one file of a list has and another does not."""


@dataclass(frozen=True, repr=False)
class Part:
    """Some rows of one file. chosen : their places in the sheet."""

    sheet: Sheet
    columns: Mapping[str, TypedColumn]
    chosen: tuple[int, ...]

    @property
    def file(self) -> str:
        return self.sheet.file

    def __len__(self) -> int:
        return len(self.chosen)

    def place(self, column: str, index: int) -> str:
        return self.sheet.place(column, self.chosen[index])


@dataclass(frozen=True, repr=False)
class Listed:
    """A register as it was filled in: rows of all its files, one after the other, typed and checked cell by cell."""

    register: Register
    parts: tuple[Part, ...]
    counts: Mapping[str, int]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def files(self) -> dict[str, str]:
        return {part.file: part.sheet.sha256 for part in self.parts}

    @property
    def lines(self) -> list[str]:
        """Where each row stands."""
        return [part.sheet.line(index) for part in self.parts for index in part.chosen]

    def has(self, column: str) -> bool:
        """Does any file have this column?"""
        return any(column in part.columns for part in self.parts)

    def values(self, column: str) -> list[Value | None]:
        """The cells of a column; None where there is no value."""
        return [
            part.columns[column].values[index] if column in part.columns else None
            for part in self.parts
            for index in part.chosen
        ]

    def why(self, column: str) -> list[str]:
        """`valid` or the missing reason of each cell of a column."""
        return [
            part.columns[column].why[index] if column in part.columns else NOT_THERE
            for part in self.parts
            for index in part.chosen
        ]

    def keys(self, column: str) -> list[str]:
        """A text column as it is compared: case and spaces do not matter."""
        return [normalised(str(value)) if value is not None else "" for value in self.values(column)]

    def only(self, rows: Iterable[bool], **counts: int) -> Listed:
        """Some of the rows. counts : what happened to the others."""
        flags = iter(list(rows))
        parts = tuple(replace(part, chosen=tuple(index for index in part.chosen if next(flags))) for part in self.parts)
        return replace(self, parts=parts, counts={**self.counts, **counts})

    def not_applicable(self, column: str, rows: Iterable[int]) -> Listed:
        """The same list, where these rows have no value in a column because it makes no sense for them."""
        wanted, start, parts = set(rows), 0, []
        for part in self.parts:
            emptied = {index for row, index in enumerate(part.chosen, start) if row in wanted}
            columns = {**part.columns, column: part.columns[column].without(emptied)} if emptied else part.columns
            parts.append(replace(part, columns=columns))
            start += len(part)
        return replace(self, parts=tuple(parts))

    def tell(self, problems: Problems, code: str, column: str, rows: Iterable[int], what: str, fix: str = "") -> None:
        """One problem a file for these rows, by cell and with a count; nothing when there are none."""
        wanted, start = set(rows), 0
        for part in self.parts:
            found = [row - start for row in sorted(wanted) if start <= row < start + len(part)]
            if found:
                tell(problems, part, code, column, found, what, fix)
            start += len(part)


def read_list(name: str, at: AtWave, problems: Problems) -> Listed | None:
    """Read all files of a register.

    Problems: E010 a path leaves the data folder; E102 no such file; those of `read_sheet` and `typed_columns`; E625 a
    totals row without the word; E630 empty cells that every row needs; E631 one sheet twice; E636 nothing in it; W629
    names that differ in their punctuation only. All of all files in one run.
    Returns None when any cell is wrong.
    """
    before, register, parts = len(problems.errors), at.register(name), []
    for file in at.files(name):
        path = at.path_of(file, name, problems)
        sheet = read_sheet(path, file, register, problems) if path is not None else None
        if sheet is not None:
            columns = typed_columns(register, sheet, at.dictionary.variables, problems)
            parts.append(Part(sheet, columns, tuple(range(len(sheet)))))
    found = Listed(register, tuple(parts), {})
    _check_files(found, problems)
    _check_filled(found, at.dictionary, problems)
    _check_spellings(found, problems)
    if len(problems.errors) > before:
        return None
    if not len(found):
        fix = "Fill in the template, or leave the file out"
        problems.add("E636", at.file_names(name), 0, name, "has no rows", fix)
        return None
    return replace(found, counts={"rows": len(found)})


def _check_files(found: Listed, problems: Problems) -> None:
    """E631 the same sheet given twice, also under another name."""
    for place in again([(part.sheet.sha256, part.sheet.grid.sheet) for part in found.parts]):
        what = "is the same sheet as one given before it"
        problems.add("E631", found.parts[place].file, 0, found.register.id, what, "Name it once in study.yml")


def _check_spellings(found: Listed, problems: Problems) -> None:
    """W629 `Groen-West` beside `Groen West`: counted as two, and most often one."""
    column = found.register.holding
    if column is None:
        return
    first: dict[str, str] = {}
    keys = found.keys(column)
    other = [row for row, key in enumerate(keys) if first.setdefault(letters_of(key), key) != key]
    what = "differs from a name above in spaces, accents or punctuation only, and counts as another"
    found.tell(problems, "W629", column, other, what, "Write one name in one way")


def _check_filled(found: Listed, dictionary: Dictionary, problems: Problems) -> None:
    """E630 empty cells that every row needs, and E625 totals rows without the word."""
    columns = found.register.columns
    needed = [name for name, column in columns.items() if column.filled and found.has(name)]
    empty = {name: {row for row, why in enumerate(found.why(name)) if why == EMPTY} for name in needed}
    lacking = [any(row in rows for rows in empty.values()) for row in range(len(found))]
    amounts = {
        name: [value if isinstance(value, Decimal) else None for value in found.values(name)]
        for name, column in columns.items()
        if column.type in ("euros", "whole")
    }
    totals = sums_of_those_above(amounts, lacking)
    found.tell(problems, "E625", next(iter(columns)), totals, "the sum of the rows above", "Remove the totals row")
    for name in needed:
        variable = dictionary.variables.get(columns[name].variable or "")
        if variable is None or variable.asked_if is None:
            rows = empty[name].difference(totals)
            found.tell(problems, "E630", name, rows, "must be filled in", "Fill them in, or remove the row")


def check_once(found: Listed, columns: Sequence[str], problems: Problems) -> None:
    """E631: rows that say who they are in the same way as a row above."""
    doubles = again(list(zip(*(found.keys(column) for column in columns), strict=True)))
    what = f"the same {' and '.join(columns)} as a row above"
    found.tell(problems, "E631", columns[-1], doubles, what, "Remove the double row, or correct the name")

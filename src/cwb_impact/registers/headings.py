"""Which row of a sheet holds the headings, and which column of the register each of them is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cwb_impact.harmonise.labels import normalised
from cwb_impact.registers.cells import Cell, is_empty, plain
from cwb_impact.registers.grid import TOP, Row
from cwb_impact.spec.register import Register

TEMPLATE_FIX = "Take the headings of the template"


@dataclass(frozen=True)
class Headings:
    """row : its number in the file. found : column of the register -> position from 0.

    twice : columns whose heading stands there twice. missing : needed columns. unknown : headings of no column, or of
    one that a better heading has.
    """

    row: int
    width: int
    names: Mapping[int, str]
    found: Mapping[str, int]
    twice: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def find_headings(register: Register, rows: Sequence[Row]) -> Headings | None:
    """The row near the top with the most headings of the register; None when no row has two (or its only one)."""
    known = _known(register)
    scored = [(_score(cells, known), number, cells) for number, cells in rows[:TOP]]
    best = max(scored, key=lambda one: one[0], default=None)
    if best is None or best[0] < min(2, len(register.columns)):
        return None
    return _headings(register, known, best[1], best[2])


def score_of(register: Register, rows: Sequence[Row]) -> int:
    """How many columns of the register the best row near the top has; 0 when it has no heading row."""
    headings = find_headings(register, rows)
    return len(headings.found) if headings is not None else 0


def _known(register: Register) -> dict[str, tuple[str, int]]:
    """Heading -> the column that it means, and how good a name it is: 0 is the best."""
    return {
        _key(heading): (column, rank)
        for column in register.columns
        for rank, heading in enumerate(register.headings(column))
    }


def _key(cell: Cell) -> str:
    return "" if is_empty(cell) else normalised(plain(cell)).rstrip(" :*")


def _score(cells: Sequence[Cell], known: Mapping[str, tuple[str, int]]) -> int:
    return len({known[key][0] for key in map(_key, cells) if key in known})


def _headings(register: Register, known: Mapping[str, tuple[str, int]], row: int, cells: Sequence[Cell]) -> Headings:
    keys = {position: _key(cell) for position, cell in enumerate(cells) if not is_empty(cell)}
    names = {position: plain(cells[position]) for position in keys}
    claims: dict[str, list[tuple[int, int]]] = {}
    for position, key in keys.items():
        if key in known:
            column, rank = known[key]
            claims.setdefault(column, []).append((rank, position))
    found = {column: min(claimed)[1] for column, claimed in claims.items()}
    twice = [
        column for column, claimed in claims.items() if len({keys[position] for _, position in claimed}) < len(claimed)
    ]
    missing = [name for name, column in register.columns.items() if column.needed and name not in found]
    unknown = [names[position] for position in keys if position not in found.values()]
    width = max(keys) + 1
    return Headings(row, width, names, found, tuple(twice), tuple(missing), tuple(unknown))


def heading_faults(headings: Headings, register: Register) -> Iterator[tuple[str, str, str, str]]:
    """Code, column, what is wrong and how to mend it: E622 a needed column that is not there, or there twice; W621."""
    for name in headings.twice:
        what = f"the heading of {register.columns[name].label.en} stands there twice"
        yield "E622", name, what, "Remove or rename one of the two columns"
    for name in headings.missing:
        column = register.columns[name]
        with_vat = ". A heading that says only Bedrag or Amount may be with VAT: rename it when you know"
        fix = TEMPLATE_FIX + (with_vat if column.type == "euros" else "")
        yield "E622", name, f"the column {column.label.nl} / {column.label.en} is not there", fix
    if headings.unknown:
        what = f"columns that are not part of this register are never loaded: {', '.join(headings.unknown)}"
        yield "W621", register.id, what, ""

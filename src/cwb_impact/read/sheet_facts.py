"""What a sheet holds beside its values: formulas without a value, merged and hidden cells, errors, comments.

openpyxl reads values row by row without these, or all of them with the whole sheet in memory; this reads the same XML
once more and keeps only addresses.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import get_column_letter, range_boundaries

_PARTS_OF_CELLS = ("}c", "}v", "}f", "}is", "}t")
SHOWN = 5
"""Addresses that a message names."""


@dataclass
class SheetFacts:
    """Addresses, none with its content. hidden_rows : numbers of rows."""

    unsaved: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def remarks(self, sheet: str) -> list[str]:
        """What a person should know, in sentences."""
        told = (
            ("formulas without a saved value", self.unsaved),
            ("cells with an Excel error such as #N/A", self.errors),
            ("merged ranges", self.merged),
            ("hidden rows, which are read like the others", [str(row) for row in self.hidden_rows]),
            ("hidden columns, which are read like the others", self.hidden_columns),
            ("cells with a comment", self.comments),
        )
        return [f"sheet {sheet} has {len(places)} {what}: {shown(places)}" for what, places in told if places]

    def merged_over(self, columns: Iterable[int], first_row: int) -> list[str]:
        """Merged ranges from this row down that hold one of these columns (from 1)."""
        wanted = set(columns)
        found = []
        for merged in self.merged:
            left, _, right, bottom = range_boundaries(merged)
            if (bottom or 0) >= first_row and not wanted.isdisjoint(range(left or 1, (right or 1) + 1)):
                found.append(merged)
        return found


def shown(places: list[str]) -> str:
    """The first addresses, and how many more there are."""
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + more


def within(addresses: Iterable[str], columns: Iterable[int]) -> list[str]:
    """The addresses that stand in one of these columns (from 1)."""
    letters = {get_column_letter(column) for column in columns}
    return [address for address in addresses if address.rstrip("0123456789") in letters]


def sheet_facts(archive: zipfile.ZipFile, part: str) -> SheetFacts:
    """Read the XML of one sheet. part : its name in the archive."""
    facts = SheetFacts()
    with archive.open(part) as stream:
        _look(stream, facts)
    facts.comments = _comments(archive, part)
    return facts


def _look(stream: IO[bytes], facts: SheetFacts) -> None:
    number = 0
    for _, element in iterparse(stream):
        if element.tag.endswith(_PARTS_OF_CELLS):  # nearly all elements
            continue
        match _tag(element):
            case "row":
                number = int(element.get("r") or number + 1)
                if element.get("hidden") in ("1", "true"):
                    facts.hidden_rows.append(number)
                _look_at_cells(element, number, facts)
                element.clear()
            case "col" if element.get("hidden") in ("1", "true"):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                facts.hidden_columns += [
                    get_column_letter(column) for column in range(first, min(last, first + 50) + 1)
                ]
            case "mergeCell":
                facts.merged.append(element.get("ref", ""))
            case _:
                pass


def _look_at_cells(row: Element, number: int, facts: SheetFacts) -> None:
    for position, cell in enumerate(row, start=1):
        is_error = cell.get("t") == "e"
        if not is_error and len(cell) == 1 and not cell[0].tag.endswith("}f"):
            continue
        parts = {_tag(part): part.text for part in cell}
        address = cell.get("r") or f"{get_column_letter(position)}{number}"
        if "f" in parts and not parts.get("v") and cell.get("t") != "str":
            facts.unsaved.append(address)
        elif is_error:
            facts.errors.append(address)


def _comments(archive: zipfile.ZipFile, part: str) -> list[str]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return []
    with archive.open(relations) as stream:
        targets = [
            posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))[1:]
            for _, element in iterparse(stream)
            if (element.get("Type") or "").endswith("/comments")
        ]
    found: list[str] = []
    for target in set(targets).intersection(archive.namelist()):
        with archive.open(target) as stream:
            found += [element.get("ref", "") for _, element in iterparse(stream) if _tag(element) == "comment"]
    return sorted(found, key=_by_place)


def _by_place(address: str) -> tuple[int, str]:
    digits = re.sub(r"\D", "", address)
    return int(digits or 0), address


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]

"""withdrawn.csv: who no longer takes part. It lies beside the raw files and is personal data, as they are.

From the next run on their rows are left out in every wave, as if the files did not hold them. The row itself goes when
somebody removes it from the raw file; the line here stays, for the waves that still come.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.harmonise.pseudonyms import key_fingerprint

FILE = "withdrawn.csv"
LOST = "lost"
"""In the place of the key's fingerprint: the key was changed, and nobody could say whom the line is about any more."""

_COLUMNS = ("population", "pseudonym", "key", "date")
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")
_KEY = re.compile(rf"[0-9a-f]{{16}}|{LOST}")


def is_pseudonym(text: str) -> bool:
    """Has it the form of a pseudonym?"""
    return _PSEUDONYM.fullmatch(text) is not None


@dataclass(frozen=True, repr=False, slots=True)
class Line:
    """population : blank when it is not known. key : fingerprint of the key that made the pseudonym, or LOST."""

    population: str
    pseudonym: str
    key: str
    date: str


@dataclass(frozen=True, repr=False)
class Withdrawn:
    """Everybody who withdrew, in the order of the file."""

    lines: tuple[Line, ...] = ()

    def __repr__(self) -> str:
        return "<Withdrawn>"

    def pseudonyms(self, key: bytes) -> dict[str, Line]:
        """Those that this key made."""
        fingerprint = key_fingerprint(key)
        return {line.pseudonym: line for line in self.lines if line.key == fingerprint}

    def text(self) -> str:
        """The content of the file."""
        content = io.StringIO(newline="")
        writer = csv.writer(content, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows((line.population, line.pseudonym, line.key, line.date) for line in self.lines)
        return content.getvalue()


def read_withdrawn(folder: Path, key: bytes, problems: Problems) -> Withdrawn:
    """Who withdrew, from the folder of the raw files; nobody when there is no such file.

    Problems: E421 the file cannot be read, or a line is not as `forget` writes it, or another key made its pseudonym:
    such a line is about somebody whom this run would not recognise.
    """
    path = folder / FILE
    shown = path.as_posix()
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except FileNotFoundError:
        return Withdrawn()
    except (OSError, UnicodeDecodeError, csv.Error):
        fix = "Put back the file that cwb-impact forget wrote"
        problems.add("E421", shown, 0, "withdrawn", "cannot be read, so nobody knows whom to leave out", fix)
        return Withdrawn()
    if not rows or tuple(rows[0]) != _COLUMNS:
        what = f"the columns must be {', '.join(_COLUMNS)}"
        problems.add("E421", shown, 1, "withdrawn", what, "Put back the file that cwb-impact forget wrote")
        return Withdrawn()
    lines, fingerprint = [], key_fingerprint(key)
    for number, row in enumerate(rows[1:], start=2):
        if not _is_line(row):
            problems.add("E421", shown, number, "withdrawn", "is no line that cwb-impact forget writes", "Correct it")
        elif row[2] not in (fingerprint, LOST):
            what = f"was made with the key {row[2]}, and this run has {fingerprint}"
            fix = "Use that key; cwb-impact rotate-key takes the people who withdrew along to another"
            problems.add("E421", shown, number, "withdrawn", what, fix)
        else:
            lines.append(Line(*row))
    return Withdrawn(tuple(lines))


def _is_line(row: list[str]) -> bool:
    if len(row) != len(_COLUMNS) or not _PSEUDONYM.fullmatch(row[1]) or not _KEY.fullmatch(row[2]):
        return False
    try:
        return bool(date.fromisoformat(row[3]))
    except ValueError:
        return False

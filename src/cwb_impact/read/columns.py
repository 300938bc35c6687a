"""The columns that a map names against those that the file has."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from functools import lru_cache

from cwb_impact.errors import Problems
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import FileInfo

SHOWN = 20
"""Columns that a message names, and absent columns for which near names are sought."""

_ANSWER = r"^[-+]?[\d.,:/ -]+$|@|^\d{4}-\d\d-\d\d"
"""Numbers, dates and addresses of e-mail."""


def check_columns(spec: WaveMap, info: FileInfo, problems: Problems) -> bool:
    """Can all columns that the map names be read?

    Problems: E101 a column is absent or stands there twice, E104 another number of columns than the map says, W106
    another column has the same name but for capitals, W220 columns that the map never mentions.
    """
    doc, names = spec.doc, info.names
    if spec.source.columns is not None and spec.source.columns != len(names):
        what = f"{len(names)} columns in the file, {spec.source.columns} in the map"
        problems.add("E104", doc.shown, doc.line("source", "columns"), "source", what, "Check what changed in the file")
    count = Counter(names)
    if not any(count[column] for column in spec.columns_used) and are_answers(names):
        what = f"the first row of {spec.source.file} looks like answers, not names"
        problems.add("E101", doc.shown, doc.line("source", "file"), "source", what, "Export it again with its header")
        return False
    absent = [column for column in spec.columns_used if not count[column]]
    double = [column for column in spec.columns_used if count[column] > 1]
    _tell_absent(spec, absent, names, problems)
    _tell_double(spec, double, names, problems)
    _tell_twins(spec, names, problems)
    _tell_unused(spec, names, problems)
    return not absent and not double


def _tell_absent(spec: WaveMap, absent: list[str], names: tuple[str, ...], problems: Problems) -> None:
    for place, column in enumerate(absent):
        what = f"column {column} is not in {spec.source.file}"
        fix = _nearest(column, names) if place < SHOWN else "Compare with the names in the file"
        problems.add("E101", spec.doc.shown, spec.doc.line(*spec.columns_used[column]), column, what, fix)


def _tell_double(spec: WaveMap, double: list[str], names: tuple[str, ...], problems: Problems) -> None:
    for column in double:
        places = [str(place) for place, name in enumerate(names, start=1) if name == column]
        what = f"column {column} stands {len(places)} times in {spec.source.file}: columns {', '.join(places)}"
        fix = "Give each its own name in the file, or export it again"
        problems.add("E101", spec.doc.shown, spec.doc.line(*spec.columns_used[column]), column, what, fix)


def _tell_twins(spec: WaveMap, names: tuple[str, ...], problems: Problems) -> None:
    """Columns of the map beside which another stands with the same name but for capitals."""
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        alike.setdefault(name.casefold(), []).append(name)
    for column, place in spec.columns_used.items():
        same = alike.get(column.casefold(), [])
        if column in same and len(same) > 1:
            others = ", ".join(name for name in same if name != column)
            what = f"the file also has {others}: the same name but for capitals"
            fix = "Check that the map names the right one"
            problems.add("W106", spec.doc.shown, spec.doc.line(*place), column, what, fix)


def are_answers(names: tuple[str, ...]) -> bool:
    """A file without a header: its first row is a respondent, whom no message may show."""
    filled = [name for name in names if name]
    return 2 * sum(re.search(_ANSWER, name) is not None for name in filled) >= len(filled)


def _nearest(column: str, names: tuple[str, ...]) -> str:
    """Why the name is not found, in the order of likelihood."""
    if len(names) == 1 and re.search(r"[,;\t|]", names[0]):
        return "The whole header is one name: state delimiter under source"
    capitals = [name for name in dict.fromkeys(names) if name.casefold() == column.casefold()]
    if capitals:
        return f"The same but for capitals: {', '.join(capitals)}"
    blanks = [name for name in dict.fromkeys(names) if re.sub(r"\s", "", name) == re.sub(r"\s", "", column)]
    if blanks:
        return f"The same but for blanks: {', '.join(blanks)}"
    near = difflib.get_close_matches(column, names, n=3)
    return f"Nearest: {', '.join(near)}" if near else "Compare with the names in the file"


def _tell_unused(spec: WaveMap, names: tuple[str, ...], problems: Problems) -> None:
    used = set(spec.columns_used) | {entry.source for entry in spec.not_collected.values() if entry.source}
    unused = [name for name in names if name not in used and not any(_matches(name, rule) for rule in spec.ignore)]
    if unused:
        more = f" and {len(unused) - SHOWN} more" if len(unused) > SHOWN else ""
        shown = ", ".join(name or "(no name)" for name in unused[:SHOWN]) + more
        # where nothing is known, the first row may be a respondent
        named = f": {shown}" if used.intersection(names) else ""
        what = f"the map does not mention {len(unused)} columns, which are not loaded{named}"
        fix = "Map them, or list them under ignore"
        problems.add("W220", spec.doc.shown, spec.doc.line("ignore"), "source", what, fix)


def _matches(name: str, rule: str) -> bool:
    """`ignore` rules are names in which * stands for anything."""
    return _pattern(rule).fullmatch(name) is not None


@lru_cache(maxsize=1024)
def _pattern(rule: str) -> re.Pattern[str]:
    first, *others = (re.escape(part) for part in re.split(r"\*+", rule))
    if not others:
        return re.compile(first)
    # each part is sought once and kept: trying all places again takes a time that grows with a power of the stars
    within = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.compile(f"{first}{within}.*{others[-1]}", re.DOTALL)

"""Multiple-response sets: declared in the file, or guessed from names such as q12_1 .. q12_9 and q12[SQ001]."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cwb_impact.inspect.found import ColumnFound, SetFound
from cwb_impact.types import ResponseSet

_NUMBERED = re.compile(r"^(?P<stem>.*?\w)(?:[_.](?P<n>\d{1,3}|[A-Za-z])|\[(?:SQ)?\w{1,12}\])$")
_TICKS = ({"0", "1"}, {"1", "2"}, {"1"}, {"Y"}, {"Y", "N"}, {"Ja"}, {"Ja", "Nee"}, {"Yes"}, {"Yes", "No"}, {"X"}, {"x"})


def sets_of(columns: Sequence[ColumnFound], declared: Sequence[ResponseSet]) -> tuple[SetFound, ...]:
    """Declared sets first; then neighbours with one stem and the same two answers or a tick."""
    found = [SetFound(one, one.name, one.columns) for one in declared]
    taken = {column.casefold() for one in declared for column in one.columns}
    stems: dict[str, list[ColumnFound]] = {}
    for column in columns:
        match = _NUMBERED.match(column.name)
        if match and column.name.casefold() not in taken and _is_ticked(column):
            stems.setdefault(match["stem"], []).append(column)
    for stem, members in stems.items():
        # brackets are LimeSurvey's own word for parts of one question; q1_1 and q1_2 may be two questions
        least = 2 if all(member.name.endswith("]") for member in members) else 3
        if len(members) >= least and len({_answers(member) for member in members} - {frozenset()}) <= 2:
            found.append(SetFound(None, stem, tuple(member.name for member in members)))
    return tuple(found)


def _answers(column: ColumnFound) -> frozenset[str]:
    return frozenset(code.code for code in column.codes if code.n and not code.is_missing)


def _is_ticked(column: ColumnFound) -> bool:
    """A tick, or yes and no; a column of which each holds its own label text counts as a tick too."""
    answers = _answers(column)
    if column.personal is not None or column.kind not in ("codes", "empty"):
        return False
    texts = all(re.search(r"[^\W\d_]{2,}", answer) for answer in answers)
    return any(answers <= ticks for ticks in _TICKS) or (len(answers) == 1 and texts)

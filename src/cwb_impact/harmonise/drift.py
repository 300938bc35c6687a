"""What changes between waves without anybody saying so: wording, shares of missing reasons, relations."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import pairwise

from cwb_impact.errors import Problems, respondents
from cwb_impact.harmonise.labels import bare
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import VariableRecord, WaveRecord

SIMILAR = 0.9
"""Below this share of common text (difflib's ratio of the bare labels) two wordings are called different."""

_COMPARED = 1_000
"""Characters of the wording; the time of a comparison grows with their square."""

JUMP_POINTS = 10.0
"""Percentage points by which the share of a missing reason may change."""

JUMP_RESPONDENTS = 30
"""In smaller waves a jump says little."""


def check_drift(waves: Sequence[tuple[WaveMap, WaveRecord]], problems: Problems) -> None:
    """Compare each wave of a population with the one before it.

    Problems: W230 the same variable with another wording, W240 a
    missing reason that jumps, W250 a relation that is not exact in a series of waves, W251 two waves that read the same
    columns of the same file, W252 a variable that another wave has and a map does not mention.
    """
    _check_copies(waves, problems)
    _check_unmentioned(waves, problems)
    for (_, before), (spec, after) in pairwise(waves):
        earlier = {record.variable: record for record in before.variables}
        for record in after.variables:
            if record.variable in earlier:
                _check_wording(earlier[record.variable], record, spec, problems)
                _check_reasons(earlier[record.variable], record, spec, problems)
    if len(waves) > 1:
        _check_relations(waves, problems)


def _check_copies(waves: Sequence[tuple[WaveMap, WaveRecord]], problems: Problems) -> None:
    """Rounds that stand side by side in one file are easily mapped from the columns of the round before."""
    for place, (spec, later) in enumerate(waves):
        for _, earlier in waves[:place]:
            pairs = [(before, after) for before in earlier.variables for after in later.variables]
            same = sum(one.variable == other.variable and one.columns == other.columns for one, other in pairs)
            if earlier.sha256 == later.sha256 and same == len(later.variables) > 0:
                what = f"all {same} variables are read from the columns of {earlier.wave}, in the same file"
                fix = "Name the columns of this wave"
                problems.add("W251", spec.doc.shown, spec.doc.line("variables"), "variables", what, fix)


def _check_unmentioned(waves: Sequence[tuple[WaveMap, WaveRecord]], problems: Problems) -> None:
    """Silence is no decision: in the frame such a variable counts as not collected."""
    mapped = dict.fromkeys(name for spec, _ in waves for name in spec.variables)
    for spec, _ in waves:
        for name in mapped:
            if name not in spec.variables and name not in spec.not_collected:
                what = "is mapped in another wave, and this map does not mention it: it counts as not collected"
                fix = "Map it, or list it under not_collected with a reason"
                problems.add("W252", spec.doc.shown, spec.doc.line("not_collected"), name, what, fix)


def _check_wording(before: VariableRecord, after: VariableRecord, spec: WaveMap, problems: Problems) -> None:
    old, new = (" ".join(bare(question) for question in record.questions if question) for record in (before, after))
    if not old or not new or old == new or after.note:  # a note says that somebody has looked
        return
    similarity = difflib.SequenceMatcher(None, old[:_COMPARED], new[:_COMPARED], autojunk=False).ratio()
    if similarity < SIMILAR:
        column = ", ".join(after.columns[:3])
        what = f"the question in {column} reads otherwise than in {before.wave} ({similarity:.0%} alike)"
        fix = "Compare the questionnaires; say in a note what changed, and in relation whether it matters"
        line = spec.doc.line("variables", after.variable)
        problems.add("W230", spec.doc.shown, line, after.variable, what, fix)


def _check_reasons(before: VariableRecord, after: VariableRecord, spec: WaveMap, problems: Problems) -> None:
    totals = [sum(record.why.values()) for record in (before, after)]
    if min(totals) < JUMP_RESPONDENTS:
        return
    for reason in sorted({*before.why, *after.why} - {"valid"}):
        counts = [record.why.get(reason, 0) for record in (before, after)]
        old, new = (100 * count / total for count, total in zip(counts, totals, strict=True))
        if abs(new - old) >= JUMP_POINTS:
            told = [
                respondents(count, total) if count else "nobody" for count, total in zip(counts, totals, strict=True)
            ]
            what = f"{reason} goes from {told[0]} in {before.wave} to {told[1]}"
            fix = "Check the routing and the missing codes of both waves"
            line = spec.doc.line("variables", after.variable)
            problems.add("W240", spec.doc.shown, line, after.variable, what, fix)


def _check_relations(waves: Sequence[tuple[WaveMap, WaveRecord]], problems: Problems) -> None:
    for spec, record in waves:
        for made in record.variables:
            if made.relation not in ("exact", "undecided"):
                others = [other.wave for _, other in waves if other.wave != record.wave and _has(other, made.variable)]
                if not others:
                    continue
                what = f"is {made.relation} here: a change from or to {', '.join(others)} crosses a break"
                fix = "Changes across it are flagged b in every table"
                line = spec.doc.line("variables", made.variable, "relation")
                problems.add("W250", spec.doc.shown, line, made.variable, what, fix)


def _has(record: WaveRecord, variable: str) -> bool:
    return any(made.variable == variable for made in record.variables)

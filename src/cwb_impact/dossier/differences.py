"""What a researcher should look at twice when waves stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cwb_impact.dossier.content import Decision
from cwb_impact.harmonise.drift import JUMP_POINTS
from cwb_impact.harmonise.labels import bare


def jumps(decisions: Sequence[Decision], reason: str) -> dict[str, float]:
    """Wave -> points by which the share of a reason differs from the wave before, where that is much."""
    found = {}
    for before, after in _made(decisions):
        old, new = before.share(reason), after.share(reason)
        if old is not None and new is not None and abs(new - old) >= JUMP_POINTS:
            found[after.wave] = new - old
    return found


def other_wording(decisions: Sequence[Decision]) -> dict[str, str]:
    """Wave -> the wave before it, where the file's question reads otherwise than it did there."""
    return {
        after.wave: before.wave
        for before, after in _made(decisions)
        if _wording(before) and _wording(after) and _wording(before) != _wording(after)
    }


def _made(decisions: Sequence[Decision]) -> list[tuple[Decision, Decision]]:
    """Neighbouring waves among those that were harmonised; a wave without the question lies between nothing."""
    return list(pairwise(decision for decision in decisions if decision.record is not None))


def _wording(decision: Decision) -> str:
    questions = decision.record.questions if decision.record is not None else ()
    return " ".join(bare(question) for question in questions if question)

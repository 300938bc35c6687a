"""What was hidden before stays hidden when few answers changed: old and new figures together would give it away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cwb_impact.disclosure.stay_hidden import stay_hidden
from disclosure.ledger_study import Person, made, make, people


@pytest.mark.parametrize(("corrected", "kept"), [(0, False), (1, True), (40, False)])
def test_a_category_that_covered_another_is_not_shown_after_a_correction(
    tmp_path: Path, corrected: int, kept: bool
) -> None:
    """The leak: total and women were shown, men covered `other`. One woman's answer is corrected, so total and women
    are left out now, and men need not cover any more: old total - old women - new men = other."""
    women = [number for number, _, sex in people() if sex == "2"][:corrected]
    then = made(make(tmp_path / "then", {"2025Q3": people()}, {"a": ["2025Q3"]}), "a")
    after: list[Person] = [(nr, 10 - mark if nr in women and mark < 10 else mark, sex) for nr, mark, sex in people()]
    now = made(make(tmp_path / "now", {"2025Q3": after}, {"b": ["2025Q3"]}), "b")
    without_men = tuple(row for row in then.entry.rows if row.level["category"] != "male")
    labels = stay_hidden(now.estimates.frame, [replace(then.entry, rows=without_men)], now.sketches, 10)
    found = now.estimates.frame.loc[sorted(labels, key=str), "category"]
    assert ("male" in set(found)) == kept
    assert not set(found) & {"total", "female"}, "what was shown then is not hidden for this reason"

"""Whatever stands in the cells of a register, it is read or told, and never shown."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.registers.read_list import read_list
from registers.filled import CANARY, at_wave, dictionary, headings, register, text

ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda cell: f"{CANARY}{cell}")
PLAUSIBLE = st.sampled_from(
    ["", "Ja", "1.234", "1,5", "-", "€ 3", "3-4-2025", "31/12/25", "n.v.t.", "Totaal", "1069 ab"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_stands_in_the_cells_it_is_read_or_told_and_never_shown(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(dictionary().registers)))
    columns = list(register(name).columns)
    rows = data.draw(st.lists(st.lists(ANYTHING | PLAUSIBLE, min_size=len(columns), max_size=len(columns)), max_size=5))
    clean = [[cell.replace('"', "'").replace(";", ",") for cell in row] for row in rows]
    file = text(tmp_path / "list.csv", [headings(name, columns), *clean])
    problems = Problems()
    found = read_list(name, at_wave(tmp_path, **{name: [file]}), problems)
    assert CANARY not in "".join(map(str, problems))
    assert (found is None) == bool(problems.errors)

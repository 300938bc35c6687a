"""How much of the maps made by hand does a draft find? What it decides must be right; what it misses is measured."""

from pathlib import Path

import pytest

from cwb_impact.errors import Problems
from cwb_impact.inspect import draft_map, inspect_file
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.model import parse
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.spec.yaml_source import parse_document, read_document

ROOT = Path(__file__).parents[2]
NIEUW_WEST, GSS = ROOT / "surveys/nieuw_west", ROOT / "tests/acceptance/gss_panel"

# columns and codes of the map made by hand that the draft finds; measured with this test when the draft was written.
# residents' files are CSV without any label, so only names can match
MEASURED = {
    (NIEUW_WEST, "workers_2025q3"): (17, 37),
    (NIEUW_WEST, "workers_2026q3"): (17, 37),
    (NIEUW_WEST, "residents_2025q3"): (8, 0),
    (NIEUW_WEST, "residents_2026q3"): (2, 0),
    (GSS, "2016"): (8, 27),
    (GSS, "2018"): (8, 27),
    (GSS, "2020"): (8, 27),
}


def maps(study: Path, wave: str) -> tuple[WaveMap, WaveMap]:
    """The map made by hand, and the draft."""
    problems = Problems()
    by_hand = parse(WaveMap, read_document(study / f"waves/{wave}.yml"), problems)
    assert by_hand is not None
    text = draft_map(inspect_file(study / "raw" / by_hand.source.file), load_dictionary(problems, study))
    drafted = parse(WaveMap, parse_document(text, Path("draft.yml"), "draft.yml"), problems)
    assert drafted is not None, [str(problem) for problem in problems]
    return by_hand, drafted


@pytest.mark.parametrize(("study", "wave"), MEASURED)
def test_a_draft_finds_what_was_measured(study: Path, wave: str) -> None:
    by_hand, drafted = maps(study, wave)
    both = [name for name, entry in by_hand.variables.items() if name in drafted.variables]
    columns = sum(by_hand.variables[name].columns == drafted.variables[name].columns for name in both)
    codes = sum(len(drafted.variables[name].targets) for name in both)
    assert (columns, codes) >= MEASURED[study, wave]
    assert codes >= MEASURED[study, wave][1]


@pytest.mark.parametrize(("study", "wave"), MEASURED)
def test_what_a_draft_decides_is_what_a_person_decided(study: Path, wave: str) -> None:
    by_hand, drafted = maps(study, wave)
    wrong = []
    for name, entry in drafted.variables.items():
        hand = by_hand.variables.get(name)
        if hand is None or hand.columns != entry.columns:
            wrong.append((name, "column"))
            continue
        wrong += [(name, code) for code, to in entry.targets.items() if str(hand.targets[code].to) != str(to.to)]
        wrong += [(name, code) for code, why in entry.missing.items() if by_hand.missing_of(name).get(code) != why]
        wrong += (
            [(name, "direction")] if (entry.keep or entry.reverse) and bool(entry.reverse) != bool(hand.reverse) else []
        )
    assert wrong == []


@pytest.mark.parametrize(("study", "wave"), MEASURED)
def test_a_draft_opens_the_file_as_the_map_made_by_hand_does(study: Path, wave: str) -> None:
    by_hand, drafted = maps(study, wave)
    settings = ("file", "format", "sha256", "rows", "encoding", "delimiter", "decimal")
    assert all(getattr(by_hand.source, name) == getattr(drafted.source, name) for name in settings)
    assert by_hand.id.columns == drafted.id.columns


@pytest.mark.parametrize(("study", "wave"), MEASURED)
def test_columns_with_addresses_and_free_text_are_left_aside(study: Path, wave: str) -> None:
    by_hand, drafted = maps(study, wave)
    dates_and_ages = {"startdatum", "datum_ingevuld", "age_1a", "age_1b", "age_2"}
    assert set(by_hand.ignore) - dates_and_ages == set(drafted.ignore)

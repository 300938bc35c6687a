"""What the harmonisation report holds: coverage, order, differences between waves, JSON."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cwb_impact.dossier import Dossier, coverage_matrix, dossier_of, to_json
from cwb_impact.dossier.content import in_order
from cwb_impact.dossier.differences import jumps, other_wording
from cwb_impact.types import Recoded
from dossier.small_study import dossier, health, study, waves


@pytest.fixture
def small(tmp_path: Path) -> Dossier:
    return dossier(tmp_path)


@pytest.mark.parametrize(
    ("variable", "population", "wave", "coverage"),
    [
        ("general_health", "residents", "2022", "exact"),
        ("life_satisfaction", "residents", "2022", "close"),
        ("birth_country", "residents", "2022", "broad"),
        ("commute", "residents", "2024", "narrow"),
        ("life_satisfaction", "residents", "2026", "not_collected"),
        ("money", "residents", "2024", "undecided"),  # the map says relation: undecided
        ("sex", "coop_workers", "2022", "undecided"),  # a dimension, and the map does not name it
        ("money", "residents", "2022", "not_mentioned"),
    ],
)
def test_each_cell_says_what_the_map_decided(
    small: Dossier, variable: str, population: str, wave: str, coverage: str
) -> None:
    assert coverage_matrix(small).loc[variable, (population, wave)] == coverage


def test_the_matrix_has_a_column_for_each_map_population_by_population(small: Dossier) -> None:
    expected = [("residents", "2022"), ("residents", "2024"), ("residents", "2026"), ("coop_workers", "2022")]
    assert coverage_matrix(small).columns.to_list() == expected


def test_the_matrix_needs_no_records(tmp_path: Path) -> None:
    bundle = study(tmp_path)
    assert coverage_matrix(dossier_of(bundle, ())).equals(coverage_matrix(dossier_of(bundle, waves())))


def test_variables_stand_in_the_order_of_the_dictionary_and_unknown_words_last(small: Dossier) -> None:
    known = [name for name in small.study.dictionary.variables if name in coverage_matrix(small).index]
    assert coverage_matrix(small).index.to_list() == [*known, "coop"]


def decisions(small: Dossier, variable: str, population: str = "residents"):  # type: ignore[no-untyped-def]
    return next(story for story in small.variables if story.name == variable).populations[population]


def test_a_share_that_jumps_is_found_with_its_points(small: Dossier) -> None:
    # 20, 190 and 30 of 900 respondents
    found = jumps(decisions(small, "general_health"), "dont_know")
    assert found == {"2024": pytest.approx(100 * 170 / 900), "2026": pytest.approx(-100 * 160 / 900)}


def test_a_share_that_stays_does_not_jump(small: Dossier) -> None:
    assert jumps(decisions(small, "general_health"), "refused") == {}


def test_another_wording_is_found(small: Dossier) -> None:
    assert other_wording(decisions(small, "general_health")) == {"2024": "2022"}


def test_capitals_and_blanks_are_no_other_wording(small: Dossier) -> None:
    assert other_wording(decisions(small, "life_satisfaction")) == {}


def test_a_wave_without_the_question_lies_between_nothing(tmp_path: Path) -> None:
    records = list(waves())
    records[1] = replace(records[1], variables=())
    records[2] = replace(records[2], variables=(health("2026", "v12", "Een andere vraag", 190),))
    found = dossier_of(study(tmp_path), records)
    assert other_wording(decisions(found, "general_health")) == {"2026": "2022"}
    assert set(jumps(decisions(found, "general_health"), "dont_know")) == {"2026"}


def test_codes_stand_from_low_to_high_and_texts_after_numbers() -> None:
    def line(column: str, code: str) -> Recoded:
        return Recoded(column, code, "", "x", True, 1)

    lines = [line("b", "1"), line("a", "sysmis"), line("a", "10"), line("a", "2"), line("a", "-1"), line("a", "0..1")]
    ordered = [(found.column, found.code) for found in in_order(lines, ("a", "b"))]
    assert ordered == [("a", "-1"), ("a", "0..1"), ("a", "2"), ("a", "10"), ("a", "sysmis"), ("b", "1")]


def test_json_does_not_depend_on_the_order_of_what_comes_in(tmp_path: Path) -> None:
    bundle, records = study(tmp_path), waves()
    shuffled = [
        replace(
            wave,
            left_out=dict(reversed(wave.left_out.items())),
            variables=tuple(
                replace(made, recoded=made.recoded[::-1], why=dict(reversed(made.why.items())))
                for made in reversed(wave.variables)
            ),
        )
        for wave in reversed(records)
    ]
    assert to_json(dossier_of(bundle, shuffled)) == to_json(dossier_of(bundle, records))


def test_json_holds_every_code_and_every_count(small: Dossier) -> None:
    found = json.loads(to_json(small))
    country = next(variable for variable in found["variables"] if variable["name"] == "birth_country")
    made = next(record for record in waves()[0].variables if record.variable == "birth_country")
    lines = country["decisions"][0]["recoded"]
    assert {(line["code"], line["n"]) for line in lines} == {(line.code, line.n) for line in made.recoded}


def test_json_says_that_it_is_restricted_and_what_the_data_are(small: Dossier) -> None:
    found = json.loads(to_json(small))
    assert (found["restricted"], found["data"]) == (True, "synthetic")


def test_json_names_no_folder_of_this_machine(small: Dossier, tmp_path: Path) -> None:
    assert str(tmp_path) not in to_json(small)


def test_the_reason_of_a_question_that_was_not_asked_is_kept(small: Dossier) -> None:
    found = json.loads(to_json(small))
    life = next(variable for variable in found["variables"] if variable["name"] == "life_satisfaction")
    assert life["decisions"][2]["reason"] == "incompatible"
    assert life["decisions"][2]["note"] == "asked of the household"


def test_a_dossier_in_a_log_shows_no_count(small: Dossier) -> None:
    assert repr(small) == "<Dossier small: 7 variables, 4 files>"

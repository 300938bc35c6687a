"""Which published figures a release prints: only beside waves that asked the same question."""

from __future__ import annotations

from dataclasses import replace

import pytest

import cwb_impact as cwb
from cwb_impact.explain.beside import printed_beside
from cwb_impact.spec.bundle import StudyBundle

LONELY = "strong_loneliness"


@pytest.fixture(scope="module")
def study() -> StudyBundle:
    return cwb.open_study("surveys/nieuw_west")


def told(study: StudyBundle) -> set[tuple[str, str]]:
    return {(str(one["indicator"]), str(one["population"])) for one in printed_beside(study)}


def with_loneliness(study: StudyBundle, wave: str, **changes: object) -> StudyBundle:
    """The questions on loneliness of one wave, changed; relation None: not asked."""
    spec = study.maps["residents", wave]
    names = study.dictionary.variables_needed(study.dictionary.indicators[LONELY])
    if changes.get("relation") is None:
        left = {name: entry for name, entry in spec.variables.items() if name not in names}
        changed = spec.model_copy(update={"variables": left})
    else:
        changed = spec.with_entries({name: spec.variables[name].model_copy(update=changes) for name in names})
    return replace(study, maps={**study.maps, ("residents", wave): changed})


def test_a_figure_on_residents_stands_beside_residents_and_not_beside_workers(study: StudyBundle) -> None:
    assert (LONELY, "residents") in told(study)
    assert (LONELY, "coop_workers") not in told(study)
    assert all(one["current"] for one in printed_beside(study))


@pytest.mark.parametrize("wave", ["2025Q3", "2026Q3"])
def test_one_wave_that_asked_another_question_takes_the_figure_away(study: StudyBundle, wave: str) -> None:
    assert (LONELY, "residents") not in told(with_loneliness(study, wave, relation="close"))


def test_a_wave_that_did_not_ask_does_not_hide_what_another_asked(study: StudyBundle) -> None:
    newest_without = with_loneliness(study, "2026Q3", relation=None)
    assert (LONELY, "residents") in told(newest_without)
    assert (LONELY, "residents") not in told(with_loneliness(newest_without, "2025Q3", relation="close"))
    assert (LONELY, "residents") not in told(with_loneliness(newest_without, "2025Q3", relation=None))

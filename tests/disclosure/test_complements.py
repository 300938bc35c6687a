"""The hidden categories of a dimension together are a group like any other: they must be one that may be known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.disclosure.complements import complements_of
from cwb_impact.disclosure.people import Answer, People
from cwb_impact.spec.bundle import StudyBundle

HIDDEN, SHOWN = "suppressed_primary", "published"
Cell = tuple[int, int, str, str]
"""(n, how many have it, status, band)"""


@pytest.fixture(scope="module")
def study() -> StudyBundle:
    return cwb.open_study(Path("surveys/nieuw_west"))


def release(
    cells: list[Cell], population: str = "residents", coops: list[int] | None = None, statistic: str = "share"
) -> tuple[pd.DataFrame, dict[tuple[str, str, str], People]]:
    """One dimension of one indicator, and its people in order. coops : the co-op of each of them."""
    name = {"share": "good_health", "mean": "life_satisfaction"}[statistic]
    rows = [
        {"category": str(at), "n": n, "status": status, "band": band, "n_high_side": k, "n_low_side": n - k}
        for at, (n, k, status, band) in enumerate(cells)
    ]
    place = {"indicator": name, "population": population, "wave": "w", "dimension": "sex", "statistic": statistic}
    frame = pd.DataFrame(rows).assign(**place)
    n = int(frame["n"].sum())
    y = np.concatenate([np.repeat([1.0, 0.0], [k, m - k]) for m, k, *_ in cells])
    everybody = np.ones(n, dtype=bool)
    sex = np.repeat(np.array([str(at) for at in range(len(cells))], dtype=object), frame["n"])
    holding = np.array(coops) if coops is not None else None
    answers = {name: Answer(everybody, everybody, y, None)}
    return frame, {(population, "w", ""): People(pd.Series(range(n)), np.ones(n), holding, {"sex": sex}, answers)}


def taken(study: StudyBundle, cells: list[Cell], **more: object) -> list[int]:
    frame, people = release(cells, **more)  # type: ignore[arg-type]
    return np.flatnonzero(complements_of(frame, people, study)).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # one hidden category is the total minus the others
        ([(8, 4, HIDDEN, ""), (40, 20, SHOWN, ""), (52, 20, SHOWN, "")], [1]),
        # 5 and 4 people together are 9, below 10
        ([(5, 2, HIDDEN, ""), (4, 2, HIDDEN, ""), (91, 40, SHOWN, "")], [2]),
        # nobody covers nothing
        ([(8, 4, HIDDEN, ""), (0, 0, HIDDEN, ""), (50, 20, SHOWN, "")], [2]),
        ([(40, 1, SHOWN, "<10"), (60, 20, SHOWN, "")], [1]),
        # two bands cover one another
        ([(40, 1, SHOWN, "<10"), (60, 1, SHOWN, "<10"), (50, 20, SHOWN, "")], []),
        ([(8, 4, HIDDEN, ""), (30, 9, HIDDEN, ""), (50, 20, SHOWN, "")], []),
        ([(40, 20, SHOWN, ""), (60, 20, "low_reliability", "")], []),
        # 8 and 9 people are enough, but only one of them has it: of 17 people nearly nobody
        ([(8, 1, HIDDEN, ""), (9, 0, HIDDEN, ""), (50, 20, SHOWN, ""), (60, 30, SHOWN, "")], [2]),
    ],
)
def test_what_goes_with_what_is_hidden(study: StudyBundle, cells: list[Cell], expected: list[int]) -> None:
    assert taken(study, cells) == expected


def test_the_union_must_be_of_several_co_ops(study: StudyBundle) -> None:
    """Leak prevented: 8 and 9 people, all of two co-ops but one; each of these knows the others of its own."""
    cells = [(8, 4, HIDDEN, ""), (9, 5, HIDDEN, ""), (20, 9, SHOWN, "")]
    mixed = [0, 1, 2, 3, 0, 1, 2, 3] + [0, 1, 2, 3, 0, 1, 2, 3, 0] + [0, 1, 2, 3] * 5
    one_large = [0] * 8 + [1, 2, 3, 0, 0, 0, 0, 0, 0] + [0, 1, 2, 3] * 5
    two = [0, 1] * 8 + [0] + [0, 1, 2, 3] * 5
    assert taken(study, cells, population="coop_workers", coops=mixed) == []
    assert taken(study, cells, population="coop_workers", coops=one_large) == [2]
    assert taken(study, cells, population="coop_workers", coops=two) == [2]


def test_a_mean_of_which_all_answers_in_the_union_are_the_same(study: StudyBundle) -> None:
    cells = [(8, 8, HIDDEN, ""), (9, 9, HIDDEN, ""), (20, 9, SHOWN, "")]
    assert taken(study, cells, statistic="mean") == [2]
    cells[1] = (9, 8, HIDDEN, "")
    assert taken(study, cells, statistic="mean") == []


def test_nothing_more_goes_when_the_hidden_cover_one_another(study: StudyBundle) -> None:
    frame, people = release([(5, 2, HIDDEN, ""), (4, 2, HIDDEN, ""), (91, 40, SHOWN, ""), (95, 40, SHOWN, "")])
    gone = complements_of(frame, people, study)
    assert gone.tolist() == [False, False, True, False]
    frame.loc[gone, "status"] = "suppressed_secondary"
    assert not complements_of(frame, people, study).any()


def test_a_new_wave_does_not_move_the_complement(study: StudyBundle) -> None:
    """Leak prevented: with another complement than last time, last time's release tells what is hidden now."""
    frame, people = release([(8, 4, HIDDEN, ""), (40, 20, SHOWN, ""), (42, 20, SHOWN, "")])
    later = frame.assign(wave="x", n=[8, 90, 30], n_high_side=[4, 40, 10], n_low_side=[4, 50, 20])
    both = pd.concat([frame, later], ignore_index=True)
    places = {**people, ("residents", "x", ""): people["residents", "w", ""]}
    assert np.flatnonzero(complements_of(both, places, study)).tolist() == [1, 4]

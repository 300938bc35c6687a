"""What changes between waves without anybody saying so."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from one_variable import NAME, number, wave_map

from cwb_impact.errors import Problems
from cwb_impact.harmonise.drift import check_drift
from cwb_impact.harmonise.panel import check_panel
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import VariableRecord, WaveRecord

QUESTION = "How satisfied are you with your life as a whole these days?"


def wave(
    year: str, why: dict[str, int], question: str = QUESTION, relation: str = "exact", note: str = "", sha: str = ""
) -> Any:
    entry = {"from": "q", "relation": relation, "keep": "0..10"}
    spec = wave_map({"x": entry}, wave={"id": year, "fieldwork": f"{year}-01/{year}-02"})
    made = VariableRecord(
        "x", "residents", year, "raw.sav", ("q",), (question,), relation, "keep", note, "map.yml:1", (), why
    )
    return spec, WaveRecord("residents", year, "raw.sav", sha or f"hash {year}", 0, 0, {}, (), (made,))


def drift(*waves: Any) -> list[str]:
    problems = Problems()
    check_drift(waves, problems)
    return [str(problem) for problem in problems]


SAME = {"valid": 95, "no_answer": 5}


def test_two_equal_waves_say_nothing() -> None:
    assert drift(wave("2025", SAME), wave("2026", SAME)) == []


@pytest.mark.parametrize("question", [f"<p>{QUESTION}</p>", f"12. {QUESTION}", QUESTION.upper(), QUESTION[:-1], ""])
def test_markup_and_small_changes_are_the_same_question(question: str) -> None:
    assert drift(wave("2025", SAME), wave("2026", SAME, question)) == []


def test_another_wording_is_told_until_a_note_says_that_somebody_looked() -> None:
    other = "How satisfied are you with your work?"
    told = drift(wave("2025", SAME), wave("2026", SAME, other))
    assert len(told) == 1 and "W230 x: the question in q reads otherwise than in 2025" in told[0]
    assert drift(wave("2025", SAME), wave("2026", SAME, other, note="shorter, see the pilot")) == []


def test_the_wording_of_a_long_set_is_compared_in_time() -> None:
    first, second = (f"{word} " * 20_000 for word in ("agree", "differ"))
    assert "W230" in drift(wave("2025", SAME, first), wave("2026", SAME, second))[0]


def test_two_waves_from_the_same_columns_of_one_file_are_told() -> None:
    told = drift(wave("2025", SAME, sha="one"), wave("2026", SAME, sha="one"))
    assert len(told) == 1 and "W251 variables: all 1 variables are read from the columns of 2025" in told[0]


def test_a_variable_that_only_another_wave_maps_is_told() -> None:
    silent = wave_map({}, wave={"id": "2026", "fieldwork": "2026-01/2026-02"})
    record = WaveRecord("residents", "2026", "raw.sav", "hash", 0, 0, {}, (), ())
    told = drift(wave("2025", SAME), (silent, record))
    assert len(told) == 1 and "W252 x: is mapped in another wave" in told[0]


def test_a_missing_reason_that_jumps_is_told() -> None:
    told = drift(wave("2025", SAME), wave("2026", {"valid": 80, "no_answer": 5, "dont_know": 15}))
    assert len(told) == 1
    assert "W240 x: dont_know goes from nobody in 2025 to 15 of 100 respondents (15.0%)" in told[0]


def test_a_few_people_are_not_counted_in_a_message() -> None:
    few = {"valid": 26, "no_answer": 4}
    told = drift(wave("2025", few), wave("2026", {"valid": 20, "no_answer": 10}))
    assert "from <10 of 30 respondents in 2025 to 10 of 30" in told[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [({"valid": 91, "refused": 9}, SAME), ({"valid": 20}, {"valid": 10, "refused": 10}), ({"valid": 100}, {})],
)
def test_small_changes_and_small_waves_are_no_jump(before: dict, after: dict) -> None:
    assert not [text for text in drift(wave("2025", before), wave("2026", after)) if "W240" in text]


def test_a_relation_that_is_not_exact_is_told_where_there_is_a_series() -> None:
    waves = wave("2025", SAME, relation="close"), wave("2026", SAME)
    told = drift(*waves)
    assert len(told) == 1 and "W250 x: is close here: a change from or to 2026 crosses a break" in told[0]
    assert drift(waves[0]) == []


DICTIONARY = Dictionary(
    {
        "birth_year": Variable.model_validate(number(1900, 2025, over_time="constant")),
        "age": Variable.model_validate(number(0, 120, over_time="with_time")),
        "sex": Variable.model_validate(
            {"label": NAME, "type": "category", "codes": {"f": NAME, "m": NAME}, "over_time": "constant"}
        ),
        "mood": Variable.model_validate(number(0, 10)),
    }
)


def people(ids: list[str], **values: list) -> pd.DataFrame:
    frame = pd.DataFrame({"person": ids, **values})
    return frame.assign(**{f"{name}__why": np.where(frame[name].isna(), "no_answer", "valid") for name in values})


def panel(*frames: pd.DataFrame, scope: str = "panel", years: tuple = ("2024", "2026")) -> list[str]:
    specs: list[WaveMap] = [
        wave_map({}, wave={"id": year, "fieldwork": f"{year}-01/{year}-02"}, id={"columns": ["id"], "scope": scope})
        for year in years
    ]
    problems = Problems()
    check_panel(list(zip(specs, frames, strict=True)), DICTIONARY, problems)
    return [str(problem) for problem in problems]


def test_birth_years_and_sexes_that_differ_are_counted() -> None:
    ids = [str(i) for i in range(30)]
    first = people(ids, birth_year=[1980.0] * 30, sex=["f"] * 30)
    second = people(ids, birth_year=[1981.0] * 12 + [1980.0] * 18, sex=["m"] + ["f"] * 29)
    told = panel(first, second)
    assert "W260 birth_year: differs from 2024" in told[0] and "12 of 30 respondents (40.0%)" in told[0]
    assert "W260 sex" in told[1] and "<10 of 30" in told[1]


@pytest.mark.parametrize(("grown", "expected"), [(1, 0), (2, 0), (3, 0), (0, 1), (5, 1), (-1, 1)])
def test_age_goes_with_the_years_between(grown: int, expected: int) -> None:
    assert len(panel(people(["a"], age=[40.0]), people(["a"], age=[40.0 + grown]))) == expected


@pytest.mark.parametrize(
    ("first", "second", "scope"),
    [
        (people(["a"], age=[40.0]), people(["b"], age=[10.0]), "panel"),
        (people(["a"], age=[40.0]), people(["a"], age=[10.0]), "wave"),
        (people(["a"], age=[40.0]), people(["a"], age=[None]), "panel"),
        (people(["a"], age=[40.0]), people(["a"], mood=[3.0]), "panel"),
        (people(["a"], mood=[9.0]), people(["a"], mood=[3.0]), "panel"),
        (people(["a", "a"], age=[40.0, 9.0]), people(["a"], age=[10.0]), "panel"),
    ],
    ids=["other person", "no panel", "no answer", "not asked again", "may change", "id stands twice"],
)
def test_what_cannot_be_compared_says_nothing(first: pd.DataFrame, second: pd.DataFrame, scope: str) -> None:
    assert panel(first, second, scope=scope) == []


def test_people_who_skip_a_wave_are_compared_with_the_last_wave_they_were_in() -> None:
    first, second = people(["a", "b", "c"], sex=["f"] * 3), people(["c"], sex=["m"])
    told = panel(first, second, people(["a", "b", "c"], sex=["m"] * 3), years=("2024", "2025", "2026"))
    assert [("2024" in line, line.split(" of ")[1][0]) for line in told] == [(True, "1"), (True, "2")]


def test_ids_that_are_all_the_same_do_not_multiply() -> None:
    frame = people(["sysmis"] * 20_000, age=[40.0] * 20_000)
    assert panel(frame, frame) == []

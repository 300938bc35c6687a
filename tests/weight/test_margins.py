"""Margins: what a file must say, and what the respondents must have."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.weight.margins import SUM_TOLERANCE, Margin, check_margins, read_margins

HEADER = "wave,sex,age,people,source,date\n"
ROW = "2024,man,18-34,100,CBS 03759,2024-01-01\n"


def read(path: Path, text: str | bytes) -> tuple[dict[str, Margin], list[str]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems = Problems()
    return read_margins(path, "margin.csv", problems), [f"{p.code}:{p.line}" for p in problems]


def margin(targets: dict[str, float], variable: str = "sex") -> Margin:
    return Margin((variable,), {(key,): people for key, people in targets.items()}, "", date(2024, 1, 1), "m.csv")


def check(margins: list[Margin], **categories: list[str | None]) -> list[str]:
    problems = Problems()
    check_margins(margins, {name: np.array(labels, dtype=object) for name, labels in categories.items()}, problems)
    assert all(problem.code == "E195" for problem in problems)
    return [f"{problem.subject}: {problem.what}" for problem in problems]


def test_several_waves_and_crossed_variables(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER + ROW + '2025,man,"18-34, with school",120.5,CBS,2025-01-01\n'
    margins, problems = read(tmp_path / "m.csv", text)
    assert not problems
    wave = margins["2025"]
    assert (wave.variables, wave.source, wave.date) == (("sex", "age"), "CBS", date(2025, 1, 1))
    assert dict(wave.targets) == {("man", "18-34, with school"): 120.5}
    assert dict(margins["2024"].targets) == {("man", "18-34"): 100.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADER + ROW + ROW, ["E180:3"]),
        (HEADER + ROW.replace(",100,", ",-1,"), ["E180:2"]),
        (HEADER + ROW.replace(",100,", ",many,"), ["E180:2"]),
        (HEADER + ROW.replace(",100,", ",nan,"), ["E180:2"]),
        (HEADER + ROW.replace(",100,", ",1e3,"), ["E180:2"]),
        # one and a bit, or more than a thousand?
        (HEADER + ROW.replace(",100,", ",1.234,"), ["E180:2"]),
        (HEADER + ROW.replace("CBS 03759", " "), ["E180:2"]),
        (HEADER + ROW.replace("2024-01-01", "2024-02-30"), ["E180:2"]),
        (HEADER + ROW.replace("2024-01-01", "1-1-2024"), ["E180:2"]),
        (HEADER + ROW.replace("2024-01-01", ""), ["E180:2"]),
        (HEADER + ROW.replace("18-34", ""), ["E180:2"]),
        (HEADER + ROW + ROW.replace("18-34", "35+").replace("CBS", "BRP"), ["E180:3"]),
        (HEADER + ROW + ROW.replace("18-34", "35+").replace("-01-01", "-07-01"), ["E180:3"]),
        (
            HEADER + ROW.replace(",100,", ",,") + ROW.replace("18-34", "35+").replace("CBS 03759", ""),
            ["E180:2", "E180:3"],
        ),
        (HEADER, ["E180:0"]),
        (HEADER + "2024,man,100,CBS,2024-01-01\n", ["E180:0", "E102:2"]),
        (HEADER + '2024,"man,18-34,100,CBS,2024-01-01\n', ["E102:2"]),
        ("wave,people,source,date\n", ["E101:1"]),
        ("wave,sex,sex,people,source,date\n", ["E101:1"]),
        ("wave,,people,source,date\n", ["E101:1"]),
        ("sex,wave,people,source,date\n", ["E101:1"]),
        ("wave,sex,people,date,source\n", ["E101:1"]),
        ("", ["E101:1"]),
        (b"wave,sex,people,source,date\n2024,caf\xe9,1,CBS,2024-01-01\n", ["E105:0"]),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, expected: list[str]
) -> None:
    assert read(tmp_path / "m.csv", text)[1] == expected


def test_no_file() -> None:
    problems = Problems()
    assert (
        read_margins(Path("nowhere.csv"), "nowhere.csv", problems) == read_margins(None, "nowhere.csv", problems) == {}
    )
    assert [problem.code for problem in problems] == ["E102"]


def test_margins_that_fit_are_coded_by_respondent_with_one_sum() -> None:
    problems = Problems()
    crossed = Margin(("sex", "age"), {("w", "old"): 40.0, ("m", "old"): 60.0, ("m", "young"): 0.0}, "", date.min, "")
    categories = {
        "sex": pd.Series(["m", "w", "m"], dtype="category"),
        "age": np.array(["old", "old", "old"]),
    }
    first, second = check_margins([crossed, margin({"w": 40.1, "m": 60.1})], categories, problems)
    assert not len(problems)
    assert first.codes.tolist() == [1, 0, 1] and second.codes.tolist() == [1, 0, 1]
    assert first.targets.tolist() == [40.0, 60.0, 0.0] and first.names == ("w / old", "m / old", "m / young")
    assert second.targets.sum() == pytest.approx(100.0, rel=1e-15)
    assert second.targets[0] / second.targets[1] == pytest.approx(40.1 / 60.1)


def test_a_category_that_nobody_has_is_named() -> None:
    (told,) = check([margin({"m": 5.0, "w": 1200.0})], sex=["m", "m"])
    assert told == "sex w: 1,200 people in the margin and no respondent: this cell cannot be met"


def test_respondents_whom_the_margin_cannot_place() -> None:
    told = check([margin({"m": 5.0, "w": 5.0, "x": 0.0})], sex=["m", "w", "x", "?", "?", None, ""])
    assert told == [
        "sex: respondents whose sex is not known cannot be weighted to the margin",
        "sex ?: respondents in a category that the margin does not name",
        "sex x: the margin says nobody is in this category, and there are respondents",
    ]


def test_counts_of_those_who_cannot_be_placed() -> None:
    problems = Problems()
    labels = np.array(["m"] * 30 + ["?"] * 20 + [None] * 15, dtype=object)
    check_margins([margin({"m": 5.0})], {"sex": labels}, problems)
    assert sorted((p.n, p.of) for p in problems if p.n is not None) == [(15, 65), (20, 65)]


def test_a_category_is_a_combination_of_both_variables() -> None:
    crossed = Margin(("sex", "age"), {("m", "old"): 1.0, ("w", "young"): 1.0}, "", date.min, "")
    told = check([crossed], sex=["m", "w", "m"], age=["old", "young", "young"])
    assert told == ["sex m, age young: respondents in a category that the margin does not name"]


@pytest.mark.parametrize(("excess", "faults"), [(0.9, 0), (1.1, 1)])
def test_sums_may_differ_by_rounding_only(excess: float, faults: int) -> None:
    other = 100.0 * (1 + excess * SUM_TOLERANCE)
    told = check([margin({"m": 100.0}), margin({"old": other}, "age")], sex=["m"], age=["old"])
    assert len(told) == faults
    assert not faults or "adds up to 101 people, and the margin of sex to 100" in told[0]


def test_no_people_at_all_and_no_such_variable() -> None:
    assert len(check([margin({"m": 0.0})], sex=["m"])) == 2
    assert check([margin({"m": 1.0})], age=["old"]) == ["sex: the respondents have no sex"]

"""Names, labels, codes and refusals of an export."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cwb_impact.errors import CwbError
from cwb_impact.labelled import Format, spreadsheet_safe, write_labelled
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.variable import Variable
from labelled.rebuild import plain, rebuilt
from labelled.sample import COLUMNS, DICTIONARY, REASONS, fixed, text, variable

FORMATS: list[Format] = ["sav", "dta"]


def one(name: str, values: list[object], definition: Variable) -> tuple[pd.DataFrame, Dictionary]:
    """A frame of one variable, every row valid."""
    frame = pd.DataFrame({name: values, f"{name}__why": ["valid"] * len(values)})
    return frame, Dictionary(variables={name: definition}, missing_reasons=REASONS)


def refused(frame: pd.DataFrame, dictionary: Dictionary, path: Path, format: Format) -> list[str]:
    """The problems of a refusal, and nothing written."""
    with pytest.raises(CwbError) as error:
        write_labelled(frame, dictionary, path, format)
    assert not path.exists()
    return [f"{problem.code} {problem.subject}" for problem in error.value.problems]


def names_in(path: Path) -> list[str]:
    read = pyreadstat.read_sav if path.suffix == ".sav" else pyreadstat.read_dta
    return list(read(path)[1].column_names)


def test_spss_declares_one_missing_range_for_each_coded_column(tmp_path: Path) -> None:
    write_labelled(fixed(), DICTIONARY, tmp_path / "a.sav", "sav")
    ranges = pyreadstat.read_sav(tmp_path / "a.sav", user_missing=True)[1].missing_ranges
    coded = ["mark", "health", "money", "unions_fnv", "unions_cnv", "unions_none"]
    assert ranges == {name: [{"lo": -99.0, "hi": -91.0}] for name in coded}


@pytest.mark.parametrize("format", FORMATS)
def test_variables_carry_the_label_of_the_chosen_language(tmp_path: Path, format: Format) -> None:
    path = tmp_path / f"a.{format}"
    write_labelled(fixed(), DICTIONARY, path, format, "nl")
    read = pyreadstat.read_sav if format == "sav" else pyreadstat.read_dta
    assert read(path)[1].column_names_to_labels["unions_fnv"] == "A question (nl): FNV (nl)"


def test_a_label_too_long_for_stata_is_cut_between_letters(tmp_path: Path) -> None:
    frame, dictionary = one(
        "x", [1.0], Variable.model_validate({"label": text("é" * 200), "type": "number", "range": (0, 9)})
    )
    write_labelled(frame, dictionary, tmp_path / "a.dta", "dta")
    assert pyreadstat.read_dta(tmp_path / "a.dta")[1].column_labels == ["é" * 40]


def test_stata_gets_names_of_32_letters_and_text_keeps_its_why(tmp_path: Path) -> None:
    frame, dictionary = one("n" * 40, ["a"], variable(type="text"))
    write_labelled(frame, dictionary, tmp_path / "a.dta", "dta")
    assert names_in(tmp_path / "a.dta") == ["n" * 32, "n" * 27 + "__why"]


def test_two_names_that_become_one_in_stata_are_refused(tmp_path: Path) -> None:
    frame, _ = one("n" * 33, [1.0], variable(type="number", range=(0, 9)))
    frame["n" * 34], frame[f"{'n' * 34}__why"] = 1.0, "valid"
    both = {"n" * length: variable(type="number", range=(0, 9)) for length in (33, 34)}
    dictionary = Dictionary(variables=both, missing_reasons=REASONS)
    assert refused(frame, dictionary, tmp_path / "a.dta", "dta") == [f"E521 {'n' * 34}"]


def test_a_set_code_that_meets_another_variable_is_refused(tmp_path: Path) -> None:
    frame, _ = one("a", ["b"], variable(type="set", codes={"b": text("B")}))
    frame["a_b"], frame["a_b__why"] = 1.0, "valid"
    both = {"a": variable(type="set", codes={"b": text("B")}), "a_b": variable(type="number", range=(0, 9))}
    assert refused(frame, Dictionary(variables=both, missing_reasons=REASONS), tmp_path / "a.sav", "sav") == [
        "E521 a_b"
    ]


@pytest.mark.parametrize(("format", "name"), [("sav", "with"), ("dta", "long"), ("dta", "str5")])
def test_a_reserved_word_gets_an_underscore(tmp_path: Path, format: Format, name: str) -> None:
    path = tmp_path / f"a.{format}"
    write_labelled(*one(name, [1.0], variable(type="number", range=(0, 9))), path, format)
    assert names_in(path) == [f"{name}_"]


@pytest.mark.parametrize("span", [(-100, 0), (-99, 0), (-91, 0), (-95.5, -95.4)])
def test_a_number_that_may_hold_a_missing_code_is_refused_in_spss(tmp_path: Path, span: tuple[float, float]) -> None:
    frame, dictionary = one("x", [span[1]], variable(type="number", range=span))
    assert refused(frame, dictionary, tmp_path / "a.sav", "sav") == ["E520 x"]


@pytest.mark.parametrize("format", ["dta", "csv", "parquet"])
def test_other_formats_keep_a_number_among_the_codes_of_spss(tmp_path: Path, format: Format) -> None:
    frame, dictionary = one("x", [-95.0], variable(type="number", range=(-100, 0)))
    path = tmp_path / f"a.{format}"
    write_labelled(frame, dictionary, path, format)
    assert rebuilt(path, dictionary, ["x", "x__why"])["x"].tolist() == [-95.0]


def broken(**replace: object) -> pd.DataFrame:
    return fixed().astype({"health__why": "str", "mark__why": "str"}).assign(**replace)


@pytest.mark.parametrize(
    ("frame", "subject"),
    [
        (fixed().drop(columns="mark__why"), "mark"),
        (fixed().assign(extra=1), "extra"),
        (broken(mark__why="forgotten"), "mark"),
        (broken(mark__why="valid"), "mark"),
        (broken(health="excellent", health__why="valid"), "health"),
        (broken(unions="fnv other", unions__why="valid"), "unions"),
        (broken(remark="a\0b", remark__why="valid"), "remark"),
        (broken(remark="blank ", remark__why="valid"), "remark"),
        (broken(remark="é" * 20_000, remark__why="valid"), "remark"),
        (broken(mark=float("inf"), mark__why="valid"), "mark"),
    ],
    ids=["no why", "unknown column", "reason", "no value", "code", "set", "zero byte", "blank", "long", "infinite"],
)
@pytest.mark.parametrize("format", ["sav", "dta", "csv", "parquet"])
def test_a_frame_that_would_lose_something_is_refused(
    tmp_path: Path, format: Format, frame: pd.DataFrame, subject: str
) -> None:
    assert f"E522 {subject}" in refused(frame, DICTIONARY, tmp_path / f"a.{format}", format)


def test_a_refusal_never_shows_a_value(tmp_path: Path) -> None:
    with pytest.raises(CwbError) as error:
        write_labelled(broken(health="CANARY", health__why="valid"), DICTIONARY, tmp_path / "a.sav", "sav")
    assert "CANARY" not in str(error.value)


def test_an_earlier_file_stays_when_the_export_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("earlier")
    with pytest.raises(CwbError):
        write_labelled(fixed().assign(extra=1), DICTIONARY, path, "csv")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["earlier"]


@pytest.mark.parametrize("format", ["sav", "dta", "csv", "parquet"])
def test_reasons_survive_a_join_of_two_waves_on_person(tmp_path: Path, format: Format) -> None:
    keys, half = ["population", "wave", "person"], ["mark", "mark__why", "health", "health__why"]
    rest = [column for column in COLUMNS if column not in half]
    joined = fixed()[[*keys, *half]].merge(fixed()[rest].sample(frac=1, random_state=1), on=keys)[COLUMNS]
    path = tmp_path / f"a.{format}"
    write_labelled(joined, DICTIONARY, path, format)
    pd.testing.assert_frame_equal(rebuilt(path, DICTIONARY, COLUMNS), plain(fixed()))


def test_text_that_looks_like_a_formula_is_disarmed_in_csv(tmp_path: Path) -> None:
    harmful = ["=1", "+1", "-1", "@a", "\tb", "\rc", "plain"]
    write_labelled(*one("x", harmful, variable(type="text")), tmp_path / "a.csv", "csv")
    cells = pd.read_csv(tmp_path / "a.csv", dtype="str")["x"]
    assert cells.tolist() == ["'=1", "'+1", "'-1", "'@a", "'\tb", "'\rc", "plain"]


def test_a_negative_number_stays_a_number_in_csv(tmp_path: Path) -> None:
    write_labelled(*one("x", [-5.5], variable(type="number", range=(-9, 9))), tmp_path / "a.csv", "csv")
    assert (tmp_path / "a.csv").read_text() == "x,x__why\n-5.5,valid\n"


def test_headers_are_disarmed_too() -> None:
    assert list(spreadsheet_safe(pd.DataFrame({"=cmd": [1], "plain": ["a"]}))) == ["'=cmd", "plain"]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CwbError, match="E514"):
        write_labelled(fixed(), DICTIONARY, tmp_path / "a.por", "por")  # type: ignore[arg-type]


@pytest.mark.parametrize("format", FORMATS)
def test_a_wave_without_respondents_keeps_its_columns(tmp_path: Path, format: Format) -> None:
    path = tmp_path / f"a.{format}"
    write_labelled(fixed().iloc[:0], DICTIONARY, path, format)
    assert "unions_fnv" in names_in(path)


@pytest.mark.parametrize("format", FORMATS)
def test_a_wave_of_reasons_before_a_wave_of_answers_comes_back(tmp_path: Path, format: Format) -> None:
    """pyreadstat looks at the first 100 rows only when it decides what a column holds."""
    frame = fixed().astype({"mark__why": "str"})
    silent = frame.assign(mark=float("nan"), mark__why="not_collected")
    both = pd.concat([silent, silent, frame], ignore_index=True)
    path = tmp_path / f"a.{format}"
    write_labelled(both, DICTIONARY, path, format)
    pd.testing.assert_frame_equal(rebuilt(path, DICTIONARY, COLUMNS), plain(both))


@pytest.mark.parametrize("format", FORMATS)
def test_days_before_the_epoch_of_stata_come_back(tmp_path: Path, format: Format) -> None:
    days = [date(1600, 1, 1), date(1959, 12, 31), date(1960, 1, 1)]
    frame, dictionary = one("x", days, variable(type="date"))
    path = tmp_path / f"a.{format}"
    write_labelled(frame.assign(x=pd.Series(days, dtype="datetime64[s]")), dictionary, path, format)
    assert rebuilt(path, dictionary, ["x", "x__why"])["x"].tolist() == days

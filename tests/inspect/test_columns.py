"""What a column is said to hold."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cwb_impact.harmonise.missing_words import reason_of
from cwb_impact.inspect.columns import describe
from cwb_impact.inspect.found import ColumnFound
from cwb_impact.inspect.inspection import inspect_file
from cwb_impact.types import ColumnInfo


def column(
    name: str, cells: list[object], label: str = "", labels: dict[str, str] | None = None, **more: object
) -> ColumnFound:
    info = ColumnInfo(name, label, labels or {}, **more)  # type: ignore[arg-type]
    return describe(info, pd.Series(cells), len(cells))


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("-9. Refused", "refused"),
        ("Wil niet antwoorden", "refused"),
        ("Zeg ik liever niet", "refused"),
        ("[99] DON'T KNOW", "dont_know"),
        ("weet niet / geen mening", "dont_know"),
        ("N.v.t.", "not_applicable"),
        ("-1. Inapplicable", "not_applicable"),
        ("n.v.t. vanwege vragenlijst", "not_asked"),
        ("Geen opgave", "no_answer"),
        ("99 Not stated", "no_answer"),
    ],
)
def test_a_label_says_why_there_is_no_answer(label: str, reason: str) -> None:
    assert reason_of(label) == reason


@pytest.mark.parametrize(
    "label",
    [
        "Not registered (or DK/RF)",
        "Don't know anybody here",
        "Wil niet",
        "Niet",
        "Refused treatment",
        "Declined",
        "0. NO",
        "",
    ],
)
def test_an_answer_that_resembles_a_reason_is_an_answer(label: str) -> None:
    assert reason_of(label) is None


def test_negative_labelled_codes_look_missing() -> None:
    found = column("q", [1.0, 2.0, -3.0], labels={"1": "Ja", "2": "Nee", "-3": "Restricted"})
    assert [code.code for code in found.suspects] == ["-3"]


def test_a_scale_around_zero_has_no_missing_codes() -> None:
    labels = {"-2": "slecht", "-1": "matig", "0": "neutraal", "1": "goed", "2": "top", "-9": "Weet niet"}
    found = column("q", [-2.0, 1.0, -9.0], labels=labels)
    assert [code.code for code in found.suspects] == ["-9"]


def test_a_declared_missing_code_is_no_suspect() -> None:
    found = column("q", [1.0, 8.0], labels={"1": "Ja", "8": "Weet niet"}, user_missing=((8.0, 8.0),))
    assert not found.suspects
    assert [code.code for code in found.codes if code.declared] == ["8"]


def test_an_unlabelled_99_far_above_the_rest_looks_missing() -> None:
    found = column("q", [*map(float, range(1, 6)), 99.0] * 3)
    assert [code.code for code in found.suspects] == ["99"]


def test_99_in_a_column_of_ages_does_not_look_missing() -> None:
    assert not column("leeftijd", [float(age) for age in range(18, 100)] * 2).suspects


def test_few_people_with_an_unlabelled_value_are_not_shown() -> None:
    found = column("pc4", ["1066"] * 12 + ["1060"] * 3)
    assert [code.code for code in found.codes] == ["1066"]
    assert found.hidden == 1


def test_values_of_a_measurement_are_not_shown() -> None:
    assert column("uren", [float(hours) for hours in range(40)] * 20).codes == ()


def test_each_row_its_own_value_may_be_an_id() -> None:
    assert column("nr", [f"R_{n}x" for n in range(30)]).roles == ("id",)


def test_an_id_with_an_empty_cell_is_no_id() -> None:
    assert "id" not in column("nr", [f"R_{n}x" for n in range(29)] + [None]).roles


def test_positive_numbers_around_one_may_be_a_weight() -> None:
    assert "weight" in column("x17", [0.5, 1.5, 0.75, 1.25] * 10).roles


def test_days_are_days_in_text_and_in_spss() -> None:
    assert column("start", ["2024-05-01", "2024-05-02"] * 3).kind == "date"
    assert column("dag", [13_939_000_000.0 + n * 86_400 for n in range(5)], format="DATE11").kind == "date"


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        ({"1": "Ja", "3": "Ja"}, "codes 1 and 3 have the same label"),
        ({"0": "0. NO", "1": "1. YES"}, "repeat their code"),
        ({"1": "<b>Ja</b>", "2": "Nee"}, "HTML"),
        ({"1": "FilterfÃ¼hrung", "2": "Nee"}, "garbled"),
        ({"1": "x" * 120, "2": "Nee"}, "cut off"),
        ({"1": "", "2": "Nee"}, "empty label"),
    ],
)
def test_label_trouble_is_told(labels: dict[str, str], word: str) -> None:
    assert any(word in remark for remark in column("q", [1.0, 2.0], labels=labels).trouble)


def test_a_code_without_label_beside_labelled_ones_is_told() -> None:
    found = column("q", [1.0, 2.0, 3.0], labels={"1": "Ja", "2": "Nee"})
    assert found.trouble == ("1 codes that occur have no label",)


def test_sets_are_guessed_from_names_and_ticks(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    rows = "\n".join(f"{n},{n % 2},{n % 3 == 0:d},1,{n % 5}" for n in range(20))
    path.write_text(f"nr,q12_1,q12_2,q12_9,q13_1\n{rows}\n")
    assert [(found.stem, found.columns) for found in inspect_file(path).sets] == [("q12", ("q12_1", "q12_2", "q12_9"))]


def test_two_columns_in_brackets_are_a_set(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    rows = "\n".join(f"{n},{'Y' if n % 2 else ''},{'Y' if n % 3 else ''}" for n in range(20))
    path.write_text(f"nr,q12[SQ001],q12[SQ002]\n{rows}\n")
    assert [(found.stem, found.columns) for found in inspect_file(path).sets] == [("q12", ("q12[SQ001]", "q12[SQ002]"))]


def test_a_name_that_stands_twice_is_told_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    path.write_text("nr,a,a\n1,2,3\n2,3,4\n")
    assert [column.trouble for column in inspect_file(path).columns[1:]] == [("name stands twice",)] * 2


def test_user_missing_codes_that_an_spss_file_declares_are_known(tmp_path: Path) -> None:
    path = tmp_path / "wave.sav"
    labels = {"q": {1.0: "Ja", 2.0: "Nee", 9.0: "Weet niet"}}
    frame = pd.DataFrame({"q": [1.0, 2.0, 9.0]})
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels, missing_ranges={"q": [9]})
    assert [code.code for code in inspect_file(path).columns[0].codes if code.declared] == ["9"]

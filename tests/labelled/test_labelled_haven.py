"""R's haven as an independent reader (tests/oracle/labelled.R): the same counts and labels."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cwb_impact.labelled import Format, write_labelled
from labelled.rebuild import SPSS, STATA
from labelled.sample import DICTIONARY, REASONS, VARIABLES, fixed

ORACLE = pd.read_csv("tests/oracle/labelled.csv", dtype={"code": "str"}, keep_default_na=False)
CODED = ["mark", "health", "money"]
FORMATS: list[Format] = ["sav", "dta"]


def found_by_r(format: str, column: str) -> pd.DataFrame:
    return ORACLE[(ORACLE["format"] == format) & (ORACLE["column"] == column)].set_index("code")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", CODED)
def test_r_counts_each_missing_reason_as_we_do(format: Format, name: str) -> None:
    found = found_by_r(format, name)
    codes = {why: str(code) for code, why in SPSS.items()} if format == "sav" else {w: c for c, w in STATA.items()}
    ours = fixed()[f"{name}__why"].value_counts()
    assert {why: int(found.loc[code, "n"]) for why, code in codes.items()} == {why: int(ours[why]) for why in codes}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", [*CODED, "unions_fnv", "unions_cnv", "unions_none"])
def test_r_takes_exactly_the_reasons_and_empty_cells_for_missing(format: Format, name: str) -> None:
    missing = found_by_r(format, name).query("missing")
    codes = {str(code) for code in SPSS} if format == "sav" else set(STATA)
    assert set(missing.index) == codes | {"system"}


@pytest.mark.parametrize("format", FORMATS)
def test_r_reads_the_labels_of_the_reasons(format: Format) -> None:
    found = found_by_r(format, "health").query("missing").drop("system")
    assert set(found["label"]) == {reason.label.nl for reason in REASONS.values()}


@pytest.mark.parametrize("format", FORMATS)
def test_r_reads_the_categories_with_their_labels(format: Format) -> None:
    found = found_by_r(format, "health").query("not missing")
    codes = VARIABLES["health"].codes or {}
    ours = fixed()["health"].value_counts()
    expected = {(text.nl, int(ours[code])) for code, text in codes.items()}
    assert set(zip(found["label"], found["n"], strict=True)) == expected


@pytest.mark.parametrize("format", FORMATS)
def test_r_reads_real_dates(format: Format) -> None:
    found = found_by_r(format, "born").query("not missing")
    assert found["n"].to_dict() == {str(day.date()): n for day, n in fixed()["born"].value_counts().items()}


@pytest.mark.parametrize("format", FORMATS)
def test_what_r_read_is_what_the_package_writes_today(tmp_path: Path, format: Format) -> None:
    path = tmp_path / f"now.{format}"
    write_labelled(fixed(), DICTIONARY, path, format, "nl")
    read = pyreadstat.read_sav if format == "sav" else pyreadstat.read_dta
    now, meta = read(path, user_missing=True)
    stored, stored_meta = read(f"tests/labelled/data/fixed.{format}", user_missing=True)
    pd.testing.assert_frame_equal(now, stored)
    assert meta.variable_value_labels == stored_meta.variable_value_labels

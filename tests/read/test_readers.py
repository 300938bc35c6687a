"""SPSS and Stata files that other projects test their readers with, and what trips readers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from reading import FILES, content, info

from cwb_impact.harmonise.source_codes import source_codes
from cwb_impact.read.formats import EncodingError, UnreadableError
from cwb_impact.spec.codes import PLAIN_NUMBERS


@pytest.mark.parametrize("name", sorted(p.name for p in FILES.iterdir() if p.suffix in (".sav", ".zsav", ".dta")))
def test_every_file_is_read_and_every_cell_has_a_code(name: str) -> None:
    frame = content(FILES / name)
    assert len(frame.columns)
    for column in frame:
        assert int(source_codes(frame[column], PLAIN_NUMBERS).count.sum()) == len(frame)


@pytest.mark.parametrize("kind", ["int", "double"])
def test_stata_extended_missings_are_codes(kind: str) -> None:
    frame = content(FILES / f"haven_tagged-na-{kind}.dta")
    assert source_codes(frame["x"], PLAIN_NUMBERS).codes[5:8] == (".a", ".h", ".z")


def test_labelled_extended_missings_are_known_without_reading_the_content() -> None:
    column = info(FILES / "haven_tagged-na-int.dta").column("x")
    assert column.labels == {".a": "apple", ".z": ".zebra"}
    assert column.user_missing == ((".a", ".a"), (".z", ".z"))


def test_a_column_of_nothing_but_extended_missings_keeps_them() -> None:
    """pandas takes a column of letters for text; a numeric Stata variable never holds text."""
    frame = content(FILES / "pyreadstat_missing_test.dta")
    assert [frame[f"var{number}"][0] for number in range(1, 7)] == [".a", ".b", ".c", ".x", ".y", ".z"]


def test_spss_ranges_that_are_user_missing_are_told() -> None:
    column = info(FILES / "pyreadstat_sample_missing.sav").column("mynum")
    assert column.user_missing == ((2000.0, 3000.0), (-1.0, -1.0))


def test_spss_texts_that_are_user_missing_are_told() -> None:
    assert info(FILES / "pyreadstat_missing_char.sav").column("mychar").user_missing == (("Z", "Z"),)


def test_spss_user_missing_codes_stay_in_the_data() -> None:
    assert content(FILES / "pyreadstat_sample_missing.sav")["mynum"].tolist()[-2:] == [-1.0, 2500.0]


def test_a_date_that_overflows_stops_no_other_column() -> None:
    assert content(FILES / "haven_datetime.sav").shape == (2, 3)


def test_compressed_and_plain_spss_files_have_the_same_content() -> None:
    plain, compressed = (content(FILES / f"pyreadstat_sample{end}") for end in (".sav", ".zsav"))
    pd.testing.assert_frame_equal(plain, compressed)


def test_only_named_columns_are_loaded() -> None:
    assert list(content(FILES / "pyreadstat_sample.sav", ["mynum"]).columns) == ["mynum"]


def test_names_that_are_not_ascii_are_read() -> None:
    assert len(content(FILES / "pyreadstat_hebrews.sav")) == 99


def test_multiple_response_sets_are_told_with_the_code_of_a_tick() -> None:
    found = {sets.name: sets for sets in info(FILES / "pyreadstat_simple_alltypes.sav").response_sets}
    assert found["mymrset"].columns == ("bool1", "bool2", "bool3")
    assert (found["mymrset"].counted, found["categorical_array"].counted) == ("1", None)


def test_labels_of_sets_in_windows_1252_are_read(tmp_path: Path) -> None:
    """pyreadstat raised UnicodeDecodeError here before 1.3.7 (its pull request 290)."""
    whole = (FILES / "pyreadstat_simple_alltypes.sav").read_bytes()
    path = tmp_path / "sets.sav"
    path.write_bytes(whole.replace(b"My multiple response set", "My multiplé response set".encode("windows-1252")))
    assert "My multiplé response set" in [sets.label for sets in info(path).response_sets]


def test_an_spss_file_in_another_encoding_than_it_says_names_the_first_label(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    path.write_bytes((FILES / "haven_umlauts.sav").read_bytes().replace("ü".encode(), b"\xfc "))
    with pytest.raises(EncodingError, match="the label of code 2 in column var1") as caught:
        info(path)
    assert "windows-1252" in caught.value.fix


def test_an_unknown_encoding_of_an_spss_file_is_an_encoding_fault() -> None:
    with pytest.raises(EncodingError):
        info(FILES / "haven_umlauts.sav", encoding="windows-9999")


@pytest.mark.parametrize("name", ["pyreadstat_sample.sav", "pyreadstat_sample.zsav", "pyreadstat_sample.dta"])
@pytest.mark.parametrize("kept", [0, 100, 0.5])
def test_a_cut_file_is_refused(tmp_path: Path, name: str, kept: float) -> None:
    path = tmp_path / name
    whole = (FILES / name).read_bytes()
    path.write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])
    with pytest.raises(UnreadableError, match="incomplete"):
        content(path)


def test_a_cut_stata_file_is_told_with_both_sizes(tmp_path: Path) -> None:
    whole = (FILES / "haven_tagged-na-int.dta").read_bytes()
    path = tmp_path / "x.dta"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableError, match=f"{len(whole) // 2} bytes, and {len(whole)} by its own header"):
        content(path)


def test_a_cut_spss_file_without_compression_is_told_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": range(100), "b": range(100)}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-300])
    with pytest.raises(UnreadableError, match=f"{len(whole) - 300} bytes, and {len(whole)} by its own header"):
        content(path)


def test_an_spss_file_of_no_rows_is_read(tmp_path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"a": pd.Series([], dtype="float64")}), tmp_path / "x.sav")
    assert content(tmp_path / "x.sav").shape == (0, 1)

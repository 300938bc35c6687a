"""The readers on files that other projects test theirs with, and on what trips them."""

from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.harmonise.transforms import source_codes
from cwb_impact.read.delimited import read_delimited
from cwb_impact.read.formats import Content, EncodingError, FileFormat, UnreadableError
from cwb_impact.read.spss import read_spss
from cwb_impact.read.stata import read_stata
from cwb_impact.spec.wave_map import SourceFile

FILES = Path("tests/read/files")
READERS: dict[str, FileFormat] = {".sav": read_spss, ".zsav": read_spss, ".dta": read_stata, ".csv": read_delimited}


def source(**changes: object) -> SourceFile:
    plain = {"file": "x", "format": "csv", "sha256": "0" * 64, "rows": 0}
    return SourceFile.model_validate({**plain, **changes})


def content(path: Path, **changes: object) -> Content:
    reader = READERS[path.suffix]
    return reader.content(path, source(**changes), reader.column_names(path, source(**changes)))


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir() if path.suffix in READERS))
def test_every_file_is_read_and_every_cell_has_a_code(name: str) -> None:
    read = content(FILES / name)
    assert len(read.frame.columns)
    for column in read.frame:
        assert int(source_codes(read.frame[column]).count.sum()) == len(read.frame)


@pytest.mark.parametrize("kind", ["int", "double"])
def test_stata_extended_missings_are_codes_with_labels(kind: str) -> None:
    read = content(FILES / f"haven_tagged-na-{kind}.dta")
    assert source_codes(read.frame["x"]).codes[5:8] == (".a", ".h", ".z")
    assert read.labels["x"] == {".a": "apple", ".z": ".zebra"}


def test_a_column_of_nothing_but_extended_missings_keeps_them() -> None:
    """pandas takes a column of letters for text; a numeric Stata variable never holds text."""
    read = content(FILES / "pyreadstat_missing_test.dta")
    assert [read.frame[f"var{number}"][0] for number in range(1, 7)] == [".a", ".b", ".c", ".x", ".y", ".z"]


def test_spss_ranges_and_texts_that_are_user_missing_are_kept() -> None:
    numbers = content(FILES / "pyreadstat_sample_missing.sav")
    assert numbers.user_missing["mynum"] == ((2000.0, 3000.0), (-1.0, -1.0))
    assert numbers.frame["mynum"].tolist()[-2:] == [-1.0, 2500.0]
    assert content(FILES / "pyreadstat_missing_char.sav").user_missing["mychar"] == (("Z", "Z"),)


def test_a_date_that_overflows_stops_no_other_column() -> None:
    assert content(FILES / "haven_datetime.sav").frame.shape == (2, 3)


def test_compressed_and_plain_spss_files_are_the_same() -> None:
    plain, compressed = (content(FILES / f"pyreadstat_sample{end}") for end in (".sav", ".zsav"))
    pd.testing.assert_frame_equal(plain.frame, compressed.frame)
    assert plain.labels == compressed.labels


def test_only_named_columns_are_loaded() -> None:
    read = read_spss.content(FILES / "pyreadstat_sample.sav", source(format="sav"), ["mynum"])
    assert list(read.frame.columns) == ["mynum"]


@pytest.mark.parametrize(
    ("text", "encoding", "stated"),
    [
        ("naam;x\nZuid-é;1\n", "utf-8", None),
        ("naam;x\nZuid-é;1\n", "utf-8-sig", "utf-8"),
        ("naam;x\nZuid-é;1\n", "utf-16", None),
        ("naam;x\nZuid-é;1\n", "windows-1252", "windows-1252"),
        ("naam;x\nİstanbul;1\n", "windows-1254", "windows-1254"),
        ("naam;x\nعربي;1\n", "windows-1256", "windows-1256"),
        ('naam;x\n"a;b\nc";1\n', "utf-8", None),
    ],
)
def test_encodings_and_quotes_of_delimited_text(tmp_path: Path, text: str, encoding: str, stated: str | None) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    read = content(path, delimiter=";", encoding=stated)
    expected = "a;b\nc" if '"' in text else text.split("\n")[1].split(";")[0]
    assert list(read.frame.columns) == ["naam", "x"]
    assert read.frame["naam"].tolist() == [expected] and read.frame["x"].tolist() == ["1"]


def test_words_that_pandas_takes_for_missing_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x\nNA\nNone\nnull\nnan\n\n")
    assert content(path).frame["x"].tolist() == ["NA", "None", "null", "nan"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableError),
        (b"a;b\n1;2;3\n", UnreadableError),
        (b"a;b\n1\n", UnreadableError),
        (b'a;b\n"1;2\n', UnreadableError),
        ("a;b\né;1\n".encode("windows-1252"), EncodingError),
    ],
)
def test_text_that_would_be_misread_is_refused(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(error):
        content(path, delimiter=";")


@pytest.mark.parametrize("name", ["pyreadstat_sample.sav", "pyreadstat_sample.zsav", "pyreadstat_sample.dta"])
def test_cut_files_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    whole = (FILES / name).read_bytes()
    for size in (0, 100, len(whole) // 2):
        path.write_bytes(whole[:size])
        with pytest.raises(UnreadableError):
            content(path)

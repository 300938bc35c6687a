"""Delimited text: encodings, quotation marks, words that look missing, and rows that would be misread."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from reading import content, info

from cwb_impact.read.formats import EncodingError, UnreadableError


def written(folder: Path, data: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "x.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("word", "encoding", "stated"),
    [
        ("Zuid-é", "utf-8", None),
        ("Zuid-é", "utf-8-sig", None),
        ("Zuid-é", "utf-8-sig", "utf-8"),
        ("Zuid-é", "utf-16", None),
        ("Zuid-é", "utf-16", "utf-16"),
        ("Zuid-é", "utf-16-le", "utf-16-le"),
        ("Zuid-é €", "windows-1252", "windows-1252"),
        ("İstanbul ş", "windows-1254", "windows-1254"),
        ("عربي", "windows-1256", "windows-1256"),
        ("Łódź", "iso-8859-2", "latin2"),
    ],
)
def test_an_encoding_is_read(tmp_path: Path, word: str, encoding: str, stated: str | None) -> None:
    frame = content(written(tmp_path, f"naam;x\n{word};1\n", encoding), delimiter=";", encoding=stated)
    assert frame.to_dict("list") == {"naam": [word], "x": ["1"]}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_read(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path, f"a{delimiter}b\n1{delimiter}2\n")
    assert content(path, delimiter=delimiter).to_dict("list") == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read(tmp_path: Path, end: str) -> None:
    assert content(written(tmp_path, f"a,b{end}1,2{end}3,4"))["a"].tolist() == ["1", "3"]


def test_a_delimiter_a_line_end_and_a_mark_inside_quotes_are_text(tmp_path: Path) -> None:
    assert content(written(tmp_path, 'a,b\n"x,y\nz ""q""",1\n'))["a"].tolist() == ['x,y\nz "q"']


def test_a_mark_in_the_middle_of_an_unquoted_field_is_text(tmp_path: Path) -> None:
    assert content(written(tmp_path, 'a,b\nbuis 5" breed,1\n'))["a"].tolist() == ['buis 5" breed']


@pytest.mark.parametrize(
    "word", ["NA", "N/A", "n/a", "None", "null", "NaN", "nan", "-", "#N/A", "007", "1.234,56", "TRUE"]
)
def test_a_word_stays_a_word(tmp_path: Path, word: str) -> None:
    assert content(written(tmp_path, f"a;b\n{word};1\n"), delimiter=";")["a"].tolist() == [word]


@pytest.mark.parametrize("cell", ["", '""', "   ", '"  "', "\u00a0"])
def test_a_cell_with_nothing_or_blanks_is_missing(tmp_path: Path, cell: str) -> None:
    assert content(written(tmp_path, f"a,b\n{cell},1\n"))["a"].isna().tolist() == [True]


def test_a_column_of_nothing_is_read(tmp_path: Path) -> None:
    assert content(written(tmp_path, "a,b\n,1\n,2\n"))["a"].isna().all()


def test_a_file_with_a_header_only_has_no_rows(tmp_path: Path) -> None:
    assert content(written(tmp_path, "a,b\r\n\r\n")).shape == (0, 2)


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    assert content(written(tmp_path, "a,b\n1,2\n\n3,4\n\n")).shape == (2, 2)


def test_excels_note_about_the_delimiter_is_no_header(tmp_path: Path) -> None:
    assert content(written(tmp_path, "sep=;\na;b\n1;2\n"), delimiter=";").to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_names_lose_blanks_and_marks_around_them(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeff a\u00a0,"b\n  c"\n1,2\n')
    assert info(path).names == ("a", "b c")


def test_names_that_are_the_same_after_cleaning_are_told_twice(tmp_path: Path) -> None:
    assert info(written(tmp_path, "a,a\u00a0,b\n1,2,3\n")).names == ("a", "a", "b")


def test_only_named_columns_are_loaded_in_the_order_asked(tmp_path: Path) -> None:
    assert content(written(tmp_path, "a,b,c\n1,2,3\n"), ["c", "a"]).to_dict("list") == {"c": ["3"], "a": ["1"]}


def test_the_header_alone_tells_what_the_file_holds(tmp_path: Path) -> None:
    """A fault further down is found when the content is read: the header of a large file must not cost a whole read."""
    assert info(written(tmp_path, "a,b\n" + "1,2\n" * 100_000 + "1\n")).names == ("a", "b")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "not even a header"),
        (";;\n1;2;3\n", "holds no names"),
        ("a;b\n1;2\n1;2;3\n", "line 3 has 3 fields and the header 2$"),
        ("a;b\n1;2;\n3;4;\n", r"line 2 has 3 fields and the header 2 \(2 such rows\)"),
        ("a;b\n\n1;2\n1\n", "line 4 has 1 fields and the header 2$"),
        ('a;b\n"x\ny";2\n1\n', "line 4 has 1 fields and the header 2$"),
        ("sep=;\na;b\n1;2\n1\n", "line 4 has 1 fields"),
        ('a;b\n1;2\n"1;2\n3;4\n', "a quotation mark on line 3"),
        ('a;b\n1;"x\n2;y\n3;"z"\n', "a quotation mark on line 2"),
        ('a;b\n"x"y;2\n', "a quotation mark on line 2"),
        ('a;"b\n1;2\n', "a quotation mark in the header"),
        ("a;b\n1;2\n1;\0\n", "line 3 holds a zero byte"),
    ],
)
def test_text_that_would_be_misread_is_refused_with_its_line(tmp_path: Path, data: str, told: str) -> None:
    with pytest.raises(UnreadableError, match=told):
        content(written(tmp_path, data), delimiter=";")


def test_a_refusal_never_shows_the_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        content(written(tmp_path, "a;b\nCANARY;2;3\n"), delimiter=";")
    assert "CANARY" not in str(caught.value) + caught.value.fix


def test_a_mark_that_cannot_separate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="delimiter"):
        content(written(tmp_path, "a\n1\n"), delimiter='"')


def test_wrong_bytes_are_told_with_line_column_and_what_would_fit(tmp_path: Path) -> None:
    path = written(tmp_path, "nr;plaats;x\n1;Oost;2\n2;Zuid-é CANARY;3\n", "windows-1252")
    with pytest.raises(EncodingError, match="on line 3, in column plaats") as caught:
        content(path, delimiter=";")
    assert "windows-1252" in caught.value.fix and "CANARY" not in str(caught.value)


def test_wrong_bytes_in_the_first_column_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "plaats;x\nOost;2\né;3\n", "windows-1252")
    with pytest.raises(EncodingError, match="on line 3, in column plaats"):
        content(path, delimiter=";")


def test_wrong_bytes_in_the_header_are_told(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="in the header"):
        info(written(tmp_path, "één;x\n1;2\n", "windows-1252"), delimiter=";")


def test_an_encoding_that_only_wrong_bytes_rule_out_is_not_offered(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n\x81\xe9\n")  # 0x81 is no letter of windows-1252
    with pytest.raises(EncodingError) as caught:
        content(path)
    assert "windows-1252" not in caught.value.fix


def test_an_encoding_against_the_byte_order_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="mark of utf-8"):
        info(written(tmp_path, "a\n1\n", "utf-8-sig"), encoding="windows-1252")


@pytest.mark.parametrize("name", ["windows-9999", "zlib", "rot13"])
def test_what_is_no_encoding_of_text_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncodingError):
        content(written(tmp_path, "a\n1\n"), encoding=name)


def test_many_rows_are_read_as_they_are(tmp_path: Path) -> None:
    """More than one window of the quotation check and more than one block of the parser."""
    rows = [f'{number},"{"x" * 90}, ""{number}"""' for number in range(400_000)]
    frame = content(written(tmp_path, "\n".join(["a,b", *rows]) + "\n"))
    expected = pd.Series([f'{"x" * 90}, "{number}"' for number in range(400_000)], dtype="str", name="b")
    pd.testing.assert_series_equal(frame["b"], expected)

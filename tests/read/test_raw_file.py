"""The raw file of a map: its path, its kind, its columns, and whether it is the file that the map was written for."""

from __future__ import annotations

import os
import shutil
import socket
import time
from pathlib import Path

import pytest
from reading import FILES, codes, info, read, wave_map

from cwb_impact.errors import Problem, Problems
from cwb_impact.read import columns, raw_file
from cwb_impact.read.mojibake import is_mojibake
from cwb_impact.spec.bundle import inside

PLAIN = "nr,cijfer,Opmerking\n1,7,x\n2,8,y\n"


def csv(folder: Path, text: str = PLAIN, encoding: str = "utf-8") -> Path:
    path = folder / "x.csv"
    path.write_bytes(text.encode(encoding))
    return path


def only(problems: list[Problem], code: str) -> Problem:
    assert codes(problems) == [code], problems
    return problems[0]


def test_a_file_as_the_map_says_gives_no_problem(tmp_path: Path) -> None:
    csv(tmp_path)
    raw, problems = read(tmp_path, "x.csv", ["nr", "cijfer"], 2, ignore=["Opm*"], columns=3)
    assert problems == [] and raw is not None and raw.frame.shape == (2, 2)


def test_a_wave_never_shows_its_cells(tmp_path: Path) -> None:
    csv(tmp_path)
    raw, _ = read(tmp_path, "x.csv", ["nr"], 2)
    assert repr(raw) == "<RawWave x.csv: 2 rows; columns nr>"


# ---------------------------------------------------------------- where it is


@pytest.mark.parametrize(
    "file",
    [
        "../x.csv",
        "a/../../x.csv",
        "a/../x.csv",
        "/etc/passwd",
        "/dev/zero",
        "//server/share/x.csv",
        r"\\server\share\x.csv",
        r"..\x.csv",
        r"C:\x.csv",
        "C:x.csv",
        "file:///etc/passwd",
        "x.csv:stream",
        "x\u0000.csv",
        "x\n.csv",
        "CON",
        "con.csv",
        "sub/NUL.csv",
        "LPT1.txt",
    ],
)
def test_a_path_that_is_not_plainly_inside_is_refused_before_it_is_opened(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = wave_map(tmp_path, file, ["nr"], format="csv")
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("it was opened"))
    problems = Problems()
    assert raw_file.read_wave(spec, tmp_path, problems) is None
    assert codes(list(problems)) == ["E010"]


@pytest.mark.parametrize("file", ["x.csv", "./x.csv", "sub/x.csv", "console.csv", "a..b.csv", "scheiß Encoding.sav"])
def test_a_plain_path_is_inside(tmp_path: Path, file: str) -> None:
    assert inside(tmp_path, file) == tmp_path.resolve() / file


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    csv(tmp_path)
    (tmp_path / "data/x.csv").symlink_to(tmp_path / "x.csv")
    only(read(tmp_path / "data", "x.csv", ["nr"])[1], "E010")


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    csv(tmp_path)
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")
    assert read(tmp_path, "y.csv", ["nr"], 2)[0] is not None


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").symlink_to(tmp_path / "y.csv")
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")
    assert codes(read(tmp_path, "x.csv", ["nr"])[1]) in (["E010"], ["E102"])


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.csv")
    assert "no ordinary file" in only(read(tmp_path, "x.csv", ["nr"])[1], "E102").what


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("x.csv")
        assert "no ordinary file" in only(read(tmp_path, "x.csv", ["nr"])[1], "E102").what


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    assert "is a folder" in only(read(tmp_path, "x.csv", ["nr"])[1], "E102").what


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no such file" in only(read(tmp_path, "x.csv", ["nr"])[1], "E102").what


def test_a_name_that_the_system_finds_too_long_is_told(tmp_path: Path) -> None:
    only(read(tmp_path, "é" * 240 + ".csv", ["nr"])[1], "E102")


# ---------------------------------------------------------------- what it is


@pytest.mark.parametrize(
    ("stated", "data", "told"),
    [
        ("x.sav", b"nr,cijfer\n1,2\n", "first bytes are not those of a .sav file"),
        ("x.dta", b"nr,cijfer\n1,2\n", "first bytes are not those of a .dta file"),
        ("x.dta", b"$FL2@(#) SPSS", "by its first bytes it is an SPSS file"),
        ("x.csv", b"$FL3@(#) SPSS", "by its first bytes it is a compressed SPSS file"),
        ("x.sav", b"<stata_dta><header>", "by its first bytes it is a Stata file"),
        ("x.sav", b"\x73\x02\x01\x00\x05\x00", "by its first bytes it is a Stata file"),
        ("x.csv", b"PK\x03\x04\x14\x00", "by its first bytes it is a zip archive"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "by its first bytes it is an old Excel workbook"),
        ("x.xlsx", b"\r\n <html><table>", "by its first bytes it is an HTML page"),
        ("x.csv", b"<!DOCTYPE html>", "by its first bytes it is an HTML page"),
        ("x.csv", b"%PDF-1.7", "by its first bytes it is a PDF"),
        ("x.csv", b"\x1f\x8b\x08", "by its first bytes it is a gzip archive"),
        ("x.sav", b"ASCII SPSS PORT FILE" + b" " * 20, "by its first bytes it is an SPSS portable file"),
        ("x.sav", b"", "it is empty (0 bytes)"),
        ("x.csv", b"", "it is empty (0 bytes)"),
        ("x.xlsx", b"", "it is empty (0 bytes)"),
    ],
)
def test_what_a_file_really_is_is_told(tmp_path: Path, stated: str, data: bytes, told: str) -> None:
    (tmp_path / stated).write_bytes(data)
    assert told in only(read(tmp_path, stated, ["nr"])[1], "E102").what


@pytest.mark.parametrize(
    "name", ["haven_types.dta", "pyreadstat_sample.dta", "haven_umlauts.sav", "pyreadstat_sample.zsav"]
)
def test_a_file_that_is_what_it_says_is_read(tmp_path: Path, name: str) -> None:
    shutil.copy(FILES / name, tmp_path / name)
    found = info(FILES / name)
    raw, _ = read(tmp_path, name, [found.names[0]], found.rows or 0)
    assert raw is not None


def test_another_hash_is_told(tmp_path: Path) -> None:
    csv(tmp_path)
    raw, problems = read(tmp_path, "x.csv", ["nr"], 2, ignore=["*"], sha256="1" * 64)
    assert raw is not None and "not the file" in only(problems, "E104").what


def test_another_number_of_rows_is_told(tmp_path: Path) -> None:
    csv(tmp_path)
    assert "2 rows in the file, 9 in the map" in only(read(tmp_path, "x.csv", ["nr"], 9, ignore=["*"])[1], "E104").what


def test_another_number_of_columns_is_told(tmp_path: Path) -> None:
    csv(tmp_path)
    problems = read(tmp_path, "x.csv", ["nr"], 2, ignore=["*"], columns=4)[1]
    assert "3 columns in the file, 4 in the map" in only(problems, "E104").what


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, honest = csv(tmp_path), raw_file.check_columns

    def meddling(*given: object) -> bool:
        path.write_text(PLAIN + "3,9,z\n")
        return honest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(raw_file, "check_columns", meddling)
    raw, problems = read(tmp_path, "x.csv", ["nr"], 3, ignore=["*"])
    assert raw is None and "changed while it was read" in only(problems, "E104").what


# ---------------------------------------------------------------- its columns


@pytest.mark.parametrize(
    ("header", "named", "fix"),
    [
        ("tevreden,x", "tevredn", "Nearest: tevreden"),
        ("CIJFER,Cijfer", "cijfer", "The same but for capitals: CIJFER, Cijfer"),
        ("q 1,x", "q1", "The same but for blanks: q 1"),
        ("a;cijfer;b", "cijfer", "The whole header is one name: state delimiter under source"),
        ("a,b", "zzzzzz", "Compare with the names in the file"),
    ],
)
def test_an_absent_column_is_told_with_what_it_may_be(tmp_path: Path, header: str, named: str, fix: str) -> None:
    csv(tmp_path, header + "\n")
    raw, problems = read(tmp_path, "x.csv", [named], 0, ignore=["*"])
    problem = only(problems, "E101")
    assert raw is None and problem.fix == fix and problem.line == 4


def test_a_file_without_a_header_does_not_show_its_first_respondent(tmp_path: Path) -> None:
    csv(tmp_path, "1,canary@example.org,1971-03-04,7\n2,x,1972-05-06,8\n")
    problem = only(read(tmp_path, "x.csv", ["nr", "cijfer"])[1], "E101")
    assert "looks like answers" in problem.what and "canary" not in str(problem) and "1971" not in str(problem)


def test_names_that_are_numbers_can_be_mapped(tmp_path: Path) -> None:
    csv(tmp_path, "1,2,3\n4,5,6\n")
    assert read(tmp_path, "x.csv", ["1"], 1, ignore=["2", "3"])[1] == []


def test_a_column_that_stands_there_twice_is_told_with_its_places(tmp_path: Path) -> None:
    csv(tmp_path, "nr,a,b,a\u00a0\n")
    assert (
        "stands 2 times in x.csv: columns 2, 4"
        in only(read(tmp_path, "x.csv", ["nr", "a"], 0, ignore=["b"])[1], "E101").what
    )


def test_double_columns_that_the_map_does_not_name_do_no_harm(tmp_path: Path) -> None:
    csv(tmp_path, "nr,a,a\n1,2,3\n")
    assert read(tmp_path, "x.csv", ["nr"], 1, ignore=["a"])[1] == []


def test_a_twin_but_for_capitals_is_told(tmp_path: Path) -> None:
    csv(tmp_path, "nr,NR\n1,2\n")
    raw, problems = read(tmp_path, "x.csv", ["nr"], 1, ignore=["NR"])
    assert raw is not None and "also has NR" in only(problems, "W106").what


def test_many_absent_columns_are_told_in_good_time(tmp_path: Path) -> None:
    csv(tmp_path, ",".join(f"variable_{number}" for number in range(10_000)) + "\n")
    problems = read(tmp_path, "x.csv", [f"other_{number}" for number in range(300)], 0, ignore=["*"])[1]
    assert codes(problems) == ["E101"] * 300


def test_columns_that_the_map_does_not_mention_are_counted_and_twenty_named(tmp_path: Path) -> None:
    csv(tmp_path, ",".join(["nr", *(f"c{number}" for number in range(25))]) + "\n")
    what = only(read(tmp_path, "x.csv", ["nr"], 0)[1], "W220").what
    assert "25 columns" in what and "c19 and 5 more" in what


@pytest.mark.parametrize("rule", ["q*_TEXT", "*_1_*", "q1_1_TEXT", "q*1*T", "*"])
def test_a_star_in_a_rule_stands_for_anything_anywhere(tmp_path: Path, rule: str) -> None:
    csv(tmp_path, "nr,q1_1_TEXT\n1,2\n")
    assert read(tmp_path, "x.csv", ["nr"], 1, ignore=[rule])[1] == []


@pytest.mark.parametrize("rule", ["q*_text", "q1.1_TEXT", "q1", "TEXT*", "q1_1_TEXT?"])
def test_a_rule_without_a_star_there_is_exact(tmp_path: Path, rule: str) -> None:
    csv(tmp_path, "nr,q1_1_TEXT\n1,2\n")
    only(read(tmp_path, "x.csv", ["nr"], 1, ignore=[rule])[1], "W220")


# ---------------------------------------------------------------- its texts


def test_wrong_bytes_are_an_encoding_fault_with_a_remedy(tmp_path: Path) -> None:
    csv(tmp_path, "nr,plaats\n1,Zuid-é\n", "windows-1252")
    problem = only(read(tmp_path, "x.csv", ["nr"])[1], "E105")
    assert "line 2, in column plaats" in problem.what and "windows-1252" in problem.fix


def test_labels_of_utf_8_read_as_windows_1252_are_told(tmp_path: Path) -> None:
    shutil.copy(FILES / "haven_umlauts.sav", tmp_path / "x.sav")
    problem = only(read(tmp_path, "x.sav", ["var1"], 4, encoding="windows-1252")[1], "W105")
    assert "Ã¤" in problem.what and "the label of code 1 of var1" in problem.what


def test_answers_of_utf_8_read_as_windows_1252_are_told_without_the_answer(tmp_path: Path) -> None:
    csv(tmp_path, "nr\nCANARY-één\n")
    problem = only(read(tmp_path, "x.csv", ["nr"], 1, encoding="windows-1252")[1], "W105")
    assert "in nr" in problem.what and "CANARY" not in str(problem)


@pytest.mark.parametrize("meant", ["één", "Filterführung", "İstanbul", "ş", "naïve €", "“quoted”"])
@pytest.mark.parametrize("read_as", ["windows-1252", "windows-1254", "iso-8859-1"])
def test_utf_8_read_as_something_else_is_seen(meant: str, read_as: str) -> None:
    assert is_mojibake(meant.encode().decode(read_as, "replace"))


@pytest.mark.parametrize(
    "meant", ["één", "Filterführung", "İstanbul", "Ñandú", "ÃO", "São Paulo", "“quoted”", "عربي", "ÄÖÜ"]
)
def test_words_as_they_are_meant_are_not(meant: str) -> None:
    assert not is_mojibake(meant)


def test_numbers_that_a_spreadsheet_cut_short_are_told(tmp_path: Path) -> None:
    csv(tmp_path, "nr\n1.23457E+15\n")
    assert "1.23E+15" in only(read(tmp_path, "x.csv", ["nr"])[1], "W106").what


def test_no_name_of_a_file_is_shown_when_the_map_knows_none_of_them(tmp_path: Path) -> None:
    csv(tmp_path, "Canary Jansen,ja,nee,soms\nPiet Smit,nee,nee,ja\n")
    _, problems = read(tmp_path, "x.csv", ["cijfer"], 1)
    assert codes(problems) == ["E101", "W220"] and not any("Canary" in str(problem) for problem in problems)


def test_a_rule_with_many_stars_takes_no_time() -> None:
    started = time.monotonic()
    assert not columns._matches("a" * 400 + "b", "*a" * 20 + "*c")
    assert columns._matches("q12_other_text", "q*_*_te*t")
    # trying every place again would take years; a hundredth of a second is usual
    assert time.monotonic() - started < 1

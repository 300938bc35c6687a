"""How a file opens: guessed from its bytes, with the reason said."""

import zipfile
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.inspect.inspection import inspect_file
from cwb_impact.inspect.opening import guess

SHIPPED = Path(__file__).parents[2] / "surveys/nieuw_west"


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "wave.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_renamed_spss_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    path.write_bytes((SHIPPED / "raw/workers_2025q3.synthetic.sav").read_bytes())
    assert guess(path).source.format == "sav"


def test_a_byte_order_mark_decides_on_the_encoding(tmp_path: Path) -> None:
    assert guess(written(tmp_path, "a;b\n1;ë\n", "utf-8-sig")).source.encoding == "utf-8-sig"
    assert guess(written(tmp_path, "a;b\n1;ë\n", "utf-16")).source.encoding == "utf-16"


def test_text_that_is_no_utf8_names_the_other_encodings(tmp_path: Path) -> None:
    opening = guess(written(tmp_path, "a;b\n1;één\n", "windows-1252"))
    assert opening.source.encoding == "windows-1252"
    assert "windows-1254" in opening.decided["encoding"]


def test_turkish_letters_are_pointed_out(tmp_path: Path) -> None:
    assert "Turkish (ş ğ ı)" in guess(written(tmp_path, "a;b\n1;Ayşe\n", "windows-1254")).decided["encoding"]


def test_utf8_that_is_broken_after_the_first_megabyte_is_not_called_utf8(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 300_000 + b"1,\xe9\n")
    assert guess(path).source.encoding == "windows-1252"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_mark_that_gives_regular_records(tmp_path: Path, mark: str) -> None:
    rows = "\n".join(mark.join((str(n), f'"a {mark} b"', "1,5" if mark != "," else "1.5")) for n in range(30))
    assert guess(written(tmp_path, f"nr{mark}tekst{mark}getal\n{rows}\n")).source.delimiter == mark


def test_a_decimal_comma_is_told_with_its_evidence(tmp_path: Path) -> None:
    rows = "\n".join(f"{n};{n / 7 + 1:.3f}".replace(".", ",") for n in range(1, 60))
    found = inspect_file(written(tmp_path, f"nr;gewicht\n{rows}\n"))
    # 1,143 can be read as a thousand: evidence is counted, and these are not
    assert found.source.decimal is None
    rows = "\n".join(f"{n};{n / 7 + 1:.2f}".replace(".", ",") for n in range(1, 60))
    found = inspect_file(written(tmp_path, f"nr;gewicht\n{rows}\n"))
    assert (found.source.decimal, found.opening.decided["decimal"]) == (",", "59 cells like 3,5 and 0 like 3.5")


def test_both_decimal_marks_in_one_file_decide_nothing(tmp_path: Path) -> None:
    rows = "\n".join(f"{n}.25;{n},25" for n in range(40))
    assert inspect_file(written(tmp_path, f"a;b\n{rows}\n")).source.decimal is None


def test_qualtrics_is_known_by_its_third_header_row(tmp_path: Path) -> None:
    ids = '"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}"'
    text = f"StartDate,Q1\nStart Date,How are you?\n{ids}\n2024-01-01,2\n"
    assert guess(written(tmp_path, text)).source.form == "qualtrics"


def test_limesurvey_is_known_by_the_columns_it_adds(tmp_path: Path) -> None:
    text = '"id","submitdate","lastpage","startlanguage","q12[SQ001]"\n"1","2024-01-01 10:00","3","nl","Y"\n'
    assert guess(written(tmp_path, text)).source.form == "limesurvey"


def test_the_sheets_of_a_workbook_are_listed_and_the_first_visible_one_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "wave.xlsx"
    sheets = (
        '<sheet name="oud &amp; leeg" sheetId="1" state="hidden" r:id="a"/><sheet name="data" sheetId="2" r:id="b"/>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", f"<workbook><sheets>{sheets}</sheets></workbook>")
    opening = guess(path)
    assert opening.source.sheet == "data"
    assert "oud & leeg (hidden)" in opening.decided["sheet"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"<html><table>", "HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04", "without a workbook"),
        (b"\x00\x01\x02\x03", "not text"),
    ],
)
def test_what_cannot_be_opened_is_named(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "wave.csv"
    path.write_bytes(content)
    with pytest.raises(CwbError, match=word) as caught:
        guess(path)
    assert caught.value.problems[0].code == "E102"

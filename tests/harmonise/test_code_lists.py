"""A recode in a CSV: as guarded and as closed as one in the map."""

from pathlib import Path

import pytest
from one_variable import FIVE, column, mapped_of

from cwb_impact.errors import Problems
from cwb_impact.harmonise.mapped import Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.spec.code_list import COLUMNS, read_code_list
from cwb_impact.types import ColumnInfo, FileInfo, RawWave

HEADER = ",".join(COLUMNS)


def listed(folder: Path, *rows: str, header: str = HEADER) -> tuple[dict, Problems]:
    path, problems = folder / "codes.csv", Problems()
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_code_list(path, "codes.csv", problems), problems


def test_a_row_is_a_code_with_its_label_and_target(tmp_path: Path) -> None:
    found, problems = listed(tmp_path, "0110,Officers,a,exact,", '7,"baker, pastry",b,broad,see note')
    assert {code: (target.to, target.label) for code, target in found.items()} == {
        "0110": ("a", "Officers"),
        "7": ("b", "baker, pastry"),
    }
    assert not len(problems)


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("1,x,b,exact,", "E002", "code 1 stands twice"),
        (",x,b,exact,", "E002", "no source_code"),
        ("2,x,,exact,", "E002", "no target_code"),
        ("sysmis,,b,exact,", "E002", "source_code"),
        ("2,x,b", "E101", "has 3 fields, not 5"),
        ("0..3,x,b,exact,", "E002", "stands alone and in a range"),
    ],
)
def test_a_row_that_says_too_little_or_too_much_is_told(tmp_path: Path, row: str, code: str, said: str) -> None:
    _, problems = listed(tmp_path, "1,one,a,exact,", row)
    assert [problem.code for problem in problems] == [code] and said in str(*problems)


def test_another_header_is_told(tmp_path: Path) -> None:
    assert [p.code for p in listed(tmp_path, "1;a", header="source_code;target_code")[1]] == ["E101"]


@pytest.mark.parametrize(("content", "code"), [(None, "E102"), (b"", "E102"), (b"\xff\xfe1", "E105")])
def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, code: str) -> None:
    path, problems = tmp_path / "codes.csv", Problems()
    if content is not None:
        path.write_bytes(content)
    assert read_code_list(path, "codes.csv", problems) == {}
    assert [problem.code for problem in problems] == [code]


def test_a_list_is_guarded_and_closed_like_a_recode(tmp_path: Path) -> None:
    codes, _ = listed(tmp_path, "01,clerk,a,exact,", "10..19,,b,exact,", "2,driver,c,exact,")
    plain = mapped_of({"from": "q", "codes": "codes.csv"}, FIVE)
    mapped = Mapped("x", plain.entry.with_code_list(codes), plain.variable, plain.spec, plain.reasons)
    cells = column(["01", "15", "1", "2"]).to_frame("q")
    info = FileInfo((ColumnInfo("q", "", {"01": "clerk", "2": "baker"}),), 4)
    problems = Problems()
    made, _ = harmonise_variable(mapped, cells, RawWave(Path("raw"), "", info, cells), problems)
    assert made["x"].astype("object").where(made["x"].notna(), None).tolist() == ["a", "b", None, "c"]
    assert sorted(problem.code for problem in problems.errors) == ["E120", "E140"]


def test_a_quotation_mark_that_stays_open_does_not_hide_the_rows_after_it(tmp_path: Path) -> None:
    found, problems = listed(tmp_path, '1,one,a,exact,"open', "2,two,b,exact,")
    assert not found and [problem.code for problem in problems] == ["E102"]

"""Large files: bounded time, and the first 20 of everything."""

import time
from io import StringIO
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from rich.console import Console

from cwb_impact.errors import CwbError, Problems
from cwb_impact.inspect import content, draft_map, inspect_file, show, to_json
from cwb_impact.spec.dictionary_folder import load_dictionary


def described(path: Path) -> str:
    text = StringIO()
    show(inspect_file(path), Console(file=text, width=120))
    return text.getvalue()


@pytest.fixture
def many_labels(tmp_path: Path) -> Path:
    path = tmp_path / "many.dta"
    labels = {code: f"beroep {code}" for code in range(1, 20_001)}
    frame = pd.DataFrame({"beroep": [1.0, 2.0, 3.0] * 20})
    pyreadstat.write_dta(frame, str(path), variable_value_labels={"beroep": labels})
    return path


def test_of_20_000_labels_the_first_20_and_a_count_are_shown(many_labels: Path) -> None:
    text = described(many_labels)
    assert "beroep 20 " in text.replace("\n", " ")
    assert "beroep 21 " not in text.replace("\n", " ")
    assert "and 19980 more codes" in text
    assert to_json(inspect_file(many_labels))["columns"][0]["codes_not_listed"] == 19_980


def test_the_draft_of_many_labels_stays_small(many_labels: Path) -> None:
    assert len(draft_map(inspect_file(many_labels), load_dictionary(Problems()))) < 10_000


def test_many_columns_are_described_in_bounded_time(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = ",".join(f"v{n}" for n in range(4_000))
    path.write_text(names + "\n" + "\n".join(",".join(str((row + n) % 5) for n in range(4_000)) for row in range(30)))
    start = time.monotonic()
    inspection = inspect_file(path)
    draft_map(inspection, load_dictionary(Problems()))
    assert len(inspection.columns) == 4_000
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("kind", ["sav", "dta", "csv"])
def test_only_the_first_rows_of_a_large_file_are_looked_at(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "MAX_ROWS", 50)
    monkeypatch.setattr(content, "MAX_TEXT_BYTES", 100)
    path = tmp_path / f"long.{kind}"
    frame = pd.DataFrame({"nr": [float(n) for n in range(200)], "q": [1.0, 2.0] * 100})
    writer = {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta}.get(kind)
    writer(frame, str(path)) if writer else frame.astype(int).to_csv(path, index=False)
    inspection = inspect_file(path)
    assert (inspection.rows, inspection.looked_at) == (200, 50 if kind != "csv" else 49)
    assert sum(code.n for code in inspection.columns[1].codes) == inspection.looked_at


def test_content_is_loaded_some_columns_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "CELLS_AT_A_TIME", 60)
    path = tmp_path / "wave.csv"
    path.write_text("a,b,c,d,e\n" + "1,2,3,4,5\n" * 30)
    with content.opened(path, inspect_file(path).source) as opened:
        assert [list(frame.columns) for frame in opened.columns()] == [["a", "b"], ["c", "d"], ["e"]]


@pytest.mark.parametrize(
    ("content_of_file", "encoding"),
    [(b"a,b\n1,\xe9\n", "utf-8"), (b"a,b\n1,2\n", "klingon"), (b'a,b\n1,"x"y\n', None), (b'a,b\n1,"x\n', None)],
)
def test_a_large_text_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content_of_file: bytes, encoding: str | None
) -> None:
    monkeypatch.setattr(content, "MAX_TEXT_BYTES", 1)
    path = tmp_path / "large.csv"
    path.write_bytes(content_of_file)
    with pytest.raises(CwbError) as told:
        inspect_file(path, encoding=encoding)
    assert told.value.problems[0].code in ("E102", "E105")


def test_the_first_respondent_of_a_file_without_a_header_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("canary@example.org,Jan Canary,34,1\nx@example.org,Piet Smit,50,0\n")
    with pytest.raises(CwbError, match="E101") as told:
        inspect_file(path)
    assert "anary" not in str(told.value)


def test_names_that_are_numbers_are_described(tmp_path: Path) -> None:
    path = tmp_path / "numbered.csv"
    path.write_text("1,2,3\n4,5,6\n")
    assert [column.name for column in inspect_file(path).columns] == ["1", "2", "3"]

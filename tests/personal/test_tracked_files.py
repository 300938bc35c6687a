"""No tracked file holds people: by name, by first bytes, and whatever a file is called."""

import json
import pickle
import sqlite3
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pandas as pd
import pyreadstat
import pytest

from cwb_impact.errors import CwbError
from cwb_impact.tracked_files import MAY_STAY, main, microdata_in, tracked

PEOPLE = pd.DataFrame({"nr": ["CANARY-1", "CANARY-2"], "sex": [1.0, 2.0]})


def found(root: Path) -> list[str]:
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return [problem.file for problem in microdata_in(root, names)]


def put(root: Path, name: str, content: str | bytes = "nr;sex\n1;2\n") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_this_repository_tracks_no_microdata() -> None:
    assert [str(problem) for problem in microdata_in(Path(), tracked(Path()))] == []


def test_each_exception_is_used_and_has_a_reason() -> None:
    names = tracked(Path())
    for pattern, why in MAY_STAY:
        here = pattern != "/surveys/*/codelists/*.csv"  # of other cities; the shipped study has no code list
        assert why and here == any((PurePosixPath("/") / name).match(pattern) for name in names), pattern


@pytest.mark.parametrize(
    "name",
    ["a.csv", "b.SAV", "surveys/x/raw/workers.xlsx", "c.tab", "d.csv.gz", "ledger.jsonl", "notes.txt", "e.sas7bdat"],
)
def test_a_data_file_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert found(tmp_path) == [name]


def test_a_data_file_is_known_by_its_first_bytes_whatever_its_name(tmp_path: Path) -> None:
    pyreadstat.write_sav(PEOPLE, str(tmp_path / "people.sav"))
    pyreadstat.write_dta(PEOPLE, str(tmp_path / "people.dta"))
    PEOPLE.to_parquet(tmp_path / "people.parquet")
    PEOPLE.to_feather(tmp_path / "people.feather")
    PEOPLE.to_excel(tmp_path / "people.xlsx")
    with zipfile.ZipFile(tmp_path / "people.zip", "w") as archive:
        archive.writestr("people", "nr;sex")
    with sqlite3.connect(tmp_path / "people.sqlite") as base:
        PEOPLE.to_sql("people", base)
    for path in list(tmp_path.iterdir()):
        path.rename(tmp_path / f"{path.suffix[1:]}_as.md")
    assert len(found(tmp_path)) == 7


def test_outputs_of_notebooks_are_data_and_empty_notebooks_are_not(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": None}
    for name, outputs in {"clean": [], "full": [{"output_type": "stream", "text": "CANARY-1"}]}.items():
        put(tmp_path, f"{name}.ipynb", json.dumps({"cells": [{**cell, "outputs": outputs}], "nbformat": 4}))
    put(tmp_path, "torn.ipynb", '{"cells": [')
    assert found(tmp_path) == ["full.ipynb", "torn.ipynb"]


def test_records_in_json_are_data_and_settings_are_not(tmp_path: Path) -> None:
    put(tmp_path, "people.json", PEOPLE.to_json(orient="records"))
    put(tmp_path, "settings.json", '{"list": [1, 2]}')
    put(tmp_path, "words.json", '["a", "b"]')
    assert found(tmp_path) == ["people.json"]


def test_what_is_restricted_or_kept_by_quarto_is_no_source(tmp_path: Path) -> None:
    put(tmp_path, "restricted/study/harmonisation.nl.html", "<html>")
    put(tmp_path, "quarto/_freeze/report/execute.md", "a table")
    put(tmp_path, "docs/restricted.md", "words about it")
    assert found(tmp_path) == ["quarto/_freeze/report/execute.md", "restricted/study/harmonisation.nl.html"]


def test_code_words_pictures_and_reports_stay(tmp_path: Path) -> None:
    for name in ("a.py", "b.yml", "c.md", "Makefile", "d.qmd"):
        put(tmp_path, name, "words")
    put(tmp_path, "e.png", b"\x89PNG\r\n\x1a\n")
    put(tmp_path, "f.pdf", b"%PDF-1.7")
    with zipfile.ZipFile(tmp_path / "template.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert found(tmp_path) == []


def test_synthetic_files_and_margins_stay_in_their_place_only(tmp_path: Path) -> None:
    for name in ("surveys/x/raw/a.synthetic.sav", "surveys/x/margins/workers.csv", "surveys/x/raw/margins/people.csv"):
        put(tmp_path, name)
    assert found(tmp_path) == ["surveys/x/raw/margins/people.csv"]


def test_an_extract_under_tests_needs_a_licence_beside_or_above(tmp_path: Path) -> None:
    put(tmp_path, "tests/with/raw/a.csv")
    put(tmp_path, "tests/with/README.md", "**Licence.** CC BY-SA 4.0")
    put(tmp_path, "tests/file/a.csv")
    put(tmp_path, "tests/file/LICENSE.haven", "MIT")
    put(tmp_path, "tests/silent/raw/a.csv")
    put(tmp_path, "tests/silent/raw/README.md", "Some people, from somewhere.")
    put(tmp_path, "tests/silent/LICENSE.md", "MIT, of something else: the README beside the file comes first")
    put(tmp_path, "tests/without/a.csv")
    put(tmp_path, "tests/README.md", "Licence: MIT")
    put(tmp_path, "elsewhere/a.csv")
    put(tmp_path, "elsewhere/LICENSE", "MIT")
    assert found(tmp_path) == ["elsewhere/a.csv", "tests/silent/raw/a.csv", "tests/without/a.csv"]


def test_a_pickle_is_data_by_name(tmp_path: Path) -> None:
    put(tmp_path, "people.pkl", pickle.dumps(PEOPLE))
    assert found(tmp_path) == ["people.pkl"]


def test_the_command_names_the_file_and_nothing_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    put(tmp_path, "map met spatie/wérkers.csv", "CANARY-ID-7391;2\n")
    put(tmp_path, "untracked.csv")
    put(tmp_path, "README.md", "words")
    assert main([str(tmp_path)]) == 0
    subprocess.run(["git", "add", "map met spatie", "README.md"], cwd=tmp_path, check=True)
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "map met spatie/wérkers.csv: E429" in told.err and "untracked" not in told.err
    assert "CANARY" not in told.err + told.out


def test_outside_git_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(CwbError, match="E429"):
        tracked(tmp_path)

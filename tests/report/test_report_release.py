"""A release folder is the only input of a report; what is wrong with it is said before anything is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.report.release import Release, open_release


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "release"))


def codes(folder: Path) -> list[str]:
    with pytest.raises(CwbError) as caught:
        open_release(folder)
    return [problem.code for problem in caught.value.problems]


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["E501"]


def test_a_manifest_that_is_not_json(copied: Path) -> None:
    (copied / "manifest.json").write_text("{", encoding="utf-8")
    assert codes(copied) == ["E501"]


def test_a_manifest_without_its_parts_names_them(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    del manifest["policy"], manifest["waves"]
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CwbError, match="E502 manifest: lacks waves, policy"):
        open_release(copied)


def test_a_missing_survey_table_stops_the_report(copied: Path) -> None:
    (copied / "tables" / "changes.csv").unlink()
    assert codes(copied) == ["E501"]


def test_a_study_without_a_programme_has_empty_programme_tables(copied: Path) -> None:
    for name in ("initiatives", "targets", "forecasts"):
        (copied / "tables" / f"{name}.csv").unlink()
    assert open_release(copied).tables["targets"].empty


def test_codes_stay_text_and_an_empty_cell_is_no_word(copied: Path) -> None:
    file = copied / "tables" / "indicators.csv"
    rows = file.read_text(encoding="utf-8").replace(",woman,", ",NA,")
    file.write_text(rows, encoding="utf-8")
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    categories = manifest["dimensions"]["sex"]["categories"]
    categories["NA"] = categories.pop("woman")
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    levels = open_release(copied).tables["indicators"]
    assert "NA" in set(levels["category"])
    assert set(levels["band"]) == {"", ">90"}


def test_rows_come_in_the_order_of_the_manifest_whatever_the_file_says(copied: Path, release: Release) -> None:
    file = copied / "tables" / "indicators.csv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, *sorted(rows, reverse=True)]) + "\n", encoding="utf-8")
    shuffled = open_release(copied).tables["indicators"]
    keys = ["indicator", "population", "dimension", "category", "wave"]
    assert shuffled[keys].equals(release.tables["indicators"][keys])
    assert list(dict.fromkeys(shuffled["wave"])) == ["2025Q3", "2026Q3"]
    assert list(dict.fromkeys(shuffled["dimension"])) == ["total", "sex", "quarter"]


def test_what_kind_of_release_it_is(release: Release, first: Release, real: Release) -> None:
    assert (release.synthetic, release.first_measurement) == (True, False)
    assert (first.synthetic, first.first_measurement) == (True, True)
    assert (real.synthetic, real.first_measurement) == (False, False)


def test_a_release_does_not_print_its_cells(release: Release) -> None:
    assert "published" not in repr(release)

"""The raw files of the shipped study: the same bytes every time, readable, nothing in them that no map knows."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from cwb_impact.errors import Problems
from cwb_impact.simulate import simulate
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.wave_map import WaveMap

STUDY = Path(__file__).parents[2] / "surveys" / "nieuw_west"


@pytest.fixture(scope="module")
def bundle() -> StudyBundle:
    problems = Problems()
    opened = open_bundle(STUDY, problems)
    assert [str(problem) for problem in problems] == []
    assert opened is not None
    return opened


def raw_cells(spec: WaveMap) -> pd.DataFrame:
    """The raw file as text, an empty cell as '', read without any code of the package."""
    path = STUDY / "raw" / spec.source.file
    if spec.source.format == "csv":
        with path.open(encoding=spec.source.encoding, newline="") as file:
            header, *rows = csv.reader(file, delimiter=";")
        return pd.DataFrame(rows, columns=header)
    frame, _ = pyreadstat.read_sav(path, user_missing=True)
    numeric = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name].map("{:g}".format).replace("nan", "") for name in numeric})


def completed(spec: WaveMap) -> pd.DataFrame:
    cells = raw_cells(spec)
    if spec.disposition is None:
        return cells
    complete = [code for code, outcome in spec.disposition.codes.items() if outcome == "complete"]
    return cells[cells[spec.disposition.from_].isin(complete)]


def copy_of_study(folder: Path) -> Path:
    return Path(shutil.copytree(STUDY, folder / STUDY.name))


def contents(paths: list[Path], folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_two_runs_give_the_same_bytes_and_they_are_those_in_git(tmp_path: Path) -> None:
    one, two = copy_of_study(tmp_path / "one"), tmp_path / "two"
    in_place = contents(simulate(one), one)
    elsewhere = contents(simulate(STUDY, out=two), two)
    assert in_place == elsewhere
    assert in_place == {name: (STUDY / name).read_bytes() for name in in_place}


def test_another_seed_gives_other_answers_and_maps_that_fit_them(tmp_path: Path) -> None:
    study = copy_of_study(tmp_path)
    simulate(study, seed=8)
    for path in sorted((study / "waves").glob("*.yml")):
        before, after = (STUDY / "waves" / path.name).read_text().splitlines(), path.read_text().splitlines()
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert changed[0].startswith("  sha256: ")
        assert all(line.startswith(("  sha256: ", "  rows: ")) for line in changed)
    problems = Problems()
    opened = open_bundle(study, problems)
    assert opened is not None
    for spec in opened.maps.values():
        data = (study / "raw" / spec.source.file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == spec.source.sha256


def test_the_spss_header_holds_no_time_of_writing(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        if spec.source.format == "sav":
            _, meta = pyreadstat.read_sav(STUDY / "raw" / spec.source.file, metadataonly=True)
            assert meta.creation_time.isoformat() == "1970-01-01T00:00:00"


def test_rows_and_hash_in_the_maps_are_those_of_the_files(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        assert len(raw_cells(spec)) == spec.source.rows
        assert hashlib.sha256((STUDY / "raw" / spec.source.file).read_bytes()).hexdigest() == spec.source.sha256


def test_every_file_that_holds_answers_says_synthetic_in_its_name() -> None:
    names = {path.name for path in (STUDY / "raw").iterdir()}
    assert {name for name in names if ".synthetic." not in name} == {"README.md"}


def test_the_spss_files_say_synthetic_inside(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        if spec.source.format == "sav":
            _, meta = pyreadstat.read_sav(STUDY / "raw" / spec.source.file, metadataonly=True)
            assert "SYNTHETISCH / SYNTHETIC" in meta.file_label
            assert "SYNTHETISCH / SYNTHETIC" in meta.notes[0]


def test_spss_files_have_the_labels_and_missing_codes_of_the_map(bundle: StudyBundle) -> None:
    checked = 0
    for spec in bundle.maps.values():
        if spec.source.format != "sav":
            continue
        _, meta = pyreadstat.read_sav(STUDY / "raw" / spec.source.file, user_missing=True)
        for name, entry in spec.variables.items():
            assert meta.column_names_to_labels[entry.from_] == bundle.dictionary.variables[name].label.nl
            labels = {
                f"{code:g}": label
                for code, label in meta.variable_value_labels[entry.from_].items()
                if isinstance(code, float)
            }
            for code, target in entry.targets.items():
                assert labels[code] == target.label
                checked += 1
            declared = {str(part["lo"]).removesuffix(".0") for part in meta.missing_ranges[entry.from_]}
            assert declared == set(spec.missing_of(name)) - {"sysmis"}
    assert checked > 60


def test_no_code_occurs_that_the_map_does_not_know(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        cells = completed(spec)
        for name, entry in spec.variables.items():
            known = set(entry.targets) | {"" if code == "sysmis" else code for code in spec.missing_of(name)}
            rest = cells.loc[~cells[entry.from_].isin(known), entry.from_]
            if entry.keep == "text":
                assert rest.str.fullmatch(r"\d{4}").all(), name
            elif entry.recode is not None:
                assert rest.empty, name
            else:
                low, high = map(float, (entry.keep or entry.reverse or "").split(".."))
                assert rest.astype(float).between(low, high).all(), name


def test_answers_are_missing_in_every_way_that_the_maps_know(bundle: StudyBundle) -> None:
    """Refusals, don't knows, empty cells, and routed questions."""
    for (population, _), spec in bundle.maps.items():
        cells = completed(spec)
        found = {
            reason
            for name, entry in spec.variables.items()
            for code, reason in spec.missing_of(name).items()
            if cells[entry.from_].eq("" if code == "sysmis" else code).any()
        }
        assert found == {"dont_know", "refused", "no_answer", "not_applicable"}, population


def test_addresses_and_free_text_are_in_the_files_and_in_no_map(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        cells = raw_cells(spec)
        address = [column for column in cells if cells[column].str.fullmatch(r"persoon\d+@voorbeeld\.example").all()]
        remarks = [column for column in cells if cells[column].str.startswith("Voorbeeldopmerking").any()]
        assert len(address) == len(remarks) == 1
        assert not {*address, *remarks} & set(spec.columns_used)
        assert {*address, *remarks} <= set(spec.ignore)


def test_numbers_in_the_csv_files_have_a_decimal_comma(bundle: StudyBundle) -> None:
    for spec in bundle.maps.values():
        if spec.source.format == "csv":
            assert spec.design.weight is not None
            assert completed(spec)[spec.design.weight].str.fullmatch(r"\d+,\d{4}").all()


def test_the_second_wave_differs_in_names_codes_and_direction(bundle: StudyBundle) -> None:
    for population in ("coop_workers", "residents"):
        first, second = (bundle.maps[population, wave] for wave in ("2025Q3", "2026Q3"))
        both = set(first.variables) & set(second.variables)
        assert any(first.variables[name].from_ != second.variables[name].from_ for name in both)
        turned = {name for name in both if first.variables[name].keep and second.variables[name].reverse}
        neighbours = {name for name in both if name.startswith("vm_")}
        assert turned == {*(f"who5_{item}" for item in range(1, 6)), *neighbours}
        assert len(neighbours) == (6 if population == "residents" else 0)
        codes = [
            {code: str(target.to) for code, target in spec.variables["making_ends_meet"].targets.items()}
            for spec in (first, second)
        ]
        assert list(codes[0].values()) == list(reversed(codes[1].values()))
        assert set(first.missing_of("life_satisfaction")) & set(second.missing_of("life_satisfaction")) == {"sysmis"}

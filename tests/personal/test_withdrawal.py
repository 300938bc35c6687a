"""Somebody withdraws: gone from every wave at the next run, and told is only where."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import tiny_study
from cwb_impact.cli import app
from cwb_impact.disclosure.ledger import Entry, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with, ledger_with_published, read_ledger, write_ledger
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.errors import CwbError, Problems
from cwb_impact.harmonise.pseudonyms import panel_key
from cwb_impact.personal.console import show_forgotten
from cwb_impact.personal.forget import Forgotten, Who, forget
from cwb_impact.personal.withdrawn import FILE, Withdrawn, read_withdrawn
from cwb_impact.study import check, estimate, harmonise, harmonise_files, open_study
from personal import personal_study
from personal.personal_study import KEY, LEAVER, pseudonym

TODAY = date(2026, 11, 29)
WORKER = Who(own_id=LEAVER, population="coop_workers")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return personal_study.make(tmp_path, monkeypatch)


def gone(study: Path, who: Who = WORKER, out: Path = Path("/nowhere")) -> Forgotten:
    return forget(open_study(study), who, out, TODAY)


def test_a_person_who_withdrew_is_in_no_wave_any_more(study: Path) -> None:
    before = harmonise(open_study(study))
    name = pseudonym(open_study(study), LEAVER)
    assert (before.frame["person"] == name).sum() == 2

    assert gone(study).waves == (("coop_workers", "2025Q3"), ("coop_workers", "2026Q3"))

    after = harmonise(open_study(study))
    assert name not in set(after.frame["person"])
    assert len(after.frame) == len(before.frame) - 2
    others = before.frame[before.frame["person"] != name].reset_index(drop=True)
    pd.testing.assert_frame_equal(after.frame, others)
    assert all(len(after.originals[key]) == len(after.of(*key)) for key in after.originals)
    left_out = {(record.population, record.wave): dict(record.left_out) for record in after.records}
    assert left_out["coop_workers", "2025Q3"] == {"withdrawn": 1} and left_out["residents", "2025Q3"] == {}


def test_the_people_of_a_census_stay_as_many_and_the_weights_follow(study: Path) -> None:
    def workers() -> tuple[int, float, float]:
        waves = harmonise(open_study(study))
        response = waves.response.set_index(["population", "wave"]).loc[("coop_workers", "2025Q3")]
        return int(response["n"]), float(response["invited"]), waves.designs["coop_workers", "2025Q3"].weight.sum()

    assert workers() == (40, 45.0, pytest.approx(45.0))
    gone(study)
    assert workers() == (39, 45.0, pytest.approx(45.0))


def test_the_result_is_that_of_files_without_the_row(study: Path) -> None:
    """A run after the row was removed by hand gives the figures of the run before it."""
    gone(study)
    left_out = estimate(harmonise(open_study(study))).frame
    for name in ("workers", "workers_2026"):
        frame = tiny_study.pyreadstat.read_sav(str(study / f"raw/{name}.sav"))
        labels = frame[1].variable_value_labels
        kept = frame[0][frame[0]["lidnr"] != LEAVER]
        tiny_study.pyreadstat.write_sav(kept, str(study / f"raw/{name}.sav"), variable_value_labels=labels)
        tiny_study.rehash(study, name)
        tiny_study.edit(study / f"waves/{name}.yml", "rows: 40", "rows: 39")
    pd.testing.assert_frame_equal(estimate(harmonise(open_study(study))).frame, left_out)


def test_a_sample_leaves_out_the_case_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = personal_study.make(tmp_path, monkeypatch)
    found = gone(study, Who(own_id="7", population="residents"))
    assert found.waves == (("residents", "2025Q3"),)
    waves = harmonise(open_study(study))
    assert len(waves.of("residents", "2025Q3")) == 59 and len(waves.of("coop_workers", "2025Q3")) == 40


def test_by_pseudonym_it_is_the_same_person(study: Path) -> None:
    found = gone(study, Who(pseudonym=pseudonym(open_study(study), LEAVER)))
    assert found.since is None and gone(study) == replace(found, since="2026-11-29")
    assert len((study / "raw" / FILE).read_text().splitlines()) == 2


def test_twice_is_once(study: Path) -> None:
    first = gone(study)
    content = (study / "raw" / FILE).read_bytes()
    second = forget(open_study(study), WORKER, Path("/nowhere"), date(2027, 1, 1))
    assert (study / "raw" / FILE).read_bytes() == content
    assert (first.since, second.since) == (None, "2026-11-29") and first.waves == second.waves


def test_the_file_is_for_its_owner_and_holds_no_id(study: Path) -> None:
    gone(study)
    path = study / "raw" / FILE
    assert path.stat().st_mode & 0o077 == 0
    assert LEAVER not in path.read_text()
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []
    assert "Withdrawn>" in repr(read_withdrawn(path.parent, KEY, Problems()))


def test_a_person_who_withdrew_stays_out_of_the_waves_that_still_come(study: Path) -> None:
    """The row is removed from the first wave, and the next file brings the person back."""
    tiny_study.edit(study / "study.yml", personal_study.SECOND, "")
    gone(study)
    assert len(harmonise(open_study(study)).of("coop_workers", "2025Q3")) == 39
    tiny_study.edit(study / "study.yml", "indicators:", f"{personal_study.SECOND}indicators:")
    assert len(harmonise(open_study(study)).of("coop_workers", "2026Q3")) == 39


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Who(own_id="W999", population="coop_workers"), "E420"),
        (Who(pseudonym="0" * 32), "E420"),
        (Who(own_id=LEAVER, population="residents"), "E420"),
        (Who(own_id="sysmis", population="coop_workers"), "E420"),
        (Who(own_id=LEAVER), "E423"),
        (Who(own_id=LEAVER, population="nobody"), "E423"),
        (Who(own_id="  ", population="coop_workers"), "E423"),
        (Who(pseudonym=LEAVER), "E423"),
        (Who(), "E423"),
        (Who(pseudonym="0" * 32, own_id=LEAVER), "E423"),
    ],
)
def test_who_is_not_found_or_not_clear_is_never_told(study: Path, who: Who, code: str) -> None:
    with pytest.raises(CwbError) as error:
        gone(study, who)
    assert [problem.code for problem in error.value.problems] == [code]
    assert not any(part in str(error.value) for part in (LEAVER, "W999", "sysmis", "0" * 32))
    assert not (study / "raw" / FILE).exists()


def test_an_id_of_one_wave_is_another_person_in_the_next(study: Path) -> None:
    for name in ("workers", "workers_2026"):
        tiny_study.edit(study / f"waves/{name}.yml", "scope: panel", "scope: wave")
    with pytest.raises(CwbError, match="E423"):
        gone(study)
    assert gone(study, Who(None, LEAVER, "coop_workers", "2026Q3")).waves == (("coop_workers", "2026Q3"),)
    waves = harmonise(open_study(study))
    assert [len(waves.of("coop_workers", wave)) for wave in ("2025Q3", "2026Q3")] == [40, 39]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff\xfe", 0),
        (b"", 1),
        (b"pseudonym;date\n", 1),
        (b"population,pseudonym,key,date\ncoop_workers,CANARY,0123456789abcdef,2026-01-01\n", 2),
        (b"population,pseudonym,key,date\n,%s,lost,2026-01-01\n,%s,lost,yesterday\n" % (b"a" * 32, b"b" * 32), 3),
        (b"population,pseudonym,key,date\n,%s,0123456789abcdef,2026-01-01\n" % (b"a" * 32), 2),
    ],
    ids=["bytes", "empty", "header", "pseudonym", "date", "another key"],
)
def test_a_file_that_cannot_be_read_stops_every_run(study: Path, content: bytes, line: int) -> None:
    (study / "raw" / FILE).write_bytes(content)
    errors = [problem for problem in check(study) if problem.is_error]
    assert [(problem.code, problem.line) for problem in errors] == [("E421", line)]
    assert not any(text in str(errors) for text in ("CANARY", "a" * 32, "b" * 32))
    with pytest.raises(CwbError, match="E421"):
        gone(study)
    assert (study / "raw" / FILE).read_bytes() == content


def test_where_the_folder_refuses_nothing_changes(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(study)
    before = (study / "raw" / FILE).read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CwbError, match="E425"):
        gone(study, Who(own_id="W001", population="coop_workers"))
    assert (study / "raw" / FILE).read_bytes() == before
    raw = {"residents.csv", "workers.sav", "workers_2026.sav"}
    assert {path.name for path in (study / "raw").iterdir()} == {FILE, *raw}


def test_nobody_withdrew_and_the_file_is_empty_of_people() -> None:
    assert Withdrawn().text() == "population,pseudonym,key,date\n"


def test_the_command_says_what_is_left_to_do_and_nothing_about_the_person(study: Path, tmp_path: Path) -> None:
    harmonise_files(study, tmp_path)
    own_id = tmp_path / "id.txt"
    own_id.write_text(f"{LEAVER}\n")
    asked = ["forget", str(study), "--id-from", str(own_id), "--population", "coop_workers", "--out", str(tmp_path)]
    told = CliRunner().invoke(app, asked)
    assert told.exit_code == 0, told.output
    for part in ("coop_workers 2025Q3, coop_workers 2026Q3", "workers.sav: remove the row", "waves/workers.yml:3"):
        assert part in told.output
    assert f"{tmp_path}/restricted/tiny_harmonised: delete it" in told.output
    assert LEAVER not in told.output and pseudonym(open_study(study), LEAVER) not in told.output
    typed = CliRunner().invoke(app, [*asked[:3], "-", *asked[4:]], input=f"{LEAVER}\r\n")
    assert typed.exit_code == 0 and f"since {date.today()}" in typed.output

    harmonise_files(study, tmp_path)
    dossier = json.loads((tmp_path / "restricted/tiny_harmonised/harmonisation.json").read_text())
    assert {file["wave"]: file["left_out"] for file in dossier["files"] if file["population"] == "coop_workers"} == {
        "2025Q3": {"withdrawn": 1},
        "2026Q3": {"withdrawn": 1},
    }
    assert all(pseudonym(open_study(study), LEAVER).encode() not in path.read_bytes() for path in files(tmp_path))


def test_releases_that_rest_on_the_wave_are_named_and_others_are_not(study: Path, tmp_path: Path) -> None:
    folder, key = ledger_folder(tmp_path, "tiny"), Sketches({}, panel_key(open_study(study).study)).fingerprint

    def add(release: str, *waves: str) -> None:
        lines = ledger_with(folder, Entry(release, waves, "2026-11-01", "1", "0" * 64, key, {}, (), ()))
        folder.mkdir(parents=True, exist_ok=True)
        write_ledger(folder, lines)

    for release, wave in (("first", "2025Q3"), ("second", "2026Q3"), ("elsewhere", "2024Q3")):
        add(release, wave)
    ledger = read_ledger(folder)
    write_ledger(folder, ledger_with_published(ledger, ledger.made["first"], TODAY))
    found = gone(study, out=tmp_path)
    assert [(one.id, one.published) for one in found.releases] == [("first", True), ("second", False)]
    told = Console(record=True, width=500, file=StringIO())
    show_forgotten(found, told)
    text = told.export_text()
    assert "release first: published, made on 2026-11-01: its figures stay" in text and "E412" in text


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "restricted").rglob("*") if path.is_file()]

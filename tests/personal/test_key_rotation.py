"""Another key: who withdrew stays out, earlier releases stay comparable, and nothing is half written."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tiny_study
from cwb_impact.cli import app
from cwb_impact.disclosure.ledger import LOST as NOBODY
from cwb_impact.disclosure.ledger import Entry, Row, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with, read_ledger, write_ledger
from cwb_impact.disclosure.people import people_of
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.errors import CwbError
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, key_fingerprint
from cwb_impact.personal.forget import Who, forget
from cwb_impact.personal.rotate import Rotated, rotate_key
from cwb_impact.personal.withdrawn import FILE
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.study import check, estimate, harmonise, open_study
from cwb_impact.types import LEVEL_COLUMNS
from personal import personal_study
from personal.personal_study import KEY, LEAVER, OTHER_KEY, key_file, pseudonym

TODAY = date(2026, 11, 29)
LEVEL = dict.fromkeys(LEVEL_COLUMNS) | {
    "indicator": "life_satisfaction",
    "population": "coop_workers",
    "wave": "2025Q3",
    "dimension": "total",
    "category": "total",
    "status": "published",
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return personal_study.make(tmp_path, monkeypatch)


def people(bundle: StudyBundle) -> dict:
    return people_of(estimate(harmonise(bundle)))


def rotated(study: Path, out: Path, new: bytes = OTHER_KEY) -> Rotated:
    no_ledger = not ledger_folder(out, "tiny").exists()
    return rotate_key(open_study(study), key_file(out, "new_key", new), people, out, no_ledger, TODAY)


def gone(study: Path, own_id: str = LEAVER) -> None:
    forget(open_study(study), Who(own_id=own_id, population="coop_workers"), Path("/nowhere"), TODAY)


def take_new_key(study: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command asks to do by hand."""
    tiny_study.edit(study / "study.yml", key_fingerprint(KEY), key_fingerprint(OTHER_KEY))
    monkeypatch.setenv(KEY_VARIABLE, str(out / "new_key"))


def write_release(study: Path, out: Path, **changed: str) -> Entry:
    """A ledger with one release of one row."""
    bundle = open_study(study)
    sketches = Sketches(people(bundle), KEY)
    level = {**LEVEL, **changed}
    behind = sketches.of(level)
    assert behind is not None
    row = Row(level, frozenset({"life_satisfaction"}), behind)
    entry = Entry("2025Q3", ("2025Q3",), "2026-11-01", "1.3.0", "0" * 64, sketches.fingerprint, {}, (row,), ())
    folder = ledger_folder(out, "tiny")
    lines = ledger_with(folder, entry)
    folder.mkdir(parents=True)
    write_ledger(folder, lines)
    return entry


def test_who_withdrew_stays_out_under_the_new_key(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(study)
    before = harmonise(open_study(study)).frame
    made = rotated(study, tmp_path)
    assert made == Rotated(key_fingerprint(OTHER_KEY), (study / "raw" / FILE,), (), ())
    assert [problem.code for problem in check(study) if problem.is_error] == ["E421"]  # the old key is no longer right
    take_new_key(study, tmp_path, monkeypatch)
    after = harmonise(open_study(study)).frame
    assert set(before["person"]).isdisjoint(after["person"])
    assert after.drop(columns="person").equals(before.drop(columns="person"))
    assert pseudonym(open_study(study), LEAVER, OTHER_KEY) not in set(after["person"])


def test_who_stands_in_no_file_any_more_cannot_be_carried_and_that_is_told(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone(study)
    gone(study, "W001")
    for name in ("workers", "workers_2026"):
        frame, meta = tiny_study.pyreadstat.read_sav(str(study / f"raw/{name}.sav"))
        kept = frame[frame["lidnr"] != LEAVER]
        labels = meta.variable_value_labels
        tiny_study.pyreadstat.write_sav(kept, str(study / f"raw/{name}.sav"), variable_value_labels=labels)
        tiny_study.rehash(study, name)
        tiny_study.edit(study / f"waves/{name}.yml", "rows: 40", "rows: 39")
    (warning,) = rotated(study, tmp_path).warnings
    assert warning.code == "W421" and warning.n == 1
    take_new_key(study, tmp_path, monkeypatch)
    assert len(harmonise(open_study(study)).of("coop_workers", "2025Q3")) == 38
    again = rotate_key(open_study(study), key_file(tmp_path, "third", b"3" * 32), people, tmp_path, True, TODAY)
    assert again.warnings == ()  # told once


def test_the_ledger_knows_the_same_people_under_the_new_key(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = write_release(study, tmp_path)
    made = rotated(study, tmp_path)
    assert {path.name for path in made.written} == {"ledger.jsonl", "ledger.sha256"} and made.warnings == ()
    take_new_key(study, tmp_path, monkeypatch)
    sketches = Sketches(people(open_study(study)), OTHER_KEY)
    (_, again, _) = read_ledger(ledger_folder(tmp_path, "tiny"), sketches.fingerprint).events[0]
    assert again.rows[0].behind == sketches.of(LEVEL) != entry.rows[0].behind
    assert replace(again, key=entry.key, rows=()) == replace(entry, rows=())


def test_a_figure_over_other_answers_than_todays_is_lost_and_that_is_told(study: Path, tmp_path: Path) -> None:
    write_release(study, tmp_path)
    gone(study)
    assert [warning.code for warning in rotated(study, tmp_path).warnings] == ["W416"]
    (_, entry, _) = read_ledger(ledger_folder(tmp_path, "tiny")).events[0]
    assert entry.rows[0].behind == NOBODY


def test_what_has_the_new_key_already_is_not_made_again(study: Path, tmp_path: Path) -> None:
    """Else every sketch would be lost: today's people give none of them under the old key."""
    write_release(study, tmp_path)
    rotated(study, tmp_path)
    ledger = ledger_folder(tmp_path, "tiny") / "ledger.jsonl"
    before = ledger.read_bytes()
    with pytest.raises(CwbError, match="E415"):
        rotated(study, tmp_path)
    assert ledger.read_bytes() == before


def test_both_files_or_neither(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_release(study, tmp_path)
    gone(study)
    places = [study / "raw" / FILE, *ledger_folder(tmp_path, "tiny").iterdir()]
    before = {place: place.read_bytes() for place in places}
    rename = Path.replace

    def third_time_refused(self: Path, target: Path) -> Path:
        if target.name == "ledger.sha256" and self.name.startswith(".building-"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", third_time_refused)
    with pytest.raises(CwbError, match="E425"):
        rotated(study, tmp_path)
    assert {place: place.read_bytes() for place in places} == before
    assert not [path for place in places for path in place.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("new", "mode", "code"), [(KEY, 0o600, "E424"), (b"short", 0o600, "E171"), (OTHER_KEY, 0o644, "E171")]
)
def test_a_key_is_checked_as_every_key(study: Path, tmp_path: Path, new: bytes, mode: int, code: str) -> None:
    path = key_file(tmp_path, "new_key", new)
    path.chmod(mode)
    with pytest.raises(CwbError, match=code) as error:
        rotate_key(open_study(study), path, people, tmp_path, True, TODAY)
    assert error.value.problems[0].file == "--new"


def test_public_data_have_no_secret_key(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(CwbError, match="E424"):
        rotated(tiny, tmp_path)


def test_the_command_says_how_to_go_on(study: Path, tmp_path: Path) -> None:
    gone(study)
    (tmp_path / "restricted/tiny_harmonised").mkdir(parents=True)
    new = key_file(tmp_path, "new_key", OTHER_KEY)
    asked = ["rotate-key", str(study), "--new", str(new), "--out", str(tmp_path)]
    refused = CliRunner().invoke(app, asked)
    assert isinstance(refused.exception, CwbError) and "E426" in str(refused.exception)
    told = CliRunner().invoke(app, [*asked, "--no-ledger"])
    assert told.exit_code == 0, told.output
    assert f"panel_key: {key_fingerprint(OTHER_KEY)}" in told.output and "tiny_harmonised: delete it" in told.output
    assert OTHER_KEY.hex() not in told.output and pseudonym(open_study(study), LEAVER) not in told.output

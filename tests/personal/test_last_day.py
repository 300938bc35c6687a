"""A wave has a last day; after it its files are not read, and the command says what to delete."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tiny_study
from cwb_impact.assemble import read_and_harmonise
from cwb_impact.cli import app
from cwb_impact.errors import CwbError, Problems
from cwb_impact.personal.forget import Who, forget
from cwb_impact.personal.retention import check_kept, kept
from cwb_impact.spec.bundle import open_bundle
from cwb_impact.study import harmonise, open_study
from personal import personal_study
from personal.personal_study import LEAVER, keep_until

LAST = date(2031, 12, 31)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return personal_study.make(tmp_path, monkeypatch)


def codes(study: Path, today: date) -> list[tuple[str, int]]:
    problems = Problems()
    check_kept(open_study(study), today, problems)
    return [(problem.code, problem.line) for problem in problems]


def test_personal_data_need_a_last_day(study: Path) -> None:
    assert [code for code, _ in codes(study, LAST)] == ["W420", "W420"]
    for wave in ("2025Q3", "2026Q3"):
        keep_until(study, "2031-12-31", wave)
    assert codes(study, LAST) == []


def test_on_the_last_day_a_wave_is_read_and_the_day_after_it_is_not(study: Path) -> None:
    lines = [keep_until(study, "2031-12-31", wave) for wave in ("2026Q3", "2025Q3")]
    assert codes(study, LAST) == []
    assert codes(study, LAST + timedelta(days=1)) == [("E422", lines[1]), ("E422", lines[0] + 1)]
    for today, read in ((LAST, True), (LAST + timedelta(days=1), False)):
        problems = Problems()
        waves = read_and_harmonise(open_study(study), problems, lambda step: None, today)
        assert (waves is not None) == read and (not problems.errors) == read


def test_nothing_is_opened_after_the_last_day(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_until(study, "2020-12-31")
    monkeypatch.setattr("cwb_impact.assemble.read_wave", lambda *_: pytest.fail("a raw file was opened"))
    with pytest.raises(CwbError, match=r"E422 2025Q3 answers.*Delete workers.sav, residents.csv, restricted/tiny"):
        harmonise(open_study(study))


def test_a_release_without_the_old_wave_goes_on(study: Path) -> None:
    keep_until(study, "2020-12-31")
    releases = "releases:\n  '2026Q3': {label: {nl: '2026', en: '2026'}, waves: [2026Q3]}\n"
    tiny_study.edit(study / "study.yml", "indicators:", f"{releases}indicators:")
    (study / "raw/workers.sav").unlink()
    assert len(harmonise(open_study(study)).of("coop_workers", "2026Q3")) == 40
    # and who withdraws now is looked for in what is left
    found = forget(open_study(study), Who(own_id=LEAVER, population="coop_workers"), Path("/nowhere"))
    assert found.waves == (("coop_workers", "2026Q3"),)
    assert found.not_read == (("coop_workers", "2025Q3"), ("residents", "2025Q3"))


@pytest.mark.parametrize("data", ["public", "synthetic"])
def test_public_and_synthetic_data_are_never_refused(tiny: Path, data: str) -> None:
    tiny_study.edit(tiny / "study.yml", "data: public", f"data: {data}")
    keep_until(tiny, "2020-12-31")
    assert len(harmonise(open_study(tiny)).frame) == 100
    told = CliRunner().invoke(app, ["retention", str(tiny)])
    assert told.exit_code == 0 and "No personal data" in told.output


def test_lists_of_people_may_have_a_last_day_of_their_own(study: Path) -> None:
    registers = """\
    registers:
      reference_date: 2026-09-30
      period: {first: 2025-10-01, last: 2026-09-30}
      keep_until: 2033-12-31
      files: {people: [{file: people.xlsx}], sessions: [{file: sessions.xlsx}]}
"""
    tiny_study.edit(study / "study.yml", "workers_2026.yml}\n", f"workers_2026.yml}}\n{registers}")
    keep_until(study, "2031-12-31", "2026Q3")
    bundle = open_bundle(study, Problems())  # this study has no such population, which is told and does not matter
    assert bundle is not None
    found = {(one.wave, one.what): (one.until, one.files, one.there) for one in kept(bundle)}
    assert found["2026Q3", "answers"] == (LAST, ("workers_2026.sav",), ("workers_2026.sav",))
    assert found["2026Q3", "lists"] == (date(2033, 12, 31), ("people.xlsx",), ())


def test_the_command_tells_days_and_files_and_fails_while_there_is_something_to_delete(study: Path) -> None:
    keep_until(study, (date.today() + timedelta(days=30)).isoformat(), "2026Q3")
    told = CliRunner().invoke(app, ["retention", str(study)])
    assert told.exit_code == 0 and ", 30 days left\n  workers_2026.sav\n" in told.output
    assert "2025Q3 answers: no last day" in told.output
    keep_until(study, "2020-12-31")
    told = CliRunner().invoke(app, ["retention", str(study)])
    assert told.exit_code == 1 and "2025Q3 answers: until 2020-12-31, PAST: delete what is there" in told.output
    for name in ("workers.sav", "residents.csv"):
        (study / "raw" / name).unlink()
    told = CliRunner().invoke(app, ["retention", str(study)])
    assert told.exit_code == 0 and "the files are gone\n  workers.sav (not there)" in told.output

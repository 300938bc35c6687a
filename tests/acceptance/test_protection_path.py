"""Two years of a study of personal data, as a data manager lives them: every way out that a message names is taken."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from typer.testing import CliRunner

import tiny_study
from cwb_impact.cli import app
from cwb_impact.errors import CwbError
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, key_fingerprint
from personal import personal_study
from personal.personal_study import KEY, LEAVER, OTHER_KEY

pytestmark = pytest.mark.slow

RELEASES = """\
releases:
  first: {label: {nl: Eerste, en: First}, waves: [2025Q3]}
  second: {label: {nl: Tweede, en: Second}, waves: [2025Q3, 2026Q3]}
indicators:"""


class City:
    """A study and the commands that are typed for it. said : all that was printed, to look for what must not be."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.said = folder, ""
        self.study = personal_study.make(folder, monkeypatch)
        for wave in ("2025Q3", "2026Q3"):
            personal_study.keep_until(self.study, "2099-12-31", wave)
        tiny_study.edit(self.study / "study.yml", "indicators:", RELEASES)
        monkeypatch.setattr("cwb_impact.study._render", lambda *_: [])  # reports are tested elsewhere
        monkeypatch.chdir(folder)

    def types(self, command: str, *words: str, error: str = "") -> str:
        """What a command prints; error : the codes of the problems that stop it."""
        made = CliRunner().invoke(app, [command, "tiny", *words], env={"COLUMNS": "300"})
        problems = made.exception.problems if isinstance(made.exception, CwbError) else ()
        told = made.output + "".join(f"{problem}\n" for problem in problems)
        self.said += told
        assert {problem.code for problem in problems if problem.is_error} == ({error} if error else set()), told
        assert isinstance(made.exception, CwbError | SystemExit | None), made.exception
        return told

    def run(self, release: str, error: str = "") -> str:
        return self.types("run", "--release", release, "--to", "html", error=error)

    def answers(self, wave: str = "workers", **change: float) -> None:
        """Correct answers of the sixth worker, in the raw file."""
        path = self.study / f"raw/{wave}.sav"
        frame, meta = pyreadstat.read_sav(str(path))
        for column, value in change.items():
            frame.loc[5, column] = value
        pyreadstat.write_sav(frame, str(path), variable_value_labels=meta.variable_value_labels)
        tiny_study.rehash(self.study, wave)

    def policy(self, *rows: str) -> None:
        """What study.yml withholds; nothing without rows."""
        path = self.study / "study.yml"
        before = path.read_text().split("policy:\n")[0]
        path.write_text(before + ("policy:\n  withhold:\n" + "".join(f"    {row}\n" for row in rows) if rows else ""))

    def table(self) -> pd.DataFrame:
        return pd.read_csv("releases/tiny/tables/indicators.csv")

    def content(self) -> dict[str, bytes]:
        """All that runs wrote."""
        folders = (Path("releases"), Path("restricted"))
        return {str(path): path.read_bytes() for top in folders for path in top.rglob("*") if path.is_file()}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    city = City(tmp_path, monkeypatch)
    yield city
    assert LEAVER not in city.said and "W005" not in city.said
    assert not re.search(r"[0-9a-f]{32}", city.said), "no pseudonym is ever printed"


def lines_to_write(told: str) -> list[str]:
    """The rows that E412 says to withhold, ready for study.yml."""
    return re.findall(r"- \{[^}]*\}", told)


def test_a_corrected_answer_is_refused_and_the_line_that_is_named_leads_on(city: City) -> None:
    assert "compared with no earlier release" in city.run("first")
    assert "published" in city.types("publish")
    before, told = city.content(), city.table()
    city.answers(gezond=5.0)
    refused = city.run("first", error="E412")
    assert city.content() == before, "nothing was written"
    rows = lines_to_write(refused)
    assert len(rows) == 2 and all("good_health" in row for row in rows)
    city.policy(*rows)
    city.run("first")
    now = city.table()
    health = now["indicator"] == "good_health"
    assert now.loc[health, "reason"].eq("withheld_by_study").sum() == 2
    assert now[~health].equals(told[~health])
    city.policy()
    city.answers(gezond=1.0)  # back to what was answered first
    city.run("first")
    assert city.table().equals(told)
    assert "published" in city.types("publish")


def test_after_a_withdrawal_a_whole_wave_is_left_out_in_one_line(city: City) -> None:
    city.run("first")
    city.types("publish")
    (city.folder / "id.txt").write_text(f"{LEAVER}\n")
    said = city.types("forget", "--id-from", "id.txt", "--population", "coop_workers")
    assert "release first: published" in said and "keep the folder of the ledger" in said
    city.run("second", error="E412")
    city.policy("- {population: coop_workers, wave: 2025Q3}")
    city.run("second")
    table = city.table()
    workers = table[table["population"] == "coop_workers"]
    assert set(workers[workers["wave"] == "2025Q3"]["reason"]) == {"withheld_by_study"}
    assert workers[workers["wave"] == "2026Q3"]["value"].notna().any()
    changes = pd.read_csv("releases/tiny/tables/changes.csv")
    assert changes["value"].isna().all() and set(changes["reason"]) == {"suppressed_in_a_wave"}
    # or a release of the new wave only
    city.policy()
    tiny_study.edit(city.study / "study.yml", "waves: [2025Q3, 2026Q3]", "waves: [2026Q3]")
    city.run("second")
    assert set(city.table()["wave"]) == {"2026Q3"}
    city.types("publish")


def test_another_key_is_no_way_past_a_withdrawal(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.run("first")
    city.types("publish")
    told = city.table()
    new = personal_study.key_file(city.folder, "new", OTHER_KEY)
    city.types("rotate-key", "--new", str(new))
    city.run("first", error="E415")  # study.yml and the environment still have the old one
    (city.folder / "id.txt").write_text("W005\n")
    city.types("forget", "--id-from", "id.txt", "--population", "coop_workers", error="E415")
    monkeypatch.setenv(KEY_VARIABLE, str(new))
    tiny_study.edit(city.study / "study.yml", key_fingerprint(KEY), key_fingerprint(OTHER_KEY))
    city.run("first")
    assert city.table().equals(told)
    city.types("forget", "--id-from", "id.txt", "--population", "coop_workers")
    city.run("first", error="E412")
    newer = personal_study.key_file(city.folder, "newer", b"3" * 40)
    assert "W416" in city.types("rotate-key", "--new", str(newer))
    monkeypatch.setenv(KEY_VARIABLE, str(newer))
    tiny_study.edit(city.study / "study.yml", key_fingerprint(OTHER_KEY), key_fingerprint(b"3" * 40))
    assert "since the key changed" in city.run("first", error="E412")


def test_a_ledger_that_was_edited_or_is_gone_stops_a_run(city: City) -> None:
    city.run("first")
    city.types("publish")
    place = Path("restricted/tiny_ledger/ledger.jsonl")
    place.write_text(place.read_text().replace('"value"', '"valuf"', 1))
    city.run("first", error="E411")
    shutil.rmtree(place.parent)
    assert "move releases/tiny away" in city.run("first", error="E411")
    city.types("publish", error="E414")
    shutil.move("releases/tiny", "away")
    assert "compared with no earlier release" in city.run("first")


def test_researchers_see_what_became_of_every_figure(city: City) -> None:
    city.policy("- {population: coop_workers, indicator: good_health, dimension: sex, category: male}")
    city.run("second")
    restricted = Path("restricted/tiny")
    with (restricted / "protection.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(city.table())
    assert {row["reason"] for row in rows} >= {"withheld_by_study", "complement_of_suppressed"}
    audit = pd.read_csv(restricted / "audit.csv")
    assert set(audit) >= {"secret", "low", "high", "width", "safe"} and audit["safe"].all()
    for lang, words in (("nl", "laat dit zelf weg"), ("en", "leaves it out")):
        assert words in city.types("protect", "--explain", "--rows", "--lang", lang)

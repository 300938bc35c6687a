"""The ledger remembers what was told, is seen to be edited, and holds nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cwb_impact as cwb
from cwb_impact.cli import app
from cwb_impact.disclosure.ledger import LOST, Ledger, earlier_rows, ledger_folder
from cwb_impact.disclosure.ledger_file import (
    CHECK,
    FILE,
    ledger_with,
    ledger_with_published,
    read_ledger,
    with_new_key,
    write_ledger,
)
from cwb_impact.disclosure.people import people_of
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.publish import publish
from disclosure.ledger_study import DAY, KEY, Made, made, make, people, put


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    waves = {"2025Q3": people(), "2026Q3": [(nr + 40, mark, sex) for nr, mark, sex in people()]}
    return make(tmp_path_factory.mktemp("ledger") / "panel", waves, {"2025": ["2025Q3"], "2026": ["2025Q3", "2026Q3"]})


@pytest.fixture(scope="module")
def first(study: Path) -> Made:
    return made(study, "2025")


@pytest.fixture(scope="module")
def second(study: Path) -> Made:
    return made(study, "2026")


@pytest.fixture
def place(first: Made, second: Made, tmp_path: Path) -> Path:
    """A ledger with two releases that were made, the first of them published."""
    place = ledger_folder(tmp_path, "panel")
    place.mkdir(parents=True)
    write_ledger(place, ledger_with(place / "none", first.entry))
    write_ledger(place, ledger_with_published(read_ledger(place), first.entry, DAY))
    write_ledger(place, ledger_with(place, second.entry))
    return place


def test_what_was_written_is_read_again(place: Path, first: Made, second: Made) -> None:
    ledger = read_ledger(place, first.sketches.fingerprint)
    assert [event for event, _, _ in ledger.events] == ["made", "published", "made"]
    assert ledger.made == {"2025": first.entry, "2026": second.entry} and ledger.published == (first.entry,)
    shown = second.table["status"].isin(["published", "low_reliability"]).sum()
    assert len(second.entry.rows) == shown > 4
    assert {change["kind"] for change in second.entry.changes} == {"net"}


def test_nobody_of_the_study_stands_in_it(place: Path, first: Made) -> None:
    text = (place / FILE).read_text()
    persons = first.estimates.waves.frame["person"]
    assert len(persons) == 240 and not any(person in text for person in persons)


def test_a_sketch_is_written_once(place: Path) -> None:
    lines = [json.loads(line) for line in (place / FILE).read_text().splitlines()]
    names = [name for line in lines for name in line.get("sketches", ())]
    assert len(names) == len(set(names)) > 0


def test_the_same_run_again_adds_no_line_and_another_takes_its_place(place: Path, second: Made) -> None:
    later = replace(second.entry, day="2026-12-24")
    assert ledger_with(place, later) == read_ledger(place).lines
    write_ledger(place, ledger_with(place, replace(second.entry, values_sha256="other")))
    assert len(read_ledger(place).lines) == 4 and read_ledger(place).made["2026"].values_sha256 == "other"


def test_earlier_is_all_that_was_published_and_what_waits_before_it(place: Path, first: Made, second: Made) -> None:
    ledger, order = read_ledger(place), ["2025", "2026"]
    assert ledger.earlier("2026", order) == (first.entry,)
    assert ledger.earlier("2025", order) == (first.entry,), "its own published state, not the later one that waits"
    assert ledger.earlier("2025") == (first.entry, second.entry), "of releases that are listed nowhere all count"
    again = replace(first.entry, values_sha256="corrected")
    write_ledger(place, ledger_with(place, again))
    assert read_ledger(place).earlier("2026", order) == (first.entry, again), "a new one does not take back the old"


@pytest.mark.parametrize("line", [1, 2, 3])
def test_an_edit_by_hand_is_seen(place: Path, line: int) -> None:
    lines = (place / FILE).read_text().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace('"date":"2026', '"date":"2025')
    (place / FILE).write_text("".join(lines))
    seen_at = line + 1 if line < 3 else 3
    with pytest.raises(cwb.CwbError, match=f"{FILE}:{seen_at}: E411"):
        read_ledger(place)


@pytest.mark.parametrize(
    "edit",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [*lines, "nonsense\n"],
        lambda lines: [*lines, lines[1]],
        lambda lines: [],
    ],
)
def test_lines_that_are_cut_off_added_or_moved_are_seen(place: Path, edit: object) -> None:
    lines = (place / FILE).read_text().splitlines(keepends=True)
    (place / FILE).write_text("".join(edit(lines)))  # type: ignore[operator]
    with pytest.raises(cwb.CwbError, match="E411"):
        read_ledger(place)


def test_a_ledger_without_its_file_or_left_aside_is_no_new_ledger(place: Path) -> None:
    (place / CHECK).rename(place / "away")
    with pytest.raises(cwb.CwbError, match="E411"):
        read_ledger(place)
    (place / "away").rename(place / CHECK)
    place.rename(place.with_name(".old-panel_ledger-123"))
    with pytest.raises(cwb.CwbError, match=r"E411.*left aside"):
        read_ledger(place)
    assert read_ledger(place.with_name("other_ledger")) == Ledger()


def test_another_key_is_refused(place: Path) -> None:
    with pytest.raises(cwb.CwbError, match=r"E415.*rotate-key"):
        read_ledger(place, Sketches({}, b"another key").fingerprint)


def test_rows_over_the_very_same_answers_go_to_the_attacker(place: Path, second: Made, study: Path) -> None:
    rows = earlier_rows(read_ledger(place), second.sketches, "2026", ["2025", "2026"])
    assert set(rows["release"]) == {"2025"} and set(rows["wave"]) == {"2025Q3"} and len(rows) == 4
    assert rows["n"].tolist() == [240, 115, 240, 115]


def test_a_changed_answer_takes_its_rows_from_the_attacker(place: Path, tmp_path: Path) -> None:
    changed = [(nr, 10 if nr == 1 else mark, sex) for nr, mark, sex in people()]
    other = made(make(tmp_path / "s", {"2025Q3": changed}, {"2026": ["2025Q3"]}), "2026")
    rows = earlier_rows(read_ledger(place), other.sketches, "2026")
    assert set(rows["indicator"]) == {"satisfied_with_life"}, "7 and 10 are both satisfied, and another mean"


def test_a_new_key_makes_the_sketches_anew_and_counts_what_is_lost(place: Path, first: Made, second: Made) -> None:
    new = Sketches(people_of(second.estimates), b"the key of tomorrow, of 32 bytes")
    ledger = read_ledger(place)
    lines, lost = with_new_key(ledger, second.sketches, new, date(2027, 1, 1))
    write_ledger(place, lines)
    changed = read_ledger(place, new.fingerprint)
    assert lost == 0 and [event for event, _, _ in changed.events] == ["made", "published", "made"]
    rows = zip(changed.made["2026"].rows, second.entry.rows, strict=True)
    assert all(one.level == before.level and one.behind == new.of(one.level) != before.behind for one, before in rows)
    assert json.loads(lines[0])["event"] == "new_key"
    # the people of the first wave only: what is about the second is lost
    few = Sketches(people_of(first.estimates), KEY)
    lines, lost = with_new_key(ledger, few, new, date(2027, 1, 1))
    write_ledger(place, lines)
    gone = [row.level["wave"] for row in read_ledger(place).made["2026"].rows if row.behind == LOST]
    assert lost == len(gone) > 0 and set(gone) == {"2026Q3"}


def test_publish_needs_what_the_last_run_made(study: Path, first: Made, second: Made, tmp_path: Path) -> None:
    with pytest.raises(cwb.CwbError, match=r"E414.*can be read"):
        publish(study, tmp_path)
    put(tmp_path, first)
    assert publish(study, tmp_path) == (first.entry, True)
    place = ledger_folder(tmp_path, "panel")
    assert place.stat().st_mode & 0o077 == 0, "for its owner only"
    before = (place / FILE).read_bytes()
    assert publish(study, tmp_path) == (first.entry, False)
    assert (place / FILE).read_bytes() == before
    put(tmp_path, second)
    table = tmp_path / "releases/panel/tables/indicators.csv"
    right = table.read_text()
    table.write_text(right.replace(",240,", ",241,", 1))
    with pytest.raises(cwb.CwbError, match=r"E414.*changed after the run"):
        publish(study, tmp_path)
    table.write_text(right)
    write_ledger(place, ledger_with(place, replace(second.entry, values_sha256="of another run")))
    with pytest.raises(cwb.CwbError, match=r"E414.*last run"):
        publish(study, tmp_path)


def test_the_command_tells_what_it_did(study: Path, first: Made, tmp_path: Path) -> None:
    put(tmp_path, first)
    told = [CliRunner().invoke(app, ["publish", str(study), "--out", str(tmp_path)]) for _ in range(2)]
    assert [one.exit_code for one in told] == [0, 0]
    assert "Release 2025 of 2026-11-29 is in the ledger" in told[0].stdout and "was already" in told[1].stdout

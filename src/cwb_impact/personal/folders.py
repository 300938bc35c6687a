"""What runs of a study left behind that rests on people: restricted folders and releases."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.disclosure.ledger import ledger_folder
from cwb_impact.disclosure.ledger_file import read_ledger
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.personal.raw_ids import Wave
from cwb_impact.spec.bundle import StudyBundle


@dataclass(frozen=True)
class Release:
    """One release in the ledger. day : of its last run."""

    id: str
    day: str
    published: bool


def restricted_folders(study: StudyBundle, out: Path) -> tuple[Path, ...]:
    """The folders with respondents that runs of this study wrote, as far as they exist."""
    places = [out / "restricted" / name for name in (study.study.id, f"{study.study.id}_harmonised")]
    return tuple(place for place in places if place.is_dir())


def holds(folder: Path, waves: Collection[Wave]) -> bool:
    """Was a restricted folder made of one of these waves? One that does not tell counts."""
    try:
        with (folder / "response.csv").open(encoding="utf-8", newline="") as file:
            held = {(row["population"], row["wave"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError):
        return True
    return not held.isdisjoint(waves)


def releases_with(study: StudyBundle, waves: Collection[Wave], out: Path, key: bytes) -> tuple[Release, ...]:
    """The releases that rest on one of these waves, in order. Raises E411 (damaged ledger), E415 (another key)."""
    ledger = read_ledger(ledger_folder(out, study.study.id), Sketches({}, key).fingerprint)
    published = {entry.release for entry in ledger.published}
    named = {wave for _, wave in waves}
    return tuple(
        Release(name, entry.day, name in published)
        for name, entry in ledger.made.items()
        if not named.isdisjoint(entry.waves)
    )

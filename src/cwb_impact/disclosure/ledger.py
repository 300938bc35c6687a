"""The release ledger: what was made and published before, and sketches of who was behind it.

It holds no list of people, but it does describe groups of them: it stays with the restricted data, never in public
git. `ledger_file` keeps it; `differencing` sets a release beside what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.disclosure.sketch import Behind, Sketches
from cwb_impact.types import LEVEL_COLUMNS, Waves

LOST = Behind("", "", "")
"""Behind a row whose people could not be found again when the key changed: it cannot be compared any more."""

CHANGE_KEYS = ("indicator", "population", "wave_from", "wave_to", "dimension", "category")


@dataclass(frozen=True, repr=False)
class Row:
    """One published figure.

    level : LEVEL_COLUMNS as published, None where blank. variables : what it is the answer of.
    """

    level: Mapping[str, Any]
    variables: frozenset[str]
    behind: Behind


@dataclass(frozen=True, repr=False)
class Entry:
    """What one release tells. day : of the run (UTC). policy : its version. values_sha256 : hash of what is published.

    key : fingerprint of the ledger's key. files : raw file -> sha256. rows : levels that are shown, or as a band.
    changes : CHANGE_KEYS and `kind` (`net`, `within_person`) of the changes that are shown.
    """

    release: str
    waves: tuple[str, ...]
    day: str
    policy: str
    values_sha256: str
    key: str
    files: Mapping[str, str]
    rows: tuple[Row, ...]
    changes: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, repr=False)
class Ledger:
    """All lines of a ledger, and their events in order: (`made` or `published`, what; day)."""

    lines: tuple[str, ...] = ()
    events: tuple[tuple[str, Entry, str], ...] = ()

    @property
    def made(self) -> dict[str, Entry]:
        """Release -> its last entry, published or not."""
        return {entry.release: entry for event, entry, _ in self.events if event == "made"}

    @property
    def published(self) -> tuple[Entry, ...]:
        """Everything that was ever published, in order: a later one of the same release does not take it back."""
        return tuple(entry for event, entry, _ in self.events if event == "published")

    def earlier(self, release: str, order: Sequence[str] = ()) -> tuple[Entry, ...]:
        """What somebody may hold beside a release: all that was published, and the other releases that were made.

        order : the releases of the study. One that was made and stands after this one counts when it is published:
        else of two releases that wait, neither could be made again from corrected data.
        """
        after = set(order[order.index(release) + 1 :]) if release in order else set()
        waiting = [entry for name, entry in self.made.items() if name != release and name not in after]
        return tuple({id(entry): entry for entry in (*self.published, *waiting)}.values())


def ledger_folder(base: Path, study: str) -> Path:
    """Where the ledger of a study is kept."""
    return base / "restricted" / f"{study}_ledger"


def entry_of(
    shown: pd.DataFrame, changes: pd.DataFrame, waves: Waves, sketches: Sketches, values_sha256: str, day: date
) -> Entry:
    """The entry of a release.

    shown : levels as published (LEVEL_COLUMNS), also those of lists of people (with `protects`, if there are others).
    changes : changes as published. values_sha256 : hash of all published values.
    """
    study = waves.study
    levels = rows_of_people(shown)
    rows = []
    for level in levels[levels["status"].isin(SHOWN)][list(LEVEL_COLUMNS)].to_dict("records"):
        behind = sketches.of(level)
        if behind is not None:
            indicator = study.dictionary.indicators[level["indicator"]]
            told = {str(name): _plain(value) for name, value in level.items()}
            rows.append(Row(told, study.dictionary.answer_variables(indicator), behind))
    kind = changes["kind"] if "kind" in changes else pd.Series("net", changes.index)
    told_changes = changes.assign(kind=kind)[changes["status"].isin(SHOWN)][[*CHANGE_KEYS, "kind"]].astype("str")
    files = {record.file: record.sha256 for record in waves.records}
    for kept in waves.registers:
        files |= kept.files
    return Entry(
        study.release,
        tuple(study.waves),
        day.isoformat(),
        study.policy.version,
        values_sha256,
        sketches.fingerprint,
        dict(sorted(files.items())),
        tuple(rows),
        tuple({str(name): value for name, value in one.items()} for one in told_changes.to_dict("records")),
    )


def earlier_rows(ledger: Ledger, sketches: Sketches, release: str, order: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of earlier releases over the very same answers, with the same weights: LEVEL_COLUMNS and `release`."""
    found = []
    for entry in ledger.earlier(release, order):
        for row in entry.rows:
            behind = sketches.of(row.level)
            if behind is not None and behind.same == row.behind.same:
                found.append({**row.level, "release": entry.release})
    return pd.DataFrame(found, columns=[*LEVEL_COLUMNS, "release"]).astype({"n": "Int64", "ess": "Int64"})


def rows_of_people(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of surveys, and of the lists that protect people: a list says so in `protects`."""
    return rows[rows["protects"].fillna("people") == "people"] if "protects" in rows else rows


def _plain(value: Any) -> Any:
    """A cell as JSON knows it."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value

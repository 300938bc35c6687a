"""The file of the release ledger: `restricted/<study>_ledger/ledger.jsonl`, that is only added to.

A line is an event: a release was `made` by a run, or `published`; after the key of the pseudonyms has changed the first
line says so (`new_key`). Every line carries the sha256 of the line before it, and `ledger.sha256` that of the whole
file, so that an edit by hand is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cwb_impact.disclosure.ledger import LOST, Entry, Ledger, Row
from cwb_impact.disclosure.sketch import Behind, Sketches, from_text
from cwb_impact.errors import CwbError, fail
from cwb_impact.types import LEVEL_COLUMNS

FILE, CHECK = "ledger.jsonl", "ledger.sha256"


def ledger_with(folder: Path, entry: Entry) -> tuple[str, ...]:
    """The lines of a ledger after a run of a release. A run that makes the same again adds nothing."""
    ledger = read_ledger(folder, entry.key)
    last = ledger.made.get(entry.release)
    if last is not None and replace(last, day=entry.day) == entry:
        return ledger.lines
    return _added(ledger.lines, _made(entry, _sketches_in(ledger.events)))


def ledger_with_published(ledger: Ledger, entry: Entry, day: date) -> tuple[str, ...]:
    """The lines of a ledger after the last entry of a release was published."""
    return _added(ledger.lines, _published(entry, day.isoformat()))


def with_new_key(ledger: Ledger, old: Sketches, new: Sketches, day: date) -> tuple[tuple[str, ...], int]:
    """The lines of the ledger under a new key, and how many rows were lost.

    old, new : the people of today's files, under the old key and under the new one. A row whose sketches they no
    longer give (somebody withdrew, an answer was corrected) cannot be made again: its figures stay, its sketches go.
    """
    made: dict[int, Entry] = {}
    lines = _added((), {"event": "new_key", "date": day.isoformat(), "followed": _sha256(ledger.lines[-1:])})
    kept: set[str] = set()
    for event, entry, when in ledger.events:
        if event == "made":
            rows = tuple(replace(row, behind=_again(row, old, new)) for row in entry.rows)
            made[id(entry)] = replace(entry, key=new.fingerprint, rows=rows)
            line = _made(made[id(entry)], kept)
            kept |= set(line["sketches"])
        else:
            line = _published(made[id(entry)], when)
        lines = _added(lines, line)
    return lines, sum(row.behind == LOST for entry in made.values() for row in entry.rows)


def files_of(lines: Sequence[str]) -> dict[str, str]:
    """The files of a ledger: name -> text."""
    text = "".join(f"{line}\n" for line in lines)
    return {FILE: text, CHECK: f"{_sha256([text])}  {FILE}\n"}


def write_ledger(folder: Path, lines: Sequence[str]) -> None:
    """Write a ledger into an existing, empty folder, that takes the place of the old one when all is written."""
    for name, text in files_of(lines).items():
        (folder / name).write_text(text, encoding="utf-8")


def read_ledger(folder: Path, key: str | None = None) -> Ledger:
    """The ledger of a folder; an empty one where no release was made yet. key : fingerprint that it must have.

    Raises
    ------
    CwbError
        E411 when it was edited, cut off or left aside by a run that was killed. E415 when it has another key.
    """
    path = folder / FILE
    if not path.exists():
        if left := sorted(folder.parent.glob(f".old-{folder.name}-*")):
            raise _damaged(
                left[0] / FILE, 0, "was left aside by a run that was stopped", f"Move its folder to {folder}"
            )
        if folder.exists():
            raise _damaged(path, 0, "is not there")
        return Ledger()
    text = path.read_text(encoding="utf-8")
    lines = tuple(text.split("\n")[:-1])
    ledger = _parsed(lines, path)
    check = folder / CHECK
    if not check.exists() or check.read_text(encoding="utf-8").split()[:1] != [_sha256([text])]:
        raise _damaged(path, len(lines), f"is not what {CHECK} says")
    if key is not None and any(entry.key != key for _, entry, _ in ledger.events):
        what = f"the ledger was made with another key ({ledger.events[-1][1].key}) than this run has ({key})"
        fix = "Use that key, or change keys with cwb-impact rotate-key; after that, the new one and its panel_key"
        raise fail("E415", path.as_posix(), 0, "key", what, fix)
    return ledger


def _parsed(lines: Sequence[str], path: Path) -> Ledger:
    events: list[tuple[str, Entry, str]] = []
    made: dict[str, Entry] = {}
    texts: dict[str, str] = {"": ""}
    for number, line in enumerate(lines, 1):
        try:
            held = json.loads(line)
            if held["before"] != _sha256(lines[number - 2 : number - 1] if number > 1 else ()):
                raise _damaged(path, number, "does not follow from the line before it")
            if held["event"] == "made":
                texts |= held["sketches"]
                entry = made[held["release"]] = _entry(held, texts)
            elif held["event"] == "published":
                entry = made[held["release"]]
                if entry.values_sha256 != held["published_values_sha256"]:
                    raise _damaged(path, number, "publishes what was not made")
            elif held["event"] == "new_key" and number == 1:
                continue
            else:
                raise _damaged(path, number, "is no event of a ledger")
            events.append((held["event"], entry, held["date"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _damaged(path, number, "cannot be read") from None
    return Ledger(tuple(lines), tuple(events))


def _damaged(path: Path, line: int, what: str, fix: str = "Put back the copy that was not changed") -> CwbError:
    return fail("E411", path.as_posix(), line, "ledger", what, fix)


def _made(entry: Entry, known: Iterable[str]) -> dict[str, Any]:
    """A line as it is written. A sketch is written once, in the first line that has it, and named by its hash."""
    texts = {_name(text): text for row in entry.rows for text in (row.behind.members, row.behind.answers) if text}
    return {
        "event": "made",
        "release": entry.release,
        "waves": list(entry.waves),
        "date": entry.day,
        "policy": entry.policy,
        "published_values_sha256": entry.values_sha256,
        "key": entry.key,
        "files": dict(entry.files),
        "columns": list(LEVEL_COLUMNS),
        "rows": [
            {
                "level": [row.level.get(name) for name in LEVEL_COLUMNS],
                "variables": sorted(row.variables),
                "members": _name(row.behind.members),
                "answers": _name(row.behind.answers),
                "same": row.behind.same,
            }
            for row in entry.rows
        ],
        "changes": [dict(change) for change in entry.changes],
        "sketches": {name: text for name, text in texts.items() if name not in set(known)},
    }


def _published(entry: Entry, day: str) -> dict[str, Any]:
    told = {"release": entry.release, "date": day, "published_values_sha256": entry.values_sha256}
    return {"event": "published", **told}


def _entry(held: Mapping[str, Any], texts: Mapping[str, str]) -> Entry:
    for text in held["sketches"].values():
        from_text(text)
    rows = tuple(
        Row(
            dict(zip(held["columns"], row["level"], strict=True)),
            frozenset(row["variables"]),
            Behind(texts[row["members"]], texts[row["answers"]], row["same"]),
        )
        for row in held["rows"]
    )
    about = (held["release"], tuple(held["waves"]), held["date"], held["policy"], held["published_values_sha256"])
    return Entry(*about, held["key"], held["files"], rows, tuple(held["changes"]))


def _again(row: Row, old: Sketches, new: Sketches) -> Behind:
    known, made = old.of(row.level), new.of(row.level)
    if known is None or made is None or (known.members, known.answers) != (row.behind.members, row.behind.answers):
        return LOST
    return made if known.same == row.behind.same else replace(made, same="")  # other weights than today's


def _sketches_in(events: Iterable[tuple[str, Entry, str]]) -> set[str]:
    rows = [row for _, entry, _ in events for row in entry.rows]
    return {_name(text) for row in rows for text in (row.behind.members, row.behind.answers)}


def _name(text: str) -> str:
    return _sha256([text])[:20] if text else ""


def _added(lines: Sequence[str], event: Mapping[str, Any]) -> tuple[str, ...]:
    line = {"before": _sha256(lines[-1:]), **event}
    return (*lines, json.dumps(line, allow_nan=False, separators=(",", ":")))


def _sha256(texts: Iterable[str]) -> str:
    """Of the only text; empty where there is none."""
    return next((hashlib.sha256(text.encode()).hexdigest() for text in texts), "")

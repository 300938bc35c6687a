"""Another key: whoever withdrew stays left out, and earlier releases can still be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cwb_impact.disclosure.ledger import Ledger, ledger_folder
from cwb_impact.disclosure.ledger_file import files_of, read_ledger, with_new_key
from cwb_impact.disclosure.people import People, Place
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.errors import Problem, Problems, fail
from cwb_impact.harmonise.pseudonyms import key_fingerprint, key_of_file, panel_key
from cwb_impact.personal.files import replace_together
from cwb_impact.personal.folders import restricted_folders
from cwb_impact.personal.raw_ids import RawIds, read_ids
from cwb_impact.personal.withdrawn import FILE, LOST, Withdrawn, read_withdrawn
from cwb_impact.spec.bundle import StudyBundle

PeopleOf = Callable[[StudyBundle], Mapping[Place, People]]
"""The people of all waves of a study as it is read today, under the key that study.yml names."""


@dataclass(frozen=True)
class Rotated:
    """fingerprint : of the new key. written : the files that were made again. restricted : folders that still have the
    old pseudonyms. warnings : what could not be taken along.
    """

    fingerprint: str
    written: tuple[Path, ...]
    restricted: tuple[Path, ...]
    warnings: tuple[Problem, ...]


def rotate_key(
    study: StudyBundle,
    new_file: Path,
    people_of: PeopleOf,
    out: Path = Path(),
    no_ledger: bool = False,
    today: date | None = None,
) -> Rotated:
    """Make withdrawn.csv and the release ledger again under a new key, both or neither.

    The old key is the one of the environment. Raw files are only read. out : where restricted/ is.
    no_ledger : no release was ever made, so that there is no ledger to take along.
    Warnings: W421 people who withdrew and stand in no raw file any more; W416 rows of the ledger whose people are not
    those of today's files.

    Raises
    ------
    CwbError
        E424 there is nothing to change: the data need no key, or it is the same key. E171, E172 one of the keys. E411,
        E415 the ledger. E421 withdrawn.csv. E426 no ledger is found. E425 nothing can be written.
    """
    today, doc = today or date.today(), study.study.doc
    if study.study.data != "personal":
        what = f"{study.study.data} data have no key that is a secret"
        raise fail("E424", doc.shown, doc.line("data"), "data", what, "Keep this command for data: personal")
    old, new = panel_key(study.study), key_of_file(new_file, "--new")
    if old == new:
        raise fail("E424", "--new", 0, "key", "is the key that the panel has", "Make a new one of 32 random bytes")
    folder = ledger_folder(out, study.study.id)
    ledger = read_ledger(folder, Sketches({}, old).fingerprint)
    if not ledger.lines and not no_ledger:
        fix = "Give the --out of the runs; when no release was ever made, --no-ledger"
        raise fail("E426", folder.as_posix(), 0, "ledger", "is not there, and would keep the old key", fix)
    problems = Problems()
    withdrawn = read_withdrawn(study.data_folder, old, problems)
    raw = read_ids(study, today, problems)
    problems.raise_if_errors()
    names = _renamed(raw, old, new)
    contents: dict[Path, str] = {}
    if withdrawn.lines:
        place = study.data_folder / FILE
        carried = _carried(withdrawn, names, key_fingerprint(old), key_fingerprint(new))
        contents[place] = carried.text()
        if lost := sum(line.key == LOST for line in carried.lines) - sum(line.key == LOST for line in withdrawn.lines):
            what = "people who withdrew stand in no raw file any more, and would not be recognised in a new one"
            problems.add("W421", place.as_posix(), 0, "withdrawn", what, "Ask for new files without them", lost)
    if ledger.lines:
        made, lost = _ledger_again(ledger, _today(study, raw, people_of), names, old, new, today)
        contents |= {folder / name: text for name, text in made.items()}
        if lost:
            what = f"{lost} published figures rest on other answers than today's files"
            fix = "A new figure in the place of one of them is refused (E412), unless it is told just as before"
            problems.add("W416", folder.as_posix(), 0, "ledger", what, fix)
    replace_together(contents)
    return Rotated(key_fingerprint(new), tuple(contents), restricted_folders(study, out), tuple(problems.warnings))


def _renamed(raw: RawIds, old: bytes, new: bytes) -> dict[str, str]:
    """Old pseudonym -> new pseudonym of everybody in the raw files."""
    names: dict[str, str] = {}
    for wave in raw.ids:
        names.update(zip(raw.names(wave, old), raw.names(wave, new), strict=True))
    names.pop("", None)
    return names


def _carried(withdrawn: Withdrawn, names: Mapping[str, str], old: str, new: str) -> Withdrawn:
    """The same people under the new key; LOST in the place of the key for those whom the raw files no longer hold."""
    lines = []
    for line in withdrawn.lines:
        if line.key == old and line.pseudonym in names:
            line = replace(line, pseudonym=names[line.pseudonym], key=new)
        elif line.key == old:
            line = replace(line, key=LOST)
        lines.append(line)
    return Withdrawn(tuple(lines))


def _today(study: StudyBundle, raw: RawIds, people_of: PeopleOf) -> Mapping[Place, People]:
    """The people of every wave that can still be read, whatever release it is in."""
    readable = {wave for _, wave in raw.ids} - {wave for _, wave in raw.not_read}
    return people_of(replace(study, waves=tuple(wave.id for wave in study.study.waves if wave.id in readable)))


def _ledger_again(
    ledger: Ledger, people: Mapping[Place, People], names: Mapping[str, str], old: bytes, new: bytes, today: date
) -> tuple[dict[str, str], int]:
    """The files of the ledger under the new key, and the number of rows that were lost."""
    renamed = {
        place: one if place[2] else replace(one, person=one.person.map(names))  # rows of lists have no pseudonyms
        for place, one in people.items()
    }
    lines, lost = with_new_key(ledger, Sketches(people, old), Sketches(renamed, new), today)
    return files_of(lines), lost

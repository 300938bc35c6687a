"""Somebody withdraws: found in every wave, left out from now on, and what is still to be done by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from cwb_impact.errors import Problems, fail
from cwb_impact.harmonise.pseudonyms import domain_of, key_fingerprint, panel_key
from cwb_impact.harmonise.respondents import BETWEEN_COLUMNS
from cwb_impact.personal.files import replace_together
from cwb_impact.personal.folders import Release, holds, releases_with, restricted_folders
from cwb_impact.personal.raw_ids import Wave, names_of, read_ids
from cwb_impact.personal.withdrawn import FILE, Line, Withdrawn, is_pseudonym, read_withdrawn
from cwb_impact.spec.bundle import StudyBundle


@dataclass(frozen=True, repr=False)
class Who:
    """A person by pseudonym, or by the own id of a population (and of a wave, where ids hold in one wave).

    An id of several columns has a tab between its parts. Nothing of this is ever printed.
    """

    pseudonym: str | None = None
    own_id: str | None = None
    population: str | None = None
    wave: str | None = None


@dataclass(frozen=True)
class Forgotten:
    """What happened, and what is left to do by hand. Tells nothing about the person but the waves.

    waves : in which the person stands. files : those that still hold the row, each with its map and the line of its
    hash. not_read : waves that could not be looked at. restricted : folders that hold the person. releases : that
    rest on these waves. since : the day of an earlier withdrawal, when there was one.
    """

    waves: tuple[Wave, ...]
    files: tuple[tuple[str, str], ...]
    not_read: tuple[Wave, ...]
    restricted: tuple[Path, ...]
    releases: tuple[Release, ...]
    since: str | None


def forget(study: StudyBundle, who: Who, out: Path = Path(), today: date | None = None) -> Forgotten:
    """Leave a person out of every wave from the next run on: a line in withdrawn.csv, beside the raw files.

    Doing it twice changes nothing. out : where restricted/ is.

    Raises
    ------
    CwbError
        E420 nobody in the raw files is this person. E421 withdrawn.csv cannot be read. E423 it is not clear who is
        meant: an id without its population, or without its wave where the same id may be another person in another
        wave. E425 withdrawn.csv cannot be written. E411, E415 the ledger. E171, E172 the key. Errors of raw
        files.
    """
    today = today or date.today()
    key, problems = panel_key(study.study), Problems()
    pseudonym = _pseudonym(study, who, key)
    withdrawn = read_withdrawn(study.data_folder, key, problems)
    raw = read_ids(study, today, problems)
    problems.raise_if_errors()
    waves = tuple(wave for wave in raw.ids if (raw.names(wave, key) == pseudonym).any())
    earlier = withdrawn.pseudonyms(key).get(pseudonym)
    if not waves and earlier is None:
        fix = "Check the id, its population and its wave; a row that was removed from the raw files is found no more"
        raise fail("E420", study.data_folder.as_posix(), 0, "forget", "nobody in the raw files is this person", fix)
    # with another key than the ledger's the line would be lost: rotate-key was run, and the key is still the old one
    releases = releases_with(study, waves, out, key)
    if earlier is None:
        line = Line(waves[0][0], pseudonym, key_fingerprint(key), today.isoformat())
        replace_together({study.data_folder / FILE: Withdrawn((*withdrawn.lines, line)).text()})
    return Forgotten(
        waves,
        tuple(dict.fromkeys(_place(study, wave) for wave in waves)),
        raw.not_read,
        tuple(folder for folder in restricted_folders(study, out) if holds(folder, waves)),
        releases,
        earlier.date if earlier is not None else None,
    )


def _pseudonym(study: StudyBundle, who: Who, key: bytes) -> str:
    if (who.pseudonym is None) == (who.own_id is None):
        raise _unclear("name a person by pseudonym or by own id", "Give one of the two")
    if who.pseudonym is not None:
        if not is_pseudonym(who.pseudonym):
            raise _unclear("this is no pseudonym", "It has 32 characters 0-9 and a-f; an own id comes with --id-from")
        return who.pseudonym
    own_id = BETWEEN_COLUMNS.join(part.strip() for part in (who.own_id or "").split("\t"))
    if not own_id:
        raise _unclear("the file with the id is empty", "Write the id on one line")
    domains = {
        domain_of(study.study, spec): None
        for (population, wave), spec in study.maps.items()
        if who.population in (None, population) and who.wave in (None, wave)
    }
    if not domains:
        raise _unclear("no wave of the study has this population and wave", "Take them from study.yml")
    if len(domains) > 1:
        what = "the same id is another person in another population, or in another wave of ids that hold in one wave"
        raise _unclear(what, "Add --population, and --wave where that is not enough")
    return str(names_of(pd.Series([own_id], dtype="str"), next(iter(domains)), key).iloc[0])


def _unclear(what: str, fix: str) -> Exception:
    return fail("E423", "forget", 0, "person", what, fix)


def _place(study: StudyBundle, wave: Wave) -> tuple[str, str]:
    """A raw file, and where its hash stands."""
    doc = study.maps[wave].doc
    return study.maps[wave].source.file, f"{doc.shown}:{doc.line('source', 'sha256')}"

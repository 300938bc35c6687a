"""Who stands in the raw files: nothing but the ids is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.pseudonyms import domain_of, pseudonyms
from cwb_impact.harmonise.respondents import ids_of
from cwb_impact.personal.retention import ANSWERS, kept
from cwb_impact.read.raw_file import read_wave
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.spec.design_columns import DesignColumns
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import Booleans

Wave = tuple[str, str]
"""population, wave"""


@dataclass(frozen=True, repr=False)
class RawIds:
    """ids : wave -> (rows,) the id of each row, blank where there is none. not_read : waves without a file, or past
    their last day.
    """

    study: StudyBundle
    ids: dict[Wave, pd.Series]
    not_read: tuple[Wave, ...]

    def __repr__(self) -> str:
        return f"<RawIds: {len(self.ids)} waves>"

    def names(self, wave: Wave, key: bytes) -> pd.Series:
        """(rows,) the pseudonym of each row under a key; blank for a row without an id."""
        return names_of(self.ids[wave], domain_of(self.study.study, self.study.maps[wave]), key)


def read_ids(study: StudyBundle, today: date, problems: Problems) -> RawIds:
    """The ids of all waves of a study, also those that are not in the release. Problems: the errors of read_wave."""
    past = {one.wave for one in kept(study) if one.what == ANSWERS and one.is_past(today)}
    ids: dict[Wave, pd.Series] = {}
    for wave, spec in study.maps.items():
        path = inside(study.data_folder, spec.source.file)
        if wave[1] in past or (path is not None and not path.exists()):
            continue
        found = Problems()
        raw = read_wave(_ids_only(spec), study.data_folder, found)
        problems.extend(found.errors)  # what the reader noticed beside the ids is told by `check`
        if raw is not None:
            ids[wave] = known_ids(raw.frame, spec)
    return RawIds(study, ids, tuple(wave for wave in study.maps if wave not in ids))


def known_ids(frame: pd.DataFrame, spec: WaveMap) -> pd.Series:
    """(rows,) the id of each row of a raw file as text, empty where there is none."""
    ids, blank = ids_of(frame, spec)
    return ids.mask(blank, "")


def names_of(ids: pd.Series, domain: str, key: bytes) -> pd.Series:
    """(rows,) the pseudonym of each id; empty for a row without an id."""
    return pseudonyms(ids, domain, key).mask(ids == "", "")


def rows_of(names: frozenset[str], frame: pd.DataFrame, spec: WaveMap, domain: str, key: bytes) -> Booleans | None:
    """(rows,) the rows of a raw file that have one of these pseudonyms; None when nobody is asked for."""
    if not names:
        return None
    return names_of(known_ids(frame, spec), domain, key).isin(names).to_numpy(dtype=bool)


def _ids_only(spec: WaveMap) -> WaveMap:
    """The map without anything but its file and its id."""
    nothing: dict[str, Any] = {
        "variables": {},
        "not_collected": {},
        "leave_out": {},
        "disposition": None,
        "design": DesignColumns(),
    }
    only = spec.model_copy(update={**nothing, "id": spec.id.model_copy(update={"ordered_by": None})})
    only._doc = spec.doc
    return only

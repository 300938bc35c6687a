"""Is the same id the same person? Sex and birth year stay, age goes with time; what does not is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.wave_map import WaveMap

TOLERANCE_YEARS = 1.5
"""Around the years between two waves: a birthday, and fieldwork that lasts for months."""


def check_panel(frames: list[tuple[WaveMap, pd.DataFrame]], dictionary: Dictionary, problems: Problems) -> None:
    """W260 for people of a panel whose answers cannot be one person's. Each is compared with the last wave before.

    frames : the waves of one population in order of time, each with `person`, x and x__why.
    """
    panel = [(spec, frame) for spec, frame in frames if spec.id.scope == "panel"]
    for place, (after, second) in enumerate(panel):
        left = second
        for before, first in reversed(panel[:place]):
            _compare((before, first), (after, left), dictionary, problems)
            left = left[~left["person"].isin(first["person"])]  # those who were not seen in between


def _compare(
    earlier: tuple[WaveMap, pd.DataFrame],
    later: tuple[WaveMap, pd.DataFrame],
    dictionary: Dictionary,
    problems: Problems,
) -> None:
    (before, first), (after, second) = earlier, later
    changing = {name: variable.over_time for name, variable in dictionary.variables.items() if variable.over_time}
    names = [name for name in changing if name in first and name in second]
    both = _once(first, names).merge(_once(second, names), on="person", suffixes=("__before", "__after"))
    for name in names:
        valid = (both[f"{name}__why__before"] == "valid") & (both[f"{name}__why__after"] == "valid")
        old, new = both.loc[valid, f"{name}__before"], both.loc[valid, f"{name}__after"]
        if changing[name] == "constant":
            strange = old.astype("str").to_numpy() != new.astype("str").to_numpy()
        else:
            years = (after.wave.last_day - before.wave.last_day).days / 365.25
            grown = new.to_numpy(dtype=np.float64) - old.to_numpy(dtype=np.float64)
            strange = np.abs(grown - years) > TOLERANCE_YEARS
        if count := int(strange.sum()):
            what = f"differs from {before.wave.id} in a way that one person's cannot"
            fix = "An id may have gone to somebody else: check with the fieldwork"
            line = after.doc.line("variables", name)
            problems.add("W260", after.doc.shown, line, name, what, fix, count, int(valid.sum()))


def _once(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The columns that are compared, of people whose id stands once; blank and double ids were told as E170."""
    columns = ["person", *names, *(f"{name}__why" for name in names)]
    return frame[columns].drop_duplicates("person", keep=False)

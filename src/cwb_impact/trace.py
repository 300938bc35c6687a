"""Where each value came from: the file, the column and the original code, beside what they became."""

from __future__ import annotations

import pandas as pd

from cwb_impact.errors import fail
from cwb_impact.harmonise.source_codes import texts_of
from cwb_impact.types import Waves

_KEYS = ["population", "wave", "person"]


def trace(waves: Waves, variable: str) -> pd.DataFrame:
    """The provenance of every value of one variable. For researchers: it holds respondents' answers.

    Returns
    -------
    One row per respondent and source column, the filter of asked_if among them: `population, wave, person, file,
    column, code, value, why`. A wave that did not collect the variable has no column and no code. `code` is as maps
    write it; an empty cell is `sysmis`.

    Raises
    ------
    CwbError
        E131 when no wave has the variable.
    """
    if f"{variable}__why" not in waves.frame:
        raise fail("E131", "trace", 0, variable, "is in no wave", "Name a variable that a map makes")
    parts = []
    for (population, wave), originals in waves.originals.items():
        spec = waves.study.maps[population, wave]
        chosen = (waves.frame["population"] == population) & (waves.frame["wave"] == wave)
        made = waves.frame.loc[chosen, [*_KEYS, variable, f"{variable}__why"]].reset_index(drop=True)
        made = made.rename(columns={variable: "value", f"{variable}__why": "why"})
        entry = spec.variables.get(variable)
        asked = [entry.asked_if.column] if entry is not None and entry.asked_if is not None else []
        for column in [*entry.columns, *asked] if entry is not None else [None]:
            code = texts_of(originals[column]) if column is not None else None
            parts.append(made.assign(file=spec.source.file, column=column, code=code))
    found = pd.concat(parts, ignore_index=True)
    return found[[*_KEYS, "file", "column", "code", "value", "why"]]

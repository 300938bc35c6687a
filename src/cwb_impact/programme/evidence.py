"""Every phrase of the report that the programme files quote: what a figure on a page links to."""

from __future__ import annotations

import pandas as pd

from cwb_impact.programme.cells import Row, table
from cwb_impact.programme.contents import Programme
from cwb_impact.spec.reported import Evidence, parts
from cwb_impact.spec.yaml_source import Location


def evidence(programme: Programme) -> pd.DataFrame:
    """One row a phrase and the record that rests on it, in the order of the report.

    Returns
    -------
    file : the file without `.yml`, such as `targets`. record : the key of the record in it, as in the `id` column of
    the table of that name, or of a heading; in `source` it is `source` or `as_of`. quote : to the letter. line : from
    1. data : `public`.
    """
    found: dict[tuple[int, str, str, str], Row] = {}
    for file, content in programme.by_name.items():
        for location, proof in parts(Evidence, content):
            record = _record(file, location)
            # a record may rest on one phrase twice, such as for its promise and for its progress
            found[proof.line, file, record, proof.quote] = {"file": file, "record": record, "quote": proof.quote}
    rows = [row | {"line": key[0]} for key, row in sorted(found.items(), key=lambda item: item[0][0])]
    frame = table("file record quote line data", rows)
    return frame.assign(line=frame["line"].astype("str"))


def _record(file: str, location: Location) -> str:
    """In targets.yml, targets.coops_founded.evidence.0 is of coops_founded; what is no record is named by its key."""
    if file == "source":
        return "as_of" if location[0] == "as_of" else "source"
    return str(location[1] if isinstance(location[1], str) else location[0])

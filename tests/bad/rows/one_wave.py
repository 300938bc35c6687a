"""A study of one wave of residents around one raw file, and the words that its map may use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

PEOPLE = 12
CANARY = "CANARY73917391"
"""Stands in answers, ids and texts. No message, log or report may show it."""
CANARY_NUMBER = 73917391

STUDY = """\
id: rows
name: {nl: Rijen, en: Rows}
area: {nl: Wijk, en: Quarter}
data: public
method_note: {nl: Een voorstel., en: A proposal.}
languages: [nl, en]
populations:
  residents: {label: {nl: Bewoners, en: Residents}, design: {kind: sample, unit: person}}
waves:
  - {id: w1, label: {nl: '2025', en: '2025'}, maps: {residents: waves/w.yml}}
indicators: []
"""

DICTIONARY = """\
variables:
  choice:
    label: {nl: Keuze, en: Choice}
    type: category
    codes: {a: {nl: A, en: A}, b: {nl: B, en: B}}
  letter:
    label: {nl: Letter, en: Letter}
    type: category
    codes: {a: {nl: A, en: A}, b: {nl: B, en: B}, c: {nl: C, en: C}}
  word: {label: {nl: Woord, en: Word}, type: category, codes: {a: {nl: A, en: A}}}
  score: {label: {nl: Cijfer, en: Mark}, type: number, range: [0, 10], whole: true}
  amount: {label: {nl: Bedrag, en: Amount}, type: number, range: [-1000000, 1000000]}
  income: {label: {nl: Inkomen, en: Income}, type: number, range: [0, 20000], unit: EUR/month}
  income_band:
    label: {nl: Inkomen, en: Income}
    type: category
    unit: EUR/month
    codes: {low: {nl: Laag, en: Low}, middle: {nl: Midden, en: Middle}, high: {nl: Hoog, en: High}}
    bands: {low: [0, 1000], middle: [1000, 2000], high: [2000, null]}
  day: {label: {nl: Dag, en: Day}, type: date, days: [1900-01-01, 2030-12-31]}
  unions:
    label: {nl: Bonden, en: Unions}
    type: set
    codes: {fnv: {nl: FNV, en: FNV}, cnv: {nl: CNV, en: CNV}, none: {nl: Geen, en: None}}
  remark: {label: {nl: Opmerking, en: Remark}, type: text}
  kind:
    label: {nl: Geslacht, en: Sex}
    type: category
    over_time: constant
    codes: {m: {nl: M, en: M}, f: {nl: V, en: F}}
"""

Raw = bytes | str | Callable[[Path], object]


def study(
    folder: Path,
    raw: Raw,
    entries: str = "",
    *,
    more: str = "",
    rows: int = PEOPLE,
    ids: str = "{columns: [nr], scope: wave}",
    **source: object,
) -> Path:
    """A study whose map reads `raw` (text, bytes, or what writes a file).

    The map has `source:` on line 3, `id:` on line 4 and its first entry on line 6. entries : lines under `variables:`,
    without indent. more : lines of the map after it.
    """
    made = folder / "rows"
    for name in ("waves", "raw", "dictionary/variables"):
        (made / name).mkdir(parents=True)
    (made / "study.yml").write_text(STUDY, encoding="utf-8")
    (made / "dictionary/variables/rows.yml").write_text(DICTIONARY, encoding="utf-8")
    stated = {"file": f"w.{source.get('format', 'csv')}", "format": "csv", **source}
    digest = put(made / "raw" / Path(str(stated["file"])).name, raw)
    stated = {"sha256": digest, "rows": rows, **stated}
    under = "".join(f"  {line}\n" for line in entries.splitlines())
    (made / "waves/w.yml").write_text(
        "map_version: 1\n"
        "wave: {id: w1, population: residents, fieldwork: 2025-01/2025-02}\n"
        f"source: {json.dumps(stated)}\n"
        f"id: {ids}\n"
        f"variables:{'' if under else ' {}'}\n{under}{more}",
        encoding="utf-8",
    )
    return made


def put(path: Path, raw: Raw) -> str:
    """Write a raw file; its SHA-256."""
    if isinstance(raw, str):
        raw = raw.encode()
    if isinstance(raw, bytes):
        path.write_bytes(raw)
    else:
        raw(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def table(delimiter: str = ",", **columns: Sequence[object]) -> str:
    """Delimited text with an id `nr` before the columns; short columns are repeated."""
    lines = [delimiter.join(["nr", *columns])]
    for row in range(PEOPLE):
        cells = [str(values[row % len(values)]) for values in columns.values()]
        lines.append(delimiter.join([str(row + 1), *cells]))
    return "\n".join(lines) + "\n"


def with_source(path: Path, **changes: object) -> None:
    """Change keys under `source:` of a map."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    stated = json.loads(lines[2].removeprefix("source: "))
    lines[2] = f"source: {json.dumps({**stated, **changes})}\n"
    path.write_text("".join(lines), encoding="utf-8")

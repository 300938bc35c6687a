"""A study of residents in a temporary folder, with any columns of design in its one or two waves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cwb_impact.read.raw_file import sha256_of

STUDY = """\
id: residents_only
name: {{nl: Klein, en: Small}}
area: {{nl: Wijk, en: Quarter}}
data: public
method_note: {{nl: Een voorstel volgens standaarden., en: A standards-based proposal.}}
languages: [nl, en]
populations:
  residents:
    label: {{nl: Bewoners, en: Residents}}
    design: {{kind: sample, unit: person{design}}}
    dimensions: [{dimensions}]
waves:
{waves}
indicators: [{indicators}]
"""

MAP = """\
map_version: 1
wave: {{id: {wave}, population: residents, fieldwork: 2025-08/2025-09}}
source: {{file: {wave}.csv, format: csv, decimal: '.', sha256: {sha256}, rows: {rows}}}
id: {{columns: [nr], scope: {scope}}}
design: {{{design}}}
{disposition}variables:
  life_satisfaction: {{from: cijfer, relation: exact, keep: 0..10, missing: {{sysmis: no_answer}}}}
  sex: {{from: geslacht, relation: exact, recode: {{m: male, v: female, x: other}}, missing: {{sysmis: no_answer}}}}
{variables}"""

DISPOSITION = "disposition: {from: uitkomst, codes: {'1': complete, '2': refusal}}\n"


def make(
    folder: Path,
    waves: dict[str, pd.DataFrame],
    columns: str,
    asked: str = "",
    margins: dict[str, str] | None = None,
    scope: str = "panel",
    indicators: str = "life_satisfaction, satisfied_with_life",
    dictionary: dict[str, str] | None = None,
    variables: str = "",
    dimensions: str = "sex",
) -> Path:
    """Write the study; returns its folder.

    waves : wave -> raw rows with nr, cijfer, geslacht (m, v) and what `columns` names. columns : inside `design:` of
    the maps. asked : after `unit: person` in the study's design. margins, dictionary : file -> text.
    """
    study = folder / "residents_only"
    for name in ("waves", "raw", "margins"):
        (study / name).mkdir(parents=True)
    for name, rows in waves.items():
        raw = study / f"raw/{name}.csv"
        rows.to_csv(raw, index=False)
        told = {"wave": name, "sha256": sha256_of(raw), "rows": len(rows), "design": columns, "scope": scope}
        disposition = DISPOSITION if "uitkomst" in rows else ""
        (study / f"waves/{name}.yml").write_text(MAP.format(**told, disposition=disposition, variables=variables))
    listed = "\n".join(
        f"  - {{id: {name}, label: {{nl: '{name}', en: '{name}'}}, maps: {{residents: waves/{name}.yml}}}}"
        for name in waves
    )
    (study / "study.yml").write_text(
        STUDY.format(design=asked, waves=listed, indicators=indicators, dimensions=dimensions)
    )
    for name, text in {**(margins or {}), **(dictionary or {})}.items():
        (study / name).parent.mkdir(parents=True, exist_ok=True)
        (study / name).write_text(text)
    return study

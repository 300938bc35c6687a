"""A SafeTable to the files of a release: CSV for machines, CSV for Dutch spreadsheets, and the manifest."""

from __future__ import annotations

import json
from pathlib import Path

from cwb_impact.provenance import hash_of_published
from cwb_impact.types import SafeTable


def write_release(release: SafeTable, folder: Path) -> None:
    """Write `tables/`, `manifest.json` and `definitions.<lang>.md` of a release into an existing, empty folder."""
    tables = folder / "tables"
    tables.mkdir()
    for name, table in release.tables.items():
        table.to_csv(tables / f"{name}.csv", index=False, lineterminator="\n")
        # semicolon, decimal comma and byte-order mark: what a Dutch spreadsheet opens without asking
        table.to_csv(
            tables / f"{name}.nl.csv", index=False, lineterminator="\n", sep=";", decimal=",", encoding="utf-8-sig"
        )
    described = dict(release.manifest)
    for lang, definitions in described.pop("definitions", {}).items():
        (folder / f"definitions.{lang}.md").write_text(definitions, encoding="utf-8")
    manifest = {**described, "published_values_sha256": hash_of_published(release.tables)}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")

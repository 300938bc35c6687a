"""The folders of a run: built beside their place, moved there when everything is done, or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.types import Comparison, EstimateTable


@dataclass(frozen=True)
class ReleaseFolders:
    """Where a run writes: `release` is for everyone, `restricted` for the researchers."""

    release: Path
    restricted: Path


@contextmanager
def release_folders(base: Path, study: str) -> Iterator[ReleaseFolders]:
    """Two empty folders that become `releases/<study>` and `restricted/<study>` when the block ends without error."""
    places = [base / name / study for name in ("releases", "restricted")]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
    building = [Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent)) for place in places]
    try:
        yield ReleaseFolders(*building)
        building[0].chmod(0o755)  # mkdtemp makes folders for their owner only, which is right for the restricted one
        for new, place in zip(building, places, strict=True):
            _swap(new, place)
    finally:
        for new in building:
            shutil.rmtree(new, ignore_errors=True)


def write_restricted(estimates: EstimateTable, changes: Comparison, folder: Path) -> None:
    """Exact figures and respondents: for the researchers only."""
    waves = estimates.waves
    waves.frame.to_parquet(folder / "harmonised.parquet", index=False)
    estimates.frame.to_csv(folder / "estimates.csv", index=False)
    changes.frame.drop(columns=["from_row", "to_row"]).to_csv(folder / "changes.csv", index=False)
    estimates.exclusions.to_csv(folder / "exclusions.csv", index=False)
    waves.response.to_csv(folder / "response.csv", index=False)
    waves.coverage.to_csv(folder / "coverage.csv", index=False)
    provenance = [
        {
            "population": key[0],
            "wave": key[1],
            "variable": name,
            "file": spec.source.file,
            "column": entry.from_,
            "map": spec.doc.shown,
            "line": spec.doc.line("variables", name),
            "relation": entry.relation,
        }
        for key, spec in waves.study.maps.items()
        if key[1] in waves.study.waves
        for name, entry in spec.variables.items()
    ]
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    (folder / "warnings.txt").write_text("".join(f"{problem}\n" for problem in waves.warnings), encoding="utf-8")


def _swap(new: Path, place: Path) -> None:
    """Put a finished folder in its place; the old one goes only when the new one stands."""
    old = place.with_name(f".old-{place.name}-{os.getpid()}")
    with suppress(FileNotFoundError):
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)

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
    building: list[Path] = []
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            building.append(Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent)))
        yield ReleaseFolders(*building)
        building[0].chmod(0o755)  # mkdtemp makes folders for their owner only, which is right for the restricted one
        _swap(building, places)
    finally:
        for new in building:
            shutil.rmtree(new, ignore_errors=True)
        for place in places:
            with suppress(OSError):  # a folder that a failed run made and left empty
                place.parent.rmdir()


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
            "map": spec.doc.path.relative_to(waves.study.folder.resolve()).as_posix(),
            "line": spec.doc.line("variables", name),
            "relation": entry.relation,
        }
        for key, spec in waves.study.maps.items()
        if key[1] in waves.study.waves
        for name, entry in spec.variables.items()
    ]
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    (folder / "warnings.txt").write_text("".join(f"{problem}\n" for problem in waves.warnings), encoding="utf-8")


def _swap(new: list[Path], places: list[Path]) -> None:
    """Put finished folders in their places, all or none: the old ones are set aside first and come back on a fault."""
    aside = [place.with_name(f".old-{place.name}-{os.getpid()}") for place in places]
    try:
        for place, old in zip(places, aside, strict=True):
            with suppress(FileNotFoundError):
                place.rename(old)
        for folder, place in zip(new, places, strict=True):
            folder.rename(place)
    except OSError:
        for place, old in zip(places, aside, strict=True):
            if old.exists():
                shutil.rmtree(place, ignore_errors=True)
                old.rename(place)
        raise
    for old in aside:
        shutil.rmtree(old, ignore_errors=True)

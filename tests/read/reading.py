"""What the tests of readers share: a map of a file made on the spot, and reading without one."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from cwb_impact.errors import Problem, Problems
from cwb_impact.read.raw_file import FORMATS, read_wave, sha256_of
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.wave_map import SourceFile, WaveMap
from cwb_impact.types import FileInfo, RawWave

FILES = Path("tests/read/files")


def source(path: Path, **changes: object) -> SourceFile:
    return SourceFile.model_validate({"file": "x", "format": _format(path), "sha256": "0" * 64, "rows": 0, **changes})


def info(path: Path, **changes: object) -> FileInfo:
    stated = source(path, **changes)
    return FORMATS[stated.format].info(path, stated)


def content(path: Path, columns: list[str] | None = None, **changes: object) -> pd.DataFrame:
    """The columns of a file, all when none are named."""
    stated = source(path, **changes)
    return FORMATS[stated.format].content(path, stated, columns or list(info(path, **changes).names))


def read(
    folder: Path, file: str, columns: list[str], rows: int = 1, /, **changes: object
) -> tuple[RawWave | None, list[Problem]]:
    """Read a file as a study does. The map names these columns, the first as the id, and the file's own hash."""
    problems = Problems()
    spec = wave_map(folder, file, columns, rows, **changes)
    return read_wave(spec, folder, problems), list(problems)


def wave_map(folder: Path, file: str, columns: list[str], rows: int = 1, /, **changes: object) -> WaveMap:
    ignored = changes.pop("ignore", [])
    path = folder / file.replace("\0", "")
    digest = sha256_of(path) if len(file) < 99 and path.is_file() else "0" * 64
    stated = {"file": file, "format": _format(path), "sha256": digest, "rows": rows, **changes}
    entries = {f"v{number}": {"from": name, "relation": "exact", "keep": "text"} for number, name in enumerate(columns)}
    text = f"""\
map_version: 1
wave: {{id: w1, population: residents, fieldwork: 2024-01/2024-02}}
source: {json.dumps(stated)}
id: {json.dumps({"columns": columns[:1], "scope": "wave"})}
variables: {json.dumps(entries)}
ignore: {json.dumps(ignored)}
"""
    target = folder / "map.yml"
    target.write_text(text, encoding="utf-8")
    problems = Problems()
    spec = read_spec(WaveMap, target, "map.yml", problems)
    assert spec is not None, list(problems)
    return spec


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def _format(path: Path) -> str:
    return {".zsav": "sav", ".por": "sav"}.get(path.suffix, path.suffix[1:]) or "csv"

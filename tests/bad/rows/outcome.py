"""What must hold for every bad input, whatever its row: nothing written, nothing lost, nobody's answer told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.errors import CwbError, Problem
from cwb_impact.study import check, harmonise_files
from cwb_impact.types import Waves
from rows.one_wave import CANARY, CANARY_NUMBER

SECRETS = (CANARY, str(CANARY_NUMBER))


def refused(study: Path, code: str, *, line: int | None = None, file: str = "waves/w.yml") -> Problem:
    """The first problem with this code, of a study that is stopped as a bad input must be."""
    out = study.parent / "out"
    earlier = out / "restricted" / "rows_harmonised" / "harmonised.parquet"
    earlier.parent.mkdir(parents=True, exist_ok=True)
    earlier.write_text("the output of an earlier run")
    before = _files(study.parent)
    with pytest.raises(CwbError) as stopped:
        harmonise_files(study, out)
    assert _files(study.parent) == before, "nothing is written, and earlier output stays"
    assert_secret(str(stopped.value))
    found = [problem for problem in stopped.value.problems if problem.code == code]
    assert found, str(stopped.value)
    assert found[0].file == f"{study.as_posix()}/{file}"
    assert line is None or found[0].line == line, str(found[0])
    assert found[0].fix, "says how to mend it"
    return found[0]


def told(study: Path, code: str) -> list[Problem]:
    """All problems with this code that check tells."""
    found = check(study)
    assert_secret("\n".join(str(problem) for problem in found))
    return [problem for problem in found if problem.code == code]


def accepted(study: Path, *formats: str) -> tuple[Waves, Path]:
    """The harmonised waves of a study that is read, and the folder with its files."""
    out = study.parent / "out"
    waves = harmonise_files(study, out, formats=formats or ("parquet",))
    folder = out / "restricted" / f"{waves.study.study.id}_harmonised"
    shown = [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in (".html", ".json", ".txt")]
    assert_secret("\n".join([*shown, *(str(problem) for problem in waves.warnings), repr(waves)]))
    return waves, folder


def warned(study: Path, code: str, *, line: int | None = None) -> Problem:
    """The first warning with this code, of a study that is read all the same."""
    waves, _ = accepted(study)
    found = [problem for problem in waves.warnings if problem.code == code]
    assert found, [str(problem) for problem in waves.warnings]
    assert line is None or found[0].line == line, str(found[0])
    return found[0]


def answers(study: Path, variable: str) -> list[object]:
    """The value of each respondent in a study that is read, or the reason why there is none."""
    frame = accepted(study)[0].frame
    why = frame[f"{variable}__why"].astype("str")
    values = frame[variable].astype("object")
    return [value if reason == "valid" else reason for value, reason in zip(values, why, strict=True)]


def assert_secret(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text], "an answer is told"


def written(folder: Path, name: str = "harmonised.parquet") -> pd.DataFrame:
    return pd.read_parquet(folder / name)


def cli(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """cwb-impact as a person calls it."""
    command = [sys.executable, "-m", "cwb_impact.cli", *map(str, arguments)]
    wide = {**os.environ, "COLUMNS": "400", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=wide, timeout=300, check=False)


def report_of(folder: Path) -> str:
    return json.dumps(json.loads((folder / "harmonisation.json").read_text(encoding="utf-8")))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

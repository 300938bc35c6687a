"""A wave that has no map yet, by following docs/harmonising.md and nothing else: its commands as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.study import harmonise, open_study

CCHS = Path("tests/answer_keys/cchs")
DOCS = Path("docs/harmonising.md")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the commands ran, and what they said."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(CCHS, folder / CCHS)
    section = DOCS.read_text(encoding="utf-8").split("## From a file to a reviewed map")[1].split("\n## ")[0]
    commands = "\n".join(re.findall(r"```bash\n(.*?)```", section, re.DOTALL))
    assert commands.count("cwb-impact") >= 5
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder, done.stdout + done.stderr


def test_the_wave_is_harmonised_as_with_the_map_made_by_hand(followed: tuple[Path, str]) -> None:
    found = pd.read_parquet(followed[0] / "restricted/cchs_harmonised/harmonised.parquet")
    expected = harmonise(open_study(CCHS)).frame
    columns = sorted(expected.columns)
    assert sorted(found.columns) == columns
    ours, theirs = (
        frame.loc[frame["wave"] == "2017", columns].astype("str").sort_values("person").reset_index(drop=True)
        for frame in (found, expected)
    )
    pd.testing.assert_frame_equal(ours, theirs)
    assert len(ours) == 200


def test_the_coverage_table_names_every_variable_of_every_map(followed: tuple[Path, str]) -> None:
    # no indicator of this study needs a variable
    found = pd.read_csv(followed[0] / "restricted/cchs_harmonised/coverage.csv", dtype="str")
    maps = open_study(CCHS).maps
    expected = {
        (name, population, wave, spec.variables[name].relation if name in spec.variables else "not_collected")
        for (population, wave), spec in maps.items()
        for name in (*spec.variables, *spec.not_collected)
    }
    assert set(found.itertuples(index=False, name=None)) == expected


def test_what_the_docs_say_about_the_first_check_is_what_it_says(followed: tuple[Path, str]) -> None:
    said = followed[1]
    assert "every entry is still undecided" in said
    assert "age_first_cigarette: not_mappable goes from 92 of 200 respondents (46.0%) in 2015 to <10" in said
    assert "ALWDVWKY" in said

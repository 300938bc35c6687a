"""The tiny study as one of personal data: a key, last days, and a second wave of the workers' panel."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import tiny_study
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, domain_of, key_fingerprint, pseudonyms
from cwb_impact.spec.bundle import StudyBundle

KEY = bytes(range(32))
OTHER_KEY = bytes(range(100, 140))
LEAVER = tiny_study.CANARY_ID
"""The 40th worker: no answer about sex, 99 and 9 elsewhere."""

SECOND = """\
  - id: 2026Q3
    label: {nl: '2026', en: '2026'}
    maps: {coop_workers: waves/workers_2026.yml}
"""


def make(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study, with the key in the environment."""
    study = tiny_study.make(folder)
    monkeypatch.setenv(KEY_VARIABLE, str(key_file(folder, "key", KEY)))
    tiny_study.edit(study / "study.yml", "data: public", f"data: personal\npanel_key: {key_fingerprint(KEY)}")
    tiny_study.edit(study / "study.yml", "indicators:", f"{SECOND}indicators:")
    frame, meta = pyreadstat.read_sav(str(study / "raw/workers.sav"))
    later = study / "raw/workers_2026.sav"
    pyreadstat.write_sav(frame, str(later), variable_value_labels=meta.variable_value_labels)
    text = (study / "waves/workers.yml").read_text().replace("2025Q3", "2026Q3").replace("2025-", "2026-")
    (study / "waves/workers_2026.yml").write_text(text.replace("workers.sav", "workers_2026.sav"))
    tiny_study.rehash(study, "workers_2026")
    sizes = study / "margins/workers.csv"
    lines = sizes.read_text().splitlines()
    sizes.write_text("\n".join([*lines, *(line.replace("2025Q3", "2026Q3") for line in lines[1:])]) + "\n")
    return study


def key_file(folder: Path, name: str, key: bytes) -> Path:
    """A key as the package accepts it."""
    path = folder / name
    path.write_bytes(key)
    path.chmod(0o600)
    return path


def keep_until(study: Path, day: str, wave: str = "2025Q3") -> int:
    """Give a wave its last day; returns the line of study.yml."""
    return tiny_study.edit(study / "study.yml", f"  - id: {wave}\n", f"  - id: {wave}\n    keep_until: {day}\n") + 1


def pseudonym(bundle: StudyBundle, own_id: str, key: bytes = KEY, population: str = "coop_workers") -> str:
    """Under which name somebody stands in restricted/."""
    spec = next(spec for (name, _), spec in bundle.maps.items() if name == population)
    return str(pseudonyms(pd.Series([own_id]), domain_of(bundle.study, spec), key)[0])

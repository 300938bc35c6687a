"""Residents with marks of which some are not given, more often by those with a low score on something known of all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import cwb_impact as cwb
from cwb_impact.types import Waves
from weight import residents_study

VARIABLES = """\
variables:
  score:
    label: {nl: Score, en: Score}
    type: number
    range: [-10, 10]
    unit: points
  view:
    label: {nl: Oordeel, en: View}
    type: category
    codes: {low: {nl: Laag, en: Low}, middle: {nl: Midden, en: Middle}, high: {nl: Hoog, en: High}}
  job:
    label: {nl: Werk, en: Job}
    type: number
    range: [0, 10]
  tongue:
    label: {nl: Talen, en: Languages}
    type: set
    codes: {dutch: {nl: Nederlands, en: Dutch}, other: {nl: Anders, en: Other}}
"""

MAPPED = """\
  score: {from: score, relation: exact, keep: -10..10}
  view:
    from: oordeel
    relation: exact
    recode: {1: low, 2: middle, 3: high}
    missing: {8: dont_know, 9: not_applicable}
  job: {from: werk, relation: exact, keep: 0..10, missing: {88: refused, 99: not_applicable}}
  tongue: {from: taal, relation: exact, separator: '+', recode: {1: dutch, 2: other}, missing: {9: refused}}
"""


def rows(n: int, seed: int) -> pd.DataFrame:
    """Raw rows: score and mark go together; a fifth has no job and was not asked about it."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n)
    mark = np.clip(np.round(6 + 1.2 * score + rng.normal(size=n)), 0, 10)
    gone = rng.random(n) < 1 / (1 + np.exp(1 + 1.5 * score))
    job = np.where(rng.random(n) < 0.2, 99, np.where(rng.random(n) < 0.15, 88, np.clip(np.round(mark / 2 + 2), 0, 10)))
    view = np.where(rng.random(n) < 0.1, 8, np.where(rng.random(n) < 0.1, 9, np.clip(np.round(2 + score), 1, 3)))
    return pd.DataFrame(
        {
            "nr": np.arange(n),
            "cijfer": np.where(gone, "", mark.astype(int).astype(str)),
            "geslacht": rng.choice(["m", "v"], n),
            "gebied": rng.choice(["oost", "west"], n),
            "gewicht": rng.choice([1.0, 2.0, 3.5], n),
            "score": score.round(3),
            "oordeel": view.astype(int),
            "werk": job.astype(int),
            "taal": rng.choice([1, 2, 9], n, p=[0.5, 0.4, 0.1]),
        }
    )


def make(folder: Path, n: int = 300, seed: int = 1, waves: tuple[str, ...] = ("2025Q3",), **changed: object) -> Waves:
    """Harmonised waves; changed : raw columns that are replaced."""
    study = residents_study.make(
        folder,
        {wave: rows(n, seed + place).assign(**changed) for place, wave in enumerate(waves)},
        "weight: gewicht, stratum: gebied",
        dictionary={"dictionary/variables/impute.yml": VARIABLES},
        variables=MAPPED,
        scope="wave",
    )
    return cwb.harmonise(cwb.open_study(study))


def redrawn(waves: Waves, rng: np.random.Generator) -> Waves:
    """The same people with new scores and marks; marks are missing at random given the score. Mean of the marks: 6."""
    n = len(waves.frame)
    score = rng.normal(size=n)
    mark = 6 + 0.8 * score + 0.6 * rng.normal(size=n)
    gone = rng.random(n) < 1 / (1 + np.exp(1 + 1.5 * score))
    frame = waves.frame.copy()
    frame["score"] = score
    frame["life_satisfaction"] = np.where(gone, np.nan, mark)
    frame["life_satisfaction__why"] = np.where(gone, "no_answer", "valid")
    return replace(waves, frame=frame)

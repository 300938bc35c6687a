"""A figure of a register, as the rules of disclosure see it: one that may be published, with changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.disclosure.people import Answer, People
from cwb_impact.disclosure.registers import decided_figures, published_figures
from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec
from cwb_impact.spec.policy import Policy

DICTIONARY: Dictionary = load_dictionary(Problems())


def shipped_policy() -> Policy:
    path = "data_dictionary/policy.yml"
    loaded = read_spec(Policy, Path(path), path, Problems())
    assert loaded is not None
    return loaded


def row(indicator: str, **changes: object) -> pd.Series:
    """A figure of people that may be published, with changes."""
    definition = DICTIONARY.indicators[indicator]
    plain: dict[str, object] = {
        "indicator": indicator, "version": definition.version, "population": "coops", "wave": "2025Q3",
        "dimension": "total", "category": "total", "statistic": definition.statistic, "value": 23.0,
        "ci_low": np.nan, "ci_high": np.nan, "interval": "", "unit": definition.unit, "n": 40, "n_unknown": 0,
        "status": "", "reason": "", "flags": "", "register": "people", "protects": "people", "data": "synthetic",
        "n_holdings": 4, "n_outside_largest": 15, "n_counted": 23, "remainder_percent": np.nan,
    }  # fmt: skip
    return pd.Series({**plain, **changes})


def published(policy: Policy, *rows: pd.Series) -> pd.DataFrame:
    """What leaves of these figures, by indicator."""
    frame = pd.DataFrame(list(rows)).reset_index(drop=True)
    lists = frame.groupby(["population", "wave", "register"])
    decided = decided_figures(frame, DICTIONARY, policy, {place: _people(here) for place, here in lists})
    return published_figures(decided, DICTIONARY, policy).set_index("indicator")


def _people(rows: pd.DataFrame) -> People:
    """Those who are counted, nobody twice: the largest co-op is one and the same, the others are nine."""
    blocks, answers = np.repeat(np.arange(len(rows)), rows["n_counted"]), {}
    for at, name in enumerate(rows["indicator"]):
        answers[name] = Answer(np.ones(len(blocks), bool), np.ones(len(blocks), bool), (blocks == at) * 1.0, None)
    others = [np.arange(n) < min(n, out) for n, out in zip(rows["n_counted"], rows["n_outside_largest"], strict=True)]
    holding = np.where(np.concatenate(others), 1 + np.arange(len(blocks)) % 9, 0)
    return People(pd.Series(range(len(blocks))), np.ones(len(blocks)), holding, {}, answers)

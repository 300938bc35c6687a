"""A figure of a register, as the rules of disclosure see it: one that may be published, with changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.disclosure.registers import protected_figures
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
    return protected_figures(pd.DataFrame(list(rows)), DICTIONARY, policy).set_index("indicator")

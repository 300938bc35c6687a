"""The gate: estimates and changes in, a SafeTable out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from cwb_impact.disclosure.primary import INDICATIVE, PUBLISHED, SHOWN, SUPPRESSED, decide
from cwb_impact.disclosure.publish import rounded_changes, rounded_levels
from cwb_impact.disclosure.registers import protected_figures, public_counts
from cwb_impact.disclosure.secondary import COMPLEMENT, complements
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.model import DATA_LABEL
from cwb_impact.spec.policy import Policy
from cwb_impact.types import (
    _PROTECTED,
    CHANGE_COLUMNS,
    LEVEL_COLUMNS,
    Comparison,
    EstimateTable,
    RegisterFigures,
    SafeTable,
)

Rounding = Callable[[pd.DataFrame, Indicator, Policy, bool], pd.DataFrame]


def protect(
    estimates: EstimateTable,
    changes: Comparison,
    kept: RegisterFigures,
    public: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
) -> SafeTable:
    """Apply the study's policy and build the tables of a release.

    Parameters
    ----------
    kept : figures from registers.
    public : tables that were public before (figures of the programme report), passed on as they are.
    manifest : the description of the release; it holds no figures from the data.

    Returns
    -------
    SafeTable
        Tables `indicators`, `changes`, `response`, `coverage`, `sources`, `registers` and the public ones, as in
        docs/release_files.md.
    """
    study = estimates.waves.study
    label = DATA_LABEL[study.study.data]
    decided = _decided(estimates.frame, study)
    tables = {
        "indicators": _rounded(decided, rounded_levels, LEVEL_COLUMNS, study),
        "changes": _rounded(_changes(changes.frame, decided, study.policy), rounded_changes, CHANGE_COLUMNS, study),
        "response": _response(estimates.waves.response, study),
        "coverage": estimates.waves.coverage,
    }
    stamped = {name: table.assign(data=label) for name, table in tables.items()}
    figures = protected_figures(kept.frame, study.dictionary, study.policy)
    if len(figures):
        stamped["indicators"] = pd.concat([stamped["indicators"], _labelled(figures)], ignore_index=True)
    about = {"sources": _labelled(kept.sources), "registers": _labelled(public_counts(kept.registers, study.policy))}
    return SafeTable({**stamped, **about, **public}, manifest, _PROTECTED)


def _labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Register rows say themselves what they are: the report's own are public, whatever the survey is."""
    return frame.assign(data=frame["data"].map(DATA_LABEL))


def _decided(frame: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Status, reason and band of every row: primary rules, then complements."""
    out = frame.copy()
    decisions = [
        decide(row, study.dictionary.indicators[row["indicator"]], study.policy) for _, row in frame.iterrows()
    ]
    out["status"] = [decision.status for decision in decisions]
    out["reason"] = [decision.reason for decision in decisions]
    out["band"] = [decision.band for decision in decisions]
    hide = complements(out, study.policy)
    out.loc[hide, ["status", "reason", "band"]] = [COMPLEMENT, "complement_of_suppressed", ""]
    # SDMX observation status: u for low reliability, beside the breaks that the estimates carry
    out.loc[out["status"] == INDICATIVE, "flags"] += "u"
    return out


def _changes(changes: pd.DataFrame, decided: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """A change may be shown when both of its levels are shown with a value; it is no more precise than they are."""
    out = changes.reset_index(drop=True)
    ends = [decided.loc[out[name].astype(int)].reset_index(drop=True) for name in ("from_row", "to_row")]
    hidden = [~end["status"].isin(SHOWN) | (end["band"] != "") for end in ends]
    out["status"] = PUBLISHED
    out["level_from"], out["level_to"] = (end["value"] for end in ends)
    half_width = (out["ci_high"] - out["ci_low"]) / 2
    wide = (out["unit"] == "percent") & (half_width > policy.precision.maximum_half_width_points)
    wide |= out["se"].isna() | (ends[0]["status"] == INDICATIVE) | (ends[1]["status"] == INDICATIVE)
    short = out["short_interval"].astype(bool)
    out.loc[short, ["status", "reason"]] = [INDICATIVE, "interval_may_be_too_short"]
    out.loc[wide, ["status", "reason"]] = [INDICATIVE, "wide_interval"]
    out.loc[hidden[0] | hidden[1], ["status", "reason"]] = [SUPPRESSED, "suppressed_in_a_wave"]
    out.loc[out["status"] == INDICATIVE, "flags"] += "u"
    return out


def _rounded(rows: pd.DataFrame, rounding: Rounding, columns: tuple[str, ...], study: StudyBundle) -> pd.DataFrame:
    """Each indicator and population rounded as its definition and design ask."""
    parts = [
        rounding(
            group,
            study.dictionary.indicators[str(indicator)],
            study.policy,
            study.population(str(population)).design.kind == "census",
        )
        for (indicator, population), group in rows.groupby(["indicator", "population"], sort=False)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))


def _response(response: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Respondents rounded to 5, and the response computed from that, so that the exact count cannot be recovered.

    Below the minimum both are empty: a 0 would be a statement about the few who answered.
    """
    base = study.policy.round_n_to
    out = response.copy()
    rounded = (out["n"] / base).round() * base
    out["response"] = (100 * rounded / out["invited"]).round().clip(upper=100).astype("Int64")
    few = out["n"] < study.policy.minimum_respondents
    out["n"], out["invited"] = rounded.astype("Int64"), out["invited"].astype("Int64")
    out.loc[few, ["n", "response"]] = pd.NA
    return out[["population", "wave", "n", "invited", "response", "fieldwork"]]

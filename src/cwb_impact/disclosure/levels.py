"""Levels and changes of surveys: what the primary rules say of each row, and each row as it would leave."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cwb_impact.disclosure.primary import INDICATIVE, PUBLISHED, SHOWN, SUPPRESSED, decide
from cwb_impact.disclosure.publish import rounded_changes, rounded_levels
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import CHANGE_COLUMNS, LEVEL_COLUMNS

Rounding = Callable[[pd.DataFrame, Indicator, Policy, bool], pd.DataFrame]


def decided_levels(frame: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """The rows of an EstimateTable with status, reason and band by the primary rules, each row by itself."""
    known = study.dictionary.indicators
    decisions = [decide(row, known[row["indicator"]], study.policy) for _, row in frame.iterrows()]
    return frame.assign(
        status=[decision.status for decision in decisions],
        reason=[decision.reason for decision in decisions],
        band=[decision.band for decision in decisions],
    )


def flagged(rows: pd.DataFrame) -> pd.DataFrame:
    """With `u` among the flags where a row is shown as indicative: SDMX observation status, low reliability."""
    return rows.assign(flags=rows["flags"].where(rows["status"] != INDICATIVE, rows["flags"] + "u"))


def published_levels(levels: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Decided rows as they leave: LEVEL_COLUMNS, on the same index."""
    return _rounded(levels, rounded_levels, LEVEL_COLUMNS, study)


def levels_as_if_shown(levels: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Every row rounded as if it were shown with its value: what an attacker gets where it is."""
    return published_levels(levels.assign(status=PUBLISHED, reason="", band=""), study)


def decided_changes(changes: pd.DataFrame, levels: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """A change may be shown when both of its levels are shown with a value; it is no more precise than they are."""
    out, ends = _with_levels(changes, levels)
    away = [~end["status"].isin(SHOWN) | (end["band"] != "") for end in ends]
    out["status"] = PUBLISHED
    half_width = (out["ci_high"] - out["ci_low"]) / 2
    wide = (out["unit"] == "percent") & (half_width > policy.precision.maximum_half_width_points)
    wide |= out["se"].isna() | (ends[0]["status"] == INDICATIVE) | (ends[1]["status"] == INDICATIVE)
    short = out["short_interval"].astype(bool)
    out.loc[short, ["status", "reason"]] = [INDICATIVE, "interval_may_be_too_short"]
    out.loc[wide, ["status", "reason"]] = [INDICATIVE, "wide_interval"]
    out.loc[away[0] | away[1], ["status", "reason"]] = [SUPPRESSED, "suppressed_in_a_wave"]
    return flagged(out)


def published_changes(changes: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Decided changes as they leave: CHANGE_COLUMNS, on the same index."""
    return _rounded(changes, rounded_changes, CHANGE_COLUMNS, study)


def changes_as_if_shown(changes: pd.DataFrame, levels: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """Every change rounded as if it were shown, with the two rows of `levels` that it is between."""
    out, _ = _with_levels(changes, levels)
    told = published_changes(out.assign(status=PUBLISHED), study)
    return told.assign(from_row=out["from_row"], to_row=out["to_row"])


def _with_levels(changes: pd.DataFrame, levels: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Changes with what their rounding needs of the two levels, and these levels row by row."""
    out = changes.reset_index(drop=True)
    ends = [levels.loc[out[name].astype(int)].reset_index(drop=True) for name in ("from_row", "to_row")]
    out["level_from"], out["level_to"] = (end["value"] for end in ends)
    out["people_from"], out["people_to"] = (end["people"] for end in ends)
    return out, ends


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
    return pd.concat(parts) if parts else pd.DataFrame(columns=list(columns))

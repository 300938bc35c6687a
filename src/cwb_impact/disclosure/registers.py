"""Figures from registers: which may be published, and rounded how. Numbers are those of policy.yml, `registers`."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from cwb_impact.disclosure.complements import COVERS, covers
from cwb_impact.disclosure.people import People, Place
from cwb_impact.disclosure.primary import COMPLEMENT, PUBLISHED, SUPPRESSED, WITHHELD, Decision, band_of_share, withheld
from cwb_impact.disclosure.rounding import rounded, to_step
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import MONEY, SHARES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import LEVEL_COLUMNS, Booleans, Floats, Integers

RULED = SHARES | {"count", "total", "ratio"}
"""Statistics for which registers have rules. Others stay in restricted/ until there is one."""


def decide_figure(row: pd.Series, indicator: Indicator, policy: Policy) -> Decision:
    """Apply the policy to one figure of a register.

    What concerns the programme itself (`protects: nothing`) is public. Of people, co-ops and money a figure never rests
    on fewer than three co-ops or suppliers; of people there are ten, also in each part of the headcount; a sum of money
    is hidden when its second largest contributor could compute the largest closely (p%), and so is a ratio of members.
    What all co-ops have alike, or none has, would tell it of each, and what one has (or lacks) tells that one of all
    others; both have one reason, because a reason of its own would tell as much as the figure.
    """
    if row["status"] == "not_collected":
        return Decision("not_collected", str(row["reason"]))
    if withheld(row, policy):
        return Decision(SUPPRESSED, WITHHELD)
    if row["protects"] == "nothing":
        return Decision(PUBLISHED)
    reason = _why_hidden(row, indicator, policy)
    if reason:
        return Decision(SUPPRESSED, reason)
    if row["protects"] == "people" and indicator.statistic in SHARES:
        sides = {"n_high_side": row["n_counted"], "n_low_side": row["n"] - row["n_counted"]}
        if band := band_of_share(row.combine_first(pd.Series(sides)), indicator, policy):
            return Decision(PUBLISHED, "band", band)
    return Decision(PUBLISHED)


def _why_hidden(row: pd.Series, indicator: Indicator, policy: Policy) -> str:
    rules = policy.registers
    if indicator.statistic not in RULED:
        return "no_rule_for_this_statistic"
    if not np.isnan(row["remainder_percent"]) or indicator.unit in MONEY or row["protects"] == "money":
        if int(row["n_holdings"]) < rules.money.minimum_holdings:
            return "too_few_contributors"
        # nothing was spent: there is no contributor to protect, and no sum to divide
        if row["remainder_percent"] < rules.money.p_percent:
            return "one_contributor_dominates"
    if row["protects"] == "people":
        if int(row["n_holdings"]) < rules.people.minimum_holdings:
            return "too_few_holdings"
        if indicator.id in rules.people.public_headcounts:
            return ""
        people = int(row["n_counted"] if indicator.statistic == "count" else row["n"])
        if people < rules.people.minimum_people:
            return "too_few_people"
        if int(row["n_outside_largest"]) < rules.people.minimum_outside_largest:
            return "too_few_outside_largest_holding"
    if row["protects"] == "organisations":
        if int(row["n_holdings"]) < rules.minimum_organisations:
            return "too_few_holdings"
        sides = int(row["n_counted"]), int(row["n"]) - int(row["n_counted"])
        if indicator.statistic in SHARES and min(sides) < rules.minimum_organisations_each_side:
            return "all_alike"
        if row["value"] == 0 or (indicator.unit == "percent" and row["value"] == 100):
            # nothing of any, or all of each: no one dominates, but it would tell it of every one; with a reason of its
            # own the row would tell as much as the figure
            return "one_contributor_dominates"
    return ""


def decided_figures(
    frame: pd.DataFrame, dictionary: Dictionary, policy: Policy, people: Mapping[Place, People]
) -> pd.DataFrame:
    """The exact rows of RegisterFigures with status, reason and band.

    Of the parts of a headcount, one that is hidden takes another with it: the total is public. people : the rows of
    every list (`people_of`).
    """
    decisions = [decide_figure(row, dictionary.indicators[row["indicator"]], policy) for _, row in frame.iterrows()]
    out = frame.assign(
        status=[one.status for one in decisions],
        reason=[one.reason for one in decisions],
        band=[one.band for one in decisions],
    )
    parts = _parts(out, dictionary) if len(out) else out
    hide = parts.index[covers(parts, lambda hidden: _too_small(hidden, people, policy))] if len(parts) else parts.index
    out.loc[hide, ["status", "reason", "band"]] = [COMPLEMENT, COVERS, ""]
    return out


def as_if_shown(decided: pd.DataFrame, dictionary: Dictionary, policy: Policy) -> pd.DataFrame:
    """The same rows on the same index, each rounded as if it might be told: what an attacker gets where one is."""
    known = decided["status"] != "not_collected"
    shown = decided.assign(status=decided["status"].mask(known, PUBLISHED), reason=decided["reason"].mask(known, ""))
    return published_figures(shown.assign(band=""), dictionary, policy)


def published_figures(decided: pd.DataFrame, dictionary: Dictionary, policy: Policy) -> pd.DataFrame:
    """Decided rows as published, on the same index: LEVEL_COLUMNS and `data`."""
    if decided.empty:
        return pd.DataFrame(columns=[*LEVEL_COLUMNS, "data"])
    rounded = [rounded_figure(row, dictionary.indicators[row["indicator"]], policy) for _, row in decided.iterrows()]
    made, parts = pd.DataFrame(rounded, index=decided.index), _parts(decided, dictionary)
    made.loc[parts.index, "value"] = _within_whole(made, parts, policy.registers.people.round_counts_to)
    return made[[*LEVEL_COLUMNS, "data"]].astype({"n": "Int64", "ess": "Int64"})


def _parts(frame: pd.DataFrame, dictionary: Dictionary) -> pd.DataFrame:
    """The counts of people that add up to another count, as categories of one dimension of it."""
    whole = frame["indicator"].map(lambda name: dictionary.indicators[name].parts_of)
    chosen = frame[(frame["protects"] == "people") & (frame["statistic"] == "count") & whole.notna()]
    return chosen.assign(
        indicator=whole[chosen.index], dimension="parts", category=chosen["indicator"], n=chosen["n_counted"]
    )


def _too_small(parts: pd.DataFrame, people: Mapping[Place, People], policy: Policy) -> bool:
    """Would the rules for a count hide the sum of these parts of a headcount?"""
    row = parts.iloc[0]
    here = people[row["population"], row["wave"], row["register"]]
    inside = [here.answers[name].valid & (here.answers[name].y > 0) for name in parts["category"]]
    return too_few(np.logical_or.reduce(inside), here.holding, policy)


def too_few(chosen: Booleans, holding: Integers | None, policy: Policy) -> bool:
    """Would the rules for a count of people hide these rows? holding : (n,) whose each is, -1 not known."""
    rules = policy.registers.people
    if int(chosen.sum()) < rules.minimum_people:
        return True
    if holding is None:
        return False
    sizes = np.unique(holding[chosen & (holding >= 0)], return_counts=True)[1]
    return len(sizes) < rules.minimum_holdings or int(sizes.sum() - sizes.max()) < rules.minimum_outside_largest


def _within_whole(made: pd.DataFrame, parts: pd.DataFrame, step: int) -> pd.Series:
    """The rounded values of parts, none above its whole."""
    wholes = {(row["indicator"], row["wave"]): float(row["value"]) for _, row in made.iterrows()}
    most = np.array([wholes.get(key, np.nan) for key in zip(parts["indicator"], parts["wave"], strict=True)])
    values = made.loc[parts.index, "value"].to_numpy(dtype=np.float64)
    return pd.Series(at_most_whole(values, most, step), index=parts.index)


def at_most_whole(value: Floats, whole: Floats, step: int) -> Floats:
    """A rounded part of a whole that is told exactly; where rounding took it above, the last multiple below."""
    return np.where(value > whole, whole // step * step, value)


def rounded_figure(row: pd.Series, indicator: Indicator, policy: Policy) -> dict[str, object]:
    """One row as it leaves: rounded as its kind asks, blank where hidden or banded."""
    out: dict[str, object] = {name: row.get(name) for name in (*LEVEL_COLUMNS, "data")}
    out |= {"se": np.nan, "ess": pd.NA, "deff": np.nan, "inference": "", "n": int(row["n"])}
    step = step_of(row, indicator, policy)
    for name in ("value", "ci_low", "ci_high"):
        out[name] = rounded(float(row[name]), step)
    if indicator.id in policy.registers.people.public_headcounts and row["protects"] == "people":
        # beside an exact figure an exact limit would count the few of whom it is not known
        out["ci_high"] = _up_to_step(float(row["ci_high"]), policy.registers.people.round_counts_to)
    if row["protects"] == "people" and indicator.statistic in SHARES and row["status"] == PUBLISHED and not row["band"]:
        out |= _of_rounded_counts(row, policy)
    if row["protects"] in ("people", "money"):
        out["n"] = int(rounded(row["n"], policy.round_n_to))
    if row["status"] != PUBLISHED:
        out |= {"n": pd.NA}
    if row["status"] != PUBLISHED or row["band"]:
        out |= {"value": np.nan, "ci_low": np.nan, "ci_high": np.nan, "interval": ""}
    return out


def step_of(row: pd.Series, indicator: Indicator, policy: Policy) -> float:
    """To multiples of what a figure is rounded."""
    rules, by_decimals = policy.registers, 10.0**-indicator.decimals
    if row["protects"] == "nothing" or indicator.id in rules.people.public_headcounts:
        return by_decimals
    if indicator.unit in MONEY:
        return policy.round_money_to if indicator.statistic == "ratio" else rules.money.round_totals_to
    if indicator.unit == "ratio":
        return policy.round_ratio_to
    if row["protects"] == "people" and indicator.statistic in ("count", "total"):
        return rules.people.round_counts_to
    return by_decimals


def _of_rounded_counts(row: pd.Series, policy: Policy) -> dict[str, float]:
    """A share of people worked out from rounded numbers, with its limits as far from it as before.

    Headcounts are public: times a share of exact numbers they would give the exact number of those with the property.
    Both sides have people, else it was a band, so it is never 0 or 100.
    """
    step = policy.registers.people.round_counts_to
    part, people = (rounded(row[name], step) for name in ("n_counted", "n"))
    if people == 0:  # of one or two people nothing is shown, and as if it were there is nothing to tell
        return dict.fromkeys(("value", "ci_low", "ci_high"), np.nan)
    value = round(100 * float(np.clip(part, min(step, people / 2), max(people - step, people / 2)) / people))
    below, above = (_up_to_step(float(row["value"] - row["ci_low"]), 5), _up_to_step(row["ci_high"] - row["value"], 5))
    return {"value": float(value), "ci_low": max(value - below, 0.0), "ci_high": min(value + above, 100.0)}


def _up_to_step(value: float, step: float) -> float:
    return math.ceil(value / step) * step + 0.0 if math.isfinite(value) else float("nan")


def public_counts(registers: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """What happened to the rows of each list.

    Of people rounded, and without small numbers. Of invoices and co-ops numbers are exact, so that what could not be
    matched is seen; euros are rounded, no supplier stands beside them, and those of a few suppliers or recipients, or
    of one that dominates (p%), are left out.
    """
    out = registers.drop(columns=["protects", "remainder_percent"])
    people = registers["protects"] == "people"
    euros = registers["what"].str.endswith("euros") & (registers["protects"] != "nothing")
    numbers = registers["number"].astype("float64")
    step = np.where(euros, policy.registers.money.round_totals_to, policy.round_n_to).astype(np.float64)
    told = pd.Series(to_step(numbers, step), numbers.index)
    few = people & (numbers.abs() < policy.minimum_respondents)
    dominated = registers["remainder_percent"] < policy.registers.money.p_percent
    hidden = few | (euros & (dominated | _of_few(registers, policy)))
    return out.assign(number=told.where(people | euros, numbers).mask(hidden))


def _of_few(registers: pd.DataFrame, policy: Policy) -> pd.Series:
    """Are the euros of a row (`x_euros`) those of fewer than three suppliers (`x_suppliers`), or of fewer than ten rows
    (`x`), which can be people?"""
    key = ["register", "wave", "what"]
    numbers = dict(zip(registers[key].itertuples(index=False, name=None), registers["number"], strict=True))

    def few(register: str, wave: str, what: str) -> bool:
        of = what.removesuffix("euros")
        suppliers, rows = (numbers.get((register, wave, name)) for name in (f"{of}suppliers", of.rstrip("_")))
        if suppliers is not None:
            return bool(0 < suppliers < policy.registers.money.minimum_holdings)
        return rows is not None and bool(0 < rows < policy.minimum_respondents)

    return pd.Series([few(*one) for one in registers[key].itertuples(index=False, name=None)], registers.index, "bool")

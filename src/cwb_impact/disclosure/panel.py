"""The panel rule: the net change of a group and the change within its people are not both told.

Between two waves people join and leave. The net change is that of everybody, the change within people that of those who
stayed: together they tell what the joiners and leavers answered. So both are told only when at least ten joined and ten
left (trust.md C2.4). Two levels that are shown are a net change too, for everybody can subtract them.

The package makes net changes only (`compare/changes.py`). Changes within people would come with `kind: within_person`;
this check is where they would have to pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cwb_impact.disclosure.ledger import CHANGE_KEYS, Entry
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.errors import Problems
from cwb_impact.spec.bundle import StudyBundle

NET, WITHIN = "net", "within_person"

_Key = tuple[str, ...]


def net_and_within(
    changes: pd.DataFrame, levels: pd.DataFrame, earlier: Iterable[Entry], study: StudyBundle
) -> Problems:
    """E413 for every group of which a release, alone or with earlier ones, tells the net change and that within people.

    Parameters
    ----------
    changes : CHANGE_KEYS, kind (`net`, `within_person`; all net without the column), status, and the exact n_from,
        n_to and n_both. levels : indicator, population, wave, dimension, category and status.
    """
    kinds = changes if "kind" in changes else changes.assign(kind=NET)
    shown = kinds[kinds["status"].isin(SHOWN)].to_dict("records")
    told = {(str(row["kind"]), _key(row)) for row in shown}
    told |= {(change["kind"], _key(change)) for entry in earlier for change in entry.changes}
    seen = {_level(row) for row in levels[levels["status"].isin(SHOWN)].to_dict("records")}
    seen |= {_level(row.level) for entry in earlier for row in entry.rows}
    enough = {_key(row) for row in kinds.to_dict("records") if _many_moved(row, study.policy.minimum_respondents)}
    problems, doc = Problems(), study.study.doc
    for _, key in sorted(one for one in told if one[0] == WITHIN):
        if ((NET, key) in told or _ends(key) <= seen) and key not in enough:
            least = study.policy.minimum_respondents
            what = f"net change and change within people are both told, and not {least} people joined and {least} left"
            fix = "Tell one of the two, as was done before"
            problems.add("E413", doc.shown, doc.line("comparisons"), ", ".join(key), what, fix)
    return problems


def _key(change: Mapping[Any, Any]) -> _Key:
    return tuple(str(change[name]) for name in CHANGE_KEYS)


def _level(row: Mapping[Any, Any]) -> _Key:
    return tuple(str(row[name]) for name in ("indicator", "population", "wave", "dimension", "category"))


def _ends(key: _Key) -> set[_Key]:
    """The two levels of a change."""
    indicator, population, wave_from, wave_to, *group = key
    return {(indicator, population, wave, *group) for wave in (wave_from, wave_to)}


def _many_moved(change: Mapping[Any, Any], least: int) -> bool:
    """Did enough people join and leave? Numbers that are not known are not enough."""
    n_from, n_to, n_both = (change[name] for name in ("n_from", "n_to", "n_both"))
    known = not any(pd.isna(number) for number in (n_from, n_to, n_both))
    return bool(known and min(n_from - n_both, n_to - n_both) >= least)

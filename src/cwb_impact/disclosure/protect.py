"""The gate: estimates and changes in, a SafeTable out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from cwb_impact.disclosure.complements import COVERS, complements_of
from cwb_impact.disclosure.differencing import DIFFERS_BY_FEW, differences, too_close
from cwb_impact.disclosure.families import survey_families
from cwb_impact.disclosure.family import Bound, Family, Key
from cwb_impact.disclosure.ledger import Entry, Ledger, earlier_rows, entry_of
from cwb_impact.disclosure.levels import (
    changes_as_if_shown,
    decided_changes,
    decided_levels,
    flagged,
    levels_as_if_shown,
    published_changes,
    published_levels,
)
from cwb_impact.disclosure.panel import net_and_within
from cwb_impact.disclosure.people import People, Place, people_of
from cwb_impact.disclosure.primary import COMPLEMENT, SHOWN, SUPPRESSED
from cwb_impact.disclosure.register_families import register_families
from cwb_impact.disclosure.registers import as_if_shown, decided_figures, public_counts, published_figures
from cwb_impact.disclosure.secondary import hide
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.disclosure.stay_hidden import stay_hidden
from cwb_impact.errors import Problem, Problems
from cwb_impact.provenance import hash_of_published
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.model import DATA_LABEL
from cwb_impact.spec.policy import Policy
from cwb_impact.types import _PROTECTED, Comparison, EstimateTable, RegisterFigures, SafeTable


@dataclass(frozen=True, repr=False)
class Protected:
    """What protection did. Only `release` may leave, and only when nothing is wrong (CwbError).

    levels : the rows of EstimateTable.frame, exact, with the status, reason and band that they have in the release.
    figures : the same of RegisterFigures, with labels that follow on those of `levels`. people : who is behind them.
    bounds : what an attacker can say of every hidden number. entry : for the release ledger. problems : errors, and
    what researchers must know.
    """

    _release: SafeTable
    levels: pd.DataFrame
    figures: pd.DataFrame
    people: Mapping[Place, People]
    bounds: tuple[Bound, ...]
    entry: Entry
    problems: tuple[Problem, ...]

    @property
    def release(self) -> SafeTable:
        Problems(self.problems).raise_if_errors()
        return self._release

    def __repr__(self) -> str:
        return f"<Protected: {self._release!r}; {len(self.bounds)} hidden numbers attacked>"


@dataclass(frozen=True, repr=False)
class _Covered:
    """Survey rows and register rows with what covers them, and what an attacker can then say of each."""

    levels: pd.DataFrame
    figures: pd.DataFrame
    asked: tuple[Bound, ...]
    kept: tuple[Bound, ...]

    @property
    def away(self) -> frozenset[Key]:
        """Labels of the rows that are not shown."""
        return frozenset(row for rows in (self.levels, self.figures) for row in rows.index[~rows["status"].isin(SHOWN)])


def protect(
    estimates: EstimateTable,
    changes: Comparison,
    kept: RegisterFigures,
    public: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    ledger: Ledger,
    key: bytes,
    today: date,
) -> Protected:
    """Apply the study's policy, attack the result, and build the tables of a release.

    Rules for each row by itself come first, then whatever would give away what they hide: the plain complement of a
    dimension, then every figure that an attacker needs who puts all tables of this and of earlier releases together.

    Parameters
    ----------
    kept : figures from registers.
    public : tables that were public before (figures of the programme report), passed on as they are.
    manifest : the description of the release; it holds no figures from the data.
    ledger : what was released before. key : of the pseudonyms, for the ledger. today : for the ledger.

    Returns
    -------
    Protected
        `release` has the tables `indicators`, `changes`, `response`, `coverage`, `sources`, `registers` and the public
        ones, as in docs/release_files.md. `problems` may hold E410, a hidden number can be worked out too closely, and
        W410, so it can from what was published before; E412, a figure differs from one of an earlier release by too
        few people; E413, net change and change within people; W416. With an error there is no release.
    """
    study, policy = estimates.waves.study, estimates.waves.study.policy
    people = people_of(estimates)
    sketches, order = Sketches(people, key), tuple(study.study.releases)
    earlier = earlier_rows(ledger, sketches, study.release, order)
    before = ledger.earlier(study.release, order)

    def covered(under: Policy, away: frozenset[Key]) -> _Covered:
        bundle = replace(study, policy=under)
        levels, asked = _covered_asked(estimates.frame, changes.frame, people, bundle, earlier, away)
        figures, listed = _covered_kept(kept.frame, len(levels), people, bundle, earlier, away)
        return _Covered(levels, figures, asked, listed)

    rows = pd.concat([estimates.frame, kept.frame], ignore_index=True)
    away = stay_hidden(rows, before, sketches, policy.minimum_respondents)
    # what is hidden under the rules of all stays hidden under stricter ones, though they may need another complement
    if policy != study.default_policy:
        away |= covered(study.default_policy, away).away
    found = covered(policy, away)
    levels, figures = found.levels, found.figures

    problems = Problems()
    for rows, bounds in ((levels, found.asked), (figures, found.kept)):
        for bound in bounds:
            if not bound.safe:
                _tell(bound, rows, study, problems)
    decided = decided_changes(changes.frame, levels, policy)
    tables = _tables(estimates, flagged(levels), decided, figures, kept, study)
    release = SafeTable({**tables, **public}, manifest, _PROTECTED)
    shown = tables["indicators"].assign(protects=_protects(levels, figures))
    entry = entry_of(shown, decided, estimates.waves, sketches, hash_of_published(release.tables), today)
    problems.extend(differences(entry, before, study))
    problems.extend(net_and_within(decided, levels, before, study))
    return Protected(release, levels, figures, people, (*found.asked, *found.kept), entry, tuple(problems))


def what_was_done(protected: Protected) -> dict[str, pd.DataFrame]:
    """For researchers: what became of every row, and how close an attacker comes to each hidden number."""
    keys = ["indicator", "population", "wave", "dimension", "category"]
    rows = pd.concat([protected.levels, protected.figures])
    attacked = [
        {
            **{name: rows.at[_row(bound.key), name] for name in keys},
            "secret": bound.key[0] if isinstance(bound.key, tuple) else "",
            **{"low": bound.low, "high": bound.high, "width": bound.width, "safe": bound.safe},
        }
        for bound in protected.bounds
    ]
    columns = [*keys, "secret", "low", "high", "width", "safe"]
    return {"protection": rows[[*keys, "status", "reason", "band"]], "audit": pd.DataFrame(attacked, columns=columns)}


def _apart(rows: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> pd.DataFrame:
    """Without the figures that differ by a few people from another one of this release."""
    return _hidden(rows, list(too_close(rows, people, study)), SUPPRESSED, DIFFERS_BY_FEW)


def _hidden(rows: pd.DataFrame, which: Sequence[Key], status: str, reason: str) -> pd.DataFrame:
    out = rows.copy()
    out.loc[out.index.isin(which), ["status", "reason", "band"]] = [status, reason, ""]
    return out


def _covered_asked(
    frame: pd.DataFrame,
    changes: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
    away: Set[Key],
) -> tuple[pd.DataFrame, tuple[Bound, ...]]:
    """What people were asked, after all rules.

    frame, changes : of EstimateTable and Comparison. away : rows that are hidden to begin with, as complements.
    """
    levels = _apart(decided_levels(frame, study), people, study)
    told, change = levels_as_if_shown(levels, study), changes_as_if_shown(changes, levels, study)
    return covered_levels(levels, told, change, people, study, earlier, away)


def _covered_kept(
    frame: pd.DataFrame,
    first: int,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
    away: Set[Key],
) -> tuple[pd.DataFrame, tuple[Bound, ...]]:
    """What stands in lists, after all rules. first : its first label; those of other rows come before."""
    numbered = frame.set_axis(range(first, first + len(frame)))
    figures = _apart(decided_figures(numbered, study.dictionary, study.policy, people), people, study)
    listed = as_if_shown(figures, study.dictionary, study.policy)
    return _covered(_without(figures, away), register_families(figures, listed, people, study, earlier))


def _without(rows: pd.DataFrame, away: Set[Key]) -> pd.DataFrame:
    """With these rows hidden too, where they are not hidden already."""
    return _hidden(rows, [row for row in rows.index[rows["status"].isin(SHOWN)] if row in away], COMPLEMENT, COVERS)


def covered_levels(
    levels: pd.DataFrame,
    told: pd.DataFrame,
    change: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
    away: Set[Key] = frozenset(),
) -> tuple[pd.DataFrame, tuple[Bound, ...]]:
    """Complements of each dimension, then those that an attacker calls for; again while one brings the other.

    What figures tell and what is secret follows from the primary rules: a complement could have been shown, so it is no
    secret, and the attacker knows that it could. away : rows that are hidden to begin with, as complements.
    """
    families = survey_families(levels, told, change, people, study, earlier)
    levels = _without(levels, away)
    plain = complements_of(levels, people, study)
    while True:
        levels = _hidden(levels, list(levels.index[plain]), COMPLEMENT, COVERS)
        levels, found = _covered(levels, families)
        plain = complements_of(levels, people, study)
        if not plain.any():
            return levels, found


def _covered(rows: pd.DataFrame, families: Sequence[Family]) -> tuple[pd.DataFrame, tuple[Bound, ...]]:
    """With the figures hidden that would give a hidden one away, and what an attacker can then say of all of them.

    A figure can stand in several families: where it goes, the others are attacked again.
    """
    more: set[Key] = set()
    found: dict[int, tuple[Bound, ...]] = {}
    waiting = list(range(len(families)))
    while waiting:
        at = waiting.pop(0)
        keys = {figure.key for figure in families[at].figures}
        first = _not_told(families[at], rows) | (more & keys)
        after = hide(families[at], first)
        found[at], went = after.bounds, after.keys - first
        more |= went
        again = [other for other in found if other != at and any(one.key in went for one in families[other].figures)]
        waiting += [other for other in again if other not in waiting]
    return _hidden(rows, list(more), COMPLEMENT, COVERS), tuple(bound for at in sorted(found) for bound in found[at])


def _not_told(family: Family, rows: pd.DataFrame) -> frozenset[Key]:
    """Keys of what is hidden already: rows, and secrets that stand in a figure of their own."""
    away = set(rows.index[~rows["status"].isin(SHOWN)])
    return frozenset(figure.key for figure in family.figures if figure.secrets or figure.key in away)


def _tell(bound: Bound, rows: pd.DataFrame, study: StudyBundle, problems: Problems) -> None:
    doc, at = study.study.doc, _row(bound.key)
    place = ", ".join(str(rows.at[at, name]) for name in ("indicator", "population", "wave", "dimension", "category"))
    if bound.used or not bound.given:  # without either it follows from the reasons of this release
        what = "what is hidden can be worked out too closely from the other figures of this release"
        fix = "Merge categories, or leave a dimension out: cwb-impact protect --explain says which."
        problems.add("E410", doc.shown, doc.line("releases", study.release), place, what, fix)
    else:
        what = "what is hidden can be worked out from public figures and earlier releases, whatever is hidden now"
        problems.add("W410", doc.shown, doc.line("releases", study.release), place, what, "Nothing can take that back")


def _row(key: Key) -> Key:
    """The row that a secret is of: its own key, or the second part of ("secret", row) and ("difference", row, ...)."""
    return key[1] if isinstance(key, tuple) else key


def _tables(
    estimates: EstimateTable,
    levels: pd.DataFrame,
    changes: pd.DataFrame,
    figures: pd.DataFrame,
    kept: RegisterFigures,
    study: StudyBundle,
) -> dict[str, pd.DataFrame]:
    label = DATA_LABEL[study.study.data]
    waves = estimates.waves
    asked = published_levels(levels, study).assign(data=label)
    listed = _labelled(published_figures(figures, study.dictionary, study.policy))
    return {
        "indicators": pd.concat([asked, listed], ignore_index=True) if len(listed) else asked.reset_index(drop=True),
        "changes": published_changes(changes, study).reset_index(drop=True).assign(data=label),
        "response": _response(waves.response, study).assign(data=label),
        "coverage": waves.coverage.assign(data=label),
        "sources": _labelled(kept.sources),
        "registers": _labelled(public_counts(kept.registers, study.policy)),
    }


def _labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Register rows say themselves what they are: the report's own are public, whatever the survey is."""
    return frame.assign(data=frame["data"].map(DATA_LABEL))


def _protects(levels: pd.DataFrame, figures: pd.DataFrame) -> list[str]:
    """What each row of the table of indicators protects: everything that people were asked for, people."""
    return ["people"] * len(levels) + list(figures["protects"])


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

"""A release as the families see it: the primary rules applied, and every row rounded as if it were shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from cwb_impact.disclosure.families import survey_families
from cwb_impact.disclosure.family import Family, Figure, Key
from cwb_impact.disclosure.levels import changes_as_if_shown, decided_levels, levels_as_if_shown
from cwb_impact.disclosure.people import People, Place, people_of
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.types import LEVEL_COLUMNS, Comparison, EstimateTable

NONE_EARLIER = pd.DataFrame(columns=[*LEVEL_COLUMNS, "release"])


@dataclass(frozen=True, repr=False)
class AsIfShown:
    study: StudyBundle
    people: Mapping[Place, People]
    decided: pd.DataFrame
    shown: pd.DataFrame
    changes: pd.DataFrame
    earlier: pd.DataFrame

    def families(self) -> tuple[Family, ...]:
        return survey_families(self.decided, self.shown, self.changes, self.people, self.study, self.earlier)

    def key(self, **cells: str) -> int:
        """The label of the one row with these cells."""
        found = self.decided
        for name, cell in cells.items():
            found = found[found[name] == cell]
        assert len(found) == 1, f"{len(found)} rows"
        return int(found.index[0])

    def decide(self, key: int, status: str, reason: str, band: str = "") -> AsIfShown:
        """The same release, in which one row is decided otherwise."""
        decided = self.decided.copy()
        decided.loc[key, ["status", "reason", "band"]] = [status, reason, band]
        return replace(self, decided=decided)


def as_if_shown(estimates: EstimateTable, changes: Comparison) -> AsIfShown:
    study = estimates.waves.study
    decided = decided_levels(estimates.frame, study)
    return AsIfShown(
        study,
        people_of(estimates),
        decided,
        levels_as_if_shown(decided, study),
        changes_as_if_shown(changes.frame, decided, study),
        NONE_EARLIER,
    )


def family_of(families: tuple[Family, ...], key: Key) -> Family:
    """The one family that a figure is in."""
    (found,) = [family for family in families if any(figure.key == key for figure in family.figures)]
    return found


def hidden_at_first(release: AsIfShown, family: Family) -> frozenset[Key]:
    """What the primary rules hide, and everything with a secret."""
    return frozenset(figure.key for figure in family.figures if figure.secrets or _is_hidden(release, figure))


def _is_hidden(release: AsIfShown, figure: Figure) -> bool:
    return isinstance(figure.key, int) and release.decided.at[figure.key, "status"] not in SHOWN

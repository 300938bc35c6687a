"""The families of hand-made lists: what register_families makes of them, without a study's files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.disclosure.attack import untrue
from cwb_impact.disclosure.family import Family, Key
from cwb_impact.disclosure.people import people_of
from cwb_impact.disclosure.register_families import register_families
from cwb_impact.disclosure.registers import as_if_shown, decided_figures
from cwb_impact.registers.figures import register_figures
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.types import RegisterRows

WAVE = "2025Q3"


@dataclass(frozen=True)
class Release:
    """decided : the figures of lists after the rules. shown : as if each might be told. people : who is behind them."""

    study: StudyBundle
    decided: pd.DataFrame
    shown: pd.DataFrame
    people: dict[Any, Any]

    def families(self, earlier: pd.DataFrame | None = None) -> tuple[Family, ...]:
        earlier = pd.DataFrame() if earlier is None else earlier
        return register_families(self.decided, self.shown, self.people, self.study, earlier)

    def key(self, indicator: str, wave: str = WAVE) -> Key:
        chosen = self.decided[(self.decided["indicator"] == indicator) & (self.decided["wave"] == wave)]
        return chosen.index[0]

    def told(self, indicator: str) -> pd.Series:
        return self.shown.loc[self.key(indicator)]

    def only(self, *indicators: str) -> Release:
        """The same with fewer figures published."""
        return replace(self, decided=self.decided[self.decided["indicator"].isin(indicators)])

    def without_complements(self) -> Release:
        """Secondary suppression switched off."""
        was = self.decided["status"] == "suppressed_secondary"
        decided = self.decided.copy()
        decided.loc[was, ["status", "reason"]] = ["published", ""]
        return replace(self, decided=decided)

    def although(self, indicator: str) -> Release:
        """The same, with a figure that the rules hide told all the same."""
        decided = self.decided.copy()
        decided.loc[self.key(indicator), ["status", "reason"]] = ["published", ""]
        return replace(self, decided=decided)

    def earlier(self, *indicators: str) -> pd.DataFrame:
        """These figures as an earlier release may have told them."""
        return self.shown[self.shown["indicator"].isin(indicators)].assign(release="before", band="", reason="")


def release_of(study: StudyBundle, lists: Iterable[RegisterRows], indicators: Iterable[str] = ()) -> Release:
    """What is decided about the figures of these lists. indicators : others than those that the study chose."""
    if names := list(indicators):
        study = replace(study, study=study.study.model_copy(update={"indicators": names}))
    estimates: Any = SimpleNamespace(
        frame=pd.DataFrame(), designs={}, waves=SimpleNamespace(study=study, registers=tuple(lists))
    )
    people = people_of(estimates)
    decided = decided_figures(register_figures(estimates).frame, study.dictionary, study.policy, people)
    shown = as_if_shown(decided, study.dictionary, study.policy)
    return Release(study, decided, shown, people)


def hidden_of(family: Family, decided: pd.DataFrame) -> frozenset[Key]:
    """What is hidden from the start: rows by the rules, and all that is only there to stay uncertain."""
    rows = decided.index[decided["status"].astype(str).str.startswith("suppressed")]
    return frozenset({figure.key for figure in family.figures if figure.secrets} | set(rows))


def all_true(family: Family, hidden: frozenset[Key]) -> bool:
    assert len(family.truth) == family.unknowns and np.all(family.truth >= 0)
    return untrue(family, hidden) == ()

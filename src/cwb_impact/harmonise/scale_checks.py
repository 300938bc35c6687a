"""Do the items of a scale run in one direction? A map that forgot to reverse one turns a score into noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.indicators.scales import ENOUGH, item_scores
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.wave_map import WaveMap


def check_scales(frame: pd.DataFrame, spec: WaveMap, dictionary: Dictionary, problems: Problems) -> None:
    """W270 for an item that correlates negatively with the sum of the other items of its scale."""
    for scale in dictionary.scored_alike_once:
        if set(scale.items) <= set(spec.variables):
            _check_scale(frame, scale, spec, problems)


def _check_scale(frame: pd.DataFrame, scale: Scale, spec: WaveMap, problems: Problems) -> None:
    items = item_scores(scale, frame)
    items = items[~np.isnan(items).any(axis=1)]
    if len(items) < ENOUGH:
        return
    for index, item in enumerate(scale.items):
        others = np.delete(items, index, axis=1).sum(axis=1)
        # an item that nobody answers differently has no direction
        if items[:, index].std() and others.std() and np.corrcoef(items[:, index], others)[0, 1] < 0:
            what = f"runs against the other items of {scale.id}"
            fix = "Is 1 the best answer here and the worst in the other items? Then use reverse"
            line = spec.doc.line("variables", item)
            problems.add("W270", spec.doc.shown, line, item, what, fix, len(items), len(frame))

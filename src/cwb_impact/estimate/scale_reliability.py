"""How well the items of each scale hang together: by population, wave and language in which people answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cwb_impact.design import Floats, Integers
from cwb_impact.errors import Problems
from cwb_impact.estimate.reliability import FEW, item_statistics, reliability
from cwb_impact.indicators.scales import ENOUGH, item_scores
from cwb_impact.spec.scale import Scale
from cwb_impact.types import Booleans, Waves

LANGUAGE = "interview_language"
"""The variable that says in which language somebody answered: a translation is an instrument of its own."""

ALL = "all"

RELIABILITY_COLUMNS = (
    "scale", "population", "wave", "language", "n", "ess", "items", "alpha", "alpha_low", "alpha_high", "omega",
    "omega_low", "omega_high", "omega_n", "against", "notes",
)  # fmt: skip
ITEM_COLUMNS = (
    "scale", "population", "wave", "language", "item", "n", "missing", "mean", "sd", "item_rest", "alpha_if_dropped",
    "loading",
)  # fmt: skip


def scale_reliability(waves: Waves, problems: Problems) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reliability of every scale whose items a wave has, weighted, for all respondents and for each language.

    Items are taken as the score takes them: reversed where the scale says so, 1 or 0 where it counts. Alpha is that of
    people who answered every item. Exact figures about few people: for researchers, never published.

    Returns
    -------
    One row a scale, population, wave and language (RELIABILITY_COLUMNS), and one for each of its items (ITEM_COLUMNS).

    Problems: W271 an item that runs against the others, in one language or in all: is it reversed, or its translation?
    """
    tables: list[dict[str, object]] = []
    items: list[dict[str, object]] = []
    for (population, wave), design in waves.designs.items():
        frame, spec = waves.of(population, wave), waves.study.maps[population, wave]
        units = design.psu if len(np.unique(design.psu)) < len(design.psu) else None
        for scale in waves.study.dictionary.scored_alike_once:
            if not set(scale.items) <= set(spec.variables):
                continue
            answers = item_scores(scale, frame)
            for language, inside in _languages(frame):
                key = {"scale": scale.id, "population": population, "wave": wave, "language": language}
                row, told = _of(scale, answers[inside], design.weight[inside], _part(units, inside))
                tables.append({**key, **row})
                items += [{**key, **item} for item in told]
                if against := str(row["against"]):
                    what = f"{population} {wave}, {language}: {against} runs against the other items"
                    fix = "Does the map reverse the item, and does its translation ask the same?"
                    line = scale.doc.line("items")
                    problems.add("W271", scale.doc.shown, line, scale.id, what, fix, int(inside.sum()))
    return pd.DataFrame(tables, columns=list(RELIABILITY_COLUMNS)), pd.DataFrame(items, columns=list(ITEM_COLUMNS))


def _languages(frame: pd.DataFrame) -> Iterator[tuple[str, Booleans]]:
    """Everybody, and those of each language when there is more than one."""
    yield ALL, np.ones(len(frame), dtype=bool)
    spoken = sorted({str(language) for language in frame[LANGUAGE].dropna()}) if LANGUAGE in frame else []
    for language in spoken if len(spoken) > 1 else ():
        yield language, np.asarray(frame[LANGUAGE] == language, dtype=bool)


def _part(units: Integers | None, inside: Booleans) -> Integers | None:
    return None if units is None else units[inside]


def _of(
    scale: Scale, answers: Floats, w: Floats, psu: Integers | None
) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    """The figures of one scale, and of each of its items."""
    complete = int((~np.isnan(answers)).all(axis=1).sum())
    if complete < FEW:
        told: dict[str, object] = dict.fromkeys(RELIABILITY_COLUMNS[4:], np.nan)
        return {**told, "n": complete, "items": len(scale.items), "against": "", "notes": "too few answers"}, []
    found = reliability(answers, w, psu=psu)
    # of a few people a correlation below 0 is an accident and no reversed item
    against = [scale.items[item] for item in found.against] if found.n >= ENOUGH else []
    row = {name: getattr(found, name) for name in RELIABILITY_COLUMNS[4:] if hasattr(found, name)}
    told = {**row, "items": found.k, "against": " ".join(against), "notes": "; ".join(found.notes)}
    statistics = zip(scale.items, item_statistics(answers, w), strict=True)
    fields = ITEM_COLUMNS[5:]
    return told, [{"item": item, **{name: getattr(one, name) for name in fields}} for item, one in statistics]

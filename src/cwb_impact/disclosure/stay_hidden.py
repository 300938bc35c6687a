"""What an earlier release hid stays hidden where its figures cannot be made again.

When a few people withdrew, or an answer was corrected, the earlier figures are of other answers than today's, so the
attacker (`attack.py`) cannot set them side by side as he does with the same answers. Yet most answers are the same: the
old total minus the old figures of women, and a figure of men that was hidden then and is shown now, give away the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from cwb_impact.disclosure.family import Key
from cwb_impact.disclosure.ledger import LOST, Entry
from cwb_impact.disclosure.sketch import Sketches, differing

_OF = ["indicator", "population", "wave"]


def stay_hidden(rows: pd.DataFrame, earlier: Iterable[Entry], sketches: Sketches, minimum: int) -> frozenset[Key]:
    """Labels of rows that an earlier release did not show, over nearly the same answers.

    Nearly: of the same indicator, population and wave some row has changed since, and by fewer people than the minimum.
    More than these, and the old figures say too little of today's people. None, and the attacker looks at them.

    Parameters
    ----------
    rows : with indicator, population, wave, dimension and category.
    """
    labels: dict[tuple[str, ...], dict[tuple[str, str], Key]] = defaultdict(dict)
    for label, *key, dimension, category in rows[[*_OF, "dimension", "category"]].itertuples():
        labels[tuple(key)][dimension, category] = label
    found: set[Key] = set()
    for entry in earlier:
        told = defaultdict[tuple[str, ...], set[tuple[str, str]]](set)
        changed: set[tuple[str, ...]] = set()
        for row in entry.rows:
            of, now = tuple(row.level[name] for name in _OF), sketches.of(row.level)
            told[of].add((row.level["dimension"], row.level["category"]))
            if now is not None and row.behind != LOST and 0 < differing(now.answers, row.behind.answers) < minimum:
                changed.add(of)
        found |= {label for of in changed for place, label in labels[of].items() if place not in told[of]}
    return frozenset(found)

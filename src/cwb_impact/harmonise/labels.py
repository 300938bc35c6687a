"""The label guard: code N must still carry the label that the map was written for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from cwb_impact.errors import Problems
from cwb_impact.harmonise.transforms import SourceCodes
from cwb_impact.spec.wave_map import WaveMap

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def normalised(label: str) -> str:
    """Labels compare equal after NFC, case folding, white space and invisible direction marks."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", label))
    return " ".join(text.split()).casefold()


def check_labels(spec: WaveMap, name: str, found: SourceCodes, labels: Mapping[str, str], problems: Problems) -> None:
    """E140 when a label differs, is absent, or is not guarded although the relation is not exact."""
    entry, doc = spec.variables[name], spec.doc
    for code, target in entry.targets.items():
        count = int(found.count[found.codes.index(code)]) if code in found.codes else 0
        line = doc.line("variables", name, "recode", code)
        total = int(found.count.sum())
        if target.label is None:
            if labels.get(code) and entry.relation != "exact":
                what = f"code {code} has a label in the file and none in the map, and the relation is {entry.relation}"
                fix = "Write it as {to: ..., label: ...}"
                problems.add("E140", doc.shown, line, name, what, fix, count, total)
        elif labels and normalised(labels.get(code, "")) != normalised(target.label):
            actual = labels.get(code)
            says = f'is labelled "{actual}"' if actual else "has no label"
            what = f'code {code} in {entry.from_} {says} in {spec.source.file}, the map expects "{target.label}"'
            fix = "Look which is right; a label may have moved to another code"
            problems.add("E140", doc.shown, line, name, what, fix, count, total)

"""The label guard: code N must still carry the label that the map was written for."""

from __future__ import annotations

import html
import re
import unicodedata

from cwb_impact.errors import Problems
from cwb_impact.harmonise.mapped import Mapped
from cwb_impact.harmonise.source_codes import SourceCodes
from cwb_impact.spec.codes import is_span
from cwb_impact.types import ColumnInfo

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TAG = re.compile(r"<[^<>]{1,80}>")
_AFTER_TAG = re.compile(r"(?<!\s)\s+(?=[,;.:!?])")
_NUMBERING = re.compile(r"^\(?\d{1,3}[.)]\s+")
_CUT = 118
"""SPSS cuts value labels at 120 bytes, and never inside a letter of several bytes."""


def normalised(label: str) -> str:
    """Labels compare equal after NFC, white space, invisible direction marks and case.

    Case is compared without the dot of i: Turkish I, ı, İ and i are written for one another by survey tools.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", label))
    folded = " ".join(text.split()).casefold()
    return folded.replace("i\u0307", "i").replace("ı", "i")


def bare(label: str) -> str:
    """A label without what survey tools add: HTML, numbering such as `0. NO`, a trailing comma."""
    plain = html.unescape(_AFTER_TAG.sub("", _TAG.sub(" ", label)))
    return normalised(_NUMBERING.sub("", plain.strip())).rstrip(" ,;.")


def alike(actual: str, expected: str) -> bool:
    """Do two labels differ only by what survey tools add, or by the place where the file cuts them?"""
    found, wanted = bare(actual), bare(expected)
    return found == wanted or (len(actual.encode()) >= _CUT and wanted.startswith(found))


def check_labels(mapped: Mapped, found: SourceCodes, column: ColumnInfo, problems: Problems) -> None:
    """E140 when a label differs, is absent, or is not guarded although the relation is not exact.

    Codes of a recode carry their label in `to`/`label`, codes of bands and missing under `labels`. W141 when a label
    differs only by what survey tools add.
    """
    entry, counts = mapped.entry, found.counts
    guards = {code: (target.label, ("recode", code)) for code, target in entry.targets.items() if not is_span(code)}
    guards |= {code: (None, ("bands", code)) for code in entry.bands or {}}
    guards |= {code: (label, ("labels", code)) for code, label in entry.labels.items()}
    for code, (expected, place) in guards.items():
        actual, line, count = column.labels.get(code), mapped.line(*place), counts.get(code, 0)
        if expected is None:
            if actual and entry.relation != "exact":
                what = f"code {code} has a label in the file and none in the map, and the relation is {entry.relation}"
                fix = "Write it under labels" if place[0] == "bands" else "Write it as {to: ..., label: ...}"
                problems.add("E140", mapped.shown, line, mapped.name, what, fix, count, found.rows)
        elif column.labels and normalised(actual or "") != normalised(expected):
            says = f'is labelled "{actual}"' if actual else "has no label"
            file = mapped.spec.source.file
            what = f'code {code} in {column.name} {says} in {file}, the map expects "{expected}"'
            same = actual is not None and alike(actual, expected)
            fix = "Look which is right; a label may have moved to another code"
            fix = "Only its markup or numbering differs: write it as in the file" if same else fix
            code_of = "W141" if same else "E140"
            problems.add(code_of, mapped.shown, line, mapped.name, what, fix, count, found.rows)


def check_label_set(mapped: Mapped, column: ColumnInfo, problems: Problems) -> None:
    """W142 when two codes of the file share a label that the map sends to different answers."""
    seen: dict[str, str] = {}
    for code, label in column.labels.items():
        if not label or mapped.targets.get(code, None) is None:
            continue
        other = seen.setdefault(normalised(label), code)
        if other != code and _answer(mapped, other) != _answer(mapped, code):
            what = f'codes {other} and {code} in {column.name} have the same label "{label}" and different targets'
            problems.add(
                "W142", mapped.shown, mapped.line("recode", code), mapped.name, what, "Check the questionnaire"
            )


def _answer(mapped: Mapped, code: str) -> object:
    target = mapped.targets.get(code, None)
    return target.to if target is not None else None

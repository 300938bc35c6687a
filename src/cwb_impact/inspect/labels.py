"""What can be wrong with the labels of a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from cwb_impact.harmonise.labels import normalised
from cwb_impact.read.mojibake import is_mojibake

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,80}>|&(nbsp|amp|lt|gt|quot|#\d+);")
_NUMBERED = re.compile(r"^\s*[\[(]?(-?\d{1,4})[\])]?\s*[.:)=]\s*\S")
_CUTS = (119, 120, 255, 256)
"""Bytes or characters that SPSS keeps of a label, and one less."""


def trouble_of(label: str, labels: Mapping[str, str], unlabelled: int) -> tuple[str, ...]:
    """Remarks about the labels of one column. unlabelled : occurring codes without a label beside labelled ones."""
    return tuple(_remarks(label, labels, unlabelled))


def _remarks(label: str, labels: Mapping[str, str], unlabelled: int) -> Iterator[str]:
    texts = [label, *labels.values()]
    same = [text for text, times in Counter(normalised(text) for text in labels.values()).items() if times > 1 and text]
    if same:
        codes = [code for code, text in labels.items() if normalised(text) == same[0]]
        yield f"codes {' and '.join(codes[:5])} have the same label"
    if unlabelled:
        yield f"{unlabelled} codes that occur have no label"
    if any(not text.strip() for text in labels.values()):
        yield "a code has an empty label"
    if any(_TAG.search(text) for text in texts):
        yield "labels hold HTML"
    if any(len(text.encode()) in _CUTS or len(text) in _CUTS for text in texts):
        yield "a label is as long as the place for it: it may be cut off"
    if any((found := _NUMBERED.match(text)) and found[1] == code for code, text in labels.items()):
        yield "labels repeat their code, as in `0. NO`"
    if any(is_mojibake(text) for text in texts):
        yield "labels look garbled: another encoding was meant"

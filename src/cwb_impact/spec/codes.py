"""Source codes as maps write them, ranges of codes, and how a file writes its numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

SYSMIS = "sysmis"
"""The code of a cell that holds nothing."""

_NUMBER = r"-?\d{1,15}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?"
_SPAN = re.compile(r"-?\d{1,12}(\.\d{1,6})?\.\.-?\d{1,12}(\.\d{1,6})?")
_SPACES = "\u0020\u00a0\u202f\u2009"


def code_text(value: object) -> str:
    """A source code as maps write it: 1.0 is `1`, text is itself without blanks around it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def bounds(span: str) -> tuple[float, float]:
    """`0..10` as (0, 10)."""
    low, _, high = span.partition("..")
    return float(low), float(high)


def is_span(key: str) -> bool:
    """Is a key of a map a range of codes (`996..999`) rather than one code?"""
    return _SPAN.fullmatch(key) is not None


def normal_code(key: object) -> object:
    """A key of a map as the readers write codes: 1.0 is 1."""
    text = str(key).strip()
    return text[:-2] if text.endswith(".0") and text[:-2].removeprefix("-").isdigit() else text


def _ordered(span: str) -> str:
    low, high = bounds(span)
    if low > high:
        raise ValueError(f"{span} runs from high to low")
    return span


def _each_once(entries: object) -> object:
    """`1` and `1.0` are one code: the second would replace the first without a word."""
    if isinstance(entries, dict):
        for code, times in Counter(str(normal_code(key)) for key in entries).items():
            if times > 1:
                raise ValueError(f"code {code} stands twice")
    return entries


Code = Annotated[str, BeforeValidator(normal_code)]

EachCodeOnce = BeforeValidator(_each_once)

NumberRange = Annotated[str, Field(pattern=f"^{_SPAN.pattern}$"), AfterValidator(_ordered)]

Found = TypeVar("Found")


@dataclass(frozen=True)
class CodeMap(Generic[Found]):
    """What each source code becomes: single codes, and ranges with both ends included."""

    single: Mapping[str, Found]
    spans: tuple[tuple[float, float, Found], ...]

    @classmethod
    def of(cls, entries: Mapping[str, Found]) -> CodeMap[Found]:
        single = {key: found for key, found in entries.items() if not is_span(key)}
        spans = tuple((*bounds(key), found) for key, found in entries.items() if is_span(key))
        return cls(single, spans)

    def get(self, code: str, value: float | None) -> Found | None:
        """What a code becomes; `value` is the code as a number, when it is one."""
        if code in self.single:
            return self.single[code]
        if value is not None:
            for low, high, found in self.spans:
                if low <= value <= high:
                    return found
        return None


def overlap(keys: Mapping[str, object]) -> str | None:
    """The first code or range that another range holds too, or that holds nothing; None when all have one place."""
    if backwards := [key for key in keys if is_span(key) and bounds(key)[0] > bounds(key)[1]]:
        return f"the range {backwards[0]} runs from high to low"
    spans = sorted(bounds(key) for key in keys if is_span(key))
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            return f"the ranges overlap at {start:g}"
    for key in keys:
        if re.fullmatch(_NUMBER, key) and any(low <= float(key) <= high for low, high in spans):
            return f"code {key} stands alone and in a range"
    return None


@dataclass(frozen=True)
class NumberFormat:
    """How a text file writes numbers. Nothing is guessed: what the map does not state is not accepted.

    decimal : the decimal mark, None when the map does not state it (then a point, and three digits after it are
        ambiguous). thousands : the separator of thousands; `space` stands for any kind of space.
    """

    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", "space", "'"] | None = None
    currency: str | None = None

    def parse(self, text: str) -> float | None:
        """A cell as a number, or None. Digits of any script count as digits (٣ is 3)."""
        if self.is_ambiguous(text):
            return None
        plain = self._without_currency(text)
        if self.thousands is not None:
            plain = self._without_thousands(plain)
        if self.decimal == ",":
            if "." in plain:
                return None
            plain = plain.replace(",", ".")
        return float(plain) if re.fullmatch(_NUMBER, plain) else None

    def is_ambiguous(self, text: str) -> bool:
        """`1.234`: a decimal number or a thousand? True when the map states neither mark."""
        if self.thousands is not None or self.decimal is not None:
            return False
        # a thousand never starts with a zero in any script: 0.125 is a decimal number
        found = re.fullmatch(r"-?(\d)\d{0,2}([.,]\d{3})+", self._without_currency(text))
        return found is not None and int(found[1]) != 0

    def _without_currency(self, text: str) -> str:
        plain = text.strip()
        if self.currency:
            plain = plain.removeprefix(self.currency).removesuffix(self.currency).strip(_SPACES)
        return plain

    def _without_thousands(self, text: str) -> str:
        """Without separators, when they stand where they should; otherwise unchanged, so that it is no number."""
        marks = _SPACES if self.thousands == "space" else re.escape(self.thousands or "")
        decimal = re.escape(self.decimal or ".")
        if re.fullmatch(rf"-?\d{{1,3}}([{marks}]\d{{3}})+({decimal}\d+)?", text):
            return re.sub(rf"[{marks}]", "", text)
        return text


PLAIN_NUMBERS = NumberFormat(decimal=".")
"""Numbers of files that hold numbers, as their codes are written."""

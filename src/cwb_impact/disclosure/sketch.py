"""A sketch of who is behind a figure: enough to see that two figures differ by a few people, too little to say by whom.

Each person's keyed digest chooses one of BUCKETS buckets and a word; a bucket holds the exclusive-or of its words. Two
sketches differ in at most one bucket for each person who is in one of them and not in the other, or who answered
otherwise. So a difference of fewer than ten people never shows in ten buckets; it is overlooked only when words cancel
out (chance 2^-32 for each bucket that people touch). More people can share buckets and look like fewer: of exactly ten
that happens in 8% of cases, of eleven in 0.5% (measured: docs/decisions/010-the-release-ledger.md). That blocks
something that need not be blocked, which is the safe side.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.disclosure.people import TOTAL, Answer, People, Place
from cwb_impact.types import Booleans, Floats

BUCKETS = 512

Buckets = np.ndarray[tuple[int], np.dtype[np.uint32]]
"""(BUCKETS,) words; 0 is a bucket that nobody touches."""

_WORD = np.dtype("<u4")


@dataclass(frozen=True, repr=False)
class Marks:
    """What n people put into a sketch. bucket : (n,) where. word : (n,) what, never 0."""

    bucket: np.ndarray
    word: np.ndarray


@dataclass(frozen=True, slots=True, repr=False)
class Behind:
    """Who is behind one row. members : sketch of who is asked and belongs to the category. answers : of who answered
    what. same : a keyed digest of the answers and weights, equal only when all of them are equal."""

    members: str
    answers: str
    same: str


class Sketches:
    """Sketches of the rows about these people. The words of every person are worked out once.

    key : the key of the pseudonyms; the ledger's own key is derived from it. fingerprint : tells ledger keys apart.
    """

    def __init__(self, people: Mapping[Place, People], key: bytes) -> None:
        self._key = hmac.digest(key, b"cwb:ledger:v1", "sha256")
        self.fingerprint = hmac.digest(self._key, b"fingerprint", "sha256").hex()[:16]
        self._people = people
        self._asked = {place: member_marks(one.person, self._key) for place, one in people.items()}
        self._answered: dict[tuple[Place, str], Marks] = {}
        self._made: dict[tuple[Place, str, str, str], Behind] = {}
        self._place = {
            (population, wave, indicator): (population, wave, kept)
            for (population, wave, kept), one in people.items()
            for indicator in one.answers
        }

    def __repr__(self) -> str:
        return f"<Sketches of {len(self._people)} places>"

    def of(self, row: Mapping[Any, Any]) -> Behind | None:
        """Who is behind a row with indicator, population, wave, dimension and category; None when it is not known."""
        place = self._place.get((row["population"], row["wave"], row["indicator"]))
        dimension, category, indicator = str(row["dimension"]), str(row["category"]), str(row["indicator"])
        if place is None or (dimension != TOTAL and dimension not in self._people[place].categories):
            return None
        key = (place, indicator, dimension, category)
        if key not in self._made:
            self._made[key] = self._behind(place, indicator, self._people[place].members(dimension, category))
        return self._made[key]

    def _behind(self, place: Place, indicator: str, group: Booleans) -> Behind:
        people, asked = self._people[place], self._asked[place]
        answer = people.answers[indicator]
        if (place, indicator) not in self._answered:
            self._answered[place, indicator] = answer_marks(people.person, answer, asked.bucket, self._key)
        answered = self._answered[place, indicator]
        valid = group & answer.valid
        return Behind(
            to_text(sketch(asked, group & answer.universe)),
            to_text(sketch(answered, valid)),
            self._same(answered.word[valid], people.weight[valid]),
        )

    def _same(self, word: np.ndarray, weight: Floats) -> str:
        told = sorted(f"{one:08x} {of:.6g}" for one, of in zip(word.tolist(), weight.tolist(), strict=True))
        return hmac.digest(self._key, "\n".join(told).encode(), "sha256").hex()[:16]


def member_marks(person: pd.Series, key: bytes) -> Marks:
    """The marks of people, whatever they answered."""
    digests = [hmac.digest(key, f"member:{one}".encode(), "sha256") for one in person.tolist()]
    parts = np.frombuffer(b"".join(digests), dtype=_WORD).reshape(len(digests), 8)
    return Marks(parts[:, 0] % BUCKETS, np.maximum(parts[:, 1], 1))


def answer_marks(person: pd.Series, answer: Answer, bucket: np.ndarray, key: bytes) -> Marks:
    """The marks of people with their answers: in the bucket of the person, so that another answer is one bucket too.

    Numbers are told to 12 digits: the last bits of a mean differ between machines.
    """
    beside = np.zeros(len(person)) if answer.beside is None else answer.beside
    told = zip(person.tolist(), answer.y.tolist(), beside.tolist(), strict=True)
    digests = [hmac.digest(key, f"answer:{one}:{y:.12g}:{by:.12g}".encode(), "sha256")[:4] for one, y, by in told]
    return Marks(bucket, np.maximum(np.frombuffer(b"".join(digests), dtype=_WORD), 1))


def sketch(marks: Marks, members: Booleans) -> Buckets:
    """(BUCKETS,) the exclusive-or of the members' words, bucket by bucket."""
    made = np.zeros(BUCKETS, dtype=np.uint32)
    np.bitwise_xor.at(made, marks.bucket[members], marks.word[members])
    return made


def differing(one: str, other: str) -> int:
    """In how many buckets two sketches (as text) differ: at most the number of people who make the difference.

    Examples
    --------
    >>> nobody = to_text(np.zeros(BUCKETS, dtype=np.uint32))
    >>> somebody = to_text(np.eye(1, BUCKETS, 7, dtype=np.uint32)[0])
    >>> differing(nobody, somebody)
    1
    """
    return 0 if one == other else int(np.count_nonzero(from_text(one) != from_text(other)))


def to_text(buckets: Buckets) -> str:
    """Which buckets are touched (one bit each), then their words, in base64. Equal sketches give equal text."""
    touched = buckets != 0
    return base64.b64encode(np.packbits(touched).tobytes() + buckets[touched].astype(_WORD).tobytes()).decode()


@lru_cache(maxsize=16384)
def from_text(text: str) -> Buckets:
    """The sketch of a text; read only, for it is kept.

    Raises
    ------
    ValueError
        When this is no sketch.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no sketch") from None
    touched = np.unpackbits(np.frombuffer(data[: BUCKETS // 8], dtype=np.uint8)).astype(bool)
    if len(touched) != BUCKETS or len(data) != BUCKETS // 8 + 4 * touched.sum():
        raise ValueError("no sketch")
    buckets = np.zeros(BUCKETS, dtype=np.uint32)
    buckets[touched] = np.frombuffer(data[BUCKETS // 8 :], dtype=_WORD)
    buckets.setflags(write=False)
    return buckets

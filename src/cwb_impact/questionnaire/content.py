"""What is asked, of whom and in which words, before any tool is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cwb_impact.spec.conditions import Condition
from cwb_impact.spec.dictionary import Dictionary

Kind = Literal["one", "several", "whole", "decimal", "text", "date"]
"""One answer of a list, several answers of a list, a number that is typed, a text, a date."""

Texts = Mapping[str, str]
"""Language to words; empty where the words do not exist."""

RESPONDENT = "respondent_id"


@dataclass(frozen=True)
class Choice:
    """An answer that can be ticked. code : the dictionary's code, or the number of a point on a scale."""

    code: str
    label: Texts


@dataclass(frozen=True)
class Item:
    """A question.

    missing : reason to the number that stands for it, for questions where people can say so; none for texts, dates.
    span : least and most of a number. exclusive : answers that cannot stand beside another.
    required : an answer must be given: the stratum of a census, without which nobody has a weight.
    gate : the hidden column that says whether the question was asked (1) or not (0); None when everybody is asked.
    """

    name: str
    kind: Kind
    text: Texts
    choices: tuple[Choice, ...] = ()
    missing: Mapping[str, str] | None = None
    span: tuple[float, float] | None = None
    whole: bool = False
    unit: str | None = None
    days: tuple[date, date] | None = None
    exclusive: tuple[str, ...] = ()
    required: bool = False
    asked_if: Condition | None = None
    gate: str | None = None

    @property
    def offered(self) -> Mapping[str, str]:
        """Reason to number; empty when the question can only be left open."""
        return self.missing or {}


@dataclass(frozen=True)
class Block:
    """Questions of one theme, under a heading."""

    name: str
    title: Texts
    items: tuple[Item, ...]


@dataclass(frozen=True)
class NoWording:
    """Words that somebody must still supply. source : where they may be found."""

    variable: str
    part: str
    languages: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Questionnaire:
    """The questions to one population in one wave.

    words : the words of the form itself, such as `dont_know`. elsewhere : variables that the study needs and that come
    from a register.
    """

    study: Texts
    population: str
    population_label: Texts
    wave: str
    languages: tuple[str, ...]
    blocks: tuple[Block, ...]
    words: Mapping[str, Texts]
    elsewhere: tuple[str, ...]
    missing_wordings: tuple[NoWording, ...]
    dictionary: Dictionary

    @property
    def items(self) -> tuple[Item, ...]:
        """All questions in the order in which they are asked."""
        return tuple(item for block in self.blocks for item in block.items)

    def item(self, name: str) -> Item:
        return next(item for item in self.items if item.name == name)

    def opens(self, item: Item) -> bool:
        """Is this the first question behind its gate, so that the gate stands just before it?"""
        return item.gate is not None and item.gate == f"asked_{item.name}"


def plain(number: float) -> str:
    """A number without exponent: 5, 0.5, 1000000."""
    if float(number).is_integer():
        return str(int(number))
    return f"{number:.6f}".rstrip("0")

"""What a cell of a list may hold, and what the cell of the example row holds: in words and as a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cwb_impact.registers.template_words import CELLS, WITHIN
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.model import Text
from cwb_impact.spec.register import RegisterColumn

UNKNOWN = "dont_know"
"""A missing reason that a list of answers offers, where a cell may stay empty."""


def choices_of(column: RegisterColumn, dictionary: Dictionary) -> Mapping[str, Text]:
    """The answers of a choice, in the order of the dictionary; `Don't know` last where the answer may be unknown."""
    if column.type != "choice":
        return {}
    if column.variable is None:
        return column.choices or {}
    codes = dictionary.variables[column.variable].codes or {}
    return codes if column.filled else {**codes, UNKNOWN: dictionary.missing_reasons[UNKNOWN].label}


def range_of(column: RegisterColumn, dictionary: Dictionary) -> tuple[float, float] | None:
    """Least and most of a number, its own or its variable's."""
    return column.range if column.variable is None else dictionary.variables[column.variable].range


def written(column: RegisterColumn, dictionary: Dictionary, lang: str) -> str | int | float | date:
    """The cell of the example row as a program holds it: a label, a number, a date, a text."""
    said = column.example
    if column.type == "choice":
        return choices_of(column, dictionary)[said][lang]
    if column.type == "date":
        return date.fromisoformat(said)
    if column.type == "euros":
        return float(said)
    if column.type in ("number", "whole", "percent"):
        return int(said) if said.isdigit() else float(said)
    return said


def allowed(column: RegisterColumn, dictionary: Dictionary, lang: str) -> str:
    """What a cell may hold, in words."""
    span = range_of(column, dictionary)
    within = "" if span is None else WITHIN[lang].format(low=_grouped(span[0], lang), high=_grouped(span[1], lang))
    choices = "; ".join(label[lang] for label in choices_of(column, dictionary).values())
    example = "31-12-2025" if lang == "nl" else "2025-12-31"
    return CELLS[column.type][lang].format(choices=choices, range=within, example=example)


def _grouped(number: float, lang: str) -> str:
    """1000000 as 1.000.000 or 1,000,000."""
    return f"{number:,.10g}".replace(",", "." if lang == "nl" else ",")

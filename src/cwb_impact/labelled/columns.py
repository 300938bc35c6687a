"""Harmonised respondents as the columns of a labelled file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.variable import Variable

Lang = Literal["nl", "en"]

KEYS: Mapping[str, Mapping[Lang, str]] = {
    "population": {"nl": "Populatie", "en": "Population"},
    "wave": {"nl": "Meting", "en": "Wave"},
    "person": {"nl": "Persoon (pseudoniem)", "en": "Person (pseudonym)"},
    "disposition": {"nl": "Uitkomst van het veldwerk", "en": "Outcome of the fieldwork"},
}
_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "chosen": {"nl": "Gekozen", "en": "Chosen"},
    "not_chosen": {"nl": "Niet gekozen", "en": "Not chosen"},
    "__why": {"nl": "waarom leeg", "en": "why empty"},
    "_lo": {"nl": "vanaf", "en": "from"},
    "_hi": {"nl": "tot", "en": "up to"},
}


@dataclass(frozen=True, repr=False)
class Column:
    """One column of a file. name : (stem, suffix). why : the reason of each row that has none; None for text."""

    name: tuple[str, str]
    label: str
    values: pd.Series
    kind: Literal["text", "code", "number", "date"]
    why: pd.Series | None = None
    labels: Mapping[float, str] | None = None


def columns_of(frame: pd.DataFrame, dictionary: Dictionary, lang: Lang) -> Iterator[Column]:
    """The columns of a labelled file, in the order of the frame."""
    for column in frame.columns:
        if column in dictionary.variables:
            variable, why = dictionary.variables[column], frame[f"{column}__why"]
            yield from _of_variable(column, variable, frame[column], why.where(why != "valid"), lang)
            if variable.type in ("text", "date"):
                label = f"{variable.label[lang]}: {_WORDS['__why'][lang]}"
                yield Column((column, "__why"), label, why, "text")
        elif column in KEYS:
            yield Column((column, ""), KEYS[column][lang], frame[column], "text")
        elif column.endswith(("_lo", "_hi")):
            stem, suffix = column[:-3], column[-3:]
            label = f"{dictionary.variables[stem].label[lang]}: {_WORDS[suffix][lang]}"
            yield Column((stem, suffix), label, frame[column], "number")


def _of_variable(name: str, variable: Variable, values: pd.Series, why: pd.Series, lang: Lang) -> Iterator[Column]:
    label, codes = variable.label[lang], variable.codes or {}
    if variable.type == "category":
        place = pd.Series(pd.Categorical(values, categories=list(codes)).codes + 1.0, index=values.index)
        labels = {float(index): text[lang] for index, text in enumerate(codes.values(), start=1)}
        yield Column((name, ""), label, place.where(place > 0), "code", why, labels)
    elif variable.type == "set":
        labels = {0.0: _WORDS["not_chosen"][lang], 1.0: _WORDS["chosen"][lang]}
        for code, text in codes.items():
            ticks = [float(code in chosen.split()) if isinstance(chosen, str) else None for chosen in values]
            tick = pd.Series(ticks, index=values.index, dtype="float64")
            yield Column((name, f"_{code}"), f"{label}: {text[lang]}", tick, "code", why, labels)
    elif variable.type == "number":
        yield Column((name, ""), label, values, "number", why)
    else:
        yield Column((name, ""), label, values, variable.type)

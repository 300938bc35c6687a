"""A dictionary with one variable of each type, and frames of harmonised respondents."""

from __future__ import annotations

import string
from datetime import date
from pathlib import Path

import pandas as pd
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.labelled import Format, write_labelled
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.variable import Variable

REASONS = load_dictionary(Problems()).missing_reasons


def text(words: str) -> dict[str, str]:
    return {"nl": f"{words} (nl)", "en": words}


def variable(**parts: object) -> Variable:
    return Variable.model_validate({"label": text("A question"), **parts})


VARIABLES = {
    "mark": variable(type="number", range=(-90, 1e6)),
    "health": variable(type="category", codes={"good": text("Good"), "fair": text("Fair"), "poor": text("Poor")}),
    "money": variable(
        type="category",
        codes={"low": text("Low"), "high": text("High")},
        bands={"low": (None, 1000), "high": (1000, None)},
        unit="EUR/month",
    ),
    "unions": variable(type="set", codes={"fnv": text("FNV"), "cnv": text("CNV"), "none": text("None")}),
    "born": variable(type="date", days=(date(1582, 10, 15), date(2100, 1, 1))),
    "remark": variable(type="text"),
}
DICTIONARY = Dictionary(variables=VARIABLES, missing_reasons=REASONS)
COLUMNS = ["population", "wave", "person", *(c for name in VARIABLES for c in (name, f"{name}__why"))]
COLUMNS += ["money_lo", "money_hi"]

VALUES: dict[str, st.SearchStrategy[object]] = {
    "mark": st.floats(-90, 1e6) | st.integers(-90, 10).map(float),
    "health": st.sampled_from(["good", "fair", "poor"]),
    "money": st.sampled_from(["low", "high"]),
    "unions": st.lists(st.sampled_from(["fnv", "cnv", "none"]), min_size=1, unique=True).map(
        lambda chosen: " ".join(code for code in ("fnv", "cnv", "none") if code in chosen)
    ),
    "born": st.dates(date(1582, 10, 15), date(2100, 1, 1)),
    # as harmonise gives them: nothing blank around a text, no zero byte
    "remark": st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
    | st.sampled_from(
        ["=1+1", "-5", "+31 6", "@you", "'=1", "''", "NA", "null", "é" * 1500, "a\r\nb", "a\rb", "a\nb", 'a";b', "-91"]
    ),
}


def answer(name: str) -> st.SearchStrategy[tuple[object, str | None]]:
    """A valid answer, a missing reason, or neither (a population whose map does not mention the variable)."""
    valid = VALUES[name].map(lambda value: (value, "valid"))
    return valid | st.sampled_from([None, *REASONS]).map(lambda why: (None, why))


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 6))
    columns: dict[str, object] = {
        "population": pd.Series(["residents"] * rows, dtype="str"),
        "wave": pd.Series(["2025Q3"] * rows, dtype="str"),
        "person": pd.Series([string.ascii_lowercase[i] for i in range(rows)], dtype="str"),
    }
    for name in VARIABLES:
        answers = [draw(answer(name)) for _ in range(rows)]
        kind = {"number": "float64", "date": "datetime64[s]"}.get(VARIABLES[name].type, "str")
        columns[name] = pd.Series([value for value, _ in answers], dtype=kind)
        columns[f"{name}__why"] = pd.Series(pd.Categorical([why for _, why in answers]))
    for name in ("money_lo", "money_hi"):
        ends = st.lists(st.none() | st.floats(0, 1e5), min_size=rows, max_size=rows)
        columns[name] = pd.Series(draw(ends), dtype="float64")
    return pd.DataFrame(columns)[COLUMNS]


def fixed() -> pd.DataFrame:
    """90 respondents, with every value and every reason of every variable: what tests/oracle/labelled.R reads."""
    values: dict[str, list[object]] = {
        "mark": [0.0, 7.5, 10.0],
        "health": ["good", "fair", "poor"],
        "money": ["low", "high"],
        "unions": ["fnv", "fnv cnv", "none"],
        "born": [date(1970, 1, 1), date(2000, 2, 29)],
        "remark": ["=1+1", "één"],
    }
    rows = 90
    columns: dict[str, object] = {
        "population": pd.Series(["residents"] * rows, dtype="str"),
        "wave": pd.Series(["2025Q3"] * rows, dtype="str"),
        "person": pd.Series([f"p{i:02d}" for i in range(rows)], dtype="str"),
    }
    for step, (name, known) in enumerate(values.items(), start=1):
        answers = [*((value, "valid") for value in known), *((None, why) for why in REASONS), (None, None)]
        # another step for each variable, so that no two of them have the same counts
        found = [answers[(i * step + i // 7) % len(answers)] for i in range(rows)]
        kind = {"number": "float64", "date": "datetime64[s]"}.get(VARIABLES[name].type, "str")
        columns[name] = pd.Series([value for value, _ in found], dtype=kind)
        columns[f"{name}__why"] = pd.Series(pd.Categorical([why for _, why in found]))
    columns["money_lo"] = pd.Series([None if i % 4 else 1000.0 for i in range(rows)], dtype="float64")
    columns["money_hi"] = pd.Series([None if i % 5 else 1500.5 for i in range(rows)], dtype="float64")
    return pd.DataFrame(columns)[COLUMNS]


if __name__ == "__main__":
    formats: tuple[Format, ...] = ("sav", "dta")
    for name in formats:
        write_labelled(fixed(), DICTIONARY, Path(f"tests/labelled/data/fixed.{name}"), name, "nl")

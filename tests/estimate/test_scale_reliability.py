"""Reliability by wave, population and language version: a translation that turned an item round is found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
import tiny_study
from cwb_impact.errors import Problems
from cwb_impact.estimate.reliability import reliability
from cwb_impact.estimate.scale_reliability import ITEM_COLUMNS, RELIABILITY_COLUMNS, scale_reliability

ITEMS = [f"who5_{number}" for number in range(1, 6)]

MAP = """\
map_version: 1
wave: {id: 2025Q3, population: residents, fieldwork: 2025-08/2025-09}
source: {file: residents.csv, format: csv, delimiter: ';', decimal: ',', sha256: HASH, rows: ROWS}
id: {columns: [nr], scope: wave}
design: {weight: gewicht, stratum: gebied}
variables:
  life_satisfaction: {from: cijfer, relation: exact, keep: 0..10, missing: {sysmis: no_answer}}
  interview_language: {from: taal, relation: exact, recode: {nl: nl, tr: tr, en: en, ar: ar, other: other}}
"""


def answers(n: int, seed: int) -> pd.DataFrame:
    """Five items that share something, on 0 to 5."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, 1))
    return pd.DataFrame(np.clip(np.round(2.5 + shared + 0.8 * rng.normal(size=(n, 5))), 0, 5), columns=ITEMS)


def waves_of(folder: Path, items: pd.DataFrame, languages: list[str]) -> cwb.Waves:
    study = tiny_study.make(folder)
    rows = [
        f"{i};{'Oost' if i % 2 else 'West'};{1 + i % 3},5;{i % 11};{languages[i]};"
        + ";".join("" if np.isnan(cell) else f"{cell:g}" for cell in items.iloc[i])
        for i in range(len(items))
    ]
    head = "nr;gebied;gewicht;cijfer;taal;" + ";".join(ITEMS)
    (study / "raw/residents.csv").write_text("\n".join([head, *rows]) + "\n")
    mapped = "".join(
        f"  {item}: {{from: {item}, relation: exact, keep: 0..5, missing: {{sysmis: no_answer}}}}\n" for item in ITEMS
    )
    ending = "not_collected:\n  general_health: {reason: not_in_questionnaire}\n"
    (study / "waves/residents.yml").write_text(MAP.replace("ROWS", str(len(items))) + mapped + ending)
    tiny_study.rehash(study, "residents")
    return cwb.harmonise(cwb.open_study(study))


def rows_of(table: pd.DataFrame, **key: str) -> list[Mapping[str, object]]:
    chosen = table[np.logical_and.reduce([table[name] == value for name, value in key.items()])]
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]


def test_it_is_the_weighted_reliability_of_the_items_as_the_score_takes_them(tmp_path: Path) -> None:
    items = answers(120, 1)
    waves, problems = waves_of(tmp_path, items, ["nl"] * 120), Problems()
    table, each = scale_reliability(waves, problems)
    assert tuple(table.columns) == RELIABILITY_COLUMNS
    assert tuple(each.columns) == ITEM_COLUMNS
    weight = waves.designs["residents", "2025Q3"].weight
    wanted = reliability(items.to_numpy(), weight)
    (row,) = rows_of(table, scale="who5")
    assert (row["language"], row["n"], row["items"]) == ("all", 120, 5)
    assert (row["alpha"], row["alpha_low"], row["alpha_high"]) == (wanted.alpha, wanted.alpha_low, wanted.alpha_high)
    assert row["omega"] == wanted.omega
    assert len(rows_of(each, scale="who5")) == 5
    assert not list(problems)


def test_an_item_that_one_translation_turned_round_is_told_for_that_language(tmp_path: Path) -> None:
    items = answers(240, 2)
    languages = ["nl"] * 160 + ["tr"] * 80
    turned = np.array(languages) == "tr"
    items.loc[turned, "who5_3"] = 5 - items.loc[turned, "who5_3"]
    problems = Problems()
    table, _ = scale_reliability(waves_of(tmp_path, items, languages), problems)
    assert {row["language"]: row["against"] for row in rows_of(table, scale="who5")} == {
        "all": "",
        "nl": "",
        "tr": "who5_3",
    }
    (told,) = problems
    assert told.code == "W271"
    assert not told.is_error
    assert told.file.endswith("scales/who5.yml")
    assert "residents 2025Q3, tr: who5_3 runs against the other items" in told.what


def test_a_handful_of_answers_gives_no_verdict_on_an_item(tmp_path: Path) -> None:
    items = answers(20, 3)
    items["who5_2"] = 5 - items["who5_2"]
    problems = Problems()
    table, _ = scale_reliability(waves_of(tmp_path, items, ["nl"] * 20), problems)
    (row,) = rows_of(table, scale="who5")
    assert row["against"] == ""
    assert not list(problems)


@pytest.mark.parametrize("complete", [0, 2])
def test_fewer_than_three_complete_answers_give_no_coefficient(complete: int, tmp_path: Path) -> None:
    items = answers(20, 4)
    items.loc[complete:, "who5_1"] = np.nan
    table, each = scale_reliability(waves_of(tmp_path, items, ["nl"] * 20), Problems())
    (row,) = rows_of(table, scale="who5")
    assert (row["n"], row["notes"]) == (complete, "too few answers")
    assert np.isnan(float(str(row["alpha"])))
    assert not rows_of(each, scale="who5")

"""The table of phrases: every phrase of every file, once a record, in the order of the report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import tiny_programme
from cwb_impact.programme.load import Programme
from cwb_impact.programme.tables import programme_tables
from cwb_impact.spec.reported import Evidence, parts
from programme.shipped import load


def test_every_phrase_of_every_file_is_there(programme: Programme, tables: dict[str, pd.DataFrame]) -> None:
    quoted = {(proof.line, proof.quote) for file in programme.files for _, proof in parts(Evidence, file)}
    table = tables["evidence"]
    assert set(zip(table["line"].astype(int), table["quote"], strict=True)) == quoted


def test_phrases_stand_in_the_order_of_the_report_and_once_a_record(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["evidence"]
    assert table["line"].astype(int).is_monotonic_increasing
    assert not table.duplicated(["line", "quote", "file", "record"]).any()


@pytest.mark.parametrize("file", ["actions", "initiatives", "targets", "milestones", "anchors", "contracts", "funding"])
def test_the_phrases_of_a_record_stand_on_the_lines_of_its_row(tables: dict[str, pd.DataFrame], file: str) -> None:
    """Whoever follows a figure to its lines finds a phrase on each of them."""
    phrases = tables["evidence"][tables["evidence"]["file"] == file].groupby("record")["line"].agg(set)
    for _, row in tables[file].iterrows():
        assert phrases[row["id"]] == set(row["line"].split()), row["id"]


def test_headings_and_the_report_itself_have_their_phrases(tmp_path: Path) -> None:
    table = programme_tables(load(tiny_programme.make(tmp_path)))["evidence"]
    told = set(zip(table["file"], table["record"], table["line"], strict=True))
    assert {("source", "source", "1"), ("source", "as_of", "2"), ("initiatives", "soon", "3")} <= told


def test_a_phrase_on_which_a_record_rests_twice_is_one_row(
    programme: Programme, tables: dict[str, pd.DataFrame]
) -> None:
    entry = programme.initiatives.initiatives["kantinemoeders"]
    told = [proof.quote for _, proof in parts(Evidence, entry)]
    assert len(told) > len(set(told))  # line 193 proves an event of theirs, and that they trade
    table = tables["evidence"]
    of_entry = table[(table["file"] == "initiatives") & (table["record"] == "kantinemoeders")]
    assert sorted(of_entry["quote"]) == sorted(set(told))

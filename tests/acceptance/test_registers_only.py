"""A city that asks nobody anything: templates filled in, a study of registers only, check to reports. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from openpyxl import load_workbook
from pandas.api.types import is_numeric_dtype

import cwb_impact as cwb
from cwb_impact.compare.changes import _pairs
from cwb_impact.estimate.table import no_rows
from cwb_impact.registers.template import make_template
from cwb_impact.study import check, run
from cwb_impact.types import Waves

COOPS = ("Synthetisch Schoon", "Synthetisch Fiets", "Synthetisch Keuken", "Synthetisch Naai")
STUDY = """
id: overvecht
name: {nl: Overvecht, en: Overvecht}
area: {nl: Overvecht, en: Overvecht}
data: synthetic
method_note: {nl: Verzonnen., en: Invented.}
languages: [nl, en]
populations:
  coops: {label: {nl: De coöperaties, en: The co-ops}, design: {kind: register}}
  anchors: {label: {nl: De ankerorganisaties, en: The anchors}, design: {kind: register}}
  programme: {label: {nl: Het programma, en: The programme}, design: {kind: register}}
waves:
  - id: 2026H1
    label: {nl: 1e helft 2026, en: First half of 2026}
    registers:
      reference_date: 2026-06-30
      period: {first: 2025-07-01, last: 2026-06-30}
      files:
        people: [{file: people.nl.xlsx}]
        spend: [{file: spend.nl.xlsx}]
        grants: [{file: grants.nl.xlsx}]
  - id: 2026H2
    label: {nl: 2e helft 2026, en: Second half of 2026}
    registers:
      reference_date: 2026-12-31
      period: {first: 2026-07-01, last: 2026-12-31}
      files:
        people: [{file: people.nl.xlsx}]
parameters: {area_postcodes: overvecht_pc4}
indicators: [people_working_in_coops, anchor_spend_in_area, grants_awarded, coops_founded]
headline: [people_working_in_coops]
"""
POSTCODES = """
id: overvecht_pc4
name: {nl: Postcodes, en: Postcodes}
unit: four-digit postcode
values: [{valid_from: 2020-01-01, items: ['3561', '3562'], reference: Invented., verified: false}]
"""


def fill(folder: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """The Dutch template with rows under its example row."""
    path = make_template(name, "nl", out=folder)
    book = load_workbook(path)
    for line, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            if value is not None:
                book.worksheets[0].cell(line, column, value)
    book.save(path)


def invoice(number: int, postcode: str, euros: int) -> tuple[Any, ...]:
    """The cells of a paid invoice, in the order of the template; each of a supplier of its own."""
    day = date(2025, 8, 1) + timedelta(days=number)
    supplier = f"Leverancier {number}"
    return "Synthetische gemeente", supplier, postcode, None, f"F{number}", euros, day, None, None, "Ja"


@pytest.fixture
def overvecht(tmp_path: Path) -> Path:
    """Eleven people at work in each of four co-ops, and one who left; 20 suppliers in the area and 20 outside."""
    study = tmp_path / "overvecht"
    (study / "raw").mkdir(parents=True)
    (study / "dictionary/parameters").mkdir(parents=True)
    (study / "study.yml").write_text(STUDY, encoding="utf-8")
    (study / "dictionary/parameters/overvecht_pc4.yml").write_text(POSTCODES, encoding="utf-8")
    left = date(2026, 2, 1)
    people = [
        (coop, f"N{number:02d}", "Ja", "Lid met stemrecht en met loon", "Ja", 24, None, date(2024, 3, 1), ended)
        for coop in COOPS
        for number, ended in enumerate([*[None] * 11, left])
    ]
    fill(study / "raw", "people", people)
    inside = [("3561 AB", 300)] * 20 + [("3511 AB", 100)] * 20
    fill(study / "raw", "spend", [invoice(number, *where) for number, where in enumerate(inside)])
    fill(study / "raw", "grants", [("Subsidie", date(2026, 2, 1), "Toegekend", 25000)])
    return study


def test_a_study_of_registers_only_runs_from_check_to_its_pages(overvecht: Path, tmp_path: Path) -> None:
    assert {problem.code for problem in check(overvecht)} == {"W622"}  # the example rows
    reports = run(overvecht, tmp_path, langs=["nl", "en"], formats=["html"])
    # the steering page needs no programme folder
    assert {path.name.split(".")[0] for path in reports} == {
        "summary", "results", "technical", "protection", "steering",
    }  # fmt: skip
    tables = tmp_path / "releases/overvecht/tables"
    figures = pd.read_csv(tables / "indicators.csv").set_index(["indicator", "wave"])
    assert figures.loc[("people_working_in_coops", "2026H1"), "value"] == 4 * 11
    # 20 invoices of 300 in the area of 20 × 300 + 20 × 100
    assert figures.loc[("anchor_spend_in_area", "2026H1"), "value"] == 75
    assert figures.loc[("grants_awarded", "2026H1"), "value"] == 25000
    absent = figures[figures["status"] == "not_collected"]
    assert set(absent.index) == {
        ("coops_founded", "2026H1"),
        ("anchor_spend_in_area", "2026H2"),
        ("grants_awarded", "2026H2"),
        ("coops_founded", "2026H2"),
    }
    assert pd.read_csv(tables / "response.csv").empty and pd.read_csv(tables / "changes.csv").empty


def test_its_summary_says_nothing_about_people_who_were_asked(overvecht: Path, tmp_path: Path) -> None:
    (summary, *_) = run(overvecht, tmp_path, langs=["en"], formats=["html"])
    told = " ".join(summary.read_text(encoding="utf-8").split())
    assert summary.name == "summary.en.html" and "44 people" in told and "Nobody was asked" in told
    for words in ("questionnaire", "did not take part", "Which difference is chance", "first measurement"):
        assert words not in told


def test_without_respondents_personal_data_need_no_key_of_pseudonyms(
    overvecht: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CWB_PANEL_KEY_FILE", raising=False)
    file = overvecht / "study.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("data: synthetic", "data: personal"), encoding="utf-8")
    waves = cwb.harmonise(cwb.open_study(overvecht))
    assert len(waves.frame) == 0 and not any("key" in name for name in waves.inputs)


def test_a_wave_of_nothing_and_a_report_that_is_not_there_are_told(overvecht: Path) -> None:
    file = overvecht / "study.yml"
    said = file.read_text(encoding="utf-8")
    empty = said.replace("      files:\n        people: [{file: people.nl.xlsx}]\nparameters", "parameters")
    file.write_text(empty, encoding="utf-8")
    (fault,) = [problem for problem in check(overvecht) if problem.code == "E002"]
    assert "waves.1" in str(fault) and "registers with files" in str(fault)
    file.write_text(said.replace("      files:", "      report: true\n      files:", 1), encoding="utf-8")
    (fault,) = [problem for problem in check(overvecht) if problem.code == "E002"]
    assert fault.line == said.splitlines().index("      files:") + 1 and "programme/" in str(fault)


def test_a_table_without_rows_has_the_columns_of_one_with_rows(tiny: Path) -> None:
    frame = cwb.estimate(cwb.harmonise(cwb.open_study(tiny))).frame
    none = no_rows()
    assert len(none) == 0 and {*none, "inference"} == set(frame)
    assert [is_numeric_dtype(none[name]) for name in none] == [is_numeric_dtype(frame[name]) for name in none]


def test_a_wave_of_registers_does_not_stand_between_two_surveys() -> None:
    study = SimpleNamespace(waves=("a", "b", "c"), study=SimpleNamespace(comparisons=None))
    designs = {("people", "a"): None, ("people", "c"): None}
    assert _pairs(cast(Waves, SimpleNamespace(study=study, designs=designs))) == [("a", "c")]


def test_the_study_in_the_documentation_is_one_that_opens(overvecht: Path) -> None:
    blocks = Path("docs/registers.md").read_text(encoding="utf-8").split("```yaml\n")
    said = {block.split()[1]: block.split("```")[0] for block in blocks if block.startswith("id: ")}
    (overvecht / "study.yml").write_text(said["overvecht"], encoding="utf-8")
    (overvecht / "dictionary/parameters/overvecht_pc4.yml").write_text(said["overvecht_pc4"], encoding="utf-8")
    study = cwb.open_study(overvecht)
    assert study.waves == ("2026H1",) and len(study.indicators) == 3

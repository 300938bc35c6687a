"""What a study says about registers, and how its lists come together: all faults in one run, and nothing twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.errors import CwbError, Problems
from cwb_impact.registers.collect import collect
from cwb_impact.registers.figures import register_figures
from cwb_impact.types import RegisterRows

COOPS = """\
  coops: {label: {nl: De coöperaties, en: The co-ops}, design: {kind: register}}
  programme: {label: {nl: Het programma, en: The programme}, design: {kind: register}}
waves:
"""
REGISTERS = """\
    registers:
      reference_date: 2025-10-31
      period: {first: 2024-11-01, last: 2025-10-31}
"""
PROGRAMME = Path("surveys/nieuw_west/programme")


def edited(
    study: Path, *, populations: str = COOPS, registers: str = REGISTERS, indicators: str = "grants_awarded"
) -> Path:
    """The small study, which also keeps lists."""
    file = study / "study.yml"
    text = file.read_text().replace("waves:\n", populations)
    text = text.replace("residents: waves/residents.yml}\n", "residents: waves/residents.yml}\n" + registers)
    file.write_text(text.replace("good_health]", f"good_health, {indicators}]"))
    return study


def faults(study: Path) -> list[str]:
    return [str(problem).partition("study.yml:")[2] for problem in cwb.check(study) if problem.is_error]


def test_everything_that_does_not_fit_is_told_in_one_run(tiny: Path) -> None:
    populations = (
        "  coops: {label: {nl: K, en: K}, design: {kind: register}, dimensions: [sex]}\n"
        "  programme: {label: {nl: P, en: P}, design: {kind: sample, unit: person}}\n"
        "  entrepreneurs: {label: {nl: O, en: O}, design: {kind: register}}\nwaves:\n"
    )
    files = REGISTERS + "      files: {peopel: [{file: people.xlsx}], spend: [{file: spend.csv}]}\n"
    study = edited(tiny, populations=populations, registers=files, indicators="grants_awarded, knows_cwb_entrepreneurs")
    file = study / "study.yml"
    file.write_text(file.read_text() + "dashboard: [lm3]\n")
    told = faults(study)
    assert [fault for fault in told if "peopel: is no register of the dictionary. Did you mean people" in fault]
    assert [fault for fault in told if "spend: is about anchors, which this study does not describe" in fault]
    assert [fault for fault in told if "coops: a register has no dimensions" in fault]
    assert [fault for fault in told if "programme: nobody asks it: lists are kept" in fault]
    assert [fault for fault in told if "entrepreneurs: people are asked, and keep no lists" in fault]
    assert [fault for fault in told if "grants_awarded: rests on registers, and on nothing that is asked" in fault]
    assert [fault for fault in told if "knows_cwb_entrepreneurs: rests on questions" in fault]
    assert [fault for fault in told if "lm3: is not among the indicators" in fault]


def test_a_wave_map_of_a_population_that_keeps_lists_is_refused(tiny: Path) -> None:
    study = edited(tiny)
    file = study / "study.yml"
    file.write_text(file.read_text().replace("maps: {", "maps: {coops: waves/workers.yml, "))
    assert any("coops: has a wave map, and its design is a register" in fault for fault in faults(study))


def test_days_that_cannot_be_are_refused(tiny: Path) -> None:
    study = edited(tiny, registers=REGISTERS.replace("2024-11-01", "2026-11-01"))
    assert any("the first day is after the last" in fault for fault in faults(study))


@pytest.fixture
def with_report(tiny: Path) -> Path:
    shutil.copytree(PROGRAMME, tiny / "programme")
    return edited(tiny, registers=REGISTERS + "      report: true\n")


def lists_of(study: Path) -> dict[str, RegisterRows]:
    problems = Problems()
    bundle = cwb.open_study(study)
    found = collect(bundle, problems, lambda _: None)
    assert not problems.errors, [str(problem) for problem in problems]
    return {rows.register: rows for rows in found}


def test_the_report_counts_only_at_the_wave_that_it_describes(with_report: Path) -> None:
    assert lists_of(with_report)["grants"].frame["grant_euros"].tolist() == [320_000.0]
    file = with_report / "study.yml"
    file.write_text(file.read_text().replace("      report: true\n", ""))
    assert lists_of(with_report) == {}


def test_a_register_takes_the_place_of_the_report_and_is_never_added_to_it(with_report: Path) -> None:
    columns = cwb.open_study(with_report).dictionary.registers["grants"].columns
    answers = {"grant_decision": ["Toegekend", "Afgewezen"], "grant_euros": ["1000", "500"]}
    texts = {"date": ["2025-03-01"] * 2}
    made = {
        column.label.nl: answers.get(column.variable or "", texts.get(column.type, ["A", "B"]))
        for column in columns.values()
    }
    pd.DataFrame(made).to_csv(with_report / "raw/grants.csv", index=False)
    file = with_report / "study.yml"
    named = "      report: true\n      files: {grants: [{file: grants.csv}]}\n"
    file.write_text(file.read_text().replace("      report: true\n", named))
    lists = lists_of(with_report)
    assert lists["grants"].origin == "register" and lists["grants"].frame["grant_euros"].tolist() == [1000.0, 500.0]
    assert lists["capital"].origin == "report"


def test_figures_have_their_source_and_a_wave_without_a_list_says_so(with_report: Path) -> None:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(with_report)))
    figures = register_figures(estimates)
    (row,) = figures.frame.to_dict("records")
    assert (row["indicator"], row["value"], row["data"]) == ("grants_awarded", 320_000.0, "public")
    assert figures.sources["lines"].tolist() == ["318"]
    file = with_report / "study.yml"
    file.write_text(file.read_text().replace("      report: true\n", ""))
    again = register_figures(cwb.estimate(cwb.harmonise(cwb.open_study(with_report))))
    assert again.frame[["status", "reason"]].to_numpy().tolist() == [["not_collected", "not_recorded"]]


def test_a_register_that_is_missing_is_told_with_everything_else(tiny: Path) -> None:
    files = REGISTERS + "      files:\n        people: [{file: people.xlsx}]\n        coops: [{file: ../coops.xlsx}]\n"
    study = edited(tiny, registers=files, indicators="people_working_in_coops")
    with pytest.raises(CwbError) as caught:
        cwb.harmonise(cwb.open_study(study))
    assert {problem.code for problem in caught.value.problems} == {"E102", "E010"}

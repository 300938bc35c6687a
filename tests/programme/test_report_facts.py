"""The further files of a programme: steps, anchor organisations, contracts, money, meetings and data."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import tiny_programme
from cwb_impact.errors import Problems
from cwb_impact.programme import quotes
from cwb_impact.programme.load import Programme, load_programme
from cwb_impact.programme.quotes import check_quotes, uncovered
from cwb_impact.programme.tables import programme_tables
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.reported import Evidence, parts
from programme.shipped import load
from tiny_study import edit


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_programme.make(tmp_path, facts=True)


# ---- the report of Nieuw-West


def test_the_grant_has_its_amount_and_the_fund_has_none(tables: dict[str, pd.DataFrame]) -> None:
    money = tables["funding"].set_index("id")
    grant, fund = money.loc["bzk_payment_network"], money.loc["social_impact_fonds"]
    assert (grant["amount_min"], grant["decision"], grant["line"]) == (320_000, "awarded", "318")
    assert (fund["instrument"], fund["amount_qualifier"], fund["for_area"]) == ("replacement", "unknown", "unknown")
    assert pd.isna(fund["amount_min"]) and pd.isna(fund["paid_min"]) and pd.isna(grant["paid_min"])


def test_no_order_has_an_amount_and_none_is_zero(tables: dict[str, pd.DataFrame]) -> None:
    contracts = tables["contracts"]
    assert set(contracts["amount_qualifier"]) == {"unknown"}
    assert contracts[["amount_min", "amount_max"]].isna().all(axis=None)


def test_direct_orders_and_subcontracts_stand_apart(tables: dict[str, pd.DataFrame]) -> None:
    routes = tables["contracts"].set_index("id")["route"]
    assert routes["green_direct"] == "direct" and routes["green_subcontract"] == "subcontract"


def test_an_organisation_buys_only_where_the_report_says_so(tables: dict[str, pd.DataFrame]) -> None:
    anchors = tables["anchors"].set_index("id")
    # line 148 names the municipality, the hospital, schools and the national programme as buyers; nobody else is
    assert set(anchors.index[anchors["buys"] == "yes"]) == {
        "gemeente_amsterdam",
        "hospital",
        "schools",
        "np_samen_nieuw_west",
    }
    assert set(anchors["buys"]) == {"yes", "unknown"}
    assert anchors.loc["stwt", "members_min"] == 16


def test_no_session_is_a_masterclass_and_one_has_a_number(tables: dict[str, pd.DataFrame]) -> None:
    sessions = tables["sessions"].set_index("id")
    assert "masterclass" not in set(sessions["kind"])
    known = sessions[sessions["participants_qualifier"] != "unknown"]
    assert list(known.index) == ["iftar"]
    assert (known["participants_qualifier"].item(), known["participants_min"].item()) == ("about", 80)


def test_a_step_foreseen_for_a_date_that_has_passed_is_not_called_reached(tables: dict[str, pd.DataFrame]) -> None:
    states = tables["milestones"].set_index("id")["state"]
    assert states["planting_awarded"] == "date_passed"  # foreseen for Q2 2025, in a report of October 2025
    assert (states["plan_of_approach"], states["first_results"]) == ("reached", "expected")


@pytest.mark.parametrize(
    ("action", "earliest", "latest"),
    [
        ("1A.3", "2026-01-01", "2026-01-01"),  # line 138: framework contract per 1 januari 2026
        ("2.1", "2025-09-01", "2025-11-30"),  # line 180: lease in najaar 2025
        ("3.1", "2026-01-01", "2026-03-31"),  # line 317: service co-op in Q1 2026, before `In 2026` of line 310
        ("3.3", "2025-10-01", "2025-12-31"),  # line 319: Eind 2025
        ("5.1", "2026-01-01", "2026-03-31"),  # line 371: Q1 2026
    ],
)
def test_the_next_step_of_an_action(tables: dict[str, pd.DataFrame], action: str, earliest: str, latest: str) -> None:
    row = tables["actions"].set_index("id").loc[action]
    assert (row["next_earliest"], row["next_latest"]) == (earliest, latest)


def test_a_delayed_action_has_a_next_step_without_a_date(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["actions"].set_index("id").loc[["1B.2", "1B.3"]]
    assert set(rows["next_date_text"]) == {"unknown"} and rows["next_latest"].isna().all()
    assert rows["next_text_nl"].notna().all()


def test_steps_of_initiatives_have_the_dates_of_their_events(programme: Programme) -> None:
    """What initiatives.yml expects and milestones.yml tells as a step is told with the same two days."""
    assert programme.milestones is not None
    told = {
        (step.initiative, step.date.earliest, step.date.latest)
        for step in programme.milestones.milestones.values()
        if step.date is not None
    }
    for name, initiative in programme.initiatives.initiatives.items():
        for event in initiative.events:
            if event.expected and event.date is not None:
                assert (name, event.date.earliest, event.date.latest) in told, (name, event.kind)


# ---- the data inventory


def test_the_inventory_covers_every_indicator_that_rests_on_a_register(programme: Programme) -> None:
    assert programme.data_inventory is not None
    dictionary = load_dictionary(Problems())
    covered = {name for element in programme.data_inventory.elements.values() for name in element.needed_for}
    of_registers = {
        name
        for name, indicator in dictionary.indicators.items()
        if {"coops", "anchors", "programme"} & set(indicator.populations)
    }
    # the inventory itself is what this one is computed from
    assert of_registers - covered == {"data_inventory_completeness"}
    assert covered <= set(dictionary.indicators)


def test_the_inventory_names_registers_that_exist(programme: Programme) -> None:
    assert programme.data_inventory is not None
    named = {element.in_register for element in programme.data_inventory.elements.values()} - {None}
    assert named <= set(load_dictionary(Problems()).registers)


def test_nothing_is_recorded_without_the_report_saying_so(tables: dict[str, pd.DataFrame]) -> None:
    inventory = tables["data_inventory"]
    own = inventory[inventory["basis"] == "own"]
    assert len(inventory) >= 25
    assert set(own["recorded"]) == {"unknown"} and set(own["line"]) == {""}
    assert inventory.loc[inventory["basis"] == "report", "line"].str.fullmatch(r"\d+( \d+)*").all()
    assert inventory["gap_nl"].isna().equals(inventory["recorded"] == "recorded")


def test_invented_answers_are_called_synthetic(tables: dict[str, pd.DataFrame]) -> None:
    surveys = tables["data_inventory"][tables["data_inventory"]["id"].str.startswith("survey_")]
    assert surveys["gap_en"].str.contains("SYNTHETIC").all() and surveys["gap_nl"].str.contains("SYNTHETISCH").all()


# ---- the tables


def test_counts_stand_beside_the_words_of_their_rule(tables: dict[str, pd.DataFrame]) -> None:
    counts = tables["counts"].set_index("rule")
    assert (counts.loc["founded", "low"], counts.loc["founded", "high"]) == (4, 6)
    assert set(counts["on"]) == {"2025-10-31"}
    assert counts["words_nl"].is_unique and counts["words_en"].is_unique
    for _, row in counts.iterrows():
        assert len(row["counted"].split()) == row["low"]
        assert len(row["counted"].split()) + len(row["possibly"].split()) == row["high"]


def test_a_forecast_is_not_due_before_its_date_and_without_one_nobody_can_say(tables: dict[str, pd.DataFrame]) -> None:
    states = tables["forecasts"].groupby("initiative")["due_state"].first()
    assert states.to_dict() == {"groen_nieuw_west": "not_due", "buurtbus": "not_due", "roots_and_recipes": "cannot_say"}


def test_targets_say_how_they_stand_and_why(tables: dict[str, pd.DataFrame]) -> None:
    targets = tables["targets"].set_index("id")
    assert set(targets["outcome"]) <= {"yes", "no", "cannot_say"}
    assert set(targets["light"]) <= {"green", "amber", "red", "grey"}
    assert targets[["why_nl", "why_en"]].notna().all(axis=None)
    money = targets.loc["investment_capacity"]
    assert (money["outcome"], money["light"]) == ("cannot_say", "grey")  # no amount: neither met nor missed


def test_tables_of_absent_files_have_their_columns_and_no_rows(tmp_path: Path) -> None:
    with_all = programme_tables(load(tiny_programme.make(tmp_path / "all", facts=True)))
    bare = programme_tables(load(tiny_programme.make(tmp_path / "bare")))
    assert {name: list(frame.columns) for name, frame in bare.items()} == {
        name: list(frame.columns) for name, frame in with_all.items()
    }
    assert {name for name, frame in bare.items() if frame.empty} == set(tiny_programme.FACTS)
    assert not any(frame.empty for frame in with_all.values())


def test_rows_of_the_small_programme(tiny: Path) -> None:
    frames = programme_tables(load(tiny))
    first, second = frames["actions"].to_dict("records")
    # founded in Q2 2030 comes before the oven of summer 2031, and the agenda has no date
    assert (first["next_text_en"], first["next_earliest"]) == ("Bicycle repairer founded", "2030-04-01")
    assert (second["next_text_en"], second["next_date_text"]) == ("Agenda", "unknown")
    assert list(frames["milestones"]["state"]) == ["expected", "expected", "reached", "expected"]
    assert frames["contracts"].loc[0, ["anchors", "initiatives", "stage"]].tolist() == ["town", "bakery", "running"]
    assert frames["funding"].set_index("id").loc["bicycle_fund", "paid_min"] == 1000


# ---- faults


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("milestones", "initiative: bicycles", "initiative: bicycle", "E131 milestones.bicycles_founded.initiative"),
        ("milestones", "action: '1.2'", "action: '1.7'", "E131 milestones.agenda.action: 1.7 is no action"),
        ("contracts", "anchors: [town]", "anchors: [towns]", "E131 contracts.bread.anchors.0: towns is no anchor"),
        ("contracts", "initiatives: [bakery]", "initiatives: [oven]", "E131 contracts.bread.initiatives.0"),
        ("contracts", "unit: people", "unit: euros", "E131 contracts.bread.amount.unit: euros is no unit"),
        ("sessions", "line: 4", "line: 40", "E002 sessions.cancelled.evidence.0: line 40 is beyond the end"),
        ("data_inventory", "[assembly_turnout]", "[assembly_turnaut]", "E131 elements.turnout.needed_for.0"),
        ("data_inventory", "gap: null", "gap: {nl: Iets, en: Some}", "E002 elements.headcount: what is recorded in f"),
        ("funding", "decision: awarded", "decision: null", "E002 funding.oven_grant: a grant has a decision"),
    ],
)
def test_a_fault_is_told_with_its_place(tiny: Path, file: str, old: str, new: str, told: str) -> None:
    line = edit(tiny / f"programme/{file}.yml", old, new)
    problems = Problems()
    load_programme(tiny / "programme", problems, indicators=load_dictionary(Problems()).indicators)
    (found,) = [str(problem) for problem in problems]
    assert told in found and found.startswith(f"programme/{file}.yml:")
    # a fault of a whole record stands at its first line, above what was edited
    assert int(found.split(":")[1]) <= line


LATER = "text: zomer 2031, precision: season, earliest: 2031-06-01, latest: 2031-08-31"


@pytest.mark.parametrize(
    ("file", "old", "new", "fix"),
    [
        ("milestones", f"{{{LATER}}}\n    expected: true", f"{{{LATER}}}\n    expected: false", "expected: true"),
        ("contracts", "date: null\n    evidence: [{line: 5, quote: De Bakkerij}]",
         f"date: {{{LATER}}}\n    evidence: [{{line: 6, quote: 'Prognose zomer 2031'}}]", "stage: expected"),
        ("sessions", "date: null\n    held: false", "date: {text: nog niet., precision: day, earliest: 2031-06-01, "
         "latest: 2031-06-01}\n    held: true", "held: false"),
    ],
)  # fmt: skip
def test_what_lies_after_the_moment_of_the_report_has_not_happened(
    tiny: Path, file: str, old: str, new: str, fix: str
) -> None:
    edit(tiny / f"programme/{file}.yml", old, new)
    problems = Problems()
    load_programme(tiny / "programme", problems)
    (found,) = [str(problem) for problem in problems]
    assert "so it is expected" in found and found.endswith(f"Write {fix}")


def test_an_unreadable_further_file_does_not_pass_for_an_absent_one(tiny: Path) -> None:
    (tiny / "programme/funding.yml").write_text("funding: [", encoding="utf-8")
    problems = Problems()
    assert load_programme(tiny / "programme", problems) is None
    assert [problem.code for problem in problems] == ["E001"]


# ---- phrases against the text of a report


def test_phrases_of_the_further_files_are_looked_up_too(tiny: Path, tmp_path: Path) -> None:
    edit(tiny / "programme/anchors.yml", "quote: De Bakkerij is op", "quote: De Bakkerij was op")
    problems = Problems()
    programme = load(tiny)
    looked_up = check_quotes(programme, tmp_path / "report.txt", problems)
    assert looked_up == sum(1 for file in programme.files for _ in parts(Evidence, file))
    (found,) = [str(problem) for problem in problems]
    assert "anchors.yml" in found and "E610 anchors.town.buys.evidence.0" in found


def test_lines_with_numbers_that_nobody_quotes_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, report = tiny_programme.make(tmp_path), tmp_path / "report.txt"
    text = report.read_text(encoding="utf-8") + "Zonder getal.\nNog 3 ovens.\nIn mei is het feest.\n"
    report.write_text(text, encoding="utf-8")
    assert uncovered(load(study), report) == [10, 11]
    report.write_text(tiny_programme.REPORT, encoding="utf-8")
    assert quotes.main([str(study), str(report), "--uncovered"]) == 0
    assert "that no file quotes: none" in capsys.readouterr().out

"""Counting under a named rule: who counts, who may count, and what another day changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny_programme
from cwb_impact.errors import Problems
from cwb_impact.programme.counts import RULES, Case, count, founded
from cwb_impact.programme.initiative_rows import initiative_rows
from cwb_impact.programme.load import Programme, load_programme
from cwb_impact.spec.programme import CountRule, Group, Initiative
from cwb_impact.spec.reported import FuzzyDate
from cwb_impact.types import RegisterRows
from programme.shipped import STUDY
from tiny_study import edit

TOLD = FuzzyDate(text="oktober 2025", precision="month", earliest=date(2025, 10, 1), latest=date(2025, 10, 31))
NOW = date(2025, 10, 31)
PROOF = [{"line": 1, "quote": "a phrase of the report; najaar 2025"}]


def initiative(**changes: Any) -> Initiative:
    plain = {
        "name": "X", "sector": {"nl": "x", "en": "x"}, "group": "all", "events": [], "forecasts": [],
        "people_now": {"quantity": {"qualifier": "unknown", "unit": "people"}}, "stated_as_worker_coop": None,
        "evidence": PROOF,
    }  # fmt: skip
    return Initiative.model_validate(plain | changes)


def people(at_work: str | None, **quantity: Any) -> dict[str, Any]:
    return {"quantity": {"unit": "people"} | quantity, "at_work": at_work, "evidence": PROOF}


def event(expected: bool = False, first: str | None = None, last: str | None = None) -> dict[str, Any]:
    moment = None
    if first is not None:
        moment = {"text": "najaar 2025", "precision": "period", "earliest": first, "latest": last}
    return {"kind": "founded", "date": moment, "expected": expected, "evidence": PROOF}


def decide(rule: str, of: Initiative, on: date = NOW, told: FuzzyDate | None = None, operational: bool = False) -> str:
    words = {"nl": "Alle initiatieven", "en": "All initiatives"}
    group = Group.model_validate({"label": words, "operational": operational, "evidence": PROOF})
    return RULES[rule].decide(Case(of, group, on, told))


SAID_YES, SAID_NO = {"value": True, "evidence": PROOF}, {"value": False, "evidence": PROOF}

# ---- each rule by hand


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "unknown"),
        ({"events": [event()]}, "yes"),
        ({"events": [event(first="2025-09-01", last="2025-09-30")]}, "yes"),
        ({"events": [event(first="2025-09-01", last="2025-11-30")]}, "unknown"),
        ({"events": [event(first="2025-11-01", last="2025-11-30")]}, "no"),
        ({"events": [event(True, "2025-09-01", "2025-11-30")]}, "unknown"),
        ({"events": [event(True, "2026-01-01", "2026-12-31")]}, "no"),
        ({"events": [event(True)]}, "no"),
        ({"stated_as_founded": SAID_YES}, "yes"),
        ({"stated_as_founded": SAID_NO}, "no"),
        ({"still_a_plan": PROOF}, "no"),
    ],
)
def test_founded(changes: dict[str, Any], answer: str) -> None:
    assert decide("founded", initiative(**changes)) == answer


@pytest.mark.parametrize(
    ("is_founded", "claim", "answer"),
    [
        (SAID_YES, SAID_YES, "yes"), (SAID_YES, SAID_NO, "no"), (SAID_YES, None, "unknown"), (SAID_NO, None, "no"),
        (SAID_NO, SAID_YES, "no"), (None, SAID_NO, "no"), (None, SAID_YES, "unknown"), (None, None, "unknown"),
    ],
)  # fmt: skip
def test_a_worker_co_op_needs_both_facts_and_one_no_decides(is_founded: Any, claim: Any, answer: str) -> None:
    of = initiative(stated_as_founded=is_founded, stated_as_worker_coop=claim)
    assert decide("worker_coop_founded", of) == answer


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        (people("all", qualifier="exact", value=8), "yes"),
        (people("all", qualifier="about", value=20), "yes"),
        (people("all", qualifier="about", value=1), "yes"),
        (people("all", qualifier="range", minimum=0, maximum=3), "unknown"),
        (people("all", qualifier="range", minimum=1, maximum=3), "yes"),
        (people("some", qualifier="about", value=3), "yes"),
        (people(None, qualifier="about", value=8), "unknown"),
        (people("none", qualifier="about", value=20), "no"),
    ],
)
def test_people_at_work(now: dict[str, Any], answer: str) -> None:
    of = initiative(people_now=now)
    assert decide("people_at_work", of) == answer


def test_trading_is_what_the_report_says_and_either_fact_is_enough() -> None:
    at_work = people("all", qualifier="exact", value=8)
    assert [decide("trading", initiative(trading=claim)) for claim in (SAID_YES, SAID_NO, None)] == [
        "yes", "no", "unknown"
    ]  # fmt: skip
    assert decide("trading_or_people_at_work", initiative(trading=SAID_NO, people_now=at_work)) == "yes"
    assert decide("trading_or_people_at_work", initiative(trading=SAID_YES)) == "yes"
    assert decide("trading_or_people_at_work", initiative(trading=SAID_NO)) == "unknown"
    assert decide("trading_or_people_at_work", initiative(still_a_plan=PROOF)) == "no"


def test_the_heading_of_the_report_decides_its_own_count() -> None:
    assert decide("report_heading", initiative(), operational=True) == "yes"
    assert decide("report_heading", initiative(), operational=False) == "no"


# ---- another day than the report describes


def test_after_the_report_a_founding_stays_and_nothing_else_is_known() -> None:
    later = date(2026, 9, 30)
    fullest = initiative(
        stated_as_founded=SAID_YES, stated_as_worker_coop=SAID_YES, trading=SAID_YES,
        people_now=people("all", qualifier="exact", value=8),
    )  # fmt: skip
    said = {rule: decide(rule, fullest, later, TOLD, operational=True) for rule in RULES}
    assert said.pop("founded") == said.pop("worker_coop_founded") == "yes"
    assert set(said.values()) == {"unknown"}
    for nothing in (initiative(stated_as_founded=SAID_NO), initiative(still_a_plan=PROOF)):
        assert {decide(rule, nothing, later, TOLD) for rule in RULES} == {"unknown"}


def test_a_stretch_that_runs_past_the_report_may_have_been_a_plan() -> None:
    autumn = initiative(events=[event(first="2025-09-01", last="2025-11-30")])
    assert decide("founded", autumn, date(2025, 12, 31), TOLD) == "unknown"


def test_before_the_report_an_undated_founding_is_not_placed() -> None:
    of = initiative(events=[event()])
    assert decide("founded", of, date(2025, 6, 30), TOLD) == "unknown"
    assert decide("founded", of, NOW, TOLD) == "yes"


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_founding_once_certain_stays_certain(a: date, b: date) -> None:
    first, last = sorted((a, b))
    for dates in ((None, None), ("2025-09-01", "2025-09-30"), ("2025-09-01", "2025-11-30")):
        of = initiative(events=[event(first=dates[0], last=dates[1])])
        group = Group.model_validate({"label": {"nl": "x", "en": "x"}, "operational": True, "evidence": PROOF})
        case = Case(of, group, first, TOLD)
        if founded(case) == "yes":
            assert founded(replace(case, on=last)) == "yes"


# ---- the count, its words, and the lists of targets


def load(study: Path) -> tuple[Programme | None, list[str]]:
    problems = Problems()
    programme = load_programme(study / "programme", problems)
    return programme, [str(problem) for problem in problems]


def test_the_small_programme_by_hand(tmp_path: Path) -> None:
    programme, faults = load(tiny_programme.make(tmp_path))
    assert programme is not None and not faults
    found = count("founded", programme.initiatives, date(2030, 3, 31))
    assert (found.low, found.high, found.counted, found.possibly) == (1, 2, ("bakery",), ("sewing",))
    # by the summer the bicycles may have been founded as well
    assert count("founded", programme.initiatives, date(2030, 6, 30)).possibly == ("bicycles", "sewing")


def test_a_target_that_lists_others_than_its_rule_is_told_with_its_line(tmp_path: Path) -> None:
    study = tiny_programme.make(tmp_path)
    line = edit(study / "programme/targets.yml", "possibly: [sewing]", "possibly: [bicycles]")
    _, faults = load(study)
    (fault,) = faults
    assert (
        "E611" in fault and f"targets.yml:{line}" in fault and "gives sewing on 2030-03-31, and not bicycles" in fault
    )


def test_every_rule_has_its_words_and_no_two_are_the_same() -> None:
    assert set(RULES) == set(get_args(CountRule)) and all(name == rule.id for name, rule in RULES.items())
    for lang in ("nl", "en"):
        assert len({rule.words[lang] for rule in RULES.values()}) == len(RULES)


@pytest.mark.parametrize(
    "changes",
    [
        {"still_a_plan": PROOF, "events": [event()]},
        {"stated_as_founded": SAID_NO, "events": [event(first="2025-09-01", last="2025-09-30")]},
        {"still_a_plan": PROOF, "trading": SAID_YES},
        {"still_a_plan": PROOF, "people_now": people("all", qualifier="exact", value=8)},
        {"people_now": {"quantity": {"qualifier": "unknown", "unit": "people"}, "at_work": "all"}},
    ],
)
def test_a_story_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"otherwise|still a plan|nobody knows"):
        initiative(**changes)


# ---- the lists that indicators are computed from


@pytest.fixture(scope="module")
def lists() -> dict[str, RegisterRows]:
    programme, _ = load(STUDY)
    assert programme is not None
    return {rows.register: rows for rows in initiative_rows(programme, "2025Q3", NOW)}


def test_every_list_is_public_protects_nothing_and_names_its_lines(lists: dict[str, RegisterRows]) -> None:
    assert {name: rows.population for name, rows in lists.items()} == {
        "initiatives": "coops", "forecasts": "coops", "targets": "programme", "pipeline": "programme"
    }  # fmt: skip
    for rows in lists.values():
        assert (rows.data, rows.protects, rows.origin) == ("public", "nothing", "report")
        assert rows.frame["place"].str.fullmatch(r"L\d+( L\d+)*").all() and set(rows.frame["holding"]) == {""}
        for name in (column for column in rows.frame.columns if f"{column}__why" in rows.frame.columns):
            assert ((rows.frame[f"{name}__why"] == "valid") == rows.frame[name].notna()).all(), name


def test_the_rows_give_the_same_counts_as_the_rules(lists: dict[str, RegisterRows]) -> None:
    programme, _ = load(STUDY)
    assert programme is not None
    frame = lists["initiatives"].frame
    for rule, variable in (
        ("founded", "initiative_founded"),
        ("trading", "initiative_trading"),
        ("people_at_work", "initiative_has_people_at_work"),
    ):
        found = count(rule, programme.initiatives, NOW)  # type: ignore[arg-type]
        assert (frame[variable] == "yes").sum() == found.low
        assert (frame[f"{variable}__why"] == "dont_know").sum() == found.high - found.low


def test_forecasts_keep_their_ends_and_are_due_on_the_last_day_that_they_can_mean(
    lists: dict[str, RegisterRows],
) -> None:
    frame = lists["forecasts"].frame
    assert frame[["forecast_low", "forecast_high"]].to_numpy().tolist() == [[60, 60], [7, 10], [4, 5], [15, 15]]
    assert frame["forecast_conditional"].tolist() == ["yes", "no", "no", "no"]
    assert set(frame["forecast_due"]) == {"no"} and set(frame["forecast_realised__why"]) == {"dont_know"}
    programme, _ = load(STUDY)
    assert programme is not None
    later = initiative_rows(programme, "2026Q3", date(2026, 7, 31))[1].frame
    # the 15 of mid-2026 are due; members or workers are counted otherwise than people now, so nothing is filled in
    assert later["forecast_due"].tolist() == ["no", "no", "no", "yes"]
    assert later["forecast_realised__why"].tolist() == ["dont_know"] * 4


def test_an_unknown_status_is_a_reason_and_no_code(lists: dict[str, RegisterRows]) -> None:
    frame = lists["targets"].frame
    unknown = frame["target_status__why"] == "dont_know"
    assert unknown.sum() == 2 and (unknown == (frame["target_status_known"] == "no")).all()
    assert (frame["target_main_reading"] == "no").sum() == 3


def test_a_pipeline_without_numbers_is_one_row_that_knows_nothing(lists: dict[str, RegisterRows]) -> None:
    frame = lists["pipeline"].frame
    assert frame["place"].tolist() == ["L229"]
    assert set(frame.filter(like="__why").iloc[0]) == {"dont_know"}

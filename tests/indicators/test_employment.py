"""Labour status and status in employment: every combination of answers, and what missing answers allow."""

import doctest
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cwb_impact.indicators import employment
from cwb_impact.indicators.employment import (
    full_time_equivalents,
    labour_status,
    status_icse18,
    status_icse93,
)
from cwb_impact.spec.functions import ICSE_18_A, ICSE_93, JOB_FACTS, NOT_IN_EMPLOYMENT

FACTS_93 = ("contract", "works_for", "pay_basis", "voting_member", "has_employees")
FACTS_18 = (
    "contract",
    "works_for",
    "pay_basis",
    "has_employees",
    "incorporated",
    "depends_on_one_client",
    "guaranteed_hours",
    "under_three_months",
    "trainee",
)
CLASSIFICATIONS = ((status_icse93, FACTS_93, ICSE_93), (status_icse18, FACTS_18, ICSE_18_A))
ANSWER = st.sampled_from(["yes", "no", None])


def codes(*answers: str | None) -> np.ndarray:
    return np.array(answers, dtype=object)


def of_people(facts: tuple[str, ...], people: Sequence[tuple[str | None, ...]]) -> dict[str, np.ndarray]:
    return {name: codes(*answers) for name, answers in zip(facts, zip(*people, strict=True), strict=True)}


def one_93(**facts: str) -> str | None:
    return str_or_none(status_icse93(**{name: codes(facts.get(name)) for name in FACTS_93}))


def one_18(**facts: str) -> str | None:
    return str_or_none(status_icse18(**{name: codes(facts.get(name)) for name in FACTS_18}))


def str_or_none(found: np.ndarray) -> str | None:
    assert found.shape == (1,) and found.dtype == object
    return None if found[0] is None else str(found[0])


def test_the_examples_run() -> None:
    assert doctest.testmod(employment, extraglobs={"np": np}).failed == 0


def one_status(hours: float, absent: str | None, searched: str | None, available: str | None) -> str | None:
    return str_or_none(labour_status(np.array([hours]), codes(absent), codes(searched), codes(available)))


@pytest.mark.parametrize(
    ("hours", "absent", "searched", "available", "status"),
    [
        (1, None, None, None, "employed"),  # one hour is enough, and the rest is not asked
        (0, "yes", "yes", "yes", "employed"),  # away from a job, also when looking for another
        (np.nan, "yes", None, None, "employed"),
        (0, "no", "yes", "yes", "unemployed"),
        (0, "no", "yes", "no", "outside_labour_force"),
        (0, "no", "no", None, "outside_labour_force"),  # who did not look is not asked about starting
        (0, "no", None, "no", "outside_labour_force"),
        (0, "no", "yes", None, None),
        (0, "no", None, None, None),
        (0, None, "no", "no", None),  # may have been away from a job
        (np.nan, "no", "no", "no", None),  # may have worked
        (np.nan, None, None, None, None),
    ],
)
def test_labour_status(
    hours: float, absent: str | None, searched: str | None, available: str | None, status: str | None
) -> None:
    assert one_status(hours, absent, searched, available) == status


@given(st.sampled_from([0.0, 1.0, 40.0, np.nan]), ANSWER, ANSWER, ANSWER)
def test_labour_status_is_given_exactly_where_missing_answers_cannot_change_it(
    hours: float, absent: str | None, searched: str | None, available: str | None
) -> None:
    worked = [0.0, 1.0] if np.isnan(hours) else [hours]
    answers = [["yes", "no"] if answer is None else [answer] for answer in (absent, searched, available)]
    possible = {one_status(time, *others) for time in worked for others in product(*answers)}
    assert None not in possible
    assert one_status(hours, absent, searched, available) == (possible.pop() if len(possible) == 1 else None)


@pytest.mark.parametrize(("classify", "facts", "groups"), CLASSIFICATIONS)
def test_every_combination_of_answers_gives_one_group_and_every_group_occurs(
    classify: Callable[..., np.ndarray], facts: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    people = list(product(*(JOB_FACTS[name] for name in facts)))
    found = classify(**of_people(facts, people))
    assert len(found) == len(people)
    assert set(found) == {*groups, NOT_IN_EMPLOYMENT}


@pytest.mark.parametrize(("classify", "facts", "groups"), CLASSIFICATIONS)
@given(st.data())
def test_a_missing_answer_never_changes_a_group(
    classify: Callable[..., np.ndarray], facts: tuple[str, ...], groups: tuple[str, ...], data: st.DataObject
) -> None:
    whole = tuple(data.draw(st.sampled_from(JOB_FACTS[name])) for name in facts)
    kept = data.draw(st.tuples(*(st.booleans() for _ in facts)))
    partly = tuple(code if keep else None for code, keep in zip(whole, kept, strict=True))
    complete, incomplete = classify(**of_people(facts, [whole, partly]))
    assert incomplete in (complete, None)
    assert complete in {*groups, NOT_IN_EMPLOYMENT}


@pytest.mark.parametrize(
    ("contract", "pay_basis", "depends", "group_18"),
    [
        ("permanent_fixed_hours", "wage", None, "permanent_employees"),
        ("on_call", "wage", None, "short_term_and_casual_employees"),
        ("none", "wage", None, "short_term_and_casual_employees"),
        ("none", "share_of_revenue", "yes", "dependent_contractors"),
        ("self_employed", "piece", "yes", "dependent_contractors"),
        ("self_employed", "piece", "no", "own_account_workers_in_household_enterprises"),
    ],
)
def test_the_same_worker_member_is_in_both_classifications(
    contract: str, pay_basis: str, depends: str | None, group_18: str
) -> None:
    facts = {"contract": contract, "works_for": "co_op", "pay_basis": pay_basis, "has_employees": "no"}
    beside = {"incorporated": "no", "trainee": "no", "guaranteed_hours": "yes", "under_three_months": "no"}
    if depends is not None:
        beside["depends_on_one_client"] = depends
    assert one_93(**facts, voting_member="yes") == "members_of_producers_cooperatives"
    assert one_93(**facts, voting_member="no") != "members_of_producers_cooperatives"
    assert one_18(**facts, **beside) == group_18


def test_who_does_not_work_for_the_co_op_is_no_member_of_a_producers_co_operative() -> None:
    people = list(product(*(JOB_FACTS[name] for name in FACTS_93)))
    found = status_icse93(**of_people(FACTS_93, people))
    for person, group in zip(people, found, strict=True):
        facts = dict(zip(FACTS_93, person, strict=True))
        member = facts["works_for"] == "co_op" and facts["voting_member"] == "yes" and facts["pay_basis"] != "unpaid"
        assert (group == "members_of_producers_cooperatives") == member


@pytest.mark.parametrize("classify", [one_93, one_18])
def test_volunteers_and_unpaid_trainees_are_not_in_employment(classify: Callable[..., str | None]) -> None:
    assert classify(works_for="co_op", pay_basis="unpaid") == NOT_IN_EMPLOYMENT
    assert classify(works_for="other_employer", pay_basis="unpaid", trainee="yes") == NOT_IN_EMPLOYMENT
    assert classify(works_for="family_business", pay_basis="unpaid") == "contributing_family_workers"


@pytest.mark.parametrize(
    ("facts", "group"),
    [
        ({"trainee": "yes", "contract": "temporary"}, "paid_apprentices_trainees_and_interns"),
        ({"contract": "temporary", "under_three_months": "yes"}, "short_term_and_casual_employees"),
        ({"contract": "temporary", "under_three_months": "no", "guaranteed_hours": "yes"}, "fixed_term_employees"),
        ({"contract": "temporary", "guaranteed_hours": "no"}, "short_term_and_casual_employees"),
        ({"contract": "permanent_variable_hours", "guaranteed_hours": "yes"}, "permanent_employees"),
        ({"contract": "permanent_variable_hours", "guaranteed_hours": "no"}, "short_term_and_casual_employees"),
        ({"contract": "permanent_variable_hours"}, None),  # depends on the guaranteed hours
    ],
)
def test_employees_by_icse_18(facts: dict[str, str], group: str | None) -> None:
    assert one_18(**{"trainee": "no", "works_for": "other_employer", "pay_basis": "wage"} | facts) == group


@pytest.mark.parametrize(
    ("has_employees", "incorporated", "depends", "group_18", "group_93"),
    [
        ("yes", "yes", "yes", "employers_in_corporations", "employers"),
        ("yes", "no", "yes", "employers_in_household_enterprises", "employers"),
        ("no", "yes", "yes", "owner_operators_of_corporations_without_employees", "own_account_workers"),
        ("no", "no", "yes", "dependent_contractors", "own_account_workers"),
        ("no", "no", "no", "own_account_workers_in_household_enterprises", "own_account_workers"),
    ],
)
def test_an_own_business(has_employees: str, incorporated: str, depends: str, group_18: str, group_93: str) -> None:
    facts = {"works_for": "own_business", "has_employees": has_employees}
    assert one_18(**facts, incorporated=incorporated, depends_on_one_client=depends) == group_18
    assert one_93(**facts) == group_93


def test_a_code_that_is_no_answer_is_refused_and_not_printed() -> None:
    with pytest.raises(ValueError, match="works_for holds a code other than co_op") as caught:
        one_93(works_for="secret place")
    assert "secret" not in str(caught.value)


def test_contracts_and_votes_are_those_of_the_data_dictionary() -> None:
    words = YAML(typ="safe").load(Path("data_dictionary/variables/employment.yml"))["variables"]
    for name in ("contract", "voting_member", "guaranteed_hours"):
        assert tuple(words[name]["codes"]) == JOB_FACTS[name]


def test_full_time_equivalents() -> None:
    found = full_time_equivalents(np.array([36.0, 40.0, 0.0, -1.0, np.nan]), 36.0)
    np.testing.assert_allclose(found, [1.0, 40 / 36, 0.0, np.nan, np.nan])


@pytest.mark.parametrize("norm", [0.0, -36.0, np.nan])
def test_a_norm_must_be_above_0(norm: float) -> None:
    with pytest.raises(ValueError, match="full-time norm"):
        full_time_equivalents(np.array([36.0]), norm)


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(1, 60))
def test_the_sum_of_equivalents_is_the_sum_of_hours_over_the_norm(hours: list[float], norm: float) -> None:
    assert full_time_equivalents(np.array(hours), norm).sum() == pytest.approx(sum(hours) / norm)

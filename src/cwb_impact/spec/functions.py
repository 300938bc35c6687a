"""The functions that a derived variable may name: what goes in and comes out. The arithmetic is in indicators/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ParameterKind = Literal["value", "items", "table", "changes"]
"""One number, a list, a table of numbers, or yearly changes in percent (which are chained into an index)."""

Answers = Literal["number"] | tuple[str, ...]
"""Numbers, or the codes that a function knows."""

YES_NO = ("yes", "no")

JOB_FACTS: Mapping[str, tuple[str, ...]] = {
    "contract": (
        "permanent_fixed_hours",
        "permanent_variable_hours",
        "temporary",
        "on_call",
        "self_employed",
        "none",
    ),
    "works_for": ("co_op", "other_employer", "own_business", "family_business"),
    "pay_basis": ("wage", "piece", "share_of_revenue", "unpaid"),
    "voting_member": YES_NO,
    "has_employees": YES_NO,
    "incorporated": YES_NO,
    "depends_on_one_client": YES_NO,
    "guaranteed_hours": YES_NO,
    "under_three_months": YES_NO,
    "trainee": YES_NO,
}
"""The raw facts about one job -> the codes of their answers."""

ICSE_93 = (
    "employees",
    "employers",
    "own_account_workers",
    "members_of_producers_cooperatives",
    "contributing_family_workers",
)

ICSE_18_A = (
    "employers_in_corporations",
    "employers_in_household_enterprises",
    "owner_operators_of_corporations_without_employees",
    "own_account_workers_in_household_enterprises",
    "dependent_contractors",
    "permanent_employees",
    "fixed_term_employees",
    "short_term_and_casual_employees",
    "paid_apprentices_trainees_and_interns",
    "contributing_family_workers",
)

NOT_IN_EMPLOYMENT = "not_in_employment"
"""Volunteers and unpaid trainees: no work for pay or profit, so in no group of either classification."""

HOUSEHOLD_TYPES = (
    "single",
    "couple_two_children_under_13",
    "couple_two_children_13_to_17",
    "lone_parent_two_children_13_to_17",
)
"""The households for which amounts of the poverty line were published."""

LABOUR_STATUS = ("employed", "unemployed", "outside_labour_force")


@dataclass(frozen=True)
class Signature:
    """inputs : role -> numbers, or the codes that it may hold. gives : numbers, or all codes that come out.

    parameters : role -> one number, a table of numbers, or yearly changes.
    decides : the function handles missing inputs itself, and decides what the answers that are there allow.
    year : the role that is given the year of the wave.
    """

    inputs: Mapping[str, Answers]
    gives: Answers = "number"
    parameters: Mapping[str, ParameterKind] = field(default_factory=dict)
    decides: bool = False
    year: str | None = None


def _numbers(*roles: str) -> dict[str, Answers]:
    return dict.fromkeys(roles, "number")


def _yes_no(*roles: str) -> dict[str, Answers]:
    return dict.fromkeys(roles, YES_NO)


def _job(*facts: str) -> dict[str, Answers]:
    return {fact: JOB_FACTS[fact] for fact in facts}


SIGNATURES: Mapping[str, Signature] = {
    # employment
    "labour_status": Signature(
        {**_numbers("paid_hours"), **_yes_no("absent_from_job", "searched", "available")}, LABOUR_STATUS, decides=True
    ),
    "status_icse93": Signature(
        _job("contract", "works_for", "pay_basis", "voting_member", "has_employees"),
        (*ICSE_93, NOT_IN_EMPLOYMENT),
        decides=True,
    ),
    "status_icse18": Signature(
        _job(*(fact for fact in JOB_FACTS if fact != "voting_member")), (*ICSE_18_A, NOT_IN_EMPLOYMENT), decides=True
    ),
    "full_time_equivalents": Signature(_numbers("hours"), parameters={"norm": "value"}),
    # pay
    "net_hourly_employee": Signature(
        {**_numbers("net_pay_month", "hours_month"), **_yes_no("holiday_allowance_paid_monthly")},
        parameters={"holiday_allowance_percent": "value"},
    ),
    "net_hourly_self_employed": Signature(
        _numbers("receipts_month", "business_costs_month", "set_aside_month", "hours_month")
    ),
    "in_prices_of": Signature(_numbers("amount"), parameters={"cpi": "changes", "base_year": "value"}, year="year"),
    "real_ratio": Signature(_numbers("now", "before", "year_before"), parameters={"cpi": "changes"}, year="year_now"),
    "at_least_minimum_wage": Signature(
        _numbers("gross_hourly", "age"), YES_NO, {"adult_wage": "value", "youth_percent": "table"}
    ),
    "low_pay": Signature(_numbers("gross_hourly"), YES_NO, {"national_median": "value"}),
    # households
    "oecd_modified": Signature(_numbers("persons_14_plus", "children_under_14")),
    "cbs_equivalence": Signature(_numbers("adults", "children_under_18"), parameters={"factors": "table"}),
    "equivalised": Signature(_numbers("income", "factor")),
    "household_type": Signature(
        {**_numbers("adults", "children_under_13", "children_13_to_17"), **_yes_no("lives_with_partner")},
        HOUSEHOLD_TYPES,
    ),
    "below_poverty_line": Signature(
        {**_numbers("income", "wealth"), "household_type": HOUSEHOLD_TYPES},
        YES_NO,
        {"line": "table", "wealth_limit": "table"},
        decides=True,
    ),
    # sums and quotients
    "total_of": Signature(_numbers("first", "second")),
    "difference_of": Signature(_numbers("of", "less")),
    "quotient_of": Signature(_numbers("of", "by")),
    "product_of": Signature(_numbers("first", "second")),
    "times": Signature(_numbers("of"), parameters={"factor": "value"}),
    "amount_where": Signature({**_numbers("amount"), **_yes_no("holds")}),
    "number_of_yes": Signature(_yes_no("first", "second", "third", "fourth")),
}

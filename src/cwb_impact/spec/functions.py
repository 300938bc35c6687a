"""The functions that a derived variable may name: what goes in. The arithmetic stands in cwb_impact.indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ParameterKind = Literal["value", "items", "table", "changes"]
"""One number, a list, a table of numbers, or yearly changes in percent (which are chained into an index)."""


@dataclass(frozen=True)
class Signature:
    """inputs : roles, in order. parameters : role -> one number, a table of numbers, or a series by year.

    decides : the function handles missing inputs itself, and decides what the answers that are there allow.
    year : the role that is given the year of the wave.
    """

    inputs: tuple[str, ...]
    parameters: Mapping[str, ParameterKind] = field(default_factory=dict)
    decides: bool = False
    year: str | None = None


SIGNATURES: Mapping[str, Signature] = {
    # employment
    "labour_status": Signature(("paid_hours", "absent_from_job", "searched", "available"), decides=True),
    "status_icse93": Signature(
        ("contract", "works_for", "pay_basis", "voting_member", "has_employees"),
        decides=True,
    ),
    "status_icse18": Signature(
        (
            "contract",
            "works_for",
            "pay_basis",
            "has_employees",
            "incorporated",
            "depends_on_one_client",
            "guaranteed_hours",
            "under_three_months",
            "trainee",
        ),
        decides=True,
    ),
    "full_time_equivalents": Signature(("hours",), {"norm": "value"}),
    # pay
    "net_hourly_employee": Signature(
        ("net_pay_month", "holiday_allowance_paid_monthly", "hours_month"), {"holiday_allowance_percent": "value"}
    ),
    "net_hourly_self_employed": Signature(("receipts_month", "business_costs_month", "set_aside_month", "hours_month")),
    "in_prices_of": Signature(("amount",), {"cpi": "changes", "base_year": "value"}, year="year"),
    "real_ratio": Signature(("now", "before", "year_before"), {"cpi": "changes"}, year="year_now"),
    "at_least_minimum_wage": Signature(("gross_hourly", "age"), {"adult_wage": "value", "youth_percent": "table"}),
    "low_pay": Signature(("gross_hourly",), {"national_median": "value"}),
    # households
    "oecd_modified": Signature(("persons_14_plus", "children_under_14")),
    "cbs_equivalence": Signature(("adults", "children_under_18"), {"factors": "table"}),
    "equivalised": Signature(("income", "factor")),
    "household_type": Signature(("adults", "lives_with_partner", "children_under_13", "children_13_to_17")),
    "below_poverty_line": Signature(
        ("income", "wealth", "household_type"), {"line": "table", "wealth_limit": "table"}, decides=True
    ),
    # sums and quotients
    "total_of": Signature(("first", "second")),
    "difference_of": Signature(("of", "less")),
    "quotient_of": Signature(("of", "by")),
    "product_of": Signature(("first", "second")),
    "times": Signature(("of",), {"factor": "value"}),
    "amount_where": Signature(("amount", "holds")),
    "number_of_yes": Signature(("first", "second", "third", "fourth")),
}

"""The functions that a derived variable may name. To add one: write it, name it here and in spec/functions.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from cwb_impact.indicators import arithmetic, employment, income, poverty

FUNCTIONS: Mapping[str, Callable[..., np.ndarray]] = {
    "labour_status": employment.labour_status,
    "status_icse93": employment.status_icse93,
    "status_icse18": employment.status_icse18,
    "full_time_equivalents": employment.full_time_equivalents,
    "net_hourly_employee": income.net_hourly_employee,
    "net_hourly_self_employed": income.net_hourly_self_employed,
    "in_prices_of": income.in_prices_of,
    "real_ratio": income.real_ratio,
    "at_least_minimum_wage": income.at_least_minimum_wage,
    "low_pay": income.low_pay,
    "oecd_modified": poverty.oecd_modified,
    "cbs_equivalence": poverty.cbs_equivalence,
    "equivalised": poverty.equivalised,
    "household_type": poverty.household_type,
    "below_poverty_line": poverty.below_poverty_line,
    "total_of": arithmetic.total_of,
    "difference_of": arithmetic.difference_of,
    "quotient_of": arithmetic.quotient_of,
    "product_of": arithmetic.product_of,
    "times": arithmetic.times,
    "amount_where": arithmetic.amount_where,
    "number_of_yes": arithmetic.number_of_yes,
}

"""Hourly earnings, prices of another year, the minimum wage and low pay."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from cwb_impact.indicators.refusal import RefusedError
from cwb_impact.types import Floats

YOUTH_AGES = range(15, 21)
"""Whole ages with a minimum wage that is a percentage of the adult one; from 21 on the adult wage holds."""


class YearOutsideSeriesError(RefusedError):
    """A price index has no value for the year of a wave, or for the base year."""

    def __init__(self, what: str, year: float, cpi: Mapping[int, float]) -> None:
        self.year = year
        span = f"it runs from {min(cpi)} to {max(cpi)}" if cpi else "it is empty"
        super().__init__(f"the price index has no value for {what}; {span}")


def net_hourly_employee(
    net_pay_month: Floats,
    holiday_allowance_paid_monthly: np.ndarray,
    hours_month: Floats,
    holiday_allowance_percent: float,
) -> Floats:
    """Net hourly earnings of employees in the reference month, with one twelfth of the holiday allowance.

    paid every month : net pay / hours
    paid once a year : net pay (1 + percent / 100) / hours

    The allowance is a percentage of a year's pay, so one twelfth of it is that percentage of a month's pay. It is taken
    of the net pay, an approximation: tax on the allowance is mostly somewhat higher, so the outcome is somewhat too
    high for those who get it once a year. Tax on the whole year is not known to the survey.

    Parameters
    ----------
    net_pay_month : (n,) euros of net pay in the reference month. An allowance that is paid once a year is left out,
        also when that month happens to be the month of payment.
    holiday_allowance_paid_monthly : (n,) `yes` or `no`, the allowance is in the pay of every month.
    hours_month : (n,) hours actually worked in that month.
    holiday_allowance_percent : the allowance, percent of pay.

    Returns
    -------
    (n,) euros an hour, nan where hours are not above 0 or an answer is missing.

    References
    ----------
    The concept: Canberra Group Handbook on Household Income Statistics (UNECE, 2011). The twelfth is our definition.

    >>> pay, monthly = np.array([1800.0, 1800.0]), np.array(["yes", "no"], dtype=object)
    >>> net_hourly_employee(pay, monthly, hours_month=np.array([120.0, 120.0]), holiday_allowance_percent=8.0).tolist()
    [15.0, 16.2]
    """
    paid_once_a_year = np.asarray(holiday_allowance_paid_monthly == "no", dtype=bool)
    known = paid_once_a_year | np.asarray(holiday_allowance_paid_monthly == "yes", dtype=bool)
    with_allowance = np.where(paid_once_a_year, net_pay_month * (100 + holiday_allowance_percent) / 100, net_pay_month)
    return _per_hour(np.where(known, with_allowance, np.nan), hours_month)


def net_hourly_self_employed(
    receipts_month: Floats, business_costs_month: Floats, set_aside_month: Floats, hours_month: Floats
) -> Floats:
    """Net hourly earnings of the self-employed: (receipts - business costs - set aside) / hours.

    Below 0 in a month in which the costs are higher than the receipts. Not the same concept as the pay of an employee
    (leave, illness and pension are the person's own affair), so the two are shown apart.

    Parameters
    ----------
    receipts_month : (n,) euros received from clients in the reference month, without VAT.
    business_costs_month : (n,) euros of costs of the business in that month.
    set_aside_month : (n,) euros paid or put aside for tax, health contributions and insurance.
    hours_month : (n,) hours actually worked in that month, with those that no client pays.

    Returns
    -------
    (n,) euros an hour, nan where hours are not above 0 or an answer is missing.

    References
    ----------
    Our definition, after the concept of the Canberra Group Handbook on Household Income Statistics (UNECE, 2011).

    >>> receipts, costs, aside, hours = np.array([[3000.0], [400.0], [800.0], [120.0]])
    >>> net_hourly_self_employed(receipts, costs, aside, hours).tolist()
    [15.0]
    """
    return _per_hour(receipts_month - business_costs_month - set_aside_month, hours_month)


def in_prices_of(amount: Floats, year: Floats | float, cpi: Mapping[int, float], base_year: float) -> Floats:
    """An amount of one year in the prices of another: amount x cpi[base year] / cpi[year].

    Parameters
    ----------
    amount : (n,) euros. year : (n,) the year that each amount is of, or one year for all; nan where missing.
    cpi : year -> index. All on one base: an index on 2015 = 100 is never divided by one on 2025 = 100.
    base_year : the year whose prices are wanted.

    Returns
    -------
    (n,) euros in prices of the base year, nan where the amount or its year is missing, or the year of one respondent is
    outside the series.

    Raises
    ------
    YearOutsideSeriesError : the series has no value for the one year of all, or for the base year.

    >>> in_prices_of(np.array([100.0]), 2022, {2022: 121.43, 2023: 126.0}, base_year=2023).round(2).tolist()
    [103.76]
    """
    wanted = _index(float(base_year), cpi, f"the base year {base_year:g}")
    return np.asarray(amount * (wanted / _index_of(year, cpi)), dtype=np.float64)


def real_ratio(
    now: Floats, before: Floats, year_now: Floats | float, year_before: Floats | float, cpi: Mapping[int, float]
) -> Floats:
    """What somebody earns now over what they earned before, in the same prices.

    (now / cpi[year now]) / (before / cpi[year before]); above 1 is a rise in what the pay can buy. Both amounts must be
    of the same concept: never the net pay of an employee over the net receipts of a self-employed person.

    Parameters
    ----------
    now, before : (n,) euros an hour. year_now, year_before : (n,) the year each is of, or one year for all.
    cpi : year -> index, all on one base.

    Returns
    -------
    (n,) ratio, nan where an answer is missing, `before` is not above 0, or the year of one respondent is outside the
    series.

    Raises
    ------
    YearOutsideSeriesError : the series has no value for the one year of all.

    >>> real_ratio(np.array([11.0, 10.0]), np.array([10.0, 10.0]), 2025, 2022, {2022: 100.0, 2025: 110.0}).tolist()
    [1.0, 0.9090909090909091]
    """
    real_before = np.where(before > 0, before / _index_of(year_before, cpi), np.nan)
    return np.asarray(now / _index_of(year_now, cpi) / real_before, dtype=np.float64)


def chained_index(yearly_change: Mapping[int, float], base_year: int) -> dict[int, float]:
    """A price index from yearly changes, 100 in the base year.

    index[y] = index[y - 1] (1 + change[y] / 100), forwards and backwards from the base year. The change of a year is
    over the year before, so the series starts one year before the first change. Published changes are rounded: a chain
    of them can differ by some tenths from the published index.

    Parameters
    ----------
    yearly_change : year -> change over the year before, percent, above -100; no year left out.
    base_year : a year of the series.

    Returns
    -------
    year -> index, in order of year.

    Raises
    ------
    RefusedError : a year is left out, or the base year is not in the series.

    >>> {year: round(index, 1) for year, index in chained_index({2024: 3.3, 2025: 3.3}, base_year=2025).items()}
    {2023: 93.7, 2024: 96.8, 2025: 100.0}
    """
    if not yearly_change:
        raise RefusedError("there are no yearly changes to chain")
    first, last = min(yearly_change), max(yearly_change)
    if left_out := sorted({*range(first, last + 1)} - {*yearly_change}):
        raise RefusedError(f"there is no yearly change for {', '.join(map(str, left_out))}")
    if not first - 1 <= base_year <= last:
        raise RefusedError(f"the base year {base_year} is not in the series {first - 1} to {last}")
    level = {first - 1: 1.0}
    for year in range(first, last + 1):
        level[year] = level[year - 1] * (1 + yearly_change[year] / 100)
    return {year: 100 * (value / level[base_year]) for year, value in level.items()}


def minimum_hourly_wage(age: Floats, adult_wage: float, youth_percent: Mapping[str, float]) -> Floats:
    """Statutory minimum wage an hour for the age of each person.

    From 21 on the adult wage; from 15 up to and with 20 a percentage of it, rounded half up to the cent. The
    percentages have dates of their own: a new scale holds from 1 January 2027. Amounts are never derived from the
    published monthly wage: 2,191.80 / 156 gives 14.05, where the law says 14.06 (1 January 2025).

    Parameters
    ----------
    age : (n,) years; whole years count. adult_wage : euros an hour at 21 and over, on the date of the pay.
    youth_percent : age, `15` to `20`, -> percent of the adult wage. Apprentices of 18 to 20 in Dutch dual training
        (bbl) have a lower scale until 31 December 2026: give that scale for them.

    Returns
    -------
    (n,) euros an hour, nan below 15 and where the age is missing.

    Raises
    ------
    RefusedError : the table has no percentage for an age.

    References
    ----------
    Wet minimumloon en minimumvakantiebijslag, articles 7 and 8; amounts and percentages are parameters with their own.

    >>> scale = {"20": 80.0, "19": 60.0, "18": 50.0, "17": 39.5, "16": 34.5, "15": 30.0}
    >>> minimum_hourly_wage(np.array([14.0, 17.0, 20.0, 45.0]), 14.06, scale).tolist()
    [nan, 5.55, 11.25, 14.06]
    """
    if without := [str(young) for young in YOUTH_AGES if str(young) not in youth_percent]:
        raise RefusedError(f"the youth percentages have no value for age {', '.join(without)}")
    years = np.floor(age)
    wage = np.where(years > YOUTH_AGES[-1], adult_wage, np.nan)
    for young in YOUTH_AGES:
        wage[years == young] = _percentage_to_the_cent(adult_wage, youth_percent[str(young)])
    return wage


def at_least_minimum_wage(
    gross_hourly: Floats, age: Floats, adult_wage: float, youth_percent: Mapping[str, float]
) -> np.ndarray:
    """Whether gross hourly pay is at or above the minimum wage for the age; compared in whole cents.

    Parameters
    ----------
    gross_hourly : (n,) euros an hour, gross, without the holiday allowance; rounded half up to the cent.
    age, adult_wage, youth_percent : as in `minimum_hourly_wage`.

    Returns
    -------
    (n,) `yes` (equal counts too) or `no`; None below 15 and where an answer is missing.

    Raises
    ------
    RefusedError : the table has no percentage for an age.

    >>> scale = {"20": 80.0, "19": 60.0, "18": 50.0, "17": 39.5, "16": 34.5, "15": 30.0}
    >>> at_least_minimum_wage(np.array([14.06, 14.05]), np.array([30.0, 30.0]), 14.06, scale).tolist()
    ['yes', 'no']
    """
    minimum = _cents(minimum_hourly_wage(age, adult_wage, youth_percent))
    pay = _cents(gross_hourly)
    return np.select([pay >= minimum, pay < minimum], ["yes", "no"], np.array(None))


def low_pay(gross_hourly: Floats, national_median: float) -> np.ndarray:
    """Whether gross hourly pay is low: at most two thirds of the national median; compared in whole cents.

    Eurostat's own figures leave out firms with fewer than ten employees, farming and apprentices, so most co-ops would
    not be in them.

    Parameters
    ----------
    gross_hourly : (n,) euros an hour, gross. national_median : euros an hour, gross, of the same year.

    Returns
    -------
    (n,) `yes` or `no`; None where pay is missing.

    References
    ----------
    Eurostat, low-wage earners (Structure of Earnings Survey).

    >>> low_pay(np.array([12.00, 12.01]), national_median=18.00).tolist()
    ['yes', 'no']
    """
    pay, median = 3 * _cents(gross_hourly), 2 * _cents(np.array(national_median))
    return np.select([pay <= median, pay > median], ["yes", "no"], np.array(None))


def _per_hour(amount: Floats, hours: Floats) -> Floats:
    return np.asarray(amount / np.where(hours > 0, hours, np.nan), dtype=np.float64)


def _index_of(year: Floats | float, cpi: Mapping[int, float]) -> Floats:
    """The index of the year of each respondent, nan where the series has none, or of one year for all."""
    if np.ndim(year) == 0:
        return np.array(_index(float(year), cpi, f"{year:g}"))
    return np.array([cpi.get(each, np.nan) for each in np.asarray(year, dtype=np.float64)], dtype=np.float64)


def _index(year: float, cpi: Mapping[int, float], what: str) -> float:
    if year not in cpi:
        raise YearOutsideSeriesError(what, year, cpi)
    return cpi[int(year)]


def _percentage_to_the_cent(amount: float, percent: float) -> float:
    """Decimal, because a half cent is not exact in binary and could fall on either side."""
    exact = Decimal(str(amount)) * Decimal(str(percent)) / 100
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _cents(euros: Floats) -> Floats:
    """Whole cents, half up; the inner rounding takes away the binary error of numbers such as 1.005."""
    return np.floor(np.round(euros * 100, 6) + 0.5)

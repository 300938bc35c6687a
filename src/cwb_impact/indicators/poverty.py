"""Equivalence scales and the CBS/SCP/Nibud poverty line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cwb_impact.spec.functions import HOUSEHOLD_TYPES
from cwb_impact.types import Booleans, Floats


def oecd_modified(persons_14_plus: Floats, children_under_14: Floats) -> Floats:
    """OECD-modified equivalence factor: 1 + 0.5 (persons of 14 and over - 1) + 0.3 children under 14.

    Used by Eurostat. Statistics Netherlands has its own factors (`cbs_equivalence`): the two are never mixed.

    Parameters
    ----------
    persons_14_plus : (n,) people of 14 and over in the household, the respondent included.
    children_under_14 : (n,) people under 14.

    Returns
    -------
    (n,) factor, at least 1; nan without anybody of 14 or over and where a number is missing.

    References
    ----------
    Eurostat, Statistics Explained, Glossary: Equivalised disposable income.

    >>> oecd_modified(np.array([1.0, 2.0]), np.array([0.0, 2.0])).tolist()
    [1.0, 2.1]
    """
    possible = (persons_14_plus >= 1) & (children_under_14 >= 0)
    # one division at the end: sums of 0.1s are not exact, and 2 adults with 2 children must give 2.1
    return np.where(possible, (5 + 5 * persons_14_plus + 3 * children_under_14) / 10, np.nan)


def cbs_equivalence(adults: Floats, children_under_18: Floats, factors: Mapping[str, float]) -> Floats:
    """Equivalence factor of Statistics Netherlands (CBS), looked up and never computed.

    Parameters
    ----------
    adults : (n,) people of 18 and over in the household. children_under_18 : (n,) people under 18.
    factors : `adults+children`, such as `2+1`, -> factor.

    Returns
    -------
    (n,) factor; nan where the table has none and where a number is missing.

    References
    ----------
    CBS, Materiële welvaart in Nederland 2020, appendices (edition 2020).

    >>> cbs_equivalence(np.array([2.0, 5.0]), np.array([0.0, 0.0]), {"1+0": 1.00, "2+0": 1.37}).tolist()
    [1.37, nan]
    """
    households = zip(adults, children_under_18, strict=True)
    return np.array([factors.get(f"{grown:g}+{young:g}", np.nan) for grown, young in households], dtype=np.float64)


def equivalised(income: Floats, factor: Floats) -> Floats:
    """Income of a household made comparable with that of a person alone: income / factor, the same for each member.

    Parameters
    ----------
    income : (n,) disposable income of the household, euros. factor : (n,) equivalence factor.

    Returns
    -------
    (n,) euros, in the period of the income; nan where the factor is not above 0 or an answer is missing.

    >>> equivalised(np.array([13700.0]), np.array([1.37])).round(2).tolist()
    [10000.0]
    """
    return np.asarray(income / np.where(factor > 0, factor, np.nan), dtype=np.float64)


def household_type(
    adults: Floats, lives_with_partner: np.ndarray, children_under_13: Floats, children_13_to_17: Floats
) -> np.ndarray:
    """The household for which the poverty line has a published amount; None for all others.

    type                                | adults | partner | children under 13 | children 13 to 17
    single                              | 1      | no      | 0                 | 0
    couple_two_children_under_13        | 2      | yes     | 2                 | 0
    couple_two_children_13_to_17        | 2      | yes     | 0                 | 2
    lone_parent_two_children_13_to_17   | 1      | no      | 0                 | 2

    Amounts for other households are not interpolated: the line is a budget, not an equivalence scale.

    Parameters
    ----------
    adults : (n,) people of 18 and over in the household, the respondent included.
    lives_with_partner : (n,) `yes` or `no`: two adults need not be a couple.
    children_under_13, children_13_to_17 : (n,) children in the household. Published as children up to and with 12, and
        teenagers; that teenagers are 13 to 17 is our reading.

    Returns
    -------
    (n,) one of `HOUSEHOLD_TYPES`; None for all others and where an answer is missing.

    References
    ----------
    CBS, SCP and Nibud, poverty line 2023: kennisbundel.nl/kennisbank/artikel/nieuwe-armoedegrens.

    >>> household_type(
    ...     adults=np.array([1.0, 2.0, 2.0]),
    ...     lives_with_partner=np.array(["no", "yes", "yes"], dtype=object),
    ...     children_under_13=np.array([0.0, 2.0, 1.0]),
    ...     children_13_to_17=np.array([0.0, 0.0, 1.0]),
    ... ).tolist()
    ['single', 'couple_two_children_under_13', None]
    """
    alone = (adults == 1) & (lives_with_partner == "no")
    couple = (adults == 2) & (lives_with_partner == "yes")
    no_children = (children_under_13 == 0) & (children_13_to_17 == 0)
    two_young = (children_under_13 == 2) & (children_13_to_17 == 0)
    two_teenagers = (children_under_13 == 0) & (children_13_to_17 == 2)
    fits = [alone & no_children, couple & two_young, couple & two_teenagers, alone & two_teenagers]
    return np.select(fits, list(HOUSEHOLD_TYPES), np.array(None))


def below_poverty_line(
    income: Floats,
    wealth: Floats,
    household_type: np.ndarray,
    line: Mapping[str, float],
    wealth_limit: Mapping[str, float],
) -> np.ndarray:
    """Whether a household is below the poverty line: income below the line, and wealth not above the limit.

    An indication, not the official figure: that uses real housing and energy costs, and registers.

    Answers may be missing, and amounts too: it is decided as soon as it is certain. Income at or above the line is
    `no`, whatever the wealth; wealth above the limit is `no`, whatever the income. The wealth limit is a published
    amount of its own, not twelve times the line (18,145 and 12 x 1,510 = 18,120). Where none was published, a household
    with an income below the line stays undecided. So a type with a line and no limit can only be `no` or undecided, and
    a share over such households would be too low: a definition should leave them out of its universe.

    Parameters
    ----------
    income : (n,) net disposable income of the household, euros a month; nan where missing.
    wealth : (n,) money that the household can get at (accounts, savings, shares), euros; nan where missing.
    household_type : (n,) one of `HOUSEHOLD_TYPES`; None for others and where missing.
    line : type -> euros a month. wealth_limit : type -> euros.

    Returns
    -------
    (n,) `yes` or `no`; None where it cannot be decided.

    References
    ----------
    CBS, SCP and Nibud, poverty line 2023: kennisbundel.nl/kennisbank/artikel/nieuwe-armoedegrens (line);
    hartvannederland.nl (line and wealth).

    >>> below_poverty_line(
    ...     income=np.array([1500.0, 1510.0, np.nan]),
    ...     wealth=np.array([2000.0, np.nan, 20000.0]),
    ...     household_type=np.array(["single", "single", "single"], dtype=object),
    ...     line={"single": 1510.0},
    ...     wealth_limit={"single": 18145.0},
    ... ).tolist()
    ['yes', 'no', 'no']
    """
    amount, limit = _amounts(household_type, line), _amounts(household_type, wealth_limit)
    poor: Booleans = (income < amount) & (wealth <= limit)
    not_poor: Booleans = (income >= amount) | (wealth > limit)
    return np.select([poor, not_poor], ["yes", "no"], np.array(None))


def _amounts(household_type: np.ndarray, table: Mapping[str, float]) -> Floats:
    return np.array([table.get(kind, np.nan) for kind in household_type], dtype=np.float64)

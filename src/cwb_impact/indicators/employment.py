"""Labour status, status in employment and full-time equivalents, from what people say about their work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np

from cwb_impact.indicators.refusal import RefusedError
from cwb_impact.spec.functions import JOB_FACTS, NOT_IN_EMPLOYMENT
from cwb_impact.types import Floats


def labour_status(
    paid_hours: Floats, absent_from_job: np.ndarray, searched: np.ndarray, available: np.ndarray
) -> np.ndarray:
    """Labour status of each person, as the International Labour Organization defines it.

    employed : at least one hour of work for pay or profit in the last seven days, or away from such work for a time.
    unemployed : not employed, looked for work in the last four weeks, and can start within two weeks.
    outside_labour_force : not employed, and did not look or cannot start.

    Answers may be missing: a status is given as soon as it is certain. Somebody without work who did not look is
    outside the labour force, whatever is known about starting. Somebody who does not look because a job already waits
    counts as outside too, unless the question tells people to call that looking. Age plays no part here: a definition
    says in its universe whom it is about.

    Parameters
    ----------
    paid_hours : (n,) hours of work for pay or profit in the last seven days, nan where missing.
    absent_from_job : (n,) `yes` or `no`, had such work and was away from it; None where missing or not asked.
    searched : (n,) `yes` or `no`, looked for work in the last four weeks; None where missing.
    available : (n,) `yes` or `no`, can start within two weeks; None where missing or not asked.

    Returns
    -------
    (n,) `employed`, `unemployed` or `outside_labour_force`; None where it cannot be decided.

    References
    ----------
    ILO, 19th International Conference of Labour Statisticians (2013), Resolution I.

    >>> labour_status(
    ...     paid_hours=np.array([1.0, 0.0, 0.0, 0.0]),
    ...     absent_from_job=np.array([None, "yes", "no", "no"], dtype=object),
    ...     searched=np.array([None, None, "yes", "no"], dtype=object),
    ...     available=np.array([None, None, "yes", None], dtype=object),
    ... ).tolist()
    ['employed', 'employed', 'unemployed', 'outside_labour_force']
    """
    works = (paid_hours >= 1) | (absent_from_job == "yes")
    works_not = (paid_hours < 1) & (absent_from_job == "no")
    seeks = (searched == "yes") & (available == "yes")
    seeks_not = (searched == "no") | (available == "no")
    certain = [works, works_not & seeks, works_not & seeks_not]
    return np.select(certain, ["employed", "unemployed", "outside_labour_force"], np.array(None))


def status_icse93(
    *,
    contract: np.ndarray,
    works_for: np.ndarray,
    pay_basis: np.ndarray,
    voting_member: np.ndarray,
    has_employees: np.ndarray,
) -> np.ndarray:
    """Status in employment by ICSE-93, the classification that has a group for members of producers' co-operatives.

    First the kind of work is decided; the first rule that fits holds, for both classifications:

    1. works for their own business                                        -> self-employed
    2. helps in a family business, unpaid                                  -> family worker
    3. unpaid elsewhere                                                    -> not_in_employment
    4. contract `self_employed`                                            -> self-employed
    5. any other contract                                                  -> employee
    6. no contract, paid a wage or by the piece                            -> employee
    7. no contract, a share of the revenue of a family business            -> family worker
    8. no contract, a share of the revenue of a co-op or another employer  -> self-employed

    Then the group:

    1. not_in_employment                                                   -> not_in_employment
    2. family worker                                                       -> contributing_family_workers
    3. works for a co-op and may vote there                                -> members_of_producers_cooperatives
    4. employee                                                            -> employees
    5. self-employed, has employees                                        -> employers
    6. self-employed, has none                                             -> own_account_workers

    Rule 3 is our reading: whoever works for a co-op and votes there on an equal footing is a member, whatever the
    contract. Somebody who votes in a co-op but does this work for their own business is not. The names of the groups
    besides the members' have not been checked against the official text.

    Answers may be missing (many questions are asked of some people only): a group is given where every possible answer
    to the missing questions leads to the same one.

    Parameters
    ----------
    contract : (n,) as in `CODES`: the agreement about this job.
    works_for : (n,) for whom the work is done. Somebody who sends invoices to a co-op and works only there, works for
        the co-op; whoever serves clients of their own works for their own business.
    pay_basis : (n,) `wage` for time, `piece` for each task, `share_of_revenue`, `unpaid`. Pay that is agreed counts,
        also when it has not come in yet.
    voting_member : (n,) `yes` or `no`, a member of the co-op with a vote.
    has_employees : (n,) `yes` or `no`, the person (not the co-op) employs others.

    Returns
    -------
    (n,) one of `ICSE_93`, or `not_in_employment`; None where it cannot be decided.

    Raises
    ------
    RefusedError : a fact holds a code outside `CODES`.

    References
    ----------
    ILO, 15th International Conference of Labour Statisticians (1993), resolution on ICSE. That it had a group for
    members of producers' co-operatives: cicopa.coop/?p=4261.

    >>> status_icse93(
    ...     contract=np.array(["permanent_fixed_hours", "permanent_fixed_hours"], dtype=object),
    ...     works_for=np.array(["co_op", "co_op"], dtype=object),
    ...     pay_basis=np.array(["wage", "wage"], dtype=object),
    ...     voting_member=np.array(["yes", "no"], dtype=object),
    ...     has_employees=np.array([None, None], dtype=object),
    ... ).tolist()
    ['members_of_producers_cooperatives', 'employees']
    """
    facts = {
        "contract": contract,
        "works_for": works_for,
        "pay_basis": pay_basis,
        "voting_member": voting_member,
        "has_employees": has_employees,
    }
    return _where_certain(_group_93, facts)


def status_icse18(
    *,
    contract: np.ndarray,
    works_for: np.ndarray,
    pay_basis: np.ndarray,
    has_employees: np.ndarray,
    incorporated: np.ndarray,
    depends_on_one_client: np.ndarray,
    guaranteed_hours: np.ndarray,
    under_three_months: np.ndarray,
    trainee: np.ndarray,
) -> np.ndarray:
    """Status in employment by ICSE-18-A, ten groups by the authority that people have over their work.

    The kind of work is decided as in `status_icse93`. Then the first rule that fits holds:

    1. not_in_employment                                    -> not_in_employment
    2. family worker                                        -> contributing_family_workers
    3. self-employed, has employees, own company            -> employers_in_corporations
    4. self-employed, has employees                         -> employers_in_household_enterprises
    5. self-employed, own company                           -> owner_operators_of_corporations_without_employees
    6. self-employed, depends on one client                 -> dependent_contractors
    7. self-employed                                        -> own_account_workers_in_household_enterprises
    8. employee, in training                                -> paid_apprentices_trainees_and_interns
    9. employee, permanent contract with fixed hours        -> permanent_employees
    10. employee, on call or without a contract             -> short_term_and_casual_employees
    11. employee, no hours guaranteed                       -> short_term_and_casual_employees
    12. employee, permanent contract with variable hours    -> permanent_employees
    13. employee, temporary for less than three months      -> short_term_and_casual_employees
    14. employee, temporary                                 -> fixed_term_employees

    ICSE-18 dropped the group for members of producers' co-operatives. Where it places them was not read. Our reading:
    the vote plays no part, and a member is placed by the same facts as everybody else. One vote among many is no
    control over a company, so a member is no owner-operator of the co-op. A member with an employment contract or a
    wage is an employee; a member who lives on a share of the revenue is a dependent contractor when they depend on the
    co-op for their work. The rules as a whole are our reading of the groups, not the official decision tree.

    Answers may be missing, as in `status_icse93`.

    Parameters
    ----------
    contract, works_for, pay_basis, has_employees : (n,) as in `status_icse93`.
    incorporated : (n,) `yes` or `no`, the person's own business (not the co-op) is a company, such as a Dutch bv.
    depends_on_one_client : (n,) `yes` or `no`, one client, co-op or platform decides how the work is done, what it
        pays, or whether there is work.
    guaranteed_hours : (n,) `yes` or `no`, a minimum of hours a week is agreed.
    under_three_months : (n,) `yes` or `no`, the contract was made for less than three months.
    trainee : (n,) `yes` or `no`, the work is part of a course, an apprenticeship or an internship.

    Returns
    -------
    (n,) one of `ICSE_18_A`, or `not_in_employment`; None where it cannot be decided.

    Raises
    ------
    RefusedError : a fact holds a code outside `CODES`.

    References
    ----------
    ILO, 20th International Conference of Labour Statisticians (2018), Resolution I. That it has no group for members
    of producers' co-operatives: cicopa.coop/?p=4261.

    >>> nobody = np.array([None, None], dtype=object)
    >>> status_icse18(
    ...     contract=np.array(["permanent_fixed_hours", "self_employed"], dtype=object),
    ...     works_for=np.array(["co_op", "co_op"], dtype=object),
    ...     pay_basis=np.array(["wage", "piece"], dtype=object),
    ...     has_employees=np.array([None, "no"], dtype=object),
    ...     incorporated=np.array([None, "no"], dtype=object),
    ...     depends_on_one_client=np.array([None, "yes"], dtype=object),
    ...     guaranteed_hours=nobody,
    ...     under_three_months=nobody,
    ...     trainee=np.array(["no", None], dtype=object),
    ... ).tolist()
    ['permanent_employees', 'dependent_contractors']
    """
    facts = {
        "contract": contract,
        "works_for": works_for,
        "pay_basis": pay_basis,
        "has_employees": has_employees,
        "incorporated": incorporated,
        "depends_on_one_client": depends_on_one_client,
        "guaranteed_hours": guaranteed_hours,
        "under_three_months": under_three_months,
        "trainee": trainee,
    }
    return _where_certain(_group_18, facts)


def full_time_equivalents(hours: Floats, norm: float) -> Floats:
    """Full-time jobs that the hours of each person make up: hours / norm.

    Not capped: who works more than the norm counts for more than one. The sum over people is the indicator; the norm
    must be printed beside it.

    Parameters
    ----------
    hours : (n,) usual paid hours a week, nan where missing. norm : hours a week of a full-time job, above 0.

    Returns
    -------
    (n,) full-time equivalents, nan where hours are missing or below 0.

    Raises
    ------
    RefusedError : the norm is not above 0.

    >>> full_time_equivalents(np.array([36.0, 18.0]), norm=36.0).tolist()
    [1.0, 0.5]
    """
    if not norm > 0:
        raise RefusedError("the full-time norm must be above 0 hours a week")
    return np.where(hours >= 0, hours / norm, np.nan)


def _kind(contract: str, works_for: str, pay_basis: str) -> str:
    """self_employed, employee, family_worker or not_in_employment: the first eight rules of `status_icse93`."""
    if works_for == "own_business":
        return "self_employed"
    if pay_basis == "unpaid":
        return "family_worker" if works_for == "family_business" else NOT_IN_EMPLOYMENT
    if contract == "self_employed":
        return "self_employed"
    if contract != "none" or pay_basis in ("wage", "piece"):
        return "employee"
    return "family_worker" if works_for == "family_business" else "self_employed"


def _group_93(contract: str, works_for: str, pay_basis: str, voting_member: str, has_employees: str) -> str:
    kind = _kind(contract, works_for, pay_basis)
    if kind == NOT_IN_EMPLOYMENT:
        return NOT_IN_EMPLOYMENT
    if kind == "family_worker":
        return "contributing_family_workers"
    if works_for == "co_op" and voting_member == "yes":
        return "members_of_producers_cooperatives"
    if kind == "employee":
        return "employees"
    return "employers" if has_employees == "yes" else "own_account_workers"


def _group_18(
    contract: str,
    works_for: str,
    pay_basis: str,
    has_employees: str,
    incorporated: str,
    depends_on_one_client: str,
    guaranteed_hours: str,
    under_three_months: str,
    trainee: str,
) -> str:
    kind = _kind(contract, works_for, pay_basis)
    if kind == NOT_IN_EMPLOYMENT:
        return NOT_IN_EMPLOYMENT
    if kind == "family_worker":
        return "contributing_family_workers"
    if kind == "self_employed":
        return _self_employed_18(has_employees, incorporated, depends_on_one_client)
    if trainee == "yes":
        return "paid_apprentices_trainees_and_interns"
    return _employee_18(contract, guaranteed_hours, under_three_months)


def _self_employed_18(has_employees: str, incorporated: str, depends_on_one_client: str) -> str:
    if has_employees == "yes":
        return "employers_in_corporations" if incorporated == "yes" else "employers_in_household_enterprises"
    if incorporated == "yes":
        return "owner_operators_of_corporations_without_employees"
    if depends_on_one_client == "yes":
        return "dependent_contractors"
    return "own_account_workers_in_household_enterprises"


def _employee_18(contract: str, guaranteed_hours: str, under_three_months: str) -> str:
    if contract == "permanent_fixed_hours":
        return "permanent_employees"
    if contract in ("on_call", "none") or guaranteed_hours == "no":
        return "short_term_and_casual_employees"
    if contract == "permanent_variable_hours":
        return "permanent_employees"
    return "short_term_and_casual_employees" if under_three_months == "yes" else "fixed_term_employees"


def _where_certain(decide: Callable[..., str], facts: Mapping[str, np.ndarray]) -> np.ndarray:
    """(n,) what `decide` says of each person; None where the missing facts could still change it."""
    for name, answers in facts.items():
        if not {*answers} - {None} <= {*JOB_FACTS[name]}:
            raise RefusedError(f"{name} holds a code other than {', '.join(JOB_FACTS[name])}")
    people = list(zip(*facts.values(), strict=True))
    decided = {person: _if_certain(decide, tuple(facts), person) for person in set(people)}
    groups = np.full(len(people), None, dtype=object)
    groups[:] = [decided[person] for person in people]
    return groups


def _if_certain(decide: Callable[..., str], names: tuple[str, ...], person: tuple[str | None, ...]) -> str | None:
    possible = [JOB_FACTS[name] if code is None else (code,) for name, code in zip(names, person, strict=True)]
    groups = {decide(*answers) for answers in product(*possible)}
    return groups.pop() if len(groups) == 1 else None

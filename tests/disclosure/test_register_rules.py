"""Which figures of registers may be published, rule by rule, at the edges of policy.yml."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cwb_impact.disclosure.registers import decide_figure, public_counts
from cwb_impact.spec.policy import Policy
from disclosure.register_row import DICTIONARY, published, row

MONEY = {"protects": "money", "remainder_percent": 50.0, "value": 812_345.67}
COOPS = {"protects": "organisations", "n": 4, "n_counted": 2, "n_outside_largest": 3}

CASES = [
    # the programme's own facts are public, however few they are
    ("coops_founded", {"protects": "nothing", "n": 1, "n_counted": 1, "n_holdings": 0}, "published", ""),
    # the headcount of all co-ops together is public, but never that of one or two
    ("people_working_in_coops", {"n_outside_largest": 2, "n_counted": 9}, "published", ""),
    ("people_working_in_coops", {"n_holdings": 2}, "suppressed_primary", "too_few_holdings"),
    # parts of it need ten people, three co-ops and ten outside the largest
    ("paid_trainees_in_coops", {"n_counted": 10, "n_outside_largest": 10}, "published", ""),
    ("paid_trainees_in_coops", {"n_counted": 9}, "suppressed_primary", "too_few_people"),
    ("paid_trainees_in_coops", {"n_counted": 0, "value": 0.0}, "suppressed_primary", "too_few_people"),
    ("paid_trainees_in_coops", {"n_outside_largest": 9}, "suppressed_primary", "too_few_outside_largest_holding"),
    ("full_time_equivalents", {"n": 9}, "suppressed_primary", "too_few_people"),
    # a share with hardly anybody on one side becomes a band
    ("members_working", {"value": 95.0, "n_counted": 38, "n": 40}, "published", "band"),
    # co-ops: three, and not what all of them have alike
    ("pay_ratio_at_most_2", {**COOPS, "value": 50.0}, "published", ""),
    ("pay_ratio_at_most_2", {**COOPS, "n_holdings": 2}, "suppressed_primary", "too_few_holdings"),
    ("pay_ratio_at_most_2", {**COOPS, "n_counted": 4, "value": 100.0}, "suppressed_primary", "all_alike"),
    ("pay_ratio_at_most_2", {**COOPS, "n_counted": 0, "value": 0.0}, "suppressed_primary", "all_alike"),
    ("pay_ratio", {**COOPS, "value": 1.8}, "suppressed_primary", "no_rule_for_this_statistic"),
    ("assembly_turnout", {**COOPS, "value": 61.0}, "published", ""),
    # money: three, and p% at 10
    ("spend_with_coops_direct", MONEY, "published", ""),
    ("spend_with_coops_direct", {**MONEY, "remainder_percent": 10.0}, "published", ""),
    ("spend_with_coops_direct", {**MONEY, "remainder_percent": 9.99}, "suppressed_primary",
     "one_contributor_dominates"),
    ("spend_with_coops_direct", {**MONEY, "n_holdings": 2}, "suppressed_primary", "too_few_contributors"),
    # money in a list of co-ops is money
    ("surplus_to_members", {**COOPS, "remainder_percent": 3.0}, "suppressed_primary", "one_contributor_dominates"),
    ("coop_local_purchasing", {**COOPS, "remainder_percent": 3.0}, "suppressed_primary", "one_contributor_dominates"),
    # what is not recorded stays that
    ("lm3", {"status": "not_collected", "reason": "not_recorded"}, "not_collected", "not_recorded"),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "changes", "status", "reason"), CASES)
def test_rule(policy: Policy, indicator: str, changes: dict[str, object], status: str, reason: str) -> None:
    found = decide_figure(row(indicator, **changes), DICTIONARY.indicators[indicator], policy)
    assert (found.status, found.reason) == (status, reason)


def test_amounts_leave_rounded_and_people_too(policy: Policy) -> None:
    table = published(
        policy,
        row("people_working_in_coops"),
        row("employees_in_coops", value=17.0, n_counted=17),
        row("spend_with_coops_direct", **MONEY),
        row("lm3", protects="money", remainder_percent=40.0, value=1.8766),
        row("grants_awarded", protects="nothing", value=320_000.0, n=1),
    )
    assert table["value"].to_dict() == {
        "people_working_in_coops": 23.0,
        "employees_in_coops": 15.0,
        "spend_with_coops_direct": 812_000.0,
        "lm3": 1.9,
        "grants_awarded": 320_000.0,
    }
    assert table.loc["grants_awarded", "n"] == 1 and table.loc["employees_in_coops", "n"] == 40
    assert table[["se", "ess", "deff"]].isna().all(axis=None)


def test_what_is_hidden_keeps_nothing_but_its_reason(policy: Policy) -> None:
    table = published(policy, row("paid_trainees_in_coops", n_counted=4, value=4.0, ci_low=4.0, ci_high=6.0, n=37))
    hidden = table.loc["paid_trainees_in_coops"]
    assert hidden[["value", "ci_low", "ci_high", "n"]].isna().all() and hidden["interval"] == ""


def test_one_hidden_part_of_the_public_headcount_takes_another_with_it(policy: Policy) -> None:
    """24 + 11 + 12 + 4 = 51: with the total public, the four would be known."""
    parts = {"member_employees_in_coops": 24, "employees_in_coops": 11, "self_employed_in_coops": 12,
             "paid_trainees_in_coops": 4}  # fmt: skip
    table = published(
        policy,
        row("people_working_in_coops", value=51.0, n_counted=51),
        *(row(name, value=float(n), n_counted=n) for name, n in parts.items()),
    )
    assert table["status"].to_dict() == {
        "people_working_in_coops": "published",
        "member_employees_in_coops": "published",
        "employees_in_coops": "suppressed_secondary",
        "self_employed_in_coops": "published",
        "paid_trainees_in_coops": "suppressed_primary",
    }
    assert table.loc[["employees_in_coops", "paid_trainees_in_coops"], "value"].isna().all()


PARTS = ("member_employees_in_coops", "employees_in_coops", "self_employed_in_coops", "paid_trainees_in_coops")


def hidden_parts(policy: Policy, *rows: pd.Series) -> list[str]:
    """Which parts of the public headcount are hidden, wave by wave."""
    table = published(policy, *rows)
    hidden = table[table["status"].str.startswith("suppressed")]
    return [name for _, here in hidden.groupby("wave") for name in PARTS if name in here.index]


def test_hidden_parts_together_are_no_one_co_op(policy: Policy) -> None:
    """Leak prevented: 8 and 15 people, of whom 6 are outside the largest co-op: it knows these as a sum."""
    parts = [row("member_employees_in_coops"), row("employees_in_coops", n_counted=30)]
    small = row("paid_trainees_in_coops", n_counted=8, n_outside_largest=3)
    large = row("self_employed_in_coops", n_counted=15, n_outside_largest=3)
    whole = row("people_working_in_coops", n_counted=76)
    assert hidden_parts(policy, whole, *parts, small, large) == [PARTS[0], *PARTS[2:]]
    large["n_outside_largest"] = 8
    assert hidden_parts(policy, whole, *parts, small, large) == list(PARTS[2:])


def test_a_new_wave_does_not_move_the_part_that_goes(policy: Policy) -> None:
    """Leak prevented: with another part hidden than last time, last time's release tells what is hidden now."""
    first = [row("people_working_in_coops", n_counted=51)]
    first += [row(name, n_counted=n) for name, n in zip(PARTS, (24, 11, 12, 4), strict=True)]
    second = [row("people_working_in_coops", n_counted=81, wave="2026Q3")]
    second += [row(name, n_counted=n, wave="2026Q3") for name, n in zip(PARTS, (24, 41, 12, 4), strict=True)]
    expected = ["employees_in_coops", "paid_trainees_in_coops"]
    assert hidden_parts(policy, *first) == expected
    assert hidden_parts(policy, *first, *second) == expected * 2


def test_counts_of_what_happened_to_rows_hide_few_people(policy: Policy) -> None:
    told = pd.DataFrame(
        [("people", "people", "left", 3), ("people", "people", "rows", 47), ("initiatives", "nothing", "rows", 3),
         ("payments", "money", "place_unknown_euros", 123_456.0), ("payments", "money", "spellings", 3)],
        columns=["register", "protects", "what", "number"],
    ).assign(wave="2025Q3", remainder_percent=np.nan)  # fmt: skip
    found = public_counts(told, policy)
    assert "protects" not in found
    assert np.isnan(found["number"].iloc[0]) and found["number"].tolist()[1:] == [45.0, 3.0, 123_000.0, 3.0]


def test_a_part_is_never_larger_than_its_public_whole(policy: Policy) -> None:
    """43 of 44 people: 45 would be more than all."""
    table = published(
        policy,
        row("people_working_in_coops", value=44.0, n_counted=44),
        row("employees_in_coops", value=43.0, n_counted=43),
    )
    assert table["value"].to_dict() == {"people_working_in_coops": 44.0, "employees_in_coops": 40.0}

"""Figures of registers against one another: every limit is true, and what could be worked out is hidden."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cwb_impact as cwb
from cwb_impact.disclosure import dominance
from cwb_impact.disclosure.attack import bounds
from cwb_impact.disclosure.dominance import contributors
from cwb_impact.disclosure.family import Bound, Family
from cwb_impact.disclosure.secondary import hide
from cwb_impact.estimate import counts
from cwb_impact.registers.dominance import remainder_percent
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.types import RegisterRows
from disclosure.register_release import WAVE, Release, all_true, hidden_of, release_of
from registers.lists import rows_of

HEADCOUNT, EMPLOYEES, TRAINEES = "people_working_in_coops", "employees_in_coops", "paid_trainees_in_coops"
PLACES, MEMBERS, IN_AREA = "learn_work_places", "members_working", "anchor_spend_in_area"


@cache
def opened() -> StudyBundle:
    return cwb.open_study("surveys/nieuw_west")


@pytest.fixture(scope="module")
def study() -> StudyBundle:
    return opened()


@pytest.fixture(scope="module")
def lists(study: StudyBundle) -> tuple[RegisterRows, ...]:
    return tuple(cwb.harmonise(study).registers)


@pytest.fixture(scope="module")
def release(study: StudyBundle, lists: tuple[RegisterRows, ...]) -> Release:
    return release_of(study, lists)


def at_wave(register: str, protects: str, holdings: list[str], **columns: list[object]) -> RegisterRows:
    return replace(rows_of(register, protects, holdings, **columns), wave=WAVE)


def workers(*groups: tuple[str, int], member: str = "yes") -> RegisterRows:
    """So many people of each position, spread over eight co-ops; volunteers and the unpaid have no paid work."""
    positions = [position for position, number in groups for _ in range(number)]
    holdings = [f"coop {at % 8}" for _, number in groups for at in range(number)]
    paid = ["no" if position in ("volunteer", "unpaid_trainee") else "yes" for position in positions]
    return at_wave(
        "people", "people", holdings, paid_work_in_coop=paid, position_in_coop=positions,
        member_in_coop=[member] * len(positions), usual_hours_in_coop=[24.0] * len(positions),
    )  # fmt: skip


def payments(amounts: dict[str, float], local: set[str]) -> RegisterRows:
    """One invoice a supplier; those in `local` are in the area."""
    names = list(amounts)
    where = ["yes" if name in local else "no" for name in names]
    return at_wave(
        "payments", "money", names, payment_euros=list(amounts.values()), payment_influenceable=["yes"] * len(names),
        supplier_in_area=where, supplier_locally_owned=where,
    )  # fmt: skip


def attacked(release: Release, family: Family) -> dict[object, list[Bound]]:
    """The bounds by what they are of."""
    found: dict[object, list[Bound]] = {}
    for bound in bounds(family, hidden_of(family, release.decided)):
        found.setdefault(bound.key, []).append(bound)
    return found


# what the figures tell is true


@pytest.mark.parametrize("waves", [("2025Q3",), ("2025Q3", "2026Q3")])
def test_every_limit_is_true_in_nieuw_west(
    study: StudyBundle, lists: tuple[RegisterRows, ...], waves: tuple[str, ...]
) -> None:
    release = release_of(study, [one for one in lists if one.wave in waves])
    families = release.families()
    # people and people a year ago, co-ops as numbers and as sums, LM3, payments, payments to co-ops
    assert len(families) == 7 * len(waves)
    for family in families:
        start = hidden_of(family, release.decided)
        # one after the other shown, and one after the other hidden
        for at in range(len(family.figures) + 1):
            assert all_true(family, start | {one.key for one in family.figures[:at] if not one.fixed})


def test_every_figure_that_is_shown_tells_something(release: Release) -> None:
    shown = {one.key: one.shown for family in release.families() for one in family.figures}
    ours = release.decided[(release.decided["protects"] != "nothing") & (release.decided["status"] == "published")]
    assert len(ours) > 10 and all(shown[key] for key in ours.index)


def test_nieuw_west_is_safe_as_it_is(release: Release) -> None:
    for family in release.families():
        start = hidden_of(family, release.decided)
        found = hide(family, start)
        assert found.keys == start and not found.open


def test_earlier_figures_of_the_same_lists_are_true_and_cannot_be_hidden(release: Release) -> None:
    earlier = release.shown.assign(release="before", band="", reason="")
    earlier = earlier[earlier["status"] == "published"]
    for family in release.families(earlier):
        fixed = [one for one in family.figures if isinstance(one.key, tuple) and one.key[0] == "earlier"]
        assert fixed and all(one.fixed for one in fixed)
        assert all_true(family, hidden_of(family, release.decided))


def test_lists_of_the_programme_have_no_family(release: Release) -> None:
    public = set(release.decided.index[release.decided["protects"] == "nothing"])
    assert public and not public & {one.key for family in release.families() for one in family.figures}


WORKER = st.tuples(
    st.sampled_from(["yes", "yes", "no", None]),
    st.sampled_from(["member_employee", "employee", "self_employed", "paid_trainee", "unpaid_trainee", None]),
    st.sampled_from(["yes", "no", "no", None]),
    st.sampled_from([8.0, 36.0, None]),
)


@settings(deadline=None, max_examples=15)
@given(facts=st.lists(WORKER, min_size=1, max_size=70))
def test_every_limit_is_true_of_people_of_whom_much_is_not_known(
    facts: list[tuple[str | float | None, ...]],
) -> None:
    paid, position, member, hours = (list(column) for column in zip(*facts, strict=True))
    holdings = [f"coop {at % 9}" for at in range(len(facts))]
    people = at_wave(
        "people", "people", holdings, paid_work_in_coop=paid, position_in_coop=position, member_in_coop=member,
        usual_hours_in_coop=hours,
    )  # fmt: skip
    for release in (made := release_of(opened(), [people])), made.without_complements():
        for family in release.families():
            start = hidden_of(family, release.decided)
            ours = frozenset(one.key for one in family.figures if not one.fixed)
            assert all_true(family, start) and all_true(family, start | ours)
            # and what is told never contradicts itself, so that the attacker always has an answer
            assert all(one.low <= one.high for one in bounds(family, start))


INVOICE = st.tuples(
    st.sampled_from([100.0, 2_500.0, 40_000.0, 333_333.33]),
    st.sampled_from(["yes", "no", None]),
    st.sampled_from(["yes", "no", None]),
)


@settings(deadline=None, max_examples=15)
@given(invoices=st.lists(INVOICE, min_size=3, max_size=12))
def test_every_limit_is_true_of_spend_of_which_the_place_is_not_known(
    invoices: list[tuple[float, str | None, str | None]],
) -> None:
    euros, area, owned = (list(column) for column in zip(*invoices, strict=True))
    spend = at_wave(
        "payments", "money", [f"supplier {at}" for at in range(len(euros))], payment_euros=euros,
        payment_influenceable=["yes"] * len(euros), supplier_in_area=area, supplier_locally_owned=owned,
    )  # fmt: skip
    release = release_of(opened(), [spend])
    for name in (IN_AREA, "anchor_spend_locally_owned"):
        if release.decided.loc[release.key(name), "status"] == "suppressed_primary":
            release = release.although(name)
    for family in release.families():
        assert all_true(family, frozenset())


# people


@pytest.mark.parametrize("wave", ["2025Q3", "2026Q3"])
def test_unpaid_places_stay_uncertain_beside_all_places_and_the_paid_ones(release: Release, wave: str) -> None:
    """No row has them, and all places less the paid ones would give them."""
    key = ("difference", release.key(PLACES, wave), release.key(TRAINEES, wave))
    found = [bound for family in release.families() for bound in attacked(release, family).get(key, [])]
    assert len(found) == 1 and found[0].safe and found[0].high - found[0].low >= 10


def test_a_part_that_is_hidden_follows_from_the_exact_headcount_and_the_other_part(study: StudyBundle) -> None:
    """13 + 4 = 17. 15 told is 13 to 17, so there are at most 4 trainees, and for three co-ops at least 3."""
    release = release_of(study, [workers(("employee", 13), ("paid_trainee", 4))], [HEADCOUNT, EMPLOYEES, TRAINEES])
    (family,) = release.without_complements().families()
    start = hidden_of(family, release.without_complements().decided)
    assert release.key(EMPLOYEES) not in start
    trainees = next(one for one in bounds(family, start) if one.key == ("secret", release.key(TRAINEES)))
    assert (trainees.low, trainees.high) == (3, 4) and not trainees.safe
    found = hide(family, start)
    assert found.keys - start == {release.key(EMPLOYEES)} and not found.open
    assert all_true(family, found.keys)


def test_few_who_are_in_no_part_follow_from_the_headcount_and_a_part(study: StudyBundle) -> None:
    """Of 15 people 12 are employees: told as 10, which is 10 to 12, since fewer would be hidden."""
    lists = [workers(("employee", 12), ("self_employed", 3))]
    release = release_of(study, lists, [HEADCOUNT, EMPLOYEES])
    (family,) = release.families()
    start = hidden_of(family, release.decided)
    (rest,) = bounds(family, start)
    assert rest.key == ("difference", release.key(HEADCOUNT), release.key(EMPLOYEES))
    assert (rest.low, rest.high, rest.width) == (3, 5, 3)
    found = hide(family, start)
    assert found.keys - start == {release.key(EMPLOYEES)} and not found.open


def test_a_band_of_people_leaves_as_many_numbers_as_the_rule_has(study: StudyBundle) -> None:
    """Everybody but two: it may be 0, 1 or 2, also for who knows the headcount."""
    members, others = workers(("employee", 22)), workers(("self_employed", 2), member="no")
    both = pd.concat([members.frame, others.frame], ignore_index=True)
    release = release_of(study, [replace(members, frame=both)], [HEADCOUNT, MEMBERS])
    assert release.decided.loc[release.key(MEMBERS), "band"] == ">85"
    (family,) = release.families()
    found = attacked(release, family)["secret", release.key(MEMBERS)]
    assert [(one.low, one.high) for one in found] == [(22, 24), (0, 2)] and all(one.safe for one in found)
    # the band can go too, and then says no more than that there are enough people
    without = hidden_of(family, release.decided) | {release.key(MEMBERS)}
    assert all_true(family, without)
    assert [(one.low, one.high) for one in bounds(family, without)] == [(0, 24), (0, 24)]


def test_an_earlier_release_that_showed_a_part_tells_it_for_good(study: StudyBundle) -> None:
    names = [HEADCOUNT, EMPLOYEES, TRAINEES]
    release = release_of(study, [workers(("employee", 13), ("paid_trainee", 4))], names)
    (family,) = release.families()
    (with_earlier,) = release.families(release.earlier(EMPLOYEES))
    start = hidden_of(family, release.decided)
    assert not hide(family, start).open
    found = hide(with_earlier, start)
    assert {one.key for one in found.open} >= {("secret", release.key(TRAINEES))}


def test_an_earlier_figure_that_the_rules_now_hide_still_tells_its_rounding(study: StudyBundle) -> None:
    """Four trainees told as 5, by older rules: 3 to 7."""
    release = release_of(study, [workers(("employee", 40), ("paid_trainee", 4))], [TRAINEES])
    (family,) = release.families(release.earlier(TRAINEES))
    trainees, _ = attacked(release, family)["secret", release.key(TRAINEES)]
    assert (trainees.low, trainees.high) == (3, 7)


def test_hidden_hours_stay_uncertain_by_those_of_three_people(study: StudyBundle) -> None:
    release = release_of(study, [workers(("employee", 6))], ["full_time_equivalents"])
    (family,) = release.families()
    (hours,) = family.figures[1].secrets
    of_one = hours.truth / 6
    assert hours.width == pytest.approx(3 * of_one) and not hours.whole
    (found,) = bounds(family, hidden_of(family, release.decided))
    # too few people: 3 to 9 of them
    assert (found.low, found.high) == pytest.approx((0, 9 * of_one), abs=1e-6) and found.safe


# money


def test_a_supplier_that_dominates_is_told_by_an_earlier_release(study: StudyBundle) -> None:
    amounts = {"big": 300_000.0, "small": 4_000.0, "tiny": 2_000.0} | {f"far {at}": 70_000.0 for at in range(10)}
    release = release_of(study, [payments(amounts, {"big", "small", "tiny"})], [IN_AREA])
    key = release.key(IN_AREA)
    assert release.decided.loc[key, "reason"] == "one_contributor_dominates"
    (family,) = release.families()
    start = hidden_of(family, release.decided)
    assert not hide(family, start).open
    (told,) = release.families(release.earlier(IN_AREA))
    narrow = hide(told, start).open
    # 30 percent of 1,006,000 euros: to within 10,060 euros, where 10 percent of the largest is 30,000
    assert [one.width for one in narrow] == [30_000.0] * len(narrow)
    assert [one.high - one.low for one in narrow] == pytest.approx([10_060.0] * len(narrow), rel=1e-3)


def test_the_rest_of_a_share_of_spend_stays_uncertain_too(study: StudyBundle) -> None:
    """All but one supplier are local: the share gives away that one."""
    amounts = {f"near {at}": 50_000.0 for at in range(9)} | {"far": 200_000.0}
    release = release_of(study, [payments(amounts, set(amounts) - {"far"})], [IN_AREA])
    (family,) = release.although(IN_AREA).families()
    assert not [one for one in family.figures if one.secrets]
    (family,) = release.families()
    (secret,) = family.figures[1].secrets
    assert (secret.truth, secret.width, secret.whole) == (200_000.0, 20_000.0, False)
    assert secret.value @ family.truth[secret.unknown] == 200_000.0


def surplus(amounts: list[float], members: list[float]) -> RegisterRows:
    holdings = [f"coop {at}" for at in range(len(amounts))]
    return at_wave(
        "coops", "organisations", holdings, members_at_year_end=members, surplus_distributed_year=amounts
    )  # fmt: skip


def test_a_hidden_total_follows_from_the_amount_of_each_member(study: StudyBundle) -> None:
    """60,900 euros of 40 members are 1,500 each: the total is 59,000 to 61,000 euros, of which one co-op has 60,000."""
    lists = [surplus([60_000.0, 500.0, 300.0, 100.0], [10.0] * 4)]
    release = release_of(study, lists, ["surplus_to_members", "surplus_per_member"])
    here = release.decided[release.decided["wave"] == WAVE]
    assert here["reason"].tolist() == ["one_contributor_dominates"] * 2
    told = release.although("surplus_per_member")
    (family,) = told.families()
    start = hidden_of(family, told.decided)
    (total,) = bounds(family, start)
    assert (total.low, total.high) == pytest.approx((59_000, 61_000), abs=1) and total.width == 6_000
    found = hide(family, start)
    assert found.keys - start == {release.key("surplus_per_member")} and not found.open


@pytest.mark.parametrize(("inside", "status"), [(0.0, "suppressed_primary"), (1.0, "suppressed_primary"),
                                                (0.5, "published")])  # fmt: skip
def test_nothing_or_all_of_what_every_co_op_buys_would_tell_it_of_each(
    study: StudyBundle, inside: float, status: str
) -> None:
    name, bought = "coop_local_purchasing", [40_000.0, 30_000.0, 20_000.0, 10_000.0]
    here = at_wave(
        "coops", "organisations", [f"coop {at}" for at in range(4)], coop_purchases_euros=bought,
        coop_purchases_in_area_euros=[inside * euros for euros in bought],
    )  # fmt: skip
    release = release_of(study, [here], [name])
    row = release.decided.loc[release.key(name)]
    assert (row["value"], row["status"]) == (100 * inside, status)
    # the reason does not tell which of the two, or that there is one large co-op
    assert row["reason"] == ("" if status == "published" else "one_contributor_dominates")
    (family,) = release.families()
    start = hidden_of(family, release.decided)
    assert all_true(family, start) and not hide(family, start).open
    # hidden, the whole range from nothing to all is possible
    found = bounds(family, start)
    assert len(found) == (0 if status == "published" else 1)
    assert all((one.low, one.high) == pytest.approx((0, 100_000), abs=1) for one in found)


def test_that_nobody_has_a_place_stays_uncertain(study: StudyBundle) -> None:
    release = release_of(study, [workers(("employee", 40))], [HEADCOUNT, PLACES])
    (family,) = release.families()
    places, _ = attacked(release, family)["secret", release.key(PLACES)]
    assert (places.low, places.width) == (0, 1) and places.high >= 1


def test_the_p_percent_rule_of_lists_is_that_of_surveys_without_weights() -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        amounts = rng.integers(0, 100, 12).astype(np.float64)
        holding = rng.integers(-1, 5, 12)
        names, everybody = np.where(holding < 0, "", holding.astype(str)), np.zeros(12, dtype=np.int64)
        (of_surveys,) = counts.remainder_percent(amounts, np.ones(12), everybody, 1, holding)
        largest, rest = contributors(amounts, holding)
        assert 100 * rest / largest == pytest.approx(of_surveys)
        assert remainder_percent(amounts, names) == dominance.remainder_percent(amounts, holding) == of_surveys


def test_euros_of_the_ledger_have_the_remainder_of_the_p_percent_rule(lists: tuple[RegisterRows, ...]) -> None:
    payments_of = [one for one in lists if one.register == "payments"]
    assert len(payments_of) == 2
    for one in payments_of:
        euros, holding = one.frame["payment_euros"].to_numpy(), one.frame["holding"].to_numpy()
        unknown = (one.frame["supplier_in_area__why"] != "valid").to_numpy()
        assert one.remainders["euros"] == pytest.approx(remainder_percent(euros, holding))
        assert one.remainders["place_unknown_euros"] == pytest.approx(
            remainder_percent(euros[unknown], holding[unknown])
        )

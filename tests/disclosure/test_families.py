"""Families of survey figures: what they say is true, and the known ways to work out a hidden number are in them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_survey import Groups, made_release
from survey_release import AsIfShown, as_if_shown, family_of, hidden_at_first

import cwb_impact as cwb
from cwb_impact.disclosure.attack import bounds, untrue
from cwb_impact.disclosure.families import linked, value_ranges
from cwb_impact.disclosure.family import Bound, Family, Key, Limit
from cwb_impact.disclosure.primary import SHOWN, SUPPRESSED
from cwb_impact.disclosure.ranges import narrowed
from cwb_impact.spec.bundle import StudyBundle

STUDIES = ["surveys/nieuw_west", "tests/acceptance/gss_panel"]
OUTER, INNER, OTHER = "moderate_loneliness", "emotional_loneliness", "social_loneliness"
WAVE = "2025Q3"


@pytest.fixture(scope="module", params=STUDIES)
def release(request: pytest.FixtureRequest) -> AsIfShown:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(request.param)))
    return as_if_shown(estimates, cwb.compare(estimates))


@pytest.fixture(scope="module")
def study() -> StudyBundle:
    return cwb.open_study(Path("surveys/nieuw_west"))


def attacked(family: Family, hidden: set[Key], key: Key) -> list[Bound]:
    return [bound for bound in bounds(family, hidden) if bound.key == key]


def is_safe(family: Family, hidden: set[Key], key: Key) -> bool:
    found = attacked(family, hidden, key)
    assert found, "the figure has no secret"
    return all(bound.safe for bound in found)


# ---- what is said is true


def test_every_limit_is_true_whatever_is_hidden(release: AsIfShown) -> None:
    families = release.families()
    wrong = []
    for family in families:
        at_first = hidden_at_first(release, family)
        wrong += [*untrue(family, at_first), *untrue(family, {figure.key for figure in family.figures})]
    assert wrong == []
    shown = [figure for family in families for figure in family.figures if figure.shown]
    assert len(shown) > 100


def test_limits_of_earlier_releases_are_true_and_fixed(release: AsIfShown) -> None:
    """Leak prevented: what an earlier release showed of the same answers cannot be hidden any more."""
    shown = release.decided["status"].isin(SHOWN)
    earlier = release.shown.loc[shown.index[shown]].assign(
        status="published", release="2025-1", band=release.decided["band"][shown]
    )
    before = replace(release, earlier=earlier)
    for family in before.families():
        then = [figure for figure in family.figures if isinstance(figure.key, tuple) and figure.key[0] == "earlier"]
        # a value tells two limits and n a third, and none was left out as untrue
        assert all(figure.fixed and len(figure.shown) >= 3 for figure in then)
        assert untrue(family, hidden_at_first(release, family)) == ()


def test_an_earlier_row_tells_as_much_as_it_would_today(release: AsIfShown) -> None:
    """Leak prevented: what value, interval, ess and deff of a row tell together, when it is hidden now only."""
    shown = release.decided.index[release.decided["status"].isin(SHOWN)]
    earlier = release.shown.loc[shown].assign(status="published", release="2025-1", band=release.decided["band"])
    families = replace(release, earlier=earlier, changes=release.changes.iloc[:0]).families()
    compared = 0
    for family in families:
        told = {figure.key: {_said(limit) for limit in figure.shown} for figure in family.figures}
        for key, limits in told.items():
            if isinstance(key, tuple) and key[0] == "earlier" and not release.decided.at[key[2], "band"]:
                assert limits <= told[key[2]]
                compared += 1
    assert compared > 100


def _said(limit: Limit) -> tuple[object, ...]:
    return tuple(limit.unknown.tolist()), tuple(limit.value.round(9).tolist()), limit.low, limit.high


def test_the_middle_of_an_interval_says_a_value_once_more() -> None:
    """Leak prevented: 6.5 with 5.9 to 7.2 is 6.5 to 6.55, since the middle of the ends is 6.5 to 6.6."""
    exact = pd.DataFrame({"value": [6.54, 99.0], "ci_low": [5.89, 90.0], "ci_high": [7.19, 100.0]})
    told = pd.DataFrame({"value": [6.5, 99.0], "ci_low": [5.9, 90.0], "ci_high": [7.2, 100.0]})
    rows = pd.DataFrame({"statistic": "mean", "interval": "t", "step": [0.1, 0.1]})
    least, most = value_ranges(rows, exact, told)
    assert least.round(9).tolist() == [6.5, 98.95] and most.round(9).tolist() == [6.55, 99.05]  # the other ends at 100


def test_weights_that_are_alike_in_each_group_leave_people_whole(study: StudyBundle) -> None:
    """Leak prevented: a stratum is a category, its weight is public, and every number of people in it is whole."""
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3)}, (52, 8))})
    (place, people), by_sex = next(iter(release.people.items())), np.repeat([1.1, 0.4], [52, 8])
    each = np.linspace(0.5, 1.5, 60)
    plain = [
        replace(release, people={place: replace(people, weight=weight)}).families()[0].plain
        for weight in (people.weight, by_sex, each)
    ]
    assert plain == [True, True, False]


def test_every_share_and_mean_that_was_asked_is_in_a_family_of_all_dimensions_and_in_one_of_its_own(
    release: AsIfShown,
) -> None:
    decided = release.decided
    asked = decided[
        decided["statistic"].isin(["share", "mean", "poverty_rate"]) & (decided["status"] != "not_collected")
    ]
    keys = [figure.key for family in release.families() for figure in family.figures if isinstance(figure.key, int)]
    dimensions = asked.groupby("population")["dimension"].nunique().sub(1)  # beside the total
    for row, population, dimension in asked[["population", "dimension"]].itertuples():
        several = int(dimensions[population]) > 1
        assert keys.count(row) == (1 if not several else 2 if dimension != "total" else 1 + dimensions[population])


def test_secrets_are_the_counts_of_the_table(release: AsIfShown) -> None:
    """The numbers of people come from the atoms; the table has counted them in another way."""
    compared = 0
    for family in release.families():
        for figure in family.figures:
            row = figure.key[1] if isinstance(figure.key, tuple) else figure.key
            if figure.secrets and figure.secrets[0].whole:
                cells = release.decided.loc[row, ["n_high_side", "n_low_side"]]
                assert [secret.truth for secret in figure.secrets] == cells.tolist()
                compared += 1
    assert compared > 0


# ---- ways to work out what is hidden


def of_sexes(has: dict[str, tuple[int, int]], n: tuple[int, int]) -> Groups:
    """indicator -> (men, women) who have it; none of them has two."""
    groups: list[tuple[str, int, dict[str, int]]] = []
    for at, sex in enumerate(("male", "female")):
        rest = n[at]
        for name, numbers in has.items():
            groups.append((sex, numbers[at], {one: int(one == name) for one in has}))
            rest -= numbers[at]
        groups.append((sex, rest, dict.fromkeys(has, 0)))
    return groups


def test_the_total_and_the_men_tell_of_the_women(study: StudyBundle) -> None:
    """Leak prevented: 8 women are hidden, and are the total minus the men; rounding leaves 2 to 4 of them."""
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3)}, (52, 8))})
    women, men = (release.key(category=sex) for sex in ("female", "male"))
    assert release.decided.at[women, "reason"] == "too_few_respondents"
    family = family_of(release.families(), women)
    assert not is_safe(family, {women}, women)
    assert is_safe(family, {women, men}, women)


def test_a_union_of_two_groups_tells_of_the_one_that_is_hidden(study: StudyBundle) -> None:
    """Leak prevented: everybody who is lonely is so in one of two ways; one of these is the other two's difference."""
    ways = [(1, 0, 4), (0, 1, 16), (0, 0, 30)]
    groups = [("male", n, {OUTER: int(inner or other), INNER: inner, OTHER: other}) for inner, other, n in ways]
    release = made_release(study, {WAVE: groups})
    hidden = release.key(indicator=INNER, dimension="total")
    release = release.decide(hidden, SUPPRESSED, "too_few_holdings").decide(
        release.key(indicator=INNER, dimension="sex"), SUPPRESSED, "too_few_holdings"
    )
    family = family_of(release.families(), hidden)
    own = {figure.key for figure in family.figures if figure.secrets}
    assert {(bound.low, bound.high) for bound in attacked(family, own, hidden)} == {(4.0, 4.0), (46.0, 46.0)}
    others = own | {release.key(indicator=OTHER, dimension=dimension) for dimension in ("total", "sex")}
    assert is_safe(family, others, hidden)


def test_a_share_within_a_hidden_one_tells_of_it(study: StudyBundle) -> None:
    """Leak prevented: whoever has the inner property has the outer one, so that an outer 3 bounds a hidden inner 3."""
    made = [
        ("male", 20, {OUTER: 1, INNER: 1}), ("male", 10, {OUTER: 1, INNER: 0}), ("male", 10, {OUTER: 0, INNER: 0}),
        ("female", 3, {OUTER: 1, INNER: 1}), ("female", 10, {OUTER: 0, INNER: 0}),
    ]  # fmt: skip
    release = made_release(study, {WAVE: made})
    inner = release.key(indicator=INNER, category="female")
    outer = {release.key(indicator=OUTER, category="female")}
    release = release.decide(inner, SUPPRESSED, "too_few_holdings")
    family = family_of(release.families(), inner)
    seen, unseen = attacked(family, {inner}, inner)[0], attacked(family, {inner, *outer}, inner)[0]
    assert seen.high == 3.0 and unseen.high > 3.0


def test_a_change_that_is_rounded_by_itself_narrows_both_levels(study: StudyBundle) -> None:
    """Leak prevented: 12.4 and 14.5 are shown as 12 and 14 (or 15), their change as 2."""
    waves = {WAVE: of_sexes({OUTER: (60, 3)}, (480, 8)), "2026Q3": of_sexes({OUTER: (73, 4)}, (500, 9))}
    release = made_release(study, waves)
    women = release.key(category="female", wave=WAVE)
    with_change = family_of(release.families(), women)
    without = family_of(replace(release, changes=release.changes.iloc[:0]).families(), women)
    assert untrue(with_change, {women}) == ()

    def room(family: Family) -> float:
        return sum(
            limit.value.sum() for figure in family.figures for limit in figure.shown if limit.high == float("inf")
        )

    assert room(with_change) < room(without)


def test_narrowed_goes_from_level_to_level() -> None:
    levels = {"a": (9.5, 10.5), "b": (10.5, 11.5), "c": (11.5, 12.5)}
    found = narrowed(levels, [("a", "b", (1.9, 2.0)), ("b", "c", (0.5, 1.5))])
    assert found == {"a": (9.5, 9.6), "b": (11.4, 11.5), "c": (11.9, 12.5)}


def test_an_earlier_release_tells_what_is_now_hidden_as_complement(study: StudyBundle) -> None:
    """Leak prevented: the men were published last year; hiding them now does not protect the women."""
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3)}, (52, 8))})
    women, men = (release.key(category=sex) for sex in ("female", "male"))
    earlier = release.shown.loc[[men]].assign(release="2025-1")
    family = family_of(replace(release, earlier=earlier).families(), women)
    assert not is_safe(family, {women, men}, women)
    assert {figure.key for figure in family.figures if figure.fixed} == {("earlier", "2025-1", men)}


def test_a_band_keeps_the_few_uncertain_by_itself(study: StudyBundle) -> None:
    release = made_release(study, {WAVE: of_sexes({OUTER: (1, 20)}, (40, 52))})
    men = release.key(category="male")
    assert release.decided.at[men, "band"].startswith("<")
    family = family_of(release.families(), men)
    (few, _) = attacked(family, {("secret", men), *_others(family, men)}, ("secret", men))
    assert (few.low, few.high, few.width) == (0.0, 2.0, 2)
    assert not is_safe(family, {("secret", men)}, ("secret", men))  # 21 of 92 minus 20 of 52


def _others(family: Family, key: Key) -> set[Key]:
    return {figure.key for figure in family.figures if figure.key != key}


@pytest.mark.parametrize(("few", "n", "widths"), [(0, 8, [2, 3]), (1, 8, [2, 3]), (3, 8, [3, 3]), (0, 1, [1, 1])])
def test_of_a_hidden_group_three_numbers_stay_possible(study: StudyBundle, few: int, n: int, widths: list[int]) -> None:
    """Leak prevented: none of 8 women, or one of them, tells the answer of (almost) each."""
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, few)}, (52, n))})
    women = release.key(category="female")
    family = family_of(release.families(), women)
    assert [bound.width for bound in attacked(family, {women}, women)] == widths


def test_the_attacker_knows_how_many_did_not_tell_their_sex(study: StudyBundle) -> None:
    release = made_release(study, {WAVE: [*of_sexes({OUTER: (17, 3)}, (52, 8)), ("", 2, {OUTER: 1})]})
    people = release.people["residents", WAVE, ""]
    rows = release.decided[release.decided["category"] != ""]
    family = replace(release, decided=rows).families()[0]
    assert len(people) == 62
    assert any(limit.high == 2.0 and family.truth[limit.unknown].sum() == 2.0 for limit in family.known)


def test_what_a_study_leaves_out_is_a_secret_only_where_it_may_not_be_shown(study: StudyBundle) -> None:
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3)}, (52, 8))})
    women, men = (release.key(category=sex) for sex in ("female", "male"))
    for row in (women, men):
        release = release.decide(row, SUPPRESSED, "withheld_by_study")
    figures = {figure.key: figure for figure in family_of(release.families(), women).figures}
    assert figures[women].secrets and not figures[men].secrets


def test_that_everybody_has_a_property_is_not_known_beforehand(study: StudyBundle) -> None:
    """A false alarm prevented: of linked shares the attacker took what nobody has for what nobody can have."""
    made = [("male", 14, {OUTER: 1, INNER: 1}), ("male", 6, {OUTER: 1, INNER: 0}), ("female", 9, {OUTER: 1, INNER: 1})]
    release = made_release(study, {WAVE: made})
    women = release.key(category="female", indicator=OUTER)
    family = family_of(release.families(), women)
    (_, without) = attacked(family, {figure.key for figure in family.figures}, women)
    assert (without.low, without.high) == (0.0, 9.0)


# ---- what is linked


def test_linked_by_answers_and_not_by_who_is_asked(study: StudyBundle) -> None:
    names = ["life_satisfaction", OUTER, "good_health", INNER, "satisfied_with_life", OTHER]
    expected = [["life_satisfaction", "satisfied_with_life"], ["good_health"], [OUTER, INNER, OTHER]]
    assert sorted(linked(names, study.dictionary)) == sorted(expected)
    by_age = ["severe_deprivation", "net_labour_participation"]  # both ask about adults of some age
    assert linked(by_age, study.dictionary) == [[name] for name in by_age]


def test_a_large_family_is_taken_indicator_by_indicator(study: StudyBundle, monkeypatch: pytest.MonkeyPatch) -> None:
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3), INNER: (5, 4)}, (52, 18))})
    assert len(release.families()) == 1
    monkeypatch.setattr("cwb_impact.disclosure.families.MOST_UNKNOWNS", 5)
    assert len(release.families()) == 2


def test_the_cost_does_not_move_when_a_wave_is_added(study: StudyBundle) -> None:
    first = of_sexes({OUTER: (17, 12)}, (52, 41))
    alone, both = (made_release(study, waves) for waves in ({WAVE: first}, {WAVE: first, "2026Q3": first[1:]}))
    key = {"category": "male", "wave": WAVE}
    costs = [family_of(one.families(), one.key(**key)).figures for one in (alone, both)]
    assert [figure.cost for figure in costs[0]] == [figure.cost for figure in costs[1]] == [93_000.0, 52.0, 41.0]


def test_no_value_stands_in_a_repr(study: StudyBundle) -> None:
    release = made_release(study, {WAVE: of_sexes({OUTER: (17, 3)}, (52, 8))})
    assert "Limit" not in repr(release.families()[0]) and isinstance(release.shown, pd.DataFrame)

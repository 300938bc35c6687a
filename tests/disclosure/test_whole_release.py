"""Protection of a whole release: what the issue asks of it, from the primary rules to the last complement."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_survey import Groups, made_release
from survey_release import AsIfShown

import cwb_impact as cwb
import tiny_study
from cwb_impact.disclosure import protect as gate
from cwb_impact.disclosure.attack import bounds
from cwb_impact.disclosure.family import Bound, Family, Key
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.disclosure.protect import covered_levels
from cwb_impact.disclosure.secondary import Hidden
from cwb_impact.spec.bundle import StudyBundle

OUTER, INNER = "moderate_loneliness", "emotional_loneliness"
WAVE = "2025Q3"
some = settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def study() -> StudyBundle:
    return cwb.open_study(Path("surveys/nieuw_west"))


@st.composite
def groups(draw: st.DrawFn) -> Groups:
    """Up to five categories, some of them small; whoever has the inner property has the outer one."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    made: list[tuple[str, int, dict[str, int]]] = []
    for category in "abcde"[: draw(st.integers(2, 5))]:
        n = 1 + int(rng.negative_binomial(1, 0.03))
        outer = int(rng.binomial(n, rng.choice([0.05, 0.3, 0.6, 0.95])))
        inner = int(rng.binomial(outer, 0.5))
        for number, answers in ((inner, (1, 1)), (outer - inner, (1, 0)), (n - outer, (0, 0))):
            made.append((category, number, dict(zip((OUTER, INNER), answers, strict=True))))
    return made


def covered(release: AsIfShown, away: Set[Key] = frozenset()) -> tuple[pd.DataFrame, tuple[Bound, ...]]:
    made = release
    return covered_levels(made.decided, made.shown, made.changes, made.people, made.study, made.earlier, away)


def published(release: AsIfShown, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a release as a later one finds them in the ledger."""
    kept = rows.index[rows["status"].isin(SHOWN)]
    return release.shown.loc[kept].assign(status="published", release="2025-1", band=rows["band"][kept])


@pytest.mark.slow
@some
@given(made=groups())
def test_what_is_hidden_stays_hidden_and_protecting_again_changes_nothing(study: StudyBundle, made: Groups) -> None:
    """Again: beside the first time, which is in the ledger by then."""
    release = made_release(study, {WAVE: made})
    rows, found = covered(release)
    assert all(bound.safe for bound in found)
    again, found_again = covered(replace(release, earlier=published(release, rows)))
    assert again["status"].tolist() == rows["status"].tolist() and again["band"].tolist() == rows["band"].tolist()
    assert all(bound.safe for bound in found_again)


@pytest.mark.slow
@some
@given(made=groups())
def test_a_table_more_in_a_later_release_reopens_nothing(study: StudyBundle, made: Groups) -> None:
    first = made_release(study, {WAVE: [(name, n, {OUTER: has[OUTER]}) for name, n, has in made]})
    rows, found = covered(first)
    both = replace(made_release(study, {WAVE: made}), earlier=published(first, rows))
    later = {_of(both, bound.key): bound.safe for bound in covered(both)[1]}
    assert all(later[_of(first, bound.key)] for bound in found)


def _of(release: AsIfShown, key: Key) -> tuple[str, ...]:
    row = key[1] if isinstance(key, tuple) else key
    return tuple(release.decided.loc[row, ["indicator", "category"]])


@pytest.mark.slow
@some
@given(made=groups())
def test_a_stricter_policy_never_publishes_more(study: StudyBundle, made: Groups) -> None:
    policy = study.policy
    share = policy.share.model_copy(update={"minimum_each_side": 4})
    own = policy.model_copy(update={"minimum_respondents": 15, "share": share})
    rows, _ = covered(made_release(study, {WAVE: made}))
    away = frozenset(rows.index[~rows["status"].isin(SHOWN)])
    stricter, found = covered(made_release(replace(study, policy=own), {WAVE: made}), away)
    assert not (stricter["status"].isin(SHOWN) & ~rows["status"].isin(SHOWN)).any()
    assert all(bound.safe for bound in found)


def made_tiny(folder: Path, policy: str = "") -> cwb.EstimateTable:
    """Eight women of 35 are too few, and are what is left of the total without the men."""
    path = tiny_study.make(folder)
    sexes: list[object] = [2.0] * 8 + [1.0] * 32
    tiny_study.write_workers(path, geslacht=sexes)
    with (path / "study.yml").open("a") as file:
        file.write(policy)
    return cwb.estimate(cwb.harmonise(cwb.open_study(path)))


def hidden(estimates: cwb.EstimateTable) -> set[tuple[str, ...]]:
    rows = cwb.protect(estimates, cwb.compare(estimates)).tables["indicators"]
    return set(rows[~rows["status"].isin(SHOWN)][["indicator", "wave", "category"]].itertuples(index=False, name=None))


def test_a_study_with_stricter_rules_hides_all_that_it_would_hide_without(tmp_path: Path) -> None:
    default = made_tiny(tmp_path / "default")
    own = made_tiny(tmp_path / "own", "policy: {minimum_respondents: 15, share: {minimum_each_side: 4}}\n")
    assert own.waves.study.default_policy == default.waves.study.policy != own.waves.study.policy
    assert hidden(own) >= hidden(default) != set()


def _attack_only(family: Family, first: Set[Key]) -> Hidden:
    found = bounds(family, first)
    return Hidden(frozenset(first), found, tuple(bound for bound in found if not bound.safe))


def test_without_secondary_suppression_the_attack_on_a_release_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or all other tests would show nothing: the run must end with E410."""
    estimates = made_tiny(tmp_path)
    assert hidden(estimates)
    monkeypatch.setattr(gate, "hide", _attack_only)
    monkeypatch.setattr(gate, "complements_of", lambda rows, *_: pd.Series(False, rows.index))
    with pytest.raises(cwb.CwbError, match="E410"):
        cwb.protect(estimates, cwb.compare(estimates))


def test_what_was_published_before_is_a_warning_and_what_only_this_release_tells_an_error(study: StudyBundle) -> None:
    """W410 is for what cannot be taken back: 10 of 38, and 10 of 30 of these, leave 0 or 1 of the others."""
    release = made_release(study, {WAVE: [("a", 10, {OUTER: 1}), ("a", 20, {OUTER: 0}), ("b", 8, {OUTER: 0})]})
    rows, found = covered(replace(release, earlier=release.shown[release.shown["category"] != "b"].assign(release="1")))
    narrow, *more = [bound for bound in found if not bound.safe]
    assert not any(bound.used for bound in (narrow, *more))
    assert {key[0] for key in narrow.given if isinstance(key, tuple)} == {"earlier"}
    for bound, code in ((narrow, "W410"), (replace(narrow, given=()), "E410"), (replace(narrow, used=(1,)), "E410")):
        problems = gate.Problems()
        gate._tell(bound, rows, study, problems)
        assert [problem.code for problem in problems] == [code]

"""An attacker from outside: he succeeds on releases that leak, made by hand, and must fail on those of our studies.

`outside_attacker` reads published files only and shares no code with src/. That he succeeds where he should is shown
first; else his failure would say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cwb_impact as cwb
from cwb_impact.indicators.measure import measure
from cwb_impact.types import EstimateTable
from disclosure.outside_attacker import TOTAL, Claim, Given, attack, from_interval

FEMALE, MALE, OTHER = ("sex", "female"), ("sex", "male"), ("sex", "other")
Key = tuple[str, str, str, str, str]
Counts = tuple[int, int]
"""How many have the property, and how many lack it."""

PRIMARY, SECONDARY = "too_few_outside_largest_holding", "complement_of_suppressed"


# ---------------------------------------------------------------- releases made by hand


def row(indicator: str, cell: tuple[str, str], counts: Counts, hidden: str = "", wave: str = "1") -> dict[str, object]:
    """One row as the rules publish it: hidden with a reason, a band, or rounded to whole points and n to 5."""
    people = sum(counts)
    told: dict[str, object] = {"value": "", "band": "", "n": "", "status": "published", "reason": hidden}
    if hidden:
        told["status"] = "suppressed_secondary" if hidden == SECONDARY else "suppressed_primary"
    elif min(counts) < 3:
        limit = 5 * (300 // people // 5 + 1)
        told |= {"band": f"<{limit}" if counts[0] < 3 else f">{100 - limit}", "n": 5 * round(people / 5)}
    else:
        told |= {"value": round(100 * counts[0] / people), "n": 5 * round(people / 5)}
    key = {"indicator": indicator, "population": "members", "wave": wave, "dimension": cell[0], "category": cell[1]}
    return key | told | {"statistic": "share", "interval": "", "ci_low": "", "ci_high": "", "ess": ""}


def release(folder: Path, rows: list[dict[str, object]], changes: list[dict[str, object]] | None = None) -> Path:
    (folder / "tables").mkdir(parents=True)
    pd.DataFrame(rows).to_csv(folder / "tables/indicators.csv", index=False)
    pd.DataFrame({"population": ["members"], "wave": ["1"], "n": [60]}).to_csv(
        folder / "tables/response.csv", index=False
    )
    if changes is not None:
        pd.DataFrame(changes).to_csv(folder / "tables/changes.csv", index=False)
    about = {str(one["indicator"]): {"decimals": 0, "sensitive": False} for one in rows}
    (folder / "manifest.json").write_text(json.dumps({"indicators": about}))
    return folder


def said(claims: Iterable[Claim], indicator: str, cell: tuple[str, str], side: str = "with") -> tuple[int, int]:
    (claim,) = [c for c in claims if (c.indicator, c.cell, c.side) == (indicator, cell, side)]
    return claim.low, claim.high


def test_one_hidden_part_is_the_total_minus_the_other(tmp_path: Path) -> None:
    counts = {TOTAL: (24, 16), FEMALE: (15, 13), MALE: (9, 3)}
    rows = [row("lonely", cell, counts[cell], PRIMARY if cell == MALE else "") for cell in counts]
    low, high = said(attack([release(tmp_path / "r", rows)]), "lonely", MALE, "without")
    assert low <= 3 <= high and high - low < 3


def test_two_hidden_parts_stay_open(tmp_path: Path) -> None:
    counts = {TOTAL: (24, 16), FEMALE: (15, 13), MALE: (9, 3)}
    rows = [row("lonely", cell, counts[cell], {FEMALE: SECONDARY, MALE: PRIMARY}.get(cell, "")) for cell in counts]
    low, high = said(attack([release(tmp_path / "r", rows)]), "lonely", MALE)
    assert low <= 9 <= high and high - low >= 3


def test_two_releases_that_hide_another_part_give_it_away_together(tmp_path: Path) -> None:
    """What the releases 2026Q1 and 2026Q4 of Nieuw-West did: first the women hidden beside the few, then the men."""
    counts = {TOTAL: (24, 26), FEMALE: (12, 11), MALE: (11, 11), OTHER: (1, 4)}
    few = {OTHER: "too_few_respondents"}
    folders = []
    for name, complement in (("first", FEMALE), ("second", MALE)):
        hidden = few | {complement: SECONDARY}
        rows = [row("lonely", cell, counts[cell], hidden.get(cell, "")) for cell in counts]
        folders.append(release(tmp_path / name, rows))
    alone = [said(attack([folder]), "lonely", OTHER) for folder in folders]
    low, high = said(attack(folders), "lonely", OTHER)
    assert low <= 1 <= high
    assert all(high - low < most - least for least, most in alone), (alone, low, high)


def test_a_part_of_a_property_is_bounded_by_the_whole(tmp_path: Path) -> None:
    """Of 20 who lack seven things at most 17 are women, since only 17 women lack five: at least 3 men do."""
    five = {TOTAL: (20, 30), FEMALE: (17, 8), MALE: (3, 22)}
    seven = {TOTAL: (20, 30), FEMALE: (17, 8), MALE: (3, 22)}
    rows = [row("five", cell, five[cell]) for cell in five]
    rows += [row("seven", cell, seven[cell], "" if cell == TOTAL else PRIMARY) for cell in seven]
    folder = release(tmp_path / "r", rows)
    apart = said(attack([folder]), "seven", MALE)
    linked = said(attack([folder], Given(nested=(("seven", "five"),))), "seven", MALE)
    assert apart[1] - apart[0] >= 3 and linked[0] <= 3 <= linked[1] and linked[1] - linked[0] < 3


def test_a_change_narrows_its_levels(tmp_path: Path) -> None:
    """Levels of 50 and 53 percent with a change of 4 points: the first is at most 50, the second at least 53."""
    first = {TOTAL: (49, 50), FEMALE: (25, 25), MALE: (24, 25)}
    second = {TOTAL: (53, 46), FEMALE: (27, 23), MALE: (26, 23)}
    change = {"population": "members", "indicator": "lonely", "dimension": "total", "category": "total", "value": 4}
    change |= {"wave_from": "1", "wave_to": "2", "statistic": "share"}
    rows = [
        row("lonely", cell, counts[cell], "" if cell == TOTAL else PRIMARY, wave)
        for wave, counts in (("1", first), ("2", second))
        for cell in counts
    ]
    rows[0]["value"], rows[3]["value"] = 50, 53
    with_it = attack([release(tmp_path / "with", rows, [change])])
    without = attack([release(tmp_path / "without", rows)])
    assert sum(claim.width for claim in with_it) < sum(claim.width for claim in without)


def test_a_band_tells_that_it_is_none_one_or_two(tmp_path: Path) -> None:
    counts = {TOTAL: (14, 36), FEMALE: (12, 14), MALE: (2, 22)}
    rows = [row("lonely", cell, counts[cell], SECONDARY if cell == FEMALE else "") for cell in counts]
    assert said(attack([release(tmp_path / "r", rows)]), "lonely", MALE) == (0, 2)


def test_an_interval_tells_more_than_the_rounding_of_its_value() -> None:
    """Clopper and Pearson's for 7 of 21, 33.33 percent: published 33 (15 to 57), which 32.5 cannot have."""
    low, high = from_interval(33, 15, 57, 0)
    assert low <= 100 * 7 / 21 <= high and high - low < 0.6


def test_he_says_nothing_when_his_assumptions_cannot_be_true(tmp_path: Path) -> None:
    rows = [row("lonely", TOTAL, (5, 45)), row("lonely", FEMALE, (20, 5)), row("lonely", MALE, (5, 20), PRIMARY)]
    assert attack([release(tmp_path / "r", rows)]) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(3, 30), st.integers(7, 30)), min_size=2, max_size=4), st.data())
def test_what_he_claims_is_true(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Counts], data: st.DataObject
) -> None:
    """Whatever is hidden, the truth lies within his bounds when his assumptions hold."""
    total = (sum(one for one, _ in parts), sum(other for _, other in parts))
    counts = {TOTAL: total} | {("sex", str(place)): part for place, part in enumerate(parts)}
    hidden = {cell: data.draw(st.sampled_from(["", PRIMARY, SECONDARY])) for cell in counts if cell != TOTAL}
    rows = [row("lonely", cell, counts[cell], hidden.get(cell, "")) for cell in counts]
    claims = attack([release(tmp_path_factory.mktemp("any") / "r", rows)])
    assert len(claims) == 2 * sum(reason != "" for reason in hidden.values())
    for claim in claims:
        assert claim.low <= counts[claim.cell][claim.side == "without"] <= claim.high


# ---------------------------------------------------------------- the releases of our studies

NIEUW_WEST, GSS = Path("surveys/nieuw_west"), Path("tests/acceptance/gss_panel")
NESTED = (
    ("severe_deprivation", "deprivation"),
    ("very_low_wellbeing", "low_wellbeing"),
    ("psychological_complaints_below_60", "psychological_complaints_60_or_lower"),
)


def leaks(claims: Iterable[Claim], truth: Mapping[Key, Counts]) -> list[Claim]:
    """Claims that are true and too close: the ends less than 3 apart, or than the group is large.

    Two kinds are allowed. A cell that is hidden only for the sake of others would have been shown by itself, unless as
    a band. And a band says by its own rule that fewer than 3 have (or lack) the property: there all of 0, 1 and 2 must
    stay possible, also in the parts of a total that is a band.
    """
    told = list(claims)
    bands = {claim.key: claim.why for claim in told if claim.why[:1] in ("<", ">")}
    found = []
    for claim in told:
        counts = truth[claim.key]
        right = claim.low <= counts[claim.side == "without"] <= claim.high
        whole = (*claim.key[:3], *TOTAL)
        band = bands.get(claim.key) or bands.get(whole, "")
        few = {"<": "with", ">": "without"}.get(band[:1])
        least = min(2 if few else 3, sum(counts))
        if right and not (claim.for_others and min(counts) >= 3) and few in (None, claim.side) and claim.width < least:
            found.append(claim)
    return found


def truth_of(estimates: EstimateTable) -> dict[Key, Counts]:
    rows = estimates.frame[(estimates.frame["statistic"] == "share") & (estimates.frame["status"] != "not_collected")]
    names = ["population", "wave", "indicator", "dimension", "category", "n_high_side", "n_low_side"]
    return {tuple(one[:5]): (int(one[5]), int(one[6])) for one in rows[names].itertuples(index=False, name=None)}


def given_to_him(estimates: EstimateTable, nested: tuple[tuple[str, str], ...]) -> Given:
    """More than he will ever have: how many did not tell, and the mean weight of each group with and without."""
    study = estimates.waves.study
    not_told, weights = {}, {}
    for (population, wave), design in estimates.designs.items():
        frame, day = estimates.waves.of(population, wave), study.maps[population, wave].wave.last_day
        weight = design.weight / design.weight.mean()
        dimensions = [name for name in study.population(population).dimensions if name in frame]
        groups = {name: frame[name].astype("str").where(frame[name].notna(), "").to_numpy() for name in dimensions}
        not_told |= {(population, wave, name): int((group == "").sum()) for name, group in groups.items()}
        shares = estimates.frame.query("population == @population and wave == @wave and statistic == 'share'")
        for indicator in study.indicators:
            if indicator.id not in set(shares.loc[shares["status"] != "not_collected", "indicator"]):
                continue
            measured = measure(indicator, frame, study.dictionary, day)
            for name, group in ({"total": np.full(len(frame), "total")} | groups).items():
                for category in np.unique(group):
                    inside = measured.valid & (group == category)
                    sides = [weight[inside & (measured.y == side)] for side in (1, 0)]
                    anybody = weight[group == category].mean()  # of whom nobody has it
                    means = tuple(float(side.mean() if len(side) else anybody) for side in sides)
                    weights[population, wave, indicator.id, name, str(category)] = means
    return Given(nested, not_told, weights)


def all_estimates(study: Path) -> EstimateTable:
    return cwb.estimate(cwb.harmonise(cwb.open_study(study)))


@pytest.fixture(scope="module")
def no_reports() -> Iterator[None]:
    """The tables are what he reads; the reports, which tell the same, take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cwb_impact.study._render", lambda *_: [])
        yield


@pytest.fixture(scope="module")
def nieuw_west(no_reports: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], EstimateTable]:
    """2026Q1 and then 2026Q4, in the same place, so that the second knows of the first."""
    folder = tmp_path_factory.mktemp("nieuw_west")
    releases = []
    for name in ("2026Q1", "2026Q4"):
        cwb.run(NIEUW_WEST, out=folder, release=name, formats=())
        releases.append((folder / "releases/nieuw_west").rename(folder / name))
    return releases, all_estimates(NIEUW_WEST)


@pytest.fixture(scope="module")
def gss(no_reports: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], EstimateTable]:
    folder = tmp_path_factory.mktemp("gss")
    cwb.run(GSS, out=folder, formats=())
    return [folder / "releases/gss_panel"], all_estimates(GSS)


@pytest.mark.slow
@pytest.mark.parametrize("study", ["nieuw_west", "gss"])
@pytest.mark.parametrize("knows", ["the weights of every group", "nothing: he takes everybody as equal"])
def test_nothing_hidden_is_known_closer_than_the_policy_allows(
    study: str, knows: str, request: pytest.FixtureRequest
) -> None:
    releases, estimates = request.getfixturevalue(study)
    nested = NESTED if study == "nieuw_west" else ()
    truth = truth_of(estimates)
    strong = knows.startswith("the weights")
    more = given_to_him(estimates, nested) if strong else Given(nested)
    for chosen in ([releases[-1]], releases):
        claims = attack(chosen, more)
        assert claims, "he had nothing to attack"
        if strong:
            wrong = [
                claim for claim in claims if not claim.low <= truth[claim.key][claim.side == "without"] <= claim.high
            ]
            assert wrong == []
        assert leaks(claims, truth) == []

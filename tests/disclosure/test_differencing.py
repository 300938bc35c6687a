"""Two tables, each fine alone, of which the difference is a few people. ACRO's leak and its relatives stay closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.disclosure.differencing import differences, too_close
from cwb_impact.disclosure.ledger import LOST, Entry, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with, read_ledger, write_ledger
from cwb_impact.disclosure.people import people_of
from cwb_impact.errors import Problem
from cwb_impact.publish import publish
from disclosure.ledger_study import Made, Person, made, make, people, put

INDICATORS = ("life_satisfaction", "satisfied_with_life")
LEAVER = 14
"""Without this man the mean is 4.9 instead of 5.0, and the share 35% instead of 36%."""


def one_wave(
    folder: Path,
    rows: Sequence[Person],
    release: str = "a",
    indicators: Sequence[str] = INDICATORS,
    **more: Sequence[str],
) -> Made:
    return made(make(folder / "panel", {"2025Q3": rows}, {release: ["2025Q3"]}, indicators, **more), release)


def compared(now: Made, *earlier: Entry) -> list[Problem]:
    return list(differences(now.entry, earlier, now.estimates.waves.study))


def without(*numbers: int) -> list[Person]:
    return [one for one in people() if one[0] not in numbers]


def test_one_panel_leaver_between_two_releases_is_blocked(tmp_path: Path) -> None:
    """ACRO 1.0.2: 240 people, and the same without one. Both tables are "ok"; their difference is the leaver."""
    first, second = one_wave(tmp_path, people(), "2026-1"), one_wave(tmp_path, without(LEAVER), "2026-2")
    assert all(one.table.query("dimension == 'total'")["status"].eq("published").all() for one in (first, second))
    found = compared(second, first.entry)
    assert {problem.code for problem in found} == {"E412"}
    assert "life_satisfaction, residents 2025Q3" in {problem.subject for problem in found}
    text = str(found[0])
    assert "differs from release 2026-1 by fewer than 10 respondents" in text
    row = "- {population: residents, wave: 2025Q3, indicator: life_satisfaction, dimension: total}"
    assert all(way in text for way in (row, "withhold", "go back to the earlier answers"))
    line = (tmp_path / "panel/study.yml").read_text().splitlines()[found[0].line - 1]
    assert line.strip().startswith("2026-2:")


@pytest.mark.parametrize(("leavers", "blocked"), [(1, True), (9, True), (25, False)])
def test_few_leavers_are_blocked_and_many_are_not(tmp_path: Path, leavers: int, blocked: bool) -> None:
    women = [17, *(number for number, _, sex in people() if sex == "2" and number != 17)][:leavers]
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, without(*women), "b")
    assert bool(compared(second, first.entry)) == blocked


def test_the_same_data_again_are_fine(tmp_path: Path) -> None:
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, people()[::-1], "b")
    assert second.entry.rows and not compared(second, first.entry)


def test_one_corrected_answer_is_blocked(tmp_path: Path) -> None:
    corrected = [(nr, 10 if nr == 77 else mark, sex) for nr, mark, sex in people()]
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, corrected, "b")
    blocked = {problem.subject for problem in compared(second, first.entry)}
    # a mean of 240 that stays the same to its last published digit tells nothing; what moved is named
    level = {name: [one.table.loc[0, name] for one in (first, second)] for name in ("value", "ci_low", "ci_high", "se")}
    assert any(before != after for before, after in level.values())
    assert "life_satisfaction, residents 2025Q3" in blocked


def test_a_leaver_who_moves_no_published_figure_is_fine(tmp_path: Path) -> None:
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, without(0), "b")
    assert [row.level for row in second.entry.rows] == [row.level for row in first.entry.rows]
    assert [row.behind for row in second.entry.rows] != [row.behind for row in first.entry.rows]
    assert not compared(second, first.entry)


def test_ordinary_turnover_between_waves_does_not_block(tmp_path: Path) -> None:
    """Three left and two came: another wave, so another figure."""
    waves = {"2025Q3": people(), "2026Q3": [*without(1, 2, 3), (900, 5, "1"), (901, 6, "2")]}
    releases = {"a": ["2025Q3"], "b": ["2025Q3", "2026Q3"]}
    study = make(tmp_path / "panel", waves, releases)
    first, second = made(study, "a"), made(study, "b")
    assert {row.level["wave"] for row in second.entry.rows} == {"2025Q3", "2026Q3"}
    assert not compared(second, first.entry)


def test_of_what_never_changes_turnover_does_block(tmp_path: Path) -> None:
    """The share of women at two waves between which three people left tells the sex of those three."""
    waves = {"2025Q3": people(), "2026Q3": without(1, 2, 3)}
    releases = {"a": ["2025Q3"], "b": ["2026Q3"], "both": ["2025Q3", "2026Q3"]}
    study = make(tmp_path / "panel", waves, releases, ["women", "life_satisfaction"], dimensions=[])
    first, second, both = (made(study, name) for name in releases)
    assert [problem.subject for problem in compared(second, first.entry)] == ["women, residents 2026Q3"]
    rows = both.table[both.table["reason"] == "differs_by_few"]
    assert rows[["indicator", "wave", "status"]].to_numpy().tolist() == [["women", "2026Q3", "suppressed_primary"]]


def test_other_indicators_over_the_same_answers_are_looked_at_by_who_was_asked(tmp_path: Path) -> None:
    """Seven are neither man nor woman: satisfied among all less satisfied among men and women are those seven."""
    first = one_wave(tmp_path, people(), "a", ["satisfied_with_life"])
    second = one_wave(tmp_path, people(), "b", ["satisfied_man_or_woman"])
    assert [one.subject for one in compared(second, first.entry)] == ["satisfied_man_or_woman, residents 2025Q3"]


def test_a_quantile_is_set_beside_quantiles_only(tmp_path: Path) -> None:
    first = one_wave(tmp_path, people(), "a", ["satisfied_with_life"])
    second = one_wave(tmp_path, people(), "b", ["satisfied_man_or_woman"])

    def as_median(entry: Entry) -> Entry:
        return replace(entry, rows=tuple(replace(r, level={**r.level, "statistic": "median"}) for r in entry.rows))

    medians = replace(second, entry=as_median(second.entry))
    assert not compared(medians, first.entry)
    assert compared(medians, as_median(first.entry))


def test_other_item_response_does_not_block(tmp_path: Path) -> None:
    """The mean and the share of one question, and five people who left the question of the second one open."""
    refused = [(nr, 99 if nr < 5 else mark, sex) for nr, mark, sex in people()]
    first = one_wave(tmp_path, people(), "a", ["life_satisfaction"])
    second = one_wave(tmp_path, refused, "b", ["satisfied_with_life"])
    assert len(second.entry.rows) > 0 and not compared(second, first.entry)


def test_a_category_that_is_gone_is_set_beside_what_came_in_its_place(tmp_path: Path) -> None:
    """The study dropped sex. An earlier figure of the women is then set beside today's total: all but four people."""
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, people(), "b", dimensions=[])
    assert not compared(second, first.entry), "women alone are far from the total"
    grown = [(nr, mark, "2" if nr >= 8 else sex) for nr, mark, sex in people()]
    with_sex, without_sex = one_wave(tmp_path, grown), one_wave(tmp_path, grown, "b", dimensions=[])
    row = next(row for row in with_sex.entry.rows if row.level["category"] == "total")
    almost_all = {**row.level, "dimension": "sex", "category": "female", "n": 235}
    behind = with_sex.sketches.of(almost_all)
    assert behind is not None
    earlier = replace(with_sex.entry, rows=(replace(row, level=almost_all, behind=behind),))
    assert {problem.code for problem in compared(without_sex, earlier)} == {"E412"}
    assert not compared(with_sex, earlier), "beside today's women and men the attacker sees it himself"


def test_many_figures_of_one_place_are_one_line(tmp_path: Path) -> None:
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, without(0), "b")
    rows = [replace(row, level={**row.level, "se": number}) for number in range(25) for row in second.entry.rows[:1]]
    many = replace(second, entry=replace(second.entry, rows=tuple(rows)))
    (problem,) = compared(many, first.entry)
    assert problem.subject == "residents 2025Q3" and problem.what.startswith("25 figures: differs from release a")
    assert "- {population: residents, wave: 2025Q3}" in problem.fix, "a whole wave in one line"
    assert "merge" not in problem.fix, "a total still lacks the same person"


def test_what_was_lost_with_the_key_is_told(tmp_path: Path) -> None:
    first, second = one_wave(tmp_path, people()), one_wave(tmp_path, without(LEAVER), "b")
    lost = replace(first.entry, rows=tuple(replace(row, behind=LOST) for row in first.entry.rows))
    *refused, warning = compared(second, lost)
    assert warning.code == "W416" and f" {len(lost.rows)} figures " in warning.what
    assert {problem.code for problem in refused} == {"E412"}, "rotate-key is no way past a withdrawal"
    assert [problem.code for problem in compared(first, lost)] == ["W416"], "told just as before: nothing new"


def test_publishing_looks_at_what_was_published_since(tmp_path: Path) -> None:
    """Release b was made; then a was made from corrected data and published. Now b may not follow as it was."""
    study = tmp_path / "panel"
    old = one_wave(tmp_path, people(), "b")
    put(tmp_path, old)
    put(tmp_path, one_wave(tmp_path, without(LEAVER), "a"))
    publish(study, tmp_path)
    put(tmp_path, old)
    before = read_ledger(ledger_folder(tmp_path, "panel")).lines
    with pytest.raises(cwb.CwbError, match=r"E412.*release a"):
        publish(study, tmp_path)
    assert read_ledger(ledger_folder(tmp_path, "panel")).lines == before


def test_two_indicators_of_one_release_are_too_close(tmp_path: Path) -> None:
    both = one_wave(tmp_path, people(), "a", ["satisfied_with_life", "satisfied_man_or_woman", "life_satisfaction"])
    study, behind = both.estimates.waves.study, people_of(both.estimates)
    gone = both.table[both.table["reason"] == "differs_by_few"]
    assert gone[["indicator", "category"]].to_numpy().tolist() == [["satisfied_man_or_woman", "total"]]
    table = both.table.assign(status=both.table["status"].where(~both.table.index.isin(gone.index), "published"))
    closed = too_close(table, behind, study)
    rows = table.loc[list(closed)]
    assert rows[["indicator", "category"]].to_numpy().tolist() == [["satisfied_man_or_woman", "total"]]
    assert list(closed.values()) == ["satisfied_with_life"], "the one that the study names first stays"
    hidden = table.assign(status=table["status"].mask(table["indicator"] == "satisfied_with_life", "x"))
    assert set(too_close(hidden, behind, study).values()) == {"satisfied_man_or_woman"}, "what is hidden is no danger"
    assert not too_close(pd.concat([hidden, hidden.iloc[:0]]).assign(status="x"), behind, study)


def test_a_ledger_of_one_day_is_that_of_another(tmp_path: Path) -> None:
    """Only the day differs: nothing was told anew, and nothing is blocked."""
    first = one_wave(tmp_path, people())
    place = ledger_folder(tmp_path, "panel")
    lines = ledger_with(place, first.entry)
    place.mkdir(parents=True)
    write_ledger(place, lines)
    later = replace(first.entry, day=date(2027, 1, 1).isoformat())
    assert ledger_with(place, later) == lines and not compared(first, later)

"""What the text of a report says, and what it must never say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.report import blocks, cells, outcome, programme
from cwb_impact.report.charts import Figure
from cwb_impact.report.findings import finding
from cwb_impact.report.markdown import plain, table
from cwb_impact.report.release import Release
from cwb_impact.report.words import LANGUAGES, Lang


def with_table(release: Release, name: str, rows: pd.DataFrame) -> Release:
    return replace(release, tables={**release.tables, name: rows})


_TOO_FEW = ["suppressed_primary", "too_few_respondents"]

Section = Callable[[Release, str, Lang], str]


@pytest.fixture
def section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Section:
    """The text of one outcome; its charts have tests of their own, and are an empty drawing here."""
    empty = Figure('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', "words")
    monkeypatch.setattr(outcome, "draw", lambda *_: empty)
    return lambda release, indicator, lang: outcome.outcome(release, indicator, lang, tmp_path)


def line_of(markdown: str, start: str) -> str:
    return next(line for line in markdown.splitlines() if line.startswith(start))


FIRST = {
    "nl": "eerste meting: over verandering is nog niets te zeggen",
    "en": "first measurement: no change can be stated",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_measurement_says_that_no_change_can_be_stated(first: Release, release: Release, lang: Lang) -> None:
    for block in (blocks.opening, blocks.known):
        assert FIRST[lang] in block(first, lang)
        assert FIRST[lang] not in block(release, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_measurement_has_no_column_and_no_word_for_change(first: Release, lang: Lang) -> None:
    said = "".join(block(first, lang) for block in (blocks.headline, blocks.known, blocks.how_to_read, blocks.unknown))
    said = said.replace(first.name("indicators", "higher_net_pay", lang), "")  # a name, not a verdict
    assert not re.search(r"verschil|hoger|lager|difference|higher|lower", said.lower())


@pytest.mark.parametrize(("lang", "level"), [("nl", "beschrijving en verandering"), ("en", "description and change")])
def test_the_level_of_the_claims_stands_on_top_with_whose_method_it_is(
    release: Release, lang: Lang, level: str
) -> None:
    said = blocks.opening(release, lang)
    assert level in said
    assert release.manifest["study"]["method_note"][lang] in said


@pytest.mark.parametrize(("lang", "word"), [("nl", "SYNTHETISCH"), ("en", "SYNTHETIC")])
def test_invented_people_are_named_first(release: Release, real: Release, lang: Lang, word: str) -> None:
    assert blocks.opening(release, lang).startswith(f"::: {{.callout-note}}\n## {word}\n")
    assert word not in blocks.opening(real, lang)


def test_every_level_has_its_interval_and_its_n(release: Release) -> None:
    said = blocks.headline(release, "en")
    cell = r"\d[\d.]*%? \(\d[\d.]* to \d[\d.]*; n\u00a0=\u00a0\d+\)"
    assert re.search(rf"Life satisfaction \| Co-op workers \| {cell} \| {cell} \|", said)
    assert re.search(rf"Difficulty making ends meet \| Residents aged 15 and over \| {cell} \| {cell} \|", said)


def test_what_we_know_is_about_the_main_outcomes_only(release: Release) -> None:
    """Outcomes named beforehand: nobody picks the largest of all changes for the front page."""
    main = set(release.manifest["study"]["headline"])
    others = [definition["name"]["en"] for key, definition in release.manifest["indicators"].items() if key not in main]
    named = [definition["name"]["en"] for key, definition in release.manifest["indicators"].items() if key in main]
    said = blocks.known(release, "en")
    assert others and not [name for name in others if name not in named and f"{name} " in said]


def test_a_first_measurement_tells_the_main_outcomes_with_interval_and_n(first: Release) -> None:
    said = blocks.known(first, "en")
    assert re.search(r"Life satisfaction \d[\d.]* \(\d[\d.]* to \d[\d.]*; n\u00a0=\u00a0\d+\)", said)


def test_a_figure_with_a_wide_interval_is_marked_as_indicative(release: Release) -> None:
    row = line_of(blocks.headline(release, "nl"), "| Moeite met rondkomen | Werkers")
    assert row.count("indicatief") == 2


def test_a_small_group_has_whole_percentages(release: Release) -> None:
    row = line_of(blocks.headline(release, "nl"), "| Moeite met rondkomen | Werkers")
    assert not re.search(r"\d,\d%", row)


def test_a_change_of_a_percentage_is_in_percentage_points(release: Release) -> None:
    row = line_of(blocks.headline(release, "en"), "| Difficulty making ends meet | Residents")
    assert re.search(r"no detectable difference: [+−]\d+\.\d percentage points \(−?\d+\.\d to −?\d+\.\d\)", row)


def test_what_is_hidden_says_why_and_gives_no_number(release: Release) -> None:
    row = line_of(blocks.headline(release, "nl"), "| Hoger nettoloon dan voorheen")
    first_wave, change = row.split(" | ")[2], row.split(" | ")[4]
    assert first_wave == "niet getoond: te weinig mensen buiten de grootste coöperatie"
    assert change == "niet getoond: een van de metingen heeft geen cijfer |"


def test_a_hidden_row_never_shows_a_number_that_slipped_into_it(release: Release) -> None:
    row = {"status": "suppressed_primary", "reason": "", "value": 62.0, "band": "<70", "ci_low": 1.0, "ci_high": 99.0,
           "n": 8.0, "unit": "percent"}  # fmt: skip
    assert cells.estimate(row, 0, "en") == "not shown"
    assert cells.value(row, 0, "en") == "not shown"


@pytest.mark.parametrize(
    ("band", "nl", "en"), [("<10", "minder dan 10%", "less than 10%"), (">90", "meer dan 90%", "more than 90%")]
)
def test_a_band_is_a_limit_in_words(band: str, nl: str, en: str) -> None:
    row = {"status": "published", "reason": "band", "value": float("nan"), "band": band, "ci_low": float("nan"),
           "ci_high": float("nan"), "n": 35.0, "unit": "percent"}  # fmt: skip
    assert cells.value(row, 0, "nl") == nl
    assert cells.estimate(row, 0, "en") == f"{en} (n\u00a0=\u00a035)"


def test_a_reason_of_next_year_gets_general_words(release: Release) -> None:
    levels = release.tables["indicators"].assign(reason="a_rule_of_next_year", status="suppressed_primary")
    said = blocks.headline(with_table(release, "indicators", levels), "en")
    assert "not shown: to protect people" in said
    assert "next\\_year" not in said


def test_what_was_not_asked_is_not_called_hidden(release: Release, section: Section) -> None:
    said = section(release, "knows_programme", "en")
    assert "| Residents aged 15 and over | not asked |" in said
    assert "Not asked: 1 other outcome (see the report with all results)." in blocks.unknown(release, "en")


def test_a_main_outcome_that_was_not_asked_is_named_and_the_others_are_counted(release: Release) -> None:
    """One page for the council: a first wave may leave out dozens of questions."""
    study = {**release.manifest["study"], "headline": ["knows_programme"]}
    named = replace(release, manifest={**release.manifest, "study": study})
    assert "Not asked: Knows the programme (autumn 2025)." in blocks.unknown(named, "en")


def test_a_split_that_is_hidden_for_one_reason_takes_one_line(release: Release, section: Section) -> None:
    said = section(release, "job_satisfaction", "en")
    line = line_of(said, "| Co-op workers, by area")
    assert line.count("not shown: too few co-operatives") == 2  # waves; and a change that has no figure to rest on
    assert line.count("not shown: one of the waves has no figure") == 1
    assert "Geuzenveld" not in said


def test_an_unchecked_source_is_flagged_wherever_the_outcome_stands(release: Release, section: Section) -> None:
    said = section(release, "good_health", "nl")
    assert said.startswith("## Goede gezondheid †")
    assert "Deze bron is nog niet nagekeken (†)." in said
    assert "†" not in section(release, "cohesion", "nl")
    assert "†" in blocks.how_to_read(release, "nl")


def test_the_headline_table_explains_its_mark_only_when_it_has_one(release: Release) -> None:
    study = {**release.manifest["study"], "headline": ["good_health"]}
    marked = replace(release, manifest={**release.manifest, "study": study})
    assert "† The source of this question has not been checked yet." in blocks.headline(marked, "en")
    assert "†" not in blocks.headline(release, "en")


def test_a_break_in_a_series_is_told(release: Release, section: Section) -> None:
    levels = release.tables["indicators"]
    broken = levels.assign(flags=levels["flags"].where(levels["indicator"] != "cohesion", "b"))
    said = section(with_table(release, "indicators", broken), "cohesion", "en")
    assert "the question was worded differently" in said
    assert "worded differently from" not in section(release, "cohesion", "en")


def test_what_an_outcome_must_not_be_compared_with_is_said(release: Release, section: Section) -> None:
    assert "**Not to be compared with** CBS StatLine:" in section(release, "good_health", "en")


def test_response_is_n_of_those_asked_and_unknown_stays_unknown(release: Release) -> None:
    said = blocks.response(release, "nl")
    assert "| Werkers in coöperaties | najaar 2025 | 30 | 39 | 77% | september – oktober 2025 |" in said
    assert "| Bewoners van 15 jaar en ouder | najaar 2026 | 790 | onbekend | onbekend |" in said


@pytest.mark.parametrize(("lang", "unknown"), [("nl", "onbekend"), ("en", "unknown")])
def test_unknown_targets_are_unknown_not_zero_and_not_missed(release: Release, lang: Lang, unknown: str) -> None:
    start = {"nl": "| Eén miljoen om te investeren", "en": "| One million to invest"}[lang]
    _, _, _, actual, status, *_ = line_of(programme.targets(release, lang), start).split("|")
    assert (actual.strip(), status.strip()) == (unknown, unknown)


def test_a_target_stands_with_its_reading_and_its_lines(release: Release) -> None:
    row = line_of(programme.targets(release, "en"), "| Four co-operatives founded")
    assert "| end of 2025 | 1 to 6 items | unknown | As it is worded. | 129, 138 |" in row
    assert "| eind 2025 | 1 tot en met 6 stuks |" in programme.targets(release, "nl")


def test_an_initiative_without_a_number_is_unknown_and_a_forecast_keeps_its_condition(release: Release) -> None:
    said = programme.initiatives(release, "en")
    assert "| unknown | unknown | not stated | 149 |" in line_of(said, "| Kookgroep")
    assert "about 60 people at work (2026 – 2027" not in said
    assert "about 60 people at work (2026-2027, depending on orders)" in said


def test_nothing_of_the_programme_is_added_up(release: Release) -> None:
    assert not re.search(r"\b(totaal|samen|total|sum)\b", programme.initiatives(release, "nl").lower())


def test_a_study_without_a_programme_says_so(release: Release) -> None:
    bare = replace(release, tables={**release.tables, "initiatives": pd.DataFrame(), "targets": pd.DataFrame()})
    assert programme.targets(bare, "en") == "There are no data on targets."
    assert "programma" not in blocks.known(bare, "nl")
    assert "doelen" not in blocks.unknown(bare, "nl")


def test_words_of_a_release_are_never_markup(release: Release) -> None:
    said = programme.initiatives(release, "nl")
    assert "Kookgroep \\*De Lepel\\*" in said
    assert "Kantine \\| West" in said


def test_a_cell_cannot_break_its_table() -> None:
    made = table(["a"], [["one|two\nthree <b>"]], [10], "c", "tbl-x")
    assert made.splitlines()[2] == "| one\\|two three \\<b\\> |"


def test_a_space_that_does_not_break_survives() -> None:
    assert plain("€\u00a015,20") == "€\u00a015,20"


def test_the_finding_counts_groups_and_never_says_no_difference(release: Release) -> None:
    levels = release.tables["indicators"]
    rows = levels[(levels["indicator"] == "cohesion") & (levels["dimension"] == "quarter")]
    said = finding(release, rows, "en")
    numbers = [int(number) for number in re.findall(r"(\d+) groups?", said)]
    assert sum(numbers) == 5
    assert said.startswith("Residents aged 15 and over: ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_block_prints_a_missing_value_as_a_number_or_a_slug(release: Release, lang: Lang, section: Section) -> None:
    said = [block(release, lang) for block in (
        blocks.opening, blocks.known, blocks.unknown, blocks.response, blocks.headline, blocks.how_to_read,
        blocks.observed, blocks.colophon, programme.initiatives, programme.targets,
    )]  # fmt: skip
    said += [section(release, name, lang) for name in ("job_satisfaction", "knows_programme")]
    found = [word for part in said for word in re.findall(r"\b(nan|none|null|\w+\\_\w+)\b", part.lower())]
    assert found == []


def test_a_split_that_has_another_reason_in_each_wave_takes_one_line_too(release: Release, section: Section) -> None:
    rows = release.tables["indicators"].copy()
    split = (rows["population"] == "coop_workers") & (rows["dimension"] == "sex")
    split &= rows["indicator"] == "life_satisfaction"
    for wave, why in (("2025Q3", ["not_collected", "not_asked_in_this_wave"]), ("2026Q3", _TOO_FEW)):
        rows.loc[split & (rows["wave"] == wave), ["status", "reason"]] = why
    said = section(with_table(release, "indicators", rows), "life_satisfaction", "en")
    line = line_of(said, "| Co-op workers, by sex")
    assert "| not asked | not shown: too few answers |" in line
    assert said.lower().count("| – man ") == 1  # that of residents


@pytest.mark.parametrize(("lang", "said"), [("nl", "de tabel: man. Daarvoor"), ("en", "the table: man. There are")])
def test_a_category_with_too_few_answers_in_each_wave_is_one_sentence_and_no_line(
    release: Release, section: Section, lang: Lang, said: str
) -> None:
    """Whether anybody is in it is not told; where one wave has a figure its lines stay."""
    rows = release.tables["indicators"].copy()
    here = (rows["population"] == "coop_workers") & (rows["category"] == "man")
    always = here & (rows["indicator"] == "life_satisfaction")
    once = here & (rows["indicator"] == "job_satisfaction") & (rows["wave"] == "2026Q3")
    rows.loc[always | once, ["status", "reason"]] = _TOO_FEW
    changed = with_table(release, "indicators", rows)
    of_workers = section(changed, "life_satisfaction", lang)
    assert of_workers.count(said) == 1
    assert of_workers.lower().count("| – man ") == 1  # that of residents
    others = section(changed, "job_satisfaction", lang)
    assert said not in others and "| – man " in others.lower()

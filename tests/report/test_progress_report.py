"""The progress report: promises, readings, counts, people and money as the programme report has them, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.report import builtin, progress, qmd_subset, render
from cwb_impact.report.forecast_chart import forecast_figure
from cwb_impact.report.programme_views import bars
from cwb_impact.report.release import Release
from cwb_impact.report.steering_page import steering_page
from cwb_impact.report.views import runs
from cwb_impact.report.words import LANGUAGES, Lang, text
from cwb_impact.report.workspace import make_workspace, quarto_folder
from report.forbidden import above_its_level
from report.programme_release import HIDDEN

BOTH = pytest.mark.parametrize("lang", LANGUAGES)
TABLES = ("counts", "money", "anchors", "contracts", "sessions", "gaps")
NEVER_A_FIGURE = re.compile(r"\b(31|39|105|106|107|108|109) (?!oktober|October|december|December)")


@pytest.fixture(scope="module")
def said(with_programme: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, str]:
    """All blocks of the report, one after another."""
    return {lang: whole(with_programme, lang, tmp_path_factory.mktemp("figures")) for lang in LANGUAGES}


def whole(release: Release, lang: Lang, folder: Path) -> str:
    blocks = (progress.opening, progress.short, progress.action_lines, progress.targets, progress.readings)
    parts = [block(release, lang) for block in blocks]
    parts += [progress.facts(release, lang, name) for name in TABLES]
    parts += [progress.people(release, lang, folder), progress.registers(release, lang)]
    return "\n\n".join([*parts, progress.cannot_say(release, lang)])


def row_of(words: str, start: str) -> list[str]:
    """The cells of the first table row that starts with some words."""
    line = next(line for line in words.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


# the seven contradictions of the programme report (methodology A.3)


def test_1_four_cooperatives_is_four_numbers_each_with_its_rule(with_programme: Release) -> None:
    read = progress.readings(with_programme, "nl")
    assert "is op 4 manieren te lezen" in read
    strict = "**Vier werknemerscoöperaties opgericht voor eind 2025:** 1 tot en met 6 werknemerscoöperaties (onbekend)."
    assert strict in read
    assert "van welke vorm ook:** 4 tot en met 6 coöperaties (gehaald bij deze lezing)." in read
    counted = progress.facts(with_programme, "nl", "counts")
    worker_coops = row_of(counted, "Opgericht en een werknemerscoöperatie")
    assert worker_coops[1:3] == ["1 tot en met 6", "Groen Nieuw-West Coöperatie"]
    assert row_of(counted, "Opgericht, van welke vorm ook")[1] == "4 tot en met 6"
    assert row_of(counted, "Operationeel volgens het kopje")[1] == "4"


def test_2_people_and_forecasts_are_a_list_and_no_sum(with_programme: Release, tmp_path: Path) -> None:
    people = progress.people(with_programme, "nl", tmp_path)
    assert "Wij tellen ze daarom niet op" in people
    not_yet = "in oktober 2025 was die datum nog niet voorbij"  # the report's moment, not that of who reads it
    assert row_of(people, "Groen Nieuw-West")[2:4] == [
        "ongeveer 20 mensen aan het werk",
        f"ongeveer 60 mensen aan het werk (2026-2027, afhankelijk van opdrachten): {not_yet}",
    ]
    assert row_of(people, "Buurtbus")[3] == f"15 leden of werkers (medio 2026): {not_yet}"
    assert row_of(people, "ReNieuw-West")[2] == "ongeveer 8 mensen in het team"


@BOTH
def test_the_annex_of_the_summary_says_which_targets_are_other_readings(with_programme: Release, lang: Lang) -> None:
    told = {"nl": "(andere lezing van dezelfde belofte)", "en": "(another reading of the same promise)"}[lang]
    assert progress.annex(with_programme, lang).count(told) == 3


def test_an_action_without_a_next_step_is_not_one_without_a_date(with_programme: Release) -> None:
    assert row_of(progress.action_lines(with_programme, "nl"), "1A.2")[3] == "geen stap genoemd"


def test_3_more_than_fifty_is_only_expected(with_programme: Release) -> None:
    row = row_of(progress.targets(with_programme, "en"), "At least one worker co-operative that can grow")
    assert row[1:5] == ["more than 50 people at work", "end of 2025", "about 20 people at work", "only expected"]


def test_4_the_million_is_no_amount_not_0_and_not_met(with_programme: Release) -> None:
    row = row_of(progress.targets(with_programme, "nl"), "Eind 2025 minstens € 1.000.000")
    assert row[3:5] == ["onbekend", "vervangen door iets anders"]
    money = row_of(progress.facts(with_programme, "nl", "money"), "Social Impact Fonds Amsterdam")
    assert money[4:6] == ["geen bedrag genoemd", "geen bedrag genoemd"]
    assert row_of(progress.facts(with_programme, "nl", "money"), "Subsidie")[4:6] == [
        "€\u00a0320.000",
        "geen bedrag genoemd",
    ]


def test_5_a_date_stays_as_vague_as_the_report(with_programme: Release, tmp_path: Path) -> None:
    assert row_of(progress.action_lines(with_programme, "nl"), "3.1 Dienstencoöperatie")[1] == "Q1 2026"
    events = progress.people(with_programme, "en", tmp_path).partition("tbl-people")[2]
    assert "Founded (September – November 2025)" in row_of(events, "Roots & Recipes")[2]
    assert "Lease signed (September – November 2025, expected)" in row_of(events, "Stadslandgoed")[2]
    assert "Founded (September 2024)" in row_of(events, "Groen Nieuw-West")[2]
    assert "Launched (March 2025)" in row_of(events, "Groen Nieuw-West")[2]


def test_6_a_number_keeps_its_reservation(with_programme: Release, tmp_path: Path) -> None:
    people = row_of(progress.people(with_programme, "nl", tmp_path), "Roots & Recipes")
    assert people[2] == "onbekend"
    assert people[3].startswith("7 tot en met 10 chefs (geen datum); 4 tot en met 5 moeders")
    assert row_of(progress.facts(with_programme, "nl", "sessions"), "Iftar")[4] == "ongeveer 80 mensen"


@BOTH
def test_7_a_net_wage_of_the_self_employed_is_told_apart(with_programme: Release, tmp_path: Path, lang: Lang) -> None:
    note = row_of(progress.people(with_programme, lang, tmp_path), "Kantinemoeders")[4]
    assert {"nl": "zijn niet hetzelfde", "en": "not the same"}[lang] in note
    assert {"nl": "Of mensen meer verdienen", "en": "Whether people earn more"}[lang] in progress.cannot_say(
        with_programme, lang
    )


# what holds for every part


@BOTH
def test_nothing_is_added_up(said: dict[Lang, str], lang: Lang) -> None:
    without_sources = "\n".join(line.rpartition(" | ")[0] or line for line in said[lang].splitlines())
    assert NEVER_A_FIGURE.findall(without_sources) == []


@BOTH
def test_every_row_of_the_report_names_its_lines(said: dict[Lang, str], lang: Lang) -> None:
    own = {"nl": "dit project zelf", "en": "this project itself"}[lang]
    rows = [line for line in said[lang].splitlines() if line.startswith("| ")]
    sources = [line.strip("| ").split(" | ")[-1] for line in rows]
    named = re.compile(r"(regels?|lines?) \d|\((najaar|autumn) \d{4}\)$|^(Bron|Source)$")
    bare = [row for row, source in zip(rows, sources, strict=True) if not named.search(source)]
    assert len(rows) > 150
    # what this project itself says of data has no line, and what nobody recorded has no list
    nowhere = ("niet bekend |", "not known |", own)
    assert [row for row in bare if not any(words in row for words in nowhere)] == []


@BOTH
def test_only_figures_of_invented_lists_are_marked(said: dict[Lang, str], lang: Lang) -> None:
    mark = {"nl": "(SYNTHETISCH)", "en": "(SYNTHETIC)"}[lang]
    tables = said[lang].split("\n\n")
    marked = [table for table in tables if mark in table and table.startswith("| ")]
    by_figure = [table for table in marked if "najaar 2025" in table or "autumn 2025" in table]
    assert len(by_figure) == 2  # people, and spend
    assert all(row.count(mark) == 2 for table in by_figure for row in table.splitlines()[2:3])


@BOTH
def test_a_hidden_figure_is_nowhere(said: dict[Lang, str], lang: Lang) -> None:
    assert str(int(HIDDEN)) not in re.sub(r"[.,\s\u00a0]", "", said[lang])
    assert {"nl": "niet getoond: te weinig mensen", "en": "not shown: too few people"}[lang] in said[lang]


@BOTH
def test_unknown_rows_stand_beside_the_figure(with_programme: Release, lang: Lang) -> None:
    row = row_of(progress.registers(with_programme, lang), {"nl": "Opgerichte", "en": "Co-operatives founded"}[lang])
    assert re.match(r"4 \(4 (tot|to) 6", row[1])
    assert {"nl": "van 2 is het niet bekend", "en": "for 2 it is not known"}[lang] in row[1]


@BOTH
def test_the_report_says_no_more_than_it_can(said: dict[Lang, str], lang: Lang) -> None:
    # action 1B.1 promises tools to follow effects; of Wiseminds it is said that its jobs are none `door CWB`
    assert set(above_its_level(said[lang], lang)) <= {"effecten", "effects", "door CWB"}
    assert not re.search(r"\b(nan|None|null|NA)\b|\w+\\_\w+", said[lang])


def test_both_languages_have_the_same_tables(said: dict[Lang, str]) -> None:
    def shape(words: str) -> list[tuple[str, int]]:
        tables = re.findall(r"(^\| .*\n)\|:.*\n((?:^\| .*\n)*)\n ?: .*\{#(.*)\}", words, re.MULTILINE)
        return [(label, body.count("\n")) for _, body, label in tables]

    assert len(shape(said["nl"])) >= 20
    assert shape(said["nl"]) == shape(said["en"])


def test_a_programme_of_which_nothing_is_known_says_so(with_programme: Release, tmp_path: Path) -> None:
    kept = ("indicators", "changes", "response")
    tables = {name: frame if name in kept else pd.DataFrame() for name, frame in with_programme.tables.items()}
    told = whole(replace(with_programme, tables=tables), "en", tmp_path)
    assert "There are no data on this." in told
    assert "Every target can be read in one way." in told


def test_a_line_is_told_in_runs() -> None:
    assert runs([]) == ""
    assert runs([7]) == "7"
    assert runs([5, 6, 9, 11, 12, 13]) == "5–6, 9, 11–13"


# the chart


def test_only_forecasts_of_jobs_are_drawn_and_people_only_in_the_same_unit(with_programme: Release) -> None:
    drawn = bars(with_programme)
    assert {key: (bar.now, bar.low, bar.high) for key, bar in drawn.items()} == {
        "groen_nieuw_west": (20, 60, 60),
        "roots_and_recipes": (None, 7, 10),
        "buurtbus": (None, 15, 15),
    }
    assert {bar.end for bar in drawn.values()} == {60}


@BOTH
def test_the_chart_is_told_in_words_and_no_label_covers_another(with_programme: Release, lang: Lang) -> None:
    drawing = forecast_figure(with_programme, lang)
    assert drawing is not None
    assert drawing.svg.startswith('<svg role="img"')
    for name in ("Groen Nieuw-West Coöperatie", "Roots & Recipes", "Buurtbus Coöperatie"):
        assert name in drawing.alt
    assert {"nl": "(geen datum)", "en": "(no date)"}[lang] in drawing.alt
    assert len(_blocks(drawing.svg, "end")) == len(_blocks(drawing.svg, "start")) == 3
    for anchor in ("end", "start"):  # the names on the left, and the words on the right
        assert all(upper[1] <= lower[0] for upper, lower in pairwise(_blocks(drawing.svg, anchor)))


def _blocks(svg: str, anchor: str) -> list[tuple[float, float]]:
    """The highest and lowest pixel of each label beside the plot, from top to bottom."""
    found = []
    place = rf'text-anchor="{anchor}" transform="translate\([-\d.]+,([-\d.]+)\)'
    pattern = rf'<text aria-label="[^"]*"[^>]*{place}[^>]*>(.*?)</text>'
    for y, content in re.findall(pattern, svg, re.DOTALL):
        lines = max(content.count("<tspan"), 1)
        found.append((float(y) - 12, float(y) + 14 * (lines - 1) + 2))
    return sorted(found)


def test_without_a_forecast_there_is_no_chart(with_programme: Release) -> None:
    tables = {**with_programme.tables, "forecasts": with_programme.tables["forecasts"].iloc[:0]}
    assert forecast_figure(replace(with_programme, tables=tables), "nl") is None


# the documents


def test_the_document_stays_in_the_subset() -> None:
    problems = Problems()
    qmd_subset.check((quarto_folder() / "progress.qmd").read_text(encoding="utf-8"), "progress.qmd", problems)
    problems.raise_if_errors()


@BOTH
def test_its_pages_say_where_the_word_synthetic_holds(with_programme: Release, tmp_path: Path, lang: Lang) -> None:
    made = make_workspace(with_programme, "progress", lang, tmp_path)
    running = (made.folder / "page.html").read_text(encoding="utf-8")
    real = {"nl": "Cijfers uit het programmaverslag zijn echt", "en": "from the programme report are real"}[lang]
    assert real in running


@pytest.mark.slow
def test_every_format_is_made(with_programme: Release, tmp_path: Path) -> None:
    made = builtin.render(make_workspace(with_programme, "progress", "nl", tmp_path), list(render.FORMATS))
    assert [path.name for path in made] == ["progress.nl.html", "progress.nl.pdf", "progress.nl.docx"]
    page = made[0].read_text(encoding="utf-8")
    assert page.count("<table") >= 20
    assert 'alt="Mensen nu (oktober 2025) en verwacht' in page
    assert not re.search(r"(?:src|href)=\"https?://", page)


@pytest.mark.slow
def test_a_study_without_a_programme_gets_neither_report_nor_page(
    small: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small()
    monkeypatch.setattr(render.quarto, "find_quarto", lambda: None)
    names = [path.name for path in render.render(folder, tmp_path / "with", ["nl"], ["html"], lambda _: None)]
    assert {"progress.nl.html", "steering.nl.html"} <= set(names)
    manifest = folder / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    without = re.sub(r'"programme": \{"report": [^}]*\}', '"programme": null', text)
    assert without != text
    manifest.write_text(without, encoding="utf-8")
    names = [path.name for path in render.render(folder, tmp_path / "without", ["nl"], ["html"], lambda _: None)]
    assert not {"progress.nl.html", "steering.nl.html"} & set(names)


@BOTH
def test_an_invented_programme_report_is_told_everywhere(with_programme: Release, tmp_path: Path, lang: Lang) -> None:
    manifest = dict(with_programme.manifest)
    manifest["programme"] = {**manifest["programme"], "data": "synthetic"}
    invented = replace(with_programme, manifest=manifest)
    said = {"nl": "Ook het programmaverslag is verzonnen", "en": "The programme report is invented too"}[lang]
    real = {"nl": "zijn echt", "en": "are real"}[lang]
    assert said in progress.opening(invented, lang) and real not in progress.opening(invented, lang)
    page = steering_page(invented, lang)
    assert text("synthetic.running", lang) in page and real not in page
    made = make_workspace(invented, "progress", lang, tmp_path / "work")
    assert text("synthetic.running", lang) in (made.folder / "page.html").read_text(encoding="utf-8")

"""The steering page: loads nothing, links every figure to its source, and says what is unknown, hidden or invented."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from cwb_impact.report import programme
from cwb_impact.report.programme_views import people, targets
from cwb_impact.report.register_views import trends
from cwb_impact.report.release import Release, rows_of
from cwb_impact.report.steering import page_of
from cwb_impact.report.steering_page import steering_page
from cwb_impact.report.words import LANGUAGES, Lang, slug, text
from report.forbidden import above_its_level
from report.programme_release import HIDDEN
from report.steering_dom import Node, dom

BOTH = pytest.mark.parametrize("lang", LANGUAGES)
NEVER_A_FIGURE = ("31", "39", "105", "106", "107", "108", "109")
"""What one gets by adding up the people now, with and without the team, or all forecasts (methodology A.3)."""

PROMISED_OR_DENIED = {"effecten", "effects", "door CWB"}
"""Action 1B.1 promises tools to follow effects; of Wiseminds it is said that its jobs are none `door CWB`."""


def figures(page: Node) -> list[Node]:
    return [cell for cell in page.all("td") if cell.attributes.get("class") == "figure"]


def row_of(page: Node, start: str) -> dict[str, str]:
    """The cells of the row whose heading starts with some words, by the heading of their column."""
    for row in page.all("tr"):
        if row.all("th", scope="row") and row.all("th", scope="row")[0].words.startswith(start):
            return {cell.attributes["data-head"]: cell.words for cell in row.all("td")}
    raise AssertionError(f"no row {start}")


@BOTH
def test_the_page_loads_nothing_and_points_to_no_other_place(
    pages: dict[Lang, Node], steering_sources: dict[Lang, str], lang: Lang
) -> None:
    addresses = [node.attributes[name] for node in pages[lang].walk() for name in ("href", "src", "srcset", "action")
                 if name in node.attributes]  # fmt: skip
    assert len(addresses) > 200
    other = {"nl": "steering.en.html", "en": "steering.nl.html"}[lang]
    strange = [address for address in addresses if not address.startswith(("#", "data:text/csv")) and address != other]
    assert strange == []
    assert re.findall(r"https?:|//\w|url\(|@import|@font-face|\bfetch\(|XMLHttpRequest", steering_sources[lang]) == []
    policy = pages[lang].all("meta", http_equiv="x") or pages[lang].all("meta")
    content = next(node.attributes["content"] for node in policy if "http-equiv" in node.attributes)
    assert content.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in content


@BOTH
def test_every_link_inside_the_page_has_its_place_and_every_place_is_one(pages: dict[Lang, Node], lang: Lang) -> None:
    places = [node.attributes["id"] for node in pages[lang].walk() if "id" in node.attributes]
    assert len(places) == len(set(places))
    links = {node.attributes["href"][1:] for node in pages[lang].all("a") if node.attributes["href"].startswith("#")}
    assert links <= set(places)
    assert any(re.fullmatch({"nl": r"regel-140", "en": r"line-140"}[lang], link) for link in links)
    assert "register-people-2025Q3" in links


@BOTH
def test_every_figure_is_a_link_to_its_source(pages: dict[Lang, Node], lang: Lang) -> None:
    cells = figures(pages[lang])
    assert len(cells) > 50
    assert [cell.words for cell in cells if not cell.all("a")] == []


@BOTH
def test_no_number_stands_outside_a_link_in_a_column_of_figures(pages: dict[Lang, Node], lang: Lang) -> None:
    names = ("wanted", "actual", "trend", "count", "now", "amount", "paid")
    heads = {text(f"progress.head.{name}", lang) for name in names}
    heads |= {"najaar 2025", "najaar 2026", "autumn 2025", "autumn 2026"}
    cells = [cell for cell in pages[lang].all("td") if cell.attributes.get("data-head") in heads]
    waves = r"(najaar|autumn) \d{4}:?"
    bare = []
    for cell in cells:
        linked = " ".join(link.words for link in cell.all("a"))
        unknown = r"(van|for) \d+ (is het niet bekend|it is not known)"
        rest = re.sub(waves, "", cell.words.replace(linked, "", 1)) if linked else re.sub(waves, "", cell.words)
        bare += [cell.words] if re.search(r"\d", re.sub(unknown, "", rest)) else []
    assert len(cells) > 60
    assert bare == []


@BOTH
def test_the_quote_of_a_source_stands_on_its_line_in_dutch(pages: dict[Lang, Node], lang: Lang) -> None:
    place = {"nl": "regel-141", "en": "line-141"}[lang]
    (line,) = pages[lang].all("li", id=place)
    assert "Prognose 2026-2027: ca. 60 (afhankelijk van opdrachten)" in line.words
    assert all(quote.attributes["lang"] == "nl" for quote in line.all("q"))


def test_a_line_without_a_quote_still_has_its_place(with_programme: Release) -> None:
    evidence = with_programme.tables["evidence"]
    tables = {**with_programme.tables, "evidence": evidence[evidence["line"] != "140"]}
    made = dom(steering_page(replace(with_programme, tables=tables), "en"))
    assert made.all("li", id="line-140")[0].words == "Line 140 This line is not quoted."


def test_a_phrase_inside_a_longer_one_of_the_same_line_is_not_repeated(with_programme: Release) -> None:
    for quotes in page_of(with_programme, "nl").quotes.values():
        assert [one for one in quotes for other in quotes if one != other and one in other] == []


@BOTH
def test_nothing_is_added_up(pages: dict[Lang, Node], lang: Lang) -> None:
    told = [re.findall(r"\d+", link.words) for cell in figures(pages[lang]) for link in cell.all("a")]
    assert len(told) > 50
    assert [numbers for numbers in told if set(numbers) & set(NEVER_A_FIGURE)] == []


@BOTH
def test_an_unknown_number_is_never_beside_met(with_programme: Release, lang: Lang) -> None:
    view = targets(with_programme, lang)
    words = {name: slug("status", name, lang) for name in ("met", "met_other_reading", "not_met")}
    unknown = slug("quantity", "unknown", lang)
    beside = [line.cells[4] for line in view.lines if line.cells[3].parts[0].words == unknown]
    assert len(beside) == 3
    assert [cell for cell in beside if cell.parts[0].words in words.values() or cell.light == "green"] == []


def test_only_what_is_met_by_its_own_words_is_green(with_programme: Release) -> None:
    met = with_programme.tables["targets"].assign(
        status="met", light="green", outcome=["yes", "no", "cannot_say"] * 5, reading_of="", type="result"
    )
    changed = replace(with_programme, tables={**with_programme.tables, "targets": met})
    for row, line in zip(rows_of(met), targets(changed, "en").lines, strict=True):
        shown = row["outcome"] == "yes" and row["actual_qualifier"] != "unknown"
        assert (line.cells[4].light == "green") == shown
        assert (programme.standing(row) == "met") == shown


def test_a_forecast_alone_meets_no_target(pages: dict[Lang, Node]) -> None:
    row = row_of(pages["nl"], "Minstens één werknemerscoöperatie die kan groeien")
    assert row["Onze lezing"] == "alleen verwacht"
    assert row["Gemeld"] == "ongeveer 20 mensen aan het werk"


@BOTH
def test_the_first_screen_tells_how_many_targets_stand_how(pages: dict[Lang, Node], lang: Lang) -> None:
    """Twelve promises, each once (methodology A.3): a wider reading that is met does not count as a target met."""
    (overview,) = pages[lang].all("section", class_="overview")
    told = [item.words for item in overview.all("b")]
    assert told == {
        "nl": ["0 gehaald", "4 deels gedaan", "3 vertraagd", "1 alleen verwacht", "1 niet gehaald",
               "1 vervangen door iets anders", "2 onbekend"],
        "en": ["0 met", "4 partly done", "3 delayed", "1 only expected", "1 not met", "1 replaced by something else",
               "2 unknown"],
    }[lang]  # fmt: skip
    rows = {row.attributes["id"]: row for row in pages[lang].all("tr") if "id" in row.attributes}
    links = [link.attributes["href"][1:] for link in overview.all("a")]
    assert len(links) == len(set(links)) == 12
    assert [rows[name].all("th")[0].words for name in links] == [link.words for link in overview.all("a")]
    assert {"nl": "oktober 2025", "en": "October 2025"}[lang] in overview.words


def test_a_figure_beside_a_target_has_its_name(with_programme: Release) -> None:
    told = [part.words for part in trends(with_programme, "nl")["people_working_in_coops"].parts]
    assert told == ["Mensen met betaald werk", "najaar 2025: 34 mensen", "najaar 2026: 41 mensen"]


@BOTH
def test_a_hidden_figure_is_nowhere(steering_sources: dict[Lang, str], lang: Lang) -> None:
    digits = re.sub(r"[.,\s\u00a0]", "", steering_sources[lang])
    assert str(int(HIDDEN)) not in digits
    said_ = {"nl": "niet getoond: te weinig mensen", "en": "not shown: too few people"}[lang]
    assert said_ in steering_sources[lang]


@BOTH
def test_an_invented_figure_says_so_and_a_real_one_does_not(pages: dict[Lang, Node], lang: Lang) -> None:
    mark = text("synthetic.word", lang)
    for cell in figures(pages[lang]):
        links = [link.attributes["href"] for link in cell.all("a")]
        marks = cell.all("strong", class_="synthetic")
        invented = [href for href in links if re.match("#register-(people|payments)", href)]
        shown = [] if re.search("niet getoond|not shown", cell.words) else invented
        assert len(marks) == len(shown), cell.words
        assert all(one.words == mark for one in marks)
    assert text("progress.running", lang) in pages[lang].words


def test_a_release_without_invented_figures_has_no_such_words(with_programme: Release) -> None:
    tables = {name: frame.replace("SYNTHETIC", "personal") for name, frame in with_programme.tables.items()}
    made = dom(steering_page(replace(with_programme, tables=tables), "en"))
    assert made.all("strong", class_="synthetic") == []
    assert made.all("p", class_="running") == []


@BOTH
def test_the_page_says_no_more_than_it_can(pages: dict[Lang, Node], lang: Lang) -> None:
    told = pages[lang].words
    for quote in pages[lang].all("q"):  # the report's own words are its own
        told = told.replace(quote.words, "")
    assert set(above_its_level(told, lang)) <= PROMISED_OR_DENIED
    assert not re.search(r"\b(nan|None|null|NA|\w+_\w+)\b", re.sub(r"\w+_\w+\.synthetic\.xlsx", "", told))


def test_a_study_with_registers_and_no_programme_still_has_a_page(with_programme: Release) -> None:
    kept = ("indicators", "changes", "response", "sources", "registers")
    tables = {name: frame if name in kept else pd.DataFrame() for name, frame in with_programme.tables.items()}
    made = dom(steering_page(replace(with_programme, tables=tables), "en"))
    assert len(made.all("table")) == 5
    assert text("progress.nothing", "en") in made.words


def test_an_initiative_stands_under_the_action_lines_of_its_steps(with_programme: Release) -> None:
    lines = {line.cells[0].parts[0].words: line.facets["line"] for line in people(with_programme, "nl").lines}
    assert lines["ReNieuw-West"] == "2 4"  # its training is a step of action 4.3
    assert lines["Groen Nieuw-West Coöperatie"] == "1A 2"
    assert lines["Wiseminds"] == "2"  # no step of its own

"""How the steering page is built: landmarks, tables, filters and downloads, alike in both languages."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest

from cwb_impact.report import steering_table
from cwb_impact.report.release import Release
from cwb_impact.report.steering_page import ASSETS, steering_page
from cwb_impact.report.views import Line, View, said
from cwb_impact.report.words import LANGUAGES, Lang
from report.steering_dom import Node, dom

BOTH = pytest.mark.parametrize("lang", LANGUAGES)


@BOTH
def test_landmarks_headings_and_tables_are_what_a_screen_reader_expects(pages: dict[Lang, Node], lang: Lang) -> None:
    page = pages[lang]
    assert page.all("html")[0].attributes["lang"] == lang
    assert [len(page.all(tag)) for tag in ("h1", "header", "main", "nav", "footer")] == [1, 1, 1, 1, 1]
    levels = [int(node.tag[1]) for node in page.walk() if re.fullmatch(r"h[1-6]", node.tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    tables = page.all("table")
    assert len(tables) >= 10
    for one in tables:
        assert len(one.all("caption")) == 1
        heads = one.all("thead")[0].all("th")
        assert all(head.attributes["scope"] == "col" and head.words for head in heads)
        for row in one.all("tbody")[0].all("tr"):
            assert len(row.all("th", scope="row")) == 1
            assert [cell.attributes["data-head"] for cell in row.all("td")] == [head.words for head in heads[1:]]
    for svg in page.all("svg"):
        assert svg.attributes["aria-hidden"] == "true"
    labels = {label.attributes["for"] for label in page.all("label")}
    assert {node.attributes["id"] for tag in ("select", "input") for node in page.all(tag)} == labels
    assert page.all("p", id="shown")[0].attributes["aria-live"] == "polite"


@BOTH
def test_a_light_has_a_shape_and_a_word(pages: dict[Lang, Node], lang: Lang) -> None:
    shapes = {}
    for cell in pages[lang].all("td"):
        for light in cell.all("svg"):
            if light.attributes["class"].startswith("light"):
                drawn = next(child for child in light.children if isinstance(child, Node))
                shapes.setdefault(light.attributes["class"], set()).add((drawn.tag, *drawn.attributes.values()))
                assert cell.all("span", class_="word")[0].words
    assert len(shapes) == 4
    assert len(set.union(*shapes.values())) == 4


@BOTH
def test_without_a_script_every_row_is_shown_and_no_dead_filter(pages: dict[Lang, Node], lang: Lang) -> None:
    hidden = [node.tag for node in pages[lang].walk() if "hidden" in node.attributes]
    assert hidden == ["p", "form"]


@BOTH
def test_a_filter_offers_only_what_some_row_has(pages: dict[Lang, Node], lang: Lang) -> None:
    page = pages[lang]
    for name in ("line", "phase", "status"):
        offered = {option.attributes["value"] for option in page.all("select", name=name)[0].all("option")} - {""}
        had = {key for row in page.all("tr") for key in row.attributes.get(f"data-{name}", "").split()}
        assert offered == had
        assert len(offered) >= 3


def test_both_languages_have_the_same_rows_sources_and_choices(pages: dict[Lang, Node]) -> None:
    def shape(page: Node, line: str) -> list[object]:
        places = [node.attributes["id"].replace(f"{line}-", "line-") for node in page.walk() if "id" in node.attributes]
        rows = [dict(row.attributes) for row in page.all("tr")]
        links = [node.attributes["href"].replace(f"#{line}-", "#line-") for node in page.all("a")
                 if node.attributes["href"].startswith("#")]  # fmt: skip
        return [places, rows, links]

    assert shape(pages["nl"], "regel") == shape(pages["en"], "line")


@BOTH
def test_each_table_downloads_as_the_spreadsheets_of_its_language_read_it(pages: dict[Lang, Node], lang: Lang) -> None:
    for one in pages[lang].all("a", class_="download"):
        kind, _, content = one.attributes["href"].partition(",")
        assert kind == "data:text/csv;charset=utf-8"
        written = unquote(content, encoding="utf-8")
        assert written.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(written[1:]), delimiter={"nl": ";", "en": ","}[lang]))
        table = pages[lang].all("table", id=f"t-{one.attributes['download'].split('.')[0]}")[0]
        assert len(rows) == 1 + len(table.all("tbody")[0].all("tr"))
        assert {len(row) for row in rows} == {len(table.all("thead")[0].all("th")) + 1}
        assert {row[-1] for row in rows[1:]} <= {"public", "SYNTHETIC"}
        hidden = [row[-1] for row in rows if any(cell.startswith(("niet getoond", "not shown")) for cell in row)]
        assert set(hidden) <= {"SYNTHETIC"}  # of an invented list also what is hidden is invented
        registers = one.attributes["download"].startswith(("people-registers", "spend-registers"))
        assert registers == any(row[-1] == "SYNTHETIC" for row in rows[1:])
    assert len(pages[lang].all("a", class_="download")) == len(pages[lang].all("table"))


def test_a_cell_is_no_formula_in_a_spreadsheet(with_programme: Release) -> None:
    view = View("x", "x", ("a", "b"), (1, 1), (Line((said("=1+1"), said("-2")), ()),), "")
    assert "'=1+1;'-2;" in steering_table.csv_of(view, with_programme, "nl")


def test_words_of_a_release_are_never_markup(with_programme: Release) -> None:
    renamed = with_programme.tables["initiatives"].assign(name='<script>x("&")</script>')
    made = steering_page(replace(with_programme, tables={**with_programme.tables, "initiatives": renamed}), "nl")
    assert "<script>x(" not in made
    assert "&lt;script&gt;x(&quot;&amp;&quot;)" in made
    assert len(dom(made).all("script")) == 1


def test_a_page_made_alone_links_to_no_other(with_programme: Release) -> None:
    made = dom(steering_page(with_programme, "nl", ("nl",)))
    assert made.all("a", class_="language") == []


def test_assets_belong_to_the_package() -> None:
    assert {path.name for path in Path(ASSETS).iterdir()} == {"steering.css", "steering.js"}

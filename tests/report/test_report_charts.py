"""Charts can be read without colour, without sight, and by who only knows that the people in them do not exist."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pytest

from cwb_impact.report import charts
from cwb_impact.report.charts import CATEGORICAL, DASHES, INK, MARK, SHAPES, TWO, Figure, figure
from cwb_impact.report.findings import finding
from cwb_impact.report.release import Release
from cwb_impact.report.words import LANGUAGES, Lang, text

SVG = "{http://www.w3.org/2000/svg}"


def draw(release: Release, indicator: str, dimension: str, lang: Lang = "nl") -> Figure:
    levels = release.tables["indicators"]
    rows = levels[(levels["indicator"] == indicator) & (levels["dimension"] == dimension)]
    return figure(release, rows, finding(release, rows, lang), lang)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # the well-known grey that just fails AA


@pytest.mark.parametrize("colour", sorted({*CATEGORICAL, *TWO}))
def test_colours_of_marks_differ_enough_from_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 3


@pytest.mark.parametrize("colour", [INK, MARK])
def test_colours_of_words_differ_enough_from_white(colour: str) -> None:
    assert contrast(colour, "#FFFFFF") >= 4.5


@pytest.mark.parametrize("palette", [CATEGORICAL, TWO])
def test_neighbouring_colours_differ_enough_from_each_other(palette: tuple[str, ...]) -> None:
    assert min(contrast(one, other) for one, other in itertools.pairwise(palette)) >= 3


def test_waves_differ_in_shape_and_line_style_too() -> None:
    assert len(set(SHAPES)) >= len(CATEGORICAL)
    assert len({tuple(dash) for dash in DASHES}) >= len(CATEGORICAL)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("indicator", "dimension"), [("good_health", "total"), ("life_satisfaction", "quarter")])
def test_a_drawing_says_what_it_is(release: Release, indicator: str, dimension: str, lang: Lang) -> None:
    drawn = draw(release, indicator, dimension, lang)
    root = ET.fromstring(drawn.svg)
    name = release.name("indicators", indicator, lang)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == name
    assert root.findtext(f"{SVG}desc") == drawn.alt
    assert name in drawn.alt


def test_the_words_for_a_chart_give_its_numbers(release: Release) -> None:
    levels = release.tables["indicators"]
    row = levels[(levels["indicator"] == "cohesion") & (levels["dimension"] == "total")].iloc[-1]
    said = draw(release, "cohesion", "total", "en").alt
    assert f"Residents aged 15 and over, autumn 2026: {row['value']} ({row['ci_low']} to {row['ci_high']})." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_of_invented_people_says_so_in_picture_and_words(release: Release, lang: Lang) -> None:
    word = text("synthetic.word", lang)
    for dimension in ("total", "sex", "quarter"):
        drawn = draw(release, "good_health", dimension, lang)
        assert word in drawn.alt
        assert any(word in (element.text or "") for element in ET.fromstring(drawn.svg).iter(f"{SVG}text"))


def test_a_chart_of_real_people_does_not_say_that_they_are_invented(real: Release) -> None:
    assert "SYNTH" not in draw(real, "good_health", "total").svg


def test_what_is_not_shown_has_words_and_no_mark(release: Release) -> None:
    levels = release.tables["indicators"]
    rows = levels[(levels["indicator"] == "higher_net_pay") & (levels["dimension"] == "total")]
    drawn = figure(release, rows, "x", "nl")
    assert "niet getoond: te weinig mensen buiten de grootste coöperatie" in drawn.svg
    assert drawn.svg.count('aria-roledescription="point"') == 1  # of two waves one has a number


def test_a_band_is_named_as_a_limit(release: Release) -> None:
    assert "meer dan 90%" in draw(release, "job_satisfaction", "total").svg


def test_numbers_on_axes_and_labels_follow_the_language(release: Release) -> None:
    def numbers(lang: Lang) -> str:
        return " ".join(element.text or "" for element in ET.fromstring(
            draw(release, "hourly_pay", "total", lang).svg).iter(f"{SVG}text"))  # fmt: skip

    axis = r"(?<![\d€\u00a0.,])\d\d{}\d(?!\d)"
    assert re.search(axis.format(","), numbers("nl"))
    assert not re.search(axis.format(r"\."), numbers("nl").replace("1.0.0", ""))
    assert re.search(axis.format(r"\."), numbers("en"))


def test_the_same_release_gives_the_same_bytes(release: Release) -> None:
    assert draw(release, "good_health", "sex").svg == draw(release, "good_health", "sex").svg


def test_a_first_measurement_has_no_verdict_above_its_charts(first: Release) -> None:
    drawn = draw(first, "life_satisfaction", "total", "en")
    assert "First measurement: no change can be stated" in drawn.svg
    assert "detectable" not in drawn.svg


@dataclass(frozen=True)
class Box:
    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def boxes(element: ET.Element, x: float = 0, y: float = 0) -> Iterator[Box]:
    """Where the words of a drawing stand. A letter of the font is taken as half as wide as it is high."""
    moved = re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    if element.tag == f"{SVG}text" and element.get("opacity") != "0":
        size = float(str(element.get("font-size", "12px")).removesuffix("px"))
        lines = [(span.text or "", float(span.get("dy", 0))) for span in element.iter(f"{SVG}tspan")]
        for words, down in lines or [(element.text or "", 0.0)]:
            y += down
            width = 0.5 * size * len(words)
            left = x - width * {"end": 1.0, "middle": 0.5}.get(str(element.get("text-anchor")), 0.0)
            yield Box(words, left, y - 0.7 * size, left + width, y + 0.1 * size)
    for child in element:
        yield from boxes(child, x, y)


LONG = "Mensen die in een coöperatie van het programma werken of leren"


@pytest.mark.parametrize("dimension", ["total", "sex", "quarter"])
def test_no_words_of_a_chart_stand_on_other_words(release: Release, first: Release, dimension: str) -> None:
    for made in (release, first):
        labels = dict.fromkeys(LANGUAGES, LONG)
        population = {**made.manifest["populations"]["coop_workers"], "label": labels}
        manifest = {**made.manifest, "populations": {**made.manifest["populations"], "coop_workers": population}}
        waves = {name: {"label": dict.fromkeys(LANGUAGES, "derde kwartaal 2025")} for name in made.waves}
        renamed = Release(made.folder, {**manifest, "waves": waves}, made.tables)
        for indicator in ("good_health", "hourly_pay", "wants_more_hours"):
            found = list(boxes(ET.fromstring(draw(renamed, indicator, dimension).svg)))
            meeting = [(one.words, other.words) for one, other in itertools.combinations(found, 2) if one.meets(other)]
            assert len(found) > 8
            assert meeting == []


def test_more_waves_than_two_get_a_colour_each(release: Release) -> None:
    levels = release.tables["indicators"]
    rows = levels[(levels["indicator"] == "cohesion") & (levels["dimension"] == "total")]
    third = rows.iloc[[-1]].assign(wave="2027Q3")
    waves = {**release.manifest["waves"], "2027Q3": {"label": {"nl": "najaar 2027", "en": "autumn 2027"}}}
    manifest = {**release.manifest, "waves": waves, "release": {**release.manifest["release"], "waves": [*waves]}}
    longer = Release(release.folder, manifest, release.tables)
    drawn = charts.figure(longer, pd.concat([rows, third]), "x", "nl")
    assert [colour for colour in CATEGORICAL[:3] if colour not in drawn.svg] == []

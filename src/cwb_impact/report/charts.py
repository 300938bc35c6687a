"""One chart an indicator: a line for every group and wave, with its interval and its number written beside it.

Nothing rests on colour alone: waves differ in shape, fill and line style, and every line names its wave and number.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import altair as alt
import pandas as pd
import vl_convert

from cwb_impact.report import cells
from cwb_impact.report.chart_lines import LABEL_LINE, LINE, Line, alternative, lay_out, wrapped
from cwb_impact.report.release import Release
from cwb_impact.report.words import Lang, slug, text

# UK Government Analysis Function, categorical colours in their order (neighbours differ at least 3:1 in contrast).
CATEGORICAL = ("#12436D", "#28A197", "#801650", "#F46A25")
TWO = ("#12436D", "#F46A25")
INK, PALE, MARK = "#3D3D3D", "#D9D9D9", "#801650"
SHAPES = ("circle", "square", "diamond", "triangle-up")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2])

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
GROUP_X, WAVE_X, PLOT, NUMBER_X, END_X = -310, -12, 230, 14, 470
TITLE_CHARS, TEXT_CHARS = 94, 130
BAND_SIDE = {"<": 0.0, ">": 100.0}
Y = alt.Y("y:Q", scale=None, axis=None)


@dataclass(frozen=True)
class Figure:
    """A finished chart. alt : what it shows, in words, for whoever cannot see it."""

    svg: str
    alt: str


@dataclass(frozen=True)
class _Words:
    """Words with their left end (or right end, by `align`) at x and their middle at y."""

    x: float
    y: float
    words: str
    bold: bool = False
    align: str = "left"
    color: str = INK


def figure(release: Release, rows: pd.DataFrame, title: str, lang: Lang) -> Figure:
    """Draw the rows of one indicator and one dimension.

    Parameters
    ----------
    rows : rows of indicators.csv in the order of publication, all of one indicator and one dimension.
    title : the finding, in words.
    """
    definition = release.manifest["indicators"][rows["indicator"].iloc[0]]
    by_category = rows["dimension"].iloc[0] != "total"
    lines, height = lay_out(release, rows, by_category, lang)
    numbers = _numbers(lines, definition["decimals"], lang)
    words = [*_labels(lines, by_category), *numbers, *_footer(release, definition, height, lang)]
    layers = [_rule(height + 43), _paper(lines), *_marks(lines, definition, len(release.waves), lang), *_written(words)]
    chart = alt.layer(*layers).properties(width=PLOT, height=height, title=_title(title, definition, lang))
    chart = chart.configure(font=FONT, padding=6, background="white").configure_view(stroke=None)
    svg = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), format_locale="nl-NL" if lang == "nl" else "en-GB")
    described = alternative(release, definition, lines, title, lang)
    return Figure(_accessible(svg, definition["name"][lang], described), described)


def _drawn(line: Line) -> dict[str, Any]:
    """What the marks of one line need; a line without a number has none."""
    row = line.row
    edge = float(row["band"][1:]) if line.shown and row["band"] else None
    number = cells.has_number(row)
    return {
        "y": line.y,
        "value": row["value"] if number else None,
        "low": row["ci_low"] if number else None,
        "high": row["ci_high"] if number else None,
        "band": edge,
        "band_end": BAND_SIDE[row["band"][0]] if edge is not None else None,
    }


def _marks(lines: list[Line], definition: Any, waves: int, lang: Lang) -> list[alt.Chart]:
    """For each wave its own shape, line style and colour: intervals, bands and points."""
    palette = TWO if waves <= len(TWO) else CATEGORICAL
    scale, axis = _scale(definition), _axis(definition, lang)
    at = {name: alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("low", "band", "value")}
    layers = []
    for age in sorted({line.age for line in lines}):
        style = min(age, len(palette) - 1)
        colour, fill = palette[style], palette[style] if age == 0 else "white"
        base = _chart([_drawn(line) for line in lines if line.age == age]).encode(y=Y)
        point = base.mark_point(
            shape=SHAPES[style], size=65, stroke=colour, fill=fill, strokeWidth=2, opacity=1, invalid="filter"
        )
        layers += [
            base.mark_rule(color=colour, strokeWidth=2.5, strokeDash=DASHES[style]).encode(x=at["low"], x2="high:Q"),
            base.mark_rule(color=colour, strokeWidth=10).encode(x=at["band"], x2="band_end:Q"),
            base.mark_rule(color=fill, strokeWidth=6).encode(x=at["band"], x2="band_end:Q"),
            point.encode(x=at["value"]),
        ]
    return layers


def _scale(definition: Any) -> alt.Scale:
    """The whole scale of the answers, so that a small difference looks small; money has no such ends."""
    ends = definition["scale_range"] or ([0, 100] if definition["unit"] == "percent" else None)
    return alt.Scale(domain=ends, nice=False) if ends else alt.Scale(zero=False, nice=True)


def _axis(definition: Any, lang: Lang) -> alt.Axis:
    suffix = "%" if definition["unit"] == "percent" else ""
    return alt.Axis(
        title=slug("axis", definition["unit"], lang), labelExpr=f"datum.label + '{suffix}'", tickCount=5, grid=True,
        gridColor=PALE, domainColor=INK, tickColor=INK, labelColor=INK, titleColor=INK, labelFontSize=11,
        titleFontSize=11, titleFontWeight="normal", orient="bottom", labelFlush=False, labelOverlap=True,
    )  # fmt: skip


def _paper(lines: list[Line]) -> alt.Chart:
    """White behind the lines that have words where others have marks."""
    return _straight([(line.y, NUMBER_X - 6, PLOT + 1) for line in lines if not line.shown], "white", LINE)


def _rule(y: float) -> alt.Chart:
    """A line over the whole width, above the source. It makes all charts equally wide."""
    return _straight([(y, GROUP_X, END_X)], PALE, 1)


def _straight(ends: list[tuple[float, float, float]], color: str, width: float) -> alt.Chart:
    """Straight lines at places in pixels: y, left end, right end."""
    base = _chart([{"y": y, "left": left, "right": right} for y, left, right in ends])
    drawn: alt.Chart = base.mark_rule(color=color, strokeWidth=width).encode(
        y=Y, x=alt.X("left:Q", scale=None), x2="right:Q"
    )
    return drawn


def _chart(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of plain rows: there is nothing to infer from a frame."""
    return alt.Chart({"values": rows})


def _labels(lines: list[Line], by_category: bool) -> list[_Words]:
    """The name of each group on its first line, and of each population above its groups."""
    found = []
    for population, of_population in groupby(lines, key=lambda line: line.population):
        members = list(of_population)
        if by_category:
            found.append(_Words(GROUP_X, members[0].y - LINE, population, bold=True))
        for group, of_group in groupby(members, key=lambda line: line.group):
            found.append(_Words(GROUP_X, next(of_group).y, "\n".join(wrapped(group)), bold=not by_category))
    return found


def _numbers(lines: list[Line], decimals: int, lang: Lang) -> list[_Words]:
    """The wave before each line, and after it the number; words without a number stand in the plot itself."""
    waves = [_Words(WAVE_X, line.y, line.wave, align="right") for line in lines]
    return waves + [
        _Words(NUMBER_X + (PLOT if line.shown else 0), line.y, line.words(decimals, lang)) for line in lines
    ]


def _footer(release: Release, definition: Any, height: float, lang: Lang) -> list[_Words]:
    study = release.manifest["study"]["name"][lang]
    source = text("chart.source", lang, study=study, code=definition["code"], version=definition["version"])
    found = [_Words(GROUP_X, height + 58, source)]
    if release.synthetic:
        found.append(_Words(GROUP_X, height + 78, text("synthetic.chart", lang), bold=True, color=MARK))
    return found


def _written(words: list[_Words]) -> list[alt.Chart]:
    """Words at their places, one layer for each way of writing; places are pixels, also outside the plot."""
    layers = []
    for style in dict.fromkeys(_style(word) for word in words):
        places = [{"x": word.x, "y": word.y, "words": word.words} for word in words if _style(word) == style]
        look: dict[str, Any] = {"baseline": "middle", "fontSize": 12, "lineHeight": LABEL_LINE, "lineBreak": "\n"}
        mark = _chart(places).mark_text(**look, **dict(style))
        layers.append(mark.encode(x=alt.X("x:Q", scale=None), y=Y, text="words:N"))
    return layers


def _style(word: _Words) -> tuple[tuple[str, Any], ...]:
    return (("align", word.align), ("color", word.color), ("fontWeight", "bold" if word.bold else "normal"))


def _title(title: str, definition: Any, lang: Lang) -> alt.TitleParams:
    """The finding above; below it what is measured."""
    measured = f"{definition['name'][lang]}. {definition['plain'][lang]}"
    return alt.TitleParams(
        text=textwrap.wrap(title, TITLE_CHARS), subtitle=textwrap.wrap(measured, TEXT_CHARS), anchor="start",
        frame="bounds", fontSize=15, subtitleFontSize=12, color=TWO[0], subtitleColor=INK, offset=14,
        subtitlePadding=5,
    )  # fmt: skip


def _accessible(svg: str, name: str, described: str) -> str:
    """Give the drawing itself a title and a description, for readers that open it apart from its page."""
    start = svg.index(">", svg.index("<svg")) + 1
    words = f"<title>{escape(name)}</title><desc>{escape(described)}</desc>"
    return f'<svg role="img"{svg[svg.index("<svg") + 4 : start]}{words}{svg[start:]}'

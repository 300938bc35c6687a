"""The chart of the progress report: for every initiative the people now as a point and the forecast as a band."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import altair as alt
import vl_convert

from cwb_impact.report import programme
from cwb_impact.report.charts import FONT, INK, MARK, PALE, TWO, Figure
from cwb_impact.report.programme_views import as_of, bars
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.views import Bar
from cwb_impact.report.words import Lang, text

GAP, LINE, PLOT, NAME_X, WORDS_X = 10, 14, 300, -14, 16
BAND = "#6F93B5"
Y, WORDS_Y = (alt.Y(f"{name}:Q", scale=None, axis=None) for name in ("y", "words_y"))


def forecast_figure(release: Release, lang: Lang) -> Figure | None:
    """Draw the initiatives that have a number now or a forecast of jobs; None when there is none.

    Every initiative has a row of its own and its words stand at fixed places, so that no label covers another.
    """
    drawn = bars(release)
    rows = [row for row in rows_of(release.tables["initiatives"]) if row["id"] in drawn]
    if not rows:
        return None
    told = [_words(release, row, drawn[row["id"]], lang) for row in rows]
    places, height = _places(rows, told, drawn)
    title = text("progress.chart", lang, when=as_of(release, lang))
    chart = alt.layer(*_layers(places)).properties(
        width=PLOT, height=height, title=_title(title, text("progress.chart_note", lang))
    )
    chart = chart.configure(font=FONT, padding=6, background="white").configure_view(stroke=None)
    svg = vl_convert.vegalite_to_svg(chart.to_dict(validate=False))
    named = "; ".join(f"{row['name']}: {words}" for row, words in zip(rows, told, strict=True))
    alternative = f"{title}. {named}.".replace("\n", ", ")
    return Figure(_described(svg, title, alternative), alternative)


def _places(rows: list[Row], told: list[str], drawn: dict[str, Bar]) -> tuple[list[dict[str, Any]], int]:
    """Where each row stands, in pixels from the top, and the height of all: a row is as high as its words need."""
    places, top = [], 0
    for row, words in zip(rows, told, strict=True):
        lines, of = words.count("\n") + 1, drawn[row["id"]]
        height = GAP + LINE * max(lines, 2)
        middle = top + height / 2
        numbers = {"now": of.now, "low": of.low, "high": of.high}
        words_y = middle - LINE / 2 * (lines - 1)
        places.append({"y": middle, "words_y": words_y, "name": row["name"], "words": words, **numbers})
        top += height
    return places, top


def _words(release: Release, row: Row, bar: Bar, lang: Lang) -> str:
    """`now: about 20 people at work` and, under it, the forecast with its date and condition."""
    lines = [] if bar.now is None else [text("progress.chart_now", lang, number=programme.people_now(row, lang))]
    lines += [
        text("progress.chart_forecast", lang, number=programme.forecast(one, lang))
        for one in rows_of(release.tables["forecasts"])
        if one["initiative"] == row["id"] and one["kind"] == "jobs"
    ]
    return "\n".join(lines)


def _layers(places: list[dict[str, Any]]) -> list[alt.Chart]:
    base = alt.Chart({"values": places}).encode(y=Y)
    axis = alt.Axis(
        title=None, tickCount=6, grid=True, gridColor=PALE, domainColor=INK, tickColor=INK, labelColor=INK,
        labelFontSize=11, orient="bottom", format="d", labelFlush=False,
    )  # fmt: skip
    scale = alt.Scale(zero=True, nice=True)
    words: dict[str, Any] = {"baseline": "middle", "fontSize": 12, "lineHeight": LINE, "lineBreak": "\n", "color": INK}
    at = {name: alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("low", "high", "now")}
    name_at, words_at = (alt.X(datum=x, type="quantitative", scale=None) for x in (NAME_X, PLOT + WORDS_X))
    return [
        base.mark_rule(color=BAND, strokeWidth=12).encode(x=at["low"], x2="high:Q"),
        # a forecast of one number is a band without width: its edges show it
        *(base.mark_tick(color=TWO[0], thickness=3, size=16).encode(x=at[name]) for name in ("low", "high")),
        base.mark_point(shape="circle", size=70, fill=MARK, stroke="white", opacity=1, invalid="filter").encode(
            x=at["now"]
        ),
        base.mark_text(align="right", fontWeight="bold", **words).encode(x=name_at, text="name:N"),
        base.mark_text(align="left", **words).encode(x=words_at, y=WORDS_Y, text="words:N"),
    ]


def _title(title: str, note: str) -> alt.TitleParams:
    return alt.TitleParams(
        text=title, subtitle=note, anchor="start", frame="bounds", fontSize=15, subtitleFontSize=12, color=TWO[0],
        subtitleColor=INK, offset=12, subtitlePadding=5,
    )  # fmt: skip


def _described(svg: str, title: str, alternative: str) -> str:
    """Give the drawing itself a title and a description, for readers that open it apart from its page."""
    start = svg.index(">", svg.index("<svg")) + 1
    words = f"<title>{escape(title)}</title><desc>{escape(alternative)}</desc>"
    return f'<svg role="img"{svg[svg.index("<svg") + 4 : start]}{words}{svg[start:]}'

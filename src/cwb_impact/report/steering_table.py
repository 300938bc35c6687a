"""One table of the steering page as HTML, and the same as a CSV file to download. Needs no network and no script."""

from __future__ import annotations

import csv
import io
from html import escape
from urllib.parse import quote

from cwb_impact.report.register_views import SYNTHETIC, is_invented
from cwb_impact.report.release import Release
from cwb_impact.report.views import (
    Bar,
    Cell,
    Light,
    Line,
    Part,
    Source,
    View,
    all_sources,
    label,
    words_of,
)
from cwb_impact.report.words import Lang, text

SHAPES: dict[Light, str] = {
    "green": '<circle cx="8" cy="8" r="7"/>',
    "amber": '<path d="M8 1 15 15H1z"/>',
    "red": '<path d="M1 1h14v14H1z"/>',
    "grey": '<path d="M8 1 15 8 8 15 1 8z"/>',
}
"""Each light has a shape of its own, and stands before its word."""

BAR_WIDTH, BAR_HEIGHT, BAR_EDGE = 150, 20, 8
ANCHORS: dict[Lang, str] = {"nl": "regel", "en": "line"}
LINKS_SHOWN = 6
BOM = "\ufeff"


def html_table(view: View, release: Release, lang: Lang) -> str:
    """A caption, headings with a scope, a row heading in each row, and a link under every figure.

    The roles keep it a table for a screen reader where a small screen shows its rows as cards.
    """
    heads = [*view.head, text("steering.source", lang)]
    head = "".join(f'<th scope="col" role="columnheader">{escape(words)}</th>' for words in heads)
    rows = "\n".join(_row(line, heads, release, lang) for line in view.lines)
    note = f'<p class="note">{escape(view.note)}</p>' if view.note else ""
    if not view.lines:
        return f'<h3>{escape(view.caption)}</h3>{note}<p class="empty">{escape(view.empty)}</p>'
    count = f'<span class="count" data-for="t-{view.id}"></span>'
    return (
        f'{note}<div class="box" role="region" aria-labelledby="c-{view.id}" tabindex="0">'
        f'<table id="t-{view.id}" role="table"><caption id="c-{view.id}">{escape(view.caption)}</caption>\n'
        f"{_widths(view)}\n"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{rows}\n</tbody></table>'
        f'</div>\n<p class="below">{count} {_download(view, release, lang)}</p>'
    )


def _widths(view: View) -> str:
    widths = [*view.widths, view.source_width]
    return "<colgroup>" + "".join(f'<col width="{100 * width / sum(widths):.1f}%">' for width in widths) + "</colgroup>"


def anchor(source: Source, lang: Lang) -> str:
    """The place of a source at the end of the page."""
    return f"{ANCHORS[lang]}-{source.key}" if source.kind == "line" else f"register-{source.key}"


def link(source: Source, words: str, lang: Lang) -> str:
    return f'<a href="#{escape(anchor(source, lang))}">{escape(words)}</a>'


def _row(line: Line, heads: list[str], release: Release, lang: Lang) -> str:
    facets = "".join(f' data-{name}="{escape(key)}"' for name, key in line.facets.items() if key)
    first, *others = line.cells
    cells = [f'<th scope="row" role="rowheader">{_cell(first, lang)}</th>']
    cells += [_td(heads[place], _cell(cell, lang), _kind(cell)) for place, cell in enumerate(others, start=1)]
    cells.append(_td(heads[-1], _links(all_sources(line), release, lang), "source"))
    place = f' id="{escape(line.id)}"' if line.id else ""
    return f'<tr role="row"{place}{facets}>{"".join(cells)}</tr>'


def _links(sources: tuple[Source, ...], release: Release, lang: Lang) -> str:
    """A link to each source; a long row of lines opens on request, as numbers."""
    if len(sources) <= LINKS_SHOWN:
        return ", ".join(link(source, label(source, release, lang), lang) for source in sources)
    links = ", ".join(_short_link(source, label(source, release, lang), lang) for source in sources)
    summary = escape(text("steering.many_lines", lang, n=str(len(sources))))
    return f"<details><summary>{summary}</summary>{links}</details>"


def _short_link(source: Source, words: str, lang: Lang) -> str:
    """The number of a line; read aloud it is still `line 140`."""
    if source.kind != "line":
        return link(source, words, lang)
    return f'<a href="#{escape(anchor(source, lang))}" aria-label="{escape(words)}">{source.key}</a>'


def _td(head: str, content: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<td role="cell"{named} data-head="{escape(head)}"><div>{content}</div></td>'


def _kind(cell: Cell) -> str:
    return "figure" if any(part.sources for part in cell.parts) else ""


def _cell(cell: Cell, lang: Lang) -> str:
    parts = [_part(part, lang) for part in cell.parts]
    content = parts[0] if len(parts) == 1 else "".join(f"<span>{part}</span>" for part in parts)
    if cell.light is not None:
        content = f'{light_svg(cell.light)}<span class="word">{content}</span>'
    opened = text("steering.more", lang)
    more = f"<details><summary>{escape(opened)}</summary>{escape(cell.more)}</details>" if cell.more else ""
    return content + (bar(cell.bar) if cell.bar is not None else "") + more


def _part(part: Part, lang: Lang) -> str:
    """A figure is a link to its source; an invented one says so."""
    words = link(part.sources[0], part.words, lang) if part.sources else escape(part.words)
    mark = f' <strong class="synthetic">{escape(text("synthetic.word", lang))}</strong>' if part.synthetic else ""
    return words + mark


def light_svg(light: Light) -> str:
    """The shape of a light, for the eye only: the word beside it says the same."""
    drawn = SHAPES[light]
    return f'<svg class="light {light}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{drawn}</svg>'


def bar(of: Bar) -> str:
    """People now as a point, the forecast as a band, on one scale for the whole table. Its words stand beside it."""
    left, right = _x(of.low, of), max(_x(of.high, of), _x(of.low, of) + 3)
    drawn = [
        f'<path class="axis" d="M{BAR_EDGE} {BAR_HEIGHT - 3}H{BAR_WIDTH - BAR_EDGE}"/>',
        f'<rect class="band" x="{left:.1f}" y="4" width="{right - left:.1f}" height="10"/>',
    ]
    if of.now is not None:
        drawn.append(f'<circle class="now" cx="{_x(of.now, of):.1f}" cy="9" r="4.5"/>')
    size = f'viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}"'
    return f'<svg class="bar" {size} aria-hidden="true">{"".join(drawn)}</svg>'


def _x(number: float, of: Bar) -> float:
    return BAR_EDGE + number / of.end * (BAR_WIDTH - 2 * BAR_EDGE)


def _download(view: View, release: Release, lang: Lang) -> str:
    address = "data:text/csv;charset=utf-8," + quote(csv_of(view, release, lang))
    words = text("steering.download", lang, what=view.caption)
    return f'<a class="download" download="{view.id}.{lang}.csv" href="{address}">{escape(words)}</a>'


def csv_of(view: View, release: Release, lang: Lang) -> str:
    """The table for a spreadsheet: byte-order mark, semicolons in Dutch.

    Its last column says what is invented: also a row whose figures are hidden, when its list is.
    Words that a spreadsheet would run as a formula get an apostrophe before them.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if lang == "nl" else ",", lineterminator="\r\n")
    writer.writerow([*view.head, text("steering.source", lang), "data"])
    for line in view.lines:
        cells = [words_of(cell, lang) for cell in line.cells]
        sources = ", ".join(label(source, release, lang) for source in all_sources(line))
        invented = any(is_invented(release, source) for source in all_sources(line) if source.kind == "register")
        row = [*cells, sources, SYNTHETIC if invented or release.invented_report else "public"]
        writer.writerow([f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words for words in row])
    return BOM + written.getvalue()

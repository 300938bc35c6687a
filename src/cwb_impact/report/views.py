"""A table of facts before it is HTML, Markdown or CSV: every figure in it knows where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cwb_impact.report.markdown import table
from cwb_impact.report.release import Release
from cwb_impact.report.words import Lang, slug, text

Light = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True, order=True)
class Source:
    """A `line` of the programme report (key `140`), or a `register` at a wave (key `people-2025Q3`)."""

    kind: Literal["line", "register"]
    key: str


@dataclass(frozen=True)
class Part:
    """Words of a cell. A figure has sources; plain words have none. synthetic : the figure is invented."""

    words: str
    sources: tuple[Source, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True)
class Bar:
    """People now (a point) and forecast (a band) on one scale from 0 to `end`. now : None when not known."""

    now: float | None
    low: float
    high: float
    end: float


@dataclass(frozen=True)
class Cell:
    """Parts stand under one another. light : the shape and colour before the words, which say the same.

    more : what a page opens on request and a document tells in full.
    """

    parts: tuple[Part, ...]
    light: Light | None = None
    bar: Bar | None = None
    more: str = ""


@dataclass(frozen=True)
class Line:
    """One row. facets : by what a reader can filter it (`line`, `phase`, `status`): keys with a blank between.

    id : its place on the page, for a row to which something links.
    """

    cells: tuple[Cell, ...]
    sources: tuple[Source, ...]
    facets: Mapping[str, str] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True)
class View:
    """A table. id : also its file name. widths : relative, without the column of sources that every table ends with.

    note : what must be read with it. empty : what is said when there are no rows. source_width : of that last column.
    """

    id: str
    caption: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    lines: tuple[Line, ...]
    empty: str
    note: str = ""
    source_width: int = 14


def said(words: str) -> Cell:
    """A cell of plain words."""
    return Cell((Part(words),))


def figure(words: str, sources: Iterable[Source], synthetic: bool = False) -> Cell:
    """A cell with one figure, or with the words for why there is none."""
    return Cell((Part(words, tuple(sources), synthetic),))


def lines_of_report(lines: object) -> tuple[Source, ...]:
    """The sources of a cell such as `138 139`."""
    return tuple(Source("line", number) for number in str(lines).split())


def all_sources(line: Line) -> tuple[Source, ...]:
    """Where a row comes from: its own sources and those of its figures, each once."""
    of_cells = (source for cell in line.cells for part in cell.parts for source in part.sources)
    return tuple(dict.fromkeys([*line.sources, *of_cells]))


def label(source: Source, release: Release, lang: Lang) -> str:
    """`line 140`, `list of people (Q3 2025)`."""
    if source.kind == "line":
        return text("steering.line", lang, n=source.key)
    register, _, wave = source.key.rpartition("-")
    return text(
        "steering.list", lang, name=slug("steering.register", register, lang), wave=release.name("waves", wave, lang)
    )


def as_markdown(view: View, release: Release, lang: Lang) -> str:
    """The table for a document; without rows the words for that."""
    if not view.lines:
        return view.empty
    rows = [[*(words_of(cell, lang) for cell in line.cells), _sources(line, release, lang)] for line in view.lines]
    head = [*view.head, text("steering.source", lang)]
    written = table(head, rows, (*view.widths, view.source_width), view.caption, f"tbl-{view.id}")
    return f"{view.note}\n\n{written}" if view.note else written


def words_of(cell: Cell, lang: Lang) -> str:
    """The whole cell in words; an invented figure says so."""
    mark = text("synthetic.word", lang)
    told = "; ".join(f"{part.words} ({mark})" if part.synthetic else part.words for part in cell.parts)
    return f"{told} {cell.more}".strip()


def _sources(line: Line, release: Release, lang: Lang) -> str:
    """`lines 138, 139; list of people (Q3 2025)`."""
    sources = all_sources(line)
    numbers = sorted({int(source.key) for source in sources if source.kind == "line"})
    lists = [label(source, release, lang) for source in sources if source.kind == "register"]
    key = "steering.line" if len(numbers) == 1 else "steering.lines"
    return "; ".join([*([text(key, lang, n=runs(numbers))] if numbers else []), *lists])


def runs(numbers: Iterable[int]) -> str:
    """Numbers in order, with a dash for those that follow one another.

    Examples
    --------
    >>> runs([135, 137, 138, 139, 150])
    '135, 137–139, 150'
    """
    ends: list[list[int]] = []
    for number in numbers:
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)

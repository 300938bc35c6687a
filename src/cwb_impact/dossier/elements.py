"""HTML from nested calls: whatever is not an element already is escaped, so that no text can become markup."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


class Html(str):
    """Markup that is done: its texts are escaped."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str) -> Html:
    """`<tag>children</tag>`. An attribute's name may end in _ (`class_`)."""
    written = "".join(f' {name.rstrip("_")}="{html.escape(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{written}>{joined(children)}</{tag}>")


def joined(children: Iterable[str]) -> Html:
    return Html("".join(child if isinstance(child, Html) else html.escape(child) for child in children))


def table(caption: str, head: Sequence[str], rows: Iterable[Html], class_: str = "") -> Html:
    """A table in a box that scrolls sideways on a small screen and can be reached by keyboard."""
    header = element("tr", *(name if isinstance(name, Html) else element("th", name, scope="col") for name in head))
    parts = [element("caption", caption)] if caption else []
    parts += [element("thead", header), element("tbody", *rows)]
    return element("div", element("table", *parts, class_=class_), class_="table-scroll", tabindex="0")


def number_head(name: str) -> Html:
    """The head of a column of numbers."""
    return element("th", name, scope="col", class_="number")


def row(head: str, *cells: str, class_: str = "") -> Html:
    """A row that starts with its name."""
    first = element("th", head, scope="row")
    return element("tr", first, *(cell if _is_cell(cell) else element("td", cell) for cell in cells), class_=class_)


def _is_cell(cell: str) -> bool:
    return isinstance(cell, Html) and cell.startswith("<td")


def lines(texts: Iterable[str]) -> Html:
    """Texts under one another in one cell."""
    return joined(element("div", text) for text in texts)

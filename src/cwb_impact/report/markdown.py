"""Markdown that Quarto and pandoc read alike: pipe tables, figures, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BREAKS = re.compile(r"[ \t\r\n]+")  # a space that does not break stays what it is
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~^@])")


def plain(words: str) -> str:
    """Words from a release as they are: no character of theirs is markup, and they stay on one line.

    Examples
    --------
    >>> plain("a|b *c*")
    'a\\\\|b \\\\*c\\\\*'
    """
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", words).strip(" "))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], caption: str, label: str) -> str:
    """A pipe table. Cells are plain words. `widths` are relative; `label` starts with `tbl-`."""
    lines = [head, *rows]
    written = ["| " + " | ".join(plain(cell) for cell in line) + " |" for line in lines]
    rule = "|" + "|".join(":" + "-" * width for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:], "", f": {plain(caption)} {{#{label}}}"])


def figure(path: str, caption: str, alt: str, label: str) -> str:
    """A picture. `path` has no suffix: each format takes its own (`default-image-extension`)."""
    words = plain(alt).replace('"', "'")
    return f'![{plain(caption)}]({path}){{#{label} fig-alt="{words}" width="100%"}}'


def bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def callout(title: str, body: str) -> str:
    """The one kind of callout."""
    return f"::: {{.callout-note}}\n## {title}\n\n{body}\n:::"

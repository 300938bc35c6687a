"""Keeps the .qmd files in the subset that Quarto and the built-in renderer read alike.

Allowed: Markdown; front matter with `title` and `toc`; ```{python} cells with `tags`, `label` and `echo`;
`{python} expression` in the text; figures and tables with `#fig-` and `#tbl-` labels, and @fig- and @tbl- references
to them; `::: {.callout-note}`; headings with `{.new-page}`. Captions and alternative texts come from the language
files, since one source makes two languages; so cells have no options for them. Everything else is refused, or the
built-in renderer would grow into a second Quarto.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cwb_impact.errors import Problems

FRONT_MATTER = frozenset({"title", "toc"})
CELL_OPTIONS = frozenset({"tags", "label", "echo"})

_INLINE = re.compile(r"`\{python\} [^`]+`")
_FORBIDDEN = {
    r"\{\{<": "a shortcode",
    r"`\{\w+\}": "an inline value of another language than python",
    r"</?[A-Za-z!]": "raw HTML",
    r"\{=\w+\}": "a raw block or value",
    r"\$": "mathematics",
    r"@(?!fig-|tbl-)\w": "a citation or a reference to something else than a figure or table",
    r"\{(?!#fig-|#tbl-|\.callout-note\}|\.new-page\})": "another attribute than #fig-, #tbl-, .callout-note, .new-page",
}


def check(qmd: str, shown: str, problems: Problems) -> None:
    """Add an E510 for everything in a .qmd that is outside the subset.

    Parameters
    ----------
    qmd : the text of the file. shown : its name in messages.
    """
    for line, what in _outside(qmd.splitlines()):
        problems.add("E510", shown, line, "qmd", f"{what} is outside the subset", "See report/qmd_subset.py")


def _outside(lines: list[str]) -> Iterator[tuple[int, str]]:
    place = "text"
    for number, line in enumerate(lines, start=1):
        if number == 1 and line == "---":
            place = "front"
        elif place == "front":
            key = line.partition(":")[0]
            if line == "---":
                place = "text"
            elif key not in FRONT_MATTER:
                yield number, f"front matter {key}"
        elif line.startswith("```"):
            if place == "text" and line != "```{python}":
                yield number, f"a block {line}"
            place = "cell" if place == "text" else "text"
        elif place == "cell":
            option = re.match(r"#\|\s*([\w-]+)", line)
            if option and option[1] not in CELL_OPTIONS:
                yield number, f"cell option {option[1]}"
        else:
            rest = _INLINE.sub("", line)
            yield from ((number, what) for pattern, what in _FORBIDDEN.items() if re.search(pattern, rest))

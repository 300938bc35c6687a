"""The .qmd files stay in the subset that both renderers read alike, and a test that refuses nothing is no test."""

from __future__ import annotations

from pathlib import Path

import pytest

from cwb_impact.errors import Problems
from cwb_impact.report.qmd_subset import check
from cwb_impact.report.workspace import quarto_folder

QMDS = sorted(quarto_folder().glob("*.qmd"))


def outside(qmd: str) -> list[tuple[int, str]]:
    problems = Problems()
    check(qmd, "x.qmd", problems)
    assert {problem.code for problem in problems} <= {"E510"}
    return [(problem.line, problem.what) for problem in problems]


@pytest.mark.parametrize("qmd", QMDS, ids=lambda path: path.name)
def test_our_documents_are_inside_the_subset(qmd: Path) -> None:
    assert outside(qmd.read_text(encoding="utf-8")) == []


def test_there_are_documents_to_check() -> None:
    assert {path.name for path in QMDS} >= {"summary.qmd", "results.qmd"}


@pytest.mark.parametrize("qmd", QMDS, ids=lambda path: path.name)
def test_our_documents_compute_nothing(qmd: Path) -> None:
    """Cells import, open the release and place a block; no loop, condition, arithmetic or function."""
    forbidden = ("for ", "if ", "def ", "lambda", "+", "*", "import pandas", "import numpy", "[0]")
    cells = qmd.read_text(encoding="utf-8").split("```{python}\n")[1:]
    code = [cell.split("\n```")[0] for cell in cells]
    assert [line for cell in code for line in cell.splitlines() if any(word in line for word in forbidden)] == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{{< include other.qmd >}}", "shortcode"),
        ("::: {.panel-tabset}", "attribute"),
        ("::: {.callout-warning}", "attribute"),
        ("::: {.content-visible when-format=\"html\"}", "attribute"),
        ("<div>raw</div>", "raw HTML"),
        ("```{=html}", "block"),
        ("```{r}", "block"),
        ("```python", "block"),
        ("The value is `{r} x`.", "inline value"),
        ("Energy is $mc^2$.", "mathematics"),
        ("As shown in @smith2020.", "citation"),
        ("See @sec-method.", "citation"),
        ("[text]{.smallcaps}", "attribute"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_its_line(line: str, says: str) -> None:
    found = outside(f"---\ntitle: x\n---\n\n{line}\n")
    assert [number for number, _ in found][:1] == [5]
    assert any(says in what for _, what in found)


@pytest.mark.parametrize("option", ["fig-cap: x", "output: asis", "eval: false", "include: false"])
def test_cell_options_outside_the_subset_are_refused(option: str) -> None:
    assert outside(f"---\ntitle: x\n---\n\n```{{python}}\n#| {option}\nx\n```\n")[0][0] == 6


@pytest.mark.parametrize("key", ["format: html", "bibliography: x.bib", "params:"])
def test_front_matter_outside_the_subset_is_refused(key: str) -> None:
    assert outside(f"---\ntitle: x\n{key}\n---\n")[0][0] == 3


@pytest.mark.parametrize(
    "line",
    [
        "Plain *text* with **bold**, `code`, a [link](#here) and a list:",
        "See @fig-x and @tbl-y.",
        "::: {.callout-note}",
        "# A heading {.new-page}",
        "`{python} Markdown(text(\"a\", lang))`",
        "![Caption](figures/x){#fig-x fig-alt=\"Words\" width=\"100%\"}",
        ": Caption {#tbl-y}",
    ],
)  # fmt: skip
def test_what_the_subset_holds_is_allowed(line: str) -> None:
    assert outside(f"---\ntitle: x\ntoc: true\n---\n\n{line}\n") == []

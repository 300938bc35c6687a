"""Real Quarto is the reference: found where it is, given the same document, and told apart when it fails."""

from __future__ import annotations

import json
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.report import quarto
from cwb_impact.report.release import Release
from cwb_impact.report.render import render
from cwb_impact.report.workspace import Workspace, make_workspace, prepared, quarto_folder

STAND_IN = """#!{python}
import json, os, pathlib, sys
where = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
told = {{"arguments": sys.argv[1:], "python": os.environ["QUARTO_PYTHON"], "epoch": os.environ["SOURCE_DATE_EPOCH"],
        "qmd": pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"), "beside": sorted(os.listdir("."))}}
where.write_text(json.dumps(told), encoding="utf-8")
"""


def program(folder: Path, script: str) -> Path:
    """A stand-in for the quarto command."""
    path = folder / "quarto"
    path.write_text(script.format(python=sys.executable), encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def ready(release: Release, tmp_path: Path) -> Workspace:
    return make_workspace(release, "summary", "nl", tmp_path / "work")


def test_quarto_path_goes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "named").mkdir()
    (tmp_path / "found").mkdir()
    named, found = program(tmp_path / "named", "#!{python}\n"), program(tmp_path / "found", "#!{python}\n")
    monkeypatch.setenv("PATH", str(found.parent))
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    assert quarto.find_quarto() == found
    monkeypatch.setenv("QUARTO_PATH", str(named))
    assert quarto.find_quarto() == named
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path / "nowhere"))
    assert quarto.find_quarto() is None


def test_quarto_gets_the_same_document_with_its_parameters_filled_in(ready: Workspace, tmp_path: Path) -> None:
    made = quarto.render(ready, ["html", "pdf"], program(tmp_path, STAND_IN))
    assert [path.name for path in made] == ["summary.nl.html", "summary.nl.pdf"]
    html, pdf = (json.loads(path.read_text(encoding="utf-8")) for path in made)
    assert html["arguments"] == ["render", "summary.qmd", "--to", "html", "--output", "summary.nl.html"]
    assert pdf["arguments"][3] == "typst"
    assert html["python"] == sys.executable
    assert html["qmd"] == ready.qmd.read_text(encoding="utf-8")
    assert 'lang = "nl"' in html["qmd"]
    assert {"_quarto.yml", "page.html", "page.typ", "reference.docx", "style.css"} <= set(html["beside"])


def test_quarto_is_used_when_it_is_found(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PATH", str(program(tmp_path, STAND_IN)))
    told: list[str] = []
    made = render(folder, tmp_path / "out", ["en"], ["docx"], told.append)
    reports = ("summary", "results", "technical", "protection", "progress")
    assert [path.name for path in made] == [f"{report}.en.docx" for report in reports]
    assert sorted(told) == [f"writing {report}.en (Quarto)" for report in sorted(reports)]


def test_when_quarto_fails_its_last_line_is_told(ready: Workspace, tmp_path: Path) -> None:
    script = "#!{python}\nimport sys\nsys.exit('ERROR: no such format')\n"
    with pytest.raises(CwbError, match=r"summary\.nl\.html: E513 quarto: ERROR: no such format"):
        quarto.render(ready, ["html"], program(tmp_path, script))


def test_the_title_and_the_parameters_are_in_the_language(release: Release, ready: Workspace) -> None:
    qmd = ready.qmd.read_text(encoding="utf-8")
    assert 'title: "Monitor Community Wealth Building: samenvatting"' in qmd
    assert 'lang: "nl"' in qmd
    assert qmd.count("title: ") == 3  # title, subtitle, toc-title
    assert f"release_folder = {json.dumps(str(release.folder.resolve()))}" in qmd


def test_a_title_cannot_break_the_front_matter() -> None:
    qmd = "---\ntitle: x\n---\n\n```{python}\n#| tags: [parameters]\nlang = 'nl'\n```\n"
    made = prepared(qmd, {"title": 'a: "b" # c'}, "en", Path("/release"))
    assert made.splitlines()[1] == r'title: "a: \"b\" # c"'


def test_a_document_without_parameters_is_refused() -> None:
    with pytest.raises(CwbError, match="E511"):
        prepared("---\ntitle: x\n---\n", {}, "en", Path("release"))


def test_every_file_that_quarto_is_told_of_exists(ready: Workspace) -> None:
    settings = (quarto_folder() / "_quarto.yml").read_text(encoding="utf-8")
    named = re.findall(r"[\w-]+\.(?:css|html|typ|docx|lua)\b", settings)
    assert len(named) >= 6
    assert [name for name in named if not (ready.folder / name).is_file()] == []


@pytest.mark.slow
@pytest.mark.quarto
def test_real_quarto_makes_every_format(small: Callable[..., Path], tmp_path: Path) -> None:
    made = render(small(), tmp_path, ["nl"], ["html", "pdf", "docx"], lambda _: None)
    assert len(made) == 6
    assert all(path.stat().st_size > 5_000 for path in made)
    source = (tmp_path / "results.nl.html").read_text(encoding="utf-8")
    assert "SYNTHETISCH" in source
    assert not re.search(r"(?:src|href)=\"https?://", source)

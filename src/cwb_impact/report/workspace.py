"""The folder in which one report is made in one language: the .qmd with its parameters, and what the pages need.

Both renderers start from this same folder, so that neither knows anything the other does not.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from cwb_impact.errors import Problems, fail
from cwb_impact.report import qmd_subset
from cwb_impact.report.release import Release
from cwb_impact.report.word_template import write_word_template
from cwb_impact.report.words import Lang, capital, text

_PARAMETERS = re.compile(r"(```\{python\}\n#\| tags: \[parameters\]\n)(.*?)(\n```)", re.DOTALL)


@dataclass(frozen=True)
class Workspace:
    """folder : holds `<report>.qmd` ready to run, style.css, page.html, style.typ, page.typ and reference.docx."""

    folder: Path
    report: str
    lang: Lang

    @property
    def qmd(self) -> Path:
        return self.folder / f"{self.report}.qmd"

    def output(self, suffix: str) -> Path:
        return self.folder / f"{self.report}.{self.lang}.{suffix}"


def quarto_folder() -> Path:
    """Where the .qmd files are: inside the installed package, or at the root of the repository."""
    package = Path(__file__).parents[1] / "quarto"
    return package if package.is_dir() else Path(__file__).parents[3] / "quarto"


def make_workspace(release: Release, report: str, lang: Lang, folder: Path) -> Workspace:
    """Copy the Quarto project into `folder` and prepare one report in one language."""
    shutil.copytree(quarto_folder(), folder, dirs_exist_ok=True)
    source = folder / f"{report}.qmd"
    qmd = source.read_text(encoding="utf-8")
    problems = Problems()
    qmd_subset.check(qmd, f"quarto/{source.name}", problems)
    problems.raise_if_errors()
    source.write_text(prepared(qmd, front_matter(release, report, lang), lang, release.folder), encoding="utf-8")
    _write_pages(release, report, lang, folder)
    return Workspace(folder, report, lang)


def front_matter(release: Release, report: str, lang: Lang) -> dict[str, str]:
    study = release.manifest["study"]["name"][lang]
    label = capital(release.manifest["release"]["label"][lang])
    title = text(f"{report}.title", lang, study=study)
    return {"title": title, "subtitle": label, "lang": lang, "toc-title": text("contents", lang)}


def prepared(qmd: str, front: dict[str, str], lang: Lang, release: Path) -> str:
    """The .qmd with its title in the language, and its parameters filled in."""
    _, own, body = qmd.split("---\n", 2)
    kept = [line for line in own.splitlines() if line.partition(":")[0] not in front]
    # a JSON string is a YAML string, whatever characters it holds
    head = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    values = f"lang = {json.dumps(lang)}\nrelease_folder = {json.dumps(str(release.resolve()))}"
    filled, found = _PARAMETERS.subn(lambda match: f"{match[1]}{values}{match[3]}", body)
    if found != 1:
        raise fail("E511", "quarto", 0, "parameters", f"{found} cells are tagged parameters", "Keep exactly one")
    return "\n".join(["---", *head, *kept, "---", filled])


def _write_pages(release: Release, report: str, lang: Lang, folder: Path) -> None:
    """What every page carries, for each format: the word SYNTHETIC when the respondents are invented.

    The figures of the programme's own report are real, so the progress report says where the word holds.
    """
    words = "progress.running" if report == "progress" and not release.invented_report else "synthetic.running"
    running = text(words, lang) if release.synthetic or release.invented_report else ""
    html = f'<div class="running" role="note">{escape(running)}</div>\n' if running else ""
    (folder / "page.html").write_text(html, encoding="utf-8")
    (folder / "page.typ").write_text(f"#let running = {json.dumps(running, ensure_ascii=False)}\n", encoding="utf-8")
    write_word_template(folder / "reference.docx", running)

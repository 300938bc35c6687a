"""From a release folder to finished reports: picks the renderer, and puts files in place only when all are made."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cwb_impact.errors import fail
from cwb_impact.report import builtin, quarto
from cwb_impact.report.release import Release, open_release
from cwb_impact.report.steering_page import steering_page
from cwb_impact.report.words import LANGUAGES, Lang
from cwb_impact.report.workspace import make_workspace

AT_ONCE = 2  # documents at the same time; each has a kernel of its own
REPORTS = ("summary", "results", "technical", "protection")
OF_PROGRAMME = ("progress",)
"""Reports of what a programme promised and reported; a study without a programme has none."""
FORMATS = ("html", "pdf", "docx")

Progress = Callable[[str], None]


def render(
    release_folder: Path, out_dir: Path, langs: Iterable[str], formats: Iterable[str], progress: Progress
) -> list[Path]:
    """Write `<report>.<lang>.<format>` for every report, language and format; returns the files.

    A study with a programme also gets its progress report. With a programme or registers, and when html is asked, there
    is `steering.<lang>.html`, too.

    Real Quarto is used when it is found at QUARTO_PATH or on the PATH, else the built-in renderer.

    Parameters
    ----------
    release_folder : holds manifest.json and tables/, as in docs/release_files.md.
    langs : of `nl`, `en`. formats : of `html`, `pdf`, `docx`.

    Raises
    ------
    CwbError
        E501, E502 for the release; E510 to E513 for the documents; E514 for an unknown language or format.
    """
    release = open_release(release_folder)
    chosen = [lang for lang in LANGUAGES if lang in _known(langs, LANGUAGES, "language")]
    wanted = _known(formats, FORMATS, "format")
    reports = (*REPORTS, *OF_PROGRAMME) if release.manifest.get("programme") else REPORTS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [
                pool.submit(_render_one, release, report, lang, wanted, folder / f"{report}.{lang}", progress)
                for lang in chosen
                for report in reports
            ]
        made = [path for job in jobs for path in job.result()]
        if "html" in wanted and (reports != REPORTS or len(release.tables["sources"])):
            made += [_steering(release, lang, tuple(chosen), folder) for lang in chosen]
        out_dir.mkdir(parents=True, exist_ok=True)
        return [_put(path, out_dir) for path in made]


def _render_one(
    release: Release, report: str, lang: Lang, formats: list[str], folder: Path, progress: Progress
) -> list[Path]:
    program = quarto.find_quarto()
    progress(f"writing {report}.{lang} ({'Quarto' if program else 'built-in renderer'})")
    workspace = make_workspace(release, report, lang, folder)
    return quarto.render(workspace, formats, program) if program else builtin.render(workspace, formats)


def _steering(release: Release, lang: Lang, made: tuple[Lang, ...], folder: Path) -> Path:
    """The steering page: HTML only, since one filters it."""
    place = folder / f"steering.{lang}.html"
    place.write_text(steering_page(release, lang, made), encoding="utf-8")
    return place


def _known(asked: Iterable[str], known: Iterable[str], what: str) -> list[str]:
    names = list(asked)
    if strange := [name for name in names if name not in known]:
        fix = f"Known: {', '.join(known)}"
        raise fail("E514", "report", 0, what, f"{', '.join(strange)} is not known", fix)
    return names


def _put(path: Path, folder: Path) -> Path:
    """Copy beside its place, then move: a reader never meets half a file."""
    place = folder / path.name
    beside = folder / f".{path.name}.{os.getpid()}"
    shutil.copyfile(path, beside)
    beside.replace(place)
    return place

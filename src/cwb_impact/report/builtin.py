"""The small renderer: runs the cells of a .qmd, and lets pandoc and Typst make the documents.

It knows the subset of `qmd_subset` and nothing more. Quarto is the reference; this is for machines without it.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from copy import deepcopy
from pathlib import Path

import jupytext
import pypandoc
import typst
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from cwb_impact.errors import fail
from cwb_impact.report.words import text
from cwb_impact.report.workspace import Workspace

EPOCH = 946684800  # 1 January 2000: the same release gives the same bytes, whenever it is made
SECONDS_PER_CELL = 600

_INLINE = re.compile(r"`\{python\} ([^`]+)`")


def render(workspace: Workspace, formats: list[str]) -> list[Path]:
    """Run the cells once, then write each format into the workspace."""
    markdown = workspace.folder / f"{workspace.report}.md"
    markdown.write_text(run_cells(workspace.qmd), encoding="utf-8")
    writers = {"html": _html, "docx": _docx, "pdf": _pdf}
    for name in formats:
        writers[name](workspace, markdown)
    return [workspace.output(name) for name in formats]


def run_cells(qmd: Path) -> str:
    """The Markdown of a .qmd, with what its cells and inline values show in their places.

    Raises
    ------
    CwbError
        E512 when a cell fails, or shows something else than Markdown.
    """
    front, body = _front_and_body(qmd.read_text(encoding="utf-8"))
    notebook = jupytext.reads(body, fmt="Rmd")
    cells = list(notebook.cells)
    notebook.cells = [_runnable(cell) for cell in cells]
    with tempfile.TemporaryDirectory() as scratch:
        _execute(notebook, qmd, Path(scratch))
    shown = [_shown(run, qmd.name) for run in notebook.cells]
    parts = [
        _filled(cell.source, values) if cell.cell_type == "markdown" else "\n\n".join(values)
        for cell, values in zip(cells, shown, strict=True)
    ]
    return "\n\n".join([front, *parts]) + "\n"


def _front_and_body(qmd: str) -> tuple[str, str]:
    _, front, body = qmd.split("---\n", 2)
    return f"---\n{front}---", body


def _runnable(cell: NotebookNode) -> NotebookNode:
    """A text cell becomes a cell that shows its inline values in order."""
    if cell.cell_type == "code":
        return cell
    lines = ["from IPython.display import display", *(f"display({value})" for value in _INLINE.findall(cell.source))]
    runnable = deepcopy(cell)
    runnable["cell_type"], runnable["source"] = "code", "\n".join(lines)
    runnable["outputs"], runnable["execution_count"] = [], None
    return runnable


def _execute(notebook: NotebookNode, qmd: Path, scratch: Path) -> None:
    """Run in the Python that runs us, with our packages, and without touching the user's Jupyter folders."""
    # no kernel folders: then `python3` is this interpreter, whatever kernels the machine has
    kernels = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=kernels,
        connection_file=str(scratch / "kernel.json"),
        transport="ipc" if os.name == "posix" else "tcp",
    )
    client = NotebookClient(
        notebook, km=manager, timeout=SECONDS_PER_CELL, resources={"metadata": {"path": str(qmd.parent)}}
    )
    try:
        client.execute(env=kernel_environment(scratch), cleanup_kc=True)
    except CellExecutionError as error:
        what = f"failed: {error.ename}: {error.evalue}"
        raise fail("E512", qmd.name, 0, "cell", what, "Mend the release or the block it calls") from None


def kernel_environment(scratch: Path) -> dict[str, str]:
    """The environment of a kernel that finds this very package and keeps its own files in `scratch`."""
    package = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    folders = {name: str(scratch) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR")}
    return {**os.environ, **folders, "PYTHONPATH": paths, "SOURCE_DATE_EPOCH": str(EPOCH)}


def _shown(cell: NotebookNode, name: str) -> list[str]:
    """What a cell shows: Markdown only. Warnings on stderr are not part of a report."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if "text/markdown" not in output.get("data", {}):
            raise fail("E512", name, 0, "cell", "shows something else than Markdown", "End it with Markdown(...)")
        found.append(str(output.data["text/markdown"]))
    return found


def _filled(source: str, values: list[str]) -> str:
    """The text of a cell with its inline values, in order."""
    remaining = iter(values)
    return _INLINE.sub(lambda _: next(remaining), source)


def _html(workspace: Workspace, markdown: Path) -> None:
    own = ["--embed-resources", "--css=style.css", "--include-before-body=page.html", "--shift-heading-level-by=1"]
    # pandoc makes a table of contents of HTML by this option only, whatever the front matter says
    contents = ["--toc"] if "\ntoc: true\n" in markdown.read_text(encoding="utf-8") else []
    _pandoc(workspace, markdown, workspace.output("html"), *own, *contents, "--default-image-extension=svg")


def _docx(workspace: Workspace, markdown: Path) -> None:
    own = ["--reference-doc=reference.docx", "--default-image-extension=png", "--metadata=toc:false"]
    _pandoc(workspace, markdown, workspace.output("docx"), *own)


def _pdf(workspace: Workspace, markdown: Path) -> None:
    source = workspace.folder / f"{workspace.report}.typ"
    headers = ["--include-in-header=page.typ", "--include-in-header=style.typ"]
    _pandoc(workspace, markdown, source, "--template=builtin.typ", *headers, "--default-image-extension=svg")
    typst.compile(
        source,
        output=workspace.output("pdf"),
        root=workspace.folder,
        ignore_system_fonts=True,
        timestamp=EPOCH,
        pdf_standards=["ua-1"],
    )


def _pandoc(workspace: Workspace, markdown: Path, output: Path, *own: str) -> None:
    """Run pandoc in the workspace. Figures, tables, references and callouts are seen to by builtin.lua."""
    words = {f"{kind}-word": text(kind, workspace.lang) for kind in ("figure", "table")}
    command = [
        pypandoc.get_pandoc_path(),
        markdown.name,
        "--standalone",
        "--from=markdown-tex_math_dollars-raw_html-raw_tex-smart",
        f"--output={output.name}",
        "--lua-filter=new-page.lua",
        "--lua-filter=builtin.lua",
        *(f"--metadata={key}:{value}" for key, value in words.items()),
        *own,
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    done = subprocess.run(command, cwd=workspace.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise fail("E513", output.name, 0, "pandoc", last, "This is a fault of the report, not of the data")

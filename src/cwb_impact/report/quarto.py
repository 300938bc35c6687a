"""The reference renderer: real Quarto, when the machine has it. It gets the same workspace as the built-in one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cwb_impact.errors import fail
from cwb_impact.report.builtin import kernel_environment
from cwb_impact.report.workspace import Workspace

TARGETS = {"html": "html", "pdf": "typst", "docx": "docx"}


def find_quarto() -> Path | None:
    """The quarto program at QUARTO_PATH, else on the PATH; None when there is none."""
    named = os.environ.get("QUARTO_PATH")
    found = shutil.which(named) if named else shutil.which("quarto")
    return Path(found) if found else None


def render(workspace: Workspace, formats: list[str], program: Path) -> list[Path]:
    """Let Quarto write each format into the workspace.

    Raises
    ------
    CwbError
        E513 with Quarto's last line when it fails.
    """
    scratch = workspace.folder / ".scratch"
    scratch.mkdir(exist_ok=True)
    environment = {**kernel_environment(scratch), "QUARTO_PYTHON": sys.executable}
    return [_render_one(workspace, name, program, environment) for name in formats]


def _render_one(workspace: Workspace, name: str, program: Path, environment: dict[str, str]) -> Path:
    output = workspace.output(name)
    command = [str(program), "render", workspace.qmd.name, "--to", TARGETS[name], "--output", output.name]
    done = subprocess.run(command, cwd=workspace.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not output.is_file():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise fail("E513", output.name, 0, "quarto", last, "Unset QUARTO_PATH to use the built-in renderer")
    return output

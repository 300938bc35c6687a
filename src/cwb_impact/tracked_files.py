"""Does git track a file that holds people? Answers never enter git: what is there once, is there for good.

`python -m cwb_impact.tracked_files [FOLDER]` looks at every tracked file, by name and by first bytes, and exits with 1
when one is or may be microdata. CI runs it; docs/personal_data.md has it as a pre-commit hook.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from cwb_impact.errors import CwbError, Problem, fail
from cwb_impact.read.first_bytes import kind_by_bytes

MAY_STAY = (
    ("*.synthetic.*", "made by cwb-impact simulate or for a test: nobody was asked"),
    ("/surveys/*/margins/*.csv", "numbers of people in groups, from a public source"),
    ("/surveys/*/codelists/*.csv", "codes and their words"),
    ("/tests/oracle/*.csv", "figures that R computed"),
    ("/tests/labelled/data/fixed.*", "five invented rows, made by tests/labelled/sample.py"),
)
"""What looks like microdata and is none, with the reason. A pattern that begins with / is a whole path.

Beside these: extracts under tests/ whose own folder, or the nearest one above with a README or licence file, names the
licence."""

_DATA = re.compile(
    r"(?i)arrow|asc|csv|dat|db|dbf|dta|duckdb|feather|h5|jsonl|mdb|accdb|ndjson|np[yz]|ods|parquet|pickle|pkl|por"
    r"|rda|rdata|rds|sas7bdat|sav|sqlite3?|tab|tsv|txt|xls[bmx]?|xpt|zsav"
)
_FOLDERS = {"restricted": "exact figures and respondents", "_freeze": "outputs that Quarto kept"}
_NO_DATA = {"a PDF", "an HTML page", "an XML file"}
_MARKS = (
    (0, b"PAR1", "a Parquet file"),
    (0, b"ARROW1", "an Arrow or Feather file"),
    (0, b"FEA1", "a Feather file"),
    (0, b"SQLite format 3", "an SQLite database"),
    (8, b"DUCK", "a DuckDB database"),
    (0, b"\x89HDF", "an HDF5 file"),
    (12, b"\xc2\xea\x81\x60", "a SAS file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"BZh9", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive"),
)
_LICENCE_FILE = re.compile(r"(?i)(licen[cs]e|copying)(\..*)?")
_NAMES_A_LICENCE = re.compile(r"(?i)\blicen[cs]e\b|\b(A?GPL|MIT|EUPL|Apache|CC0|CC BY)\b")


def tracked(root: Path) -> list[str]:
    """The files that git tracks in a folder and below it, as paths from there.

    Raises
    ------
    CwbError
        E429 the folder is in no git tree, or there is no git.
    """
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        raise fail("E429", str(root), 0, "git", "cannot tell which files it tracks", "Run this in a git tree") from None
    return [name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name]


def microdata_in(root: Path, names: Collection[str]) -> list[Problem]:
    """E429 for each of these files that is or may be microdata. names : paths from `root`, with / between folders."""
    known, found = frozenset(names), []
    for name in sorted(known):
        kind = _kind(root / name, PurePosixPath(name))
        if kind is not None and not _may_stay(PurePosixPath(name)) and not _licensed(root, name, known):
            fix = f"git rm --cached {name}, and take it out of the history when it was ever committed"
            found.append(Problem(name, 0, "E429", "tracked file", f"{kind} may hold people", fix))
    return found


def _kind(path: Path, name: PurePosixPath) -> str | None:
    """Why a file may hold people; None when it does not look so."""
    for folder, holds in _FOLDERS.items():
        if folder in name.parts[:-1]:
            return f"{folder}/ ({holds})"
    if any(map(_DATA.fullmatch, name.name.split(".")[1:])):  # also .csv.gz
        return "a data file by its name"
    if not path.is_file():  # a submodule, a link to nowhere, a file that is deleted and not yet committed
        return None
    if name.suffix in (".ipynb", ".json"):
        return _kind_of_json(path, notebook=name.suffix == ".ipynb")
    return _kind_by_bytes(path)


def _kind_by_bytes(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.read(32)
    for start, mark, kind in _MARKS:
        if head[start:].startswith(mark):
            return kind
    kind_read = kind_by_bytes(path)
    if kind_read is None or kind_read in _NO_DATA or _is_word_document(path):
        return None
    return kind_read


def _is_word_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _kind_of_json(path: Path, notebook: bool) -> str | None:
    """Notebooks with outputs, and lists of records."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return "a notebook that cannot be read" if notebook else None
    if notebook:
        cells = content.get("cells", [{"outputs": "an old form"}]) if isinstance(content, dict) else []
        return "a notebook with outputs" if any(cell.get("outputs") for cell in cells) else None
    return "a list of records" if isinstance(content, list) and any(isinstance(row, dict) for row in content) else None


def _may_stay(name: PurePosixPath) -> bool:
    return any((PurePosixPath("/") / name).match(pattern) for pattern, _ in MAY_STAY)


def _licensed(root: Path, name: str, known: Iterable[str]) -> bool:
    """Is it an extract under tests/ beside or below which a licence is named?"""
    for folder in PurePosixPath(name).parents:
        if "tests" not in folder.parts[:1] or folder == PurePosixPath("tests"):
            return False
        beside = [other for other in known if PurePosixPath(other).parent == folder]
        if any(_LICENCE_FILE.fullmatch(PurePosixPath(other).name) for other in beside):
            return True
        readme = root / folder / "README.md"
        if (folder / "README.md").as_posix() in beside and readme.is_file():
            return _NAMES_A_LICENCE.search(readme.read_text(encoding="utf-8", errors="replace")) is not None
    return False


def main(arguments: list[str]) -> int:
    """The exit code: 1 when a tracked file may hold people."""
    root = Path(arguments[0]) if arguments else Path()
    try:
        problems = microdata_in(root, tracked(root))
    except CwbError as error:
        problems = list(error.problems)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

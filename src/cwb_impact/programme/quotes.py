"""Reads the report again and checks that every quoted phrase stands on its line.

Run it with `python -m cwb_impact.programme.quotes surveys/nieuw_west report.txt`; with `--uncovered` it also lists the
lines that hold a number or the name of a month, quarter or season and that no file quotes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from cwb_impact.errors import CwbError, Problems, fail
from cwb_impact.programme.checks import dotted
from cwb_impact.programme.contents import Programme
from cwb_impact.programme.load import load_programme
from cwb_impact.spec.reported import Evidence, parts

_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
_TIMES = re.compile(rf"\d|\b({'|'.join([*_MONTHS.split(), 'voorjaar', 'zomer', 'najaar', 'winter'])})\b", re.IGNORECASE)
"""A digit, or a Dutch name of a month or season: a line with one may hold a fact for monitoring."""


def check_quotes(programme: Programme, report: Path, problems: Problems) -> int:
    """Compare the programme files with the text of the report.

    Parameters
    ----------
    programme : as loaded.
    report : the report as plain UTF-8 text; a line ends at a line feed, as for `sed -n`.
    problems : gets E104 when hash or line count differ, E610 for each phrase that is not on its line.

    Returns
    -------
    The number of phrases looked up.

    Raises
    ------
    CwbError
        E102 when the report cannot be read as UTF-8 text.
    """
    content, lines = _read(report)
    _check_identity(programme, content, len(lines), problems)
    looked_up = 0
    for file in programme.files:
        for location, evidence in parts(Evidence, file):
            looked_up += 1
            here = lines[evidence.line - 1] if evidence.line <= len(lines) else ""
            if evidence.quote not in here:
                what = f"`{evidence.quote}` does not stand on line {evidence.line} of the report"
                fix = _elsewhere(evidence.quote, lines)
                problems.add("E610", file.doc.shown, file.doc.line(*location), dotted(location), what, fix)
    return looked_up


def uncovered(programme: Programme, report: Path) -> list[int]:
    """The lines with a number or a time of the year that no file quotes: an aid to see that nothing was forgotten.

    Not each of them holds a fact: the numbers of pages and headings are among them.
    """
    quoted = {evidence.line for file in programme.files for _, evidence in parts(Evidence, file)}
    _, lines = _read(report)
    return [number for number, line in enumerate(lines, 1) if number not in quoted and _TIMES.search(line)]


def _read(report: Path) -> tuple[bytes, list[str]]:
    try:
        content = report.read_bytes()
        return content, content.decode("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise fail("E102", str(report), 0, "report", f"cannot be read ({error})", "Give the report as text") from None


def _check_identity(programme: Programme, content: bytes, count: int, problems: Problems) -> None:
    doc = programme.source.doc
    fix = "Use the text that the programme files were made from"
    if hashlib.sha256(content).hexdigest() != programme.source.sha256:
        problems.add("E104", doc.shown, doc.line("sha256"), "sha256", "the report is another text", fix)
    if count != programme.source.lines:
        what = f"the report has {count} lines, not {programme.source.lines}"
        problems.add("E104", doc.shown, doc.line("lines"), "lines", what, fix)


def _elsewhere(quote: str, lines: Sequence[str]) -> str:
    found = [str(number) for number, line in enumerate(lines, 1) if quote in line]
    return f"It stands on line {' and '.join(found)}" if found else "Quote the report to the letter"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: prints what is wrong; 0 when every phrase stands on its line, else 1."""
    about = "Check that every phrase quoted in the programme files stands on its line of the report."
    parser = argparse.ArgumentParser(prog="python -m cwb_impact.programme.quotes", description=about)
    parser.add_argument("study", type=Path, help="the study folder; its programme/ is checked")
    parser.add_argument("report", type=Path, help="the programme report as plain text")
    parser.add_argument("--uncovered", action="store_true", help="also list lines with numbers that no file quotes")
    given = parser.parse_args(arguments)
    problems = Problems()
    try:
        programme = load_programme(given.study / "programme", problems, f"{given.study.name}/programme")
        looked_up = check_quotes(programme, given.report, problems) if programme is not None else 0
        problems.raise_if_errors()
        left = uncovered(programme, given.report) if programme is not None and given.uncovered else []
    except CwbError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{looked_up} phrases stand on their lines")
    if given.uncovered:
        print(f"Lines with a number or a time of the year that no file quotes: {', '.join(map(str, left)) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

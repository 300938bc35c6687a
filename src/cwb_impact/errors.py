"""One form for everything that can be wrong: code, file and line, what, how many respondents, how to mend it.

A stage never stops at the first fault. It adds to a `Problems` list, and whoever conducts the stages asks
`raise_if_errors()` before anything is written. No message ever carries a respondent's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SMALL_COUNT = 10
"""Below this number of respondents a message says `<10` and gives no percentage."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""A label may hold line ends and commands to a terminal; a problem is one line of text."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One fault in a file. `code` is E### (stops the run) or W### (is reported).

    The codes are listed in docs/problem_codes.md.
    """

    file: str
    line: int
    code: str
    subject: str
    what: str
    fix: str = ""
    n: int | None = None
    of: int | None = None

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        count = f": {respondents(self.n, self.of)}" if self.n is not None else ""
        fix = f". {self.fix}" if self.fix else ""
        return _CONTROL.sub(" ", f"{place}: {self.code} {self.subject}: {self.what}{count}{fix}")


def respondents(n: int, of: int | None) -> str:
    """`23 of 200 respondents (11.5%)`, or `<10 of 200 respondents` when the count is small."""
    total = f" of {of}" if of is not None else ""
    if n < SMALL_COUNT:
        return f"<{SMALL_COUNT}{total} respondents"
    share = f" ({100 * n / of:.1f}%)" if of else ""
    return f"{n}{total} respondents{share}"


class Problems:
    """The faults found so far, in the order of file and line."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._found: list[Problem] = list(found)

    def add(
        self,
        code: str,
        file: str,
        line: int,
        subject: str,
        what: str,
        fix: str = "",
        n: int | None = None,
        of: int | None = None,
    ) -> None:
        self._found.append(Problem(file, line, code, subject, what, fix, n, of))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        # a code list that several maps name is read for each of them
        return iter(sorted(set(self._found), key=lambda p: (p.file, p.line, p.code, p.subject, p.what, p.n or 0)))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self if not problem.is_error]

    def raise_if_errors(self) -> None:
        if self.errors:
            raise CwbError(self.errors)


class CwbError(Exception):
    """Everything that stopped a run, together. `problems` holds the single faults."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def fail(code: str, file: str, line: int, subject: str, what: str, fix: str = "") -> CwbError:
    """A CwbError with one problem, for faults after which nothing else can be looked at."""
    return CwbError([Problem(file, line, code, subject, what, fix)])

"""docs/bad_input.md lists exactly the rows, the tests and the codes that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

CODE = re.compile(r"\b[EW]\d{3}\b")


def table() -> dict[int, tuple[set[str], list[str]]]:
    """Row of the table to its codes and tests."""
    found = {}
    for line in Path("docs/bad_input.md").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| (\d+) \|", line):
            cells = line.split(" | ")
            found[int(match[1])] = (set(CODE.findall(cells[-2])), re.findall(r"`(test_row_\w+)`", cells[-1]))
    return found


def in_tests() -> dict[int, tuple[set[str], list[str]]]:
    """Row in the name of a test to the codes in its source, and the tests."""
    found: dict[int, tuple[set[str], list[str]]] = {}
    for path in sorted(Path("tests/bad").glob("test_rows_*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and (match := re.match(r"test_row_(\d\d)_", node.name)):
                codes, names = found.setdefault(int(match[1]), (set(), []))
                names.append(node.name)
                for part in (node, *node.decorator_list):
                    codes.update(CODE.findall(ast.get_source_segment(source, part) or ""))
    return found


def test_all_35_rows_are_there_in_order() -> None:
    assert list(table()) == list(range(1, 36))


def test_every_row_names_its_tests() -> None:
    written, there = table(), in_tests()
    assert {row: names for row, (_, names) in written.items()} == {row: names for row, (_, names) in there.items()}


def test_every_row_names_the_codes_of_its_tests() -> None:
    written, there = table(), in_tests()
    assert {row: codes for row, (codes, _) in written.items()} == {row: codes for row, (codes, _) in there.items()}


def test_every_test_of_a_row_stands_in_the_file_of_its_row() -> None:
    for path in sorted(Path("tests/bad").glob("test_rows_*.py")):
        first, last = (int(number) for number in re.findall(r"\d\d", path.stem))
        rows = {int(row) for row in re.findall(r"^def test_row_(\d\d)_", path.read_text(encoding="utf-8"), re.M)}
        assert rows == set(range(first, last + 1))


def test_what_is_not_built_yet_is_listed_under_the_table() -> None:
    _, _, after = Path("docs/bad_input.md").read_text(encoding="utf-8").partition("\n## Not yet\n")
    expected = [
        node.name
        for path in sorted(Path("tests/bad").glob("test_rows_*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and any("xfail" in ast.unparse(mark) for mark in node.decorator_list)
    ]
    assert re.findall(r"^- `(test_row_\w+)`", after, re.M) == expected

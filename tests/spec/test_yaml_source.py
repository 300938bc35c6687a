"""YAML that is refused, at its line, and quickly."""

import time
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.spec.yaml_source import Document, parse_document, read_document

REFUSED = {
    "a: no": (1, "E001"),
    "x: 1\na: 012": (2, "E001"),
    "12:30:00: a": (1, "E001"),
    "a: &x 1\nb: *x": (1, "E001"),
    "a: 1\nb: 2\na: 3": (3, "E002"),
    "a: !!python/object:os.system {}": (1, "E001"),
    "[" * 20_000: (1, "E001"),
    "a: [1, 2": (1, "E001"),
    "a:\n\t- 1": (2, "E001"),
    "? [a]\n: b": (1, "E001"),
}


def parsed(text: str) -> Document:
    return parse_document(text, Path("x.yml"), "x.yml")


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=[text[:12] for text in REFUSED])
def test_refused_with_line_and_code_within_a_second(text: str, expected: tuple[int, str]) -> None:
    start = time.perf_counter()
    with pytest.raises(CwbError) as refused:
        parsed(text)
    problem = refused.value.problems[0]
    assert (problem.line, problem.code) == expected
    # twenty thousand brackets take half a second here; without the limit on depth they never end
    assert time.perf_counter() - start < 5


def test_values_and_lines() -> None:
    document = parsed("a: 1\nb:\n  - x\n  - {c: 2.5, d: '1', e: 'no'}\nf: 0..10\ng:\n")
    assert document.data == {"a": 1, "b": ["x", {"c": 2.5, "d": "1", "e": "no"}], "f": "0..10", "g": None}
    assert document.line("b", 1, "c") == 4
    assert document.line("b", 1, "unknown") == 4
    assert document.line("unknown") == 1


def test_large_and_badly_encoded_files_are_refused(tmp_path: Path) -> None:
    for content in (b"a: " + b"x" * 3_000_000, b"a: \xff\xfe\xff"):
        path = tmp_path / "x.yml"
        path.write_bytes(content)
        with pytest.raises(CwbError):
            read_document(path)

"""Worked rows inside a wave map: a row in, values out, without any data."""

from pathlib import Path
from textwrap import dedent

import pytest

from cwb_impact.errors import Problems
from cwb_impact.examples import run_examples

STUDY = """\
id: examples
name: {nl: x, en: x}
area: {nl: x, en: x}
data: public
method_note: {nl: x, en: x}
languages: [en]
populations:
  residents: {label: {nl: x, en: x}, design: {kind: sample, unit: person}}
waves: [{id: '2025', label: {nl: x, en: x}, maps: {residents: waves/map.yml}}]
"""

DICTIONARY = """\
variables:
  work: {label: N, type: category, codes: {employee: N, student: N}}
  income:
    {label: N, type: category, unit: EUR/month, codes: {low: N, high: N}, bands: {low: [0, 1000], high: [1000, null]}}
  unions: {label: N, type: set, codes: {fnv: N, cnv: N, none: N}}
  born: {label: N, type: date}
  hours: {label: N, type: number, range: [0, 168]}
  years: {label: N, type: number, range: [0, 120], whole: true}
  score: {label: N, type: number, range: [0, 100]}
""".replace("N", "{nl: x, en: x}")

MAP = """\
map_version: 1
wave: {id: '2025', population: residents, fieldwork: 2025-01/2025-02}
source: {file: raw.FORMAT, format: FORMAT, sha256: HASH, rows: 1DECIMAL}
id: {columns: [nr], scope: wave}
missing: {sysmis: no_answer}
variables:
  work:
    {from: ch04, relation: broad, recode: {1: {to: employee, label: in loondienst}, 2: student}, missing: {9: refused}}
  income:
    from: q31
    relation: close
    unit: {from: EUR/week, to: EUR/month, factor: 52/12}
    bands: {1: [0, 150], 2: [150, 300], 3: [300, null]}
    straddle: not_mappable
  unions:
    any_of: {fnv: q1, cnv: q2, none: q9}
    relation: exact
    selected: 1
    unselected: [0, sysmis]
    nothing_ticked: no_answer
    asked_if: {column: member, in: [1], otherwise: not_asked}
  born: {from: dob, relation: exact, date: DATE}
  hours: {from: hours, relation: exact, keep: 0..80, outside: invalid}
  years: {first_of: [age1, age2], relation: exact, keep: 0..120}
  score: {sum_of: [s1, s2], relation: exact, keep: 0..50}
examples:
  - name: the row
    row: ROW
    gives: GIVES
"""


def run(
    folder: Path, row: str, gives: str, file_format: str = "sav", date: str = "spss", decimal: str = ""
) -> list[str]:
    (folder / "waves").mkdir(parents=True)
    (folder / "dictionary/variables").mkdir(parents=True)
    (folder / "study.yml").write_text(STUDY)
    (folder / "dictionary/variables/own.yml").write_text(DICTIONARY)
    text = MAP.replace("FORMAT", file_format).replace("HASH", "a" * 64).replace("DATE", date)
    text = text.replace("DECIMAL", f", decimal: '{decimal}'" if decimal else "")
    path = folder / "waves/map.yml"
    path.write_text(text.replace("ROW", row).replace("GIVES", gives))
    problems = Problems()
    assert run_examples(path, problems) == 1, [*map(str, problems)]
    return [str(problem) for problem in problems]


RIGHT = [
    ("{ch04: 1}", "{work: employee}"),
    ("{ch04: 9}", "{work: refused}"),
    ("{ch04: null}", "{work: no_answer}"),
    ("{dob: null}", "{work: no_answer, born: no_answer}"),
    ("{q31: 1}", "{income: low, income_lo: 0, income_hi: 650}"),
    ("{q31: 2}", "{income: not_mappable, income_lo: 650, income_hi: 1300}"),
    ("{q31: 3}", "{income: high, income_lo: 1300}"),
    ("{q1: 1, q2: 1, q9: 0, member: 1}", "{unions: fnv cnv}"),
    ("{q1: 0, q2: 0, q9: 0, member: 1}", "{unions: no_answer}"),
    ("{q1: 0, q2: 0, q9: 0, member: 2}", "{unions: not_asked}"),
    ("{member: 2}", "{unions: not_asked}"),
    ("{dob: 13630720000}", "{born: '2014-09-21'}"),
    ("{hours: 36.5}", "{hours: 36.5}"),
    ("{hours: 90}", "{hours: invalid}"),
    ("{age2: 40}", "{years: 40}"),
    ("{s1: 20, s2: 30}", "{score: 50}"),
    ("{s1: 20}", "{score: no_answer}"),
]
"""13,630,720,000 seconds after 14 October 1582 are 157,762 days and 23 hours: 21 September 2014."""


@pytest.mark.parametrize(("row", "gives"), RIGHT)
def test_a_row_that_gives_what_it_says_is_silent(tmp_path: Path, row: str, gives: str) -> None:
    assert run(tmp_path, row, gives) == []


@pytest.mark.parametrize(
    ("row", "gives", "said"),
    [
        ("{ch04: 1}", "{work: student}", "gives employee, the example says student"),
        ("{ch04: null}", "{work: refused}", "gives no_answer, the example says refused"),
        ("{q31: 2}", "{income: low}", "gives not_mappable, the example says low"),
        ("{q31: 2}", "{income_lo: 651}", "gives 650.0, the example says 651"),
        ("{q31: 3}", "{income_hi: 5000}", "gives None, the example says 5000"),
        ("{hours: 90}", "{hours: 90}", "gives invalid, the example says 90"),
        ("{age1: 40.5}", "{years: invalid}", "E180"),
        ("{ch04: 7}", "{work: invalid}", "E120"),
        ("{dob: 1e13}", "{born: invalid}", "beyond any calendar"),
    ],
)
def test_a_row_that_gives_something_else_is_told(tmp_path: Path, row: str, gives: str, said: str) -> None:
    told = run(tmp_path, row, gives)
    assert len(told) == 1 and "E155" in told[0] and said in told[0]


@pytest.mark.parametrize(
    ("row", "gives", "said"),
    [
        ("{ch4: 1}", "{work: no_answer}", "the map does not use ch4"),
        ("{ch04: 1}", "{wrk: employee}", "the map does not make it"),
        ("{ch04: 1}", "{work_lo: 3}", "the map does not make it"),
        ("{ch04: 1}", "{work_xx: 3}", "the map does not make it"),
    ],
)
def test_a_row_with_strange_names_is_told(tmp_path: Path, row: str, gives: str, said: str) -> None:
    told = run(tmp_path, row, gives)
    assert len(told) == 1 and "E156" in told[0] and said in told[0]


@pytest.mark.parametrize(
    ("row", "gives", "date", "decimal"),
    [
        ("{ch04: 1}", "{work: employee}", "iso", ""),
        ("{ch04: '1'}", "{work: employee}", "iso", ""),
        ("{hours: '36,5'}", "{hours: 36.5}", "iso", ","),
        ("{hours: '36.5'}", "{hours: invalid}", "iso", ","),
        ("{hours: 36.5}", "{hours: 36.5}", "iso", "."),
        ("{dob: '2014-09-10'}", "{born: '2014-09-10'}", "iso", ""),
        ("{dob: 10-9-2014}", "{born: '2014-09-10'}", "d-m-y", ""),
        ("{dob: ''}", "{born: no_answer}", "d-m-y", ""),
        ("{q1: 1, q2: '', q9: '', member: 1}", "{unions: fnv}", "iso", ""),
    ],
)
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_rows_of_text_files_are_texts(
    tmp_path: Path, file_format: str, row: str, gives: str, date: str, decimal: str
) -> None:
    assert run(tmp_path, row, gives, file_format, date, decimal) == []


def test_rows_of_stata_files_may_hold_extended_missing_values(tmp_path: Path) -> None:
    told = run(tmp_path, "{ch04: .d, dob: 0}", "{work: invalid, born: '1960-01-01'}", "dta", "stata_day")
    assert len(told) == 1 and "E120 code .d" in told[0]


def test_a_file_without_examples_to_run_is_told(tmp_path: Path) -> None:
    path = tmp_path / "variables.yml"
    path.write_text(dedent("variables: {}\n"))
    problems = Problems()
    assert run_examples(path, problems) == 0
    assert [problem.code for problem in problems] == ["E002"]


def test_the_examples_of_an_indicator_run_from_its_file() -> None:
    problems = Problems()
    assert run_examples(Path("data_dictionary/indicators/satisfied_with_life.yml"), problems) >= 2
    assert not problems.errors


def test_an_indicator_that_gives_something_else_is_told(tmp_path: Path) -> None:
    text = Path("data_dictionary/indicators/satisfied_with_life.yml").read_text()
    path = tmp_path / "satisfied_with_life.yml"
    path.write_text(text.replace("gives: ", "gives: 1", 1))
    problems = Problems()
    run_examples(path, problems)
    assert [problem.code for problem in problems] == ["E155"]


def test_an_indicator_with_a_word_that_is_not_in_the_dictionary_is_told(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "data_dictionary/indicators/satisfied_with_life.yml"
    path, problems = tmp_path / "satisfied_with_life.yml", Problems()
    path.write_text(shipped.read_text(encoding="utf-8").replace("life_satisfaction", "no_such_word"), encoding="utf-8")
    assert run_examples(path, problems) == 0 and {problem.code for problem in problems} == {"E131"}

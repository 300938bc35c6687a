"""Worked examples of definitions that name what is not there or cannot be: told with file and line, all in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from cwb_impact.study import check_examples

SOURCE = """\
source:
  {instrument: {nl: Eigen, en: Own}, reference: here, licence: CC BY 4.0, item_text_shipped: false, verified: false}
references: [{text: none}]
"""

VARIABLES = """\
variables:
  mark: {label: N, type: number, range: [0, 10], whole: true}
  pay: {label: N, type: number, range: [0, 9000]}
  year_of_birth: {label: N, type: number, range: [1900, 2020]}
  sex_now: {label: N, type: category, codes: {female: N, male: N}}
  tools: {label: N, type: set, codes: {hammer: N, saw: N}}
  income:
    {label: N, type: category, unit: EUR/month, codes: {low: N, high: N}, bands: {low: [0, 1000], high: [1000, null]}}
""".replace("N", "{nl: Een, en: One}")

PARAMETER = "name: {nl: Getal, en: Number}\nunit: percent a year\n"

INDICATOR = """\
id: own
code: X01
version: 1.0.0
theme: wellbeing
name: {nl: Eigen, en: Own}
plain: {nl: Een eigen maat., en: A measure of our own.}
populations: [residents]
universe: {any: [{sex_now: [female]}, {tools: [hammer]}, {income: [low]}, {income: [high]}, {sex_now: [male]}]}
universe_label: {nl: Iedereen, en: Everybody}
statistic: mean
of: twice
unit: points
direction: up_is_better
decimals: 1
reference_period: {nl: Nu, en: Now}
missing: exclude_and_count
"""

TWICE = """\
id: twice
version: 1.0.0
name: {nl: Twee keer, en: Twice}
type: number
function: times
inputs: {of: mark}
parameters: {factor: own_factor}
formula: {nl: Maal een getal, en: Times a number}
"""

IN_PRICES = """\
id: in_prices
version: 1.0.0
name: {nl: In prijzen, en: In prices}
type: number
function: in_prices_of
inputs: {amount: pay}
parameters: {cpi: own_cpi, base_year: own_base}
formula: {nl: Loon in prijzen, en: Pay in prices}
"""

SCORE = """\
id: own_score
version: 1.0.0
name: {nl: Score, en: Score}
items: [mark, other_mark]
item_range: [0, 10]
method: sum
table: own_table
range: [0, 100]
missing: all_items_required
"""

FILES = {
    "variables/own.yml": VARIABLES + "  other_mark: {label: {nl: Een, en: One}, type: number, range: [0, 10]}\n",
    "parameters/own_factor.yml": "id: own_factor\n"
    + PARAMETER
    + "values: [{valid_from: 2020-01-01, value: 2, reference: invented, verified: false}]\n",
    "parameters/own_base.yml": "id: own_base\n"
    + PARAMETER
    + "values: [{valid_from: 2020-01-01, value: 2025, reference: invented, verified: false}]\n",
    "parameters/own_cpi.yml": "id: own_cpi\n"
    + PARAMETER
    + "values: [{valid_from: 2025-01-01, valid_to: 2025-12-31, value: 10, reference: invented, verified: false}]\n",
    "parameters/own_table.yml": "id: own_table\n" + PARAMETER + "supplied_by_study: true\n",
    "derived/twice.yml": TWICE + SOURCE + "examples: [{name: one, row: {mark: 5}, gives: 10, steps: 5 x 2}]\n",
    "derived/in_prices.yml": IN_PRICES + SOURCE + "examples: [{name: one, row: {pay: 5}, gives: 5, steps: same}]\n",
    "scales/own_score.yml": SCORE + SOURCE,
}
"""A small dictionary of a study, without faults."""

WELL = "{name: well, ROW, gives: 10, n: 1, steps: 5 x 2}".replace("ROW", "rows: [{mark: 5, sex_now: male}]")
MADE_WELL = "{name: well, row: {mark: 5}, gives: 10, steps: 5 x 2}"


def told(folder: Path, file: str, text: str, files: dict[str, str] = FILES) -> tuple[int, list[str]]:
    """What is told about one file in a study with this dictionary, with the folder left out."""
    for name, content in {**files, file: text}.items():
        path = folder / "dictionary" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "study.yml").touch()
    count, problems = check_examples([folder / "dictionary" / file], folder)
    return count, [str(problem).removeprefix(f"{folder.as_posix()}/dictionary/") for problem in problems]


def of_indicator(folder: Path, *examples: str) -> tuple[int, list[str]]:
    listed = "".join(f"  - {example}\n" for example in examples)
    return told(folder, "indicators/own.yml", INDICATOR + SOURCE + "examples:\n" + listed)


def of_made(folder: Path, kind: str, text: str, *examples: str) -> tuple[int, list[str]]:
    listed = "".join(f"  - {example}\n" for example in examples)
    name = text.partition("\n")[0].removeprefix("id: ")
    return told(folder, f"{kind}/{name}.yml", text + SOURCE + "examples:\n" + listed)


def line_of(text: str, number: int) -> int:
    """The line of an example, counted from 1."""
    return len((text + SOURCE).splitlines()) + 1 + number


def test_the_examples_that_the_cases_break_are_well(tmp_path: Path) -> None:
    assert of_indicator(tmp_path, WELL) == (1, [])
    assert of_made(tmp_path, "derived", TWICE, MADE_WELL) == (1, [])


ROWS = [
    # row, subject and what is told
    ("{mark: 5, sex_now: male, markk: 9}", "markk: one: is no variable. Did you mean mark?"),
    ("{mark: 5, sex_now: male, pay: 9}", "pay: one: plays no part in the definition. Leave it out"),
    ("{mark: vijf, sex_now: male}", "mark: one: vijf is no number and no missing reason"),
    ("{mark: 11, sex_now: male}", "mark: one: is outside 0 to 10"),
    ("{mark: 1e999, sex_now: male}", "mark: one: is outside 0 to 10"),
    (f"{{mark: 1{'0' * 400}, sex_now: male}}", "mark: one: is outside 0 to 10"),
    ("{mark: 5.5, sex_now: male}", "mark: one: takes whole numbers"),
    ("{mark: 5, sex_now: maal}", "sex_now: one: maal is not a code of sex_now. Did you mean male"),
    ("{mark: 5, sex_now: 1}", "sex_now: one: 1 is not a code of sex_now"),
    ("{mark: 5, sex_now: male, tools: hammer axe}", "tools: one: axe is not a code of tools"),
    ("{mark: 5, income: middle}", "income: one: middle is no band of income"),
    ("{mark: 5, sex_now: male, w: zwaar}", "w: one: a weight is a number above 0"),
    ("{mark: 5, sex_now: male, w: 0}", "w: one: a weight is a number above 0"),
    ("{mark: 5, sex_now: male, w: -1}", "w: one: a weight is a number above 0"),
    (f"{{mark: 5, sex_now: male, w: 1{'0' * 400}}}", "w: one: a weight is a number above 0"),
]


@pytest.mark.parametrize(("row", "said"), ROWS, ids=[case[1][:40] for case in ROWS])
def test_a_row_that_cannot_be_is_told_with_its_line_and_the_next_example_runs(
    row: str, said: str, tmp_path: Path
) -> None:
    bad = f"{{name: one, rows: [{row}], gives: 10, n: 1, steps: x}}"
    count, messages = of_indicator(tmp_path, bad, WELL.replace("gives: 10", "gives: 11"))
    first, second = line_of(INDICATOR, 1), line_of(INDICATOR, 2)
    assert count == 2 and len(messages) == 2
    assert messages[0].startswith(f"indicators/own.yml:{first}: E156 {said}")
    assert messages[1].startswith(f"indicators/own.yml:{second}: E155 own: well: gives 10.0000, the example says 11.0")


def test_missing_reasons_and_several_codes_of_a_set_are_well(tmp_path: Path) -> None:
    rows = "[{mark: 5, tools: hammer saw}, {mark: refused, sex_now: male}, {mark: 5, sex_now: no_answer, w: 2.5}]"
    excluded = "{refused: 1, no_answer: 1}"
    example = f"{{name: one, rows: {rows}, gives: 10, n: 1, excluded: {excluded}, steps: 5 x 2}}"
    assert of_indicator(tmp_path, example) == (1, [])


def test_of_several_rows_it_is_told_which_one_and_all_faults_at_once(tmp_path: Path) -> None:
    rows = "[{mark: 5, sex_now: male}, {mark: 50, sex_now: man, w: veel}]"
    _, messages = of_indicator(tmp_path, f"{{name: one, rows: {rows}, gives: 10, n: 2, steps: x}}")
    assert [" ".join(message.split()[1:6]) for message in messages] == [
        "E156 mark: one: row 2:",
        "E156 sex_now: one: row 2:",
        "E156 w: one: row 2:",
    ]


def test_a_weight_is_no_word_of_a_derived_variable(tmp_path: Path) -> None:
    _, messages = of_made(tmp_path, "derived", TWICE, MADE_WELL.replace("{mark: 5}", "{mark: 5, w: 2}"))
    assert len(messages) == 1 and "E156 w: well: is no variable" in messages[0]


PARAMETERS = [
    # kind, definition, row, parameters, what is told
    ("derived", TWICE, "{mark: 5}", "{nowhere: 3}", "nowhere: one: is no parameter"),
    ("derived", TWICE, "{mark: 5}", "{own_base: 3}", "own_base: one: plays no part in the definition. Leave it out"),
    ("derived", TWICE, "{mark: 5}", "{own_factor: [a]}", "own_factor: one: takes a number"),
    ("derived", TWICE, "{mark: 5}", "{own_factor: 1e16}", "own_factor: one: holds a number beyond 1e+15"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: {2025: 1e999}}", "own_cpi: one: holds a number beyond 1e+15"),
    ("derived", TWICE, "{mark: 5}", "{own_factor: {a: 1}}", "own_factor: one: takes a number"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: 3}", "own_cpi: one: takes a number for each year"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: {last: 3}}", "own_cpi: one: last is no year"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: {99999: 3}}", "own_cpi: one: 99999 is no year"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: {2023: 3, 2025: 1}}", "own_cpi: one: leaves out 2024"),
    ("derived", IN_PRICES, "{pay: 5}", "{own_cpi: {2025: -100}}", "own_cpi: one: the change of 2025 is not above -100"),
    ("scales", SCORE, "{mark: 5, other_mark: 5}", "{own_table: 3}", "own_table: one: takes a table of numbers"),
    ("scales", SCORE, "{mark: 5, other_mark: 5}", "{own_table: {ten: 3}}", "own_table: one: ten is no raw score"),
]


@pytest.mark.parametrize(("kind", "text", "row", "given", "said"), PARAMETERS, ids=[case[4] for case in PARAMETERS])
def test_a_parameter_that_cannot_be_is_told(
    kind: str, text: str, row: str, given: str, said: str, tmp_path: Path
) -> None:
    example = f"{{name: one, parameters: {given}, row: {row}, gives: 10, steps: x}}"
    count, messages = of_made(tmp_path, kind, text, example)
    assert count == 1 and len(messages) == 1
    assert f"yml:{line_of(text, 1)}: E156 {said}" in messages[0]


def test_an_unknown_parameter_of_an_indicator_is_told(tmp_path: Path) -> None:
    _, messages = of_indicator(tmp_path, WELL.replace("n: 1", "n: 1, parameters: {own_factr: 3}"))
    assert len(messages) == 1 and "E156 own_factr: well: is no parameter. Did you mean own_factor?" in messages[0]


def test_a_series_is_known_by_what_is_asked_and_not_by_the_words_of_its_unit(tmp_path: Path) -> None:
    """The unit of own_cpi is `percent a year`: a series of years all the same."""
    example = (
        "{name: one, 'on': 2024-06-01, parameters: {own_cpi: {2024: 3, 2025: 10}}, row: {pay: 100}, gives: 110, S}"
    )
    assert of_made(tmp_path, "derived", IN_PRICES, example.replace("S", "steps: 100 x 1.1")) == (1, [])


def test_a_table_of_a_scale_is_looked_up(tmp_path: Path) -> None:
    example = "{name: one, parameters: {own_table: {'10': 33}}, row: {mark: 5, other_mark: 5}, gives: 33, steps: x}"
    assert of_made(tmp_path, "scales", SCORE, example) == (1, [])


def test_what_stops_one_example_is_told_at_its_line_and_the_others_run(tmp_path: Path) -> None:
    stopped = MADE_WELL.replace("row:", "'on': 2019-01-01, row:")
    count, messages = of_made(
        tmp_path, "derived", TWICE, stopped, MADE_WELL, MADE_WELL.replace("gives: 10", "gives: 9")
    )
    assert count == 3 and len(messages) == 2
    first, third = line_of(TWICE, 1), line_of(TWICE, 3)
    assert messages[0].startswith(f"derived/twice.yml:{first}: E310 own_factor: well: has no value on 2019-01-01 (")
    assert "own_factor.yml:4)" in messages[0]
    assert f"twice.yml:{third}: E155 twice: well: gives 10.0000" in messages[1]


def test_a_stopped_file_does_not_hide_the_results_of_other_files(tmp_path: Path) -> None:
    needs_table = "{name: one, row: {mark: 5, other_mark: 5}, gives: 33, steps: x}"
    scored = {**FILES, "scales/own_score.yml": FILES["scales/own_score.yml"] + f"examples: [{needs_table}]\n"}
    told(tmp_path, "derived/twice.yml", FILES["derived/twice.yml"].replace("gives: 10", "gives: 9"), scored)
    files = [tmp_path / "dictionary" / name for name in ("scales/own_score.yml", "derived/twice.yml")]
    count, problems = check_examples(files, tmp_path)
    assert count == 2 and sorted(problem.code for problem in problems) == ["E155", "E312"]
    assert any("E312 own_table: one: has no values in the shared dictionary" in str(problem) for problem in problems)


@pytest.mark.parametrize("inputs", ["{of: twice}", "{of: nowhere}"])
def test_a_derived_variable_in_a_circle_or_of_nothing_is_told_and_no_example_runs(inputs: str, tmp_path: Path) -> None:
    text = TWICE.replace("{of: mark}", inputs)
    count, messages = of_made(tmp_path, "derived", text, MADE_WELL)
    assert count == 0 and messages and all("derived/twice.yml:6: E131 " in message for message in messages)


def test_an_indicator_of_a_broken_derived_variable_is_not_run(tmp_path: Path) -> None:
    broken = {**FILES, "derived/twice.yml": FILES["derived/twice.yml"].replace("function: times", "function: tims")}
    text = INDICATOR + SOURCE + f"examples: [{WELL}]\n"
    count, messages = told(tmp_path, "indicators/own.yml", text, broken)
    assert count == 0 and any("derived/twice.yml:5: E131 tims: is no function" in message for message in messages)


def test_a_number_that_is_too_large_is_told(tmp_path: Path) -> None:
    _, messages = of_made(tmp_path, "derived", TWICE, MADE_WELL.replace("gives: 10", f"gives: 1{'0' * 400}"))
    assert len(messages) == 1 and "E156 twice: well: the number that it gives is too large" in messages[0]


MAP = """\
map_version: 1
wave: {id: '2025', population: residents, fieldwork: 2025-01/2025-02}
source: {file: raw.sav, format: sav, sha256: HASH, rows: 1}
id: {columns: [nr], scope: wave}
variables:
  mark: {from: q1, relation: exact, keep: 0..10, missing: {99: REASON}}
  sex_now: {from: q2, relation: exact, recode: {1: male, 2: CODE}}
examples:
  - {name: one, row: ROW, gives: GIVES}
  - {name: two, row: {q1: 5}, gives: {mark: 6}}
""".replace("HASH", "a" * 64)

MAPS = [
    # reason, code, row, gives, what is told
    ("refused", "female", f"{{q1: 1{'0' * 400}}}", "{mark: 5}", "E156 examples: one: q1: the number is too large"),
    ("refused", "female", "{q1: 5}", f"{{mark: 1{'0' * 400}}}", "E156 examples: one: mark: the number is too large"),
    ("refused", "female", "{q1: 5}", "{sex_nw: male}", "E156 sex_nw: one: the map does not make it"),
    ("weigerde", "female", "{q1: 99}", "{mark: 5}", "E110"),
    ("refused", "woman", "{q2: 2}", "{sex_now: woman}", "woman"),
]


@pytest.mark.parametrize(("reason", "code", "row", "gives", "said"), MAPS, ids=[case[4] for case in MAPS])
def test_a_bad_example_of_a_map_is_told_and_the_next_one_runs(
    reason: str, code: str, row: str, gives: str, said: str, tmp_path: Path
) -> None:
    text = MAP.replace("REASON", reason).replace("CODE", code).replace("ROW", row).replace("GIVES", gives)
    _, messages = told(tmp_path, "../waves/map.yml", text)
    assert any(said in message for message in messages), messages
    assert any("E155 mark: two: gives 5.0, the example says 6" in message for message in messages), messages

"""Bad definitions: an unknown variable, code, function or parameter, a missing item. File and line, always."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_study
from cwb_impact.study import check

WELL = """\
id: own
code: X01
version: 1.0.0
theme: wellbeing
name: {nl: Eigen, en: Own}
plain: {nl: Een eigen maat., en: A measure of our own.}
populations: [residents]
universe_label: {nl: Iedereen, en: Everybody}
statistic: mean
of: own_score
unit: points
direction: up_is_better
decimals: 1
reference_period: {nl: Nu, en: Now}
missing: exclude_and_count
source:
  {instrument: {nl: Eigen, en: Own}, reference: here, licence: CC BY 4.0, item_text_shipped: false, verified: false}
references: [{text: none}]
examples: [{name: one, rows: [{life_satisfaction: 5}], gives: 5, n: 1, steps: one}]
"""

SCALE = """\
id: own_score
version: 1.0.0
name: {nl: Score, en: Score}
items: [life_satisfaction, who5_1]
item_range: [0, 10]
method: sum
range: [0, 20]
missing: all_items_required
source:
  {instrument: {nl: Eigen, en: Own}, reference: here, licence: CC BY 4.0, item_text_shipped: false, verified: false}
references: [{text: none}]
"""

DERIVED = """\
id: own_score
version: 1.0.0
name: {nl: Score, en: Score}
type: number
function: times
inputs: {of: life_satisfaction}
parameters: {factor: own_factor}
formula: {nl: Maal een getal, en: Times a number}
source:
  {instrument: {nl: Eigen, en: Own}, reference: here, licence: CC BY 4.0, item_text_shipped: false, verified: false}
references: [{text: none}]
examples: [{name: one, row: {life_satisfaction: 5}, gives: 10, steps: 5 x 2}]
"""

FACTOR = """\
id: own_factor
name: {nl: Getal, en: Number}
unit: none
values: [{valid_from: 2020-01-01, value: 2, reference: invented, verified: false}]
"""

FILES = {"indicators/own.yml": WELL, "derived/own_score.yml": DERIVED, "parameters/own_factor.yml": FACTOR}

CASES = [
    # file, old text, new text, line, what is told
    (
        "indicators/own.yml",
        "of: own_score",
        "of: own_scor",
        10,
        "E131 own_scor: is not in the dictionary. Did you mean",
    ),
    (
        "indicators/own.yml",
        "direction:",
        "universe: {sex: [woman]}\ndirection:",
        12,
        "E131 sex: woman is not a code of sex",
    ),
    ("indicators/own.yml", "direction:", "universe: {sex: {from: 1}}\ndirection:", 12, "is no number: list its codes"),
    (
        "indicators/own.yml",
        "direction:",
        "universe: {home_pc4: {in_parameter: nowhere}}\ndirection:",
        12,
        "is no parameter",
    ),
    ("indicators/own.yml", "statistic: mean", "statistic: banded_median", 10, "E131 own_score: is no interval"),
    ("indicators/own.yml", "statistic: mean", "statistic: maximum", 9, "E002 statistic:"),
    (
        "indicators/own.yml",
        "direction:",
        "measurement: {instrument: a, answers: b, rule: c, denominator: d}\ndirection:",
        12,
        "is no instrument in data_dictionary/measurement/",
    ),
    ("derived/own_score.yml", "function: times", "function: tims", 5, "E131 tims: is no function. Did you mean times"),
    ("derived/own_score.yml", "{of: life_satisfaction}", "{of: life_satisfactie}", 6, "Did you mean life_satisfaction"),
    (
        "derived/own_score.yml",
        "{of: life_satisfaction}",
        "{amount: life_satisfaction}",
        6,
        "takes the inputs of, and has amount",
    ),
    ("derived/own_score.yml", "{of: life_satisfaction}", "{of: own_score}", 6, "E131 own_score: is made of itself"),
    ("derived/own_score.yml", "factor: own_factor", "factor: own_facto", 7, "E131 own_facto: is no parameter"),
    ("parameters/own_factor.yml", "2020-01-01", "2030-01-01", 4, "E310 own_factor: has no value on 2025-09-30"),
    ("parameters/own_factor.yml", "value: 2", "items: [a]", 4, "E311 own_factor: holds items, and value is asked"),
    (
        "parameters/own_factor.yml",
        "values: [{valid_from: 2020-01-01, value: 2, reference: invented, verified: false}]",
        "supplied_by_study: true",
        4,
        "E312 own_factor: has no values in the shared dictionary",
    ),
    (
        "derived/own_score.yml",
        "function: times\ninputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        "function: total_of\ninputs: {first: sex, second: general_health}",
        6,
        "E131 sex: is no number, and first of total_of is one",
    ),
    (
        "derived/own_score.yml",
        "function: times\ninputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        "function: amount_where\ninputs: {amount: life_satisfaction, holds: sex}",
        6,
        "E131 sex: has other codes than holds of amount_where takes",
    ),
    (
        "derived/own_score.yml",
        "type: number",
        "type: category\ncodes: {low: {nl: Laag, en: Low}, high: {nl: Hoog, en: High}}",
        4,
        "E131 times: gives a number, and the type is category",
    ),
    (
        "derived/own_score.yml",
        "type: number\nfunction: times\ninputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        "type: interval\nends_of: of\nfunction: times\n"
        "inputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        5,
        "E131 life_satisfaction: has no bands",
    ),
    (
        "derived/own_score.yml",
        "type: number\nfunction: times\ninputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        "type: category\ncodes: {low: {nl: Laag, en: Low}, not_low: {nl: Hoog, en: High}}\n"
        "function: low_pay\ninputs: {gross_hourly: life_satisfaction}\nparameters: {national_median: own_factor}",
        5,
        "E131 low_pay: gives other codes",
    ),
    ("indicators/own.yml", "direction:", "universe: {age: {from: 8, to: 6}}\ndirection:", 12, "runs from 8 down to 6"),
    ("indicators/own.yml", "direction:", "universe: {any: [{}, {sex: [male]}]}\ndirection:", 12, "E002"),
    ("indicators/own.yml", "code: X01", "code: E05", 2, "E131 E05: is the code of"),
    ("derived/own_score.yml", "id: own_score", "id: wave", 1, "E002"),
]


def study_with(folder: Path, files: dict[str, str]) -> Path:
    study = tiny_study.make(folder)
    for name, text in files.items():
        path = study / "dictionary" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    tiny_study.edit(study / "study.yml", "good_health]", "good_health, own]")
    return study


def test_the_definitions_that_the_cases_break_are_well(tmp_path: Path) -> None:
    assert [str(problem) for problem in check(study_with(tmp_path, FILES)) if problem.is_error] == []


@pytest.mark.parametrize(("file", "old", "new", "line", "told"), CASES, ids=[case[4][:40] for case in CASES])
def test_a_bad_definition_is_told_with_its_line(
    file: str, old: str, new: str, line: int, told: str, tmp_path: Path
) -> None:
    assert FILES[file].count(old) == 1
    study = study_with(tmp_path, {**FILES, file: FILES[file].replace(old, new)})
    messages = [str(problem) for problem in check(study) if problem.is_error]
    assert [message for message in messages if f"dictionary/{file}:{line}: " in message and told in message], messages


SCALES = [
    (
        "items: [life_satisfaction, who5_1]",
        "items: [life_satisfaction, who5_9]",
        4,
        "E131 who5_9: is not in the dictionary",
    ),
    ("item_range: [0, 10]", "item_range: [0, 10]", 5, "E131 who5_1: does not run over (0, 10)"),
    ("missing: all_items_required", "missing: some", 8, "E002"),
]


@pytest.mark.parametrize(("old", "new", "line", "told"), SCALES, ids=[case[3] for case in SCALES])
def test_a_bad_scale_is_told_with_its_line(old: str, new: str, line: int, told: str, tmp_path: Path) -> None:
    assert SCALE.count(old) == 1
    study = study_with(tmp_path, {"indicators/own.yml": WELL, "scales/own_score.yml": SCALE.replace(old, new)})
    messages = [str(problem) for problem in check(study) if problem.is_error]
    found = [message for message in messages if f"dictionary/scales/own_score.yml:{line}: " in message]
    assert [message for message in found if told in message], messages


def test_a_word_that_is_a_variable_and_a_scale_is_told(tmp_path: Path) -> None:
    study = study_with(tmp_path, {"indicators/own.yml": WELL, "scales/age.yml": SCALE.replace("own_score", "age")})
    messages = [str(problem) for problem in check(study)]
    assert [message for message in messages if "E131 age: is a scale, and a variable already" in message], messages


def test_a_study_names_its_own_parameter_in_the_place_of_a_shared_one(tmp_path: Path) -> None:
    neutral = FACTOR.replace("own_factor", "neutral").partition("values:")[0] + "supplied_by_study: true\n"
    own = {**FILES, "parameters/neutral.yml": neutral}
    own["derived/own_score.yml"] = DERIVED.replace("own_factor", "neutral")
    study = study_with(tmp_path, own)
    assert [problem.code for problem in check(study) if problem.is_error] == ["E312"]
    tiny_study.edit(study / "study.yml", "indicators:", "parameters: {neutral: own_factor}\nindicators:")
    assert [str(problem) for problem in check(study) if problem.is_error] == []
    tiny_study.edit(study / "study.yml", "{neutral: own_factor}", "{neutral: own_facto}")
    assert "E131" in [problem.code for problem in check(study)]


def test_the_unit_of_money_is_told_where_the_indicator_states_it(tmp_path: Path) -> None:
    """A mean of euros that calls itself points would escape every rule about money."""
    derived = DERIVED.replace("type: number", "unit: euros an hour\ntype: number")
    messages = [str(problem) for problem in check(study_with(tmp_path, {**FILES, "derived/own_score.yml": derived}))]
    assert [m for m in messages if "indicators/own.yml:" in m and "E131 points: is not the unit of own_score" in m]


def test_who_is_asked_is_checked_as_any_condition(tmp_path: Path) -> None:
    study = study_with(tmp_path, FILES)
    with (study / "dictionary/variables/tiny.yml").open("a") as file:
        file.write("  own_question:\n    label: {nl: Vraag, en: Question}\n    type: number\n    range: [0, 1]\n")
        file.write("    asked_if: {sex: [woman]}\n")
    messages = [str(problem) for problem in check(study)]
    told = "E131 sex: in asked_if of own_question: woman is not a code of sex"
    assert [m for m in messages if "dictionary/variables/tiny.yml:11: " in m and told in m], messages


def test_a_study_cannot_change_what_a_shared_word_of_a_measurement_or_a_missing_reason_means(tmp_path: Path) -> None:
    words = "denominator: {households: {nl: iedereen, en: everybody}}\n"
    reason = "reasons: {refused: {label: {nl: Nee, en: 'No!'}, spss: -92, stata: .r, fhir: asked-declined}}\n"
    study = study_with(tmp_path, {**FILES, "measurement/own.yml": words, "missing_reasons.yml": reason})
    subjects = {problem.subject for problem in check(study) if problem.code == "E131"}
    assert {"households", "refused"} <= subjects


def test_a_parameter_in_another_unit_cannot_take_the_place_of_a_shared_one(tmp_path: Path) -> None:
    study = study_with(tmp_path, FILES)
    tiny_study.edit(study / "study.yml", "indicators:", "parameters: {full_time_norm: own_factor}\nindicators:")
    messages = [str(problem) for problem in check(study)]
    assert [m for m in messages if "study.yml" in m and "E131 own_factor: has the unit none" in m], messages


def test_a_series_with_a_gap_or_with_parts_of_years_is_told(tmp_path: Path) -> None:
    real = DERIVED.replace(
        "function: times\ninputs: {of: life_satisfaction}\nparameters: {factor: own_factor}",
        "function: real_ratio\ninputs: {now: life_satisfaction, before: life_satisfaction, year_before: age}\n"
        "parameters: {cpi: own_factor}",
    )
    year = "{{valid_from: {0}-01-01, valid_to: {0}-12-31, value: 2, reference: invented, verified: false}}"
    head = FACTOR.partition("values:")[0]
    for values, told in (
        (f"[{year.format(2023)}, {year.format(2025)}]", "E310 own_factor: there is no yearly change for 2024"),
        (f"[{year.format(2024)}]", "E310 own_factor: has no value on 2025-09-30"),
        (f"[{year.format(2025).replace('01-01', '07-01')}]", "E311 own_factor: holds values that are not of a whole"),
    ):
        folder = tmp_path / told[-4:]
        folder.mkdir()
        files = {**FILES, "derived/own_score.yml": real, "parameters/own_factor.yml": f"{head}values: {values}\n"}
        study = study_with(folder, files)
        tiny_study.edit(
            study / "waves/residents.yml",
            "not_collected:",
            "  age: {from: nr, relation: close, keep: 0..120}\nnot_collected:",
        )
        messages = [str(problem) for problem in check(study)]
        assert [m for m in messages if told in m], messages

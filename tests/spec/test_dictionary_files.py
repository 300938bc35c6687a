"""The shipped data dictionary: every file parses, every word that it uses exists, and it keeps its own promises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from cwb_impact.errors import Problems
from cwb_impact.examples import made_fault
from cwb_impact.spec import conditions
from cwb_impact.spec.bundle import load_dictionary
from cwb_impact.spec.conditions import Between, InParameter
from cwb_impact.spec.definitions import check_indicator
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.dictionary import Dictionary, MissingReasons
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.measurement import Benchmark, Measured
from cwb_impact.spec.model import FileSpec, Text, parse
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.policy import Policy
from cwb_impact.spec.register import Register
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.variable import Variable, VariableFile
from cwb_impact.spec.yaml_source import read_document

FOLDER = Path(__file__).parents[2] / "data_dictionary"
FILES = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*.yml"))
INDICATORS = [path.stem for path in FILES if path.parent == Path("indicators")]
MADE = [path.stem for path in FILES if path.parent in (Path("scales"), Path("derived"))]
MODELS: dict[str, type[FileSpec]] = {
    "variables": VariableFile,
    "scales": Scale,
    "indicators": Indicator,
    "derived": Derived,
    "parameters": Parameter,
    "benchmarks": Benchmark,
    "measurement": Measured,
    "registers": Register,
    "missing_reasons.yml": MissingReasons,
    "policy.yml": Policy,
}

every_file = pytest.mark.parametrize("path", FILES, ids=str)
every_made = pytest.mark.parametrize("name", MADE)
every_indicator = pytest.mark.parametrize("name", INDICATORS)


def read(path: Path) -> FileSpec:
    problems = Problems()
    spec = parse(MODELS[path.parts[0]], read_document(FOLDER / path, str(path)), problems)
    assert [str(problem) for problem in problems] == []
    assert spec is not None
    return spec


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    problems = Problems()
    loaded = load_dictionary(problems)
    assert [str(problem) for problem in problems] == []
    return loaded


def texts_in(spec: object) -> Iterator[Text]:
    """Every text in two languages, at any depth."""
    if isinstance(spec, Text):
        yield spec
    elif isinstance(spec, BaseModel):
        yield from texts_in(dict(spec))
    elif isinstance(spec, dict):
        yield from texts_in(list(spec.values()))
    elif isinstance(spec, list):
        for part in spec:
            yield from texts_in(part)


def variables_behind(indicator: Indicator, dictionary: Dictionary) -> dict[str, Variable]:
    return {name: dictionary.variables[name] for name in dictionary.variables_needed(indicator)}


@every_file
def test_a_file_parses_without_problems(path: Path) -> None:
    read(path)


@every_file
def test_a_file_is_named_after_its_id(path: Path) -> None:
    spec = read(path)
    if isinstance(spec, Scale | Derived | Indicator | Parameter | Benchmark):
        assert spec.id == path.stem


@every_file
def test_dutch_and_english_are_not_copies_of_each_other(path: Path) -> None:
    copies = [text.en for text in texts_in(read(path)) if len(text.en.split()) > 3 and text.nl == text.en]
    assert copies == []


def test_every_part_of_the_dictionary_is_there(dictionary: Dictionary) -> None:
    """So that a renamed folder cannot make the tests in this file pass on nothing."""
    assert sorted(dictionary.indicators) == INDICATORS != []
    assert {path.parts[0] for path in FILES} == set(MODELS)


# --- words


def test_no_variable_is_defined_in_two_themes() -> None:
    files = [read(path) for path in FILES if path.parts[0] == "variables"]
    times = Counter(name for file in files if isinstance(file, VariableFile) for name in file.variables)
    assert [name for name, count in times.items() if count > 1] == []


def test_a_word_is_a_variable_or_a_scale_never_both(dictionary: Dictionary) -> None:
    assert not set(dictionary.variables) & set(dictionary.scales)


@every_indicator
def test_a_definition_uses_words_and_codes_that_exist(name: str, dictionary: Dictionary) -> None:
    indicator = dictionary.indicators[name]
    assert set(indicator.names_used) <= {*dictionary.variables, *dictionary.scales, *dictionary.derived}
    for condition in indicator.conditions:
        for word, test in conditions.tests_of(condition):
            if isinstance(test, InParameter):
                assert test.in_parameter in dictionary.parameters
                assert dictionary.variables[word].type == "text"
            elif isinstance(test, Between):
                known = dictionary.scales.get(word) or dictionary.derived.get(word) or dictionary.variables[word]
                limits = [limit for limit in (test.from_, test.to) if limit is not None]
                assert limits
                if known.range is not None:
                    assert all(known.range[0] <= limit <= known.range[1] for limit in limits)
            else:
                coded = dictionary.derived.get(word) or dictionary.variables[word]
                assert {str(code) for code in test} < set(coded.codes or {})


def test_a_scale_has_items_that_exist_and_reaches_its_range(dictionary: Dictionary) -> None:
    for scale in dictionary.scales.values():
        items = [dictionary.variables[item] for item in scale.items]
        assert set(scale.reversed) <= set(scale.items)
        if scale.points is not None:
            assert scale.range == (0, len(items))
        elif scale.item_range is not None:
            assert {item.range for item in items} == {scale.item_range}
            terms = len(items) if scale.method == "sum" else 1
            ends = tuple(end * terms * scale.multiply for end in scale.item_range)
            assert scale.table is not None or (scale.rescale or (*ends, *scale.range)) == (*ends, *scale.range)
            assert scale.table is not None or scale.rescale is not None or ends == scale.range


@every_made
def test_a_scale_or_derived_variable_has_two_worked_examples_and_says_what_it_rests_on(
    name: str, dictionary: Dictionary
) -> None:
    made: Scale | Derived = dictionary.scales.get(name) or dictionary.derived[name]
    assert len(made.examples) >= 2
    assert made.facts
    for example in made.examples:
        assert set(example.row) <= set(dictionary.variables_behind(name))
        assert (fault := made_fault(name, example, dictionary)) is None, f"{example.name}: {fault}"


@every_indicator
def test_an_indicator_says_what_it_measures_and_what_it_rests_on(name: str, dictionary: Dictionary) -> None:
    indicator = dictionary.indicators[name]
    assert indicator.measurement is not None
    assert indicator.facts


def test_missing_reasons_form_one_block_with_codes_of_their_own(dictionary: Dictionary) -> None:
    """SPSS holds one range of missing codes a variable, so the codes must follow one another."""
    reasons = dictionary.missing_reasons
    assert sorted(reason.spss for reason in reasons.values()) == list(range(-99, -90))
    assert len({reason.stata for reason in reasons.values()}) == len(reasons)
    assert len({reason.fhir for reason in reasons.values()}) == len(reasons)
    assert all(re.fullmatch(r"\.[a-z]", reason.stata) for reason in reasons.values())
    by_us = {name for name, reason in reasons.items() if reason.set_by_harmoniser}
    assert by_us == {"not_collected", "suppressed"}


def test_no_code_can_be_taken_for_a_missing_reason(dictionary: Dictionary) -> None:
    words = {*dictionary.missing_reasons, "valid"}
    assert [name for name, variable in dictionary.variables.items() if words & set(variable.codes or {})] == []


# --- indicators among one another


def test_every_indicator_has_its_own_code(dictionary: Dictionary) -> None:
    codes = [indicator.code for indicator in dictionary.indicators.values()]
    assert len(set(codes)) == len(codes)


def test_the_catalogue_is_whole(dictionary: Dictionary) -> None:
    """52 indicators of the methodology and 8 about entrepreneurs; a letter marks several figures of one of them."""
    sizes = {"E": 10, "J": 7, "I": 11, "W": 8, "C": 8, "P": 8, "N": 8}
    wanted = {f"{letter}{number:02d}" for letter, size in sizes.items() for number in range(1, size + 1)}
    assert len(wanted) == 52 + 8
    assert {indicator.code[:3] for indicator in dictionary.indicators.values()} == wanted


@every_indicator
def test_a_part_belongs_to_an_indicator_about_the_same_people(name: str, dictionary: Dictionary) -> None:
    part = dictionary.indicators[name]
    for other in filter(None, [part.parts_of, *part.comparable_with]):
        assert other != name
        assert other in dictionary.indicators
    if part.parts_of is not None:
        whole = dictionary.indicators[part.parts_of]
        assert whole.universe == part.universe
        assert set(part.populations) <= set(whole.populations)
        assert part.code.startswith(whole.code)


@every_indicator
def test_sensitive_variables_make_a_sensitive_indicator(name: str, dictionary: Dictionary) -> None:
    indicator = dictionary.indicators[name]
    assert indicator.sensitive == any(v.sensitive for v in variables_behind(indicator, dictionary).values())


@every_made
def test_sensitive_items_make_a_sensitive_scale(name: str, dictionary: Dictionary) -> None:
    made: Scale | Derived = dictionary.scales.get(name) or dictionary.derived[name]
    assert made.sensitive == any(dictionary.variables[item].sensitive for item in dictionary.variables_behind(name))


AXES = {
    "percent": (0, 100),
    "points_0_10": (0, 10),
    "points_0_100": (0, 100),
    "points_1_3": (1, 3),
    "points_1_5": (1, 5),
    "points_3_9": (3, 9),
}
DECIMALS = {"percent": 0, "people": 0, "count": 0, "euro": 0, "fte": 0, "euro_per_hour": 2, "ratio": 2}


@every_indicator
def test_the_axis_and_the_decimals_fit_the_unit(name: str, dictionary: Dictionary) -> None:
    indicator = dictionary.indicators[name]
    if indicator.unit in AXES:
        assert indicator.scale_range == AXES[indicator.unit]
    assert indicator.decimals == DECIMALS.get(indicator.unit, 1)


# --- what we may say


@every_indicator
def test_an_indicator_claims_no_more_than_its_variables(name: str, dictionary: Dictionary) -> None:
    """It is verified, and its texts travel, only when that holds for all that it measures with."""
    indicator = dictionary.indicators[name]
    sources = [variable.source for variable in variables_behind(indicator, dictionary).values()]
    assert None not in sources
    if indicator.source.verified:
        assert all(source.verified for source in sources if source)
        assert all(fact.verified for fact in indicator.facts)
        used = dictionary.parameters_needed(indicator)
        assert all(value.verified for parameter in used for value in dictionary.parameters[parameter].values)
    assert indicator.source.item_text_shipped == all(source.item_text_shipped for source in sources if source)


def test_only_questions_under_the_licence_of_this_folder_are_shipped(dictionary: Dictionary) -> None:
    shipped = {n: v for n, v in dictionary.variables.items() if v.source and v.source.item_text_shipped}
    assert {n for n, v in dictionary.variables.items() if v.question} == set(shipped) != set()
    wrong = [n for n, v in shipped.items() if not (v.source and re.match(r"CC BY 4\.0\b", v.source.licence))]
    assert wrong == []


def test_the_policy_calls_its_rules_our_own() -> None:
    policy = read(Path("policy.yml"))
    assert isinstance(policy, Policy)
    for text in (policy.text.nl, policy.text.en):
        assert "CBS" not in text
        assert str(policy.minimum_respondents) in text
        assert 4 <= len(re.findall(r"\.(?:\s|$)", text)) <= 6
    for text in (policy.registers.text.nl, policy.registers.text.en):
        assert 2 <= len(re.findall(r"\.(?:\s|$)", text)) <= 5


# --- worked examples (that they come out is tested where they are computed)


@every_indicator
def test_there_are_two_examples_one_with_unequal_weights_and_an_exclusion(name: str, dictionary: Dictionary) -> None:
    examples = dictionary.indicators[name].examples
    assert len(examples) >= 2
    people = {"residents", "coop_workers", "entrepreneurs"} & set(dictionary.indicators[name].populations)
    # a register holds everybody once: its rows have no weights
    assert any(e.excluded and (len({row.get("w", 1) for row in e.rows}) > 1 or not people) for e in examples)


@every_indicator
def test_an_example_row_holds_values_codes_or_missing_reasons(name: str, dictionary: Dictionary) -> None:
    indicator = dictionary.indicators[name]
    variables = variables_behind(indicator, dictionary)
    for example in indicator.examples:
        for row in example.rows:
            assert set(row) - {"w"} <= set(variables)
            for word, cell in row.items():
                if word == "w" or cell in dictionary.missing_reasons:
                    continue
                variable = variables[word]
                if variable.range is not None:
                    assert isinstance(cell, int | float)
                    assert variable.range[0] <= cell <= variable.range[1]
                else:
                    assert isinstance(cell, str)
                    codes = cell.split() if variable.type == "set" else [cell]
                    assert variable.codes is None or set(codes) <= set(variable.codes)


@every_indicator
def test_an_example_accounts_for_every_row(name: str, dictionary: Dictionary) -> None:
    """With no universe every row is counted or excluded; with one, some may be outside."""
    indicator = dictionary.indicators[name]
    for example in indicator.examples:
        assert set(example.excluded) <= set(dictionary.missing_reasons)
        accounted = example.n + sum(example.excluded.values())
        assert accounted == len(example.rows) or (indicator.universe is not None and accounted < len(example.rows))
        assert example.gives is None or example.n > 0


def test_a_set_cannot_be_looked_up_in_a_list_as_if_it_held_one_answer(dictionary: Dictionary) -> None:
    indicator, problems = dictionary.indicators["workers_living_in_area"], Problems()
    listed = next(name for name, test in conditions.tests_of(indicator.numerator) if isinstance(test, InParameter))
    one = dictionary.variables[listed].label
    several = Variable(label=one, type="set", codes={"north": one, "south": one})
    check_indicator(indicator, replace(dictionary, variables={**dictionary.variables, listed: several}), problems)
    assert [problem.code for problem in problems] == ["E131"]

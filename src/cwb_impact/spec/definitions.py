"""Every word that a definition uses must exist: variables, codes, items, functions, parameters, measurements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from cwb_impact.errors import Problems
from cwb_impact.spec.conditions import Between, Condition, InParameter, Test, tests_of
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.functions import SIGNATURES
from cwb_impact.spec.indicator import Indicator, Measurement
from cwb_impact.spec.measurement import FACETS, Benchmark
from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.scale import Scale

Fault = tuple[str, str, str, str]
"""Key under which it stands, subject, what is wrong, how to mend it."""


def check_words(dictionary: Dictionary, problems: Problems) -> None:
    """E131 for every unknown word of the dictionary, and for words that mean two things."""
    kinds: dict[str, Mapping[str, object]] = {
        "variable": dictionary.variables,
        "scale": dictionary.scales,
        "derived variable": dictionary.derived,
    }
    for (kind, names), (other, others) in combinations(kinds.items(), 2):
        for name in sorted(set(names) & set(others)):
            where = dictionary.scales.get(name) if other == "scale" else dictionary.derived.get(name)
            shown, line = (where.doc.shown, where.doc.line("id")) if where is not None else ("data_dictionary", 0)
            problems.add("E131", shown, line, name, f"is a {other}, and a {kind} already", "Give it another name")
    for scale in dictionary.scales.values():
        check_made(scale, dictionary, problems)
    for derived in dictionary.derived.values():
        check_made(derived, dictionary, problems)
    _check_circles(dictionary, problems)
    for indicator in dictionary.indicators.values():
        check_indicator(indicator, dictionary, problems)
    for benchmark in dictionary.benchmarks.values():
        _tell(benchmark, _benchmark_faults(benchmark, dictionary), problems)


def check_made(made: Scale | Derived, dictionary: Dictionary, problems: Problems) -> None:
    """E131: items, points, inputs, functions and parameters of a scale or derived variable."""
    faults = _scale_faults(made, dictionary) if isinstance(made, Scale) else _derived_faults(made, dictionary)
    _tell(made, faults, problems)


def check_indicator(indicator: Indicator, dictionary: Dictionary, problems: Problems) -> None:
    """E131: variables, scales, codes, parameters and measurement words of an indicator."""
    _tell(indicator, _indicator_faults(indicator, dictionary), problems)


def _tell(definition: FileSpec, faults: Iterable[Fault], problems: Problems) -> None:
    doc = definition.doc
    for key, subject, what, fix in faults:
        problems.add("E131", doc.shown, doc.line(key), subject, what, fix)


def _check_circles(dictionary: Dictionary, problems: Problems) -> None:
    for name, derived in dictionary.derived.items():
        if name in dictionary.made_from(dictionary.parts_of(name)):
            line = derived.doc.line("inputs")
            problems.add("E131", derived.doc.shown, line, name, "is made of itself", "Break the circle")


def _scale_faults(scale: Scale, dictionary: Dictionary) -> Iterator[Fault]:
    for item in scale.items:
        variable = dictionary.variables.get(item)
        if variable is None:
            yield "items", item, "is not in the dictionary", nearest(item, list(dictionary.variables))
        elif scale.item_range is not None and variable.range != tuple(map(float, scale.item_range)):
            yield "item_range", item, f"does not run over {scale.item_range}", "Make the two agree"
        elif scale.points is not None and variable.codes is not None:
            for code in scale.points[item]:
                if str(code) not in variable.codes:
                    yield "points", item, f"{code} is not a code of {item}", nearest(str(code), list(variable.codes))
    yield from _parameter_faults("table", [scale.table] if scale.table is not None else [], dictionary)


def _derived_faults(derived: Derived, dictionary: Dictionary) -> Iterator[Fault]:
    known = [*dictionary.variables, *dictionary.scales, *dictionary.derived]
    for name in derived.inputs.values():
        if name not in known:
            yield "inputs", name, "is not in the dictionary", nearest(name, known)
    if derived.ends_of is not None:
        banded = derived.inputs[derived.ends_of]
        if banded in dictionary.variables and dictionary.variables[banded].bands is None:
            yield "ends_of", banded, "has no bands", "Name a variable with bands"
    yield from _parameter_faults("parameters", derived.parameters.values(), dictionary)
    signature = SIGNATURES.get(derived.function)
    if signature is None:
        yield "function", derived.function, "is no function", nearest(derived.function, list(SIGNATURES))
        return
    for key, given, wanted in (
        ("inputs", derived.inputs, signature.inputs),
        ("parameters", derived.parameters, signature.parameters),
    ):
        if set(given) != set(wanted):
            what = f"takes the {key} {', '.join(wanted) or 'none'}, and has {', '.join(given) or 'none'}"
            yield key, derived.function, what, "Name exactly these"


def _indicator_faults(indicator: Indicator, dictionary: Dictionary) -> Iterator[Fault]:
    known = [*dictionary.variables, *dictionary.scales, *dictionary.derived]
    numbers = _numbers(dictionary)
    banded = indicator.statistic == "banded_median"
    wanted = _banded(dictionary) if banded else numbers
    for key, name in (("of", indicator.of), ("per", indicator.per)):
        if name is not None and name not in wanted:
            what = f"is no {'interval' if banded else 'number'}" if name in known else "is not in the dictionary"
            yield key, name, what, nearest(name, sorted(wanted))
    if indicator.parts_of is not None and indicator.parts_of not in dictionary.indicators:
        fix = nearest(indicator.parts_of, list(dictionary.indicators))
        yield "parts_of", indicator.parts_of, "is no indicator", fix
    for name in indicator.comparable_with:
        if name not in dictionary.indicators:
            yield "comparable_with", name, "is no indicator", nearest(name, list(dictionary.indicators))
    if indicator.threshold is not None:
        yield from _parameter_faults("threshold", [indicator.threshold], dictionary)
    for key, condition in zip(("universe", "numerator", "group"), indicator.conditions, strict=True):
        yield from ((key, *fault) for fault in condition_faults(condition, dictionary))
    if indicator.measurement is not None:
        yield from _measurement_faults(indicator.measurement, dictionary)


def condition_faults(condition: Condition | None, dictionary: Dictionary) -> Iterator[tuple[str, str, str]]:
    """Subject, what and how to mend for each test of a condition that the dictionary contradicts."""
    known = [*dictionary.variables, *dictionary.scales, *dictionary.derived]
    numbers = _numbers(dictionary)
    for name, test in tests_of(condition):
        if name not in known:
            yield name, "is not in the dictionary", nearest(name, known)
        elif isinstance(test, Between) != (name in numbers):
            what = "is a number: test it with from and to" if name in numbers else "is no number: list its codes"
            yield name, what, "Correct the condition"
        else:
            yield from _test_faults(name, test, dictionary)


def _test_faults(name: str, test: Test, dictionary: Dictionary) -> Iterator[tuple[str, str, str]]:
    variable = dictionary.variables.get(name)
    if isinstance(test, InParameter):
        if variable is not None and variable.type == "set":
            yield name, "has several answers a person: list its codes", "Correct the condition"
        if test.in_parameter not in dictionary.parameters:
            yield test.in_parameter, "is no parameter", nearest(test.in_parameter, list(dictionary.parameters))
    elif isinstance(test, list):
        codes = list((variable.codes if variable is not None else dictionary.derived[name].codes) or {})
        for code in (str(code) for code in test if str(code) not in codes):
            yield name, f"{code} is not a code of {name}", nearest(code, codes)


def _benchmark_faults(benchmark: Benchmark, dictionary: Dictionary) -> Iterator[Fault]:
    for name in benchmark.beside:
        if name not in dictionary.indicators:
            yield "beside", name, "is no indicator", nearest(name, list(dictionary.indicators))
    yield from _measurement_faults(benchmark.measurement, dictionary)


def _measurement_faults(measurement: Measurement, dictionary: Dictionary) -> Iterator[Fault]:
    for facet in FACETS:
        words = dictionary.measured.get(facet, {})
        if (word := getattr(measurement, facet)) not in words:
            yield "measurement", word, f"is no {facet} in data_dictionary/measurement/", nearest(word, list(words))


def _parameter_faults(key: str, names: Iterable[str], dictionary: Dictionary) -> Iterator[Fault]:
    for name in names:
        if name not in dictionary.parameters:
            yield key, name, "is no parameter", nearest(name, list(dictionary.parameters))


def _numbers(dictionary: Dictionary) -> set[str]:
    """Everything that has one number a respondent."""
    asked = {name for name, variable in dictionary.variables.items() if variable.type == "number"}
    derived = {name for name, made in dictionary.derived.items() if made.type == "number"}
    return asked | derived | set(dictionary.scales)


def _banded(dictionary: Dictionary) -> set[str]:
    """Everything that has an interval a respondent."""
    asked = {name for name, variable in dictionary.variables.items() if variable.bands is not None}
    return asked | {name for name, made in dictionary.derived.items() if made.type == "interval"}


def nearest(name: str, known: Sequence[str]) -> str:
    """How to mend an unknown name."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else "Add it to the dictionary, or correct the name"

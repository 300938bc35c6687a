"""Every word that a definition uses must exist: variables, codes, items, functions, parameters, measurements."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from cwb_impact.errors import Problems
from cwb_impact.spec.conditions import Between, Condition, InParameter, Test, tests_of
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.functions import SIGNATURES, Signature
from cwb_impact.spec.indicator import AMOUNTS, MONEY, Indicator, Measurement
from cwb_impact.spec.measurement import FACETS, Benchmark
from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.variable import Variable

Fault = tuple[str, str, str, str]
"""Key under which it stands, subject, what is wrong, how to mend it."""


def check_words(dictionary: Dictionary, problems: Problems) -> None:
    """E131 for every unknown word of the dictionary, and for words that mean two things."""
    _check_names(dictionary, problems)
    for name, variable in dictionary.variables.items():
        for subject, what, fix in condition_faults(variable.asked_if, dictionary):
            shown, line = dictionary.place(name)
            problems.add("E131", shown, line, subject, f"in asked_if of {name}: {what}", fix)
    for scale in dictionary.scales.values():
        check_made(scale, dictionary, problems)
    for derived in dictionary.derived.values():
        check_made(derived, dictionary, problems)
    _check_circles(dictionary, problems)
    for indicator in dictionary.indicators.values():
        check_indicator(indicator, dictionary, problems)
    for benchmark in dictionary.benchmarks.values():
        _tell(benchmark, _benchmark_faults(benchmark, dictionary), problems)


def _check_names(dictionary: Dictionary, problems: Problems) -> None:
    """One name, one meaning: of variables, scales and derived variables, of the ends of bands, and of codes."""
    kinds: dict[str, Mapping[str, object]] = {
        "variable": dictionary.variables,
        "scale": dictionary.scales,
        "derived variable": dictionary.derived,
    }
    for (kind, names), (other, others) in combinations(kinds.items(), 2):
        for name in sorted(set(names) & set(others)):
            what = f"is a {other}, and a {kind} already"
            problems.add("E131", *dictionary.place(name), name, what, "Give it another name")
    known = {*dictionary.variables, *dictionary.scales, *dictionary.derived}
    for name in sorted(_banded(dictionary)):
        for end in ("lo", "hi"):
            if f"{name}_{end}" in known:
                what = f"is also the column for the ends of the bands of {name}"
                problems.add("E131", *dictionary.place(f"{name}_{end}"), f"{name}_{end}", what, "Give it another name")
    codes: dict[str, str] = {}
    for indicator in dictionary.indicators.values():
        if indicator.code in codes:
            what = f"is the code of {codes[indicator.code]} already"
            line = indicator.doc.line("code")
            problems.add("E131", indicator.doc.shown, line, indicator.code, what, "Give it another code")
        codes.setdefault(indicator.code, indicator.id)


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
        elif scale.points is not None:
            yield from _point_faults(item, variable, scale.points[item])
    if scale.subscale_of is not None and scale.subscale_of not in dictionary.scales:
        yield "subscale_of", scale.subscale_of, "is no scale", nearest(scale.subscale_of, list(dictionary.scales))
    yield from _parameter_faults("table", [scale.table] if scale.table is not None else [], dictionary)


def _point_faults(item: str, variable: Variable, points: Sequence[object]) -> Iterator[Fault]:
    if variable.type not in ("category", "number"):
        yield "points", item, f"is a {variable.type}, and gives no points", "Take a category or a number"
    for point in points:
        if variable.codes is not None and str(point) not in variable.codes:
            yield "points", item, f"{point} is not a code of {item}", nearest(str(point), list(variable.codes))
        elif variable.type == "number" and isinstance(point, str):
            yield "points", item, f"{point} is text, and {item} is a number", "Write the number without quotes"


def _derived_faults(derived: Derived, dictionary: Dictionary) -> Iterator[Fault]:
    known = [*dictionary.variables, *dictionary.scales, *dictionary.derived]
    for name in derived.inputs.values():
        if name not in known:
            yield "inputs", name, "is not in the dictionary", nearest(name, known)
    if derived.ends_of is not None and derived.inputs[derived.ends_of] not in _banded(dictionary):
        yield "ends_of", derived.inputs[derived.ends_of], "has no bands", "Name a variable with bands"
    yield from _parameter_faults("parameters", derived.parameters.values(), dictionary)
    signature = SIGNATURES.get(derived.function)
    if signature is None:
        yield "function", derived.function, "is no function", nearest(derived.function, list(SIGNATURES))
        return
    roles: list[tuple[str, Iterable[str], Iterable[str]]] = [
        ("inputs", derived.inputs, signature.inputs),
        ("parameters", derived.parameters, signature.parameters),
    ]
    for key, given, wanted in roles:
        if set(given) != set(wanted):
            what = f"takes the {key} {', '.join(wanted) or 'none'}, and has {', '.join(given) or 'none'}"
            yield key, derived.function, what, "Name exactly these"
            return
    yield from _signature_faults(derived, signature, dictionary)


def _signature_faults(derived: Derived, signature: Signature, dictionary: Dictionary) -> Iterator[Fault]:
    """Numbers where the function takes numbers, codes that it knows where it takes codes, and what it gives."""
    known = {*dictionary.variables, *dictionary.scales, *dictionary.derived}
    for role, name in ((role, name) for role, name in derived.inputs.items() if name in known):
        wanted = signature.inputs[role]
        number = name in _numbers(dictionary) or (role == derived.ends_of and name in _banded(dictionary))
        codes = _codes(name, dictionary)
        if wanted == "number" and not number:
            yield "inputs", name, f"is no number, and {role} of {derived.function} is one", "Name a number"
        elif wanted != "number" and (codes is None or not set(codes) <= set(wanted)):
            yield (
                "inputs",
                name,
                f"has other codes than {role} of {derived.function} takes",
                f"It takes {', '.join(wanted)}",
            )
    if (signature.gives == "number") != (derived.type != "category"):
        what = f"gives {'a number' if signature.gives == 'number' else 'codes'}, and the type is {derived.type}"
        yield "type", derived.function, what, "Correct the type"
    elif signature.gives != "number" and set(derived.codes or {}) != set(signature.gives):
        yield "codes", derived.function, "gives other codes", f"It gives {', '.join(signature.gives)}"


def _codes(name: str, dictionary: Dictionary) -> Iterable[str] | None:
    """The codes of a category that is asked or derived; None for everything else."""
    variable = dictionary.variables.get(name)
    if variable is not None:
        return variable.codes if variable.type == "category" else None
    return dictionary.derived[name].codes if name in dictionary.derived else None


def _indicator_faults(indicator: Indicator, dictionary: Dictionary) -> Iterator[Fault]:
    known = [*dictionary.variables, *dictionary.scales, *dictionary.derived]
    numbers = _numbers(dictionary)
    banded = indicator.statistic == "banded_median"
    wanted = _banded(dictionary) if banded else numbers
    for key, name in (("of", indicator.of), ("per", indicator.per)):
        if name is not None and name not in wanted:
            what = f"is no {'interval' if banded else 'number'}" if name in known else "is not in the dictionary"
            yield key, name, what, nearest(name, sorted(wanted))
    if indicator.statistic in AMOUNTS and _in_money(indicator.of, dictionary) != (indicator.unit in MONEY):
        fix = "Amounts of money have the unit euro or euro_per_hour, and nothing else has"
        yield "unit", indicator.unit, f"is not the unit of {indicator.of}", fix
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
        elif (codes := _codes(name, dictionary)) is not None:
            listed = {item for dated in dictionary.parameters[test.in_parameter].values for item in dated.items or []}
            for item in sorted(listed - set(codes)):
                yield name, f"{item} of {test.in_parameter} is not a code of {name}", "Correct the list"
    elif isinstance(test, list):
        held = list((variable.codes if variable is not None else dictionary.derived[name].codes) or {})
        for code in (str(code) for code in test if str(code) not in held):
            yield name, f"{code} is not a code of {name}", nearest(code, held)


def _benchmark_faults(benchmark: Benchmark, dictionary: Dictionary) -> Iterator[Fault]:
    for name in benchmark.beside:
        if name not in dictionary.indicators:
            yield "beside", name, "is no indicator", nearest(name, list(dictionary.indicators))
    yield from _measurement_faults(benchmark.measurement, dictionary)


def _in_money(name: str | None, dictionary: Dictionary) -> bool:
    """Is this an amount in euros? Rules about money rest on it, so that a definition cannot call it something else."""
    asked = dictionary.variables.get(name or "") or dictionary.derived.get(name or "")
    return asked is not None and (asked.unit or "").startswith("euro")


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

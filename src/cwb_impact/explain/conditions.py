"""A condition in words: `Leeftijd: 15 tot en met 74; en Geslacht: Vrouw of Anders`."""

from __future__ import annotations

from cwb_impact.explain.words import say
from cwb_impact.report.words import Lang
from cwb_impact.spec.conditions import AllOf, AnyOf, Between, Condition, InParameter, Test
from cwb_impact.spec.dictionary import Dictionary


def label_of(name: str, dictionary: Dictionary, lang: Lang) -> str:
    """What a reader calls a variable, scale or derived variable."""
    if name in dictionary.variables:
        return dictionary.variables[name].label[lang]
    made = dictionary.scales.get(name) or dictionary.derived[name]
    return made.name[lang]


def limits(name: str, low: float | None, high: float | None, lang: Lang) -> str:
    """`Leeftijd: 15 tot en met 74`, or with one end open."""
    ends = {"low": f"{low:g}" if low is not None else "", "high": f"{high:g}" if high is not None else ""}
    key = "between" if all(ends.values()) else "at_least" if ends["low"] else "at_most"
    return say(key, lang, name=name, **ends)


def in_words(condition: Condition, dictionary: Dictionary, lang: Lang) -> str:
    """Several tests joined by "and" or "or"; a group of a group stands in brackets."""
    if isinstance(condition, AnyOf | AllOf):
        parts = condition.any if isinstance(condition, AnyOf) else condition.all
        joined = [_nested(part, len(parts) > 1, dictionary, lang) for part in parts]
        return say("any" if isinstance(condition, AnyOf) else "all", lang).join(joined)
    return say("all", lang).join(_test(name, test, dictionary, lang) for name, test in condition.items())


def _nested(part: Condition, grouped: bool, dictionary: Dictionary, lang: Lang) -> str:
    words = in_words(part, dictionary, lang)
    several = isinstance(part, AnyOf | AllOf) or len(part) > 1
    return f"({words})" if grouped and several else words


def _test(name: str, test: Test, dictionary: Dictionary, lang: Lang) -> str:
    label = label_of(name, dictionary, lang)
    if isinstance(test, InParameter):
        return say("in_list", lang, name=label, parameter=dictionary.parameters[test.in_parameter].name[lang])
    if isinstance(test, Between):
        return limits(label, test.from_, test.to, lang)
    codes = (dictionary.variables.get(name) or dictionary.derived[name]).codes or {}
    values = [codes[str(code)][lang] if str(code) in codes else str(code) for code in test]
    return say("is", lang, name=label, values=say("or", lang).join(values))

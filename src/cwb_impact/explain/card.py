"""What there is to know about one indicator, in sections of label and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cwb_impact.explain.conditions import in_words, label_of, limits
from cwb_impact.explain.words import say
from cwb_impact.indicators.benchmarks import Refusal, beside, refused
from cwb_impact.programme.fact_rows import TOLD_BY_REPORTS
from cwb_impact.report.words import Lang
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Example, Indicator
from cwb_impact.spec.measurement import Benchmark, Published
from cwb_impact.spec.model import KEPT_POPULATIONS
from cwb_impact.spec.parameter import DatedValue, Parameter
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.scale import AtMost, Scale

Row = tuple[str, str]
"""A label and what belongs to it."""


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Card:
    """title : code, name and version. plain : one sentence for everyone."""

    title: str
    plain: str
    sections: tuple[Section, ...]


def card(indicator: Indicator, dictionary: Dictionary, lang: Lang, study: StudyBundle | None = None) -> Card:
    """Definition, wording, scoring, examples, parameters, breaks and benchmarks of one indicator.

    study : adds in which waves the indicator can be computed, and what the others lack.
    """
    parts = {
        "definition": _definition(indicator, dictionary, lang),
        "scoring": _scoring(indicator, dictionary, lang),
        "wording": _wording(indicator, dictionary, lang),
        "parameters": _parameters(indicator, dictionary, lang),
        "examples": (_example(example, lang) for example in indicator.examples),
        "comparing": _comparing(indicator, dictionary, lang),
        "sources": _sources(indicator, dictionary, lang),
        "study": _in_study(indicator, study, lang) if study is not None else iter(()),
    }
    sections = [Section(say(key, lang), tuple(rows)) for key, rows in parts.items()]
    title = f"{indicator.code} {indicator.name[lang]} ({say('version', lang, version=indicator.version)})"
    return Card(title, indicator.plain[lang], tuple(section for section in sections if section.rows))


def _definition(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    groups = ", ".join(say(f"population.{name}", lang) for name in indicator.populations)
    yield say("groups", lang), groups
    yield say("about", lang), indicator.universe_label[lang]
    for key, condition in zip(("only", "counts", "group"), indicator.conditions, strict=True):
        if condition is not None:
            yield say(key, lang), in_words(condition, dictionary, lang)
    yield say("period", lang), indicator.reference_period[lang]
    yield say("direction", lang), say(f"direction.{indicator.direction}", lang)
    yield say("level", lang), say(f"level.{indicator.level}", lang)
    if indicator.parts_of is not None:
        yield say("part_of", lang), dictionary.indicators[indicator.parts_of].name[lang]
    if indicator.optional:
        yield say("note", lang), say("optional", lang)


def _scoring(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    yield say("statistic", lang), statistic(indicator, dictionary, lang)
    yield say("unit", lang), say(f"unit.{indicator.unit}", lang)
    for name in dictionary.made_from(indicator.names_used):
        if name in dictionary.scales:
            yield dictionary.scales[name].name[lang], "; ".join(_scale(dictionary.scales[name], dictionary, lang))
        elif name in dictionary.derived:
            yield dictionary.derived[name].name[lang], dictionary.derived[name].formula[lang]
    yield say("missing", lang), say(f"missing.{indicator.missing}", lang)
    yield say("shown", lang), say("shown.from", lang, n=indicator.minimum_n)


def statistic(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> str:
    """The formula of a definition in words."""
    of, per = (label_of(name, dictionary, lang) if name else "" for name in (indicator.of, indicator.per))
    at = ", ".join(f"{100 * p:g}%" for p in indicator.at or [])
    threshold = (
        dictionary.parameters[indicator.threshold].name[lang]
        if indicator.threshold is not None
        else say("own_threshold", lang, percent=f"{100 * indicator.share_of_median:g}")
    )
    return say(f"statistic.{indicator.statistic}", lang, of=of, per=per, at=at, threshold=threshold)


def _scale(scale: Scale, dictionary: Dictionary, lang: Lang) -> Iterator[str]:
    if scale.subscale_of is not None:
        yield say("subscale_of", lang, name=dictionary.scales[scale.subscale_of].name[lang])
    yield say(f"method.{scale.method}", lang)
    if scale.points is not None:
        yield _points(scale, dictionary, lang)
    if scale.reversed:
        yield say("reversed", lang, items=", ".join(label_of(item, dictionary, lang) for item in scale.reversed))
    if scale.multiply != 1.0:
        yield say("times", lang, factor=f"{scale.multiply:g}")
    if scale.rescale is not None:
        a, b, c, d = (f"{end:g}" for end in scale.rescale)
        yield say("rescaled", lang, a=a, b=b, c=c, d=d)
    if scale.table is not None:
        yield say("looked_up", lang, table=dictionary.parameters[scale.table].name[lang])
    yield say("range", lang, low=f"{scale.range[0]:g}", high=f"{scale.range[1]:g}")
    if isinstance(scale.missing, AtMost):
        yield say("at_most_missing", lang, n=scale.missing.at_most)
        yield say(scale.missing.then, lang)
    else:
        yield say(scale.missing, lang, n=len(scale.items))
    for cut in scale.cut_offs:
        yield limits(cut.name[lang], cut.from_, cut.to, lang)


def _points(scale: Scale, dictionary: Dictionary, lang: Lang) -> str:
    """Which answers give a point, item by item where they differ."""
    told: dict[str, list[str]] = {}
    for item, answers in (scale.points or {}).items():
        codes = dictionary.variables[item].codes or {}
        values = say("or", lang).join(codes[str(one)][lang] if str(one) in codes else str(one) for one in answers)
        told.setdefault(values, []).append(label_of(item, dictionary, lang))
    if len(told) == 1:
        return say("points_for", lang, values=next(iter(told)))
    return say("points_for", lang, values="; ".join(f"{values} ({', '.join(items)})" for values, items in told.items()))


def _wording(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    """Each variable behind the indicator: its question or where to get it, its answers, and who is asked."""
    for name in dictionary.variables_needed(indicator):
        variable = dictionary.variables[name]
        if variable.question is not None:
            asked = variable.question[lang]
        elif variable.observed == "register":
            asked = say("register", lang)
        else:
            source = variable.source
            licence, reference = (source.licence, source.reference) if source is not None else ("", "")
            asked = say("no_wording", lang, licence=licence, reference=reference)
        parts = [asked]
        if variable.codes is not None:
            answers = " / ".join(text[lang] for text in variable.codes.values())
            parts.append(f"{say('answers', lang)}: {answers}")
        elif variable.range is not None and variable.observed == "survey":
            low, high = (f"{end:g}" for end in variable.range)
            parts.append(say("from_to", lang, low=low, high=high))
        if variable.asked_if is not None:
            parts.append(f"{say('asked_if', lang)} {in_words(variable.asked_if, dictionary, lang)}")
        yield variable.label[lang], " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts)


def _parameters(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    for name in dictionary.parameters_needed(indicator):
        parameter = dictionary.parameters[name]
        yield parameter.name[lang], "; ".join(_values(parameter, lang))


def _values(parameter: Parameter, lang: Lang) -> Iterator[str]:
    """Each dated value with its reference; what every city supplies itself has none here."""
    if not parameter.values:
        yield say("no_value", lang)
    for dated in parameter.values:
        verified = say("fact" if dated.verified else "fact.open", lang).lower()
        published = "" if dated.vintage is None else f", {say('published_on', lang, day=dated.vintage)}"
        yield f"{_days(dated, lang)}: {_value(dated, lang)} ({verified}{published})"
    if parameter.published_in is not None:
        yield say("published_in", lang, table=parameter.published_in)


def _days(dated: DatedValue, lang: Lang) -> str:
    if dated.valid_to is None:
        return say("since", lang, day=dated.valid_from.isoformat())
    return say("until", lang, first=dated.valid_from.isoformat(), last=dated.valid_to.isoformat())


def _value(dated: DatedValue, lang: Lang) -> str:
    if dated.value is not None:
        return f"{dated.value:g}"
    if dated.items is not None:
        return say("list_of", lang, n=len(dated.items))
    return say("table_of", lang, n=len(dated.table or {}))


def _example(example: Example, lang: Lang) -> Row:
    """The steps are worked in English: they are arithmetic, and stand in the definition once."""
    gives = say("nothing", lang) if example.gives is None else say("gives", lang, value=f"{example.gives:g}")
    return example.name, f"{example.steps} ({gives}, n = {example.n})"


def _comparing(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    if indicator.measurement is not None:
        facets = indicator.measurement.model_dump()
        words = [dictionary.measured[facet][word][lang] for facet, word in facets.items()]
        yield say("measured", lang), "; ".join(words)
    for name in indicator.comparable_with:
        yield say("comparable", lang), dictionary.indicators[name].name[lang]
    for other in indicator.not_comparable_with:
        yield say("not_comparable", lang), f"{other.what[lang]}. {other.why[lang]}"
    for one in indicator.breaks:
        yield say("break", lang), f"{one.since}: {one.what[lang]}"
    allowed = beside(indicator, dictionary)
    for benchmark in allowed:
        yield say("benchmark", lang), _benchmark(benchmark, lang)
    if not allowed:
        yield say("benchmark", lang), say("no_benchmark", lang)
    # figures that are refused for the same reasons are told together: the editions of one survey
    alike: dict[tuple[Refusal, ...], list[str]] = {}
    for benchmark, reasons in refused(indicator, dictionary):
        alike.setdefault(tuple(reasons), []).append(f"{benchmark.name[lang]} ({benchmark.period[lang]})")
    for told, names in alike.items():
        yield say("refused", lang), f"{'; '.join(names)}. {' '.join(reason.text(lang) for reason in told)}"


def _benchmark(benchmark: Benchmark, lang: Lang) -> str:
    """A published figure with each of its margins, and what was published before it was revised."""
    told = [_published(one, lang) for one in benchmark.current]
    told += [say("earlier", lang, value=f"{one.value:g}", vintage=one.vintage or "") for one in benchmark.earlier]
    return f"{benchmark.name[lang]} ({benchmark.area[lang]}, {benchmark.period[lang]}): {'; '.join(told)}"


def _published(one: Published, lang: Lang) -> str:
    margin = ""
    if one.ci is not None and one.interval_method is not None:
        margin = f" ({one.ci[0]:g}–{one.ci[1]:g}, {one.interval_method[lang]})"
    checked = "" if one.verified else f", {say('fact.open', lang).lower()}"
    return f"{one.value:g}{margin}{checked}"


def _sources(indicator: Indicator, dictionary: Dictionary, lang: Lang) -> Iterator[Row]:
    source = indicator.source
    yield say("instrument", lang), f"{source.instrument[lang]} ({source.reference})"
    shipped = "licence.shipped" if source.item_text_shipped else "licence.not_shipped"
    yield say("licence", lang), say(shipped, lang, licence=source.licence)
    if indicator.standard is not None:
        yield say("standard", lang), indicator.standard
    made = [
        dictionary.scales.get(name) or dictionary.derived.get(name)
        for name in dictionary.made_from(indicator.names_used)
    ]
    facts = [*indicator.facts, *(fact for part in made if part is not None for fact in part.facts)]
    for fact in facts:
        yield say("fact" if fact.verified else "fact.open", lang), f"{fact.what} ({fact.reference})"
    for reference in indicator.references:
        yield say("reference", lang), f"{reference.text}{f' doi:{reference.doi}' if reference.doi else ''}"


def _in_study(indicator: Indicator, study: StudyBundle, lang: Lang) -> Iterator[Row]:
    """In which waves the indicator can be computed, what the others lack, and where the question differs."""
    found = False
    for (population, wave), lacking in lacks(indicator, study).items():
        found = True
        label = f"{study.population(population).label[lang]}, {wave}"
        yield label, say("lacks", lang, names=", ".join(lacking)) if lacking else say("runs", lang)
        names = study.dictionary.variables_needed(indicator)
        if not lacking and (population, wave) in study.maps and study.breaks(population, wave, names):
            entries = study.maps[population, wave].variables
            differing = [name for name in names if entries[name].relation != "exact"]
            yield say("break", lang), say("break_in", lang, wave=wave, names=", ".join(differing))
    if not found:
        yield say("study", lang), say("not_this_population", lang)


def lacks(indicator: Indicator, study: StudyBundle) -> dict[tuple[str, str], list[str]]:
    """Population and wave -> the variables and parameters that a wave lacks for an indicator; none when it runs."""
    dictionary = study.dictionary
    needed, parameters = dictionary.variables_needed(indicator), dictionary.parameters_needed(indicator)
    found: dict[tuple[str, str], list[str]] = {}
    for (population, wave), spec in study.maps.items():
        if population in indicator.populations:
            absent = [name for name in needed if name not in spec.variables]
            absent += [name for name in parameters if dictionary.parameters[name].on(spec.wave.last_day) is None]
            found[population, wave] = absent
    kept = [name for name in indicator.populations if name in KEPT_POPULATIONS & set(study.study.populations)]
    for population in kept[:1]:
        for wave, listed in study.registers.items():
            absent = [name for name in needed if name not in _told(listed, study)]
            absent += [name for name in parameters if dictionary.parameters[name].on(listed.reference_date) is None]
            found[population, wave] = absent
    return found


def _told(listed: WaveRegisters, study: StudyBundle) -> set[str]:
    """The variables that the registers and the report of a wave tell; the dashboard is worked out from the rest."""
    registers = study.dictionary.registers
    told = {name for file in listed.files if file in registers for name in registers[file].variables}
    told |= TOLD_BY_REPORTS if listed.report else frozenset()
    return told | ({"dashboard_has_value", "dashboard_has_target_value"} if study.study.dashboard else set())

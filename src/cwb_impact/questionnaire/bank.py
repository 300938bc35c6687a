"""The questionnaire of a wave from the data dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cwb_impact.errors import Problems
from cwb_impact.questionnaire.content import (
    RESPONDENT,
    Block,
    Choice,
    Item,
    Kind,
    NoWording,
    Questionnaire,
    Texts,
    plain,
)
from cwb_impact.questionnaire.order import in_order, themes_of, wanted
from cwb_impact.questionnaire.routing import asks_of, expression, joined
from cwb_impact.questionnaire.wordings import OwnWording, Wordings, read_wordings
from cwb_impact.questionnaire.words import ALWAYS, LANGUAGES, NO_QUESTION, NO_TEXT, OTHER_THEME, THEMES, WORDS
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.spec.conditions import Test
from cwb_impact.spec.model import Text
from cwb_impact.spec.variable import Variable

MOST_POINTS = 11
"""A whole number with at most so many values (0 to 10) is ticked; more are typed."""

REASONS = ("dont_know", "refused")
"""What people can say instead of an answer."""

ALONE = ("none", "none_of_these")
"""Answers of a set that cannot stand beside another."""


def questionnaire_of(
    bundle: StudyBundle, population: str, wave: str, languages: Sequence[str], problems: Problems
) -> Questionnaire | None:
    """The questions that the study needs of a population: for its indicators, dimensions and strata.

    Parameters
    ----------
    languages : of nl, en, tr, ar; nl and en are always made.

    Problems: E560 nothing to ask; E561 a filter that no form can apply; E562 questions that filter one another;
    E565 a name that the form needs itself; those of read_wordings.

    Examples
    --------
    >>> from cwb_impact.study import open_study
    >>> made = questionnaire_of(open_study("surveys/nieuw_west"), "residents", "2027Q3", ["nl", "en"], Problems())
    >>> [block.title["nl"] for block in made.blocks][:2]
    ['Buurt en gemeenschap', 'Over uzelf']
    """
    known, doc = bundle.dictionary.variables, bundle.study.doc
    chosen = tuple(lang for lang in LANGUAGES if lang in (*ALWAYS, *languages))
    themes = themes_of(bundle.folder)
    headings = [f"heading_{theme}" for theme in dict.fromkeys(themes.values())]
    own = read_wordings(bundle.folder, bundle.dictionary, [*WORDS, *headings], problems)
    names = wanted(bundle, population)
    asked = [name for name in names if known[name].observed == "survey"]
    line = doc.line("populations", population)
    if not asked:
        fix = "Choose indicators that are asked of this population"
        problems.add("E560", doc.shown, line, population, "the study needs no question of this population", fix)
        return None
    for name in asked:
        if name == RESPONDENT or name.startswith(("asked_", "heading_")):
            fix = "Give the variable another name"
            problems.add("E565", doc.shown, line, name, "is a name that the form itself uses", fix)
        if SYSMIS in (known[name].codes or {}):
            what = f"has an answer {SYSMIS}, which is the word of maps for an empty cell"
            problems.add("E565", doc.shown, line, name, what, "Give the answer another code")
    try:
        ordered = in_order(asked, themes, bundle.dictionary)
    except ValueError as error:
        what, fix = "filters itself: its asked_if leads back to it", "Let one of the questions be asked of everybody"
        problems.add("E562", "data_dictionary", 0, str(error), what, fix)
        return None
    gaps: list[NoWording] = []
    needed = _required(bundle, population)
    blocks = tuple(
        Block(
            f"{theme}_{place}",
            _words(f"heading_{theme}", THEMES.get(theme, OTHER_THEME), chosen, own, gaps),
            tuple(_item(name, known[name], chosen, own, name in needed, gaps) for name in members),
        )
        for place, (theme, members) in enumerate(ordered, 1)
    )
    blocks = _with_gates(blocks)
    words = {key: _words(key, text, chosen, own, gaps) for key, text in WORDS.items()}
    spec = bundle.population(population)
    made = Questionnaire(
        _both(bundle.study.name, chosen),
        population,
        _both(spec.label, chosen),
        wave,
        chosen,
        blocks,
        words,
        tuple(name for name in names if known[name].observed == "register"),
        tuple(gaps),
        bundle.dictionary,
    )
    _check_filters(made, problems)
    return made


def _both(text: Text, languages: Iterable[str]) -> Texts:
    """Dutch and English as they are; no words in other languages."""
    return {lang: text[lang] if lang in ALWAYS else "" for lang in languages}


def _words(key: str, text: Text, languages: Sequence[str], own: Wordings, gaps: list[NoWording]) -> Texts:
    """The study's words, else ours; what neither has is a gap."""
    given = own.words.get(key)
    found = {lang: (given.get(lang) if given is not None else None) or "" for lang in languages}
    found |= {lang: found[lang] or text[lang] for lang in ALWAYS}
    if without := tuple(lang for lang in languages if not found[lang]):
        gaps.append(NoWording(f"(words) {key}", text.en, without, "dictionary/wordings.yml, under words"))
    return found


def _required(bundle: StudyBundle, population: str) -> frozenset[str]:
    """Questions that cannot be left open: without its stratum, or holding, an answer cannot be used."""
    design, rule = bundle.population(population).design, bundle.holding_rule(population)
    stratum = [design.stratum] if design.kind == "census" else []
    return frozenset([*stratum, *([rule.variable] if rule is not None else [])])


def _item(
    name: str, variable: Variable, languages: Sequence[str], own: Wordings, required: bool, gaps: list[NoWording]
) -> Item:
    given = own.wordings.get(name, OwnWording())
    span = variable.range
    return Item(
        name,
        kind_of(variable),
        _question(name, variable, languages, given, gaps),
        _choices(name, variable, languages, given, gaps),
        {} if required else missing_codes(variable),
        span,
        variable.whole,
        variable.unit if variable.unit != "points" else None,
        variable.days,
        tuple(code for code in variable.codes or {} if code in ALONE) if variable.type == "set" else (),
        required,
        variable.asked_if,
    )


def kind_of(variable: Variable) -> Kind:
    """How a variable is asked: a whole number of few values is ticked, any other number typed."""
    kinds: Mapping[str, Kind] = {"category": "one", "set": "several", "text": "text", "date": "date"}
    if variable.type != "number" or variable.range is None:
        return kinds[variable.type]
    if not variable.whole:
        return "decimal"
    return "one" if variable.range[1] - variable.range[0] < MOST_POINTS else "whole"


def missing_codes(variable: Variable) -> Mapping[str, str]:
    """Reason to number, outside the range of the variable; nothing for texts and dates, which are left open.

    -1 and -2 where they are no answer, else -91 and -92, -991 and -992, and so on. A reason that is an answer of the
    variable itself is not offered twice.

    Examples
    --------
    >>> from cwb_impact.spec.model import Text
    >>> degrees = Variable(label=Text(nl="Graden", en="Degrees"), type="number", range=(-50, 50))
    >>> missing_codes(degrees)
    {'dont_know': '-91', 'refused': '-92'}
    """
    if variable.type in ("text", "date"):
        return {}
    low = variable.range[0] if variable.range is not None else 0.0
    digits = next(digits for digits in range(1, 14) if -(10**digits - 9) < low)
    codes = dict(zip(REASONS, (str(-(10**digits - 9)), str(-(10**digits - 8))), strict=True))
    return {reason: code for reason, code in codes.items() if reason not in (variable.codes or {})}


def _question(name: str, variable: Variable, languages: Sequence[str], own: OwnWording, gaps: list[NoWording]) -> Texts:
    """The study's text, the dictionary's, or a placeholder that says what must be put there."""
    found = {}
    source = variable.source
    shipped = variable.question
    stand_in = NO_QUESTION if source is None or (source.item_text_shipped and shipped is None) else NO_TEXT
    for lang in languages:
        text = own.get(lang) or (getattr(shipped, lang) if shipped is not None else None)
        if text is None and (shipped is None):
            speaks = lang if lang in ALWAYS else "en"
            about = {"label": variable.label[speaks]}
            if source is not None:
                about |= {"instrument": source.instrument[speaks], "reference": source.reference}
            found[lang] = stand_in[speaks].format(**about)
        else:
            found[lang] = text or ""
    without = tuple(lang for lang in languages if own.get(lang) is None and not getattr(shipped, lang, None))
    if without:
        place = f"{source.instrument.en}; {source.reference}" if source is not None else "to be written by the study"
        gaps.append(NoWording(name, "question", without, place))
    return found


def _choices(
    name: str, variable: Variable, languages: Sequence[str], own: OwnWording, gaps: list[NoWording]
) -> tuple[Choice, ...]:
    if variable.codes is not None:
        made = [Choice(code, _answer(code, text, languages, own)) for code, text in variable.codes.items()]
    elif kind_of(variable) == "one" and variable.range is not None:
        low, high = (int(end) for end in variable.range)
        made = [Choice(plain(point), _point(plain(point), languages, own)) for point in range(low, high + 1)]
        if variable.question is None and not own.answers:
            place = f"{variable.source.instrument.en}; {variable.source.reference}" if variable.source else ""
            gaps.append(NoWording(name, f"answers: what {low} and {high} stand for", tuple(languages), place))
    else:
        made = []
    lacking: dict[tuple[str, ...], list[str]] = {}
    for choice in made:
        if without := tuple(lang for lang in languages if not choice.label[lang]):
            lacking.setdefault(without, []).append(choice.code)
    for without, codes in lacking.items():
        where = "dictionary/wordings.yml, under answers"
        gaps.append(NoWording(name, f"answers {', '.join(codes)}", without, where))
    return tuple(made)


def _answer(code: str, text: Text, languages: Iterable[str], own: OwnWording) -> Texts:
    return {lang: own.answer(code, lang) or (text[lang] if lang in ALWAYS else "") for lang in languages}


def _point(number: str, languages: Iterable[str], own: OwnWording) -> Texts:
    """The number itself, and what the study says that it stands for."""
    meaning = {lang: own.answer(number, lang) for lang in languages}
    return {lang: f"{number} ({said})" if (said := meaning[lang]) else number for lang in languages}


def _with_gates(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Questions with the same filter share one hidden column, named after the first of them."""
    gates: list[tuple[object, str]] = []

    def gated(item: Item) -> Item:
        if item.asked_if is None:
            return item
        name = next((gate for condition, gate in gates if condition == item.asked_if), None)
        if name is None:
            name = f"asked_{item.name}"
            gates.append((item.asked_if, name))
        return replace(item, gate=name)

    return tuple(replace(block, items=tuple(gated(item) for item in block.items)) for block in blocks)


def _check_filters(made: Questionnaire, problems: Problems) -> None:
    """E561 for each filter that a form cannot apply."""
    known = {item.name: item for item in made.items}

    def test(name: str, one: Test) -> str:
        if name not in known:
            raise ValueError(f"tests {name}, which is not asked here")
        asks_of(known[name], one)
        return name

    for item in made.items:
        if item.asked_if is None:
            continue
        try:
            expression(item.asked_if, test, joined("and"), joined("or"))
        except ValueError as error:
            fix = "Filter on the answers to earlier questions of this questionnaire"
            problems.add("E561", "data_dictionary", 0, item.name, f"asked_if {error}", fix)

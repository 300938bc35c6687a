"""Which column may be which variable: by name, by label and by the labels of its codes. A person decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from cwb_impact.harmonise.labels import bare
from cwb_impact.inspect.found import CodeFound, ColumnFound
from cwb_impact.spec.variable import Variable

GOOD = 0.7
"""Confidence from which a column is put in the draft."""
CLOSE = 0.05
"""Two columns this close to each other match equally well."""

_SMALL_WORDS = frozenset(
    """
    de het een met of en van the a an with or and of
    """.split()  # noqa: SIM905
)
_IDLE = frozenset(
    """
    de het een en of van in op te is bent u uw hoe wat welke the a an and or of in on to are you your
    how what which vraag question item respondent respondents r pre post summary
    """.split()  # noqa: SIM905
)
_NEGATIONS = frozenset(
    """
    niet geen nooit not no never without zonder on un dis
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Candidate:
    """A column for a variable. why : `name 1.00, label 0.84, codes 5 of 5`."""

    column: ColumnFound
    confidence: float
    why: str


@dataclass(frozen=True)
class Match:
    """What was found for one variable. `equal` : columns that match as well as the best; then none is chosen.

    shared : other variables for which the same column is as good.
    """

    variable: str
    best: Candidate | None
    others: tuple[Candidate, ...] = ()
    equal: tuple[Candidate, ...] = ()
    shared: tuple[str, ...] = ()


def code_words(label: str) -> tuple[str, ...]:
    """What two labels of codes must share, word for word and in order, to be the same answer."""
    text = re.sub(r"^-?\d{1,4}\s*[.:)=]?\s+(?=\D)", "", bare(label)) if not label.strip().isdigit() else bare(label)
    words = re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", text))
    return tuple(word for word in words if word not in _SMALL_WORDS) or tuple(words)


def targets_of(column: ColumnFound, variable: Variable) -> dict[str, str]:
    """Source code to target, only where a label says it clearly: one code of the dictionary, one code of the file."""
    known: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for target, text in (variable.codes or {}).items():
        for words in {code_words(text.nl), code_words(text.en)}:
            known[words].add(target)
    reached: dict[str, list[str]] = defaultdict(list)
    for found in answers(column):
        fitting = known.get(code_words(_said(found)), set())
        if len(fitting) == 1:
            reached[next(iter(fitting))].append(found.code)
    return {codes[0]: target for target, codes in reached.items() if len(codes) == 1}


def answers(column: ColumnFound) -> list[CodeFound]:
    """Codes that are not missing codes."""
    return [found for found in column.codes if not found.is_missing]


def _said(found: CodeFound) -> str:
    """The label of a code; a cell of words is its own label."""
    return found.label or (found.code if re.search(r"[^\W\d_]{2,}", found.code) else "")


def match(variables: Mapping[str, Variable], columns: Sequence[ColumnFound]) -> dict[str, Match]:
    """For each variable the best column, when one is good enough and clearly better than the rest."""
    index = _Index(columns)
    ranked = {name: index.candidates(name, variable) for name, variable in variables.items()}
    wanted: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for name, found in ranked.items():
        if found and found[0].confidence >= GOOD:
            wanted[found[0].column.name].append((found[0].confidence, name))
    return {name: _chosen(name, found, wanted) for name, found in ranked.items()}


def _chosen(name: str, found: list[Candidate], wanted: Mapping[str, list[tuple[float, str]]]) -> Match:
    if not found or found[0].confidence < GOOD:
        return Match(name, None, tuple(found[:3]))
    best = found[0]
    equal = tuple(one for one in found if best.confidence - one.confidence <= CLOSE)
    if len(equal) > 1:
        return Match(name, None, tuple(found[len(equal) :][:3]), equal)
    rivals = [other for other in wanted[best.column.name] if other[1] != name]
    if any(score > best.confidence + CLOSE for score, _ in rivals):
        return Match(name, None, tuple(found[:3]))
    shared = tuple(other for score, other in rivals if score >= best.confidence - CLOSE)
    return Match(name, best, tuple(found[1:4]), (), shared)


class _Index:
    """Columns by the words of their names, labels and codes, so that 32,767 of them need not all be compared."""

    def __init__(self, columns: Sequence[ColumnFound]) -> None:
        self._columns = [column for column in columns if column.personal is None and column.kind != "empty"]
        self._by_word: dict[str, set[int]] = defaultdict(set)
        for place, column in enumerate(self._columns):
            for word in {_plain(column.name), *_words(column.name), *_words(column.label)}:
                self._by_word[word].add(place)
            for found in answers(column)[:200]:
                self._by_word[_code_key(_said(found))].add(place)

    def candidates(self, name: str, variable: Variable) -> list[Candidate]:
        """Columns from best to worst; in the order of the file when they are alike."""
        words = {_plain(name), *_words(name)}
        for text in _texts(variable):
            words.update(_words(text))
        if len(variable.codes or {}) > 2:  # nearly every file has columns of yes and no
            words.update(_code_key(text) for code in (variable.codes or {}).values() for text in (code.nl, code.en))
        words.update({_plain(variable.label.nl), _plain(variable.label.en)})
        places = sorted(set().union(*(self._by_word.get(word, set()) for word in words if word)))
        scored = [_score(name, variable, self._columns[place]) for place in places]
        return sorted((one for one in scored if one.confidence >= 0.3), key=lambda one: -one.confidence)


def _code_key(label: str) -> str:
    """Apart from words of names and questions."""
    words = code_words(label)
    return f"= {' '.join(words)}" if words else ""


def _texts(variable: Variable) -> list[str]:
    questions = [variable.question.nl, variable.question.en] if variable.question else []
    return [variable.label.nl, variable.label.en, *questions]


def _score(name: str, variable: Variable, column: ColumnFound) -> Candidate:
    # a column named leeftijd says what a label says
    is_label = _plain(column.name) in (_plain(variable.label.nl), _plain(variable.label.en))
    named = 0.95 if is_label else _name_likeness(name, column.name)
    labelled = max((_likeness(text, column.label) for text in _texts(variable)), default=0.0) if column.label else 0.0
    matched, valued = _codes_score(variable, column)
    parts = [f"name {named:.2f}"] if named else []
    parts += [f"label {labelled:.2f}"] if labelled else []
    parts += [f"codes {matched} of {valued}"] if valued else []
    doubt = (1 - 0.85 * named) * (1 - 0.95 * labelled)
    if variable.codes and valued:
        share = matched / valued
        # yes and no say nothing about the question; five answers in the same words do
        doubt *= 1 - share * (0.3 if len(variable.codes) < 3 else 0.6)
        doubt = doubt if share >= 0.5 else 1 - (1 - doubt) * (0.4 + share)
    confidence = (1 - doubt) * _fit(variable, column)
    return Candidate(column, confidence, ", ".join(parts))


def _codes_score(variable: Variable, column: ColumnFound) -> tuple[int, int]:
    """How many labelled answers of the column are answers of the variable, and of how many."""
    said = [found for found in answers(column) if _said(found)]
    if not variable.codes or not said:
        return 0, 0
    return len(targets_of(column, variable)), max(len(said), len(variable.codes))


def _fit(variable: Variable, column: ColumnFound) -> float:
    """Can the column hold the variable at all? Numbers in words, or far outside the range, can not."""
    labelled = sum(bool(found.label) for found in answers(column))
    if variable.type == "number":
        if column.kind in ("text", "date") or (column.kind == "codes" and labelled > 2):
            return 0.4
        low, high = variable.range or (0.0, 0.0)
        inside = column.span is None or (column.span[0] <= high and column.span[1] >= low)
        return 1.0 if inside else 0.4
    if variable.type == "date":
        return 1.0 if column.kind == "date" else 0.5
    if variable.type == "text":
        return 1.0 if not labelled else 0.5
    return 1.0 if column.kind == "codes" else 0.4


@lru_cache(maxsize=100_000)
def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _name_likeness(variable: str, column: str) -> float:
    """1 for the same name. Numbers in a name count: who5_1 is not who5_2."""
    one, other = _plain(variable), _plain(column)
    if one == other:
        return 1.0
    if re.findall(r"\d+", one)[-1:] != re.findall(r"\d+", other)[-1:] or one[:2] != other[:2]:
        return 0.0
    ratio = SequenceMatcher(None, one, other).ratio()
    return ratio * 0.8 if ratio >= 0.8 else 0.0


def _likeness(text: str, label: str) -> float:
    """How alike two texts are: by their words, and by their letters when the words are. 0 below a half."""
    one, other = bare(text), bare(label)
    if one == other:
        return 1.0
    words, others = frozenset(_words(text)), frozenset(_words(label))
    if not words or not others or words & _NEGATIONS != others & _NEGATIONS or _numbers(one) != _numbers(other):
        return 0.0
    shared = 2 * len(words & others) / (len(words) + len(others))
    if shared < 0.4:
        return 0.0
    ratio = SequenceMatcher(None, one[:300], other[:300], autojunk=False).ratio()
    likeness = 0.5 * shared + 0.5 * ratio
    return 0.95 * likeness if likeness >= 0.5 else 0.0


def _numbers(text: str) -> frozenset[str]:
    """Numbers that tell items apart; the ends of a scale in brackets do not."""
    return frozenset(re.findall(r"\d+", re.sub(r"\([^)]*\)", " ", text)))


@lru_cache(maxsize=100_000)
def _words(text: str) -> tuple[str, ...]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:500])
    words: Iterable[str] = re.findall(r"[^\W_]+", bare(apart))
    return tuple(word for word in words if word not in _IDLE and len(word) > 1)

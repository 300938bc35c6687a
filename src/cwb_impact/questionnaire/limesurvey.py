"""The questionnaire as a tab-separated survey structure that LimeSurvey imports (.txt).

Reference: LimeSurvey manual, `Tab Separated Value survey structure`. Codes of questions are letters and digits, at
most 20; codes of answers at most 5.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from cwb_impact.questionnaire.content import RESPONDENT, Item, Questionnaire, Texts, plain
from cwb_impact.questionnaire.routing import Asks, asks_of, expression, joined
from cwb_impact.questionnaire.tools import Tool
from cwb_impact.questionnaire.xlsform import hint_of
from cwb_impact.spec.conditions import Test

COLUMNS = (
    "class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory", "other",
    "default", "same_default", "hidden", "num_value_int_only", "em_validation_q", "exclude_all_others",
)  # fmt: skip

ADDED = (
    "id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token",
    "firstname", "lastname", "email", "interviewtime", "groupTime*", "questionTime*",
)  # fmt: skip
"""Columns that LimeSurvey adds, or may add, to an export."""

SAID = {"dont_know": "DK", "refused": "RF"}
"""Codes of answers may hold no minus sign."""

_LONGEST = 20
_TAKEN = frozenset({"id", "sid", "self", "that", "this", "lang", "token", "savedid", "seed", "other"})

Row = Mapping[str, str]


def question_codes(names: Iterable[str]) -> dict[str, str]:
    """Name to question code: without underscores, at most 20 characters, each once.

    Examples
    --------
    >>> list(question_codes(["who5_1", "permanent_contract_hours", "permanent_contract_hour"]).values())
    ['who51', 'permanentcontracthou', 'permanentcontract002']
    """
    made: dict[str, str] = {}
    for name in names:
        code = name.replace("_", "")[:_LONGEST]
        number = 1
        while code in made.values() or code in _TAKEN:
            number += 1
            code = f"{name.replace('_', '')[: _LONGEST - 3]}{number:03d}"
        made[name] = code
    return made


def answer_codes(item: Item) -> dict[str, str]:
    """Choice to answer code: A1, A2, ...; points of a scale keep their number, with M for a minus sign."""
    if item.span is not None:
        return {choice.code: choice.code.replace("-", "M") for choice in item.choices}
    return {choice.code: f"A{place}" for place, choice in enumerate(item.choices, 1)}


def tool_of(made: Questionnaire) -> Tool:
    """Columns have the question codes, a set one column an answer: `unions[A1]`."""
    names = [RESPONDENT, *dict.fromkeys(name for item in made.items for name in (item.gate, item.name) if name)]
    codes = {item.name: answer_codes(item) for item in made.items if item.choices}
    return Tool("limesurvey", question_codes(names), codes, SAID, True, ADDED)


def write_limesurvey(made: Questionnaire, path: Path) -> None:
    """Write the structure as LimeSurvey itself exports it: UTF-8 with a byte-order mark."""
    held = io.StringIO()
    writer = csv.DictWriter(held, COLUMNS, restval="", delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows_of(made))
    path.write_bytes(held.getvalue().encode("utf-8-sig"))


def rows_of(made: Questionnaire) -> list[Row]:
    """Settings, then all groups and questions once a language, the first language first."""
    tool, (first, *others) = tool_of(made), made.languages
    settings = {"language": first, "additional_languages": " ".join(others), "format": "G", "anonymized": "N"}
    rows: list[Row] = [{"class": "S", "name": name, "text": text} for name, text in settings.items()]
    for lang in made.languages:
        title = f"{made.study[lang] or made.study['en']} {made.wave}"
        rows.append({"class": "SL", "name": "surveyls_title", "text": _shown(title), "language": lang})
    for lang in made.languages:
        rows += _in_language(made, tool, lang)
    return rows


def _in_language(made: Questionnaire, tool: Tool, lang: str) -> list[Row]:
    rows: list[Row] = []
    for number, block in enumerate(made.blocks, 1):
        name = _shown(block.title[lang] or block.title["en"])
        rows.append({"class": "G", "type/scale": str(number), "name": name, "relevance": "1", "language": lang})
        if number == 1:
            text = _shown(made.words[RESPONDENT][lang])
            rows.append(_row("S", tool.columns[RESPONDENT], text, lang, mandatory="Y"))
        for item in block.items:
            if made.opens(item) and item.gate is not None:
                equation = f"{{if({filter_of(item, made, tool)}, 1, 0)}}"
                rows.append(_row("*", tool.columns[item.gate], equation, lang, hidden="1"))
            rows += _question(item, made, tool, lang)
    return rows


def _row(kind: str, code: str, text: str, lang: str, **more: str) -> Row:
    return {"class": "Q", "type/scale": kind, "name": code, "relevance": "1", "text": text, "language": lang, **more}


def _question(item: Item, made: Questionnaire, tool: Tool, lang: str) -> list[Row]:
    # a date question exports day and time with a blank between, which no map reads; a text with a pattern does not
    kinds = {"one": "L", "several": "M", "whole": "N", "decimal": "N", "text": "S", "date": "S"}
    more = {"relevance": f"{tool.columns[item.gate]}.NAOK == 1"} if item.gate else {}
    help_text = made.words["date"] if item.kind == "date" else hint_of(item, made)
    more |= {"help": _shown(help_text[lang]), "mandatory": "Y" if item.required else "N", **_checks(item, tool)}
    rows = [_row(kinds[item.kind], tool.columns[item.name], _shown(item.text[lang]), lang, **more)]
    part = "SQ" if item.kind == "several" else "A"
    answers: list[tuple[str, Texts]] = [(tool.code(item, choice.code), choice.label) for choice in item.choices]
    if item.kind == "one":
        answers += [(SAID[reason], made.words[reason]) for reason in item.offered]
    for code, label in answers:
        rows.append({"class": part, "type/scale": "0", "name": code, "text": _shown(label[lang]), "language": lang})
    return rows


def _checks(item: Item, tool: Tool) -> dict[str, str]:
    """Attributes that say which answers are taken."""
    if item.kind in ("whole", "decimal") and item.span is not None:
        low, high = (plain(end) for end in item.span)
        rule = " or ".join(
            [f"(this ge {low} and this le {high})", *(f"this == {code}" for code in item.offered.values())]
        )
        whole = {"num_value_int_only": "1"} if item.whole else {}
        return {"em_validation_q": f"is_empty(this) or {rule}", **whole}
    if item.kind == "date":
        return {"validation": r"/^\d{4}-\d{2}-\d{2}$/"}
    if item.exclusive:
        return {"exclude_all_others": ";".join(tool.code(item, code) for code in item.exclusive)}
    return {}


def filter_of(item: Item, made: Questionnaire, tool: Tool) -> str:
    """The condition of a question as an ExpressionScript; words (ge, le) stand for signs that HTML has too."""

    def test(name: str, one: Test) -> str:
        return _script(asks_of(made.item(name), one), tool)

    if item.asked_if is None:
        raise AssertionError(f"{item.name} has no filter")
    return expression(item.asked_if, test, joined("and"), joined("or"))


def _script(asks: Asks, tool: Tool) -> str:
    item, code = asks.item, tool.columns[asks.item.name]
    chosen = asks.codes
    if item.kind == "one" and asks.span is not None:
        low, high = asks.span
        chosen = tuple(choice.code for choice in item.choices if low <= float(choice.code) <= high)
    if item.kind == "several":
        return joined("or")([f"{code}_{tool.code(item, one)}.NAOK == 'Y'" for one in chosen])
    if item.kind == "one":
        return joined("or")([_is(code, tool.code(item, one)) for one in chosen]) if chosen else "0"
    if asks.span is not None:
        low, high = asks.span
        # an empty answer is not below zero
        return f"(is_numeric({code}.NAOK) and {code}.NAOK ge {plain(low)} and {code}.NAOK le {plain(high)})"
    if item.kind == "text":
        return joined("or")([f"{code}.NAOK == {_literal(one)}" for one in chosen])
    return joined("or")([f"(is_numeric({code}.NAOK) and {code}.NAOK == {one})" for one in chosen])


def _is(code: str, answer: str) -> str:
    """A comparison with 0 could hold for an empty answer, too."""
    same = f"{code}.NAOK == '{answer}'"
    return f"(is_numeric({code}.NAOK) and {same})" if answer == "0" else same


def _literal(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _shown(text: str) -> str:
    """Words as HTML; a blank behind a brace keeps them from being read as an expression."""
    return html.escape(text, quote=False).replace("{", "{ ")

"""The questionnaire as an XLSForm, for ODK, KoboToolbox and SurveyCTO. Reference: the XLSForm specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cwb_impact.questionnaire.content import RESPONDENT, Item, Questionnaire, Texts, plain
from cwb_impact.questionnaire.routing import Asks, asks_of, expression, joined
from cwb_impact.questionnaire.tools import Tool
from cwb_impact.questionnaire.words import LANGUAGES
from cwb_impact.spec.conditions import Test
from cwb_impact.workbook import same_bytes

Row = Mapping[str, str]

ADDED = (
    "heading_*", "SubmissionDate", "meta-*", "__version__", "_*", "KEY", "SubmitterID", "SubmitterName",
    "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion",
    "instanceID", "formdef_version", "start", "end", "today",
)  # fmt: skip
"""Columns that ODK Central, KoboToolbox and SurveyCTO add, or may add, to an export."""


def tool_of(made: Questionnaire) -> Tool:
    """Columns have the names of the variables, cells the codes of the dictionary; sets are one cell with spaces."""
    names = [RESPONDENT, *(item.name for item in made.items), *(item.gate for item in made.items if item.gate)]
    said = {name: name for name in names}
    return Tool("plain", said, ignore=ADDED)


def write_xlsform(made: Questionnaire, path: Path) -> None:
    """Write the workbook; the same bytes every time."""
    book = Workbook()
    sheets = {"survey": survey_rows(made), "choices": choice_rows(made), "settings": settings_rows(made)}
    for place, (name, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(name, place)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column, "") or None for column in columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, 1):
            wide = column.startswith(("label", "hint"))
            sheet.column_dimensions[get_column_letter(number)].width = 60 if wide else 24
    del book["Sheet"]
    path.write_bytes(same_bytes(book))


def in_languages(column: str, texts: Texts) -> dict[str, str]:
    """`label::Nederlands (nl)` and so on. A reference to another answer would be read in `${`."""
    return {f"{column}::{LANGUAGES[lang]} ({lang})": text.replace("${", "$ {") for lang, text in texts.items()}


def settings_rows(made: Questionnaire) -> list[Row]:
    return [
        {
            "form_title": f"{made.study['nl']} {made.wave}",
            "form_id": f"{made.population}_{made.wave}",
            "version": "1",
            "default_language": f"{LANGUAGES['nl']} (nl)",
        }
    ]


def survey_rows(made: Questionnaire) -> list[Row]:
    """One row a heading, gate and question."""
    first = {"type": "text", "name": RESPONDENT, **in_languages("label", made.words[RESPONDENT])}
    rows: list[Row] = [{**first, **in_languages("hint", dict.fromkeys(made.languages, "")), "required": "yes"}]
    for block in made.blocks:
        rows.append({"type": "note", "name": f"heading_{block.name}", **in_languages("label", _bold(block.title))})
        for item in block.items:
            if made.opens(item):
                rows.append(
                    {"type": "calculate", "name": str(item.gate), "calculation": f"if({filter_of(item, made)}, 1, 0)"}
                )
            rows.append(_question(item, made))
    return rows


def _bold(texts: Texts) -> Texts:
    return {lang: f"**{text}**" if text else "" for lang, text in texts.items()}


def _question(item: Item, made: Questionnaire) -> Row:
    kinds = {
        "one": f"select_one {item.name}",
        "several": f"select_multiple {item.name}",
        "whole": "integer",
        "decimal": "decimal",
        "text": "text",
        "date": "date",
    }
    constraint = constraint_of(item)
    return {
        "type": kinds[item.kind],
        "name": item.name,
        **in_languages("label", item.text),
        **in_languages("hint", hint_of(item, made)),
        "required": "yes" if item.required else "",
        "relevant": f"${{{item.gate}}} = 1" if item.gate else "",
        "constraint": constraint,
        **(in_languages("constraint_message", made.words["not_allowed"]) if constraint else {}),
    }


def hint_of(item: Item, made: Questionnaire) -> Texts:
    """What helps to answer: the range and the numbers for `I don't know`, or that several answers may be chosen."""
    if item.kind == "several":
        return made.words["several"]
    if item.kind not in ("whole", "decimal") or item.span is None:
        return dict.fromkeys(made.languages, "")
    low, high = (plain(end) for end in item.span)
    parts = [(made.words["within"], {"low": low, "high": high}), (made.words["type_missing"], dict(item.offered))]
    return {lang: " ".join(text[lang].format(**named) for text, named in parts).strip() for lang in made.languages}


def constraint_of(item: Item) -> str:
    """Which answers the form takes: the range or a missing code; `none` and missing codes only by themselves."""
    if item.kind == "several":
        alone = [*item.exclusive, *item.offered.values()]
        clash = " or ".join(f"selected(., '{code}')" for code in alone)
        return f"count-selected(.) <= 1 or not({clash})" if alone else ""
    if item.kind in ("whole", "decimal") and item.span is not None:
        low, high = (plain(end) for end in item.span)
        return " or ".join([f"(. >= {low} and . <= {high})", *(f". = {code}" for code in item.offered.values())])
    if item.kind == "date" and item.days is not None:
        first, last = (day.isoformat() for day in item.days)
        return f". >= date('{first}') and . <= date('{last}')"
    return ""


def filter_of(item: Item, made: Questionnaire) -> str:
    """The condition of a question as an XPath expression."""

    def test(name: str, one: Test) -> str:
        return _xpath(asks_of(made.item(name), one))

    if item.asked_if is None:
        raise AssertionError(f"{item.name} has no filter")
    return expression(item.asked_if, test, joined("and"), joined("or"))


def _xpath(asks: Asks) -> str:
    name = f"${{{asks.item.name}}}"
    if asks.span is not None:
        return f"({name} >= {plain(asks.span[0])} and {name} <= {plain(asks.span[1])})"
    if asks.item.kind in ("one", "several"):
        return joined("or")([f"selected({name}, '{code}')" for code in asks.codes])
    if asks.item.kind == "text":
        return joined("or")([f"{name} = {_literal(code)}" for code in asks.codes])
    return joined("or")([f"{name} = {code}" for code in asks.codes])


def _literal(text: str) -> str:
    """A text in XPath, which cannot escape a quotation mark."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def choice_rows(made: Questionnaire) -> list[Row]:
    """The answers of each question under its own name, then what people can say instead."""
    rows: list[Row] = []
    for item in (item for item in made.items if item.choices):
        said: Sequence[tuple[str, Texts]] = [(code, made.words[reason]) for reason, code in item.offered.items()]
        answers = [*((choice.code, choice.label) for choice in item.choices), *said]
        rows += [{"list_name": item.name, "name": code, **in_languages("label", text)} for code, text in answers]
    return rows

"""The workbook of a template: a sheet to fill in, one that explains, and one with the answers to choose from."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cwb_impact.registers.template_cells import allowed, choices_of, range_of, written
from cwb_impact.registers.template_words import (
    HEADINGS,
    HELP_SHEET,
    HOW,
    LIST_SHEET,
    NEEDED,
    NOT_ALLOWED,
    NOT_LISTED,
    PRIVACY,
    VERSION,
    WHO_SEES,
)
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.register import Register, RegisterColumn

LAST_ROW = 5000
"""Rows in which a cell is checked while somebody types."""

_BOLD = Font(bold=True)
_TOP = Alignment(wrap_text=True, vertical="top")
_HEADING = PatternFill("solid", fgColor="D9E2EC")
_EXAMPLE = PatternFill("solid", fgColor="EEEEEE")
_LARGEST = 1_000_000_000_000
_FIRST_DAY = 1
"""1 January 1900, as a spreadsheet program counts days."""


def template_book(register: Register, dictionary: Dictionary, lang: str) -> Workbook:
    """The list on the first sheet, named as the list is; then help and answers in one language."""
    book = Workbook()
    book.properties.creator = "cwb_impact"
    book.properties.title = register.name[lang]
    sheet = book.worksheets[0]
    sheet.title = register.id
    explained, lists = book.create_sheet(HELP_SHEET[lang]), book.create_sheet(LIST_SHEET[lang])
    for number, column in enumerate(register.columns.values(), 1):
        answers = _answers(
            lists, column.label[lang], [label[lang] for label in choices_of(column, dictionary).values()]
        )
        _fill_column(sheet, number, column, dictionary, lang, answers)
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "B2"
    _explain(explained, register, dictionary, lang)
    if lists.max_column == 1 and lists["A1"].value is None:
        book.remove(lists)
    return book


def _answers(lists: Any, heading: str, labels: list[str]) -> str | None:
    """Put the answers of a column on the sheet of lists; the range that holds them."""
    if not labels:
        return None
    number = 1 if lists["A1"].value is None else lists.max_column + 1
    for row, label in enumerate([heading, *labels], 1):
        lists.cell(row, number, label)
    lists.cell(1, number).font = _BOLD
    letter = get_column_letter(number)
    lists.column_dimensions[letter].width = max(len(label) + 2 for label in (heading, *labels))
    return f"'{lists.title}'!${letter}$2:${letter}${len(labels) + 1}"


def _fill_column(
    sheet: Any, number: int, column: RegisterColumn, dictionary: Dictionary, lang: str, answers: str | None
) -> None:
    """Heading with its note, the cell of the example, the format and the check of the cells below."""
    letter = get_column_letter(number)
    heading = sheet.cell(1, number, column.label[lang])
    heading.font, heading.fill, heading.alignment = _BOLD, _HEADING, _TOP
    heading.comment = Comment(column.help[lang], "cwb_impact", height=120, width=320)
    sheet.column_dimensions[letter].width = max(16, min(34, len(column.label[lang]) + 4))
    example = sheet.cell(2, number, written(column, dictionary, lang))
    example.font, example.fill = Font(italic=True), _EXAMPLE
    if shape := _format(column, lang):
        sheet.column_dimensions[letter].number_format = example.number_format = shape
    if (check := _check(column, dictionary, lang, answers)) is not None:
        check.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.add_data_validation(check)


def _format(column: RegisterColumn, lang: str) -> str:
    """How a program shows a cell. Text keeps the zeros in front of a number and turns nothing into a date."""
    shown = {
        "euros": "#,##0.00",
        "date": "dd-mm-yyyy" if lang == "nl" else "yyyy-mm-dd",
        "text": "@",
        "postcode": "@",
        "kvk": "@",
        "choice": "@",
    }
    return shown.get(column.type, "")


def _check(column: RegisterColumn, dictionary: Dictionary, lang: str, answers: str | None) -> DataValidation | None:
    """What a program checks. A list refuses; a number or date warns, for `Don't know` may stand there."""
    if answers is not None:
        check = DataValidation(type="list", formula1=answers, allow_blank=True, showErrorMessage=True)
        check.error = NOT_LISTED[lang]
        return check
    if column.type == "date":
        check = DataValidation(type="date", operator="greaterThanOrEqual", formula1=str(_FIRST_DAY))
    elif column.type in ("number", "whole", "percent", "euros"):
        low, high = range_of(column, dictionary) or (-_LARGEST, _LARGEST)
        kind: Any = "whole" if column.type == "whole" else "decimal"
        check = DataValidation(type=kind, operator="between", formula1=f"{low:.0f}", formula2=f"{high:.0f}")
    else:
        return None
    check.allow_blank, check.showErrorMessage, check.errorStyle = True, True, "warning"
    check.error = NOT_ALLOWED[lang].format(what=allowed(column, dictionary, lang))
    return check


def _explain(sheet: Any, register: Register, dictionary: Dictionary, lang: str) -> None:
    """What the list is, how to fill it in, who sees it, and one row for each column."""
    said = [register.name[lang], *(text[lang].format(row=register.row[lang]) for text in HOW)]
    said += [register.note[lang]] if register.note is not None else []
    said += ["", WHO_SEES[lang], PRIVACY[register.protects][lang], ""]
    for row, text in enumerate(said, 1):
        sheet.cell(row, 1, text or None).alignment = _TOP
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(HEADINGS))
        sheet.row_dimensions[row].height = 15 * (1 + len(text) // 130)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.row_dimensions[1].height = 22
    sheet.cell(said.index(WHO_SEES[lang]) + 1, 1).font = _BOLD
    sheet.append([text[lang] for text in HEADINGS])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.alignment = _BOLD, _HEADING, _TOP
    for number, column in enumerate(register.columns.values(), 2):
        example = sheet.parent.worksheets[0].cell(2, number - 1)
        needed = NEEDED[column.needed, column.filled][lang]
        sheet.append([column.label[lang], needed, column.help[lang], allowed(column, dictionary, lang), example.value])
        sheet.cell(sheet.max_row, len(HEADINGS)).number_format = example.number_format
        for cell in sheet[sheet.max_row]:
            cell.alignment = _TOP
    sheet.append([])
    sheet.append([VERSION[lang].format(id=register.id, version=register.version)])
    for letter, width in zip("ABCDE", (30, 22, 50, 50, 22), strict=True):
        sheet.column_dimensions[letter].width = width

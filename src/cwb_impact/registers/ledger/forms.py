"""Dutch or English numbers, day or month first: as the study states, or as the cells of the column need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cwb_impact.registers.ledger.told import Told


@dataclass(frozen=True)
class Form:
    """How a column may be written. macros : form -> SQL that reads it. code : of the problem when it is not clear.

    cells : SQL of a table with `cell` and `n`, of the rows of a file. where : SQL of the rows, from one of the cells.
    """

    column: str
    key: str
    code: str
    macros: Mapping[str, str]
    typed: str
    cells: str
    where: str
    unclear: str


AMOUNT = Form(
    "amount", "numbers", "E626", {"nl": "number_nl", "en": "number_en"}, "number_typed",
    "(SELECT amount AS cell, 1 AS n FROM {rows})", "{condition}", "point and comma",
)  # fmt: skip
DAY = Form(
    "date", "dates", "E627", {"dmy": "day_dmy", "mdy": "day_mdy"}, "day_typed",
    "{words}", "date IN (SELECT date FROM (SELECT cell AS date FROM {words}) WHERE {condition})", "day and month",
)  # fmt: skip


def reading(told: Told, form: Form) -> str | None:
    """The macro that reads a cell of text of this column; None when it is not clear which.

    Problems: E626, E627 cells that can be read in two ways, or that are written in two ways.
    """
    stated = getattr(told.source.ledger.stated, form.key) or _decided(told, form)
    return None if stated is None else form.macros.get(stated, "day_iso")


def read_by(macro: str, form: Form, cell: str) -> str:
    """SQL of the value of a cell, of text or by itself a number or a day."""
    return f"CASE WHEN typed({cell}) THEN {form.typed}({cell}) ELSE {macro}({cell}) END"


def _decided(told: Told, form: Form) -> str | None:
    one, other = form.macros
    cells = form.cells.format(rows=told.rows, words=told.words(form.column))
    read = (
        f"SELECT {form.macros[one]}(cell) AS a, {form.macros[other]}(cell) AS b, n FROM {cells} WHERE NOT typed(cell)"
    )
    sums = ", ".join(
        f"coalesce(sum(n) FILTER ({where}), 0)"
        for where in ("a IS NOT NULL AND b IS NULL", "b IS NOT NULL AND a IS NULL", "a <> b")
    )
    only_one, only_other, both = told.con.execute(f"SELECT {sums} FROM ({read})").fetchall()[0]
    if only_one and only_other:
        most, least = (one, other) if only_one >= only_other else (other, one)
        what = f"written as {least}, and {max(only_one, only_other)} other cells of the column as {most}"
        where = f"{form.macros[least]}({form.column}) IS NOT NULL AND {form.macros[most]}({form.column}) IS NULL"
        _tell(told, form, where, what, f"Write them all alike ({form.key})")
        return None
    if both and not only_one and not only_other:
        fix = f"State {form.key}: {' or '.join(form.macros)} with the file in study.yml"
        where = " <> ".join(f"{macro}({form.column})" for macro in form.macros.values())
        _tell(told, form, where, f"{form.unclear} can be read in two ways", fix)
        return None
    return other if only_other else one


def _tell(told: Told, form: Form, condition: str, what: str, fix: str) -> None:
    condition = f"NOT typed({form.column}) AND {condition}"
    where = form.where.format(condition=condition, words=told.words(form.column))
    told.tell(form.code, form.column, where, what, fix)

"""The columns of registers must fit the dictionary: their variables exist, and a cell of that type answers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cwb_impact.errors import Problems
from cwb_impact.spec.definitions import Fault, nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.register import CellType, RegisterColumn
from cwb_impact.spec.variable import Variable


def check_register_columns(dictionary: Dictionary, problems: Problems) -> None:
    """E131: variables of the columns of registers and of what is made of their rows, their types, and examples."""
    known = list(dictionary.variables)
    for register in dictionary.registers.values():
        doc = register.doc
        for name in (name for name in register.makes if name not in dictionary.variables):
            problems.add("E131", doc.shown, doc.line("makes"), name, "is no variable", nearest(name, known))
        for name, column in register.columns.items():
            for key, subject, what, fix in _column_faults(column, dictionary):
                problems.add("E131", doc.shown, doc.line("columns", name, key), subject, what, fix)


def _column_faults(column: RegisterColumn, dictionary: Dictionary) -> Iterator[Fault]:
    codes = column.choices
    if column.variable is not None:
        variable = dictionary.variables.get(column.variable)
        if variable is None:
            known = list(dictionary.variables)
            yield "variable", column.variable, "is not in the dictionary", nearest(column.variable, known)
            return
        if column.type != (fitting := _cell_type(variable)):
            what = f"is answered by a cell of the type {fitting}, and this one is {column.type}"
            yield "type", column.variable, what, "Make the two agree"
        codes = variable.codes
    if codes is not None and column.example not in codes:
        yield "example", column.example, "is no code of this column", nearest(column.example, list(codes))


def _cell_type(variable: Variable) -> CellType | Literal["set"]:
    """How a cell is read that answers a variable. No cell holds several answers, so nothing reads a set."""
    if variable.type == "category":
        return "choice"
    if variable.type != "number":
        return variable.type
    if variable.unit in ("euros", "percent"):
        return "euros" if variable.unit == "euros" else "percent"
    return "whole" if variable.whole else "number"

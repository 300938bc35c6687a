"""Every line of a ledger, read: one table of all files, with exact amounts. What cannot be read is told by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from cwb_impact.harmonise.missing_words import reason_of
from cwb_impact.registers.cells import read_choice, words_of
from cwb_impact.registers.ledger.forms import AMOUNT, DAY, read_by, reading
from cwb_impact.registers.ledger.source import Source
from cwb_impact.registers.ledger.told import Told
from cwb_impact.spec.model import Text
from cwb_impact.spec.register import EXAMPLE, Period

_TOTAL = "((sub|eind|grand|general) ?)?tota(al|len|ls?)( (generaal|general))?( [0-9]{4})?"
_TEXTS = ("supplier", "anchor", "invoice", "contract")
_COLLECTED = ("date", "kvk", "postcode", "route", "influenceable")
_CHOICES = ("route", "influenceable")
_CREATE = """CREATE TABLE lines (source INTEGER, row BIGINT, anchor VARCHAR, name VARCHAR, kvk VARCHAR,
    postcode VARCHAR, invoice VARCHAR, amount DECIMAL(18, 2), day DATE, route VARCHAR, influenceable VARCHAR)"""
_INSERT = """INSERT INTO lines SELECT {number}, row, coalesce(lower(anchor), ''), supplier, coalesce(kvk, ''),
    coalesce(postcode, ''), coalesce(lower(replace(invoice, ' ', '')), ''), {amount}, day,
    coalesce(routes.code, 'no_answer'), coalesce(chosen.code, 'no_answer')
    FROM {rows} JOIN {day} AS days ON days.cell = date
    LEFT JOIN {route} AS routes ON routes.cell = route
    LEFT JOIN {influenceable} AS chosen ON chosen.cell = influenceable
    WHERE day BETWEEN DATE '{first}' AND DATE '{last}' AND supplier IS NOT NULL"""


def read_lines(
    con: duckdb.DuckDBPyConnection,
    sources: Iterable[Source],
    period: Period,
    choices: Mapping[str, Mapping[str, Text]],
) -> dict[str, int]:
    """All lines of the period in the table `lines`; empty texts are '', choices are a code or a missing reason.

    Number and postcode of the supplier are there as they are written: what they say is read once a supplier.

    Parameters
    ----------
    choices : of the columns route and influenceable.

    Returns
    -------
    What happened to the lines: rows, outside_period.

    Problems
    --------
    E625 totals; E626, E627 numbers or dates that can be read in two ways; E628 amounts, days and choices that cannot
    be read; E630 empty cells; W622 the example row; W624 chamber-of-commerce numbers without their zero; W640 lines
    outside the period; W641 postcodes and W642 chamber-of-commerce numbers that cannot be.
    """
    con.execute(_CREATE)
    counts = {"rows": 0, "outside_period": 0}
    for number, source in enumerate(sources):
        told = Told(con, source)
        _view(told)
        counts["rows"] += told.number(f"SELECT count(*) FROM {told.rows}")
        for column in _COLLECTED:
            told.collect(column)
        _check_rows(told)
        _check_suppliers(told)
        able = [_read_choice(told, column, choices[column]) for column in _CHOICES]
        amount, day = reading(told, AMOUNT), reading(told, DAY)
        if amount is None or day is None or not all(able):
            continue
        counts["outside_period"] += _read_days(told, day, period)
        read = read_by(amount, AMOUNT, "amount")
        tables = {"day": told.words("date"), **{column: told.words(column) for column in _CHOICES}}
        con.execute(
            _INSERT.format(number=number, amount=read, rows=told.rows, first=period.first, last=period.last, **tables)
        )
        if told.number(f"SELECT count(*) FROM lines WHERE source = {number} AND amount IS NULL"):
            _tell_unread(told, "amount", f"amount IS NOT NULL AND {read} IS NULL")
    return counts


def _view(told: Told) -> None:
    """The rows that count: no empty rows, and not the example row of the template (W622)."""
    register, table = told.source.ledger.register, told.source.ledger.table
    first = next(iter(register.columns))
    texts = [name for name, column in register.columns.items() if column.type not in ("euros", "date")]
    example = f"coalesce(lower({first}) = '{EXAMPLE.lower()}', false)"
    told.tell("W622", first, example, "the example row of the template is not counted", "Remove it", view=table)
    told.con.execute(
        f"CREATE VIEW {told.rows} AS SELECT * REPLACE ({', '.join(f'untyped({name}) AS {name}' for name in texts)}) "
        f"FROM {table} WHERE coalesce({', '.join(register.columns)}) IS NOT NULL AND NOT {example}"
    )


def _check_rows(told: Told) -> None:
    # looking for a few letters is quick, and nearly always decides
    some = f"contains(lower(concat_ws(' ', {', '.join(_TEXTS)})), 'tota')"
    words = " OR ".join(f"coalesce(regexp_full_match(words({name}), '{_TOTAL}'), false)" for name in _TEXTS)
    table = f"{told.source.ledger.table}_totals"
    told.con.execute(f"CREATE TABLE {table} AS SELECT row FROM {told.rows} WHERE {some} AND ({words})")
    total = f"row IN (SELECT row FROM {table})"
    fix = "Remove them: all lines are added up already. Is it a supplier? Write its legal form too"
    told.tell("E625", "supplier", total, "a total of other lines", fix)
    fill = "Fill it in, or remove the row"
    told.tell("E630", "supplier", f"supplier IS NULL AND NOT {total}", "no supplier: a total, or no name", fill)
    told.tell("E630", "amount", "supplier IS NOT NULL AND amount IS NULL", "no amount", fill)
    told.tell("E630", "date", "supplier IS NOT NULL AND date IS NULL", "no day", fill)


def _check_suppliers(told: Told) -> None:
    what = "no Dutch postcode; it is taken as not known"
    told.tell_words("W641", "postcode", "postcode_of(cell) IS NULL", what)
    what = "no chamber-of-commerce number of 8 digits; it is taken as not known"
    told.tell_words("W642", "kvk", "kvk_of(cell) IS NULL", what)
    padded = "regexp_full_match(translate(plain(cell), ' .', ''), '[0-9]{7}')"
    told.tell_words("W624", "kvk", padded, "lost their first zero, which is put back", "Format the column as text")


def _read_choice(told: Told, column: str, known: Mapping[str, Text]) -> bool:
    """Give every different cell its code, or the missing reason that it names; False when there is another cell."""
    table, words = told.words(column), words_of(known)
    told.con.execute(f"ALTER TABLE {table} ADD COLUMN code VARCHAR")
    for (cell,) in told.con.execute(f"SELECT cell FROM {table} LIMIT 1000").fetchall():  # more are no choices
        code = read_choice(cell, words).value or reason_of(cell)
        told.con.execute(f"UPDATE {table} SET code = ? WHERE cell = ?", [code, cell])
    labels = " or ".join(f"{label.nl} / {label.en}" for label in known.values())
    return not told.tell_words("E628", column, "code IS NULL", "none of the choices", f"Choose {labels}")


def _read_days(told: Told, macro: str, period: Period) -> int:
    """Give every different cell its day; how many lines are outside the period."""
    table = told.words("date")
    told.con.execute(f"ALTER TABLE {table} ADD COLUMN day DATE")
    told.con.execute(f"UPDATE {table} SET day = {read_by(macro, DAY, 'cell')}")
    _tell_unread(told, "date", f"date IN (SELECT cell FROM {table} WHERE day IS NULL)")
    outside = f"day NOT BETWEEN DATE '{period.first}' AND DATE '{period.last}'"
    what = f"the day is not between {period.first} and {period.last}; these lines are left out"
    return told.tell_words("W640", "date", outside, what)


def _tell_unread(told: Told, column: str, where: str) -> None:
    what = "cannot be read, or has another notation than the column"
    told.tell("E628", column, f"supplier IS NOT NULL AND {where}", what, "Correct it")

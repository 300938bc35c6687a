"""From lines to totals: doubles out, credit notes off, one amount a supplier. Only totals leave the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from cwb_impact.read.sheet_facts import SHOWN

_SAME = "anchor, supplier, invoice, day, amount, route"
"""What two lines have in common when they are the same invoice twice."""
# fingerprints of all lines fit in memory where the lines themselves would not; those that agree are then compared
_TABLES = f"""
    CREATE TABLE joined AS SELECT source, row, who, supplier, anchor, invoice, day, amount, influenceable,
        CASE WHEN route = 'subcontract' THEN route ELSE 'direct' END AS route,
        CASE WHEN invoice <> '' THEN hash({_SAME}) END AS mark
        FROM lines JOIN who USING (name, kvk, postcode);
    DROP TABLE lines;
    CREATE TABLE suspects AS SELECT mark FROM joined WHERE mark IS NOT NULL GROUP BY mark HAVING count(*) > 1;
    CREATE VIEW suspected AS SELECT * FROM joined WHERE mark IN (SELECT mark FROM suspects);
    CREATE TABLE merged AS SELECT {_SAME}, min(who) AS who, count(*) - 1 AS more,
        coalesce(min(influenceable) FILTER (influenceable IN ('yes', 'no')), min(influenceable)) AS influenceable
        FROM suspected GROUP BY {_SAME};
    CREATE TABLE again AS SELECT source, row FROM (
        SELECT source, row, row_number() OVER (PARTITION BY {_SAME} ORDER BY source, row) AS time FROM suspected
        ) WHERE time > 1;
    CREATE TABLE sums AS SELECT who, supplier, anchor, route, influenceable, amount < 0 AS note, amount > 0 AS bill,
        sum(amount) AS euros, count(*) AS lines FROM (
            SELECT who, supplier, anchor, route, influenceable, amount FROM joined
            WHERE mark IS NULL OR mark NOT IN (SELECT mark FROM suspects)
            UNION ALL SELECT who, supplier, anchor, route, influenceable, amount FROM merged
        ) GROUP BY ALL;
"""
# money that goes back comes from where it went, also when the note has no postcode
_TOTALS = """
    CREATE TABLE went AS SELECT supplier, only_one(in_area) AS place FROM sums JOIN who USING (who, supplier)
        WHERE bill AND route = 'direct' GROUP BY supplier;
    CREATE TABLE placed AS SELECT sums.*, coop, owned, conflict,
        CASE WHEN note THEN coalesce(in_area, place) ELSE in_area END AS in_area
        FROM sums JOIN who USING (who, supplier) LEFT JOIN went USING (supplier);
    CREATE TABLE payments AS SELECT supplier, influenceable, in_area, only_one(owned) AS owned, sum(euros) AS euros
        FROM placed WHERE route = 'direct' GROUP BY supplier, influenceable, in_area;
    CREATE TABLE coop_payments AS SELECT anchor, coop, route, sum(euros) AS euros
        FROM placed WHERE coop IS NOT NULL GROUP BY anchor, coop, route;
"""
_COUNTS = """SELECT
    sum(lines) FILTER (note) AS credit_notes,
    sum(-euros) FILTER (note) AS credit_notes_euros,
    sum(lines) FILTER (route = 'subcontract') AS subcontract_lines,
    sum(lines) FILTER (route = 'direct') AS invoices,
    count(DISTINCT supplier) FILTER (route = 'direct') AS suppliers,
    sum(euros) FILTER (route = 'direct') AS euros,
    sum(lines) FILTER (route = 'direct' AND in_area IS NULL) AS place_unknown_invoices,
    count(DISTINCT supplier) FILTER (route = 'direct' AND in_area IS NULL) AS place_unknown_suppliers,
    sum(euros) FILTER (route = 'direct' AND in_area IS NULL) AS place_unknown_euros,
    count(DISTINCT supplier) FILTER (route = 'direct' AND owned IS NULL) AS owner_unknown_suppliers,
    sum(euros) FILTER (route = 'direct' AND owned IS NULL) AS owner_unknown_euros,
    count(DISTINCT supplier) FILTER (route = 'direct' AND influenceable NOT IN ('yes', 'no'))
        AS choice_unknown_suppliers,
    sum(euros) FILTER (route = 'direct' AND influenceable NOT IN ('yes', 'no')) AS choice_unknown_euros,
    sum(lines) FILTER (conflict) AS place_conflicts
    FROM placed"""
_DOUBLE_COUNTS = "SELECT sum(more) AS double, sum(more * amount) AS double_euros FROM merged"
_BELOW_ZERO = """SELECT count(DISTINCT supplier) AS negative_suppliers, sum(-euros) AS negative_euros
    FROM payments WHERE euros < 0"""

_EUROS = {
    "credit_notes_euros": "SELECT supplier, euros FROM placed WHERE note",
    "euros": "SELECT supplier, euros FROM placed WHERE route = 'direct'",
    "place_unknown_euros": "SELECT supplier, euros FROM placed WHERE route = 'direct' AND in_area IS NULL",
    "owner_unknown_euros": "SELECT supplier, euros FROM placed WHERE route = 'direct' AND owned IS NULL",
    "choice_unknown_euros": "SELECT supplier, euros FROM placed WHERE route = 'direct' "
    "AND influenceable NOT IN ('yes', 'no')",
    "double_euros": "SELECT supplier, more * amount AS euros FROM merged",
    "negative_euros": "SELECT supplier, euros FROM payments WHERE euros < 0",
}
"""What each of the euros above is added up from."""
# as registers/dominance.py; a supplier whose credit notes are more than its invoices hides the largest as much
_REMAINDER = """SELECT round(100 * (sum(each) - list_sum(max(each, 2)))::DOUBLE / max(each)::DOUBLE, 9) FROM (
    SELECT abs(sum(euros)) AS each FROM ({rows}) GROUP BY supplier) HAVING max(each) > 0"""

_DOUBLES = "SELECT source, row FROM again"
_ORPHANS = """SELECT source, row FROM joined JOIN (
    SELECT anchor, supplier, route FROM sums GROUP BY ALL HAVING NOT bool_or(bill)
    ) USING (anchor, supplier, route) WHERE amount < 0 AND (source, row) NOT IN (SELECT (source, row) FROM again)"""
_SPELLINGS = """SELECT place // 1099511627776 AS source, place % 1099511627776 AS row FROM (
    SELECT place, row_number() OVER (PARTITION BY supplier ORDER BY place) AS time FROM (
        SELECT supplier, spelling, min(source * 1099511627776 + row) AS place FROM joined JOIN who USING (who, supplier)
        WHERE supplier IN (SELECT supplier FROM who GROUP BY supplier HAVING count(DISTINCT spelling) > 1)
        GROUP BY supplier, spelling
    )) WHERE time > 1"""
"""One number for file and row (2^40 rows a file), so that the first is the least."""


@dataclass(frozen=True)
class Cells:
    """Some rows of one file: how many, and the first of them."""

    source: int
    n: int
    rows: Sequence[int]


@dataclass(frozen=True, repr=False)
class Netted:
    """payments : supplier (a number), influenceable, in_area, owned, euros. coop_payments : coop, route, euros.

    Totals above 0 only. counts : what happened to the lines. remainders : what of its euros is left without the two
    largest suppliers, in percent of the largest. doubles : lines that were there before. orphans : credit
    notes of a supplier without an invoice. spellings : where the second and later spellings of a supplier first stand.
    """

    payments: pd.DataFrame
    coop_payments: pd.DataFrame
    counts: dict[str, int | float]
    remainders: dict[str, float]
    doubles: Sequence[Cells]
    orphans: Sequence[Cells]
    spellings: Sequence[Cells]


def net(con: duckdb.DuckDBPyConnection) -> Netted:
    """Work out the totals from the tables `lines` and `who`; sums are exact to the cent."""
    con.execute(_TABLES)
    con.execute(_TOTALS)
    doubles, orphans, spellings = (_cells(con, query) for query in (_DOUBLES, _ORPHANS, _SPELLINGS))
    counts = {**_numbers(con, _COUNTS), **_numbers(con, _DOUBLE_COUNTS), **_numbers(con, _BELOW_ZERO)}
    found = {name: con.execute(_REMAINDER.format(rows=rows)).fetchone() for name, rows in _EUROS.items()}
    remainders = {name: float(one[0]) for name, one in found.items() if one is not None}
    counts["credit_notes_without_invoice"] = sum(cells.n for cells in orphans)
    counts["spellings"] = sum(cells.n for cells in spellings)
    payments = con.execute(
        "SELECT supplier, influenceable, in_area, owned, euros::DOUBLE AS euros FROM payments WHERE euros > 0 "
        "ORDER BY supplier, influenceable, in_area"
    ).df()
    coop_payments = con.execute(
        "SELECT coop, route, euros::DOUBLE AS euros FROM coop_payments WHERE euros > 0 ORDER BY coop, anchor, route"
    ).df()
    return Netted(payments, coop_payments, counts, remainders, doubles, orphans, spellings)


def _numbers(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int | float]:
    found = con.execute(query)
    names = [str(column[0]) for column in found.description or ()]
    values = [value or 0 for value in found.fetchall()[0]]
    return {n: round(float(v), 2) if n.endswith("euros") else int(v) for n, v in zip(names, values, strict=True)}


def _cells(con: duckdb.DuckDBPyConnection, query: str) -> list[Cells]:
    found = con.execute(f"SELECT source, count(*), min(row, {SHOWN}) FROM ({query}) GROUP BY source ORDER BY source")
    return [Cells(*row) for row in found.fetchall()]

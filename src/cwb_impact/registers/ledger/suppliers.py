"""Who a supplier is, where it is, and who owns it.

One supplier, in this order: the same chamber-of-commerce number; the name of exactly one supplier that has a number;
else the same name (without case, accents, punctuation and legal form) in the same four-digit postcode.

In the area, in this order: the postcode on the invoice, because the question is where the invoiced business is (CLES
measures local spend by the invoice address), and a seat may be a head office elsewhere; the seat in the list of
suppliers, by number; the seat by exactly the same name; else it is not known. Never guessed from a place name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from cwb_impact.registers.cells import Value
from cwb_impact.registers.read_list import Listed

_MACROS = """
    CREATE MACRO in_area(code) AS CASE
        WHEN code IS NULL OR code = '' THEN NULL
        WHEN left(code, 4) IN (SELECT postcode FROM area) OR code IN (SELECT postcode FROM area) THEN 'yes'
        WHEN length(code) = 4 AND code IN (SELECT left(postcode, 4) FROM area) THEN NULL
        ELSE 'no' END;
    CREATE MACRO only_one(x) AS CASE WHEN count(DISTINCT x) = 1 THEN min(x) END;
"""
"""Four digits do not say whether a supplier is in an area that holds only some of their six-character postcodes."""
_SEATS = """
    CREATE TABLE seats AS SELECT name_key(name) AS name, nullif(kvk, '') AS kvk, in_area(postcode) AS in_area, owned
        FROM seat_rows;
    CREATE TABLE seats_by_kvk AS SELECT kvk, only_one(in_area) AS in_area, only_one(owned) AS owned
        FROM seats WHERE kvk IS NOT NULL GROUP BY kvk;
    CREATE TABLE seats_by_name AS SELECT name, only_one(in_area) AS in_area, only_one(owned) AS owned
        FROM seats WHERE kvk IS NULL GROUP BY name;
"""
_WRITTEN = """
    CREATE TABLE written AS SELECT
        row_number() OVER (ORDER BY postcode_of(postcode) IS NULL, name, kvk, postcode) AS id,
        name AS name_cell, kvk AS kvk_cell, postcode AS postcode_cell,
        name_key(name) AS plain_name, coalesce(kvk_of(kvk), '') AS kvk, coalesce(postcode_of(postcode), '') AS postcode
        FROM (SELECT DISTINCT name, kvk, postcode FROM lines);
    CREATE TABLE numbers AS SELECT plain_name, min(kvk) AS kvk FROM (
        SELECT plain_name, kvk FROM written WHERE kvk <> '' UNION SELECT name, kvk FROM seats WHERE kvk IS NOT NULL
        UNION SELECT name_key(coop), kvk FROM coops WHERE kvk IS NOT NULL
    ) GROUP BY plain_name HAVING count(DISTINCT kvk) = 1;
    CREATE TABLE towns AS SELECT plain_name, only_one(nullif(left(postcode, 4), '')) AS town FROM written
        WHERE kvk = '' GROUP BY plain_name;
    CREATE TABLE told AS SELECT written.* EXCLUDE (kvk), lower(plain(name_cell)) AS spelling,
        coalesce(nullif(written.kvk, ''), numbers.kvk) AS kvk, coalesce(nullif(left(postcode, 4), ''), town, '') AS town
        FROM written LEFT JOIN numbers USING (plain_name) LEFT JOIN towns USING (plain_name);
    CREATE TABLE keyed AS SELECT *, coalesce('kvk ' || kvk, 'name ' || plain_name || ' ' || town) AS key FROM told;
"""
_COOPS = """
    CREATE TABLE coop_of AS SELECT id, min(coop) AS coop FROM keyed JOIN (
        SELECT coop, name_key(coop) AS coop_name, kvk AS coop_kvk FROM coops
    ) ON keyed.kvk = coop_kvk OR (plain_name = coop_name AND (coop_kvk IS NULL OR keyed.kvk IS NULL)) GROUP BY id;
"""
_WHO = """
    CREATE TABLE suppliers AS SELECT key, row_number() OVER (ORDER BY md5(key)) AS supplier
        FROM (SELECT DISTINCT key FROM keyed);
    CREATE TABLE who AS SELECT keyed.id AS who, name_cell AS name, kvk_cell AS kvk, postcode_cell AS postcode,
        supplier, spelling, coop,
        coalesce(in_area(keyed.postcode), seats_by_kvk.in_area, seats_by_name.in_area) AS in_area,
        coalesce(seats_by_kvk.owned, seats_by_name.owned) AS owned,
        coalesce(in_area(keyed.postcode) <> seats_by_kvk.in_area, false) AS conflict
        FROM keyed JOIN suppliers USING (key)
        LEFT JOIN seats_by_kvk ON seats_by_kvk.kvk = keyed.kvk
        LEFT JOIN seats_by_name ON seats_by_name.name = keyed.plain_name AND seats_by_kvk.kvk IS NULL
        LEFT JOIN coop_of ON coop_of.id = keyed.id;
"""
"""The number of a supplier says nothing about it: it follows the order of fingerprints."""


def resolve(
    con: duckdb.DuckDBPyConnection,
    listed: Listed | None,
    coops: Mapping[str, str | None],
    area_postcodes: Iterable[str],
) -> None:
    """The table `who`: every supplier as it is written, with who it is and what is known of it.

    It has name, kvk and postcode as in `lines`; supplier (a number); coop (of the programme, else null); in_area and
    owned (yes, no, or null when not known); conflict (invoice and seat disagree).

    Parameters
    ----------
    listed : the register `suppliers`. coops : name -> chamber-of-commerce number, when known.
    area_postcodes : of the area, four digits or six characters.
    """
    con.execute("CREATE TABLE area (postcode VARCHAR); CREATE TABLE coops (coop VARCHAR, kvk VARCHAR)")
    con.execute("CREATE TABLE seat_rows (name VARCHAR, kvk VARCHAR, postcode VARCHAR, owned VARCHAR)")
    _fill(con, "area", [(code.replace(" ", "").upper(),) for code in sorted(area_postcodes)])
    _fill(con, "coops", list(coops.items()))
    _fill(con, "seat_rows", _seat_rows(listed) if listed is not None else [])
    con.execute(_MACROS + _SEATS + _WRITTEN + _COOPS + _WHO)


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[str | None, ...]]) -> None:
    if rows:
        columns = [pa.array(part, pa.string()) for part in zip(*rows, strict=True)]
        con.register("given", pa.table(columns, names=[str(place) for place in range(len(columns))]))
        con.execute(f"INSERT INTO {table} SELECT * FROM given")
        con.unregister("given")


def _seat_rows(listed: Listed) -> list[tuple[str | None, ...]]:
    columns = [listed.values(name) for name in ("name", "kvk", "postcode", "locally_owned")]
    return [tuple(_known(cell) for cell in row) for row in zip(*columns, strict=True)]


def _known(cell: Value | None) -> str | None:
    return None if cell is None or cell in ("unknown", "00000000") else str(cell)

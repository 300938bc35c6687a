"""The spend of anchor organisations: millions of invoice lines in, two short lists out (docs/spend.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.read.raw_file import sha256_of
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.ledger.cells_sql import MACROS
from cwb_impact.registers.ledger.lines import read_lines
from cwb_impact.registers.ledger.netting import Cells, Netted, net
from cwb_impact.registers.ledger.read import read_files
from cwb_impact.registers.ledger.source import Source
from cwb_impact.registers.ledger.suppliers import resolve
from cwb_impact.registers.read_list import Listed
from cwb_impact.types import RegisterRows

VALID = "valid"
UNKNOWN = "dont_know"


def spend_rows(
    at: AtWave,
    suppliers: Listed | None,
    *,
    coops: Mapping[str, str | None],
    area_postcodes: Iterable[str],
    problems: Problems,
    memory_limit: str = "512MB",
) -> tuple[RegisterRows, RegisterRows] | None:
    """What anchor organisations paid in the period of a wave, from their ledgers.

    Parameters
    ----------
    at : its files of `spend` are .csv, .xlsx or .parquet; all together one ledger. suppliers : the register of that
        name, read; None when the wave has none.
    coops : co-ops of the programme -> their chamber-of-commerce number, when known.
    area_postcodes : four digits, or six characters where only a part of a postcode is in the area.
    memory_limit : of the database; what does not fit is written to a temporary folder that is removed.

    Returns
    -------
    `payments` (one row a supplier, whether there was a choice, and whether it is in the area) and `coop_payments` (one
    row a payer, co-op and route); None when any line is wrong. No name of a supplier leaves the ledger.

    Problems
    --------
    Those of `read_files` and `read_lines`; E636 no line in the period; W643 doubles; W644 credit notes of suppliers
    without an invoice; W645 one supplier in several spellings; W646 suppliers whose place is not known; W647 suppliers
    with a total below 0, left out.

    Example
    -------
    `payments, to_coops = spend_rows(at, None, coops={"Buurtbus": None}, area_postcodes={"1069"}, problems=problems)`
    """
    before, register, period = len(problems.errors), at.register("spend"), at.spec.period
    with TemporaryDirectory(prefix="cwb_ledger_") as temporary:
        folder = Path(temporary)
        con = _database(folder, memory_limit)
        try:
            sources = read_files(con, at, folder, problems)
            variables = at.dictionary.variables
            choices = {name: variables[register.columns[name].variable or ""].codes or {} for name in _CHOICES}
            counts = read_lines(con, sources, period, choices)
            if len(problems.errors) == before and counts["rows"] == counts["outside_period"]:
                what = f"none of its {counts['rows']} lines is of {period.first} to {period.last}"
                fix = "Is it the ledger of another year?"
                problems.add("E636", at.file_names("spend"), 0, register.id, what, fix)
            if len(problems.errors) > before:
                return None
            resolve(con, suppliers, coops, area_postcodes)
            netted = net(con)
            _tell(netted, sources, register.id, problems)
        finally:
            con.close()
    hashes = {source.ledger.stated.file: sha256_of(source.ledger.path) for source in sources}
    if suppliers is not None:
        hashes |= suppliers.files
    told = {**counts, **netted.counts}

    def rows(name: str, frame: pd.DataFrame) -> RegisterRows:
        on, protects = at.spec.reference_date, register.protects
        kept = RegisterRows(name, register.population, at.wave, on, protects, at.data, frame, "register", hashes, told)
        return replace(kept, remainders=netted.remainders)

    return rows("payments", _payments(netted.payments)), rows("coop_payments", _coop_payments(netted.coop_payments))


_CHOICES = ("route", "influenceable")


def _database(folder: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(folder / "ledger.duckdb"))
    con.execute(f"SET memory_limit = '{memory_limit}'; SET temp_directory = '{folder.as_posix()}/spill'")
    # nothing is fetched from outside, and rows keep the order of the file: a cell is found by it
    con.execute("SET autoinstall_known_extensions = false; SET preserve_insertion_order = true")
    con.execute("SET enable_progress_bar = false")
    con.execute(MACROS)
    return con


def _tell(netted: Netted, sources: Sequence[Source], register: str, problems: Problems) -> None:
    """What a controller should look at, by cell and with a count; never a name or an amount of one supplier."""

    def tell(code: str, column: str, found: Sequence[Cells], what: str, fix: str) -> None:
        for cells in found:
            source = sources[cells.source]
            places = source.places(cells.rows, cells.n, column)
            source.ledger.add(code, column, f"{cells.n} {what}: {places}", fix)

    counts = netted.counts
    what = "lines are there twice and count once"
    tell("W643", "invoice", netted.doubles, what, "Is it so? If not, correct the invoice number")
    what = "credit notes are of a supplier without an invoice in the period"
    tell("W644", "amount", netted.orphans, what, "Look whether the invoice is in another year")
    what = "other spellings of a supplier are taken as that supplier"
    tell("W645", "supplier", netted.spellings, what, "Look whether they are the same")
    name = ", ".join(source.ledger.stated.file for source in sources)
    if counts["place_unknown_invoices"]:
        suppliers = f"{counts['place_unknown_suppliers']} of {counts['suppliers']} suppliers"
        invoices = f"{counts['place_unknown_invoices']} of {counts['invoices']} invoices"
        what = f"of {suppliers} it is not known whether they are in the area: {invoices}"
        problems.add("W646", name, 0, register, what, "Add postcodes, or their seat in the register suppliers")
    if counts["negative_suppliers"]:
        what = f"{counts['negative_suppliers']} suppliers have a total below 0, which is left out"
        problems.add("W647", name, 0, register, what, "Look whether their invoices are in another year")


def _payments(found: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({"payment_euros": found["euros"].astype("float64"), "payment_euros__why": VALID})
    chosen = found["influenceable"].isin(["yes", "no"])
    frame["payment_influenceable"] = found["influenceable"].where(chosen, None).astype("str")
    frame["payment_influenceable__why"] = found["influenceable"].mask(chosen, VALID).astype("str")
    for variable, column in (("supplier_in_area", "in_area"), ("supplier_locally_owned", "owned")):
        frame[variable] = found[column].astype("str")
        frame[f"{variable}__why"] = found[column].notna().map({True: VALID, False: UNKNOWN}).astype("str")
    frame["holding"] = found["supplier"].astype("int64").astype("str")
    frame["place"] = ""
    return frame


def _coop_payments(found: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({"coop_payment_euros": found["euros"].astype("float64"), "coop_payment_euros__why": VALID})
    frame["coop_payment_route"] = found["route"].astype("str")
    frame["coop_payment_route__why"] = VALID
    frame["holding"] = found["coop"].astype("str")
    frame["place"] = ""
    return frame

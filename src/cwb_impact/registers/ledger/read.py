"""Every file of a ledger as a table, whatever its format."""

from __future__ import annotations

from pathlib import Path

import duckdb

from cwb_impact.errors import Problems
from cwb_impact.read.first_bytes import is_as_stated, kind_by_bytes
from cwb_impact.read.formats import UnreadableError
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.ledger.parquet import read_parquet
from cwb_impact.registers.ledger.source import LedgerFile, Source
from cwb_impact.registers.ledger.text import read_text
from cwb_impact.registers.ledger.workbook import read_workbook

_READERS = {".csv": read_text, ".xlsx": read_workbook, ".parquet": read_parquet}


def read_files(con: duckdb.DuckDBPyConnection, at: AtWave, folder: Path, problems: Problems) -> list[Source]:
    """Read the files of the ledger that can be read; the table of file k is `file_k`.

    Problems: E010 a path leaves the data folder; E102 no such file, or unreadable; those of the readers.
    """
    register, found = at.register("spend"), []
    for number, file in enumerate(at.files("spend")):
        path = at.path_of(file, register.id, problems)
        if path is None:
            continue
        ledger = LedgerFile(path, file, register, f"file_{number}", folder, problems)
        try:
            source = _read(con, ledger)
        except UnreadableError as error:
            ledger.add("E102", register.id, f"cannot be read: {error}", error.fix)
        except OSError as error:
            what = f"cannot be read: {error.strerror or 'the system refuses'}"
            ledger.add("E102", register.id, what, "Check the rights of the file, and the space on the disk")
        else:
            found += [source] if source is not None else []
    return found


def _read(con: duckdb.DuckDBPyConnection, ledger: LedgerFile) -> Source | None:
    kind = ledger.path.suffix.lower()
    if kind not in _READERS:
        raise UnreadableError("is no .csv, .xlsx or .parquet", "Save it as one of these")
    if kind != ".parquet" and not is_as_stated(ledger.path, kind.removeprefix(".")):
        found = kind_by_bytes(ledger.path) or f"no {kind} file"
        raise UnreadableError(f"by its first bytes it is {found}", f"Save it again as {kind}")
    return _READERS[kind](con, ledger)

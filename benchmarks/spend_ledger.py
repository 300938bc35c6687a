"""A spend ledger of millions of invoice lines beside pandas: time and peak memory as ratios, measured in one run.

    .venv/bin/python benchmarks/spend_ledger.py [--runs 3] [--large 5000000]

Each step is a process of its own, so that its peak memory is its own: cwb_impact from the .csv to its two lists, and
pandas as a researcher would write it (read_csv, drop_duplicates, groupby on a cleaned name or number). They take turns.
Both must find the same euros. The ledger is invented (20,000 suppliers, 1% credit notes, 1% doubles, two spellings)
and made in a temporary folder. Both read 1,000,000 lines and the large ledger: peak memory shows whose is bounded.
Also: ours on the same 1,000,000 lines as Parquet.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

OURS = """
import json, sys
from datetime import date
from pathlib import Path
from cwb_impact.errors import Problems
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.ledger import spend_rows
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.register import Period, RegisterFile, WaveRegisters
path, problems = Path(sys.argv[1]), Problems()
dictionary = load_dictionary(problems)
period = Period(first=date(2021, 1, 1), last=date(2025, 12, 31))
files = {"spend": [RegisterFile(file=path.name)]}
wave = WaveRegisters(reference_date=date(2025, 12, 31), period=period, files=files)
at = AtWave("2025", wave, path.parent, dictionary, "synthetic")
payments, _ = spend_rows(
    at, None, coops={"Buurtkar": None}, area_postcodes={"1060", "1061", "1062"}, problems=problems
)
frame = payments.frame
print(json.dumps([payments.counts["euros"], float(frame.payment_euros[frame.supplier_in_area == "yes"].sum())]))
"""
PANDAS = r"""
import json, sys
import pandas as pd
lines = pd.read_csv(
    sys.argv[1], sep=";", decimal=",", thousands=".", parse_dates=["Factuurdatum"], dayfirst=True,
    dtype={"KvK": str, "Postcode": str, "Factuurnummer": str, "Leverancier": str},
)
lines = lines[lines["Factuurdatum"].between("2021-01-01", "2025-12-31")]
name = lines["Leverancier"].str.lower().str.replace(r"[.,]", "", regex=True).str.replace(r"\bbv\b", "", regex=True)
lines["supplier"] = lines["KvK"].fillna(name.str.strip() + " " + lines["Postcode"].str[:4].fillna(""))
lines = lines.drop_duplicates(["supplier", "Factuurnummer", "Factuurdatum", "Bedrag excl. btw"])
lines["area"] = lines["Postcode"].str[:4].isin(["1060", "1061", "1062"]).where(lines["Postcode"].notna())
totals = lines.groupby(["supplier", "Keuze mogelijk", "area"], dropna=False)["Bedrag excl. btw"].sum()
area = totals[totals.index.get_level_values("area") == True]
print(json.dumps([float(lines["Bedrag excl. btw"].sum()), float(area[area > 0].sum())]))
"""


def make_ledger(folder: Path, lines: int) -> Path:
    """Invented lines: amounts in Dutch notation, days of five years, one in ten without a postcode."""
    path = folder / f"ledger_{lines}.csv"
    con = duckdb.connect()
    con.execute(
        f"""COPY (
            SELECT CASE WHEN i % 7 = 0 THEN upper(name) ELSE name || ' B.V.' END AS "Leverancier",
                CASE WHEN s % 10 > 0 THEN (1000 + s % 90) || ' AB' END AS "Postcode",
                CASE WHEN s % 3 > 0 THEN lpad(s::VARCHAR, 8, '0') END AS "KvK",
                'F' || (i - i % 100 // 99) AS "Factuurnummer",
                CASE WHEN i % 100 = 50 THEN '-' ELSE '' END
                    || replace(format('{{:,}}', (s * 37 + 11) % 90000), ',', '.')
                    || ',' || lpad((s % 100)::VARCHAR, 2, '0') AS "Bedrag excl. btw",
                strftime(DATE '2021-01-01' + (s * 7 % 1826)::INT, '%d-%m-%Y') AS "Factuurdatum",
                CASE WHEN s % 20 = 0 THEN 'nee' ELSE 'ja' END AS "Keuze mogelijk"
            FROM (SELECT i, (i - i % 100 // 99) * 7919 % 20000 AS s, 'Voorbeeldleverancier ' || s AS name
                FROM range({lines}) AS numbers (i))
        ) TO '{path}' (HEADER, DELIMITER ';')"""
    )
    con.execute(f"COPY (FROM read_csv('{path}', all_varchar=true)) TO '{path.with_suffix('.parquet')}'")
    return path


def measure(code: str, path: Path) -> tuple[float, float, list[float]]:
    """Seconds and peak megabytes of a process, and the two sums of euros that it found."""
    watch = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=True, capture_output=True, text=True)\n"
        "print(done.stdout.strip(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, sep='|')"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", watch, code, str(path)], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    found, memory = done.stdout.strip().split("|")
    return seconds, float(memory), json.loads(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--large", type=int, default=5_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        small, large = (make_ledger(Path(temporary), lines) for lines in (1_000_000, asked.large))
        steps = {
            "pandas, 1,000,000 lines": (PANDAS, small),
            "cwb_impact, 1,000,000 lines": (OURS, small),
            "cwb_impact, the same in Parquet": (OURS, small.with_suffix(".parquet")),
            f"cwb_impact, {asked.large:,} lines": (OURS, large),
            f"pandas, {asked.large:,} lines": (PANDAS, large),
        }
        # one after the other, again and again: what slows the machine down slows all of them
        runs = [{name: measure(*step) for name, step in steps.items()} for _ in range(asked.runs)]
    first = next(iter(steps))
    theirs = runs[0][first][2]
    for name in list(steps)[1:3]:
        if any(abs(mine - other) >= 1 for mine, other in zip(runs[0][name][2], theirs, strict=True)):
            raise SystemExit(f"{name} finds {runs[0][name][2]}, and pandas {theirs}")
    print(f"median of {asked.runs} runs; {first} is 1.00; the same euros within 1")
    for name in steps:
        ratios = [statistics.median(run[name][part] / run[first][part] for run in runs) for part in (0, 1)]
        print(f"  {name:<32} time {ratios[0]:5.2f}   peak memory {ratios[1]:5.2f}")


if __name__ == "__main__":
    main()

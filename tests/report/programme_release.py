"""A release with a programme: the shipped programme files as tables, and invented figures from registers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.programme.load import load_programme
from cwb_impact.programme.tables import programme_tables
from report.make_release import make_release

SHIPPED = Path(__file__).parents[2] / "surveys" / "nieuw_west" / "programme"
HIDDEN = 7654321.0
"""What a hidden figure was before it was hidden: it may stand nowhere."""

# indicator code population register unit | nl | en ; then a figure a wave: value low high n_unknown origin, or a status
_FIGURES = """
people_working_in_coops E01 coops people people | Mensen met betaald werk | People with paid work
  2025Q3 34 - - 0 register
  2026Q3 41 - - 0 register
retention_after_12_months E07 coops people_a_year_ago percent | Werkt er nog na een jaar | Still there after a year
  2025Q3 not_collected not_recorded
  2026Q3 suppressed_primary too_few_people
coops_founded P01a coops initiatives count | Opgerichte coöperaties | Co-operatives founded
  2025Q3 4 4 6 2 report
  2026Q3 not_collected not_recorded
anchor_spend_in_area C05a anchors payments percent | Inkoop bij bedrijven in het gebied | Spend in the area
  2025Q3 12 10 21 0 register
  2026Q3 15 13 22 0 register
capital_paid_in P03b programme capital euro | Betaald geld om te investeren | Capital paid in
  2025Q3 not_collected not_known
  2026Q3 not_collected not_recorded
data_inventory_completeness P07 programme data_inventory percent | Vastgelegde gegevens | Data recorded
  2025Q3 8 8 64 14 report
  2026Q3 not_collected not_recorded
"""
_LINES = {"coops_founded": "139 164 205 218", "data_inventory_completeness": "91 95 100 101 140 166 197"}


def make_programme_release(folder: Path) -> Path:
    """Write the release into `folder` and return it."""
    make_release(folder)
    problems = Problems()
    programme = load_programme(SHIPPED, problems)
    problems.raise_if_errors()
    for name, frame in programme_tables(programme).items():
        frame.to_csv(folder / "tables" / f"{name}.csv", index=False)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    rows, sources = [], []
    for definition, found, known in _blocks():
        manifest["indicators"][definition["id"]] = definition
        rows += found
        sources += known
    manifest["populations"] |= {
        name: {"label": {"nl": nl, "en": en}, "note": None, "design": "register", "finite_population": True,
               "weighting": "none"}
        for name, nl, en in (
            ("coops", "coöperaties", "co-operatives"),
            ("anchors", "ankerorganisaties", "anchor organisations"),
            ("programme", "het programma", "the programme"),
        )
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    table = folder / "tables" / "indicators.csv"
    asked = pd.read_csv(table, dtype=str, keep_default_na=False)
    pd.concat([asked, pd.DataFrame(rows)], ignore_index=True).fillna("").to_csv(table, index=False)
    pd.DataFrame(sources).to_csv(folder / "tables" / "sources.csv", index=False)
    _registers(sources).to_csv(folder / "tables" / "registers.csv", index=False)
    return folder


def _blocks() -> list[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]]:
    """Each indicator: its definition, its rows and where they come from."""
    made: list[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]] = []
    for line in _FIGURES.strip().splitlines():
        if not line.startswith(" "):
            head, nl, en = line.split(" | ")
            indicator, code, population, register, unit = head.split()
            about = {"indicator": indicator, "population": population, "register": register, "unit": unit}
            made.append((_definition(indicator, code, unit, nl, en), [], []))
            continue
        _, rows, sources = made[-1]
        row, source = _figure(line.split(), about)
        rows.append(row)
        sources += [source] if source else []
    return made


def _definition(indicator: str, code: str, unit: str, nl: str, en: str) -> dict[str, Any]:
    return {
        "id": indicator, "code": code, "version": "1.0.0", "theme": "programme", "name": {"nl": nl, "en": en},
        "plain": {"nl": f"Zoveel is het: {nl.lower()}.", "en": f"This many: {en.lower()}."},
        "universe_label": {"nl": "alles op de lijst", "en": "everything on the list"},
        "statistic": "share" if unit == "percent" else "count", "unit": unit, "decimals": 0, "direction": "context",
        "scale_range": None, "sensitive": False, "parts_of": None,
        "reference_period": {"nl": "de peildatum", "en": "the reference day"},
        "source": {"instrument": {"nl": "lijst", "en": "list"}, "reference": "none", "licence": "own",
                   "item_text_shipped": False, "verified": True},
        "missing": "exclude_and_count", "not_comparable_with": [], "references": [],
    }  # fmt: skip


def _figure(words: list[str], about: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    wave, first, *rest = words
    shown = first[0].isdigit()
    low, high, unknown, origin = rest if shown else ("-", "-", "0", "register")
    data = "public" if origin == "report" else "SYNTHETIC"
    row = {
        "indicator": about["indicator"], "version": "1.0.0", "population": about["population"], "wave": wave,
        "dimension": "total", "category": "total", "statistic": "count", "value": first if shown else "", "band": "",
        "se": "", "ci_low": low.strip("-"), "ci_high": high.strip("-"),
        "interval": "" if low == "-" else "unknown_rows", "inference": "", "unit": about["unit"], "n": "", "ess": "",
        "deff": "", "status": "published" if shown else first, "reason": "" if shown else rest[0], "flags": "",
        "data": data,
    }  # fmt: skip
    if first == "suppressed_primary":
        row["value"] = str(HIDDEN)  # a release leaves it empty; a report must not show it even then
    if first == "not_collected":
        return row, None
    named = {name: about[name] for name in ("indicator", "population", "register")}
    source = named | {
        "wave": wave, "origin": origin, "reference_date": f"{wave[:4]}-10-31",
        "lines": _LINES.get(about["indicator"], "") if origin == "report" else "",
        "files": "" if origin == "report" else f"{about['register']}_{wave.lower()}.synthetic.xlsx",
        "n_unknown": unknown if origin == "report" else "", "data": data,
    }  # fmt: skip
    return row, source


def _registers(sources: list[dict[str, Any]]) -> pd.DataFrame:
    names = ("register", "wave", "population", "origin", "reference_date", "data")
    rows = [
        {name: source[name] for name in names} | {"what": what, "number": number}
        for source in sources
        for what, number in (("rows", 60), ("place_unknown_euros", 12500))
    ]
    return pd.DataFrame(rows)

"""Makes a release folder as docs/release_files.md describes it, with invented figures.

The figures come from a seeded generator: the tests read words, structure and counts, never these numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WAVES = {"2025Q3": ("najaar 2025", "autumn 2025"), "2026Q3": ("najaar 2026", "autumn 2026")}
POPULATIONS = ("coop_workers", "residents")
QUARTERS = {
    "geuzenveld": "Geuzenveld",
    "slotermeer": "Slotermeer",
    "osdorp": "Osdorp",
    "slotervaart": "Slotervaart",
    "de_aker": "De Aker, Sloten en Nieuw-Sloten",
}
DIMENSIONS = {
    "sex": (("geslacht", "sex"), {"woman": ("vrouw", "woman"), "man": ("man", "man")}),
    "quarter": (("gebied", "area"), {code: (name, name) for code, name in QUARTERS.items()}),
}


@dataclass(frozen=True)
class Kind:
    """An indicator of the fixture: `level` is about what people answer, `spread` their standard deviation."""

    id: str
    code: str
    theme: str
    nl: str
    en: str
    unit: str
    level: float
    spread: float
    populations: tuple[str, ...]
    verified: bool
    sensitive: bool


# id code theme unit level spread populations(W workers, R residents) marks(u unverified, s sensitive) nl en
_INDICATORS = """
net_labour_participation E05 employment  percent      66  47  R  -  Nettoarbeidsparticipatie | Net labour participation
secure_position          E09 employment  percent      55  50  W  -  Vaste arbeidsrelatie | Secure position
came_from_non_work       E06 employment  percent      42  49  W  -  Instroom uit niet-werk | Came from non-work
wants_more_hours         E08 employment  percent      12  33  WR -  Wil meer uren werken | Wants more hours
job_satisfaction         J01 job_quality percent      78  41  W  -  Tevreden met werk | Job satisfaction
autonomy                 J02 job_quality points       2.5 0.5 W  u  Autonomie in het werk | Autonomy at work
say_in_organisation      J03 job_quality points_0_10  6.8 2.2 W  -  Zeggenschap in de organisatie | Say at work
hourly_pay               I01 income      euro_per_hour 15.2 3  W  -  Netto uurloon | Net hourly pay
higher_net_pay           I02 income      percent      61  49  W  -  Hoger nettoloon dan voorheen | Higher net pay
hard_to_make_ends_meet   I07 income      percent      24  43  WR -  Moeite met rondkomen | Difficulty making ends meet
life_satisfaction        W01 wellbeing   points_0_10  7.2 1.6 WR -  Tevreden met het leven | Life satisfaction
wellbeing_who5           W03 wellbeing   points_0_100 62  20  WR s  Welbevinden (WHO-5) | Wellbeing (WHO-5)
loneliness_strong        W05 wellbeing   percent      11  31  WR s  Sterk eenzaam | Strongly lonely
good_health              W08 wellbeing   percent      72  45  WR us Goede gezondheid | Good health
cohesion                 C01 community   points_0_10  5.9 1.7 R  -  Samenhang in de buurt | Neighbourhood cohesion
knows_programme          C03 community   percent      21  41  R  -  Kent het programma | Knows the programme
"""


def _kind(line: str) -> Kind:
    identity, code, theme, unit, level, spread, groups, marks, names = line.split(None, 8)
    nl, en = names.split(" | ")
    populations = tuple(name for letter, name in zip("WR", POPULATIONS, strict=True) if letter in groups)
    return Kind(identity, code, theme, nl, en, unit, float(level), float(spread), populations,
                "u" not in marks, "s" in marks)  # fmt: skip


INDICATORS = tuple(_kind(line) for line in _INDICATORS.strip().splitlines())
HEADLINE = ("higher_net_pay", "say_in_organisation", "life_satisfaction", "hard_to_make_ends_meet")
SCALES = {"points_0_10": [0, 10], "points_0_100": [0, 100], "points": [1, 3]}
CHANGE_COLUMNS = [
    "indicator", "version", "population", "wave_from", "wave_to", "dimension", "category", "statistic", "value", "se",
    "ci_low", "ci_high", "interval", "inference", "unit", "n_from", "n_to", "n_both", "verdict", "level", "convention",
    "status", "reason", "flags",
]  # fmt: skip
N = {"coop_workers": (30, 35), "residents": (805, 790)}


def make_release(folder: Path, waves: tuple[str, ...] = tuple(WAVES), data: str = "synthetic") -> Path:
    """Write manifest.json and tables/ into `folder` and return it."""
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20260901)
    rows = [row for kind in INDICATORS for population in kind.populations for row in _series(kind, population, rng)]
    indicators = pd.DataFrame([row for row in rows if row["wave"] in waves])
    mark = {"synthetic": "SYNTHETIC"}.get(data, data)
    frames = {
        "indicators": indicators,
        "changes": _changes(indicators, waves),
        "response": _response(waves),
        **_programme(),
    }
    for name, frame in frames.items():
        frame.assign(data=mark).to_csv(tables / f"{name}.csv", index=False)
    manifest = json.dumps(_manifest(waves, data), ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    for lang in ("nl", "en"):
        (folder / f"definitions.{lang}.md").write_text(_definitions(lang), encoding="utf-8")
    return folder


def _definitions(lang: str) -> str:
    """The definitions as the package tells them, in short."""
    heading = {"nl": "# Werk", "en": "# Work"}[lang]
    parts = [
        f"## {kind.code} {kind.nl if lang == 'nl' else kind.en}\n\n**Wat, what**\n\n- *a*: b \\| c\n"
        for kind in INDICATORS
    ]
    return "\n".join([heading, "", *parts])


def _benchmark() -> dict[str, Any]:
    """One published figure with two margins for one estimate: neither is the other."""
    survey = {"value": 7.2, "ci": [7.1, 7.3], "interval_method": _both("enquête", "survey"), "verified": True}
    model = {"value": 7.2, "ci": [6.9, 7.4], "interval_method": _both("model", "model"), "verified": True}
    return {
        "indicator": "life_satisfaction",
        "population": "residents",
        "name": _both("Landelijk cijfer", "National figure"),
        "area": _both("Nederland", "the Netherlands"),
        "period": _both("2024", "2024"),
        "unit": "points_0_10",
        "verified": False,
        "current": [survey, model],
    }


def _both(nl: str, en: str) -> dict[str, str]:
    return {"nl": nl, "en": en}


def _series(kind: Kind, population: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """All rows of an indicator in a population: waves by total and by the categories of both dimensions."""
    census = population == "coop_workers"
    domains = [("total", "total", 1.0)]
    domains += [("sex", code, 0.5) for code in DIMENSIONS["sex"][1]]
    domains += [("quarter", code, 0.2) for code in QUARTERS]
    level = kind.level * (1.06 if census else 1.0)
    rows = []
    for dimension, category, share in domains:
        offset = kind.spread * rng.normal(0, 0.08)
        for number, wave in enumerate(WAVES):
            n = N[population][number] * share
            rows.append(_row(kind, population, wave, dimension, category, n, level + offset, census, rng))
    return rows


def _row(
    kind: Kind,
    population: str,
    wave: str,
    dimension: str,
    category: str,
    n: float,
    level: float,
    census: bool,
    rng: np.random.Generator,
) -> dict[str, Any]:
    error = kind.spread / np.sqrt(n) * (0.6 if census else 1.15)
    value = level + rng.normal(0, error)
    low, high = _limits(kind)
    value = float(np.clip(value, low, high))
    decimals = 0 if kind.unit == "percent" and n < 100 else _decimals(kind)
    row: dict[str, Any] = {
        "indicator": kind.id,
        "version": "1.0.0",
        "population": population,
        "wave": wave,
        "dimension": dimension,
        "category": category,
        "statistic": "share" if kind.unit == "percent" else "mean",
        "value": round(value, decimals),
        "band": "",
        "se": None if census else round(error, decimals),
        "ci_low": round(max(low, value - 2 * error), decimals),
        "ci_high": round(min(high, value + 2 * error), decimals),
        "interval": "beta" if kind.unit == "percent" else "t",
        "inference": "finite_population",
        "unit": kind.unit,
        "n": 5 * round(n / 5),
        "ess": 5 * round(n / 6.5) if not census else None,
        "deff": 1.5 if not census else None,
        "status": "published",
        "reason": "",
        "flags": "",
    }
    return _protected(kind, row)


def _protected(kind: Kind, row: dict[str, Any]) -> dict[str, Any]:
    """What the policy would blank, by hand: one case of each kind that a report can meet."""
    blank = dict.fromkeys(("value", "se", "ci_low", "ci_high", "n", "ess", "deff"))
    blank |= {"interval": "", "inference": ""}
    key = (kind.id, row["population"], row["wave"], row["dimension"], row["category"])
    if kind.id == "knows_programme" and row["wave"] == "2025Q3":
        return {**row, **blank, "status": "not_collected", "reason": "not_asked_in_this_wave"}
    if row["population"] == "coop_workers" and row["dimension"] == "quarter":
        return {**row, **blank, "status": "suppressed_primary", "reason": "too_few_holdings"}
    if row["population"] == "coop_workers" and row["dimension"] == "sex" and kind.unit == "percent":
        reason = "too_few_on_one_side" if row["category"] == "woman" else "complement_of_suppressed"
        status = "suppressed_primary" if row["category"] == "woman" else "suppressed_secondary"
        return {**row, **blank, "status": status, "reason": reason}
    if kind.id == "higher_net_pay" and row["wave"] == "2025Q3":
        return {**row, **blank, "status": "suppressed_primary", "reason": "too_few_outside_largest_holding"}
    if key == ("job_satisfaction", "coop_workers", "2026Q3", "total", "total"):
        band = dict.fromkeys(("value", "se", "ci_low", "ci_high", "interval", "inference"))
        return {**row, **band, "band": ">90", "reason": "too_few_on_one_side"}
    if row["population"] == "coop_workers" and kind.unit == "percent" and row["dimension"] == "total":
        return {**row, "status": "low_reliability", "reason": "wide_interval", "flags": "u"}
    return row


def _limits(kind: Kind) -> tuple[float, float]:
    low, high = SCALES.get(kind.unit, [0, 100])
    return float(low), float(high)


def _decimals(kind: Kind) -> int:
    return {"percent": 1, "euro_per_hour": 2}.get(kind.unit, 1)


def _changes(indicators: pd.DataFrame, waves: tuple[str, ...]) -> pd.DataFrame:
    if len(waves) == 1:
        return pd.DataFrame(columns=CHANGE_COLUMNS)
    keys = ["indicator", "version", "population", "dimension", "category", "statistic", "unit"]
    first, last = (indicators[indicators["wave"] == wave] for wave in waves)
    pairs = first.merge(last, on=keys, suffixes=("_from", "_to"))
    return pd.DataFrame([_change(row, waves) for row in pairs.to_dict("records")], columns=CHANGE_COLUMNS)


def _change(pair: dict[str, Any], waves: tuple[str, ...]) -> dict[str, Any]:
    row = {name: pair[name] for name in ("indicator", "version", "population", "dimension", "category", "statistic")}
    row |= {"wave_from": waves[0], "wave_to": waves[1], "unit": pair["unit"], "level": "change", "flags": ""}
    row["convention"] = "own_wave"
    value = pair["value_to"] - pair["value_from"] if pair["value_to"] and pair["value_from"] else np.nan
    if np.isnan(value):
        return row | {"status": "suppressed_secondary", "reason": "suppressed_in_a_wave"}
    half = float(np.hypot(pair["ci_high_to"] - pair["value_to"], pair["ci_high_from"] - pair["value_from"]))
    low, high = value - half, value + half
    verdict = "higher" if low > 0 else "lower" if high < 0 else "not_distinguishable"
    row |= {"value": round(value, 2), "ci_low": round(low, 2), "ci_high": round(high, 2), "verdict": verdict}
    counts = {"n_from": pair["n_from"], "n_to": pair["n_to"], "n_both": None}
    how = {"interval": "t", "inference": "finite_population"}
    return row | counts | how | {"status": "published", "reason": ""}


def _response(waves: tuple[str, ...]) -> pd.DataFrame:
    invited = {"coop_workers": (39, 46), "residents": (2600, None)}
    rows = []
    for population in POPULATIONS:
        for number, wave in enumerate(WAVES):
            n, asked = N[population][number], invited[population][number]
            share = round(100 * n / asked, 1) if asked else None
            rows.append((population, wave, n, asked, share, f"{wave[:4]}-09/{wave[:4]}-10"))
    frame = pd.DataFrame(rows, columns=["population", "wave", "n", "invited", "response", "fieldwork"])
    return frame[frame["wave"].isin(waves)]


_PEOPLE = ("mensen aan het werk", "people at work")
INITIATIVES = [
    ("green", "Groen & Co", "founded_and_operational", "about", "20", "yes", "139 140"),
    ("catering", "Kookgroep *De Lepel*", "founded_and_operational", "unknown", "", "unknown", "149"),
    ("canteen", "Kantine | West", "soon", "exact", "8", "no", "197"),
    ("bus", "Buurtbus", "soon", "unknown", "", "unknown", "218"),
    ("caretakers", "Conciërges", "concept", "unknown", "", "unknown", "233"),
]
_NO_DATE = ("unknown", "", "", "unknown")
_END_2025 = ("eind 2025", "2025-10-01", "2025-12-31", "end of 2025")
TARGETS = [
    ("Vier coöperaties opgericht", "Four co-operatives founded", "range", "1", "6", "unknown", _END_2025, "129 138"),
    ("Eén grote coöperatie", "One large co-operative", "about", "20", "20", "met", _END_2025, "129"),
    ("Eén miljoen om te investeren", "One million to invest", "unknown", "", "", "unknown", _END_2025, "319"),
    ("Een gedeelde werkwijze", "A shared way of working", "not_numeric", "", "", "not_met", _NO_DATE, "320"),
    ("Elk kwartaal een masterclass", "A masterclass every quarter", "unknown", "", "", "unknown", _NO_DATE, "350"),
]  # fmt: skip


def _programme() -> dict[str, pd.DataFrame]:
    """Tables with the columns of `programme/tables.py` that a report reads; names and words are the fixture's own."""
    initiatives = [
        {"id": key, "name": name, "group": group, "group_nl": f"Fase {group[:4]}", "group_en": f"Phase {group[:4]}",
         "people_qualifier": qualifier, "people_min": people, "people_max": people,
         "people_unit_nl": _PEOPLE[0], "people_unit_en": _PEOPLE[1], "worker_coop_stated": coop,
         "people_as_of": "2025-10-01/2025-10-31", "events": "founded 2024-09-01/2024-09-30; lease_signed expected",
         "note_nl": "", "note_en": "", "line": line}
        for key, name, group, qualifier, people, coop, line in INITIATIVES
    ]  # fmt: skip
    targets = [
        {"id": f"target_{number}", "action": "2.1", "reading_of": "", "type": "result",
         "comparator": "delivered" if qualifier == "not_numeric" else "at_least", "target_qualifier": "exact",
         "target_min": "4", "target_max": "4", "text_nl": nl, "text_en": en, "actual_qualifier": qualifier,
         "actual_min": low,
         "actual_max": high, "unit_nl": "stuks", "unit_en": "items", "status": status, "due_text": due[0],
         "due_text_en": due[3],
         "due_earliest": due[1], "due_latest": due[2], "rule_nl": "Zoals het er staat.", "rule_en": "As it is worded.",
         "line": line}
        for number, (nl, en, qualifier, low, high, status, due, line) in enumerate(TARGETS)
    ]  # fmt: skip
    forecast = {"initiative": "green", "kind": "jobs", "qualifier": "about", "minimum": "60", "maximum": "60",
                "unit_nl": _PEOPLE[0], "unit_en": _PEOPLE[1], "due_text": "2026-2027", "due_text_en": "2026-2027",
                "due_earliest": "2026-01-01",
                "due_latest": "2027-12-31", "condition_nl": "afhankelijk van opdrachten",
                "condition_en": "depending on orders", "line": "141"}  # fmt: skip
    named = {"initiatives": initiatives, "targets": targets, "forecasts": [forecast]}
    return {name: pd.DataFrame(rows) for name, rows in named.items()}


def _manifest(waves: tuple[str, ...], data: str) -> dict[str, Any]:
    return {
        "study": {
            "id": "fixture",
            "name": _both("Monitor Community Wealth Building", "Community Wealth Building monitor"),
            "area": _both("Amsterdam Nieuw-West", "Amsterdam Nieuw-West"),
            "data": data,
            "method_note": _both(
                "De methode is een voorstel op basis van bestaande standaarden, niet de methode van de HvA.",
                "The method is a standards-based proposal, not the method of the HvA.",
            ),
            "next_measurement": _both("najaar 2027", "autumn 2027"),
            "headline": list(HEADLINE),
        },
        "release": {"id": waves[-1], "label": _both(f"Uitgave {waves[-1]}", f"Release {waves[-1]}"), "waves": [*waves]},
        "waves": {wave: {"label": _both(*WAVES[wave])} for wave in waves},
        "populations": {
            "coop_workers": _population("werkers in coöperaties", "co-op workers", "census", True),
            "residents": _population("bewoners van 15 jaar en ouder", "residents aged 15 and over", "sample", False),
        },
        "dimensions": {
            name: {"label": _both(*label), "categories": {code: _both(*words) for code, words in categories.items()}}
            for name, (label, categories) in DIMENSIONS.items()
        },
        "variables": {},
        "indicators": {kind.id: _definition(kind) for kind in INDICATORS},
        "benchmarks": [_benchmark()],
        "policy": {
            "version": "1.0.0",
            "text": _both(
                "We laten een cijfer alleen zien bij minstens 10 antwoorden.",
                "A figure is shown only when it rests on at least 10 answers.",
            ),
        },
        "programme": {"report": "programme_report.txt", "report_sha256": "0" * 64},
        "inputs": {},
        "packages": {"cwb-impact": "0.1.0"},
        "python": "3.11",
        "seed": 1,
        "centring": "own_wave",
        "inference": "finite_population",
        "published_values_sha256": "5e1f" * 16,
    }


def _population(nl: str, en: str, design: str, finite: bool) -> dict[str, Any]:
    note = _both("Alle werkers zijn gevraagd.", "All workers were asked.") if finite else None
    weighting = "non_response" if finite else "calibrated"
    described = {"label": _both(nl, en), "note": note, "design": design, "finite_population": finite}
    return {**described, "weighting": weighting}


OTHER_FIGURES = {
    "what": _both("StatLine van CBS", "CBS StatLine"),
    "why": _both("De vraag is anders gesteld.", "The question is worded differently."),
}


def _definition(kind: Kind) -> dict[str, Any]:
    source = {
        "instrument": _both(kind.nl, kind.en),
        "reference": "A handbook that does not exist",
        "licence": "own",
        "item_text_shipped": False,
        "verified": kind.verified,
    }
    return {
        "code": kind.code,
        "version": "1.0.0",
        "theme": kind.theme,
        "name": _both(kind.nl, kind.en),
        "plain": _both(f"Wat mensen antwoorden op de vraag over: {kind.nl.lower()}.",
                       f"What people answer to the question about: {kind.en.lower()}."),
        "universe_label": _both("iedereen die meedeed", "everybody who took part"),
        "statistic": "share" if kind.unit == "percent" else "mean",
        "unit": kind.unit,
        "decimals": _decimals(kind),
        "direction": "context",
        "scale_range": SCALES.get(kind.unit),
        "sensitive": kind.sensitive,
        "parts_of": None,
        "reference_period": _both("de week voor het interview", "the week before the interview"),
        "source": source,
        "missing": "exclude_and_count",
        "not_comparable_with": [OTHER_FIGURES] if kind.id == "good_health" else [],
        "references": [{"text": "A handbook that does not exist, 2020.", "doi": None}],
    }  # fmt: skip

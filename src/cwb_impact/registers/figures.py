"""Figures from lists that are kept: the same definitions as for surveys, every row once, and no sampling error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.estimate.named import Answers, compute
from cwb_impact.indicators.conditions import evaluate
from cwb_impact.indicators.measure import Measure, completed, lists_of, measure
from cwb_impact.registers.collect import DASHBOARD
from cwb_impact.registers.dominance import remainder_percent
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import COUNTS, Indicator
from cwb_impact.types import KEYS, Booleans, EstimateTable, Floats, RegisterFigures, RegisterRows

UNKNOWN_ROWS = "unknown_rows"
"""The method of an interval whose ends are the figure with all unknown rows one way, and all the other."""

DASHBOARD_COLUMNS = frozenset({"dashboard_has_value", "dashboard_has_target_value"})

_FIGURES = (
    "value", "ci_low", "ci_high", "interval", "unit", "n", "n_unknown", "status", "reason", "flags", "register",
    "protects", "data", "n_holdings", "n_outside_largest", "n_counted", "remainder_percent",
)  # fmt: skip
_SOURCES = (
    "indicator", "wave", "population", "register", "origin", "reference_date", "lines", "files", "n_unknown", "data",
)  # fmt: skip
_REGISTERS = ("register", "wave", "population", "origin", "reference_date", "what", "number", "data")

Row = dict[str, Any]


def register_figures(estimates: EstimateTable) -> RegisterFigures:
    """Every chosen indicator that rests on registers, in each wave of the release.

    A count, total, share or ratio of all rows of one list; rows for which a fact is not known are left out and counted
    (`n_unknown`). Where they could change a count or a share, `ci_low` and `ci_high` are the figure with all of them
    one way and all the other way: no more can be said, and it is no sampling error. A figure of nothing but unknown
    rows has no value: not 0. A list that a wave does not have gives a row with status `not_collected`.

    Parameters
    ----------
    estimates : of the same study; what has a figure there counts for the coverage of the dashboard (P08).

    Returns
    -------
    RegisterFigures

    Raises
    ------
    CwbError
        E310, E312 for a parameter, as for surveys.
    """
    study, lists = estimates.waves.study, estimates.waves.registers
    chosen = [indicator for indicator in study.indicators if study.dictionary.from_registers(indicator)]
    of_dashboard = [one for one in chosen if _list_of(one, [DASHBOARD_COLUMNS], study.dictionary) is not None]
    made = [_figures(one, study, lists) for one in chosen if one not in of_dashboard]
    known = _with_value(estimates, [row for rows, _ in made for row in rows])
    filled = [_filled(one, known) if one.register == DASHBOARD else one for one in lists]
    made += [_figures(one, study, filled) for one in of_dashboard]
    order = {indicator.id: place for place, indicator in enumerate(chosen)}
    made.sort(key=lambda pair: order[pair[0][0]["indicator"]] if pair[0] else -1)
    frame = pd.DataFrame([row for rows, _ in made for row in rows], columns=[*KEYS, *_FIGURES])
    sources = pd.DataFrame([row for _, rows in made for row in rows], columns=list(_SOURCES))
    return RegisterFigures(frame, sources, _told(lists))


def _figures(indicator: Indicator, study: StudyBundle, lists: Sequence[RegisterRows]) -> tuple[list[Row], list[Row]]:
    """The rows of one indicator, and where each comes from."""
    rows, sources = [], []
    for wave in study.waves:
        here = [one for one in lists if one.wave == wave]
        columns = [frozenset(map(str, one.frame.columns)) for one in here]
        place = _list_of(indicator, columns, study.dictionary)
        if place is None:
            rows.append(_nothing(indicator, wave, study))
            continue
        row, source = figure_of(indicator, here[place], study.dictionary)
        rows.append(row)
        sources.append(source)
    return rows, sources


def _list_of(indicator: Indicator, lists: Iterable[frozenset[str]], dictionary: Dictionary) -> int | None:
    """The place of the list that holds everything an indicator needs."""
    needed = set(dictionary.variables_needed(indicator))
    return next((place for place, columns in enumerate(lists) if needed <= columns), None)


def _nothing(indicator: Indicator, wave: str, study: StudyBundle) -> Row:
    """A wave that has no such list."""
    population = next(name for name in indicator.populations if name in study.study.populations)
    empty = dict.fromkeys(("value", "ci_low", "ci_high", "remainder_percent"), np.nan)
    counts = dict.fromkeys(("n", "n_unknown", "n_holdings", "n_outside_largest", "n_counted"), 0)
    said = {"status": "not_collected", "reason": "not_recorded", "flags": "", "interval": ""}
    list_ = {"register": "", "protects": "nothing", "data": "public"}
    return {**_keys(indicator, population, wave), **empty, **counts, **said, **list_}


def _keys(indicator: Indicator, population: str, wave: str) -> Row:
    return {
        "indicator": indicator.id,
        "version": indicator.version,
        "population": population,
        "wave": wave,
        "dimension": "total",
        "category": "total",
        "statistic": indicator.statistic,
        "unit": indicator.unit,
    }


def figure_of(indicator: Indicator, rows: RegisterRows, dictionary: Dictionary) -> tuple[Row, Row]:
    """One figure with all that protection asks, and its source."""
    measured = measure(indicator, rows.frame, dictionary, rows.reference_date)
    # what makes no sense for a row, such as an assembly that was not held, is not unknown
    unknown = ~np.isin(measured.reason.astype(str), ("valid", "not_applicable"))
    n, holding = int(measured.valid.sum()), rows.frame["holding"].astype("str").to_numpy()
    value = _value(indicator, measured)
    known = bool(np.isfinite(value))
    low, high = _if_unknown(indicator, rows, measured, unknown, dictionary) if known else (np.nan, np.nan)
    # of a count those with the property are behind the figure, else everybody
    behind = measured.valid & (measured.y > 0) if indicator.statistic == "count" else measured.valid
    sizes = np.array([(holding[behind] == name).sum() for name in np.unique(holding[behind]) if name])
    money = any(dictionary.variables[name].unit == "euros" for name in dictionary.variables_needed(indicator))
    # one co-op can also be nearly all of a ratio of its members
    summed = money or (rows.protects == "organisations" and indicator.statistic in ("ratio", "total"))
    row = {
        **_keys(indicator, rows.population, rows.wave),
        "value": value,
        "ci_low": low,
        "ci_high": high,
        "interval": UNKNOWN_ROWS if np.isfinite(low) else "",
        "n": n,
        "n_unknown": int(unknown.sum()),
        "status": "" if known else "not_collected",
        "reason": "" if known else "not_known" if unknown.any() else "nothing_to_count",
        "flags": "",
        "register": rows.register,
        "protects": rows.protects,
        "data": rows.data,
        "n_holdings": len(sizes),
        "n_outside_largest": int(sizes.sum() - sizes.max()) if len(sizes) else 0,
        "n_counted": int((measured.y[measured.valid] > 0).sum()) if indicator.statistic in COUNTS else n,
        "remainder_percent": _remainder(indicator, measured, holding, money) if summed else np.nan,
    }
    return row, _source(row, rows, behind | unknown)


def _value(indicator: Indicator, measured: Measure) -> float:
    """The statistic with every valid row once; nan when there is none."""
    if not measured.valid.any():
        return float("nan")
    answers = Answers(measured.y, np.ones(len(measured.y)), measured.beside)
    return float(compute(indicator, answers, measured.valid).value)


def _if_unknown(
    indicator: Indicator, rows: RegisterRows, measured: Measure, unknown: Booleans, dictionary: Dictionary
) -> tuple[float, float]:
    """The figure if all unknown rows were one way, and all the other; (nan, nan) where nothing is open or no limit is.

    Of a part of an amount, in percent, an unknown row may be all inside or all outside, when its amount is known.
    """
    if not unknown.any() or rows.open_ended:
        return np.nan, np.nan
    if indicator.statistic in COUNTS:
        lists = lists_of(indicator, dictionary, rows.reference_date)
        data = completed(indicator.names_used, rows.frame, dictionary, rows.reference_date)
        property_, inside = (evaluate(part, data, lists) for part in (indicator.numerator, indicator.universe))
        may = float((unknown & ~property_.false & ~inside.false).sum())
        # a row that may be outside the universe is left out where that makes the other end
        may_not = float((unknown & ~(property_.true & ~inside.true)).sum())
        sure, people = float(measured.y[measured.valid].sum()), float(measured.valid.sum())
        if indicator.statistic == "count":
            return sure, sure + may
        return 100 * sure / (people + may_not), 100 * (sure + may) / (people + may)
    if indicator.statistic == "ratio" and indicator.unit == "percent" and measured.beside is not None:
        data = completed(indicator.names_used, rows.frame, dictionary, rows.reference_date)
        below: Floats = data[str(indicator.per)].to_numpy(dtype=np.float64)
        if np.isfinite(below[unknown]).all():
            sure, open_ = float(measured.y[measured.valid].sum()), float(below[unknown].sum())
            everything = float(measured.beside[measured.valid].sum()) + open_
            if everything > 0:
                return 100 * sure / everything, 100 * (sure + open_) / everything
    return np.nan, np.nan


def _remainder(indicator: Indicator, measured: Measure, holding: np.ndarray, money: bool) -> float:
    """The least remainder of the sums that a figure gives away: above the line, below it, and of money the rest."""
    y, names = measured.y[measured.valid], holding[measured.valid]
    sums = [y]
    if measured.beside is not None:
        beside = measured.beside[measured.valid]
        sums += [beside, beside - y] if money and indicator.unit == "percent" else [beside]
    found = [remainder_percent(amounts, names) for amounts in sums]
    return min((one for one in found if np.isfinite(one)), default=np.nan)


def _source(row: Row, rows: RegisterRows, counted: Booleans) -> Row:
    """Where a figure comes from: lines of the report, or files. A figure of no row at all rests on the whole list."""
    counted = counted if counted.any() else np.ones(len(counted), dtype=bool)
    places = " ".join(rows.frame.loc[counted, "place"].astype("str")) if rows.origin == "report" else ""
    lines = sorted({int(place[1:]) for place in places.split() if place.startswith("L")})
    return {
        **{name: row[name] for name in ("indicator", "wave", "population", "register", "data")},
        "origin": rows.origin,
        "reference_date": rows.reference_date.isoformat(),
        "lines": " ".join(map(str, lines)),
        "files": " ".join(rows.files),
        # how many people are unknown can be few; of what is public it is told
        "n_unknown": row["n_unknown"] if rows.protects == "nothing" else None,
    }


def _with_value(estimates: EstimateTable, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Indicator and wave of everything that has a figure."""
    of_surveys = estimates.frame[estimates.frame["status"] != "not_collected"] if len(estimates.frame) else None
    asked = set() if of_surveys is None else set(zip(of_surveys["indicator"], of_surveys["wave"], strict=True))
    return asked | {(row["indicator"], row["wave"]) for row in rows if row["status"] != "not_collected"}


def _filled(rows: RegisterRows, known: set[tuple[str, str]]) -> RegisterRows:
    """The list of the dashboard, with what has a current figure."""
    has = ["yes" if (name, rows.wave) in known else "no" for name in rows.frame["indicator"]]
    return replace(rows, frame=rows.frame.assign(dashboard_has_value=has, dashboard_has_value__why="valid"))


def _told(lists: Sequence[RegisterRows]) -> pd.DataFrame:
    """What happened to the rows of each list, one count a row. Of lists of people small counts are for nobody."""
    rows = [
        {
            "register": one.register,
            "wave": one.wave,
            "population": one.population,
            "origin": one.origin,
            "reference_date": one.reference_date.isoformat(),
            "what": what,
            "number": number,
            "data": one.data,
            "protects": one.protects,
            "remainder_percent": one.remainders.get(what, np.nan),
        }
        for one in lists
        for what, number in {"rows": len(one.frame), **one.counts}.items()
    ]
    return pd.DataFrame(rows, columns=[*_REGISTERS, "protects", "remainder_percent"])

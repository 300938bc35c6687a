"""How one row of a result table is said: its number, its interval, or why there is none."""

from __future__ import annotations

import math

from cwb_impact.report.numbers import fmt, fmt_interval
from cwb_impact.report.release import Row
from cwb_impact.report.words import Lang, slug, text
from cwb_impact.spec.model import KEPT_POPULATIONS

SHOWN = frozenset({"published", "low_reliability"})
UNKNOWN_ROWS = "unknown_rows"
"""The interval of a figure of a register: its ends are all unknown rows one way, and all the other."""


def has_number(row: Row) -> bool:
    return row["status"] in SHOWN and not math.isnan(row["value"])


def value(row: Row, decimals: int, lang: Lang) -> str:
    """The number, its band, or the words for why there is neither.

    Examples
    --------
    >>> value({"status": "published", "value": math.nan, "band": "<10", "unit": "percent"}, 0, "en")
    'less than 10%'
    """
    if row["status"] in SHOWN and row["band"]:
        return band(row["band"], lang)
    if has_number(row):
        return fmt(row["value"], row["unit"], _decimals(row, decimals), lang)
    return absent(row, lang)


def estimate(row: Row, decimals: int, lang: Lang, with_n: bool = True) -> str:
    """The number with its interval and the number of respondents, as a table cell or a chart label says it."""
    if row["status"] not in SHOWN:
        return absent(row, lang)
    details = [interval(row, decimals, lang)] if not math.isnan(row["ci_low"]) else []
    # of a register n is no number of answers: the words of the figure say what was counted
    if with_n and not math.isnan(row["n"]) and row.get("population") not in KEPT_POPULATIONS:
        details.append(text("n", lang, n=fmt(row["n"], "count", 0, lang)))
    said = value(row, decimals, lang)
    said += f" ({'; '.join(details)})" if details else ""
    return f"{said} {text('status.low_reliability', lang)}" if row["status"] == "low_reliability" else said


def interval(row: Row, decimals: int, lang: Lang) -> str:
    """`45 to 55`; of a register what the figure could be, and why: `1 to 6, because not everything is known`."""
    if row["interval"] == UNKNOWN_ROWS:
        unit, places = str(row["unit"]), _decimals(row, decimals)
        limits = fmt_interval(row["ci_low"], row["ci_high"], unit, places, lang)
        return text("register.unknown_rows", lang, limits=limits)
    return fmt_interval(row["ci_low"], row["ci_high"], _unit(row), _decimals(row, decimals), lang)


def change(row: Row | None, decimals: int, lang: Lang) -> str:
    """A change between two waves: the verdict first, then the number and its interval."""
    if row is None:
        return text("no_change_computed", lang)
    if not has_number(row):
        return absent(row, lang)
    return f"{slug('verdict', row['verdict'], lang)}: {difference(row, decimals, lang)}"


def difference(row: Row, decimals: int, lang: Lang) -> str:
    """The size of a change with its interval. A change of a percentage is in percentage points."""
    number = fmt(row["value"], _unit(row), _decimals(row, decimals), lang, signed=True)
    return f"{number} ({interval(row, decimals, lang)})"


def absent(row: Row, lang: Lang) -> str:
    """Why a row has no number: its status, and the reason in words."""
    status = slug("status", row["status"], lang)
    if row["status"] == "not_collected" and row["population"] in KEPT_POPULATIONS:
        return slug("reason", row["reason"], lang)
    if row["status"] == "not_collected" or not row["reason"]:
        return status
    return text("status_with_reason", lang, status=status, reason=slug("reason", row["reason"], lang))


def band(limits: str, lang: Lang) -> str:
    """`<10` and `>90` in words."""
    number = fmt(float(limits[1:]), "percent", 0, lang)
    return text("band.below" if limits[0] == "<" else "band.above", lang, limit=number)


def _unit(row: Row) -> str:
    is_change = "verdict" in row
    return "percentage_points" if is_change and row["unit"] == "percent" else str(row["unit"])


def _decimals(row: Row, decimals: int) -> int:
    """A percentage keeps the decimals it was published with: 62 from a small group must not look like 62.0."""
    if row["unit"] != "percent":
        return decimals
    numbers = [row[name] for name in ("value", "ci_low", "ci_high") if not math.isnan(row[name])]
    return 0 if all(float(number).is_integer() for number in numbers) else decimals

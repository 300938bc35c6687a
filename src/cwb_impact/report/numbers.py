"""One way to write a number, for text, tables and chart labels alike (Babel, CLDR)."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal

from cwb_impact.report.words import Lang, slug, text

LOCALES: dict[Lang, str] = {"nl": "nl_NL", "en": "en_GB"}
MISSING = "–"
_BEFORE_AMOUNT: dict[Lang, str] = {"nl": "¤\u00a0", "en": "¤"}
"""How CLDR writes a currency before an amount, here with the decimals of the definition and not always with cents."""


def fmt(value: float | None, unit: str, decimals: int, lang: Lang, signed: bool = False) -> str:
    """A number with its unit.

    Parameters
    ----------
    value : shares are in percent (62.0 is 62%). None and NaN give an en dash.
    unit : a unit of the dictionary, or `percentage_points` (the change of a percentage), or `count`.
    signed : write the sign of a positive number too, for changes.

    Examples
    --------
    >>> fmt(1234.5, "points", 1, "nl"), fmt(62.0, "percent", 0, "nl")
    ('1.234,5', '62%')
    >>> fmt(float("nan"), "percent", 0, "en")
    '–'
    """
    if value is None or math.isnan(value):
        return MISSING
    return _with_unit(_bare(value, unit, decimals, lang, signed), unit, lang)


def fmt_interval(low: float | None, high: float | None, unit: str, decimals: int, lang: Lang) -> str:
    """The two ends of an interval. The words of the unit stand at the number before it, and are not repeated.

    Examples
    --------
    >>> fmt_interval(-1.2, 5.0, "percentage_points", 1, "nl")
    '−1,2 tot 5,0'
    """
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return MISSING
    return text("interval", lang, low=_bare(low, unit, decimals, lang), high=_bare(high, unit, decimals, lang))


def fmt_period(period: str, lang: Lang) -> str:
    """From the first to the last day of `2025-09/2025-10` or `2025-09-01/2025-10-15`; anything else as it stands.

    Examples
    --------
    >>> fmt_period("2025-09/2025-10", "en"), fmt_period("2025-09-01/2025-09-30", "nl")
    ('September – October 2025', 'september 2025')
    """
    try:
        first, last = (_first_and_last(end) for end in period.split("/"))
    except ValueError:
        return period
    days = dict.fromkeys(_day(day, lang) for day in (first[0], last[1]))
    return _whole_months(first[0], last[1], lang) or " – ".join(days)


def _first_and_last(end: str) -> tuple[date, date]:
    """The first and last day that a date or a month can mean."""
    first = date.fromisoformat(end if len(end) > len("2025-09") else f"{end}-01")
    return first, first if len(end) > len("2025-09") else first.replace(day=monthrange(first.year, first.month)[1])


def _whole_months(first: date, last: date, lang: Lang) -> str:
    """A period of whole months without its days; "" for any other."""
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return ""
    start, end = (str(format_skeleton("yMMMM", day, locale=LOCALES[lang])) for day in (first, last))
    if start == end:
        return end
    return f"{start.removesuffix(f' {last.year}')} – {end}"


def _day(day: date, lang: Lang) -> str:
    return str(format_date(day, "long", locale=LOCALES[lang]))


def _bare(value: float, unit: str, decimals: int, lang: Lang, signed: bool = False) -> str:
    """The number without words, with a real minus sign; euros with their sign."""
    rounded = round(value, decimals) + 0.0  # + 0.0 makes -0.0 plain zero
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if unit in ("euro", "euro_per_hour"):
        pattern = f"{_BEFORE_AMOUNT[lang]}{digits}"
        written = format_currency(abs(rounded), "EUR", pattern, locale=LOCALES[lang], currency_digits=False)
    else:
        written = format_decimal(abs(rounded), format=digits, locale=LOCALES[lang])
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{written}"


def _with_unit(number: str, unit: str, lang: Lang) -> str:
    return slug("unit", unit, lang).format(value=number)

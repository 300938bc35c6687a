"""The programme's own figures: how its numbers, dates and statuses are said, and its initiatives and targets as tables.

What the report does not say is unknown: not zero, and not missed. Nothing is added up.
"""

from __future__ import annotations

from cwb_impact.report.markdown import table
from cwb_impact.report.numbers import fmt
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, slug, text

UNKNOWN = "unknown"
STANDINGS = (
    "met", "met_other_reading", "partly", "delayed", "expected_only", "not_met", "replaced", "cannot_say", "unknown",
)  # fmt: skip
"""In the order in which they are told; others come after them."""


def unknown_targets(release: Release) -> int:
    """How many lines of the table of targets have no known status."""
    targets = release.tables["targets"]
    return 0 if targets.empty else int((targets["status"] == UNKNOWN).sum())


def initiatives(release: Release, lang: Lang) -> str:
    """The initiatives: stage, whether called a worker co-op, people now, and each forecast with date and condition."""
    rows = rows_of(release.tables["initiatives"])
    if not rows:
        return text("initiatives.none", lang)
    forecasts = rows_of(release.tables["forecasts"])
    lines = [
        (
            row["name"],
            stage(row, lang),
            slug("worker_coop", row["worker_coop_stated"], lang),
            people_now(row, lang),
            "; ".join(forecast(one, lang) for one in forecasts if one["initiative"] == row["id"])
            or text("not_stated", lang),
            _lines(row),
        )
        for row in rows
    ]
    head = [text(f"initiatives.{name}", lang) for name in ("name", "group", "worker_coop", "people", "forecast")]
    return table([*head, text("line", lang)], lines, (28, 18, 14, 25, 34, 14), text("initiatives.caption", lang),
                 "tbl-initiatives")  # fmt: skip


def targets(release: Release, lang: Lang) -> str:
    """The targets. One promise stands here once for each way to read it, with the reading beside its number."""
    rows = rows_of(release.tables["targets"])
    if not rows:
        return text("targets.none", lang)
    lines = [
        (
            promise(row, lang),
            due(row, lang),
            reported(row, lang),
            slug("status", standing(row), lang),
            row[f"rule_{lang}"],
            _lines(row),
        )
        for row in rows
    ]
    head = [text(f"targets.{name}", lang) for name in ("text", "due", "actual", "status", "rule")]
    return table([*head, text("line", lang)], lines, (28, 13, 18, 13, 66, 12), text("targets.caption", lang),
                 "tbl-targets")  # fmt: skip


def standing(row: Row) -> str:
    """The status that may be said of a target: `met` only where the numbers show it, never of an expectation."""
    status = str(row["status"])
    if status != "met":
        return status
    if row.get("type") == "potential":
        return "expected_only"
    if row["actual_qualifier"] == UNKNOWN or row.get("outcome", "yes") != "yes":
        return "cannot_say"
    return "met_other_reading" if row.get("reading_of") else "met"


def by_standing(release: Release) -> dict[str, list[Row]]:
    """The targets by how they stand, each promise once: by its own words, and not by another reading of them."""
    once = [row for row in rows_of(release.tables["targets"]) if not row.get("reading_of")]
    named = dict.fromkeys([*STANDINGS, *(standing(row) for row in once)])
    found = {name: [row for row in once if standing(row) == name] for name in named}
    return {name: rows for name, rows in found.items() if rows}


def stage(row: Row, lang: Lang) -> str:
    """The report's own heading over an initiative."""
    return str(row[f"group_{lang}"])


def people_now(row: Row, lang: Lang) -> str:
    """`about 20 people at work`, in the unit of the report's own words."""
    return quantity(row["people_qualifier"], row["people_min"], row["people_max"], row[f"people_unit_{lang}"], lang)


def promise(row: Row, lang: Lang) -> str:
    """The words of a target; another reading of a promise says that it is one."""
    words = str(row[f"text_{lang}"])
    return f"{words} ({text('progress.other_reading', lang)})" if row.get("reading_of") else words


def wanted(row: Row, lang: Lang) -> str:
    """The number that a target asks for, such as `at least 4 worker co-operatives`; some targets have no number."""
    number = quantity(row["target_qualifier"], row["target_min"], row["target_max"], row[f"unit_{lang}"], lang)
    return slug("progress.comparator", row["comparator"], lang).format(number=number)


def reported(row: Row, lang: Lang) -> str:
    """What has come of a target, as a number with its reservation."""
    return quantity(row["actual_qualifier"], row["actual_min"], row["actual_max"], row[f"unit_{lang}"], lang)


def quantity(qualifier: str, low: str, high: str, unit: str, lang: Lang) -> str:
    """`about 20 people at work`, `1 to 6 co-operatives`, `unknown`."""
    if not low:
        return slug("quantity", qualifier, lang)
    numbers = {"low": fmt(float(low), "count", 0, lang), "high": fmt(float(high or low), "count", 0, lang)}
    return slug("quantity", qualifier, lang).format(**numbers, unit=unit).strip()


def euros(qualifier: str, low: str, high: str, lang: Lang) -> str:
    """`€320,000`; an amount that the report does not give is told so, and is never 0."""
    if not low:
        return text("progress.no_amount", lang)
    numbers = {"low": fmt(float(low), "euro", 0, lang), "high": fmt(float(high or low), "euro", 0, lang)}
    return slug("quantity", qualifier, lang).format(**numbers, unit="").strip()


def forecast(row: Row, lang: Lang) -> str:
    """One forecast with its date and condition. They differ in kind, date and condition, so there is no total."""
    number = quantity(row["qualifier"], row["minimum"], row["maximum"], row[f"unit_{lang}"], lang)
    return f"{number} ({', '.join(filter(None, [due(row, lang), row[f'condition_{lang}']]))})"


def due(row: Row, lang: Lang, name: str = "due_text") -> str:
    """The date as vague as the report's own words."""
    if row.get(name, "") in ("", UNKNOWN):
        return text("no_date", lang)
    return str(row[name] if lang == "nl" else row[f"{name}_en"])


def _lines(row: Row) -> str:
    return ", ".join(str(row["line"]).split())

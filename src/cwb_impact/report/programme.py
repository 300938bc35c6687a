"""The programme's own figures: initiatives and targets as its report states them, with the lines they come from.

What the report does not say is unknown: not zero, and not missed. Nothing is added up.
"""

from __future__ import annotations

from cwb_impact.report.markdown import table
from cwb_impact.report.numbers import fmt
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, slug, text

UNKNOWN = "unknown"


def unknown_targets(release: Release) -> int:
    """How many lines of the table of targets have no known status."""
    targets = release.tables["targets"]
    return 0 if targets.empty else int((targets["status"] == UNKNOWN).sum())


def annex(release: Release, lang: Lang) -> str:
    """The initiatives and the targets on a page of their own; nothing for a study without a programme."""
    if not release.manifest["programme"]:
        return ""
    heading = f"# {text('summary.annex', lang)} {{.new-page}}"
    return "\n\n".join([heading, initiatives(release, lang), targets(release, lang)])


def initiatives(release: Release, lang: Lang) -> str:
    """The initiatives: stage, whether called a worker co-op, people now, and each forecast with date and condition."""
    rows = rows_of(release.tables["initiatives"])
    if not rows:
        return text("initiatives.none", lang)
    forecasts = rows_of(release.tables["forecasts"])
    lines = [
        (
            row["name"],
            slug("group", row["group"], lang),
            slug("worker_coop", row["worker_coop_stated"], lang),
            _quantity(row["people_qualifier"], row["people_min"], row["people_max"], row[f"people_unit_{lang}"], lang),
            _forecasts([forecast for forecast in forecasts if forecast["initiative"] == row["id"]], lang),
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
            row[f"text_{lang}"],
            _due(row, lang),
            _quantity(row["actual_qualifier"], row["actual_min"], row["actual_max"], row[f"unit_{lang}"], lang),
            slug("status", row["status"], lang),
            row[f"rule_{lang}"],
            _lines(row),
        )
        for row in rows
    ]
    head = [text(f"targets.{name}", lang) for name in ("text", "due", "actual", "status", "rule")]
    return table([*head, text("line", lang)], lines, (28, 13, 18, 13, 66, 12), text("targets.caption", lang),
                 "tbl-targets")  # fmt: skip


def _quantity(qualifier: str, low: str, high: str, unit: str, lang: Lang) -> str:
    """`about 20 people at work`, `1 to 6 co-operatives`, `unknown`."""
    if not low:
        return slug("quantity", qualifier, lang)
    numbers = {"low": fmt(float(low), "count", 0, lang), "high": fmt(float(high or low), "count", 0, lang)}
    return slug("quantity", qualifier, lang).format(**numbers, unit=unit)


def _forecasts(rows: list[Row], lang: Lang) -> str:
    """Each forecast apart: they differ in kind, date and condition, so there is no total."""
    said = []
    for row in rows:
        number = _quantity(row["qualifier"], row["minimum"], row["maximum"], row[f"unit_{lang}"], lang)
        notes = [_due(row, lang), row[f"condition_{lang}"]]
        said.append(f"{number} ({', '.join(filter(None, notes))})")
    return "; ".join(said) or text("not_stated", lang)


def _due(row: Row, lang: Lang) -> str:
    """The date as vague as the report's own words."""
    if row["due_text"] in ("", UNKNOWN):
        return text("no_date", lang)
    return str(row["due_text"] if lang == "nl" else row["due_text_en"])


def _lines(row: Row) -> str:
    return ", ".join(str(row["line"]).split())

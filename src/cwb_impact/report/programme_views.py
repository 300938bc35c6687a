"""What the programme report tells, as tables: promises, steps, targets, counts of co-ops, people; with their lines."""

from __future__ import annotations

from collections import Counter

from cwb_impact.report import programme
from cwb_impact.report.numbers import fmt, fmt_period
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.views import Bar, Cell, Light, Line, Part, View, figure, lines_of_report, said
from cwb_impact.report.words import Lang, capital, slug, text

LIGHTS: dict[str, Light] = {
    "met": "green", "met_other_reading": "amber", "partly": "amber", "delayed": "amber", "not_met": "red",
}  # fmt: skip
JOBS = "jobs"


def actions(release: Release, lang: Lang, action_line: str = "") -> View:
    """What was promised and where it stands, by our reading; of one action line, or of all."""
    lines = [
        Line(
            (
                said(f"{row['id']} {row[f'promise_{lang}']}"),
                said(row.get(f"progress_{lang}", "") or text("not_stated", lang)),
                _status(str(row["status"]), LIGHTS.get(str(row["status"]), "grey"), lang),
                said(_next_step(row, lang)),
            ),
            lines_of_report(row["line"]),
            {"line": row["action_line"], "status": str(row["status"])},
        )
        for row in rows_of(release.tables["actions"])
        if action_line in ("", row["action_line"])
    ]
    caption = text("progress.actions_of_line" if action_line else "steering.actions", lang, line=action_line)
    identity = f"actions-{action_line.lower()}" if action_line else "actions"
    return view(identity, caption, "action progress status next", (34, 44, 14, 30), lines, lang)


def _next_step(row: Row, lang: Lang) -> str:
    """The first step that the report still expects, with its date."""
    words = row.get(f"next_text_{lang}", "")
    return f"{words} ({programme.due(row, lang, 'next_date_text')})" if words else text("progress.no_next", lang)


def milestones(release: Release, lang: Lang, action_line: str) -> View:
    """The steps of one action line: what happened, and what the report expects."""
    lines = [
        Line(
            (
                said(f"{row['action']} {row[f'text_{lang}']}"),
                said(programme.due(row, lang, "date_text")),
                said(slug("progress.step", row["state"], lang)),
            ),
            lines_of_report(row["line"]),
        )
        for row in rows_of(release.tables["milestones"])
        if str(row["action"]).partition(".")[0] == action_line
    ]
    caption = text("progress.milestones_of_line", lang, line=action_line)
    return view(f"steps-{action_line.lower()}", caption, "step when step_state", (60, 20, 18), lines, lang)


def targets(release: Release, lang: Lang, trend: dict[str, Cell] | None = None) -> View:
    """The targets under each reading of their words. trend : by indicator, its figures from registers."""
    rows = rows_of(release.tables["targets"])
    no_trend = said(text("steering.no_trend", lang))
    of_action = {row["id"]: row["action_line"] for row in rows_of(release.tables["actions"])}
    lines = [
        Line(
            (
                said(programme.promise(row, lang)),
                _number(programme.wanted(row, lang), row, "target_line"),
                said(programme.due(row, lang)),
                _number(programme.reported(row, lang), row, "actual_line"),
                *([] if trend is None else [trend.get(row.get("indicator", ""), no_trend)]),
                _standing(row, lang),
                Cell((Part(row.get(f"why_{lang}", "")),), more=row[f"rule_{lang}"]),
            ),
            lines_of_report(row["line"]),
            {"line": of_action.get(row.get("action", ""), ""), "status": programme.standing(row)},
            place_of_target(row),
        )
        for row in rows
    ]
    heads = f"target wanted due actual {'' if trend is None else 'trend '}status why"
    widths = (30, 18, 13, 18, 16, 62) if trend is None else (30, 18, 13, 18, 26, 20, 50)
    return view("targets", text("steering.targets", lang), heads, widths, lines, lang,
                 note=text("progress.targets_note", lang))  # fmt: skip


def place_of_target(row: Row) -> str:
    """Where the row of a target stands on a page."""
    return f"target-{row['id']}"


def _number(words: str, row: Row, lines: str) -> Cell:
    """A figure with its own lines (a column); what is delivered or not has no figure."""
    if row["comparator"] == "delivered":
        return said(words)
    return figure(words, lines_of_report(row.get(lines) or row["line"]))


def _standing(row: Row, lang: Lang) -> Cell:
    return _status(programme.standing(row), light_of_target(row), lang)


def light_of_target(row: Row) -> Light:
    """The light of the table, but never green for what is not shown to be met."""
    status = programme.standing(row)
    light: Light = row.get("light") or LIGHTS.get(status, "grey")
    return "grey" if light == "green" and status != "met" else light


def _status(status: str, light: Light, lang: Lang) -> Cell:
    return Cell((Part(slug("status", status, lang)),), light=light)


def counts(release: Release, lang: Lang) -> View:
    """How many co-ops there are, under each rule by which they can be counted."""
    names = {row["id"]: row["name"] for row in rows_of(release.tables["initiatives"])}
    usual = _action_lines(release)[""]
    lines = [
        Line(
            (
                said(f"{capital(slug('progress.rule', row['rule'], lang))}. {row[f'words_{lang}']}"),
                figure(between(row, lang), lines_of_report(row["line"])),
                said(_names(row["counted"], names, lang)),
                said(_names(row["possibly"], names, lang)),
            ),
            lines_of_report(row["line"]),
            {"line": usual},
        )
        for row in rows_of(release.tables["counts"])
    ]
    return view("counts", text("steering.counts", lang), "rule count certain possible", (46, 12, 30, 30), lines, lang,
                 note=text("progress.counts_note", lang))  # fmt: skip


def between(row: Row, lang: Lang) -> str:
    """`4`, or `4 to 6` where the report leaves some open."""
    exact = row["low"] == row["high"]
    return programme.quantity("exact" if exact else "range", row["low"], row["high"], "", lang)


def _names(keys: str, names: dict[str, str], lang: Lang) -> str:
    return ", ".join(names.get(key, key) for key in keys.split()) or text("progress.none", lang)


def people(release: Release, lang: Lang, with_bars: bool = False) -> View:
    """For every initiative the people now and each forecast, beside one another and never added up."""
    forecasts, drawn = rows_of(release.tables["forecasts"]), bars(release) if with_bars else {}
    action_lines, when = _action_lines(release), as_of(release, lang)
    note = text("progress.people_note", lang)
    if drawn:
        end = fmt(next(iter(drawn.values())).end, "count", 0, lang)
        note = f"{note} {text('steering.bars', lang, end=end)}"
    lines = [
        Line(
            (
                said(row["name"]),
                said(programme.stage(row, lang)),
                figure(programme.people_now(row, lang), lines_of_report(row.get("people_line") or row["line"])),
                _forecasts(
                    [one for one in forecasts if one["initiative"] == row["id"]], drawn.get(row["id"]), when, lang
                ),
                said(row.get(f"note_{lang}", "")),
            ),
            lines_of_report(row["line"]),
            {"line": action_lines.get(row["id"], action_lines[""]), "phase": row["group"]},
        )
        for row in rows_of(release.tables["initiatives"])
    ]
    caption = text("steering.people", lang, when=when)
    heads, widths = "initiative phase now forecast note", (26, 18, 24, 34, 44)
    return view("people", caption, heads, widths, lines, lang, note=note)


def _action_lines(release: Release) -> dict[str, str]:
    """By initiative its action lines: those of its own steps, and the one under which most initiatives have steps.

    Under "" stands that one alone, for an initiative without steps; it is empty when no step names an initiative.
    """
    steps = [row for row in rows_of(release.tables["milestones"]) if row["initiative"]]
    counted = Counter(str(row["action"]).partition(".")[0] for row in steps)
    usual = counted.most_common(1)[0][0] if counted else ""
    found = {"": {usual}}
    for row in steps:
        found.setdefault(row["initiative"], {usual}).add(str(row["action"]).partition(".")[0])
    return {name: " ".join(sorted(lines)) for name, lines in found.items()}


def as_of(release: Release, lang: Lang) -> str:
    """The moment that the programme report describes, such as `October 2025`."""
    moments = [row.get("people_as_of", "") for row in rows_of(release.tables["initiatives"])]
    return fmt_period(moments[0], lang) if moments and moments[0] else text("no_date", lang)


def _forecasts(rows: list[Row], bar: Bar | None, when: str, lang: Lang) -> Cell:
    parts = tuple(_forecast(row, when, lang) for row in rows)
    return Cell(parts or (Part(text("progress.no_forecast", lang)),), bar=bar)


def _forecast(row: Row, when: str, lang: Lang) -> Part:
    """A forecast and, where it has a date, whether that had passed at the moment that the report describes."""
    state = row.get("due_state", "") if row["due_text"] != programme.UNKNOWN else ""
    words = programme.forecast(row, lang)
    told = slug("progress.due", state, lang).format(when=when)
    return Part(f"{words}: {told}" if state else words, lines_of_report(row["line"]))


def bars(release: Release) -> dict[str, Bar]:
    """By initiative that has a forecast of jobs: the forecast, and people now where the two count the same."""
    people_now = {row["id"]: row for row in rows_of(release.tables["initiatives"])}
    drawn = {}
    for row in rows_of(release.tables["forecasts"]):
        if row["kind"] != JOBS or not row["minimum"]:
            continue
        of = people_now[row["initiative"]]
        counted_alike = of["people_unit_en"] == row["unit_en"]
        now = float(of["people_min"]) if of["people_min"] and counted_alike else None
        drawn[str(row["initiative"])] = (now, float(row["minimum"]), float(row["maximum"] or row["minimum"]))
    end = max((number for ends in drawn.values() for number in ends if number is not None), default=1.0)
    return {key: Bar(now, low, high, end) for key, (now, low, high) in drawn.items()}


def happenings(release: Release, lang: Lang) -> View:
    """For every initiative whether it is called a worker co-op, and its events: what happened and what is expected."""
    lines = [
        Line(
            (
                said(row["name"]),
                said(slug("worker_coop", row["worker_coop_stated"], lang)),
                Cell(tuple(Part(_event(event, lang)) for event in _events(row)) or (Part(text("not_stated", lang)),)),
            ),
            lines_of_report(row["line"]),
            {"phase": row["group"]},
        )
        for row in rows_of(release.tables["initiatives"])
    ]
    return view("events", text("progress.events", lang), "initiative worker_coop events", (30, 18, 70), lines, lang)


def _events(row: Row) -> list[str]:
    return [event for event in str(row.get("events", "")).split("; ") if event]


def _event(event: str, lang: Lang) -> str:
    """`founded 2024-09-01/2024-09-30` and `lease_signed expected 2025-09-01/2025-11-30` in words."""
    kind, *rest = event.split()
    name = capital(slug("progress.event", kind, lang))
    dates = [fmt_period(word if "/" in word else f"{word}/{word}", lang) for word in rest if word[0].isdigit()]
    when = dates[0] if dates else text("no_date", lang)
    return text("progress.expected" if "expected" in rest else "progress.happened", lang, what=name, when=when)


def view(
    name: str, caption: str, heads: str, widths: tuple[int, ...], lines: list[Line], lang: Lang, note: str = ""
) -> View:
    """A table whose headings are words of their own."""
    head = tuple(text(f"progress.head.{one}", lang) for one in heads.split())
    return View(name, caption, head, widths, tuple(lines), text("progress.nothing", lang), note)

"""The blocks of the progress report: what was promised, where it stands by our reading, and what cannot be said."""

from __future__ import annotations

from pathlib import Path

import vl_convert

from cwb_impact.report import cells, fact_views, programme, programme_views
from cwb_impact.report.forecast_chart import forecast_figure
from cwb_impact.report.markdown import bullets, figure, plain
from cwb_impact.report.outcome import PNG_SCALE
from cwb_impact.report.register_views import figures, has_invented, register_view
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.steering import REGISTER_SECTIONS
from cwb_impact.report.views import View, as_markdown
from cwb_impact.report.words import Lang, slug, text

SHORT_CODES = ("E01", "C05", "C06")
"""People at work and spend: what stands in the short text, by code of the catalogue."""
PUBLIC = "public"
OF_REGISTERS = ("people", "coops", "spend", "pipeline", "money", "targets", "gaps")


def opening(release: Release, lang: Lang) -> str:
    """What this report rests on, whose reading the statuses are, and what is real and what is invented."""
    said = [
        text("progress.opening", lang, when=programme_views.as_of(release, lang)),
        text("progress.reading", lang),
        text("progress.unknown", lang),
    ]
    if release.invented_report:
        said.append(text("progress.invented_report", lang))
    elif has_invented(release):
        said.append(text("progress.invented", lang))
    return "\n\n".join([*said, plain(release.manifest["study"]["method_note"][lang])])


def short(release: Release, lang: Lang) -> str:
    """How the targets stand, each promise once, and the counts and people in a sentence each."""
    stands = {name: len(rows) for name, rows in programme.by_standing(release).items()}
    named = "; ".join(f"{slug('status', name, lang)}: {number}" for name, number in stands.items())
    items = [text("progress.short_targets", lang, n=str(sum(stands.values())), names=named)]
    if rows := rows_of(release.tables["counts"]):
        items.append(text("progress.short_counts", lang, names="; ".join(_count(row, lang) for row in rows)))
    return bullets([*items, text("progress.short_people", lang), *_of_lists(release, lang)])


def _of_lists(release: Release, lang: Lang) -> list[str]:
    """The newest figures from registers of people at work and of spend, in one sentence; nothing without any."""
    known = release.manifest["indicators"]
    rows = [row for row in rows_of(figures(release, SHORT_CODES)) if known[row["indicator"]]["parts_of"] is None]
    newest = {row["indicator"]: row for row in rows if cells.has_number(row) and row["data"] != PUBLIC}
    if not newest:
        return []
    said = []
    for row in newest.values():
        definition, when = known[row["indicator"]], release.name("waves", row["wave"], lang)
        number = cells.estimate(row, definition["decimals"], lang)
        said.append(f"{definition['name'][lang]}: {number} ({when})")
    mark = f" {text('synthetic.word', lang)}." if has_invented(release) else ""
    told = [text("progress.short_registers", lang, names=plain("; ".join(said)), mark=mark)]
    every = figures(release)
    absent = int((every["status"] == "not_collected").sum())
    return [*told, text("progress.short_absent", lang, n=str(absent), all=str(len(every)))] if absent else told


def annex(release: Release, lang: Lang) -> str:
    """Of the summary: the programme in short, its initiatives and its targets; nothing for a study without one."""
    if not release.manifest["programme"]:
        return ""
    heading = f"# {text('summary.annex', lang)} {{.new-page}}"
    tables = programme.initiatives(release, lang), programme.targets(release, lang)
    return "\n\n".join([heading, short(release, lang), *tables])


def _count(row: Row, lang: Lang) -> str:
    return f"{programme_views.between(row, lang)} ({slug('progress.rule', row['rule'], lang)})"


def action_lines(release: Release, lang: Lang) -> str:
    """For each action line its actions and its steps."""
    parts = []
    for line in dict.fromkeys(row["action_line"] for row in rows_of(release.tables["actions"])):
        parts.append(f"## {text('progress.action_line', lang, line=line)}")
        parts.append(as_markdown(programme_views.actions(release, lang, line), release, lang))
        steps = programme_views.milestones(release, lang, line)
        parts += [as_markdown(steps, release, lang)] if steps.lines else []
    return "\n\n".join(parts) or text("progress.nothing", lang)


def targets(release: Release, lang: Lang) -> str:
    return as_markdown(programme_views.targets(release, lang), release, lang)


def readings(release: Release, lang: Lang) -> str:
    """The promises that can be read in more than one way: every reading with its own number and outcome."""
    rows = rows_of(release.tables["targets"])
    items = []
    for promise in rows:
        others = [row for row in rows if row.get("reading_of") == promise["id"]]
        if others:
            items.append(text("progress.readings", lang, what=plain(promise[f"text_{lang}"]), n=str(len(others) + 1)))
            items += [_reading(row, lang) for row in (promise, *others)]
    return "\n\n".join([items[0], bullets(items[1:])]) if items else text("progress.no_readings", lang)


def _reading(row: Row, lang: Lang) -> str:
    words = {"text": row[f"text_{lang}"], "number": programme.reported(row, lang)}
    status = slug("status", programme.standing(row), lang)
    return text("progress.one_reading", lang, status=status, **{name: plain(said) for name, said in words.items()})


def people(release: Release, lang: Lang, folder: Path) -> str:
    """The chart, people now beside each forecast, and what happened. Nothing is added up."""
    views = [programme_views.people(release, lang), programme_views.happenings(release, lang)]
    return "\n\n".join([_chart(release, lang, folder), *(as_markdown(view, release, lang) for view in views)]).strip()


def _chart(release: Release, lang: Lang, folder: Path) -> str:
    drawing = forecast_figure(release, lang)
    if drawing is None:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"forecasts-{lang}"
    (folder / f"{stem}.svg").write_text(drawing.svg, encoding="utf-8")
    (folder / f"{stem}.png").write_bytes(vl_convert.svg_to_png(drawing.svg, scale=PNG_SCALE))
    caption = text("progress.chart", lang, when=programme_views.as_of(release, lang))
    return figure(f"{folder.name}/{stem}", caption, drawing.alt, "fig-forecasts")


def facts(release: Release, lang: Lang, name: str) -> str:
    """One table of the programme report: counts, money, anchors, contracts, sessions or gaps."""
    made: dict[str, View] = {
        "counts": programme_views.counts(release, lang),
        "money": fact_views.money(release, lang),
        "anchors": fact_views.anchors(release, lang),
        "contracts": fact_views.contracts(release, lang),
        "sessions": fact_views.sessions(release, lang),
        "gaps": fact_views.gaps(release, lang, only_gaps=False),
    }
    return as_markdown(made[name], release, lang)


def registers(release: Release, lang: Lang) -> str:
    """The figures from registers, a table a subject; subjects without figures are left out."""
    made = []
    for name in OF_REGISTERS:
        subject = text(f"steering.section.{name}", lang).lower()
        caption = text("steering.from_registers", lang, what=subject)
        made.append(register_view(release, lang, f"{name}-registers", caption, REGISTER_SECTIONS[name]))
    return "\n\n".join(as_markdown(view, release, lang) for view in made if view.lines) or text(
        "progress.no_register", lang
    )


def cannot_say(release: Release, lang: Lang) -> str:
    """What neither the report nor the registers can show."""
    names = ("cause", "extra", "sum", "no_number", "wage", "registers")
    return bullets(text(f"progress.cannot.{name}", lang) for name in names)

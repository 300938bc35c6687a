"""What else the programme report tells, as tables: money, anchor organisations, orders, meetings and data."""

from __future__ import annotations

from cwb_impact.report import programme
from cwb_impact.report.programme_views import view
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.views import Line, View, figure, lines_of_report, said
from cwb_impact.report.words import Lang, slug, text


def money(release: Release, lang: Lang) -> View:
    """Grants and money to invest. Granted and paid are two amounts; none is 0 for want of a number."""
    lines = [
        Line(
            (
                said(row[f"name_{lang}"]),
                said(_kind_of_money(row, lang)),
                said(_stated(row["giver"], lang)),
                said(row.get(f"purpose_{lang}", "")),
                figure(_euros(row, "amount", lang), lines_of_report(row["line"])),
                figure(_euros(row, "paid", lang), lines_of_report(row["line"])),
                said(programme.due(row, lang, "date_text")),
            ),
            lines_of_report(row["line"]),
            _facets(row),
        )
        for row in rows_of(release.tables["funding"])
    ]
    return view("money", text("steering.money", lang), "funding kind giver purpose amount paid when",
                (24, 22, 20, 30, 20, 20, 16), lines, lang, note=text("progress.money_note", lang))  # fmt: skip


def _kind_of_money(row: Row, lang: Lang) -> str:
    """`grant, awarded`; `money to invest, another fund than was promised`."""
    detail = row["decision"] if row["kind"] == "grant" else row["instrument"]
    return ", ".join((slug("progress.funding", row["kind"], lang), slug("progress.funding_state", detail, lang)))


def _euros(row: Row, name: str, lang: Lang) -> str:
    return programme.euros(row[f"{name}_qualifier"], row[f"{name}_min"], row[f"{name}_max"], lang)


def _stated(words: str, lang: Lang) -> str:
    return text("not_stated", lang) if words in ("", programme.UNKNOWN) else words


def anchors(release: Release, lang: Lang) -> View:
    """The anchor organisations that the report names, what they do, and whether they buy from co-ops."""
    lines = [
        Line(
            (
                said(row["name"]),
                said(row[f"does_{lang}"]),
                said(slug("progress.buys", row["buys"], lang)),
            ),
            lines_of_report(row["line"]),
        )
        for row in rows_of(release.tables["anchors"])
    ]
    return view("anchors", text("progress.anchors_caption", lang), "anchor does buys", (28, 60, 18), lines, lang)


def contracts(release: Release, lang: Lang) -> View:
    """Tenders, contracts and streams of orders that the report names; most without an amount."""
    buyers = {row["id"]: row["name"] for row in rows_of(release.tables["anchors"])}
    sellers = {row["id"]: row["name"] for row in rows_of(release.tables["initiatives"])}
    lines = [
        Line(
            (
                said(row[f"name_{lang}"]),
                said(_named(row["anchors"], buyers) or text("not_stated", lang)),
                said(_named(row["initiatives"], sellers) or text("not_stated", lang)),
                said(slug("progress.route", row["route"], lang)),
                said(slug("progress.stage", row["stage"], lang)),
                figure(_euros(row, "amount", lang), lines_of_report(row["line"])),
                said(programme.due(row, lang, "date_text")),
            ),
            lines_of_report(row["line"]),
            _facets(row),
        )
        for row in rows_of(release.tables["contracts"])
    ]
    return view("orders", text("steering.orders", lang), "order buyer seller route stage amount when",
                (36, 24, 26, 18, 12, 18, 16), lines, lang)  # fmt: skip


def _named(keys: str, names: dict[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys.split())


def sessions(release: Release, lang: Lang) -> View:
    """Trainings and meetings; the report calls few of them a masterclass, or none."""
    lines = [
        Line(
            (
                said(row[f"name_{lang}"]),
                said(slug("progress.session", row["kind"], lang)),
                said(programme.due(row, lang, "date_text")),
                said(slug("progress.held", row["held"], lang)),
                figure(_participants(row, lang), lines_of_report(row["line"])),
            ),
            lines_of_report(row["line"]),
        )
        for row in rows_of(release.tables["sessions"])
    ]
    return view("sessions", text("progress.sessions_caption", lang), "session kind when held participants",
                (50, 18, 18, 14, 22), lines, lang)  # fmt: skip


def _participants(row: Row, lang: Lang) -> str:
    unit = row[f"unit_{lang}"]
    return programme.quantity(
        row["participants_qualifier"], row["participants_min"], row["participants_max"], unit, lang
    )


def gaps(release: Release, lang: Lang, only_gaps: bool = True) -> View:
    """The data that steering needs: recorded or not, by whom, and what is missing. only_gaps : not what is complete."""
    lines = [
        Line(
            (
                said(row[f"name_{lang}"]),
                said(slug("progress.recorded", row["recorded"], lang)),
                said(row[f"gap_{lang}"] or text("progress.no_gap", lang)),
                said(row[f"source_{lang}"]),
                said(row[f"owner_{lang}"] or text("progress.nobody", lang)),
                said(slug("progress.basis", row["basis"], lang)),
            ),
            lines_of_report(row["line"]),
            _facets(row),
        )
        for row in rows_of(release.tables["data_inventory"])
        if not only_gaps or row["recorded"] != "recorded"
    ]
    return view("data-gaps", text("steering.gaps", lang), "data recorded gap where owner basis",
                (28, 16, 42, 26, 22, 18), lines, lang)  # fmt: skip


def _facets(row: Row) -> dict[str, str]:
    """The action lines of a row that belongs to an action or to several."""
    actions = str(row.get("action") or row.get("actions", "")).split()
    return {"line": " ".join(dict.fromkeys(action.partition(".")[0] for action in actions))} if actions else {}

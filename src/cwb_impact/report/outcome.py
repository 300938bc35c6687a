"""The results report, outcome by outcome: a chart and a table, and what the outcome means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert

from cwb_impact.report import cells
from cwb_impact.report.blocks import column_heads, column_widths, levels_and_changes, outcome_name
from cwb_impact.report.charts import figure as draw
from cwb_impact.report.findings import finding
from cwb_impact.report.markdown import bullets, figure, plain, table
from cwb_impact.report.numbers import fmt, fmt_interval
from cwb_impact.report.release import Release
from cwb_impact.report.words import Lang, capital, slug, small, text
from cwb_impact.spec.model import KEPT_POPULATIONS

PNG_SCALE = 2


def outcomes(release: Release, lang: Lang, folder: Path) -> str:
    """All outcomes by theme. Charts are written into `folder` as .svg and .png; the text names them without suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    by_theme: dict[str, list[str]] = {}
    # of a population that no wave of this release asked there are no rows
    told = set(release.tables["indicators"]["indicator"])
    for indicator, definition in release.manifest["indicators"].items():
        if indicator in told:
            by_theme.setdefault(definition["theme"], []).append(indicator)
    parts = []
    for theme, members in by_theme.items():
        parts.append(f"# {slug('theme', theme, lang)} {{.new-page}}")
        parts.extend(outcome(release, indicator, lang, folder) for indicator in members)
    return "\n\n".join(parts)


def outcome(release: Release, indicator: str, lang: Lang, folder: Path) -> str:
    """One outcome: what it says, its chart of totals, a chart for each split, one table, and its definition."""
    levels = release.tables["indicators"]
    rows = levels[levels["indicator"] == indicator]
    parts = [f"## {plain(outcome_name(release, indicator, lang))}"]
    # a figure of a register has no interval to draw, and the progress report shows it beside its target
    away = _never_enough(rows)
    asked = rows[~rows["population"].isin(KEPT_POPULATIONS) & ~away]
    for dimension, members in asked.groupby("dimension", sort=False):
        drawn = _with_numbers(members) if dimension != "total" else members
        if len(drawn):
            parts.append(_chart(release, drawn, lang, folder))
    parts.append(_table(release, rows[~away], lang))
    parts.extend(_left_out(release, rows[away], lang))
    parts.append(_definition(release, rows, lang))
    return "\n\n".join(parts)


def _never_enough(rows: pd.DataFrame) -> pd.Series:
    """(rows,) categories with too few answers in every wave that asked, beside figures: one sentence instead of lines.

    Whether anybody chose them cannot be told: an empty category has the same reason.
    """
    asked, few = rows["status"] != "not_collected", rows["reason"] == "too_few_respondents"
    category = [rows[name] for name in ("population", "dimension", "category")]
    always = (few | ~asked).groupby(category).transform("all") & few.groupby(category).transform("any")
    shown = rows["status"].isin(cells.SHOWN).groupby(category[:2]).transform("any")
    return always & shown


def _left_out(release: Release, rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Which categories are in no chart and no table, and why."""
    return [
        text(
            "outcome.left_out",
            lang,
            population=plain(capital(release.name("populations", str(population), lang))),
            by=plain(text("by", lang, dimension=small(release.name("dimensions", str(dimension), lang)))),
            groups=plain("; ".join(release.category(str(dimension), one, lang) for one in split["category"].unique())),
        )
        for (population, dimension), split in rows.groupby(["population", "dimension"], sort=False)
    ]


def _with_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """The populations of a split of which at least one category is shown; the others are in the table only."""
    shown = rows["status"].isin(cells.SHOWN)
    return rows[rows["population"].isin(rows.loc[shown, "population"])]


def _chart(release: Release, rows: pd.DataFrame, lang: Lang, folder: Path) -> str:
    indicator, dimension = str(rows["indicator"].iloc[0]), str(rows["dimension"].iloc[0])
    drawing = draw(release, rows, finding(release, rows, lang), lang)
    stem = f"{indicator}-{dimension}-{lang}".replace("_", "-")
    (folder / f"{stem}.svg").write_text(drawing.svg, encoding="utf-8")
    (folder / f"{stem}.png").write_bytes(vl_convert.svg_to_png(drawing.svg, scale=PNG_SCALE))
    name = release.name("indicators", indicator, lang)
    by = "" if dimension == "total" else text("by", lang, dimension=small(release.name("dimensions", dimension, lang)))
    label = f"fig-{indicator}-{dimension}".replace("_", "-")
    return figure(f"{folder.name}/{stem}", f"{name}{by}", drawing.alt, label)


def _table(release: Release, rows: pd.DataFrame, lang: Lang) -> str:
    """The groups of an outcome, also those without a number."""
    lines = []
    for (population, dimension), split in rows.groupby(["population", "dimension"], sort=False):
        name = capital(release.name("populations", str(population), lang))
        if _all_hidden_alike(split) and dimension != "total":
            by = text("by", lang, dimension=small(release.name("dimensions", str(dimension), lang)))
            one = split[split["category"] == split["category"].iloc[0]]
            lines.append(levels_and_changes(release, one, lang, f"{name}{by}"))
            continue
        for category, members in split.groupby("category", sort=False):
            group = name if dimension == "total" else f"– {release.category(str(dimension), str(category), lang)}"
            lines.append(levels_and_changes(release, members, lang, group))
    indicator = str(rows["indicator"].iloc[0])
    caption = release.name("indicators", indicator, lang)
    if not rows["population"].isin(KEPT_POPULATIONS).all():
        caption = text("outcome.caption", lang, name=caption)
    label = f"tbl-{indicator}".replace("_", "-")
    return table(column_heads(release, lang), lines, column_widths(release), caption, label)


def _all_hidden_alike(rows: pd.DataFrame) -> bool:
    """Has no category a figure, and is the reason in each wave that of all?"""
    reasons = rows[["wave", "status", "reason"]].drop_duplicates()
    return not rows["status"].isin(cells.SHOWN).any() and len(reasons) == rows["wave"].nunique()


def _beside(release: Release, rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Published figures that measure the same: one line for each figure, with every margin it was published with."""
    chosen = str(rows["indicator"].iloc[0])
    listed = [one for one in release.manifest.get("benchmarks", []) if one["indicator"] == chosen]
    # the same figure may stand beside two populations
    named = {json.dumps({**one, "population": ""}): one for one in listed}
    return [
        text(
            "about.beside",
            lang,
            name=plain(one["name"][lang]),
            place=plain(f"{one['area'][lang]}, {one['period'][lang]}"),
            figures="; ".join(_published(figure, one["unit"], lang) for figure in one["current"]),
            mark="" if one["verified"] else f" {text('unverified.mark', lang)}",
        )
        for one in named.values()
    ]


def _published(figure: Mapping[str, Any], unit: str, lang: Lang) -> str:
    """`83,6% (82,6 tot 84,6; enquête)`: a margin never stands without how it was made."""
    decimals = len(f"{figure['value']:g}".partition(".")[2])
    number = plain(fmt(figure["value"], unit, decimals, lang))
    if figure["ci"] is None:
        return number
    low, high = figure["ci"]
    return f"{number} ({fmt_interval(low, high, unit, 1, lang)}; {plain(figure['interval_method'][lang])})"


def _definition(release: Release, rows: pd.DataFrame, lang: Lang) -> str:
    """Where the question comes from, of whom it is asked, and with what it must not be compared."""
    definition = release.manifest["indicators"][rows["indicator"].iloc[0]]
    source = definition["source"]
    verified = "" if source["verified"] else f" {text('source.unverified', lang)}"
    reference = f"{plain(source['instrument'][lang])} ({plain(source['reference'])}).{verified}"
    items = [
        text("about.plain", lang, words=plain(definition["plain"][lang])),
        text("about.universe", lang, words=plain(definition["universe_label"][lang])),
        text("about.period", lang, words=plain(definition["reference_period"][lang])),
        text("about.source", lang, words=reference),
        *_beside(release, rows, lang),
        text("about.version", lang, code=definition["code"], version=definition["version"]),
    ]
    items += [
        text("about.not_comparable", lang, what=plain(other["what"][lang]), why=plain(other["why"][lang]))
        for other in definition["not_comparable_with"]
    ]
    if rows["flags"].str.contains("b").any():
        items.append(text("about.break", lang))
    return bullets(items)

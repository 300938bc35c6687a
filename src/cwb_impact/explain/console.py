"""A card in a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cwb_impact.explain.card import Card, lacks
from cwb_impact.explain.words import say
from cwb_impact.report.words import Lang
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator


def show(one: Card, console: Console) -> None:
    """Print a card: its title and sentence, then a section of two columns after another."""
    console.print(Text(one.title, style="bold"))
    console.print(Text(one.plain))
    for section in one.sections:
        console.print()
        console.print(Text(section.title, style="bold"))
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", max_width=24, overflow="fold")
        table.add_column(overflow="fold")
        for label, words in section.rows:
            # Text, because a label such as [red] is no markup
            table.add_row(Text(label), Text(words))
        console.print(table)


def show_lacks(study: StudyBundle, console: Console, lang: Lang) -> int:
    """Every indicator of the dictionary: where it runs in this study, or what it lacks. The number that runs."""
    runs = 0
    table = Table(show_edge=False, pad_edge=False)
    for heading in ("", say("catalogue", lang), say("study", lang)):
        table.add_column(heading, overflow="fold")
    for indicator in sorted(study.dictionary.indicators.values(), key=lambda one: one.code):
        found = lacks(indicator, study)
        runs += any(not lacking for lacking in found.values())
        table.add_row(Text(indicator.code), Text(indicator.name[lang]), Text(_told(indicator, found, lang)))
    console.print(table)
    return runs


def _told(indicator: Indicator, found: Mapping[tuple[str, str], list[str]], lang: Lang) -> str:
    """`can be computed`, or what is lacking; waves that lack the same are told once."""
    if not found:
        return say("lacks", lang, names=", ".join(say(f"population.{name}", lang) for name in indicator.populations))
    waves: dict[str, list[str]] = {}
    for (population, wave), names_lacking in found.items():
        waves.setdefault(", ".join(names_lacking), []).append(f"{population} {wave}")
    if len(waves) == 1:
        names = next(iter(waves))
        return say("lacks", lang, names=names) if names else say("runs", lang)
    lacking_waves = {names: told for names, told in waves.items() if names}
    return "; ".join(
        say("lacks.wave", lang, wave=", ".join(told), names=names) for names, told in lacking_waves.items()
    )

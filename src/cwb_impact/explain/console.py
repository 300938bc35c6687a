"""A card in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cwb_impact.explain.card import Card, lacks
from cwb_impact.explain.words import Lang, say
from cwb_impact.spec.bundle import StudyBundle


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
        told = [
            say("lacks.wave", lang, wave=f"{population} {wave}", names=", ".join(lacking))
            for (population, wave), lacking in found.items()
            if lacking
        ]
        runs += any(not lacking for lacking in found.values())
        absent = say("lacks", lang, names=", ".join(say(f"population.{name}", lang) for name in indicator.populations))
        words = "; ".join(told) or say("runs", lang) if found else absent
        table.add_row(Text(indicator.code), Text(indicator.name[lang]), Text(words))
    console.print(table)
    return runs

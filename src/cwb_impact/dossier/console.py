"""The first page of the report in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cwb_impact.dossier.content import Dossier
from cwb_impact.dossier.words import LANGUAGES, Lang, say

_STYLES = {"exact": "bold", "undecided": "bold reverse", "not_collected": "dim", "not_mentioned": "dim"}


def show(dossier: Dossier, console: Console, lang: Lang = "en") -> None:
    """Print the coverage matrix, one table a population, and how many warnings there are."""
    for each in LANGUAGES:
        synthetic = " " + say("synthetic", each) if dossier.study.study.data == "synthetic" else ""
        console.print(Text(say("restricted", each) + synthetic, style="bold"))
    populations = dict.fromkeys(d.population for story in dossier.variables for d in story.decisions)
    for population in populations:
        console.print(_matrix(dossier, population, lang))
    console.print(Text(f"{say('problems', lang)}: {len(dossier.problems)}"))


def _matrix(dossier: Dossier, population: str, lang: Lang) -> Table:
    stories = [story for story in dossier.variables if population in story.populations]
    # Text, because a label such as [red] is no markup
    table = Table(title=Text(dossier.study.population(population).label[lang]), title_justify="left")
    table.add_column(say("variable", lang), overflow="fold")
    for wave in [d.wave for d in stories[0].populations[population]] if stories else []:
        table.add_column(wave)
    for story in stories:
        cells = [
            Text(say(decision.coverage, lang), style=_STYLES.get(decision.coverage, ""))
            for decision in story.populations[population]
        ]
        table.add_row(Text(story.name), *cells)
    return table

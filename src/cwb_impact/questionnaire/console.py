"""What a person reads after a questionnaire was made: the files, and the words that are still lacking."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cwb_impact.questionnaire.make import Made


def show(made: Made, console: Console) -> None:
    """Print the files and a table of the missing wordings, each once for all populations."""
    for path in made.files:
        console.print(str(path), markup=False)
    populations: dict[tuple[str, ...], list[str]] = {}
    for population, gap in made.missing:
        row = (gap.variable, gap.part, " ".join(gap.languages), gap.source)
        populations.setdefault(row, []).append(population)
    if not populations:
        return
    table = Table(title=f"{len(populations)} wordings are missing", title_justify="left")
    for column in ("variable", "part", "languages", "where", "asked of"):
        table.add_column(column)
    for cells, asked in populations.items():
        table.add_row(*(escape(cell) for cell in cells), " ".join(asked))
    console.print(table)

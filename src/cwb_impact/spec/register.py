"""A register: a list that a co-op, an anchor organisation or the programme keeps, and the columns of its template."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text, Version

CellType = Literal["text", "choice", "number", "whole", "percent", "euros", "date", "postcode", "kvk"]
"""How a cell is read. `euros` may be negative (a credit note); `kvk` is a Dutch chamber-of-commerce number."""

Protects = Literal["people", "organisations", "money", "nothing"]
"""Whom the figures of a register could expose; data_dictionary/policy.yml has the rule of each."""


EXAMPLE = "VOORBEELD / EXAMPLE"
"""Stands in the first cell of the invented example row of a template. A reader never counts a row that begins so."""


class RegisterColumn(Spec):
    """One column of a template. A column with a `variable` holds its answers: codes, or their labels in nl or en."""

    label: Text = Field(description="The heading of the column.")
    also: list[str] = Field(default_factory=list, description="Other headings that exports give this column.")
    type: CellType
    variable: Slug | None = Field(default=None, description="The variable of the dictionary that the cells answer.")
    choices: dict[Slug, Text] | None = Field(default=None, description="Of a choice that is no variable.")
    range: tuple[float, float] | None = Field(default=None, description="Of a number that is no variable.")
    needed: bool = Field(default=True, description="A file without this column is refused.")
    filled: bool = Field(default=True, description="An empty cell is a fault; else it is the reason no_answer.")
    help: Text = Field(description="What to fill in, in a note on the heading.")
    example: str = Field(min_length=1, description="A cell of the invented example row.")

    @model_validator(mode="after")
    def _shape(self) -> RegisterColumn:
        own = self.type == "choice" and self.variable is None
        if own != (self.choices is not None):
            raise ValueError("a choice names its variable or has choices, and nothing else has them")
        return self


class Moment(Spec):
    """Which rows count at a wave, by a date of theirs. A row without the date counts."""

    column: Slug
    counts: Literal["in_period", "until_reference_date"]


class Register(FileSpec):
    """data_dictionary/registers/<id>.yml: one list, one row of which is one thing (`row`)."""

    id: Slug
    version: Version
    name: Text
    row: Text = Field(description="What one row is.")
    population: Population
    protects: Protects
    holding: Slug | None = Field(
        default=None, description="The column whose rows belong together: a co-op, or a supplier (p% rule)."
    )
    moment: Moment | None = Field(default=None, description="Null: every row counts, or the reader has its own rule.")
    note: Text | None = Field(default=None, description="A rule about the list as a whole, told in its template.")
    columns: dict[Slug, RegisterColumn] = Field(min_length=1)
    makes: list[Slug] = Field(
        default_factory=list, description="Variables that are worked out of its rows, beside those of its columns."
    )

    @property
    def variables(self) -> list[str]:
        """Every variable of the dictionary that this register tells."""
        return [*(column.variable for column in self.columns.values() if column.variable is not None), *self.makes]

    @model_validator(mode="after")
    def _names(self) -> Register:
        if self.holding is not None and self.holding not in self.columns:
            raise ValueError(f"the holding {self.holding} is no column")
        if (self.protects == "nothing") != (self.holding is None):
            raise ValueError("a register that protects something names its holding, and another has none")
        dated = self.columns.get(self.moment.column) if self.moment is not None else None
        if self.moment is not None and (dated is None or dated.type != "date"):
            raise ValueError(f"the moment {self.moment.column} is no column with dates")
        first = next(iter(self.columns.values()))
        if first.type != "text" or first.example != EXAMPLE:
            raise ValueError(f"the first column is text, and its example is {EXAMPLE}")
        named: dict[str, str] = {}
        for name in self.columns:
            for heading in self.headings(name):
                if named.setdefault(heading.casefold(), name) != name:
                    raise ValueError(f"{heading} is a heading of {named[heading.casefold()]} and of {name}")
        return self

    def headings(self, column: str) -> tuple[str, ...]:
        """What a file may call a column, the best first: its labels, and what exports call it.

        Not its id: a ledger's `amount` may be with VAT.
        """
        spec = self.columns[column]
        return (spec.label.nl, spec.label.en, *spec.also)


class RegisterFile(Spec):
    """One file of a register. What a .csv leaves open, such as 1.234, is stated here."""

    file: str = Field(min_length=1, description="In the folder of the raw files: .xlsx, .csv or (spend) .parquet.")
    sheet: str | None = None
    numbers: Literal["nl", "en"] | None = Field(default=None, description="1.234,50 or 1,234.50; null: as found.")
    dates: Literal["dmy", "mdy", "iso"] | None = Field(default=None, description="Null: as found.")


class Period(Spec):
    """First and last day, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.first > self.last:
            raise ValueError("the first day is after the last")
        return self


class WaveRegisters(Spec):
    """What registers say at one wave: about a day, and for money about a period."""

    reference_date: date = Field(description="The day on which people, co-ops and targets are counted.")
    period: Period = Field(description="The days of which payments are counted.")
    report: bool = Field(default=False, description="The programme report describes this moment: it counts here.")
    files: dict[Slug, Annotated[list[RegisterFile], Field(min_length=1)]] = Field(
        default_factory=dict, description="Register: its files, such as one a co-op or a year."
    )
    keep_until: date | None = Field(default=None, description="As of the wave, when the lists have another last day.")

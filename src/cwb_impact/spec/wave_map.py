"""A wave map: how one raw file becomes dictionary variables. One YAML a wave and population.

A map is data from outside: named transforms only, nothing evaluated, no `else`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from cwb_impact.spec.codes import PLAIN_NUMBERS, Code, EachCodeOnce, NumberFormat, overlap
from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.design_columns import DesignColumns
from cwb_impact.spec.model import FileSpec, NotReserved, Population, Slug, Spec, WaveId
from cwb_impact.spec.variable_map import Codes, Column, VariableMap


class WaveOf(Spec):
    """Which wave and population the file holds, and when people answered."""

    id: WaveId
    population: Population
    fieldwork: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?/\d{4}-\d{2}(-\d{2})?$")]
    mode: str | None = None
    languages: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _days(self) -> WaveOf:
        first, last = (_day(part) for part in self.fieldwork.split("/"))
        if self.last_day < first or self.last_day < last:
            raise ValueError(f"fieldwork {self.fieldwork} ends before it starts")
        return self

    @property
    def last_day(self) -> date:
        """The last day on which people answered: dated parameters are looked up on it."""
        end = self.fieldwork.split("/")[1]
        if len(end) == 10:
            return date.fromisoformat(end)
        year, month = (int(part) for part in end.split("-"))
        return date(year, month, monthrange(year, month)[1])


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01")


class SourceFile(Spec):
    """The raw file. Its hash and size are checked, so that a map is never used on another file."""

    file: str = Field(min_length=1, max_length=255)
    format: Literal["sav", "dta", "csv", "xlsx"]
    form: Literal["plain", "qualtrics", "limesurvey"] = Field(
        default="plain", description="The survey tool whose export this is: where its header and its codes stand."
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=0)
    columns: int | None = Field(default=None, ge=1)
    allow_empty: bool = Field(default=False, description="A wave without respondents is meant.")
    sheet: str | None = Field(default=None, description="The sheet of a workbook; needed when it has more than one.")
    encoding: str | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = Field(default=None, description="Decimal mark; unstated, a point.")
    thousands: Literal[".", ",", "space", "'"] | None = None
    currency: str | None = Field(default=None, max_length=5, description="A sign before or after amounts, such as €.")

    @model_validator(mode="after")
    def _marks(self) -> SourceFile:
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            raise ValueError("decimal and thousands are the same mark")
        return self

    @property
    def numbers(self) -> NumberFormat:
        """How numbers are written; only text files have a way of their own."""
        if self.format not in ("csv", "xlsx"):
            return PLAIN_NUMBERS
        return NumberFormat(self.decimal, self.thousands, self.currency)


class IdColumns(Spec):
    """The respondent's id. Scope `panel`: the same id is the same person in every wave of the population."""

    columns: list[Column] = Field(min_length=1)
    scope: Literal["wave", "panel"]
    duplicates: Literal["stop", "first", "last"] = Field(
        default="stop", description="Which row of an id counts. Those that `leave_out` names are gone before."
    )
    ordered_by: Column | None = Field(default=None, description="Column that says which row is first; file order else.")


Outcome = Literal["complete", "partial", "refusal", "non_contact", "other", "not_eligible"]
_COMPLETE: Outcome = "complete"


class Disposition(Spec):
    """The outcome of each sampled case: source code to an AAPOR outcome. Those in `harmonise` are respondents."""

    from_: Column = Field(alias="from")
    codes: Annotated[dict[Code, Outcome], EachCodeOnce]
    harmonise: list[Outcome] = Field(default_factory=lambda: [_COMPLETE], min_length=1)

    @field_validator("harmonise")
    @classmethod
    def _answered(cls, harmonise: list[Outcome]) -> list[Outcome]:
        if set(harmonise) - {"complete", "partial"}:
            raise ValueError("only complete and partial interviews can be harmonised")
        return harmonise


class NotCollected(Spec):
    reason: Literal["not_in_questionnaire", "incompatible"]
    note: str | None = None
    source: str | None = None


class MapExample(Spec):
    """A worked row: source cells in, dictionary variables out. `gives` holds a value or a missing reason each."""

    name: str
    row: dict[str, Scalar | None] = Field(min_length=1, description="Source column: cell; null is an empty cell.")
    gives: dict[Slug, Scalar] = Field(min_length=1)


class WaveMap(FileSpec):
    """surveys/<study>/waves/<wave>.yml"""

    map_version: Literal[1]
    wave: WaveOf
    source: SourceFile
    id: IdColumns
    design: DesignColumns = Field(default_factory=DesignColumns)
    disposition: Disposition | None = None
    leave_out: dict[Column, Codes] = Field(
        default_factory=dict, description="Rows that are no respondents (tests, previews): column and its codes."
    )
    missing: Annotated[dict[Code, Slug], EachCodeOnce] = Field(
        default_factory=dict, description="For all variables; a variable may override."
    )
    variables: Annotated[dict[Slug, VariableMap], NotReserved]
    not_collected: dict[Slug, NotCollected] = Field(default_factory=dict)
    ignore: list[str] = Field(default_factory=list, description="Source columns left aside; * stands for anything.")
    examples: list[MapExample] = Field(default_factory=list, description="Run by cwb-impact test-map.")

    @field_validator("missing")
    @classmethod
    def _one_reason(cls, missing: dict[str, str]) -> dict[str, str]:
        if fault := overlap(missing):
            raise ValueError(fault)
        return missing

    def missing_of(self, variable: str) -> dict[str, str]:
        """Missing codes of a variable: its own on top of those for all."""
        return {**self.missing, **self.variables[variable].missing}

    def with_entries(self, entries: dict[str, VariableMap]) -> WaveMap:
        """The same map with some variables replaced."""
        changed = self.model_copy(update={"variables": {**self.variables, **entries}})
        changed._doc = self.doc
        return changed

    @cached_property
    def columns_used(self) -> dict[str, tuple[str | int, ...]]:
        """Source columns that are loaded, each once, with the place in the map that names it first."""
        named: list[tuple[str | None, tuple[str | int, ...]]] = [(column, ("id",)) for column in self.id.columns]
        named.append((self.id.ordered_by, ("id", "ordered_by")))
        named += [(column, ("design", *place)) for column, place in self.design.columns.items()]
        named.append((self.disposition.from_ if self.disposition else None, ("disposition", "from")))
        named += [(column, ("leave_out", column)) for column in self.leave_out]
        for name, entry in self.variables.items():
            named += [(column, ("variables", name, entry.source)) for column in entry.columns]
            if entry.asked_if is not None:
                named.append((entry.asked_if.column, ("variables", name, "asked_if")))
        return {column: place for column, place in reversed(named) if column is not None}

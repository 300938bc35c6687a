"""What `inspect` hands over: facts about a file and its columns, free of anything that tells about one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cwb_impact.errors import SMALL_COUNT
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import ResponseSet

Kind = Literal["codes", "number", "text", "date", "empty"]
Role = Literal["id", "weight", "stratum", "psu", "date"]


@dataclass(frozen=True)
class CodeFound:
    """One code that a file labels, or that may be shown without a label.

    n : rows. declared : the file declares it missing. reason : the missing reason that its label says, if it does.
    suspect : looks like a missing code and is not declared.
    """

    code: str
    label: str
    n: int
    declared: bool = False
    reason: str | None = None
    suspect: bool = False

    @property
    def is_missing(self) -> bool:
        return self.declared or self.suspect or self.reason is not None


@dataclass(frozen=True)
class ColumnFound:
    """One column. codes : labelled codes, and codes without label that tell nothing about a person.

    hidden : distinct values that are not shown. empty : rows without a value. personal : why it is personal data, as
    far as a program can see. span : lowest and highest value; it serves the draft of a map and is never shown.
    """

    name: str
    label: str
    kind: Kind
    format: str
    distinct: int
    empty: int
    codes: tuple[CodeFound, ...]
    hidden: int
    roles: tuple[Role, ...] = ()
    personal: str | None = None
    trouble: tuple[str, ...] = ()
    whole: bool = False
    span: tuple[float, float] | None = field(default=None, repr=False)

    @property
    def suspects(self) -> tuple[CodeFound, ...]:
        return tuple(found for found in self.codes if found.suspect)


@dataclass(frozen=True)
class SetFound:
    """Columns that look like one question with several answers. declared : the file says so itself."""

    declared: ResponseSet | None
    stem: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Opening:
    """How a file opens, and what that rests on. `decided` gives for each guessed setting why it was chosen."""

    source: SourceFile
    decided: Mapping[str, str]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """A described file. looked_at : rows on which counts rest; equal to rows unless the file is very large."""

    opening: Opening
    rows: int
    looked_at: int
    columns: tuple[ColumnFound, ...]
    sets: tuple[SetFound, ...]
    remarks: tuple[str, ...]

    @property
    def source(self) -> SourceFile:
        return self.opening.source

    def with_role(self, role: Role) -> list[ColumnFound]:
        return [column for column in self.columns if role in column.roles]

    @property
    def repeated(self) -> frozenset[str]:
        """Names that stand more than once in the file."""
        names = [column.name for column in self.columns]
        return (
            frozenset(name for name in names if names.count(name) > 1) if len(set(names)) < len(names) else frozenset()
        )


def shown(n: int) -> str:
    """A count that gives nobody away."""
    return str(n) if n == 0 or n >= SMALL_COUNT else f"<{SMALL_COUNT}"

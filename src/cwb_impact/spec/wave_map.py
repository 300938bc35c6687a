"""A wave map: how one raw file becomes dictionary variables. One YAML a wave and population.

A map is data from outside: named transforms only, nothing evaluated, no `else`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.dictionary import Population, Relation
from cwb_impact.spec.model import FileSpec, Slug, Spec, WaveId


def code_text(value: object) -> str:
    """A source code as maps write it: 1.0 is `1`, text is itself without blanks around it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def bounds(span: str) -> tuple[float, float]:
    """`0..10` as (0, 10)."""
    low, _, high = span.partition("..")
    return float(low), float(high)


def _code(key: object) -> object:
    """A key of a map as the readers write codes: 1.0 is 1."""
    text = str(key).strip()
    return text[:-2] if text.endswith(".0") and text[:-2].removeprefix("-").isdigit() else text


Code = Annotated[str, BeforeValidator(_code)]

Column = Annotated[str, Field(min_length=1, max_length=200)]


def _ordered(span: str) -> str:
    low, high = bounds(span)
    if low > high:
        raise ValueError(f"{span} runs from high to low")
    return span


NumberRange = Annotated[
    str, Field(pattern=r"^-?\d{1,12}(\.\d{1,6})?\.\.-?\d{1,12}(\.\d{1,6})?$"), AfterValidator(_ordered)
]


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
    format: Literal["sav", "dta", "csv"]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    rows: int = Field(ge=0)
    encoding: str | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."

    @property
    def decimal_mark(self) -> str:
        """The decimal mark of numbers as they are read; only text files have one of their own."""
        return self.decimal if self.format == "csv" else "."


class IdColumns(Spec):
    """The respondent's id. Scope `panel`: the same id is the same person in every wave of the population."""

    columns: list[Column] = Field(min_length=1)
    scope: Literal["wave", "panel"]


class DesignColumns(Spec):
    """Columns that say how the respondent was sampled."""

    weight: Column | None = None
    stratum: Column | None = None
    psu: Column | None = None


class Disposition(Spec):
    """The outcome of each sampled case: source code to an AAPOR outcome. Only `complete` cases are harmonised."""

    from_: Column = Field(alias="from")
    codes: dict[Code, Literal["complete", "partial", "refusal", "non_contact", "other", "not_eligible"]]


class Target(Spec):
    """A target code and the label that the source code carried when the map was written."""

    to: Scalar
    label: str | None = None


def _target_kind(target: Any) -> str:
    return "to" if isinstance(target, dict | Target) else "code"


TargetOrCode = Annotated[Annotated[Scalar, Tag("code")] | Annotated[Target, Tag("to")], Discriminator(_target_kind)]


class VariableMap(Spec):
    """One dictionary variable: exactly one of `recode`, `keep` and `reverse`, and the missing codes."""

    from_: Column = Field(alias="from")
    relation: Relation
    recode: dict[Code, TargetOrCode] | None = None
    keep: NumberRange | Literal["text"] | None = Field(
        default=None, description="Numbers from..to as they are, or `text`."
    )
    reverse: NumberRange | None = Field(default=None, description="from..to turned around: to + from - value.")
    missing: dict[Code, Slug] = Field(default_factory=dict)
    note: str | None = None

    @model_validator(mode="after")
    def _one_transform(self) -> VariableMap:
        given = [name for name in ("recode", "keep", "reverse") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of recode, keep and reverse; it has {' and '.join(given) or 'none'}")
        return self

    @property
    def targets(self) -> dict[str, Target]:
        """Source code to target, for a recode."""
        recode = self.recode or {}
        return {code: to if isinstance(to, Target) else Target(to=to) for code, to in recode.items()}


class NotCollected(Spec):
    reason: Literal["not_in_questionnaire", "incompatible"]
    note: str | None = None
    source: str | None = None


class WaveMap(FileSpec):
    """surveys/<study>/waves/<wave>.yml"""

    map_version: Literal[1]
    wave: WaveOf
    source: SourceFile
    id: IdColumns
    design: DesignColumns = Field(default_factory=DesignColumns)
    disposition: Disposition | None = None
    missing: dict[Code, Slug] = Field(default_factory=dict, description="For all variables; a variable may override.")
    variables: dict[Slug, VariableMap]
    not_collected: dict[Slug, NotCollected] = Field(default_factory=dict)
    ignore: list[str] = Field(default_factory=list, description="Source columns left aside; * stands for anything.")

    @field_validator("variables")
    @classmethod
    def _reserved(cls, variables: dict[str, VariableMap]) -> dict[str, VariableMap]:
        for name in variables:
            if name.endswith("__why"):
                raise ValueError(f"{name}: names that end in __why are kept for missing reasons")
        return variables

    def missing_of(self, variable: str) -> dict[str, str]:
        """Missing codes of a variable: its own on top of those for all."""
        return {**self.missing, **self.variables[variable].missing}

    @property
    def columns_used(self) -> list[str]:
        """Source columns that are loaded, each once."""
        design = (self.design.weight, self.design.stratum, self.design.psu)
        named = [*self.id.columns, *(column for column in design if column)]
        if self.disposition is not None:
            named.append(self.disposition.from_)
        return list(dict.fromkeys([*named, *(variable.from_ for variable in self.variables.values())]))

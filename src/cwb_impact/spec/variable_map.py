"""How one dictionary variable is made from source columns: a closed set of named transforms, nothing evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, field_validator, model_validator

from cwb_impact.spec.codes import SYSMIS, Code, EachCodeOnce, NumberRange, bounds, overlap
from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.model import Slug, Spec

Column = Annotated[str, Field(min_length=1, max_length=200)]

MapRelation = Literal["exact", "close", "broad", "narrow", "undecided"]
"""SKOS exactMatch, closeMatch, broadMatch, narrowMatch; `undecided` until a researcher has looked (E130)."""

TargetRelation = Literal["exact", "close", "broad", "narrow"]
"""The same of one code."""

DateForm = Literal["iso", "d-m-y", "m-d-y", "y-m-d", "spss", "stata_day", "stata_ms", "excel_1900", "excel_1904"]


class Target(Spec):
    """A target code and the label that the source code carried when the map was written."""

    to: Scalar
    label: str | None = None
    relation: TargetRelation | None = Field(
        default=None, description="Of this code alone; an entry that is exact has none but exact codes."
    )


def _target_kind(target: Any) -> str:
    return "to" if isinstance(target, dict | Target) else "code"


TargetOrCode = Annotated[Annotated[Scalar, Tag("code")] | Annotated[Target, Tag("to")], Discriminator(_target_kind)]


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Codes = Annotated[list[Code], BeforeValidator(_listed), Field(min_length=1)]


class Rescaled(Spec):
    """A linear rescale: the ends of the source range become the ends of the target range."""

    from_: NumberRange = Field(alias="from")
    to: NumberRange

    @field_validator("from_")
    @classmethod
    def _wide(cls, span: str) -> str:
        low, high = bounds(span)
        if low == high:
            raise ValueError(f"{span} is one number and cannot be stretched")
        return span


class UnitConversion(Spec):
    """source x factor = target, with the units stated. The factor is exact: `52/12`, `2.54`."""

    from_: str = Field(alias="from", min_length=1, max_length=60)
    to: str = Field(min_length=1, max_length=60)
    factor: Annotated[str, BeforeValidator(str), Field(pattern=r"^\d{1,9}(\.\d{1,9})?(/\d{1,9}(\.\d{1,9})?)?$")]

    @property
    def exact(self) -> Fraction:
        top, _, bottom = self.factor.partition("/")
        return Fraction(top) / Fraction(bottom or "1")

    @field_validator("factor")
    @classmethod
    def _positive(cls, factor: str) -> str:
        if any(Fraction(part) == 0 for part in factor.split("/")):
            raise ValueError(f"factor {factor} is zero, or divides by zero")
        return factor


class AskedIf(Spec):
    """Who saw the question. Others get the reason `otherwise`, never a 0 and never a non-response."""

    column: Column
    in_: Codes = Field(alias="in")
    otherwise: Literal["not_applicable", "not_asked"] = "not_applicable"


class TickColumn(Spec):
    """One column of a multiple-response set, and what the file calls it."""

    column: Column
    label: str | None = None


def _tick(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class VariableMap(Spec):
    """One dictionary variable: where it comes from, one transform, and the missing codes.

    Source: one of `from` (a column), `first_of` (the first column with a valid answer), `sum_of` (all added up) and
    `any_of` (a multiple-response set with one column an answer). Transform: one of `recode`, `codes` (a recode in a
    CSV), `keep`, `reverse`, `scale`, `bands` and `date`; a recode may stand beside keep, reverse or scale for codes
    outside their range. `any_of` needs none; a set in one cell is `from`, `separator` and `recode`.
    """

    from_: Column | None = Field(default=None, alias="from")
    first_of: list[Column] | None = Field(default=None, min_length=2)
    sum_of: list[Column] | None = Field(default=None, min_length=2)
    any_of: dict[Slug, Annotated[TickColumn, BeforeValidator(_tick)]] | None = Field(default=None, min_length=1)
    relation: MapRelation
    recode: Annotated[dict[Code, TargetOrCode] | None, EachCodeOnce] = Field(
        default=None, description="Codes or ranges (18..39) to targets."
    )
    codes: str | None = Field(
        default=None, description="CSV: source_code, source_label, target_code, relation, note. Path in the study."
    )
    keep: NumberRange | Literal["text"] | None = Field(
        default=None, description="Numbers from..to as they are, in the source unit, or `text`."
    )
    reverse: NumberRange | None = Field(default=None, description="from..to turned around: to + from - value.")
    scale: Rescaled | None = None
    bands: Annotated[dict[Code, tuple[float | None, float | None]] | None, EachCodeOnce] = Field(
        default=None, description="Source code: [from, to) in the source unit; null is open."
    )
    straddle: Literal["error", "split", "not_mappable"] = Field(
        default="error", description="What a source band becomes that crosses a limit of the target."
    )
    date: DateForm | None = None
    unit: UnitConversion | None = None
    missing: Annotated[dict[Code, Slug], EachCodeOnce] = Field(default_factory=dict)
    labels: dict[Code, str] = Field(
        default_factory=dict, description="Labels that codes of bands or missing carried when the map was written."
    )
    outside: Literal["error", "invalid"] = Field(
        default="error", description="Numbers and dates outside the range: stop, or count them as invalid."
    )
    asked_if: AskedIf | None = None
    separator: str | None = Field(default=None, min_length=1, max_length=3, description="Between answers in one cell.")
    selected: Codes | None = None
    unselected: Codes | None = None
    exclusive: list[Slug] = Field(default_factory=list, description="Answers that cannot stand beside another.")
    exclusive_with_others: Literal["error", "invalid", "drop"] = "error"
    nothing_ticked: Slug | None = Field(default=None, description="An answer or a reason for asked people without one.")
    note: str | None = None
    _code_list: Mapping[str, Target] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _shape(self) -> VariableMap:
        source = self._only("source", ("from_", "first_of", "sum_of", "any_of"))
        if source == "any_of":
            if self._given(("recode", "codes", "keep", "reverse", "scale", "bands", "date", "separator", "unit")):
                raise ValueError("any_of takes selected and unselected, and no other transform")
            if self.selected is None or self.unselected is None:
                raise ValueError("any_of needs selected and unselected")
        else:
            self._check_transform(source)
        for name in ("recode", "missing"):
            if fault := overlap(getattr(self, name) or {}):
                raise ValueError(f"{name}: {fault}")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"{source.rstrip('_')} names a column twice")
        if SYSMIS in (self.recode or {}) or SYSMIS in (self.selected or []):
            raise ValueError("sysmis is an empty cell and no answer: declare it under missing or unselected")
        self._check_set()
        return self

    def _check_set(self) -> None:
        """Keys that only a multiple-response set has; elsewhere they would be read and do nothing."""
        if self.exclusive and self.any_of is None and self.separator is None:
            raise ValueError("exclusive is for a multiple-response set: any_of, or from with a separator")
        if strange := sorted(set(self.exclusive) - set(self.any_of or self.exclusive)):
            raise ValueError(f"exclusive names what any_of does not: {', '.join(strange)}")
        if self.nothing_ticked is not None and self.any_of is None:
            raise ValueError("nothing_ticked goes with any_of; elsewhere an empty cell is sysmis under missing")

    def _check_transform(self, source: str) -> None:
        mains = self._given(("codes", "keep", "reverse", "scale", "bands", "date"))
        if self.recode is not None and not (mains and mains[0] in ("keep", "reverse", "scale") and self.keep != "text"):
            mains = ["recode", *mains]
        if len(mains) != 1:
            names = "recode, codes, keep, reverse, scale, bands and date"
            raise ValueError(f"needs exactly one of {names}; it has {' and '.join(mains) or 'none'}")
        if source == "sum_of" and (mains != ["keep"] or self.keep == "text"):
            raise ValueError("sum_of needs keep: from..to, the range of each part")
        if self.separator is not None and (source != "from_" or mains[0] not in ("recode", "codes")):
            raise ValueError("separator is for a multiple-response set in one cell: from, separator and recode")
        if self.unit is not None and (mains[0] not in ("keep", "bands") or self.keep == "text"):
            raise ValueError("unit goes with keep: from..to or bands")
        if self._given(("selected", "unselected")):
            raise ValueError("selected and unselected go with any_of")
        if self.bands is not None:
            _check_bands(self.bands)

    def _given(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    def _only(self, what: str, names: tuple[str, ...]) -> str:
        given = self._given(names)
        if len(given) != 1:
            shown = [name.rstrip("_") for name in given]
            raise ValueError(f"needs one {what} of from, first_of, sum_of and any_of; it has {len(shown)}")
        return given[0]

    @property
    def source(self) -> str:
        """The key under which the source columns stand."""
        return self._given(("from_", "first_of", "sum_of", "any_of"))[0].rstrip("_")

    @property
    def columns(self) -> list[str]:
        """The source columns that the value comes from, in order."""
        if self.any_of is not None:
            return [tick.column for tick in self.any_of.values()]
        return [self.from_] if self.from_ is not None else list(self.first_of or self.sum_of or [])

    @property
    def shown(self) -> str:
        """The source columns, for a message."""
        return ", ".join(self.columns[:3]) + (f" and {len(self.columns) - 3} more" if len(self.columns) > 3 else "")

    @property
    def targets(self) -> dict[str, Target]:
        """Source code or range of codes to target, for a recode or a code list."""
        recode = self.recode or {}
        written = {code: to if isinstance(to, Target) else Target(to=to) for code, to in recode.items()}
        return {**self._code_list, **written}

    @property
    def transform(self) -> str:
        """The name of the transform, for a reader."""
        if self.any_of is not None or self.sum_of is not None:
            return "any_of" if self.any_of is not None else "sum_of"
        return " and ".join(self._given(("recode", "codes", "keep", "reverse", "scale", "bands", "date")))

    def with_code_list(self, listed: Mapping[str, Target]) -> VariableMap:
        """The same entry with the rows of its CSV."""
        entry = self.model_copy()
        entry._code_list = dict(listed)
        return entry


def _check_bands(bands: Mapping[str, tuple[float | None, float | None]]) -> None:
    """Bands run from low to high; overlaps and gaps need the dictionary and are looked at there (E151)."""
    for code, (low, high) in bands.items():
        if low is not None and high is not None and low >= high:
            raise ValueError(f"band {code} does not run from low to high")

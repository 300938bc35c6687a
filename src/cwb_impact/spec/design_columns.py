"""Columns of a raw file that say how the respondent was sampled."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from cwb_impact.spec.model import Spec
from cwb_impact.spec.variable_map import Column

ReplicateKind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "other"]

MOST_REPLICATES = 10_000


class StageColumns(Spec):
    """A later stage of drawing, within the units of the stage before."""

    unit: Column
    population_size: Column = Field(description="Units in the population from which those of this stage were drawn.")
    stratum: Column | None = Field(default=None, description="When the stage is stratified within its unit.")


class ReplicateColumns(Spec):
    """Replicate weights that the provider of the file made. They hold the variance: no stratum or PSU is needed.

    V = scale sum_r rscales_r (estimate_r - centre)^2. Left out, scale is that of the kind for R replicates, as in R
    survey: JK1 (R-1)/R, JKn 1 with rscales (m-1)/m to be given, BRR 1/R, Fay 1/(R (1-rho)^2), bootstrap 1/(R-1).
    """

    columns: list[Column] = Field(min_length=2, description="Names, or the first and last: rep1..rep200.")
    kind: ReplicateKind
    scale: float | None = Field(default=None, gt=0)
    rscales: float | list[float] | None = None
    rho: float | None = Field(default=None, ge=0, lt=1, description="Of Fay's method.")
    mse: bool = Field(default=False, description="Deviations from the estimate, not from the mean of the replicates.")
    coordinated: bool = Field(
        default=False, description="Replicate r is the same in every wave: changes then have a covariance."
    )

    @field_validator("columns", mode="before")
    @classmethod
    def _numbered(cls, columns: object) -> object:
        """`rep1..rep200` is rep1, rep2, ... rep200; `rep001..rep200` keeps its zeros."""
        found = re.fullmatch(r"(.*?)(\d+)\.\.(.*?)(\d+)", columns) if isinstance(columns, str) else None
        if found is None:
            return columns
        first, last = int(found[2]), int(found[4])
        if found[1] != found[3] or not 0 < last - first < MOST_REPLICATES:
            raise ValueError(f"{columns} is no row of numbered columns")
        return [f"{found[1]}{number:0{len(found[2])}d}" for number in range(first, last + 1)]

    @model_validator(mode="after")
    def _complete(self) -> ReplicateColumns:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("a column stands among the replicates twice")
        if (self.kind == "Fay") != (self.rho is not None):
            raise ValueError("rho belongs to Fay, which needs it")
        if self.kind == "JKn" and self.rscales is None:
            raise ValueError("JKn needs rscales: (m - 1) / m of the stratum of each replicate")
        if self.kind == "other" and self.scale is None:
            raise ValueError("kind: other needs scale")
        if isinstance(self.rscales, list) and len(self.rscales) != len(self.columns):
            raise ValueError(f"{len(self.rscales)} rscales for {len(self.columns)} columns")
        if any(not scale >= 0 for scale in self.scales):
            raise ValueError("rscales are not below 0")
        return self

    @property
    def scales(self) -> list[float]:
        """rscales, one a replicate."""
        given = self.rscales if self.rscales is not None else 1.0
        return list(given) if isinstance(given, list) else [given] * len(self.columns)

    @property
    def overall_scale(self) -> float:
        """scale, or that of the kind."""
        many = len(self.columns)
        usual = {"JK1": (many - 1) / many, "BRR": 1 / many, "bootstrap": 1 / (many - 1)}
        if self.kind == "Fay" and self.rho is not None:
            usual["Fay"] = 1 / (many * (1 - self.rho) ** 2)
        return self.scale if self.scale is not None else usual.get(self.kind, 1.0)


class DesignColumns(Spec):
    """Columns that say how the respondent was sampled. Without psu, households are the PSUs, else persons."""

    weight: Column | None = None
    stratum: Column | None = None
    psu: Column | None = None
    household: Column | None = Field(
        default=None, description="Persons of one household are drawn together: the PSU where no psu is named."
    )
    population_size: Column | None = Field(
        default=None, description="PSUs in the population of the stratum: a finite population correction."
    )
    stages: list[StageColumns] = Field(default_factory=list, description="Later stages, in order.")
    replicates: ReplicateColumns | None = None
    auxiliary: list[Column] = Field(
        default_factory=list,
        description="Columns known of every sampled case, also of those who did not answer: for nonresponse.",
    )

    @model_validator(mode="after")
    def _fits(self) -> DesignColumns:
        if self.stages and self.population_size is None:
            raise ValueError("later stages count only beside a finite population: name population_size of the PSUs")
        if self.replicates is not None and (self.stages or self.psu or self.stratum or self.household):
            raise ValueError("replicate weights hold the design: no stratum, psu, household or stages beside them")
        if self.replicates is not None and self.weight is None:
            raise ValueError("replicate weights go with the weight of the estimate itself")
        return self

    @property
    def columns(self) -> dict[str, tuple[str | int, ...]]:
        """Each column with its place under `design` in the map."""
        single = ("weight", "stratum", "psu", "household", "population_size")
        named: list[tuple[str | None, tuple[str | int, ...]]] = [(getattr(self, role), (role,)) for role in single]
        for index, stage in enumerate(self.stages):
            roles = ("unit", "population_size", "stratum")
            named += [(getattr(stage, role), ("stages", index, role)) for role in roles]
        if self.replicates is not None:
            named += [(column, ("replicates", "columns")) for column in self.replicates.columns]
        named += [(column, ("auxiliary",)) for column in self.auxiliary]
        return {column: place for column, place in reversed(named) if column is not None}

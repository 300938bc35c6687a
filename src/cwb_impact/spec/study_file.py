"""The study file: which populations, waves and indicators, and how each population was observed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text, WaveId
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.stricter_policy import StricterPolicy

LonelyPsu = Literal["fail", "adjust", "certainty", "remove", "average"]


class CensusDesign(Spec):
    """Everybody was asked. Weights are N/n in each stratum; the population is finite and counted."""

    kind: Literal["census"]
    unit: Literal["person"]
    stratum: Slug
    population_size: str = Field(description="CSV: wave, <stratum>, people.")
    stayed: str | None = Field(default=None, description="CSV: from_wave, to_wave, <stratum>, people in both frames.")
    lonely_psu: LonelyPsu = "adjust"


class Nonresponse(Spec):
    """Weights of those who answered, divided by the response of people like them.

    Who is alike follows from the `auxiliary` columns of the wave map, by a logistic regression.
    """

    classes: int | None = Field(
        default=5, ge=2, le=20, description="Response rates within classes of the propensity; null: the propensity."
    )


class Calibrate(Spec):
    """Weights are brought to known numbers of people."""

    margins: list[str] = Field(
        min_length=1, description="CSV files: wave, one or more variables, people, source, date."
    )
    method: Literal["raking", "linear", "logit"] = "raking"
    bounds: tuple[float, float] | None = Field(
        default=None, description="Least and most factor by which a weight may change (linear, logit)."
    )

    @model_validator(mode="after")
    def _bounded(self) -> Calibrate:
        if self.bounds is not None and not 0 < self.bounds[0] < 1 < self.bounds[1]:
            raise ValueError("bounds are [between 0 and 1, above 1]")
        if (self.method == "logit") > (self.bounds is not None):
            raise ValueError("logit needs bounds")
        if self.method == "raking" and self.bounds is not None:
            raise ValueError("raking has no bounds: choose linear or logit")
        return self


class SampleDesign(Spec):
    """A sample: weight, stratum and PSU come from columns of the file that the wave map names.

    What is asked of the weights is done in this order: nonresponse, trimming, calibration.
    """

    kind: Literal["sample"]
    unit: Literal["person"]
    lonely_psu: LonelyPsu = "fail"
    nonresponse: Nonresponse | None = None
    trim_to_deff: float | None = Field(
        default=None, gt=1, description="Largest design effect of the weights before calibration."
    )
    calibrate: Calibrate | None = None


class RegisterDesign(Spec):
    """Nobody is asked: co-ops, anchor organisations and the programme keep lists, and every row counts once."""

    kind: Literal["register"]


Design = Annotated[CensusDesign | SampleDesign | RegisterDesign, Field(discriminator="kind")]


class PopulationSpec(Spec):
    label: Text
    design: Design
    dimensions: list[Slug] = Field(default_factory=list)
    note: Text | None = None


class WaveSpec(Spec):
    id: WaveId
    label: Text
    maps: dict[Population, str] = Field(
        default_factory=dict, description="Who was asked. Empty when a wave has only registers."
    )
    registers: WaveRegisters | None = Field(default=None, description="What was kept, beside what was asked.")
    keep_until: date | None = Field(
        default=None, description="The last day on which the raw files of personal data are kept and read."
    )

    @model_validator(mode="after")
    def _something(self) -> WaveSpec:
        if not self.maps and (self.registers is None or not (self.registers.report or self.registers.files)):
            raise ValueError("has nothing: add maps (who was asked), or registers with files or report: true")
        return self


class ReleaseSpec(Spec):
    """A publication: the waves it rests on."""

    label: Text
    waves: list[WaveId] = Field(min_length=1)
    next_measurement: Text | None = Field(default=None, description="As seen from this release.")


class Comparison(Spec):
    from_: WaveId = Field(alias="from")
    to: WaveId


class ContrastOf(Spec):
    """One estimate of a contrast: the keys of its row."""

    indicator: Slug
    population: Population
    wave: WaveId
    dimension: Slug = "total"
    category: Slug = "total"

    @model_validator(mode="after")
    def _category(self) -> ContrastOf:
        if (self.dimension == "total") != (self.category == "total"):
            raise ValueError("a category belongs to a dimension, and a dimension needs one")
        return self


class ContrastSpec(Spec):
    """A comparison of estimates by name; the reference comes first."""

    id: Slug
    function: Literal["difference", "ratio", "relative_change", "odds_ratio", "difference_in_differences"] | None = None
    coefficients: list[float] | None = Field(default=None, min_length=2, description="One an estimate, for linear.")
    of: list[ContrastOf] = Field(min_length=2)

    @model_validator(mode="after")
    def _one_function(self) -> ContrastSpec:
        if (self.function is None) == (self.coefficients is None):
            raise ValueError("a contrast has a function or coefficients")
        wanted = len(self.coefficients or []) or (4 if self.function == "difference_in_differences" else 2)
        if len(self.of) != wanted:
            raise ValueError(f"takes {wanted} estimates under `of`, and has {len(self.of)}")
        return self


class SensitivitySpec(Spec):
    """What the figures would be with answers in the place of those that people did not give (docs/imputation.md)."""

    indicators: list[Slug] = Field(min_length=1, description="Whose results are told beside the headline.")
    impute: list[Slug] = Field(min_length=1, description="Variables whose missing answers are drawn.")
    with_: list[Slug] = Field(alias="with", description="What predicts them.")
    ordered: list[Slug] = Field(
        default_factory=list, description="Of `impute`: the dictionary lists the codes from one end to the other."
    )
    populations: list[Population] = Field(default_factory=list, description="All that the indicators have by default.")
    copies: int = Field(default=20, ge=2, le=200)
    seed: int | None = Field(default=None, ge=0, description="The study's by default.")


class Study(FileSpec):
    """surveys/<study>/study.yml"""

    id: Slug
    name: Text
    area: Text
    data: Literal["synthetic", "public", "personal"]
    method_note: Text
    next_measurement: Text | None = None
    languages: list[Literal["nl", "en"]] = Field(min_length=1)
    populations: dict[Population, PopulationSpec] = Field(min_length=1)
    waves: list[WaveSpec] = Field(min_length=1)
    releases: dict[WaveId, ReleaseSpec] = Field(default_factory=dict, description="In order; the last is the default.")
    indicators: list[Slug] = Field(default_factory=list, description="None: the study is harmonised and not estimated.")
    headline: list[Slug] = Field(default_factory=list, description="The indicators of the one-page summary, in order.")
    dashboard: list[Slug] = Field(
        default_factory=list, description="The indicators that the steering page needs a figure and a target value of."
    )
    parameters: dict[Slug, Slug] = Field(
        default_factory=dict, description="Shared parameter: the study's own parameter that takes its place."
    )
    comparisons: list[Comparison] | None = Field(default=None, description="Default: each wave with the one before.")
    contrasts: list[ContrastSpec] = Field(default_factory=list, description="Exact figures, for restricted/ only.")
    sensitivity: list[SensitivitySpec] = Field(
        default_factory=list, description="Multiple imputation beside the headline, for restricted/ only."
    )
    policy: StricterPolicy | None = None
    panel_key: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{16}$", description="Fingerprint of the key of the pseudonyms (personal data)."
    )
    seed: int | None = Field(default=None, description="Seed of the synthetic waves.")

    @model_validator(mode="after")
    def _names(self) -> Study:
        known = [wave.id for wave in self.waves]
        # the names of files follow from ids, and some systems do not tell capitals apart
        if len({name.casefold() for name in known}) != len(known):
            raise ValueError("two waves have the same id, or differ only in capitals")
        named = [wave for release in self.releases.values() for wave in release.waves]
        named += [wave for pair in self.comparisons or [] for wave in (pair.from_, pair.to)]
        named += [part.wave for contrast in self.contrasts for part in contrast.of]
        if unknown := sorted(set(named) - set(known)):
            raise ValueError(f"not among the waves: {', '.join(unknown)}")
        lists = {"indicators": self.indicators, "headline": self.headline, "dashboard": self.dashboard}
        lists["contrasts"] = [contrast.id for contrast in self.contrasts]
        lists |= {f"release {name}": release.waves for name, release in self.releases.items()}
        lists |= {f"dimensions of {name}": spec.dimensions for name, spec in self.populations.items()}
        for what, names in lists.items():
            if len(set(names)) < len(names):
                raise ValueError(f"{what} names something twice")
        if strange := {name for wave in self.waves for name in wave.maps} - set(self.populations):
            raise ValueError(f"waves have maps for {', '.join(sorted(strange))}, which populations does not describe")
        if unasked := sorted(set(self.headline) - set(self.indicators)):
            raise ValueError(f"headline names what indicators does not: {', '.join(unasked)}")
        return self

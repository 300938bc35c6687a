"""The data dictionary: what every word means. One file an indicator, scale or parameter; one a theme of variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cwb_impact.spec.derived import Derived
from cwb_impact.spec.functions import SIGNATURES, ParameterKind
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.measurement import FACETS, Benchmark
from cwb_impact.spec.model import FileSpec, Slug, Spec, Text
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.register import Register
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.variable import Variable


class MissingReason(Spec):
    """Why a value is absent, and how SPSS, Stata and FHIR say it."""

    label: Text
    spss: int
    stata: str
    fhir: str
    set_by_harmoniser: bool = False


class MissingReasons(FileSpec):
    """data_dictionary/missing_reasons.yml"""

    reasons: dict[Slug, MissingReason]


@dataclass(frozen=True)
class Dictionary:
    """Everything defined for a study: the shared dictionary and, on top, the study's own words.

    measured : facet of a measurement -> word -> what it means. variable_places : variable -> file and line.
    """

    variables: dict[str, Variable] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    benchmarks: dict[str, Benchmark] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    missing_reasons: dict[str, MissingReason] = field(default_factory=dict)
    measured: dict[str, dict[str, Text]] = field(default_factory=dict)
    variable_places: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[tuple[str, str]]:
        """Every defined name with its kind."""
        kinds: dict[str, Mapping[str, object]] = {
            "variable": self.variables,
            "scale": self.scales,
            "derived variable": self.derived,
            "indicator": self.indicators,
            "parameter": self.parameters,
            "benchmark": self.benchmarks,
            "register": self.registers,
            "missing reason": self.missing_reasons,
            **{f"{facet} of a measurement": words for facet, words in self.measured.items()},
        }
        return frozenset((kind, name) for kind, names in kinds.items() for name in names)

    def with_words_of(self, other: Dictionary) -> Dictionary:
        """This dictionary and the words of another."""
        return Dictionary(
            {**self.variables, **other.variables},
            {**self.scales, **other.scales},
            {**self.derived, **other.derived},
            {**self.indicators, **other.indicators},
            {**self.parameters, **other.parameters},
            {**self.benchmarks, **other.benchmarks},
            {**self.registers, **other.registers},
            {**self.missing_reasons, **other.missing_reasons},
            {facet: {**self.measured.get(facet, {}), **other.measured.get(facet, {})} for facet in FACETS},
            {**self.variable_places, **other.variable_places},
        )

    def with_parameters(self, instead: Mapping[str, Parameter]) -> Dictionary:
        """The same words, with other values for these parameters."""
        return replace(self, parameters={**self.parameters, **instead})

    @property
    def scored_alike_once(self) -> list[Scale]:
        """The scales, without those that only treat missing items otherwise than one before them."""
        found = {
            repr((one.items, one.item_range, one.reversed, one.points)): one for one in reversed(self.scales.values())
        }
        return list(reversed(found.values()))

    def place(self, name: str) -> tuple[str, int]:
        """File and line where a variable, scale or derived variable is defined."""
        made = self.scales.get(name) or self.derived.get(name)
        if made is not None:
            return made.doc.shown, made.doc.line("id")
        return self.variable_places.get(name, ("data_dictionary/variables", 0))

    def parts_of(self, name: str) -> list[str]:
        """What a scale or derived variable is made of; nothing for a variable that is asked."""
        if name in self.scales:
            return list(self.scales[name].items)
        return list(dict.fromkeys(self.derived[name].inputs.values())) if name in self.derived else []

    def made_from(self, names: Iterable[str]) -> list[str]:
        """These names and everything they are made of, each once, the parts before what is made of them."""
        found: dict[str, None] = {}
        begun: set[str] = set()

        def visit(name: str) -> None:
            if name not in begun:
                begun.add(name)
                for part in self.parts_of(name):
                    visit(part)
                found[name] = None

        for name in names:
            visit(name)
        return list(found)

    def variables_behind(self, name: str) -> list[str]:
        """The variables, asked or kept, that a variable, scale or derived variable is made of."""
        return [part for part in self.made_from([name]) if not self.parts_of(part)]

    def from_registers(self, indicator: Indicator) -> bool:
        """Does an indicator rest on facts that are kept, and on nothing that is asked?"""
        names = self.variables_needed(indicator)
        return all(name in self.variables and self.variables[name].observed == "register" for name in names)

    def variables_needed(self, indicator: Indicator) -> list[str]:
        """The variables that every wave must map (or declare not collected) for an indicator."""
        return [name for name in self.made_from(indicator.names_used) if not self.parts_of(name)]

    def answer_variables(self, indicator: Indicator) -> frozenset[str]:
        """The variables that an indicator is the answer of; not those that only say who is asked."""
        return frozenset(self.variables_needed(indicator.model_copy(update={"universe": None})))

    def parameters_of(self, name: str) -> dict[str, ParameterKind]:
        """The parameters that a scale or derived variable names itself, and what they must hold."""
        if name in self.derived:
            derived = self.derived[name]
            kinds = SIGNATURES[derived.function].parameters if derived.function in SIGNATURES else {}
            return {parameter: kinds.get(role, "value") for role, parameter in derived.parameters.items()}
        table = self.scales[name].table if name in self.scales else None
        return {table: "table"} if table is not None else {}

    def parameters_needed(self, indicator: Indicator) -> dict[str, ParameterKind]:
        """Every parameter that an indicator rests on, and what it must hold: its own, and of what it is made of."""
        needed: dict[str, ParameterKind] = dict.fromkeys(indicator.lists_named, "items")
        if indicator.threshold is not None:
            needed[indicator.threshold] = "value"
        for name in self.made_from(indicator.names_used):
            needed |= self.parameters_of(name)
        return needed

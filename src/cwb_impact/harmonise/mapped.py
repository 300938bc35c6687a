"""One entry of a wave map beside the dictionary variable that it makes: what every check and transform looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cwb_impact.harmonise.bands import PlacedBand, place_bands
from cwb_impact.harmonise.source_codes import NOT_ASKED
from cwb_impact.harmonise.transforms import NumberRule, number_rule
from cwb_impact.spec.codes import SYSMIS, CodeMap
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.variable_map import Target, VariableMap
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import FileInfo

VALID = "valid"

INVALID = "invalid"

NOT_MAPPABLE = "not_mappable"

_NO_FILE = FileInfo(())


@dataclass(frozen=True)
class Mapped:
    """reasons : `valid` and every missing reason of the dictionary, in its order; x__why has these categories.

    info : what the file says about itself, so that a message can name a cell.
    """

    name: str
    entry: VariableMap
    variable: Variable
    spec: WaveMap
    reasons: tuple[str, ...]
    info: FileInfo = _NO_FILE

    @cached_property
    def rule(self) -> NumberRule | None:
        return number_rule(self.entry, self.variable)

    @cached_property
    def bands(self) -> dict[str, PlacedBand]:
        """Where the source bands lie; empty when the entry has none."""
        return place_bands(self.entry, self.variable.bands or {}) if self.entry.bands is not None else {}

    @cached_property
    def missing(self) -> CodeMap[str]:
        """Missing codes and ranges, and the reason of people whom asked_if leaves out."""
        codes = self.spec.missing_of(self.name)
        if self.entry.asked_if is not None:
            codes = {**codes, NOT_ASKED: self.entry.asked_if.otherwise}
        return CodeMap.of(codes)

    @cached_property
    def targets(self) -> CodeMap[Target]:
        return CodeMap.of(self.entry.targets)

    @cached_property
    def keys(self) -> CodeMap[str]:
        """The key of the map (a code or a range) that decides on a code."""
        keys = [*self.entry.targets, *(self.entry.bands or {}), *self.spec.missing_of(self.name), SYSMIS, NOT_ASKED]
        return CodeMap.of({key: key for key in keys})

    @property
    def shown(self) -> str:
        """The map file, for a message."""
        return self.spec.doc.shown

    def place(self, column: str, row: int) -> str:
        """Where a cell stands: a row of data from 1, or the cell of a workbook."""
        return self.info.place(column, row - 1)

    def line(self, *inside: str) -> int:
        return self.spec.doc.line("variables", self.name, *inside)

    def reason_codes(self, reasons: Sequence[str]) -> np.ndarray:
        """Reasons as places in `reasons`, one byte each."""
        place = {reason: index for index, reason in enumerate(self.reasons)}
        # a reason that the dictionary does not have was told as E110 when the map was read
        return np.array([place.get(reason, place[INVALID]) for reason in reasons], dtype=np.int8)

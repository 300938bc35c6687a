"""Every register file of a wave, read and harmonised: which reader takes which register."""

from __future__ import annotations

from cwb_impact.errors import CwbError, Problems
from cwb_impact.indicators.parameters import resolved
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.coops import coops_rows, names_with_kvk, read_coops
from cwb_impact.registers.ledger import spend_rows
from cwb_impact.registers.listed import listed_rows
from cwb_impact.registers.lm3 import lm3_rows
from cwb_impact.registers.people import people_rows
from cwb_impact.registers.read_list import Listed, read_list
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.types import RegisterRows

AREA = "area_postcodes"
_READ_APART = ("people", "coops", "lm3", "spend", "suppliers")
"""Registers from whose rows something is worked out; of all others a column is a variable."""


def read_registers(study: StudyBundle, wave: str, spec: WaveRegisters, problems: Problems) -> list[RegisterRows]:
    """All lists that the files of one wave give.

    Problems: those of every reader, and E310 or E312 when the study has no postcodes of its area on the reference date.
    A register with a fault gives no list, and the others are read nevertheless.
    """
    at = AtWave(wave, spec, study.data_folder, study.dictionary, study.study.data)
    coops = read_coops(at, problems) if "coops" in at.given else None
    found = [coops_rows(coops, at, problems) if coops is not None else None]
    suppliers = read_list("suppliers", at, problems) if "suppliers" in at.given else None
    if "people" in at.given:
        found += people_rows(at, problems) or ()
    if "lm3" in at.given:
        found.append(lm3_rows(at, coops, problems))
    if "spend" in at.given:
        found += _spend(at, coops, suppliers, problems)
    found += [listed_rows(name, at, problems) for name in at.given if name not in _READ_APART]
    return [rows for rows in found if rows is not None]


def _spend(at: AtWave, coops: Listed | None, suppliers: Listed | None, problems: Problems) -> tuple[RegisterRows, ...]:
    """The two lists of the ledger. The co-ops of the programme are those of the list of co-ops."""
    try:
        area = resolved(at.dictionary.parameters[AREA], "items", at.spec.reference_date)
    except CwbError as error:
        problems.extend(error.problems)
        area = frozenset()
    known = names_with_kvk(coops) if coops is not None else {}
    return spend_rows(at, suppliers, coops=known, area_postcodes=area, problems=problems) or ()

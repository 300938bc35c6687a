"""Every register file of a wave, read and harmonised: which reader takes which register."""

from __future__ import annotations

from cwb_impact.errors import CwbError, Problems
from cwb_impact.indicators.parameters import resolved
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
    known, data, folder = study.dictionary, study.study.data, study.data_folder
    files = {name: listed for name, listed in spec.files.items() if name in known.registers}
    found: list[RegisterRows | None] = []
    coops = suppliers = None
    if "coops" in files:
        coops = read_coops(known.registers["coops"], files["coops"], folder, spec, known, problems)
        found.append(coops_rows(coops, wave, spec, known, data, problems) if coops is not None else None)
    if "suppliers" in files:
        suppliers = read_list(known.registers["suppliers"], files["suppliers"], folder, known, problems)
    if "people" in files:
        of_people = known.registers["people"], files["people"], folder, wave, spec, known, data, problems
        found += people_rows(*of_people) or ()
    if "lm3" in files:
        found.append(lm3_rows(known.registers["lm3"], files["lm3"], coops, folder, wave, spec, known, data, problems))
    if "spend" in files:
        found += _spend(study, wave, spec, coops, suppliers, problems)
    for name in files:
        if name not in _READ_APART:
            register = known.registers[name]
            found.append(listed_rows(register, files[name], folder, wave, spec, known, data, problems))
    return [rows for rows in found if rows is not None]


def _spend(
    study: StudyBundle,
    wave: str,
    spec: WaveRegisters,
    coops: Listed | None,
    suppliers: Listed | None,
    problems: Problems,
) -> tuple[RegisterRows, ...]:
    """The two lists of the ledger. The co-ops of the programme are those of the list of co-ops."""
    known = study.dictionary
    try:
        area = resolved(known.parameters[AREA], "items", spec.reference_date)
    except CwbError as error:
        problems.extend(error.problems)
        area = frozenset()
    made = spend_rows(
        known.registers["spend"],
        spec.files["spend"],
        suppliers,
        coops=names_with_kvk(coops) if coops is not None else {},
        area_postcodes=area,
        data_folder=study.data_folder,
        dictionary=known,
        wave=wave,
        spec=spec,
        data=study.study.data,
        problems=problems,
    )
    return made or ()

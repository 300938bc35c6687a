"""The synthetic registers of a study: exactly the files that study.yml names under `registers`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.simulate.checks import MARK
from cwb_impact.simulate.people import Population, Sizes
from cwb_impact.simulate.register_coops import COOPERATIVE, coop_list, recipients
from cwb_impact.simulate.register_files import register_file
from cwb_impact.simulate.register_people import people_lists
from cwb_impact.simulate.register_spend import coop_identity, ledger, suppliers_of
from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.simulated_registers import SimulatedRegisters
from cwb_impact.spec.simulation import Simulation

MADE = ("people", "coops", "lm3", "spend", "suppliers")
SUFFIXES = (".xlsx", ".csv")
AREA = "area_postcodes"


def kept_at(bundle: StudyBundle) -> dict[str, WaveRegisters]:
    """Wave -> what study.yml says of its registers, for the waves that have files of them."""
    return {
        wave.id: wave.registers for wave in bundle.study.waves if wave.registers is not None and wave.registers.files
    }


def check_registers(
    bundle: StudyBundle, simulation: Simulation, sizes: Mapping[str, Sizes], problems: Problems
) -> None:
    """E602 files that nothing draws, or that cannot be made; E603 names of files; E131 unknown words.

    sizes : population -> wave -> stratum -> people.
    """
    study, plan = bundle.study.doc, simulation.registers
    waves = [wave.id for wave in bundle.study.waves]
    for wave, spec in kept_at(bundle).items():
        for name, files in spec.files.items():
            place = (study.shown, study.line("waves", waves.index(wave), "registers", "files", name))
            if plan is None:
                fix = "Add registers: to simulation.yml"
                problems.add("E602", *place, name, "has a file in study.yml and is not simulated", fix)
            elif name not in MADE or len(files) > 1:
                fix = f"Name one file of {', '.join(MADE)}"
                problems.add("E602", *place, name, "cannot be simulated, or has more files than one", fix)
            for file in files:
                path = PurePosixPath(file.file)
                if MARK not in path.name or path.suffix not in SUFFIXES or len(path.parts) > 1:
                    fix = f"Put {MARK} in its name, before .xlsx or .csv"
                    problems.add("E603", *place, file.file, "does not say that it is synthetic", fix)
        if plan is not None and wave not in sizes.get(plan.paid, {}):
            line = study.line("waves", waves.index(wave), "registers")
            problems.add("E602", study.shown, line, wave, f"has registers and no sizes of {plan.paid}", "Add them")
        if not _area(bundle, spec):
            line = study.line("waves", waves.index(wave), "registers", "reference_date")
            problems.add("E602", study.shown, line, AREA, "has no postcodes on this day", "Name the study's own list")
    if plan is not None:
        _check_words(plan, bundle, simulation, problems)


def _area(bundle: StudyBundle, spec: WaveRegisters) -> list[str]:
    """The postcodes of the area on the reference day."""
    parameter = bundle.dictionary.parameters.get(AREA)
    dated = parameter.on(spec.reference_date) if parameter is not None else None
    return list((dated.items if dated is not None else None) or [])


def _check_words(plan: SimulatedRegisters, bundle: StudyBundle, simulation: Simulation, problems: Problems) -> None:
    doc, registers, variables = simulation.doc, bundle.dictionary.registers, bundle.dictionary.variables
    if plan.paid not in simulation.populations:
        line = doc.line("registers", "paid")
        problems.add("E131", doc.shown, line, plan.paid, "is no population of this file", "Name one that is simulated")
        return
    coops = variables[simulation.populations[plan.paid].stratum].codes or {}
    positions, bands = (variables[name].codes or {} for name in ("position_in_coop", "pay_ratio_band"))

    def choices(register: str, column: str) -> Mapping[str, object]:
        return registers[register].columns[column].choices or {}

    people, forms, spend = plan.people, plan.coops.legal_forms, registers["spend"]
    known: list[tuple[tuple[str, str], Collection[str], Collection[str]]] = [
        (("people", "positions"), people.positions, positions),
        (("people", "unpaid_positions"), people.unpaid_positions, positions),
        (("people", "members"), people.members, positions),
        (("people", "contracts"), people.contracts, positions),
        (("people", "contracts"), people.contracts.values(), choices("people", "contract_form")),
        (("coops", "legal_forms"), forms, coops),
        (("coops", "legal_forms"), forms.values(), choices("coops", "legal_form")),
        (("coops", "pay_ratio_band"), plan.coops.pay_ratio_band, bands),
        (("lm3", "worker_in_area"), plan.lm3.worker_in_area, choices("lm3", "in_area")),
        (("lm3", "supplier_in_area"), plan.lm3.supplier_in_area, choices("lm3", "in_area")),
        (("spend", "locally_owned"), plan.spend.locally_owned, choices("suppliers", "locally_owned")),
        (("spend", "headings"), plan.spend.headings, spend.columns),
        (
            ("spend", "headings"),
            plan.spend.headings.values(),
            [word for name in spend.columns for word in spend.headings(name)],
        ),
    ]
    for at, used, words in known:
        for word in sorted(set(used) - set(words)):
            line = doc.line("registers", *at)
            problems.add("E131", doc.shown, line, word, f"is not known in {'.'.join(at)}", f"Known: {', '.join(words)}")


def simulated_registers(
    bundle: StudyBundle, plan: SimulatedRegisters, population: Population, sizes: Sizes, stratum: str, seed: int
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, wave by wave. population, sizes : of the paid people, by co-op."""
    specs, streams = kept_at(bundle), Streams(seed, "registers")
    labels = {slug: label.nl for slug, label in (bundle.dictionary.variables[stratum].codes or {}).items()}
    closed = [labels[slug] for slug, form in plan.coops.legal_forms.items() if form != COOPERATIVE]
    lists = people_lists(plan.people, population, specs, labels, closed, streams)
    for wave, spec in specs.items():
        area = _area(bundle, spec)
        coops = coop_identity(list(labels), list(labels.values()), area)
        paid = {labels[slug]: people for slug, people in sizes[wave].items() if people}
        lm3, revenue = recipients(plan.lm3, paid, spec, wave, streams)
        suppliers = suppliers_of(plan.spend, area, streams)
        here = coops[coops["coop"].isin(list(paid))]
        owned = here.rename(columns={"coop": "name"}).assign(locally_owned="yes")
        frames: dict[str, pd.DataFrame] = {
            "people": lists[wave],
            "coops": coop_list(plan.coops, lists[wave], paid, lm3, revenue, coops, spec, wave, streams),
            "lm3": lm3,
            "spend": ledger(plan.spend, suppliers, here, spec, wave, streams),
            "suppliers": pd.concat([suppliers[suppliers["listed"]], owned], ignore_index=True),
        }
        for name, files in spec.files.items():
            said = plan.spend.headings if name == "spend" else {}
            suffix = PurePosixPath(files[0].file).suffix
            content = register_file(suffix, bundle.dictionary.registers[name], frames[name], bundle.dictionary, said)
            yield files[0].file, content

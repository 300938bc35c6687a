"""What a study says about registers must fit: populations that nobody asks, registers that are known, files inside."""

from __future__ import annotations

from cwb_impact.errors import Problems
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.model import KEPT_POPULATIONS
from cwb_impact.spec.study_file import Study


def check_registers(study: Study, dictionary: Dictionary, problems: Problems) -> None:
    """E002: a wave map, a dimension or the wrong design of a population about which lists are kept; a report that is
    not there.

    E131: an unknown register, an indicator of registers about people who are asked (or the reverse), a dashboard that
    names what the study does not estimate.
    """
    kept = {str(name) for name, spec in study.populations.items() if spec.design.kind == "register"}
    _check_populations(study, kept, problems)
    _check_report(study, problems)
    for index, wave in enumerate(study.waves):
        for name in wave.registers.files if wave.registers is not None else ():
            line = study.doc.line("waves", index, "registers", "files", name)
            register = dictionary.registers.get(name)
            if register is None:
                fix = nearest(name, list(dictionary.registers))
                problems.add("E131", study.doc.shown, line, name, "is no register of the dictionary", fix)
            elif register.population not in study.populations:
                what = f"is about {register.population}, which this study does not describe"
                fix = f"Add {register.population} with design: {{kind: register}} under populations"
                problems.add("E131", study.doc.shown, line, name, what, fix)
    for index, name in enumerate(study.indicators):
        indicator = dictionary.indicators.get(name)
        if indicator is None:
            continue
        mine = set(indicator.populations) & set(study.populations)
        if mine and dictionary.from_registers(indicator) != bool(mine & kept):
            what = "rests on registers, and on nothing that is asked"
            fix = "Give its population `design: {kind: register}`, or leave the indicator out"
            if not dictionary.from_registers(indicator):
                what = "rests on questions, and its population is never asked"
                fix = "Give its population `kind: census` or `kind: sample`, or leave the indicator out"
            line = study.doc.line("indicators", index)
            problems.add("E131", study.doc.shown, line, name, what, fix)
    for index, name in enumerate(study.dashboard):
        if name not in study.indicators:
            line = study.doc.line("dashboard", index)
            problems.add("E131", study.doc.shown, line, name, "is not among the indicators", "Add it there, too")


def _check_report(study: Study, problems: Problems) -> None:
    if (study.doc.path.parent / "programme").is_dir():
        return
    for index, wave in enumerate(study.waves):
        if wave.registers is not None and wave.registers.report:
            line = study.doc.line("waves", index, "registers", "report")
            what = "is true, and the study has no folder programme/ with the report as data"
            problems.add("E002", study.doc.shown, line, "report", what, "Add it (docs/programme.md), or remove report")


def _check_populations(study: Study, kept: set[str], problems: Problems) -> None:
    populations = {str(name): spec for name, spec in study.populations.items()}
    for name in sorted(kept ^ (KEPT_POPULATIONS & set(populations))):
        line = study.doc.line("populations", name, "design")
        what = "nobody asks it: lists are kept" if name in KEPT_POPULATIONS else "people are asked, and keep no lists"
        fix = "Write design: {kind: register}" if name in KEPT_POPULATIONS else "Write kind: census or kind: sample"
        problems.add("E002", study.doc.shown, line, name, what, fix)
    for name in sorted(kept):
        if populations[name].dimensions:
            line = study.doc.line("populations", name, "dimensions")
            what = "a register has no dimensions: its figures are of all co-ops together"
            problems.add("E002", study.doc.shown, line, name, what, "Remove them")
    for index, wave in enumerate(study.waves):
        for name in sorted(kept & set(wave.maps)):
            line = study.doc.line("waves", index, "maps", name)
            what = "has a wave map, and its design is a register"
            problems.add("E002", study.doc.shown, line, name, what, "List its files under registers")

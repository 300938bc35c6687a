"""From the files of a study to Waves: each wave read and harmonised, then put side by side with one index of PSUs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.harmonise.coverage import check_decisions, coverage_of
from cwb_impact.harmonise.drift import check_drift
from cwb_impact.harmonise.panel import check_panel
from cwb_impact.harmonise.pseudonyms import domain_of, key_fingerprint, panel_key, pseudonyms
from cwb_impact.harmonise.scale_checks import check_scales
from cwb_impact.harmonise.wave import HarmonisedWave, harmonise_wave
from cwb_impact.personal.raw_ids import rows_of
from cwb_impact.personal.retention import check_kept
from cwb_impact.personal.withdrawn import Withdrawn, read_withdrawn
from cwb_impact.read.raw_file import read_wave
from cwb_impact.registers.collect import collect
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.types import RegisterRows, Waves
from cwb_impact.weigh import weigh, weight_tables


def read_and_harmonise(
    study: StudyBundle, problems: Problems, progress: Callable[[str], None], today: date | None = None
) -> Waves | None:
    """Read and harmonise every wave of the release; None when `problems` holds an error. Raises nothing of its own.

    today : decides which waves may still be read; the system's date by default.
    """
    if not check_kept(study, today or date.today(), problems):
        return None
    asked = any(wave in study.waves for _, wave in study.maps)
    key, inputs = _key(study, problems) if asked else (b"", {})
    gone = read_withdrawn(study.data_folder, key, problems) if key else Withdrawn()
    left = frozenset(gone.pseudonyms(key))
    harmonised: dict[tuple[str, str], HarmonisedWave] = {}
    for (population, wave), spec in study.maps.items():
        if wave not in study.waves:
            continue
        progress(f"reading {population} {wave}")
        check_decisions(study, spec, problems)
        raw = read_wave(spec, study.data_folder, problems)
        if raw is None:
            continue
        inputs[spec.source.file] = raw.sha256
        withdrawn = rows_of(left, raw.frame, spec, domain_of(study.study, spec), key)
        harmonised[population, wave] = harmonise_wave(raw, spec, study.dictionary, problems, withdrawn)
    _check_between_waves(study, harmonised, problems)
    registers = collect(study, problems, progress)
    for rows in registers:
        inputs |= rows.files
    if problems.errors:
        return None
    persons: dict[tuple[str, str], pd.Series] = {}
    for (population, wave), result in harmonised.items():
        domain = domain_of(study.study, study.maps[population, wave])
        persons[population, wave] = pseudonyms(result.frame["person"], domain, key)
    return _assemble(study, harmonised, persons, registers, inputs, problems)


def _key(study: StudyBundle, problems: Problems) -> tuple[bytes, dict[str, str]]:
    """The key of the pseudonyms, which only respondents need, and its fingerprint for the manifest."""
    try:
        key = panel_key(study.study)
    except CwbError as error:
        problems.extend(error.problems)
        key = b""
    return key, {"key fingerprint": key_fingerprint(key)}


def _check_between_waves(
    study: StudyBundle, harmonised: dict[tuple[str, str], HarmonisedWave], problems: Problems
) -> None:
    """Drift and implausible panel members, population by population, in the order of the waves."""
    for population in dict.fromkeys(population for population, _ in harmonised):
        waves = [(study.maps[key], result) for key, result in harmonised.items() if key[0] == population]
        check_drift([(spec, result.record) for spec, result in waves], problems)
        for spec, result in waves:
            check_scales(result.frame, spec, study.dictionary, problems)
        check_panel([(spec, result.frame) for spec, result in waves], study.dictionary, problems)


def _assemble(
    study: StudyBundle,
    harmonised: dict[tuple[str, str], HarmonisedWave],
    persons: dict[tuple[str, str], pd.Series],
    registers: tuple[RegisterRows, ...],
    inputs: dict[str, str],
    problems: Problems,
) -> Waves | None:
    """Waves from harmonised files."""
    weighed = weigh(study, harmonised, persons, problems)
    if problems.errors:
        return None
    frame = _one_below_the_other(harmonised, persons)
    response = [
        (
            population,
            wave,
            len(result.frame),
            weighed.invited[population, wave],
            study.maps[population, wave].wave.fieldwork,
        )
        for (population, wave), result in harmonised.items()
    ]
    return Waves(
        study,
        frame,
        weighed.designs,
        weighed.psus,
        weighed.stayed,
        pd.DataFrame(response, columns=["population", "wave", "n", "invited", "fieldwork"]),
        *weight_tables(weighed),
        coverage_of(study),
        inputs,
        tuple(result.record for result in harmonised.values()),
        {key: result.originals for key, result in harmonised.items()},
        tuple(problems.warnings),
        registers,
    )


def _one_below_the_other(
    harmonised: dict[tuple[str, str], HarmonisedWave], persons: dict[tuple[str, str], pd.Series]
) -> pd.DataFrame:
    """All waves in one frame. A variable that only other maps have was not collected in this file."""
    if not harmonised:  # only registers
        return pd.DataFrame(columns=["population", "wave", "person"], dtype="str")
    parts = [
        result.frame.assign(population=key[0], wave=key[1], person=persons[key]) for key, result in harmonised.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    for why in [name for name in frame if str(name).endswith("__why") and frame[name].isna().any()]:
        frame[why] = frame[why].fillna("not_collected")
    return frame

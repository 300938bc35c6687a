"""Reads what a synthetic study says about itself, and writes its raw files, its truth and its margins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.simulate.checks import check_population, check_study
from cwb_impact.simulate.margins import sizes_of, stayed
from cwb_impact.simulate.people import Sizes, population_of
from cwb_impact.simulate.raw_files import write_raw
from cwb_impact.simulate.registers import check_registers, kept_at, simulated_registers
from cwb_impact.simulate.streams import Streams
from cwb_impact.simulate.waves import simulated_waves
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.simulation import Simulation
from cwb_impact.spec.wave_map import WaveMap

TRUTH = "raw/truth.synthetic.csv"


def simulate(study_folder: str | Path, out: str | Path | None = None, seed: int | None = None) -> list[Path]:
    """Make the synthetic raw waves of a study from its dictionary, its maps and simulation.yml.

    Written: `raw/*.synthetic.*` (one file a map, and one a register that study.yml names), `raw/truth.synthetic.csv`
    (the true value of each indicator in the whole population), the margin of people who stayed, and each map's
    `sha256` and `rows`, changed in place.
    The same study and seed give the same bytes.

    Parameters
    ----------
    study_folder : the folder that holds study.yml and simulation.yml.
    out : another folder for what is written, with the same paths inside; the study itself by default.
    seed : instead of the seed of study.yml.

    Returns
    -------
    The files written, in order of writing.

    Raises
    ------
    CwbError
        E601 a map that cannot give an answer, E602 what simulation.yml leaves open, E603 a study that is not
        synthetic, and all that can be wrong in the YAML files.

    Examples
    --------
    >>> simulate("surveys/nieuw_west", out="/tmp/rehearsal", seed=7)
    [PosixPath('/tmp/rehearsal/raw/workers_2025q3.synthetic.sav'), ...]
    """
    folder = Path(study_folder)
    target = Path(out) if out is not None else folder
    problems = Problems()
    bundle = open_bundle(folder, problems)
    simulation = read_spec(Simulation, folder / "simulation.yml", f"{folder.as_posix()}/simulation.yml", problems)
    problems.raise_if_errors()
    if bundle is None or simulation is None:
        raise AssertionError("a study without errors has a bundle and a simulation")
    check_study(bundle, simulation, problems)
    problems.raise_if_errors()
    plans = {str(name): plan for name, plan in simulation.populations.items()}
    sizes = {name: sizes_of(name, plan, bundle, problems) for name, plan in plans.items()}
    for name, plan in plans.items():
        check_population(name, plan, sizes[name], bundle, simulation, problems)
    check_registers(bundle, simulation, sizes, problems)
    chosen = seed if seed is not None else bundle.study.seed
    if chosen is None:
        problems.add("E602", bundle.study.doc.shown, 0, "seed", "the study has no seed", "Add seed:, or give --seed")
    problems.raise_if_errors()
    return _write(bundle, simulation, sizes, chosen or 0, target, problems)


def _write(
    bundle: StudyBundle,
    simulation: Simulation,
    sizes: Mapping[str, Sizes],
    seed: int,
    target: Path,
    problems: Problems,
) -> list[Path]:
    """Everything is drawn before anything is written, so that a fault leaves the study as it was."""
    waves, margins, truth = [], {}, []
    registers: dict[str, bytes] = {}
    for population_name, plan in simulation.populations.items():
        name = str(population_name)
        streams = Streams(seed, name)
        population = population_of(plan, sizes[name], streams)
        for wave in simulated_waves(name, plan, population, bundle, streams, problems):
            waves.append(wave)
            truth += [(indicator, name, wave.spec.wave.id, value) for indicator, value in wave.truth.items()]
        if simulation.registers is not None and name == simulation.registers.paid and kept_at(bundle):
            made = simulated_registers(bundle, simulation.registers, population, sizes[name], plan.stratum, seed)
            registers.update({f"raw/{file}": content for file, content in made})
        design = bundle.population(name).design
        if design.kind == "census" and design.stayed is not None:
            margins[design.stayed] = stayed(population, plan.stratum)
    problems.raise_if_errors()
    raw = [target / "raw" / wave.spec.source.file for wave in waves]
    for path, wave in zip(raw, waves, strict=True):
        write_raw(path, wave.cells, wave.spec, bundle.dictionary)
    tables = {TRUTH: pd.DataFrame(truth, columns=["indicator", "population", "wave", "value"]), **margins}
    for file, table in tables.items():
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target / file, index=False, float_format="%.6f", lineterminator="\n")
    for file, content in registers.items():
        (target / file).write_bytes(content)
    maps = [target / wave.spec.doc.path.relative_to(bundle.folder.resolve()) for wave in waves]
    for path, data, wave in zip(maps, raw, waves, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_restamped(wave.spec, sha256(data.read_bytes()).hexdigest(), len(wave.cells)))
    return [*raw, *(target / file for file in (*tables, *registers)), *maps]


def _restamped(spec: WaveMap, digest: str, rows: int) -> bytes:
    """The text of a map with the hash and the rows of its new raw file; every other byte stays."""
    lines = spec.doc.path.read_bytes().decode().splitlines(keepends=True)
    for key, old, new in (("sha256", r"""["']?[0-9a-f]{64}["']?""", f'"{digest}"'), ("rows", r"\d+", str(rows))):
        at = spec.doc.line("source", key) - 1
        lines[at] = re.sub(rf"({key}:\s*){old}", rf"\g<1>{new}", lines[at])
    return "".join(lines).encode()

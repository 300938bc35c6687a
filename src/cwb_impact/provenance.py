"""What went in and what came out: definitions, hashes, versions. Holds no figure from the data."""

from __future__ import annotations

import hashlib
import hmac
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import Indicator
from cwb_impact.types import Waves

PACKAGES = ("cwb-impact", "numpy", "pandas", "scipy", "pyreadstat", "pydantic", "ruamel.yaml")


def describe(
    waves: Waves, centring: str, inference: str, programme: Mapping[str, str] | None, key: bytes
) -> dict[str, Any]:
    """The manifest of a release as in docs/release_files.md, without the hash of the published values.

    key : of the pseudonyms. A plain hash of a raw file would let anybody who has nearly all of it check a guess about
    the rest, and see when somebody withdrew.
    """
    study, spec = waves.study, waves.study.study
    labels = {wave.id: {"label": wave.label.model_dump()} for wave in spec.waves if wave.id in study.waves}
    release = spec.releases.get(study.release)
    following = (release.next_measurement if release else None) or spec.next_measurement
    return {
        "study": {
            "id": spec.id,
            "name": spec.name.model_dump(),
            "area": spec.area.model_dump(),
            "data": spec.data,
            "method_note": spec.method_note.model_dump(),
            "next_measurement": following.model_dump() if following else None,
            "headline": list(spec.headline),
        },
        "release": {
            "id": study.release,
            "label": (release.label if release else spec.waves[-1].label).model_dump(),
            "waves": list(study.waves),
        },
        "waves": labels,
        "populations": {name: _population(waves, name) for name in spec.populations},
        "dimensions": {name: _dimension(study, name) for name in _dimensions(study)},
        "variables": {
            name: {"label": study.dictionary.variables[name].label.model_dump()}
            for name in sorted(set(waves.coverage["variable"]))
        },
        "indicators": {
            indicator.id: {**_indicator(indicator), "parameters": _parameters(indicator, study)}
            for indicator in study.indicators
        },
        "policy": {"version": study.policy.version, "text": _policy_text(study)},
        "programme": dict(programme) if programme else None,
        "inputs": {name: keyed(told, key) for name, told in sorted(waves.inputs.items())},
        "packages": {name: _version(name) for name in PACKAGES},
        "python": ".".join(platform.python_version_tuple()[:2]),
        "seed": spec.seed,
        "centring": centring,
        "inference": inference,
    }


def keyed(told: str, key: bytes) -> str:
    """What a release says of an input: only who has the key can compare it with a file."""
    return hmac.digest(key, f"cwb:input:v1:{told}".encode(), "sha256").hex()


def _policy_text(study: StudyBundle) -> dict[str, str]:
    """The rules in words, with the minimum that this study asks for."""
    minimum = str(study.policy.minimum_respondents)
    told = {lang: text.replace("{minimum}", minimum) for lang, text in study.policy.text.model_dump().items()}
    if study.registers:
        told = {lang: f"{text} {study.policy.registers.text[lang]}" for lang, text in told.items()}
    return told


def _population(waves: Waves, name: str) -> dict[str, Any]:
    spec = waves.study.population(name)
    designs = [design for (population, _), design in waves.designs.items() if population == name]
    return {
        "label": spec.label.model_dump(),
        "note": spec.note.model_dump() if spec.note else None,
        "design": spec.design.kind,
        "finite_population": any(design.finite for design in designs),
        "weighting": designs[0].weighting if designs else "",
    }


def _dimensions(study: StudyBundle) -> list[str]:
    return sorted({name for spec in study.study.populations.values() for name in spec.dimensions})


def _dimension(study: StudyBundle, name: str) -> dict[str, Any]:
    variable = study.dictionary.variables[name]
    categories = {code: label.model_dump() for code, label in (variable.codes or {}).items()}
    return {"label": variable.label.model_dump(), "categories": categories}


def _indicator(indicator: Indicator) -> dict[str, Any]:
    told = [
        "code",
        "version",
        "theme",
        "name",
        "plain",
        "universe_label",
        "statistic",
        "unit",
        "decimals",
        "direction",
        "scale_range",
        "sensitive",
        "parts_of",
        "reference_period",
        "source",
        "missing",
        "not_comparable_with",
        "references",
    ]
    return indicator.model_dump(mode="json", include=set(told))


def _parameters(indicator: Indicator, study: StudyBundle) -> list[dict[str, Any]]:
    """The numbers on which a figure of a register rests, such as the hours of a full-time job, at its newest wave."""
    if not study.registers or not study.dictionary.from_registers(indicator):
        return []
    day = max(spec.reference_date for spec in study.registers.values())
    needed = [name for name, kind in study.dictionary.parameters_needed(indicator).items() if kind == "value"]
    held = [(study.dictionary.parameters[name], study.dictionary.parameters[name].on(day)) for name in needed]
    return [
        {"name": parameter.name.model_dump(), "value": dated.value} for parameter, dated in held if dated is not None
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def hash_of_published(tables: Mapping[str, pd.DataFrame]) -> str:
    """One hash over the sorted lines of all published tables, the same wherever the published values are the same."""
    lines = (
        f"{name}\t{line}"
        for name, table in tables.items()
        for line in table.to_csv(index=False, lineterminator="\n").splitlines()
    )
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

"""JSON Schemas of all YAML files, so that an editor completes and checks them while one types.

`python -m cwb_impact.spec.schemas` writes them to data_dictionary/schema/; a test keeps them current.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cwb_impact.spec.derived import Derived
from cwb_impact.spec.dictionary import MissingReasons
from cwb_impact.spec.dictionary_folder import shared_dictionary_folder
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.measurement import Benchmark, Measured
from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.policy import Policy
from cwb_impact.spec.programme import ActionFile, InitiativeFile, ReportSource, TargetFile
from cwb_impact.spec.programme_facts import (
    AnchorFile,
    ContractFile,
    DataInventory,
    FundingFile,
    MilestoneFile,
    SessionFile,
)
from cwb_impact.spec.register import Register
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.simulation import Simulation
from cwb_impact.spec.study_file import Study
from cwb_impact.spec.variable import VariableFile
from cwb_impact.spec.wave_map import WaveMap

FILES: Mapping[str, type[FileSpec]] = {
    "actions": ActionFile,
    "anchors": AnchorFile,
    "benchmark": Benchmark,
    "contracts": ContractFile,
    "data_inventory": DataInventory,
    "derived": Derived,
    "funding": FundingFile,
    "indicator": Indicator,
    "initiatives": InitiativeFile,
    "measured": Measured,
    "milestones": MilestoneFile,
    "missing_reasons": MissingReasons,
    "parameter": Parameter,
    "policy": Policy,
    "register": Register,
    "scale": Scale,
    "sessions": SessionFile,
    "simulation": Simulation,
    "source": ReportSource,
    "study": Study,
    "targets": TargetFile,
    "variables": VariableFile,
    "wave_map": WaveMap,
}


def schema_text(model: type[FileSpec]) -> str:
    """The JSON Schema of one kind of file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write one schema a kind of file."""
    folder.mkdir(exist_ok=True)
    for name, model in FILES.items():
        (folder / f"{name}.json").write_text(schema_text(model), encoding="utf-8")


if __name__ == "__main__":
    write_schemas(shared_dictionary_folder() / "schema")

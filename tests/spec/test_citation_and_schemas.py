"""CITATION.cff follows its standard, and the editor's schemas follow the models.

cff_1.2.0.schema.json is the schema of the Citation File Format 1.2.0 (CC BY 4.0, Druskat et al.), from cffconvert.
"""

import json
from pathlib import Path

import jsonschema
import pytest

from cwb_impact.spec.schemas import FILES, schema_text
from cwb_impact.spec.yaml_source import read_document

KINDS = {
    "benchmark": "data_dictionary/benchmarks/*.yml",
    "derived": "data_dictionary/derived/*.yml",
    "measured": "data_dictionary/measurement/*.yml",
    "indicator": "data_dictionary/indicators/*.yml",
    "variables": "data_dictionary/variables/*.yml",
    "scale": "data_dictionary/scales/*.yml",
    "parameter": "data_dictionary/parameters/*.yml",
    "policy": "data_dictionary/policy.yml",
    "missing_reasons": "data_dictionary/missing_reasons.yml",
    "study": "surveys/*/study.yml",
    "wave_map": "surveys/*/waves/*.yml",
    "actions": "surveys/*/programme/actions.yml",
    "initiatives": "surveys/*/programme/initiatives.yml",
    "targets": "surveys/*/programme/targets.yml",
    "source": "surveys/*/programme/source.yml",
    **{
        name: f"surveys/*/programme/{name}.yml"
        for name in ("milestones", "anchors", "contracts", "funding", "sessions", "data_inventory")
    },
    "register": "data_dictionary/registers/*.yml",
    "simulation": "surveys/*/simulation.yml",
}


def test_citation_file_validates() -> None:
    schema = json.loads(Path("tests/spec/cff_1.2.0.schema.json").read_text())
    jsonschema.validate(read_document(Path("CITATION.cff")).data, schema)


def test_citation_names_an_entity_and_no_person() -> None:
    citation = read_document(Path("CITATION.cff")).data
    assert citation["authors"] == [{"name": "The cwb_impact contributors"}]
    assert not {"doi", "identifiers", "orcid"} & set(citation)


def test_schemas_are_current() -> None:
    """`make schemas` writes them."""
    written = {path.stem: path.read_text() for path in Path("data_dictionary/schema").glob("*.json")}
    assert written == {name: schema_text(model) for name, model in FILES.items()}


@pytest.mark.parametrize("kind", FILES)
def test_an_editor_accepts_every_shipped_file(kind: str) -> None:
    schema = json.loads(schema_text(FILES[kind]))
    paths = list(Path().glob(KINDS[kind]))
    assert paths
    for path in paths:
        jsonschema.validate(read_document(path).data, schema)
        first = path.read_text().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), f"{path} does not tell an editor its schema"
        assert (path.parent / first.split("=")[1]).resolve() == Path(f"data_dictionary/schema/{kind}.json").resolve()

"""Real labels that nobody here wrote: which codes look missing, and are they all found?"""

from pathlib import Path

import pyreadstat

from cwb_impact.inspect.inspection import inspect_file

EXTRACT = Path(__file__).parent / "files/anes_2020_extract.dta"


def expected() -> list[str]:
    """Straight from the metadata: columns with a labelled negative code."""
    labels = pyreadstat.read_dta(str(EXTRACT), metadataonly=True)[1].variable_value_labels
    return [name for name, codes in labels.items() if any(float(code) < 0 for code in codes)]


def test_the_extract_has_39_columns_with_negative_labelled_codes() -> None:
    assert len(expected()) == 39


def test_exactly_the_columns_with_negative_labelled_codes_are_flagged() -> None:
    found = [column.name for column in inspect_file(EXTRACT).columns if column.suspects]
    assert sorted(found) == sorted(expected())


def test_every_negative_labelled_code_is_flagged_and_no_other() -> None:
    labels = pyreadstat.read_dta(str(EXTRACT), metadataonly=True)[1].variable_value_labels
    negative = {(name, str(int(code))) for name, codes in labels.items() for code in codes if float(code) < 0}
    found = {(column.name, code.code) for column in inspect_file(EXTRACT).columns for code in column.suspects}
    assert found == negative

"""Where each value came from: file, column and original code, beside what they became."""

from pathlib import Path

import pyreadstat
import pytest

import tiny_study
from cwb_impact.errors import CwbError
from cwb_impact.study import harmonise, open_study
from cwb_impact.trace import trace
from cwb_impact.types import Waves


@pytest.fixture
def waves(tiny: Path) -> Waves:
    return harmonise(open_study(tiny))


def test_every_value_stands_beside_its_code_in_the_file(tiny: Path, waves: Waves) -> None:
    found = trace(waves, "general_health")
    workers = found[found["population"] == "coop_workers"].reset_index(drop=True)
    raw, _ = pyreadstat.read_sav(tiny / "raw/workers.sav", user_missing=True)
    assert workers["code"].tolist() == [str(int(code)) for code in raw["gezond"]]
    names = {"1": "very_good", "2": "good", "3": "fair", "4": "poor", "5": "very_poor"}
    expected = [names.get(code, "no_answer") for code in workers["code"]]
    assert (
        workers["value"].astype("object").where(workers["why"] == "valid", workers["why"].astype("object")).tolist()
        == expected
    )
    assert set(workers["column"]) == {"gezond"} and set(workers["file"]) == {"workers.sav"}


def test_a_wave_that_did_not_collect_a_variable_has_no_column(waves: Waves) -> None:
    found = trace(waves, "general_health")
    residents = found[found["population"] == "residents"]
    assert len(residents) == 60 and (residents["why"] == "not_collected").all()
    assert residents[["column", "code", "value"]].isna().all().all()


def test_an_empty_cell_is_sysmis(waves: Waves) -> None:
    found = trace(waves, "sex")
    empty = found[found["code"] == "sysmis"]
    assert empty["why"].tolist() == ["no_answer"] and empty["value"].isna().all()


def test_people_are_named_by_their_pseudonyms(waves: Waves) -> None:
    found = trace(waves, "sex")
    assert set(found["person"]) == set(waves.frame["person"])
    assert tiny_study.CANARY_ID not in found.to_csv()


def test_rows_stay_beside_their_people_when_some_are_left_out(tiny: Path) -> None:
    path = tiny / "waves/workers.yml"
    tiny_study.edit(path, "ignore: [opmerking]", "leave_out: {gezond: 1}\nignore: [opmerking]")
    waves = harmonise(open_study(tiny))
    found = trace(waves, "life_satisfaction")
    workers = found[(found["population"] == "coop_workers") & (found["why"] == "valid")]
    assert workers["code"].astype("float64").tolist() == workers["value"].tolist() and len(workers) == 30


def test_each_column_of_several_has_its_own_rows(tiny: Path) -> None:
    path = tiny / "waves/residents.yml"
    tiny_study.edit(
        path,
        "{from: cijfer, relation: exact, keep: 0..10,",
        "{first_of: [cijfer, nr], relation: exact, keep: 0..10, outside: invalid,",
    )
    found = trace(harmonise(open_study(tiny)), "life_satisfaction")
    residents = found[found["population"] == "residents"]
    assert residents["column"].value_counts().to_dict() == {"cijfer": 60, "nr": 60}


@pytest.mark.parametrize("name", ["happiness", "person", "wave", "sex__why"])
def test_a_name_that_no_map_makes_is_told(waves: Waves, name: str) -> None:
    with pytest.raises(CwbError, match="E131"):
        trace(waves, name)


def test_the_trace_has_its_columns_in_one_order(waves: Waves) -> None:
    columns = ["population", "wave", "person", "file", "column", "code", "value", "why"]
    assert trace(waves, "sex").columns.tolist() == columns

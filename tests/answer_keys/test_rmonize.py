"""Rmonize's example against its own answer key: 45 rules, 13,500 people, value for value and person for person."""

import csv
import hashlib
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.types import Waves
from tiny_study import edit

STUDY = Path("tests/answer_keys/rmonize")
STUDIES = ("study1", "study2", "study3", "study4", "study5")

KEYS = {"adm_unique_id": "person: the map's id", "adm_study_id": "wave: the constant that Rmonize pastes"}
"""Variables of the DataSchema that are no variables here: they say whose row it is."""

DIFFERENT = {
    (
        "lsb_alc_binge_m_preg",
        "study1",
    ): "case_when over two columns: who drank nothing is `no` there, not_applicable here"
}
"""Rules that are mapped otherwise, on purpose."""

NOT_MAPPABLE = {
    ("pm_birthweight", "study1"): "case_when over two columns in two units: grams, else pounds",
    ("sdc_age_m", "study2"): "operation on three columns: an age minus weeks",
    ("lsb_alc_binge_m_preg", "study4"): "case_when over two columns: any yes, then any don't know, then any no",
    ("sdc_age_m", "study5"): "operation on two dates: the years between them",
    ("lsb_alc_binge_m_preg", "study5"): "other: any of nine columns; mapped as the set binge_reports_preg",
    ("lsb_alc_binge_m_first_tri", "study5"): "case_when: any of three columns; the set binge_reports_first_tri",
}
"""Rules that no named transform can say, with the kind that Rmonize gives them. The maps list them as incompatible."""

SETS = {"lsb_alc_binge_m_preg": "binge_reports_preg", "lsb_alc_binge_m_first_tri": "binge_reports_first_tri"}


def table(name: str) -> list[dict[str, str]]:
    with (STUDY / "key" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rules(name: str) -> dict[tuple[str, str], dict[str, str]]:
    """(variable, study) -> the row of the Data Processing Elements."""
    return {(row["dataschema_variable"], row["input_dataset"].removeprefix("dataset_")): row for row in table(name)}


RULES = rules("Data_Processing_Elements_no_errors")


def expected(variable: str, study: str) -> str:
    pair = variable, study
    if pair in NOT_MAPPABLE or RULES[pair]["Mlstr_harmo::rule_category"] == "impossible":
        return "not_collected"
    return "different" if pair in DIFFERENT else "equal"


@pytest.fixture(scope="module")
def waves() -> Waves:
    return cwb.harmonise(cwb.open_study(STUDY))


@pytest.fixture(scope="module")
def gold() -> pd.DataFrame:
    """The pooled data set of Rmonize; an index of study and id, every cell as text, NA where there is no value."""
    frame = pd.DataFrame(table("pooled_harmonized_dataset_GOLD"))
    return frame.assign(study="study" + frame["adm_study_id"]).set_index(["study", "adm_unique_id"])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(STUDY, tmp_path / "rmonize"))


def ids(waves: Waves, study: str) -> list[str]:
    """The ids of the file, in the order of the harmonised rows."""
    column = waves.study.maps["residents", study].id.columns[0]
    return [str(identity) for identity in waves.originals["residents", study][column]]


def key_of(gold: pd.DataFrame, waves: Waves, variable: str, study: str) -> pd.Series:
    """The key's values of the people of a study, in the order of the harmonised rows."""
    return gold.loc[study][variable].loc[ids(waves, study)].reset_index(drop=True)


def ours(waves: Waves, variable: str, study: str) -> pd.Series:
    """Our values in the words of the key: numbers, the DataSchema's names of categories, NaN without a value."""
    people = waves.of("residents", study)
    values = people[variable].where(people[f"{variable}__why"] == "valid")
    codes = waves.study.dictionary.variables[variable].codes
    if codes is None:
        return values.astype("float64")
    names = {row["label"]: float(row["name"]) for row in table("DataSchema_Categories") if row["variable"] == variable}
    return values.astype("object").map({code: names[label.en] for code, label in codes.items()}).astype("float64")


def outcome(waves: Waves, gold: pd.DataFrame, variable: str, study: str) -> str:
    if (waves.of("residents", study)[f"{variable}__why"] == "not_collected").all():
        return "not_collected"
    wanted = key_of(gold, waves, variable, study).replace("NA", np.nan).astype("float64")
    same = np.array_equal(ours(waves, variable, study).to_numpy(), wanted.to_numpy(), equal_nan=True)
    return "equal" if same else "different"


def test_the_key_has_45_rules_and_each_table_names_rules_of_it() -> None:
    assert len(RULES) == 45
    assert set(DIFFERENT) | set(NOT_MAPPABLE) <= {pair for pair in RULES if pair[0] not in KEYS}


@pytest.mark.parametrize(("variable", "study"), [pair for pair in RULES if pair[0] not in KEYS])
def test_a_rule_of_the_key(waves: Waves, gold: pd.DataFrame, variable: str, study: str) -> None:
    assert outcome(waves, gold, variable, study) == expected(variable, study)


def test_23_rules_are_equal_1_is_different_6_are_not_mappable_and_5_impossible(
    waves: Waves, gold: pd.DataFrame
) -> None:
    """The counts are those of the rows of the sheet, less the tables above and the ten rules of KEYS."""
    found = Counter(outcome(waves, gold, *pair) for pair in RULES if pair[0] not in KEYS)
    impossible = sum(row["Mlstr_harmo::rule_category"] == "impossible" for row in RULES.values())
    assert found == {"equal": 23, "different": 1, "not_collected": 6 + impossible} and impossible == 5


def test_what_has_no_transform_is_incompatible_with_a_note_and_a_source(waves: Waves) -> None:
    for variable, study in NOT_MAPPABLE:
        stated = waves.study.maps["residents", study].not_collected[variable]
        assert stated.reason == "incompatible" and stated.note and stated.source


@pytest.mark.parametrize("study", STUDIES)
def test_every_person_of_the_key_is_there_once_and_in_the_wave_of_the_pasted_constant(
    waves: Waves, gold: pd.DataFrame, study: str
) -> None:
    people = waves.of("residents", study)
    assert ids(waves, study) == list(gold.loc[study].index)
    assert people["person"].is_unique
    assert set("study" + gold.loc[study]["adm_study_id"]) == set(people["wave"])


def test_where_study_1_differs_the_mother_said_that_she_drank_nothing(waves: Waves, gold: pd.DataFrame) -> None:
    """Rmonize fills in a no; here she was not asked. Everybody else has the key's value."""
    variable, people = "lsb_alc_binge_m_preg", waves.of("residents", "study1")
    original = waves.originals["residents", "study1"]
    routed = ((original["alc_c1"] == "2") & original["alc_c5"].isna()).to_numpy()
    key = key_of(gold, waves, variable, "study1").replace("NA", np.nan).astype("float64").to_numpy()
    assert set(people.loc[routed, f"{variable}__why"]) == {"not_applicable"} and set(key[routed]) == {0.0}
    assert np.array_equal(ours(waves, variable, "study1").to_numpy()[~routed], key[~routed], equal_nan=True)


@pytest.mark.parametrize("variable", SETS)
def test_the_sets_of_study_5_hold_the_yes_and_no_of_the_key(waves: Waves, gold: pd.DataFrame, variable: str) -> None:
    people, name = waves.of("residents", "study5"), SETS[variable]
    chosen = people[name].where(people[f"{name}__why"] == "valid")
    said = pd.Series(np.select([chosen.isna(), chosen == "none"], ["NA", "0"], "1"))
    assert list(said) == list(key_of(gold, waves, variable, "study5"))


def test_the_labels_of_the_dictionary_are_those_of_the_dataschema(waves: Waves) -> None:
    words = waves.study.dictionary.variables
    for row in table("DataSchema_Variables"):
        if row["name"] not in KEYS:
            assert words[row["name"]].label.en == row["label"]
            assert words[row["name"]].unit == (None if row["unit"] == "NA" else row["unit"])


def test_units_that_are_not_whole_are_rounded_down_only_as_far_as_the_list_says(study: Path) -> None:
    """41.3 weeks are 41 by the list; a number with more decimals than the list knows is not rounded silently."""
    edit_raw(study, "study4", ",41.3,", ",41.9999995,")
    (problem,) = [found for found in cwb.check(study) if found.is_error]
    assert (problem.code, problem.subject, problem.n) == ("E120", "preg_gestational_age_del", 1)


# The sheet with errors that Rmonize ships: each is planted in our map of the same study.


def test_the_sheet_with_errors_has_two_rules_that_the_sheet_without_has_not() -> None:
    wrong = rules("Data_Processing_Elements_with_errors")
    changed = {
        pair: (wrong[pair]["Mlstr_harmo::algorithm"], wrong[pair]["input_variables"])
        for pair in RULES
        if wrong[pair] != RULES[pair]
    }
    assert changed == {
        ("preg_gestational_age_del", "study4"): ("flor(GEST_AGE_DELIVERY)", "GEST_AGE_DELIVERY"),
        ("pm_birthweight", "study4"): ("direct_mapping", "bbb_weight"),
    }


def test_its_column_that_is_not_in_the_file_is_e101_with_the_line_and_the_nearest_name(study: Path) -> None:
    column = rules("Data_Processing_Elements_with_errors")["pm_birthweight", "study4"]["input_variables"]
    edit(study / "waves/study4.yml", "from: bb_weight", f"from: {column}")
    (problem,) = [found for found in cwb.check(study) if found.is_error]
    line = (study / "waves/study4.yml").read_text().splitlines()[problem.line - 1]
    assert (problem.code, problem.subject) == ("E101", "bbb_weight")
    assert f"from: {column}" in line and "bb_weight" in problem.fix


@pytest.mark.parametrize("rule", ["keep: flor(GEST_AGE_DELIVERY)", "keep: floor(GEST_AGE_DELIVERY)", "flor: 20..44"])
def test_its_rule_with_a_misspelt_function_is_e002_before_any_data_are_read(study: Path, rule: str) -> None:
    """A rule is no expression here, so the right spelling is refused as well."""
    path = study / "waves/study4.yml"
    edit(path, "codes: codelists/completed_weeks.csv", rule)
    shutil.rmtree(study / "raw")
    with pytest.raises(cwb.CwbError) as caught:
        cwb.open_study(study)
    lines = path.read_text().splitlines()
    entry = next(place for place, line in enumerate(lines, 1) if "preg_gestational_age_del" in line)
    assert {problem.code for problem in caught.value.problems} == {"E002"}
    assert all(entry <= problem.line <= entry + 3 for problem in caught.value.problems)


def edit_raw(study: Path, wave: str, old: str, new: str) -> None:
    """Change the first such cell of a raw file; the map keeps up with its hash."""
    raw, spec = study / f"raw/{wave}.csv", study / f"waves/{wave}.yml"
    before = hashlib.sha256(raw.read_bytes()).hexdigest()
    raw.write_text(raw.read_text().replace(old, new, 1))
    edit(spec, before, hashlib.sha256(raw.read_bytes()).hexdigest())

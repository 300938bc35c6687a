"""Four household panels of the World Bank's phone surveys, whose rounds stand beside one another in one file.

The expected answers come straight from the extracts with pyreadstat and plain Python, through the rules in KEY and
`respondents`; they share no code with the package.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import cwb_impact as cwb
from cwb_impact.errors import Problem
from cwb_impact.types import Waves
from tiny_study import edit

FOLDER = Path("tests/answer_keys/hfps")
COUNTRIES = ("eth", "mwi", "nga", "uga")
ROUNDS = (1, 2, 3, 4)
WAVES = [(country, number) for country in COUNTRIES for number in ROUNDS]
ID = {"eth": "household_id", "mwi": "y4_hhid", "nga": "hhid", "uga": "hhid"}

Row = Mapping[Any, Any]
Said = tuple[object, str]
"""A value and `valid`, or None and a reason."""

NOTHING: Said = (None, "no_answer")
ABSENT: Said = (None, "not_collected")


def read(country: str) -> tuple[pd.DataFrame, Any]:
    frame, meta = pyreadstat.read_dta(str(FOLDER / country / "raw" / f"{country}_hh.dta"))
    return frame, meta


FILES = {country: read(country) for country in COUNTRIES}


@cache
def respondents(country: str, number: int) -> pd.DataFrame:
    """Households of a round. Nigeria marks those who broke off; Uganda has no weight for some in round 4."""
    frame = FILES[country][0]
    flag = "complete" if country == "nga" else "interview"
    rows = frame[f"{flag}_r{number}"] == 1
    if (country, number) == ("uga", 4):
        rows &= frame["wt_r4"].notna()
    return frame.loc[rows]


def empty(cell: object) -> bool:
    return cell is None or cell != cell


def number_of(row: Row, column: str) -> Said:
    return NOTHING if empty(row[column]) else (float(row[column]), "valid")


def group_of(row: Row, column: str) -> Said:
    size = row[column]
    if empty(size):
        return NOTHING
    return ("one_or_two" if size < 3 else "three_to_five" if size < 6 else "six_or_more"), "valid"


def total_of(row: Row, *columns: str) -> Said:
    cells = [row[column] for column in columns]
    return NOTHING if any(map(empty, cells)) else (float(sum(cells)), "valid")


def word_of(row: Row, column: str, words: Mapping[int, str]) -> Said:
    return NOTHING if empty(row[column]) else (words[int(row[column])], "valid")


def chosen_of(row: Row, columns: Mapping[str, str], without: str) -> Said:
    """The words of the columns above zero. Without any, an empty column says that nobody knows."""
    cells = {word: row[column] for word, column in columns.items()}
    if ticked := [word for word, cell in cells.items() if not empty(cell) and cell > 0]:
        return " ".join(ticked), "valid"
    return NOTHING if any(map(empty, cells.values())) else (without, "valid")


YES_NO = {0: "no", 1: "yes"}
MEMBERS = {
    "boys": "m0_14",
    "men": "m15_64",
    "older_men": "m65",
    "girls": "f0_14",
    "women": "f15_64",
    "older_women": "f65",
}
SERVICES = {"electricity": "elect", "improved_water": "water", "improved_toilet": "toilet"}
POSSESSIONS = {
    "television": "tv",
    "radio": "radio",
    "refrigerator": "refrigerator",
    "bicycle": "bicycle",
    "motorcycle": "mcycle",
    "car": "car",
    "mobile_phone": "mphone",
    "generator": "generator",
    "computer": "computer",
    "internet": "internet",
}
REGIONS = {"region_ethiopia": ("eth", "saq01"), "zone_nigeria": ("nga", "zone"), "region_uganda": ("uga", "region")}
FIFTHS = dict(enumerate(("poorest", "poorer", "middle", "richer", "richest"), start=1))
PLACES = {1: "rural", 2: "urban"}

COLUMNS = {
    "household_size": ["hhsize_r#"],
    "household_size_group": ["hhsize_r#"],
    "members_under_15": ["m0_14_r#", "f0_14_r#"],
    "members_65_plus": ["m65_r#", "f65_r#"],
    "members_present": [f"{stem}_r#" for stem in MEMBERS.values()],
    "adult_equivalents": ["adulteq_r#"],
    "head_changed": ["head_chg_r#"],
    "respondent_changed": ["respond_chg_r#"],
    "food_insecure": ["fies_mod_r#"],
    "severely_food_insecure": ["fies_sev_r#"],
    "place": ["rural"],
    "consumption_fifth": ["cons_quint"],
    "services": list(SERVICES.values()),
    "possessions": list(POSSESSIONS.values()),
    "bank_account": ["finance"],
    "adults_working": ["any_work"],
}
"""The source columns of each variable; # is the number of the round."""


def columns_of(variable: str, country: str, number: int) -> list[str]:
    """The source columns that the file of a country has, and that are not empty for everybody."""
    frame = FILES[country][0]
    if variable in REGIONS:
        home, column = REGIONS[variable]
        return [column] if home == country else []
    named = [column.replace("#", str(number)) for column in COLUMNS[variable]]
    return [column for column in named if column in frame and frame[column].notna().any()]


@cache
def region_words(country: str, column: str) -> dict[int, str]:
    labels = FILES[country][1].variable_value_labels[column]
    return {int(code): re.sub(r"^\d+\. ", "", label).lower().replace(" ", "_") for code, label in labels.items()}


def working(row: Row, country: str) -> Said:
    """Where nobody is 15 to 64 there is no share of them who work; in Uganda other households lack it too."""
    said = number_of(row, "any_work")
    return (None, "not_applicable") if said == NOTHING and country != "uga" else said


Rule = Callable[[Row, list[str], str], Said]
KEY: dict[str, Rule] = {
    "household_size": lambda row, columns, country: number_of(row, columns[0]),
    "household_size_group": lambda row, columns, country: group_of(row, columns[0]),
    "members_under_15": lambda row, columns, country: total_of(row, *columns),
    "members_65_plus": lambda row, columns, country: total_of(row, *columns),
    "members_present": lambda row, columns, country: chosen_of(row, dict(zip(MEMBERS, columns, strict=True)), ""),
    "adult_equivalents": lambda row, columns, country: number_of(row, columns[0]),
    "services": lambda row, columns, country: chosen_of(row, SERVICES, "none"),
    "possessions": lambda row, columns, country: chosen_of(
        row, {word: column for word, column in POSSESSIONS.items() if column in columns}, "none"
    ),
    "place": lambda row, columns, country: word_of(row, columns[0], PLACES),
    "consumption_fifth": lambda row, columns, country: word_of(row, columns[0], FIFTHS),
    "adults_working": lambda row, columns, country: working(row, country),
}
KEY |= {
    name: lambda row, columns, country: word_of(row, columns[0], YES_NO)
    for name in ("head_changed", "respondent_changed", "food_insecure", "severely_food_insecure", "bank_account")
}
KEY |= {
    name: lambda row, columns, country: word_of(row, columns[0], region_words(country, columns[0])) for name in REGIONS
}


@cache
def key_says(variable: str, country: str, number: int) -> list[Said]:
    columns, rows = columns_of(variable, country, number), respondents(country, number).to_dict("records")
    return [KEY[variable](row, columns, country) if columns else ABSENT for row in rows]


def copy_of(country: str, place: Path) -> Path:
    """A study with the dictionary that the four countries share."""
    folder = Path(shutil.copytree(FOLDER / country, place / country))
    shutil.copytree(FOLDER / "dictionary", folder / "dictionary")
    return folder


@pytest.fixture(scope="module")
def harmonised(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Waves]:
    place = tmp_path_factory.mktemp("hfps")
    return {country: cwb.harmonise(cwb.open_study(copy_of(country, place))) for country in COUNTRIES}


def wave_of(harmonised: dict[str, Waves], country: str, number: int) -> pd.DataFrame:
    return harmonised[country].of("residents", f"{country}-r{number}")


def ours(frame: pd.DataFrame, variable: str) -> list[Said]:
    held = zip(frame[variable].tolist(), frame[f"{variable}__why"].astype(str), strict=True)
    return [(None if empty(value) else value, why) for value, why in held]


def told(problems: tuple[Problem, ...], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


def map_of(problem: Problem) -> str:
    return Path(problem.file).stem


@pytest.mark.parametrize("variable", list(KEY))
@pytest.mark.parametrize(("country", "number"), WAVES)
def test_every_answer_and_reason_is_that_of_the_file(
    harmonised: dict[str, Waves], country: str, number: int, variable: str
) -> None:
    assert ours(wave_of(harmonised, country, number), variable) == key_says(variable, country, number)


def test_each_reason_of_the_key_occurs_so_that_comparing_reasons_means_something() -> None:
    found = Counter(why for wave in WAVES for variable in KEY for _, why in key_says(variable, *wave))
    assert set(found) == {"valid", "no_answer", "not_applicable", "not_collected"}
    assert min(found.values()) > 20


@pytest.mark.parametrize(("country", "number"), WAVES)
def test_the_key_covers_every_variable_of_a_wave(harmonised: dict[str, Waves], country: str, number: int) -> None:
    frame = wave_of(harmonised, country, number)
    assert {name.removesuffix("__why") for name in frame.columns.astype(str) if name.endswith("__why")} == set(KEY)


@pytest.mark.parametrize(("country", "number"), WAVES)
def test_a_size_in_bands_keeps_the_number_as_both_ends(harmonised: dict[str, Waves], country: str, number: int) -> None:
    frame = wave_of(harmonised, country, number)
    sizes = respondents(country, number)[f"hhsize_r{number}"].to_numpy(dtype=float)
    for end in ("lo", "hi"):
        np.testing.assert_array_equal(frame[f"household_size_group_{end}"].to_numpy(), sizes)


@pytest.mark.parametrize(("country", "number"), WAVES)
def test_the_weight_of_the_round_is_the_design_weight(harmonised: dict[str, Waves], country: str, number: int) -> None:
    design = harmonised[country].designs["residents", f"{country}-r{number}"]
    np.testing.assert_array_equal(design.weight, respondents(country, number)[f"wt_r{number}"].to_numpy())


@pytest.mark.parametrize(("country", "number"), WAVES)
def test_the_original_cells_stand_beside_the_answers(harmonised: dict[str, Waves], country: str, number: int) -> None:
    original = harmonised[country].originals["residents", f"{country}-r{number}"][ID[country]]
    assert original.tolist() == respondents(country, number)[ID[country]].tolist()


# The panel


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_id_is_one_household_in_the_file(country: str) -> None:
    assert FILES[country][0][ID[country]].is_unique


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(("first", "second"), list(combinations(ROUNDS, 2)))
def test_the_households_of_two_rounds_are_those_of_the_file(
    harmonised: dict[str, Waves], country: str, first: int, second: int
) -> None:
    ids = [set(respondents(country, number)[ID[country]]) for number in (first, second)]
    persons = [set(wave_of(harmonised, country, number)["person"]) for number in (first, second)]
    assert len(persons[0] & persons[1]) == len(ids[0] & ids[1])
    assert len(persons[0] - persons[1]) == len(ids[0] - ids[1])
    assert len(persons[1] - persons[0]) == len(ids[1] - ids[0])


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_household_has_one_pseudonym_in_all_rounds_and_no_other_household_has_it(
    harmonised: dict[str, Waves], country: str
) -> None:
    pairs = {
        pair
        for number in ROUNDS
        for pair in zip(
            respondents(country, number)[ID[country]], wave_of(harmonised, country, number)["person"], strict=True
        )
    }
    assert len(pairs) == len({household for household, _ in pairs}) == len({person for _, person in pairs})


def test_some_households_leave_and_some_come_back() -> None:
    """Otherwise the overlaps of pairs of rounds would follow from the sizes of the rounds."""
    for country in COUNTRIES:
        ids = [set(respondents(country, number)[ID[country]]) for number in ROUNDS]
        assert ids[0] - ids[1] and (ids[2] - ids[1]) | (ids[3] - ids[2]), country


def expected_left_out(country: str, number: int) -> dict[str, int]:
    """Rows of the file that are no respondents, by the first thing that says so."""
    frame, end = FILES[country][0], f"_r{number}"
    if country == "nga":
        phoned, complete = frame[f"contact{end}"].notna(), frame[f"complete{end}"]
        counts = {
            f"contact{end} = sysmis": int((~phoned).sum()),
            "partial": int((complete == 0).sum()),
            "other": int((phoned & complete.isna()).sum()),
        }
    else:
        interview = frame[f"interview{end}"]
        codes = "0, sysmis" if country == "eth" else "sysmis"
        counts = {f"interview{end} = {codes}": int((interview != 1).sum())}
        if (country, number) == ("uga", 4):
            counts["wt_r4 = sysmis"] = int(((interview == 1) & frame["wt_r4"].isna()).sum())
    return {why: count for why, count in counts.items() if count}


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_rows_left_out_are_those_without_an_interview(harmonised: dict[str, Waves], country: str) -> None:
    found = [dict(record.left_out) for record in harmonised[country].records]
    assert found == [expected_left_out(country, number) for number in ROUNDS]


@pytest.mark.parametrize("country", COUNTRIES)
def test_respondents_and_rows_left_out_are_all_rows(harmonised: dict[str, Waves], country: str) -> None:
    for record, number in zip(harmonised[country].records, ROUNDS, strict=True):
        assert record.respondents == len(respondents(country, number))
        assert record.respondents + sum(record.left_out.values()) == record.rows == len(FILES[country][0])


def test_where_the_file_has_outcomes_the_invited_are_the_phone_sample(harmonised: dict[str, Waves]) -> None:
    invited = harmonised["nga"].response.set_index("wave")["invited"]
    phoned = {f"nga-r{number}": int(FILES["nga"][0][f"contact_r{number}"].notna().sum()) for number in ROUNDS}
    assert invited.to_dict() == phoned


def jumps(country: str, column: str) -> dict[str, tuple[int, int]]:
    """Following rounds: households with another answer, and households with both."""
    found = {}
    for first, second in pairwise(ROUNDS):
        answers = [
            respondents(country, number).set_index(ID[country])[f"{column}_r{number}"].dropna()
            for number in (first, second)
        ]
        both = answers[0].index.intersection(answers[1].index)
        differ = int((answers[0].loc[both].to_numpy() != answers[1].loc[both].to_numpy()).sum())
        found[f"r{second}"] = (differ, len(both))
    return found


@pytest.mark.parametrize("country", COUNTRIES)
def test_what_changes_in_a_household_is_counted_when_it_is_said_never_to_change(country: str, tmp_path: Path) -> None:
    """The files have no sex or age of the head. Household size does change: said to be constant, W260 must count it."""
    study = copy_of(country, tmp_path)
    before = "    range: [1, 40]\n    whole: true\n"
    edit(study / "dictionary/variables/households.yml", before, before + "    over_time: constant\n")
    found = {
        map_of(problem): (problem.n, problem.of)
        for problem in told(cwb.check(study), "W260")
        if f"from {country}-r{int(map_of(problem)[1:]) - 1} " in problem.what
    }
    assert found == {wave: counts for wave, counts in jumps(country, "hhsize").items() if counts[0]}
    assert found


GSS = Path("tests/acceptance/gss_panel")


def gss(year: str, suffix: str) -> pd.DataFrame:
    frame = pyreadstat.read_dta(str(GSS / "raw" / f"gss_{year}.dta"))[0].set_index("yearid")
    return frame[[f"sex_{suffix}", f"age_{suffix}"]].set_axis(["sex", "age"], axis=1)


def test_people_of_the_gss_panel_whose_sex_or_age_jumps_are_counted(tmp_path: Path) -> None:
    """The households above have no sex or age; the people of the General Social Survey have both.

    Fieldwork of 2018 ended in November and of 2020 in September, so an age may grow by 1, 2 or 3.
    """
    study = Path(shutil.copytree(GSS, tmp_path / "gss_panel"))
    for year, suffix in {"2016": "1a", "2018": "1b", "2020": "2"}.items():
        path = study / f"waves/{year}.yml"
        edit(path, f"ignore: [age_{suffix}]\n", "")
        mapped = f"  age: {{from: age_{suffix}, relation: exact, keep: 18..89}}\n"
        edit(path, "\nvariables:\n", "\nvariables:\n" + mapped)
    before, after = gss("2018", "1b"), gss("2020", "2")
    same = before.index.intersection(after.index)
    sexes = pd.concat([before.loc[same, "sex"], after.loc[same, "sex"]], axis=1).dropna().to_numpy()
    grown = (after.loc[same, "age"] - before.loc[same, "age"]).dropna()
    expected = {
        "sex": (int((sexes[:, 0] != sexes[:, 1]).sum()), len(sexes)),
        "age": (int((~grown.isin([1, 2, 3])).sum()), len(grown)),
    }
    found = [p for p in told(cwb.check(study), "W260") if "from 2018" in p.what]
    assert {problem.subject: (problem.n, problem.of) for problem in found} == expected
    assert all(n for n, _ in expected.values())


def test_ids_of_two_countries_do_not_meet() -> None:
    """One id in two countries would be two households: hence a study a country, and not one with 16 waves."""
    spaces = {country: set(FILES[country][0][ID[country]].astype(str)) for country in COUNTRIES}
    assert not any(spaces[first] & spaces[second] for first, second in combinations(COUNTRIES, 2))


# What the studies say of one another


def test_four_countries_are_described_in_the_same_words(harmonised: dict[str, Waves]) -> None:
    words = [{name: waves.study.dictionary.variables[name] for name in KEY} for waves in harmonised.values()]
    assert all(other == words[0] for other in words[1:])


@pytest.mark.parametrize("country", COUNTRIES)
def test_coverage_says_not_collected_where_the_file_has_no_column(harmonised: dict[str, Waves], country: str) -> None:
    coverage = harmonised[country].coverage
    for variable, wave, relation in zip(coverage["variable"], coverage["wave"], coverage["coverage"], strict=True):
        has = bool(columns_of(variable, country, int(wave[-1])))
        assert (relation != "not_collected") == has, (variable, wave)


def test_each_country_lacks_something_else(harmonised: dict[str, Waves]) -> None:
    def lacks(country: str) -> set[str]:
        coverage = harmonised[country].coverage
        return set(coverage.loc[coverage["coverage"] == "not_collected", "variable"])

    assert len({frozenset(lacks(country)) for country in COUNTRIES}) == len(COUNTRIES)


def expected_never(country: str) -> Counter[tuple[str, str]]:
    """Round and variable: codes 0 and 1 that no respondent of the round has."""
    found: Counter[tuple[str, str]] = Counter()
    for number in ROUNDS:
        for variable in KEY:
            columns = columns_of(variable, country, number)
            labels = FILES[country][1].variable_value_labels.get(columns[0], {}) if len(columns) == 1 else {}
            for code in labels:
                found[f"r{number}", variable] += not (respondents(country, number)[columns[0]] == code).any()
        if country == "eth" and not (FILES["eth"][0][f"interview_r{number}"] == 0).any():
            found[f"r{number}", "leave_out"] += 1
    return +found


@pytest.mark.parametrize("country", COUNTRIES)
def test_codes_that_nobody_has_are_told_and_no_others(harmonised: dict[str, Waves], country: str) -> None:
    found = told(harmonised[country].warnings, "W201")
    assert Counter((map_of(problem), problem.subject) for problem in found) == expected_never(country)


def test_no_other_warnings_are_right_than_labels_without_numbers_and_a_narrower_set(
    harmonised: dict[str, Waves],
) -> None:
    """W141: round 2 of Ethiopia was mapped without the numbers before the labels. W250: its possessions are fewer."""
    found = Counter(
        (country, problem.code, map_of(problem), problem.subject)
        for country, waves in harmonised.items()
        for problem in waves.warnings
        if problem.code != "W201"
    )
    expected = {("eth", "W141", "r2", "head_changed"): 2}
    expected |= {("eth", "W250", f"r{number}", "possessions"): 1 for number in ROUNDS}
    assert found == expected


def test_the_narrower_set_lacks_the_columns_that_the_warning_is_about(harmonised: dict[str, Waves]) -> None:
    for country, waves in harmonised.items():
        lacking = len(columns_of("possessions", country, 1)) < len(POSSESSIONS)
        assert bool(told(waves.warnings, "W250")) == lacking, country


def test_no_wording_changes_but_for_the_number_of_the_round() -> None:
    """Why there is no W230."""
    for country in COUNTRIES:
        labels = FILES[country][1].column_names_to_labels
        for variable in KEY:
            texts = {
                tuple(re.sub(r"Round \d+", "Round #", labels[column] or "") for column in columns)
                for number in ROUNDS
                if (columns := columns_of(variable, country, number))
            }
            assert len(texts) <= 1, (country, variable)


def test_no_share_of_a_reason_jumps() -> None:
    """Why there is no W240: from round to round no share of a reason changes by ten points."""
    for country in COUNTRIES:
        for variable in KEY:
            shares = [
                Counter(why for _, why in key_says(variable, country, number))["no_answer"]
                / len(respondents(country, number))
                for number in ROUNDS
                if columns_of(variable, country, number)
            ]
            assert all(abs(after - before) < 0.1 for before, after in pairwise(shares)), (country, variable)


# Maps that are wrong


def test_households_without_a_weight_are_an_error_when_they_are_not_left_out(tmp_path: Path) -> None:
    study = copy_of("uga", tmp_path)
    edit(study / "waves/r4.yml", "  wt_r4: [sysmis]   # interviewed, and the producer gave no weight\n", "")
    frame = FILES["uga"][0]
    interviewed = frame["interview_r4"] == 1
    found = [(problem.code, problem.n, problem.of) for problem in cwb.check(study) if problem.is_error]
    assert found == [("E190", int((interviewed & frame["wt_r4"].isna()).sum()), int(interviewed.sum()))]


def test_their_food_insecurity_is_unknown_too_and_the_jump_is_told(tmp_path: Path) -> None:
    study = copy_of("uga", tmp_path)
    edit(study / "waves/r4.yml", "  wt_r4: [sysmis]   # interviewed, and the producer gave no weight\n", "")
    edit(study / "waves/r4.yml", "design: {weight: wt_r4}\n", "")
    found = {(map_of(problem), problem.subject) for problem in told(cwb.check(study), "W240")}
    frame = FILES["uga"][0]
    unknown = [frame.loc[frame[f"interview_r{number}"] == 1, f"fies_mod_r{number}"].isna().mean() for number in (3, 4)]
    assert unknown[1] - unknown[0] >= 0.1
    assert found == {("r4", "food_insecure"), ("r4", "severely_food_insecure")}


def test_yes_and_no_that_changed_places_are_an_error(tmp_path: Path) -> None:
    study = copy_of("mwi", tmp_path)
    path = study / "waves/r1.yml"
    before = "    from: head_chg_r1\n    relation: exact\n    recode:\n      0: {to: 'no', label: 0. NO}\n"
    edit(path, before, before.replace("0. NO", "0. YES"))
    found = [(problem.code, problem.subject, problem.n) for problem in cwb.check(study) if problem.is_error]
    assert found == [("E140", "head_changed", int((respondents("mwi", 1)["head_chg_r1"] == 0).sum()))]


def test_another_question_in_one_round_is_told(tmp_path: Path) -> None:
    """Numbers of another column fit the range; only the wording shows that it is another question."""
    study = copy_of("mwi", tmp_path)
    edit(
        study / "waves/r3.yml",
        "  adult_equivalents:\n    from: adulteq_r3\n",
        "  adult_equivalents:\n    from: rural\n",
    )
    found = {(map_of(problem), problem.subject) for problem in told(cwb.check(study), "W230")}
    assert found == {("r3", "adult_equivalents"), ("r4", "adult_equivalents")}


def test_an_empty_column_in_a_set_shows(tmp_path: Path) -> None:
    """Ethiopia's column of generators is empty. Mapped as if it were asked, it is told for all who own something."""
    study = copy_of("eth", tmp_path)
    phone = "      mobile_phone: {column: mphone, label: Ownership of mobile phone}\n"
    for number in ROUNDS:
        path = study / f"waves/r{number}.yml"
        edit(path, phone, phone + "      generator: generator\n")
    owned = list(POSSESSIONS.values())[:7]
    some = {f"r{number}": int((respondents("eth", number)[owned] == 1).any(axis=1).sum()) for number in ROUNDS}
    assert {map_of(problem): problem.n for problem in told(cwb.check(study), "W160")} == some

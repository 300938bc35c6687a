"""psHarmonize's example against its harmonisation sheet, evaluated here apart from the package; and its planted errors.

The evaluator knows what the sheet uses: no rule, `x * number`, `x / number` and pairs `code = category`.
"""

import csv
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

import cwb_impact as cwb
from cwb_impact.errors import Problem
from cwb_impact.types import Waves
from tiny_study import edit

STUDY = Path("tests/answer_keys/psharmonize")
VARIABLES = {"age": "age_years", "height": "height", "weight": "weight", "education": "education_merged"}
"""Item of the sheet -> variable of the study's dictionary."""

FACTOR = re.compile(r"x ([*/]) (\d+(?:\.\d+)?)")


def sheet(name: str) -> list[dict[str, str]]:
    with (STUDY / "key" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RULES = sheet("harmonization_sheet_example")
WRONG = sheet("error_harmonization_sheet_example")


def rule_of(rules: list[dict[str, str]], item: str, wave: str) -> dict[str, str]:
    return next(rule for rule in rules if (rule["item"], wave_of(rule)) == (item, wave))


def wave_of(rule: dict[str, str]) -> str:
    return f"{rule['study'].removeprefix('Cohort ')}-{rule['visit']}"


ERRORS = {
    (right["item"], wave_of(right), column): wrong[column]
    for right, wrong in zip(RULES, WRONG, strict=True)
    for column in right
    if right[column] != wrong[column]
}
"""(item, wave, column of the sheet) -> what the sheet with errors says there and the other does not."""


def cells(rule: dict[str, str]) -> dict[str, str]:
    """The id and the source cell of each person."""
    with (STUDY / "raw" / f"{rule['source_dataset']}.csv").open(encoding="utf-8", newline="") as file:
        return {row[rule["id_var"]]: row[rule["source_item"]] for row in csv.DictReader(file)}


def pairs(rule: dict[str, str]) -> dict[str, str]:
    """`1 = a; 2 = b` as code -> category."""
    return {code.strip(): category.strip() for code, category in (part.split("=") for part in rule["code1"].split(";"))}


def evaluate(rule: dict[str, str], cell: str) -> Fraction | str:
    """What the sheet makes of a cell; numbers are exact."""
    if rule["code_type"] == "recode category":
        return pairs(rule)[cell]
    if rule["code1"] == "NA":
        return Fraction(cell)
    sign, number = re.fullmatch(FACTOR, rule["code1"]).groups()
    return Fraction(cell) * Fraction(number) if sign == "*" else Fraction(cell) / Fraction(number)


@pytest.fixture(scope="module")
def waves() -> Waves:
    return cwb.harmonise(cwb.open_study(STUDY))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(STUDY, tmp_path / "psharmonize"))


def harmonised(waves: Waves, rule: dict[str, str]) -> dict[str, object]:
    """Our valid values by the id of the file; categories by their English label."""
    wave, name = wave_of(rule), VARIABLES[rule["item"]]
    people = waves.of("residents", wave)
    assert (people[f"{name}__why"] == "valid").all()
    ids = waves.originals["residents", wave][rule["id_var"]]
    codes = waves.study.dictionary.variables[name].codes or {}
    labels = {code: label.en for code, label in codes.items()}
    return {str(key): labels.get(str(value), value) for key, value in zip(ids, people[name], strict=True)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{wave_of(rule)} {rule['item']}")
def test_a_rule_of_the_sheet(waves: Waves, rule: dict[str, str]) -> None:
    """Numbers within 4 units in the last place: we multiply once and divide once, each rounded to half a unit."""
    wanted = {key: evaluate(rule, cell) for key, cell in cells(rule).items()}
    found = harmonised(waves, rule)
    assert list(found) == list(wanted)
    for key, value in wanted.items():
        assert found[key] == (value if isinstance(value, str) else pytest.approx(float(value), rel=4 * 2**-52, abs=0))


def test_what_the_sheet_has_no_rule_for_is_not_collected(waves: Waves) -> None:
    ruled = {(VARIABLES[rule["item"]], wave_of(rule)) for rule in RULES}
    found = {
        (name, wave)
        for wave in waves.study.waves
        for name in VARIABLES.values()
        if not (waves.of("residents", wave)[f"{name}__why"] == "not_collected").all()
    }
    assert found == ruled


def test_the_three_visits_of_cohort_a_are_one_panel(waves: Waves) -> None:
    first, *later = (list(waves.of("residents", wave)["person"]) for wave in ("A-1", "A-2", "A-3"))
    assert later == [first, first] and len(set(first)) == 1000


def test_the_same_number_in_two_cohorts_is_two_people(waves: Waves) -> None:
    rows = {wave: waves.originals["residents", wave] for wave in ("A-1", "C-1")}
    assert set(rows["A-1"]["idvar"]) & set(rows["C-1"]["cohort_id"])
    assert not set(waves.of("residents", "A-1")["person"]) & set(waves.of("residents", "C-1")["person"])


def test_a_code_that_the_map_forgets_stops_the_run(study: Path) -> None:
    """psHarmonize lets it through as it is."""
    edit(study / "waves/A-1.yml", "3: high_school, ", "")
    (problem,) = errors(study)
    rule = rule_of(RULES, "education", "A-1")
    assert (problem.code, problem.n, problem.of) == ("E120", list(cells(rule).values()).count("3"), 1000)


# The sheet with errors: each is planted in our map of the same cohort and visit.


def errors(study: Path) -> list[Problem]:
    return [problem for problem in cwb.check(study) if problem.is_error]


def test_the_sheet_with_errors_has_five_cells_that_the_sheet_without_has_not() -> None:
    assert set(ERRORS) == {
        ("weight", "A-1", "source_item"),
        ("age", "B-1", "source_dataset"),
        ("height", "B-1", "possible_range"),
        ("education", "C-1", "code1"),
        ("education", "C-1", "possible_range"),
    }


def test_a_column_that_is_not_in_the_file_is_e101_with_its_line_and_the_nearest_name(study: Path) -> None:
    column = ERRORS["weight", "A-1", "source_item"]
    line = edit(study / "waves/A-1.yml", "from: weight_1\n", f"from: {column}\n")
    (problem,) = errors(study)
    assert (problem.code, problem.subject, problem.line) == ("E101", column, line)
    assert "weight_1" in problem.fix


def test_a_data_set_under_another_name_is_e102_on_the_line_of_the_file(study: Path) -> None:
    """The sheet writes cohort_B for cohort_b. Where case does not matter to the disk, the same file is opened."""
    name = ERRORS["age", "B-1", "source_dataset"]
    if (study / f"raw/{name}.csv").exists():
        pytest.skip("this disk does not tell upper from lower case")
    line = edit(study / "waves/B-1.yml", "file: cohort_b.csv", f"file: {name}.csv")
    (problem,) = errors(study)
    assert (problem.code, problem.subject, problem.line) == ("E102", f"{name}.csv", line)


def narrow_height(study: Path, outside: str) -> int:
    """The sheet's possible range in the map of B-1, in inches as the file; returns how many people lie outside it."""
    low, high = (Fraction(end) for end in ERRORS["height", "B-1", "possible_range"].strip("[]").split(","))
    rule = rule_of(RULES, "height", "B-1")
    # to six decimals, inwards; nobody's height lies between the exact end and this one
    ends = -((-low / Fraction("2.54") * 10**6) // 1) / 10**6, (high / Fraction("2.54") * 10**6) // 1 / 10**6
    keep = f"keep: {float(ends[0]):.6f}..{float(ends[1]):.6f}"
    edit(study / "waves/B-1.yml", "keep: 40..98", f"{keep}\n    outside: {outside}")
    return sum(not low <= evaluate(rule, cell) <= high for cell in cells(rule).values())


def test_values_outside_the_possible_range_count_as_invalid_where_the_map_says_so(study: Path) -> None:
    """The sheet's range of 150 to 180 cm; psHarmonize empties these values and counts them."""
    outside = narrow_height(study, "invalid")
    waves = cwb.harmonise(cwb.open_study(study))
    (problem,) = [warning for warning in waves.warnings if warning.code == "W180"]
    assert 0 < outside < 1000 and (problem.subject, problem.n, problem.of) == ("height", outside, 1000)
    people = waves.of("residents", "B-1")
    assert (people["height__why"] == "invalid").sum() == people["height"].isna().sum() == outside
    assert people["height"].max() <= 180


def test_values_outside_the_possible_range_stop_the_run_where_the_map_says_nothing(study: Path) -> None:
    outside = narrow_height(study, "error")
    (problem,) = errors(study)
    assert (problem.code, problem.subject, problem.n) == ("E180", "height", outside)


def test_a_category_that_is_not_among_the_possible_ones_is_e131_on_its_line(study: Path) -> None:
    """The sheet recodes 1 to Unknown, which is not in its own list of categories."""
    rule = rule_of(WRONG, "education", "C-1")
    possible = {category.strip() for category in rule["possible_range"].split(",")}
    (strange,) = set(pairs(rule).values()) - possible
    line = edit(study / "waves/C-1.yml", "1: grade_school", f"1: {strange.lower()}")
    (problem,) = errors(study)
    assert (problem.code, problem.subject, problem.line) == ("E131", "education_merged", line)


def test_a_code_that_the_sheet_forgets_and_nobody_has_changes_nothing(study: Path) -> None:
    """Code 4 of cohort C has no rule in the sheet with errors. Nobody has it, so a map that names it gets W201."""
    forgotten = set(pairs(rule_of(RULES, "education", "C-1")))
    forgotten -= set(pairs(rule_of(WRONG, "education", "C-1")))
    assert forgotten == {"4"}
    about_c = [(found.code, found.line) for found in cwb.check(study) if "C-1" in found.file and found.code != "W250"]
    line = edit(study / "waves/C-1.yml", ", 4: college", "")
    assert about_c == [("W201", line)]
    assert not [found for found in cwb.check(study) if "C-1" in found.file and found.code != "W250"]


def test_all_its_errors_are_told_in_one_run(study: Path) -> None:
    narrow_height(study, "error")
    edit(study / "waves/A-1.yml", "from: weight_1\n", f"from: {ERRORS['weight', 'A-1', 'source_item']}\n")
    edit(study / "waves/C-1.yml", "1: grade_school", "1: unknown")
    assert sorted(problem.code for problem in errors(study)) == ["E101", "E131", "E180"]

"""The GSS study through the whole path, and what it refuses."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.report.export import write_release
from tiny_study import edit

STUDY = Path("tests/acceptance/gss_panel")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / "gss_panel"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(STUDY)))
    folder = tmp_path_factory.mktemp("release")
    write_release(cwb.protect(estimates, cwb.compare(estimates)), folder)
    return folder


def test_our_job_satisfaction_is_refused_when_the_question_is_not_asked(study: Path) -> None:
    edit(study / "study.yml", "  - job_satisfaction_4pt\n", "  - job_satisfaction_4pt\n  - job_satisfaction\n")
    edit(study / "study.yml", "  - at_work\n", "  - at_work\n  - good_health\n")
    edit(study / "study.yml", "headline: [at_work,", "headline: [")
    problems = [problem for problem in cwb.check(study) if problem.code == "E132"]
    # J01 is an indicator of co-op workers; good health (W08) is one of residents too
    assert {problem.subject for problem in problems} == {"general_health"}
    assert len(problems) == 3 and all("4 answers instead of 5" in problem.what for problem in problems)


@pytest.mark.parametrize("relation", ["exact", "close"])
def test_our_health_variable_is_refused_for_a_question_with_four_answers(study: Path, relation: str) -> None:
    """Mapping excellent to very_good does not make it our question, whatever the map says of it."""
    edit(study / "study.yml", "  - good_health_4pt\n", "  - good_health\n")
    for wave in ("2016", "2018", "2020"):
        path = study / f"waves/{wave}.yml"
        text = path.read_text().replace("  health_4pt:\n", "  general_health:\n")
        start = text.index("  general_health:\n")
        block = text[start:].replace("relation: exact", f"relation: {relation}", 1)
        text = text[:start] + block.replace("to: excellent", "to: very_good", 1)
        path.write_text(text)
    codes = [problem.code for problem in cwb.check(study) if problem.code.startswith("E")]
    assert codes == ["E132"] * 3


def test_job_satisfaction_of_co_op_workers_is_refused_for_the_four_point_question(study: Path) -> None:
    for path in (study / "study.yml", *sorted((study / "waves").glob("*.yml"))):
        path.write_text(path.read_text().replace("residents", "coop_workers"))
    edit(study / "study.yml", "  - at_work\n", "  - at_work\n  - job_satisfaction\n")
    for path in (study / "dictionary/indicators").glob("*.yml"):
        path.write_text(path.read_text().replace("residents", "coop_workers"))
    problems = [problem for problem in cwb.check(study) if problem.code == "E132"]
    assert [problem.subject for problem in problems] == ["job_satisfaction"] * 3


def test_published_figures_are_those_of_r_rounded(release: Path) -> None:
    published = pd.read_csv(release / "tables/indicators.csv", dtype={"wave": str}, keep_default_na=False)
    row = published.query("indicator == 'at_work' and wave == '2018' and dimension == 'total'").iloc[0]
    # R: 0.636399669035212, se 0.0115862014589771, n 2346
    assert (row["value"], row["se"], row["n"], row["status"]) == ("63.6", "1.2", "2345", "published")
    absent = published.query("indicator == 'esop_member' and wave == '2016' and dimension == 'total'").iloc[0]
    assert (absent["value"], absent["status"]) == ("", "not_collected")


def test_six_respondents_are_not_published(release: Path) -> None:
    published = pd.read_csv(release / "tables/indicators.csv", dtype={"wave": str})
    rows = published.query("indicator == 'esop_member' and wave == '2018' and dimension == 'degree'")
    status = rows.set_index("category")["status"]
    assert status["less_than_high_school"] == "suppressed_primary"
    assert "suppressed_secondary" in set(status)


def test_changes_name_their_convention_and_level(release: Path) -> None:
    changes = pd.read_csv(release / "tables/changes.csv")
    assert set(changes["convention"]) == {"own_wave"} and set(changes["level"]) == {"change"}
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["centring"] == "own_wave" and len(manifest["published_values_sha256"]) == 64
    assert set(manifest["inputs"]) == {"gss_2016.dta", "gss_2018.dta", "gss_2020.dta", "key fingerprint"}


@pytest.mark.parametrize("table", ["indicators", "changes"])
def test_a_dimension_that_is_not_exact_flags_its_own_rows_and_no_others(release: Path, table: str) -> None:
    """`sex` is mapped as close; the shares themselves and `degree` are exact, so only rows by sex carry a break."""
    published = pd.read_csv(release / f"tables/{table}.csv", keep_default_na=False)
    broken = published["flags"].str.contains("b") & (published["status"] != "not_collected")
    collected = published["status"] != "not_collected"
    assert set(published.loc[broken, "dimension"]) == {"sex"}
    assert set(published.loc[collected & ~broken, "dimension"]) == {"total", "degree"}

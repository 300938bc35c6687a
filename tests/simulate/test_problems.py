"""What is wrong with a simulation is said with file and line, and nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.simulate import simulate

STUDY = Path(__file__).parents[2] / "surveys" / "nieuw_west"
MAP = "waves/workers_2025q3.yml"
PLAN = "simulation.yml"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDY, tmp_path / STUDY.name))


CASES = {
    "unknown variable": (PLAN, "      heard_of_cwb:", "      heard_of_it:", "E131"),
    "unknown code": (PLAN, "{employed: 0.42,", "{working: 0.42,", "E602"),
    "number beyond the range": (PLAN, "41..60: 0.02", "41..160: 0.02", "E602"),
    "normal for a category": (PLAN, "chances: {'no': 0.38, 'yes': 0.62}", "normal: {mean: 1, sd: 1}", "E602"),
    "chances that do not add up": (PLAN, "'yes': 0.62}", "'yes': 0.72}", "E002"),
    "band that is none": (PLAN, "{15..24: 0.14", "{15..x: 0.14", "E002"),
    "chances and normal": (
        PLAN,
        "normal: {mean: 7, sd: 1.6}",
        "normal: {mean: 7, sd: 1.6}\n        chances: {'7': 1}",
        "E002",
    ),
    "strata differ more than people": (PLAN, "between_strata: 0.3", "between_strata: 0.9", "E002"),
    "loading without factor": (PLAN, "        factor: age\n", "", "E002"),
    "factor that comes later": (PLAN, "        factor: age\n", "        factor: general_health\n", "E602"),
    "routing on what comes later": (PLAN, "asked_if: {paid_hours_last_week:", "asked_if: {usual_hours:", "E602"),
    "case that leans on what comes later": (PLAN, "if: {contract: [on_call]}", "if: {usual_hours: {to: 9}}", "E602"),
    "chances of a case that do not add up": (PLAN, "20..79: 0.6, 80..120: 0.4", "20..79: 0.6, 80..120: 0.5", "E002"),
    "times what is no number": (PLAN, "times: [receipts_month]", "times: [contract]", "E602"),
    "times what comes later": (PLAN, "times: [hours_worked_month]", "times: [usual_hours]", "E602"),
    "band of a number that is none": (PLAN, "band_of: household_net_income", "band_of: contract", "E602"),
    "band of a variable without bands": (PLAN, "chances: {'no': 0.52, 'yes': 0.48}", "band_of: age", "E602"),
    "cents of whole numbers": (
        PLAN,
        "chances: {'0': 0.95, '1': 0.05}",
        "decimals: 2\n        chances: {'0': 0.95, '1': 0.05}",
        "E602",
    ),
    "band and chances": (
        PLAN,
        "band_of: household_net_income",
        "band_of: household_net_income\n        chances: {under_1000: 1}",
        "E002",
    ),
    "breaking off before a question that is not asked": (
        PLAN,
        "{2025Q3: searched_for_work,",
        "{2025Q3: mhi5_calm,",
        "E602",
    ),
    "unknown wave": (PLAN, "change: {2026Q3: 0.25}", "change: {2027Q3: 0.25}", "E131"),
    "unknown reason": (PLAN, "{refused: 0.005, no_answer: 0.005}", "{rifused: 0.005, no_answer: 0.005}", "E110"),
    "ages without a response rate": (PLAN, "55..95: 0.54", "55..90: 0.54", "E602"),
    "co-op without a response rate": (PLAN, "        buurtbus: 0.82\n", "", "E602"),
    "response by a variable that is not drawn": (PLAN, "      by: age", "      by: contract", "E602"),
    "unknown stratum": (PLAN, "        slotervaart: 350", "        slotervaartje: 350", "E131"),
    "stratum that is no category": (PLAN, "    stratum: quarter", "    stratum: age", "E131"),
    "a wave without people": (PLAN, "      2025Q3:\n        de_aker", "      2024Q3:\n        de_aker", "E602"),
    "a variable that is asked and not drawn": (PLAN, "      voting_member:\n", "      most_people_trusted:\n", "E602"),
    "a column that nobody can fill": (MAP, "ignore: [startdatum,", "ignore: [begindatum,", "E602"),
    "an answer that the map cannot give": (MAP, "keep: 0..10}\n  making", "keep: 0..5}\n  making", "E601"),
    "a file that does not say synthetic": (MAP, "workers_2025q3.synthetic.sav", "workers_2025q3.sav", "E603"),
    "a file outside the raw folder": (MAP, "file: workers", "file: ../workers", "E010"),
    "more missing codes than SPSS can hold": (
        MAP,
        "missing: {'9999': refused}",
        "missing: {'9999': refused, '9998': dont_know}",
        "E602",
    ),
    "personal data": ("study.yml", "data: synthetic", "data: personal", "E603"),
    "a margin that is gone": ("study.yml", "margins/workers_by_coop.csv", "margins/workers.csv", "E102"),
    "a margin with words": ("margins/workers_by_coop.csv", "groen_nieuw_west,20", "groen_nieuw_west,twenty", "E180"),
    "no seed": ("study.yml", "seed: 7\n", "", "E602"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_its_place_and_nothing_is_written(study: Path, case: str) -> None:
    file, old, new, code = CASES[case]
    path = study / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = {p: p.read_bytes() for p in study.rglob("*") if p.is_file()}
    with pytest.raises(CwbError) as raised:
        simulate(study)
    found = [problem for problem in raised.value.problems if problem.code == code]
    assert found, str(raised.value)
    assert all("/nieuw_west/" in problem.file for problem in found)
    if case not in ("a margin that is gone", "no seed"):
        assert all(problem.line > 0 for problem in found)
    assert {p: p.read_bytes() for p in study.rglob("*") if p.is_file()} == before

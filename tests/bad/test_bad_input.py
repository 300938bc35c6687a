"""Bad input: each fault gives its code, file and line, a count where people are concerned, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cwb_impact as cwb
import tiny_study
from cwb_impact.errors import Problem
from cwb_impact.study import check
from tiny_study import edit

Break = Callable[[Path], int]
"""Breaks the study; returns the line at which the fault must be reported (0: any)."""


def missing_file(study: Path) -> int:
    (study / "raw/residents.csv").unlink()
    return 3


def truncated_sav(study: Path) -> int:
    path = study / "raw/workers.sav"
    path.write_bytes(path.read_bytes()[:900])
    tiny_study.rehash(study, "workers")
    return 3


def csv_renamed_sav(study: Path) -> int:
    (study / "raw/workers.sav").write_text("lidnr,coop\n1,2\n")
    tiny_study.rehash(study, "workers")
    return 3


def changed_hash(study: Path) -> int:
    (study / "raw/residents.csv").open("a").write("60;Oost;1,5;7\n")
    return 3


def changed_rows(study: Path) -> int:
    tiny_study.write_residents(study, "60;Oost;1,5;7\n")
    return 3


def unknown_column(study: Path) -> int:
    return edit(study / "waves/workers.yml", "from: tevreden", "from: tevredn")


def unmapped_code(study: Path) -> int:
    edit(study / "waves/workers.yml", "5: very_poor}", "6: very_poor}")
    return 20


def undeclared_empty_cells(study: Path) -> int:
    edit(study / "waves/residents.yml", ", missing: {sysmis: no_answer}", "")
    return 7


def value_out_of_range(study: Path) -> int:
    edit(study / "waves/workers.yml", "keep: 0..10", "keep: 0..9")
    return 15


def range_beyond_the_dictionary(study: Path) -> int:
    edit(study / "waves/workers.yml", "keep: 0..10", "keep: 0..100")
    return 15


def missing_code_in_the_valid_range(study: Path) -> int:
    return edit(study / "waves/workers.yml", "88: dont_know", "8: dont_know")


def label_moved(study: Path) -> int:
    return edit(study / "waves/workers.yml", "label: vrouw", "label: man")


def unknown_indicator(study: Path) -> int:
    return edit(study / "study.yml", "good_health]", "good_helth]")


def unknown_key(study: Path) -> int:
    return edit(study / "waves/workers.yml", "missing: {9: no_answer}", "misssing: {9: no_answer}")


def unknown_missing_reason(study: Path) -> int:
    return edit(study / "waves/workers.yml", "99: refused", "99: refussed")


def undecided_variable(study: Path) -> int:
    edit(study / "waves/residents.yml", "not_collected:\n  general_health: {reason: not_in_questionnaire}\n", "")
    return 6


def another_question(study: Path) -> int:
    edit(study / "waves/workers.yml", "2: good, 3: fair, 4: poor, 5: very_poor}", "2: good, 3: fair, 4: poor, 5: poor}")
    return 20


def duplicate_ids(study: Path) -> int:
    tiny_study.write_workers(study, lidnr=["same"] * 2 + [f"W{i}" for i in range(38)])
    return 4


def zero_weight(study: Path) -> int:
    path = study / "raw/residents.csv"
    path.write_text(path.read_text().replace("3,5", "0"))
    tiny_study.rehash(study, "residents")
    return 5


def ragged_row(study: Path) -> int:
    tiny_study.write_residents(study, "60;Oost;1,5;7;9\n")
    return 3


def more_respondents_than_people(study: Path) -> int:
    edit(study / "margins/workers.csv", "groen_nieuw_west,20", "groen_nieuw_west,17")
    return 0


def path_out_of_the_folder(study: Path) -> int:
    return edit(study / "waves/residents.yml", "file: residents.csv", "file: ../../residents.csv")


def looser_policy(study: Path) -> int:
    path = study / "study.yml"
    path.write_text(path.read_text() + "policy: {minimum_respondents: 3}\n")
    return path.read_text().count("\n")


def unknown_dimension(study: Path) -> int:
    return edit(study / "study.yml", "dimensions: [sex]", "dimensions: [sexe]")


def dimension_that_is_a_number(study: Path) -> int:
    return edit(study / "study.yml", "dimensions: [sex]", "dimensions: [life_satisfaction]")


def indicator_of_nobody_here(study: Path) -> int:
    path = study / "study.yml"
    path.write_text(path.read_text().replace("residents", "entrepreneurs"))
    (study / "waves/residents.yml").write_text(
        (study / "waves/residents.yml").read_text().replace("residents,", "entrepreneurs,")
    )
    return edit(path, "indicators: [life_satisfaction,", "indicators: [knows_cwb, life_satisfaction,")


def lonely_psu(study: Path) -> int:
    path = study / "raw/residents.csv"
    path.write_text(path.read_text().replace("\n59;Oost;", "\n59;Noord;"))
    tiny_study.rehash(study, "residents")
    return 0


def respondent_without_a_co_op(study: Path) -> int:
    edit(study / "waves/workers.yml", "4: renieuw_west}", "4: renieuw_west}\n    missing: {sysmis: no_answer}")
    tiny_study.write_workers(study, coop=[1.0] * 18 + [2.0] * 4 + [3.0] * 9 + [4.0] * 8 + [None])
    return 0


def wave_wide_missing_code_that_is_valid(study: Path) -> int:
    edit(study / "waves/workers.yml", "variables:\n  coop:", "missing: {5: refused}\nvariables:\n  coop:")
    return 5


def numbers_kept_for_a_category(study: Path) -> int:
    recode = "    recode: {1: very_good, 2: good, 3: fair, 4: poor, 5: very_poor}\n"
    edit(study / "waves/workers.yml", recode, "    keep: 1..5\n")
    return 20


def text_kept_for_a_number(study: Path) -> int:
    edit(study / "waves/workers.yml", "keep: 0..10", "keep: text")
    return 15


def column_of_e_mail_addresses(study: Path) -> int:
    tiny_study.write_workers(study, gezond=[f"person{i}@example.nl" for i in range(40)])
    return 20


def cluster_label_in_two_strata(study: Path) -> int:
    edit(study / "waves/residents.yml", "stratum: gebied}", "stratum: gebied, psu: blok}")
    path = study / "raw/residents.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{head};blok", *(f"{row};{i % 5}" for i, row in enumerate(rows))]) + "\n")
    tiny_study.rehash(study, "residents")
    return 0


def change_residents(study: Path, old: str, new: str) -> None:
    path = study / "raw/residents.csv"
    path.write_text(path.read_text().replace(old, new))
    tiny_study.rehash(study, "residents")


def blank_stratum(study: Path) -> int:
    change_residents(study, ";Oost;", ";;")
    return 5


def weight_without_end(study: Path) -> int:
    change_residents(study, "3,5", "3" + "0" * 400)
    return 5


def weights_with_a_dot(study: Path) -> int:
    change_residents(study, "3,5", "1.500")
    return 5


def nobody_in_the_file(study: Path) -> int:
    (study / "raw/residents.csv").write_text("nr;gebied;gewicht;cijfer\n")
    tiny_study.rehash(study, "residents")
    return edit(study / "waves/residents.yml", "rows: 60", "rows: 0")


def windows_1252_undeclared(study: Path) -> int:
    path = study / "raw/residents.csv"
    path.write_bytes(path.read_text().replace("Oost", "Zuid-é").encode("windows-1252"))
    tiny_study.rehash(study, "residents")
    return 3


def fieldwork_on_no_day(study: Path) -> int:
    return edit(study / "waves/residents.yml", "fieldwork: 2025-08/2025-09}", "fieldwork: 2025-08/2025-13}")


def weight_in_a_census(study: Path) -> int:
    edit(study / "waves/workers.yml", "variables:\n  coop:", "design: {weight: tevreden}\nvariables:\n  coop:")
    return 5


def margin_of_another_wave(study: Path) -> int:
    path = study / "margins/workers.csv"
    path.write_text(path.read_text().replace("2025Q3", "2024Q3"))
    return 0


def dimension_named_twice(study: Path) -> int:
    edit(study / "study.yml", "dimensions: [sex]", "dimensions: [sex, sex]")
    return 1


def second_yaml_document(study: Path) -> int:
    path = study / "waves/workers.yml"
    path.write_text(path.read_text() + "---\na: 1\n")
    return path.read_text().count("\n") - 1


def yaml_boolean(study: Path) -> int:
    return edit(study / "waves/workers.yml", "missing: {9: no_answer}", "missing: {9: no}")


CASES: list[tuple[Break, str, str]] = [
    (missing_file, "E102", "tiny/waves/residents.yml"),
    (truncated_sav, "E102", "tiny/waves/workers.yml"),
    (csv_renamed_sav, "E102", "tiny/waves/workers.yml"),
    (changed_hash, "E104", "tiny/waves/residents.yml"),
    (changed_rows, "E104", "tiny/waves/residents.yml"),
    (unknown_column, "E101", "tiny/waves/workers.yml"),
    (unmapped_code, "E120", "tiny/waves/workers.yml"),
    (undeclared_empty_cells, "E121", "tiny/waves/residents.yml"),
    (value_out_of_range, "E180", "tiny/waves/workers.yml"),
    (range_beyond_the_dictionary, "E180", "tiny/waves/workers.yml"),
    (missing_code_in_the_valid_range, "E111", "tiny/waves/workers.yml"),
    (label_moved, "E140", "tiny/waves/workers.yml"),
    (unknown_indicator, "E131", "tiny/study.yml"),
    (unknown_key, "E002", "tiny/waves/workers.yml"),
    (unknown_missing_reason, "E110", "tiny/waves/workers.yml"),
    (undecided_variable, "E130", "tiny/waves/residents.yml"),
    (another_question, "E132", "tiny/waves/workers.yml"),
    (duplicate_ids, "E170", "tiny/waves/workers.yml"),
    (zero_weight, "E190", "tiny/waves/residents.yml"),
    (ragged_row, "E102", "tiny/waves/residents.yml"),
    (more_respondents_than_people, "E191", "tiny/margins/workers.csv"),
    (path_out_of_the_folder, "E010", "tiny/waves/residents.yml"),
    (looser_policy, "E401", "tiny/study.yml"),
    (unknown_dimension, "E131", "tiny/study.yml"),
    (dimension_that_is_a_number, "E131", "tiny/study.yml"),
    (indicator_of_nobody_here, "E131", "tiny/study.yml"),
    (lonely_psu, "E192", "tiny/waves/residents.yml"),
    (respondent_without_a_co_op, "E191", "tiny/margins/workers.csv"),
    (wave_wide_missing_code_that_is_valid, "E111", "tiny/waves/workers.yml"),
    (numbers_kept_for_a_category, "E120", "tiny/waves/workers.yml"),
    (text_kept_for_a_number, "E180", "tiny/waves/workers.yml"),
    (column_of_e_mail_addresses, "E120", "tiny/waves/workers.yml"),
    (cluster_label_in_two_strata, "E193", "tiny/waves/residents.yml"),
    (blank_stratum, "E194", "tiny/waves/residents.yml"),
    (weight_without_end, "E190", "tiny/waves/residents.yml"),
    (weights_with_a_dot, "E190", "tiny/waves/residents.yml"),
    (nobody_in_the_file, "E103", "tiny/waves/residents.yml"),
    (windows_1252_undeclared, "E105", "tiny/waves/residents.yml"),
    (fieldwork_on_no_day, "E002", "tiny/waves/residents.yml"),
    (weight_in_a_census, "E002", "tiny/waves/workers.yml"),
    (margin_of_another_wave, "E191", "tiny/margins/workers.csv"),
    (dimension_named_twice, "E002", "tiny/study.yml"),
    (second_yaml_document, "E001", "tiny/waves/workers.yml"),
    (yaml_boolean, "E001", "tiny/waves/workers.yml"),
]


def errors(study: Path) -> list[Problem]:
    return [problem for problem in check(study) if problem.is_error]


def test_the_unbroken_study_has_no_errors(tiny: Path) -> None:
    assert errors(tiny) == []


@pytest.mark.parametrize(("broken", "code", "file"), CASES, ids=[case[0].__name__ for case in CASES])
def test_fault_is_reported_with_code_file_line_and_remedy(tiny: Path, broken: Break, code: str, file: str) -> None:
    line = broken(tiny)
    found = [problem for problem in errors(tiny) if problem.code == code]
    assert found, [str(problem) for problem in errors(tiny)]
    assert found[0].file == f"{tiny.parent.as_posix()}/{file}"
    assert not line or found[0].line == line, str(found[0])
    assert found[0].fix, "says how to mend it"


@pytest.mark.parametrize(
    ("broken", "count"), [(unmapped_code, "<10"), (value_out_of_range, "<10"), (zero_weight, "20 of 60")]
)
def test_fault_in_the_data_says_how_many_respondents(tiny: Path, broken: Break, count: str) -> None:
    broken(tiny)
    assert any(f"{count} " in str(problem) for problem in errors(tiny)), [str(problem) for problem in errors(tiny)]


def test_all_faults_are_listed_in_one_run(tiny: Path) -> None:
    """Faults of study.yml, of both maps and of both raw files, told together."""
    for broken in (missing_file, label_moved, unknown_missing_reason, looser_policy, unknown_indicator, unknown_column):
        broken(tiny)
    edit(tiny / "study.yml", "data: public", "data: public\ndatta: public")
    edit(tiny / "waves/residents.yml", "map_version: 1", "map_version: 1\nmap_versoin: 1")
    codes = [problem.code for problem in errors(tiny)]
    assert {"E101", "E102", "E110", "E131", "E401"} <= set(codes) and codes.count("E002") == 2


def test_an_unknown_key_hides_nothing_of_the_data(tiny: Path) -> None:
    """The reasons under the misspelt key are gone, so code 9 is told too; so are the label and the other code."""
    for broken in (unknown_key, label_moved, value_out_of_range):
        broken(tiny)
    assert {"E002", "E120", "E140", "E180"} <= {problem.code for problem in errors(tiny)}


def test_no_message_carries_a_respondents_value(tiny: Path) -> None:
    for broken in (duplicate_ids, value_out_of_range, column_of_e_mail_addresses):
        broken(tiny)
    text = "\n".join(str(problem) for problem in check(tiny))
    assert (
        tiny_study.CANARY_ID not in text
        and tiny_study.CANARY_TEXT not in text
        and "same" not in text
        and "@" not in text
    )


def test_unknown_names_are_answered_with_near_ones(tiny: Path) -> None:
    unknown_indicator(tiny)
    assert "good_health" in errors(tiny)[0].fix


def test_warnings_do_not_stop_a_run(tiny: Path) -> None:
    edit(tiny / "waves/workers.yml", "88: dont_know", "88: dont_know, 77: not_asked")
    codes = {problem.code for problem in check(tiny)}
    assert "W201" in codes and not errors(tiny)


def test_a_rule_over_the_whole_file_is_reported_too(tiny: Path) -> None:
    edit(tiny / "study.yml", "languages: [nl, en]", "languages: [nl, en]\nheadline: [knows_cwb]")
    assert [(problem.code, problem.what) for problem in errors(tiny)] == [
        ("E002", "headline names what indicators does not: knows_cwb")
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_read_and_are_no_part_of_a_name(tiny: Path, encoding: str) -> None:
    path = tiny / "raw/residents.csv"
    path.write_bytes(path.read_text().encode(encoding))
    tiny_study.rehash(tiny, "residents")
    assert errors(tiny) == []


def test_a_dimension_that_no_wave_collected_is_left_out(tiny: Path) -> None:
    text = (tiny / "waves/workers.yml").read_text()
    start, end = text.index("  sex:\n"), text.index("  life_satisfaction:\n")
    text = text[:start] + text[end:] + "not_collected:\n  sex: {reason: not_in_questionnaire, source: geslacht}\n"
    (tiny / "waves/workers.yml").write_text(text)
    frame = cwb.estimate(cwb.harmonise(cwb.open_study(tiny))).frame
    assert set(frame["dimension"]) == {"total"}


def test_a_missing_key_hides_no_other_problem(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CWB_PANEL_KEY_FILE", raising=False)
    edit(tiny / "study.yml", "data: public", "data: personal")
    unmapped_code(tiny)
    assert {"E171", "E120"} <= {problem.code for problem in errors(tiny)}


def test_one_fault_is_told_once_however_many_values_have_it(tiny: Path) -> None:
    edit(tiny / "waves/workers.yml", "keep: 0..10", "keep: 0..1")
    assert [problem.code for problem in errors(tiny)] == ["E180"]

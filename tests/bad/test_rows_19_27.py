"""Rows 19 to 27 of docs/bad_input.md: codes that collide, sets, scales, money, dates, weights, paths, YAML and maps."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from rows.files import book, sav
from rows.one_wave import CANARY, CANARY_NUMBER, PEOPLE, study, table
from rows.outcome import accepted, answers, assert_secret, cli, refused, report_of, told, warned

import cwb_impact as cwb
from cwb_impact.study import check
from tiny_study import edit

CHOICE = "choice: {from: q, relation: exact, recode: {1: a, 2: b}}"
SCORE = "score: {from: q, relation: exact, keep: 0..10}"
INCOME = "income: {from: q, relation: exact, keep: 0..20000, unit: {from: EUR/month, to: EUR/month, factor: 1}}"
MAP = "waves/w.yml"

# Row 19: missing codes that are answers elsewhere


def test_row_19_an_empty_cell_beside_a_coded_no_answer_needs_a_reason_of_its_own(tmp_path: Path) -> None:
    entry = "score: {from: q, relation: exact, keep: 0..10, missing: {99: no_answer}}"
    made = study(tmp_path, table(q=[7, 99, ""]), entry)
    problem = refused(made, "E121", line=6)
    assert problem.n == 4 and "sysmis" in problem.fix
    edit(made / MAP, "{99: no_answer}", "{99: no_answer, sysmis: not_asked}")
    assert answers(made, "score")[:3] == [7.0, "no_answer", "not_asked"]


def test_row_19_eight_is_dont_know_in_one_question_and_an_answer_in_the_next(tmp_path: Path) -> None:
    entries = "choice: {from: q, relation: exact, recode: {1: a, 2: b}, missing: {8: dont_know}}\n" + SCORE.replace(
        "from: q", "from: r"
    )
    made = study(tmp_path, table(q=[1, 2, 8], r=[8]), entries)
    assert answers(made, "choice")[2] == "dont_know" and set(answers(made, "score")) == {8.0}


def test_row_19_a_missing_code_inside_the_range_is_refused(tmp_path: Path) -> None:
    entry = "score: {from: q, relation: exact, keep: 0..10, missing: {8: dont_know}}"
    assert "code 8 is both" in refused(study(tmp_path, table(q=[8, 1]), entry), "E111", line=6).what


def test_row_19_a_code_that_is_missing_everywhere_and_an_answer_here_is_refused_where_it_stands(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[8, 1]), SCORE, more="missing: {8: dont_know}\n")
    assert "per variable" in refused(made, "E111", line=7).fix


def test_row_19_an_age_of_97_is_an_age_unless_the_map_narrows_the_range(tmp_path: Path) -> None:
    entry = "amount: {from: q, relation: exact, keep: 15..110, missing: {97..99: no_answer}}"
    made = study(tmp_path, table(q=[97, 40]), entry)
    refused(made, "E111", line=6)
    edit(made / MAP, "keep: 15..110", "keep: 15..96")
    assert answers(made, "amount")[:2] == ["no_answer", 40.0]


# Row 20: multiple response

SET = "unions: {any_of: {fnv: q1, cnv: q2, none: q9}, relation: exact, selected: 1, unselected: 0, exclusive: [none]}"


@pytest.mark.parametrize(
    ("ticks", "selected", "unselected"),
    [(("1", "0"), "1", "0"), (("1", ""), "1", "sysmis"), (("1", "2"), "1", "2"), (("Ja", "Nee"), "Ja", "Nee")],
    ids=["0_and_1", "ticks_only", "1_and_2", "text"],
)
def test_row_20_every_way_to_store_a_tick_gives_the_same_set(
    tmp_path: Path, ticks: tuple[str, str], selected: str, unselected: str
) -> None:
    yes, no = ticks
    made = study(tmp_path, table(q1=[yes, yes, no], q2=[yes, no, no], q9=[no, no, yes]), SET)
    edit(made / MAP, "selected: 1, unselected: 0", f"selected: '{selected}', unselected: '{unselected}'")
    assert answers(made, "unions")[:3] == ["fnv cnv", "fnv", "none"]


def test_row_20_the_label_of_the_answer_is_a_tick_too(tmp_path: Path) -> None:
    raw = table(q1=["FNV", "", ""], q2=["CNV", "CNV", ""], q9=["", "", "geen"])
    made = study(
        tmp_path, raw, SET.replace("selected: 1, unselected: 0", "selected: [FNV, CNV, geen], unselected: sysmis")
    )
    assert answers(made, "unions")[:3] == ["fnv cnv", "cnv", "none"]


def test_row_20_nobody_knows_what_no_tick_means_until_the_map_says_so(tmp_path: Path) -> None:
    made = study(tmp_path, table(q1=[1, 0], q2=[0], q9=[0]), SET)
    problem = refused(made, "E160", line=6)
    assert (problem.n, problem.of) == (6, PEOPLE)
    edit(made / MAP, "exclusive: [none]", "exclusive: [none], nothing_ticked: no_answer")
    assert answers(made, "unions")[:2] == ["fnv", "no_answer"]


def test_row_20_none_of_these_beside_another_answer_is_refused(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(q1=[1, 0], q2=[0], q9=[1]), SET), "E160", line=6)
    assert "none is ticked beside another" in problem.what and problem.n == 6


def test_row_20_not_ticked_is_not_not_asked(tmp_path: Path) -> None:
    raw = table(f=[1, 1, 2], q1=[1, "", ""], q2=["", "", ""], q9=["", 1, ""])
    entry = SET.replace("unselected: 0", "unselected: sysmis, asked_if: {column: f, in: [1]}")
    assert answers(study(tmp_path, raw, entry), "unions")[:3] == ["fnv", "none", "not_applicable"]


def test_row_20_asked_people_without_a_tick_are_counted_among_asked_people(tmp_path: Path) -> None:
    raw = table(f=[1, 1, 2], q1=[1, "", ""], q2=[""], q9=[""])
    entry = SET.replace("unselected: 0", "unselected: sysmis, asked_if: {column: f, in: [1]}")
    problem = refused(study(tmp_path, raw, entry), "E160", line=6)
    assert (problem.n, problem.of) == (4, 8)


def test_row_20_a_question_that_nobody_was_asked_is_not_collected(tmp_path: Path) -> None:
    entry = "score: {from: q, relation: exact, keep: 0..10, missing: {sysmis: not_asked}}"
    assert "not_collected" in refused(study(tmp_path, table(q=[""]), entry), "E122", line=6).fix


LIST = "unions: {from: q, separator: ',', relation: exact, recode: {a: fnv, b: cnv, c: none}, exclusive: [none]}"


def test_row_20_a_list_in_one_cell_is_a_set(tmp_path: Path) -> None:
    made = study(tmp_path, table(";", q=["a,b", "b, a", "c"]), LIST, delimiter=";")
    assert answers(made, "unions")[:3] == ["fnv cnv", "fnv cnv", "none"]


def test_row_20_an_unknown_answer_in_a_list_is_told_and_not_dropped(tmp_path: Path) -> None:
    made = study(tmp_path, table(";", q=["a", f"b,{CANARY}"]), LIST, delimiter=";")
    assert refused(made, "E120", line=6).n == 6


def test_row_20_none_of_these_in_a_list_with_another_answer_is_refused(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(";", q=["a", "a,c"]), LIST, delimiter=";"), "E160", line=6)
    assert problem.n == 6


def test_row_20_a_code_that_is_neither_a_tick_nor_its_absence_is_told(tmp_path: Path) -> None:
    made = study(tmp_path, table(q1=[1, 3], q2=[0], q9=[0]), SET)
    assert "code 3 in q1" in refused(made, "E120", line=6).what


# Row 21: WHO-5

ITEMS = [f"who5_{number}" for number in range(1, 6)]
MANY = 40


def who5(folder: Path, transforms: dict[int, str], low: int = 0, empty: int | None = None) -> Path:
    """40 people whose five answers go up and down together; `low` is the lowest code."""
    rows = [",".join(["nr", *ITEMS])]
    for row in range(MANY):
        cells = [str(low + (row + (row * number) % 3 // 2) % 6) for number in range(5)]
        if empty is not None and row < empty:
            cells[2] = ""
        rows.append(",".join([str(row), *cells]))
    rest = "relation: exact, missing: {sysmis: no_answer}"
    entries = [
        f"{item}: {{from: {item}, {rest}, {transforms.get(place, transforms[0])}}}"
        for place, item in enumerate(ITEMS, start=1)
    ]
    return study(folder, "\n".join(rows) + "\n", "\n".join(entries), rows=MANY)


def test_row_21_an_item_that_runs_against_the_others_is_a_warning(tmp_path: Path) -> None:
    made = who5(tmp_path, {0: "keep: 0..5", 2: "reverse: 0..5"})
    problem = warned(made, "W270", line=7)
    assert problem.subject == "who5_2" and "reverse" in problem.fix
    assert [found.subject for found in told(made, "W270")] == ["who5_2"]


def test_row_21_items_in_one_direction_are_no_warning(tmp_path: Path) -> None:
    assert told(who5(tmp_path, {0: "keep: 0..5"}), "W270") == []


def test_row_21_codes_1_to_6_are_not_taken_for_0_to_5(tmp_path: Path) -> None:
    made = who5(tmp_path, {0: "keep: 1..6"}, low=1)
    assert "beyond the dictionary's 0..5" in refused(made, "E180", line=6).what
    text = (made / MAP).read_text().replace("keep: 1..6", "scale: {from: 1..6, to: 0..5}")
    (made / MAP).write_text(text)
    assert set(answers(made, "who5_1")) == {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}


def test_row_21_four_of_five_items_give_no_score(tmp_path: Path) -> None:
    made = who5(tmp_path, {0: "keep: 0..5"}, empty=7)
    edit(made / "study.yml", "indicators: []", "indicators: [wellbeing_who5]")
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(made)))
    assert estimates.frame["n"].tolist() == [MANY - 7]
    assert estimates.exclusions["n"].tolist() == [7]


# Row 22: money


def test_row_22_an_amount_without_a_unit_is_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1000]), "income: {from: q, relation: exact, keep: 0..20000}")
    assert "week or month, net or gross, person or household" in refused(made, "E181", line=6).fix


def test_row_22_a_conversion_to_another_unit_than_the_dictionary_has_is_refused(tmp_path: Path) -> None:
    entry = INCOME.replace("to: EUR/month", "to: EUR/year")
    assert "EUR/month" in refused(study(tmp_path, table(q=[1000]), entry), "E181", line=6).what


def test_row_22_weekly_amounts_become_monthly_ones_exactly(tmp_path: Path) -> None:
    entry = "income: {from: q, relation: close, keep: 0..3000, unit: {from: EUR/week, to: EUR/month, factor: 52/12}}"
    assert set(answers(study(tmp_path, table(q=[300]), entry), "income")) == {1300.0}


@pytest.mark.parametrize("amount", ["-5", "99999", str(CANARY_NUMBER)])
def test_row_22_an_impossible_amount_is_counted_and_not_shown(tmp_path: Path, amount: str) -> None:
    problem = refused(study(tmp_path, table(q=["1000", amount]), INCOME), "E180", line=6)
    assert problem.n == 6 and amount not in problem.what and "row 2" in problem.what


def test_row_22_99999_is_a_refusal_when_the_map_says_so(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1000, 99999]), INCOME.replace("keep", "missing: {99999: refused}, keep"))
    assert answers(made, "income")[:2] == [1000.0, "refused"]


BANDS = """\
income_band:
  from: q
  relation: close
  unit: {from: EUR/week, to: EUR/month, factor: 52/12}
  bands:
    1: [0, 150]
    2: [150, 300]
    3: [300, null]
"""


def test_row_22_a_band_that_crosses_a_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(q=[1, 2, 3]), BANDS), "E150", line=12)
    assert "[650.00, 1300.00) EUR/month crosses the target limit 1000" in problem.what
    assert "straddle" in problem.fix and problem.n == 4


@pytest.mark.parametrize("rule", ["split", "not_mappable"])
def test_row_22_nobody_in_a_crossing_band_gets_a_category(tmp_path: Path, rule: str) -> None:
    made = study(tmp_path, table(q=[1, 2, 3]), BANDS + f"  straddle: {rule}\n")
    assert answers(made, "income_band")[:3] == ["low", "not_mappable", "not_mappable"]
    assert accepted(made)[0].frame["income_band_lo"].tolist()[:3] == [0.0, 650.0, 1300.0]


# Row 23: dates

DAY = "day: {from: q, relation: exact, date: d-m-y}"


@pytest.mark.parametrize(
    ("cell", "form", "fault"),
    [
        ("30-2-2024", "d-m-y", "no day of the calendar"),
        ("25-12-2024", "m-d-y", "no day of the calendar"),
        ("1-2-24", "d-m-y", "four digits"),
        ("0005-01-01", "iso", "possible days"),
        ("31-12-1899", "d-m-y", "possible days"),
        ("soon", "d-m-y", "not in the form"),
        ("40", "excel_1900", "unsure"),
        ("1e30", "spss", "calendar"),
        ("many", "stata_day", "no number"),
    ],
)
def test_row_23_a_date_that_cannot_be_is_told_by_its_fault_and_row(
    tmp_path: Path, cell: str, form: str, fault: str
) -> None:
    made = study(tmp_path, table(q=[cell]), DAY.replace("d-m-y", form))
    problem = refused(made, "E180", line=6)
    assert fault in problem.what and "row " in problem.what and problem.n == PEOPLE
    assert cell not in problem.what


def test_row_23_the_row_of_a_date_is_counted_as_everywhere_else(tmp_path: Path) -> None:
    entries = f"{DAY}\n{SCORE.replace('from: q', 'from: r')}"
    made = study(tmp_path, table(q=["1-2-2024", "1-2-2024", "x"], r=[1, 2, 99]), entries)
    assert all("first in row 3)" in problem.what for problem in told(made, "E180"))


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        (13926124800, "spss"),  # seconds since 14 October 1582
        (23407, "stata_day"),  # days since 1 January 1960
        (23407 * 86_400_000, "stata_ms"),
        (45323, "excel_1900"),
        (43861, "excel_1904"),
        ("1-2-2024", "d-m-y"),
        ("2/1/2024", "m-d-y"),
        ("2024-02-01", "iso"),
        ("2024-02-01T09:30:00", "iso"),
    ],
)
def test_row_23_one_day_is_one_day_in_every_form(tmp_path: Path, cell: object, form: str) -> None:
    """1 February 2024; days counted with Python's datetime from the epochs in the manuals."""
    made = study(tmp_path, table(q=[cell]), DAY.replace("d-m-y", form))
    assert {str(day)[:10] for day in answers(made, "day")} == {"2024-02-01"}


def test_row_23_a_workbook_that_counts_from_1904_gives_the_same_day(tmp_path: Path) -> None:
    def from_1904(made: openpyxl.Workbook) -> None:
        made.epoch = CALENDAR_MAC_1904

    rows = [[row, dt.datetime(2024, 2, 1)] for row in range(PEOPLE)]
    made = study(tmp_path, book(["nr", "q"], *rows, change=from_1904), DAY.replace("d-m-y", "iso"), format="xlsx")
    assert {str(day)[:10] for day in answers(made, "day")} == {"2024-02-01"}


def test_row_23_a_date_that_overflows_stops_no_other_column(tmp_path: Path) -> None:
    raw = sav(q=[1e20, 13926124800.0], r=[1.0, 2.0])
    entries = f"{DAY.replace('d-m-y', 'spss, outside: invalid')}\n{CHOICE.replace('from: q', 'from: r')}"
    made = study(tmp_path, raw, entries, format="sav")
    assert answers(made, "day")[0] == "invalid" and answers(made, "choice")[:2] == ["a", "b"]
    assert warned(made, "W180", line=6).n == 6


# Row 24: weights

WEIGHTED = "design: {weight: w}\n"


@pytest.mark.parametrize("weight", ["", "0", "-1", "0,5", "veel", "inf", "nan", "1.234"])
def test_row_24_a_weight_that_is_none_is_told_with_its_count(tmp_path: Path, weight: str) -> None:
    made = study(tmp_path, table(";", q=[1, 2], w=["1", weight]), CHOICE, delimiter=";", more=WEIGHTED)
    problem = refused(made, "E190", line=7)
    assert (problem.n, problem.of) == (6, PEOPLE)


def test_row_24_weights_that_add_up_to_almost_nothing_are_a_warning(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2], w=["0.0125"]), CHOICE, decimal=".", more=WEIGHTED)
    assert "decimals" in warned(made, "W193").fix


# Row 25: paths


PATHS = [
    "../../secret.csv", "/etc/passwd", "raw/../../secret.csv", "file:///etc/passwd", "\\\\server\\share\\w.csv",
    "C:\\w.csv", "C:w.csv", "NUL", "con.csv", "lpt1", "sub/aux.txt", "w.csv\n", "~root/\x7f",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_row_25_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    (tmp_path / "secret.csv").write_text(table(q=[CANARY]))
    text = (made / MAP).read_text()
    (made / MAP).write_text(text.replace('"file": "w.csv"', f'"file": {json.dumps(path)}'))
    refused(made, "E010", line=3)


def test_row_25_a_zero_byte_in_a_path_is_refused_by_the_reader_of_yaml_or_of_paths(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / MAP, '"file": "w.csv"', '"file": "w.csv\\u0000"')
    found = [*told(made, "E001"), *told(made, "E010")]
    assert [problem.line for problem in found] == [3]


def test_row_25_a_link_out_of_the_folder_is_never_opened(tmp_path: Path) -> None:
    """It leads to a pipe: whoever opens that waits for ever."""
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    os.mkfifo(tmp_path / "pipe")
    (made / "raw/w.csv").unlink()
    (made / "raw/w.csv").symlink_to(tmp_path / "pipe")
    assert [problem.line for problem in told(made, "E010")] == [3]


def test_row_25_a_pipe_in_the_folder_is_never_opened(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    (made / "raw/w.csv").unlink()
    os.mkfifo(made / "raw/w.csv")
    assert "no ordinary file" in told(made, "E102")[0].what


def test_row_25_a_name_that_the_system_cannot_hold_is_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / MAP, '"file": "w.csv"', f'"file": "{"é" * 200}"')
    refused(made, "E102", line=3)


def test_row_25_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    (made / "raw/w.csv").unlink()
    (made / "raw/w.csv").symlink_to(made / "raw/w.csv")
    assert [*told(made, "E010"), *told(made, "E102")]


@pytest.mark.parametrize("path", ["../w.yml", "/tmp/w.yml", "waves/../../w.yml"])
def test_row_25_a_map_outside_the_study_is_refused(tmp_path: Path, path: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / "study.yml", "waves/w.yml", path)
    refused(made, "E010", file="study.yml", line=10)


def test_row_25_a_code_list_outside_the_study_is_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), "choice: {from: q, relation: exact, codes: ../list.csv}")
    refused(made, "E010", line=6)


# Row 26: hostile YAML

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("note: !!python/object/apply:os.system ['touch owned']\n", "E001"),
        ("note: !!binary aGFsbG8=\n", "E001"),
        (ALIASES, "E001"),
        ("note: &x y\n", "E001"),
        ("<<: {a: b}\n", "E002"),
        ("note: " + "[" * 20_000 + "]" * 20_000 + "\n", "E001"),
        ("note: " + "{a: " * 20_000 + "}" * 20_000 + "\n", "E001"),
        ("note:\n" + "".join("  " * depth + "- \n" for depth in range(1, 400)), "E001"),
        ("map_version: 1\n", "E002"),
        ("missing: {no: refused}\n", "E001"),
        ("missing: {012: refused}\n", "E001"),
        ("missing: {9: 12:30:00}\n", "E001"),
        ("missing:\n\t9: refused\n", "E001"),
        ("note: 'never closed\n", "E001"),
        ("note: \x07\n", "E001"),
        ("? {a: b}\n: c\n", "E001"),
        ("note: " + "x" * 400_000 + "\n", "E001"),
    ],
    ids=[
        "python_object", "binary", "aliases", "anchor", "merge_key", "deep_list", "deep_map", "deep_block", "key_twice",
        "no_as_key", "octal", "sexagesimal", "tab", "open_quote", "bell", "map_as_key", "large",
    ],
)  # fmt: skip
def test_row_26_hostile_yaml_is_refused_within_a_second(
    tmp_path: Path, added: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most a second of processor time more than the unbroken study takes (0.3 measured for the slowest)."""
    monkeypatch.chdir(tmp_path)
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    start = time.process_time()
    assert check(made) == ()
    usual = time.process_time() - start
    (made / MAP).write_text((made / MAP).read_text() + added, encoding="utf-8")
    start = time.process_time()
    refused(made, code)
    assert time.process_time() - start < usual + 1
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"- a\n- b\n", "E002"),
        (b"just words\n", "E002"),
        (b"", "E002"),
        (b"map_version: \xff\xfe\n", "E001"),
        (b"map_version: 1\0\n", "E001"),
        ("map_version: 1\n".encode("utf-16"), "E001"),
    ],
    ids=["list", "word", "empty", "not_utf_8", "zero_byte", "utf_16"],
)
def test_row_26_a_map_that_is_no_map_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    (made / MAP).write_bytes(content)
    refused(made, code)


def test_row_26_50_megabytes_of_yaml_are_not_read(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    with (made / MAP).open("ab") as file:
        file.truncate(50_000_000)
    start = time.process_time()
    assert "bytes is more than" in told(made, "E001")[0].what
    assert time.process_time() - start < 2  # 0.2 measured, most of it for the dictionary


def test_row_26_the_line_of_a_fault_is_told(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE, more="missing:\n  no: refused\n")
    assert refused(made, "E001", line=8).fix == "Put it in quotes: 'no'"


# Row 27: maps that contradict themselves


@pytest.mark.parametrize(
    ("entry", "code", "said"),
    [
        ("chioce: {from: q, relation: exact, recode: {1: a, 2: b}}", "E131", "choice"),
        ("choice: {from: q, relation: exact, recode: {1: a, 2: z}}", "E131", "Known: a, b"),
        ("choice: {from: q, relation: exact, recode: {1..5: a, 5..9: b}}", "E002", "ranges overlap at 5"),
        ("choice: {from: q, relation: exact, recode: {1..5: a, 3: b}}", "E002", "alone and in a range"),
        ("choice: {from: q, relation: exact, recode: {9..1: a, 2: b}}", "E002", "9..1"),
        (CHOICE[:-1] + ", misssing: {9: refused}}", "E002", "Did you mean missing?"),
        ("choice: {from: q, relation: excat, recode: {1: a, 2: b}}", "E002", "exact"),
        ("choice: {from: q, first_of: [q, nr], relation: exact, recode: {1: a, 2: b}}", "E002", "one source"),
        ("choice: {from: q, relation: exact}", "E002", "exactly one of"),
        (CHOICE[:-1] + ", missing: {9: refussed}}", "E110", "refused"),
    ],
    ids=[
        "target", "target_code", "ranges", "code_and_range", "backwards", "key", "relation", "two_sources",
        "no_transform", "reason",
    ],
)  # fmt: skip
def test_row_27_a_map_that_cannot_be_meant_is_refused_with_what_was_meant(
    tmp_path: Path, entry: str, code: str, said: str
) -> None:
    problem = refused(study(tmp_path, table(q=[1, 2]), entry), code, line=6)
    assert said in f"{problem.what} {problem.fix}"


@pytest.mark.parametrize(
    ("bands", "said"),
    [("1: [0, 1000], 2: [900, 2000]", "overlap"), ("1: [0, 1000], 2: [1100, 2000]", "gap from 1000 to 1100")],
)
def test_row_27_bands_that_overlap_or_leave_a_gap_are_refused(tmp_path: Path, bands: str, said: str) -> None:
    unit = "unit: {from: EUR/month, to: EUR/month, factor: 1}"
    entry = f"income_band: {{from: q, relation: close, {unit}, straddle: not_mappable, bands: {{{bands}}}}}"
    assert said in refused(study(tmp_path, table(q=[1, 2]), entry), "E151", line=6).what


def test_row_27_a_band_that_runs_backwards_is_refused(tmp_path: Path) -> None:
    entry = "income_band: {from: q, relation: close, bands: {1: [1000, 0]}}"
    refused(study(tmp_path, table(q=[1]), entry), "E002", line=6)


def test_row_27_a_column_that_two_variables_use_serves_both_and_the_report_says_so(tmp_path: Path) -> None:
    """An income can be a number and a band: two uses are no fault, but neither may hide the other."""
    entries = f"{CHOICE}\nletter: {{from: q, relation: broad, recode: {{1: a, 2: c}}}}"
    made = study(tmp_path, table(q=[1, 2]), entries)
    assert (answers(made, "choice")[:2], answers(made, "letter")[:2]) == (["a", "b"], ["a", "c"])
    report = report_of(accepted(made)[1])
    assert report.count('"columns": ["q"]') == 2


def test_row_27_a_code_list_with_a_code_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), "choice: {from: q, relation: exact, codes: list.csv}")
    (made / "list.csv").write_text("source_code,source_label,target_code,relation,note\n1,,a,,\n2,,b,,\n1,,b,,\n")
    refused(made, "E002", file="list.csv", line=4)


EXAMPLE = "examples:\n  - {name: one, row: {q: %s}, gives: {choice: %s}}\n"


@pytest.mark.parametrize(
    ("row", "gives", "code"), [("1", "b", "E155"), ("7", "a", "E155"), ("1, strange: 2", "a", "E156")]
)
def test_row_27_test_map_finds_a_map_that_does_not_do_what_its_example_says(
    tmp_path: Path, row: str, gives: str, code: str
) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE, more=EXAMPLE % (row, gives))
    (made / "raw/w.csv").unlink()
    said = cli("test-map", made / MAP)
    assert said.returncode == 1 and code in said.stderr and ":8:" in said.stderr


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("relation: exact", "relation: excat", "E002"),
        ("recode: {1: a, 2: b}", "codes: ../list.csv", "E010"),
        ("recode: {1: a, 2: b}", "recode: {1: a, 2: !!str b, 3: &x c}", "E001"),
        ("choice: {from", "chioce: {from", "E131"),
    ],
)
def test_row_27_test_map_tells_what_check_tells(tmp_path: Path, old: str, new: str, code: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE, more=EXAMPLE % ("1", "a"))
    edit(made / MAP, old, new)
    said = cli("test-map", made / MAP)
    assert said.returncode == 1 and code in said.stderr and "Traceback" not in said.stderr


def test_row_27_no_number_of_a_person_stands_in_any_message(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[CANARY_NUMBER, np.pi]), f"{CHOICE}\n{INCOME}\n{SCORE}\n{DAY}")
    text = "\n".join(str(problem) for problem in check(made))
    assert_secret(text)
    assert "3.14" not in text and text.count("E1") >= 4

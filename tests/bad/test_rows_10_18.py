"""Rows 10 to 18 of docs/bad_input.md: bombs, words that look like nothing, names, ids, codes, labels, missings."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from rows.files import Write, archive, book, sav, zsav_bomb
from rows.one_wave import CANARY, PEOPLE, put, study, table, with_source
from rows.outcome import accepted, answers, cli, refused, told, warned

import tiny_study
from cwb_impact.study import check
from tiny_study import edit

CHOICE = "choice: {from: q, relation: exact, recode: {1: a, 2: b}}"
SCORE = "score: {from: q, relation: exact, keep: 0..10}"
TEXT = "remark: {from: q, relation: exact, keep: text, missing: {sysmis: no_answer}}"
MAP = "waves/w.yml"

# Row 10: bombs


@pytest.mark.parametrize(
    ("raw", "format", "said"),
    [
        (archive({"xl/worksheets/sheet1.xml": 300_000_000}), "xlsx", "times its size"),
        (archive({"xl/sharedStrings.xml": 300_000_000}), "xlsx", "texts unpack"),
        (archive({f"part{number}": 0 for number in range(10_001)}), "xlsx", "parts"),
        (zsav_bomb, "sav", "times its size"),
    ],
    ids=["sheet", "shared_strings", "parts", "zsav"],
)
def test_row_10_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, raw: Write, format: str, said: str) -> None:
    """Within 3 seconds of processor time (0.6 measured, with two runs of all else) and 20 MB of memory (5)."""
    made = study(tmp_path, raw, CHOICE, format=format)
    tracemalloc.start()
    try:
        start = time.process_time()
        assert said in refused(made, "E102", line=3).what
        assert time.process_time() - start < 3
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_row_10_inspect_refuses_a_bomb_too(tmp_path: Path) -> None:
    archive({"xl/worksheets/sheet1.xml": 300_000_000})(tmp_path / "w.xlsx")
    said = cli("inspect", tmp_path / "w.xlsx")
    assert said.returncode == 1 and "E102" in said.stderr and "Traceback" not in said.stderr


# Row 11: words that other readers take for nothing


@pytest.mark.parametrize("word", ["NA", "None", "n/a", "N/A", "null", "NULL", "nan", "NaN", "-", "#N/A", "Nee"])
def test_row_11_a_word_that_looks_like_nothing_is_an_answer(tmp_path: Path, word: str) -> None:
    made = study(tmp_path, table(q=[word]), f"word: {{from: q, relation: exact, recode: {{'{word}': a}}}}")
    assert set(answers(made, "word")) == {"a"}


@pytest.mark.parametrize("word", ["NA", "None", "null"])
def test_row_11_a_word_for_nothing_that_the_map_does_not_know_is_told(tmp_path: Path, word: str) -> None:
    assert refused(study(tmp_path, table(q=["1", word, "2"]), CHOICE), "E120", line=6).n == 4


def test_row_11_the_same_words_are_answers_in_a_workbook(tmp_path: Path) -> None:
    rows = [[row + 1, ["NA", "null"][row % 2]] for row in range(PEOPLE)]
    entry = "choice: {from: q, relation: exact, recode: {NA: a, 'null': b}}"
    assert set(answers(study(tmp_path, book(["nr", "q"], *rows), entry, format="xlsx"), "choice")) == {"a", "b"}


# Row 12: names of columns


def named(*names: str) -> str:
    return "\n".join([",".join(names), *(",".join([str(row + 1), *["1"] * (len(names) - 1)]) for row in range(PEOPLE))])


def test_row_12_a_name_that_stands_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, named("nr", "q", "q"), CHOICE), "E101", line=6)
    assert "stands 2 times" in problem.what and "columns 2, 3" in problem.what


@pytest.mark.parametrize("pair", [("q", "q\u00a0"), ("q", " q"), ("\ufeffq", "q"), ("q", "q\u200f")])
def test_row_12_names_that_differ_only_in_what_nobody_sees_are_one_name(tmp_path: Path, pair: tuple[str, str]) -> None:
    refused(study(tmp_path, named("nr", *pair), CHOICE), "E101", line=6)


def test_row_12_a_name_that_stands_twice_does_no_harm_when_nobody_uses_it(tmp_path: Path) -> None:
    made = study(tmp_path, named("nr", "q", "x", "x"), "word: {from: q, relation: exact, recode: {1: a}}")
    assert set(answers(made, "word")) == {"a"}


def test_row_12_names_that_are_equal_but_for_capitals_are_two_columns(tmp_path: Path) -> None:
    raw = table(var648=[1], VAR648=[2])
    made = study(tmp_path, raw, "word: {from: var648, relation: exact, recode: {1: a}}")
    problem = warned(made, "W106", line=6)
    assert "VAR648" in problem.what
    assert set(answers(made, "word")) == {"a"}


def test_row_12_another_capital_is_another_name_and_the_near_one_is_named(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(VAR648=[1]), CHOICE.replace("from: q", "from: var648")), "E101", line=6)
    assert "VAR648" in problem.fix


# Row 13: rows that do not fit the header


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("3,1", "line 4 has 2 fields and the header 3"),
        (f"3,1,{CANARY},9", "line 4 has 4 fields and the header 3"),
        (f'3,1,"{CANARY}', "line 4"),
        (f'3,1,"{CANARY}" and more', "line 4"),
    ],
    ids=["too_few", "too_many", "open_quote", "text_after_a_quote"],
)
def test_row_13_a_row_that_does_not_fit_is_refused_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    lines = table(q=[1, 2], r=["x"]).splitlines()
    lines[3] = row
    assert said in refused(study(tmp_path, "\n".join(lines) + "\n", CHOICE), "E102", line=3).what


def test_row_13_one_more_field_in_every_row_shifts_nothing(tmp_path: Path) -> None:
    """pandas makes the first column the index, and every answer stands under its neighbour's name."""
    head, *rows = table(q=[1, 2]).splitlines()
    raw = "\n".join([head, *(f"{row},{CANARY}" for row in rows)]) + "\n"
    problem = refused(study(tmp_path, raw, CHOICE), "E102", line=3)
    assert "line 2 has 3 fields" in problem.what and f"{PEOPLE} such rows" in problem.what


def test_row_13_a_line_end_inside_quoted_text_shifts_no_row(tmp_path: Path) -> None:
    made = study(tmp_path, table(r=[f'"one\n{CANARY},2"', '"say ""no"""'], q=[1, 2]), CHOICE)
    assert answers(made, "choice")[:2] == ["a", "b"]


def test_row_13_the_line_of_a_fault_counts_line_ends_inside_text(tmp_path: Path) -> None:
    lines = table(r=['"a\nb"'], q=[1, 2]).splitlines()
    lines[-1] += ",9"
    problem = refused(study(tmp_path, "\n".join(lines) + "\n", CHOICE), "E102")
    assert f"line {len(lines) - 1}" in problem.what, "the record starts on the line before its last"


# Row 14: who is who

PANEL = "{columns: [id], scope: panel}"


def test_row_14_ids_that_occur_twice_stop_the_run_with_row_and_count(tmp_path: Path) -> None:
    raw = table(id=[CANARY, "x1", "x2", "x3", "x4", CANARY, *range(6)], q=[1, 2])
    problem = refused(study(tmp_path, raw, CHOICE, ids=PANEL), "E170", line=4)
    assert "row" in problem.what and "<10" in str(problem)


def test_row_14_a_blank_id_stops_the_run_with_its_row(tmp_path: Path) -> None:
    raw = table(id=[*range(5), "", *range(6, PEOPLE)], q=[1, 2])
    assert "row 6" in refused(study(tmp_path, raw, CHOICE, ids=PANEL), "E170", line=4).what


@pytest.mark.parametrize(("rule", "kept"), [("first", "a"), ("last", "b")])
def test_row_14_which_row_of_an_id_counts_can_be_said_in_the_map(tmp_path: Path, rule: str, kept: str) -> None:
    raw = table(id=["x", *range(1, 11), "x"], q=[1, *[1, 2] * 5, 2], end=[f"2025-01-{day:02d}" for day in range(1, 13)])
    ids = f"{{columns: [id], scope: panel, duplicates: {rule}, ordered_by: end}}"
    waves, _ = accepted(study(tmp_path, raw, CHOICE, ids=ids))
    assert len(waves.frame) == PEOPLE - 1
    assert waves.records[0].left_out == {f"id {rule} kept": 1}
    same = waves.originals["residents", "w1"]["id"] == "x"
    assert waves.frame["choice"][same.to_numpy()].tolist() == [kept]


def test_row_14_test_rows_and_previews_are_left_out_as_the_map_says(tmp_path: Path) -> None:
    raw = table(q=[1, 2, 9], status=["IP Address", "IP Address", "Survey Preview"])
    made = study(tmp_path, raw, CHOICE, more="leave_out: {status: [Survey Preview]}\n")
    waves, _ = accepted(made)
    assert len(waves.frame) == 8 and waves.records[0].left_out == {"status = Survey Preview": 4}


def two_waves(study_folder: Path, first: str, second: str, entry: str) -> None:
    """A second wave of the same people, with the same map."""
    edit(
        study_folder / "study.yml",
        "maps: {residents: waves/w.yml}}\n",
        "maps: {residents: waves/w.yml}}\n"
        "  - {id: w2, label: {nl: '2026', en: '2026'}, maps: {residents: waves/w2.yml}}\n",
    )
    first_map = (study_folder / MAP).read_text()
    second_map = first_map.replace("id: w1", "id: w2").replace("2025-", "2026-")
    (study_folder / "waves/w2.yml").write_text(second_map)
    with_source(study_folder / "waves/w2.yml", file="w2.csv", sha256=put(study_folder / "raw/w2.csv", second))


def test_row_14_an_id_that_went_to_another_member_of_the_household_is_a_warning(tmp_path: Path) -> None:
    entry = "kind: {from: q, relation: exact, recode: {1: m, 2: f}}"
    first = table(id=[*range(PEOPLE)], q=[1, 2])
    made = study(tmp_path, first, entry, ids=PANEL)
    two_waves(made, first, table(id=[*range(PEOPLE)], q=[2, 2]), entry)
    waves, _ = accepted(made)
    found = [problem for problem in waves.warnings if problem.code == "W260"]
    assert [(problem.subject, problem.n, problem.of) for problem in found] == [("kind", 6, PEOPLE)]
    assert "<10" in str(found[0])


# Row 15: codes that the map does not have


def test_row_15_a_code_outside_the_map_is_told_with_its_count(tmp_path: Path) -> None:
    problem = refused(study(tmp_path, table(q=[1, 2, 7]), CHOICE), "E120", line=6)
    assert "code 7 in q" in problem.what and (problem.n, problem.of) == (4, PEOPLE)


def test_row_15_a_code_that_one_wave_only_uses_for_dont_know_is_told_in_that_wave(tmp_path: Path) -> None:
    first = table(q=[1, 2])
    made = study(tmp_path, first, CHOICE)
    two_waves(made, first, table(q=[1, 2, 6]), CHOICE)
    assert refused(made, "E120", line=6, file="waves/w2.yml").n == 4


@pytest.mark.parametrize(
    ("raw", "format"), [(table(q=["1", "1.5", "2"]), "csv"), (sav(q=[1.0, 1.5, 2.0]), "sav")], ids=["csv", "sav"]
)
def test_row_15_half_a_code_is_no_code(tmp_path: Path, raw: str | Write, format: str) -> None:
    assert refused(study(tmp_path, raw, CHOICE, format=format), "E120", line=6).n == 4


def test_row_15_text_and_number_of_one_code_are_one_code(tmp_path: Path) -> None:
    rows = [[row + 1, ["1", 1, "2", 2.0, " 1 "][row % 5]] for row in range(PEOPLE)]
    made = study(tmp_path, book(["nr", "q"], *rows), CHOICE, format="xlsx")
    assert answers(made, "choice")[:5] == ["a", "a", "b", "b", "a"]


def test_row_15_many_unknown_values_are_one_problem_without_any_of_them(tmp_path: Path) -> None:
    raw = table(q=[f"{CANARY}{number}@example.nl" for number in range(PEOPLE)])
    made = study(tmp_path, raw, CHOICE)
    assert refused(made, "E120", line=6).n == PEOPLE
    assert len(told(made, "E120")) == 1


# Row 16: codes and labels that do not belong together

GUARDED = "choice: {from: q, relation: close, recode: {1: {to: a, label: Ja}, 2: {to: b, label: Nee}}}"


def labelled(first: str, second: str) -> Write:
    return sav({"q": {1.0: first, 2.0: second}}, q=[1.0, 2.0])


def test_row_16_labels_that_changed_places_are_told_for_each_code(tmp_path: Path) -> None:
    made = study(tmp_path, labelled("Nee", "Ja"), GUARDED, format="sav")
    problem = refused(made, "E140", line=6)
    assert '"Nee"' in problem.what and '"Ja"' in problem.what and problem.n == 6
    assert len(told(made, "E140")) == 2


def test_row_16_a_label_that_is_gone_is_told(tmp_path: Path) -> None:
    raw = sav({"q": {1.0: "Ja"}}, q=[1.0, 2.0])
    assert "has no label" in refused(study(tmp_path, raw, GUARDED, format="sav"), "E140", line=6).what


def test_row_16_a_map_without_labels_is_refused_when_the_relation_is_not_exact(tmp_path: Path) -> None:
    entry = "choice: {from: q, relation: close, recode: {1: a, 2: b}}"
    refused(study(tmp_path, labelled("Ja", "Nee"), entry, format="sav"), "E140", line=6)


def test_row_16_one_label_for_two_codes_with_two_meanings_is_a_warning(tmp_path: Path) -> None:
    problem = warned(study(tmp_path, labelled("Ja", " JA "), CHOICE, format="sav"), "W142", line=6)
    assert "codes 1 and 2" in problem.what


def test_row_16_one_label_for_two_codes_with_one_meaning_is_fine(tmp_path: Path) -> None:
    entry = "word: {from: q, relation: exact, recode: {1: a, 2: a}}"
    assert told(study(tmp_path, labelled("Ja", "Ja"), entry, format="sav"), "W142") == []


def test_row_16_two_categories_under_one_code_of_the_map_are_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1]), "choice: {from: q, relation: exact, recode: {1: a, 1.0: b}}")
    assert "code 1 stands twice" in refused(made, "E002", line=6).what


# Row 17: what survey tools do to labels


@pytest.mark.parametrize(
    "in_file",
    [
        "<b>Ja</b>, heel <i>graag</i>",
        "<p>Ja, heel <i>graag</i></p>",
        "1. Ja, heel graag",
        "Ja, heel graag,",
        "Ja,&nbsp;heel graag",
        "(2) Ja, heel graag",
    ],
    ids=["html_before_a_comma", "html", "numbering", "trailing_comma", "entity", "brackets"],
)
def test_row_17_markup_and_numbering_are_a_warning_with_both_labels(tmp_path: Path, in_file: str) -> None:
    entry = "word: {from: q, relation: close, recode: {1: {to: a, label: 'Ja, heel graag'}}}"
    problem = warned(study(tmp_path, sav({"q": {1.0: in_file}}, q=[1.0]), entry, format="sav"), "W141", line=6)
    assert in_file in problem.what and "Ja, heel graag" in problem.what


def test_row_17_a_label_that_spss_cut_is_a_warning(tmp_path: Path) -> None:
    whole = "Ik ben het er helemaal mee eens dat " * 5
    entry = f"word: {{from: q, relation: close, recode: {{1: {{to: a, label: '{whole.strip()}'}}}}}}"
    warned(study(tmp_path, sav({"q": {1.0: whole[:120]}}, q=[1.0]), entry, format="sav"), "W141", line=6)


@pytest.mark.parametrize("in_file", ["insitutioneel", "institutioneel of niet", "instit"])
def test_row_17_a_typing_error_is_another_label(tmp_path: Path, in_file: str) -> None:
    entry = "word: {from: q, relation: close, recode: {1: {to: a, label: institutioneel}}}"
    refused(study(tmp_path, sav({"q": {1.0: in_file}}, q=[1.0]), entry, format="sav"), "E140", line=6)


# Row 18: what the file calls missing


def test_row_18_a_code_that_the_file_calls_missing_and_the_map_valid_is_a_warning(tmp_path: Path) -> None:
    raw = sav(missing={"q": [2]}, q=[1.0, 2.0])
    problem = warned(study(tmp_path, raw, CHOICE, format="sav"), "W210", line=6)
    assert "valid in the map" in problem.what and problem.n == 6


def test_row_18_the_reverse_is_a_warning(tmp_path: Path) -> None:
    raw = sav(missing={"q": [9]}, q=[1.0, 8.0])
    entry = "word: {from: q, relation: exact, recode: {1: a}, missing: {8: refused, 9: no_answer}}"
    assert "code 8 in q: missing in the map" in warned(study(tmp_path, raw, entry, format="sav"), "W210", line=6).what


def test_row_18_a_range_of_missing_codes_is_known(tmp_path: Path) -> None:
    raw = sav(missing={"q": [{"lo": -999, "hi": -1}]}, q=[1.0, -5.0])
    entry = "choice: {from: q, relation: exact, recode: {1: a, -5: b}}"
    assert warned(study(tmp_path, raw, entry, format="sav"), "W210", line=6).n == 6


def test_row_18_missing_codes_of_a_file_are_no_reason_by_themselves(tmp_path: Path) -> None:
    """The file says that -5 is missing; why, only the map can say."""
    raw = sav(missing={"q": [{"lo": -999, "hi": -1}]}, q=[1.0, -5.0])
    made = study(tmp_path, raw, "word: {from: q, relation: exact, recode: {1: a}}", format="sav")
    assert "code -5" in refused(made, "E120", line=6).what


def test_row_18_text_that_the_file_calls_missing_is_known(tmp_path: Path) -> None:
    raw = sav(missing={"q": ["XX"]}, q=["ja", "XX"])
    entry = "choice: {from: q, relation: exact, recode: {ja: a, XX: b}}"
    assert warned(study(tmp_path, raw, entry, format="sav"), "W210", line=6).n == 6


def test_row_18_a_number_in_a_kept_range_that_the_file_calls_missing_is_a_warning(tmp_path: Path) -> None:
    raw = sav(missing={"q": [9]}, q=[1.0, 9.0])
    assert warned(study(tmp_path, raw, SCORE, format="sav"), "W210", line=6).n == 6


def test_row_18_a_code_that_is_valid_and_missing_in_the_map_is_refused(tmp_path: Path) -> None:
    entry = "choice: {from: q, relation: exact, recode: {1: a, 2: b}, missing: {2: refused}}"
    refused(study(tmp_path, table(q=[1, 2]), entry), "E111", line=6)


def test_row_18_a_file_that_declares_missing_codes_in_one_wave_only_is_told_in_that_wave(tmp_path: Path) -> None:
    made = study(tmp_path, sav(missing={"q": [2]}, q=[1.0, 2.0]), CHOICE, format="sav")
    two_waves(made, "", table(q=[1, 2]), CHOICE)
    with_source(made / "waves/w2.yml", format="csv")
    assert [problem.file.rpartition("/")[2] for problem in told(made, "W210")] == ["w.yml"]


def test_row_14_the_command_line_tells_no_id(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    tiny_study.write_workers(made, lidnr=[tiny_study.CANARY_ID] * 2 + [f"W{number}" for number in range(38)])
    said = cli("check", made)
    assert said.returncode == 1 and "E170" in said.stderr
    assert tiny_study.CANARY_ID not in said.stdout + said.stderr
    assert [problem.code for problem in check(made)].count("E170") == 1

"""Multiple-response sets: not ticked is not the same as not asked, and nobody is given an answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_variable import NAME, SET, Made, made, one

from cwb_impact.spec.variable_map import VariableMap
from cwb_impact.types import ColumnInfo

UNIONS = {"fnv": "q1", "cnv": "q2", "none": "q9"}


def ticks(rows: list[tuple], infos: tuple = (), columns: dict[str, Any] = UNIONS, **entry: Any) -> Made:
    """Rows of (fnv, cnv, none) cells; a fourth cell is that of the filter of asked_if."""
    names = [*columns.values(), *(["filter"] if "asked_if" in entry else [])]
    cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    marks = {"selected": 1, "unselected": 0, **entry}
    return made({"any_of": columns, **marks}, SET, infos, cells)


ASKED = {"column": "filter", "in": [1]}


def test_zeros_and_ones_become_the_chosen_codes_in_the_dictionarys_order() -> None:
    result = ticks([(1, 1, 0), (0, 1, 0), (0, 0, 1)])
    assert result.values == ["fnv cnv", "cnv", "none"] and result.why == ["valid"] * 3 and result.codes == []


def test_a_tick_only_file_has_empty_cells_for_the_others() -> None:
    result = ticks([(1, None, None), (None, None, 1)], unselected="sysmis")
    assert result.values == ["fnv", "none"] and result.errors == []


def test_one_and_two_can_be_yes_and_no() -> None:
    assert ticks([(1, 2, 2), (2, 1, 2)], unselected=2).values == ["fnv", "cnv"]


def test_label_texts_can_be_the_ticks() -> None:
    result = ticks([("FNV", "", ""), ("", "CNV", "")], selected=["FNV", "CNV", "Geen"], unselected="sysmis")
    assert result.values == ["fnv", "cnv"] and result.errors == []


@pytest.mark.parametrize("cells", [["1,2", "2,1", "9", "1"], ["1, 2", " 2 ,1", "9 ", "1,1"]])
def test_a_list_in_one_cell_becomes_the_chosen_codes(cells: list) -> None:
    recode = {"1": "fnv", "2": "cnv", "9": "none"}
    result = one({"separator": ",", "recode": recode, "exclusive": ["none"]}, SET, cells)
    assert result.values == ["fnv cnv", "fnv cnv", "none", "fnv"] and result.errors == []


def test_an_unknown_part_of_a_list_loses_the_whole_cell_with_an_error() -> None:
    result = one({"separator": ",", "recode": {"1": "fnv", "2": "cnv"}}, SET, ["1,7", "1"])
    assert result.errors == ["E120"] and result.why == ["invalid", "valid"]


@pytest.mark.parametrize(
    ("rule", "value", "why", "errors"),
    [("error", None, "invalid", ["E160"]), ("invalid", None, "invalid", []), ("drop", "fnv", "valid", [])],
)
def test_none_beside_another_answer_is_what_the_map_says(rule: str, value: Any, why: str, errors: list) -> None:
    columns = ticks([(1, 0, 1), (0, 0, 1)], exclusive=["none"], exclusive_with_others=rule)
    recode = {"1": "fnv", "2": "cnv", "9": "none"}
    listed = {"separator": ";", "recode": recode, "exclusive": ["none"], "exclusive_with_others": rule}
    for result in (columns, one(listed, SET, ["1;9", "9"])):
        assert (result.values[0], result.why[0], result.errors) == (value, why, errors)
        assert result.values[1] == "none"


def test_two_answers_that_exclude_one_another_leave_no_answer_when_they_are_dropped() -> None:
    rule = {"exclusive": ["none", "cnv"], "exclusive_with_others": "drop"}
    columns = ticks([(0, 1, 1)], **rule)
    listed = one({"separator": ",", "recode": {"1": "none", "2": "cnv"}, **rule}, SET, ["1,2"])
    for result in (columns, listed):
        assert result.values == [None] and result.why == ["invalid"] and "W160" in result.codes


def test_asked_and_nothing_ticked_is_an_error_until_the_map_says_what_it_means() -> None:
    result = ticks([(0, 0, 0)] * 12 + [(1, 0, 0)] * 200 + [(0, 0, 1)] * 21)
    assert result.errors == ["E160"] and "12 of 233 respondents" in result.told("E160")[0]
    assert result.why[0] == "invalid"


@pytest.mark.parametrize(("said", "value", "why"), [("no_answer", None, "no_answer"), ("none", "none", "valid")])
def test_nothing_ticked_is_what_the_map_says(said: str, value: Any, why: str) -> None:
    result = ticks([(0, 0, 0), (1, 0, 0)], nothing_ticked=said)
    assert (result.values[0], result.why[0], result.errors) == (value, why, [])


@pytest.mark.parametrize("nothing", [None, "none", "no_answer"])
@pytest.mark.parametrize("empty", [0, None])
def test_who_was_not_asked_has_no_answer_whatever_the_cells_hold(nothing: str | None, empty: Any) -> None:
    rows = [(empty, empty, empty, 2), (1, empty, empty, 1)]
    result = ticks(rows, asked_if=ASKED, nothing_ticked=nothing, unselected=["sysmis", 0])
    assert result.values == [None, "fnv"] and result.why == ["not_applicable", "valid"] and result.errors == []


def test_asked_respondents_are_those_of_the_filter() -> None:
    rows = [(0, 0, 0, 2)] * 20 + [(0, 0, 0, 1)] * 11 + [(1, 0, 0, 1)] * 19
    assert "11 of 30 respondents" in ticks(rows, asked_if=ASKED).told("E160")[0]


def test_an_empty_filter_makes_nobody_tick_none() -> None:
    result = ticks(
        [(None, None, None, None), (1, None, None, 1)], asked_if=ASKED, nothing_ticked="none", unselected="sysmis"
    )
    assert result.values == [None, "fnv"] and result.why == ["no_answer", "valid"]


def test_a_tick_of_somebody_who_was_left_out_is_kept_and_told() -> None:
    result = ticks([(1, None, None, 2), (1, None, None, 1)], asked_if=ASKED, unselected="sysmis")
    assert result.values == ["fnv", "fnv"] and "W160" in result.codes and result.errors == []


def test_missing_codes_beside_ticks_are_told_and_the_ticks_count() -> None:
    result = ticks([(1, 99, 0), (0, 99, 0)], missing={"99": "refused"})
    assert result.values == ["fnv", None] and result.why == ["valid", "refused"] and "W160" in result.codes


def test_a_range_of_missing_codes_holds_for_ticks_too() -> None:
    result = ticks([(97, 97, 98)], missing={"97": "dont_know", "98..99": "refused"})
    assert result.why == ["dont_know"] and result.errors == []


def test_an_item_that_was_not_shown_is_not_a_no() -> None:
    result = ticks([(0, 0, -1), (-1, -1, -1), (1, 0, -1)], missing={"-1": "not_asked"})
    assert result.values == [None, None, "fnv"] and result.why == ["not_asked", "not_asked", "valid"]


def test_a_cell_that_is_neither_tick_nor_its_absence_is_an_error() -> None:
    result = ticks([(5, 0, 0), (1, 0, 0)])
    assert result.errors == ["E120"] and "code 5 in q1" in result.told("E120")[0] and result.why[0] == "invalid"


@pytest.mark.parametrize(
    "marks",
    [
        {"selected": [1, 0], "unselected": 0},
        {"missing": {"1": "refused"}},
        {"missing": {"0..3": "refused"}},
        {"missing": {"0": "refused"}},
    ],
)
def test_a_mark_with_two_meanings_is_refused(marks: dict) -> None:
    assert ticks([(1, 0, 0)], **marks).errors == ["E111"]


def test_unselected_overrides_what_is_missing_in_the_rest_of_the_wave() -> None:
    entry = {"any_of": {"fnv": "q1", "cnv": "q2"}, "selected": 1, "unselected": "sysmis"}
    result = made(entry, SET, cells={"q1": [1, None], "q2": [None, 1]}, missing={"sysmis": "no_answer"})
    assert result.values == ["fnv", "cnv"] and result.errors == []


def test_a_column_that_carries_another_answer_is_refused() -> None:
    infos = (ColumnInfo("q1", "Lid van CNV"), ColumnInfo("q2", "", {"1": "CNV"}))
    columns = {"fnv": {"column": "q1", "label": "FNV"}, "cnv": {"column": "q2", "label": "cnv "}}
    result = made({"any_of": columns, "selected": 1, "unselected": 0}, SET, infos, {"q1": [1], "q2": [0]})
    assert result.errors == ["E140"] and "q1" in result.told("E140")[0] and len(result.told("E140")) == 1


def test_a_set_may_have_more_answers_than_a_machine_word_has_bits() -> None:
    names = [f"a{i}" for i in range(130)]
    variable = {"label": NAME, "type": "set", "codes": dict.fromkeys(names, NAME)}
    cells = {f"q{i}": [float(i == row or i == 129 - row) for row in range(65)] for i in range(130)}
    result = made({"any_of": dict(zip(names, cells, strict=True)), "selected": 1, "unselected": 0}, variable, (), cells)
    assert result.values == [f"a{row} a{129 - row}" for row in range(65)]


def test_answers_that_the_dictionary_does_not_have_are_refused() -> None:
    for entry in ({"columns": {"fnv": "q1", "vcp": "q2"}}, {"columns": {"fnv": "q1"}, "nothing_ticked": "nobody"}):
        assert ticks([(1, 0)], **entry).errors == ["E131"]


def test_exclusive_names_an_answer_of_the_set() -> None:
    entry = {"any_of": {"fnv": "q1"}, "selected": 1, "unselected": 0, "exclusive": ["none"], "relation": "exact"}
    with pytest.raises(ValueError, match="exclusive names what any_of does not: none"):
        VariableMap.model_validate(entry)


cells = st.sampled_from([None, 0, 0, 1, 1, 99, 7])
rules = st.fixed_dictionaries(
    {
        "exclusive": st.sampled_from([[], ["none"], ["none", "cnv"]]),
        "exclusive_with_others": st.sampled_from(["error", "invalid", "drop"]),
        "nothing_ticked": st.sampled_from([None, "none", "no_answer"]),
        "unselected": st.sampled_from([0, ["sysmis", 0]]),
    }
)


def reference_set(row: tuple, rule: dict) -> tuple[Any, str]:
    """One respondent, straight from the contract."""
    *held, asks = row
    absent = rule["unselected"] if isinstance(rule["unselected"], list) else [rule["unselected"]]
    chosen = [answer for answer, cell in zip(UNIONS, held, strict=True) if cell == 1]
    if chosen:
        if len(chosen) > 1 and set(chosen) & set(rule["exclusive"]):
            chosen = [answer for answer in chosen if answer not in rule["exclusive"]]
            if rule["exclusive_with_others"] != "drop" or not chosen:
                return None, "invalid"
        return " ".join(code for code in SET["codes"] if code in chosen), "valid"
    reasons = []
    for cell in held:
        if cell is None and asks == 2:
            reasons.append("not_applicable")
        elif cell is None and "sysmis" not in absent:
            reasons.append("no_answer")
        elif cell in (99, 7):
            reasons.append({99: "refused", 7: "invalid"}[cell])
    saw = [reason for reason in reasons if reason != "not_applicable"]
    if asks is None:
        saw.append("no_answer")
    if saw or reasons:
        return None, (saw or reasons)[0]
    if asks == 2:
        return None, "not_applicable"
    nothing = rule["nothing_ticked"]
    return (nothing, "valid") if nothing == "none" else (None, nothing or "invalid")


@settings(max_examples=300)
@given(st.lists(st.tuples(cells, cells, cells, st.sampled_from([1, 1, 2, None])), min_size=1, max_size=12), rules)
def test_sets_agree_with_a_reference_that_goes_row_by_row(rows: list, rule: dict) -> None:
    absent = rule["unselected"]
    missing = {"99": "refused"} | ({} if isinstance(absent, list) else {"sysmis": "no_answer"})
    result = ticks(rows, asked_if=ASKED, missing=missing, **rule)
    expected = [reference_set(row, rule) for row in rows]
    assert list(zip(result.values, result.why, strict=True)) == expected
    for column in UNIONS.values():
        assert sum(line.n for line in result.record.recoded if line.column == column) == len(rows)

"""Every transform on random columns, beside a reference that goes row by row."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from one_variable import FIVE, NAME, SET, TEXT, Made, banded, made, number, one
from pydantic import ValidationError

from cwb_impact.spec.variable_map import VariableMap

codes = st.integers(-3, 12)
targets = st.sampled_from(list(FIVE["codes"]))
why = st.sampled_from(["dont_know", "refused", "no_answer", "not_applicable", "not_asked", "not_mappable", "invalid"])


@st.composite
def keys(draw: st.DrawFn, low: int, high: int, most: int = 5) -> list[str]:
    """Codes and ranges of codes that do not meet one another."""
    ends = sorted(draw(st.lists(st.integers(low, high), max_size=2 * most, unique=True)))
    found: list[str] = []
    while ends:
        if len(ends) > 1 and draw(st.booleans()):
            found.append(f"{ends[0]}..{ends[1]}")
            ends = ends[2:]
        else:
            found.append(str(ends[0]))
            ends = ends[1:]
    return found


@st.composite
def missing(draw: st.DrawFn) -> dict[str, str]:
    found = {key: draw(why) for key in draw(keys(90, 110, 3))}
    for other in (".d", "x"):
        if draw(st.booleans()):
            found[other] = draw(why)
    if draw(st.integers(0, 3)):
        found["sysmis"] = draw(why)
    return found


@st.composite
def entries(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A random entry of every transform, with a variable that it fits."""
    kind = draw(st.sampled_from(["recode", "keep", "reverse", "scale", "bands", "text", "set", "in bands"]))
    entry: dict[str, Any] = {"missing": draw(missing())}
    low = draw(st.integers(-2, 3))
    high = low + draw(st.integers(1, 8))
    span, variable = f"{low}..{high}", number(-1000, 1000, whole=draw(st.booleans()))
    outside = {key: draw(st.integers(-9, 9)) for key in draw(keys(20, 40, 2))}
    if kind == "recode":
        found = draw(keys(-3, 12))
        entry, variable = {**entry, "recode": {key: draw(targets) for key in found} or {"1": "a"}}, FIVE
    elif kind == "keep":
        factor = draw(st.sampled_from(["1", "52/12", "2.5", "1/7"]))
        entry = {**entry, "keep": span, "unit": {"from": "week", "to": "month", "factor": factor}}
        variable = {**variable, "unit": "month"}
    elif kind == "reverse":
        entry["reverse"] = span
    elif kind == "scale":
        start = draw(st.integers(-5, 5))
        entry["scale"] = {"from": span, "to": f"{start}..{start + draw(st.integers(0, 10))}"}
    elif kind == "in bands":
        entry, variable = {**entry, "keep": span}, draw(partitions())
        outside = {key: draw(st.sampled_from(list(variable["codes"]))) for key in outside}
    elif kind == "bands":
        limits = sorted(draw(st.lists(st.integers(-5, 20), min_size=2, max_size=7, unique=True)))
        bands = {str(code): list(pair) for code, pair in enumerate(pairwise(limits))}
        factor = draw(st.sampled_from(["1", "1/2", "52/12"]))
        entry |= {"bands": bands, "straddle": draw(st.sampled_from(["split", "not_mappable", "error"]))}
        entry["unit"] = {"from": "week", "to": "hours", "factor": factor}
        variable = draw(partitions())
    elif kind == "text":
        entry, variable = {**entry, "keep": "text"}, TEXT
    else:
        answers = dict(zip("0123", SET["codes"], strict=True))
        rule = draw(st.sampled_from(["error", "invalid", "drop"]))
        exclusive = draw(st.sampled_from([[], ["none"], ["none", "other"]]))
        entry |= {"separator": ",", "recode": answers, "exclusive_with_others": rule, "exclusive": exclusive}
        variable = SET
    if kind in ("keep", "reverse", "scale", "in bands") and outside and draw(st.booleans()):
        entry["recode"] = outside
    if kind in ("keep", "reverse", "scale", "in bands"):
        entry["outside"] = draw(st.sampled_from(["error", "invalid"]))
    return entry, variable


@st.composite
def partitions(draw: st.DrawFn) -> dict[str, Any]:
    limits: list[Any] = sorted(draw(st.lists(st.integers(-5, 20), min_size=2, max_size=6, unique=True)))
    return banded([draw(st.sampled_from([None, limits[0]])), *limits[1:-1], draw(st.sampled_from([None, limits[-1]]))])


floats = st.one_of(st.none(), codes, st.sampled_from([25, 95, 100, 1.5, 2.25, float("nan")]))
listed = st.sampled_from(
    ["", " ", "1", " 2 ", "1,2", "0,1", "0, 3", "2,,3", "9,1", "x", ".d", "2.5", "abc", "97", "30"]
)
cells = st.one_of(
    st.lists(floats, max_size=30),
    st.lists(st.one_of(st.none(), listed), max_size=30),
    st.lists(st.one_of(floats, listed), max_size=30),
)


def same(found: Any, expected: Any) -> bool:
    if expected is None or isinstance(expected, str):
        return found == expected
    return found == pytest.approx(float(expected), rel=1e-12, abs=1e-12)


def rows_agree(result: Made, entry: dict, variable: dict, held: list, asks: list | None = None) -> None:
    told = asks if asks is not None else [None] * len(held)
    expected = [reference.row(entry, variable, cell, ask) for cell, ask in zip(held, told, strict=True)]
    assert result.why == [reason for _, reason in expected]
    differ = [(a, b) for a, (b, _) in zip(result.values, expected, strict=True) if not same(a, b)]
    assert not differ


def adds_up(result: Made, rows: int) -> None:
    """Valid means a value; reasons and before/after lines add up to the rows."""
    assert [value is not None for value in result.values] == [reason == "valid" for reason in result.why]
    assert dict(result.record.why) == dict(Counter(result.why))
    assert sum(line.n for line in result.record.recoded) == rows * len(result.record.columns)
    assert all(line.n > 0 for line in result.record.recoded)


@settings(max_examples=400)
@given(entries(), cells)
def test_every_transform_agrees_with_the_reference(drawn: tuple, held: list) -> None:
    entry, variable = drawn
    result = one(entry, variable, held)
    rows_agree(result, entry, variable, held)
    adds_up(result, len(held))
    valid = sum(line.n for line in result.record.recoded if line.valid)
    assert valid == result.why.count("valid")


@settings(max_examples=150)
@given(entries(), st.lists(st.tuples(floats, st.sampled_from([1, 2, None])), max_size=20))
def test_people_who_were_not_asked_get_the_reason_of_the_map(drawn: tuple, held: list) -> None:
    entry, variable = drawn
    entry = {**entry, "asked_if": {"column": "filter", "in": [1], "otherwise": "not_asked"}}
    answers, asks = [cell for cell, _ in held], [ask for _, ask in held]
    result = made({"from": "q", **entry}, variable, cells={"q": answers, "filter": asks})
    rows_agree(result, entry, variable, answers, asks)
    adds_up(result, len(held))


@settings(max_examples=300)
@given(entries(), cells)
def test_what_the_map_leaves_open_is_an_error_unless_it_says_that_it_is_invalid(drawn: tuple, held: list) -> None:
    entry, variable = drawn
    result = one(entry, variable, held)
    declared = [reference.find(entry["missing"], reference.code_of(cell)) for cell in held]
    open_cells = [
        reference.code_of(cell)
        for cell, reason, stated in zip(held, result.why, declared, strict=True)
        if reason == "invalid" and stated is None
    ]
    told = {"E120", "E121", "E160", "E180", "W180"} & set(result.codes)
    if "sysmis" in open_cells:
        assert "E121" in result.errors
    if [code for code in open_cells if code != "sysmis"] and entry.get("exclusive_with_others", "error") == "error":
        assert told - {"E121"}
    if not open_cells:
        assert not told


@given(st.integers(-20, 20), st.integers(1, 40), st.integers(-30, 70))
def test_reversing_twice_is_keeping(low: int, width: int, value: int) -> None:
    entry = {"reverse": f"{low}..{low + width}", "outside": "invalid"}
    once = one(entry, number(-100, 100), [value]).values
    twice = one(entry, number(-100, 100), once).values if once != [None] else [None]
    assert twice == ([value] if low <= value <= low + width else [None])


@given(st.integers(-10, 10), st.integers(1, 20), st.integers(-10, 10), st.integers(1, 20))
def test_the_ends_of_a_rescale_are_exact(low: int, width: int, start: int, height: int) -> None:
    scale = {"from": f"{low}..{low + width}", "to": f"{start}..{start + height}"}
    assert one({"scale": scale}, number(start, start + height), [low, low + width]).values == [start, start + height]


def test_weekly_hours_become_monthly_hours_by_an_exact_factor() -> None:
    unit = {"from": "hours/week", "to": "hours/month", "factor": "52/12"}
    result = one({"keep": "0..60", "unit": unit}, number(0, 300, unit="hours/month"), [36, 3])
    assert result.values == [156.0, 13.0]  # 36 x 52 / 12 and 3 x 52 / 12


def test_a_unit_that_is_not_the_dictionarys_is_refused() -> None:
    unit = {"from": "EUR/week", "to": "EUR/year", "factor": "52"}
    assert one({"keep": "0..9", "unit": unit}, number(0, 999, unit="EUR/month"), [1]).errors == ["E181"]


def test_an_amount_of_money_needs_its_unit() -> None:
    assert one({"keep": "0..9"}, number(0, 9, unit="EUR/month"), [1]).errors == ["E181"]


def test_a_range_that_goes_beyond_the_dictionary_is_refused() -> None:
    assert one({"keep": "0..11"}, number(0, 10), [1]).errors == ["E180"]


@pytest.mark.parametrize(
    ("entry", "variable"),
    [
        ({"keep": "0..10", "missing": {"8": "dont_know"}}, number(0, 10)),
        ({"keep": "0..10", "missing": {"8..20": "dont_know"}}, number(0, 10)),
        ({"recode": {"1..5": "a"}, "missing": {"3": "refused"}}, FIVE),
        ({"recode": {"1": "a"}, "missing": {"1": "refused"}}, FIVE),
        ({"keep": "0..10", "recode": {"5": 3}}, number(0, 10)),
        ({"bands": {"1": [0, 5]}, "missing": {"1": "refused"}}, banded([0, 5])),
        ({"bands": {"1": [0, 5]}, "missing": {"1..3": "refused"}}, banded([0, 5])),
    ],
)
def test_a_code_with_two_meanings_is_refused(entry: dict, variable: dict) -> None:
    assert one(entry, variable, [1]).errors == ["E111"]


def test_a_missing_code_for_the_whole_wave_meets_a_valid_range() -> None:
    result = one({"keep": "0..10"}, number(0, 10), [1], missing={"8": "dont_know"})
    assert result.errors == ["E111"] and result.why == ["invalid"]


def test_nobody_asked_is_not_collected() -> None:
    result = one({"keep": "0..10", "missing": {"-1": "not_asked"}}, number(0, 10), [-1] * 40)
    assert result.errors == ["E122"]


def test_somebody_asked_is_collected() -> None:
    result = one({"keep": "0..10", "missing": {"-1": "not_asked"}}, number(0, 10), [-1] * 40 + [3])
    assert result.errors == []


def test_an_ambiguous_number_is_an_error_with_a_count() -> None:
    cells = ["1.234"] * 12 + ["12"] * 18
    result = one({"keep": "0..5000"}, number(0, 5000), cells, source={"file": "q.csv", "format": "csv"})
    assert result.errors == ["E180"] and "12 of 30 respondents" in result.told("E180")[0]
    assert "decimal and thousands" in result.told("E180")[0]


def test_outside_invalid_does_not_turn_an_ambiguous_number_into_an_invalid_one() -> None:
    entry = {"keep": "0..5000", "outside": "invalid"}
    result = one(entry, number(0, 5000), ["1.234", "12"], source={"file": "q.csv", "format": "csv"})
    assert result.errors == ["E180"]


def test_numbers_out_of_all_bands_have_no_category_and_keep_their_value() -> None:
    for cells in ([3, 30], ["3", "30"]):
        result = one({"keep": "0..50"}, banded([0, 10, 20]), cells)
        assert result.values == ["from_0", None] and result.why == ["valid", "not_mappable"]
        assert result.low == result.high == [3.0, 30.0]


def test_a_code_recoded_to_a_band_has_the_limits_of_that_band() -> None:
    result = one({"keep": "0..9", "recode": {"97": "from_1"}}, banded([0, 10, None]), [4, 97])
    assert (result.low, result.high[0]) == ([4.0, 10.0], 4.0) and result.high[1] != result.high[1]


def test_a_code_that_never_occurs_is_told() -> None:
    told = one({"recode": {"1": "a", "2": "b", "3..4": "c"}}, FIVE, [1]).told("W201")
    assert len(told) == 1 and "codes 2, 3..4 never occur in" in told[0]


def test_a_column_in_which_nothing_stands_is_told_once() -> None:
    made = one({"recode": {"1": "a", "2": "b"}, "missing": {"sysmis": "no_answer"}}, FIVE, [None] * 12)
    assert made.codes == ["W202"] and "12 of 12" in made.told("W202")[0]


def test_many_unknown_codes_are_one_problem_that_names_none() -> None:
    result = one({"recode": {"1": "a"}}, FIVE, [*range(2, 40)])
    assert len(result.told("E120")) == 1 and "38 distinct values" in result.told("E120")[0]


def test_a_value_never_stands_in_a_message_or_in_the_record() -> None:
    income, street = 48_317.25, "CANARY street 12"
    entry = {"keep": "0..100000", "outside": "invalid"}
    results = [one(entry, number(0, 100_000), [income, 777_777.5, None]), one({"recode": {"1": "a"}}, FIVE, [street])]
    results += [one({"keep": "text"}, TEXT, [street, None]), one({"keep": "0..9"}, number(0, 9), [street])]
    results.append(one({"date": "iso"}, {"label": NAME, "type": "date"}, [street, "1931-02-29", "1931-02-28"]))
    told = " ".join(str(problem) for result in results for problem in result.problems)
    told += " ".join(str(result.record) for result in results)
    assert not [word for word in ("48317", "777777", "CANARY", "1931") if word in told]


@pytest.mark.parametrize(
    "entry",
    [
        {"from": "q", "scale": {"from": "5..5", "to": "0..10"}},
        {"first_of": ["q", "q"], "keep": "0..9"},
        {"sum_of": ["q", "r", "q"], "keep": "0..9"},
        {"from": "q", "recode": {"sysmis": "a"}},
        {"any_of": {"a": "q"}, "selected": "sysmis", "unselected": 0},
        {"from": "q", "recode": {"1": "a"}, "exclusive": ["a"]},
        {"from": "q", "recode": {"1": "a"}, "nothing_ticked": "no_answer"},
        {"from": "q", "recode": {"1": "a"}, "keep": "text"},
        {"from": "q", "recode": {"1..5": "a", "5..9": "b"}},
        {"from": "q", "recode": {"1..5": "a", "5": "b"}},
        {"from": "q", "keep": "9..0"},
        {"from": "q", "keep": "0..9", "unit": {"from": "a", "to": "b", "factor": "1/0"}},
        {"from": "q", "first_of": ["a", "b"], "keep": "0..9"},
        {"from": "q"},
    ],
)
def test_an_entry_that_could_be_read_in_two_ways_is_refused(entry: dict) -> None:
    with pytest.raises(ValidationError):
        VariableMap.model_validate({"relation": "exact", **entry})


@pytest.mark.parametrize(
    ("entry", "variable", "code"),
    [
        ({"keep": "0..9"}, FIVE, "E120"),
        ({"keep": "0..9"}, SET, "E120"),
        ({"keep": "0..9"}, TEXT, "E180"),
        ({"keep": "text"}, number(0, 9), "E180"),
        ({"recode": {"1": "z"}}, FIVE, "E131"),
        ({"recode": {"1": "a"}}, number(0, 9), "E180"),
        ({"recode": {"1": 10}}, number(0, 9), "E180"),
        ({"recode": {"1": 2.5}}, number(0, 9, whole=True), "E180"),
        ({"recode": {"1": "fnv"}, "separator": ","}, FIVE, "E131"),
        ({"date": "iso"}, FIVE, "E120"),
        ({"recode": {"1": "a"}}, {"label": NAME, "type": "date"}, "E180"),
    ],
)
def test_an_entry_that_cannot_give_the_variable_is_refused_and_loses_nobody(
    entry: dict, variable: dict, code: str
) -> None:
    result = one(entry, variable, [1, 2])
    assert code in result.errors and result.why == ["invalid", "invalid"] and result.values == [None, None]

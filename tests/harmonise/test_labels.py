"""The label guard: code N must still carry the label that the map was written for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_variable import FIVE, Made, made

from cwb_impact.harmonise.labels import alike, bare, normalised
from cwb_impact.types import ColumnInfo

ANSWERS = {"1": {"to": "a", "label": "in loondienst"}, "4": {"to": "b", "label": "werkloos"}}


def guarded(labels: dict[str, str], recode: dict | None = None, relation: str = "exact") -> Made:
    entry = {"from": "q", "relation": relation, "recode": recode or ANSWERS}
    return made(entry, FIVE, [ColumnInfo("q", "", labels)], {"q": [1.0] * 362 + [4.0] * 50})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Zeer  tevreden\u200f ", "zeer tevreden"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u0130stanbul", "istanbul"),
        ("ISTANBUL", "\u0131stanbul"),
        ("KIZ", "k\u0131z"),
        ("\u202bمتزوج\u202c", "متزوج"),
        ("\u061cنعم", "نعم"),
        ("zeer\u00a0tevreden", "zeer tevreden"),
        ("tevre\u00adden", "tevreden"),
        ("\ufeffja", "ja"),
    ],
)
def test_labels_compare_without_what_nobody_sees(first: str, second: str) -> None:
    assert normalised(first) == normalised(second)


@pytest.mark.parametrize(("first", "second"), [("tevreden", "ontevreden"), ("ja", "nee"), ("evli", "elvi"), ("1", "2")])
def test_other_words_are_other_labels(first: str, second: str) -> None:
    assert normalised(first) != normalised(second)


@given(st.text(max_size=30))
def test_decomposing_a_label_changes_nothing(label: str) -> None:
    assert normalised(unicodedata.normalize("NFD", label)) == normalised(unicodedata.normalize("NFC", label))


@pytest.mark.parametrize(
    "label",
    [
        "<b>Ja</b>",
        "1. Ja",
        "(1) ja",
        "0) JA",
        "ja,",
        " ja. ",
        "<span style='color:red'>ja</span>",
        "&nbsp;ja;",
        "<b>ja</b>,",
    ],
)
def test_what_survey_tools_add_is_set_aside(label: str) -> None:
    assert bare(label) == "ja"


def test_a_number_that_is_the_answer_is_no_numbering() -> None:
    assert bare("65 jaar") != bare("75 jaar") and bare("1.5 uur") != bare("2.5 uur")


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\u015f"])
def test_a_label_that_spss_cut_at_120_bytes_is_the_same(letter: str) -> None:
    whole = f"1. ja {letter * 200}"
    cut = whole.encode()[:120].decode(errors="ignore")
    assert alike(cut, whole)


def test_a_shorter_label_is_not_a_cut_one() -> None:
    assert not alike("tevreden", "tevreden met mijn werk")


def test_labels_that_are_as_the_map_expects_say_nothing() -> None:
    assert guarded({"1": "In  loondienst", "4": "Werkloos"}).codes == []


def test_swapped_labels_stop_the_run() -> None:
    result = guarded({"1": "werkloos", "4": "in loondienst"})
    assert result.errors == ["E140"] and len(result.told("E140")) == 2
    text = next(text for text in result.told("E140") if "code 4" in text)
    assert 'is labelled "in loondienst"' in text and 'expects "werkloos"' in text
    assert "50 of 412 respondents (12.1%)" in text


def test_a_label_that_is_gone_stops_the_run() -> None:
    assert "code 4 in q has no label" in guarded({"1": "in loondienst"}).told("E140")[0]


def test_a_file_without_labels_cannot_be_guarded() -> None:
    assert guarded({}).codes == []


@pytest.mark.parametrize("label", ["<i>werkloos</i>", "4. werkloos", "werkloos,"])
def test_markup_and_numbering_are_a_warning(label: str) -> None:
    result = guarded({"1": "in loondienst", "4": label})
    assert result.errors == [] and "W141" in result.codes and result.why[-1] == "valid"


def test_a_relation_that_is_not_exact_needs_its_labels_in_the_map() -> None:
    labels = {"1": "in loondienst", "4": "werkloos"}
    assert guarded(labels, {"1": "a", "4": "b"}, "broad").errors == ["E140"]
    assert guarded(labels, {"1": "a", "4": "b"}).codes == []


def test_one_label_for_two_answers_is_told() -> None:
    labels = {"1": "Ja", "4": "ja ", "9": "ja"}
    assert len(guarded(labels, {"1": "a", "4": "b"}).told("W142")) == 1
    assert guarded(labels, {"1": "a", "4": "a"}).codes == []


def test_a_tag_before_a_comma_leaves_no_blank() -> None:
    assert bare("<b>Ja</b>, heel <i>graag</i>") == bare("Ja, heel graag")


BANDS = {"label": {"nl": "x", "en": "x"}, "type": "category", "unit": "hours"}
BANDS |= {"codes": {"few": BANDS["label"], "many": BANDS["label"]}, "bands": {"few": [0, 10], "many": [10, None]}}


def banded_and_guarded(file: dict[str, str], guard: dict[str, str], relation: str = "broad") -> Made:
    entry = {"from": "q", "relation": relation, "bands": {"1": [0, 10], "2": [10, None]}, "labels": guard}
    return made(entry, BANDS, [ColumnInfo("q", "", file)], {"q": [1.0, 2.0] * 20})


def test_bands_whose_labels_moved_are_told() -> None:
    written = {"1": "0-10 uur", "2": "10 uur of meer"}
    assert not banded_and_guarded(written, written).errors
    moved = banded_and_guarded({"1": written["2"], "2": written["1"]}, written)
    assert moved.errors == ["E140"] and len(moved.told("E140")) == 2 and "20 of 40" in moved.told("E140")[0]


def test_bands_that_are_not_exact_need_their_labels() -> None:
    file = {"1": "0-10 uur", "2": "10 uur of meer"}
    assert banded_and_guarded(file, {}).errors == ["E140"]
    assert not banded_and_guarded(file, {}, "exact").errors
    assert not banded_and_guarded({}, {}).errors


def missing_and_labelled(reason: str, label: str, guard: dict[str, str] | None = None) -> Made:
    entry = {"from": "q", "recode": {"1": "a"}, "missing": {"7": reason}, "labels": guard or {}}
    return made(entry, FIVE, [ColumnInfo("q", "", {"7": label})], {"q": [1.0] * 30 + [7.0] * 12})


def test_a_missing_code_whose_label_says_another_reason_is_told() -> None:
    told = missing_and_labelled("refused", "weet niet").told("W143")
    assert len(told) == 1 and "reads as dont_know; the map says refused: 12 of 42" in told[0]
    assert missing_and_labelled("no_answer", "Weet niet").told("W143")
    for reason, label in [
        ("dont_know", "weet niet"),
        ("dont_know", "onbekend"),
        ("not_asked", "n.v.t."),
        ("refused", ""),
    ]:
        assert not missing_and_labelled(reason, label).told("W143"), label


def test_a_guard_of_a_missing_code_holds_and_settles_the_reason() -> None:
    assert not missing_and_labelled("refused", "weet niet", {"7": "weet niet"}).codes
    assert missing_and_labelled("refused", "weet niet", {"7": "weigert"}).errors == ["E140"]

"""What the harmoniser promises: nothing lost, nothing invented."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.errors import CwbError
from cwb_impact.harmonise.labels import normalised
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, key_fingerprint, panel_key, pseudonyms
from cwb_impact.harmonise.transforms import SYSMIS, number, source_codes, transform_of
from cwb_impact.spec.wave_map import VariableMap
from cwb_impact.study import harmonise, open_study

cells = st.one_of(st.none(), st.integers(-5, 5).map(float), st.sampled_from([".d", ".n", "1", " 2 "]))


@given(st.lists(cells, min_size=1, max_size=50), st.booleans())
def test_every_cell_has_one_code_and_the_counts_add_up(column: list[object], text: bool) -> None:
    if text:  # as pyreadstat gives a text variable, with empty texts for empty cells
        column = ["" if cell is None else str(cell) for cell in column]
    found = source_codes(pd.Series(column, dtype="str" if text else object))
    assert int(found.count.sum()) == len(column)
    assert len(set(found.codes)) == len(found.codes)
    for cell, position in zip(column, found.position, strict=True):
        code = found.codes[position]
        assert (code == SYSMIS) == (cell in (None, ""))


def test_one_and_the_text_one_are_the_same_code() -> None:
    found = source_codes(pd.Series([1.0, "1", " 1"], dtype=object))
    assert found.codes == ("1", SYSMIS) and found.count.tolist() == [3, 0]


@given(st.integers(-20, 20), st.integers(0, 40), st.integers(-30, 70))
def test_reversing_twice_is_keeping(low: int, width: int, value: int) -> None:
    span = f"{low}..{low + width}"
    turn = transform_of(VariableMap.model_validate({"from": "q", "relation": "exact", "reverse": span}), ".")
    keep = transform_of(VariableMap.model_validate({"from": "q", "relation": "exact", "keep": span}), ".")
    kept = keep(str(value))
    if low <= value <= low + width:
        assert kept == value and turn(str(int(turn(str(value)) or 0))) == value
    else:
        assert kept is None and turn(str(value)) is None


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("3,5", ",", 3.5),
        ("3.5", ".", 3.5),
        ("1.234", ",", None),
        ("1.234,56", ",", None),
        ("3,5", ".", None),
        ("x", ".", None),
    ],
)
def test_numbers_are_read_as_the_map_says_and_never_guessed(text: str, decimal: str, expected: float | None) -> None:
    assert number(text, decimal) == expected


def test_labels_compare_after_unicode_and_white_space() -> None:
    assert normalised("Zeer  tevreden\u200f ") == normalised("zeer tevreden")
    assert normalised("cafe\u0301") == normalised("caf\u00e9")
    assert normalised("tevreden") != normalised("ontevreden")


def test_reasons_and_valid_answers_add_up_to_the_respondents() -> None:
    waves = harmonise(open_study("tests/acceptance/gss_panel"))
    frame = waves.frame
    for name in ("work_status", "health_4pt", "degree"):
        why = frame[f"{name}__why"]
        assert why.notna().all()
        assert ((why == "valid") == frame[name].notna()).all()
    # GSS 2016: 979 not asked about health (iap), 3 no answer; counted in the file itself
    health = frame.loc[frame["wave"] == "2016", "health_4pt__why"].value_counts()
    assert health["not_applicable"] == 979 and health["no_answer"] == 3


def test_a_substantive_code_can_be_a_missing_reason() -> None:
    """ownstock 5 is "I do not know if I own stock": 69 people, besides one don't know coded d."""
    frame = harmonise(open_study("tests/acceptance/gss_panel")).frame
    why = frame.loc[frame["wave"] == "2018", "company_stock__why"].value_counts()
    assert why["dont_know"] == 69 + 1


class TestPseudonyms:
    def test_same_person_same_pseudonym_within_a_domain_only(self) -> None:
        ids = pd.Series(["17", "18", "17"])
        key = b"k" * 32
        first, second = pseudonyms(ids, "residents", key), pseudonyms(ids, "coop_workers", key)
        assert first[0] == first[2] != first[1]
        assert not set(first) & set(second)
        assert not set(first) & set(pseudonyms(ids, "residents", b"l" * 32))
        assert key_fingerprint(key) != key_fingerprint(b"l" * 32)

    def test_personal_data_need_a_key_outside_the_repository(self, tmp_path: Path) -> None:
        for environment in ({}, {KEY_VARIABLE: str(tmp_path / "absent")}):
            with pytest.raises(CwbError, match="E171"):
                panel_key("personal", environment)
        key = tmp_path / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o644)
        with pytest.raises(CwbError, match="chmod 600"):
            panel_key("personal", {KEY_VARIABLE: str(key)})
        key.chmod(0o600)
        assert panel_key("personal", {KEY_VARIABLE: str(key)}) == bytes(range(32))
        (tmp_path / ".git").mkdir()
        with pytest.raises(CwbError, match="git tree"):
            panel_key("personal", {KEY_VARIABLE: str(key)})

    def test_short_keys_are_refused(self, tmp_path: Path) -> None:
        key = tmp_path / "key"
        key.write_bytes(b"short")
        key.chmod(0o600)
        with pytest.raises(CwbError, match="32 bytes"):
            panel_key("personal", {KEY_VARIABLE: str(key)})


def test_weights_of_a_census_add_up_to_its_people(tiny: Path) -> None:
    waves = harmonise(open_study(tiny))
    design = waves.designs["coop_workers", "2025Q3"]
    assert design.weight.sum() == pytest.approx(45)
    np.testing.assert_allclose(np.bincount(design.stratum, weights=design.weight), design.population_size)

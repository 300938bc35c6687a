"""A sketch never hides a difference of a few people, and tells nobody who they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb_impact.disclosure.people import Answer, People
from cwb_impact.disclosure.sketch import (
    BUCKETS,
    Behind,
    Marks,
    Sketches,
    answer_marks,
    differing,
    from_text,
    member_marks,
    sketch,
    to_text,
)

KEY = bytes(range(32))
ANSWERS = st.dictionaries(st.integers(0, 3000), st.sampled_from([0.0, 1.0, 2.5]), max_size=60)


def text_of(answers: dict[int, float], key: bytes = KEY) -> str:
    """The sketch of who answered what."""
    person = pd.Series([f"p{name}" for name in answers], dtype="str")
    y = np.array(list(answers.values()), dtype=np.float64)
    everybody = np.ones(len(y), dtype=bool)
    marks = answer_marks(person, Answer(everybody, everybody, y, None), member_marks(person, key).bucket, key)
    return to_text(sketch(marks, everybody))


def people_between(one: dict[int, float], other: dict[int, float]) -> int:
    """People who are in one only, or answered otherwise."""
    return sum(one.get(name) != other.get(name) for name in one.keys() | other.keys())


@given(ANSWERS, ANSWERS)
def test_as_many_buckets_differ_as_people_at_most_and_none_only_when_nobody_does(
    shared: dict[int, float], changed: dict[int, float]
) -> None:
    one, other = shared, {**shared, **changed}
    found, true = differing(text_of(one), text_of(other)), people_between(one, other)
    assert found <= true
    assert (found > 0) == (true > 0)


@given(st.integers(0, 3000), ANSWERS)
def test_one_leaver_and_one_corrected_answer_are_one_bucket(leaver: int, others: dict[int, float]) -> None:
    without = {name: y for name, y in others.items() if name != leaver}
    told, corrected = {**without, leaver: 1.0}, {**without, leaver: 2.5}
    assert differing(text_of(told), text_of(without)) == 1
    assert differing(text_of(told), text_of(corrected)) == 1


@given(ANSWERS, st.randoms())
def test_the_order_of_people_does_not_matter(answers: dict[int, float], order: object) -> None:
    names = list(answers)
    order.shuffle(names)  # type: ignore[attr-defined]
    assert text_of({name: answers[name] for name in names}) == text_of(answers)


@given(ANSWERS)
def test_a_sketch_comes_back_from_its_text(answers: dict[int, float]) -> None:
    assert to_text(from_text(text_of(answers))) == text_of(answers)
    assert np.count_nonzero(from_text(text_of(answers))) <= len(answers)


@pytest.mark.parametrize("text", ["", "no sketch", "AAAA", to_text(np.ones(BUCKETS, dtype=np.uint32))[:-8]])
def test_what_is_no_sketch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no sketch"):
        from_text(text)


def test_without_the_key_a_person_cannot_be_looked_for() -> None:
    """With another key the same person is another bucket and word, so that guessing names gives nothing."""
    people = [text_of({name: 1.0}) for name in range(50)]
    assert not set(people) & {text_of({name: 1.0}, key=bytes(32)) for name in range(50)}
    assert "p7" not in people[7]


@pytest.mark.parametrize(("size", "least", "most"), [(10, 0.06, 0.11), (12, 0.0, 0.002)])
def test_ten_people_look_like_fewer_in_one_case_of_twelve_and_twelve_hardly_ever(
    size: int, least: float, most: float
) -> None:
    """The price of 512 buckets: what need not be blocked is blocked. The module states 8% for ten people."""
    marks = member_marks(pd.Series(range(size * 3000)).astype("str"), KEY)
    groups = zip(marks.bucket.reshape(-1, size), marks.word.reshape(-1, size), strict=True)
    everybody = np.ones(size, dtype=bool)
    found = [np.count_nonzero(sketch(Marks(*one), everybody)) for one in groups]
    assert least <= np.mean(np.array(found) < 10) < most


def place(weight: list[float], y: list[float]) -> Behind:
    everybody = np.ones(3, dtype=bool)
    answer = Answer(everybody, np.array([True, True, False]), np.array(y), None)
    sex = np.array(["female", "male", "female"], dtype=object)
    person = pd.Series(["a", "b", "c"], dtype="str")
    one = People(person, np.array(weight), None, {"sex": sex}, {"happy": answer})
    row = {"indicator": "happy", "population": "p", "wave": "w", "dimension": "sex", "category": "female"}
    found = Sketches({("p", "w", ""): one}, KEY).of(row)
    assert found is not None
    return found


def test_members_are_who_is_asked_answers_are_who_answered_and_same_looks_at_weights_too() -> None:
    first = place([1, 1, 1], [1, 0, 0])
    assert np.count_nonzero(from_text(first.members)) == 2 and np.count_nonzero(from_text(first.answers)) == 1
    assert place([1, 2, 3], [1, 1, 1]) == first, "the man and who did not answer are not in it"
    heavier, other = place([2, 1, 1], [1, 0, 0]), place([1, 1, 1], [0, 0, 0])
    assert heavier.answers == first.answers and heavier.same != first.same
    assert other.members == first.members and differing(other.answers, first.answers) == 1 and other.same != first.same


def test_a_row_that_nobody_is_known_of_has_no_sketch() -> None:
    row = {"indicator": "happy", "population": "p", "wave": "w", "dimension": "total", "category": "total"}
    assert Sketches({}, KEY).of(row) is None

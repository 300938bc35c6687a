"""Both languages say the same things, and have a word for everything that a table can hold."""

from __future__ import annotations

import string

import pytest

from cwb_impact.report.words import LANGUAGES, Lang, slug, text, words
from report.forbidden import FORBIDDEN, above_its_level

STATUSES = ("published", "suppressed_primary", "suppressed_secondary", "low_reliability", "not_collected")
REASONS = (
    "too_few_respondents", "too_few_outside_largest_holding", "too_few_holdings", "too_few_on_one_side",
    "too_few_for_a_median", "complement_of_suppressed", "suppressed_in_a_wave", "wide_interval",
    "not_asked_in_this_wave", "no_respondents", "never_published_dimension", "band",
)  # fmt: skip


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_the_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(words("nl")) == list(words("en"))


def test_the_languages_fill_in_the_same_values() -> None:
    differing = [key for key in words("nl") if placeholders(words("nl")[key]) != placeholders(words("en")[key])]
    assert differing == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("group", "names"), [("status", STATUSES), ("reason", REASONS)])
def test_every_status_and_reason_has_words_of_its_own(lang: Lang, group: str, names: tuple[str, ...]) -> None:
    assert [name for name in names if f"{group}.{name}" not in words(lang)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("group", ["status", "reason", "verdict", "unit", "axis", "theme", "design", "weighting"])
def test_an_unknown_slug_gets_general_words(lang: Lang, group: str) -> None:
    said = slug(group, "a_slug_of_next_year", lang)
    assert said == words(lang)[f"{group}.other"]
    assert "slug_of_next_year" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_claims_more_than_change(lang: Lang) -> None:
    found = {key: hits for key, sentence in words(lang).items() if (hits := above_its_level(sentence, lang))}
    assert found == {}


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("nl", "CWB leidt tot meer werk."),
        ("nl", "Er zijn 20 banen gecreëerd."),
        ("nl", "Een significant verschil."),
        ("en", "The programme caused this."),
        ("en", "There was no effect."),
        ("en", "60 jobs created."),
    ],
)
def test_the_list_of_forbidden_words_catches_a_claim(lang: str, sentence: str) -> None:
    assert above_its_level(sentence, lang)


def test_both_languages_have_a_list_of_forbidden_words() -> None:
    assert set(FORBIDDEN) == set(LANGUAGES)


def test_a_missing_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(KeyError):
        text("interval", "nl", low="1")

"""One definition on one screen: complete, in plain words, in both languages, and the same on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cwb_impact as cwb
from cwb_impact.errors import CwbError, Problems
from cwb_impact.explain.card import Card, card, lacks
from cwb_impact.explain.conditions import in_words
from cwb_impact.explain.open_facts import not_verified
from cwb_impact.explain.pages import catalogue, markdown
from cwb_impact.explain.words import WORDS
from cwb_impact.registers.collect import collect
from cwb_impact.report.words import LANGUAGES, Lang
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.conditions import AnyOf, Between
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.study import explain

EACH_LANGUAGE = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary(Problems())


def words_of(one: Card) -> str:
    return "\n".join([one.title, one.plain, *(f"{label}: {words}" for s in one.sections for label, words in s.rows)])


@EACH_LANGUAGE
def test_every_indicator_explains_itself(lang: Lang, dictionary: Dictionary) -> None:
    """Title, sentence, and all that the issue names: definition, scoring, wording, examples, comparing, sources."""
    for indicator in dictionary.indicators.values():
        one = card(indicator, dictionary, lang)
        assert one.plain == indicator.plain[lang]
        assert len(one.sections) >= 6
        said = words_of(one)
        for example in indicator.examples:
            assert example.steps.split()[0] in said
        for name in dictionary.variables_needed(indicator):
            question = dictionary.variables[name].question
            assert question is None or question[lang] in said
        for name in dictionary.parameters_needed(indicator):
            assert dictionary.parameters[name].name[lang] in said
        assert not re.search(r"\{\w+\}", said), "a part of a sentence was not filled in"
        assert "None" not in said


def test_both_languages_say_different_words() -> None:
    same = {key for key, text in WORDS.items() if text.nl == text.en}
    assert same <= {"is", "times"}


def test_a_condition_reads_as_a_sentence(dictionary: Dictionary) -> None:
    working = AnyOf(any=[{"paid_hours_last_week": Between.model_validate({"from": 1})}, {"absent_from_job": ["yes"]}])
    assert in_words(working, dictionary, "en") == (
        "Hours of paid work in the last seven days: 1 or more; or "
        "Had paid work, but was away from it in the last seven days: Yes"
    )
    aged = {"age": Between.model_validate({"from": 15, "to": 74}), "sex": ["female", "other"]}
    assert in_words(aged, dictionary, "nl") == "Leeftijd: 15 tot en met 74; en Geslacht: Vrouw of Anders"


def test_a_scale_tells_its_scoring_and_its_missing_rule(dictionary: Dictionary) -> None:
    said = words_of(card(dictionary.indicators["low_wellbeing"], dictionary, "en"))
    assert "sum of the answers; × 4; from 0 to 100; all 5 answers are needed" in said


def test_a_wording_that_may_not_travel_is_not_shown_and_says_where_it_is(dictionary: Dictionary) -> None:
    said = words_of(card(dictionary.indicators["wellbeing_who5"], dictionary, "en"))
    assert "the wording is not shipped (CC BY-NC-SA 3.0 IGO); see WHO, 2024" in said


def test_an_indicator_is_found_by_its_id_and_its_code() -> None:
    assert explain("E05") == explain("net_labour_participation") == explain("e05")


def test_an_unknown_indicator_or_language_is_an_error_that_helps() -> None:
    with pytest.raises(CwbError, match=r"E131 low_wellbeeing: is no indicator\. Did you mean low_wellbeing"):
        explain("low_wellbeeing")
    with pytest.raises(CwbError, match=r"E514 lang: fr is not known\. Languages: nl, en"):
        explain("E05", "fr")


def test_the_same_words_stand_on_every_page(dictionary: Dictionary) -> None:
    one = card(dictionary.indicators["low_wellbeing"], dictionary, "nl")
    assert markdown(one, "#") in catalogue(dictionary, "nl")


def test_nothing_of_a_definition_is_markup(dictionary: Dictionary) -> None:
    """A label such as [red] or a * in a formula stays what it is."""
    page = catalogue(dictionary, "en")
    assert not re.search(r"(?<!\\)[<>|$]", page)


def test_every_indicator_runs_on_the_shipped_study_or_says_which_input_it_lacks() -> None:
    study = cwb.open_study("surveys/nieuw_west")
    kept = _kept(study)
    for indicator in study.dictionary.indicators.values():
        found = lacks(indicator, study)
        in_study = set(indicator.populations) & set(study.study.populations)
        assert bool(found) == bool(in_study)
        for (population, wave), lacking in found.items():
            behind = study.dictionary.variables_needed(indicator)
            told = set(study.maps[population, wave].variables) if (population, wave) in study.maps else kept[wave]
            assert {name for name in lacking if name in behind} == {name for name in behind if name not in told}


def _kept(study: StudyBundle) -> dict[str, set[str]]:
    """Wave -> the columns of the lists that it really has."""
    problems = Problems()
    lists = collect(study, problems, lambda _: None)
    assert not problems.errors
    return {wave: {str(c) for rows in lists if rows.wave == wave for c in rows.frame} for wave in study.waves}


@pytest.mark.parametrize(("lang", "file"), [("en", "catalogue.md"), ("nl", "catalogus.md")])
def test_the_catalogue_page_is_current(lang: Lang, file: str, dictionary: Dictionary) -> None:
    """`make catalogue` writes it."""
    assert (Path("docs") / file).read_text(encoding="utf-8") == catalogue(dictionary, lang)


def test_the_page_of_open_facts_is_current_and_complete(dictionary: Dictionary) -> None:
    """`make catalogue` writes it. Whatever carries an open fact, value or source is named."""
    page = Path("docs/not_verified.md").read_text(encoding="utf-8")
    assert page == not_verified(dictionary)
    named = set(re.findall(r"`(\w+)`", page))
    definitions = (*dictionary.scales.values(), *dictionary.derived.values(), *dictionary.indicators.values())
    assert {one.id for one in definitions if not all(fact.verified for fact in one.facts)} <= named
    assert {n for n, v in dictionary.variables.items() if v.source and not v.source.verified} <= named
    assert {n for n, p in dictionary.parameters.items() if not all(value.verified for value in p.values)} <= named


def test_what_rests_on_an_open_fact_is_not_called_verified(dictionary: Dictionary) -> None:
    for indicator in dictionary.indicators.values():
        behind = [dictionary.variables[name].source for name in dictionary.variables_needed(indicator)]
        if not all(source is None or source.verified for source in behind):
            assert not indicator.source.verified, indicator.id

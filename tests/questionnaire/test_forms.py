"""The forms themselves: what the tools that read them would refuse."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pytest
import small
from filled import read_limesurvey, read_xlsform
from pyxform.xls2xform import convert

from cwb_impact.errors import Problems
from cwb_impact.questionnaire import bank
from cwb_impact.questionnaire.bank import questionnaire_of
from cwb_impact.questionnaire.docx import page_of
from cwb_impact.questionnaire.make import Made, make_questionnaire
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.study import open_study

NIEUW_WEST = "surveys/nieuw_west"


@pytest.fixture
def every_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The small study, of which every variable is needed."""

    def wanted(bundle: StudyBundle, population: str) -> list[str]:
        return small.NAMES

    monkeypatch.setattr(bank, "wanted", wanted)
    return small.make(tmp_path)


def form(made: Made, ending: str, population: str = "residents") -> Path:
    return next(path for path in made.files if path.name.startswith(population) and path.name.endswith(ending))


@pytest.mark.parametrize("population", ["coop_workers", "residents"])
def test_pyxform_makes_an_xform_of_nieuw_west_without_a_warning(population: str, tmp_path: Path) -> None:
    made = make_questionnaire(NIEUW_WEST, "2027Q3", "xlsform", tmp_path, languages=["tr", "ar"])
    converted = convert(xlsform=form(made, ".xlsx", population))
    assert not converted.warnings
    assert [f'lang="{name}"' in converted.xform for name in ("Nederlands (nl)", "English (en)", "Türkçe (tr)")] == [
        True
    ] * 3


def test_pyxform_makes_an_xform_of_every_kind_of_question(every_kind: Path, tmp_path: Path) -> None:
    converted = convert(xlsform=form(make_questionnaire(every_kind, "2027Q3", "xlsform", tmp_path), ".xlsx"))
    assert not converted.warnings
    for name in small.NAMES:
        assert f'nodeset="/data/{name}"' in converted.xform


def test_codes_of_missing_answers_lie_outside_the_range(every_kind: Path, tmp_path: Path) -> None:
    _, lists = read_xlsform(form(make_questionnaire(every_kind, "2027Q3", "xlsform", tmp_path), ".xlsx"))
    assert [row["name"] for row in lists["job_balance"]][-2:] == ["-91", "-92"]
    assert [row["name"] for row in lists["job_kind"]] == ["paid", "unpaid", "none", "-1", "-2"]
    # in doubt is an answer of its own here, and is not offered twice
    assert [row["name"] for row in lists["job_balance_why"]] == ["money", "time", "dont_know", "-2"]


def test_a_hidden_column_stands_before_the_first_question_that_it_filters(every_kind: Path, tmp_path: Path) -> None:
    survey, _ = read_xlsform(form(make_questionnaire(every_kind, "2027Q3", "xlsform", tmp_path), ".xlsx"))
    names = [row["name"] for row in survey]
    gates = [name for name in names if name.startswith("asked_")]
    assert len(gates) == 6
    for gate in gates:
        assert names[names.index(gate) + 1] == gate.removeprefix("asked_")


def test_the_same_study_gives_the_same_bytes(every_kind: Path, tmp_path: Path) -> None:
    for tool in ("xlsform", "limesurvey", "docx"):
        first, second = (make_questionnaire(every_kind, "2027Q3", tool, tmp_path / name).files for name in "ab")
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_limesurvey_rows_are_the_same_in_every_language(every_kind: Path, tmp_path: Path) -> None:
    """LimeSurvey matches the languages of a question by its place and its code."""
    made = make_questionnaire(every_kind, "2027Q3", "limesurvey", tmp_path, languages=["tr"])
    per_language = [
        [(row["class"], row["type/scale"], row["name"] * (row["class"] != "G"), row["relevance"]) for row in rows]
        for rows in (read_limesurvey(form(made, ".txt"), lang) for lang in ("nl", "en", "tr"))
    ]
    assert per_language[0] == per_language[1] == per_language[2]
    questions = [row[2] for row in per_language[0] if row[0] == "Q"]
    assert len(set(questions)) == len(questions) and all(
        re.fullmatch(r"[a-z][a-z0-9]{0,19}", code) for code in questions
    )


def test_limesurvey_has_its_settings_and_a_title_for_each_language(every_kind: Path, tmp_path: Path) -> None:
    path = form(make_questionnaire(every_kind, "2027Q3", "limesurvey", tmp_path, languages=["ar"]), ".txt")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
    assert settings["language"] == "nl" and settings["additional_languages"] == "en ar"
    titles = {row["language"]: row["text"] for row in rows if row["class"] == "SL"}
    assert titles == dict(
        zip(("nl", "en", "ar"), ("Klein &amp; fijn 2027Q3", *["Small &amp; fine 2027Q3"] * 2), strict=True)
    )


def test_the_document_asks_in_words_what_the_form_filters(every_kind: Path) -> None:
    made = questionnaire_of(open_study(every_kind), "residents", "2027Q3", ["nl"], Problems())
    assert made is not None
    page = page_of(made, "nl")
    assert "Alleen invullen als u bij vraag 1 hebt geantwoord: ‘Betaald’ of ‘Vrijwillig’." in page
    assert "u bij vraag 2 hebt ingevuld: 20 of minder" in page
    assert "u bij vraag 2 hebt ingevuld: 8 tot en met 40." in page
    assert page.count("<h2>") == len(small.NAMES)


def test_the_document_is_word_with_a_box_for_every_answer(every_kind: Path, tmp_path: Path) -> None:
    path = form(make_questionnaire(every_kind, "2027Q3", "docx", tmp_path), ".nl.docx")
    with zipfile.ZipFile(path) as archive:
        text = archive.read("word/document.xml").decode()
    assert text.count("☐") > 40 and "Wat voor werk doet u?" in text


def test_items_of_a_scale_stand_together_in_the_order_of_the_scale(tmp_path: Path) -> None:
    survey, _ = read_xlsform(form(make_questionnaire(NIEUW_WEST, "2027Q3", "xlsform", tmp_path), ".xlsx"))
    names = [row["name"] for row in survey if row["type"] != "calculate"]
    items = load_dictionary(Problems()).scales["who5"].items
    first = names.index(items[0])
    assert names[first : first + 5] == list(items)


def test_the_stratum_of_a_census_must_be_answered(tmp_path: Path) -> None:
    survey, lists = read_xlsform(
        form(make_questionnaire(NIEUW_WEST, "2027Q3", "xlsform", tmp_path), ".xlsx", "coop_workers")
    )
    required = {row["name"] for row in survey if row["required"] == "yes"}
    assert required == {"respondent_id", "coop"}
    assert not {"-1", "-2"} & {row["name"] for row in lists["coop"]}

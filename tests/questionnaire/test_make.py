"""What the command writes, what it refuses, and which words are still lacking."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import small
from filled import read_xlsform
from rich.console import Console

from cwb_impact.errors import CwbError
from cwb_impact.questionnaire import bank
from cwb_impact.questionnaire.console import show
from cwb_impact.questionnaire.make import make_questionnaire
from cwb_impact.spec.bundle import StudyBundle


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Its only need is its dimension, job_kind."""
    return small.make(tmp_path)


def refused(
    study: Path,
    out: Path,
    code: str,
    wave: str = "2027Q3",
    to: str = "xlsform",
    populations: Sequence[str] = (),
    languages: Sequence[str] = (),
    fieldwork: str | None = None,
) -> str:
    """The message of a refusal, after which nothing stands in the output folder."""
    with pytest.raises(CwbError) as error:
        make_questionnaire(study, wave, to, out / "out", populations, languages, fieldwork)
    assert [problem.code for problem in error.value.problems] == [code]
    assert not (out / "out").exists()
    return str(error.value)


def own(study: Path, text: str) -> None:
    (study / "dictionary/wordings.yml").write_text(text, encoding="utf-8")


def replace(study: Path, old: str, new: str, file: str = "dictionary/variables/own.yml") -> None:
    path = study / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def needs(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def wanted(bundle: StudyBundle, population: str) -> list[str]:
        return [name for name in bundle.dictionary.variables if name in names]

    monkeypatch.setattr(bank, "wanted", wanted)


def test_only_what_the_study_needs_is_asked(study: Path, tmp_path: Path) -> None:
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    survey, _ = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    assert [row["name"] for row in survey] == ["respondent_id", "heading_own_1", "job_kind"]
    assert [path.name for path in made.files] == [
        "missing_wordings.csv",
        "residents_2027Q3.xlsx",
        "residents_2027Q3.yml",
    ]


def test_filters_come_with_the_questions_that_they_filter(study: Path, tmp_path: Path) -> None:
    replace(study, "dimensions: [job_kind]", "dimensions: [job_balance_why]", "study.yml")
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    survey, _ = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    assert [row["name"] for row in survey][2:] == ["job_balance", "asked_job_balance_why", "job_balance_why"]


def test_a_filter_that_stands_later_in_the_dictionary_is_asked_first(study: Path, tmp_path: Path) -> None:
    replace(study, "dimensions: [job_kind]", "dimensions: [job_kind, job_balance_why]", "study.yml")
    replace(
        study,
        "{nl: Geen, en: None of these}}\n",
        "{nl: Geen, en: None of these}}\n    asked_if: {job_balance: {from: 0}}\n",
    )
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    survey, _ = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    assert [row["name"] for row in survey if row["name"].startswith("job_")] == [
        "job_balance",
        "job_kind",
        "job_balance_why",
    ]


def test_what_a_register_keeps_is_not_asked(study: Path, tmp_path: Path) -> None:
    replace(study, "label: {nl: Soort werk, en: Kind of work}", "label: {nl: S, en: K}\n    observed: register")
    replace(study, "dimensions: [job_kind]", "dimensions: [job_kind, job_balance_why]", "study.yml")
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    survey, _ = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    assert "job_kind" not in [row["name"] for row in survey]
    assert '"job_kind": {reason: not_in_questionnaire' in (made.folder / "residents_2027Q3.yml").read_text()


def test_earlier_output_is_never_overwritten(study: Path, tmp_path: Path) -> None:
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    before = {path: path.read_bytes() for path in made.files}
    with pytest.raises(CwbError, match="E564"):
        make_questionnaire(study, "2027Q3", "xlsform", tmp_path)
    assert {path: path.read_bytes() for path in made.folder.iterdir()} == before


def test_a_wave_may_stand_in_the_study_before_its_map_exists(study: Path, tmp_path: Path) -> None:
    new = "  - id: spring\n    label: {nl: L, en: S}\n    maps: {residents: waves/spring.yml}\nindicators"
    replace(study, "indicators", new, "study.yml")
    made = make_questionnaire(study, "spring", "xlsform", tmp_path, fieldwork="2027-03/2027-04")
    assert 'fieldwork: "2027-03/2027-04"' in (made.folder / "residents_spring.yml").read_text()


def test_fieldwork_of_a_known_wave_is_that_of_its_map(study: Path, tmp_path: Path) -> None:
    made = make_questionnaire(study, "2026Q3", "xlsform", tmp_path)
    assert 'fieldwork: "2026-08/2026-09"' in (made.folder / "residents_2026Q3.yml").read_text()


def test_unknown_words_are_refused(study: Path, tmp_path: Path) -> None:
    assert "xlsform, limesurvey, docx" in refused(study, tmp_path, "E514", to="paper")
    assert "nl, en, tr, ar" in refused(study, tmp_path, "E514", languages=["fr"])
    assert "residents" in refused(study, tmp_path, "E131", populations=["resident"])
    refused(study, tmp_path, "E563", wave="2027/Q3")
    refused(study, tmp_path, "E563", wave="spring")
    refused(study, tmp_path, "E563", fieldwork="soon")


def test_nothing_to_ask_is_refused(study: Path, tmp_path: Path) -> None:
    replace(study, "    dimensions: [job_kind]\n", "", "study.yml")
    refused(study, tmp_path, "E560")


def test_a_filter_that_a_form_cannot_apply_is_refused(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(monkeypatch, "job_mood", "job_low_mood", "job_reasons", "job_kind", "job_hours")
    replace(study, "asked_if: {job_mood: {to: 3}", "asked_if: {job_mood: {in_parameter: area_pc4}")
    with pytest.raises(CwbError) as error:
        make_questionnaire(study, "2027Q3", "xlsform", tmp_path / "out")
    assert {problem.code for problem in error.value.problems} <= {"E131", "E561"}
    assert not (tmp_path / "out").exists()


def test_a_filter_on_what_is_not_asked_is_refused(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs(monkeypatch, "job_hours")
    assert "job_kind, which is not asked here" in refused(study, tmp_path, "E561")


def test_questions_that_filter_one_another_are_refused(study: Path, tmp_path: Path) -> None:
    replace(study, "dimensions: [job_kind]", "dimensions: [job_balance_why]", "study.yml")
    replace(
        study,
        "label: {nl: Balans (−5 tot 5)",
        "asked_if: {job_balance_why: [money]}\n    label: {nl: Balans (−5 tot 5)",
    )
    refused(study, tmp_path, "E562")


def test_names_of_the_form_itself_are_refused(study: Path, tmp_path: Path) -> None:
    path = study / "dictionary/variables/own.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("job_kind", "asked_kind"), encoding="utf-8")
    replace(study, "dimensions: [job_kind]", "dimensions: [asked_kind]", "study.yml")
    replace(study, "  job_kind:", "  asked_kind:", "waves/first.yml")
    refused(study, tmp_path, "E565")


def test_a_code_that_maps_read_as_an_empty_cell_is_refused(study: Path, tmp_path: Path) -> None:
    replace(study, "none: {nl: Geen, en: None of these}}", "sysmis: {nl: Geen, en: None of these}}")
    replace(study, "3: none", "3: sysmis", "waves/first.yml")
    assert "job_kind" in refused(study, tmp_path, "E565")


def test_wordings_of_the_study_come_first(study: Path, tmp_path: Path) -> None:
    own(
        study,
        "wordings:\n  job_kind:\n    nl: Welk werk doet u?\n    ar: ما نوع عملك؟\n"
        "    answers: {paid: {tr: Ücretli, ar: مدفوع}}\nwords: {dont_know: {tr: Bilmiyorum}}\n",
    )
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path, languages=["tr", "ar"])
    survey, lists = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    asked = survey[-1]
    assert asked["label::Nederlands (nl)"] == "Welk werk doet u?"
    assert asked["label::English (en)"] == "What kind of work do you do?"
    assert asked["label::Türkçe (tr)"] == "Ne iş yapıyorsunuz?"
    assert asked["label::العربية (ar)"] == "ما نوع عملك؟"
    assert [row["label::Türkçe (tr)"] for row in lists["job_kind"]] == ["Ücretli", "", "", "Bilmiyorum", ""]
    lacking = {(gap.variable, gap.part): gap.languages for _, gap in made.missing}
    assert ("job_kind", "question") not in lacking
    assert lacking["job_kind", "answers unpaid, none"] == ("tr", "ar")
    assert lacking["(words) dont_know", "I don't know"] == ("ar",)


def test_texts_that_may_not_travel_are_named_in_every_language(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(monkeypatch, "job_mood")
    made = make_questionnaire(study, "2027Q3", "xlsform", tmp_path, languages=["tr"])
    survey, _ = read_xlsform(made.folder / "residents_2027Q3.xlsx")
    for column in ("label::Nederlands (nl)", "label::English (en)", "label::Türkçe (tr)"):
        assert survey[-1][column].startswith("[") and "Somebody (2020)" in survey[-1][column]
    lacking = [(gap.part, gap.languages) for _, gap in made.missing if gap.variable == "job_mood"]
    assert lacking == [("question", ("nl", "en", "tr")), ("answers: what 0 and 10 stand for", ("nl", "en", "tr"))]
    assert "job_mood,question,nl en tr" in (made.folder / "missing_wordings.csv").read_text()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wordings: {job_kid: {nl: Hoe?}}\n", "E131"),
        ("wordings: {job_kind: {answers: {payed: {tr: Evet}}}}\n", "E566"),
        ("words: {dont_now: {tr: Bilmiyorum}}\n", "E131"),
        ("wordings: {job_kind: {fr: Quoi?}}\n", "E002"),
        ("wordings: {job_kind: {answers: {paid: {}}}}\n", "E002"),
    ],
)
def test_mistakes_in_wordings_are_told_with_their_line(text: str, code: str, study: Path, tmp_path: Path) -> None:
    own(study, text)
    assert "dictionary/wordings.yml:1" in refused(study, tmp_path, code)


def test_missing_wordings_are_printed_once_for_all_populations(tmp_path: Path) -> None:
    made = make_questionnaire("surveys/nieuw_west", "2027Q3", "xlsform", tmp_path)
    printed = io.StringIO()
    show(made, Console(file=printed, width=240))
    lines = [line for line in printed.getvalue().splitlines() if " who5_1 " in line and " question " in line]
    assert len(lines) == 1 and "coop_workers residents" in lines[0] and "WHO-5 Well-Being Index" in lines[0]

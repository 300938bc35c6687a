"""Exports of Qualtrics and LimeSurvey: where the header stands and what it says."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from reading import FILES, content, info

from cwb_impact.read.formats import UnreadableError

QUALTRICS, LEGACY = FILES / "qualtrics_sample.csv", FILES / "qualtrics_sample_legacy.csv"


def test_question_texts_of_qualtrics_are_labels() -> None:
    assert info(QUALTRICS, form="qualtrics").column("Q1").label == "This is a multiple choice question."


def test_header_rows_of_qualtrics_are_no_respondents() -> None:
    assert content(QUALTRICS, ["Q1", "Q2"], form="qualtrics").to_dict("list") == {"Q1": ["2"], "Q2": ["Hello World!"]}


def test_the_old_header_of_qualtrics_has_two_rows() -> None:
    assert content(LEGACY, ["V8", "Q1"], form="qualtrics").to_dict("list") == {
        "V8": ["2017-07-18 08:28:09"],
        "Q1": ["2"],
    }


def test_the_old_header_of_qualtrics_says_what_v_columns_are() -> None:
    assert info(LEGACY, form="qualtrics").column("V10").label == "Finished"


def test_seen_but_unanswered_stays_a_code_of_qualtrics(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('Q1\nHoe gaat het?\n"{""ImportId"":""QID1""}"\n-99\n')
    assert content(path, form="qualtrics")["Q1"].tolist() == ["-99"]


def test_a_line_end_in_a_question_text_shifts_no_row(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('Q1,Q2\n"Hoe gaat\nhet?",Waarom?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n1,2\n')
    assert info(path, form="qualtrics").column("Q1").label == "Hoe gaat het?"
    assert content(path, form="qualtrics").to_dict("list") == {"Q1": ["1"], "Q2": ["2"]}


def test_a_qualtrics_export_as_tabs_in_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes('Q1\tQ2\nEén\tTwee\n{"ImportId":"QID1"}\t{"ImportId":"QID2"}\n1\t2\n'.encode("utf-16"))
    assert content(path, form="qualtrics", delimiter="\t").to_dict("list") == {"Q1": ["1"], "Q2": ["2"]}


def test_a_qualtrics_workbook_is_read(tmp_path: Path) -> None:
    path, book = tmp_path / "q.xlsx", openpyxl.Workbook()
    for row in (["Q1", "Q2"], ["Een", "Twee"], ['{"ImportId":"QID1"}', '{"ImportId":"QID2"}'], [1, "x"]):
        book.active.append(row)
    book.save(path)
    assert content(path, form="qualtrics").to_dict("list") == {"Q1": [1.0], "Q2": ["x"]}


def test_a_file_without_import_ids_is_no_qualtrics_export(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("Q1\n1\n")
    with pytest.raises(UnreadableError, match="ImportId"):
        info(path, form="qualtrics")


def test_codes_of_limesurvey_are_names() -> None:
    names = info(FILES / "limesurvey_code.synthetic.csv", form="limesurvey").names
    assert names[-4:] == ("q12[SQ001]", "q12[SQ002]", "q12[other]", "q20[Y1][X1]")


def test_texts_behind_codes_of_limesurvey_are_labels() -> None:
    columns = info(FILES / "limesurvey_codetext.synthetic.csv", form="limesurvey").columns
    assert [(column.name, column.label) for column in columns[2:]] == [
        ("q1", "Hoe gaat het? Bijv. met u"),
        ("q12[SQ001]", "Wat doet u? [Werk, dr. of niet]"),
        ("q12[other]", "Wat doet u? [Anders]"),
    ]


def test_codes_of_limesurvey_answers_stay_as_they_are() -> None:
    frame = content(FILES / "limesurvey_code.synthetic.csv", form="limesurvey")
    assert frame["q1"].tolist() == ["AO01", "-oth-", "N/A"]
    assert frame["q12[SQ001]"].fillna("").tolist() == ["Y", "", "N/A"]


def test_a_header_with_dots_of_another_tool_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("q1. Hoe gaat het?\n1\n")
    assert info(path).names == ("q1. Hoe gaat het?",)

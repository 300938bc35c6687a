"""Templates: what a program shows and checks, the same bytes every time, and back through the reader."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cwb_impact.errors import CwbError, Problems
from cwb_impact.registers.read_list import read_list
from cwb_impact.registers.template import make_template, template_csv, template_names, template_xlsx
from cwb_impact.registers.template_cells import choices_of
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.register import EXAMPLE, RegisterFile
from registers.filled import at_wave

NAMES = [name for name, _ in template_names("nl")]
LANGUAGES = ("nl", "en")
HELP = {"nl": "uitleg", "en": "help"}


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary(Problems())


def book_of(name: str, lang: str, dictionary: Dictionary) -> Any:
    return openpyxl.load_workbook(io.BytesIO(template_xlsx(dictionary.registers[name], dictionary, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_first_sheet_has_headings_notes_and_one_example(name: str, lang: str, dictionary: Dictionary) -> None:
    columns, sheet = list(dictionary.registers[name].columns.values()), book_of(name, lang, dictionary).worksheets[0]
    assert sheet.title == name and sheet.freeze_panes == "B2" and not sheet.merged_cells.ranges
    assert [cell.value for cell in sheet[1]] == [column.label[lang] for column in columns]
    assert [cell.comment.text for cell in sheet[1]] == [column.help[lang] for column in columns]
    assert sheet.max_row == 2 and sheet["A2"].value == EXAMPLE
    assert all(cell.value is not None for cell in sheet[2])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_choice_has_its_labels_in_a_list(name: str, lang: str, dictionary: Dictionary) -> None:
    register, book = dictionary.registers[name], book_of(name, lang, dictionary)
    sheet = book.worksheets[0]
    offered = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            where, cells = check.formula1.replace("$", "").split("!")
            assert check.showErrorMessage and check.errorStyle in (None, "stop")
            column = str(check.sqref).split("2:")[0]
            offered[sheet[f"{column}1"].value] = [row[0].value for row in book[where.strip("'")][cells]]
    assert offered == {
        column.label[lang]: [label[lang] for label in choices_of(column, dictionary).values()]
        for column in register.columns.values()
        if column.type == "choice"
    }


def test_an_answer_that_may_be_unknown_offers_to_say_so(dictionary: Dictionary) -> None:
    people, lm3 = dictionary.registers["people"], dictionary.registers["lm3"]
    assert [label.nl for label in choices_of(people.columns["member"], dictionary).values()] == [
        "Ja",
        "Nee",
        "Weet niet",
    ]
    assert [label.nl for label in choices_of(lm3.columns["kind"], dictionary).values()] == [
        "Leverancier",
        "Werker",
        "Anders",
    ]


def test_zeros_in_front_stay_and_euros_and_dates_are_shown_as_such(dictionary: Dictionary) -> None:
    sheet = book_of("spend", "nl", dictionary).worksheets[0]
    by_heading = {cell.value: cell.column_letter for cell in sheet[1]}
    shapes = {
        heading: (sheet[f"{letter}2"].number_format, sheet.column_dimensions[letter].number_format)
        for heading, letter in by_heading.items()
    }
    assert shapes["KvK-nummer"] == shapes["Factuurnummer"] == ("@", "@")
    assert shapes["Bedrag zonder btw"] == ("#,##0.00", "#,##0.00")
    assert shapes["Factuurdatum"] == ("dd-mm-yyyy", "dd-mm-yyyy")
    assert sheet[f"{by_heading['KvK-nummer']}2"].value == "00000017"
    assert sheet[f"{by_heading['Bedrag zonder btw']}2"].value == 1250
    assert sheet[f"{by_heading['Factuurdatum']}2"].value == datetime(2025, 4, 15)


def test_numbers_warn_and_have_the_range_of_the_dictionary(dictionary: Dictionary) -> None:
    sheet = book_of("people", "en", dictionary).worksheets[0]
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    hours = next(check for check in checks.values() if check.type == "decimal")
    low, high = dictionary.variables["usual_hours_in_coop"].range or (None, None)
    assert (hours.formula1, hours.formula2, hours.errorStyle) == (f"{low:.0f}", f"{high:.0f}", "warning")
    euros = next(
        check
        for check in book_of("spend", "en", dictionary).worksheets[0].data_validations.dataValidation
        if check.type == "decimal"
    )
    assert float(euros.formula1) < 0, "a credit note is below 0"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_help_sheet_explains_every_column_and_who_sees_it(name: str, lang: str, dictionary: Dictionary) -> None:
    register, sheet = dictionary.registers[name], book_of(name, lang, dictionary)[HELP[lang]]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    first = [row[0] for row in rows if row]
    for column in register.columns.values():
        (row,) = [row for row in rows if row and row[0] == column.label[lang] and len(row) == 5]
        assert row[2] == column.help[lang]
    assert any(f"{register.id}" in text and register.version in text for text in first)
    assert any(text.startswith({"nl": "Wie ziet dit", "en": "Who sees this"}[lang]) for text in first)
    if register.protects != "nothing":
        assert any(text.startswith({"nl": "Alleen wie de cijfers", "en": "Only those who"}[lang]) for text in first)


@pytest.mark.parametrize("to", ["xlsx", "csv"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_definition_gives_the_same_bytes(lang: str, to: str, tmp_path: Path) -> None:
    first = [make_template(name, lang, to, tmp_path).read_bytes() for name in NAMES]
    (tmp_path / "again").mkdir()
    assert first == [make_template(name, lang, to, tmp_path / "again").read_bytes() for name in NAMES]


def test_a_csv_template_is_written_as_a_program_of_that_language_does(dictionary: Dictionary) -> None:
    dutch = template_csv(dictionary.registers["spend"], dictionary, "nl").decode("utf-8")
    assert dutch.startswith("\ufeffAnkerorganisatie;Leverancier;")
    assert "1250,00" in dutch and "15-04-2025" in dutch and ";Ja" in dutch
    english = template_csv(dictionary.registers["spend"], dictionary, "en").decode("utf-8-sig")
    assert "1250.00" in english and "2025-04-15" in english
    widths = {len(row) for row in csv.reader(io.StringIO(english))}
    assert widths == {len(dictionary.registers["spend"].columns)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_in_template_is_read_back_and_its_example_is_not(
    lang: str, dictionary: Dictionary, tmp_path: Path
) -> None:
    path = make_template("people", lang, "xlsx", tmp_path)
    book = openpyxl.load_workbook(path)
    words = {"nl": ("Ja", "Zelfstandige, lid of geen lid", "Nee"), "en": ("Yes", "Self-employed, member or not", "No")}
    paid, position, member = words[lang]
    book["people"].append(["Groen", "P07", paid, position, member, 12.5, None, datetime(2025, 2, 3), None])
    unknown = dictionary.missing_reasons["dont_know"].label[lang]
    book["people"].append(["Groen", "P08", unknown, position, member, None, None, datetime(2025, 2, 3), None])
    book.save(path)
    problems = Problems()
    found = read_list("people", at_wave(tmp_path, people=[RegisterFile(file=path.name)]), problems)
    assert found is not None and not problems.errors and len(found) == 2
    assert found.values("position") == ["self_employed"] * 2 and found.values("member") == ["no"] * 2
    assert found.values("hours") == [Decimal("12.5"), None] and found.values("joined") == [date(2025, 2, 3)] * 2
    assert found.why("paid_work") == ["valid", "dont_know"] and found.why("hours") == ["valid", "no_answer"]


@pytest.mark.parametrize("to", ["xlsx", "csv"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_template_that_nobody_filled_in_has_all_headings_and_no_rows(
    name: str, lang: str, to: str, dictionary: Dictionary, tmp_path: Path
) -> None:
    path, problems = make_template(name, lang, to, tmp_path), Problems()
    found = read_list(name, at_wave(tmp_path, **{name: [RegisterFile(file=path.name)]}), problems)
    assert found is None
    assert [fault.code for fault in problems.errors] == ["E636"], "nothing but that it has no rows"


@pytest.mark.parametrize(
    ("name", "lang", "to", "code", "said"),
    [
        ("persons", "nl", "xlsx", "E620", "people"),
        ("people", "fr", "xlsx", "E514", "nl, en"),
        ("people", "nl", "ods", "E514", "xlsx, csv"),
    ],
)
def test_a_word_that_is_not_known_is_told(name: str, lang: str, to: str, code: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CwbError) as caught:
        make_template(name, lang, to, tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == code and said in str(problem)
    assert not list(tmp_path.iterdir())


def test_a_list_that_somebody_filled_in_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "people.nl.xlsx").write_text("filled in", encoding="utf-8")
    with pytest.raises(CwbError, match="E523"):
        make_template("people", "nl", "xlsx", tmp_path)
    assert (tmp_path / "people.nl.xlsx").read_text(encoding="utf-8") == "filled in"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CwbError, match="E530"):
        make_template("people", "nl", "xlsx", tmp_path / "nowhere")


def test_the_names_say_what_a_row_is() -> None:
    told = dict(template_names("en"))
    assert told["spend"] == "Spend of anchor organisations. One row a paid invoice"

"""The shipped lists: complete for their indicators, without two meanings of a heading, checked word by word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec, shared_dictionary_folder
from cwb_impact.spec.register import EXAMPLE, Register
from cwb_impact.spec.register_columns import check_register_columns

FOLDER = shared_dictionary_folder() / "registers"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))

TELLS = {
    "people_working_in_coops": "people",
    "full_time_equivalents": "people",
    "learn_work_places": "people",
    "members_working": "people",
    "retention_after_12_months": "people",
    "assembly_turnout": "coops",
    "pay_ratio": "coops",
    "surplus_per_member": "coops",
    "coop_local_purchasing": "coops",
    "lm3": "lm3",
    "anchor_spend_in_area": "spend",
    "anchor_spend_locally_owned": "spend",
    "spend_with_coops_direct": "spend",
    "spend_with_coops_subcontract": "spend",
    "capital_committed": "capital",
    "capital_paid_in": "capital",
    "grants_awarded": "grants",
    "initiatives_scouted": "pipeline",
    "initiatives_dropped": "pipeline",
    "sessions_held": "sessions",
    "session_attendances": "sessions",
}
"""Indicator -> the list whose template asks for all that it needs."""


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    problems = Problems()
    found = load_dictionary(problems)
    problems.raise_if_errors()
    return found


def read(folder: Path, name: str, change: Callable[[str], str]) -> tuple[Register | None, Problems]:
    """A shipped definition after a change of its text."""
    before = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path = folder / f"{name}.yml"
    path.write_text(after, encoding="utf-8")
    problems = Problems()
    return read_spec(Register, path, path.name, problems), problems


def test_all_nine_lists_are_there(dictionary: Dictionary) -> None:
    wanted = ["capital", "coops", "grants", "lm3", "people", "pipeline", "sessions", "spend", "suppliers"]
    assert sorted(dictionary.registers) == NAMES == wanted


@pytest.mark.parametrize(("indicator", "register"), TELLS.items())
def test_a_list_asks_for_all_that_its_indicators_need(indicator: str, register: str, dictionary: Dictionary) -> None:
    needed = set(dictionary.variables_needed(dictionary.indicators[indicator]))
    assert needed <= set(dictionary.registers[register].variables)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_cell_that_its_column_can_hold(name: str, dictionary: Dictionary) -> None:
    register = dictionary.registers[name]
    for column in register.columns.values():
        if column.type in ("number", "whole", "percent", "euros"):
            spans = [column.range, dictionary.variables[column.variable].range if column.variable else None]
            for low, high in filter(None, spans):
                assert low <= float(column.example) <= high
        elif column.type == "date":
            assert date.fromisoformat(column.example)
        elif column.type == "kvk":
            assert column.example.startswith("0000")
    assert next(iter(register.columns.values())).example == EXAMPLE


@pytest.mark.parametrize("name", NAMES)
def test_no_column_asks_for_a_name_or_number_of_a_person(name: str, dictionary: Dictionary) -> None:
    for column in dictionary.registers[name].columns.values():
        for heading in (column.label.nl, column.label.en, *column.also):
            assert not {"bsn", "geboortedatum", "achternaam", "adres"} & set(heading.casefold().split())


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Crediteur", "supplier"),
        ("Naam leverancier", "supplier"),
        ("Postcode", "postcode"),
        ("KvK-nummer", "kvk"),
        ("Factuurnr", "invoice"),
        ("Bedrag excl. btw", "amount"),
        ("Boekdatum", "date"),
        ("Factuurdatum", "date"),
        ("Contractnr", "contract"),
    ],
)
def test_headings_of_ledgers_are_known(heading: str, column: str, dictionary: Dictionary) -> None:
    spend = dictionary.registers["spend"]
    known = {name: column for column in spend.columns for name in spend.headings(column)}
    assert known[heading] == column


def test_an_amount_that_may_be_with_vat_is_not_taken(dictionary: Dictionary) -> None:
    spend = dictionary.registers["spend"]
    headings = {heading.casefold() for column in spend.columns for heading in spend.headings(column)}
    assert not headings & {"bedrag", "amount", "bedrag incl. btw", "totaalbedrag"}


def test_the_best_heading_comes_first(dictionary: Dictionary) -> None:
    headings = dictionary.registers["spend"].headings("date")
    assert headings[:2] == ("Factuurdatum", "Invoice date")
    assert headings.index("Boekdatum") > headings.index("Betaaldatum")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("people", "variable: usual_hours_in_coop", "variable: usual_hour_in_coop", "usual_hours_in_coop"),
        ("people", "type: number", "type: whole", "type number"),
        (
            "coops",
            "type: whole\n    variable: members_entitled",
            "type: number\n    variable: members_entitled",
            "whole",
        ),
        ("lm3", "example: worker", "example: a_worker", "is no code"),
        ("capital", "example: promised", "example: Zoals beloofd", "is no code"),
        ("lm3", "lm3_r3_euros,", "lm3_r4_euros,", "is no variable"),
    ],
)
def test_a_word_that_does_not_fit_is_told_with_its_line(
    name: str, old: str, new: str, said: str, dictionary: Dictionary, tmp_path: Path
) -> None:
    register, problems = read(tmp_path, name, lambda text: text.replace(old, new, 1))
    assert register is not None and not problems.errors
    check_register_columns(replace(dictionary, registers={name: register}), problems)
    (fault,) = problems.errors
    line = register.doc.path.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert fault.code == "E131" and said in str(fault) and new.splitlines()[0].split()[-1] in line


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("spend", "      - Crediteur\n", "      - Crediteur\n      - factuurnummer\n", "is a heading of"),
        ("spend", "column: date, counts", "column: amount, counts", "is no column with dates"),
        ("people", "example: VOORBEELD / EXAMPLE", "example: Groen", "its example is"),
        ("people", "holding: coop", "holding: firm", "is no column"),
        ("capital", "protects: nothing", "protects: money", "names its holding"),
        ("people", "    variable: paid_work_in_coop\n", "", "a choice names its variable or has choices"),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(
    name: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    register, problems = read(tmp_path, name, lambda text: text.replace(old, new, 1))
    assert register is None and any(said in str(fault) for fault in problems.errors)

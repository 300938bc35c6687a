"""Who a supplier is and where it is, in the order of docs/spend.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cwb_impact.types import RegisterRows
from registers.ledgers import line, read, suppliers, write

Seats = list[tuple[str, str, str, str]]


def found(folder: Path, *lines: tuple[Any, ...], seats: Seats | None = None) -> tuple[RegisterRows, RegisterRows]:
    listed = None if seats is None else suppliers(folder / "seats.csv", seats)
    both = read(folder, write(folder / "a.csv", lines), seats=listed)
    assert both is not None
    return both


def places(folder: Path, *lines: tuple[Any, ...], seats: Seats | None = None) -> list[str]:
    frame = found(folder, *lines, seats=seats)[0].frame.sort_values("payment_euros")
    return [
        value if why == "valid" else why
        for value, why in zip(frame["supplier_in_area"], frame["supplier_in_area__why"], strict=True)
    ]


@pytest.mark.parametrize(
    "other",
    ["bakker", "BAKKER B.V.", "Bakker BV", "  Bakker,  b.v. ", "Stichting Bakker", "Bakkér", "Bakker (V.O.F.)"],
)
def test_spellings_of_one_supplier(tmp_path: Path, other: str) -> None:
    lists, _ = found(tmp_path, line(supplier="Bakker"), line(supplier=other, amount="-40,00"))
    assert lists.frame["payment_euros"].tolist() == [60.0]
    assert lists.counts["spellings"] == int(other != "bakker") and lists.counts["suppliers"] == 1


@pytest.mark.parametrize("other", ["Bakkerij", "Bakker 2", "De Bakker", "東京", "B.V."])
def test_other_suppliers(tmp_path: Path, other: str) -> None:
    lists, _ = found(tmp_path, line(supplier="Bakker"), line(supplier=other))
    assert lists.counts["suppliers"] == 2 and lists.counts["spellings"] == 0


def test_the_number_decides_before_the_name(tmp_path: Path) -> None:
    one = found(tmp_path, line(supplier="Bakker", kvk="12345678"), line(supplier="Slager", kvk="12345678"))
    assert one[0].counts["suppliers"] == 1
    two = found(tmp_path, line(supplier="Bakker", kvk="12345678"), line(supplier="Bakker", kvk="87654321"))
    assert two[0].counts["suppliers"] == 2


def test_a_name_without_number_is_the_only_supplier_of_that_name_that_has_one(tmp_path: Path) -> None:
    named = line(supplier="bakker", postcode="9999 ZZ")
    assert found(tmp_path, line(kvk="12345678"), named)[0].counts["suppliers"] == 1
    assert found(tmp_path, line(kvk="12345678"), line(kvk="87654321"), named)[0].counts["suppliers"] == 3


def test_names_in_two_places_are_two_suppliers_and_no_postcode_joins_the_only_place(tmp_path: Path) -> None:
    here, there, nowhere = (line(postcode=code) for code in ("1069AB", "9999ZZ", ""))
    assert found(tmp_path, here, there)[0].counts["suppliers"] == 2
    assert found(tmp_path, here, nowhere)[0].counts["suppliers"] == 1
    assert found(tmp_path, here, there, nowhere)[0].counts["suppliers"] == 3


def test_the_place_is_looked_up_in_the_stated_order(tmp_path: Path) -> None:
    lines = [
        line(supplier="A", kvk="11111111", postcode="1069AB", amount="1,00"),  # invoice: yes, seat: no
        line(supplier="B", kvk="22222222", postcode="", amount="2,00"),  # seat by number: yes
        line(supplier="C B.V.", postcode="", amount="3,00"),  # seat by name: yes
        line(supplier="D", postcode="", amount="4,00"),  # not known
        line(supplier="E", kvk="33333333", postcode="kapot", amount="5,00"),  # seat by number: no
        line(supplier="F", kvk="44444444", postcode="", amount="6,00"),  # another number has that name
    ]
    seats = [
        ("A", "11111111", "9999 ZZ", "nee"), ("Bee", "22222222", "1068 AA", "ja"), ("C", "", "1069 AA", ""),
        ("E", "33333333", "1011 AA", "weet niet"), ("F", "55555555", "1069 AA", "ja"),
    ]  # fmt: skip
    assert places(tmp_path, *lines, seats=seats) == ["yes", "yes", "yes", "dont_know", "no", "dont_know"]
    lists, _ = found(tmp_path, *lines, seats=seats)
    counts = ("place_conflicts", "place_unknown_invoices", "place_unknown_suppliers", "place_unknown_euros")
    assert [lists.counts[name] for name in counts] == [1, 2, 2, 10.0]
    owned = lists.frame.sort_values("payment_euros")
    assert owned["supplier_locally_owned__why"].tolist() == ["valid"] * 2 + ["dont_know"] * 4
    assert owned["supplier_locally_owned"].tolist()[:2] == ["no", "yes"]
    assert lists.counts["owner_unknown_euros"] == 18.0 and set(lists.files) == {"a.csv", "seats.csv"}


def test_four_digits_of_a_postcode_that_is_partly_in_the_area(tmp_path: Path) -> None:
    codes = ["1064 HN", "1064 AA", "1064", "1069", "1070"]
    lines = [line(supplier=f"S{place}", postcode=code, amount=f"{place},00") for place, code in enumerate(codes, 1)]
    assert places(tmp_path, *lines) == ["yes", "no", "dont_know", "yes", "no"]


def test_two_seats_with_one_number_that_disagree_are_not_known(tmp_path: Path) -> None:
    seats = [("A", "11111111", "9999 ZZ", "ja"), ("A filiaal", "11111111", "1069 AA", "ja")]
    lists, _ = found(tmp_path, line(supplier="A", kvk="11111111", postcode=""), seats=seats)
    assert lists.frame["supplier_in_area__why"].tolist() == ["dont_know"]
    assert lists.frame["supplier_locally_owned"].tolist() == ["yes"]


def test_a_credit_note_without_postcode_comes_off_where_the_money_went(tmp_path: Path) -> None:
    lists, _ = found(tmp_path, line(), line(amount="-30,00", postcode=""))
    assert lists.frame["payment_euros"].tolist() == [70.0] and lists.frame["supplier_in_area"].tolist() == ["yes"]


def test_co_ops_by_number_or_by_name(tmp_path: Path) -> None:
    lines = [
        line(supplier="Andere naam", kvk="00000109", amount="1,00"),  # the number of Groen
        line(supplier="Voorbeeldcooperatie Groen U.A.", amount="2,00", postcode="9999ZZ"),  # its name
        line(supplier="Voorbeeldcoöperatie Groen", kvk="12345678", amount="4,00"),  # its name, another number
        line(supplier="BUURTKAR", kvk="87654321", amount="8,00"),  # its number is not known
        line(supplier="Buurtkar", amount="16,00", route="subcontract", anchor="Ziekenhuis"),
        line(supplier="Bakker", amount="32,00", route="subcontract"),  # no co-op: inside another invoice
    ]
    lists, co_ops = found(tmp_path, *lines)
    told = co_ops.frame[["holding", "coop_payment_route", "coop_payment_euros"]].to_numpy().tolist()
    assert told == [
        ["Buurtkar", "direct", 8.0],
        ["Buurtkar", "subcontract", 16.0],
        ["Voorbeeldcoöperatie Groen", "direct", 3.0],
    ]
    assert lists.counts["euros"] == 15.0 and lists.counts["subcontract_lines"] == 2

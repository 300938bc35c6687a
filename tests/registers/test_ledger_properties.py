"""Ledgers that Hypothesis makes, beside a slow reading line by line; and what must change nothing."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.types import RegisterRows
from registers.ledgers import AREA, line, read, write

Cells = dict[str, str]
NAMES = ["Bakker", "BAKKER B.V.", "Slager", "Slager vof", "Buurtkar", "Buurtkar U.A."]
pytestmark = pytest.mark.slow
SOME = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def invoices(draw: st.DrawFn) -> Cells:
    """Few suppliers, so that lines meet: spellings, numbers, notes, doubles, gaps."""
    cents = draw(st.integers(-3000, 9000).filter(bool))
    return {
        "anchor": draw(st.sampled_from(["Gemeente", "Ziekenhuis"])),
        "supplier": draw(
            st.sampled_from(["Bakker", "BAKKER B.V.", "Slager", "Slager vof", "Buurtkar", "Buurtkar U.A."])
        ),
        "postcode": draw(st.sampled_from(["1069 AB", "1069ab", "9999ZZ", "", "1064", "1064HN", "fout"])),
        "kvk": draw(st.sampled_from(["", "", "11111111", "22222222", "1111111"])),
        "invoice": draw(st.sampled_from(["", "F1", "f 1", "F2", "F3"])),
        "amount": f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}",
        "date": draw(st.sampled_from(["31-01-2025", "30-06-2025", "31-12-2024"])),
        "route": draw(st.sampled_from(["", "direct", "subcontract"])),
        "choice": draw(st.sampled_from(["ja", "nee", "", "weet niet"])),
    }


LEDGERS = st.lists(invoices(), min_size=1, max_size=25).filter(
    lambda lines: any("2025" in one["date"] for one in lines)
)


def rows(lines: Sequence[Cells]) -> list[tuple[Any, ...]]:
    return [line(**one) for one in lines]


def ours(*files: Sequence[Cells]) -> tuple[RegisterRows, RegisterRows]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = [write(folder / f"{number}.csv", rows(lines)) for number, lines in enumerate(files)]
        found = read(folder, *made)
    assert found is not None
    return found


def shown(found: tuple[RegisterRows, RegisterRows]) -> tuple[list[Any], list[Any]]:
    """What comes out, with names for the numbers of suppliers left out."""
    lists, co_ops = (one.frame for one in found)
    payments = lists[[name for name in lists.columns if name not in ("holding", "place")]].astype(object)
    return (
        sorted(map(str, payments.where(payments.notna(), None).to_numpy().tolist())),
        sorted(map(str, co_ops.astype(object).to_numpy().tolist())),
    )


def slow(lines: Sequence[Cells]) -> tuple[list[tuple[Decimal, str, str]], list[tuple[str, str, Decimal]]]:
    """The rules of docs/spend.md, one line after another, with Decimal."""
    kept = [one for one in lines if one["date"].endswith("2025")]
    plain = {one["supplier"]: one["supplier"].lower().replace(" b.v.", "").replace(" vof", "").replace(" u.a.", "")
             for one in kept}  # fmt: skip

    def kvk(one: Cells) -> str:
        return one["kvk"].rjust(8, "0") if one["kvk"] else ""

    def postcode(one: Cells) -> str:
        code = one["postcode"].replace(" ", "").upper()
        return code if code[:1].isdigit() else ""

    numbers = defaultdict(set)
    for one in kept:
        if kvk(one):
            numbers[plain[one["supplier"]]].add(kvk(one))
    towns = defaultdict(set)
    for one in kept:
        if not kvk(one) and postcode(one):
            towns[plain[one["supplier"]]].add(postcode(one)[:4])

    def key(one: Cells) -> tuple[str, ...]:
        name = plain[one["supplier"]]
        if kvk(one):
            return ("kvk", kvk(one))
        if len(numbers[name]) == 1:
            return ("kvk", *numbers[name])
        town = postcode(one)[:4] or ("".join(towns[name]) if len(towns[name]) == 1 else "")
        return ("name", name, town)

    def place(one: Cells) -> str:
        code = postcode(one)
        if not code or (len(code) == 4 and code not in AREA and any(part.startswith(code) for part in AREA)):
            return "dont_know"
        return "yes" if code in AREA or code[:4] in AREA else "no"

    def euros(one: Cells) -> Decimal:
        return Decimal(one["amount"].replace(",", "."))

    def route(one: Cells) -> str:
        return one["route"] or "direct"

    reason = {"ja": "yes", "nee": "no", "": "no_answer", "weet niet": "dont_know"}
    groups: dict[tuple[Any, ...], list[Cells]] = defaultdict(list)
    for number, one in enumerate(kept):
        invoice = one["invoice"].lower().replace(" ", "")
        same = (one["anchor"], key(one), invoice, one["date"], euros(one), route(one))
        groups[same if invoice else (number,)].append(one)
    once = []
    for same in groups.values():
        # of doubles: the supplier as written first in the alphabet among those with a postcode, and a known choice
        first = min(same, key=lambda one: (not postcode(one), one["supplier"], one["kvk"], one["postcode"]))
        choices = sorted(reason[one["choice"]] for one in same)
        known = [choice for choice in choices if choice in ("yes", "no")]
        once.append((first, (known or choices)[0]))
    went = defaultdict(set)
    for one, _ in once:
        if route(one) == "direct" and euros(one) > 0 and place(one) != "dont_know":
            went[key(one)].add(place(one))
    payments: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    co_ops: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for one, choice in once:
        where = place(one)
        if where == "dont_know" and euros(one) < 0 and len(went[key(one)]) == 1:
            (where,) = went[key(one)]
        if route(one) == "direct":
            payments[key(one), choice, where] += euros(one)
        if plain[one["supplier"]] == "buurtkar":
            co_ops[one["anchor"], "Buurtkar", route(one)] += euros(one)
    return (
        sorted((total, choice, where) for (_, choice, where), total in payments.items() if total > 0),
        sorted((name, way, total) for (_, name, way), total in co_ops.items() if total > 0),
    )


@SOME
@given(lines=LEDGERS)
def test_a_slow_reading_line_by_line_gives_the_same(lines: list[Cells]) -> None:
    lists, co_ops = ours(lines)
    frame = lists.frame
    found = []
    for row in frame.to_dict("records"):
        parts = [
            row[name] if row[f"{name}__why"] == "valid" else row[f"{name}__why"]
            for name in ("payment_influenceable", "supplier_in_area")
        ]
        found.append((Decimal(str(row["payment_euros"])), *parts))
    told = [
        (row["holding"], row["coop_payment_route"], Decimal(str(row["coop_payment_euros"])))
        for row in co_ops.frame.to_dict("records")
    ]
    payments, paid = slow(lines)
    assert sorted(found) == payments
    assert sorted(told) == paid


@SOME
@given(lines=LEDGERS, data=st.data())
def test_the_order_of_lines_and_files_changes_nothing(lines: list[Cells], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(lines))
    cut = data.draw(st.integers(0, len(mixed)))
    whole, split = ours(lines), ours(mixed[:cut], mixed[cut:])
    assert shown(whole) == shown(split)
    assert [one.frame["holding"].tolist() for one in whole] == [one.frame["holding"].tolist() for one in split]
    # which of two spellings comes first depends on the order; how many there are does not
    assert whole[0].counts == split[0].counts


@SOME
@given(lines=LEDGERS, data=st.data())
def test_an_exact_double_changes_nothing_but_the_count(lines: list[Cells], data: st.DataObject) -> None:
    numbered = [one for one in lines if one["invoice"] and one["date"].endswith("2025")]
    if not numbered:
        return
    again = data.draw(st.sampled_from(numbered))
    once, twice = ours(lines), ours([*lines, again])
    assert shown(once) == shown(twice)
    changed = Counter(name for name in once[0].counts if once[0].counts[name] != twice[0].counts[name])
    assert set(changed) <= {"rows", "double", "double_euros"}
    assert twice[0].counts["double"] == once[0].counts["double"] + 1


@SOME
@given(lines=LEDGERS, one=invoices())
def test_a_note_that_reverses_an_invoice_removes_it(lines: list[Cells], one: Cells) -> None:
    bill = {
        **one,
        "supplier": "Nieuw",
        "kvk": "",
        "amount": "123,45",
        "invoice": "N1",
        "date": "31-01-2025",
        "route": "",
    }
    note = {**bill, "amount": "-123,45", "invoice": "N2"}
    assert shown(ours(lines)) == shown(ours([bill, *lines, note]))

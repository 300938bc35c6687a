"""Lists of the programme and of co-ops as variables: reasons, routing, periods, and what has no column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cwb_impact.errors import Problems
from cwb_impact.registers.coops import coops_rows, names_with_kvk, read_coops
from cwb_impact.registers.figures import figure_of
from cwb_impact.registers.listed import listed_rows
from cwb_impact.types import RegisterRows
from registers.filled import COOPS, at_wave, codes, dictionary, headings, text, told, workbook

PIPELINE = ("name", "scouted", "advanced", "dropped", "drop_reason")
SESSIONS = ("name", "date", "held", "kind", "participants")


def _listed(folder: Path, name: str, *files: Any) -> tuple[RegisterRows | None, Problems]:
    problems = Problems()
    found = listed_rows(name, at_wave(folder, **{name: files}), problems)
    return found, problems


def _one(
    folder: Path, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[RegisterRows | None, Problems]:
    return _listed(folder, name, workbook(folder / f"{name}.xlsx", [headings(name, columns), *rows]))


def test_what_is_not_asked_is_not_applicable(tmp_path: Path) -> None:
    rows = [
        ["Een", "Ja", "Nee", "Ja", None],
        ["Twee", "Ja", "Nee", "Nee", None],
        ["Drie", "Ja", "Nee", None, None],
        ["Vier", "Ja", "Nee", "Weet niet", None],
    ]
    found, problems = _one(tmp_path, "pipeline", PIPELINE, rows)
    assert found is not None and not len(problems)
    assert found.frame["pipeline_dropped"].fillna("-").tolist() == ["yes", "no", "-", "-"]
    assert found.frame["pipeline_dropped__why"].tolist() == ["valid", "valid", "no_answer", "dont_know"]
    why = ["no_answer", "not_applicable", "no_answer", "dont_know"]
    assert found.frame["pipeline_drop_reason__why"].tolist() == why
    assert set(found.frame["holding"]) == {""}
    assert "Een" not in found.frame.to_csv()


def test_an_answer_where_another_column_says_no(tmp_path: Path) -> None:
    reason = dictionary().variables["pipeline_drop_reason"].codes
    assert reason is not None
    label = next(iter(reason.values())).nl
    rows = [["Een", "Ja", "Nee", "Nee", label], ["Twee", "Ja", "Nee", "Ja", label]]
    found, problems = _one(tmp_path, "pipeline", PIPELINE, rows)
    assert found is None and codes(problems) == ["E633"]
    assert "1 cell of 2 rows" in told(problems, "E633")[0] and "lijst!E2" in told(problems, "E633")[0]


def _session(day: dt.date | None, people: Any = 10) -> list[Any]:
    kinds = dictionary().variables["session_kind"].codes
    assert kinds is not None
    return ["Bijeenkomst", day, "Ja", next(iter(kinds.values())).nl, people]


def test_only_rows_of_the_period_count(tmp_path: Path) -> None:
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    found, _ = _one(tmp_path, "sessions", SESSIONS, [_session(day, 10 + n) for n, day in enumerate(days)])
    assert found is not None
    assert found.frame["session_participants"].tolist() == [11, 12]
    assert dict(found.counts) == {"rows": 4, "outside_period": 2}


def test_a_list_of_the_wrong_year_is_refused(tmp_path: Path) -> None:
    found, problems = _one(tmp_path, "sessions", SESSIONS, [_session(dt.date(2024, 5, day)) for day in range(1, 8)])
    assert found is None
    assert told(problems, "E636") == [
        "date: 7 cells of 7 rows: no row is of this wave (from 2026-01-01 to 2026-12-31): a list of another year?: "
        "lijst!B2, lijst!B3, lijst!B4, lijst!B5, lijst!B6 and 2 more"
    ]


def test_amounts_up_to_the_reference_date(tmp_path: Path) -> None:
    columns = ("name", "date", "committed_euros", "paid_euros", "for_area")
    rows = [
        ["Een", dt.date(2026, 9, 30), "1.500,50", 0, "Ja"],
        ["Twee", dt.date(2026, 10, 1), "2.000,00", 0, "Ja"],
        ["Drie", None, "3.000,00", None, "Ja"],
    ]
    found, problems = _one(tmp_path, "capital", columns, rows)
    assert found is not None and not len(problems)
    np.testing.assert_array_equal(found.frame["capital_committed_euros"], [1500.5, 3000])
    assert found.frame["capital_paid_euros__why"].tolist() == ["valid", "no_answer"]
    assert dict(found.counts) == {"rows": 3, "after_reference_date": 1}
    assert "capital_instrument" not in found.frame


def test_a_negative_amount_where_only_positive_ones_can_be(tmp_path: Path) -> None:
    columns = ("name", "date", "committed_euros", "paid_euros", "for_area")
    found, problems = _one(tmp_path, "capital", columns, [["Een", None, "(1.500,50)", 0, "Ja"]])
    assert found is None
    assert told(problems, "E629") == ["committed_euros: 1 cell of 1 rows: outside 0 to 1,000,000,000: lijst!C2"]


def test_a_column_that_one_of_two_files_lacks(tmp_path: Path) -> None:
    columns = ("name", "date", "committed_euros", "paid_euros", "for_area", "instrument")
    one = workbook(tmp_path / "een.xlsx", [headings("capital", columns[:5]), ["Een", None, 1, 1, "Ja"]])
    instruments = dictionary().variables["capital_instrument"].codes
    assert instruments is not None
    code, label = next(iter(instruments.items()))
    two = text(tmp_path / "twee.csv", [headings("capital", columns, "en"), ["Two", "", "2", "2", "Yes", label.en]], ",")
    found, problems = _listed(tmp_path, "capital", one, two)
    assert found is not None, list(problems)
    assert found.frame["capital_instrument__why"].tolist() == ["not_asked", "valid"]
    assert found.frame["capital_instrument"].tolist()[1] == code
    assert found.frame["place"].tolist() == ["een.xlsx lijst!2", "twee.csv:2"]
    assert list(found.files) == ["een.xlsx", "twee.csv"]


def _coops(folder: Path, *rows: Sequence[Any]) -> tuple[RegisterRows | None, Problems, dict[str, str | None]]:
    problems = Problems()
    file = workbook(folder / "coops.xlsx", [headings("coops", COOPS), *rows])
    at = at_wave(folder, coops=[file])
    found = read_coops(at, problems)
    if found is None:
        return None, problems, {}
    made = coops_rows(found, at, problems)
    return made, problems, names_with_kvk(found)


HELD = dt.date(2026, 5, 20)


def test_a_co_op_without_an_assembly_is_not_applicable(tmp_path: Path) -> None:
    rows = [
        ["Groen", "12345678", HELD, 12, 9, 14, "up_to_2", 20000, 8000, 95000],
        ["Blauw", None, None, None, None, 4, None, None, None, None],
        ["Rood", None, HELD, None, None, None, None, None, None, None],
    ]
    found, problems, kvk = _coops(tmp_path, *rows)
    assert found is not None and not len(problems)
    assert found.frame["members_entitled__why"].tolist() == ["valid", "not_applicable", "no_answer"]
    assert found.frame["members_at_assembly__why"].tolist() == ["valid", "not_applicable", "no_answer"]
    assert found.counts["no_assembly_yet"] == 1
    assert kvk == {"Groen": "12345678", "Blauw": None, "Rood": None}


def test_the_pay_band_of_a_small_co_op_is_not_kept(tmp_path: Path) -> None:
    rows = [[name, None, HELD, 5, 5, paid, "over_3", None, None, None] for name, paid in (("Groen", 9), ("Blauw", 10))]
    found, problems, _ = _coops(tmp_path, *rows)
    assert found is not None and codes(problems) == ["W628"]
    assert found.frame["pay_ratio_band__why"].tolist() == ["not_applicable", "valid"]
    assert found.frame["pay_ratio_band"].isna().tolist() == [True, False]
    np.testing.assert_array_equal(found.frame["pay_ratio_band_lo"], [np.nan, 3.005])
    np.testing.assert_array_equal(found.frame["pay_ratio_band_hi"], [np.nan, np.nan])


def test_every_figure_of_the_list_can_be_made(tmp_path: Path) -> None:
    """Two bands of at most 2 and one above 3: the median lies at 1.5/2 of the band from 1 to 2.005, so at 1.75375."""
    bands = ("up_to_2", "up_to_2", "over_3")
    rows = [[f"Groen {n}", None, HELD, 10, 5, 20, band, 1000, 250, 95000] for n, band in enumerate(bands)]
    found, _, _ = _coops(tmp_path, *rows)
    assert found is not None
    made = {name: figure_of(dictionary().indicators[name], found, dictionary())[0]["value"] for name in OF_COOPS}
    assert made == pytest.approx(
        {"assembly_turnout": 50, "pay_ratio": 1.75375, "pay_ratio_at_most_2": 200 / 3, "coop_local_purchasing": 25}
    )


OF_COOPS = ("assembly_turnout", "pay_ratio", "pay_ratio_at_most_2", "coop_local_purchasing")


@pytest.mark.parametrize(
    ("changed", "code", "cell"),
    [
        ({"members_at_assembly": 13}, "E634", "lijst!E2"),
        ({"purchases_in_area_euros": 20000.01}, "E634", "lijst!I2"),
        ({"assembly_date": dt.date(2026, 10, 1)}, "E632", "lijst!C2"),
        ({"coop": "groen "}, "E631", "lijst!A3"),
    ],
)
def test_facts_that_contradict_one_another(tmp_path: Path, changed: dict[str, Any], code: str, cell: str) -> None:
    row = dict(zip(COOPS, ["Groen", None, HELD, 12, 9, 14, "up_to_2", 20000, 8000, 95000], strict=True))
    other = {**row, "coop": "Blauw"}
    first, second = ({**row}, {**other, **changed}) if code == "E631" else ({**row, **changed}, other)
    found, problems, _ = _coops(tmp_path, list(first.values()), list(second.values()))
    assert found is None and codes(problems) == [code]
    assert told(problems, code)[0].endswith(cell) and "1 cell of 2 rows" in told(problems, code)[0]

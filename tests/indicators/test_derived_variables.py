"""A derived variable: which inputs go in, what is told where there is no answer, and parameters by date."""

from __future__ import annotations

from datetime import date
from inspect import signature
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cwb_impact.errors import CwbError
from cwb_impact.indicators.derived import derive
from cwb_impact.indicators.functions import FUNCTIONS
from cwb_impact.indicators.parameters import scores_of
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.functions import SIGNATURES
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.yaml_source import Document

TEXT = {"nl": "x", "en": "y"}
SOURCE = {"instrument": TEXT, "reference": "r", "licence": "l", "item_text_shipped": False, "verified": False}
EXAMPLE = {"name": "n", "row": {}, "gives": 1, "steps": "s"}


def defined(**keys: object) -> Derived:
    about = {"id": "d", "version": "1.0.0", "name": TEXT, "formula": TEXT, "source": SOURCE, "examples": [EXAMPLE]}
    made = Derived.model_validate({**about, "references": [{"text": "t"}], **keys})
    made._doc = Document(Path("d.yml"), "d.yml", {}, {})
    return made


def parameter(name: str, values: list[dict[str, object]], **keys: object) -> Parameter:
    told = [{"reference": "r", "verified": False, **value} for value in values]
    made = Parameter.model_validate({"id": name, "name": TEXT, "unit": "u", "values": told, **keys})
    made._doc = Document(Path("p.yml"), "p.yml", {}, {})
    return made


def respondents(**columns: list[object]) -> pd.DataFrame:
    """None was refused."""
    made: dict[str, object] = {}
    for name, cells in columns.items():
        made[name] = pd.Series(cells)
        made[f"{name}__why"] = pd.Series(["refused" if cell is None else "valid" for cell in cells])
    return pd.DataFrame(made)


ON = date(2025, 9, 30)


def test_every_function_takes_exactly_the_roles_of_its_signature() -> None:
    assert set(FUNCTIONS) == set(SIGNATURES)
    for name, function in FUNCTIONS.items():
        stated = SIGNATURES[name]
        roles = {*stated.inputs, *stated.parameters, *([stated.year] if stated.year is not None else [])}
        assert set(signature(function).parameters) == roles, name


def test_a_missing_input_has_its_reason_and_no_hours_are_not_applicable() -> None:
    pay = defined(type="number", function="quotient_of", inputs={"of": "pay", "by": "hours"})
    made = derive(pay, respondents(pay=[30.0, None, 30.0], hours=[2.0, 2.0, 0.0]), {}, ON)
    assert made["d"].tolist()[0] == 15.0
    assert made["d__why"].tolist() == ["valid", "refused", "not_applicable"]
    assert made["d"].isna().tolist() == [False, True, True]


def test_a_function_that_decides_is_told_who_is_missing() -> None:
    names = {"paid_hours": "h", "absent_from_job": "a", "searched": "s", "available": "v"}
    status = defined(
        type="category",
        function="labour_status",
        inputs=names,
        codes=dict.fromkeys(("employed", "unemployed", "outside_labour_force"), TEXT),
    )
    people = respondents(h=[8.0, 0.0, 0.0], a=[None, "no", "no"], s=[None, "no", "yes"], v=[None, None, None])
    made = derive(status, people, {}, ON)
    assert made["d"].tolist()[:2] == ["employed", "outside_labour_force"]
    assert made["d__why"].tolist() == ["valid", "valid", "refused"]


def test_an_interval_has_two_ends_and_an_open_top_stays_open() -> None:
    banded = defined(
        type="interval", function="equivalised", inputs={"income": "band", "factor": "factor"}, ends_of="income"
    )
    people = respondents(band=["low", "top"], factor=[2.0, 2.0]).assign(
        band_lo=[1000.0, 5000.0], band_hi=[2000.0, np.nan]
    )
    made = derive(banded, people, {}, ON)
    assert made[["d_lo", "d_hi"]].to_numpy().tolist() == [[500.0, 1000.0], [2500.0, np.inf]]
    assert made["d"].tolist() == ["low", "top"]


WAGES = parameter(
    "wage",
    [
        {"valid_from": "2025-01-01", "valid_to": "2025-06-30", "value": 14.06},
        {"valid_from": "2025-07-01", "valid_to": "2025-12-31", "value": 14.40},
    ],
)
YOUTH = parameter(
    "youth", [{"valid_from": "2024-01-01", "table": {"20": 80, "19": 60, "18": 50, "17": 39.5, "16": 34.5, "15": 30}}]
)


@pytest.mark.parametrize(("on", "answer"), [(date(2025, 6, 30), "yes"), (date(2025, 7, 1), "no")])
def test_a_parameter_has_the_value_of_the_day(on: date, answer: str) -> None:
    at_least = defined(
        type="category",
        codes={"yes": TEXT, "no": TEXT},
        function="at_least_minimum_wage",
        inputs={"gross_hourly": "pay", "age": "age"},
        parameters={"adult_wage": "wage", "youth_percent": "youth"},
    )
    people = respondents(pay=[14.06], age=[30.0])
    made = derive(at_least, people, {"wage": WAGES, "youth": YOUTH}, on)
    assert made["d"].tolist() == [answer]


def test_a_day_outside_all_dates_is_an_error_with_the_line_of_the_parameter() -> None:
    at_least = defined(
        type="category",
        codes={"yes": TEXT, "no": TEXT},
        function="at_least_minimum_wage",
        inputs={"gross_hourly": "pay", "age": "age"},
        parameters={"adult_wage": "wage", "youth_percent": "youth"},
    )
    with pytest.raises(CwbError, match=r"p\.yml:.*E310 wage: has no value on 2026-01-01"):
        derive(at_least, respondents(pay=[14.06], age=[30.0]), {"wage": WAGES, "youth": YOUTH}, date(2026, 1, 1))


def test_a_table_without_a_key_that_the_function_needs_is_an_error() -> None:
    at_least = defined(
        type="category",
        codes={"yes": TEXT, "no": TEXT},
        function="at_least_minimum_wage",
        inputs={"gross_hourly": "pay", "age": "age"},
        parameters={"adult_wage": "wage", "youth_percent": "youth"},
    )
    short = parameter("youth", [{"valid_from": "2024-01-01", "table": {"20": 80}}])
    with pytest.raises(CwbError, match="E313 d: the youth percentages have no value for age 15"):
        derive(at_least, respondents(pay=[14.06], age=[30.0]), {"wage": WAGES, "youth": short}, ON)


def prices(year: int, change: float) -> Parameter:
    return parameter("cpi", [{"valid_from": f"{year}-01-01", "valid_to": f"{year}-12-31", "value": change}])


REAL = {
    "type": "number",
    "function": "real_ratio",
    "inputs": {"now": "now", "before": "before", "year_before": "year"},
    "parameters": {"cpi": "cpi"},
    "undefined": "not_mappable",
}


def test_a_wave_whose_year_the_price_index_lacks_is_an_error() -> None:
    with pytest.raises(CwbError, match=r"p\.yml:.*E310 cpi: has no value on 2025-09-30"):
        derive(defined(**REAL), respondents(now=[11.0], before=[10.0], year=[2019.0]), {"cpi": prices(2020, 1.3)}, ON)


def test_a_respondent_whose_year_the_price_index_lacks_is_not_mappable() -> None:
    """One slip of the pen, or an old job, must not stop the study; it is counted under its reason."""
    people = respondents(now=[11.0, 11.0], before=[10.0, 10.0], year=[1987.0, 2025.0])
    made = derive(defined(**REAL), people, {"cpi": prices(2025, 3.3)}, ON)
    assert made["d__why"].tolist() == ["not_mappable", "valid"]


def test_pay_is_compared_in_the_same_prices() -> None:
    """10.00 in 2024 is 10.33 in 2025 when prices rose by 3.3%."""
    real = defined(
        type="number",
        function="real_ratio",
        inputs={"now": "now", "before": "before", "year_before": "year"},
        parameters={"cpi": "cpi"},
    )
    cpi = parameter("cpi", [{"valid_from": "2025-01-01", "valid_to": "2025-12-31", "value": 3.3}])
    made = derive(real, respondents(now=[10.33, 10.33], before=[10.0, 10.0], year=[2024.0, 2025.0]), {"cpi": cpi}, ON)
    assert made["d"].round(6).tolist() == [1.0, 1.033]


def test_a_table_of_scores_is_read_by_number_however_its_keys_are_written() -> None:
    table = parameter("table", [{"valid_from": "2020-01-01", "table": {"4.0": 11.5, "5": 13.0}}])
    assert scores_of(table, ON) == {4.0: 11.5, 5.0: 13.0}
    wrong = parameter("table", [{"valid_from": "2020-01-01", "table": {"four": 11.5}}])
    with pytest.raises(CwbError, match="E311 table: has keys that are no numbers"):
        scores_of(wrong, ON)

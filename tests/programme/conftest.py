"""The shipped programme, and its tables."""

from __future__ import annotations

import pandas as pd
import pytest

from cwb_impact.programme.load import Programme
from cwb_impact.programme.tables import programme_tables
from programme.shipped import load


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load()


@pytest.fixture(scope="module")
def tables(programme: Programme) -> dict[str, pd.DataFrame]:
    return programme_tables(programme)

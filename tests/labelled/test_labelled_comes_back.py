"""What is written comes back: every value and every missing reason, in every format."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from cwb_impact.labelled import FORMATS, Format, write_labelled
from labelled.rebuild import plain, rebuilt
from labelled.sample import COLUMNS, DICTIONARY, frames


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=frames())
def test_values_and_reasons_come_back(tmp_path: Path, format: Format, frame: pd.DataFrame) -> None:
    path = tmp_path / f"out.{format}"
    write_labelled(frame, DICTIONARY, path, format)
    pd.testing.assert_frame_equal(rebuilt(path, DICTIONARY, COLUMNS), plain(frame))

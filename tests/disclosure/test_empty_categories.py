"""A category that nobody chose leaves the very rows of one that a few chose, in levels and in changes."""

from pathlib import Path

import pandas as pd
import pytest

from disclosure.ledger_study import Person, made, make, people

WAVES = ("2025Q3", "2026Q3")


def with_others(few: int) -> list[Person]:
    """As many of the seven who are neither man nor woman; the rest of them are men."""
    others = [one[0] for one in people() if one[2] == "3"][:few]
    return [(nr, mark, sex if sex != "3" or nr in others else "1") for nr, mark, sex in people()]


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return rows_of_others(tmp_path_factory.mktemp("nobody"), (0, 0))


def rows_of_others(folder: Path, few: tuple[int, int]) -> dict[str, pd.DataFrame]:
    waves = {wave: with_others(n) for wave, n in zip(WAVES, few, strict=True)}
    release = made(make(folder / "panel", waves, {"both": WAVES}), "both").release
    return {
        name: release.tables[name].query("category == 'other'").reset_index(drop=True)
        for name in ("indicators", "changes")
    }


@pytest.mark.parametrize("few", [(1, 1), (0, 7), (7, 7)])
def test_rows_of_a_category_do_not_tell_whether_anybody_chose_it(
    tmp_path: Path, nobody: dict[str, pd.DataFrame], few: tuple[int, int]
) -> None:
    somebody = rows_of_others(tmp_path, few)
    for name, rows in nobody.items():
        assert len(rows) and set(rows["status"]) == {"suppressed_primary"}
        pd.testing.assert_frame_equal(somebody[name], rows, check_dtype=False)

"""Nothing unprotected can be published: by type, by construction, and by looking at the bytes."""

import dataclasses
from pathlib import Path

import pytest

import cwb_impact as cwb
import tiny_study
from cwb_impact.report.export import write_release
from cwb_impact.types import SafeTable


def released(study: Path, folder: Path) -> cwb.SafeTable:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(study)))
    safe = cwb.protect(estimates, cwb.compare(estimates))
    folder.mkdir()
    write_release(safe, folder)
    return safe


def test_a_safe_table_cannot_be_made_by_hand() -> None:
    with pytest.raises(cwb.CwbError, match="E400"):
        SafeTable({}, {})


def test_a_safe_table_cannot_be_changed_into_another(tiny: Path, tmp_path: Path) -> None:
    safe = released(tiny, tmp_path / "release")
    with pytest.raises(cwb.CwbError, match="E400"):
        dataclasses.replace(safe, tables={})
    with pytest.raises(TypeError):
        safe.tables["indicators"] = safe.tables["response"]  # type: ignore[index]


def test_only_protect_holds_the_token() -> None:
    users = {path.name for path in Path("src").rglob("*.py") if "_PROTECTED" in path.read_text()}
    assert users == {"types.py", "protect.py"}


def test_a_report_is_refused_for_estimates(tiny: Path) -> None:
    estimates = cwb.estimate(cwb.harmonise(cwb.open_study(tiny)))
    with pytest.raises(TypeError, match="SafeTable"):
        cwb.report(estimates)  # type: ignore[arg-type]


def test_tables_show_their_shape_and_not_their_cells(tiny: Path) -> None:
    waves = cwb.harmonise(cwb.open_study(tiny))
    estimates = cwb.estimate(waves)
    safe = cwb.protect(estimates, cwb.compare(estimates))
    value = str(estimates.frame["value"].iloc[0])
    person = str(waves.frame["person"].iloc[0])
    for shown in (repr(waves), repr(estimates), repr(cwb.compare(estimates)), repr(safe)):
        assert value not in shown and person not in shown


def test_a_suppressed_cell_leaves_only_its_reason(tiny: Path, tmp_path: Path) -> None:
    """The women sit in two co-ops, and three is the rule: both sexes go, and nothing else of them stays."""
    sexes: list[object] = [1.0, 2.0] * 9 + [1.0] * 13 + [2.0] * 9
    tiny_study.write_workers(tiny, geslacht=sexes)
    safe = released(tiny, tmp_path / "release")
    rows = safe.tables["indicators"].query("population == 'coop_workers' and dimension == 'sex'")
    assert set(rows["status"]) == {"suppressed_primary", "suppressed_secondary"}
    assert rows[["value", "se", "ci_low", "ci_high", "n", "ess", "deff"]].isna().all(axis=None)
    text = (tmp_path / "release/tables/indicators.csv").read_text()
    assert ",female,share,,,,,,,,percent,,,,suppressed_primary,too_few_holdings,b," in text


def test_co_op_is_never_a_published_dimension(tiny: Path, tmp_path: Path) -> None:
    tiny_study.edit(tiny / "study.yml", "dimensions: [sex]", "dimensions: [sex, coop]")
    safe = released(tiny, tmp_path / "release")
    rows = safe.tables["indicators"].query("dimension == 'coop'")
    assert len(rows) and set(rows["status"]) == {"suppressed_primary"}
    assert rows["value"].isna().all()


def test_published_counts_are_rounded_and_errors_of_a_census_hidden(tiny: Path, tmp_path: Path) -> None:
    safe = released(tiny, tmp_path / "release")
    rows = safe.tables["indicators"].query("status == 'published'")
    assert (rows["n"] % 5 == 0).all() and (rows["ess"].dropna() % 5 == 0).all()
    assert (rows["deff"].dropna() % 0.5 == 0).all()
    assert rows.query("population == 'coop_workers'")["se"].isna().all()
    assert (safe.tables["response"]["n"] % 5 == 0).all()
    small = rows.query("unit == 'percent' and n < 100")
    assert (small["value"] == small["value"].round()).all()


def test_the_same_input_gives_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        released(tiny, tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) > 4
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file

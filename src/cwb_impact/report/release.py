"""A release folder, opened for a report: docs/release_files.md is the contract, and the only input of a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from cwb_impact.errors import fail
from cwb_impact.report.words import Lang

MANIFEST_KEYS = ("study", "release", "waves", "populations", "dimensions", "indicators", "policy", "inference")
SURVEY_TABLES = ("indicators", "changes", "response")
PROGRAMME_TABLES = (
    "actions", "initiatives", "targets", "forecasts", "milestones", "anchors", "contracts", "funding", "sessions",
    "data_inventory", "counts", "evidence",
)  # fmt: skip
REGISTER_TABLES = ("sources", "registers")
NUMBERS = {"value", "se", "ci_low", "ci_high", "n", "ess", "deff", "n_from", "n_to", "n_both", "invited", "response"}

Row = Mapping[str, Any]
"""One row of a table, by column."""


@dataclass(frozen=True)
class Release:
    """manifest : manifest.json. tables : name -> frame; numbers as floats, everything else as text, absent as ""."""

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    @property
    def synthetic(self) -> bool:
        """Were the respondents invented? Then every page and chart must say so."""
        return bool(self.manifest["study"]["data"] == "synthetic")

    @property
    def invented_report(self) -> bool:
        """Is the programme report itself invented? Then nothing of the programme is real either."""
        return bool(self.manifest["programme"] and self.manifest["programme"].get("data") == "synthetic")

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves of the release, oldest first."""
        return tuple(self.manifest["release"]["waves"])

    @property
    def first_measurement(self) -> bool:
        return len(self.waves) == 1

    @property
    def totals(self) -> pd.DataFrame:
        """The levels of each population as a whole."""
        rows = self.tables["indicators"]
        return rows[rows["dimension"] == "total"]

    def name(self, kind: str, key: str, lang: Lang) -> str:
        """The label of a wave, population, dimension or indicator."""
        described = self.manifest[kind][key]
        return str((described.get("label") or described["name"])[lang])

    def definitions(self, lang: Lang) -> str:
        """Every definition of the release in one language, as Markdown; E501 where the file is not there."""
        path = self.folder / f"definitions.{lang}.md"
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise fail("E501", str(path), 0, "release", what, "Make the release again") from None

    def category(self, dimension: str, code: str, lang: Lang) -> str:
        return str(self.manifest["dimensions"][dimension]["categories"][code][lang])


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table, each by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def open_release(folder: Path | str) -> Release:
    """Read `manifest.json` and `tables/*.csv` of a release.

    Raises
    ------
    CwbError
        E501 when a file is missing or cannot be read; E502 when the manifest lacks a part.
    """
    path = Path(folder)
    manifest = _manifest(path / "manifest.json")
    tables = {name: _table(path / "tables" / f"{name}.csv") for name in SURVEY_TABLES}
    levels, response = tables["indicators"], tables["response"]
    tables["indicators"] = _in_order(levels, manifest, "indicator", "population", "dimension", "category", "wave")
    tables["response"] = _in_order(response, manifest, "population", "wave")
    for name in (*PROGRAMME_TABLES, *REGISTER_TABLES):
        file = path / "tables" / f"{name}.csv"
        tables[name] = _table(file) if file.is_file() else pd.DataFrame()
    return Release(path, manifest, tables)


def _in_order(table: pd.DataFrame, manifest: Mapping[str, Any], *columns: str) -> pd.DataFrame:
    """Rows in the order in which the manifest names things; the total goes before every dimension."""
    dimensions = {"total": {"categories": ["total"]}, **manifest["dimensions"]}
    orders: dict[str, list[Any]] = {
        "indicator": [*manifest["indicators"]],
        "population": [*manifest["populations"]],
        "dimension": [*dimensions],
        "category": [(name, code) for name, dimension in dimensions.items() for code in dimension["categories"]],
        "wave": [*manifest["release"]["waves"]],
    }
    places = {name: {key: number for number, key in enumerate(order)} for name, order in orders.items()}

    def place(row: Row) -> tuple[int, ...]:
        named = {name: (row["dimension"], row[name]) if name == "category" else row[name] for name in columns}
        return tuple(places[name][key] for name, key in named.items())

    order = sorted(range(len(table)), key=[place(row) for row in rows_of(table)].__getitem__)
    return table.iloc[order].reset_index(drop=True)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise fail("E501", str(path), 0, "release", what, "Give the folder that `cwb-impact run` wrote") from None
    except ValueError as error:
        raise fail("E501", str(path), 0, "release", f"is not JSON ({error})", "Make the release again") from None
    if absent := [key for key in MANIFEST_KEYS if key not in manifest]:
        raise fail("E502", str(path), 0, "manifest", f"lacks {', '.join(absent)}", "Make the release again")
    return manifest


def _table(path: Path) -> pd.DataFrame:
    """Text stays text: a category `01` or `NA` is a code, not a number or a gap."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        what = f"cannot be read ({type(error).__name__})"
        raise fail("E501", str(path), 0, "release", what, "Make the release again") from None
    numbers = [name for name in frame.columns if name in NUMBERS and path.stem in SURVEY_TABLES]
    return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce") for name in numbers})

"""What the stages hand to one another: frozen, with their columns stated. Stages meet here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
from scipy import sparse

from cwb_impact.design import Booleans as Booleans
from cwb_impact.design import Design
from cwb_impact.design import Floats as Floats
from cwb_impact.design import Integers as Integers
from cwb_impact.errors import Problem, fail
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.register import Protects

UserMissing = tuple[tuple[float | str, float | str], ...]
"""Ranges of codes that a file declares missing, ends included; a single code is a range of one."""

KEYS = ("indicator", "version", "population", "wave", "dimension", "category", "statistic")
"""What identifies a row of a result table, in the order of publication."""

Inference = Literal["finite_population", "superpopulation"]
"""What a figure is about: these people, or the process that made them."""

_HOW = ("interval", "inference")
_LEVEL_FIGURES = ("value", "band", "se", "ci_low", "ci_high", *_HOW, "unit", "n", "ess", "deff")
LEVEL_COLUMNS = (*KEYS, *_LEVEL_FIGURES, "status", "reason", "flags")
"""The columns of a published level."""

_CHANGE_KEYS = ("indicator", "version", "population", "wave_from", "wave_to", "dimension", "category", "statistic")
_CHANGE_FIGURES = ("value", "se", "ci_low", "ci_high", *_HOW, "unit", "n_from", "n_to", "n_both", "verdict", "level")
CHANGE_COLUMNS = (*_CHANGE_KEYS, *_CHANGE_FIGURES, "convention", "status", "reason", "flags")
"""The columns of a published change."""


@dataclass(frozen=True)
class ColumnInfo:
    """What a file says about one column. Holds no answer.

    label : the text of the question. labels : code (text) -> label. format : as the file names it (`F8.2`, `DATE10`,
    `%td`), empty for text files.
    """

    name: str
    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    user_missing: UserMissing = ()
    format: str = ""


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set that an SPSS file declares. counted : the code of a tick; None for a list."""

    name: str
    label: str
    columns: tuple[str, ...]
    counted: str | None


@dataclass(frozen=True)
class FileInfo:
    """What a file says about itself. columns : all of them, in the order of the file; names may occur twice.

    rows : None when only reading the file would tell. encoding : as the file names it or as it was opened.
    remarks : what a reader noticed and a person should know (hidden sheets, merged cells), without any content.
    sheet, header_rows : of a workbook, so that a message can name a cell.
    """

    columns: tuple[ColumnInfo, ...]
    rows: int | None = None
    encoding: str | None = None
    response_sets: tuple[ResponseSet, ...] = ()
    remarks: tuple[str, ...] = ()
    sheet: str = ""
    header_rows: int = 1

    def place(self, column: str, row: int) -> str:
        """Where a cell stands, for a message: the row of data from 0, or the cell of a workbook."""
        if not self.sheet:
            return f"row {row + 1}"
        number, letters = self.names.index(column) + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{self.sheet}!{letters}{row + self.header_rows + 1}"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnInfo:
        """The first column of this name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, repr=False)
class RawWave:
    """One raw file as it is: codes untouched, only the columns that the map names.

    frame : one row per case, columns named as in the file; numbers are floats, Stata's extended missing values are
        text such as `.d`, SPSS user-missing codes are still ordinary numbers, an empty cell is missing.
    """

    path: Path
    sha256: str
    info: FileInfo
    frame: pd.DataFrame

    def __repr__(self) -> str:
        return _shape_only(f"RawWave {self.path.name}", self.frame)


@dataclass(frozen=True, slots=True)
class Recoded:
    """One line of a before/after table. code : a source code, or a range of numbers. becomes : a target or a reason."""

    column: str
    code: str
    label: str
    becomes: str
    valid: bool
    n: int


@dataclass(frozen=True)
class VariableRecord:
    """How one variable of one wave was made. why : `valid` or a missing reason -> respondents.

    questions : what the file calls each column. place : file:line of the map. shares : for source bands that cross a
    limit and are split, (source code, target code, share under a uniform spread).
    """

    variable: str
    population: str
    wave: str
    file: str
    columns: tuple[str, ...]
    questions: tuple[str, ...]
    relation: str
    transform: str
    note: str
    place: str
    recoded: tuple[Recoded, ...]
    why: Mapping[str, int]
    shares: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class WaveRecord:
    """What happened to one raw file. left_out : why -> rows that are no respondents. unused : columns never loaded."""

    population: str
    wave: str
    file: str
    sha256: str
    rows: int
    respondents: int
    left_out: Mapping[str, int]
    unused: tuple[str, ...]
    variables: tuple[VariableRecord, ...]


@dataclass(frozen=True, repr=False)
class RegisterRows:
    """One list of facts at one wave: what co-ops, anchor organisations or the programme kept.

    register : its id, such as `people`. population : whom its figures are about.
    protects : `people`, `organisations`, `money` or `nothing` (spec/register.py).
    data : `public` (the programme report), `synthetic` or `personal` (files).
    frame : one row a row of the list, index 0, 1, 2, ...: `x` and `x__why` for every variable, as of respondents;
        `holding` (text; the co-op or supplier that a row belongs to, empty when not known) and `place` (text; where it
        stands: `L140` of the report, `people.xlsx people!5`).
    origin : `report` or `register`. files : name -> sha256 of what was read; empty for the report.
    counts : what happened to the rows, such as `rows`, `credit_notes`, `double`, `outside_period`, `place_unknown`.
    open_ended : a row that is not known may stand for several, such as `regular workshops`: there is no upper limit.
    remainders : of each of the euros in `counts`, what is left without the two largest contributors, in percent of the
        largest (registers/dominance.py); not there where nothing was paid.
    """

    register: str
    population: str
    wave: str
    reference_date: date
    protects: Protects
    data: str
    frame: pd.DataFrame
    origin: Literal["report", "register"]
    files: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int | float] = field(default_factory=dict)
    open_ended: bool = False
    remainders: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return _shape_only(f"RegisterRows {self.register} {self.wave}", self.frame)


@dataclass(frozen=True, repr=False)
class RegisterFigures:
    """Figures from registers. Not publishable.

    frame : KEYS (dimension and category `total`), value, ci_low, ci_high, interval (`unknown_rows` when the two ends
        say what it would be with the unknown rows all one way or all the other, else empty), unit, n (rows that
        count), n_unknown (rows that do not, for want of a fact), status, reason, and for protection: register,
        protects, data, n_holdings, n_outside_largest, n_counted (rows of a count or share that have the property),
        remainder_percent (the least that is left of a sum of money without its two largest holdings, in percent of the
        largest; NaN when there is no money).
    sources : indicator, population, wave, register, origin, reference_date, lines (of the report, with a blank
        between), files, n_unknown. registers : one row a list: register, population, wave, origin, reference_date, and
        what happened to its rows.
    """

    frame: pd.DataFrame
    sources: pd.DataFrame
    registers: pd.DataFrame

    def __repr__(self) -> str:
        return _shape_only("RegisterFigures", self.frame)


@dataclass(frozen=True, repr=False)
class Waves:
    """Harmonised respondents of all waves.

    frame : one row per respondent and wave: `population, wave, person`, and `x` with `x__why` for every variable
        (`valid` or a missing reason); a set holds its chosen codes with a space between, a variable with bands also
        `x_lo` and `x_hi`. records : what was done to each file. originals : (population, wave) -> the source columns
        as they were. designs : (population, wave) -> Design. Rows of both are in the order of the frame.
    stayed : (population, from, to) -> stratum -> its people who were in both frames, where the study says so.
    registers : what was kept, beside what was asked.
    weights, margins : the weights of each wave in figures; categories of margins before and after calibration.
    """

    study: StudyBundle
    frame: pd.DataFrame = field(repr=False)
    designs: Mapping[tuple[str, str], Design] = field(repr=False)
    psus: Mapping[str, pd.Index] = field(repr=False)
    stayed: Mapping[tuple[str, str, str], Mapping[str, float]] = field(repr=False)
    response: pd.DataFrame = field(repr=False)
    weights: pd.DataFrame = field(repr=False)
    margins: pd.DataFrame = field(repr=False)
    coverage: pd.DataFrame = field(repr=False)
    inputs: Mapping[str, str] = field(repr=False)
    records: tuple[WaveRecord, ...] = field(repr=False)
    originals: Mapping[tuple[str, str], pd.DataFrame] = field(repr=False)
    warnings: tuple[Problem, ...] = field(repr=False)
    registers: tuple[RegisterRows, ...] = ()

    def __repr__(self) -> str:
        waves = ", ".join(self.study.waves)
        return f"<Waves: {len(self.frame)} respondents; {', '.join(self.psus)}; {waves}>"

    def of(self, population: str, wave: str) -> pd.DataFrame:
        """The respondents of one population in one wave, in the order of its design."""
        chosen = (self.frame["population"] == population) & (self.frame["wave"] == wave)
        return self.frame.loc[chosen].reset_index(drop=True)


@dataclass(frozen=True, repr=False)
class EstimateTable:
    """Estimates with all that is needed for the variance of any combination of them. Not publishable.

    frame : KEYS, then value, se, df, ci_low, ci_high, interval, inference, unit, n, ess, deff, status, reason, flags,
        and the counts that protection needs. Its index is 0, 1, 2, ...
    sums : population -> (units by rows of frame) sums of influence values, sparse; not centred, without fpc.
    counts : population -> (units by rows of frame) valid answers in each PSU, sparse.
    exclusions : `indicator, population, wave, reason, n` of the universe without a valid answer.
    designs : (population, wave) -> the design of these estimates. warnings : what readers of the figures must know.
    """

    waves: Waves
    frame: pd.DataFrame
    sums: Mapping[str, sparse.csc_array]
    counts: Mapping[str, sparse.csc_array]
    exclusions: pd.DataFrame
    designs: Mapping[tuple[str, str], Design]
    inference: Inference
    warnings: tuple[Problem, ...]

    def __repr__(self) -> str:
        return _shape_only("EstimateTable", self.frame)

    def design(self, population: str, wave: str) -> Design:
        return self.designs[population, wave]


@dataclass(frozen=True, repr=False)
class Comparison:
    """Changes between waves. Not publishable. `from_row` and `to_row` point into the EstimateTable."""

    frame: pd.DataFrame
    centring: str

    def __repr__(self) -> str:
        return _shape_only("Comparison", self.frame)


def _shape_only(name: str, frame: pd.DataFrame) -> str:
    """A log or a traceback that shows a table must not show its cells."""
    return f"<{name}: {len(frame)} rows; columns {', '.join(map(str, frame.columns))}>"


_PROTECTED = object()


@dataclass(frozen=True, repr=False)
class SafeTable:
    """Protected tables and the description of the release: the only thing that may be reported or exported.

    Only `disclosure.protect` holds the token that makes one.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _PROTECTED:
            what = "a SafeTable is made by protect(estimates, changes), never by hand"
            raise fail("E400", "types.py", 0, "SafeTable", what, "Call cwb_impact.protect")
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __repr__(self) -> str:
        return f"<SafeTable: {', '.join(f'{name} ({len(table)} rows)' for name, table in self.tables.items())}>"

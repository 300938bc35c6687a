"""An attacker who has nothing but the published files of one or more releases, written apart from src/.

He knows the rules (policy.yml, docs) and reads `indicators.csv`, `changes.csv` and `manifest.json`. Of every share that
is hidden, or stands as a band, he asks: how many people can have the property, and how many can lack it? He writes down
numbers of people and solves a programme for the least and the most of each: in whole numbers where everybody counts
alike, in fractions where he is given mean weights, since what each single person weighs is in nobody's hands.

What he is not told he may be given (`Given`), since he may know it from elsewhere: then he is stronger than he will be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.special import betaincinv

Cell = tuple[str, str]
"""dimension, category."""

TOTAL: Cell = ("total", "total")
NOT_TOLD = ""
"""The category of people who did not tell their sex, say: it has no row."""

MOST = 100_000.0
"""More people than any survey has."""

# The rules as policy.yml states them.
FEWEST, EACH_SIDE, NEAREST, WHOLE_BELOW = 10, 3, 5, 100
SAYS_NOTHING = {"withheld_by_study", "never_published_dimension", "no_rule_for_this_statistic"}
"""Reasons that come before the number of respondents is looked at."""

KEYS = ["population", "wave", "indicator", "dimension", "category"]


@dataclass(frozen=True)
class Given:
    """What he has from elsewhere.

    nested : (a, b): whoever has property a has property b, and both are asked of the same people.
    not_told : (population, wave, dimension) -> how many people did not tell; nobody knows more than that.
    weights : (population, wave, indicator, dimension, category) -> mean weight of those with and without the property.
    """

    nested: tuple[tuple[str, str], ...] = ()
    not_told: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    weights: Mapping[tuple[str, str, str, str, str], tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """Of a cell that is not shown: between low and high people have the property (side "with") or lack it."""

    population: str
    wave: str
    indicator: str
    cell: Cell
    side: str
    low: int
    high: int
    why: str
    """Its band or its reason, as the last release tells it."""
    for_others: bool = False
    """It is hidden only to protect other cells, and would have been shown by itself."""

    @property
    def width(self) -> int:
        return self.high - self.low

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return (self.population, self.wave, self.indicator, *self.cell)


def attack(releases: Iterable[Path], given: Given | None = None) -> list[Claim]:
    """Everything he can say of the shares that no release shows with a value, from all releases together.

    Nothing of a group of indicators for which his assumptions (equal weights, say) cannot be true.
    """
    given = given or Given()
    rows = pd.concat([_shares(folder) for folder in releases], ignore_index=True)
    claims: list[Claim] = []
    for (population, wave), part in rows.groupby(["population", "wave"], sort=False):
        for linked in _components(part["indicator"].unique(), given.nested):
            chosen = part[part["indicator"].isin(linked)]
            claims += _Programme((str(population), str(wave)), chosen, given).claims()
    return claims


def _components(indicators: Iterable[str], links: Iterable[tuple[str, str]]) -> list[set[str]]:
    groups = [{name} for name in indicators]
    for pair in links:
        touched = [group for group in groups if group & set(pair)]
        if len(touched) > 1:
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return groups


# ---------------------------------------------------------------- what a release says


def _shares(folder: Path) -> pd.DataFrame:
    """The rows about shares of people, each with the lowest and highest value that its rounding allows."""
    rows = pd.read_csv(folder / "tables/indicators.csv", dtype={"wave": str}, keep_default_na=False)
    rows = rows[
        (rows["statistic"] == "share") & (rows["status"] != "not_collected") & (rows["interval"] != "unknown_rows")
    ]
    surveyed = set(pd.read_csv(folder / "tables/response.csv", dtype=str)["population"])
    rows = rows[rows["population"].isin(surveyed)].reset_index(drop=True)
    about = json.loads((folder / "manifest.json").read_text())["indicators"]
    for name in ("value", "ci_low", "ci_high", "n", "ess"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    rows["decimals"] = [
        0 if n <= WHOLE_BELOW else about[name]["decimals"] for name, n in zip(rows["indicator"], rows["n"], strict=True)
    ]
    rows["sensitive"] = [about[name]["sensitive"] for name in rows["indicator"]]
    half = 0.5 * 10.0 ** -rows["decimals"]
    rows["low"], rows["high"] = (rows["value"] - half).clip(lower=0), (rows["value"] + half).clip(upper=100)
    for place, row in rows.iterrows():
        if row["interval"] == "beta":
            ends = from_interval(*(float(row[name]) for name in ("value", "ci_low", "ci_high", "decimals")))
            rows.loc[place, ["low", "high"]] = max(row["low"], ends[0]), min(row["high"], ends[1])
    return _from_changes(rows, folder)


@cache
def from_interval(value: float, ci_low: float, ci_high: float, decimals: float) -> tuple[float, float]:
    """The values, in percent, that can have this rounded interval, whatever the size m of the sample behind it.

    Korn and Graubard: the ends are quantiles of Beta(m p, m (1 - p) + 1) and of Beta(m p + 1, m (1 - p)), so that one
    unknown m makes both. With m the low end rises and the high end falls: for each p within the rounding he finds the
    m that give the low end, those that give the high end, and asks whether they have one in common.
    """
    half = 0.5 * 10.0**-decimals + 1e-9
    p = np.linspace(max(value - half, 0.01), min(value + half, 99.99), 41) / 100
    rises = [_size_at(lambda m: 100 * betaincinv(m * p, m * (1 - p) + 1, 0.025), ci_low + end) for end in (-half, half)]
    falls = [
        _size_at(lambda m: -100 * betaincinv(m * p + 1, m * (1 - p), 0.975), -ci_high + end) for end in (-half, half)
    ]
    possible = 100 * p[np.maximum(rises[0], falls[0]) <= np.minimum(rises[1], falls[1])]
    step = half / 20  # between two p that he tried
    return (float(possible.min() - step), float(possible.max() + step)) if len(possible) else (0.0, 100.0)


def _size_at(rising: Callable[[np.ndarray], np.ndarray], target: float) -> np.ndarray:
    """Where a function that rises with m reaches the target, by halving the distance on a log scale; per p."""
    low, high = np.float64(np.log(0.5)), np.float64(np.log(1e6))
    for _ in range(32):
        middle = (low + high) / 2
        below = rising(np.exp(middle)) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.exp((low + high) / 2)


def _from_changes(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """A change that is shown narrows both of its levels: to - from lies within the rounding of the change."""
    path = folder / "tables/changes.csv"
    if not path.exists():
        return rows
    changes = pd.read_csv(path, dtype={"wave_from": str, "wave_to": str}, keep_default_na=False)
    changes = changes[(changes["statistic"] == "share") & (changes["value"] != "")]
    place = {tuple(row[name] for name in KEYS): at for at, row in rows.iterrows()}
    for _, row in changes.iterrows():
        key = [row[name] for name in ("population", "indicator", "dimension", "category")]
        ends = [place.get((key[0], row[wave], *key[1:])) for wave in ("wave_from", "wave_to")]
        if None in ends or rows.loc[ends, "value"].isna().any():
            continue
        start, end = ends
        half = 0.5 * 10.0 ** -rows.loc[ends, "decimals"].min()
        least, most = float(row["value"]) - half, float(row["value"]) + half
        a, b = (rows.loc[start, ["low", "high"]].astype(float), rows.loc[end, ["low", "high"]].astype(float))
        rows.loc[start, ["low", "high"]] = max(a["low"], b["low"] - most), min(a["high"], b["high"] - least)
        rows.loc[end, ["low", "high"]] = max(b["low"], a["low"] + least), min(b["high"], a["high"] + most)
    return rows


# ---------------------------------------------------------------- his programme


class _Programme:
    """Whole numbers of people with and without each property, in each category, of one population and wave."""

    def __init__(self, place: tuple[str, str], rows: pd.DataFrame, given: Given) -> None:
        self.place, self.rows, self.given = place, rows, given
        indicators = list(dict.fromkeys(rows["indicator"]))
        cells: dict[Cell, None] = {TOTAL: None}
        for dimension, category in zip(rows["dimension"], rows["category"], strict=True):
            if dimension != "total":
                cells |= {(dimension, category): None, (dimension, NOT_TOLD): None}
        keys = [(name, cell, side) for name in indicators for cell in cells for side in ("with", "without")]
        self.at = {key: number for number, key in enumerate(keys)}
        self.cells = list(cells)
        self.lines: list[tuple[dict[int, float], float, float]] = []
        for name in indicators:
            self._parts(name)
        for a, b in given.nested:
            if {a, b} <= set(indicators):
                self._nested(a, b)
        for _, row in rows.iterrows():
            self._row(row)

    def _say(self, terms: dict[int, float], low: float = 0.0, high: float = np.inf) -> None:
        self.lines.append((terms, low, high))

    def _by_dimension(self) -> dict[str, list[Cell]]:
        named = dict.fromkeys(dimension for dimension, _ in self.cells if dimension != TOTAL[0])
        return {name: [cell for cell in self.cells if cell[0] == name] for name in named}

    def _parts(self, name: str) -> None:
        """The categories of a dimension, and those who did not tell, make the total."""
        for dimension, parts in self._by_dimension().items():
            for side in ("with", "without"):
                terms = {self.at[name, cell, side]: 1.0 for cell in parts}
                self._say(terms | {self.at[name, TOTAL, side]: -1.0}, 0.0, 0.0)
            most = self.given.not_told.get((*self.place, dimension), 0)
            self._say({self.at[name, (dimension, NOT_TOLD), side]: 1.0 for side in ("with", "without")}, 0.0, most)

    def _nested(self, a: str, b: str) -> None:
        for cell in self.cells:
            self._say({self.at[b, cell, "with"]: 1.0, self.at[a, cell, "with"]: -1.0})
            everybody = {self.at[a, cell, side]: 1.0 for side in ("with", "without")}
            everybody |= {self.at[b, cell, side]: -1.0 for side in ("with", "without")}
            self._say(everybody, 0.0, 0.0)

    def _row(self, row: pd.Series) -> None:
        """What one published row tells: a value and n, a band, or only why there is none."""
        name, cell = row["indicator"], (row["dimension"], row["category"])
        yes, no = self.at[name, cell, "with"], self.at[name, cell, "without"]
        if not np.isnan(row["n"]):
            self._say({yes: 1.0, no: 1.0}, max(row["n"] - NEAREST // 2, FEWEST), row["n"] + NEAREST // 2)
        if not np.isnan(row["value"]):
            self._share(name, cell, row["low"], row["high"])
            self._say({yes: 1.0}, EACH_SIDE)  # else it would have been a band
            self._say({no: 1.0}, EACH_SIDE)
        elif row["band"]:
            few, limit = (yes if row["band"][0] == "<" else no), float(row["band"][1:])
            self._share(name, cell, *((0.0, limit) if few == yes else (limit, 100.0)))
            if not row["sensitive"] or limit < 90:
                self._say({few: 1.0}, 0.0, EACH_SIDE - 1)
        elif row["reason"] in SAYS_NOTHING:
            return
        elif row["reason"] == "too_few_respondents":
            self._say({yes: 1.0, no: 1.0}, 0.0, FEWEST - 1)
        else:
            # the rules are tried in order, and this one comes later; what is hidden for others was a value or a band
            self._say({yes: 1.0, no: 1.0}, FEWEST)

    def _share(self, name: str, cell: Cell, low: float, high: float) -> None:
        """low <= 100 x weight of those with / weight of all <= high; a total is weighed by its parts."""
        for parts in list(self._by_dimension().values()) if cell == TOTAL and self._by_dimension() else [[cell]]:
            for share, least, most in ((low, -1e-6, np.inf), (high, -np.inf, 1e-6)):
                terms: dict[int, float] = {}
                for part in parts:
                    one, other = self.given.weights.get((*self.place, name, *part), (1.0, 1.0))
                    terms[self.at[name, part, "with"]] = one * (100 - share)
                    terms[self.at[name, part, "without"]] = -other * share
                self._say(terms, least, most)

    def claims(self) -> list[Claim]:
        """The least and the most of every number that is not shown."""
        shown = self.rows[self.rows["value"].notna()][["indicator", "dimension", "category"]]
        seen = set(shown.itertuples(index=False, name=None))
        out = []
        for _, row in self.rows.drop_duplicates(["indicator", "dimension", "category"], keep="last").iterrows():
            if (row["indicator"], row["dimension"], row["category"]) in seen:
                continue
            cell = (row["dimension"], row["category"])
            for side in ("with", "without"):
                ends = self._ends(self.at[row["indicator"], cell, side])
                if ends is not None:
                    why, other = row["band"] or row["reason"], row["status"] == "suppressed_secondary"
                    out.append(Claim(*self.place, row["indicator"], cell, side, *ends, why, other))
        return out

    def _ends(self, target: int) -> tuple[int, int] | None:
        size = len(self.at)
        matrix = np.zeros((len(self.lines), size))
        for number, (terms, _, _) in enumerate(self.lines):
            matrix[number, list(terms)] = list(terms.values())
        limits = LinearConstraint(matrix, [low for _, low, _ in self.lines], [high for _, _, high in self.lines])
        goal = np.zeros(size)
        goal[target] = 1.0
        whole = np.full(size, 0 if self.given.weights else 1)
        found = []
        for sign in (1.0, -1.0):
            answer = milp(sign * goal, constraints=limits, integrality=whole, bounds=Bounds(0.0, MOST))
            if answer.x is None:
                return None
            found.append(sign * np.ceil(sign * answer.x[target] - 1e-6))
        return int(found[0]), int(found[1])

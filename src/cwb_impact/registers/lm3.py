"""LM3: what a co-op took in (round 1), paid in the area (round 2), and what was spent there again (round 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.cells import Value
from cwb_impact.registers.dominance import remainder_percent
from cwb_impact.registers.listed import as_rows, as_series
from cwb_impact.registers.read_list import Listed, check_once, read_list
from cwb_impact.registers.typed import VALID
from cwb_impact.types import RegisterRows

NO_SURVEY = "not_asked"
"""A co-op of the list of co-ops whose recipients are in no LM3 file."""
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rounds:
    """Money of one co-op: to recipients in the area, of that to those who answered, what these spent in the area again,
    and what went to recipients of whom nobody knows where they are."""

    in_area: Decimal = Decimal(0)
    answered: Decimal = Decimal(0)
    again: Decimal = Decimal(0)
    unknown: Decimal = Decimal(0)

    @property
    def coverage_percent(self) -> Decimal:
        """Share of the money of round 2 whose recipients answered; 100 when there is nobody to ask."""
        return 100 * self.answered / self.in_area if self.in_area else Decimal(100)


def lm3_rows(at: AtWave, coops: Listed | None, problems: Problems) -> RegisterRows | None:
    """The list `lm3`, one row a co-op of `coops`, which has round 1.

    Round 2 is what recipients in the area received; a recipient of whom nobody knows where it is counts as outside, and
    its euros are in `counts`. Round 3 adds up received × percent spent in the area, of those in the area who answered:
    nothing is added for the others, so it is a lower bound. Coverage is in percent of the euros of round 2.

    Problems: those of `read_list`; E631 a recipient twice; E633 an answer that contradicts `answered` or `in_area`;
    E634 more was paid in the area than came in (LM3 could pass 3), or a negative amount; E635 a co-op that the list of
    co-ops does not have.
    Returns None when anything is wrong.
    """
    before = len(problems.errors)
    found = read_list("lm3", at, problems)
    if coops is None:
        what = "round 1 stands in the list of co-ops, which is not there or has faults"
        problems.add("E635", at.file_names("lm3"), 0, "lm3", what, "Give the list of co-ops, too")
    if found is None or coops is None:
        return None
    check_once(found, ["coop", "recipient"], problems)
    _check_answers(found, problems)
    _check_known(found, coops, problems)
    rounds = rounds_of(found)
    _check_first_round(coops, rounds, problems)
    if len(problems.errors) > before:
        return None
    counts = {
        "rows": len(found),
        "coops_without_survey": sum(key not in rounds for key in coops.keys("coop")),
        "place_unknown": found.values("in_area").count("unknown"),
        "place_unknown_euros": float(sum(one.unknown for one in rounds.values())),
    }
    rows = as_rows(coops, _frame(coops, rounds), "lm3", at)
    kept = replace(rows, protects=found.register.protects, files={**coops.files, **found.files}, counts=counts)
    return replace(kept, remainders=_remainders(found))


def _remainders(found: Listed) -> dict[str, float]:
    """What is left of the euros of recipients of whom nobody knows where they are, without the two largest."""
    cells = zip(found.keys("recipient"), found.values("received_euros"), found.values("in_area"), strict=True)
    of = [(recipient, float(_euros(received))) for recipient, received, in_area in cells if in_area == "unknown"]
    left = remainder_percent(np.array([euros for _, euros in of]), np.array([recipient for recipient, _ in of]))
    return {} if np.isnan(left) else {"place_unknown_euros": left}


def rounds_of(found: Listed) -> dict[str, Rounds]:
    """The money of each co-op, by its name as it is compared."""
    names = ("received_euros", "in_area", "answered", "spent_in_area_percent")
    cells = zip(found.keys("coop"), *(found.values(name) for name in names), strict=True)
    made: dict[str, Rounds] = {}
    for coop, received, in_area, answered, percent in cells:
        so_far, euros = made.get(coop, Rounds()), _euros(received)
        here = euros if in_area == "yes" else Decimal(0)
        told = here if answered == "yes" else Decimal(0)
        made[coop] = Rounds(
            so_far.in_area + here,
            so_far.answered + told,
            so_far.again + told * _euros(percent) / 100,
            so_far.unknown + (euros if in_area == "unknown" else 0),
        )
    return made


def _euros(value: Value | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _frame(coops: Listed, rounds: dict[str, Rounds]) -> pd.DataFrame:
    """One row a co-op, with the reason where a round is not known."""
    surveyed = [rounds.get(key) for key in coops.keys("coop")]
    asked = [VALID if one is not None else NO_SURVEY for one in surveyed]
    columns: dict[str, tuple[list[Value | None], list[str]]] = {
        "lm3_r1_euros": (coops.values("revenue_euros"), coops.why("revenue_euros")),
        "lm3_r2_euros": ([one.in_area if one is not None else None for one in surveyed], asked),
        "lm3_r3_euros": ([one.again.quantize(_CENT) if one is not None else None for one in surveyed], asked),
        "lm3_coverage_percent": ([one.coverage_percent if one is not None else None for one in surveyed], asked),
    }
    frame = pd.DataFrame(index=pd.RangeIndex(len(coops)))
    for name, (values, why) in columns.items():
        frame[name] = as_series(values, "number")
        frame[f"{name}__why"] = pd.Series(why, dtype="str")
    return frame


def _check_answers(found: Listed, problems: Problems) -> None:
    """E633 and E634: what one column of a row says against another."""
    rows = list(
        enumerate(zip(*(found.values(name) for name in ("in_area", "answered", "spent_in_area_percent")), strict=True))
    )
    silent = [row for row, (_, answered, percent) in rows if answered == "yes" and percent is None]
    what = "has answered, and the percentage is empty"
    found.tell(problems, "E633", "spent_in_area_percent", silent, what, "Fill it in, or say no under answered")
    needless = [row for row, (_, answered, percent) in rows if answered != "yes" and percent is not None]
    what = "a percentage of somebody who has not answered"
    found.tell(problems, "E633", "spent_in_area_percent", needless, what, "Empty it, or say yes under answered")
    open_ = [row for row, (in_area, answered, _) in rows if in_area == "yes" and answered is None]
    what = "empty for a recipient in the area"
    found.tell(problems, "E633", "answered", open_, what, "Say yes or no")
    negative = [row for row, euros in enumerate(found.values("received_euros")) if _euros(euros) < 0]
    found.tell(
        problems, "E634", "received_euros", negative, "below 0", "Give what the recipient received in the period"
    )


def _check_known(found: Listed, coops: Listed, problems: Problems) -> None:
    known = set(coops.keys("coop"))
    strange = [row for row, key in enumerate(found.keys("coop")) if key not in known]
    what = "is not in the list of co-ops, so its round 1 is not known"
    found.tell(problems, "E635", "coop", strange, what, "Write the name as in the list of co-ops, or add it there")


def _check_first_round(coops: Listed, rounds: dict[str, Rounds], problems: Problems) -> None:
    pairs = zip(coops.keys("coop"), coops.values("revenue_euros"), strict=True)
    over = [
        row
        for row, (key, first) in enumerate(pairs)
        if first is not None and rounds.get(key, Rounds()).in_area > _euros(first)
    ]
    what = "less than the co-op paid to recipients in the area: round 2 is a part of round 1"
    fix = "Correct the amount, or leave out what was paid from money of other years"
    coops.tell(problems, "E634", "revenue_euros", over, what, fix)

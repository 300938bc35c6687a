"""The list of co-ops: assemblies, pay bands, surplus, purchases. One row a co-op."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from cwb_impact.errors import Problems
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.listed import harmonised
from cwb_impact.registers.read_list import Listed, check_once, read_list
from cwb_impact.registers.typed import EMPTY, VALID
from cwb_impact.types import RegisterRows

SMALL_COOP = 10
"""Of co-ops with fewer paid people no pay band is kept: it would tell what somebody earns (indicator J07)."""
_ASSEMBLY = ("members_entitled", "members_at_assembly")
_PARTS = (("members_at_assembly", "members_entitled"), ("purchases_in_area_euros", "purchases_euros"))
"""A part, and the whole that it cannot exceed."""


def read_coops(at: AtWave, problems: Problems) -> Listed | None:
    """The list of co-ops, checked; LM3 and the spend ledger look co-ops up in it.

    Problems: those of `read_list`; E631 a co-op twice; E632 a meeting after the reference date; E634 a part that is
    more than its whole.
    Returns None when anything is wrong.
    """
    before = len(problems.errors)
    found = read_list("coops", at, problems)
    if found is None:
        return None
    check_once(found, ["coop"], problems)
    days = found.values("assembly_date")
    late = [row for row, day in enumerate(days) if isinstance(day, dt.date) and day > at.spec.reference_date]
    found.tell(problems, "E632", "assembly_date", late, "after the reference date", "Give the last meeting before it")
    for part, whole in _PARTS:
        pairs = zip(found.values(part), found.values(whole), strict=True)
        rows = [row for row, (one, all_) in enumerate(pairs) if _exceeds(one, all_)]
        found.tell(problems, "E634", part, rows, f"more than {whole}", "Correct one of the two")
    return found if len(problems.errors) == before else None


def _exceeds(part: object, whole: object) -> bool:
    return isinstance(part, Decimal) and isinstance(whole, Decimal) and part > whole


def coops_rows(found: Listed, at: AtWave, problems: Problems) -> RegisterRows | None:
    """The list `coops`, of what `read_coops` gave.

    A co-op without a meeting so far (date and both numbers empty) is `not_applicable` there. The pay band of a co-op
    with fewer than ten paid people is dropped and counted (W628).
    """
    small = _small(found)
    what = f"a pay band of a co-op with fewer than {SMALL_COOP} paid people is not kept"
    found.tell(problems, "W628", "pay_ratio_band", small, what, "Leave it empty in the file")
    return harmonised(_without(found, small), at, problems)


def _small(found: Listed) -> list[int]:
    pairs = zip(found.values("paid_persons"), found.values("pay_ratio_band"), strict=True)
    return [row for row, (paid, band) in enumerate(pairs) if band and isinstance(paid, Decimal) and paid < SMALL_COOP]


def _without(found: Listed, small: Sequence[int]) -> Listed:
    """Pay bands of small co-ops, and meetings that never were, are not applicable."""
    never = [
        row
        for row, whys in enumerate(zip(*(found.why(name) for name in ("assembly_date", *_ASSEMBLY)), strict=True))
        if set(whys) == {EMPTY}
    ]
    for column, rows in (("pay_ratio_band", small), *((name, never) for name in _ASSEMBLY)):
        found = found.not_applicable(column, rows)
    return replace(found, counts={**found.counts, "no_assembly_yet": len(never), "small_pay_bands": len(small)})


def names_with_kvk(found: Listed) -> dict[str, str | None]:
    """Co-op -> its chamber-of-commerce number where the list has it, for the spend ledger."""
    kvk = [
        str(value) if why == VALID else None for value, why in zip(found.values("kvk"), found.why("kvk"), strict=True)
    ]
    return dict(zip(map(str, found.values("coop")), kvk, strict=True))

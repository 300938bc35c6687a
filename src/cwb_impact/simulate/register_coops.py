"""The synthetic lists of co-ops: what came in, whom they paid (LM3), and their assemblies and pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from cwb_impact.simulate.answers import from_bands
from cwb_impact.simulate.register_people import codes
from cwb_impact.simulate.streams import Floats, Streams
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.simulated_registers import SimulatedCoopList, SimulatedRounds

COOPERATIVE = "cooperative"
LEAST_FOR_PAY = 10
"""Paid people from which on a co-op tells its pay ratio (indicator J07)."""

_YEAR = 365


def years(spec: WaveRegisters) -> float:
    """The length of the period."""
    return ((spec.period.last - spec.period.first).days + 1) / _YEAR


def recipients(
    plan: SimulatedRounds, paid: Mapping[str, int], spec: WaveRegisters, wave: str, streams: Streams
) -> tuple[pd.DataFrame, dict[str, float]]:
    """The list `lm3`, and co-op -> money that came in."""
    parts, revenue = [], {}
    for coop, people in paid.items():

        def draw(size: int, name: str, coop: str = coop) -> Floats:
            return streams.uniform(size, "lm3", wave, coop, name)

        a_person = float(from_bands(plan.revenue_a_person, draw(1, "revenue"), 1.0)[0])
        revenue[coop] = round(a_person * people * years(spec), 2)
        kinds = ["worker"] * people + ["supplier"] * plan.suppliers
        worker = np.array([kind == "worker" for kind in kinds])
        size = len(kinds)
        weights = 0.5 + draw(size, "weight")
        shares = np.where(
            worker,
            plan.to_workers * weights / weights[worker].sum(),
            plan.to_suppliers * weights / weights[~worker].sum(),
        )
        in_area = np.where(
            worker,
            codes(plan.worker_in_area, draw(size, "worker in area")),
            codes(plan.supplier_in_area, draw(size, "supplier in area")),
        )
        asked = in_area == "yes"
        answered = asked & (draw(size, "answered") < plan.answered)
        percent = from_bands(plan.spent_in_area, draw(size, "spent"), 5.0)
        parts.append(
            pd.DataFrame(
                {
                    "coop": coop,
                    "recipient": [*_numbered("W", people), *_numbered("Voorbeeldbedrijf ", plan.suppliers)],
                    "kind": kinds,
                    # rounded down to the cent, so that no rounding makes more go out than came in
                    "received_euros": np.floor(shares * revenue[coop] * 100) / 100,
                    "in_area": in_area,
                    "answered": [
                        {True: "yes", False: "no"}[said] if here else None
                        for said, here in zip(answered, asked, strict=True)
                    ],
                    "spent_in_area_percent": np.where(answered, percent, np.nan),
                }
            )
        )
    return pd.concat(parts, ignore_index=True), revenue


def coop_list(
    plan: SimulatedCoopList,
    people: pd.DataFrame,
    paid: Mapping[str, int],
    lm3: pd.DataFrame,
    revenue: Mapping[str, float],
    identity: pd.DataFrame,
    spec: WaveRegisters,
    wave: str,
    streams: Streams,
) -> pd.DataFrame:
    """One row a co-op. identity : coop, slug, kvk, postcode of every co-op, whether it works at this wave or not."""
    known = identity[identity["coop"].isin(list(paid))].reset_index(drop=True)

    def draw(name: str) -> Floats:
        return streams.uniform(len(known), "coops", wave, name)

    here = people[people["left"].isna() & (people["member"] == "yes")]
    members = np.array([int((here["coop"] == coop).sum()) for coop in known["coop"]], dtype=np.float64)
    form = [plan.legal_forms.get(slug, COOPERATIVE) for slug in known["slug"]]
    meets = (np.array(form) == COOPERATIVE) & (members > 0)
    turnout = from_bands(plan.turnout, draw("turnout"), 1.0) / 100
    ratio = codes(plan.pay_ratio_band, draw("pay ratio"))
    surplus = from_bands(plan.surplus_a_member, draw("surplus"), 1.0)
    bought = lm3[lm3["kind"] == "supplier"]
    return pd.DataFrame(
        {
            "coop": known["coop"],
            "kvk": known["kvk"],
            "postcode": known["postcode"],
            "legal_form": form,
            "assembly_date": _dates(draw("assembly"), meets, spec.reference_date),
            "members_entitled": np.where(meets, members, np.nan),
            "members_at_assembly": np.where(meets, np.round(turnout * members), np.nan),
            "paid_persons": [float(paid[coop]) for coop in known["coop"]],
            "pay_ratio_band": [
                band if paid[coop] >= LEAST_FOR_PAY else None for band, coop in zip(ratio, known["coop"], strict=True)
            ],
            "members_year_end": np.where(meets, members, np.nan),
            "surplus_euros": np.where(meets, surplus * members, np.nan),
            "purchases_euros": _euros(bought, known["coop"]),
            "purchases_in_area_euros": _euros(bought[bought["in_area"] == "yes"], known["coop"]),
            "revenue_euros": [revenue[coop] for coop in known["coop"]],
        }
    )


def _euros(rows: pd.DataFrame, coops: Iterable[str]) -> list[float]:
    return [round(float(rows.loc[rows["coop"] == coop, "received_euros"].sum()), 2) for coop in coops]


def _dates(u: Floats, meets: np.ndarray, on: date) -> list[date | None]:
    """A day in the ten months before the reference date, for those who meet."""
    return [on - timedelta(30 + int(270 * part)) if held else None for part, held in zip(u, meets, strict=True)]


def _numbered(word: str, size: int) -> list[str]:
    return [f"{word}{number:02d}" for number in range(1, size + 1)]

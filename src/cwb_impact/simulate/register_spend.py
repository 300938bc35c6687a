"""The synthetic ledger of anchor organisations and the list of their suppliers. Every supplier is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy.special import ndtri

from cwb_impact.simulate.register_coops import years
from cwb_impact.simulate.register_people import codes
from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.simulated_registers import SimulatedSpend

_FORMS = ("B.V.", "V.O.F.", "B.V.", "")
_LETTERS = ("AX", "BZ", "CX", "DZ", "EX")
_OF_COOPS = 900
"""Numbers of co-ops start here, so that no supplier has the same."""


def invented_kvk(number: int) -> str:
    """`00000017`: four zeros in front, so that nobody takes it for the number of a business."""
    return f"{number:08d}"


def coop_identity(slugs: Sequence[str], labels: Sequence[str], area: Sequence[str]) -> pd.DataFrame:
    """slug, coop, kvk, postcode of each co-op, all but the name invented."""
    numbers = range(len(slugs))
    return pd.DataFrame(
        {
            "slug": slugs,
            "coop": labels,
            "kvk": [invented_kvk(_OF_COOPS + number) for number in numbers],
            "postcode": [f"{area[number % len(area)]} {_LETTERS[number % len(_LETTERS)]}" for number in numbers],
        }
    )


def suppliers_of(plan: SimulatedSpend, area: Sequence[str], streams: Streams) -> pd.DataFrame:
    """name, kvk, postcode, locally_owned, listed, choice and weight of each supplier, the same in every wave."""

    def draw(name: str) -> np.ndarray:
        return streams.uniform(plan.suppliers, "suppliers", name)

    here = draw("in area") < plan.in_area
    among = {True: list(area), False: plan.elsewhere}
    pc4 = [among[bool(inside)][int(u * len(among[bool(inside)]))] for inside, u in zip(here, draw("pc4"), strict=True)]
    owned = codes(plan.locally_owned, draw("owned"))
    numbers = range(1, plan.suppliers + 1)
    return pd.DataFrame(
        {
            "name": [f"Voorbeeldleverancier {number} {_FORMS[number % len(_FORMS)]}".strip() for number in numbers],
            "kvk": [
                invented_kvk(number) if u < plan.with_kvk else None
                for number, u in zip(numbers, draw("kvk"), strict=True)
            ],
            "postcode": [
                f"{code} {_LETTERS[number % len(_LETTERS)]}" for number, code in zip(numbers, pc4, strict=True)
            ],
            "locally_owned": [word if inside else "no" for word, inside in zip(owned, here, strict=True)],
            "listed": draw("listed") < plan.listed,
            "choice": np.where(draw("choice") < plan.no_choice, "no", "yes"),
            # a few large suppliers and many small ones
            "weight": 1 / (1 + draw("weight") * plan.suppliers / 4),
        }
    )


def ledger(
    plan: SimulatedSpend,
    suppliers: pd.DataFrame,
    coops: pd.DataFrame,
    spec: WaveRegisters,
    wave: str,
    streams: Streams,
) -> pd.DataFrame:
    """The invoice lines of one period, by date. coops : those that work at this wave."""
    ordinary = max(1, round(plan.lines_a_year * years(spec)))
    each = {"direct": round(plan.to_coops * years(spec)), "subcontract": round(plan.through_others * years(spec))}
    known = pd.concat([suppliers, coops.rename(columns={"coop": "name"}).assign(choice="yes")], ignore_index=True)
    chances = dict(enumerate((suppliers["weight"] / suppliers["weight"].sum()).tolist()))
    chosen = codes({str(key): part for key, part in chances.items()}, streams.uniform(ordinary, "spend", wave, "who"))
    who = [int(key) for key in chosen]
    route: list[str | None] = [None] * ordinary  # most ledgers say nothing of the usual way
    for number in range(len(suppliers), len(known)):
        for kind, size in each.items():
            who += [number] * size
            route += [kind] * size
    lines = _lines(plan, known.iloc[who].reset_index(drop=True), route, spec, wave, streams)
    return _untidy(plan, lines, spec, wave, streams)


def _lines(
    plan: SimulatedSpend, paid: pd.DataFrame, route: list[str | None], spec: WaveRegisters, wave: str, streams: Streams
) -> pd.DataFrame:
    """Tidy lines: one an invoice."""

    def draw(name: str) -> np.ndarray:
        return streams.uniform(len(paid), "spend", wave, name)

    span = (spec.period.last - spec.period.first).days + 1
    days = [spec.period.first + timedelta(int(u * span)) for u in draw("day")]
    euros = np.exp(np.log(plan.median_euros) + plan.spread * ndtri(draw("euros")))
    contracts = ["" if u > 1 / 3 else f"C-{int(u * 3 * 30) + 1}" for u in draw("contract")]
    return pd.DataFrame(
        {
            "anchor": codes(plan.anchors, draw("anchor")),
            "supplier": paid["name"],
            "postcode": paid["postcode"],
            "kvk": paid["kvk"],
            "invoice": [f"F{day:%Y}-{number:04d}" for number, day in enumerate(days, 1)],
            "amount": np.round(euros, 2),
            "date": days,
            "contract": [code or None for code in contracts],
            "route": route,
            "influenceable": paid["choice"],
        }
    )


def _untidy(
    plan: SimulatedSpend, lines: pd.DataFrame, spec: WaveRegisters, wave: str, streams: Streams
) -> pd.DataFrame:
    """Spellings, postcodes in three forms or absent, credit notes and doubles, as in any ledger."""

    def some(name: str, part: float) -> np.ndarray:
        return streams.uniform(len(lines), "spend", wave, name) < part

    other, missing = some("spelling", plan.other_spelling), some("postcode", plan.no_postcode)
    lines = lines.assign(
        supplier=[_otherwise(name, at) if other[at] else name for at, name in enumerate(lines["supplier"])],
        influenceable=lines["influenceable"].mask(some("choice", plan.choice_unknown), None),
        postcode=pd.Series([None if missing[at] else _shown(code, at) for at, code in enumerate(lines["postcode"])]),
    )
    back = lines[some("credit", plan.credit_notes) & (lines["route"] != "subcontract")]
    half = np.arange(len(back)) % 2 == 0
    notes = back.assign(
        invoice=np.where(half, back["invoice"], back["invoice"].str.replace("F", "CR", regex=False)),
        amount=np.where(half, -back["amount"], -np.round(back["amount"] / 3, 2)),
        date=[min(day + timedelta(14), spec.period.last) for day in back["date"]],
    )
    doubles = lines[some("double", plan.doubles)]
    together = pd.concat([lines, notes, doubles], ignore_index=True)
    return together.sort_values(["date", "invoice", "amount"], kind="stable").reset_index(drop=True)


def _otherwise(name: str, at: int) -> str:
    """Another spelling of the same name."""
    return (name.upper(), name.replace(".", ""), name.replace(" ", "  ").lower())[at % 3]


def _shown(postcode: str, at: int) -> str:
    return (postcode, postcode.replace(" ", ""), postcode.lower())[at % 3]

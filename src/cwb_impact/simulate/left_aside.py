"""Columns that every survey tool exports and no map may use: when, who, and in their own words."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from cwb_impact.simulate.people import Integers
from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.simulation import LeftAside
from cwb_impact.spec.wave_map import WaveMap

REMARKS = (
    "Voorbeeldopmerking: het was één vraag te lang.",
    "Voorbeeldopmerking: bel mij gerust; mijn naam is Voorbeeld.",
    "Voorbeeldopmerking: onze coöperatie doet goed werk.",
)
REMARK_CHANCE = 0.08


def fieldwork_days(spec: WaveMap) -> tuple[date, date]:
    """First and last day of the fieldwork; a month without a day counts from its first day."""
    first, last = spec.wave.fieldwork.split("/")
    return _day(first), _day(last)


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == len("2025-09-01") else f"{text}-01")


def left_aside(kind: LeftAside, persons: Integers, numbers: Integers, spec: WaveMap, streams: Streams) -> np.ndarray:
    """(cases,) text for one such column. The addresses end in .example, which can never exist."""
    if kind == "email":
        return np.array([f"persoon{number}@voorbeeld.example" for number in numbers], dtype=object)
    u = streams.uniform(int(persons.max(initial=-1)) + 1, kind, spec.wave.id)[persons]
    if kind == "date":
        first, last = fieldwork_days(spec)
        days = np.floor(u * ((last - first).days + 1)).astype(np.int64)
        return np.array([f"{first + timedelta(days=int(day)):%d-%m-%Y}" for day in days], dtype=object)
    remarks = np.array([*REMARKS, ""], dtype=object)
    return remarks[np.minimum(np.floor(u / REMARK_CHANCE * len(REMARKS)), len(REMARKS)).astype(np.int64)]

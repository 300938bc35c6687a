"""What readers call units and populations."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.spec.indicator import Unit
from cwb_impact.spec.model import Population, Text


def _text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


UNITS: Mapping[Unit, Text] = {
    "percent": _text("procent", "percent"),
    "points_0_10": _text("punten van 0 tot 10", "points from 0 to 10"),
    "points_0_100": _text("punten van 0 tot 100", "points from 0 to 100"),
    "points_1_3": _text("punten van 1 tot 3", "points from 1 to 3"),
    "points_1_5": _text("punten van 1 tot 5", "points from 1 to 5"),
    "points_3_9": _text("punten van 3 tot 9", "points from 3 to 9"),
    "hours": _text("uren", "hours"),
    "years": _text("jaren", "years"),
    "points": _text("punten", "points"),
    "ratio": _text("een verhouding", "a ratio"),
    "people": _text("mensen", "people"),
    "count": _text("een aantal", "a number"),
    "fte": _text("voltijdbanen", "full-time jobs"),
    "euro": _text("euro", "euros"),
    "euro_per_hour": _text("euro per uur", "euros an hour"),
}

POPULATIONS: Mapping[Population, Text] = {
    "coop_workers": _text("mensen die in coöperaties werken", "people who work in co-ops"),
    "residents": _text("bewoners", "residents"),
    "entrepreneurs": _text("ondernemers", "entrepreneurs"),
    "coops": _text("coöperaties", "co-ops"),
    "anchors": _text("ankerorganisaties", "anchor organisations"),
    "programme": _text("het programma", "the programme"),
}

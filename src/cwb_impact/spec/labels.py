"""What readers call units and populations."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.spec.indicator import Unit
from cwb_impact.spec.model import Population, Text, both

UNITS: Mapping[Unit, Text] = {
    "percent": both("procent", "percent"),
    "points_0_10": both("punten van 0 tot 10", "points from 0 to 10"),
    "points_0_100": both("punten van 0 tot 100", "points from 0 to 100"),
    "points_1_3": both("punten van 1 tot 3", "points from 1 to 3"),
    "points_1_5": both("punten van 1 tot 5", "points from 1 to 5"),
    "points_3_9": both("punten van 3 tot 9", "points from 3 to 9"),
    "hours": both("uren", "hours"),
    "years": both("jaren", "years"),
    "points": both("punten", "points"),
    "ratio": both("een verhouding", "a ratio"),
    "people": both("mensen", "people"),
    "count": both("een aantal", "a number"),
    "fte": both("voltijdbanen", "full-time jobs"),
    "euro": both("euro", "euros"),
    "euro_per_hour": both("euro per uur", "euros an hour"),
}

POPULATIONS: Mapping[Population, Text] = {
    "coop_workers": both("mensen die in coöperaties werken", "people who work in co-ops"),
    "residents": both("bewoners", "residents"),
    "entrepreneurs": both("ondernemers", "entrepreneurs"),
    "coops": both("coöperaties", "co-ops"),
    "anchors": both("ankerorganisaties", "anchor organisations"),
    "programme": both("het programma", "the programme"),
}

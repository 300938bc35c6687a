"""How a target is doing, by rule; what came of a forecast; and why forecasts are not added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cwb_impact.programme.compare import Answer, Comparison, is_past, reaches
from cwb_impact.spec.model import Text, both
from cwb_impact.spec.programme import Forecast, Status, Target
from cwb_impact.spec.reported import Quantity

Light = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Is the target reached, how does it stand, and on what that rests.

    light : green: met, by the words of the target itself. amber: in part, late, only expected, or met under another
    reading. red: not met, and the day has passed. grey: everything else, above all what nobody knows.
    """

    answer: Answer
    light: Light
    why: Text


def outcome(target: Target, on: date) -> Outcome:
    """How a target stands on a day.

    Parameters
    ----------
    target : with the number and the status that were reported.
    on : the day. It decides what is past; the number stays that of the report.

    Returns
    -------
    Outcome. What is unknown is never met and never 0; what rests on a forecast is never green.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> targets = load_programme(Path("surveys/nieuw_west/programme"), Problems()).targets.targets
    >>> found = outcome(targets["joint_working_method"], date(2025, 10, 31))
    >>> found.answer, found.light, found.why.en
    ('no', 'red', "It is not there. 'mid-2025' is before 31 October 2025.")
    """
    compared = _compared(target)
    light, end = _light(target, compared.answer, on)
    parts = [part for part in (compared.why, end) if part is not None]
    return Outcome(compared.answer, light, both(" ".join(p.nl for p in parts), " ".join(p.en for p in parts)))


def _compared(target: Target) -> Comparison:
    """The number against the target; of what is delivered or not, the status alone."""
    if target.comparator != "delivered" and target.actual is not None and target.target is not None:
        return reaches(target.actual, target.comparator, target.target)
    return _DELIVERED[target.status]


def _light(target: Target, answer: Answer, on: date) -> tuple[Light, Text | None]:
    """The light of a status, and what there is to say about it."""
    if target.status == "met":
        if target.type == "potential":
            return "amber", _ONLY_EXPECTED
        if answer != "yes":
            return "grey", None
        return ("green", None) if target.reading_of is None else ("amber", _OTHER_READING)
    if target.status in ("partly", "delayed"):
        return "amber", _SAID[target.status]
    if target.status != "not_met":
        return "grey", _SAID[target.status]
    if target.due is None:
        return "grey", _NO_DATE
    past = is_past(target.due, on)
    return ("red" if past.answer == "yes" and answer == "no" else "grey"), past.why


_DELIVERED: dict[Status, Comparison] = {
    "met": Comparison("yes", both("Het is er.", "It is there.")),
    "partly": Comparison("no", both("Het is er nog niet helemaal.", "It is not fully there yet.")),
    "delayed": Comparison("no", both("Het is er nog niet.", "It is not there yet.")),
    "not_met": Comparison("no", both("Het is er niet.", "It is not there.")),
    "replaced": Comparison("cannot_say", both("Wat was beloofd, is veranderd.", "What was promised has changed.")),
    "continuous": Comparison("cannot_say", both("Dit doel heeft geen einde.", "This target has no end.")),
    "unknown": Comparison(
        "cannot_say", both("Het rapport zegt niet of het er is.", "The report does not say whether it is there.")
    ),
}
_SAID: dict[Status, Text] = {
    "partly": both("Een deel is gedaan.", "Part of it was done."),
    "delayed": both("Het is vertraagd.", "It is delayed."),
    "replaced": both("Nu wordt iets anders genoemd.", "Something else is named now."),
    "continuous": both("Het gaat door, zonder einddatum.", "It goes on, without an end date."),
    "unknown": both("Dus niet gehaald en ook niet gemist: niet bekend.", "So neither met nor missed: not known."),
}
_ONLY_EXPECTED = both(
    "Het is alleen een verwachting. Of het doel wordt gehaald, moet nog blijken.",
    "It is only expected. Whether the target will be met is still to be seen.",
)
_OTHER_READING = both(
    "Gehaald als de belofte zo wordt gelezen. Het doel zelf is anders opgeschreven.",
    "Met if the promise is read this way. The target itself is worded differently.",
)
_NO_DATE = both("Er is geen datum, dus het kan nog.", "There is no date, so it may still come.")


@dataclass(frozen=True, slots=True)
class Realised:
    """A real number as a share of what was expected; None: cannot be said, or there is no limit on that side.

    against_low, against_high : against the two ends of the forecast, with the numbers as they were told.
    lowest, highest : the least and the most that it can be when `about` is not taken to the letter.
    """

    against_low: float | None
    against_high: float | None
    lowest: float | None
    highest: float | None
    why: Text


def realised(forecast: Quantity, actual: Quantity) -> Realised:
    """A real number set against a forecast for the same day, of the same things.

    Parameters
    ----------
    forecast, actual : as stated; both may be vague.

    Returns
    -------
    Realised. All None when one of the two is unknown, or when they count different things.

    Examples
    --------
    The Evergreen co-ops: about 500 people were expected, and 110 worked there (data_dictionary, E10a).

    >>> found = realised(
    ...     Quantity(qualifier="about", value=500, unit="people"), Quantity(qualifier="exact", value=110, unit="people")
    ... )
    >>> found.against_low, found.against_high, round(found.lowest, 3), round(found.highest, 3)
    (0.22, 0.22, 0.176, 0.293)
    """
    if forecast.unit != actual.unit:
        why = both("Verwachting en aantal tellen iets anders.", "Forecast and number count different things.")
        return Realised(None, None, None, None, why)
    if forecast.reading is None or actual.reading is None or actual.low is None:
        why = both("Een van de twee getallen is niet bekend.", "One of the two numbers is not known.")
        return Realised(None, None, None, None, why)
    (least, most), (fewest, top) = actual.reading, forecast.reading
    told = fewest if forecast.qualifier == "more_than" else forecast.low
    why = both("Het echte aantal, gedeeld door de verwachting.", "The real number, divided by the forecast.")
    if actual.qualifier in ("exact", "about"):
        ends = _ratio(actual.low, told), _ratio(actual.low, forecast.high)
    else:
        # a range has no one number to divide: only the least and the most that it can be
        ends = None, None
    return Realised(*ends, lowest=_ratio(least, top), highest=_ratio(most, fewest), why=why)


def _ratio(number: int | None, per: int | None) -> float | None:
    return number / per if number is not None and per else None


@dataclass(frozen=True, slots=True)
class Together:
    """A sum of forecasts, or None with the reason why there is none."""

    quantity: Quantity | None
    why: Text


def together(forecasts: Sequence[Forecast]) -> Together:
    """The sum of forecasts, only when they are of one kind, for the same date, without a condition, in the same unit.

    Parameters
    ----------
    forecasts : two or more.

    Returns
    -------
    Together: no sum, and why, as soon as one of them differs.

    Examples
    --------
    >>> together([]).why.en
    'Not added up. There is nothing to add up.'
    """
    for refused, why in (
        (len(forecasts) < 2, both("Er is niets om op te tellen.", "There is nothing to add up.")),
        (len({forecast.kind for forecast in forecasts}) > 1, both(
            "De ene verwachting gaat over werk, de andere over leren. Dezelfde mensen kunnen in beide zitten.",
            "One forecast is about work, another about training. The same people may be in both.")),
        (any(forecast.condition is not None for forecast in forecasts), both(
            "Een verwachting geldt alleen onder een voorwaarde.", "One forecast holds only on a condition.")),
        (any(forecast.due is None for forecast in forecasts), both(
            "Een verwachting heeft geen datum.", "One forecast has no date.")),
        (len({(f.due.earliest, f.due.latest) for f in forecasts if f.due is not None}) > 1, both(
            "De verwachtingen zijn voor verschillende data.", "The forecasts are for different dates.")),
        (len({forecast.quantity.unit for forecast in forecasts}) > 1, both(
            "De verwachtingen tellen iets anders.", "The forecasts count different things.")),
        (any(forecast.quantity.reading is None for forecast in forecasts), both(
            "Een van de aantallen is niet bekend.", "One of the numbers is not known.")),
    ):  # fmt: skip
        if refused:
            return Together(None, both(f"Niet opgeteld. {why.nl}", f"Not added up. {why.en}"))
    same = both("Zelfde soort, zelfde datum, geen voorwaarde.", "Same kind, same date, no condition.")
    return Together(_sum([forecast.quantity for forecast in forecasts]), same)


def _sum(quantities: Sequence[Quantity]) -> Quantity:
    """From the sum of the least to the sum of the most that they can mean."""
    ends = [quantity.reading for quantity in quantities if quantity.reading is not None]
    low, unit = sum(least for least, _ in ends), quantities[0].unit
    limits = [most for _, most in ends if most is not None]
    if len(limits) < len(ends):
        return Quantity(qualifier="more_than", value=low - 1, unit=unit)
    if sum(limits) == low:
        return Quantity(qualifier="exact", value=low, unit=unit)
    return Quantity(qualifier="range", minimum=low, maximum=sum(limits), unit=unit)

"""Compares what a report says without making it more exact than it is: yes, no, or it cannot be said, and why.

An answer is yes or no only when every way to read the two agrees: `about 20` is not more than 50, and whether
`2026-2027` is after `mid-2026` cannot be said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from cwb_impact.spec.model import Text, both
from cwb_impact.spec.reported import Comparator, FuzzyDate, Quantity, reached

Answer = Literal["yes", "no", "cannot_say"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer, and the words that stand beside it."""

    answer: Answer
    why: Text


def reaches(actual: Quantity, comparator: Comparator, target: Quantity) -> Comparison:
    """Does a number reach a target?

    Parameters
    ----------
    actual, target : as a report states them; both may be vague, or unknown.
    comparator : `at_least` or `more_than`.

    Returns
    -------
    Comparison: cannot_say when the numbers count different things, when one of them is unknown, or when one reading
    says yes and another no.

    Examples
    --------
    >>> about_20 = Quantity(qualifier="about", value=20, unit="people")
    >>> fifty = Quantity(qualifier="exact", value=50, unit="people")
    >>> reaches(about_20, "more_than", fifty).answer
    'no'
    >>> reaches(about_20, "at_least", about_20).answer
    'cannot_say'
    """
    if actual.unit != target.unit:
        nl, en = "De twee getallen tellen iets anders.", "The two numbers count different things."
        return Comparison("cannot_say", both(f"{nl} Vergelijken kan dus niet.", f"{en} So they cannot be compared."))
    met = reached(actual, comparator, target)
    answer: Answer = "cannot_say" if met is None else "yes" if met else "no"
    have, goal = number_words(actual), _goal(comparator, target)
    if "unknown" in (actual.qualifier, target.qualifier):
        end = both("Zonder getal is niet te zeggen of het doel is gehaald.",
                   "Without a number nobody can say whether the target is met.")  # fmt: skip
    else:
        end = _REACHED[answer]
    nl, en = f"Het getal: {have.nl}. Het doel: {goal.nl}.", f"The number: {have.en}. The target: {goal.en}."
    return Comparison(answer, both(f"{nl} {end.nl}", f"{en} {end.en}"))


_REACHED: dict[Answer, Text] = {
    "yes": both("Dat is zeker genoeg.", "That is certainly enough."),
    "no": both("Dat is zeker niet genoeg.", "That is certainly not enough."),
    "cannot_say": both("Het getal laat niet zien of dat genoeg is.", "Whether that is enough, we cannot say."),
}


def before(a: FuzzyDate, b: FuzzyDate) -> Comparison:
    """Is the one day before the other? cannot_say when the stretches in which they lie touch or overlap.

    Examples
    --------
    >>> mid = FuzzyDate(text="medio 2026", precision="period", earliest=date(2026, 6, 1), latest=date(2026, 7, 31))
    >>> years = FuzzyDate(text="2026-2027", precision="period", earliest=date(2026, 1, 1), latest=date(2027, 12, 31))
    >>> before(years, mid).answer
    'cannot_say'
    """
    return _in_time(a, b, date_words(b))


def is_past(moment: FuzzyDate, on: date) -> Comparison:
    """Does a date lie before a day? A date that may be that day itself, or later, is not certainly past.

    Examples
    --------
    >>> autumn = FuzzyDate(text="najaar 2025", precision="season", earliest=date(2025, 9, 1), latest=date(2025, 11, 30))
    >>> is_past(autumn, date(2025, 12, 31)).answer, is_past(autumn, date(2025, 10, 31)).answer
    ('yes', 'cannot_say')
    """
    day = FuzzyDate(text=on.isoformat(), precision="day", earliest=on, latest=on)
    return _in_time(moment, day, day_words(on))


def _in_time(a: FuzzyDate, b: FuzzyDate, b_words: Text) -> Comparison:
    first = date_words(a)
    if a.latest < b.earliest:
        return Comparison(
            "yes", both(f"'{first.nl}' is eerder dan {b_words.nl}.", f"'{first.en}' is before {b_words.en}.")
        )
    if a.earliest >= b.latest:
        nl, en = f"'{first.nl}' is niet eerder dan {b_words.nl}.", f"'{first.en}' is not before {b_words.en}."
        return Comparison("no", both(nl, en))
    nl = f"'{first.nl}' kan eerder zijn dan {b_words.nl}, maar ook niet. Dat is dus niet te zeggen."
    en = f"'{first.en}' may be before {b_words.en}, or not. So it cannot be said."
    return Comparison("cannot_say", both(nl, en))


def in_order(moment: FuzzyDate | None) -> tuple[date, date, str]:
    """The key that sorts dates: by the first day that they can mean, then by the last. No date comes last.

    It never contradicts `before`; where that cannot say, the order is only a way to list them.
    """
    if moment is None:
        return date.max, date.max, ""
    return moment.earliest, moment.latest, moment.text


def number_words(quantity: Quantity) -> Text:
    """A number with its reservation: `about 20 (read as 15 to 25)`."""
    if quantity.reading is None or quantity.low is None:
        return both("niet bekend", "not known")
    low, (least, most) = _number(quantity.low), quantity.reading
    if quantity.qualifier == "exact":
        return low
    if quantity.qualifier == "more_than" or most is None:
        return both(f"meer dan {low.nl}", f"more than {low.en}")
    span = both(f"{_number(least).nl} tot en met {_number(most).nl}", f"{_number(least).en} to {_number(most).en}")
    if quantity.qualifier == "range":
        return span
    return both(f"ongeveer {low.nl} (wij lezen: {span.nl})", f"about {low.en} (read as {span.en})")


def _goal(comparator: Comparator, target: Quantity) -> Text:
    words = number_words(target)
    if target.qualifier in ("more_than", "unknown"):
        return words
    if comparator == "more_than":
        return both(f"meer dan {words.nl}", f"more than {words.en}")
    return both(f"minstens {words.nl}", f"at least {words.en}")


def date_words(moment: FuzzyDate) -> Text:
    """The report's own words, as vague as they are."""
    return both(moment.text, moment.en or moment.text)


def day_words(day: date) -> Text:
    """A day in full."""
    return both(format_date(day, "d MMMM y", "nl_NL"), format_date(day, "d MMMM y", "en_GB"))


def _number(number: int) -> Text:
    return both(format_decimal(number, locale="nl_NL"), format_decimal(number, locale="en_GB"))

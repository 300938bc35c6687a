"""Counts initiatives under a named rule at a date. Another rule gives another number, so the rule stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cwb_impact.errors import Problems
from cwb_impact.spec.model import Text, both
from cwb_impact.spec.programme import Claim, CountRule, Group, Initiative, InitiativeFile, StatusEvent, TargetFile
from cwb_impact.spec.reported import FuzzyDate, lines_of

Fact = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Case:
    """One initiative on one day. told : the moment that the report describes; None when the day lies in it."""

    initiative: Initiative
    group: Group
    on: date
    told: FuzzyDate | None = None

    @property
    def time(self) -> Literal["before", "now", "after"]:
        """Where the day lies as seen from the moment of the report: what it says of `now` holds only then."""
        if self.told is None or self.told.earliest <= self.on <= self.told.latest:
            return "now"
        return "before" if self.on < self.told.earliest else "after"


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to count: whom it counts, its words in print, and the parts of an initiative that decide."""

    id: CountRule
    words: Text
    decide: Callable[[Case], Fact]
    rests_on: Callable[[Case], list[object]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many initiatives a rule counts: `low` for certain, `high` with those that the report leaves open.

    lines : of the report, on which the rule rests for these initiatives.
    """

    rule: CountRule
    on: date
    low: int
    high: int
    counted: tuple[str, ...]
    possibly: tuple[str, ...]
    words: Text
    lines: tuple[int, ...]


def founded(case: Case) -> Fact:
    """Founded as a co-operative: yes with a founding that was past, no where the report says: not (yet)."""
    foundings = [_happened(event, case) for event in case.initiative.events if event.kind == "founded"]
    claim = case.initiative.stated_as_founded
    if claim is not None and claim.value:
        foundings.append("unknown" if case.time == "before" else "yes")
    answer: Fact = "no" if claim is not None or case.initiative.still_a_plan else "unknown"
    if foundings:
        answer = "yes" if "yes" in foundings else "unknown" if "unknown" in foundings else "no"
    # what was not founded yet at the moment of the report may have been founded since
    return "unknown" if answer == "no" and case.time == "after" else answer


def _happened(event: StatusEvent, case: Case) -> Fact:
    """Had an event taken place on the day? What is only expected never has, for all that the report can tell."""
    moment = event.date
    if moment is not None and moment.earliest > case.on:
        return "no"
    if event.expected:
        return "unknown" if moment is not None else "no"
    if moment is None:
        return "unknown" if case.time == "before" else "yes"
    # a stretch that runs on after the moment of the report may have been a plan
    surely_told = case.told is None or moment.latest <= case.told.latest
    return "yes" if moment.latest <= case.on and surely_told else "unknown"


def worker_coop_founded(case: Case) -> Fact:
    """Founded, and called a worker co-operative by the report."""
    return _both(founded(case), _said(case.initiative.stated_as_worker_coop, case))


def trading(case: Case) -> Fact:
    """With orders or sales, whatever the legal form."""
    if case.time != "now":
        return "unknown"
    return "no" if case.initiative.still_a_plan else _said(case.initiative.trading, case)


def people_at_work(case: Case) -> Fact:
    """With at least one person at work. Places for work and training together mean work; a team alone does not."""
    if case.time != "now":
        return "unknown"
    at_work = case.initiative.people_now.at_work
    if case.initiative.still_a_plan or at_work == "none":
        return "no"
    if at_work is None:
        return "unknown"
    lowest = case.initiative.people_now.quantity.reading
    return "yes" if lowest is not None and lowest[0] > 0 else "unknown"


def trading_or_people_at_work(case: Case) -> Fact:
    """Orders, sales or people at work: one of them is enough."""
    facts = (trading(case), people_at_work(case))
    return "yes" if "yes" in facts else "unknown" if "unknown" in facts else "no"


def report_heading(case: Case) -> Fact:
    """Under a heading that the report itself counts as operational."""
    if case.time != "now":
        return "unknown"
    return "yes" if case.group.operational else "no"


def _said(claim: Claim | None, case: Case) -> Fact:
    if claim is None or case.time == "before" or (case.time == "after" and not claim.value):
        return "unknown"
    return "yes" if claim.value else "no"


def _both(a: Fact, b: Fact) -> Fact:
    if "no" in (a, b):
        return "no"
    return "yes" if a == b == "yes" else "unknown"


def _told_of_founding(case: Case) -> list[object]:
    events = [event for event in case.initiative.events if event.kind == "founded"]
    return [events, case.initiative.stated_as_founded]


def _told_of_work(case: Case) -> list[object]:
    return [case.initiative.trading, case.initiative.people_now]


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "founded",
            both(
                "Opgericht als coöperatie, van welke soort ook. Een start of lancering is nog geen oprichting.",
                "Founded as a co-operative, of whatever kind. A start or a launch is not yet a founding.",
            ),
            founded,
            _told_of_founding,
        ),
        Rule(
            "worker_coop_founded",
            both(
                "Opgericht, en het rapport noemt haar een werknemerscoöperatie.",
                "Founded, and the report calls it a worker co-operative.",
            ),
            worker_coop_founded,
            lambda case: [*_told_of_founding(case), case.initiative.stated_as_worker_coop],
        ),
        Rule(
            "trading",
            both(
                "Er zijn opdrachten of er wordt verkocht. Ook een stichting of een proef telt mee.",
                "There are orders or sales. A foundation or a trial counts as well.",
            ),
            trading,
            lambda case: [case.initiative.trading],
        ),
        Rule(
            "people_at_work",
            both(
                "Er werkt minstens één persoon. Een team zonder opdrachten telt niet zeker mee.",
                "At least one person works there. A team without orders does not count for certain.",
            ),
            people_at_work,
            lambda case: [case.initiative.people_now],
        ),
        Rule(
            "trading_or_people_at_work",
            both(
                "Er zijn opdrachten, er wordt verkocht, of er werkt minstens één persoon. Ook een stichting of een "
                "proef telt mee.",
                "There are orders or sales, or at least one person works there. A foundation or a trial counts as "
                "well.",
            ),
            trading_or_people_at_work,
            _told_of_work,
        ),
        Rule(
            "report_heading",
            both(
                "De telling van het rapport zelf: alles onder een kopje dat het rapport operationeel noemt.",
                "The report's own count: everything under a heading that the report calls operational.",
            ),
            report_heading,
            lambda case: [case.group],
        ),
    )
}  # fmt: skip


def count(rule: CountRule, file: InitiativeFile, on: date, told: FuzzyDate | None = None) -> Count:
    """How many initiatives a rule counts on a day, and which.

    Parameters
    ----------
    rule : a name of RULES.
    file : the initiatives and their groups.
    on : the day.
    told : the moment that the report describes. Left out, the day lies in it. On another day what the report says of
        `now` is unknown; a founding stays.

    Returns
    -------
    Count, with the words of the rule.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> result = count("founded", programme.initiatives, date(2025, 10, 31))
    >>> result.low, result.high, result.possibly
    (4, 6, ('roots_and_recipes', 'stadslandgoed_nieuw_west'))
    """
    cases = {name: Case(one, file.groups[one.group], on, told) for name, one in file.initiatives.items()}
    facts = {name: RULES[rule].decide(case) for name, case in cases.items()}
    counted = tuple(name for name, fact in facts.items() if fact == "yes")
    possibly = tuple(name for name, fact in facts.items() if fact == "unknown")
    lines = tuple(lines_of([RULES[rule].rests_on(cases[name]) for name in (*counted, *possibly)]))
    return Count(rule, on, len(counted), len(counted) + len(possibly), counted, possibly, RULES[rule].words, lines)


def check_target_counts(targets: TargetFile, initiatives: InitiativeFile, on: date, problems: Problems) -> None:
    """The initiatives that a target with a count_rule lists must be those that its rule counts.

    Parameters
    ----------
    on : the day that the report describes.
    problems : gets E611 for each list that differs. Initiatives or groups that do not exist are told elsewhere, and
        what rests on them is not counted.
    """
    known = initiatives.initiatives
    if any(initiative.group not in initiatives.groups for initiative in known.values()):
        return
    for key, target in targets.targets.items():
        if target.count_rule is None or not {*target.counted, *target.possibly} <= set(known):
            continue
        found = count(target.count_rule, initiatives, on)
        for field, listed, by_rule in (
            ("counted", target.counted, found.counted),
            ("possibly", target.possibly, found.possibly),
        ):
            if set(listed) != set(by_rule):
                line = targets.doc.line("targets", key, field)
                what = f"the rule {target.count_rule} gives {_names(by_rule)} on {on}, and not {_names(listed)}"
                fix = "Correct the list, or the facts in initiatives.yml"
                problems.add("E611", targets.doc.shown, line, f"targets.{key}.{field}", what, fix)


def _names(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(sorted(names)) or "no initiative"

"""What protection did, in words. Each key has both languages in one line, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.explain.protection import HiddenRow
from cwb_impact.report.words import Lang, slug
from cwb_impact.spec.model import Text, both
from cwb_impact.spec.policy import Policy

WORDS: Mapping[str, Text] = {
    "restricted": both("Alleen voor onderzoekers: publiceer dit overzicht niet.", "For researchers: do not publish."),
    # one line a population
    "line": both(
        "{population}: {shown} cijfers getoond, {hidden} weggelaten",
        "{population}: {shown} figures shown, {hidden} hidden",
    ),
    "nothing_hidden": both("Er is niets weggelaten, dus er valt niets te raden.", "Nothing is hidden."),
    "safe": both(
        "Wie alle cijfers samen gebruikt, kan geen weggelaten aantal schatten op minder dan {asked} mensen. Zijn het "
        "er minder, dan weet hij niets over hen.",
        "The attack found nothing closer than {asked} people; where there are fewer, nothing about them.",
    ),
    "unsafe": both(
        "Te dicht te benaderen: {n} weggelaten getallen. De regel is {asked} mensen.",
        "Found too closely: {n} hidden numbers. The policy asks {asked} people.",
    ),
    "how": both("Meer: --explain. Elk weggelaten cijfer: --rows.", "More: --explain. Every hidden row: --rows."),
    # headings
    "what": both("Wat er met de cijfers gebeurde (rijen)", "What happened to the figures (rows)"),
    "why": both("Waarom", "Why"),
    "cost": both("Wat het kostte", "What it cost"),
    "near": both("Hoe dichtbij een aanvaller komt", "How close an attacker comes"),
    "more": both("Welke indeling meer laat zien", "Which grouping would publish more"),
    "every": both("Elk weggelaten cijfer", "Every hidden row"),
    # columns
    "group": both("groep", "group"),
    "kind.shown": both("getoond", "shown"),
    "kind.indicative": both("indicatief", "indicative"),
    "kind.band": both("grens", "band"),
    "kind.hidden": both("weg", "hidden"),
    "kind.covers": both("dekt af", "to cover others"),
    "kind.not_asked": both("niet gevraagd", "not asked"),
    "rows": both("rijen", "rows"),
    "answers": both("antwoorden", "answers"),
    "row": both("rij", "row"),
    "reason": both("reden", "reason"),
    "total": both("iedereen", "everybody"),
    "covers": both("dekt af: {names}", "covers {names}"),
    "covers_others": both("dekt andere tabellen af", "covers other tables"),
    # what it cost
    "cost.hidden": both(
        "Door een eigen regel weg: {n} van {rows} rijen ({percent}% van de antwoorden achter alle rijen)",
        "Hidden by a rule of their own: {n} of {rows} rows ({percent}% of the answers behind all rows)",
    ),
    "cost.covers": both(
        "Alleen weg om andere af te dekken: {n} rijen ({percent}%)",
        "Hidden only to cover others: {n} rows ({percent}%)",
    ),
    # how close
    "near.people": both(
        "{n} weggelaten getallen aangevallen. De krapste grenzen liggen {people} mensen uiteen; de regel is {asked}.",
        "{n} hidden numbers attacked. The narrowest bounds are {people} people apart; the policy asks {asked}.",
    ),
    "near.other": both("{n} weggelaten getallen aangevallen.", "{n} hidden numbers attacked."),
    "near.left": both("{people} mensen uit elkaar", "{people} people apart"),
    "near.times": both("{times} × wat de regel vraagt", "{times} × what the policy asks"),
    "near.no_end": both("geen grens", "no limit"),
    # groupings
    "better": both(
        "{name}: {joins} → {shown} van {rows} rijen getoond, nu {now} van {now_rows}",
        "{name}: {joins} → {shown} of {rows} rows shown, now {now} of {now_rows}",
    ),
    "join": both("voeg samen {names}", "join {names}"),
    "and": both(" en ", " and "),
    "then": both("; ", "; "),
    "no_better": both(
        "{name}: geen indeling laat meer rijen zien (nu {now} van {now_rows}).",
        "{name}: no grouping shows more rows (now {now} of {now_rows}).",
    ),
    "fuller": both(
        "Wel meer antwoorden: {joins} → {shown} van {rows} rijen, met {percent:g}% van de antwoorden (nu {now:g}%).",
        "But more answers: {joins} → {shown} of {rows} rows, with {percent:g}% of the answers (now {now:g}%).",
    ),
    "because": both("Meestal is de regel: {reason}.", "Mostly the rule is: {reason}."),
    "of_total": both(
        "Bij {n} weggelaten rijen is het cijfer van iedereen ook weg; daar helpt geen indeling.",
        "Of {n} hidden rows the figure of everybody is hidden too; no grouping helps those.",
    ),
    "leave_out": both(
        "{name} helemaal weglaten: {lost} getoonde rijen minder, hoogstens {freed} andere terug",
        "leave {name} out: {lost} shown rows less, at most {freed} others back",
    ),
    "counted": both(
        "Geteld met de regels per rij en per tabel. De aanval op alle tabellen samen kan er nog enkele weghalen.",
        "Counted by the rules for rows and for one table. The attack on all tables can still hide a few.",
    ),
    "do": both(
        "Zo doet u dat: maak in dictionary/variables/ van de studie een eigen variabele met de grovere groepen. Laat "
        "in elke wave map `recode` de codes naar dezelfde groep brengen. Zet de variabele in study.yml bij "
        "`dimensions`.",
        "How: give the study a variable of its own with the coarser groups (dictionary/variables/), let each wave map "
        "`recode` the codes to the same group, and name it under `dimensions` in study.yml.",
    ),
    # reasons
    "reason.withheld_by_study": both(
        "de studie laat dit zelf weg (policy: withhold)", "the study leaves it out by its own choice (policy: withhold)"
    ),
    "reason.no_rule_for_this_statistic": both(
        "voor dit soort cijfer is er nog geen regel", "there is no rule yet for this kind of figure"
    ),
    "reason.never_published_dimension": both(
        "deze indeling wordt nooit getoond: {never}", "this dimension is never shown: {never}"
    ),
    "reason.too_few_respondents": both(
        "minder dan {respondents} antwoorden, of dan de indicator vraagt",
        "fewer than {respondents} answers, or than the indicator asks",
    ),
    "reason.too_few_holdings": both("minder dan {holdings} coöperaties", "fewer than {holdings} co-ops"),
    "reason.too_few_outside_largest_holding": both(
        "minder dan {outside} mensen buiten de grootste coöperatie",
        "fewer than {outside} people outside the largest co-op",
    ),
    "reason.too_few_people": both("minder dan {people} mensen", "fewer than {people} people"),
    "reason.too_few_contributors": both(
        "minder dan {contributors} coöperaties of leveranciers", "fewer than {contributors} co-ops or suppliers"
    ),
    "reason.not_defined": both("dit cijfer bestaat hier niet", "this figure does not exist here"),
    "reason.all_the_same": both(
        "(bijna) iedereen antwoordt hetzelfde, dus het cijfer vertelt ieders antwoord",
        "(almost) all answers are the same, so the figure tells everybody's",
    ),
    "reason.all_alike": both(
        "minder dan {organisations_each_side} coöperaties aan één kant",
        "fewer than {organisations_each_side} co-ops on one side",
    ),
    "reason.one_contributor_dominates": both(
        "zonder de twee grootste blijft minder dan {p_percent}% van de grootste over (p%-regel), of er is niets",
        "without the two largest less than {p_percent}% of the largest is left (p% rule), or there is nothing",
    ),
    "reason.too_few_for_a_median": both(
        "minder dan {median} antwoorden voor een mediaan", "fewer than {median} answers for a median"
    ),
    "reason.too_few_for_a_quantile": both(
        "te weinig antwoorden voor dit punt: {quantile_side} aan elke kant naar verhouding",
        "too few answers for this quantile: {quantile_side} on each side in proportion",
    ),
    "reason.too_few_on_one_side": both(
        "te weinig mensen aan één kant van het cijfer ({median_side} bij een mediaan)",
        "too few people on one side of the figure ({median_side} of a median)",
    ),
    "reason.too_few_for_a_distribution": both(
        "minder dan {inequality} antwoorden voor een verdeling", "fewer than {inequality} answers for a distribution"
    ),
    "reason.too_few_in_a_group": both(
        "minder dan {respondents} mensen in een van de twee groepen",
        "fewer than {respondents} people in one of the groups",
    ),
    "reason.differs_by_few": both(
        "scheelt minder dan {respondents} mensen met een ander cijfer over hetzelfde",
        "differs by fewer than {respondents} people from another figure of the same",
    ),
    "reason.complement_of_suppressed": both(
        "anders is een weggelaten cijfer uit te rekenen, of op minder dan {width} mensen na te raden",
        "else a hidden figure could be computed, or guessed to within {width} people",
    ),
    "reason.band": both(
        "minder dan {each_side} mensen aan één kant, of gevoelig en boven {top}%: alleen een grens",
        "fewer than {each_side} people on one side, or sensitive and above {top}%: a limit only",
    ),
    "reason.wide_interval": both(
        "onzeker: meer dan {half_width} punten naar beide kanten, of een fout boven {cv}%",
        "uncertain: more than {half_width} points either way, or an error above {cv}%",
    ),
    "reason.interval_may_be_too_short": both(
        "het interval kan te kort zijn (docs/coverage.md)", "the interval may be too short (docs/coverage.md)"
    ),
}


def say(key: str, lang: Lang, **parts: object) -> str:
    """The words of a key, with its parts filled in."""
    return WORDS[key][lang].format(**parts)


def reason_in_words(reason: str, of_registers: bool, policy: Policy, lang: Lang) -> str:
    """The rule behind a reason with its number in the policy; the reason itself where it has no words yet."""
    key = f"reason.{reason}"
    return say(key, lang, **_numbers(policy, of_registers)) if key in WORDS else reason


def reason_in_short(row: HiddenRow, policy: Policy, lang: Lang) -> str:
    """As the report says it; of what a study leaves out itself also its own words."""
    keys = ("indicator", "population", "wave", "dimension", "category")
    said = [
        one.why[lang]
        for one in policy.withhold
        if one.why is not None and all(getattr(one, key) in (None, getattr(row, key)) for key in keys)
    ]
    own = said[:1] if row.reason == "withheld_by_study" else []
    return ": ".join([slug("reason", row.reason, lang), *own])


def _numbers(policy: Policy, of_registers: bool) -> dict[str, object]:
    """The numbers of the policy. Of surveys the strictest of its holding rules: most often there is one."""
    lists, asked = policy.registers, policy.holdings.values()
    numbers: dict[str, object] = {
        "respondents": policy.minimum_respondents,
        "people": lists.people.minimum_people,
        "contributors": lists.money.minimum_holdings,
        "organisations_each_side": lists.minimum_organisations_each_side,
        "never": ", ".join(policy.never_published_dimensions),
        "p_percent": lists.money.p_percent if of_registers else policy.money.p_percent,
        "median": policy.median.minimum_respondents,
        "median_side": policy.median.minimum_each_side,
        "quantile_side": policy.quantile.minimum_each_side,
        "inequality": policy.inequality.minimum_respondents,
        "width": policy.audit.minimum_width,
        "each_side": policy.share.minimum_each_side,
        "top": policy.share.top_code_sensitive_above,
        "half_width": policy.precision.maximum_half_width_points,
        "cv": policy.precision.maximum_cv_percent,
        "holdings": max((rule.minimum_holdings for rule in asked), default=lists.people.minimum_holdings),
        "outside": max((rule.minimum_outside_largest for rule in asked), default=lists.people.minimum_outside_largest),
    }
    if of_registers:
        people = lists.people
        numbers |= {"holdings": people.minimum_holdings, "outside": people.minimum_outside_largest}
    return {name: f"{number:g}" if isinstance(number, int | float) else number for name, number in numbers.items()}

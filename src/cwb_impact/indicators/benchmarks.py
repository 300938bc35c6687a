"""May a published figure stand beside ours? Only when both measure the same; otherwise this says why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cwb_impact.errors import fail
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator, Statistic
from cwb_impact.spec.labels import POPULATIONS, UNITS
from cwb_impact.spec.measurement import FACETS, NOT_READ, Benchmark
from cwb_impact.spec.model import Population, Text, both

_SAYS = {
    "measurement": both(
        "Wij hebben niet vastgelegd hoe ons cijfer precies is gemeten. Daarom zetten wij er geen ander cijfer naast.",
        "How our figure is measured is not recorded. That is why no other figure stands beside it.",
    ),
    "instrument": both(
        "Dit cijfer komt uit: {theirs}. Ons cijfer komt uit: {ours}.",
        "This figure comes from: {theirs}. Ours comes from: {ours}.",
    ),
    "answers": both(
        "De antwoorden bij dit cijfer: {theirs}. De antwoorden bij ons: {ours}.",
        "The answers behind this figure: {theirs}. The answers behind ours: {ours}.",
    ),
    "rule": both(
        "Hoe dit cijfer is berekend: {theirs}. Hoe ons cijfer is berekend: {ours}.",
        "How this figure is worked out: {theirs}. How ours is: {ours}.",
    ),
    "denominator": both(
        "Dit cijfer telt {theirs}. Wij tellen {ours}.", "This figure counts {theirs}. We count {ours}."
    ),
    "statistic": both("Dit cijfer is {theirs}. Ons cijfer is {ours}.", "This figure is {theirs}. Ours is {ours}."),
    "unit": both(
        "De eenheid van dit cijfer: {theirs}. De eenheid bij ons: {ours}.",
        "The unit of this figure: {theirs}. The unit of ours: {ours}.",
    ),
    "population": both(
        "Dit cijfer gaat over {theirs}. Ons cijfer gaat over {ours}.",
        "This figure is about {theirs}. Ours is about {ours}.",
    ),
    "wave": both(
        "In deze meting is niet precies dezelfde vraag gesteld, of niet aan dezelfde mensen. "
        "Daarom zetten wij er geen ander cijfer naast.",
        "In this wave not exactly the same question was asked, or not of the same people. "
        "That is why no other figure stands beside it.",
    ),
}
"""How each facet is told, in the order of a refusal."""

_SAME_AS: dict[Statistic, Statistic] = {"poverty_rate": "share", "banded_median": "median"}
"""Statistics that are published under a plainer name."""

_STATISTICS: dict[Statistic, Text] = {
    "total": both("een totaal", "a total"),
    "count": both("een aantal", "a number of people or things"),
    "mean": both("een gemiddelde", "a mean"),
    "share": both("een percentage", "a share"),
    "ratio": both("een verhouding", "a ratio"),
    "gap": both("een verschil tussen groepen", "a difference between groups"),
    "relative_gap": both("een verschil tussen groepen in procenten", "a difference between groups in percent"),
    "median": both("een middelste waarde", "a median"),
    "quantile": both("een grens waar een vast deel van de mensen onder zit", "a quantile"),
    "quantile_ratio": both("een hoog getal gedeeld door een laag getal", "a ratio of high to low"),
    "gini": both("een maat voor ongelijkheid (Gini)", "a measure of inequality (Gini)"),
    "s80_s20": both("het inkomen van de rijksten gedeeld door dat van de armsten", "a ratio of rich to poor"),
    "poverty_gap": both("hoeveel er tekort is tot de armoedegrens", "a poverty gap"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a published figure may not stand beside ours.

    facet : instrument, answers, rule, denominator, statistic, unit, population, wave or measurement.
    ours, theirs : what the facet is for our indicator and for the published figure.
    """

    facet: str
    ours: Text
    theirs: Text

    def text(self, lang: str) -> str:
        """The reason in plain words, `nl` or `en`.

        >>> both = Text(nl="personen", en="persons"), Text(nl="huishoudens", en="households")
        >>> Refusal("denominator", *both).text("nl")
        'Dit cijfer telt huishoudens. Wij tellen personen.'
        """
        return _SAYS[self.facet][lang].format(ours=self.ours[lang], theirs=self.theirs[lang])


def refusals(
    indicator: Indicator,
    benchmark: Benchmark,
    dictionary: Dictionary,
    *,
    population: Population | None = None,
    exact: bool = True,
) -> list[Refusal]:
    """Every reason why this published figure may not stand beside this indicator; none when it may.

    Parameters
    ----------
    population : whose figure of the indicator it is; by default, any of the indicator's.
    exact : does the map of the wave make every variable behind the indicator `exact` (`StudyBundle.breaks` knows), and
        did the study ask all those whom the denominator names? Otherwise our figure is not what its definition says.

    Returns
    -------
    Reasons in the order of FACETS, then statistic, unit, population and wave. An indicator that says nothing about its
    measurement has that as its only reason. `not_read` is never the same as anything.
    """
    if indicator.measurement is None:
        return [Refusal("measurement", indicator.name, benchmark.name)]
    differing = [*_measured_otherwise(indicator, benchmark, dictionary), *_counted_otherwise(indicator, benchmark)]
    ours = [population] if population is not None else indicator.populations
    if not set(ours) & set(benchmark.populations):
        differing.append(Refusal("population", _either(ours), _either(benchmark.populations)))
    if not exact:
        differing.append(Refusal("wave", indicator.name, benchmark.name))
    return differing


def _measured_otherwise(indicator: Indicator, benchmark: Benchmark, dictionary: Dictionary) -> Iterator[Refusal]:
    for facet in FACETS:
        ours, theirs = getattr(indicator.measurement, facet), getattr(benchmark.measurement, facet)
        if ours != theirs or theirs == NOT_READ:
            words = dictionary.measured[facet]
            yield Refusal(facet, words[ours], words[theirs])


def _counted_otherwise(indicator: Indicator, benchmark: Benchmark) -> Iterator[Refusal]:
    ours = _SAME_AS.get(indicator.statistic, indicator.statistic)
    if ours != benchmark.statistic:
        yield Refusal("statistic", _STATISTICS[ours], _STATISTICS[benchmark.statistic])
    if indicator.unit != benchmark.unit:
        yield Refusal("unit", UNITS[indicator.unit], UNITS[benchmark.unit])


def _either(populations: list[Population]) -> Text:
    named = [POPULATIONS[one] for one in populations]
    return both(" of ".join(one.nl for one in named), " or ".join(one.en for one in named))


def named_beside(indicator: Indicator, dictionary: Dictionary) -> list[Benchmark]:
    """The published figures that readers will want to set beside an indicator, allowed or not, in order of their id."""
    return [one for _, one in sorted(dictionary.benchmarks.items()) if indicator.id in one.beside]


def beside(
    indicator: Indicator, dictionary: Dictionary, *, population: Population | None = None, exact: bool = True
) -> list[Benchmark]:
    """The published figures that may stand beside an indicator. Parameters as for `refusals`.

    Print of each its `current` publications, one line a margin with its `interval_method`, and its `earlier` ones as
    history; `verified` false is told.
    """
    named = named_beside(indicator, dictionary)
    return [one for one in named if not refusals(indicator, one, dictionary, population=population, exact=exact)]


def refused(
    indicator: Indicator, dictionary: Dictionary, *, population: Population | None = None, exact: bool = True
) -> list[tuple[Benchmark, list[Refusal]]]:
    """The published figures that readers look for beside an indicator and may not stand there, with their reasons."""
    told = [
        (one, refusals(indicator, one, dictionary, population=population, exact=exact))
        for one in named_beside(indicator, dictionary)
    ]
    return [(one, reasons) for one, reasons in told if reasons]


def require_comparable(
    indicator: Indicator,
    benchmark: Benchmark,
    dictionary: Dictionary,
    *,
    population: Population | None = None,
    exact: bool = True,
) -> None:
    """Stop whoever sets a published figure beside an indicator that measures something else.

    Raises
    ------
    CwbError
        E350, with every reason.
    """
    reasons = refusals(indicator, benchmark, dictionary, population=population, exact=exact)
    if reasons:
        facet = reasons[0].facet
        line = benchmark.doc.line("measurement", facet) if facet in FACETS else benchmark.doc.line(facet)
        what = f"may not stand beside {indicator.id}. {' '.join(reason.text('en') for reason in reasons)}"
        fix = "Leave it out, or take a figure with the same instrument, answers, rule and denominator"
        raise fail("E350", benchmark.doc.shown, line, benchmark.id, what.rstrip("."), fix)

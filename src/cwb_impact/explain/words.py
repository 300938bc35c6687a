"""The words around a definition. Each key has both languages in one line, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.errors import fail
from cwb_impact.report.words import LANGUAGES, Lang
from cwb_impact.spec.labels import POPULATIONS, UNITS
from cwb_impact.spec.model import Text, both

WORDS: Mapping[str, Text] = {
    # sections
    "definition": both("Wat het is", "What it is"),
    "wording": both("De vragen", "The questions"),
    "scoring": both("De berekening", "The calculation"),
    "examples": both("Voorbeelden", "Examples"),
    "parameters": both("Bedragen en lijsten met een datum", "Amounts and lists with a date"),
    "comparing": both("Vergelijken", "Comparing"),
    "sources": both("Bronnen", "Sources"),
    "study": both("In deze monitor", "In this study"),
    # rows
    "about": both("Over wie", "About whom"),
    "groups": both("Groepen", "Groups"),
    "only": both("Alleen als", "Only if"),
    "counts": both("Telt mee als", "Counts if"),
    "group": both("Vergeleken groep", "Group that is compared"),
    "period": both("Periode", "Period"),
    "unit": both("Eenheid", "Unit"),
    "direction": both("Richting", "Direction"),
    "level": both("Soort", "Kind"),
    "shown": both("Wordt getoond", "Is shown"),
    "shown.from": both(
        "vanaf {n} antwoorden, en als de regels om mensen te beschermen het toelaten",
        "from {n} answers, when the disclosure rules allow it",
    ),
    "part_of": both("Deel van", "Part of"),
    "statistic": both("Cijfer", "Figure"),
    "missing": both("Geen antwoord", "No answer"),
    "missing.exclude_and_count": both(
        "telt niet mee, en wordt apart geteld, met de reden", "is left out and counted apart, with the reason"
    ),
    "no_wording": both(
        "de tekst staat hier niet ({licence}); zie {reference}",
        "the wording is not shipped ({licence}); see {reference}",
    ),
    "register": both("uit een administratie, geen vraag", "from a register, not a question"),
    "answers": both("Antwoorden", "Answers"),
    "asked_if": both("Gevraagd als", "Asked if"),
    "from_to": both("Een getal van {low} tot en met {high}", "A number from {low} to {high}"),
    "no_value": both("moet de stad zelf invullen", "every city supplies its own"),
    "since": both("vanaf {day}", "since {day}"),
    "until": both("{first} tot en met {last}", "{first} to {last}"),
    "list_of": both("lijst van {n}", "list of {n}"),
    "table_of": both("tabel met {n} waarden", "table of {n} values"),
    "gives": both("uitkomst {value}", "gives {value}"),
    "nothing": both("geen uitkomst", "no figure"),
    "comparable": both("Te vergelijken met", "Comparable with"),
    "not_comparable": both("Niet te vergelijken met", "Not comparable with"),
    "break": both("Verandering", "Break"),
    "benchmark": both("Mag ernaast", "May stand beside"),
    "no_benchmark": both("geen enkel gepubliceerd cijfer meet hetzelfde", "no published figure measures the same"),
    "earlier": both("eerder gepubliceerd: {value} ({vintage})", "published before: {value} ({vintage})"),
    "refused": both("Mag er niet naast", "May not stand beside"),
    "instrument": both("Vraag of meetlat", "Instrument"),
    "standard": both("Standaard", "Standard"),
    "licence": both("Licentie", "Licence"),
    "licence.shipped": both("{licence}; de tekst staat hier", "{licence}; the wording is shipped"),
    "licence.not_shipped": both("{licence}; de tekst staat hier niet", "{licence}; the wording is not shipped"),
    "note": both("Let op", "Note"),
    "fact": both("Nagekeken", "Verified"),
    "fact.open": both("Nog niet nagekeken", "Not yet verified"),
    "reference": both("Literatuur", "Literature"),
    "measured": both("Gemeten", "Measured"),
    "runs": both("is te berekenen", "can be computed"),
    "lacks": both("mist: {names}", "lacks: {names}"),
    "lacks.wave": both("{wave} mist: {names}", "{wave} lacks: {names}"),
    "not_this_population": both("geen van de groepen van deze monitor", "none of the populations of this study"),
    "break_in": both(
        "{wave}: de vraag wijkt af van de definitie ({names})",
        "{wave}: the question differs from the definition ({names})",
    ),
    # conditions
    "all": both("; en ", "; and "),
    "any": both("; of ", "; or "),
    "or": both(" of ", " or "),
    "is": both("{name}: {values}", "{name}: {values}"),
    "between": both("{name}: {low} tot en met {high}", "{name}: {low} to {high}"),
    "at_least": both("{name}: {low} of meer", "{name}: {low} or more"),
    "at_most": both("{name}: {high} of minder", "{name}: {high} or less"),
    "in_list": both("{name}: op de lijst {parameter}", "{name}: on the list {parameter}"),
    # statistics
    "statistic.share": both(
        "percentage: gewicht van wie meetelt ÷ gewicht van iedereen met een antwoord × 100",
        "share: weight of those who count ÷ weight of everybody with an answer × 100",
    ),
    "statistic.count": both(
        "aantal: som van de gewichten van wie meetelt", "number: sum of the weights of those who count"
    ),
    "statistic.total": both("totaal van {of}: som van gewicht × waarde", "total of {of}: sum of weight × value"),
    "statistic.mean": both(
        "gemiddelde van {of}: som van gewicht × waarde ÷ som van de gewichten",
        "mean of {of}: sum of weight × value ÷ sum of the weights",
    ),
    "statistic.ratio": both("verhouding: totaal van {of} ÷ totaal van {per}", "ratio: total of {of} ÷ total of {per}"),
    "statistic.gap": both(
        "verschil tussen het gemiddelde van de anderen en dat van de groep, van {of}",
        "mean of the others minus mean of the group, of {of}",
    ),
    "statistic.relative_gap": both(
        "hoeveel lager het gemiddelde van de groep is dan dat van de anderen, van {of}, in procent",
        "how much lower the mean of the group is than that of the others, of {of}, in percent",
    ),
    "statistic.median": both(
        "mediaan van {of}: de helft heeft dit of minder", "median of {of}: half have this or less"
    ),
    "statistic.banded_median": both(
        "mediaan van {of}, uit klassen: in elke klasse worden de mensen gelijk verdeeld",
        "median of {of}, from bands: everybody is spread evenly over their band",
    ),
    "statistic.quantile": both(
        "grenswaarde van {of}: {at} heeft dit of minder", "quantile of {of}: {at} have this or less"
    ),
    "statistic.quantile_ratio": both(
        "verhouding van twee grenswaarden van {of}: {at}", "ratio of two quantiles of {of}: {at}"
    ),
    "statistic.gini": both(
        "Gini-coëfficiënt van {of} (0: iedereen heeft evenveel, 100: één heeft alles)",
        "Gini coefficient of {of} (0 is equal, 100 is all with one)",
    ),
    "statistic.s80_s20": both(
        "deel van de hoogste 20% ÷ deel van de laagste 20%, van {of}",
        "share of the top 20% ÷ share of the bottom 20%, of {of}",
    ),
    "statistic.poverty_rate": both(
        "percentage met {of} onder de grens {threshold}", "share with {of} below the threshold {threshold}"
    ),
    "statistic.poverty_gap": both(
        "wie {of} onder de grens {threshold} heeft: hoe ver de middelste daaronder zit",
        "how far the median of those below the threshold {threshold} lies under it, of {of}",
    ),
    "own_threshold": both("van {percent}% van de mediaan", "of {percent}% of the median"),
    # scales
    "method.sum": both("som van de antwoorden", "sum of the answers"),
    "method.mean": both("gemiddelde van de antwoorden", "mean of the answers"),
    "method.count": both("aantal antwoorden dat een punt geeft", "number of answers that give a point"),
    "reversed": both("omgekeerd: {items}", "reversed: {items}"),
    "times": both("× {factor}", "× {factor}"),
    "rescaled": both("van {a}–{b} omgerekend naar {c}–{d}", "moved from {a}–{b} to {c}–{d}"),
    "looked_up": both("opgezocht in {table}", "looked up in {table}"),
    "published_in": both("tabel {table}", "table {table}"),
    "published_on": both("gepubliceerd {day}", "published {day}"),
    "subscale_of": both("deel van {name}", "part of {name}"),
    "range": both("van {low} tot {high}", "from {low} to {high}"),
    "all_items_required": both("alle {n} antwoorden zijn nodig", "all {n} answers are needed"),
    "at_most_missing": both("hoogstens {n} antwoord mag ontbreken", "at most {n} answer may be missing"),
    "count_answered": both("een antwoord dat ontbreekt, geeft geen punt", "a missing answer gives no point"),
    "person_mean": both(
        "een ontbrekend antwoord krijgt het gemiddelde van de andere antwoorden van die persoon",
        "a missing answer gets the mean of that person's other answers",
    ),
    "bounded": both(
        "telt mee als de uitkomst zeker is, wat de ontbrekende antwoorden ook zijn",
        "counts when the outcome is certain whatever the missing answers are",
    ),
    "points_for": both("punt bij: {values}", "a point for: {values}"),
    # codes of the definition
    "direction.up_is_better": both("hoger is beter", "higher is better"),
    "direction.down_is_better": both("lager is beter", "lower is better"),
    "direction.context": both("niet goed en niet slecht: achtergrond", "neither good nor bad; context"),
    "level.status": both("hoe het gaat met mensen en de buurt", "how people and the area are doing"),
    "level.effort": both("wat het programma en organisaties doen", "what the programme and organisations do"),
    "optional": both("aanvullend: hoort niet bij de kern", "optional: not part of the core"),
    # pages
    "catalogue": both("De indicatoren", "The indicators"),
    "catalogue.intro": both(
        "Deze pagina is gemaakt uit data_dictionary/ met `make catalogue`. "
        "Verander de YAML-bestanden, niet deze pagina. "
        "De methode is een voorstel van dit project op basis van standaarden, en niet de methode van de HvA.",
        "This page is made from data_dictionary/ with `make catalogue`. Change the YAML files, not this page. "
        "The method is a standards-based proposal of this project, and not the method of the HvA.",
    ),
    **{f"unit.{name}": words for name, words in UNITS.items()},
    **{f"population.{name}": words for name, words in POPULATIONS.items()},
    "version": both("versie {version}", "version {version}"),
}


def say(key: str, lang: Lang, **parts: object) -> str:
    """The words of a key, with its parts filled in."""
    return WORDS[key][lang].format(**parts)


def language(name: str) -> Lang:
    """`nl` or `en`; E514 for any other."""
    for lang in LANGUAGES:
        if lang == name:
            return lang
    raise fail("E514", "explain", 0, "lang", f"{name} is not known", f"Languages: {', '.join(LANGUAGES)}")

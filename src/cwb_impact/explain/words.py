"""The words around a definition. Each key has both languages in one line, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from cwb_impact.errors import fail
from cwb_impact.spec.labels import POPULATIONS, UNITS
from cwb_impact.spec.model import Text

Lang = Literal["nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


def _text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


WORDS: Mapping[str, Text] = {
    # sections
    "definition": _text("Wat het is", "What it is"),
    "wording": _text("De vragen", "The questions"),
    "scoring": _text("De berekening", "The calculation"),
    "examples": _text("Voorbeelden", "Examples"),
    "parameters": _text("Bedragen en lijsten met een datum", "Amounts and lists with a date"),
    "comparing": _text("Vergelijken", "Comparing"),
    "sources": _text("Bronnen", "Sources"),
    "study": _text("In deze monitor", "In this study"),
    # rows
    "about": _text("Over wie", "About whom"),
    "groups": _text("Groepen", "Groups"),
    "only": _text("Alleen als", "Only if"),
    "counts": _text("Telt mee als", "Counts if"),
    "beside": _text("Gedeeld door", "Divided by"),
    "group": _text("Vergeleken groep", "Group that is compared"),
    "period": _text("Periode", "Period"),
    "unit": _text("Eenheid", "Unit"),
    "direction": _text("Richting", "Direction"),
    "level": _text("Soort", "Kind"),
    "shown": _text("Wordt getoond", "Is shown"),
    "shown.from": _text(
        "vanaf {n} antwoorden, en als de regels om mensen te beschermen het toelaten",
        "from {n} answers, when the disclosure rules allow it",
    ),
    "part_of": _text("Deel van", "Part of"),
    "statistic": _text("Cijfer", "Figure"),
    "missing": _text("Geen antwoord", "No answer"),
    "missing.exclude_and_count": _text(
        "telt niet mee, en wordt apart geteld, met de reden", "is left out and counted apart, with the reason"
    ),
    "question": _text("Vraag", "Question"),
    "no_wording": _text(
        "de tekst staat hier niet ({licence}); zie {reference}",
        "the wording is not shipped ({licence}); see {reference}",
    ),
    "register": _text("uit een administratie, geen vraag", "from a register, not a question"),
    "answers": _text("Antwoorden", "Answers"),
    "asked_if": _text("Gevraagd als", "Asked if"),
    "from_to": _text("Een getal van {low} tot en met {high}", "A number from {low} to {high}"),
    "no_value": _text("moet de stad zelf invullen", "every city supplies its own"),
    "since": _text("vanaf {day}", "since {day}"),
    "until": _text("{first} tot en met {last}", "{first} to {last}"),
    "list_of": _text("lijst van {n}", "list of {n}"),
    "table_of": _text("tabel met {n} waarden", "table of {n} values"),
    "gives": _text("uitkomst {value}", "gives {value}"),
    "nothing": _text("geen uitkomst", "no figure"),
    "comparable": _text("Te vergelijken met", "Comparable with"),
    "not_comparable": _text("Niet te vergelijken met", "Not comparable with"),
    "break": _text("Verandering", "Break"),
    "benchmark": _text("Mag ernaast", "May stand beside"),
    "no_benchmark": _text("geen enkel gepubliceerd cijfer meet hetzelfde", "no published figure measures the same"),
    "earlier": _text("eerder gepubliceerd: {value} ({vintage})", "published before: {value} ({vintage})"),
    "refused": _text("Mag er niet naast", "May not stand beside"),
    "instrument": _text("Vraag of meetlat", "Instrument"),
    "standard": _text("Standaard", "Standard"),
    "licence": _text("Licentie", "Licence"),
    "licence.shipped": _text("{licence}; de tekst staat hier", "{licence}; the wording is shipped"),
    "licence.not_shipped": _text("{licence}; de tekst staat hier niet", "{licence}; the wording is not shipped"),
    "note": _text("Let op", "Note"),
    "fact": _text("Nagekeken", "Verified"),
    "fact.open": _text("Nog niet nagekeken", "Not yet verified"),
    "reference": _text("Literatuur", "Literature"),
    "measured": _text("Gemeten", "Measured"),
    "runs": _text("is te berekenen", "can be computed"),
    "lacks": _text("mist: {names}", "lacks: {names}"),
    "lacks.wave": _text("{wave} mist: {names}", "{wave} lacks: {names}"),
    "not_this_population": _text("geen van de groepen van deze monitor", "none of the populations of this study"),
    "break_in": _text(
        "{wave}: de vraag wijkt af van de definitie ({names})",
        "{wave}: the question differs from the definition ({names})",
    ),
    # conditions
    "all": _text("; en ", "; and "),
    "any": _text("; of ", "; or "),
    "or": _text(" of ", " or "),
    "is": _text("{name}: {values}", "{name}: {values}"),
    "between": _text("{name}: {low} tot en met {high}", "{name}: {low} to {high}"),
    "at_least": _text("{name}: {low} of meer", "{name}: {low} or more"),
    "at_most": _text("{name}: {high} of minder", "{name}: {high} or less"),
    "in_list": _text("{name}: op de lijst {parameter}", "{name}: on the list {parameter}"),
    # statistics
    "statistic.share": _text(
        "percentage: gewicht van wie meetelt ÷ gewicht van iedereen met een antwoord × 100",
        "share: weight of those who count ÷ weight of everybody with an answer × 100",
    ),
    "statistic.count": _text(
        "aantal: som van de gewichten van wie meetelt", "number: sum of the weights of those who count"
    ),
    "statistic.total": _text("totaal van {of}: som van gewicht × waarde", "total of {of}: sum of weight × value"),
    "statistic.mean": _text(
        "gemiddelde van {of}: som van gewicht × waarde ÷ som van de gewichten",
        "mean of {of}: sum of weight × value ÷ sum of the weights",
    ),
    "statistic.ratio": _text("verhouding: totaal van {of} ÷ totaal van {per}", "ratio: total of {of} ÷ total of {per}"),
    "statistic.gap": _text(
        "verschil tussen het gemiddelde van de anderen en dat van de groep, van {of}",
        "mean of the others minus mean of the group, of {of}",
    ),
    "statistic.relative_gap": _text(
        "hoeveel lager het gemiddelde van de groep is dan dat van de anderen, van {of}, in procent",
        "how much lower the mean of the group is than that of the others, of {of}, in percent",
    ),
    "statistic.median": _text(
        "mediaan van {of}: de helft heeft dit of minder", "median of {of}: half have this or less"
    ),
    "statistic.banded_median": _text(
        "mediaan van {of}, uit klassen: in elke klasse worden de mensen gelijk verdeeld",
        "median of {of}, from bands: everybody is spread evenly over their band",
    ),
    "statistic.quantile": _text(
        "grenswaarde van {of}: {at} heeft dit of minder", "quantile of {of}: {at} have this or less"
    ),
    "statistic.quantile_ratio": _text(
        "verhouding van twee grenswaarden van {of}: {at}", "ratio of two quantiles of {of}: {at}"
    ),
    "statistic.gini": _text(
        "Gini-coëfficiënt van {of} (0: iedereen heeft evenveel, 100: één heeft alles)",
        "Gini coefficient of {of} (0 is equal, 100 is all with one)",
    ),
    "statistic.s80_s20": _text(
        "deel van de hoogste 20% ÷ deel van de laagste 20%, van {of}",
        "share of the top 20% ÷ share of the bottom 20%, of {of}",
    ),
    "statistic.poverty_rate": _text(
        "percentage met {of} onder de grens {threshold}", "share with {of} below the threshold {threshold}"
    ),
    "statistic.poverty_gap": _text(
        "wie {of} onder de grens {threshold} heeft: hoe ver de middelste daaronder zit",
        "how far the median of those below the threshold {threshold} lies under it, of {of}",
    ),
    "own_threshold": _text("van {percent}% van de mediaan", "of {percent}% of the median"),
    # scales
    "method.sum": _text("som van de antwoorden", "sum of the answers"),
    "method.mean": _text("gemiddelde van de antwoorden", "mean of the answers"),
    "method.count": _text("aantal antwoorden dat een punt geeft", "number of answers that give a point"),
    "reversed": _text("omgekeerd: {items}", "reversed: {items}"),
    "times": _text("× {factor}", "× {factor}"),
    "rescaled": _text("van {a}–{b} omgerekend naar {c}–{d}", "moved from {a}–{b} to {c}–{d}"),
    "looked_up": _text("opgezocht in {table}", "looked up in {table}"),
    "published_in": _text("tabel {table}", "table {table}"),
    "published_on": _text("gepubliceerd {day}", "published {day}"),
    "subscale_of": _text("deel van {name}", "part of {name}"),
    "range": _text("van {low} tot {high}", "from {low} to {high}"),
    "all_items_required": _text("alle {n} antwoorden zijn nodig", "all {n} answers are needed"),
    "at_most_missing": _text("hoogstens {n} antwoord mag ontbreken", "at most {n} answer may be missing"),
    "count_answered": _text("een antwoord dat ontbreekt, geeft geen punt", "a missing answer gives no point"),
    "person_mean": _text(
        "een ontbrekend antwoord krijgt het gemiddelde van de andere antwoorden van die persoon",
        "a missing answer gets the mean of that person's other answers",
    ),
    "bounded": _text(
        "telt mee als de uitkomst zeker is, wat de ontbrekende antwoorden ook zijn",
        "counts when the outcome is certain whatever the missing answers are",
    ),
    "points_for": _text("punt bij: {values}", "a point for: {values}"),
    # codes of the definition
    "direction.up_is_better": _text("hoger is beter", "higher is better"),
    "direction.down_is_better": _text("lager is beter", "lower is better"),
    "direction.context": _text("niet goed en niet slecht: achtergrond", "neither good nor bad; context"),
    "level.status": _text("hoe het gaat met mensen en de buurt", "how people and the area are doing"),
    "level.effort": _text("wat het programma en organisaties doen", "what the programme and organisations do"),
    "optional": _text("aanvullend: hoort niet bij de kern", "optional: not part of the core"),
    # pages
    "catalogue": _text("De indicatoren", "The indicators"),
    "catalogue.intro": _text(
        "Deze pagina is gemaakt uit data_dictionary/ met `make catalogue`. "
        "Verander de YAML-bestanden, niet deze pagina. "
        "De methode is een voorstel van dit project op basis van standaarden, en niet de methode van de HvA.",
        "This page is made from data_dictionary/ with `make catalogue`. Change the YAML files, not this page. "
        "The method is a standards-based proposal of this project, and not the method of the HvA.",
    ),
    **{f"unit.{name}": words for name, words in UNITS.items()},
    **{f"population.{name}": words for name, words in POPULATIONS.items()},
    "theme.employment": _text("Werk", "Work"),
    "theme.job_quality": _text("Kwaliteit van werk", "Quality of work"),
    "theme.income": _text("Inkomen", "Income"),
    "theme.wellbeing": _text("Welbevinden", "Wellbeing"),
    "theme.community": _text("Buurt en programma", "Neighbourhood and programme"),
    "theme.local_economy": _text("Geld in de buurt", "Money in the area"),
    "theme.programme": _text("Programma", "Programme"),
    "version": _text("versie {version}", "version {version}"),
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

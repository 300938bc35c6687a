"""The words that a questionnaire has beside its questions. Dutch and English; a study can add other languages."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.spec.model import Text, both

LANGUAGES: Mapping[str, str] = {"nl": "Nederlands", "en": "English", "tr": "Türkçe", "ar": "العربية"}
ALWAYS = ("nl", "en")


WORDS: Mapping[str, Text] = {
    "respondent_id": both("Nummer van de deelnemer", "Number of the respondent"),
    "dont_know": both("Weet ik niet", "I don't know"),
    "refused": both("Wil ik niet zeggen", "I prefer not to say"),
    "type_missing": both(
        "Weet u het niet? Vul dan {dont_know} in. Wilt u het niet zeggen? Vul dan {refused} in.",
        "If you do not know, enter {dont_know}. If you prefer not to say, enter {refused}.",
    ),
    "in_unit": both("In {unit}.", "In {unit}."),
    "within": both("Een getal van {low} tot en met {high}.", "A number from {low} to {high}."),
    "several": both("U mag meer dan één antwoord kiezen.", "You may choose more than one answer."),
    "date": both(
        "Schrijf eerst het jaar, dan de maand en dan de dag. Bijvoorbeeld: 2026-03-31.",
        "Write the year first, then the month and then the day. For example: 2026-03-31.",
    ),
    "not_allowed": both("Dit antwoord kan niet. Kijk nog eens.", "This answer is not possible. Please look again."),
}
"""Words inside a form, whichever tool shows it."""

PAPER: Mapping[str, Text] = {
    "title": both("Vragenlijst: {study}", "Questionnaire: {study}"),
    "subtitle": both("{population}. Meting {wave}.", "{population}. Wave {wave}."),
    "intro": both(
        "Kruis één vakje aan, tenzij er iets anders staat. Wilt u een vraag niet beantwoorden? Sla die dan over.",
        "Tick one box, unless it says otherwise. If you do not want to answer a question, skip it.",
    ),
    "only_if": both("Alleen invullen als {condition}.", "Only if {condition}."),
    "answer": both("u bij vraag {number} hebt geantwoord: {answers}", "your answer to question {number} is {answers}"),
    "number": both("u bij vraag {number} hebt ingevuld: {span}", "your answer to question {number} is {span}"),
    "exactly": both("{low}", "{low}"),
    "between": both("{low} tot en met {high}", "{low} to {high}"),
    "at_least": both("{low} of meer", "{low} or more"),
    "at_most": both("{high} of minder", "{high} or less"),
    "and": both("en", "and"),
    "or": both("of", "or"),
    "page": both("U hoeft geen enkele vraag te beantwoorden.", "You do not have to answer any question."),
}
"""Words on paper only."""

THEMES: Mapping[str, Text] = {
    "community": both("Buurt en gemeenschap", "Neighbourhood and community"),
    "demography": both("Over uzelf", "About yourself"),
    "education": both("Opleiding", "Education"),
    "employment": both("Werk", "Work"),
    "entrepreneurs": both("Uw bedrijf", "Your business"),
    "household": both("Uw huishouden", "Your household"),
    "income": both("Inkomen", "Income"),
    "job_quality": both("Hoe uw werk is", "What your work is like"),
    "local_economy": both("Kopen en werken in de buurt", "Buying and working locally"),
    "programme": both("Het programma", "The programme"),
    "register": both("De coöperatie", "The co-op"),
    "wellbeing": both("Hoe het met u gaat", "How you are doing"),
}
"""Headings, by the file of the dictionary in which the variables stand."""

OTHER_THEME = both("Andere vragen", "Other questions")

NO_TEXT = both(
    "[Zet hier de officiële tekst van: {label}. Bron: {instrument}. Zie {reference}]",
    "[Put the official text here of: {label}. Source: {instrument}. See {reference}]",
)
"""Stands for a question whose words may not travel with the package."""

NO_QUESTION = both("[Schrijf hier de vraag over: {label}]", "[Write the question here about: {label}]")
"""Stands for a question that nobody has worded yet."""

"""The words that a questionnaire has beside its questions. Dutch and English; a study can add other languages."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.spec.model import Text

LANGUAGES: Mapping[str, str] = {"nl": "Nederlands", "en": "English", "tr": "Türkçe", "ar": "العربية"}
ALWAYS = ("nl", "en")


def _text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


WORDS: Mapping[str, Text] = {
    "respondent_id": _text("Nummer van de deelnemer", "Number of the respondent"),
    "dont_know": _text("Weet ik niet", "I don't know"),
    "refused": _text("Wil ik niet zeggen", "I prefer not to say"),
    "type_missing": _text(
        "Weet u het niet? Vul dan {dont_know} in. Wilt u het niet zeggen? Vul dan {refused} in.",
        "If you do not know, enter {dont_know}. If you prefer not to say, enter {refused}.",
    ),
    "in_unit": _text("In {unit}.", "In {unit}."),
    "within": _text("Een getal van {low} tot en met {high}.", "A number from {low} to {high}."),
    "several": _text("U mag meer dan één antwoord kiezen.", "You may choose more than one answer."),
    "date": _text(
        "Schrijf eerst het jaar, dan de maand en dan de dag. Bijvoorbeeld: 2026-03-31.",
        "Write the year first, then the month and then the day. For example: 2026-03-31.",
    ),
    "not_allowed": _text("Dit antwoord kan niet. Kijk nog eens.", "This answer is not possible. Please look again."),
}
"""Words inside a form, whichever tool shows it."""

PAPER: Mapping[str, Text] = {
    "title": _text("Vragenlijst: {study}", "Questionnaire: {study}"),
    "subtitle": _text("{population}. Meting {wave}.", "{population}. Wave {wave}."),
    "intro": _text(
        "Kruis één vakje aan, tenzij er iets anders staat. Wilt u een vraag niet beantwoorden? Sla die dan over.",
        "Tick one box, unless it says otherwise. If you do not want to answer a question, skip it.",
    ),
    "only_if": _text("Alleen invullen als {condition}.", "Only if {condition}."),
    "answer": _text("u bij vraag {number} hebt geantwoord: {answers}", "your answer to question {number} is {answers}"),
    "number": _text("u bij vraag {number} hebt ingevuld: {span}", "your answer to question {number} is {span}"),
    "exactly": _text("{low}", "{low}"),
    "between": _text("{low} tot en met {high}", "{low} to {high}"),
    "at_least": _text("{low} of meer", "{low} or more"),
    "at_most": _text("{high} of minder", "{high} or less"),
    "and": _text("en", "and"),
    "or": _text("of", "or"),
    "page": _text("U hoeft geen enkele vraag te beantwoorden.", "You do not have to answer any question."),
}
"""Words on paper only."""

THEMES: Mapping[str, Text] = {
    "community": _text("Buurt en gemeenschap", "Neighbourhood and community"),
    "demography": _text("Over uzelf", "About yourself"),
    "education": _text("Opleiding", "Education"),
    "employment": _text("Werk", "Work"),
    "entrepreneurs": _text("Uw bedrijf", "Your business"),
    "household": _text("Uw huishouden", "Your household"),
    "income": _text("Inkomen", "Income"),
    "job_quality": _text("Hoe uw werk is", "What your work is like"),
    "local_economy": _text("Kopen en werken in de buurt", "Buying and working locally"),
    "programme": _text("Het programma", "The programme"),
    "register": _text("De coöperatie", "The co-op"),
    "wellbeing": _text("Hoe het met u gaat", "How you are doing"),
}
"""Headings, by the file of the dictionary in which the variables stand."""

OTHER_THEME = _text("Andere vragen", "Other questions")

NO_TEXT = _text(
    "[Zet hier de officiële tekst van: {label}. Bron: {instrument}. Zie {reference}]",
    "[Put the official text here of: {label}. Source: {instrument}. See {reference}]",
)
"""Stands for a question whose words may not travel with the package."""

NO_QUESTION = _text("[Schrijf hier de vraag over: {label}]", "[Write the question here about: {label}]")
"""Stands for a question that nobody has worded yet."""

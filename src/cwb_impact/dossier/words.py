"""The words of the report. Each key has both languages in one line, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from cwb_impact.spec.model import Text

Lang = Literal["nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


def _text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


WORDS: Mapping[str, Text] = {
    "restricted": _text(
        "VERTROUWELIJK: alleen voor onderzoekers. Precieze aantallen, niet publiceren.",
        "RESTRICTED: for researchers only. Exact counts, do not publish.",
    ),
    "synthetic": _text("SYNTHETISCH: verzonnen antwoorden.", "SYNTHETIC: invented answers."),
    "title": _text("Harmonisatie: {study}", "Harmonisation: {study}"),
    "intro": _text(
        "Hoe elke variabele uit elk bestand is gemaakt. Uitgave {release}; metingen: {waves}.",
        "How every variable was made from every file. Release {release}; waves: {waves}.",
    ),
    "coverage": _text("Wat is in welke meting gevraagd?", "What was asked in which wave?"),
    "coverage.how": _text(
        "Klik op een variabele om te zien hoe die is gemaakt.", "Follow a variable to see how it was made."
    ),
    "variables": _text("De variabelen", "The variables"),
    "variable": _text("Variabele", "Variable"),
    "files": _text("De bestanden", "The files"),
    "problems": _text("Meldingen", "Warnings"),
    "problems.none": _text("Er zijn geen meldingen.", "There are no warnings."),
    "wave": _text("Meting", "Wave"),
    "exact": _text("gelijk", "exact"),
    "close": _text("bijna gelijk", "close"),
    "broad": _text("ruimer", "broad"),
    "narrow": _text("smaller", "narrow"),
    "not_collected": _text("niet gevraagd", "not collected"),
    "undecided": _text("nog beslissen", "undecided"),
    "not_mentioned": _text("–", "–"),
    "exact.long": _text("dezelfde vraag en dezelfde antwoorden", "the same question and the same answers"),
    "close.long": _text("een klein verschil in vraag of antwoorden", "a small difference in question or answers"),
    "broad.long": _text(
        "het woordenboek is ruimer dan de vraag in het bestand", "the dictionary is broader than the file's question"
    ),
    "narrow.long": _text(
        "het woordenboek is smaller dan de vraag in het bestand", "the dictionary is narrower than the file's question"
    ),
    "not_collected.long": _text("niemand kreeg deze vraag in deze meting", "nobody was asked this in this wave"),
    "undecided.long": _text("een onderzoeker moet nog beslissen", "a researcher has yet to decide"),
    "not_mentioned.long": _text(
        "niet genoemd, en niet nodig voor deze groep", "not mentioned, and not needed for this population"
    ),
    "not_in_questionnaire": _text("stond niet in de vragenlijst", "not in the questionnaire"),
    "incompatible": _text("wel gevraagd, maar niet te vergelijken", "asked, but not comparable"),
    "type.category": _text("een antwoord uit {codes}", "one answer of {codes}"),
    "type.set": _text("meer antwoorden mogelijk uit {codes}", "several answers of {codes}"),
    "type.number": _text("een getal van {low} tot en met {high}", "a number from {low} to {high}"),
    "type.date": _text("een datum", "a date"),
    "type.text": _text("een tekst", "a text"),
    "type.unknown": _text("staat niet in het woordenboek", "is not in the dictionary"),
    "relation": _text("Verhouding", "Relation"),
    "question": _text("Vraag in het bestand", "Question in the file"),
    "no_question": _text("(geen tekst in het bestand)", "(no text in the file)"),
    "other_wording": _text("anders dan in {wave}", "differs from {wave}"),
    "column": _text("Kolom", "Column"),
    "transform": _text("Bewerking", "Transform"),
    "note": _text("Opmerking", "Note"),
    "map_line": _text("Regel in de kaart", "Line of the map"),
    "respondents": _text("Deelnemers", "Respondents"),
    "valid": _text("Geldig antwoord", "Valid answer"),
    "valid_and_parts": _text("Geldig antwoord (daaronder: % daarvan)", "Valid answer (below: % of these)"),
    "points": _text("{points} procentpunt", "{points} points"),
    "before_after": _text("{wave}: van bestand naar woordenboek", "{wave}: from file to dictionary"),
    "code": _text("Code", "Code"),
    "label": _text("Tekst in het bestand", "Label in the file"),
    "becomes": _text("Wordt", "Becomes"),
    "not_chosen": _text("niet gekozen: {answer}", "not chosen: {answer}"),
    "empty_cell": _text("(leeg)", "(empty)"),
    "more_codes": _text("en nog {codes} regels", "and {codes} more lines"),
    "more_names": _text("en nog {names}", "and {names} more"),
    "shares": _text("{wave}: klassen die over een grens lopen", "{wave}: bands that cross a limit"),
    "share": _text("Deel", "Share"),
    "file": _text("Bestand", "File"),
    "rows": _text("Rijen", "Rows"),
    "left_out": _text("Rijen die niet meetellen", "Rows left out"),
    "none": _text("geen", "none"),
    "unused": _text("Kolommen die niet zijn gelezen", "Columns that were not read"),
    "place": _text("Waar", "Where"),
    "what": _text("Wat", "What"),
    "fix": _text("Oplossing", "Remedy"),
}


def say(key: str, lang: Lang, /, **values: str) -> str:
    """The words of a key, with `{name}` filled in from `values`."""
    return WORDS[key][lang].format(**values)

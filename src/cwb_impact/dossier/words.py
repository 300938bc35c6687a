"""The words of the report. Each key has both languages in one line, so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from cwb_impact.spec.model import Text, both

Lang = Literal["nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


WORDS: Mapping[str, Text] = {
    "restricted": both(
        "VERTROUWELIJK: alleen voor onderzoekers. Precieze aantallen, niet publiceren.",
        "RESTRICTED: for researchers only. Exact counts, do not publish.",
    ),
    "synthetic": both("SYNTHETISCH: verzonnen antwoorden.", "SYNTHETIC: invented answers."),
    "title": both("Harmonisatie: {study}", "Harmonisation: {study}"),
    "intro": both(
        "Hoe elke variabele uit elk bestand is gemaakt. Uitgave {release}; metingen: {waves}.",
        "How every variable was made from every file. Release {release}; waves: {waves}.",
    ),
    "coverage": both("Wat is in welke meting gevraagd?", "What was asked in which wave?"),
    "coverage.how": both(
        "Klik op een variabele om te zien hoe die is gemaakt.", "Follow a variable to see how it was made."
    ),
    "variables": both("De variabelen", "The variables"),
    "variable": both("Variabele", "Variable"),
    "files": both("De bestanden", "The files"),
    "problems": both("Meldingen", "Warnings"),
    "problems.none": both("Er zijn geen meldingen.", "There are no warnings."),
    "wave": both("Meting", "Wave"),
    "exact": both("gelijk", "exact"),
    "close": both("bijna gelijk", "close"),
    "broad": both("ruimer", "broad"),
    "narrow": both("smaller", "narrow"),
    "not_collected": both("niet gevraagd", "not collected"),
    "undecided": both("nog beslissen", "undecided"),
    "not_mentioned": both("–", "–"),
    "exact.long": both("dezelfde vraag en dezelfde antwoorden", "the same question and the same answers"),
    "close.long": both("een klein verschil in vraag of antwoorden", "a small difference in question or answers"),
    "broad.long": both(
        "het woordenboek is ruimer dan de vraag in het bestand", "the dictionary is broader than the file's question"
    ),
    "narrow.long": both(
        "het woordenboek is smaller dan de vraag in het bestand", "the dictionary is narrower than the file's question"
    ),
    "not_collected.long": both("niemand kreeg deze vraag in deze meting", "nobody was asked this in this wave"),
    "undecided.long": both("een onderzoeker moet nog beslissen", "a researcher has yet to decide"),
    "not_mentioned.long": both(
        "niet genoemd, en niet nodig voor deze groep", "not mentioned, and not needed for this population"
    ),
    "not_in_questionnaire": both("stond niet in de vragenlijst", "not in the questionnaire"),
    "incompatible": both("wel gevraagd, maar niet te vergelijken", "asked, but not comparable"),
    "type.category": both("een antwoord uit {codes}", "one answer of {codes}"),
    "type.set": both("meer antwoorden mogelijk uit {codes}", "several answers of {codes}"),
    "type.number": both("een getal van {low} tot en met {high}", "a number from {low} to {high}"),
    "type.date": both("een datum", "a date"),
    "type.text": both("een tekst", "a text"),
    "type.unknown": both("staat niet in het woordenboek", "is not in the dictionary"),
    "relation": both("Verhouding", "Relation"),
    "question": both("Vraag in het bestand", "Question in the file"),
    "no_question": both("(geen tekst in het bestand)", "(no text in the file)"),
    "other_wording": both("anders dan in {wave}", "differs from {wave}"),
    "column": both("Kolom", "Column"),
    "transform": both("Bewerking", "Transform"),
    "note": both("Opmerking", "Note"),
    "map_line": both("Regel in de kaart", "Line of the map"),
    "respondents": both("Deelnemers", "Respondents"),
    "valid": both("Geldig antwoord", "Valid answer"),
    "valid_and_parts": both("Geldig antwoord (daaronder: % daarvan)", "Valid answer (below: % of these)"),
    "points": both("{points} procentpunt", "{points} points"),
    "before_after": both("{wave}: van bestand naar woordenboek", "{wave}: from file to dictionary"),
    "code": both("Code", "Code"),
    "label": both("Tekst in het bestand", "Label in the file"),
    "becomes": both("Wordt", "Becomes"),
    "not_chosen": both("niet gekozen: {answer}", "not chosen: {answer}"),
    "empty_cell": both("(leeg)", "(empty)"),
    "more_codes": both("en nog {codes} regels", "and {codes} more lines"),
    "more_names": both("en nog {names}", "and {names} more"),
    "shares": both("{wave}: klassen die over een grens lopen", "{wave}: bands that cross a limit"),
    "share": both("Deel", "Share"),
    "file": both("Bestand", "File"),
    "rows": both("Rijen", "Rows"),
    "left_out": both("Rijen die niet meetellen", "Rows left out"),
    "none": both("geen", "none"),
    "unused": both("Kolommen die niet zijn gelezen", "Columns that were not read"),
    "place": both("Waar", "Where"),
    "what": both("Wat", "What"),
    "fix": both("Oplossing", "Remedy"),
}


def say(key: str, lang: Lang, /, **values: str) -> str:
    """The words of a key, with `{name}` filled in from `values`."""
    return WORDS[key][lang].format(**values)

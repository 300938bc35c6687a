"""The words of a template beside those of its definition."""

from __future__ import annotations

from collections.abc import Mapping

from cwb_impact.spec.model import Text, both
from cwb_impact.spec.register import EXAMPLE, CellType, Protects

HELP_SHEET = both("uitleg", "help")
LIST_SHEET = both("lijsten", "lists")

HEADINGS: tuple[Text, ...] = (
    both("Kolom", "Column"),
    both("Nodig", "Needed"),
    both("Wat vult u in", "What to fill in"),
    both("Wat kan er staan", "What a cell may hold"),
    both("Voorbeeld", "Example"),
)
"""Of the table on the help sheet, one row a column of the list."""

NEEDED: Mapping[tuple[bool, bool], Text] = {
    (True, True): both("ja, in elke regel", "yes, in every row"),
    (True, False): both("ja, een cel mag leeg zijn", "yes, a cell may be empty"),
    (False, True): both("kolom mag weg", "the column may be left out"),
    (False, False): both("kolom mag weg, een cel mag leeg zijn", "the column may be left out, a cell may be empty"),
}
"""By whether a file needs the column, and whether each of its cells must be filled."""

VERSION = both("Lijst {id}, versie {version}", "List {id}, version {version}")

HOW: tuple[Text, ...] = (
    both("{row}.", "{row}."),
    both(
        "Vul het eerste blad in. Verander de koppen niet. U mag een kolom die weg mag, ook echt weghalen.",
        "Fill in the first sheet. Do not change the headings. A column that may be left out can be deleted.",
    ),
    both(
        f"De regel met {EXAMPLE} is verzonnen. Die telt nooit mee; u mag hem weghalen.",
        f"The row with {EXAMPLE} is invented. It never counts, and you may delete it.",
    ),
    both(
        "Zet nergens een regel met een totaal. Voeg geen cellen samen en zet niets boven de koppen.",
        "Add no row with a total, merge no cells and put nothing above the headings.",
    ),
    both(
        "Weet u iets niet? Laat de cel leeg als dat mag. Vul nooit 0 in voor iets wat u niet weet.",
        "If you do not know something, leave the cell empty where that is allowed. Never write 0 for it.",
    ),
)
"""How to fill in any list."""

WHO_SEES = both("Wie ziet dit?", "Who sees this?")

PRIVACY: Mapping[Protects, Text] = {
    "people": both(
        "Alleen wie de cijfers maakt, ziet deze lijst. In het verslag staan alleen cijfers over groepen mensen, en een "
        "te kleine groep blijft weg. Zet er geen namen, BSN of adressen in. Stuur de lijst niet met gewone e-mail.",
        "Only those who make the figures see this list. The report has figures about groups only, and leaves out a "
        "group that is too small. Put in no names, citizen numbers or addresses. Do not send the list by ordinary "
        "e-mail.",
    ),
    "organisations": both(
        "Alleen wie de cijfers maakt, ziet deze lijst. In het verslag staan cijfers over alle coöperaties samen. Zijn "
        "het er te weinig? Dan blijft het cijfer weg.",
        "Only those who make the figures see this list. The report has figures about all co-ops together, and leaves "
        "out a figure about too few of them.",
    ),
    "money": both(
        "Alleen wie de cijfers maakt, ziet deze lijst. In het verslag staan totalen, zonder namen. Kan iemand uit een "
        "totaal afleiden wat één bedrijf of één persoon kreeg? Dan blijft het weg. Zet er geen namen van mensen in.",
        "Only those who make the figures see this list. The report has totals without names, and leaves out a total "
        "that would tell what one business or person received. Put in no names of people.",
    ),
    "nothing": both(
        "De cijfers uit deze lijst zijn openbaar. Zet er geen namen van mensen in.",
        "The figures from this list are public. Put in no names of people.",
    ),
}

CELLS: Mapping[CellType, Text] = {
    "text": both("tekst", "text"),
    "choice": both("een van de lijst: {choices}", "one of the list: {choices}"),
    "number": both("een getal{range}", "a number{range}"),
    "whole": both("een heel getal{range}", "a whole number{range}"),
    "percent": both("een percentage{range}, zonder %-teken", "a percentage{range}, without a % sign"),
    "euros": both("een bedrag in euro{range}", "an amount in euros{range}"),
    "date": both("een datum, zoals {example}", "a date, such as {example}"),
    "postcode": both("een postcode, zoals 1069 AB", "a postcode, such as 1069 AB"),
    "kvk": both("acht cijfers, ook de nullen vooraan", "eight digits, also the zeros in front"),
}

WITHIN = both(" van {low} tot en met {high}", " from {low} to {high}")
NOT_LISTED = both("Kies een antwoord uit de lijst.", "Choose an answer from the list.")
NOT_ALLOWED = both("Hier hoort: {what}.", "This cell holds {what}.")

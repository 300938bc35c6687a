"""Does a column hold personal data? By its name, and by the shape of what stands in it. No value is ever kept."""

from __future__ import annotations

import re

import pandas as pd

SAMPLE = 1_000
"""Cells of a column of which the shape is looked at."""

NAME = "name of a person"

_SURE = 0.2
"""Share of cells of one shape from which a column is called personal."""

_NAMES: tuple[tuple[str, str], ...] = (
    ("e-mail address", r"e ?mail|mailadres|emailadres|mail adres|^mail$"),
    ("IP address", r"ip ?addr(ess)?|ip ?adres|^ip$"),
    (
        "coordinates",
        r"(location )?(latitude|longitude)|^(lat|lon|lng)$|breedtegraad|lengtegraad|gps|coordinat|coordinaat",
    ),
    ("phone number", r"phone|telefoon|telnr|tel nr|^tel$|mobiel|^gsm$|mobile (nr|number)"),
    ("date of birth", r"geboorte ?(datum|dag)|geb ?datum|birth ?(date|day)|date of birth|^dob$"),
    (
        NAME,
        r"(first|last|sur|full|family|given|maiden|nick|user) ?name|(voor|achter|roep|gebruikers) ?na(a)?m|voorletters"
        r"|recipient (first|last)|^(name|naam)$|naam (van )?(respondent|deelnemer|contact)|contact ?(person|persoon)"
        r"|handtekening|signature",
    ),
    ("address", r"(^| )(adres|address|straat|street|huis ?(nummer|nr)|house ?number|toevoeging)( |$)|straatnaam"),
    (
        "number of a citizen",
        r"(^| )(bsn|burgerservicenummer|sofi ?(nummer|nr)|ssn|social security (number|no)|national id)( |$)",
    ),
    ("bank account", r"(^| )(iban|rekening ?(nummer|nr)|bank account)( |$)"),
    (
        "free text",
        r"opmerking|toelichting|(^| )(comment|remark)s?( |$)|feedback|verbatim|open ?(text|answer|antwoord)"
        r"|suggesti(e|on)|namelijk|please specify|other specify|anders nl|( |^)text$|(^| )other$",
    ),
    (
        "link or token of the survey tool",
        r"^token$|ref ?url|referer|external ?(data ?)?reference|response ?set|user agent|browser",
    ),
)
_BY_NAME = tuple((what, re.compile(pattern)) for what, pattern in _NAMES)

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[A-Za-z]{2,24}")),
    ("IP address", re.compile(r"(\d{1,3}\.){3}\d{1,3}|([0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}", re.IGNORECASE)),
    ("coordinates", re.compile(r"-?\d{1,2}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}")),
    (
        "phone number",
        re.compile(r"(\+|00)\d{1,3}[ -]?(\(0\))?[\d -]{7,14}|0\d{1,3}[ -]?[\d -]{6,10}\d|\+?\(\d{2,4}\)[\d -]{6,12}"),
    ),
    ("postcode with letters", re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}( ?\d{1,5}\w?)?")),
    ("bank account", re.compile(r"[A-Z]{2}\d{2} ?([A-Z0-9]{4} ?){2,7}[A-Z0-9]{0,4}")),
    (
        NAME,
        re.compile(r"[A-Z][\w'’.-]+( (van|de|der|den|el|al|von|bin|ben|la|le|da|ter|ten|'t))* [A-Z][\w'’-]+"),
    ),
)
_OF_THE_TOOL = frozenset({"status", "response type", "finished", "distribution channel"})
"""Columns of Qualtrics with words such as `Survey Preview`, which look like a name and say who is no respondent."""

_INSIDE = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[A-Za-z]{2,24}|\b(\d{1,3}\.){3}\d{1,3}\b")


def by_name(name: str, label: str) -> str | None:
    """What a column holds by its name, or by a short label; a long label is a question about something."""
    plain = _words(name)
    if plain.endswith(" text") or re.search(r"_TEXT(_\d+)?$", name):
        return "free text"
    for what, pattern in _BY_NAME:
        if pattern.search(plain) or (len(label) <= 40 and pattern.search(_words(label))):
            return what
    return None


def is_of_the_tool(name: str) -> bool:
    """Does the survey tool fill this column, with the same few words in each study?"""
    return _words(name) in _OF_THE_TOOL


def _words(name: str) -> str:
    """`RecipientEmail`, `e_mail` and `e-mail` as words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", apart).split()).casefold()


def by_shape(cells: pd.Series, distinct: int, labelled: bool) -> str | None:
    """What a column of text holds, by the shape of at most `SAMPLE` of its cells."""
    texts = [str(cell).strip() for cell in cells.dropna().head(SAMPLE)]
    texts = [text for text in texts if text]
    if not texts or labelled:
        return None
    for what, shape in _SHAPES:
        if sum(shape.fullmatch(text) is not None for text in texts) > max(0.0, _SURE * len(texts)):
            return what
    if all(re.fullmatch(r"\d{9}", text) for text in texts) and sum(map(_is_bsn, texts)) > 0.95 * len(texts):
        return "number of a citizen"
    if any(_INSIDE.search(text) for text in texts):
        return "free text with addresses in it"
    return "free text" if _is_free_text(texts, distinct, int(cells.notna().sum())) else None


def _is_bsn(text: str) -> bool:
    """Eleven-test of the Dutch citizen service number."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=True)) % 11 == 0


def _is_free_text(texts: list[str], distinct: int, filled: int) -> bool:
    """Words that hardly repeat: sentences, or single words such as names. Codes and dates have digits and repeat."""
    wordy = sum(re.search(r"[^\W\d_]{2,}", text) is not None and not re.search(r"\d", text) for text in texts)
    sentences = sum(len(text) > 40 or text.count(" ") >= 3 for text in texts)
    varied = distinct > 20 or distinct > 0.5 * filled
    return varied and (sentences > 0.1 * len(texts) or wordy > 0.5 * len(texts))


def is_birth_year(days: pd.Series) -> bool:
    """Days spread over decades are birthdays; those of interviews are not."""
    years = days.dropna().dt.year
    return len(years) > 0 and bool(years.quantile(0.9) - years.quantile(0.1) >= 15)


def are_coordinates(numbers: pd.Series) -> bool:
    """Numbers with many decimals that all lie close together around a place in the Netherlands or Belgium."""
    values = numbers.dropna()
    if len(values) == 0 or not bool((values.round(3) != values).mean() > 0.5):
        return False
    return bool(values.between(49.4, 53.8).all())

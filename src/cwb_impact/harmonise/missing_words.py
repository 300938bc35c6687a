"""Labels that say why there is no answer, in English and Dutch, and codes that are customary for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cwb_impact.harmonise.labels import normalised

_NUMBERING = re.compile(r"^[\[(]?-?\d{1,4}(?:[\])]\s*|\s*[.:)=]\s*|\s+)(?=\D)|^\.[a-z]\s*[:=)]\s*")

_REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # the questionnaire comes first: "n.v.t. vanwege vragenlijst" is not about the person
    (
        "not_asked",
        (r"(n\.?v\.?t\.?|niet van toepassing) vanwege (de )?vragenlijst", "niet gevraagd", "not (asked|administered)"),
    ),
    (
        "not_applicable",
        (
            r"n\.? ?v\.? ?t\.?",
            "niet van toepassing",
            "(question )?not applicable",
            "inapplicable",
            "inap",
            "valid skip",
            "n/a",
        ),
    ),
    (
        "refused",
        (
            "refus(ed|al|es)( to (answer|say))?",
            "weiger(t|de|ing)( te antwoorden)?",
            "geweigerd",
            "(wil|wenst)( ik)?( dat| het)?( liever)? niet( te)? (zeggen|antwoorden)",
            "(zeg|antwoord)( ik)?( dat| het)?( liever)? niet",
            "wil geen antwoord( geven)?",
            "(i )?(prefer|would rather|rather) not( to)? (say|answer|state)",
            "prefer not",
            "declined to (answer|say|state)",
        ),
    ),
    (
        "dont_know",
        (
            "(i )?do(n['’´`]?t| not) know",
            r"d\.?k\.?",
            "weet( ik)?( het)?( echt)? niet",
            "geen (idee|mening)",
            "no opinion",
        ),
    ),
    (
        "no_answer",
        (
            "no (answer|response)",
            "geen (antwoord|opgave)",
            "niet (ingevuld|beantwoord)",
            "not (stated|reported|answered|ascertained)",
            "missing( value)?",
            "ontbreekt",
            "unknown",
            "onbekend",
        ),
    ),
)
_END = r"(?=$|\s*[/(\[{,;:–-])"
"""Nothing but a remark may follow: `Don't know` is a missing code, `Don't know anybody here` is an answer."""
_PATTERNS = tuple((reason, re.compile(rf"(?:{'|'.join(phrases)}){_END}")) for reason, phrases in _REASONS)

_NEGATIVE = re.compile(r"-\d{1,5}")


def reason_of(label: str) -> str | None:
    """The missing reason that a label says. Only at its start: `Not registered (or DK)` is an answer."""
    text = _NUMBERING.sub("", normalised(label)).strip(" .,;:-–*[](){}\"'")
    for reason, pattern in _PATTERNS:
        if pattern.match(text):
            return reason
    return None


def missing_looks(labels: Mapping[str, str]) -> dict[str, str | None]:
    """Labelled codes that are probably missing codes, with the reason when their words say one.

    By its words, or because it is negative. In -2 -1 0 1 2, where each negative code has its positive counterpart and
    the reverse, negative codes are answers.
    """
    reasons = {code: reason_of(label) for code, label in labels.items()}
    answers = {code for code, reason in reasons.items() if reason is None and labels[code]}
    negative = {code for code in answers if _NEGATIVE.fullmatch(code)}
    is_scale = {code[1:] for code in negative} == answers - negative - {"0"}
    return {code: reason for code, reason in reasons.items() if reason or (code in negative and not is_scale)}


def stands_apart(code: str, counts: Mapping[str, int]) -> bool:
    """An unlabelled 88, 99 or 999 far above everything else in the column: customary for a missing answer."""
    if not re.fullmatch(r"-[1-9]|-?(77|88|99|96|97|98|666|777|888|999|99[678]|9999|99999)", code):
        return False
    value = float(code)
    rest = [float(other) for other in counts if other != code and re.fullmatch(r"-?\d{1,6}(\.\d+)?", other)]
    plain = [other for other in rest if not re.fullmatch(r"-[1-9]|77|88|99|96|97|98|[6-9]{3,5}", f"{other:g}")]
    if not plain:
        return value < 0 and len(counts) > len(rest) + 1
    if value < 0:
        return min(plain) >= 0
    return value > max(plain) + max(1.0, 0.25 * (max(plain) - min(plain)))

"""Before and after: each code of the file, what it became, and the shares of bands that were split."""

from __future__ import annotations

from cwb_impact.dossier.content import MOST_CODES, Decision, in_order
from cwb_impact.dossier.elements import Html, element, number_head, row, table
from cwb_impact.dossier.words import Lang, say
from cwb_impact.spec.codes import SYSMIS
from cwb_impact.spec.dictionary import MissingReason
from cwb_impact.spec.variable import Variable
from cwb_impact.types import Recoded, VariableRecord


def before_after(
    decision: Decision, definition: Variable | None, reasons: dict[str, MissingReason], lang: Lang
) -> list[Html]:
    """The tables of one variable in one wave; none for a wave that was not harmonised."""
    record = decision.record
    if record is None:
        return []
    tables = [_recodes(decision.wave, record, definition, reasons, lang)] if record.recoded else []
    if record.shares:
        head = [say("code", lang), say("becomes", lang), number_head(say("share", lang))]
        rows = [
            row(code, _target(target, definition, lang), element("td", _percent(share, lang), class_="number"))
            for code, target, share in record.shares[:MOST_CODES]
        ]
        rows += _rest(len(record.shares) - MOST_CODES, None, len(head), lang)
        tables.append(table(say("shares", lang, wave=decision.wave), head, rows, "recodes"))
    return tables


def _recodes(
    wave: str, record: VariableRecord, definition: Variable | None, reasons: dict[str, MissingReason], lang: Lang
) -> Html:
    several = len(record.columns) > 1
    head = [*(say(key, lang) for key in ("code", "label", "becomes")), number_head(say("respondents", lang))]
    ordered = in_order(record.recoded, record.columns)
    rows = []
    for line in ordered[:MOST_CODES]:
        code = say("empty_cell", lang) if line.code == SYSMIS else line.code
        if line.valid:
            becomes = _target(line.becomes, definition, lang)
        else:
            becomes = reasons[line.becomes].label[lang] if line.becomes in reasons else line.becomes
        name = f"{line.column}: {code}" if several else code
        number = element("td", str(line.n), class_="number")
        rows.append(row(name, line.label, becomes, number, class_="valid" if line.valid else "reason"))
    rows += _rest(len(ordered) - MOST_CODES, ordered[MOST_CODES:], len(head), lang)
    return table(say("before_after", lang, wave=wave), head, rows, "recodes")


def _rest(more: int, hidden: list[Recoded] | None, columns: int, lang: Lang) -> list[Html]:
    """What is not shown: how many lines, and their respondents."""
    if more <= 0:
        return []
    total = str(sum(line.n for line in hidden)) if hidden is not None else ""
    blanks = [""] * (columns - 2)
    return [row(say("more_codes", lang, codes=str(more)), *blanks, element("td", total, class_="number"))]


def _target(becomes: str, definition: Variable | None, lang: Lang) -> str:
    """A target with its label: `Good (good)`. A column of a set says `not bike` where bike was not ticked."""
    codes = (definition.codes or {}) if definition is not None else {}
    if becomes in codes:
        return f"{codes[becomes][lang]} ({becomes})"
    answer = becomes.removeprefix("not ")
    return say("not_chosen", lang, answer=codes[answer][lang]) if answer in codes else becomes


def _percent(share: float, lang: Lang) -> str:
    return f"{100 * share:.1f}%".replace(".", "," if lang == "nl" else ".")

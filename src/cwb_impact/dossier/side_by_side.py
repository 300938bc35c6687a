"""The waves of one population beside one another, for one variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cwb_impact.dossier.content import MOST_CODES, Decision, VariableStory
from cwb_impact.dossier.differences import jumps, other_wording
from cwb_impact.dossier.elements import Html, element, joined, lines, row, table
from cwb_impact.dossier.words import Lang, say
from cwb_impact.spec.dictionary import MissingReason
from cwb_impact.spec.variable import Variable
from cwb_impact.types import VariableRecord


def waves_beside(
    story: VariableStory, decisions: Sequence[Decision], caption: str, reasons: dict[str, MissingReason], lang: Lang
) -> Html:
    """Question, columns and relation of each wave; then its answers and its missing reasons."""
    head = ["", *(decision.wave for decision in decisions)]
    facts = _facts(decisions, lang)
    counts = [*_answers(story.definition, decisions, lang), *_reasons(decisions, reasons, lang)]
    return table(caption, head, [*facts, *counts], "beside")


def _facts(decisions: Sequence[Decision], lang: Lang) -> list[Html]:
    changed = other_wording(decisions)

    def question(decision: Decision, record: VariableRecord) -> Html:
        mark = say("other_wording", lang, wave=changed[decision.wave]) if decision.wave in changed else ""
        shown = lines(first(_questions(record, lang), lang))
        return joined([shown, element("div", mark, class_="mark")]) if mark else shown

    facts: dict[str, Callable[[Decision, VariableRecord], str]] = {
        "question": question,
        "column": lambda _, record: lines(first(record.columns, lang)),
        "transform": lambda _, record: record.transform,
    }
    rows = [row(say("relation", lang), *(_relation(decision, lang) for decision in decisions))]
    cells = {key: [fact(d, d.record) if d.record is not None else "" for d in decisions] for key, fact in facts.items()}
    cells["note"] = [_note(decision, lang) for decision in decisions]
    rows += [row(say(key, lang), *shown) for key, shown in cells.items() if any(shown)]
    rows.append(row(say("map_line", lang), *(element("code", d.place) if d.place else "" for d in decisions)))
    return rows


def _relation(decision: Decision, lang: Lang) -> Html:
    return element("span", say(decision.coverage, lang), class_=f"coverage {decision.coverage}")


def _note(decision: Decision, lang: Lang) -> str:
    if decision.absent is not None:
        return ". ".join(filter(None, [say(decision.absent.reason, lang), decision.absent.note]))
    return decision.record.note if decision.record is not None else ""


def _questions(record: VariableRecord, lang: Lang) -> list[str]:
    """One text a column, once where columns share it."""
    return list(dict.fromkeys(question or say("no_question", lang) for question in record.questions))


def first(names: Sequence[str], lang: Lang) -> list[str]:
    """The first names, and how many more there are."""
    rest = len(names) - MOST_CODES
    return [*names[:MOST_CODES], say("more_names", lang, names=str(rest))] if rest > 0 else list(names)


def _answers(definition: Variable | None, decisions: Sequence[Decision], lang: Lang) -> list[Html]:
    """Respondents, those with a valid answer, and these by category where each has one."""
    made = [decision for decision in decisions if decision.record is not None]
    if not made:
        return []
    parts = _by_category(definition, decisions, lang)
    valid = say("valid_and_parts" if parts else "valid", lang)
    return [
        row(say("respondents", lang), *(_number(d.respondents) if d.record else _empty() for d in decisions)),
        row(valid, *(_count(d, "valid", {}, lang) for d in decisions), class_="total"),
        *parts,
    ]


def _by_category(definition: Variable | None, decisions: Sequence[Decision], lang: Lang) -> list[Html]:
    """Valid answers by category; not where columns stand in for one another, since their lines overlap."""
    records = {decision.wave: decision.record for decision in decisions if decision.record is not None}
    several = any(len(record.columns) > 1 for record in records.values())
    if definition is None or definition.type != "category" or several:
        return []
    counts = {wave: _by_target(record) for wave, record in records.items()}
    codes = definition.codes or {}
    reached = [code for code in codes if any(code in found for found in counts.values())]
    rows = [
        row(
            codes[code][lang],
            *(_of_valid(counts.get(d.wave, {}).get(code, 0), d, lang) for d in decisions),
            class_="part",
        )
        for code in reached[:MOST_CODES]
    ]
    if (more := len(reached) - MOST_CODES) > 0:
        rest = [sum(counts.get(d.wave, {}).get(code, 0) for code in reached[MOST_CODES:]) for d in decisions]
        cells = [_of_valid(count, d, lang) for count, d in zip(rest, decisions, strict=True)]
        rows.append(row(say("more_codes", lang, codes=str(more)), *cells, class_="part"))
    return rows


def _by_target(record: VariableRecord) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in record.recoded:
        if line.valid:
            found[line.becomes] = found.get(line.becomes, 0) + line.n
    return found


def _reasons(decisions: Sequence[Decision], known: dict[str, MissingReason], lang: Lang) -> list[Html]:
    found = {reason for decision in decisions if decision.record is not None for reason in decision.record.why}
    rows = []
    for reason in [name for name in known if name in found] + sorted(found - set(known) - {"valid"}):
        label = known[reason].label[lang] if reason in known else reason
        jumped = jumps(decisions, reason)
        rows.append(row(label, *(_count(decision, reason, jumped, lang) for decision in decisions), class_="reason"))
    return rows


def _count(decision: Decision, reason: str, jumped: dict[str, float], lang: Lang) -> Html:
    """How many respondents, which part of all, and by how many points that jumps."""
    share = decision.share(reason)
    if decision.record is None or share is None:
        return _empty()
    cells = [*_figures(decision.record.why.get(reason, 0), f"{share:.1f}", lang)]
    if decision.wave in jumped:
        points = jumped[decision.wave]
        size = say("points", lang, points=f"{abs(points):.0f}")
        cells.append(element("div", f"{'▲' if points > 0 else '▼'} {size}", class_="mark"))
    return element("td", *cells, class_="figures")


def _of_valid(count: int, decision: Decision, lang: Lang) -> Html:
    valid = decision.record.why.get("valid", 0) if decision.record is not None else 0
    if not valid:
        return _empty()
    return element("td", *_figures(count, f"{100 * count / valid:.1f}", lang), class_="figures")


def _figures(count: int, percent: str, lang: Lang) -> list[Html]:
    """A count and a percentage, each under the one above it."""
    shown = f"{percent.replace('.', ',') if lang == 'nl' else percent}%"
    return [element("span", str(count), class_="count"), element("span", shown, class_="percent")]


def _number(count: int) -> Html:
    return element("td", element("span", str(count), class_="count"))


def _empty() -> Html:
    return element("td", "")

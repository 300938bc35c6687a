"""What protection did, in a terminal of 100 columns."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cwb_impact.disclosure.people import TOTAL
from cwb_impact.explain.grouping import Advice, Group, Grouping
from cwb_impact.explain.protection import (
    BAND,
    COVERS,
    HIDDEN,
    KINDS,
    SHOWN,
    UNSURE,
    Attack,
    Close,
    Explained,
    HiddenRow,
)
from cwb_impact.explain.protection_words import reason_in_short, reason_in_words, say
from cwb_impact.report.words import Lang
from cwb_impact.spec.bundle import StudyBundle


def show_short(found: Explained, study: StudyBundle, console: Console, lang: Lang) -> None:
    """One line a population, and what the attack found."""
    counted = [(one.population, one.rows) for one in found.groups]
    for population in dict.fromkeys(name for name, _ in counted):
        number = {kind: sum(rows[kind] for name, rows in counted if name == population) for kind in KINDS}
        shown, hidden = number[SHOWN] + number[UNSURE] + number[BAND], number[HIDDEN] + number[COVERS]
        label = study.population(population).label[lang]
        _print(console, say("line", lang, population=label, shown=shown, hidden=hidden))
    _print(console, _attacked(found.attack, lang))
    _print(console, say("how", lang))


def _attacked(attack: Attack, lang: Lang) -> str:
    if attack.too_close:
        return say("unsafe", lang, n=attack.too_close, asked=attack.asked)
    return say("safe", lang, asked=attack.asked) if attack.attacked else say("nothing_hidden", lang)


def show_explained(found: Explained, study: StudyBundle, console: Console, lang: Lang) -> None:
    """What, why, what it cost, how close an attacker comes, and which grouping would publish more."""
    _print(console, say("restricted", lang))
    _heading(console, say("what", lang))
    console.print(_kinds(found, study, lang))
    if found.reasons:
        _heading(console, say("why", lang))
        console.print(_reasons(found, study, lang))
    _heading(console, say("cost", lang))
    cost = found.cost
    _print(console, say("cost.hidden", lang, n=cost.hidden, rows=cost.rows, percent=cost.hidden_percent))
    _print(console, say("cost.covers", lang, n=cost.covers, percent=cost.covers_percent))
    _heading(console, say("near", lang))
    _near(found.attack, console, lang)
    if found.advice:
        _heading(console, say("more", lang))
        for one in found.advice:
            _advice(one, study, console, lang)
        if any(one.better or one.fuller for one in found.advice):
            _print(console, say("counted", lang))
            _print(console, say("do", lang))


def show_rows(found: Explained, study: StudyBundle, console: Console, lang: Lang) -> None:
    """Every hidden row with its reason; of a complement what it covers. Nothing where nothing is hidden."""
    if not found.hidden:
        return
    _heading(console, say("every", lang))
    table = _table(*(say(name, lang) for name in ("row", "answers", "reason")))
    for (population, wave), rows in groupby(found.hidden, key=lambda row: (row.population, row.wave)):
        table.add_row(Text(f"{population} {wave}", style="bold"))
        for row in rows:
            name = _row(row.indicator, row.dimension, row.category)
            table.add_row(Text(name), Text(row.respondents), Text(_why(row, study, lang)))
    console.print(table)


def _why(row: HiddenRow, study: StudyBundle, lang: Lang) -> str:
    if row.kind != COVERS:
        return reason_in_short(row, study.policy, lang)
    names = ", ".join(_category(row.dimension, name, study, lang) for name in row.covers)
    return say("covers", lang, names=names) if names else say("covers_others", lang)


def _print(console: Console, words: str) -> None:
    # folded here, because the console of the command line lets lines run on
    console.print(Text(words), soft_wrap=False)


def _heading(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, style="bold"))


def _table(*headings: str) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _kinds(found: Explained, study: StudyBundle, lang: Lang) -> Table:
    """A line for everybody of a population, and one below it for each dimension."""
    table = _table(say("group", lang))
    for kind in KINDS:
        table.add_column(say(f"kind.{kind}", lang), justify="right")
    for one in found.groups:
        below = f"  {_dimension(one.dimension, study, lang)}"
        name = study.population(one.population).label[lang] if one.dimension == TOTAL else below
        table.add_row(Text(name), *(str(one.rows[kind] or "·") for kind in KINDS))
    return table


def _reasons(found: Explained, study: StudyBundle, lang: Lang) -> Table:
    """Surveys and lists have one line where their rules have the same numbers."""
    number: dict[tuple[str, str], int] = {}
    for one in found.reasons:
        said = reason_in_words(one.reason, one.of_registers, study.policy, lang), say(f"kind.{one.kind}", lang)
        number[said] = number.get(said, 0) + one.rows
    table = _table(say("reason", lang), "")
    table.add_column(say("rows", lang), justify="right")
    for (why, kind), rows in number.items():
        table.add_row(Text(why), Text(kind), str(rows))
    return table


def _near(attack: Attack, console: Console, lang: Lang) -> None:
    if attack.narrowest is not None:
        _print(console, say("near.people", lang, n=attack.attacked, people=attack.narrowest, asked=attack.asked))
    else:
        _print(console, say("near.other", lang, n=attack.attacked))
    if attack.too_close or not attack.attacked:
        _print(console, _attacked(attack, lang))
    for one in attack.tightest:
        population, wave, *row = one.row
        _print(console, f"  {population} {wave} {_row(*row)}: {_room(one, lang)}")


def _room(one: Close, lang: Lang) -> str:
    if one.people is not None:
        return say("near.left", lang, people=one.people)
    return say("near.no_end", lang) if one.times is None else say("near.times", lang, times=f"{one.times:g}")


def _advice(one: Advice, study: StudyBundle, console: Console, lang: Lang) -> None:
    """What helps, the best first; or why nothing does."""
    name = f"{study.population(one.population).label[lang]}, {_dimension(one.dimension, study, lang)}"
    now = {"name": name, "now": one.now.shown, "now_rows": one.now.rows}
    for better in one.better:
        joins = _joins(better, one.dimension, study, lang)
        _print(console, say("better", lang, joins=joins, shown=better.shown, rows=better.rows, **now))
    if not one.better:
        _print(console, say("no_better", lang, **now))
        if one.fuller is not None:
            found, joins = one.fuller, _joins(one.fuller, one.dimension, study, lang)
            told = {"shown": found.shown, "rows": found.rows, "percent": found.percent, "now": one.now.percent}
            _print(console, "  " + say("fuller", lang, joins=joins, **told))
        if one.why:
            why = reason_in_words(one.why, False, study.policy, lang)
            _print(console, "  " + say("because", lang, reason=why))
    if one.of_total:
        _print(console, "  " + say("of_total", lang, n=one.of_total))
    if one.freed > one.left_out:
        _print(console, "  " + say("leave_out", lang, name=name, lost=one.left_out, freed=one.freed))


def _joins(grouping: Grouping, dimension: str, study: StudyBundle, lang: Lang) -> str:
    def names(group: Group) -> str:
        return say("and", lang).join(f"'{_category(dimension, name, study, lang)}'" for name in group)

    return say("then", lang).join(say("join", lang, names=names(group)) for group in grouping.joined)


def _dimension(name: str, study: StudyBundle, lang: Lang) -> str:
    return say("total", lang) if name == TOTAL else study.dictionary.variables[name].label[lang]


def _category(dimension: str, name: str, study: StudyBundle, lang: Lang) -> str:
    return (study.dictionary.variables[dimension].codes or {})[name][lang]


def _row(indicator: str, dimension: str, category: str) -> str:
    """Words of the files, to look up; of a row of everybody the indicator alone."""
    return indicator if dimension == TOTAL else f"{indicator} {dimension}={category}"

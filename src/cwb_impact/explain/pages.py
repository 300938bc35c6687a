"""Cards as Markdown: the technical appendix and the catalogue page."""

from __future__ import annotations

from collections.abc import Iterable

from cwb_impact.explain.card import Card, card
from cwb_impact.explain.words import say
from cwb_impact.report.markdown import plain
from cwb_impact.report.words import Lang, slug
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator


def catalogue(dictionary: Dictionary, lang: Lang) -> str:
    """All indicators by theme, on one page."""
    chosen = sorted(dictionary.indicators.values(), key=lambda indicator: indicator.code)
    body = definitions(chosen, dictionary, lang, under="#")
    return f"# {say('catalogue', lang)}\n\n{say('catalogue.intro', lang)}\n\n{body}"


def definitions(
    indicators: Iterable[Indicator],
    dictionary: Dictionary,
    lang: Lang,
    study: StudyBundle | None = None,
    under: str = "",
) -> str:
    """The cards of these indicators, by theme. under : the marks of the heading above them, such as `#`."""
    by_theme: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        by_theme.setdefault(indicator.theme, []).append(indicator)
    parts = []
    for theme, members in by_theme.items():
        parts.append(f"{under}# {slug('theme', theme, lang)}\n")
        parts += [markdown(card(indicator, dictionary, lang, study), under) for indicator in members]
    return "\n".join(parts)


def markdown(one: Card, under: str = "") -> str:
    """One card: its sentence, and a list a section."""
    parts = [f"{under}## {plain(one.title)}\n\n{plain(one.plain)}\n"]
    for section in one.sections:
        rows = "\n".join(f"- *{plain(label)}*: {plain(words)}" for label, words in section.rows)
        parts.append(f"**{plain(section.title)}**\n\n{rows}\n")
    return "\n".join(parts)

"""The blocks of the note on how the answers are protected. Every number in it is counted in the release."""

from __future__ import annotations

import re
from collections import Counter

from babel.lists import format_list

from cwb_impact.report.blocks import invented
from cwb_impact.report.cells import SHOWN
from cwb_impact.report.findings import pairs
from cwb_impact.report.markdown import bullets, plain, table
from cwb_impact.report.numbers import fmt
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, capital, slug, text

KINDS = ("shown", "band", "rule", "cover", "absent")
"""What can become of a figure, in the order of the table."""
_HIDDEN = {"suppressed_primary": "rule", "suppressed_secondary": "cover", "not_collected": "absent"}


def opening(release: Release, lang: Lang) -> str:
    """What this note goes with, and that the respondents are invented where they are."""
    waves = format_list([release.name("waves", wave, lang) for wave in release.waves], locale=lang)
    area = release.manifest["study"]["area"][lang]
    about = text("protection.about", lang, area=plain(area), waves=plain(waves))
    return "\n\n".join([*invented(release, lang), about])


def promise(release: Release, lang: Lang) -> str:
    """What nobody can do with the figures; and which ones were public before."""
    said = [text("protection.promise", lang)]
    if release.manifest["programme"]:
        said.append(text("protection.public", lang))
    return " ".join(said)


def done(release: Release, lang: Lang) -> str:
    """The steps in plain words, and the rules of this release as its policy tells them."""
    steps = ["enough", "together", "round", "band", "hide", "cover", "try"]
    steps += ["changes"] if pairs(release) else []
    policy = release.manifest["policy"]
    rules = re.split(r"(?<=\.) (?=[A-Z])", policy["text"][lang])  # a sentence each: together they are a wall of words
    head = text("protection.rules", lang, version=plain(policy["version"]))
    said = bullets(text(f"protection.done.{step}", lang) for step in steps)
    return "\n\n".join([said, head, bullets(plain(rule) for rule in rules)])


def kind(row: Row) -> str:
    """What became of one figure of `indicators`: one of KINDS.

    Examples
    --------
    >>> kind({"status": "published", "band": "<10"}), kind({"status": "suppressed_secondary", "band": ""})
    ('band', 'cover')
    """
    if row["status"] in SHOWN:
        return "band" if row["band"] else "shown"
    return _HIDDEN[row["status"]]


def counted(release: Release, lang: Lang) -> str:
    """How many figures of each group are shown, and why the others are not; the same of changes in a sentence."""
    figures = rows_of(release.tables["indicators"])
    groups = [
        (capital(release.name("populations", name, lang)), Counter(kind(row) for row in figures if _of(row, name)))
        for name in release.manifest["populations"]
    ]
    every = (text("protection.all", lang), Counter(kind(row) for row in figures))
    lines = [
        [name, *(_number(of[one], lang) for one in KINDS), _number(of.total(), lang)]
        for name, of in [*groups, every]
        if of
    ]
    head = [text(f"protection.head.{name}", lang) for name in ("group", *KINDS, "all")]
    written = table(head, lines, (28, 12, 12, 18, 18, 18, 12), text("protection.caption", lang), "tbl-protection")
    reasons = Counter(slug("reason", row["reason"], lang) for row in figures if kind(row) == "rule")
    why = "; ".join(f"{reason} ({_number(n, lang)})" for reason, n in reasons.most_common())
    said = [text("protection.why", lang, reasons=plain(why))] if why else []
    if len(changes := release.tables["changes"]):
        shown = int(changes["status"].isin(SHOWN).sum())
        numbers = {"shown": _number(shown, lang), "all": _number(len(changes), lang)}
        said.append(text("protection.changes", lang, **numbers))
    return "\n\n".join([written, *said])


def instead(lang: Lang) -> str:
    """What stands in the place of a figure that is not shown."""
    return bullets(
        [text("protection.instead.hidden", lang), text("how.band", lang), text("protection.instead.absent", lang)]
    )


def cost(release: Release, lang: Lang) -> str:
    """What a reader misses, in numbers of this release."""
    kinds = Counter(kind(row) for row in rows_of(release.tables["indicators"]))
    numbers = {
        "hidden": kinds["rule"] + kinds["cover"],
        "all": kinds.total() - kinds["absent"],
        "bands": kinds["band"],
    }
    return text("protection.cost", lang, **{name: _number(n, lang) for name, n in numbers.items()})


def not_promised(lang: Lang) -> str:
    """What no rule about figures can prevent."""
    return bullets(text(f"protection.not.{name}", lang) for name in ("known", "group", "empty", "coop", "told"))


def _of(row: Row, population: str) -> bool:
    return bool(row["population"] == population)


def _number(n: int, lang: Lang) -> str:
    return fmt(n, "count", 0, lang)

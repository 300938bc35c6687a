"""The questionnaire on paper, for people or interviewers: a Word document with boxes to tick."""

from __future__ import annotations

import html
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cwb_impact.errors import fail
from cwb_impact.questionnaire.content import RESPONDENT, Item, Questionnaire, plain
from cwb_impact.questionnaire.routing import Asks, asks_of, expression, joined
from cwb_impact.questionnaire.words import PAPER
from cwb_impact.spec.conditions import Test

BOX = "☐"
LINE = "_" * 24
DIGIT = "|__|"


def write_docx(made: Questionnaire, lang: str, path: Path) -> None:
    """Write the document in one language.

    Raises
    ------
    CwbError
        E513 pandoc fails, E515 it is not installed.
    """
    try:
        import pypandoc

        from cwb_impact.report.word_template import write_word_template
    except ImportError as error:
        what = f"{error.name} is not installed"
        raise fail("E515", "questionnaire", 0, "docx", what, "pip install 'cwb-impact[report]'") from None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_word_template(folder / "reference.docx", _say("page", lang))
        (folder / "page.html").write_text(page_of(made, lang), encoding="utf-8")
        command = [
            pypandoc.get_pandoc_path(), "page.html", "--from=html", "--to=docx", "--standalone",
            "--reference-doc=reference.docx", "--output=made.docx", *(["--metadata=dir:rtl"] if lang == "ar" else []),
        ]  # fmt: skip
        environment = {"SOURCE_DATE_EPOCH": "946684800"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise fail("E513", path.name, 0, "pandoc", last, "This is a fault of the package, not of the study")
        path.write_bytes((folder / "made.docx").read_bytes())


def _say(key: str, lang: str, **named: str) -> str:
    """Words on paper; in a language that we do not have, English."""
    return PAPER[key]["nl" if lang == "nl" else "en"].format(**named)


def page_of(made: Questionnaire, lang: str) -> str:
    """The questionnaire as HTML that pandoc makes a document of."""
    numbers = {item.name: number for number, item in enumerate(made.items, 1)}
    study = made.study[lang] or made.study["en"]
    population = made.population_label[lang] or made.population_label["en"]
    title = html.escape(_say("title", lang, study=study))
    subtitle = html.escape(_say("subtitle", lang, population=population, wave=made.wave))
    parts = [
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>',
        f"<p>{subtitle}</p>",
        _callout(_say("intro", lang)),
        f"<p>{html.escape(made.words[RESPONDENT][lang] or made.words[RESPONDENT]['en'])}: {LINE}</p>",
    ]
    for block in made.blocks:
        parts.append(f"<h1>{html.escape(block.title[lang] or block.title['en'])}</h1>")
        parts += [_question(item, made, numbers, lang) for item in block.items]
    return "\n".join([*parts, "</body></html>"])


def _callout(text: str) -> str:
    return f'<div custom-style="Callout"><p>{html.escape(text)}</p></div>'


def _question(item: Item, made: Questionnaire, numbers: Mapping[str, int], lang: str) -> str:
    parts = []
    if item.asked_if is not None:
        told = _say("only_if", lang, condition=condition_in_words(item, made, numbers, lang))
        parts.append(f"<p><em>{html.escape(told)}</em></p>")
    text = html.escape(item.text[lang] or f"[{lang}]")
    parts.insert(0, f"<h2>{numbers[item.name]}. {text}</h2>")
    if item.kind == "several":
        parts.append(f"<p><em>{html.escape(made.words['several'][lang] or made.words['several']['en'])}</em></p>")
    parts.append(_answers(item, made, lang))
    return "\n".join(parts)


def _answers(item: Item, made: Questionnaire, lang: str) -> str:
    """Boxes below one another; points of a scale in a row; a line to write on."""
    said = [made.words[reason][lang] or made.words[reason]["en"] for reason in item.offered]
    if item.span is not None and item.choices:
        head = "".join(f"<th>{html.escape(choice.label[lang])}</th>" for choice in item.choices)
        row = f"<td>{BOX}</td>" * len(item.choices)
        return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>{_in_a_row(said)}"
    if item.choices:
        return _boxes([*(choice.label[lang] or choice.code for choice in item.choices), *said])
    if item.kind in ("whole", "decimal") and item.span is not None:
        return f"<p>{_space(item)} {html.escape(unit_of(item, lang))}</p>{_boxes(said)}"
    if item.kind == "date":
        parts = {"nl": ("dag", "maand", "jaar")}.get(lang, ("day", "month", "year"))
        return f"<p>{' '.join(f'{part} {DIGIT * (4 if place == 2 else 2)}' for place, part in enumerate(parts))}</p>"
    return f"<p>{LINE}</p>"


def _space(item: Item) -> str:
    """A box for each digit that the largest number has."""
    low, high = item.span or (0.0, 0.0)
    digits = max(len(plain(int(end)).removeprefix("-")) for end in (low, high))
    sign = "+/– " if low < 0 else ""
    return sign + DIGIT * digits + ("" if item.whole else f" , {DIGIT * 2}")


_UNITS: Mapping[str, tuple[str, str]] = {
    "hours": ("uur", "hours"),
    "hours a month": ("uur per maand", "hours a month"),
    "years": ("jaar", "years"),
    "months": ("maanden", "months"),
    "days": ("dagen", "days"),
    "people": ("mensen", "people"),
    "percent": ("procent", "percent"),
    "euros": ("euro", "euros"),
    "euros a month": ("euro per maand", "euros a month"),
    "euros an hour": ("euro per uur", "euros an hour"),
    "year": ("", ""),
    "count": ("", ""),
    "ratio": ("", ""),
}
"""Dutch and English words behind the boxes; a unit that is not here is shown as the dictionary writes it."""


def unit_of(item: Item, lang: str) -> str:
    """The unit behind the boxes."""
    unit = item.unit or ""
    return _UNITS.get(unit, (unit, unit))[0 if lang == "nl" else 1]


def _boxes(labels: list[str]) -> str:
    if not labels:
        return ""
    lines = "<br>".join(f"{BOX} {html.escape(label)}" for label in labels)
    return f"<p>{lines}</p>"


def _in_a_row(labels: list[str]) -> str:
    return f"<p>{'&emsp;'.join(f'{BOX} {html.escape(label)}' for label in labels)}</p>" if labels else ""


def condition_in_words(item: Item, made: Questionnaire, numbers: Mapping[str, int], lang: str) -> str:
    """Who answers a question, as a sentence: answers and numbers of earlier questions."""

    def test(name: str, one: Test) -> str:
        return _in_words(asks_of(made.item(name), one), numbers, lang)

    def told(word: str) -> Callable[[Sequence[str]], str]:
        return joined(_say(word, lang))

    if item.asked_if is None:
        raise AssertionError(f"{item.name} has no filter")
    whole = expression(item.asked_if, test, told("and"), told("or"))
    # brackets tell parts of a condition from one another, and mean nothing around all of it
    return whole[1:-1] if whole.startswith("(") and _is_one_bracket(whole) else whole


def _is_one_bracket(text: str) -> bool:
    """Does the first bracket close at the very end?"""
    depth = 0
    for place, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _in_words(asks: Asks, numbers: Mapping[str, int], lang: str) -> str:
    number = str(numbers[asks.item.name])
    if asks.span is None:
        labels = {choice.code: choice.label[lang] or choice.code for choice in asks.item.choices}
        answers = f" {_say('or', lang)} ".join(f"‘{labels.get(code, code)}’" for code in asks.codes)
        return _say("answer", lang, number=number, answers=answers)
    low, high = (plain(end) for end in asks.span)
    least, most = (plain(end) for end in asks.item.span or asks.span)
    kind = "exactly" if low == high else "at_least" if high == most else "at_most" if low == least else "between"
    return _say("number", lang, number=number, span=_say(kind, lang, low=low, high=high))

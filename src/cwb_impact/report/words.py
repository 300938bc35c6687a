"""The words of the reports, per language. Numbers come in through `values`, already written out by `numbers`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from cwb_impact.errors import Problems
from cwb_impact.spec.model import FileSpec, parse
from cwb_impact.spec.yaml_source import read_document

Lang = Literal["nl", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

LOCALE = Path(__file__).parent / "locale"


class WordFile(FileSpec):
    """locale/<lang>.yml"""

    lang: Lang
    words: dict[str, str] = Field(min_length=1)


@cache
def words(lang: Lang) -> dict[str, str]:
    """All words of a language, by key."""
    problems = Problems()
    found = parse(WordFile, read_document(LOCALE / f"{lang}.yml", f"locale/{lang}.yml"), problems)
    problems.raise_if_errors()
    assert found is not None  # parse gives None only together with an error
    return found.words


def text(key: str, lang: Lang, /, **values: str) -> str:
    """The sentence or word of a key, with `{name}` filled in from `values`.

    Parameters
    ----------
    key : such as `status.published`.
    values : text for each placeholder of the sentence; numbers written by `report.numbers` first.

    Examples
    --------
    >>> text("interval", "en", low="58", high="66")
    '58 to 66'
    """
    return words(lang)[key].format(**values)


def slug(group: str, name: str, lang: Lang) -> str:
    """The words of a status, reason or other slug; a slug without words of its own gets the group's general one.

    Examples
    --------
    >>> slug("reason", "too_few_respondents", "en")
    'too few answers'
    >>> slug("reason", "a_rule_of_next_year", "en")
    'to protect people'
    """
    known = words(lang)
    return known.get(f"{group}.{name}", known[f"{group}.other"])


def small(words: str) -> str:
    """The words with a small first letter, for the middle of a sentence."""
    return words[:1].lower() + words[1:]


def capital(words: str) -> str:
    """The words with a capital first letter, for the start of a line."""
    return words[:1].upper() + words[1:]

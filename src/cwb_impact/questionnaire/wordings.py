"""What a study adds to the words of the dictionary: official texts that may not travel, and more languages."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from cwb_impact.errors import Problems
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.model import FileSpec, Slug, Spec


class OwnText(Spec):
    """The same words in some languages."""

    nl: str | None = Field(default=None, min_length=1)
    en: str | None = Field(default=None, min_length=1)
    tr: str | None = Field(default=None, min_length=1)
    ar: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _some(self) -> OwnText:
        if not self.model_dump(exclude_none=True):
            raise ValueError("has no text in any language")
        return self

    def get(self, lang: str) -> str | None:
        found: str | None = getattr(self, lang)
        return found


class OwnWording(Spec):
    """The question in some languages, and answers: code, or point of a scale, to text."""

    nl: str | None = Field(default=None, min_length=1)
    en: str | None = Field(default=None, min_length=1)
    tr: str | None = Field(default=None, min_length=1)
    ar: str | None = Field(default=None, min_length=1)
    answers: dict[str, OwnText] = Field(default_factory=dict)

    def get(self, lang: str) -> str | None:
        found: str | None = getattr(self, lang)
        return found

    def answer(self, code: str, lang: str) -> str | None:
        return self.answers[code].get(lang) if code in self.answers else None


class Wordings(FileSpec):
    """surveys/<study>/dictionary/wordings.yml: variable to its question; `words` of the form itself (dont_know)."""

    wordings: dict[Slug, OwnWording] = Field(default_factory=dict)
    words: dict[Slug, OwnText] = Field(default_factory=dict)


def read_wordings(study: Path, dictionary: Dictionary, known_words: list[str], problems: Problems) -> Wordings:
    """The study's wordings; none when it has no such file.

    Problems: E001, E002 for the YAML, E131 a variable or word that is not known, E566 an answer that is not one.
    """
    path = study / "dictionary" / "wordings.yml"
    found = (
        read_spec(Wordings, path, f"{study.as_posix()}/dictionary/wordings.yml", problems) if path.is_file() else None
    )
    if found is None:
        return Wordings()
    for name, own in found.wordings.items():
        variable = dictionary.variables.get(name)
        if variable is None:
            fix = nearest(name, list(dictionary.variables))
            problems.add("E131", found.doc.shown, found.doc.line("wordings", name), name, "is no variable", fix)
            continue
        for code in own.answers:
            if not is_answer(code, variable.codes, variable.range):
                line = found.doc.line("wordings", name, "answers", code)
                known = ", ".join(variable.codes) if variable.codes else "numbers of its range"
                problems.add("E566", found.doc.shown, line, name, f"{code} is no answer of it", f"Known: {known}")
    for word in found.words:
        if word not in known_words:
            line = found.doc.line("words", word)
            problems.add("E131", found.doc.shown, line, word, "is no word of a form", nearest(word, known_words))
    return found


def is_answer(code: str, codes: dict[str, object] | object, span: tuple[float, float] | None) -> bool:
    """Is this a code of a category or set, or a number of the range?"""
    if isinstance(codes, dict):
        return code in codes
    try:
        return span is not None and span[0] <= float(code) <= span[1]
    except ValueError:
        return False

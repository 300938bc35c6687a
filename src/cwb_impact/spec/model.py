"""The base of every model that is read from YAML: typed, frozen, and able to say where it stands."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from cwb_impact.errors import Problems
from cwb_impact.spec.yaml_source import Document

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
WaveId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]


class Spec(BaseModel):
    """A part of a specification: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Spec):
    """The same words in Dutch and in English."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, lang: str) -> str:
        return self.nl if lang == "nl" else self.en


class FileSpec(Spec):
    """A whole YAML file. `doc` knows the line of each of its keys."""

    _doc: Document = PrivateAttr()

    @property
    def doc(self) -> Document:
        return self._doc


S = TypeVar("S", bound=FileSpec)


def parse(model: type[S], doc: Document, problems: Problems) -> S | None:
    """Check a document against a model; every fault becomes a problem with its line, and None is returned."""
    if not isinstance(doc.data, dict):
        problems.add("E002", doc.shown, 1, "file", "must hold keys and values, not a list or a single value")
        return None
    try:
        spec = model.model_validate(doc.data)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _report(model, doc, fault, problems)
        return None
    spec._doc = doc
    return spec


_FIXES = {
    "string_type": "Put it in quotes",
    "string_pattern_mismatch": "See the schema in data_dictionary/schema/ for the form",
}


def _report(model: type[BaseModel], doc: Document, fault: Any, problems: Problems) -> None:
    """One pydantic fault in our words. Its location holds names of union branches too; the file has no such keys."""
    location: tuple[str | int, ...] = ()
    for part in fault["loc"]:
        if (*location, part) in doc.lines:
            location = (*location, part)
        elif isinstance(part, int) or fault["type"] == "missing":
            continue
    key = str(fault["loc"][-1]) if fault["loc"] else "file"
    subject = ".".join(str(part) for part in location) or "file"
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, sorted(_keys(model)), n=1)
        fix = f"Did you mean {near[0]}?" if near else "Remove it"
        problems.add("E002", doc.shown, doc.line(*location), subject, f"key {key} is not known", fix)
    elif fault["type"] == "missing":
        problems.add("E002", doc.shown, doc.line(*location), subject, f"key {key} is missing", f"Add {key}:")
    else:
        what = fault["msg"].removeprefix("Value error, ")
        problems.add("E002", doc.shown, doc.line(*location), subject, what, _FIXES.get(fault["type"], "Correct it"))


def _keys(model: Any, seen: frozenset[Any] = frozenset()) -> set[str]:
    """All keys that a model and the models inside it know."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        if model in seen:
            return set()
        names = {field.alias or name for name, field in model.model_fields.items()}
        inner = (_keys(field.annotation, seen | {model}) for field in model.model_fields.values())
        return names.union(*inner)
    return set().union(*(_keys(argument, seen) for argument in get_args(model)))

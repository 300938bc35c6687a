"""The base of every model that is read from YAML: typed, frozen, and able to say where it stands."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from cwb_impact.errors import Problems
from cwb_impact.spec.yaml_source import Document, Location

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
RESERVED = ("population", "wave", "person", "disposition")
"""Columns of the harmonised frame that are no variables; so are names with two underscores, such as x__why."""

Population = Literal["coop_workers", "residents", "entrepreneurs", "coops", "anchors", "programme"]
KEPT_POPULATIONS = frozenset({"coops", "anchors", "programme"})
"""Populations that nobody asks: lists are kept about them."""
DATA_LABEL = {"synthetic": "SYNTHETIC", "public": "public", "personal": "personal"}
"""How tables of a release say what their rows are made of."""

WaveId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]


def _not_reserved_name(name: str) -> str:
    if "__" in name or name in RESERVED:
        raise ValueError(f"{name}: this name, and names with two underscores, are kept for the package")
    return name


def _not_reserved(named: dict[str, Any]) -> dict[str, Any]:
    for name in named:
        _not_reserved_name(name)
    return named


NotReservedName = AfterValidator(_not_reserved_name)
NotReserved = AfterValidator(_not_reserved)


class Spec(BaseModel):
    """A part of a specification: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Spec):
    """The same words in Dutch and in English."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, lang: str) -> str:
        return self.nl if lang == "nl" else self.en


def both(nl: str, en: str) -> Text:
    """Words that stand in code instead of YAML: both languages in one call, so that neither can be forgotten."""
    return Text(nl=nl, en=en)


class Wording(Text):
    """The words of a question; Turkish and Arabic only where the owner of the question has them."""

    tr: str | None = Field(default=None, min_length=1)
    ar: str | None = Field(default=None, min_length=1)


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
        what, fix = "must hold keys and values, not a list or a single value", "Write key: value, one a line"
        problems.add("E002", doc.shown, 1, "file", what, fix)
        return None
    spec, faults = _validated(model, doc.data)
    for fault in faults:
        _report(model, doc, fault, problems)
    if spec is None and all(fault["type"] == "extra_forbidden" for fault in faults):
        # unknown keys are told, and must not hide what else is wrong
        spec, _ = _validated(model, _without(doc.data, [_located(doc, fault) for fault in faults]))
    if spec is not None:
        spec._doc = doc
    return spec


def _validated(model: type[S], data: Any) -> tuple[S | None, list[Any]]:
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _without(data: Any, locations: list[Location]) -> Any:
    """A copy of nested data without the keys at these locations."""
    gone = {location[0] for location in locations if len(location) == 1}
    inner: dict[str | int, list[Location]] = {}
    for location in locations:
        if len(location) > 1:
            inner.setdefault(location[0], []).append(location[1:])
    if isinstance(data, dict):
        return {key: _without(value, inner.get(key, [])) for key, value in data.items() if key not in gone}
    if isinstance(data, list):
        return [_without(value, inner.get(index, [])) for index, value in enumerate(data)]
    return data


def _located(doc: Document, fault: Any) -> Location:
    """Where a fault stands in the file; its location also holds names of union branches, which the file has not."""
    location: Location = ()
    for part in fault["loc"]:
        if (*location, part) in doc.lines:
            location = (*location, part)
    return location


_FIXES = {
    "string_type": "Put it in quotes",
    "string_pattern_mismatch": "See the schema in data_dictionary/schema/ for the form",
}


def _report(model: type[BaseModel], doc: Document, fault: Any, problems: Problems) -> None:
    """One pydantic fault in our words."""
    location = _located(doc, fault)
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
        if fault["type"] == "string_pattern_mismatch":
            what = f"{str(fault['input'])[:80]} does not have the form that {key} asks"
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

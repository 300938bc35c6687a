"""What a study writes under `policy:` in study.yml: any rule of the shared policy, stricter, and rows to leave out.

A rule has the same place and name as in data_dictionary/policy.yml. Each field of spec/policy.py says once which way is
stricter; nothing is repeated here. A looser rule is no matter of a study: it is a change of policy.yml itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from cwb_impact.errors import Problems
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.model import Spec
from cwb_impact.spec.policy import Policy, Stricter, Withheld
from cwb_impact.spec.yaml_source import Document

if TYPE_CHECKING:
    from cwb_impact.spec.study_file import Study

Place = tuple[str | int, ...]

ALLOWED: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "higher": (lambda asked, default: asked >= default, "is looser than"),
    "lower": (lambda asked, default: asked <= default, "is looser than"),
    "multiple": (
        lambda asked, default: asked >= default and abs(asked / default - round(asked / default)) < 1e-9,
        "is no multiple of",
    ),
    "fewer": (lambda asked, default: set(asked) <= set(default), "is more than"),
    "same": (lambda asked, default: asked == default, "is another than"),
    "own": (lambda asked, default: True, ""),
}
"""What may stand in the place of a default, and what is wrong with all else. `more` is not here: names are added."""


def way_of(field: FieldInfo) -> str:
    """Which way a rule may be moved (`Stricter.way`); empty where a field is no rule, or holds rules itself."""
    return next((mark.way for mark in field.metadata if isinstance(mark, Stricter)), "")


def part_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model of the rules that a field holds, or each entry of a field; None of one that holds a single value."""
    kind = get_args(field.annotation)[1] if get_origin(field.annotation) is dict else field.annotation
    return kind if not way_of(field) and isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _partial(model: type[BaseModel]) -> type[Spec]:
    """The same model with every rule optional, also in the models inside it. What is no rule is left out."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner = part_of(field)
        kind: Any = field.annotation if inner is None else _partial(inner)
        if inner is None and not way_of(field):
            continue
        if get_origin(field.annotation) is dict:
            kind = dict[get_args(field.annotation)[0], kind]  # type: ignore[misc]
        limits = [mark for mark in field.metadata if not isinstance(mark, Stricter)]
        kind = Annotated[(kind, *limits)] if limits else kind
        fields[name] = (kind | None, Field(default=None, description=field.description))
    return create_model(f"Stricter{model.__name__}", __base__=Spec, **fields)


if TYPE_CHECKING:

    class _AnyRule(Spec):
        withhold: list[Withheld] | None

else:
    _AnyRule = _partial(Policy)


class StricterPolicy(_AnyRule):
    """A study may ask more than the shared policy, never less."""


def stricter(policy: Policy, asked: StricterPolicy | None, doc: Document, problems: Problems) -> Policy:
    """The policy with what a study makes stricter; what it makes looser stays as it was.

    doc : study.yml, for the lines of problems.

    Problems: E401 a rule that is looser, with both values; E404 a new holding rule that is not whole.
    """
    if asked is None:
        return policy
    made = _moved(policy, asked, ("policy",), doc, problems)
    assert isinstance(made, Policy)
    return made


def _moved(default: BaseModel, asked: BaseModel, place: Place, doc: Document, problems: Problems) -> BaseModel:
    """A model of the policy with the rules that are asked in their place."""
    update: dict[str, Any] = {}
    for name, value in _given(asked):
        field, present, at = type(default).model_fields[name], getattr(default, name), (*place, name)
        way, part = way_of(field), part_of(field)
        if way == "more":
            update[name] = [*present, *(one for one in value if one not in present)]
        elif part is None:
            if _allowed(way, value, present, at, doc, problems):
                update[name] = value
        elif isinstance(value, BaseModel):
            update[name] = _moved(present, value, at, doc, problems)
        else:
            made = {key: _entry(part, present.get(key), rule, (*at, key), doc, problems) for key, rule in value.items()}
            update[name] = {**present, **{key: rule for key, rule in made.items() if rule is not None}}
    return default.model_copy(update=update)


def _given(asked: BaseModel) -> Iterator[tuple[str, Any]]:
    values = ((name, getattr(asked, name)) for name in type(asked).model_fields)
    return ((name, value) for name, value in values if value is not None)


def _entry(
    part: type[BaseModel], present: BaseModel | None, asked: BaseModel, place: Place, doc: Document, problems: Problems
) -> BaseModel | None:
    """One entry of a table of rules: moved where the policy has it, else a new one, which must be whole."""
    if present is not None:
        return _moved(present, asked, place, doc, problems)
    try:
        return part.model_validate(dict(_given(asked)))
    except ValidationError as error:
        lacking = ", ".join(str(fault["loc"][-1]) for fault in error.errors())
        what = f"{_told(place)} is a new rule and lacks {lacking}"
        problems.add("E404", doc.shown, doc.line(*place), "policy", what, "Write the whole rule")
        return None


def _allowed(way: str, asked: Any, default: Any, place: Place, doc: Document, problems: Problems) -> bool:
    good, wrong = ALLOWED[way]
    if good(asked, default):
        return True
    what = f"{_told(place)} {_value(asked)} {wrong} the policy's {_value(default)}"
    fix = "A study may only be stricter; what holds for all studies stands in data_dictionary/policy.yml"
    problems.add("E401", doc.shown, doc.line(*place), "policy", what, fix)
    return False


def _told(place: Place) -> str:
    return ".".join(str(part) for part in place[1:])


def _value(value: Any) -> str:
    """As it stands in YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return (
        f"[{', '.join(map(str, value))}]" if isinstance(value, list) else f"{value:g}" if _number(value) else str(value)
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def check_policy_words(study: Study, dictionary: Dictionary, problems: Problems) -> None:
    """E403: what a study withholds, or never publishes apart, must exist: a typing error would protect nobody."""
    asked = study.policy
    if asked is None:
        return
    doc = study.doc
    for place, name in _variables(asked):
        if name not in dictionary.variables:
            fix = nearest(name, list(dictionary.variables))
            problems.add("E403", doc.shown, doc.line("policy", *place), name, "is no variable of the dictionary", fix)
    for index, row in enumerate(asked.withhold or []):
        for key, known in _known(row, study, dictionary).items():
            value = getattr(row, key)
            if value is not None and value not in known:
                what = f"{value} is no {key} of the figures of this study, so nothing is withheld"
                line = doc.line("policy", "withhold", index, key)
                subject = row.indicator or row.population
                problems.add("E403", doc.shown, line, subject, what, nearest(value, list(known)))


def _variables(asked: Any) -> Iterator[tuple[Place, str]]:
    """Every variable that is named in a study's policy, with its place."""
    for index, name in enumerate(asked.never_published_dimensions or []):
        yield ("never_published_dimensions", index), name
    for population, rule in (asked.holdings or {}).items():
        if rule.variable is not None:
            yield ("holdings", population, "variable"), rule.variable


def _known(row: Withheld, study: Study, dictionary: Dictionary) -> dict[str, Sequence[str]]:
    """What each key of a row that is withheld may say."""
    indicator = dictionary.indicators.get(row.indicator or "")
    population = study.populations.get(row.population)
    asked = set(indicator.populations if indicator else study.populations) & set(study.populations)
    variable = dictionary.variables.get(row.dimension or "")
    return {
        "indicator": study.indicators,
        "population": sorted(asked),
        "wave": [wave.id for wave in study.waves],
        "dimension": ["total", *(population.dimensions if population else [])],
        "category": list((variable.codes if variable else None) or ["total"]),
    }

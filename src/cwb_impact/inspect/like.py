"""Takes over what an earlier wave's map says, where this file's own labels confirm it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from cwb_impact.harmonise.labels import bare, normalised
from cwb_impact.inspect.entries import covers, missing_lines, recode_lines, says, told
from cwb_impact.inspect.found import ColumnFound
from cwb_impact.inspect.matching import answers
from cwb_impact.inspect.show import FIRST
from cwb_impact.inspect.yaml_text import brief, quoted
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.variable_map import VariableMap
from cwb_impact.spec.wave_map import WaveMap


@dataclass(frozen=True)
class TakenOver:
    """The lines of an entry that follows an earlier map, and the columns it uses."""

    lines: tuple[str, ...]
    columns: tuple[str, ...]


def take_over(
    earlier: WaveMap, columns: Sequence[ColumnFound], variables: Mapping[str, Variable], same_codes: bool = False
) -> dict[str, TakenOver]:
    """Entries whose column is here too: by its name, else by labels of answers that the earlier map guards.

    same_codes : a person says that columns of the same name without labels still have the same codes.
    """
    by_name = {column.name: column for column in columns}
    found: dict[str, TakenOver] = {}
    for name, entry in earlier.variables.items():
        here = [by_name[column] for column in entry.columns if column in by_name]
        bare_codes = not any(code.label for column in here for code in answers(column))
        if same_codes and bare_codes and len(here) == len(entry.columns) and not any(one.personal for one in here):
            found[name] = TakenOver(tuple(_whole(name, entry, earlier)), tuple(entry.columns))
            continue
        if entry.from_ is None:
            if all(column in by_name for column in entry.columns):
                found[name] = _several(name, entry, earlier)
            continue
        column = by_name.get(entry.from_) or _by_labels(entry, columns)
        if column is not None and column.personal is None:
            found[name] = TakenOver(tuple(_lines(name, entry, column, variables.get(name), earlier)), (column.name,))
    return found


def _whole(name: str, entry: VariableMap, earlier: WaveMap) -> list[str]:
    """The entry as it was; only how it relates to the dictionary is to be decided again."""
    written = entry.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, mode="json")
    lines = [
        f"  {quoted(name)}:",
        f"    # codes as in {brief(earlier.doc.shown)}, on your word; check with the codebook",
    ]
    lines += [
        _relation(entry) if key == "relation" else f"    {key}: {_flow(value)}"
        for key, value in written.items()
        if key != "note"
    ]
    return [*lines, f"    # note of the earlier map: {brief(entry.note)}"] if entry.note else lines


def _relation(entry: VariableMap) -> str:
    return f"    relation: undecided   # {entry.relation} in the earlier map"


def _by_labels(entry: VariableMap, columns: Sequence[ColumnFound]) -> ColumnFound | None:
    """The only column with a name that resembles and exactly the guarded labels, at least three of them."""
    guarded = {normalised(target.label) for target in entry.targets.values() if target.label}
    if len(guarded) < 3:
        return None
    same = [column for column in columns if guarded == {normalised(one.label) for one in answers(column) if one.label}]
    # the same answers belong to many questions: the name must resemble too
    alike = [column for column in same if SequenceMatcher(None, entry.from_ or "", column.name).ratio() >= 0.6]
    return alike[0] if len(alike) == 1 else None


def _lines(
    name: str, entry: VariableMap, column: ColumnFound, variable: Variable | None, earlier: WaveMap
) -> list[str]:
    how = "the same name" if column.name == entry.from_ else "the same answers"
    lines = [
        f"  {quoted(name)}:",
        f"    # as in {brief(earlier.doc.shown)}: {how}{says(column)}",
    ]
    lines += [f"    from: {quoted(column.name)}", _relation(entry)]
    if entry.recode is not None or entry.codes is not None:
        lines += _recode(entry, column)
    else:
        lines += _other_transform(entry, column, variable)
    lines += missing_lines(column)
    lines += _left_behind(entry)
    if entry.note:
        lines.append(f"    # note of the earlier map: {brief(entry.note)}")
    return lines


def _left_behind(entry: VariableMap) -> list[str]:
    """Parts of the earlier entry that the draft does not take over: routing above all is easily forgotten."""
    told = {"from", "relation", "recode", "codes", "missing", "note", "labels"}
    if entry.recode is None and entry.codes is None:
        told |= {"keep", "reverse", "scale", "bands", "date", "unit", "straddle"}
    written = entry.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, mode="json")
    return [
        f"    # the earlier map also has {key}: {_flow(value)}" for key, value in written.items() if key not in told
    ]


def _recode(entry: VariableMap, column: ColumnFound) -> list[str]:
    """Labels that the earlier map guards go where that map sends them, also when they moved to another code."""
    labels = {found.code: found.label for found in answers(column) if found.label}
    times = Counter(bare(label) for label in labels.values())
    by_label = _targets_by_label(entry)
    agreed: dict[str, str] = {}
    comments: list[str] = []
    for code, label in labels.items():
        before = entry.targets.get(code)
        guard = before.label if before is not None else None
        if guard is not None and bare(guard) != bare(label):
            comments.append(f"    # {brief(code)} was {brief(guard)} in the earlier map and is {brief(label)} here")
        if times[bare(label)] == 1 and bare(label) in by_label:
            agreed[code] = by_label[bare(label)]
    gone = [code for code in entry.targets if labels and code not in labels]
    comments += [f"    # {brief(code)} is in the earlier map and has no label here: left out" for code in gone[:FIRST]]
    return [*recode_lines(column, agreed), *comments, *([] if labels else _unguarded(entry))]


def _unguarded(entry: VariableMap) -> list[str]:
    """Without labels nothing shows that a scale still runs the same way."""
    pairs = [f"    #   {_pair(code, target.to, target.label)}" for code, target in islice(entry.targets.items(), 50)]
    what = "    # no labels in this file: put this in place of recode: {} when the codes still mean the same"
    return [what, "    # recode:", *pairs]


def _targets_by_label(entry: VariableMap) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for target in entry.targets.values():
        if target.label:
            found[bare(target.label)].add(str(target.to))
    return {label: next(iter(targets)) for label, targets in found.items() if len(targets) == 1}


def _pair(code: str, to: object, label: str | None) -> str:
    guard = f", label: {quoted(label)}" if label else ""
    return f"{quoted(code)}: {{to: {quoted(to)}{guard}}}"


def _other_transform(entry: VariableMap, column: ColumnFound, variable: Variable | None) -> list[str]:
    """Numbers that cannot run the other way (hours, years) and texts are taken over; scales of points are not."""
    written = entry.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True, mode="json")
    kept = {
        key: written[key] for key in ("keep", "reverse", "scale", "bands", "date", "unit", "straddle") if key in written
    }
    flow = ", ".join(f"{key}: {_flow(value)}" for key, value in kept.items())
    turns = variable is not None and variable.type == "number" and variable.unit in ("points", None)
    if not turns and column.name == entry.from_ and set(kept) <= {"keep", "date"} and len(kept) == 1:
        return [f"    {flow}", *_outside(entry, column)]
    return [
        "    recode: {}",
        f"    # no label here says that it still holds. The earlier map has, in its place: {flow}",
    ]


def _outside(entry: VariableMap, column: ColumnFound) -> list[str]:
    if entry.keep in (None, "text"):
        return []
    strange = [found for found in column.codes if not found.is_missing and not covers(str(entry.keep), found.code)]
    return [f"    # undecided: {told(found)}" for found in strange[:20]]


def _flow(value: object) -> str:
    """A value of a map in YAML's flow form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return "null" if value is None else (quoted(value) if isinstance(value, str) else str(value).lower())


def _several(name: str, entry: VariableMap, earlier: WaveMap) -> TakenOver:
    """any_of, first_of and sum_of: the columns are here; whether they mean the same, a person must see."""
    where = brief(earlier.doc.shown)
    comment = f"  # undecided: {quoted(name)}: all its columns of {where} are here: copy its entry and check"
    return TakenOver((comment,), ())

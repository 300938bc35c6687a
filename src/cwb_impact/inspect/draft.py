"""Drafts a wave map from an inspection. It reads without faults; `check` lists what a person must still decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from cwb_impact.inspect.entries import entry_lines, one_line
from cwb_impact.inspect.found import ColumnFound, Inspection
from cwb_impact.inspect.like import TakenOver, take_over
from cwb_impact.inspect.matching import Match, match
from cwb_impact.inspect.yaml_text import brief, quoted
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.wave_map import WaveMap

MAX_LISTED = 1_500
"""Columns that a comment lists; a map may not be larger than 300 kB."""
MAX_ENTRIES_BYTES = 200_000


@dataclass(frozen=True)
class WaveGuess:
    """What a file cannot say about itself. The defaults can be read, and are wrong on sight."""

    wave: str = "UNDECIDED"
    population: str = "residents"
    fieldwork: str = "1900-01/1900-01"


def draft_map(
    inspection: Inspection,
    dictionary: Dictionary,
    wave: WaveGuess | None = None,
    needed: Iterable[str] = (),
    like: WaveMap | None = None,
    same_codes: bool = False,
) -> str:
    """The text of a wave map.

    dictionary : words that columns are matched with. needed : variables that the study cannot do without.
    like : the map of an earlier wave. same_codes : its codes hold in files without labels too.
    Every entry has `relation: undecided` until a person has looked at it (E130).
    """
    repeated = inspection.repeated
    usable = [column for column in inspection.columns if column.name not in repeated and _can_be_named(column)]
    taken = take_over(like, usable, dictionary.variables, same_codes) if like is not None else {}
    rest = {name: variable for name, variable in dictionary.variables.items() if name not in taken}
    spoken_for = {name for entry in taken.values() for name in entry.columns}
    free = [column for column in usable if column.name not in spoken_for]
    matches = match(rest, free)
    entries, used = _entries(taken, matches, dictionary)
    lines = [
        *_head(inspection, wave or _as_in(like), like),
        *_id_and_design(inspection, like, same_codes),
        *_who_is_no_respondent(inspection),
        *entries,
        *_not_found(needed, matches, taken),
        *_several_answers(inspection, used),
        *_not_collected_before(like, set(taken) | {name for name, found in matches.items() if found.best is not None}),
        *_left_aside(inspection, used | _kept(inspection, like, same_codes)),
    ]
    return "\n".join(lines) + "\n"


def _can_be_named(column: ColumnFound) -> bool:
    return 1 <= len(column.name) <= 200 and column.name == column.name.strip()


def _as_in(like: WaveMap | None) -> WaveGuess:
    return WaveGuess(population=like.wave.population) if like is not None else WaveGuess()


def _head(inspection: Inspection, wave: WaveGuess, like: WaveMap | None) -> list[str]:
    source, why = inspection.source, inspection.opening.decided
    lines = [
        "# A draft by cwb-impact inspect: nothing in it is decided. Check each entry with the questionnaire, then",
        "# write exact, close, broad or narrow in place of undecided. `cwb-impact check` lists what is left.",
        "map_version: 1",
    ]
    if wave.wave == "UNDECIDED" or wave.fieldwork == "1900-01/1900-01":
        lines.append("# undecided: which wave, who answered, and when")
    languages = f", languages: [{', '.join(map(quoted, like.wave.languages))}]" if like and like.wave.languages else ""
    about = f"id: {quoted(wave.wave)}, population: {quoted(wave.population)}, fieldwork: {quoted(wave.fieldwork)}"
    lines += [f"wave: {{{about}{languages}}}", "source:", f"  file: {quoted(source.file)}"]
    lines.append(f"  format: {source.format}" + _because(why.get("format")))
    lines += [f"  form: {source.form}" + _because(why.get("form"))] if source.form != "plain" else []
    lines += [f'  sha256: "{source.sha256}"', f"  rows: {source.rows}", f"  columns: {source.columns}"]
    for name in ("sheet", "encoding", "delimiter", "decimal"):
        value = getattr(source, name)
        if value is not None and (name != "delimiter" or source.format == "csv"):
            lines.append(f"  {name}: {quoted(value)}" + _because(why.get(name)))
        elif name in why:
            lines.append(f"  # {name}: {_flat(why[name])}")
    return [*lines, "  allow_empty: true"] if source.rows == 0 else lines


def _because(why: str | None) -> str:
    return f"   # {_flat(why)}" if why else ""


def _flat(text: str) -> str:
    """Words of our own with names of the file in them, in one line of comment."""
    return brief(text)[1:-1]


def _kept(inspection: Inspection, like: WaveMap | None, same_codes: bool) -> set[str]:
    """Id and design columns of the earlier map that stand in the draft too."""
    if like is None:
        return set()
    names = {column.name for column in inspection.columns}
    found = set(like.id.columns) if set(like.id.columns) <= names else set()
    return found | ({name for name in _design(like).values() if name in names} if same_codes else set())


def _design(like: WaveMap) -> dict[str, str]:
    return {role: name for role in ("weight", "stratum", "psu") if (name := getattr(like.design, role)) is not None}


def _not_collected_before(like: WaveMap | None, found: set[str]) -> list[str]:
    """What the earlier map does not have, and what it has from columns that are not here."""
    if like is None:
        return []
    lines = [
        f"  # {name}: {{reason: {entry.reason}{f', note: {brief(entry.note)}' if entry.note else ''}}}"
        for name, entry in islice(like.not_collected.items(), 100)
    ]
    gone = [name for name in like.variables if name not in found]
    lines += [f"  # {name}: {{reason: not_in_questionnaire}}   # its columns are not here" for name in gone[:100]]
    return ["  # not collected in the earlier map, or not here any more; is that so?", *lines] if lines else []


def _id_and_design(inspection: Inspection, like: WaveMap | None, same_codes: bool) -> list[str]:
    names = {column.name for column in inspection.columns if _can_be_named(column)} - inspection.repeated
    lines: list[str] = []
    if like is not None and set(like.id.columns) <= names:
        columns, scope, why = list(like.id.columns), like.id.scope, "as in the earlier map"
    else:
        found = [column.name for column in inspection.with_role("id") if column.name in names]
        columns, scope, why = found[:1] or ["UNDECIDED"], "wave", "undecided: scope panel when people keep their id"
        lines += [f"# may be the id too: {quoted(name)}" for name in found[1:6]]
    lines.append(f"id: {{columns: [{', '.join(map(quoted, columns))}], scope: {scope}}}   # {why}")
    before = _design(like) if like is not None else {}
    if same_codes and before and set(before.values()) <= names:
        said = ", ".join(f"{role}: {quoted(name)}" for role, name in before.items())
        lines.append(f"design: {{{said}}}   # as in the earlier map, on your word")
    else:
        lines += _design_comments(inspection, before)
    if like is not None and like.missing:
        said = ", ".join(f"{quoted(code)}: {reason}" for code, reason in islice(like.missing.items(), 50))
        own_word = "" if same_codes else "# the earlier map has, for all variables, "
        lines.append(f"{own_word}missing: {{{said}}}")
    return lines


def _who_is_no_respondent(inspection: Inspection) -> list[str]:
    """What the columns of a survey tool can say about previews and unfinished answers; a person decides."""
    names = {column.name for column in inspection.columns} - inspection.repeated
    form, lines = inspection.source.form, list[str]()
    if form == "qualtrics" and "Status" in names:
        lines.append('# leave_out: {"Status": ["Survey Preview"]}   # undecided: previews, "1" in an export of codes')
    if form == "qualtrics" and "Finished" in names:
        lines.append('# disposition: {from: "Finished", codes: {"1": complete, "0": partial}}   # or "TRUE", "FALSE"')
    if form == "limesurvey" and "submitdate" in names:
        lines.append('# leave_out: {"submitdate": [sysmis]}   # undecided: who never sent the answers')
    return lines


def _several_answers(inspection: Inspection, used: set[str]) -> list[str]:
    """Multiple-response sets that no entry uses: which code is which column, a person must say."""
    free = [found for found in inspection.sets if not used & set(found.columns)]
    return [
        f"  # several answers, for any_of: {brief(found.stem)}: {', '.join(map(brief, found.columns[:20]))}"
        for found in free[:50]
    ]


def _design_comments(inspection: Inspection, before: Mapping[str, str]) -> list[str]:
    lines = [
        f"# design may have {role}: {quoted(column.name)}" + (f" ({brief(column.label)})" if column.label else "")
        for role in ("weight", "stratum", "psu")
        for column in inspection.with_role(role)[:5]
    ]
    if before:
        lines.append(f"# the earlier map has design columns {', '.join(map(quoted, before.values()))}")
    return lines


def _entries(
    taken: Mapping[str, TakenOver], matches: Mapping[str, Match], dictionary: Dictionary
) -> tuple[list[str], set[str]]:
    """The lines under `variables`, and the columns they use."""
    lines, used, size = [], set(), 0
    for name in dict.fromkeys([*dictionary.variables, *taken]):
        found = matches.get(name)
        if name in taken:
            entry, columns = list(taken[name].lines), set(taken[name].columns)
        elif found is not None and found.best is not None:
            entry = entry_lines(found, found.best, dictionary.variables[name])
            columns = {found.best.column.name}
        else:
            continue
        size += sum(len(line.encode()) + 1 for line in entry)
        if size > MAX_ENTRIES_BYTES:
            lines.append(f"  # {quoted(name)} and what follows: the map would be too large to read")
            break
        lines += entry
        used |= columns
    has_entry = any(not line.startswith("  #") for line in lines)
    return (["variables:", *lines] if has_entry else ["variables: {}", *lines]), used


def _not_found(needed: Iterable[str], matches: Mapping[str, Match], taken: Mapping[str, TakenOver]) -> list[str]:
    wanted = list(dict.fromkeys(needed))
    lines: list[str] = []
    for name, found in matches.items():
        if found.best is not None:
            continue
        if found.equal:
            equal = "; ".join(one_line(one) for one in found.equal[:5])
            lines.append(f"  # undecided: {name}: these match equally well: {equal}")
        elif name in wanted:
            near = "; ".join(one_line(one) for one in found.others[:3])
            lines.append(f"  # undecided: {name}" + (f" (nearest: {near})" if near else ""))
    unknown = [name for name in wanted if name not in matches and name not in taken]
    lines += [f"  # undecided: {name} (not in the dictionary)" for name in unknown]
    return ["not_collected: {}", *lines]


def _left_aside(inspection: Inspection, used: set[str]) -> list[str]:
    """Personal columns under `ignore`; columns that nobody has decided on as comments."""
    lines: list[str] = []
    personal = [column for column in inspection.columns if column.personal is not None and column.name not in used]
    named = [column for column in personal if "*" not in column.name and column.name]
    size, listed = 0, list[str]()
    for column in named:
        line = f"  - {quoted(column.name)}   # personal data: {column.personal}"
        size += len(line.encode()) + 1
        if size > 60_000:
            break
        listed.append(line)
    lines += ["ignore:", *listed] if listed else ["ignore: []"]
    if len(listed) < len(personal):
        lines.append(f"  # {len(personal) - len(listed)} more columns with personal data: use * for groups of names")
    roles = {column.name for column in inspection.with_role("id")[:1]}
    rest = [c.name for c in inspection.columns if c.personal is None and c.name not in used | roles]
    size = 0
    for place, name in enumerate(rest):
        line = f"# unused: {brief(name)}"
        size += len(line.encode()) + 1
        if size > 25_000 or place >= MAX_LISTED:
            lines.append(f"# unused: {len(rest) - place} more columns")
            break
        lines.append(line)
    return lines

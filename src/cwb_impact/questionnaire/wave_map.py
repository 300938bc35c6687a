"""The wave map of a questionnaire: how the export of the tool becomes dictionary variables again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cwb_impact.inspect.yaml_text import quoted
from cwb_impact.questionnaire.content import RESPONDENT, Item, Questionnaire, plain
from cwb_impact.questionnaire.tools import Tool

NO_HASH = "0" * 64
"""Stands for the hash of a file that does not exist yet: `check` says E104 until the real one is there."""

_QUARTERS = {"1": ("01", "03"), "2": ("04", "06"), "3": ("07", "09"), "4": ("10", "12")}


def fieldwork_of(wave: str) -> str | None:
    """When a wave is in the field, as its id tells: a year, a quarter, a half or a month; None for other ids.

    Examples
    --------
    >>> fieldwork_of("2027Q3"), fieldwork_of("2027"), fieldwork_of("2027-05"), fieldwork_of("spring")
    ('2027-07/2027-09', '2027-01/2027-12', '2027-05/2027-05', None)
    """
    found = re.fullmatch(r"(\d{4})(?:-?[QqKk]([1-4])|-(0[1-9]|1[0-2])|-?[Hh]([12]))?", wave)
    if found is None:
        return None
    year, quarter, month, half = found.groups()
    first, last = ("01", "12") if half is None else (("01", "06") if half == "1" else ("07", "12"))
    first, last = _QUARTERS.get(quarter, (first, last))
    return f"{year}-{month or first}/{year}-{month or last}"


def map_text(made: Questionnaire, tool: Tool, file: str, fieldwork: str, scope: str) -> str:
    """The text of the map. Only the hash and the number of rows of the export are left to fill in.

    Parameters
    ----------
    file : name of the export in the data folder. scope : `panel` when people keep their id from wave to wave.
    """
    label = quoted(made.wave)
    lines = [
        "# Made by cwb-impact questionnaire: the map of the answers to that questionnaire. Two things are left:",
        "# sha256 and rows below, as `cwb-impact inspect FILE` tells them; and in study.yml, under waves:",
        f"#   - id: {made.wave}",
        f"#     label: {{nl: {label}, en: {label}}}",
        f"#     maps: {{{made.population}: waves/{made.population}_{made.wave}.yml}}",
        "map_version: 1",
        f"wave: {{id: {label}, population: {made.population}, fieldwork: {quoted(fieldwork)},"
        f" languages: [{', '.join(made.languages)}]}}",
        "source:",
        f"  file: {quoted(file)}",
        "  format: csv",
        *([f"  form: {tool.form}"] if tool.form != "plain" else []),
        '  decimal: "."',
        f'  sha256: "{NO_HASH}"   # undecided: of the export',
        "  rows: 0   # undecided: of the export",
        f"id: {{columns: [{quoted(tool.columns[RESPONDENT])}], scope: {scope}}}",
        "# design: {weight: ..., stratum: ...}   # of a sample: columns that you add to the export",
    ]
    if tool.form == "limesurvey":
        lines.append('# leave_out: {"submitdate": [sysmis]}   # undecided: who never sent the answers')
    lines.append("variables:")
    for item in made.items:
        lines += _entry(item, tool)
    lines += _elsewhere(made.elsewhere)
    used = set(tool.columns.values())
    lines += ["ignore:", *(f"  - {quoted(column)}" for column in tool.ignore if column not in used)]
    return "\n".join(lines) + "\n"


def _elsewhere(names: Iterable[str]) -> list[str]:
    note = "kept in a register, not asked"
    lines = [f"  {quoted(name)}: {{reason: not_in_questionnaire, note: {quoted(note)}}}" for name in names]
    return ["not_collected:", *lines] if lines else ["not_collected: {}"]


def _entry(item: Item, tool: Tool) -> list[str]:
    column = tool.columns[item.name]
    lines = [f"  {quoted(item.name)}:"]
    if item.kind == "several" and tool.ticks:
        ticks = {choice.code: f"{column}[{tool.code(item, choice.code)}]" for choice in item.choices}
        lines += [f"    any_of: {_flow(ticks)}", "    relation: exact"]
        lines += ['    selected: ["Y"]', '    unselected: [sysmis, "N"]', "    nothing_ticked: no_answer"]
    else:
        lines += [f"    from: {quoted(column)}", "    relation: exact", *_transform(item, tool)]
        lines.append(f"    missing: {_flow({**_missing(item, tool), 'sysmis': 'no_answer'})}")
    if item.exclusive:
        lines.append(f"    exclusive: [{', '.join(map(quoted, item.exclusive))}]")
        lines.append("    exclusive_with_others: invalid")
    if item.gate is not None:
        lines.append(f'    asked_if: {{column: {quoted(tool.columns[item.gate])}, in: ["1"]}}')
    return lines


def _transform(item: Item, tool: Tool) -> list[str]:
    if item.kind == "text":
        return ["    keep: text"]
    if item.kind == "date":
        return ["    date: iso"]
    codes = {tool.code(item, choice.code): choice.code for choice in item.choices}
    if item.span is None or any(code != point for code, point in codes.items()):
        split = ['    separator: " "'] if item.kind == "several" else []
        return [*split, f"    recode: {_flow(codes)}"]
    unit = f"    unit: {{from: {quoted(item.unit)}, to: {quoted(item.unit)}, factor: 1}}" if item.unit else None
    return [f"    keep: {plain(item.span[0])}..{plain(item.span[1])}", *([unit] if unit else [])]


def _missing(item: Item, tool: Tool) -> Mapping[str, str]:
    """Missing codes. A typed number is told by its value: some exports write -1 as -1.0000000000."""
    codes = tool.missing(item)
    if item.kind in ("whole", "decimal"):
        return {f"{code}..{code}": reason for code, reason in codes.items()}
    return codes


def _flow(pairs: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{quoted(key)}: {quoted(value)}' for key, value in pairs.items())}}}"

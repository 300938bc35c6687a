"""An inspection for a terminal and as JSON. Both show the first codes and a count, and never a count below ten."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cwb_impact.inspect.found import CodeFound, ColumnFound, Inspection, SetFound, shown

FIRST = 20
"""Codes, and columns of a set, that are shown one by one."""
_CUT = 100


def show(inspection: Inspection, console: Console) -> None:
    """Print what the file is and what each column holds."""
    for line in _about(inspection):
        console.print(Text(_printable(line)))
    for column in inspection.columns:
        console.print()
        _print_column(column, console)
    if inspection.sets:
        console.print(Text("\nQuestions with several answers", style="bold"))
        for found in inspection.sets:
            console.print(Text(f"  {_set_line(found)}"))
    console.print(Text("\nIn short", style="bold"))
    for line in _summary(inspection):
        console.print(Text(f"  {line}"))


def _about(inspection: Inspection) -> list[str]:
    source = inspection.source
    lines = [f"{source.file}: {inspection.rows} rows, {len(inspection.columns)} columns", f"  sha256 {source.sha256}"]
    settings = source.model_dump(include=set(inspection.opening.decided))
    for name, why in inspection.opening.decided.items():
        lines.append(f"  {name}: {_plain(settings.get(name))} ({why})")
    if inspection.looked_at < inspection.rows:
        lines.append(f"  a large file: codes were counted in its first {inspection.looked_at} rows")
    return [*lines, *(f"  {remark}" for remark in (*inspection.opening.remarks, *inspection.remarks))]


def _plain(value: object) -> str:
    return {None: "not stated", "\t": "tab"}.get(value, str(value))  # type: ignore[call-overload,no-any-return]


def _print_column(column: ColumnFound, console: Console) -> None:
    console.print(Text.assemble((_one_line(column.name), "bold"), f"  {_one_line(column.label)}"))
    console.print(Text(f"  {', '.join(_facts(column))}", style="dim"))
    if column.personal:
        console.print(Text(f"  personal data: {column.personal}. Nothing of it is shown", style="red"))
    for remark in column.trouble:
        console.print(Text(f"  {remark}", style="yellow"))
    if column.codes:
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 4))
        for code in column.codes[:FIRST]:
            table.add_row(
                Text(_one_line(code.code)),
                Text(shown(code.n), justify="right"),
                Text(_one_line(code.label)),
                _mark(code),
            )
        console.print(table)
    if len(column.codes) > FIRST:
        console.print(Text(f"    and {len(column.codes) - FIRST} more codes"))


def _facts(column: ColumnFound) -> list[str]:
    kinds = {"codes": "codes", "number": "numbers", "text": "text", "date": "dates", "empty": "nothing in it"}
    facts = [kinds[column.kind] + (f" ({column.format})" if column.format else ""), f"{column.distinct} different"]
    facts.append(f"{shown(column.empty)} empty")
    if column.hidden and not column.personal:
        facts.append(f"{column.hidden} values not shown")
    return [*facts, *(f"may be the {role}" if role != "date" else "days" for role in column.roles)]


def _mark(code: CodeFound) -> Text:
    if code.suspect:
        return Text(f"looks missing, not declared{': ' + code.reason if code.reason else ''}", style="yellow")
    return Text("missing" if code.declared else "", style="dim")


def _one_line(text: str) -> str:
    """Without control characters and direction marks, which could rewrite a terminal, and not longer than a line."""
    plain = _printable(text[: _CUT + 1])
    return plain if len(text) <= _CUT else f"{plain[:_CUT]}…"


def _printable(text: str) -> str:
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _set_line(found: SetFound) -> str:
    names = ", ".join(_one_line(name) for name in found.columns[:FIRST])
    more = f" and {len(found.columns) - FIRST} more" if len(found.columns) > FIRST else ""
    how = "declared in the file" if found.declared else "by its names and answers"
    return f"{_one_line(found.stem)} ({how}): {names}{more}"


def _summary(inspection: Inspection) -> list[str]:
    lines = []
    roles = (
        ("id", "id"),
        ("weight", "weight"),
        ("stratum", "stratum"),
        ("psu", "sampling unit (psu)"),
        ("date", "date"),
    )
    for role, word in roles:
        names = [_one_line(column.name) for column in inspection.with_role(role)]  # type: ignore[arg-type]
        if names:
            lines.append(f"may be the {word}: {_some(names)}")
    for words, names in (
        ("personal data, to be left aside", [c.name for c in inspection.columns if c.personal]),
        ("codes that look missing and are not declared", [c.name for c in inspection.columns if c.suspects]),
        ("label trouble", [c.name for c in inspection.columns if c.trouble]),
    ):
        if names:
            lines.append(f"{words}: {len(names)} columns: {_some([_one_line(name) for name in names])}")
    return lines


def _some(names: list[str]) -> str:
    return ", ".join(names[:FIRST]) + (f" and {len(names) - FIRST} more" if len(names) > FIRST else "")


def to_json(inspection: Inspection) -> dict[str, Any]:
    """The same facts for a program. Counts below ten are the text `<10`; of a column the first codes are listed."""
    source = inspection.source
    return {
        "source": source.model_dump(mode="json", exclude_none=True),
        "decided": dict(inspection.opening.decided),
        "rows": inspection.rows,
        "looked_at": inspection.looked_at,
        "remarks": [*inspection.opening.remarks, *inspection.remarks],
        "columns": [_column_json(column) for column in inspection.columns],
        "sets": [
            {"name": found.stem, "declared": found.declared is not None, "columns": list(found.columns)}
            for found in inspection.sets
        ],
    }


def _column_json(column: ColumnFound) -> dict[str, Any]:
    codes = [
        {
            "code": code.code,
            "label": code.label,
            "n": code.n if shown(code.n) == str(code.n) else shown(code.n),
            "declared_missing": code.declared,
            "looks_missing": code.suspect,
            "reason": code.reason,
        }
        for code in column.codes[:FIRST]
    ]
    return {
        "name": column.name,
        "label": column.label,
        "kind": column.kind,
        "format": column.format,
        "distinct": column.distinct,
        "empty": column.empty if shown(column.empty) == str(column.empty) else shown(column.empty),
        "codes": codes,
        "codes_not_listed": max(0, len(column.codes) - FIRST),
        "values_not_shown": column.hidden,
        "roles": list(column.roles),
        "personal": column.personal,
        "trouble": list(column.trouble),
    }

"""Code lists in CSV: a recode that is too long for YAML (occupations, countries, postcodes)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

from cwb_impact.errors import Problems
from cwb_impact.spec.codes import SYSMIS, normal_code, overlap
from cwb_impact.spec.variable_map import Target, TargetRelation

COLUMNS = ("source_code", "source_label", "target_code", "relation", "note")
RELATIONS: tuple[TargetRelation, ...] = get_args(TargetRelation)
MAX_BYTES = 20_000_000


def read_code_list(path: Path, shown: str, problems: Problems) -> dict[str, Target]:
    """Source code to target, with the label that the source code must carry.

    Problems: E002 a code twice or without target, E101 another header, E102 unreadable, E105 not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.add("E102", shown, 0, "codes", f"is larger than {MAX_BYTES} bytes", "Split the list")
            return {}
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file, strict=True)  # else an open quotation mark hides what follows
    except OSError as error:
        problems.add("E102", shown, 0, "codes", f"cannot be read ({error.strerror})", "Check the path")
        return {}
    except UnicodeDecodeError:
        problems.add("E105", shown, 0, "codes", "is not UTF-8", "Save it as UTF-8")
        return {}
    except (ValueError, csv.Error):
        problems.add("E102", shown, 0, "codes", "is no table", f"Give a CSV with the columns {', '.join(COLUMNS)}")
        return {}
    if tuple(header) != COLUMNS:
        problems.add("E101", shown, 1, "codes", "has another header", f"Name the columns {', '.join(COLUMNS)}")
        return {}
    listed: dict[str, Target] = {}
    for line, cells in enumerate(rows, start=2):
        if len(cells) != len(COLUMNS):
            problems.add(
                "E101", shown, line, "codes", f"has {len(cells)} fields, not {len(COLUMNS)}", "Correct the row"
            )
            continue
        label, target = cells[1].strip(), cells[2].strip()
        code = str(normal_code(cells[0]))
        if cells[3].strip() not in ("", *RELATIONS):
            what, fix = f"{cells[3].strip()} is no relation", f"Write {', '.join(RELATIONS)}, or leave it empty"
            problems.add("E002", shown, line, "codes", what, fix)
        if not code or not target or code == SYSMIS:
            what, fix = "has no source_code or no target_code", "Codes without a target belong under missing"
            problems.add("E002", shown, line, "codes", what, fix)
        elif code in listed:
            problems.add("E002", shown, line, "codes", f"code {code} stands twice", "Remove one of the two")
        else:
            relation = next((known for known in RELATIONS if known == cells[3].strip()), None)
            listed[code] = Target(to=target, label=label or None, relation=relation)
    if fault := overlap(listed):
        problems.add("E002", shown, 1, "codes", fault, "Give every code one place")
    return listed

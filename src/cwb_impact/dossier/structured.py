"""The report as JSON, for scripts and for comparing two runs."""

from __future__ import annotations

import json
from typing import Any

from cwb_impact.dossier.content import Decision, Dossier, VariableStory, in_order, shown_place
from cwb_impact.types import WaveRecord

FORMAT = "cwb-impact harmonisation report 1"


def to_json(dossier: Dossier) -> str:
    """The whole report, complete (no first 20) and the same bytes for the same run.

    format : FORMAT; its number changes when a key changes. restricted : always true. study, release, data : of the
    study file. files : one a wave: population, wave, file, sha256, rows, respondents, left_out (why -> rows), unused
    (columns). variables : one a variable: name, type, decisions. A decision: population, wave, coverage, place
    (file:line of the map), and either reason and note of a variable that was not collected, or file, columns,
    questions, transform, note, why (valid or a missing reason -> respondents), recoded (column, code, label, becomes,
    valid, n) and shares (code, target, share) of split bands. problems : code, place, subject, what, fix, n, of.

    Variables stand in the order of the dictionary, waves in that of the study, codes from low to high; keys of every
    object are sorted.
    """
    study = dossier.study
    content = {
        "format": FORMAT,
        "restricted": True,
        "study": study.study.id,
        "release": study.release,
        "data": study.study.data,
        "files": [_file(record) for record in dossier.waves],
        "variables": [_variable(story) for story in dossier.variables],
        "problems": [
            {
                "code": problem.code,
                "place": shown_place(study, f"{problem.file}:{problem.line}"),
                "subject": problem.subject,
                "what": problem.what,
                "fix": problem.fix,
                "n": problem.n,
                "of": problem.of,
            }
            for problem in dossier.problems
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _file(record: WaveRecord) -> dict[str, Any]:
    return {
        "population": record.population,
        "wave": record.wave,
        "file": record.file,
        "sha256": record.sha256,
        "rows": record.rows,
        "respondents": record.respondents,
        "left_out": dict(record.left_out),
        "unused": list(record.unused),
    }


def _variable(story: VariableStory) -> dict[str, Any]:
    kind = story.definition.type if story.definition is not None else None
    return {"name": story.name, "type": kind, "decisions": [_decision(decision) for decision in story.decisions]}


def _decision(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = {
        "population": decision.population,
        "wave": decision.wave,
        "coverage": decision.coverage,
        "place": decision.place,
    }
    if decision.absent is not None:
        found |= {"reason": decision.absent.reason, "note": decision.absent.note or ""}
    if (record := decision.record) is not None:
        found |= {
            "file": record.file,
            "columns": list(record.columns),
            "questions": list(record.questions),
            "transform": record.transform,
            "note": record.note,
            "why": dict(record.why),
            "recoded": [
                {
                    "column": line.column,
                    "code": line.code,
                    "label": line.label,
                    "becomes": line.becomes,
                    "valid": line.valid,
                    "n": line.n,
                }
                for line in in_order(record.recoded, record.columns)
            ],
            "shares": [{"code": code, "target": target, "share": share} for code, target, share in record.shares],
        }
    return found

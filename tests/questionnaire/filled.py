"""Respondents who fill in a form as it was written, and its export as the tool makes it.

Only the form is read here, never the wave map: what people see, what they can choose, which questions are skipped.
`Said` is what each of them means, in the words of the dictionary.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from cwb_impact.spec.conditions import AllOf, AnyOf, Between, Condition, Test
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.variable import Variable

Row = dict[str, str]
DONT_KNOW, REFUSED = "I don't know", "I prefer not to say"
SAID = {DONT_KNOW: "dont_know", REFUSED: "refused"}


@dataclass
class Said:
    """What one respondent means: variable to value (number, code, chosen codes, text, day), or why there is none."""

    values: dict[str, object] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, value: object, reason: str = "valid") -> None:
        self.values[name], self.reasons[name] = value, reason


class Cell:
    """A cell as a form compares it: with a number as a number, with a text as a text; empty is neither."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _number(self) -> float:
        try:
            return float(self.text)
        except ValueError:
            return float("nan")

    def __eq__(self, other: object) -> bool:
        return self.text == other if isinstance(other, str) else self._number() == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __ge__(self, other: float) -> bool:
        return self._number() >= other

    def __le__(self, other: float) -> bool:
        return self._number() <= other


def evaluated(python: str, names: Mapping[str, object]) -> bool:
    return bool(eval(python, {"__builtins__": {}}, dict(names)))


def holds(condition: Condition, values: Mapping[str, object]) -> bool:
    """A condition of the dictionary over what somebody means; what has no value passes no test."""
    if isinstance(condition, AnyOf):
        return any(holds(part, values) for part in condition.any)
    if isinstance(condition, AllOf):
        return all(holds(part, values) for part in condition.all)
    return all(_passes(values[name], test) for name, test in condition.items())


def _passes(value: object, test: Test) -> bool:
    if value is None:
        return False
    if isinstance(test, list):
        if isinstance(value, tuple):
            return bool(set(value) & {str(code) for code in test})
        return value in test if isinstance(value, float) else str(value) in map(str, test)
    assert isinstance(test, Between) and isinstance(value, float)
    return (test.from_ is None or test.from_ <= value) and (test.to is None or value <= test.to)


# XLSForm


def read_xlsform(path: Path) -> tuple[list[Row], dict[str, list[Row]]]:
    """The rows of the survey, and the choices of each list."""
    book = openpyxl.load_workbook(path)
    lists: dict[str, list[Row]] = {}
    for row in _rows(book["choices"]):
        lists.setdefault(row["list_name"], []).append(row)
    return _rows(book["survey"]), lists


def _rows(sheet: Worksheet) -> list[Row]:
    header, *rows = ([str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


def xpath(expression: str, cells: Mapping[str, str], own: str = "") -> bool:
    """The part of XPath that our forms use."""
    python = re.sub(r"\$\{(\w+)\}", r"V('\1')", expression)
    python = re.sub(r"(?<![\w.])\.(?=[ ,)])", "OWN", python)
    python = re.sub(r"(?<![<>=!])=(?!=)", "==", python).replace("count-selected", "count_selected")
    names: dict[str, object] = {
        "V": lambda name: Cell(cells[name]),
        "OWN": Cell(own),
        "selected": lambda cell, code: code in cell.text.split(),
        "count_selected": lambda cell: len(cell.text.split()),
    }
    return evaluated(python, names)


def fill_xlsform(path: Path, dictionary: Dictionary, people: int, seed: int) -> tuple[list[Row], list[Said]]:
    """The rows of the export (ODK: names of the form, several answers with a blank between), and what people said."""
    survey, lists = read_xlsform(path)
    random, cases, said = Random(seed), list[Row](), list[Said]()
    for person in range(people):
        cells: Row = {"SubmissionDate": "2027-08-01T10:00:00Z", "respondent_id": f"r{person:04d}"}
        means = Said()
        for row in survey[1:]:
            name, (kind, *_) = row["name"], row["type"].split()
            if kind == "calculate":
                gate = re.fullmatch(r"if\((.*), 1, 0\)", row["calculation"])
                assert gate is not None
                cells[name] = "1" if xpath(gate[1], cells) else "0"
            elif kind == "note":
                cells[name] = ""
            elif row.get("relevant") and not xpath(row["relevant"], cells):
                cells[name] = ""
                means.say(name, None, "not_applicable")
            else:
                cells[name] = _answer_xlsform(row, lists.get(name, []), dictionary.variables[name], random, means)
                constraint = row.get("constraint")
                # what is answered must be what the form accepts; empty cells are never checked
                if constraint and cells[name] and kind != "date":
                    assert xpath(constraint, cells, cells[name]), f"{name} refuses {cells[name]}"
        cases.append({**cells, "KEY": f"uuid:{person}"})
        said.append(means)
    return cases, said


def _answer_xlsform(row: Row, choices: list[Row], variable: Variable, random: Random, means: Said) -> str:
    name = row["name"]
    labels = {choice["name"]: choice["label::English (en)"] for choice in choices}
    codes = {SAID[label]: code for code, label in labels.items() if label in SAID}
    if not choices and (found := re.search(r"know, enter (\S+)\. If .* enter (\S+)\.", row["hint::English (en)"])):
        codes = {"dont_know": found[1], "refused": found[2]}
    answers = {code: code for code in labels if labels[code] not in SAID}
    return answer(name, variable, codes, random, means, answers, row.get("required") == "yes")


def answer(
    name: str,
    variable: Variable,
    missing: Mapping[str, str],
    random: Random,
    means: Said,
    choices: Mapping[str, str],
    required: bool,
) -> str:
    """One cell. missing : reason to cell. choices : dictionary code to cell, for questions that are ticked."""
    luck = 1.0 if required else random.random()
    if luck < 0.08:
        means.say(name, None, "no_answer")
        return ""
    if luck < 0.2 and missing:
        reason = random.choice(sorted(missing))
        means.say(name, None, reason)
        return missing[reason]
    value = drawn(variable, list(choices), random)
    means.say(name, value)
    if isinstance(value, tuple):
        return " ".join(choices[code] for code in value)
    if choices:
        return choices[value if isinstance(value, str) else f"{value:g}"]
    return value if isinstance(value, str) else f"{value:.10g}"


def drawn(variable: Variable, codes: list[str], random: Random) -> str | float | tuple[str, ...]:
    """A valid answer; of a set at least one code, and `none` only by itself."""
    if variable.type == "set":
        if "none" in codes and random.random() < 0.3:
            return ("none",)
        others = [code for code in codes if code != "none"]
        return tuple(random.sample(others, random.randint(1, len(others))))
    if variable.type == "category":
        return random.choice(codes)
    if variable.range is not None:
        low, high = variable.range
        return float(random.randint(int(low), int(high))) if variable.whole else round(random.uniform(low, high), 2)
    if variable.type == "date":
        first, last = variable.days or (date(1990, 1, 1), date(2027, 1, 1))
        return (first + timedelta(days=random.randint(0, (last - first).days))).isoformat()
    return random.choice(["1061", "1062", "1068", "Oost, West"])


# LimeSurvey


def read_limesurvey(path: Path, lang: str = "en") -> list[Row]:
    """The rows of one language."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return [row for row in rows if row["language"] == lang and row["class"] in ("G", "Q", "SQ", "A")]


def script(expression: str, cells: Mapping[str, str], own: str = "") -> bool:
    """The part of ExpressionScript that our forms use."""
    python = re.sub(r"\bge\b", ">=", expression).replace(".NAOK", "")
    python = re.sub(r"\ble\b", "<=", python)
    names: dict[str, object] = {re.sub(r"\[(\w+)\]", r"_\1", name): Cell(text) for name, text in cells.items()}
    names |= {"this": Cell(own), "is_empty": lambda cell: cell.text == "", "is_numeric": _is_numeric}
    return evaluated(python, names)


def _is_numeric(cell: Cell) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell.text) is not None


def fill_limesurvey(
    path: Path, dictionary: Dictionary, people: int, seed: int, decimals: int = 0
) -> tuple[list[Row], list[Said]]:
    """The rows of the export with codes, and what people said. decimals : zeros that a version writes behind numbers.

    Questions are told apart by their English labels alone, as a person would: the codes are LimeSurvey's own.
    """
    questions = _questions(read_limesurvey(path), dictionary)
    random, cases, said = Random(seed), list[Row](), list[Said]()
    for person in range(people):
        cells: Row = {
            "id": str(person + 1),
            "submitdate": "2027-08-01 10:00:00",
            "lastpage": "3",
            "startlanguage": "nl",
        }
        means = Said()
        for row, answers, name in questions:
            code = row["name"]
            if row["type/scale"] == "*":
                gate = re.fullmatch(r"\{if\((.*), 1, 0\)\}", row["text"])
                assert gate is not None
                cells[code] = "1" if script(gate[1], cells) else "0"
            elif name is None:
                cells[code] = f"r{person:04d}"
            else:
                shown = script(row["relevance"], cells)
                _answer_limesurvey(row, answers, name, dictionary.variables[name], shown, random, means, cells)
                rule = row["em_validation_q"]
                assert not rule or script(rule, cells, cells[code]), f"{name} refuses {cells[code]}"
        cases.append(_as_exported(cells, questions, decimals))
        said.append(means)
    return cases, said


Question = tuple[Row, list[Row], str | None]


def _questions(rows: list[Row], dictionary: Dictionary) -> list[Question]:
    """Each question with its answers, and the variable that it asks (None: the respondent's number, or hidden)."""
    found: list[Question] = []
    names = {name.replace("_", "")[:17]: name for name in dictionary.variables}
    for row in rows:
        if row["class"] == "Q":
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", row["name"]), row["name"]
            known = names.get(row["name"][:17]) if row["type/scale"] != "*" else None
            found.append((row, [], known))
        elif row["class"] in ("A", "SQ"):
            assert re.fullmatch(r"[A-Za-z0-9]{1,5}", row["name"]), row["name"]
            found[-1][1].append(row)
    return found


def _answer_limesurvey(
    row: Row,
    answers: list[Row],
    name: str,
    variable: Variable,
    shown: bool,
    random: Random,
    means: Said,
    cells: Row,
) -> None:
    labels = {answer["text"].replace("&amp;", "&"): answer["name"] for answer in answers}
    codes = {reason: labels.pop(label) for label, reason in SAID.items() if label in labels}
    if row["type/scale"] == "N" and (found := re.search(r"know, enter (\S+)\. If .* enter (\S+)\.", row["help"])):
        codes = {"dont_know": found[1], "refused": found[2]}
    known = {text.en: code for code, text in (variable.codes or {}).items()}
    choices = {known.get(label, label): code for label, code in labels.items()}
    cell = ""
    if shown:
        cell = answer(name, variable, codes, random, means, choices, row["mandatory"] == "Y")
    else:
        means.say(name, None, "not_applicable")
    if row["type/scale"] == "M":
        ticked = cell.split()
        cells |= {f"{row['name']}[{code}]": "Y" if code in ticked else "" for code in choices.values()}
        cells[row["name"]] = ""
    else:
        cells[row["name"]] = cell


def _as_exported(cells: Row, questions: list[Question], decimals: int) -> Row:
    """Without columns for the question of a set itself, which has none."""
    gone = {row["name"] for row, _, _ in questions if row["type/scale"] == "M"}
    numbers = {row["name"] for row, _, _ in questions if row["type/scale"] == "N"}
    kept = {name: text for name, text in cells.items() if name not in gone}
    zeros = "." + "0" * decimals
    return {
        name: text + zeros if decimals and name in numbers and text and "." not in text else text
        for name, text in kept.items()
    }


def write_export(path: Path, cases: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(cases[0]))
        writer.writeheader()
        writer.writerows(cases)

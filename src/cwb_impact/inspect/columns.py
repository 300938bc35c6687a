"""Describes one column: what it holds, its codes, its likely role, and whether it is personal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cwb_impact.errors import SMALL_COUNT
from cwb_impact.harmonise.missing_words import missing_looks, stands_apart
from cwb_impact.inspect import personal
from cwb_impact.inspect.found import CodeFound, ColumnFound, Kind, Role
from cwb_impact.inspect.labels import trouble_of
from cwb_impact.spec.codes import NumberFormat, code_text
from cwb_impact.types import ColumnInfo

FEW = 20
"""With more distinct values than this, a column without labels is a measurement or a text, and shows no value."""

_Looks = Mapping[str, str | None]
_NUMBERS = (NumberFormat(decimal="."), NumberFormat(decimal=","))
_SHORT = re.compile(r"-?\d{1,4}(\.\d{1,2})?")
_HARMLESS = re.compile(r"-?(\d|10)|\.[a-z]")
_LETTERS = re.compile(r"[A-Za-z]{1,2}\d{0,3}")
_DATE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?)?")
_DATE_FORMATS = re.compile(r"^(DATE|ADATE|EDATE|JDATE|SDATE|DATETIME|YMDHMS|%-?t[dcC]|%-?d)", re.IGNORECASE)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("weight", re.compile(r"gewicht|weight|weging|^(w|wt|wgt|pw)([_ ]|\d|$)|^wt[a-z]|_(wt|wgt|w)$|weegfactor")),
    ("stratum", re.compile(r"strat(um|a)|^(gebied|wijk|stadsdeel|region|regio)\b|(^|_)strat")),
    ("psu", re.compile(r"(^|_)psu|cluster|sampling unit|variance unit")),
)
_ID = re.compile(
    r"(^|_)(id|nr|key)$|^(id|resp|case|person|pers|lid|deelnemer)|respond?ent|(nummer|number)$|responseid|caseid|yearid"
)
_NO_ID = re.compile(r"huisnummer|telefoon|phone|rekening")


def describe(info: ColumnInfo, cells: pd.Series | None, rows: int) -> ColumnFound:
    """One column. cells : its first rows; None when its name stands more than once, so that it cannot be asked for."""
    looks = missing_looks(info.labels)
    if cells is None:
        labelled = tuple(_code(code, info, 0, {}, looks) for code in info.labels)
        return ColumnFound(
            info.name, info.label, "empty", info.format, 0, 0, labelled, 0, trouble=("name stands twice",)
        )
    filled = _filled(cells)
    counts = _counts(filled)
    numbers = _numbers(filled, info)
    said = len(info.labels) - len(looks)
    secret = _personal(info, filled, numbers, len(counts), said > 0)
    kind = _kind(info, filled, counts, numbers, secret, said)
    codes = _codes(info, counts, kind, secret, looks)
    known = {found.code for found in codes}
    hidden = sum(code not in known for code in counts)
    bare = hidden + sum(not (found.label or found.declared) for found in codes) if said and kind == "codes" else 0
    found = ColumnFound(
        info.name,
        info.label,
        kind,
        info.format,
        len(counts),
        len(cells) - len(filled),
        codes,
        hidden,
        personal=secret,
        trouble=trouble_of(info.label, info.labels, bare),
    )
    found = _with_span(found, numbers)
    return replace(found, roles=tuple(_roles(found, filled, numbers, rows)))


def _filled(cells: pd.Series) -> pd.Series:
    """Cells that hold something."""
    filled = cells.dropna()
    if pd.api.types.is_numeric_dtype(filled) or pd.api.types.is_datetime64_any_dtype(filled):
        return filled
    return filled[filled.map(lambda cell: not isinstance(cell, str) or bool(cell.strip()))]


def _counts(filled: pd.Series) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value, n in filled.value_counts(sort=False).items():
        code = code_text(value)
        counts[code] = counts.get(code, 0) + int(n)
    return counts


def _numbers(filled: pd.Series, info: ColumnInfo) -> pd.Series:
    """The cells that are numbers, whichever decimal mark they have; without declared and customary missing letters."""
    if pd.api.types.is_numeric_dtype(filled):
        return filled.astype("float64")
    if pd.api.types.is_datetime64_any_dtype(filled):
        return pd.Series(dtype="float64")
    distinct = {value: _number(value) for value in filled.unique()}
    return filled.map(distinct).dropna().astype("float64")


def _number(value: object) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    for numbers in _NUMBERS:
        if (parsed := numbers.parse(str(value))) is not None:
            return parsed
    return None


def _personal(info: ColumnInfo, filled: pd.Series, numbers: pd.Series, distinct: int, labelled: bool) -> str | None:
    named = personal.by_name(info.name, info.label)
    ticks = named == "free text" and len(numbers) == len(filled) > 0
    if named is not None and not ticks and not (labelled and _is_all_labelled(info, filled)):
        return named
    if (days := _days(info, filled)) is not None:
        return "date of birth" if personal.is_birth_year(days) else None
    if len(numbers) == len(filled) and pd.api.types.is_numeric_dtype(filled):
        return "coordinates" if personal.are_coordinates(numbers) else None
    found = personal.by_shape(filled, distinct, labelled)
    if found == personal.NAME and personal.is_of_the_tool(info.name):
        return None
    return found or ("coordinates" if personal.are_coordinates(numbers) else None)


def _is_all_labelled(info: ColumnInfo, filled: pd.Series) -> bool:
    """`E-mail received? yes, no` is no e-mail address: every answer is one of the labelled codes."""
    return all(code_text(value) in info.labels for value in filled.unique()[:1_000])


def _days(info: ColumnInfo, filled: pd.Series) -> pd.Series | None:
    """The cells as days, when nearly all of them are."""
    if pd.api.types.is_datetime64_any_dtype(filled):
        return filled
    if _DATE_FORMATS.match(info.format) and pd.api.types.is_numeric_dtype(filled):
        return _counted_days(info, filled)
    texts = [str(cell) for cell in filled.head(1_000)]
    if not texts or sum(_DATE.fullmatch(text) is not None for text in texts) < 0.9 * len(texts):
        return None
    iso = texts[0][:4].isdigit()
    return pd.to_datetime(pd.Series(texts).str[:10], errors="coerce", dayfirst=not iso, format="mixed").dropna()


def _counted_days(info: ColumnInfo, filled: pd.Series) -> pd.Series:
    """SPSS counts seconds from 1582, Stata days or milliseconds from 1960."""
    if not info.format.startswith("%"):
        days = filled / 86_400 - 137_774
    else:
        days = filled / 86_400_000 - 3_653 if re.match(r"%-?t[cC]", info.format) else filled - 3_653
    return pd.to_datetime(days.clip(-100_000, 100_000), unit="D", errors="coerce").dropna()


def _kind(
    info: ColumnInfo,
    filled: pd.Series,
    counts: Mapping[str, int],
    numbers: pd.Series,
    secret: str | None,
    labelled: int,
) -> Kind:
    """labelled : how many codes that are answers have a label."""
    if len(filled) == 0:
        return "codes" if labelled else "empty"
    if _days(info, filled) is not None:
        return "date"
    if labelled > 1:
        return "codes"
    unique = len(counts) == len(filled) > 1
    few = len(counts) <= FEW and secret is None and not unique
    numeric = sum(count for code, count in counts.items() if not code.startswith(".")) or 1
    if len(numbers) >= 0.95 * numeric:
        return "codes" if few and all(_SHORT.fullmatch(code) or code.startswith(".") for code in counts) else "number"
    return "codes" if few else "text"


def _codes(
    info: ColumnInfo, counts: Mapping[str, int], kind: Kind, secret: str | None, looks: _Looks
) -> tuple[CodeFound, ...]:
    """Labelled codes in the order of the file, then codes that may be shown without a label."""
    if secret is not None:
        return ()
    found = [_code(code, info, counts.get(code, 0), counts, looks) for code in info.labels]
    for code, n in counts.items():
        if code not in info.labels and _may_be_shown(code, n, info, kind, counts):
            found.append(_code(code, info, n, counts, looks))
    known = len(info.labels)
    return (*found[:known], *sorted(found[known:], key=_in_order))


def _in_order(found: CodeFound) -> tuple[bool, float, str]:
    value = _number(found.code)
    return value is None, value or 0.0, found.code


def _may_be_shown(code: str, n: int, info: ColumnInfo, kind: Kind, counts: Mapping[str, int]) -> bool:
    """An unlabelled value that few people have can tell who they are: an age, a postcode, initials."""
    if kind not in ("codes", "number"):
        return False
    if stands_apart(code, counts) or _is_declared(code, info):
        return True
    if kind == "number" or len(code) > 200:
        return False
    often = sum(counts.values()) >= 5 * len(counts)
    return n >= SMALL_COUNT or _HARMLESS.fullmatch(code) is not None or (often and _LETTERS.fullmatch(code) is not None)


def _code(code: str, info: ColumnInfo, n: int, counts: Mapping[str, int], looks: _Looks) -> CodeFound:
    label = info.labels.get(code, "")
    declared = _is_declared(code, info)
    suspect = not declared and (code in looks or (not label and stands_apart(code, counts)))
    return CodeFound(code, label, n, declared, looks.get(code), suspect)


def _is_declared(code: str, info: ColumnInfo) -> bool:
    """Declared missing in the file; Stata's extended missing values always are."""
    if re.fullmatch(r"\.[a-z]", code):
        return True
    value = _number(code)
    for low, high in info.user_missing:
        if isinstance(low, str) or isinstance(high, str):
            if code == code_text(low):
                return True
        elif value is not None and low <= value <= high:
            return True
    return False


def _with_span(found: ColumnFound, numbers: pd.Series) -> ColumnFound:
    """Whole numbers? Lowest and highest value, without missing codes and personal columns: for the draft only."""
    missing = {_number(code.code) for code in found.codes if code.is_missing}
    answers = numbers[~numbers.isin([value for value in missing if value is not None])]
    if found.personal is not None or len(answers) == 0:
        return found
    span = (float(answers.min()), float(answers.max()))
    return replace(found, whole=bool((answers % 1 == 0).all()), span=span)


def _roles(found: ColumnFound, filled: pd.Series, numbers: pd.Series, rows: int) -> list[Role]:
    if found.personal is not None:
        return []
    roles: list[Role] = ["date"] if found.kind == "date" else []
    words = f"{found.name} {found.label}".casefold()
    unique = len(filled) == rows > 1 and found.distinct == rows
    if unique and not found.codes and _may_be_id(found):
        roles.append("id")
    for role, pattern in _ROLES:
        named = pattern.search(found.name.casefold()) or pattern.search(words)
        if named and (role != "weight" or _is_weight(numbers, found, len(filled))):
            roles.append(role)
    near_one = len(numbers) == rows > 1 and abs(float(numbers.mean()) - 1) < 0.05
    if "weight" not in roles and near_one and _is_weight(numbers, found, len(filled)):
        roles.append("weight")
    return roles


def _is_weight(numbers: pd.Series, found: ColumnFound, filled: int) -> bool:
    return len(numbers) == filled > 0 and bool((numbers > 0).all()) and not found.whole and _few_labels(found)


def _few_labels(found: ColumnFound) -> bool:
    return not any(code.label and not code.is_missing for code in found.codes)


def _may_be_id(found: ColumnFound) -> bool:
    named = _ID.search(found.name.casefold()) is not None and _NO_ID.search(found.name.casefold()) is None
    return named or found.kind == "text"

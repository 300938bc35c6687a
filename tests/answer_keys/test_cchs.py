"""Nine cycles of the Canadian Community Health Survey against cchsflow's answer key, value for value.

The expected answers come from `cchs/key/variable_details.csv`, which others wrote, through the small evaluator below;
it shares no code with the package. Where we differ from the key is listed in DIFFERENCES, with the reason.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import cwb_impact as cwb
from cwb_impact.errors import Problems
from cwb_impact.examples import run_examples
from cwb_impact.types import Waves

STUDY = Path("tests/answer_keys/cchs")
DATABASES = {
    "2001": "cchs2001_p",
    "2003": "cchs2003_p",
    "2005": "cchs2005_p",
    "2007": "cchs2007_2008_p",
    "2009": "cchs2009_2010_p",
    "2011": "cchs2011_2012_p",
    "2013": "cchs2013_2014_p",
    "2015": "cchs2015_2016_p",
    "2017": "cchs2017_2018_p",
}
ABSENT = "no rows"
NOT_ASKED, UNKNOWN = "NA::a", "NA::b"
"""The key's two reasons: not applicable; don't know, refused or not stated."""
OUR_REASONS = {
    "not_applicable": NOT_ASKED,
    "dont_know": UNKNOWN,
    "refused": UNKNOWN,
    "no_answer": UNKNOWN,
    "not_collected": ABSENT,
}

Answer = str | float


@dataclass(frozen=True)
class Rule:
    """One row of the key."""

    databases: tuple[str, ...]
    sources: str
    start: str
    end: str
    start_label: str

    def column(self, database: str) -> str:
        """The source column: the one named for this database, else the one in brackets."""
        named = dict(re.findall(r"(\w+)::\s*(\w+)", self.sources))
        default = re.search(r"\[(\w+)\]", self.sources)
        return str(named.get(database, default and default.group(1)))

    def holds(self, cell: str) -> bool:
        """Is the cell the code, or in the interval? A start that is neither holds nothing."""
        number = float(cell)
        if interval := re.fullmatch(r"([\[(])(-?[\d.]+),(-?[\d.]+)([\])])", self.start):
            opens, low, high, closes = interval.groups()
            above = number >= float(low) if opens == "[" else number > float(low)
            return above and (number <= float(high) if closes == "]" else number < float(high))
        return re.fullmatch(r"-?[\d.]+", self.start) is not None and number == float(self.start)


def read_rules() -> dict[str, list[Rule]]:
    """The key by target variable, with `else` after everything it is the rest of."""
    rules: dict[str, list[Rule]] = {}
    for row in rows_of("key/variable_details.csv"):
        databases = tuple(name.strip() for name in row["databaseStart"].split(","))
        rules.setdefault(row["variable"], []).append(
            Rule(databases, row["variableStart"], row["recStart"], row["recEnd"], row["catStartLabel"])
        )
    return {name: sorted(found, key=lambda rule: rule.start == "else") for name, found in rules.items()}


def key_says(rules: list[Rule], database: str, respondent: dict[str, str]) -> Answer:
    """What the key makes of a respondent: a number, one of its two reasons, or nothing at all."""
    applying = [rule for rule in rules if database in rule.databases]
    for rule in applying:
        cell = respondent.get(rule.column(database))
        if cell is None or not (rule.start == "else" or rule.holds(cell)):
            continue
        if rule.end in (NOT_ASKED, UNKNOWN):
            return rule.end
        return float(cell) if rule.end == "copy" else float(rule.end)
    return ABSENT


def rows_of(file: str) -> list[dict[str, str]]:
    with (STUDY / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@dataclass(frozen=True)
class Words:
    """How one of our variables says what the key says. codes : by key variable, the key's numbers in our words."""

    codes: dict[str, dict[str, str]]
    number: bool

    def translate(self, key_variable: str, said: Answer) -> Answer:
        if isinstance(said, str):
            return said
        codes = self.codes[key_variable]
        if "number" in codes:
            return said * float(codes["number"])
        word = codes[f"{said:g}"]
        return float(word) if self.number else word


def read_words() -> dict[str, Words]:
    codes: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows_of("key/crosswalk.csv"):
        found = codes.setdefault(row["variable"], {}).setdefault(row["key_variable"], {})
        found[row["key_value"]] = row["value"]
    return {name: Words(found, not _is_text(found)) for name, found in codes.items()}


def _is_text(codes: dict[str, dict[str, str]]) -> bool:
    return any(re.fullmatch(r"[\d.]+", word) is None for words in codes.values() for word in words.values())


def expected(variable: str, wave: str, respondent: dict[str, str]) -> Answer:
    """The key's answer in our words; of several key variables the set of those ticked, or the first answered."""
    words = WORDS[variable]
    said = {name: key_says(RULES[name], DATABASES[wave], respondent) for name in words.codes}
    if variable == "help_needed":
        return _ticked(words, said)
    answers = [words.translate(name, answer) for name, answer in said.items()]
    return next((answer for answer in answers if answer not in REASONS), _reason(answers))


def _reason(answers: Sequence[Answer]) -> Answer:
    """Of several questions: not known comes before not asked."""
    return next((reason for reason in (UNKNOWN, NOT_ASKED) if reason in answers), ABSENT)


def _ticked(words: Words, said: dict[str, Answer]) -> Answer:
    if ticked := [words.codes[name]["1"] for name, answer in said.items() if answer == 1]:
        return " ".join(ticked)
    reason = _reason([*said.values()])
    return "no_help" if reason == ABSENT else reason


REASONS = (NOT_ASKED, UNKNOWN, ABSENT)
RULES, WORDS = read_rules(), read_words()


@pytest.fixture(scope="module")
def waves() -> Waves:
    return cwb.harmonise(cwb.open_study(STUDY))


def ours(frame: pd.DataFrame, variable: str) -> list[Answer]:
    """Our values; where there is none the key's word for the reason, or our own when the key has no such reason."""
    whys = frame[f"{variable}__why"].astype(str)
    values = frame[variable].tolist()
    return [value if why == "valid" else OUR_REASONS.get(why, why) for value, why in zip(values, whys, strict=True)]


@dataclass(frozen=True)
class Pair:
    """The key's answer and ours for one respondent."""

    variable: str
    wave: str
    key: Answer
    ours: Answer

    @property
    def agrees(self) -> bool:
        if isinstance(self.key, str) or isinstance(self.ours, str):
            return self.key == self.ours
        return math.isclose(self.key, self.ours, rel_tol=1e-12)  # metres times 100 are the centimetres of a recode


@pytest.fixture(scope="module")
def pairs(waves: Waves) -> list[Pair]:
    found = []
    for wave in DATABASES:
        frame, respondents = waves.of("residents", wave), rows_of(f"raw/cchs_{wave}.csv")
        for variable in WORDS:
            answers = zip(respondents, ours(frame, variable), strict=True)
            found += [Pair(variable, wave, expected(variable, wave, row), answer) for row, answer in answers]
    return found


def column_of(key_variable: str, wave: str) -> list[str]:
    """The cells that the key makes a variable from."""
    database = DATABASES[wave]
    column = next(rule for rule in RULES[key_variable] if database in rule.databases).column(database)
    return [row[column] for row in rows_of(f"raw/cchs_{wave}.csv")]


def stated_reasons(key_variable: str, database: str) -> dict[str, str]:
    """Codes whose label in the key is `don't know (7)`, `refusal (8)` or `not stated (9)`."""
    rules = [rule for rule in RULES[key_variable] if database in rule.databases and rule.end == UNKNOWN]
    text = " ".join(rule.start_label for rule in rules)
    return {code: word for word, code in re.findall(r"(don't know|refusal|not stated) \(([\d.]+)\)", text)}


ANSWER = "answer"


@dataclass(frozen=True)
class Difference:
    """Where we and the key differ, in how many rows of each cycle, and why. key, ours : what each of us says."""

    variable: str
    key: str
    ours: str
    rows: dict[str, int]
    why: str


_YEARS_FOR_CODES = "their error: for 2001 and 2003 `[12,20)` and `[20,` are years, and the column holds group codes"
_MERGED = "the key stops at 2003; 15 to 17 and 18 to 19 together are its group 15 to 19"
_MOVED = "the key has no rows where the limits moved; we place the bands that lie inside one, and keep the others' ends"
DIFFERENCES = (
    Difference("age_20_year_groups", ANSWER, ANSWER, {"2001": 31, "2003": 38}, _YEARS_FOR_CODES),
    Difference("age_20_year_groups", UNKNOWN, ANSWER, {"2001": 99, "2003": 80}, _YEARS_FOR_CODES),
    Difference(
        "age_15_groups",
        ABSENT,
        ANSWER,
        {"2005": 200, "2007": 200, "2009": 200, "2011": 200, "2013": 200, "2015": 200, "2017": 200},
        _MERGED,
    ),
    Difference(
        "household_income_15k",
        ABSENT,
        ANSWER,
        {"2007": 69, "2009": 84, "2011": 92, "2013": 111, "2015": 113, "2017": 118},
        _MOVED,
    ),
    Difference(
        "household_income_15k",
        ABSENT,
        "not_mappable",
        {"2007": 100, "2009": 86, "2011": 108, "2013": 89, "2015": 87, "2017": 82},
        _MOVED,
    ),
    Difference("household_income_15k", ABSENT, UNKNOWN, {"2007": 31, "2009": 30}, _MOVED),
    Difference("household_income_20k", ABSENT, ANSWER, {"2001": 74, "2003": 54, "2005": 53}, _MOVED),
    Difference("household_income_20k", ABSENT, "not_mappable", {"2001": 109, "2003": 109, "2005": 114}, _MOVED),
    Difference("household_income_20k", ABSENT, UNKNOWN, {"2001": 17, "2003": 37, "2005": 33}, _MOVED),
    Difference(
        "occupation_5",
        UNKNOWN,
        "not_mappable",
        {"2001": 5},
        "the key calls the answer `other` not stated; it is an answer, and none of the five groups holds it",
    ),
    Difference(
        "age_first_cigarette",
        ANSWER,
        "not_mappable",
        {"2015": 92},
        "their error: the key makes code 11 an age of 55; nearly all who have it never smoked",
    ),
    Difference(
        "drinks_last_week",
        ANSWER,
        NOT_ASKED,
        {
            "2001": 66,
            "2003": 62,
            "2005": 51,
            "2007": 33,
            "2009": 22,
            "2011": 46,
            "2013": 42,
            "2015": 58,
            "2017": 19,
        },
        "the key copies the file's total; the seven days were not asked of people who did not drink that week",
    ),
)
_TWENTY = {"[1,2]": "12_19", "[3,6]": "20_39", "[7,10]": "40_59", "[11,14]": "60_79", "15": "80_plus"}
_FIFTEEN = {"1": "12_14", "[2,3]": "15_19", "4": "20_24", "5": "25_29", "6": "30_34", "7": "35_39", "8": "40_44"}
_FIFTEEN |= {"9": "45_49", "10": "50_54", "11": "55_59", "12": "60_64", "13": "65_69", "14": "70_74", "15": "75_79"}
_FIFTEEN |= {"16": "80_plus"}
_TOP_TWO = {"[1,3]": "not_mappable", "4": "from_50000", "5": "from_80000", "[7,9]": UNKNOWN}
_ENDS = {"1": "under_20000", "[2,4]": "not_mappable", "5": "from_80000", "[7,9]": UNKNOWN}
_ENDS_2001 = {"[1,2]": "under_20000", "[3,5]": "not_mappable", "6": "from_80000", "[97,99]": UNKNOWN}
BY_HAND = {
    ("age_20_year_groups", "DHHGAGE_D", ("2001", "2003")): {code: f"age_{age}" for code, age in _TWENTY.items()},
    ("age_15_groups", "DHHGAGE_B", tuple(DATABASES)[2:]): {code: f"age_{age}" for code, age in _FIFTEEN.items()},
    ("household_income_15k", "INCGHH_C", tuple(DATABASES)[3:]): _TOP_TWO,
    ("household_income_20k", "INCGHH_A", ("2001",)): _ENDS_2001,
    ("household_income_20k", "INCGHH_B", ("2003", "2005")): _ENDS,
    ("occupation_5", "LBFA_31A", ("2001",)): {"9": "not_mappable"},
    ("age_first_cigarette", "SMKG01C_cont", ("2015",)): {"11": "not_mappable"},
}
"""What we say where we differ, from the labels of the codes. Key variable: whose column. Code or interval: word."""


def kind(said: Answer) -> str:
    return said if isinstance(said, str) and said in (*REASONS, "not_mappable", "invalid", "not_asked") else ANSWER


def test_every_answer_is_the_keys_but_for_the_differences_listed(pairs: list[Pair]) -> None:
    found = Counter((pair.variable, pair.wave, kind(pair.key), kind(pair.ours)) for pair in pairs if not pair.agrees)
    listed = {(own.variable, wave, own.key, own.ours): n for own in DIFFERENCES for wave, n in own.rows.items()}
    assert found == listed


def test_where_we_differ_we_say_what_the_labels_say(waves: Waves) -> None:
    for (variable, key_variable, cycles), starts in BY_HAND.items():
        for wave in cycles:
            answers = ours(waves.of("residents", wave), variable)
            for cell, answer in zip(column_of(key_variable, wave), answers, strict=True):
                words = [word for start, word in starts.items() if Rule((), "", start, "", "").holds(cell)]
                assert words in ([], [answer]), (variable, wave)


def test_every_difference_is_looked_at_by_hand_or_is_a_week_without_a_drink() -> None:
    looked_at = {(variable, wave) for variable, _, cycles in BY_HAND for wave in cycles}
    listed = {(own.variable, wave) for own in DIFFERENCES for wave in own.rows}
    assert listed - looked_at == {("drinks_last_week", wave) for wave in DATABASES}


def test_the_key_says_zero_drinks_wherever_we_say_that_the_days_were_not_asked(pairs: list[Pair]) -> None:
    said = {pair.key for pair in pairs if pair.variable == "drinks_last_week" and not pair.agrees}
    assert said == {0.0}


def test_dont_know_refused_and_not_stated_are_kept_apart_as_the_keys_labels_say(waves: Waves) -> None:
    """The key makes one reason of the three; its labels say which code is which: `don't know (7); refusal (8); ...`."""
    found: Counter[tuple[str, str]] = Counter()
    for variable, words in WORDS.items():
        if len(words.codes) > 1:  # several columns make one answer
            continue
        (key_variable,) = words.codes
        for wave, database in DATABASES.items():
            reasons = stated_reasons(key_variable, database)
            if variable == "drinks_last_week" or not reasons:
                continue
            whys = waves.of("residents", wave)[f"{variable}__why"].astype(str)
            cells = column_of(key_variable, wave)
            found.update((reasons[cell], why) for cell, why in zip(cells, whys, strict=True) if cell in reasons)
    said = {"don't know": "dont_know", "refusal": "refused", "not stated": "no_answer"}
    assert set(found) == set(said.items()), found


def test_missing_codes_that_never_occur_have_the_reason_of_their_label_too(waves: Waves) -> None:
    said = {"don't know": "dont_know", "refusal": "refused", "not stated": "no_answer"}
    looked_at = 0
    for wave, database in DATABASES.items():
        for variable, entry in waves.study.maps["residents", wave].variables.items():
            for code, word in stated_reasons(next(iter(WORDS[variable].codes)), database).items():
                if code in entry.missing and variable != "drinks_last_week":
                    assert entry.missing[code] == said[word], (wave, variable, code)
                    looked_at += 1
    assert looked_at > 1000


def test_nearly_all_people_of_code_11_never_smoked_a_whole_cigarette() -> None:
    people = [row for row in rows_of("raw/cchs_2015.csv") if row["SMKG035"] == "11"]
    assert Counter(row["SMK_025"] for row in people)["2"] == 89 and len(people) == 92


def test_the_keys_midpoint_of_an_age_group_lies_in_our_band(waves: Waves) -> None:
    """Ends of bands: [from, to) in years against a number that the key made from the same code."""
    frame = waves.frame
    low, high = frame["age_10_year_bands_lo"], frame["age_10_year_bands_hi"].fillna(math.inf)
    assert ((low <= frame["age_midpoint"]) & (frame["age_midpoint"] < high)).all()
    assert set(high - low) == {2, 3, 5, math.inf}


def test_an_income_band_that_fits_nowhere_keeps_its_own_limits(waves: Waves) -> None:
    frame = waves.of("residents", "2007")
    lost = frame[frame["household_income_15k__why"] == "not_mappable"]
    ends = set(zip(lost["household_income_15k_lo"].fillna(-math.inf), lost["household_income_15k_hi"], strict=True))
    # the labels of INCGHH in the key: under 20,000; 20,000 to 39,999; 40,000 to 59,999
    assert ends == {(-math.inf, 20_000), (20_000, 40_000), (40_000, 60_000)}


def test_the_evaluator_reads_every_start_of_the_key_but_one() -> None:
    strange = {
        (name, rule.start)
        for name, rules in RULES.items()
        for rule in rules
        if rule.start != "else" and re.fullmatch(r"-?[\d.]+|[\[(]-?[\d.]+,-?[\d.]+[\])]", rule.start) is None
    }
    assert strange == {("DHHGAGE_5", "[20,")}


def test_every_cycle_and_nearly_every_transform_takes_part(waves: Waves) -> None:
    made = {record.transform for wave in waves.records for record in wave.variables}
    assert {"recode", "codes", "keep", "reverse", "scale", "bands", "any_of", "sum_of"} <= made
    assert waves.frame.groupby("wave", observed=True).size().to_dict() == dict.fromkeys(DATABASES, 200)
    assert len(WORDS) == 60


def test_the_worked_rows_of_the_map_of_2017_come_true() -> None:
    problems = Problems()
    assert run_examples(STUDY / "waves/2017.yml", problems) == 2 and not problems.errors

"""A wave that is asked with a generated form harmonises with the generated map: every value and reason comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import small
from filled import Row, Said, fill_limesurvey, fill_xlsform, holds, write_export
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb_impact.errors import Problems
from cwb_impact.harmonise.wave import harmonise_wave
from cwb_impact.questionnaire import bank, limesurvey, xlsform
from cwb_impact.questionnaire.bank import questionnaire_of
from cwb_impact.questionnaire.content import Questionnaire
from cwb_impact.questionnaire.make import make_questionnaire
from cwb_impact.questionnaire.wave_map import NO_HASH, map_text
from cwb_impact.read.raw_file import read_wave, sha256_of
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.study import estimate, harmonise, open_study
from cwb_impact.types import Waves

Fill = Callable[[Path, Dictionary, int, int], tuple[list[Row], list[Said]]]
FORMS: dict[str, tuple[str, Fill]] = {"xlsform": ("xlsx", fill_xlsform), "limesurvey": ("txt", fill_limesurvey)}


def everything(bundle: StudyBundle, population: str) -> list[str]:
    """All variables of the study's own dictionary, as if an indicator needed each of them."""
    return [name for name in bundle.dictionary.variables if name.startswith("job_") and name in small.NAMES]


def asked_and_answered(
    study: Path, out: Path, tool: str, people: int, seed: int, wave: str = "2027Q3"
) -> tuple[Waves, dict[str, list[Said]]]:
    """Make the questionnaire, let people fill it in, put export and map into the study, harmonise."""
    made = make_questionnaire(study, wave, tool, out)
    dictionary = open_study(study).dictionary
    ending, fill = FORMS[tool]
    said = {}
    for form in [path for path in made.files if path.suffix == f".{ending}"]:
        cases, said[form.stem.removesuffix(f"_{wave}")] = fill(form, dictionary, people, seed)
        small.add_wave(study, form.with_suffix(".yml"), cases)
    return harmonise(open_study(study)), said


def check(frame: pd.DataFrame, dictionary: Dictionary, said: list[Said]) -> int:
    """Every value and reason is what people meant, and the filters are the dictionary's; how many were looked at."""
    assert len(frame) == len(said)
    looked = 0
    for name in said[0].values:
        kind, codes = dictionary.variables[name].type, dictionary.variables[name].codes or {}
        asked_if = dictionary.variables[name].asked_if
        for person, value, why in zip(said, frame[name], frame[f"{name}__why"], strict=True):
            meant = person.values[name]
            assert (why != "not_applicable") == (asked_if is None or holds(asked_if, person.values)), name
            assert why == person.reasons[name], (name, why, person.reasons[name])
            if isinstance(meant, tuple):
                meant = " ".join(code for code in codes if code in meant)
            if meant is None:
                assert pd.isna(value), name
            elif kind == "date":
                assert pd.Timestamp(value) == pd.Timestamp(str(meant))
            else:
                assert value == meant, (name, value, meant)
            looked += 1
    return looked


def harmonised(
    made: Questionnaire, tool: str, dictionary: Dictionary, people: int, seed: int, folder: Path
) -> tuple[pd.DataFrame, list[Said]]:
    """The answers to a questionnaire as its own map makes variables of them, without a study around it."""
    form, raw, path = folder / f"form.{FORMS[tool][0]}", folder / "raw.csv", folder / "map.yml"
    write = {"xlsform": xlsform.write_xlsform, "limesurvey": limesurvey.write_limesurvey}[tool]
    exported = {"xlsform": xlsform.tool_of, "limesurvey": limesurvey.tool_of}[tool](made)
    write(made, form)
    cases, said = FORMS[tool][1](form, dictionary, people, seed)
    write_export(raw, cases)
    text = map_text(made, exported, raw.name, "2027-07/2027-09", "wave")
    text = text.replace(NO_HASH, sha256_of(raw)).replace("rows: 0 ", f"rows: {len(cases)} ")
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    spec = read_spec(WaveMap, path, "map.yml", problems)
    assert spec is not None, list(problems)
    read = read_wave(spec, folder, problems)
    assert read is not None, list(problems)
    frame = harmonise_wave(read, spec, dictionary, problems).frame
    assert not problems.errors, problems.errors[:5]
    return frame, said


def come_back(waves: Waves, said: dict[str, list[Said]], wave: str = "2027Q3") -> int:
    return sum(check(waves.of(population, wave), waves.study.dictionary, people) for population, people in said.items())


@pytest.mark.parametrize("tool", FORMS)
def test_every_kind_of_question_comes_back(tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "wanted", everything)
    study = small.make(tmp_path)
    waves, said = asked_and_answered(study, tmp_path, tool, 1200, 11)
    assert come_back(waves, said) == 1200 * len(small.NAMES)
    met = {(name, reason) for person in said["residents"] for name, reason in person.reasons.items()}
    filtered = {name for name, variable in waves.study.dictionary.variables.items() if variable.asked_if is not None}
    for name in small.NAMES:
        assert (name, "valid") in met and (name, "no_answer") in met
        assert ((name, "not_applicable") in met) == (name in filtered)
    assert {reason for _, reason in met} == {"valid", "no_answer", "dont_know", "refused", "not_applicable"}


def test_numbers_with_trailing_zeros_are_the_same_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LimeSurvey keeps numbers with ten decimals, and some exports show them."""
    monkeypatch.setattr(bank, "wanted", everything)
    with_zeros = partial(fill_limesurvey, decimals=10)
    monkeypatch.setitem(FORMS, "limesurvey", ("txt", with_zeros))
    study = small.make(tmp_path)
    waves, said = asked_and_answered(study, tmp_path, "limesurvey", 100, 3)
    assert come_back(waves, said) == 100 * len(small.NAMES)


@pytest.mark.parametrize("tool", FORMS)
def test_the_next_wave_of_nieuw_west_harmonises_and_is_estimated(tool: str, tmp_path: Path) -> None:
    study = tmp_path / "nieuw_west"
    shutil.copytree("surveys/nieuw_west", study)
    sizes = study / "margins/workers_by_coop.csv"
    # amounts of the minimum wage are known until the end of 2026
    rows = [line.replace("2026Q3", "2026Q4", 1) for line in sizes.read_text().splitlines() if line.startswith("2026Q3")]
    rows = [f"{row.rsplit(',', 1)[0]},400" for row in rows]
    sizes.write_text(sizes.read_text() + "\n".join(rows) + "\n")
    text = (study / "study.yml").read_text(encoding="utf-8")
    start, end = text.index("releases:"), text.index("parameters:")
    (study / "study.yml").write_text(text[:start] + text[end:], encoding="utf-8")
    waves, said = asked_and_answered(study, tmp_path, tool, 250, 7, "2026Q4")
    assert come_back(waves, said, "2026Q4") == sum(250 * len(people[0].values) for people in said.values())
    assert set(said) == {"coop_workers", "residents", "entrepreneurs"}
    estimates = estimate(waves).frame
    made = estimates.loc[(estimates["wave"] == "2026Q4") & (estimates["dimension"] == "total")]
    told = set(zip(made["indicator"], made["population"], strict=True))
    expected = {
        (indicator.id, population)
        for indicator in waves.study.indicators
        for population in indicator.populations
        if population in said
    }
    assert told == expected
    # answers are drawn at random: a median may fall in the open top band, and nobody need have a pay before
    assert set(made.loc[made["value"].isna(), "reason"]) <= {"not_defined", "no_respondents"}
    assert made["value"].notna().mean() > 0.9


SLOT = st.sampled_from(["category", "set", "points", "whole", "decimal", "text", "date"])


@st.composite
def dictionaries(draw: st.DrawFn) -> dict[str, Variable]:
    """Up to seven variables of any type, each perhaps with a filter over those before it."""
    made: dict[str, Variable] = {}
    for number, kind in enumerate(draw(st.lists(SLOT, min_size=1, max_size=7))):
        written: dict[str, object] = {"label": {"nl": f"Vraag {number}", "en": f"Question {number}"}}
        written["type"] = kind if kind in ("category", "set", "text", "date") else "number"
        if kind in ("category", "set"):
            words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True))
            written["codes"] = {word: {"nl": f"nl {word}", "en": f"en {word}"} for word in words}
        elif written["type"] == "number":
            low = draw(st.integers(-2000, 2000))
            wide = draw(st.integers(1, 10) if kind == "points" else st.integers(11, 5000))
            written |= {"range": (low, low + wide), "whole": kind != "decimal"}
        filters = [name for name, variable in made.items() if variable.type != "date"]
        filtered = draw(st.booleans())
        if filters and filtered:
            written["asked_if"] = draw(conditions({name: made[name] for name in filters}, 2))
        made[f"v_{number}"] = Variable.model_validate(written)
    return made


@st.composite
def conditions(draw: st.DrawFn, over: dict[str, Variable], depth: int) -> dict[str, object]:
    """A condition: tests of one or two variables, or any or all of such."""
    shape = draw(st.sampled_from(["tests", "any", "all"])) if depth else "tests"
    if shape != "tests":
        return {shape: [draw(conditions(over, depth - 1)) for _ in range(draw(st.integers(1, 3)))]}
    names = draw(st.lists(st.sampled_from(sorted(over)), min_size=1, max_size=2, unique=True))
    return {name: draw(a_test(over[name])) for name in names}


@st.composite
def a_test(draw: st.DrawFn, variable: Variable) -> object:
    if variable.codes is not None:
        return draw(st.lists(st.sampled_from(sorted(variable.codes)), min_size=1, max_size=3, unique=True))
    if variable.range is None:
        return ["1061", "Oost, West"]
    low, high = (int(end) for end in variable.range)
    one = st.integers(low - 1, high + 1)
    some = st.lists(one, min_size=1, max_size=4, unique=True)
    if variable.whole and draw(st.booleans()):
        return draw(some)
    keys = draw(st.sampled_from([("from",), ("to",), ("from", "to")]))
    return dict(zip(keys, sorted(draw(one) for _ in keys), strict=True))


WORDS = ["none", "yes", "no", "dont_know", "refused", "a", "long_word_with_many_letters", "n1", "e5"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], StudyBundle]:
    """A study, behind a function so that a failing example does not print all of it."""
    bundle = open_study(small.make(tmp_path_factory.mktemp("base")))
    return lambda: bundle


@pytest.mark.parametrize("tool", FORMS)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(variables=dictionaries(), seed=st.integers(0, 999))
def test_any_dictionary_comes_back(
    tool: str, base: Callable[[], StudyBundle], variables: dict[str, Variable], seed: int, tmp_path: Path
) -> None:
    bundle = base()
    dictionary = replace(bundle.dictionary, variables=variables, scales={}, derived={}, indicators={})
    problems = Problems()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bank, "wanted", lambda *_: list(variables))
        patch.setattr(bank, "themes_of", lambda _: {})
        made = questionnaire_of(replace(bundle, dictionary=dictionary), "residents", "2027Q3", [], problems)
    problems.raise_if_errors()
    assert made is not None
    frame, said = harmonised(made, tool, dictionary, 25, seed, tmp_path)
    assert check(frame, dictionary, said) == 25 * len(variables)


@pytest.mark.parametrize("tool", FORMS)
@pytest.mark.parametrize("population", ["coop_workers", "residents", "entrepreneurs"])
def test_all_indicators_of_the_dictionary_can_be_asked(
    tool: str, population: str, base: Callable[[], StudyBundle], tmp_path: Path
) -> None:
    """Every question that any indicator of the shared dictionary needs of people."""
    bundle, problems = base(), Problems()
    known = bundle.dictionary
    indicators = [one for one in known.indicators.values() if population in one.populations]
    needed = {name for one in indicators for name in known.variables_needed(one)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StudyBundle, "variables_needed", lambda *_: sorted(needed))
        patch.setattr(StudyBundle, "population", lambda *_: bundle.study.populations["residents"])
        made = questionnaire_of(bundle, population, "2027Q3", ["tr", "ar"], problems)
    problems.raise_if_errors()
    assert made is not None
    assert {item.name for item in made.items} >= {name for name in needed if known.variables[name].observed == "survey"}
    frame, said = harmonised(made, tool, known, 300, 1, tmp_path)
    assert check(frame, known, said) == 300 * len(made.items)

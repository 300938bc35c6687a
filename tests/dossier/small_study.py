"""A study of two populations and three waves with hand-made records: nothing is read or harmonised. Counts invented."""

from __future__ import annotations

from pathlib import Path

from cwb_impact.dossier import Dossier, dossier_of
from cwb_impact.errors import Problem, Problems
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.types import Recoded, VariableRecord, WaveRecord

SCRIPT = "<script>alert('x')</script>"

STUDY = """\
id: small
name: {nl: Klein onderzoek, en: Small study}
area: {nl: Wijk, en: Quarter}
data: DATA
method_note: {nl: Een proef., en: A trial.}
languages: [nl, en]
populations:
  residents: {label: {nl: Bewoners, en: Residents}, design: {kind: sample, unit: person}}
  coop_workers:
    label: {nl: Mensen die in een coöperatie werken, en: People who work in a co-op}
    design: {kind: sample, unit: person}
    dimensions: [sex]
waves:
  - {id: '2022', label: {nl: '2022', en: '2022'}, maps: {residents: waves/r22.yml, coop_workers: waves/w22.yml}}
  - {id: '2024', label: {nl: '2024', en: '2024'}, maps: {residents: waves/r24.yml}}
  - {id: '2026', label: {nl: '2026', en: '2026'}, maps: {residents: waves/r26.yml}}
indicators: [life_satisfaction, good_health]
"""

DICTIONARY = """\
variables:
  commute:
    label: {nl: Manieren om naar het werk te gaan, en: Ways to get to work}
    type: set
    codes: {bike: {nl: Fiets, en: Bicycle}, bus: {nl: Bus of tram, en: Bus or tram}, walk: {nl: Lopend, en: On foot}}
  birth_country:
    label: {nl: Geboorteland, en: Country of birth}
    type: category
    codes:
COUNTRIES
  money:
    label: {nl: Inkomen per maand, en: Income a month}
    type: category
    unit: EUR/month
    codes: {low: {nl: Minder dan 1000, en: Less than 1000}, high: {nl: 1000 of meer, en: 1000 or more}}
    bands: {low: [null, 1000], high: [1000, null]}
"""

MAP = """\
map_version: 1
wave: {id: 'WAVE', population: POPULATION, fieldwork: WAVE-03/WAVE-04}
source: {file: FILE.sav, format: sav, sha256: aHASH, rows: 900}
id: {columns: [nr], scope: wave}
variables:
  general_health:
    from: HEALTH
    relation: exact
    recode: {1: very_good, 2: good, 3: fair, 4: poor, 5: very_poor}
    missing: {8: dont_know, 9: refused}
"""

LIFE = "  life_satisfaction: {from: q1, relation: close, keep: 0..10, missing: {99: refused}, note: a 10-point card}\n"
COUNTRY = "  birth_country: {from: land, relation: broad, recode: {1: c1}}\n"
MONEY = "  money: {from: week, relation: undecided, bands: {1: [0, 150], 2: [150, null]}, straddle: split}\n"
COMMUTE = "  commute: {relation: narrow, any_of: {bike: r1, bus: r2, walk: r3}, selected: 1, unselected: 0}\n"
ABSENT = "not_collected:\n  life_satisfaction: {reason: incompatible, note: asked of the household}\n"

MAPS = {
    "r22": ("residents", "2022", "q7", LIFE + COUNTRY),
    "r24": ("residents", "2024", "v12", LIFE + MONEY + COMMUTE),
    "r26": ("residents", "2026", "v12", ABSENT),
    "w22": ("coop_workers", "2022", "gez", ""),
}


def study(folder: Path, data: str = "synthetic") -> StudyBundle:
    """The study as it is written down. Workers need sex and life_satisfaction and map neither."""
    home = folder / "small"
    (home / "waves").mkdir(parents=True)
    (home / "dictionary/variables").mkdir(parents=True)
    (home / "study.yml").write_text(STUDY.replace("DATA", data))
    countries = "\n".join(f"      c{i}: {{nl: Land {i}, en: Country {i}}}" for i in range(1, 41))
    (home / "dictionary/variables/own.yml").write_text(DICTIONARY.replace("COUNTRIES", countries))
    for name, (population, wave, health, rest) in MAPS.items():
        filled = MAP.replace("WAVE", wave).replace("POPULATION", population).replace("HEALTH", health)
        filled = filled.replace("FILE", f"{name}.synthetic").replace("HASH", name[-1] * 63)
        (home / f"waves/{name}.yml").write_text(filled + rest)
    problems = Problems()
    bundle = open_bundle(home, problems)
    problems.raise_if_errors()
    assert bundle is not None
    return bundle


def health(wave: str, column: str, question: str, dont_know: int) -> VariableRecord:
    """900 respondents; `dont_know` of them come off the answer good."""
    counts = {1: 200, 2: 400 - dont_know, 3: 200, 4: 60, 5: 30, 8: dont_know, 9: 10}
    becomes = {1: "very_good", 2: "good", 3: "fair", 4: "poor", 5: "very_poor", 8: "dont_know", 9: "refused"}
    labels = {1: "zeer goed", 2: "goed", 3: "gaat wel", 4: SCRIPT, 5: "zeer slecht", 8: "weet niet", 9: "geen antwoord"}
    lines = tuple(Recoded(column, str(code), labels[code], becomes[code], code < 8, n) for code, n in counts.items())
    why = {"valid": 890 - dont_know, "dont_know": dont_know, "refused": 10}
    return record("general_health", wave, (column,), (question,), "exact", "recode", lines, why)


def record(
    variable: str,
    wave: str,
    columns: tuple[str, ...],
    questions: tuple[str, ...],
    relation: str,
    transform: str,
    recoded: tuple[Recoded, ...],
    why: dict[str, int],
    population: str = "residents",
    note: str = "",
    shares: tuple[tuple[str, str, float], ...] = (),
) -> VariableRecord:
    file = f"{population[0]}{wave[-2:]}.synthetic.sav"
    place = f"waves/{population[0]}{wave[-2:]}.yml:7"
    return VariableRecord(
        variable, population, wave, file, columns, questions, relation, transform, note, place, recoded, why, shares
    )


def life(wave: str, question: str) -> VariableRecord:
    lines = (Recoded("q1", "99", "geen antwoord", "refused", False, 20), Recoded("q1", "0..10", "", "keep", True, 880))
    why = {"valid": 880, "refused": 20}
    return record("life_satisfaction", wave, ("q1",), (question,), "close", "keep", lines, why, note="a 10-point card")


def country() -> VariableRecord:
    lines = tuple(Recoded("land", str(i), f"Land {i}", f"c{i}", True, 100 - i) for i in reversed(range(1, 34)))
    question = "In welk land bent u geboren? " + "Het gaat om de grenzen van nu. " * 6
    n = sum(line.n for line in lines)
    return record("birth_country", "2022", ("land",), (question,), "broad", "recode", lines, {"valid": n})


def commute() -> VariableRecord:
    lines = tuple(
        Recoded(f"r{i}", code, label, becomes, True, n)
        for i, answer in enumerate(("bike", "bus", "walk"), start=1)
        for code, label, becomes, n in (("1", "ja", answer, 200 * i), ("0", "nee", f"not {answer}", 900 - 200 * i))
    )
    why = {"valid": 700, "not_applicable": 150, "no_answer": 50}
    return record(
        "commute", "2024", ("r1", "r2", "r3"), ("Hoe gaat u naar uw werk?",) * 3, "narrow", "any_of", lines, why
    )


def money() -> VariableRecord:
    lines = (
        Recoded("week", "1", "tot 150", "low", True, 40),
        Recoded("week", "2", "150 of meer", "not_mappable", False, 860),
    )
    why = {"valid": 40, "not_mappable": 860}
    shares = (("2", "low", 0.538), ("2", "high", 0.462))
    question = "Inkomen per week, netto"
    return record("money", "2024", ("week",), (question,), "undecided", "bands", lines, why, shares=shares)


def waves() -> tuple[WaveRecord, ...]:
    old, new = "Hoe is uw gezondheid?", "Hoe is over het algemeen uw gezondheid?"
    happy = ("Hoe tevreden bent u?", "Hoe  TEVREDEN bent u?")
    made = {
        ("residents", "2022"): (health("2022", "q7", old, 20), life("2022", happy[0]), country()),
        ("residents", "2024"): (health("2024", "v12", new, 190), life("2024", happy[1]), money(), commute()),
        ("residents", "2026"): (health("2026", "v12", new, 30),),
        ("coop_workers", "2022"): (),
    }
    return tuple(
        WaveRecord(
            population,
            wave,
            f"{population[0]}{wave[-2:]}.synthetic.sav",
            population[0] * 64,
            930,
            900,
            {"leave_out test: 1": 12, "duplicate id": 18},
            tuple(f"col{i}" for i in range(25)) if wave == "2022" else ("toelichting", "IPAddress"),
            variables,
        )
        for (population, wave), variables in made.items()
    )


def problems(bundle: StudyBundle) -> tuple[Problem, ...]:
    place = bundle.maps["residents", "2024"].doc.shown
    jump = "dont_know goes from 2% in 2022 to 21%"
    fix = "Check the routing and the missing codes of both waves"
    return (
        Problem(place, 7, "W240", "general_health", jump, fix),
        Problem(place, 6, "W210", "life_satisfaction", f"code {SCRIPT} is user-missing", "Say which", 4, 900),
    )


def dossier(folder: Path, data: str = "synthetic") -> Dossier:
    bundle = study(folder, data)
    return dossier_of(bundle, waves(), problems(bundle))

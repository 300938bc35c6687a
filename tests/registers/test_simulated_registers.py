"""Synthetic registers: the people of the survey, books that add up, an untidy ledger, all of it marked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from cwb_impact.errors import Problems
from cwb_impact.simulate.margins import sizes_of
from cwb_impact.simulate.people import Sizes, population_of
from cwb_impact.simulate.registers import check_registers, simulated_registers
from cwb_impact.simulate.streams import Streams
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.register import Period, RegisterFile, WaveRegisters
from cwb_impact.spec.simulated_registers import SimulatedRegisters
from cwb_impact.spec.simulation import Simulation

STUDY = Path(__file__).parents[2] / "surveys" / "nieuw_west"
PAID = "coop_workers"
ENDINGS = {"people": "xlsx", "coops": "xlsx", "lm3": "xlsx", "spend": "csv", "suppliers": "xlsx"}
DAYS = {"2025Q3": date(2025, 9, 30), "2026Q3": date(2026, 9, 30)}
FOUNDATION = "Kantinemoeders"


@dataclass(frozen=True)
class Made:
    bundle: StudyBundle
    simulation: Simulation
    sizes: Sizes
    files: dict[str, bytes]

    def table(self, register: str, wave: str) -> pd.DataFrame:
        """A list as text: headings in Dutch, the second sheet left aside."""
        content = self.files[f"{register}_{wave.lower()}.synthetic.{ENDINGS[register]}"]
        if ENDINGS[register] == "csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        else:
            rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values]
        return pd.DataFrame(rows[1:], columns=rows[0])


def kept(wave: str, **files: list[RegisterFile]) -> WaveRegisters:
    day = DAYS[wave]
    named = {name: [RegisterFile(file=f"{name}_{wave.lower()}.synthetic.{end}")] for name, end in ENDINGS.items()}
    period = Period(first=date(day.year - 1, 10, 1), last=day)
    return WaveRegisters(reference_date=day, period=period, files=named | files)


def with_registers(bundle: StudyBundle, specs: dict[str, WaveRegisters]) -> StudyBundle:
    """The shipped study with registers of our own, whatever study.yml says of them."""
    waves = [wave.model_copy(update={"registers": specs.get(wave.id)}) for wave in bundle.study.waves]
    study = bundle.study.model_copy(update={"waves": waves})
    study._doc = bundle.study.doc
    return replace(bundle, study=study)


@pytest.fixture(scope="module")
def made() -> Made:
    problems = Problems()
    opened = open_bundle(STUDY, problems)
    simulation = read_spec(Simulation, STUDY / "simulation.yml", "simulation.yml", problems)
    assert opened is not None and simulation is not None and simulation.registers is not None
    bundle = with_registers(opened, {wave: kept(wave) for wave in DAYS})
    sizes = sizes_of(PAID, simulation.populations[PAID], bundle, problems)
    assert not problems.errors
    return Made(bundle, simulation, sizes, files_of(bundle, simulation, sizes, 7))


def files_of(bundle: StudyBundle, simulation: Simulation, sizes: Sizes, seed: int) -> dict[str, bytes]:
    plan = simulation.populations[PAID]
    population = population_of(plan, sizes, Streams(seed, PAID))
    assert simulation.registers is not None
    return dict(simulated_registers(bundle, simulation.registers, population, sizes, plan.stratum, seed))


def euros(text: str) -> int:
    """A Dutch amount in cents."""
    return int(text.replace(".", "").replace(",", ""))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made: Made) -> None:
    assert files_of(made.bundle, made.simulation, made.sizes, 7) == made.files
    others = files_of(made.bundle, made.simulation, made.sizes, 8)
    assert list(others) == list(made.files)
    assert all(others[name] != content for name, content in made.files.items())


def test_every_file_says_that_it_is_synthetic(made: Made) -> None:
    assert len(made.files) == 10
    for name, content in made.files.items():
        assert ".synthetic." in name
        if name.endswith(".xlsx"):
            book = openpyxl.load_workbook(io.BytesIO(content))
            assert book.sheetnames[1:] == ["over dit bestand"]
            assert "SYNTHETISCH / SYNTHETIC" in str(book["over dit bestand"]["A1"].value)
    assert all("SYNTHETISCH" in anchor for anchor in made.table("spend", "2025Q3")["Organisatie"])


@pytest.mark.parametrize("wave", DAYS)
def test_as_many_people_are_paid_as_the_survey_counts(wave: str, made: Made) -> None:
    people = made.table("people", wave)
    paid = people[(people["Betaald werk in de peilweek"] == "Ja") & people["Gestopt op"].isna()]
    labels = made.bundle.dictionary.variables["coop"].codes or {}
    wanted = {labels[slug].nl: size for slug, size in made.sizes[wave].items()}
    assert paid["Coöperatie"].value_counts().to_dict() == wanted
    coops = made.table("coops", wave)
    assert dict(zip(coops["Coöperatie"], coops["Mensen die betaald krijgen"], strict=True)) == wanted


@pytest.mark.parametrize("wave", DAYS)
def test_no_day_is_after_the_reference_day_or_before_the_first(wave: str, made: Made) -> None:
    people = made.table("people", wave)
    joined, left = (pd.to_datetime(people[name]).dt.date for name in ("Begonnen op", "Gestopt op"))
    assert max(joined) < DAYS[wave] and max(left.dropna()) < DAYS[wave]
    gone = left.notna()
    assert (joined[gone] <= left[gone]).all()


def test_people_keep_their_number_and_who_left_stays_in_the_list(made: Made) -> None:
    key = ["Coöperatie", "Nummer van de persoon"]
    first, second = (made.table("people", wave).set_index(key) for wave in DAYS)
    assert not first.index.has_duplicates and not second.index.has_duplicates
    assert set(first.index) <= set(second.index)
    same = ["Begonnen op", "Soort werk"]
    assert first[same].equals(second.loc[first.index, same])
    newly = second.loc[first.index, "Gestopt op"][first["Gestopt op"].isna()].dropna()
    assert len(newly) > 0 and all(day.date() > DAYS["2025Q3"] for day in newly)


@pytest.mark.parametrize("wave", DAYS)
def test_only_a_cooperative_has_members_and_only_ten_paid_people_a_pay_ratio(wave: str, made: Made) -> None:
    people, coops = made.table("people", wave), made.table("coops", wave).set_index("Coöperatie")
    here = people[people["Coöperatie"] == FOUNDATION]
    assert set(here["Lid met stemrecht"]) == {"Nee"} and not here["Soort werk"].str.startswith("Lid").any()
    assert coops.loc[FOUNDATION, "Rechtsvorm"] == "Stichting"
    assert pd.isna(coops.loc[FOUNDATION, "Datum laatste ledenvergadering"])
    members = people[(people["Lid met stemrecht"] == "Ja") & people["Gestopt op"].isna()]
    for coop, row in coops.drop(FOUNDATION).iterrows():
        assert row["Leden die mochten stemmen"] == sum(members["Coöperatie"] == coop)
        assert 0 <= row["Leden die er waren"] <= row["Leden die mochten stemmen"]
    told = coops["Hoogste loon gedeeld door laagste loon"].notna()
    assert (told == (coops["Mensen die betaald krijgen"] >= 10)).all()


def test_nobody_is_a_member_of_a_foundation_whatever_the_plan_says(made: Made) -> None:
    plan = made.simulation.registers
    assert plan is not None
    everyone = plan.people.model_copy(update={"members": dict.fromkeys([*plan.people.positions, "volunteer"], 1.0)})
    simulation = made.simulation.model_copy(update={"registers": plan.model_copy(update={"people": everyone})})
    files = files_of(made.bundle, simulation, made.sizes, 7)
    people = replace(made, files=files).table("people", "2026Q3")
    member = people["Lid met stemrecht"] == "Ja"
    assert (
        member[people["Coöperatie"] != FOUNDATION].mean() > 0.7 and not member[people["Coöperatie"] == FOUNDATION].any()
    )


@pytest.mark.parametrize("wave", DAYS)
def test_no_more_goes_out_than_came_in_and_purchases_are_those_of_the_recipients(wave: str, made: Made) -> None:
    lm3, coops = made.table("lm3", wave), made.table("coops", wave).set_index("Coöperatie")
    for coop, row in coops.iterrows():
        mine = lm3[lm3["Coöperatie"] == coop]
        bought = mine[mine["Soort ontvanger"] == "Leverancier"]
        assert mine["Bedrag gekregen"].sum() <= row["Geld dat binnenkwam"]
        assert bought["Bedrag gekregen"].sum() == pytest.approx(row["Alle inkopen, zonder btw"], abs=0.005)
        local = bought[bought["In het gebied"] == "Ja"]["Bedrag gekregen"].sum()
        assert local == pytest.approx(row["Inkopen in het gebied, zonder btw"], abs=0.005)
    asked = lm3["In het gebied"] == "Ja"
    assert lm3[asked]["Heeft geantwoord"].isin(["Ja", "Nee"]).all() and lm3[~asked]["Heeft geantwoord"].isna().all()
    said = lm3["Procent weer uitgegeven in het gebied"]
    assert (said.notna() == (lm3["Heeft geantwoord"] == "Ja")).all() and said.dropna().between(0, 100).all()


@pytest.mark.parametrize("wave", DAYS)
def test_the_ledger_is_untidy_in_the_ways_that_ledgers_are(wave: str, made: Made) -> None:
    spend, suppliers = made.table("spend", wave), made.table("suppliers", wave)
    assert 400 <= len(spend) <= 520
    cents = spend["Bedrag excl. btw"].map(euros)
    notes = spend[cents < 0]
    paid = set(zip(spend["Factuurnr"], cents, strict=True))
    with_invoice = [(number, -cents[at]) in paid for at, number in notes["Factuurnr"].items()]
    assert any(with_invoice) and not all(with_invoice)
    assert spend.duplicated().sum() >= 3
    assert 0 < (spend["Postcode crediteur"] == "").sum() < len(spend) / 5
    shapes = {text[4:5] + ("a" if text.islower() else "") for text in spend["Postcode crediteur"] if text}
    assert len(shapes) >= 3
    tidy = {name: " ".join(name.replace(".", "").casefold().split()) for name in spend["Crediteur"]}
    assert len(set(tidy.values())) < len(tidy), "some suppliers have two spellings"
    listed = {" ".join(name.replace(".", "").casefold().split()) for name in suppliers["Leverancier"]}
    assert len(set(tidy.values()) & listed) > 30 and set(tidy.values()) - listed, "the list is not complete"
    assert set(spend["Beïnvloedbaar"]) == {"Ja", "Nee", ""}
    assert set(spend["Route"]) == {"", "Rechtstreeks van de ankerorganisatie", "Via een ander bedrijf (onderaannemer)"}
    days = pd.to_datetime(spend["Boekdatum"], format="%d-%m-%Y").dt.date
    assert min(days) >= date(DAYS[wave].year - 1, 10, 1) and max(days) <= DAYS[wave]


@pytest.mark.parametrize("wave", DAYS)
def test_no_supplier_or_number_is_real(wave: str, made: Made) -> None:
    suppliers, coops = made.table("suppliers", wave), made.table("coops", wave)
    said = {
        " ".join(name.split()).casefold()
        for name in [*suppliers["Leverancier"], *made.table("spend", wave)["Crediteur"]]
    }
    others = said - {name.casefold() for name in coops["Coöperatie"]}
    assert all(re.fullmatch(r"voorbeeldleverancier \d+( b\.?v\.?| v\.?o\.?f\.?)?", name) for name in others)
    numbers = [
        *suppliers["KvK-nummer"].dropna(),
        *coops["KvK-nummer"],
        *filter(None, made.table("spend", wave)["KvK-nr"]),
    ]
    assert all(isinstance(number, str) and len(number) == 8 and number.startswith("0000") for number in numbers)
    assert suppliers["KvK-nummer"].dropna().is_unique


def faults(made: Made, specs: dict[str, WaveRegisters], plan: Any = None) -> Iterator[str]:
    problems = Problems()
    simulation = made.simulation
    if plan is not None:
        simulation = simulation.model_copy(update=plan)
        simulation._doc = made.simulation.doc
    check_registers(with_registers(made.bundle, specs), simulation, {PAID: made.sizes}, problems)
    for problem in problems:
        yield f"{problem.code} {problem.subject}"


def test_the_shipped_plan_has_no_faults(made: Made) -> None:
    assert list(faults(made, {wave: kept(wave) for wave in DAYS})) == []
    assert list(faults(made, {})) == []


def test_what_cannot_be_simulated_is_told(made: Made) -> None:
    real = kept("2025Q3", people=[RegisterFile(file="people.xlsx")])
    assert list(faults(made, {"2025Q3": real})) == ["E603 people.xlsx"]
    money = kept("2025Q3", capital=[RegisterFile(file="capital.synthetic.xlsx")])
    assert list(faults(made, {"2025Q3": money})) == ["E602 capital"]
    two = kept("2025Q3", lm3=[RegisterFile(file=f"lm3_{number}.synthetic.xlsx") for number in (1, 2)])
    assert list(faults(made, {"2025Q3": two})) == ["E602 lm3"]
    outside = kept("2025Q3", lm3=[RegisterFile(file="../lm3.synthetic.xlsx")])
    assert list(faults(made, {"2025Q3": outside})) == ["E603 ../lm3.synthetic.xlsx"]
    old = kept("2025Q3").model_copy(update={"reference_date": date(2015, 1, 1)})
    assert list(faults(made, {"2025Q3": old})) == ["E602 area_postcodes"]


def test_a_plan_with_words_that_nothing_knows_is_told(made: Made) -> None:
    plan = made.simulation.registers
    assert plan is not None
    wrong = plan.model_copy(update={"people": plan.people.model_copy(update={"positions": {"boss": 1.0}})})
    assert list(faults(made, {}, {"registers": wrong})) == ["E131 boss"]
    odd = plan.model_copy(update={"spend": plan.spend.model_copy(update={"headings": {"amount": "Bedrag"}})})
    assert list(faults(made, {}, {"registers": odd})) == ["E131 Bedrag"]
    nobody = plan.model_copy(update={"paid": "residents"})
    told = list(faults(made, {"2025Q3": kept("2025Q3")}, {"registers": nobody}))
    assert "E602 2025Q3" in told
    assert "E602 people" in list(faults(made, {"2025Q3": kept("2025Q3")}, {"registers": None}))


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("people", {"hours": {"many": 1}}, "is no band"),
        ("people", {"positions": {"employee": 0.6}}, "add up to 0.6"),
        ("lm3", {"to_workers": 0.9}, "more is paid than came in"),
        ("spend", {"elsewhere": []}, "at least 1"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(part: str, change: dict[str, Any], said: str, made: Made) -> None:
    assert made.simulation.registers is not None
    plan = made.simulation.registers.model_dump(mode="json")
    with pytest.raises(ValueError, match=said):
        SimulatedRegisters.model_validate(plan | {part: plan[part] | change})

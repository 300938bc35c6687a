"""Personal columns are found by name and by shape, and nothing of them comes out."""

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from rich.console import Console

from cwb_impact.errors import Problems
from cwb_impact.inspect import draft_map, inspect_file, show, to_json
from cwb_impact.inspect.columns import describe
from cwb_impact.inspect.personal import by_name
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.types import ColumnInfo


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("RecipientEmail", "e-mail address"),
        ("e_mailadres", "e-mail address"),
        ("IPAddress", "IP address"),
        ("ipaddr", "IP address"),
        ("LocationLatitude", "coordinates"),
        ("RecipientLastName", "name of a person"),
        ("voornaam", "name of a person"),
        ("geboortedatum", "date of birth"),
        ("telefoonnummer", "phone number"),
        ("huisnummer", "address"),
        ("BSN", "number of a citizen"),
        ("Q7_5_TEXT", "free text"),
        ("opmerkingen", "free text"),
        ("q3_other", "free text"),
        ("refurl", "link or token of the survey tool"),
        ("ExternalReference", "link or token of the survey tool"),
    ],
)
def test_a_personal_column_is_known_by_its_name(name: str, what: str) -> None:
    assert by_name(name, "") == what


@pytest.mark.parametrize(
    "name", ["geslacht", "leeftijd", "gewicht", "trips", "description", "relation", "house_type", "Q2"]
)
def test_other_names_are_not_personal(name: str) -> None:
    assert by_name(name, "") is None


SHAPES = {
    "e-mail address": [f"canary{n}@voorbeeld.example" for n in range(30)],
    "IP address": [f"192.0.2.{n}" for n in range(30)],
    "phone number": [f"06-{10000000 + n * 37}" for n in range(30)],
    "postcode with letters": [f"10{n:02d} AB" for n in range(30)],
    "coordinates": [f"52.37{n:03d}1, 4.89{n:03d}1" for n in range(30)],
    "name of a person": [
        f"{first} van {last}" for first in ("Anna", "Bo", "Cem", "Dewi") for last in ("Dijk", "Vliet", "Ee")
    ],
    "free text": [
        f"{word} word" for word in ("alfa", "beta", "gamma", "delta", "eta", "iota", "mu", "nu", "pi", "rho")
    ],
    "number of a citizen": ["111222333"] * 30,
}


@pytest.mark.parametrize("what", SHAPES)
def test_a_personal_column_is_known_by_the_shape_of_its_cells(what: str) -> None:
    cells = pd.Series(SHAPES[what])
    assert describe(ColumnInfo("kolom"), cells, len(cells)).personal == what


def test_an_address_inside_a_sentence_makes_it_free_text() -> None:
    cells = pd.Series(["ja"] * 50 + ["mail naar iemand@voorbeeld.example"])
    assert describe(ColumnInfo("kolom"), cells, 51).personal == "free text with addresses in it"


def test_days_spread_over_decades_are_birthdays() -> None:
    cells = pd.Series([f"{1940 + n}-05-01" for n in range(60)])
    assert describe(ColumnInfo("kolom"), cells, 60).personal == "date of birth"


def test_a_longitude_beside_a_latitude_is_personal(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    path.write_text("x,y\n" + "\n".join(f"52.37{n:03d}7,4.89{n:03d}3" for n in range(40)))
    assert [column.personal for column in inspect_file(path).columns] == ["coordinates", "coordinates"]


def test_a_labelled_question_about_mail_is_not_personal() -> None:
    info = ColumnInfo("email_ok", "", {"1": "Ja", "2": "Nee"})
    assert describe(info, pd.Series([1.0, 2.0, 1.0]), 3).personal is None


CANARIES = {
    "e_mail": [f"canary-mail-{n}@voorbeeld.example" for n in range(24)],
    "kolom_a": [f"Canarynaam{chr(65 + n)} Achternaam{chr(65 + n)}" for n in range(24)],
    "lidnr": [f"CANARY-ID-{n}" for n in range(24)],
    "volgnr": [str(731_000_000 + n) for n in range(24)],
    "kolom_b": [f"canary tekst over de buren nummer {chr(97 + n)}" for n in range(24)],
    "kolom_c": [f"192.0.2.{n + 100}" for n in range(24)],
    "pc4": [str(1060 + n % 12) for n in range(24)],
    "leeftijd": [str(31 + n * 2) for n in range(24)],
    "voorletters": [f"Q{chr(65 + n)}" for n in range(24)],
    "kort": [f"Z{chr(65 + n % 15)}" for n in range(24)],
    "geslacht": ["v", "m"] * 12,
}


def outputs(path: Path) -> dict[str, str]:
    inspection = inspect_file(path)
    text = StringIO()
    show(inspection, Console(file=text, width=200))
    dictionary = load_dictionary(Problems())
    return {
        "description": text.getvalue(),
        "json": json.dumps(to_json(inspection)),
        "draft": draft_map(inspection, dictionary),
        "repr": repr(inspection),
    }


@pytest.mark.parametrize("kind", ["csv", "sav"])
@pytest.mark.parametrize("column", [name for name in CANARIES if name != "geslacht"])
def test_no_value_of_a_person_comes_out(tmp_path: Path, kind: str, column: str) -> None:
    path = tmp_path / f"wave.{kind}"
    frame = pd.DataFrame(CANARIES)
    frame.to_csv(path, index=False) if kind == "csv" else pyreadstat.write_sav(frame, str(path))
    for name, text in outputs(path).items():
        plain = text.replace(inspect_file(path).source.sha256, "")
        leaked = [
            value
            for value in CANARIES[column]
            if f'"{value}"' in plain or f" {value} " in plain or (len(value) > 4 and value in plain)
        ]
        assert not leaked, f"{name} shows {column}"


def test_codes_that_are_not_personal_do_come_out(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    pd.DataFrame(CANARIES).to_csv(path, index=False)
    assert '"code": "v", "label": "", "n": 12' in outputs(path)["json"]


def test_a_count_below_ten_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    path.write_text("q\n" + "1\n" * 40 + "2\n" * 7)
    codes = to_json(inspect_file(path))["columns"][0]["codes"]
    assert [code["n"] for code in codes] == [40, "<10"]


def test_a_tick_for_another_answer_is_no_free_text() -> None:
    assert describe(ColumnInfo("q3_other"), pd.Series(["1", None, "1", "0"]), 4).personal is None


def test_qualtrics_columns_about_the_person_are_found_under_their_own_names(tmp_path: Path) -> None:
    path = tmp_path / "wave.csv"
    names = ["IPAddress", "RecipientEmail", "LocationLatitude", "LocationLongitude", "Q1"]
    ids = ",".join(f'"{{""ImportId"":""{name}""}}"' for name in names)
    rows = "\n".join(f"192.0.2.{n},canary{n}@voorbeeld.example,52.37{n:03d}1,4.89{n:03d}1,{n % 2}" for n in range(30))
    path.write_text(f"{','.join(names)}\nIP,Mail,Lat,Lon,How are you?\n{ids}\n{rows}\n")
    found = inspect_file(path)
    assert [column.name for column in found.columns if column.personal] == names[:4]
    assert found.columns[4].label == "How are you?"
    assert found.rows == 30


def test_a_label_cannot_rewrite_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "wave.sav"
    labels = {"q": {1.0: "\x1b[2Jja [red]", 2.0: "nee\u202e"}}
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0, 2.0]}), str(path), variable_value_labels=labels)
    text = outputs(path)["description"]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text

"""Distinctive answers planted in a study, and looked for in all that leaves it: files, the terminal, notebooks, faults.

Facts that the programme reported itself, with a source line, were public before; `searched.leaks` exempts them.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import cwb_impact as cwb
import tiny_study
from cwb_impact import cli
from cwb_impact import study as stages
from cwb_impact.harmonise.pseudonyms import KEY_VARIABLE, key_fingerprint
from cwb_impact.report import builtin
from cwb_impact.report.export import write_release
from disclosure.searched import exact_figures, exact_leaks, leaks, texts, told_numbers, words

TEXT_ANSWER = "CANARY answer 'the boss & I' <quarrelled> in March"
POSTCODE = "1069ZQ"
E_MAIL = "canary.person@voorbeeld.example"
KEY = "CANARY-KEY-of-the-panel-that-nobody-may-see-7391"
CANARIES = (tiny_study.CANARY_ID, tiny_study.CANARY_TEXT, TEXT_ANSWER, POSTCODE, E_MAIL, KEY)
REMARKS = """\
  remark:
    label: {nl: Opmerking, en: Remark}
    type: text
  postcode_home:
    label: {nl: Postcode thuis, en: Postcode at home}
    type: text
"""
MAPPED = """\
  remark: {from: antwoord, relation: exact, keep: text, missing: {sysmis: no_answer}}
  postcode_home: {from: postcode, relation: exact, keep: text, missing: {sysmis: no_answer}}
ignore: [opmerking, mail]
"""
WOMEN = range(18, 27)
"""The women sit in two co-ops, and three is the rule: both sexes are hidden."""


def plant(study: Path) -> dict[str, str]:
    """Canaries in an id, free text, a text answer, a postcode, an e-mail address, the key of the panel, and in what
    hidden groups answered. Returns what must be in the environment.

    The women all but one answer 10, the men hardly above 1; seventeen of the eighteen of the first co-op are well.
    """
    n = 40
    key = study.parent / "key"
    key.write_text(KEY)
    key.chmod(0o600)
    fingerprint = key_fingerprint(KEY.encode())
    tiny_study.edit(study / "study.yml", "data: public", f"data: personal\npanel_key: {fingerprint}")
    tiny_study.edit(study / "study.yml", "dimensions: [sex]", "dimensions: [sex, coop]")
    tiny_study.edit(study / "waves/workers.yml", "ignore: [opmerking]\n", MAPPED)
    dictionary = study / "dictionary/variables/tiny.yml"
    dictionary.write_text(dictionary.read_text() + REMARKS)
    tiny_study.write_workers(
        study,
        geslacht=[2.0 if place in WOMEN else 1.0 for place in range(n)],
        tevreden=[10.0 - (place == 18) * 3 if place in WOMEN else float(place % 4 + place % 2) for place in range(n)],
        gezond=[1.0] * 17 + [4.0] + [float(1 + place % 5) for place in range(n - 18)],
        antwoord=["nothing"] * (n - 1) + [TEXT_ANSWER],
        postcode=["1061AA"] * (n - 1) + [POSTCODE],
        mail=["x"] * (n - 1) + [E_MAIL],
    )
    return {KEY_VARIABLE: str(key)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run from the command line with everything that a machine can say turned on."""
    folder = tmp_path_factory.mktemp("canaries")
    environment = {**os.environ, "COLUMNS": "200", **plant(tiny_study.make(folder))}
    command = [sys.executable, "-X", "dev", "-W", "always", "-m", "cwb_impact.cli", "run", "tiny", "--lang", "nl"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    (folder / "releases/said.txt").write_text(done.stdout + done.stderr)
    return folder


@pytest.mark.slow
def test_the_canaries_were_read_and_are_kept_for_the_researchers_alone(made: Path) -> None:
    restricted = made / "restricted/tiny"
    kept = pd.read_parquet(restricted / "harmonised.parquet")
    assert (kept["remark"] == TEXT_ANSWER).sum() == (kept["postcode_home"] == POSTCODE).sum() == 1
    rows = pd.read_csv(restricted / "estimates.csv").query("indicator == 'life_satisfaction' and dimension == 'sex'")
    assert rows.query("category == 'female'")["value"].iloc[0] == pytest.approx((8 * 10 + 7) / 9, abs=0.3)


@pytest.mark.slow
def test_no_canary_is_in_any_byte_of_the_release_or_was_said_on_the_terminal(made: Path) -> None:
    persons = set(pd.read_parquet(made / "restricted/tiny/harmonised.parquet")["person"])
    assert len(persons) == 100
    formats = {path.suffix for path in (made / "releases").rglob("*") if path.is_file()}
    assert {".html", ".pdf", ".docx", ".csv", ".json", ".md", ".txt"} <= formats
    assert leaks(made / "releases", {*CANARIES, *persons}) == {}


def test_no_canary_is_in_a_table_or_the_manifest(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without reports, which takes a moment only."""
    for variable, value in plant(tiny).items():
        monkeypatch.setenv(variable, value)
    waves = cwb.harmonise(cwb.open_study(tiny))
    estimates = cwb.estimate(waves)
    folder = tmp_path / "release"
    folder.mkdir()
    write_release(cwb.protect(estimates, cwb.compare(estimates), tmp_path), folder)
    assert len(list(folder.rglob("*.csv"))) > 4
    assert leaks(folder, {*CANARIES, *waves.frame["person"]}) == {}
    assert exact_leaks(folder, exact_figures([estimates.frame])) == {}


@pytest.mark.slow
def test_no_exact_figure_is_in_any_byte_of_the_release(made: Path) -> None:
    """Not of what is hidden, and not of what is shown: an exact share gives the number of people away."""
    tables = [pd.read_csv(made / f"restricted/tiny/{name}.csv") for name in ("estimates", "reliability", "weights")]
    exact = exact_figures(tables)
    assert len(exact) > 20
    assert exact_leaks(made / "releases", exact) == {}


@pytest.mark.slow
def test_a_figure_that_only_a_hidden_group_has_is_nowhere(made: Path) -> None:
    """The satisfaction of the women and of the men, and how many of the first co-op are in good health."""
    exact = pd.read_csv(made / "restricted/tiny/estimates.csv").set_index(["indicator", "dimension", "category"])
    shown = pd.read_csv(made / "releases/tiny/tables/indicators.csv").set_index(["indicator", "dimension", "category"])
    of_sex = [("life_satisfaction", "sex", sex) for sex in ("male", "female")]
    hidden = [f"{exact['value'][key]:.1f}" for key in of_sex]
    hidden += [f"{exact['value']['good_health', 'coop', 'groen_nieuw_west']:.0f}%"]
    assert shown["value"][of_sex].isna().all() and hidden[1] == "9.7" and hidden[2] == "94%"
    for path in (made / "releases").rglob("*"):
        if path.is_file() and path.name not in ("manifest.json", "said.txt"):
            read = words(path)
            assert not told_numbers(read) & set(hidden[:2]), path
            assert hidden[2] not in read, path
    cells = (made / "releases/tiny/tables/indicators.csv").read_text().split(",")
    assert "94.0" not in cells and "94" not in cells


def found_in(folder: Path, name: str, content: bytes) -> bool:
    (folder / name).write_bytes(content)
    return set().union(*leaks(folder, CANARIES).values()) == {TEXT_ANSWER}


def pdf(text: str, packed: bool) -> bytes:
    """A page of PDF with words, as a stream that is packed or not."""
    drawn = f"BT /F1 9 Tf 9 9 Td ({text}) Tj ET".encode()
    stream = zlib.compress(drawn) if packed else drawn
    filtered = b"/Filter /FlateDecode " if packed else b""
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>"
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 500 90] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<<" + filtered + b"/Length %d>>\nstream\n" % len(stream) + stream + b"\nendstream",
        font,
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def packed_in_zip(folder: Path, member: str, content: bytes) -> bytes:
    with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:t>nothing</w:t>")
        archive.writestr(member, content)
    packed = (folder / "made.zip").read_bytes()
    (folder / "made.zip").unlink()
    return packed


ESCAPED = TEXT_ANSWER.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
LEAKS: dict[str, Callable[[Path], tuple[str, bytes]]] = {
    "a cell of a table": lambda _: ("t.csv", f"a;{TEXT_ANSWER};b".encode()),
    "a page": lambda _: ("t.html", f"<p>{ESCAPED.replace('answer', '<b>answer</b>')}</p>".encode()),
    "a drawing in a page": lambda _: (
        "t.html",
        b"<img src='data:image/svg+xml;base64," + base64.b64encode(f"<svg><text>{ESCAPED}</text></svg>".encode()),
    ),
    "an address in a page": lambda _: ("t.html", b"<a href='data:,CANARY%20answer%20%27the%20boss%20%26%20I%27%20"
                                                 b"%3Cquarrelled%3E%20in%20March'>"),
    "the data of a chart": lambda _: ("t.json", json.dumps({"x": "ë", "y": TEXT_ANSWER}).encode()),
    "the words of a Word document": lambda folder: (
        "t.docx",
        packed_in_zip(folder, "word/footer.xml", f"<w:t>{ESCAPED[:9]}</w:t><w:t>{ESCAPED[9:]}</w:t>".encode()),
    ),
    "the properties of a workbook": lambda folder: (
        "t.xlsx",
        packed_in_zip(folder, "docProps/core.xml", f"<dc:creator>{ESCAPED}</dc:creator>".encode()),
    ),
    "a drawing in a document": lambda folder: (
        "t.docx",
        packed_in_zip(folder, "word/media/a.docx", packed_in_zip(folder, "b.svg", f"<text>{ESCAPED}</text>".encode())),
    ),
    "a packed page of a PDF": lambda _: ("t.pdf", pdf(TEXT_ANSWER, packed=True)),
    "a page of a PDF": lambda _: ("t.pdf", pdf(TEXT_ANSWER, packed=False)),
    "a name of a file": lambda _: (f"{TEXT_ANSWER}.csv", b""),
}  # fmt: skip


@pytest.mark.parametrize("where", LEAKS)
def test_a_leak_that_is_planted_is_found(tmp_path: Path, where: str) -> None:
    """The search itself: one that finds nothing in a clean release may be blind."""
    assert leaks(tmp_path, CANARIES) == {}
    assert found_in(tmp_path, *LEAKS[where](tmp_path))


def test_an_exact_figure_that_is_planted_is_found(tmp_path: Path) -> None:
    frame = pd.DataFrame({"value": [100 * 17 / 31, 100 / 3, 0.5], "category": ["a", "b", "c"]})
    exact = exact_figures([frame])
    assert exact == {"54.83870967"}  # thirds and halves stand in every style sheet
    for name, written in {"t.csv": "a,54.8387096774,b", "t.nl.csv": "a;54,838709677419354", "t.md": "54.8387"}.items():
        (tmp_path / name).write_text(written)
    (tmp_path / "t.docx").write_bytes(packed_in_zip(tmp_path, "word/a.svg", b"<text>54.838709677419</text>"))
    assert {Path(place).name for place in exact_leaks(tmp_path, exact)} == {"t.csv", "t.nl.csv", "t.docx"}


def test_numbers_are_read_as_a_reader_reads_them() -> None:
    assert told_numbers("9,7 (9.1 tot 10), 19.75; v1.9.7; 9.70") == {"9.7", "9.1", "10", "19.75", "9.70"}


def test_a_fact_with_a_line_of_the_programme_report_is_no_leak(tmp_path: Path) -> None:
    """But the same words in a table without a source line are."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/initiatives.csv").write_text(f"name,line\n{POSTCODE},140\n")
    (tmp_path / "page.html").write_text(f"<p>{POSTCODE}</p>")
    assert leaks(tmp_path, CANARIES) == {}
    (tmp_path / "tables/initiatives.csv").write_text(f"name,status\n{POSTCODE},140\n")
    assert len(leaks(tmp_path, CANARIES)) == 2


STAGES = (
    "read_and_harmonise", "estimate_all", "compare_waves", "register_figures", "apply_policy", "write_release",
    "write_restricted", "_render",
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_in_a_stage_tells_where_and_never_what_was_answered(
    tiny: Path, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages of libraries hold values: `could not convert string to float: ...`."""

    def broken(*arguments: object, **named: object) -> None:
        answer = TEXT_ANSWER
        try:
            float(answer)
        except ValueError:
            raise KeyError(answer, repr(arguments), repr(named)) from None

    monkeypatch.setattr(stages, stage, broken)
    for name, value in plant(tiny).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["cwb-impact", "run", str(tiny), "--out", str(tmp_path / "out"), "--to", "html"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = "".join(capsys.readouterr())
    assert ended.value.code == 1 and "KeyError" in said and "test_canaries.py" in said
    assert not [canary for canary in CANARIES if canary in said or repr(canary) in said]
    assert not (tmp_path / "out/releases").exists() and not (tmp_path / "out/restricted").exists()


SHOWN = """\
import cwb_impact as cwb
from cwb_impact.disclosure.people import people_of
from cwb_impact.errors import Problems
from cwb_impact.indicators.measure import measure
from cwb_impact.read.raw_file import read_wave
from cwb_impact.study import protection
study = cwb.open_study({study!r})
waves = cwb.harmonise(study)
estimates = cwb.estimate(waves)
changes = cwb.compare(estimates)
protected, _ = protection({study!r}, out={out!r})
release = protected.release
key = ("coop_workers", "2025Q3")
raw = read_wave(study.maps[key], study.data_folder, Problems())
people = people_of(estimates)
of = people[(*key, "")]
indicator = study.dictionary.indicators["life_satisfaction"]
measured = measure(indicator, waves.of(*key), study.dictionary, study.maps[key].wave.last_day)
design = estimates.design(*key)
"""
OBJECTS = (
    "study", "waves", "waves.designs", "waves.registers", "raw", "estimates", "changes", "release", "protected",
    "protected.entry", "people", "of", "of.answers", "measured", "design",
)  # fmt: skip


@pytest.mark.slow
def test_a_notebook_that_shows_everything_holds_no_answer(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the last line of a cell, printed, inside a list and in a message."""
    for variable, value in plant(tiny).items():
        monkeypatch.setenv(variable, value)
    cells = [SHOWN.format(study=str(tiny), out=str(tmp_path))]
    for name in OBJECTS:
        cells += [name, f"print({name}, [{name}], f'{{{name}!r}}')"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    builtin._execute(notebook, tmp_path / "shown.ipynb", tmp_path)
    outputs = [output for cell in notebook.cells for output in cell["outputs"]]
    assert len(outputs) == 2 * len(OBJECTS)
    saved = tmp_path / "saved"
    saved.mkdir()
    nbformat.write(notebook, saved / "shown.ipynb")
    waves = cwb.harmonise(cwb.open_study(tiny))
    assert leaks(saved, {*CANARIES, *waves.frame["person"]}) == {}
    assert exact_leaks(saved, exact_figures([cwb.estimate(waves).frame])) == {}
    # a row of numbers is a row of people
    assert not re.search(r"(?:\d+\.?,? ){4,}|array\(\[", str(outputs))


DATA = re.compile(r"DataFrame|Series|Floats|Integers|Booleans|ndarray|sc[cr]_array|Index|\bTable\b")
INVENTS = "cwb_impact.simulate"
"""What it makes is invented, whoever sees it."""


def dataclasses_of_package() -> Iterator[type]:
    for module in pkgutil.walk_packages(cwb.__path__, "cwb_impact."):
        if not module.name.endswith("__main__") and not module.name.startswith(INVENTS):
            for found in vars(importlib.import_module(module.name)).values():
                if inspect.isclass(found) and dataclasses.is_dataclass(found) and found.__module__ == module.name:
                    yield found


def showing(kind: type) -> list[str]:
    """The fields with data that the `repr` made by `dataclass` shows."""
    if not kind.__dataclass_params__.repr:  # type: ignore[attr-defined]
        return []
    return [field.name for field in dataclasses.fields(kind) if field.repr and DATA.search(str(field.type))]


def test_no_dataclass_shows_its_data() -> None:
    """A debugger, a log or a traceback with locals shows the `repr`."""
    kinds = list(dataclasses_of_package())
    assert len(kinds) > 100
    assert {f"{kind.__module__}.{kind.__name__}": fields for kind in kinds if (fields := showing(kind))} == {}


def test_a_dataclass_that_shows_its_data_is_found() -> None:
    @dataclasses.dataclass
    class Careless:
        answers: pd.Series
        name: str

    assert showing(Careless) == ["answers"]


def test_a_page_is_searched_without_its_style_and_drawings(tmp_path: Path) -> None:
    page = tmp_path / "t.html"
    page.write_text("<style>a { width: 9.7% }</style><p>8,1</p><svg><path d='9.7'/></svg>")
    assert told_numbers(words(page)) == {"8.1"}
    assert any("9.7" in text for text in texts(page.read_bytes()))

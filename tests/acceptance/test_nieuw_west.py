"""The shipped study, run as a user runs it: the command line, from another folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pypandoc
import pyreadstat
import pytest
from pypdf import PdfReader

from cwb_impact.report.numbers import fmt, fmt_interval
from cwb_impact.report.words import Lang
from cwb_impact.spec.model import KEPT_POPULATIONS
from disclosure.searched import exact_figures, exact_leaks
from tiny_study import edit

ROOT = Path.cwd()
STUDY = ROOT / "surveys/nieuw_west"
ENCODING = {"residents_2025q3.synthetic.csv": "windows-1252"}
MONEY_STEP = {"euro": 50, "euro_per_hour": 0.5}
REGISTERS = ("people", "coops", "lm3", "spend", "suppliers")
MARK = {"nl": "SYNTHETISCH", "en": "SYNTHETIC"}

pytestmark = pytest.mark.slow


def cwb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cwb_impact.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})


@pytest.fixture(scope="session")
def two_waves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two_waves")
    done = cwb(folder, "run", str(STUDY))
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout + done.stderr)
    return folder


@pytest.fixture(scope="session")
def one_wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one_wave")
    done = cwb(folder, "run", str(STUDY), "--release", "2026Q1", "--to", "html")
    assert done.returncode == 0, done.stderr
    return folder


def reports(folder: Path) -> Path:
    return folder / "releases/nieuw_west/reports"


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"releases/nieuw_west/tables/{name}.csv", keep_default_na=False)


def text_of(path: Path) -> str:
    """The words of a report, whatever its format."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return str(pypandoc.convert_file(str(path), "plain", extra_args=["--wrap=none"]))


def test_the_reports_are_there_and_their_paths_are_printed(two_waves: Path) -> None:
    names = {path.name for path in reports(two_waves).iterdir()}
    ends = [f"{lang}.{to}" for lang in ("nl", "en") for to in ("html", "pdf", "docx")]
    wanted = {f"{name}.{end}" for name in ("summary", "results", "protection", "progress") for end in ends}
    wanted |= {f"steering.{lang}.html" for lang in ("nl", "en")}
    assert wanted <= names
    printed = (two_waves / "stdout.txt").read_text()
    assert all(f"releases/nieuw_west/reports/{name}" in printed for name in wanted)


def test_everything_made_from_synthetic_waves_says_so(two_waves: Path) -> None:
    for path in reports(two_waves).iterdir():
        assert MARK[path.suffixes[0].removeprefix(".")] in text_of(path), path
    for name in ("changes", "response", "coverage"):
        assert set(table(two_waves, name)["data"]) == {"SYNTHETIC"}
    rows, sources = table(two_waves, "indicators"), table(two_waves, "sources")
    # what the programme report itself tells is real, and so is that a wave has no list
    real = set(sources.query("origin == 'report'")["indicator"])
    assert set(rows[rows["indicator"].isin(real)]["data"]) == {"public"}
    assert set(rows[~rows["indicator"].isin(real)]["data"]) == {"SYNTHETIC"}
    assert all(".synthetic." in path.name or path.name == "README.md" for path in (STUDY / "raw").iterdir())


def test_at_least_six_results_for_co_op_workers_are_published(two_waves: Path) -> None:
    rows = table(two_waves, "indicators").query(
        "population == 'coop_workers' and dimension == 'total' and status == 'published'"
    )
    assert rows.groupby("wave")["indicator"].nunique().min() >= 6
    assert (rows["se"] == "").all()


def test_entrepreneurs_were_asked_once(two_waves: Path) -> None:
    rows = table(two_waves, "indicators").query("population == 'entrepreneurs'")
    assert set(rows["wave"]) == {"2026Q3"}
    assert rows["indicator"].nunique() == 8
    assert set(rows.query("dimension == 'total'")["status"]) == {"published"}


def test_every_indicator_of_the_study_has_a_result_in_the_newest_wave(two_waves: Path) -> None:
    """A number, or the reason why it is hidden: nothing lacks its input."""
    rows = table(two_waves, "indicators").query("dimension == 'total' and wave == '2026Q3'")
    rows = rows[~rows["population"].isin(KEPT_POPULATIONS)]
    assert rows["indicator"].nunique() > 50
    assert "not_collected" not in set(rows["status"])
    hidden = rows[rows["status"].str.startswith("suppressed")]
    # few self-employed people, and a ratio of incomes, for which there is no rule yet
    assert set(hidden["indicator"]) <= {
        "real_net_hourly_earnings_self_employed",
        "net_wage_ratio_self_employed",
        "income_spread",
    }


def test_every_register_gives_figures_and_the_report_only_at_its_wave(two_waves: Path) -> None:
    rows = table(two_waves, "indicators")
    rows = rows[rows["population"].isin(KEPT_POPULATIONS)]
    told = set(table(two_waves, "sources").query("origin == 'report'")["indicator"]) - {"target_value_coverage"}
    of_report, of_lists = rows[rows["indicator"].isin(told)], rows[~rows["indicator"].isin(told)]
    assert set(of_report.query("wave == '2026Q3'")["reason"]) == {"not_recorded"}
    assert "not_collected" not in set(of_lists["status"])
    assert len(of_lists.query("status == 'published'")) > 20
    assert table(two_waves, "sources").query("origin == 'report'")["lines"].ne("").sum() > 15


def test_a_wave_without_the_question_has_no_result(two_waves: Path) -> None:
    rows = table(two_waves, "indicators").query("indicator == 'knows_cwb' and dimension == 'total'")
    assert rows.set_index("wave")["status"].to_dict() == {"2025Q3": "not_collected", "2026Q3": "published"}


def test_one_wave_runs_and_says_that_no_change_can_be_stated(one_wave: Path) -> None:
    assert table(one_wave, "changes").empty
    assert set(table(one_wave, "indicators")["wave"]) == {"2025Q3"}
    assert set(table(one_wave, "indicators")["population"]) == {"coop_workers", "residents", *KEPT_POPULATIONS}
    said = {"nl": "over verandering is nog niets te zeggen", "en": "no change can be stated"}
    for lang, words in said.items():
        for report in ("summary", "results"):
            assert words in text_of(reports(one_wave) / f"{report}.{lang}.html").lower()
    assert "Volgende meting: derde kwartaal van 2026" in text_of(reports(one_wave) / "summary.nl.html")


def secrets() -> set[str]:
    """Ids, addresses and free text of the raw files of surveys."""
    found: set[str] = set()
    for path in (STUDY / "raw").glob("*.synthetic.*"):
        if path.name.startswith(("truth", *REGISTERS)):
            continue
        if path.suffix == ".sav":
            frame = pyreadstat.read_sav(str(path))[0]
        else:
            frame = pd.read_csv(path, sep=";", dtype=str, encoding=ENCODING.get(path.name, "utf-8-sig"))
        for column in frame.columns:
            values = frame[column].dropna().astype(str)
            found.update(value for value in values if "@" in value or len(value) > 20)
        found.update(frame[frame.columns[0]].astype(str))
    return {secret for secret in found if len(secret) >= 5}


def kept_secrets() -> set[str]:
    """Names and invoices of suppliers, and every amount of the lists, as they stand there.

    Their invented chamber-of-commerce numbers (00000003) are left out: Word numbers parts of a document like that.
    """
    found: set[str] = set()
    for path in (STUDY / "raw").glob("spend_*.csv"):
        frame = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig")
        names = ["Crediteur", "Factuurnr", "Bedrag excl. btw"]
        found.update(frame[names].stack().dropna())
    for path in (STUDY / "raw").glob("*.synthetic.xlsx"):
        frame = pd.read_excel(path, dtype=str)
        found.update(frame.filter(regex="Leverancier|Bedrag|btw|Geld").stack().dropna())
    coops = {str(name) for path in (STUDY / "raw").glob("coops_*") for name in pd.read_excel(path)["Coöperatie"]}
    return {secret.strip() for secret in found if len(secret) >= 5} - coops


def contents(folder: Path) -> Mapping[Path, str]:
    """All that can be read in a release: plain files whole, PDF and DOCX unpacked with their properties."""
    found = {}
    for path in folder.rglob("*"):
        if path.suffix == ".pdf":
            reader = PdfReader(path)
            found[path] = f"{text_of(path)} {reader.metadata} {reader.root_object}"
        elif path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                named = [part for part in parts.namelist() if part.endswith((".xml", ".rels", ".svg"))]
                found[path] = "".join(parts.read(part).decode("utf-8") for part in named)
        elif path.is_file():
            found[path] = path.read_text(encoding="utf-8-sig")
    return found


def words(text: str) -> set[str]:
    """Words and numbers as a reader would copy them, and whole lines for free text."""
    return {*re.findall(r"[\w.@+-]+", text), *(line.strip() for line in text.splitlines())}


def test_no_id_address_or_free_text_reaches_the_release(two_waves: Path) -> None:
    canaries, kept = secrets(), kept_secrets()
    assert len(canaries) > 1000 and any("@" in canary for canary in canaries)
    assert len(kept) > 800 and any("Voorbeeldleverancier" in name for name in kept)
    canaries |= kept
    persons = set(pd.read_parquet(two_waves / "restricted/nieuw_west/harmonised.parquet")["person"])
    for path, text in contents(two_waves / "releases").items():
        leaked = words(text) & (canaries | persons)
        leaked |= {canary for canary in canaries if " " in canary and canary in text}
        assert not leaked, f"{path}: {len(leaked)} leaks"


def test_no_exact_figure_reaches_the_release(two_waves: Path) -> None:
    """Every number of the researchers' tables, in all bytes, also in drawings and in what is packed."""
    exact = exact_figures([pd.read_csv(path) for path in (two_waves / "restricted/nieuw_west").glob("*.csv")])
    assert len(exact) > 3000
    assert exact_leaks(two_waves / "releases", exact) == {}


def as_printed(rows: pd.DataFrame, decimals: Mapping[str, int], lang: Lang) -> set[str]:
    """Figures with their intervals as the reports print them: `72% (63 tot 82`, `€ 1.800 (€ 1.750 tot € 1.850`."""
    found = set()
    for row in rows.itertuples():
        step = MONEY_STEP.get(row.unit)
        told = [round(number / step) * step if step else number for number in (row.value, row.ci_low, row.ci_high)]
        places = decimals[row.indicator]
        interval = fmt_interval(*told[1:], row.unit, places, lang)
        found.add(" ".join(f"{fmt(told[0], row.unit, places, lang)} ({interval}".split()))
    return found


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_values_of_suppressed_cells_are_printed_nowhere(two_waves: Path, lang: Lang) -> None:
    """The same search finds the published figures, so it would find a hidden one."""
    exact = pd.read_csv(two_waves / "restricted/nieuw_west/estimates.csv")
    published = table(two_waves, "indicators")
    manifest = json.loads((two_waves / "releases/nieuw_west/manifest.json").read_text())
    decimals = {name: definition["decimals"] for name, definition in manifest["indicators"].items()}
    keys = ["indicator", "population", "wave", "dimension", "category"]
    marked = exact.drop(columns="status").merge(published[[*keys, "status", "band"]], on=keys).dropna(subset="value")
    hidden = marked[marked["status"].str.startswith("suppressed")]
    published_figures = marked[marked["status"].isin(["published", "low_reliability"]) & (marked["band"] == "")]
    shown = as_printed(published_figures, decimals, lang)
    secret = as_printed(hidden.dropna(subset="ci_low"), decimals, lang) - shown
    assert len(secret) > 15
    for to in ("html", "pdf", "docx"):
        text = " ".join(text_of(reports(two_waves) / f"results.{lang}.{to}").split())
        assert len([figure for figure in shown if figure in text]) > 50, to
        assert not [figure for figure in secret if figure in text], to


def test_suppressed_rows_hold_nothing_but_their_reason(two_waves: Path) -> None:
    rows = table(two_waves, "indicators").query("status.str.startswith('suppressed')", engine="python")
    assert len(rows) > 20
    assert (rows[["value", "band", "se", "ci_low", "ci_high", "n", "ess", "deff"]] == "").all(axis=None)


def test_exact_figures_are_kept_apart_and_for_their_owner_only(two_waves: Path) -> None:
    restricted = two_waves / "restricted/nieuw_west"
    names = {path.name for path in restricted.iterdir()}
    assert {"harmonised.parquet", "estimates.csv", "changes.csv", "coverage.csv", "register_figures.csv"} <= names
    assert restricted.stat().st_mode & 0o077 == 0


def test_a_failing_run_lists_all_faults_and_leaves_the_earlier_release(two_waves: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(STUDY, tmp_path / "nieuw_west"))
    sav = broken / "raw/workers_2025q3.synthetic.sav"
    sav.write_bytes(sav.read_bytes()[:500])
    (broken / "raw/residents_2026q3.synthetic.csv").unlink()
    edit(broken / "study.yml", "data: synthetic", "data: synthetic\npolicy: {minimum_respondents: 3}")
    before = {path: path.read_bytes() for path in (two_waves / "releases").rglob("*") if path.is_file()}
    done = cwb(two_waves, "run", str(broken))
    assert done.returncode == 1
    told = ["workers_2025q3.yml:", "residents_2026q3.yml:", "study.yml:", "E104", "E102", "E401"]
    for words in (*told, "nothing was written"):
        assert words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    after = {path: path.read_bytes() for path in (two_waves / "releases").rglob("*") if path.is_file()}
    assert before == after
    assert not list(two_waves.rglob(".building-*"))


def test_check_writes_nothing(tmp_path: Path) -> None:
    done = cwb(tmp_path, "check", str(STUDY))
    assert done.returncode == 0, done.stderr
    assert "0 errors" in done.stdout
    assert not list(tmp_path.iterdir())


def test_help_names_the_commands(tmp_path: Path) -> None:
    shown = cwb(tmp_path, "--help").stdout
    assert all(command in shown for command in ("run", "check", "simulate"))


def test_the_manifest_says_what_went_in(two_waves: Path) -> None:
    manifest = json.loads((two_waves / "releases/nieuw_west/manifest.json").read_text())
    assert manifest["study"]["data"] == "synthetic" and manifest["release"]["waves"] == ["2025Q3", "2026Q3"]
    assert len([name for name in manifest["inputs"] if ".synthetic." in name]) == 15
    assert manifest["indicators"]["job_satisfaction"]["version"]


def test_the_same_input_gives_the_same_release(two_waves: Path, tmp_path: Path) -> None:
    """Tables, manifest and HTML are the same to the byte in a second run."""
    assert cwb(tmp_path, "run", str(STUDY), "--to", "html").returncode == 0
    first, second = (folder / "releases/nieuw_west" for folder in (two_waves, tmp_path))
    files = [path.relative_to(second) for path in second.rglob("*") if path.is_file()]
    assert any(file.suffix == ".html" for file in files)
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes(), file

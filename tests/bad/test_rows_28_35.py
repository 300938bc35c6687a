"""Rows 28 to 35 of docs/bad_input.md: waves, large files, personal data, names, output, survey tools, few people."""

from __future__ import annotations

import csv
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from rows.files import Write, book, sav
from rows.measured import cost_of
from rows.one_wave import CANARY, PEOPLE, put, study, table, with_source
from rows.outcome import accepted, answers, assert_secret, cli, refused, report_of, told, warned, written

import cwb_impact as cwb
import tiny_study
from cwb_impact.errors import CwbError
from cwb_impact.read import raw_file
from cwb_impact.study import check, harmonise_files, run
from tiny_study import edit

CHOICE = "choice: {from: q, relation: exact, recode: {1: a, 2: b}}"
TEXT = "remark: {from: q, relation: exact, keep: text, missing: {sysmis: no_answer}}"
MAP = "waves/w.yml"

# Row 28: waves and populations


def second_wave(made: Path, wave: str, label: str = "2026") -> None:
    """The same map once more in study.yml, for a wave with this id."""
    old = "maps: {residents: waves/w.yml}}\n"
    edit(
        made / "study.yml",
        old,
        f"{old}  - {{id: '{wave}', label: {{nl: '1', en: '1'}}, maps: {{residents: waves/w.yml}}}}\n",
    )


@pytest.mark.parametrize("wave", ["w1", "W1"])
def test_row_28_two_waves_of_one_id_are_refused_also_when_only_capitals_differ(tmp_path: Path, wave: str) -> None:
    """On some systems residents_w1 and residents_W1 are one file."""
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    second_wave(made, wave)
    assert "same id" in refused(made, "E002", file="study.yml").what


def test_row_28_a_map_that_says_another_wave_than_the_study_is_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    second_wave(made, "w2")
    assert "is for residents w1" in refused(made, "E002", line=2).what


def test_row_28_two_maps_for_one_population_and_wave_are_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / "study.yml", "{residents: waves/w.yml}", "{residents: waves/w.yml, residents: waves/v.yml}")
    refused(made, "E002", file="study.yml", line=10)


@pytest.mark.parametrize("wave", ["2025/Q3", "..", "golf 🌊", "w" * 300, "-w", "w.1", "CON ", "w\u200b"])
def test_row_28_an_id_of_a_wave_that_is_no_safe_file_name_is_refused(tmp_path: Path, wave: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    for file in ("study.yml", MAP):
        edit(made / file, "{id: w1,", f"{{id: '{wave}',")
    refused(made, "E002", file="study.yml", line=10)


def test_row_28_an_unknown_population_is_refused_in_study_and_map(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / MAP, "population: residents", "population: neighbours")
    assert "residents" in refused(made, "E002", line=2).what


def test_row_28_a_map_for_a_population_that_the_study_does_not_describe_is_refused(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    edit(made / "study.yml", "{residents: waves/w.yml}", "{coop_workers: waves/w.yml}")
    assert "coop_workers" in refused(made, "E002", file="study.yml").what


def test_row_28_a_wave_named_like_a_device_gives_an_ordinary_file(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    for file in ("study.yml", MAP):
        edit(made / file, "{id: w1,", "{id: nul,")
    assert [path.name for path in (accepted(made)[1] / "originals").iterdir()] == ["residents_nul.parquet"]


# Row 29: large files. Sizes are large / small; costs are compared with those of the small file.


def many_labels(count: int) -> Write:
    def write(path: Path) -> None:
        frame = pd.DataFrame({"nr": range(PEOPLE), "q": [1.0, 2.0] * 6})
        labels = {code: f"beroep {code}" for code in range(1, count + 1)}
        pyreadstat.write_dta(frame, str(path), variable_value_labels={"q": labels})

    return write


def many_columns(count: int) -> str:
    names = ",".join(["nr", "q", *(f"v{number}" for number in range(count - 2))])
    rest = ",5" * (count - 2)
    return "\n".join([names, *(f"{row},{1 + row % 2}{rest}" for row in range(PEOPLE))]) + "\n"


def many_rows(count: int) -> str:
    return "nr,q\n" + "".join(f"{row},{1 + row % 2}\n" for row in range(count))


def long_texts(size: int) -> Write:
    return sav(q=[1.0, 2.0], r=[CANARY + "x" * size])


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "small", "large", "times", "megabytes"),
    [
        # measured on two cores: times 1.1, 2.3, 1.0, 2.5, 6.2, 34, 1.1; megabytes 2, 59, 7, 30, 109, 2022, 8
        ("labels", 1_000, 20_000, 3, 50),
        pytest.param("labels", 1_000, 200_000, 8, 200, marks=SLOW),
        ("columns", 400, 4_000, 3, 50),
        pytest.param("columns", 400, 32_767, 8, 150, marks=SLOW),
        ("rows", 2_000, 200_000, 25, 300),
        pytest.param("rows", 200_000, 5_000_000, 100, 5_000, marks=SLOW),
        ("texts", 100, 32_000, 3, 50),
    ],
)
def test_row_29_time_and_memory_of_a_large_file_are_bounded(
    tmp_path: Path, kind: str, small: int, large: int, times: float, megabytes: float
) -> None:
    costs = []
    for size in (small, large):
        folder = tmp_path / str(size)
        folder.mkdir()
        made = {
            "labels": lambda size=size, folder=folder: study(folder, many_labels(size), CHOICE, format="dta"),
            "columns": lambda size=size, folder=folder: study(folder, many_columns(size), CHOICE),
            "rows": lambda size=size, folder=folder: study(folder, many_rows(size), CHOICE, rows=size),
            "texts": lambda size=size, folder=folder: study(
                folder, long_texts(size), f"{CHOICE}\n{TEXT.replace('from: q', 'from: r')}", format="sav"
            ),
        }[kind]()
        costs.append(cost_of(made))
        assert costs[-1].codes == []
    assert costs[1].seconds < times * costs[0].seconds, costs
    assert costs[1].megabytes - costs[0].megabytes < megabytes, costs


def test_row_29_of_many_unused_columns_the_first_20_and_a_count_are_told(tmp_path: Path) -> None:
    problem = warned(study(tmp_path, many_columns(4_000), CHOICE), "W220")
    assert "3998 columns" in problem.what and "v19 and 3978 more" in problem.what


def test_row_29_of_many_labels_inspect_shows_the_first_20_and_a_count(tmp_path: Path) -> None:
    path = tmp_path / "w.dta"
    many_labels(20_000)(path)
    said = cli("inspect", path)
    assert "beroep 20 " in said.stdout and "beroep 21 " not in said.stdout
    assert "and 19980 more codes" in said.stdout


def test_row_29_of_a_long_code_list_the_codes_that_never_occur_are_one_warning(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), "choice: {from: q, relation: exact, codes: list.csv}")
    rows = "".join(f"{code},,{'ab'[code % 2]},,\n" for code in range(1, 3_001))
    (made / "list.csv").write_text(f"source_code,source_label,target_code,relation,note\n{rows}")
    assert len(told(made, "W201")) <= 20
    assert len(str(told(made, "W201")[0])) < 1_000


def test_row_29_many_absent_columns_are_told_without_comparing_each_with_all(tmp_path: Path) -> None:
    wanted = ", ".join(f"x{number}" for number in range(300))
    made = study(tmp_path, many_columns(2_000), f"amount: {{sum_of: [{wanted}], relation: exact, keep: 0..10}}")
    assert refused(made, "E101", line=6).fix


# Row 30: personal data that nobody asked for

QUALTRICS = {
    "StartDate": "2025-01-01 08:00:00", "Status": "0", "IPAddress": f"192.0.2.1 {CANARY}", "Finished": "1",
    "RecipientLastName": CANARY, "RecipientFirstName": CANARY, "RecipientEmail": f"{CANARY}@example.nl",
    "ExternalReference": CANARY, "LocationLatitude": "52.3676", "LocationLongitude": "4.9041", "UserLanguage": "NL",
    "Q9_TEXT": f"bel {CANARY} op 06-12345678",
}  # fmt: skip


def qualtrics(folder: Path, entries: str = CHOICE, more: str = "", people: int = PEOPLE, **columns: list[str]) -> Path:
    """A Qualtrics export of 12 people with three header rows; columns replace and add to the usual ones."""
    cells = {name: [value] * people for name, value in QUALTRICS.items()}
    cells |= {"ResponseId": [f"R_{row}" for row in range(people)], "q": ["1", "2"] * (people // 2)}
    cells |= {name: [values[row % len(values)] for row in range(people)] for name, values in columns.items()}
    path = folder / "export.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(cells)
        writer.writerow([f"De vraag van {name}" for name in cells])
        writer.writerow([f'{{"ImportId":"QID_{name}"}}' for name in cells])
        writer.writerows(zip(*cells.values(), strict=True))
    ids = "{columns: [ResponseId], scope: wave}"
    return study(folder, path.read_bytes(), entries, ids=ids, form="qualtrics", rows=people, more=more)


def test_row_30_personal_columns_that_the_map_does_not_name_are_in_no_file(tmp_path: Path) -> None:
    waves, folder = accepted(qualtrics(tmp_path), "parquet", "csv", "sav", "dta")
    found = [str(path) for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert found == []
    assert set(waves.originals["residents", "w1"].columns) == {"ResponseId", "q"}


def test_row_30_columns_that_were_left_out_are_named_in_warning_and_report(tmp_path: Path) -> None:
    made = qualtrics(tmp_path)
    assert "RecipientEmail" in warned(made, "W220").what
    assert '"RecipientEmail"' in report_of(accepted(made)[1])


def test_row_30_inspect_names_personal_columns_and_shows_nothing_of_them(tmp_path: Path) -> None:
    qualtrics(tmp_path, people=30)
    said = cli("inspect", tmp_path / "export.csv")
    assert said.returncode == 0, said.stderr
    assert_secret(said.stdout + said.stderr)
    assert "192.0.2" not in said.stdout and "06-1234" not in said.stdout and "52.36" not in said.stdout
    for what in ("e-mail address", "IP address", "coordinates", "name of a person", "free text"):
        assert what in said.stdout


def test_row_30_a_drafted_map_leaves_personal_columns_out(tmp_path: Path) -> None:
    qualtrics(tmp_path, people=30)
    said = cli("inspect", tmp_path / "export.csv", "--scaffold", "--out", tmp_path / "draft.yml")
    assert said.returncode == 0, said.stderr
    draft = (tmp_path / "draft.yml").read_text()
    assert_secret(draft)
    assert not re.search(r"from: (Recipient|IPAddress|Location|Q9_TEXT)", draft)


# Row 31: names that mean something to a program


@pytest.mark.parametrize(
    "name", ["x__why", "__proto__", "population", "wave", "person", "disposition", "<script>", "x y"]
)
def test_row_31_a_reserved_or_unsafe_name_of_a_variable_is_refused(tmp_path: Path, name: str) -> None:
    refused(study(tmp_path, table(q=[1, 2]), CHOICE.replace("choice", f"'{name}'")), "E002")


@pytest.mark.parametrize("name", ["x__why", "__proto__", "person"])
def test_row_31_a_reserved_name_is_refused_in_the_dictionary_too(tmp_path: Path, name: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    words = made / "dictionary/variables/rows.yml"
    words.write_text(f"{words.read_text()}  {name}: {{label: {{nl: X, en: X}}, type: text}}\n")
    refused(made, "E002", file="dictionary/variables/rows.yml")


@pytest.mark.parametrize("end", ["lo", "hi"])
def test_row_31_a_variable_named_like_the_end_of_a_band_does_not_overwrite_it(tmp_path: Path, end: str) -> None:
    entries = (
        "income_band: {from: q, relation: close, recode: {1: low, 2: middle, 3: high}}\n"
        f"income_band_{end}: {{from: r, relation: exact, keep: 0..9}}"
    )
    made = study(tmp_path, table(q=[1, 2, 3], r=[5]), entries)
    words = made / "dictionary/variables/rows.yml"
    own = f"  income_band_{end}: {{label: {{nl: X, en: X}}, type: number, range: [0, 9]}}\n"
    words.write_text(words.read_text() + own)
    assert refused(made, "E131", file="dictionary/variables/rows.yml").subject == f"income_band_{end}"


@pytest.mark.parametrize("name", ["index", "select", "drop_table", "order", "nan", "none_of_these"])
def test_row_31_words_of_other_languages_are_ordinary_names(tmp_path: Path, name: str) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE.replace("choice", name))
    words = made / "dictionary/variables/rows.yml"
    words.write_text(words.read_text().replace("  choice:", f"  {name}:"))
    assert answers(made, name)[:2] == ["a", "b"]


@pytest.mark.parametrize("column", ["person", "population", "index", "__proto__", "x__why", "'; DROP TABLE w;--"])
def test_row_31_a_source_column_may_have_any_name_and_keeps_its_codes(tmp_path: Path, column: str) -> None:
    entry = CHOICE.replace("from: q", f'from: "{column}"')
    made = study(tmp_path, table(**{column: [1, 2]}), entry)
    waves, folder = accepted(made, "parquet", "csv", "sav")
    assert cwb.trace(waves, "choice")["code"].tolist()[:2] == ["1", "2"]
    originals = pd.read_parquet(folder / "originals/residents_w1.parquet")
    kept = "person (in the file)" if column == "person" else column
    assert originals[kept].astype("str").tolist()[:2] == ["1", "2"]
    assert originals["person"].tolist() == waves.frame["person"].tolist()


def test_row_31_markup_in_labels_and_names_is_text_in_the_report(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    raw = sav({"q": {1.0: evil, 2.0: "&amp;"}}, questions={"q": f"Vraag {evil} <img src=x onerror=y>"}, q=[1.0, 2.0])
    made = study(tmp_path, raw, CHOICE + f"\n# {evil}", format="sav")
    (made / MAP).write_text((made / MAP).read_text().replace("relation: exact", f"relation: exact, note: '{evil}'"))
    _, folder = accepted(made)
    for lang in ("nl", "en"):
        page = (folder / f"harmonisation.{lang}.html").read_text()
        assert "&lt;script&gt;" in page and "<script" not in page and "<img" not in page


def test_row_31_markup_in_a_label_is_no_markup_in_the_terminal(tmp_path: Path) -> None:
    raw = sav({"q": {1.0: "[bold red]Ja[/]", 2.0: "\x1b[31mrood"}}, q=[1.0, 2.0])
    made = study(tmp_path, raw, GUARDED, format="sav")
    said = cli("check", made)
    assert said.returncode == 1 and "[bold red]Ja[/]" in said.stderr
    assert "\x1b" not in said.stderr


GUARDED = "choice: {from: q, relation: close, recode: {1: {to: a, label: Ja}, 2: {to: b, label: Nee}}}"

# Row 32: while something else happens


def test_row_32_a_file_that_changed_after_the_check_is_refused_in_the_run(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    assert not told(made, "E104")
    put(made / "raw/w.csv", table(q=[2, 1]))
    refused(made, "E104", line=3)


def test_row_32_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    real = raw_file.FORMATS["csv"]

    class _WhileItIsRead:
        info = real.info

        @staticmethod
        def content(path: Path, *rest: object) -> pd.DataFrame:
            found = real.content(path, *rest)
            path.write_text(table(q=[2, 2]))
            return found

    monkeypatch.setitem(raw_file.FORMATS, "csv", _WhileItIsRead)
    with pytest.raises(CwbError, match="E104 source: changed while it was read"):
        harmonise_files(made, tmp_path / "out")
    assert not list((tmp_path).glob("out/**/*.parquet"))


def command(made: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "cwb_impact.cli", "harmonise", str(made), "--out", str(out)]


def leftovers(out: Path) -> list[str]:
    return sorted(path.name for path in (out / "restricted").iterdir() if path.name.startswith("."))


def test_row_32_two_runs_at_once_leave_one_whole_output(tmp_path: Path) -> None:
    made, out = study(tmp_path, table(q=[1, 2]), CHOICE), tmp_path / "out"
    started = [subprocess.Popen(command(made, out), stdout=-1, stderr=-1, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert len(written(out / "restricted/rows_harmonised")) == PEOPLE and leftovers(out) == []


def test_row_32_a_run_that_is_overtaken_in_its_last_step_takes_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run ends between the two renames of this one; afterwards a whole new output stands there."""
    made, out = study(tmp_path, table(q=[1, 2]), CHOICE), tmp_path / "out"
    harmonise_files(made, out)
    put_by_earlier = (out / "restricted/rows_harmonised").stat().st_ino
    rename, overtaken = Path.rename, []

    def with_another(path: Path, target: Path) -> Path:
        if path.name.startswith(".building-") and not overtaken:
            overtaken.append(path)
            harmonise_files(made, out)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", with_another)
    harmonise_files(made, out)
    assert overtaken and leftovers(out) == []
    assert (out / "restricted/rows_harmonised").stat().st_ino != put_by_earlier
    assert len(written(out / "restricted/rows_harmonised")) == PEOPLE


def assert_told_and_kept(said: subprocess.CompletedProcess[str], out: Path, reason: str) -> None:
    """One line says what went wrong and that the earlier output stays; and it does."""
    assert said.returncode == 1
    assert "Traceback" not in said.stderr and "E530" in said.stderr and reason in said.stderr.lower()
    assert_secret(said.stdout + said.stderr)
    assert (out / "restricted/rows_harmonised/earlier.txt").read_text() == "earlier"
    assert leftovers(out) == []


def earlier_output(out: Path) -> Path:
    (out / "restricted/rows_harmonised").mkdir(parents=True)
    (out / "restricted/rows_harmonised/earlier.txt").write_text("earlier")
    return out


def test_row_32_a_write_that_the_system_refuses_leaves_the_earlier_output(tmp_path: Path) -> None:
    """No file may become larger than 4 kB here: the same place in the code as a full disk, on every machine."""
    made, out = study(tmp_path, table(q=[1, 2]), CHOICE), earlier_output(tmp_path / "out")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))

    said = subprocess.run(
        command(made, out), capture_output=True, text=True, preexec_fn=limited, timeout=120, check=False
    )
    assert_told_and_kept(said, out, "large")


def test_row_32_of_two_folders_both_change_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release is in place when the restricted folder is refused: the earlier release comes back."""
    made, out = tiny_study.make(tmp_path), tmp_path / "out"
    run(made, out, langs=["nl"], formats=["html"])
    (out / "releases/tiny/earlier.txt").write_text("earlier")
    (out / "restricted/tiny/earlier.txt").write_text("earlier")
    ledger = (out / "restricted/tiny_ledger/ledger.jsonl").read_bytes()
    rename = Path.rename

    def held(path: Path, target: Path) -> Path:
        if target == out / "restricted/tiny" and path.name.startswith(".building-"):
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(CwbError, match="E530"):
        run(made, out, langs=["nl"], formats=["html"])
    for folder, held_there in (("releases", {"tiny"}), ("restricted", {"tiny", "tiny_ledger"})):
        assert {path.name for path in (out / folder).iterdir()} == held_there
        assert (out / folder / "tiny/earlier.txt").read_text() == "earlier"
    assert (out / "restricted/tiny_ledger/ledger.jsonl").read_bytes() == ledger


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_row_32_a_full_disk_leaves_the_earlier_output(tmp_path: Path, small_disk: Path) -> None:
    made, out = study(tmp_path, many_rows(20_000), CHOICE, rows=20_000), earlier_output(small_disk / "out")
    said = subprocess.run(command(made, out), capture_output=True, text=True, timeout=120, check=False)
    assert_told_and_kept(said, out, "space")


def test_row_32_output_that_another_program_holds_open_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows answers when a file of the folder is open in Excel."""
    made, out = study(tmp_path, table(q=[1, 2]), CHOICE), earlier_output(tmp_path / "out")
    rename = Path.rename

    def held(path: Path, target: Path) -> Path:
        if path.name == "rows_harmonised":
            raise PermissionError(13, "Permission denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(CwbError, match="E530"):
        harmonise_files(made, out)
    assert (out / "restricted/rows_harmonised/earlier.txt").read_text() == "earlier"
    assert leftovers(out) == []


def test_row_32_an_output_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    made = study(tmp_path, table(q=[1, 2]), CHOICE)
    (tmp_path / "out").write_text("a file")
    said = cli("harmonise", made, "--out", tmp_path / "out")
    assert said.returncode == 1 and "Traceback" not in said.stderr and "E530" in said.stderr
    assert (tmp_path / "out").read_text() == "a file"


# Row 33: Qualtrics and LimeSurvey


def test_row_33_the_header_rows_of_qualtrics_are_no_respondents_and_their_texts_are_questions(tmp_path: Path) -> None:
    waves, folder = accepted(qualtrics(tmp_path))
    assert len(waves.frame) == PEOPLE and "De vraag van q" in report_of(folder)


def test_row_33_a_qualtrics_export_read_as_plain_text_is_refused(tmp_path: Path) -> None:
    made = qualtrics(tmp_path)
    with_source(made / MAP, form="plain")
    refused(made, "E104", line=3)
    assert any("header" in problem.what for problem in told(made, "W106")) or told(made, "E120")


def test_row_33_seen_but_unanswered_is_a_code_of_its_own(tmp_path: Path) -> None:
    made = qualtrics(tmp_path, q=["1", "2", "-99", ""])
    assert "code -99" in refused(made, "E120", line=6).what
    edit(made / MAP, "2: b}}", "2: b}, missing: {-99: no_answer, sysmis: not_asked}}")
    assert answers(made, "choice")[:4] == ["a", "b", "no_answer", "not_asked"]


def test_row_33_order_and_text_columns_are_left_out_and_named(tmp_path: Path) -> None:
    made = qualtrics(tmp_path, q_DO_1=["1"], q_3_TEXT=[CANARY])
    assert "q_DO_1" in warned(made, "W220").what and "q_3_TEXT" in warned(made, "W220").what


def test_row_33_previews_are_left_out_and_partial_answers_kept_with_a_flag(tmp_path: Path) -> None:
    rules = (
        "leave_out: {Status: ['1']}\n"
        "disposition: {from: Finished, codes: {1: complete, 0: partial}, harmonise: [complete, partial]}\n"
    )
    made = qualtrics(tmp_path, more=rules, Status=["0", "0", "1"], Finished=["1", "0"])
    waves, _ = accepted(made)
    assert waves.records[0].left_out["Status = 1"] == 4
    # rows 3, 6, 9 and 12 are previews; of the other eight, the even ones are not finished
    assert waves.frame["disposition"].tolist() == ["complete", "partial", "partial", "complete"] * 2


def test_row_33_answers_in_several_languages_are_told_and_can_be_mapped(tmp_path: Path) -> None:
    made = qualtrics(tmp_path, "choice: {from: q, relation: exact, recode: {Ja: a, Nee: b}}", q=["Ja", "Evet", "Nee"])
    assert refused(made, "E120", line=6).n == 4
    edit(made / MAP, "Nee: b}", "Nee: b, Evet: a}")
    assert answers(made, "choice")[:3] == ["a", "a", "b"]


def test_row_33_codes_and_labels_are_never_mixed(tmp_path: Path) -> None:
    """A file with choice texts under a map with codes: nothing is guessed from the text."""
    assert refused(qualtrics(tmp_path, q=["Ja", "1"]), "E120", line=6).n == 6


def limesurvey(folder: Path, entries: str, **columns: list[str]) -> Path:
    names = ["id", *columns]
    rows = [[str(row), *(values[row % len(values)] for values in columns.values())] for row in range(PEOPLE)]
    lines = [",".join(f'"{cell}"' for cell in row) for row in (names, *rows)]
    raw = "\ufeff" + "\n".join(lines) + "\n"
    return study(folder, raw, entries, ids="{columns: [id], scope: wave}", form="limesurvey")


def test_row_33_codes_of_limesurvey_and_its_own_words_are_codes(tmp_path: Path) -> None:
    entry = "letter: {from: q1, relation: exact, recode: {AO01: a, AO02: b, -oth-: c}, missing: {N/A: not_asked}}"
    made = limesurvey(tmp_path, entry, q1=["AO01", "AO02", "-oth-", "N/A"])
    assert answers(made, "letter")[:4] == ["a", "b", "c", "not_asked"]


@pytest.mark.parametrize("word", ["-oth-", "N/A", ""])
def test_row_33_words_of_limesurvey_that_the_map_does_not_know_are_told(tmp_path: Path, word: str) -> None:
    entry = "choice: {from: q1, relation: exact, recode: {AO01: a, AO02: b}}"
    made = limesurvey(tmp_path, entry, q1=["AO01", "AO02", word])
    assert refused(made, "E120" if word else "E121", line=6).n == 4


@pytest.mark.parametrize("text", ["", ". Waar bent u lid van? [FNV]"], ids=["codes", "codes_and_texts"])
def test_row_33_ticks_of_limesurvey_stand_under_the_code_in_brackets(tmp_path: Path, text: str) -> None:
    entry = (
        "unions: {any_of: {fnv: 'q12[SQ001]', cnv: 'q12[SQ002]'}, relation: broad, selected: Y, unselected: sysmis, "
        "nothing_ticked: none, missing: {N/A: not_asked}}"
    )
    columns = {f"q12[SQ001]{text}": ["Y", "", "N/A"], f"q12[SQ002]{text}": ["Y", "", "N/A"]}
    made = limesurvey(tmp_path, entry, **columns, **{"q12[other]": [CANARY]})
    assert answers(made, "unions")[:3] == ["fnv cnv", "none", "not_asked"]


# Row 34: one id in two populations


def same_ids(made: Path) -> None:
    """Members and residents are numbered alike; in the panel scope of both, an id says who a person is."""
    tiny_study.write_workers(made, lidnr=[str(number) for number in range(40)])
    edit(made / "waves/residents.yml", "scope: wave", "scope: panel")


def test_row_34_member_17_and_resident_17_are_two_people(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    same_ids(made)
    frame = cwb.harmonise(cwb.open_study(made)).frame
    people = {name: set(part["person"]) for name, part in frame.groupby("population", observed=True)}
    assert (len(people["coop_workers"]), len(people["residents"])) == (40, 60)
    assert not people["coop_workers"] & people["residents"]


def test_row_34_population_wave_and_person_are_the_key_of_every_row(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    same_ids(made)
    waves = cwb.harmonise(cwb.open_study(made))
    assert not waves.frame.duplicated(["population", "wave", "person"]).any()
    assert {name: len(psus) for name, psus in waves.psus.items()} == {"coop_workers": 40, "residents": 60}


def test_row_34_nobody_moves_from_one_population_to_another_in_a_trace(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    same_ids(made)
    traced = cwb.trace(cwb.harmonise(cwb.open_study(made)), "life_satisfaction")
    files = traced.groupby("population", observed=True)["file"].unique().map(list).to_dict()
    assert files == {"coop_workers": ["workers.sav"], "residents": ["residents.csv"]}


# Row 35: few people


def test_row_35_a_group_of_four_and_what_would_give_it_away_are_in_no_table(tmp_path: Path) -> None:
    """36 men and 4 women: with the men published, total minus men would be the women."""
    made = tiny_study.make(tmp_path)
    tiny_study.write_workers(made, geslacht=[1.0] * 36 + [2.0] * 4)
    edit(made / "waves/workers.yml", "label: vrouw}}\n    missing: {sysmis: no_answer}", "label: vrouw}}")
    run(made, tmp_path / "out", langs=["nl"], formats=["html"])
    table_ = pd.read_csv(tmp_path / "out/releases/tiny/tables/indicators.csv", dtype="str", comment="#")
    by_sex = table_[table_["dimension"] == "sex"]
    figures = ["value", "band", "se", "ci_low", "ci_high", "n", "ess", "deff"]
    assert set(by_sex["category"]) == {"male", "female"}
    assert not by_sex[figures].notna().to_numpy().any()
    assert by_sex["status"].str.startswith("suppressed").all()


def test_row_35_exact_counts_stand_in_the_restricted_folder_only(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    run(made, tmp_path / "out", langs=["nl"], formats=["html"])
    names = {path.name for path in (tmp_path / "out/releases/tiny").rglob("*")}
    assert not names & {"harmonised.parquet", "originals", "warnings.txt", "harmonisation.json", "exclusions.csv"}


BREAKS = {
    "unmapped": (CHOICE, {"q": [1, 2, 7]}, ""),
    "empty": (CHOICE, {"q": [1, 2, ""]}, ""),
    "outside": ("score: {from: q, relation: exact, keep: 0..10}", {"q": [1, 2, 77]}, ""),
    "no_number": ("score: {from: q, relation: exact, keep: 0..10}", {"q": [1, 2, "x"]}, ""),
    "date": ("day: {from: q, relation: exact, date: iso}", {"q": ["2024-01-01", "2024-01-01", "x"]}, ""),
    "weight": (CHOICE, {"q": [1, 2], "w": [1, 1, 0]}, "design: {weight: w}\n"),
    "stratum": (CHOICE, {"q": [1, 2], "w": ["a", "a", ""]}, "design: {stratum: w}\n"),
    "id": (CHOICE, {"q": [1, 2]}, "ID"),
    "outcome": (CHOICE, {"q": [1, 2], "w": [1, 1, 2]}, "disposition: {from: w, codes: {1: complete}}\n"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_row_35_no_message_counts_fewer_than_ten_people(tmp_path: Path, name: str) -> None:
    entry, columns, more = BREAKS[name]
    ids = "{columns: [same], scope: wave}" if more == "ID" else "{columns: [nr], scope: wave}"
    raw = table(same=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10], **columns)
    made = study(tmp_path, raw, entry, ids=ids, more="" if more == "ID" else more)
    said = cli("check", made)
    assert said.returncode == 1 and "<10 of 12 respondents" in said.stderr
    assert not re.search(r"(?<![<\d])\b[1-9] of \d+ respondents|\(\d+\.\d%\)", said.stderr)


@pytest.mark.parametrize("value", ["1923", "1065"], ids=["birth_year", "postcode"])
def test_row_35_a_birth_year_or_postcode_in_the_wrong_column_is_not_told(tmp_path: Path, value: str) -> None:
    made = study(tmp_path, table(q=[1, 2, value]), CHOICE)
    assert value not in str(refused(made, "E120", line=6)).partition("E120")[2]


def test_row_35_a_count_of_ten_is_told_with_its_share(tmp_path: Path) -> None:
    problems = told(study(tmp_path, table(q=[1, 7, 7, 7, 7, 7]), CHOICE.replace("2: b", "2: b")), "E120")
    assert "10 of 12 respondents (83.3%)" in str(problems[0])


def test_row_35_no_jump_of_a_reason_counts_fewer_than_ten_people(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    text = "\n".join(str(problem) for problem in check(made))
    assert not re.search(r"(?<![<\d])\b[1-9] of \d+ respondents", text)


def test_row_35_inspect_counts_nobody_below_ten(tmp_path: Path) -> None:
    rows = [[row, 1 if row < 35 else 2] for row in range(40)]
    book(["nr", "q"], *rows)(tmp_path / "w.xlsx")
    said = cli("inspect", tmp_path / "w.xlsx")
    assert said.returncode == 0 and "<10" in said.stdout
    assert not re.search(r"\b2 +5\b", said.stdout)


def test_row_35_progress_and_warnings_of_a_run_name_no_small_count(tmp_path: Path) -> None:
    made = tiny_study.make(tmp_path)
    said = cli("harmonise", made, "--out", tmp_path / "out")
    assert said.returncode == 0, said.stderr
    text = said.stdout + said.stderr + (tmp_path / "out/restricted/tiny_harmonised/warnings.txt").read_text()
    assert tiny_study.CANARY_ID not in text and tiny_study.CANARY_TEXT not in text
    assert not re.search(r"(?<![<\d])\b[1-9] (of \d+ )?respondents", text)


def test_row_35_objects_show_their_shape_and_no_cell(tmp_path: Path) -> None:
    made = study(tmp_path, table(id=[f"{CANARY}{row}" for row in range(PEOPLE)], q=[1, 2]), CHOICE)
    edit(made / MAP, "columns: [nr]", "columns: [id]")
    waves = cwb.harmonise(cwb.open_study(made))
    assert_secret(f"{waves!r} {waves.study!r} {[str(record) for record in waves.records]}")

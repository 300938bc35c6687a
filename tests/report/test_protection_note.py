"""The note on how the answers are protected: what it counts is what the release holds, and it is read aloud easily."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from cwb_impact.report import builtin, protection
from cwb_impact.report.release import Release, open_release
from cwb_impact.report.words import LANGUAGES, Lang, text, words
from cwb_impact.report.workspace import make_workspace
from report.forbidden import above_its_level

BOTH = pytest.mark.parametrize("lang", LANGUAGES)
LONGEST, MEAN = 22, 12
"""Words in a Dutch sentence at B1."""
JARGON = r"\b(\w*suppress\w*|onderdruk\w*|respondent\w*|primair\w*|secundair\w*|disclosure|cel|microdata|populatie)\b"


def whole(release: Release, lang: Lang) -> str:
    """The Markdown of the note, in the order of the .qmd."""
    of_release = (protection.opening, protection.promise, protection.done, protection.counted, protection.cost)
    told = [block(release, lang) for block in of_release]
    return "\n\n".join([*told, protection.instead(lang), protection.not_promised(lang), text("protection.yours", lang)])


def lines_of_table(release: Release, lang: Lang) -> dict[str, list[int]]:
    """Group -> its numbers, read back from the Markdown."""
    lines = [line for line in protection.counted(release, lang).splitlines() if line.startswith("| ")][1:]
    split = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return {name: [int(re.sub(r"\D", "", number)) for number in numbers] for name, *numbers in split}


@BOTH
def test_the_table_counts_every_figure_once(release: Release, lang: Lang) -> None:
    rows = release.tables["indicators"]
    table = lines_of_table(release, lang)
    *groups, everybody = table.values()
    assert all(sum(kinds) == together for *kinds, together in table.values())
    assert everybody == [sum(column) for column in zip(*groups, strict=True)]
    assert everybody[-1] == len(rows)
    workers = next(iter(groups))  # the populations stand in the order of the manifest
    own = rows[rows["population"] == "coop_workers"]
    shown = own["status"].isin(["published", "low_reliability"])
    assert workers == [
        int((shown & (own["band"] == "")).sum()),
        int((own["band"] != "").sum()),
        int((own["status"] == "suppressed_primary").sum()),
        int((own["status"] == "suppressed_secondary").sum()),
        int((own["status"] == "not_collected").sum()),
        len(own),
    ]
    assert min(workers[:4]) > 0  # the fixture has a case of each


@BOTH
def test_the_reasons_add_up_to_what_the_rules_hide(release: Release, lang: Lang) -> None:
    said = protection.counted(release, lang).split(text("protection.why", lang, reasons="|").split("|")[0])[1]
    numbers = [int(number) for number in re.findall(r"\((\d+)\)", said)]
    assert len(numbers) >= 3
    assert sum(numbers) == list(lines_of_table(release, lang).values())[-1][2]


@BOTH
def test_every_number_in_the_note_is_counted_or_stands_in_the_rules(release: Release, lang: Lang) -> None:
    """A number in the words themselves would stay when a study has other rules."""
    policy = release.manifest["policy"]
    names = [release.name("waves", wave, lang) for wave in release.waves]
    names += [release.name("populations", population, lang) for population in release.manifest["populations"]]
    known = " ".join([policy["text"][lang], policy["version"], *names])
    counted = {number for numbers in lines_of_table(release, lang).values() for number in numbers}
    kinds = list(lines_of_table(release, lang).values())[-1]
    counted |= {kinds[2] + kinds[3], kinds[5] - kinds[4], len(release.tables["changes"])}
    counted.add(int(release.tables["changes"]["status"].isin(["published", "low_reliability"]).sum()))
    rows = release.tables["indicators"]
    counted |= set(rows[rows["status"] == "suppressed_primary"]["reason"].value_counts())
    assert not [key for key in words(lang) if key.startswith("protection.") and re.search(r"\d", words(lang)[key])]
    found = re.findall(r"\d+", whole(release, lang))
    told = set(re.findall(r"\d+", known)) | {str(number) for number in counted}
    assert [number for number in found if number not in told] == []


@BOTH
def test_differences_are_told_only_where_waves_are_compared(release: Release, first: Release, lang: Lang) -> None:
    of_changes = text("protection.done.changes", lang)
    assert of_changes in protection.done(release, lang)
    assert of_changes not in protection.done(first, lang)
    changes = release.tables["changes"]
    numbers = {"shown": str(int((changes["status"] == "published").sum())), "all": str(len(changes))}
    assert text("protection.changes", lang, **numbers) in protection.counted(release, lang)


@BOTH
def test_the_note_says_that_people_are_invented_only_when_they_are(release: Release, real: Release, lang: Lang) -> None:
    assert text("synthetic.word", lang) in protection.opening(release, lang)
    assert text("synthetic.word", lang) not in protection.opening(real, lang)


@BOTH
def test_figures_of_the_programme_report_are_said_to_be_public(
    with_programme: Release, release: Release, lang: Lang
) -> None:
    public = text("protection.public", lang)
    assert public in protection.promise(with_programme, lang)
    without = Release(release.folder, {**release.manifest, "programme": None}, release.tables)
    assert public not in protection.promise(without, lang)


def test_a_status_that_the_note_does_not_know_stops_it() -> None:
    """It would be left out of the counts without a word."""
    with pytest.raises(KeyError):
        protection.kind({"status": "a_status_of_next_year", "band": ""})


@BOTH
def test_the_note_claims_nothing_and_gives_no_address(release: Release, lang: Lang) -> None:
    told = whole(release, lang)
    assert above_its_level(told, lang) == []
    assert not re.search(r"@|https?:|www\.|\b\d{2,}-\d{5,}", told)


def test_the_dutch_is_short_and_without_jargon() -> None:
    ours = [words("nl")[key].replace("**", "") for key in words("nl") if key.startswith("protection.")]
    sentences = [one for said in ours for one in re.split(r"(?<=[.?!:]) ", said)]
    lengths = [len(sentence.split()) for sentence in sentences]
    assert max(lengths) <= LONGEST and sum(lengths) / len(lengths) <= MEAN
    assert [said for said in ours if re.search(JARGON, said, re.IGNORECASE)] == []


@pytest.mark.slow
@BOTH
def test_the_note_is_two_pages_at_most(small: Callable[..., Path], tmp_path: Path, lang: Lang) -> None:
    workspace = make_workspace(open_release(small()), "protection", lang, tmp_path)
    (made,) = builtin.render(workspace, ["pdf"])
    pages = PdfReader(io.BytesIO(made.read_bytes())).pages
    assert 1 <= len(pages) <= 2
    assert all(text("synthetic.word", lang) in page.extract_text() for page in pages)

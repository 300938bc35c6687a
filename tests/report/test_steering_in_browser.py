"""The steering page in a real browser: what its filters hide, what the address holds, and how wide it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cwb_impact.report.release import open_release
from cwb_impact.report.steering_page import steering_page
from cwb_impact.report.words import LANGUAGES, Lang
from report.programme_release import make_programme_release
from report.steering_dom import Node, dom

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]
BOTH = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    release = open_release(make_programme_release(tmp_path_factory.mktemp("programme")))
    for lang in LANGUAGES:
        (out / f"steering.{lang}.html").write_text(steering_page(release, lang), encoding="utf-8")
    return out


def opened(page: Path, after: str = "", width: int = 1280) -> Node:
    """The page as it is when its script has run, at an address that ends with `after`."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},900", "--dump-dom",
               f"--user-data-dir={page.parent / 'browser'}", f"{page.as_uri()}{after}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return dom(done.stdout)


def rows(page: Node) -> list[Node]:
    return [row for body in page.all("tbody") for row in body.all("tr")]


def shown(page: Node, name: str) -> list[str]:
    """What the rows that are shown have of a facet; "" for a row that has none."""
    return [row.attributes.get(f"data-{name}", "") for row in rows(page) if "hidden" not in row.attributes]


@BOTH
def test_without_a_choice_all_rows_are_shown_and_counted(folder: Path, lang: Lang) -> None:
    page = opened(folder / f"steering.{lang}.html")
    all_rows = len(rows(page))
    assert [row for row in rows(page) if "hidden" in row.attributes] == []
    assert "hidden" not in page.all("form", id="filters")[0].attributes
    said = {"nl": f"U ziet {all_rows} van de {all_rows} rijen.", "en": f"You see {all_rows} of {all_rows} rows."}
    assert page.all("p", id="shown")[0].words == said[lang]


@pytest.mark.parametrize(("name", "key"), [("line", "3"), ("phase", "concept"), ("status", "unknown")])
def test_a_choice_in_the_address_hides_the_other_rows(folder: Path, name: str, key: str) -> None:
    page = opened(folder / "steering.en.html", f"#{name}={key}")
    kept = shown(page, name)
    assert kept
    assert all(key in found.split() for found in kept)
    hidden = [row for row in rows(page) if "hidden" in row.attributes]
    assert all(key not in row.attributes.get(f"data-{name}", "").split() for row in hidden)
    told = re.findall(r"\d+", page.all("p", id="shown")[0].words)
    assert told == [str(len(rows(page)) - len(hidden)), str(len(rows(page)))]


def test_choices_work_together_and_with_a_word(folder: Path) -> None:
    both = opened(folder / "steering.en.html", "#line=3&status=replaced")
    found = [row for row in rows(both) if "hidden" not in row.attributes]
    assert {(row.attributes["data-line"], row.attributes["data-status"]) for row in found} == {("3", "replaced")}
    word = opened(folder / "steering.en.html", "#words=wiseminds")
    assert 1 <= len(shown(word, "phase")) <= 3


def test_what_is_no_choice_hides_nothing(folder: Path) -> None:
    for after in ("#line-140", "#status=a_status_of_next_year"):
        page = opened(folder / "steering.en.html", after)
        assert [row for row in rows(page) if "hidden" in row.attributes] == []


def test_the_other_language_keeps_the_choice(folder: Path) -> None:
    page = opened(folder / "steering.en.html", "#phase=soon")
    assert page.all("a", class_="language")[0].attributes["href"].endswith("/steering.nl.html#phase=soon")


def test_a_choice_by_hand_comes_into_the_address(folder: Path, tmp_path: Path) -> None:
    """The select is changed as a reader changes it; the page must then have the choice in its address."""
    source = (folder / "steering.en.html").read_text(encoding="utf-8")
    act = """<script>
      const chosen = document.querySelector("select[name=phase]");
      chosen.value = "concept"; chosen.dispatchEvent(new Event("input", {bubbles: true}));
      document.title = location.hash;
    </script></body>"""
    page = opened(_changed(tmp_path, source, act))
    assert page.all("title")[0].words == "#phase=concept"
    assert set(shown(page, "phase")) == {"concept"}


def test_a_link_to_a_row_that_a_choice_hides_shows_it_again(folder: Path, tmp_path: Path) -> None:
    source = (folder / "steering.en.html").read_text(encoding="utf-8")
    act = """<script>
      const chosen = document.querySelector("select[name=phase]");
      const row = document.getElementById("target-joint_working_method");
      chosen.value = "concept"; chosen.dispatchEvent(new Event("input", {bubbles: true}));
      const before = row.hidden;
      addEventListener("hashchange", () => { document.title = [before, row.hidden, chosen.value].join(); });
      document.querySelector(`a[href="#${row.id}"]`).click();
    </script></body>"""
    page = opened(_changed(tmp_path, source, act))
    assert page.all("title")[0].words == "true,false,"
    assert [row for row in rows(page) if "hidden" in row.attributes] == []


@BOTH
@pytest.mark.parametrize("width", [375, 1280])
def test_the_page_is_never_wider_than_the_screen(folder: Path, tmp_path: Path, lang: Lang, width: int) -> None:
    source = (folder / f"steering.{lang}.html").read_text(encoding="utf-8")
    # a frame is exactly as wide as it is told to be, whatever the smallest window of the browser
    inner = _changed(tmp_path, source, "</body>")
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<!doctype html><html><head><title>x</title></head><body><iframe id="f" width="{width}" height="900" '
        f'src="{inner.name}" frameborder="0"></iframe><script>addEventListener("message", (told) => '
        "{ document.title = told.data; });</script></body></html>",
        encoding="utf-8",
    )
    tell = """<script>
      const {scrollWidth, clientWidth} = document.documentElement;
      parent.postMessage([innerWidth, scrollWidth - clientWidth].join(" "), "*");
    </script>"""
    inner.write_text(inner.read_text(encoding="utf-8").replace("</body>", f"{tell}</body>"), encoding="utf-8")
    told = opened(outer, width=1400).all("title")[0].words.split()
    assert told == [str(width), "0"]


def _changed(folder: Path, source: str, end: str) -> Path:
    """A copy with another end, which may run scripts of the test."""
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source)
    path = folder / "changed.html"
    path.write_text(free.replace("</body>", end), encoding="utf-8")
    return path


def test_the_policy_of_the_page_lets_no_other_script_run(folder: Path, tmp_path: Path) -> None:
    source = (folder / "steering.en.html").read_text(encoding="utf-8")
    path = tmp_path / "steering.en.html"
    path.write_text(source.replace("</body>", "<script>document.title = 'ran';</script></body>"), encoding="utf-8")
    assert opened(path).all("title")[0].words != "ran"

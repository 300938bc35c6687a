"""The finished documents: what a reader opens, in both languages and all three formats."""

from __future__ import annotations

import base64
import html
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cwb_impact.errors import CwbError
from cwb_impact.report import builtin, render, workspace
from cwb_impact.report.release import open_release
from cwb_impact.report.words import LANGUAGES, Lang, text
from report.forbidden import above_its_level

pytestmark = pytest.mark.slow

OF_OUTCOMES = ("summary", "results", "technical")
REPORTS = (*OF_OUTCOMES, "protection")
FIGURES = ("summary", "results")
"""The reports with figures; the technical appendix has definitions only, the note on protection only counts them."""
BOTH = pytest.mark.parametrize("lang", LANGUAGES)
EACH = pytest.mark.parametrize("report", REPORTS)
Documents = dict[str, Path]


@pytest.fixture(scope="module")
def folder_of_two(small: Callable[..., Path]) -> Path:
    return small()


@pytest.fixture(scope="module")
def progress() -> list[str]:
    return []


@pytest.fixture(scope="module")
def documents(folder_of_two: Path, progress: list[str], tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """All documents of a release of two waves, by file name, made without Quarto."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render.quarto, "find_quarto", lambda: None)
        out = tmp_path_factory.mktemp("reports")
        made = render.render(folder_of_two, out, LANGUAGES, render.FORMATS, progress.append)
    return {path.name: path for path in made}


@pytest.fixture(scope="module")
def first_documents(small: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Documents:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render.quarto, "find_quarto", lambda: None)
        out = tmp_path_factory.mktemp("first")
        made = render.render(small("2025Q3"), out, LANGUAGES, ["html"], lambda _: None)
    return {path.name: path for path in made}


class Page(HTMLParser):
    """What a page loads, shows in words, and shows in pictures."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.loaded: list[str] = []
        self.pictures: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.language = ""
        self._silent = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.loaded += [given[name] for name in ("src", "href", "action", "poster", "data") if name in given]
        self._silent = tag in ("style", "script")
        if tag in ("img", "svg"):
            self.pictures.append(given)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = given.get("lang", "")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page(documents: Documents, report: str, lang: str) -> Page:
    return Page(documents[f"{report}.{lang}.html"].read_text(encoding="utf-8"))


def part(document: Path, name: str) -> str:
    with zipfile.ZipFile(document) as archive:
        return archive.read(name).decode()


def docx_words(document: Path) -> str:
    paragraphs = part(document, "word/document.xml").split("</w:p>")
    runs = (" ".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", paragraph)) for paragraph in paragraphs)
    return html.unescape(" ".join(runs))


def test_every_report_language_and_format_is_made(documents: Documents, progress: list[str]) -> None:
    reports = (*REPORTS, "progress")
    expected = {f"{report}.{lang}.{kind}" for report in reports for lang in LANGUAGES for kind in render.FORMATS}
    assert set(documents) == expected | {f"steering.{lang}.html" for lang in LANGUAGES}
    assert len(progress) == len(reports) * len(LANGUAGES)


@BOTH
@EACH
def test_a_page_loads_nothing_from_elsewhere(documents: Documents, report: str, lang: Lang) -> None:
    source = documents[f"{report}.{lang}.html"].read_text(encoding="utf-8")
    loaded = [address for address in Page(source).loaded if not address.startswith(("data:", "#"))]
    assert loaded == []
    assert re.findall(r"url\(\s*['\"]?(?!data:)[^)]*\)|@import|<script|//[\w.-]+\.\w+/", source) == [
        "//www.w3.org/"  # the name of the XHTML namespace; nothing is fetched from it
    ]


@BOTH
def test_pictures_inside_a_page_load_nothing_either(documents: Documents, lang: Lang) -> None:
    drawings = [base64.b64decode(picture["src"].partition("base64,")[2]).decode()
                for picture in page(documents, "results", lang).pictures]  # fmt: skip
    assert len(drawings) >= 10
    named = {address for drawing in drawings for address in re.findall(r"https?://[^\"'\s<]+", drawing)}
    assert named == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@BOTH
def test_every_picture_of_a_page_has_words(documents: Documents, lang: Lang) -> None:
    pictures = page(documents, "results", lang).pictures
    start = {"nl": "Grafiek van ", "en": "Chart of "}[lang]
    said = [picture.get("alt", picture.get("aria-label", "")) for picture in pictures]
    assert [words for words in said if not words.startswith(start)] == []
    assert len(pictures) >= 10


@BOTH
@EACH
def test_a_page_has_its_language_one_title_and_headings_that_skip_no_level(
    documents: Documents, report: str, lang: Lang
) -> None:
    made = page(documents, report, lang)
    assert made.language == lang
    assert made.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(made.headings, made.headings[1:], strict=False))


@BOTH
def test_every_picture_of_a_word_document_has_words(documents: Documents, lang: Lang) -> None:
    source = part(documents[f"results.{lang}.docx"], "word/document.xml")
    start = {"nl": "Grafiek van ", "en": "Chart of "}[lang]
    said = [html.unescape(words) for words in re.findall(r'<wp:docPr[^>]*descr="([^"]*)"', source)]
    assert len(said) == source.count("<wp:inline") == len(page(documents, "results", lang).pictures)
    assert [words for words in said if not words.startswith(start)] == []


@BOTH
@EACH
def test_a_word_document_points_to_nothing_elsewhere(documents: Documents, report: str, lang: Lang) -> None:
    assert 'TargetMode="External"' not in part(documents[f"{report}.{lang}.docx"], "word/_rels/document.xml.rels")


@BOTH
@EACH
def test_every_page_of_every_format_says_that_the_people_are_invented(
    documents: Documents, folder_of_two: Path, report: str, lang: Lang, tmp_path: Path
) -> None:
    word = text("synthetic.word", lang)
    source = documents[f"{report}.{lang}.html"].read_text(encoding="utf-8")
    assert f'<div class="running" role="note">{text("synthetic.running", lang)}</div>' in source
    assert word in Page(source).text
    docx = documents[f"{report}.{lang}.docx"]
    header = re.search(r'<w:headerReference[^>]*r:id="(\w+)"', part(docx, "word/document.xml"))
    assert header is not None
    assert f'Id="{header[1]}"' in part(docx, "word/_rels/document.xml.rels")
    assert text("synthetic.running", lang) in part(docx, "word/header1.xml")
    assert word in docx_words(docx)
    made = workspace.make_workspace(open_release(folder_of_two), report, lang, tmp_path)
    assert text("synthetic.running", lang) in (made.folder / "page.typ").read_text(encoding="utf-8")


@BOTH
def test_every_chart_in_a_page_says_that_the_people_are_invented(documents: Documents, lang: Lang) -> None:
    for picture in page(documents, "results", lang).pictures:
        assert text("synthetic.chart", lang) in base64.b64decode(picture["src"].partition("base64,")[2]).decode()


@BOTH
@EACH
def test_no_document_claims_more_than_change(documents: Documents, report: str, lang: Lang) -> None:
    assert above_its_level(page(documents, report, lang).text, lang) == []
    assert above_its_level(docx_words(documents[f"{report}.{lang}.docx"]), lang) == []


@BOTH
@pytest.mark.parametrize("report", FIGURES)
def test_all_formats_say_the_same(documents: Documents, report: str, lang: Lang) -> None:
    """Every table cell of the page stands in the Word document too."""
    source = documents[f"{report}.{lang}.html"].read_text(encoding="utf-8")
    cells = {
        html.unescape(re.sub(r"<[^>]+>|\s+", " ", cell)).strip()
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", source, re.DOTALL)
    }
    words = " ".join(docx_words(documents[f"{report}.{lang}.docx"]).split())
    assert len(cells) > 10
    assert [cell for cell in cells if " ".join(cell.split()) not in words] == []


@BOTH
def test_a_first_measurement_states_no_change_anywhere(first_documents: Documents, lang: Lang) -> None:
    said = {"nl": "over verandering is nog niets te zeggen", "en": "no change can be stated"}[lang]
    for report in OF_OUTCOMES:
        made = page(first_documents, report, lang)
        assert said in made.text
        assert not re.search(r"aantoonbaar|detectable|procentpunt|percentage points", made.text)


@BOTH
def test_unknown_is_shown_as_unknown(documents: Documents, lang: Lang) -> None:
    word = {"nl": "onbekend", "en": "unknown"}[lang]
    row = {"nl": "Elk kwartaal een masterclass", "en": "A masterclass every quarter"}[lang]
    source = documents[f"summary.{lang}.html"].read_text(encoding="utf-8")
    cells = re.findall(rf">{row}</th>(.*?)</tr>", source, re.DOTALL)[0]
    assert cells.count(f">{word}<") == 2


@BOTH
def test_a_published_figure_has_every_margin_with_its_method(documents: Documents, lang: Lang) -> None:
    said = {
        "nl": "Ernaast: Landelijk cijfer (Nederland, 2024): 7,2 (7,1 tot 7,3; enquête); 7,2 (6,9 tot 7,4; model) †.",
        "en": "Beside it: National figure (the Netherlands, 2024): "
        "7.2 (7.1 to 7.3; survey); 7.2 (6.9 to 7.4; model) †.",
    }[lang]
    assert said in page(documents, "results", lang).text


@BOTH
def test_the_appendix_has_every_definition_in_its_contents(documents: Documents, lang: Lang) -> None:
    made = page(documents, "technical", lang)
    assert made.text.count("E05 Net") == 2  # in the contents, and where it stands


@pytest.mark.parametrize("report", FIGURES)
def test_references_and_captions_are_numbered_in_the_language(documents: Documents, report: str) -> None:
    assert "Tabel\u00a01: " in page(documents, report, "nl").text.replace("Tabel 1", "Tabel\u00a01")
    source = documents[f"{report}.en.html"].read_text(encoding="utf-8")
    numbers = re.findall(r"<caption>Table\u00a0(\d+): ", source)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) >= 4


@BOTH
@EACH
def test_pdfs_are_accessible_and_in_their_language(documents: Documents, report: str, lang: Lang) -> None:
    content = documents[f"{report}.{lang}.pdf"].read_bytes()
    assert content.startswith(b"%PDF-")
    assert f"/Lang ({lang}".encode() in content or f"/Lang({lang}".encode() in content
    assert b"pdfuaid" in content
    assert b"/MediaBox [0 0 595" in content or b"/MediaBox[0 0 595" in content


@EACH
def test_word_documents_are_a4(documents: Documents, report: str) -> None:
    size = re.findall(r"<w:pgSz ([^/]*)/>", part(documents[f"{report}.nl.docx"], "word/document.xml"))
    assert [sorted(re.findall(r"\d+", one)) for one in size] == [["11906", "16838"]]


def test_the_same_release_gives_the_same_bytes(documents: Documents, folder_of_two: Path, tmp_path: Path) -> None:
    release = open_release(folder_of_two)
    for report in REPORTS:
        made = builtin.render(workspace.make_workspace(release, report, "nl", tmp_path / report), list(render.FORMATS))
        for path in made:
            assert path.read_bytes() == documents[path.name].read_bytes(), path.name


def test_a_place_on_this_machine_is_in_no_document(documents: Documents, folder_of_two: Path) -> None:
    for name, path in documents.items():
        content = path.read_bytes()
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(member) for member in archive.namelist())
        assert str(folder_of_two.parent).encode() not in content, name


def test_an_unknown_language_or_format_is_refused(folder_of_two: Path, tmp_path: Path) -> None:
    with pytest.raises(CwbError, match=r"E514 format: odt is not known\. Known: html, pdf, docx"):
        render.render(folder_of_two, tmp_path, ["nl"], ["odt"], lambda _: None)
    with pytest.raises(CwbError, match="E514 language: fr"):
        render.render(folder_of_two, tmp_path, ["fr"], ["html"], lambda _: None)


def test_when_a_report_fails_the_earlier_one_stays(small: Callable[..., Path], tmp_path: Path) -> None:
    broken = small()
    manifest = json.loads((broken / "manifest.json").read_text(encoding="utf-8"))
    del manifest["indicators"]["job_satisfaction"]["decimals"]
    (broken / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    earlier = tmp_path / "summary.nl.html"
    earlier.write_text("earlier", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render.quarto, "find_quarto", lambda: None)
        with pytest.raises(CwbError, match="E512 cell: failed: KeyError: 'decimals'"):
            render.render(broken, tmp_path, ["nl"], ["html"], lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["summary.nl.html"]
    assert earlier.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("code", "what"), [("print('words')", "something else than Markdown"), ("1 / 0", "ZeroDivisionError")]
)
def test_a_cell_that_fails_or_prints_stops_the_report(tmp_path: Path, code: str, what: str) -> None:
    qmd = tmp_path / "x.qmd"
    qmd.write_text(f"---\ntitle: x\n---\n\n```{{python}}\n{code}\n```\n", encoding="utf-8")
    with pytest.raises(CwbError, match=f"E512 .*{what}"):
        builtin.run_cells(qmd)


def test_values_in_the_text_are_filled_in_where_they_stand(tmp_path: Path) -> None:
    qmd = tmp_path / "x.qmd"
    cell = "```{python}\nfrom IPython.display import Markdown\na = 1\n```"
    later = "```{python}\na = 2\n```"
    inline = "Value `{python} Markdown(str(a))` and `{python} Markdown('**b**')`."
    qmd.write_text(f"---\ntitle: x\n---\n\n{cell}\n\n{inline}\n\n{later}\n\n{inline}\n", encoding="utf-8")
    said = builtin.run_cells(qmd)
    assert said.index("Value 1 and **b**.") < said.index("Value 2 and **b**.")
    assert "{python}" not in said

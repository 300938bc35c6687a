"""The harmonisation report as a page: escaped, marked, complete, bounded, in two languages."""

import io
import re
import string
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from cwb_impact.dossier import Dossier, show, write_html
from cwb_impact.dossier.elements import element
from cwb_impact.dossier.page import STYLE, html_of
from cwb_impact.dossier.words import LANGUAGES, WORDS, Lang
from dossier.small_study import SCRIPT, dossier

VOID = ("meta",)


class Page(HTMLParser):
    """Tags, ids, links and the text outside <style>; a tag that is closed out of order raises."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.outside: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.outside += [
            value for name, value in found.items() if name in ("src", "href") and not value.startswith("#")
        ]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def small(tmp_path: Path) -> Dossier:
    return dossier(tmp_path)


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param  # type: ignore[no-any-return]


def test_a_label_that_is_a_script_stays_text(small: Dossier, lang: Lang) -> None:
    page = Page(html_of(small, lang))
    assert page.tags["script"] == 0
    assert page.text.count(SCRIPT) == 4  # in three waves, and in a warning


def test_texts_and_attributes_are_escaped() -> None:
    assert element("a", "<b>&\"'", href='"><b>') == ('<a href="&quot;&gt;&lt;b&gt;">&lt;b&gt;&amp;&quot;&#x27;</a>')


def test_an_element_inside_an_element_is_not_escaped_twice() -> None:
    assert element("p", element("b", "<"), ">") == "<p><b>&lt;</b>&gt;</p>"


def test_the_page_loads_nothing_from_elsewhere(small: Dossier, lang: Lang) -> None:
    text = html_of(small, lang)
    assert not Page(text).outside
    assert "url(" not in text and "@import" not in text


def test_every_link_has_its_place(small: Dossier, lang: Lang) -> None:
    page = Page(html_of(small, lang))
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_the_matrix_links_every_variable(small: Dossier, lang: Lang) -> None:
    page = Page(html_of(small, lang))
    assert {f"#v-{story.name}" for story in small.variables} <= set(page.links)


@pytest.mark.parametrize("mark", ["restricted", "synthetic"])
def test_the_page_starts_with_its_warning_in_both_languages(small: Dossier, lang: Lang, mark: str) -> None:
    text = Page(html_of(small, lang)).text
    start = text[: text.index(WORDS["coverage"][lang])]
    assert WORDS[mark].nl in start
    assert WORDS[mark].en in start


@pytest.mark.parametrize("data", ["public", "personal"])
def test_real_data_are_not_called_synthetic(tmp_path: Path, lang: Lang, data: str) -> None:
    text = Page(html_of(dossier(tmp_path, data), lang)).text
    assert "SYNTHET" not in text
    assert WORDS["restricted"][lang] in text


def test_the_warning_stands_on_every_printed_page() -> None:
    """The rules that make a browser repeat it; looked at in a PDF of Chromium."""
    printed = STYLE.read_text(encoding="utf-8").split("@media print")[1]
    assert re.search(r"\.every-page \{[^}]*table-header-group[^}]*break-inside: avoid", printed)
    assert re.search(r"\.page \{[^}]*display: table;", printed)


def test_coverage_is_the_first_section(small: Dossier, lang: Lang) -> None:
    assert Page(html_of(small, lang)).ids[0] == "coverage"


def test_problems_are_the_last_section(small: Dossier, lang: Lang) -> None:
    assert Page(html_of(small, lang)).ids[-1] == "problems"


def test_small_counts_in_warnings_stay_vague(small: Dossier) -> None:
    assert "<10 of 900 respondents" in Page(html_of(small, "en")).text


def section(small: Dossier, name: str, lang: Lang = "en") -> str:
    found = re.search(
        rf'<section id="{name}".*?</section>|<section[^>]* id="{name}".*?</section>', html_of(small, lang)
    )
    assert found is not None
    return Page(found.group()).text


@pytest.mark.parametrize(
    "shown",
    [
        "Hoe is over het algemeen uw gezondheid?",
        "differs from 2022",
        "v12",
        "recode",
        "waves/r24.yml:6",
        "190 21.1% ▲ 19 points",
        "30 3.3% ▼ 18 points",
        "8 weet niet Don't know 190",
        "2 goed Good (good) 380",
    ],
)
def test_a_variable_shows(small: Dossier, shown: str) -> None:
    assert shown in section(small, "v-general_health")


def test_a_question_that_was_not_asked_shows_why(small: Dossier) -> None:
    assert "asked, but not comparable. asked of the household" in section(small, "v-life_satisfaction")


def test_split_bands_show_their_shares(small: Dossier) -> None:
    text = section(small, "v-money")
    assert "2 Less than 1000 (low) 53.8%" in text
    assert "2 1000 or more (high) 46.2%" in text


def test_a_long_table_shows_20_codes_and_counts_the_rest(small: Dossier) -> None:
    text = section(small, "v-birth_country")
    hidden = sum(100 - i for i in range(21, 34))  # codes 21 to 33 of the hand-made record
    assert "20 Land 20 Country 20 (c20) 80" in text
    assert "21 Land 21" not in text
    assert f"and 13 more lines {hidden}" in text


def test_a_set_says_what_was_not_chosen(small: Dossier) -> None:
    assert "r1: 0 nee not chosen: Bicycle 700" in section(small, "v-commute")


def test_rows_left_out_and_unused_columns_are_shown(small: Dossier) -> None:
    text = section(small, "files")
    assert "leave_out test: 1: 12" in text
    assert "col19, and 5 more" in text
    assert "toelichting, IPAddress" in text


def test_percentages_have_a_comma_in_dutch(small: Dossier) -> None:
    assert "190 21,1%" in section(small, "v-general_health", "nl")


def test_both_languages_show_the_same_numbers(small: Dossier) -> None:
    found = [sorted(re.findall(r"\d+", Page(html_of(small, lang)).text)) for lang in LANGUAGES]
    assert found[0] == found[1]


def test_no_word_of_the_other_language_but_in_the_warning(small: Dossier) -> None:
    only_nl = {key for key, text in WORDS.items() if text.nl != text.en and len(text.nl) > 8 and "{" not in text.nl}
    page = Page(html_of(small, "en")).text.split(WORDS["coverage"].en)[1]
    assert not [key for key in only_nl if WORDS[key].nl in page]


def test_placeholders_are_the_same_in_both_languages() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    assert [key for key, text in WORDS.items() if names(text.nl) != names(text.en)] == []


def test_every_word_is_used() -> None:
    source = "".join(path.read_text() for path in STYLE.parent.glob("*.py") if path.name != "words.py")
    built = {f"type.{kind}" for kind in ("category", "set", "number", "date", "text")}
    relations = {"exact", "close", "broad", "narrow", "not_collected", "undecided", "not_mentioned"}
    built |= {f"{word}.long" for word in relations} | {"not_in_questionnaire", "incompatible"}
    assert [key for key in WORDS if f'"{key}"' not in source and key not in built] == []


def test_a_report_without_records_can_be_made(tmp_path: Path, small: Dossier) -> None:
    path = tmp_path / "report.html"
    write_html(replace(small, waves=(), variables=(), problems=()), path, "nl")
    assert WORDS["problems.none"].nl in path.read_text(encoding="utf-8")


def test_the_console_shows_the_matrix_and_the_warning(small: Dossier) -> None:
    out = io.StringIO()
    show(small, Console(file=out, width=120), "en")
    text = out.getvalue()
    assert WORDS["restricted"].nl in text and WORDS["restricted"].en in text
    assert re.search(r"money\W+–\W+undecided\W+–", text)

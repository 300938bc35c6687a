"""The steering page: one HTML file that loads nothing, for a screen, a phone, a keyboard, a screen reader or paper."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from cwb_impact.report import programme, programme_views, register_views
from cwb_impact.report.blocks import HASH_SHOWN
from cwb_impact.report.release import Release, Row
from cwb_impact.report.steering import FACETS, Page, Section, page_of
from cwb_impact.report.steering_table import anchor, html_table, light_svg, link
from cwb_impact.report.views import Light, Source, label
from cwb_impact.report.words import LANGUAGES, Lang, capital, slug, text

ASSETS = Path(__file__).parent / "assets"
LEGEND: tuple[Light, ...] = ("green", "amber", "red", "grey")


def steering_page(release: Release, lang: Lang, made: tuple[Lang, ...] = LANGUAGES) -> str:
    """The page of a release in one language.

    Parameters
    ----------
    made : the languages in which the page is written; it links to the others.

    Returns
    -------
    HTML with style and script inside. Every figure links to a line of the programme report or to a list, at the end.

    Examples
    --------
    >>> from cwb_impact.report.release import open_release  # doctest: +SKIP
    >>> Path("steering.nl.html").write_text(steering_page(open_release("releases/nieuw_west"), "nl"))  # doctest: +SKIP
    """
    page = page_of(release, lang)
    style, script = _asset("steering.css"), _asset("steering.js")
    parts = [
        _head(release, lang, style, script),
        f'<a class="skip" href="#content">{escape(text("steering.skip", lang))}</a>',
        _top(release, page, lang, made),
        _overview(release, lang),
        _contents(page, lang),
        f'<p class="hint" hidden>{escape(text("steering.hint", lang))}</p>',
        _filters(page, lang),
        '<main id="content">',
        _legend(lang),
        *(_section(section, release, lang) for section in page.sections),
        _sources(page, release, lang),
        "</main>",
        f"<footer><p>{escape(_colophon(release, lang))}</p></footer>",
        f"<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _head(release: Release, lang: Lang, style: str, script: str) -> str:
    """The policy lets the page load nothing, and run nothing but its own script."""
    allowed = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    policy = f"{allowed}; base-uri 'none'; form-action 'none'"
    title = escape(text("steering.title", lang, study=release.manifest["study"]["name"][lang]))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>"
    )


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _top(release: Release, page: Page, lang: Lang, made: tuple[Lang, ...]) -> str:
    study = release.manifest["study"]
    words = text("synthetic.running" if release.invented_report else "progress.running", lang)
    running = f'<p class="running">{escape(words)}</p>' if page.invented or release.invented_report else ""
    others = "".join(
        f'<a class="language" lang="{other}" hreflang="{other}" href="steering.{other}.html">'
        f"{escape(text('steering.language', other))}</a>"
        for other in made
        if other != lang
    )
    return (
        f'{running}<header><div class="top"><h1>{escape(text("steering.title", lang, study=study["name"][lang]))}</h1>'
        f"{others}</div>\n<p>{escape(capital(release.manifest['release']['label'][lang]))}</p>\n"
        "</header>"
    )


def _overview(release: Release, lang: Lang) -> str:
    """How many targets stand how, each with a link to its row, and of which moment that is."""
    stands = {"met": [], **programme.by_standing(release)}
    number = sum(len(rows) for rows in stands.values())
    if not number:
        told = f"{text('steering.opening', lang)} {text('progress.unknown', lang)}"
        return f'<p class="note overview">{escape(told)}</p>'
    items = "".join(_stand(name, rows, lang) for name, rows in stands.items())
    before = text("steering.overview_note", lang, n=str(number))
    as_of = text("steering.as_of", lang, when=programme_views.as_of(release, lang))
    after = " ".join([text("steering.overview_once", lang), as_of, text("progress.unknown", lang)])
    return (
        f'<section class="overview" aria-labelledby="overview"><h2 id="overview">'
        f"{escape(text('steering.overview', lang))}</h2>\n"
        f'<p class="note">{escape(before)}</p><ul>{items}</ul><p class="note">{escape(after)}</p>'
        f'<p class="note">{escape(text("steering.opening", lang))}</p></section>'
    )


def _stand(name: str, rows: list[Row], lang: Lang) -> str:
    """`4 partly done`, and those four. None met is told too."""
    light = programme_views.light_of_target(rows[0]) if rows else "green"
    links = "".join(
        f'<li><a href="#{escape(programme_views.place_of_target(row))}">{escape(row[f"text_{lang}"])}</a></li>'
        for row in rows
    )
    told = f"{len(rows)} {slug('status', name, lang)}"
    listed = f"<ul>{links}</ul>" if links else ""
    return f'<li><span class="stand">{light_svg(light)}<b>{escape(told)}</b></span>{listed}</li>'


def _contents(page: Page, lang: Lang) -> str:
    named = [(section.id, section.heading) for section in page.sections]
    named.append(("sources", text("steering.sources", lang)))
    items = "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading in named)
    return f'<nav class="contents" aria-label="{escape(text("steering.contents", lang))}"><ul>{items}</ul></nav>'


def _filters(page: Page, lang: Lang) -> str:
    """Selects for what some row has, and a field for words; hidden where no script can work them."""
    selects = "".join(_select(name, page.options[name], lang) for name in FACETS if page.options[name])
    told = " ".join(f'data-{name}="{escape(text(f"steering.{name}", lang, n="{n}", all="{all}"))}"'
                    for name in ("shown", "some"))  # fmt: skip
    words = escape(text("steering.filter.words", lang))
    return (
        f'<form id="filters" aria-label="{escape(text("steering.filters", lang))}" {told} hidden>{selects}'
        f'<div><label for="f-words">{words}</label>'
        '<input id="f-words" name="words" type="search" autocomplete="off"></div>'
        f'<div><button type="reset">{escape(text("steering.filter.reset", lang))}</button></div>'
        '<p id="shown" role="status" aria-live="polite"></p></form>'
    )


def _select(name: str, options: dict[str, str], lang: Lang) -> str:
    listed = "".join(f'<option value="{escape(key)}">{escape(words)}</option>' for key, words in options.items())
    return (
        f'<div><label for="f-{name}">{escape(text(f"steering.filter.{name}", lang))}</label>'
        f'<select id="f-{name}" name="{name}"><option value="">{escape(text("steering.filter.all", lang))}</option>'
        f"{listed}</select></div>"
    )


def _legend(lang: Lang) -> str:
    items = "".join(f"<li>{light_svg(light)}{escape(text(f'steering.light.{light}', lang))}</li>" for light in LEGEND)
    return f'<p class="note">{escape(text("steering.legend", lang))}</p><ul class="legend">{items}</ul>'


def _section(section: Section, release: Release, lang: Lang) -> str:
    tables = "\n".join(html_table(view, release, lang) for view in section.views)
    return (
        f'<section aria-labelledby="{section.id}"><h2 id="{section.id}">{escape(section.heading)}</h2>\n'
        f"{tables}</section>"
    )


def _sources(page: Page, release: Release, lang: Lang) -> str:
    """Every line of the report with its phrases, and every list: the places to which the figures link."""
    lines = "\n".join(_line(number, quotes, lang) for number, quotes in page.quotes.items())
    lists = "\n".join(_list(source, release, lang) for source in page.lists)
    parts = [f'<h2 id="sources">{escape(text("steering.sources", lang))}</h2>']
    if lists:
        parts.append(f'<h3>{escape(text("steering.lists", lang))}</h3><ul class="sources">{lists}</ul>')
    if lines:
        note = f'<p class="note">{escape(text("steering.quotes_note", lang))}</p>'
        parts.append(f'<h3>{escape(text("steering.report", lang))}</h3>{note}<ul class="sources">{lines}</ul>')
    return f'<section aria-labelledby="sources">{"".join(parts)}</section>'


def _line(number: str, quotes: tuple[str, ...], lang: Lang) -> str:
    """A line of the report; its words are the report's, in Dutch."""
    source = Source("line", number)
    name = capital(text("steering.line", lang, n=number))
    said = "".join(f'<q lang="nl">{escape(quote)}</q>' for quote in quotes) or escape(text("steering.no_quote", lang))
    return f'<li id="{anchor(source, lang)}" tabindex="-1"><b>{escape(name)}</b> {said}</li>'


def _list(source: Source, release: Release, lang: Lang) -> str:
    """A list: what it is about, what happened to its rows, and its lines where it comes from the report."""
    mark = f' <strong class="synthetic">{escape(text("synthetic.word", lang))}</strong>'
    invented = mark if register_views.is_invented(release, source) else ""
    told = ". ".join(register_views.list_words(release, source, lang))
    lines = ", ".join(
        link(line, label(line, release, lang), lang) for line in register_views.lines_of_list(release, source)
    )
    name = capital(label(source, release, lang))
    body = " ".join(filter(None, [escape(f"{told}." if told else ""), lines]))
    return f'<li id="{escape(anchor(source, lang))}" tabindex="-1"><b>{escape(name)}</b>{invented} {body}</li>'


def _colophon(release: Release, lang: Lang) -> str:
    manifest = release.manifest
    return text("steering.colophon", lang, release=capital(manifest["release"]["label"][lang]),
                hash=str(manifest.get("published_values_sha256", ""))[:HASH_SHOWN])  # fmt: skip

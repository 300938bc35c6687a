"""The report as one HTML file: no script, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from cwb_impact.dossier.content import COVERAGE, Dossier, VariableStory, shown_place
from cwb_impact.dossier.elements import Html, element, joined, lines, row, table
from cwb_impact.dossier.recodes import before_after
from cwb_impact.dossier.side_by_side import first, waves_beside
from cwb_impact.dossier.words import LANGUAGES, Lang, say
from cwb_impact.errors import respondents

STYLE = Path(__file__).with_name("style.css")


def write_html(dossier: Dossier, path: Path, lang: Lang) -> None:
    """Write the report in one language; its warning that it is restricted stands on every page in both."""
    path.write_text(html_of(dossier, lang), encoding="utf-8")


def html_of(dossier: Dossier, lang: Lang) -> str:
    """The report as text."""
    study = dossier.study.study
    title = say("title", lang, study=study.name[lang])
    head = element(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="robots" content="noindex">'),
        element("title", title),
        element("style", Html(STYLE.read_text(encoding="utf-8"))),
    )
    intro = say("intro", lang, release=dossier.study.release, waves=", ".join(dossier.study.waves))
    parts = [
        element("h1", title),
        element("p", intro),
        _coverage(dossier, lang),
        element("h2", say("variables", lang), id="variables", class_="new-page"),
        *(_variable(story, dossier, lang) for story in dossier.variables),
        _files(dossier, lang),
        _problems(dossier, lang),
    ]
    # the header of a table comes back on every printed page
    page = element("div", element("div", banner(dossier), class_="every-page"), element("main", *parts), class_="page")
    return f"<!doctype html>\n{element('html', head, element('body', page), lang=lang)}\n"


def banner(dossier: Dossier) -> Html:
    """What stands above every page, in both languages."""
    keys = ["restricted"] + ["synthetic"] * (dossier.study.study.data == "synthetic")
    both = (element("div", " ".join(say(key, lang) for key in keys), lang=lang) for lang in LANGUAGES)
    return element("div", *both, class_="running")


def _coverage(dossier: Dossier, lang: Lang) -> Html:
    """The first page: every variable in every wave, each a link to how it was made."""
    stories = dossier.variables
    keys = [(d.population, d.wave) for d in stories[0].decisions] if stories else []
    groups = {population: sum(key[0] == population for key in keys) for population, _ in keys}
    label = dossier.study.population
    above = [element("th", label(name).label[lang], colspan=str(n), scope="colgroup") for name, n in groups.items()]
    head = element("tr", element("th", say("variable", lang), rowspan="2", scope="col"), *above)
    waves = element("tr", *(element("th", wave, scope="col") for _, wave in keys))
    rows = [
        row(
            _link(story, lang),
            *(element("td", say(d.coverage, lang), class_=f"coverage {d.coverage}") for d in story.decisions),
        )
        for story in stories
    ]
    matrix = element("table", element("thead", head, waves), element("tbody", *rows), class_="matrix")
    legend = [
        element(
            "li",
            element("span", say(word, lang), class_=f"coverage {word}"),
            element("span", say(f"{word}.long", lang)),
        )
        for word in COVERAGE
    ]
    return element(
        "section",
        element("h2", say("coverage", lang)),
        element("p", say("coverage.how", lang)),
        element("div", matrix, class_="table-scroll", tabindex="0"),
        element("ul", *legend, class_="legend"),
        element("nav", *(element("a", say(to, lang), href=f"#{to}") for to in ("variables", "files", "problems"))),
        id="coverage",
    )


def _link(story: VariableStory, lang: Lang) -> Html:
    label = story.definition.label[lang] if story.definition is not None else story.name
    return joined(
        [element("a", label, href=f"#v-{story.name}"), *([element("code", story.name)] if label != story.name else [])]
    )


def _variable(story: VariableStory, dossier: Dossier, lang: Lang) -> Html:
    reasons = dossier.study.dictionary.missing_reasons
    label = story.definition.label[lang] if story.definition is not None else story.name
    parts = [
        element("h3", *((label, " ") if label != story.name else ()), element("code", story.name)),
        element("p", _definition(story, lang)),
    ]
    for population, decisions in story.populations.items():
        name = dossier.study.population(population).label[lang]
        parts.append(waves_beside(story, decisions, name, reasons, lang))
        recodes = [part for d in decisions for part in before_after(d, story.definition, reasons, lang)]
        parts.append(element("div", *recodes, class_="waves"))
    parts.append(element("p", element("a", f"↑ {say('coverage', lang)}", href="#coverage"), class_="back"))
    return element("section", *parts, id=f"v-{story.name}")


def _definition(story: VariableStory, lang: Lang) -> str:
    if (variable := story.definition) is None:
        return say("type.unknown", lang)
    low, high = variable.range or (0.0, 0.0)
    codes = ", ".join(first([text[lang] for text in (variable.codes or {}).values()], lang))
    words = say(f"type.{variable.type}", lang, codes=codes, low=f"{low:g}", high=f"{high:g}")
    return f"{words}; {variable.unit}" if variable.unit else words


def _files(dossier: Dossier, lang: Lang) -> Html:
    tables = []
    for record in dossier.waves:
        name = dossier.study.population(record.population).label[lang]
        left_out = [f"{why}: {rows}" for why, rows in sorted(record.left_out.items())]
        facts = {
            "file": lines([record.file, f"sha256 {record.sha256}"]),
            "rows": str(record.rows),
            "left_out": lines(first(left_out, lang)) or say("none", lang),
            "respondents": str(record.respondents),
            "unused": ", ".join(first(record.unused, lang)) or say("none", lang),
        }
        rows = [row(say(key, lang), fact) for key, fact in facts.items()]
        tables.append(table(f"{name}, {record.wave}", ["", say("wave", lang) + f" {record.wave}"], rows, "facts"))
    return element("section", element("h2", say("files", lang)), *tables, id="files", class_="new-page")


def _problems(dossier: Dossier, lang: Lang) -> Html:
    title = element("h2", say("problems", lang))
    if not dossier.problems:
        return element("section", title, element("p", say("problems.none", lang)), id="problems")
    head = [say(key, lang) for key in ("code", "place", "variable", "what", "respondents", "fix")]
    rows = [
        row(
            problem.code,
            element("code", shown_place(dossier.study, f"{problem.file}:{problem.line}")),
            problem.subject,
            problem.what,
            respondents(problem.n, problem.of) if problem.n is not None else "",
            problem.fix,
        )
        for problem in dossier.problems
    ]
    return element("section", title, table("", head, rows, "problems"), id="problems", class_="new-page")

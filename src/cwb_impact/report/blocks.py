"""The parts of a report: each takes a release and a language and gives Markdown. The .qmd files only place them."""

from __future__ import annotations

import pandas as pd
from babel.lists import format_list

from cwb_impact.report import cells
from cwb_impact.report.findings import change_of, pairs
from cwb_impact.report.markdown import bullets, callout, plain, table
from cwb_impact.report.numbers import fmt, fmt_period
from cwb_impact.report.programme import unknown_targets
from cwb_impact.report.release import Release, Row, rows_of
from cwb_impact.report.words import Lang, capital, slug, text
from cwb_impact.spec.model import KEPT_POPULATIONS

HASH_SHOWN = 12


def opening(release: Release, lang: Lang) -> str:
    """Above everything: invented or real, at which level the report speaks, and whose method this is."""
    study = release.manifest["study"]
    level = text("level.description" if release.first_measurement else "level.change", lang)
    if not release.first_measurement and not pairs(release):  # nothing but registers: waves side by side
        level = ""
    waves = format_list([release.name("waves", wave, lang) for wave in release.waves], locale=lang)
    about = text("about", lang, area=plain(study["area"][lang]), waves=plain(waves))
    said = f"{level} {about} {plain(study['method_note'][lang])}".strip()
    return "\n\n".join([*invented(release, lang), said])


def invented(release: Release, lang: Lang) -> list[str]:
    """The callout that says that the respondents are invented; nothing when they are real."""
    if not release.synthetic:
        return []
    words = text("synthetic.page" if _asked(release) else "synthetic.chart", lang)
    return [callout(text("synthetic.word", lang), words)]


def _asked(release: Release) -> bool:
    """Was anybody asked anything in the waves of this release?"""
    return len(release.tables["response"]) > 0


def known(release: Release, lang: Lang) -> str:
    """What we know of the main outcomes: which moved since the last wave, or in a first measurement what they are.

    The main outcomes were named beforehand; the others stand in the results, where nobody picks the largest.
    """
    items = [text("first_measurement.long", lang)] if release.first_measurement else []
    totals = release.totals
    main = totals["indicator"].isin(release.manifest["study"]["headline"])
    newest = totals[main & (totals["wave"] == release.waves[-1])]
    for population in release.manifest["populations"]:
        rows = newest[newest["population"] == population]
        name = plain(capital(release.name("populations", population, lang)))
        if len(rows):
            items.append(_moved(release, rows, name, lang) if pairs(release) else _shown(release, rows, name, lang))
    if len(release.tables["targets"]):
        items.append(text("known.programme", lang))
    return bullets(items)


def _shown(release: Release, rows: pd.DataFrame, name: str, lang: Lang) -> str:
    """The main outcomes that can be shown, each with interval and n."""
    shown = "; ".join(_level(release, row, lang) for row in rows_of(rows) if cells.has_number(row))
    return text("known.shown" if shown else "known.none_shown", lang, population=name, names=shown)


def _level(release: Release, row: Row, lang: Lang) -> str:
    definition = release.manifest["indicators"][row["indicator"]]
    return f"{plain(definition['name'][lang])} {plain(cells.estimate(row, definition['decimals'], lang))}"


def _moved(release: Release, rows: pd.DataFrame, name: str, lang: Lang) -> str:
    """How many outcomes were compared, and a sentence for each that is higher or lower: first, now, difference."""
    pair = pairs(release)[-1]
    changes = [change_of(release, pair, row) for row in rows_of(rows)]
    compared = [change for change in changes if change is not None and cells.has_number(change)]
    if not compared:
        return text("known.none_compared", lang, population=name)
    same = sum(change["verdict"] == "not_distinguishable" for change in compared)
    since = plain(release.name("waves", pair[0], lang))
    said = [text(_counted("known.compared", len(compared)), lang, population=name, since=since, n=str(len(compared)))]
    if same:
        said.append(text(_counted("known.same", same), lang, n=str(same)))
    return " ".join([*said, *(_sentence(release, pair, change, lang) for change in compared)]).strip()


def _counted(key: str, n: int) -> str:
    return f"{key}.one" if n == 1 else f"{key}.more"


def _sentence(release: Release, pair: tuple[str, str], change: Row, lang: Lang) -> str:
    """`Say in the organisation is higher: first 5.9 (5.6 to 6.3; n = 30), now ...`, or nothing without a difference."""
    if change["verdict"] not in ("higher", "lower"):
        return ""
    definition = release.manifest["indicators"][change["indicator"]]
    totals, decimals = release.totals, definition["decimals"]
    chosen = (totals["indicator"] == change["indicator"]) & (totals["population"] == change["population"])
    levels = {row["wave"]: plain(cells.estimate(row, decimals, lang)) for row in rows_of(totals[chosen])}
    return text(
        f"known.{change['verdict']}",
        lang,
        name=plain(definition["name"][lang]),
        first=levels[pair[0]],
        now=levels[pair[1]],
        difference=plain(cells.difference(change, decimals, lang)),
    )


def unknown(release: Release, lang: Lang) -> str:
    """What we do not know: what the design cannot show, what is hidden, what was not asked, what nobody reported."""
    rows = release.tables["indicators"]
    hidden = int(rows["status"].str.startswith("suppressed").sum())
    origin = "unknown.origin" if release.manifest["programme"] else "unknown.origin_plain"
    items = [text(origin, lang)]
    if _asked(release):
        items.append(text("unknown.silent", lang))
    if pairs(release):
        items.append(text("unknown.chance", lang))
    if hidden:
        every = int((rows["status"] != "not_collected").sum())  # as the note on protection counts them
        items.append(text("unknown.hidden", lang, hidden=str(hidden), all=str(every)))
    if not_asked := _not_asked(release, lang):
        items.append(text("unknown.not_asked", lang, names=not_asked))
    if targets := unknown_targets(release):
        items.append(text("unknown.targets", lang, n=str(targets), all=str(len(release.tables["targets"]))))
    following = release.manifest["study"].get("next_measurement")
    when = plain(following[lang]) if following else text("unknown.no_date", lang)
    return bullets([*items, text("unknown.next", lang, when=when)])


def _not_asked(release: Release, lang: Lang) -> str:
    """`Knows the programme (autumn 2025)` for every main outcome that a wave did not ask; of the others how many."""
    asked = release.totals[~release.totals["population"].isin(KEPT_POPULATIONS)]
    rows = asked[asked["status"] == "not_collected"]
    keys = dict.fromkeys(zip(rows["indicator"], rows["wave"], strict=True))
    main = [key for key in keys if key[0] in release.manifest["study"]["headline"]]
    named = [f"{release.name('indicators', key, lang)} ({release.name('waves', wave, lang)})" for key, wave in main]
    others = len({key for key, _ in keys} - {key for key, _ in main})
    if others:
        named.append(text(_counted("unknown.others_not_asked", others), lang, n=str(others)))
    return plain("; ".join(named))


def response(release: Release, lang: Lang) -> str:
    """Who took part, by population and wave: n of N; or that nobody was asked."""
    if not _asked(release):
        return slug("design", "register", lang)
    rows = [
        (
            capital(release.name("populations", row["population"], lang)),
            release.name("waves", row["wave"], lang),
            _or_unknown(row["n"], "count", lang),
            _or_unknown(row["invited"], "count", lang),
            _or_unknown(row["response"], "percent", lang),
            fmt_period(row["fieldwork"], lang),
        )
        for row in rows_of(release.tables["response"])
    ]
    head = [text(f"response.{name}", lang) for name in ("population", "wave", "n", "invited", "share", "fieldwork")]
    return table(head, rows, (32, 20, 11, 11, 11, 28), text("response.caption", lang), "tbl-response")


def _or_unknown(value: float, unit: str, lang: Lang) -> str:
    return text("unknown_value", lang) if pd.isna(value) else fmt(value, unit, 0, lang)


def headline(release: Release, lang: Lang) -> str:
    """The chosen outcomes of the summary: every population and wave, with interval and n, and the change."""
    levels = release.totals
    rows = [
        [outcome_name(release, indicator, lang), *levels_and_changes(release, members, lang)]
        for indicator in release.manifest["study"]["headline"]
        for _, members in levels[levels["indicator"] == indicator].groupby("population", sort=False)
    ]
    if not rows:
        return text("progress.nothing", lang)
    head = [text("outcome", lang), *column_heads(release, lang)]
    written = table(
        head,
        rows,
        (26, *column_widths(release)),
        text("headline.caption_change" if pairs(release) else "headline.caption", lang),
        "tbl-headline",
    )
    mark = text("unverified.note", lang)
    return f"{written}\n\n{mark}" if any(text("unverified.mark", lang) in row[0] for row in rows) else written


def outcome_name(release: Release, indicator: str, lang: Lang) -> str:
    """The name, with a mark when nobody has yet read the source of its question."""
    name = release.name("indicators", indicator, lang)
    verified = release.manifest["indicators"][indicator]["source"]["verified"]
    return name if verified else f"{name} {text('unverified.mark', lang)}"


def column_heads(release: Release, lang: Lang) -> list[str]:
    """Group, each wave, each comparison."""
    waves = {wave: release.name("waves", wave, lang) for wave in release.waves}
    compared = [text("change_between", lang, first=waves[a], last=waves[b]) for a, b in pairs(release)]
    return [text("group", lang), *waves.values(), *compared]


def column_widths(release: Release) -> list[int]:
    return [22, *[25] * len(release.waves), *[34] * len(pairs(release))]


def levels_and_changes(release: Release, members: pd.DataFrame, lang: Lang, group: str = "") -> list[str]:
    """The cells of one group: its name, its level in each wave, and each change.

    members : the rows of one indicator, population and category, one a wave.
    """
    rows = {row["wave"]: row for row in rows_of(members)}
    some = next(iter(rows.values()))
    decimals = release.manifest["indicators"][some["indicator"]]["decimals"]
    absent = text("not_in_table", lang)
    levels = [cells.estimate(rows[wave], decimals, lang) if wave in rows else absent for wave in release.waves]
    changes = [cells.change(change_of(release, pair, some), decimals, lang) for pair in pairs(release)]
    return [group or capital(release.name("populations", some["population"], lang)), *levels, *changes]


def how_to_read(release: Release, lang: Lang) -> str:
    """What an interval, n, a band and an absent number mean; and the rules under which figures are shown."""
    names = ["interval", "n", "band", "indicative", "absent"] if _asked(release) else ["band", "absent"]
    names += ["verdict"] if pairs(release) else []
    items = [text(f"how.{name}", lang) for name in names]
    if methods := _methods(release, lang):
        items.append(text("how.method", lang, methods=methods))
    if not all(definition["source"]["verified"] for definition in release.manifest["indicators"].values()):
        items.append(text("how.unverified", lang))
    return "\n\n".join([bullets(items), plain(release.manifest["policy"]["text"][lang])])


def _methods(release: Release, lang: Lang) -> str:
    """How the intervals of this release were made: of levels by their method, of changes with their convention."""
    levels = dict.fromkeys(row["interval"] for row in rows_of(release.tables["indicators"]) if row["interval"])
    said = [slug("method", method, lang) for method in levels]
    said += [slug("convention", name, lang) for name in dict.fromkeys(release.tables["changes"]["convention"])]
    return "; ".join(said)


def observed(release: Release, lang: Lang) -> str:
    """How each population was asked and weighted, and what its intervals are about."""
    items = []
    for name, population in release.manifest["populations"].items():
        sentences = [slug("design", population["design"], lang)]
        sentences += [slug("weighting", step, lang) for step in population["weighting"].split()]
        if population["design"] == "census":
            sentences.append(slug("inference", release.manifest["inference"], lang))
        if note := population.get("note"):
            sentences.append(plain(note[lang]))
        items.append(f"**{plain(capital(release.name('populations', name, lang)))}.** {' '.join(sentences)}")
    return bullets(items)


def colophon(release: Release, lang: Lang) -> str:
    """By what these figures can be recognised: versions, and the hash of what was published."""
    manifest = release.manifest
    return text(
        "colophon",
        lang,
        release=plain(manifest["release"]["label"][lang]),
        policy=plain(manifest["policy"]["version"]),
        package=plain(str(manifest.get("packages", {}).get("cwb-impact", ""))),
        hash=str(manifest.get("published_values_sha256", ""))[:HASH_SHOWN],
    )

"""What nobody has read at its source yet: every open fact, and the definitions that rest on it."""

from __future__ import annotations

from collections.abc import Iterator

from cwb_impact.report.markdown import plain
from cwb_impact.spec.dictionary import Dictionary

_INTRO = """\
# Not yet verified

This page is made from data_dictionary/ with `make catalogue`. Each line is a fact that a definition rests on and that \
nobody has read at its source. Reports mark what rests on one of them. To close one: read the source, and change \
`verified` in the files named here.

| what is open | where it should be read | carried by |
|---|---|---|
"""


def not_verified(dictionary: Dictionary) -> str:
    """A table of open facts, each once, with everything that carries it."""
    carriers: dict[tuple[str, str], list[str]] = {}
    for what, where, name in _open(dictionary):
        carriers.setdefault((what, where), []).append(name)
    rows = sorted(carriers.items(), key=lambda row: (row[1][0], row[0]))
    lines = [
        f"| {plain(what)} | {plain(where)} | {', '.join(f'`{name}`' for name in dict.fromkeys(names))} |"
        for (what, where), names in rows
    ]
    return _INTRO + "\n".join(lines) + "\n"


def _open(dictionary: Dictionary) -> Iterator[tuple[str, str, str]]:
    """What, where and by whom, for every fact, value and source that is not verified."""
    for kind in (dictionary.scales, dictionary.derived, dictionary.indicators, dictionary.benchmarks):
        for name, definition in kind.items():
            yield from ((fact.what, fact.reference, name) for fact in definition.facts if not fact.verified)
    for name, benchmark in dictionary.benchmarks.items():
        for one in benchmark.published:
            if not one.verified:
                yield f"The value {one.value:g} of {benchmark.name.en}, {benchmark.period.en}", one.reference, name
    for name, parameter in dictionary.parameters.items():
        for dated in parameter.values:
            if not dated.verified:
                yield f"{parameter.name.en} from {dated.valid_from}", dated.reference, name
    for name, variable in dictionary.variables.items():
        if variable.source is not None and not variable.source.verified:
            source = variable.source
            yield source.note or f"The wording of {variable.label.en}", source.reference, name

"""The folders of a run: built beside their place, moved there when everything is done, or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cwb_impact.disclosure.ledger import ledger_folder
from cwb_impact.dossier.content import Dossier, dossier_of
from cwb_impact.dossier.page import write_html
from cwb_impact.dossier.structured import to_json
from cwb_impact.errors import Problem, fail
from cwb_impact.labelled import Format, write_labelled
from cwb_impact.labelled.columns import Lang
from cwb_impact.types import Comparison, EstimateTable, Waves

_ATTEMPTS = 5
"""Times that other runs may end in the moment in which a run puts its output in place."""


@dataclass(frozen=True)
class ReleaseFolders:
    """Where a run writes: `release` is for everyone, `restricted` for the researchers, `ledger` for the next run."""

    release: Path
    restricted: Path
    ledger: Path


@contextmanager
def release_folders(base: Path, study: str) -> Iterator[ReleaseFolders]:
    """Empty folders that become `releases/<study>`, `restricted/<study>` and the ledger's when the block ends well."""
    places = [base / "releases" / study, base / "restricted" / study, ledger_folder(base, study)]
    with new_folders(places) as (release, restricted, ledger):
        yield ReleaseFolders(release, restricted, ledger)
        release.chmod(0o755)  # mkdtemp makes folders for their owner only, which is right for the restricted one


@contextmanager
def new_folders(places: list[Path]) -> Iterator[list[Path]]:
    """Empty folders that take their places together when the block ends without error; else nothing changes.

    Raises
    ------
    CwbError
        E530 the system refuses: a full disk, a folder without rights, a file that another program holds open.
    """
    building: list[Path] = []
    try:
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
            building.append(Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent)))
        yield building
        _swap(building, places)
    except OSError as error:
        fix = "Make room or give another --out, and close files of the earlier output, which is unchanged"
        what = f"cannot be written ({error.strerror or 'the system refuses'})"
        raise fail("E530", places[-1].as_posix(), 0, "output", what, fix) from None
    finally:
        for new in building:
            shutil.rmtree(new, ignore_errors=True)
        for place in places:
            with suppress(OSError):  # a folder that a failed run made and left empty
                place.parent.rmdir()


def write_restricted(
    estimates: EstimateTable,
    changes: Comparison,
    tables: Mapping[str, pd.DataFrame],
    warnings: Iterable[Problem],
    folder: Path,
) -> None:
    """Exact figures and respondents: for the researchers only. tables : name -> what else there is."""
    write_harmonised(estimates.waves, folder, ["parquet"])
    with (folder / "warnings.txt").open("a", encoding="utf-8") as file:
        file.writelines(f"{problem}\n" for problem in warnings)
    estimates.frame.to_csv(folder / "estimates.csv", index=False)
    changes.frame.drop(columns=["from_row", "to_row"]).to_csv(folder / "changes.csv", index=False)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    estimates.exclusions.to_csv(folder / "exclusions.csv", index=False)


def write_harmonised(waves: Waves, folder: Path, formats: Iterable[Format], lang: Lang = "en") -> None:
    """Harmonised respondents, the original codes beside them, and the report of how one became the other.

    originals/ holds the source columns that the maps name, under the pseudonym of harmonised.*: with provenance.json
    every value can be traced to its file, column and code. registers/ holds the lists that are kept.
    """
    dictionary, study = waves.study.dictionary, waves.study.study
    for format in formats:
        write_labelled(waves.frame, dictionary, folder / f"harmonised.{format}", format, lang)
    (folder / "originals").mkdir()
    for key, originals in waves.originals.items():
        spec = waves.study.maps[key]
        # a column of the file may have the name of the pseudonym
        kept = originals.drop(columns=spec.id.columns).rename(columns={"person": "person (in the file)"})
        kept["person"] = waves.of(*key)["person"]
        # a column can mix numbers and the letters of Stata's missing values
        mixed = {column: "str" for column in kept if kept[column].dtype == object}
        kept.astype(mixed).to_parquet(folder / f"originals/{'_'.join(key)}.parquet", index=False)
    for rows in waves.registers:
        (folder / "registers").mkdir(exist_ok=True)
        rows.frame.to_parquet(folder / f"registers/{rows.register}_{rows.wave}.parquet", index=False)
    dossier = dossier_of(waves.study, waves.records, waves.warnings)
    for language in study.languages:
        write_html(dossier, folder / f"harmonisation.{language}.html", language)
    (folder / "harmonisation.json").write_text(to_json(dossier), encoding="utf-8")
    waves.response.to_csv(folder / "response.csv", index=False)
    waves.weights.to_csv(folder / "weights.csv", index=False)
    waves.margins.to_csv(folder / "margins.csv", index=False)
    _coverage(dossier).to_csv(folder / "coverage.csv", index=False)
    _write_json(folder / "provenance.json", _provenance(waves))
    _write_json(folder / "inputs.json", dict(sorted(waves.inputs.items())))
    (folder / "warnings.txt").write_text("".join(f"{problem}\n" for problem in waves.warnings), encoding="utf-8")


def _coverage(dossier: Dossier) -> pd.DataFrame:
    """The coverage matrix in rows: every variable that a map names, also those that no indicator needs."""
    rows = [(story.name, d.population, d.wave, d.coverage) for story in dossier.variables for d in story.decisions]
    return pd.DataFrame(rows, columns=["variable", "population", "wave", "coverage"])


def _provenance(waves: Waves) -> list[dict[str, object]]:
    """Where each variable of each wave comes from, and the line of the map that says so."""
    return [
        {
            "population": key[0],
            "wave": key[1],
            "variable": name,
            "file": spec.source.file,
            "columns": entry.columns,
            "asked_if": entry.asked_if.column if entry.asked_if is not None else None,
            "transform": entry.transform,
            "map": spec.doc.path.relative_to(waves.study.folder.resolve()).as_posix(),
            "line": spec.doc.line("variables", name),
            "relation": entry.relation,
        }
        for key, spec in waves.study.maps.items()
        if key[1] in waves.study.waves
        for name, entry in spec.variables.items()
    ]


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _swap(new: list[Path], places: list[Path]) -> None:
    """Put finished folders in their places, all or none: the old ones are set aside first and come back on a fault.

    Where another run ends between the two steps, its output is set aside like any older one.
    """
    aside = [place.with_name(f".old-{place.name}-{os.getpid()}") for place in places]
    for attempts_left in reversed(range(_ATTEMPTS)):
        put: list[tuple[Path, Path]] = []
        try:
            for place, old in zip(places, aside, strict=True):
                with suppress(FileNotFoundError):
                    place.rename(old)
            for folder, place in zip(new, places, strict=True):
                folder.rename(place)
                put.append((folder, place))
            break
        except OSError as error:
            for folder, place in put:
                place.rename(folder)
            for place, old in zip(places, aside, strict=True):
                if old.exists() and not place.exists():
                    old.rename(place)
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not attempts_left:
                raise
        finally:
            for place, old in zip(places, aside, strict=True):
                if place.exists():
                    shutil.rmtree(old, ignore_errors=True)

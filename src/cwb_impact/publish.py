"""A release that was made becomes one that is published: from then on every later one is set beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from cwb_impact.disclosure.differencing import differences
from cwb_impact.disclosure.ledger import Entry, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with_published, read_ledger, write_ledger
from cwb_impact.errors import CwbError, Problems, fail
from cwb_impact.output import new_folders
from cwb_impact.provenance import hash_of_published
from cwb_impact.spec.bundle import open_bundle


def publish(folder: str | Path, out: str | Path = ".") -> tuple[Entry, bool]:
    """Write in the ledger that `releases/<study>` under `out` was published. To say it twice changes nothing.

    Run it when the release leaves the building. Nothing is sent anywhere.

    Returns
    -------
    (entry, new)
        What was published, and whether it was not in the ledger yet.

    Raises
    ------
    CwbError
        E414 when the release is not what the last run made, or its tables were edited. E411 a damaged ledger. E412
        when another release was published after this one was made, and differs from it by a few people.
    """
    problems = Problems()
    study = open_bundle(Path(folder), problems)
    problems.raise_if_errors()
    if study is None:
        raise AssertionError("nothing was found and no problem was told")
    name = study.study.id
    place, release = ledger_folder(Path(out), name), Path(out) / "releases" / name
    ledger = read_ledger(place)
    release_id, values = _of_files(release)
    entry = ledger.made.get(release_id)
    if entry is None or entry.values_sha256 != values:
        raise _not_made(release, "is not what the last run of this release made")
    before = [one for one in ledger.published if one.release == release_id]
    if before and before[-1] is entry:
        return entry, False
    differences(entry, ledger.published, study).raise_if_errors()
    with new_folders([place]) as (new,):
        write_ledger(new, ledger_with_published(ledger, entry, datetime.now(UTC).date()))
    return entry, True


def _of_files(release: Path) -> tuple[str, str]:
    """The release's id and the hash of its values, when the manifest and the tables agree about it."""
    try:
        manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
        release_id, told = str(manifest["release"]["id"]), str(manifest["published_values_sha256"])
        files = sorted(path for path in (release / "tables").glob("*.csv") if not path.name.endswith(".nl.csv"))
        # cells as they stand: an empty cell stays empty
        tables = {path.stem: pd.read_csv(path, dtype="str", keep_default_na=False) for path in files}
    except (OSError, ValueError, KeyError, TypeError):
        raise _not_made(release, "is no release that can be read") from None
    if hash_of_published(tables) != told:
        raise _not_made(release, "has tables that were changed after the run")
    return release_id, told


def _not_made(release: Path, what: str) -> CwbError:
    return fail("E414", release.as_posix(), 0, "release", what, "Make it again with cwb-impact run, and look at it")

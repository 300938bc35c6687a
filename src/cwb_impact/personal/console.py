"""What the commands say about people: waves, files, folders, days. Never who."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rich.console import Console

from cwb_impact.personal.forget import Forgotten
from cwb_impact.personal.retention import Kept
from cwb_impact.personal.rotate import Rotated


def show_forgotten(found: Forgotten, console: Console) -> None:
    """What was done, and what a person must still do by hand."""
    waves = ", ".join(f"{population} {wave}" for population, wave in found.waves) or "no raw file any more"
    since = f"since {found.since}" if found.since is not None else "from the next run on"
    say = [f"Stands in: {waves}", f"Left out of every wave {since}."]
    if found.not_read:
        say.append(f"Not looked at, no file to read: {', '.join(' '.join(wave) for wave in found.not_read)}")
    say.append("To do by hand:")
    for file, hash_at in found.files:
        say.append(f"  {file}: remove the row; then put the new sha256 and rows in {hash_at}, and remove back-ups")
    say += [
        f"  {folder}: delete it, and run again; keep the folder of the ledger beside it" for folder in found.restricted
    ]
    say.append("  lists of people (registers) have no ids: ask the co-op to remove the row and send the list again")
    for one in found.releases:
        state = (
            f"published, made on {one.day}: its figures stay" if one.published else f"made on {one.day}: run it again"
        )
        say.append(f"  release {one.id}: {state}")
    if found.releases:
        say.append(
            "  a new run of these waves may be refused (E412), because two figures would differ by one person: leave"
            " out what E412 names (it says what to write in study.yml), or make the next release of new waves only"
        )
    _print(say, console)


def show_kept(found: Sequence[Kept], today: date, console: Console) -> bool:
    """Until when each wave is kept; False when files are still there that should be gone."""
    say = [] if found else ["No personal data, so nothing has a last day."]
    for one in found:
        left = one.days_left(today)
        until = f"until {one.until}, {left} days left" if left is not None and left >= 0 else f"until {one.until}"
        if one.is_past(today):
            until += ", PAST: " + ("delete what is there" if one.there else "the files are gone")
        say.append(f"{one.wave} {one.what}: {until if one.until is not None else 'no last day'}")
        say += [f"  {file}{'' if file in one.there else ' (not there)'}" for file in one.files]
    _print(say, console)
    return not any(one.is_past(today) and one.there for one in found)


def show_rotated(made: Rotated, console: Console) -> None:
    """What was written, and how to go on with the new key."""
    say = [f"Made again under the new key: {path}" for path in made.written] or ["There was nothing to make again."]
    say += [
        "To do by hand, before the next run:",
        f"  study.yml: write panel_key: {made.fingerprint}",
        "  CWB_PANEL_KEY_FILE: point it to the new key",
    ]
    say += [f"  {folder}: delete it, and run again: it has the old pseudonyms" for folder in made.restricted]
    say.append("  the old key: destroy it, with its back-ups, when all this is done")
    _print(say, console)


def _print(lines: Iterable[str], console: Console) -> None:
    for line in lines:
        console.print(line, markup=False)

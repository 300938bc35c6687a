"""Writes small files that hold personal data: complete or not at all, several together or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cwb_impact.errors import fail


def replace_together(contents: Mapping[Path, str]) -> None:
    """Give files a new content. Each is written beside its place first; then all are renamed, or none stays changed.

    A new file can be read by its owner only; a file that was there keeps its rights.

    Raises
    ------
    CwbError
        E425 the system refuses: a full disk, a folder without rights, a file that another program holds open.
    """
    new: dict[Path, Path] = {}
    old: dict[Path, Path] = {}
    put: list[Path] = []
    try:
        for path, text in contents.items():
            new[path] = _written(path, text)
            if path.exists():
                old[path] = path.with_name(f".old-{path.name}-{os.getpid()}")
                shutil.copy2(path, old[path])
                shutil.copymode(path, new[path])
        for path, file in new.items():
            file.replace(path)
            put.append(path)
    except OSError as error:
        for path in put:
            old[path].replace(path) if path in old else path.unlink()
        what = f"cannot be written ({error.strerror or 'the system refuses'}), and nothing was changed"
        names = ", ".join(path.as_posix() for path in contents)
        raise fail("E425", names, 0, "personal data", what, "Make room, or ask for rights on the folder") from None
    finally:
        for left in (*new.values(), *old.values()):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _written(path: Path, text: str) -> Path:
    """The content in a file of its own beside its place, on the disk."""
    handle, name = tempfile.mkstemp(prefix=".building-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)

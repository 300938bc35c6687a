"""What every reader of a file format gives: the names of all columns, and the content of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pandas as pd

from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import UserMissing


class UnreadableError(Exception):
    """The file cannot be read; the text says why, without any of its content."""


class EncodingError(UnreadableError):
    """The bytes are not text in the stated encoding."""


@dataclass(frozen=True)
class Content:
    """Columns as they stand in the file; labels (code as text) and user-missing ranges by column."""

    frame: pd.DataFrame
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    user_missing: Mapping[str, UserMissing] = field(default_factory=dict)


class FileFormat(Protocol):
    """One module a format offers these two functions, as an object."""

    def column_names(self, path: Path, source: SourceFile) -> tuple[str, ...]: ...

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> Content: ...

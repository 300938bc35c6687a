"""What every reader of a file format gives: what the file says about itself, and the content of some columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import FileInfo


class UnreadableError(Exception):
    """The file cannot be read; the text says why and `fix` what to try, without any of its content."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.fix = fix


class EncodingError(UnreadableError):
    """The bytes are not text in the stated encoding."""


class FileFormat(Protocol):
    """One module a format offers these two functions, as an object."""

    def info(self, path: Path, source: SourceFile) -> FileInfo:
        """Names, labels and declared missing codes of all columns, without loading their content where that can be."""

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> pd.DataFrame:
        """These columns as they stand in the file, named as there."""

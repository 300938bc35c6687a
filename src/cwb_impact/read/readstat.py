"""pyreadstat, with its many ways to fail told in two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyreadstat

from cwb_impact.read.formats import EncodingError, UnreadableError
from cwb_impact.spec.wave_map import SourceFile


def read_with(reader: Callable[..., Any], path: Path, source: SourceFile, **options: Any) -> tuple[Any, Any]:
    """Frame and metadata from `pyreadstat.read_sav` or `read_dta`.

    Dates are left as numbers: one date that overflows must not stop the other columns.

    Raises
    ------
    EncodingError, UnreadableError
    """
    try:
        frame, meta = reader(str(path), encoding=source.encoding, disable_datetime_conversion=True, **options)
    except UnicodeDecodeError as error:
        raise EncodingError(f"its texts are not in {source.encoding or 'the encoding it names'}") from error
    except (pyreadstat.ReadstatError, ValueError) as error:
        raise UnreadableError(f"{error} ({path.stat().st_size} bytes)") from None
    return frame, meta

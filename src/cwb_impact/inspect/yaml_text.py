"""Text of a file as YAML that always reads back as the same text, on one line."""

from __future__ import annotations

import json
import re
import unicodedata

LONGEST = 160
"""Characters of a label in a comment."""


def quoted(text: object) -> str:
    """A double-quoted scalar. Controls, direction marks and line separators are escaped; half characters replaced."""
    whole = str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"[^\x20-\x7e]", _escaped, json.dumps(whole, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    if unicodedata.category(mark) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
        return f"\\u{ord(mark):04x}" if ord(mark) <= 0xFFFF else f"\\U{ord(mark):08x}"
    return mark


def brief(text: str) -> str:
    """Quoted for a comment, cut when long."""
    return quoted(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")

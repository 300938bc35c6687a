"""YAML to plain Python values that remember their line.

A map comes from outside, so the reader refuses what can surprise: aliases, tags, duplicate keys, YAML 1.1
booleans (`no`), numbers with a leading zero, deep nesting, large files. Keys are always text.
It reads parser events one by one, so a hostile file stops at its first bad event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from cwb_impact.errors import fail

MAX_BYTES = 300_000
MAX_DEPTH = 30

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_SURPRISING = re.compile(r"(?i)(yes|no|on|off)|[-+]?0[0-9]+|[0-9]+:[0-5]?[0-9](:[0-5]?[0-9])?")

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A parsed YAML file. `lines` gives the line (from 1) of every key and list item."""

    path: Path
    shown: str
    data: Any
    lines: Mapping[Location, int]

    def line(self, *location: str | int) -> int:
        """The line of the deepest known part of a location (1 when nothing of it is known)."""
        for end in range(len(location), 0, -1):
            found = self.lines.get(tuple(location[:end]))
            if found is not None:
                return found
        return 1


def read_document(path: Path, shown: str | None = None) -> Document:
    """Read one YAML file.

    Raises
    ------
    CwbError
        E102 when the file cannot be read, E001 when its YAML is refused, E002 for a duplicate key.
    """
    name = shown or str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise fail("E001", name, 0, "file", f"{size} bytes is more than {MAX_BYTES}", "Split the file")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise fail("E102", name, 0, "file", f"cannot be read ({error.strerror})", "Check the path") from None
    except UnicodeDecodeError as error:
        raise fail("E001", name, 0, "file", f"is not UTF-8 (byte {error.start})", "Save it as UTF-8") from None
    return parse_document(text, path, name)


def parse_document(text: str, path: Path, shown: str) -> Document:
    """Parse YAML text that was read from `path`."""
    builder = _Builder(shown)
    try:
        builder.run(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 0
        raise fail("E001", shown, line, "YAML", str(error.problem or error.context), "Mend the YAML") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise fail("E001", shown, 0, "YAML", str(error).splitlines()[0], "Mend the YAML") from None
    return Document(path, shown, builder.root, builder.lines)


class _Builder:
    """Turns parser events into values, keeping a stack of open containers instead of recursing."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Any = None
        self.lines: dict[Location, int] = {}
        self._open: list[tuple[Any, Location]] = []
        self._key: list[str | None] = []

    def run(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            documents += isinstance(event, DocumentStartEvent)
            if documents > 1:
                raise self._refuse(event, "a second document starts here", "Keep one document a file")
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise self._refuse(event, "anchors and aliases (& and *) are not allowed", "Write the value out")
            if isinstance(event, ScalarEvent):
                self._scalar(event)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._start(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._open.pop()
                self._key.pop()

    def _refuse(self, event: Any, what: str, fix: str, code: str = "E001") -> Exception:
        return fail(code, self.shown, event.start_mark.line + 1, "YAML", what, fix)

    def _start(self, event: Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse(event, f"more than {MAX_DEPTH} levels deep", "Flatten it")
        if event.tag is not None and not event.implicit:
            raise self._refuse(event, f"tag {event.tag} is not allowed", "Remove the tag")
        value: Any = {} if isinstance(event, MappingStartEvent) else []
        location = self._place(event, value)
        self._open.append((value, location))
        self._key.append(None)

    def _scalar(self, event: ScalarEvent) -> None:
        if event.tag is not None and not any(event.implicit):
            raise self._refuse(event, f"tag {event.tag} is not allowed", "Remove the tag")
        plain = event.style in (None, "")
        if plain and _SURPRISING.fullmatch(event.value):
            fix = f"Put it in quotes: '{event.value}'"
            raise self._refuse(event, f"unquoted {event.value} means different things to different readers", fix)
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None:
            self._take_key(event)
        else:
            self._place(event, _resolve(event.value) if plain else event.value)

    def _take_key(self, event: ScalarEvent) -> None:
        container, location = self._open[-1]
        if event.value in container:
            raise self._refuse(event, f"key {event.value} stands twice", "Remove one of the two", "E002")
        self._key[-1] = event.value
        self.lines[(*location, event.value)] = event.start_mark.line + 1

    def _place(self, event: Any, value: Any) -> Location:
        if not self._open:
            self.root = value
            return ()
        container, location = self._open[-1]
        if isinstance(container, dict):
            key = self._key[-1]
            if key is None:
                raise self._refuse(event, "a key must be a single word or text", "Use a plain key")
            self._key[-1] = None
            container[key] = value
            return (*location, key)
        container.append(value)
        here = (*location, len(container) - 1)
        self.lines[here] = event.start_mark.line + 1
        return here


def _resolve(text: str) -> Any:
    """A plain scalar under the YAML 1.2 core schema, without its octal, hexadecimal and infinity forms."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text

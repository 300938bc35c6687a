"""Files that unpack to more than a survey ever is, refused before they are unpacked."""

from __future__ import annotations

import struct
import time
import zipfile
from pathlib import Path

import pytest
from reading import FILES, codes, info, read

from cwb_impact.read import limits
from cwb_impact.read.formats import UnreadableError


def archive(path: Path, parts: dict[str, int]) -> Path:
    """A zip archive of zeros with parts of these sizes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, size in parts.items():
            with made.open(name, "w") as part:
                for start in range(0, size, 1 << 24):
                    part.write(bytes(min(1 << 24, size - start)))
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    archive(tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": 200_000_000})
    start = time.perf_counter()
    _, problems = read(tmp_path, "x.xlsx", ["a"])
    assert time.perf_counter() - start < 0.5
    assert codes(problems) == ["E102"] and "times its size" in problems[0].what


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 1_000_000)
    path = archive(tmp_path / "x.xlsx", {f"part{number}": 300_000 for number in range(4)})
    with pytest.raises(UnreadableError, match="it unpacks to"):
        limits.check_archive(path)


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.xlsx", {f"part{number}": 0 for number in range(limits.MAX_ENTRIES + 1)})
    with pytest.raises(UnreadableError, match="parts"):
        limits.check_archive(path)


def test_very_many_texts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STRINGS_BYTES", 1_000)
    path = archive(tmp_path / "x.xlsx", {"xl/sharedStrings.xml": 1_001})
    with pytest.raises(UnreadableError, match="texts"):
        limits.check_archive(path)


def test_an_archive_that_lies_about_its_size_is_not_believed(tmp_path: Path) -> None:
    """It says 10 bytes and holds 60 MB: reading stops at what it says."""
    path = archive(tmp_path / "x.xlsx", {"[Content_Types].xml": 60_000_000})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 60_000_000), struct.pack("<I", 10)))
    start = time.perf_counter()
    with pytest.raises(UnreadableError):
        info(path)
    assert time.perf_counter() - start < 0.5


def test_a_zsav_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    whole = bytearray((FILES / "pyreadstat_sample.zsav").read_bytes())
    start = whole.rfind(struct.pack("<qq", -100, 0))
    struct.pack_into("<i", whole, start + 24 + 16, 2**30)
    path = tmp_path / "x.zsav"
    path.write_bytes(whole)
    with pytest.raises(UnreadableError, match="times its size"):
        info(path)


def test_an_ordinary_zsav_passes() -> None:
    assert info(FILES / "pyreadstat_sample.zsav").rows == 5


def test_a_file_of_many_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)
    start = time.perf_counter()
    with pytest.raises(UnreadableError, match=r"4\.0 GB"):
        limits.check_size(tmp_path / "x.csv")
    assert time.perf_counter() - start < 0.1

"""Fixtures that several folders share."""

from pathlib import Path

import pytest

import tiny_study


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small study that a test may break."""
    return tiny_study.make(tmp_path)

"""Fixtures that several folders share."""

from pathlib import Path

import pytest
from hypothesis import settings

import tiny_study

# a test is about what is true, not about how busy the machine is
settings.register_profile("any_machine", deadline=None)
settings.load_profile("any_machine")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small study that a test may break."""
    return tiny_study.make(tmp_path)

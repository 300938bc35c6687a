"""What the tests of rules share: the policy and the dictionary as shipped."""

from __future__ import annotations

import pytest

from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.policy import Policy
from disclosure.register_row import DICTIONARY, shipped_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return shipped_policy()


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return DICTIONARY
